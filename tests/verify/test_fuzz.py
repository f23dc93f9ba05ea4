"""20,000 hostile inputs to the reader: no exception, no hang, no code run, memory bounded.

Every input goes through the whole road of `derive verify` but the deciding: document, sentences, declarations, rows,
grammar, elaboration, definitions, blocks.  Deciding has its own limits and tests.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from derive.parse.documents import read_latex, read_markdown, read_notebook
from derive.verify import blocks, documents
from derive.verify.judging import Outcome
from derive.verify.limits import OutOfTime, deadline, memory

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SECONDS = 20.0  # for an input that takes milliseconds: a hang, not a slow machine
GROWTH = 1024  # megabytes over what the process had

SOUP = (
    r"\frac \sqrt \sum_{i=1}^n \prod \int \lim \partial \nabla \mathbb{E} \mathbb{R} \mathrm{tr} \operatorname{diag} \text{if } "
    r"\begin{aligned} \end{aligned} \begin{cases} \end{cases} \begin{pmatrix} \end{pmatrix} \left( \right) \left. \right| \\ & = "
    r"\le \ge \ne \in \sim \approx \propto \Rightarrow \iff \succ \to \mapsto \mid \| | ( ) [ ] { } ^ _ ' ^\top ^{-1} ^2 _i _{ij} "
    r"_{k=1} , ; . : ! + - * / \cdot \times \odot \otimes \pm \dots \cdots \ldots \quad \, \! x y z X A \theta \lambda \hat \bar "
    r"\tilde \mathbf \boldsymbol \log \exp \sin \max \arg\min \det 0 1 2 3.14 10^{9} e \pi i n d K \mathcal{N} \underbrace "
    r"\overset{a}{=} \label{x} \tag{1} \nonumber \color{red} \binom n! \delta_{ij} \mathbf{1} \{ \} \langle \rangle \infty $ $$ % # ~"
).split(" ")
NAMES = (
    "lambda class def import None True __import__ __class__ __init__ __globals__ eval exec os.system self print {0} {0.__class__} "
    "%s %(x)s {} {{}} f'' ''' \"\"\" \\N{BULLET} \\x41 `id` $(id) ;id && ../.. NaN inf nil sympy np if for"
).split(" ")
HOSTILE = [rf"\mathrm{{{n}}}" for n in NAMES] + [rf"\text{{{n}}}" for n in NAMES] + list(NAMES)
LINES = [
    line for p in sorted(EXAMPLES.glob("*.*")) if p.suffix in (".md", ".tex") for line in p.read_text().splitlines()
]

nested = st.builds(
    lambda opening, closing, depth, core, cut: (opening * depth + core + closing * depth)[: cut or None],
    st.sampled_from(["{", "(", r"\left(", r"\frac{1}{", r"\sqrt{", "x^{", "x_{", r"\begin{aligned}", "|", r"\|", "[", r"\text{$", "> "]),
    st.sampled_from(["}", ")", r"\right)", r"\end{aligned}", "|", "", "]", "$}"]),
    st.integers(1, 300), st.sampled_from(["x", "1=1", "", r"a &= b \\"]), st.integers(0, 400),
)  # fmt: skip
soup = st.lists(st.sampled_from(SOUP), max_size=40).map(" ".join)
named = st.lists(st.one_of(st.sampled_from(HOSTILE), st.sampled_from(SOUP)), max_size=20).map(" ".join)


@st.composite
def mutated(draw) -> str:
    """Lines of real documents with characters lost, doubled, swapped and mixed with tokens."""
    start = draw(st.integers(0, len(LINES) - 1))
    text = "\n".join(LINES[start : start + draw(st.integers(1, 12))])
    rng = random.Random(draw(st.integers(0, 2**32)))
    for _ in range(draw(st.integers(0, 8))):
        at, length = rng.randrange(len(text) + 1), rng.randrange(1, 6)
        piece = text[at : at + length]
        new = rng.choice(
            ["", piece * 2, piece[::-1], rng.choice(SOUP), rng.choice(HOSTILE), chr(rng.randrange(1, 0x2FFF))]
        )
        text = text[:at] + new + text[at + length :]
    return text


def wrapped(formulas: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A display formula after a sentence that declares with the same text."""
    return st.builds(lambda a, b: f"Let ${a}$ be real.\n\n$$ {b} = {a} $$\n\n$$1 = 1$$\n", formulas, formulas)


