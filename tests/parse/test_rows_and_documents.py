"""Rows, relation steps and documents."""

import json
from pathlib import Path

import pytest

from derive.parse.documents import (
    Comment,
    Display,
    Formula,
    Heading,
    Problem,
    Sentence,
    read_file,
    read_latex,
    read_markdown,
    read_notebook,
)
from derive.parse.rows import read_display, steps

SHARED = next((p / "shared" for p in Path(__file__).resolve().parents if (p / "shared" / "suites").exists()), None)


def shape(text):
    return [(s.lhs.latex, s.relation, s.rhs.latex) for s in steps(text)]


def test_a_row_that_starts_with_a_relation_continues():
    assert shape(r"a &= b \\ &= c \\ d &\le e") == [("a", "=", "b"), ("b", "=", "c"), ("d", "\\le", "e")]


def test_a_first_row_without_relation_is_a_left_side():
    assert shape(r"&a + b \\ &= c") == [("a + b", "=", "c")]


def test_sums_broken_over_rows_are_joined():
    assert shape(r"a &= b \\ &\quad + c \\ &= d") == [("a", "=", "b + c"), ("b + c", "=", "d")]
    assert shape(r"a &= b + \\ & c") == [("a", "=", "b + c")]
    assert shape(r"a &= \left( b + \right. \\ &\left. c \right)")[0][0] == "a"


def test_a_leading_minus_with_a_relation_is_an_own_left_side():
    assert shape(r"a &= b \\ -c &= d") == [("a", "=", "b"), ("-c", "=", "d")]


def test_eqnarray_signs_between_ampersands():
    assert shape(r"\begin{eqnarray*} a &=& b \\ &=& c \end{eqnarray*}") == [("a", "=", "b"), ("b", "=", "c")]


def test_notes_tags_and_punctuation_are_dropped():
    assert shape(r"a &= b, && \text{by (3)} \tag{4} \\ &= c . \label{x} \nonumber") == [
        ("a", "=", "b"),
        ("b", "=", "c"),
    ]


def test_ranges_and_memberships_are_conditions():
    chains = read_display(r"x_i = y_i, \quad i = 1, \dots, n")
    assert len(chains[0].steps) == 1
    assert chains[0].conditions[0].latex == r"i = 1, \dots, n"
    assert shape(r"a = b, \quad x \in \mathbb{R}") == [("a", "=", "b")]
    assert shape(r"a = b \text{ for all } x > 0") == [("a", "=", "b")]
    assert shape(r"x \sim \mathcal{N}(0, 1)") == []


def test_two_statements_in_one_row_are_two_chains():
    assert shape(r"a = b, \qquad c = d") == [("a", "=", "b"), ("c", "=", "d")]
    assert len(read_display(r"a = b \text{ and } c = d")) == 2


def test_an_arrow_makes_one_step_of_a_statement():
    found = steps(r"a &= b \\ \Rightarrow \quad c &= d = e \\ \iff f &= g")
    assert [(s.introduced_by, s.lhs.latex) for s in found] == [
        ("", "a"), ("\\Rightarrow", "c"), ("", "d"), ("\\Leftrightarrow", "f"),
    ]  # fmt: skip
    assert found[1].premise is found[0]


def test_stacked_relation_signs_count_as_their_sign():
    assert shape(r"a \overset{(i)}{=} b \stackrel{!}{\le} c") == [("a", "=", "b"), ("b", "\\le", "c")]


def test_an_unreadable_side_does_not_hide_the_others():
    found = steps(r"a &= \alhpa \\ &= c + d")
    assert len(found) == 2
    assert found[0].error is not None and "alhpa" in found[0].error.message
    assert steps(r"a = \alhpa \\ b = c")[1].error is None


def test_cases_stay_an_expression():
    found = steps(r"f(x) = \begin{cases} 1 & \text{if } x > 0, \\ 0 & \text{otherwise} \end{cases} = g(x)")
    assert len(found) == 2 and not any(s.error for s in found)


def test_markdown_places_every_formula():
    text = "# Title\n\nLet $x > 0$ cost 5% of it.\n\n$$\nx = x\n$$\n"
    document = read_markdown(text, "n.md")
    kinds = [type(p).__name__ for p in document.pieces]
    assert kinds == ["Heading", "Sentence", "Display"]
    sentence, display = document.pieces[1], document.pieces[2]
    assert isinstance(sentence, Sentence) and isinstance(display, Display)
    inline = sentence.parts[1]
    assert isinstance(inline, Formula) and inline.place(0) == (3, 6)
    assert display.line == 6