anything = st.one_of(st.text(max_size=200), soup, named, mutated(), nested)
STRATEGIES = {
    "characters": (3000, st.one_of(st.text(max_size=300), st.binary(max_size=300).map(lambda b: b.decode("latin-1")))),
    "token soup": (4000, wrapped(soup)),
    "deep nesting": (2000, wrapped(nested)),
    "hostile names": (3000, wrapped(named)),
    "mutated lines": (5000, mutated()),
}
LATEX = 1500
NOTEBOOKS = 1500
RUN = (
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "subprocess.Popen",
    "os.remove",
    "os.rename",
    "os.mkdir",
    "socket.connect",
)


class Watch:
    """What the interpreter reports while an input is read."""

    def __init__(self) -> None:
        self.on, self.text, self.seen = False, "", []
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple) -> None:
        if not self.on:
            return
        writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
        code = event == "compile" and self.compiles(arguments[0])
        if event in RUN or writes or code:
            self.seen.append((event, str(arguments)[:200]))

    def compiles(self, source: object) -> bool:
        """Whether what is compiled is a part of the input (libraries compile their own text when they are loaded)."""
        source = source.decode(errors="replace") if isinstance(source, bytes) else source
        return isinstance(source, str) and source.strip() in self.text


WATCH = Watch()


@pytest.fixture(autouse=True)
def reading_only(monkeypatch):
    """Statements are read and then called proved, so that rows after them are read in their light."""
    monkeypatch.setattr(blocks, "judge", lambda *a, **k: Outcome("proved"))
    try:
        used = int(
            next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmSize")).split()[1]
        )
    except (OSError, StopIteration):
        yield
        return
    with memory(used // 1024 + GROWTH):
        yield


def read(document_of, text: str) -> None:
    WATCH.seen.clear()
    WATCH.text, WATCH.on = text, True
    try:
        with deadline(SECONDS):
            result = documents.verify_document(document_of(text, "fuzz"))
    except OutOfTime:
        raise AssertionError("the reader hangs") from None
    finally:
        WATCH.on = False
    assert not WATCH.seen, WATCH.seen
    verdicts = {s.verdict for s in result.steps}
    assert verdicts <= {"proved", "refuted", "undecided", "definition", "assumption", "unread"}
    assert not [s for s in result.steps if "internal error" in s.reason]


def fuzzed(examples: int):
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
    return settings(max_examples=examples, deadline=None, database=None, suppress_health_check=checks)


@pytest.mark.parametrize("kind", STRATEGIES)
def test_markdown_is_read_to_the_end(kind):
    examples, strategy = STRATEGIES[kind]

    @fuzzed(examples)
    @given(strategy)
    def run(text):
        read(read_markdown, text)

    run()


@fuzzed(LATEX)
@given(anything, anything)
def test_latex_is_read_to_the_end(preamble, body):
    read(read_latex, preamble + "\n\\begin{document}\n\\[ " + body + " \\]\n\\end{document}\n")


@fuzzed(NOTEBOOKS)
@given(st.one_of(
    st.lists(anything, max_size=4).map(
        lambda cells: json.dumps({"cells": [{"cell_type": "markdown", "source": c, "metadata": {}} for c in cells],
                                  "metadata": {}, "nbformat": 4, "nbformat_minor": 5})),
    st.recursive(st.one_of(st.none(), st.integers(), st.text(max_size=8)),
                 lambda x: st.one_of(st.lists(x, max_size=3), st.dictionaries(
                     st.sampled_from(["cells", "source", "cell_type", "metadata", "nbformat", "a"]), x, max_size=4)),
                 max_leaves=8).map(json.dumps),
    st.text(max_size=100),
))  # fmt: skip
def test_notebooks_are_read_to_the_end(text):
    read(read_notebook, text)


def test_the_watch_sees_input_that_is_compiled():
    WATCH.seen.clear()
    WATCH.text, WATCH.on = "x = __import__('os')", True
    compile("__import__('os')", "<string>", "eval")
    WATCH.on = False
    assert [event for event, _ in WATCH.seen] == ["compile"]


def test_the_inputs_number_twenty_thousand():
    assert sum(n for n, _ in STRATEGIES.values()) + LATEX + NOTEBOOKS >= 20_000