def test_markdown_survives_its_dialects():
    text = (
        "> Quoted $a\\_i$ and\n> $$\n> a\n> = b\n> $$\n\nRole :math:`x^2` costs $5 and $6.\n\n"
        "\\\\[ c = d \\\\]\n\n\\[\ne = f\n\\]\n\n\\begin{align}\ng &= h\n\\end{align}\n\n```\n$not$ math\n```\n"
        "and \\( z \\) `code $q$`.\n<!-- derive: x \\in \\mathbb{R} -->\n"
    )
    document = read_markdown(text)
    displays = [p for p in document.pieces if isinstance(p, Display)]
    assert [len(steps(d.formula.text)) for d in displays] == [1, 1, 1, 1]
    inline = [x.text for p in document.pieces if isinstance(p, Sentence) for x in p.parts if isinstance(x, Formula)]
    assert inline == ["a _i", "x^2", " z "]
    assert [p.formula.text.strip() for p in document.pieces if isinstance(p, Comment)] == [r"x \in \mathbb{R}"]
    assert displays[0].formula.place(displays[0].formula.text.index("b")) == (4, 5)


def test_an_unbalanced_dollar_is_a_problem_and_reading_goes_on():
    document = read_markdown("An $x formula.\n\n$$\na = b\n$$\n\n$$ open\n\nThen $y$.\n")
    assert [p.error.message for p in document.pieces if isinstance(p, Problem)] == [
        "this $ is never closed", "this $$ is never closed",
    ]  # fmt: skip
    assert any(isinstance(p, Display) for p in document.pieces)
    assert isinstance(document.pieces[-1], Sentence)


def test_latex_comments_macros_and_sections():
    text = (
        "\\newcommand{\\R}{\\mathbb{R}}\n\\newcommand{\\norm}[1]{\\|#1\\|}\n\\DeclareMathOperator{\\rank}{rank}\n"
        "% derive: x \\in \\mathbb{R}^n\n\\section{One}\nLet $x \\in \\R^n$. % $y$\n"
        "\\begin{equation}\n\\norm{x}^2 = x^\\top x\n\\end{equation}\n"
    )
    document = read_latex(text)
    display = next(p for p in document.pieces if isinstance(p, Display))
    assert [s.lhs.latex for s in steps(display.formula.text)] == [r"\|x\|^2"]
    assert display.line == 7
    assert [p.text for p in document.pieces if isinstance(p, Heading)] == ["One"]
    assert [p.formula.text for p in document.pieces if isinstance(p, Comment)] == [r"x \in \mathbb{R}^n"]


def test_self_referring_macros_end():
    read_latex(r"\def\a{\a\a} $\a$ \newcommand{\b}{\c\c}\newcommand{\c}{\b\b} $\b$")


def test_notebooks_give_their_markdown_cells(tmp_path):
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["Let $x > 0$.\n", "$$x = x$$"]},
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": ["$$y=z$$"]},
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    assert sum(isinstance(p, Display) for p in read_notebook(text).pieces) == 1
    assert isinstance(read_notebook("{broken").pieces[0], Problem)


def test_unusable_files_are_problems(tmp_path):
    for name, data in {"a.md": b"", "b.md": b"\x00\x01", "c.md": b"\xff\xfe\xfa", "d.ipynb": b"[]"}.items():
        (tmp_path / name).write_bytes(data)
        assert all(isinstance(p, Problem) for p in read_file(tmp_path / name).pieces)


def test_a_huge_formula_is_unread_and_the_rest_is_read():
    document = read_markdown("$$\n" + "x + " * 300_000 + "x = y\n$$\n\n$$\na = b\n$$\n")
    found = [steps(p.formula.text) for p in document.pieces if isinstance(p, Display)]
    assert found[0][0].error is not None and found[1][0].error is None


def suite_documents():
    if SHARED is None:
        return []
    entries = []
    for name in ("derivations.jsonl", "identities.jsonl"):
        for line in (SHARED / "suites" / name).read_text().splitlines():
            entries.append(json.loads(line))
    return entries


@pytest.mark.skipif(SHARED is None, reason="the shared suites are not here")
def test_every_suite_document_has_as_many_steps_as_expected_verdicts():
    for entry in suite_documents():
        document = read_markdown(entry["document"])
        found = [s for p in document.pieces if isinstance(p, Display) for s in steps(p.formula.text)]
        assert len(found) == len(entry["expect"]), entry["id"]
        assert not any(s.error for s in found), entry["id"]


@pytest.mark.skipif(SHARED is None or not (SHARED / "corpus").exists(), reason="the corpus is not here")
def test_nearly_all_corpus_displays_are_read():
    total = clean = 0
    for path in sorted((SHARED / "corpus").glob("*/*"))[::6]:
        for piece in read_file(path).pieces:
            if isinstance(piece, Display):
                total += 1
                clean += not any(s.error for s in steps(piece.formula.text))
    assert clean >= 0.97 * total
