"""The HTML page: formulas as MathML that nothing hostile gets through, every verdict a sign and a word, nothing fetched."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from derive.verify import verify_text
from derive.verify.report import render_report
from derive.verify.report.formula import formula

TEXT = r"""Let $x > 0$ and $A \in \mathbb{R}^{n \times n}$.

$$ \begin{aligned} x \log x^2 &= 2 x \log x \\ &= 2 \log x \end{aligned} $$

$$ \frac{1 = 2 $$

$$ A + x_{99} \foo = 3 $$
"""


class Page(HTMLParser):
    """Tags in order, with a check that they are closed."""

    EMPTY = ("meta", "br")

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.attributes = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.attributes += attrs
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def page(text: str) -> tuple[Page, str]:
    html = render_report(verify_text(text, "notes.md"), "html")
    parsed = Page()
    parsed.feed(html)
    assert parsed.open == []
    return parsed, html


def test_the_page_is_well_formed_and_fetches_nothing():
    parsed, html = page(TEXT)
    assert not {"script", "link", "img", "iframe", "object"} & set(parsed.seen)
    assert not [v for k, v in parsed.attributes if k in ("src", "href") and not v.startswith("#")]
    assert "url(" not in html and "@import" not in html


def test_a_verdict_is_a_sign_and_a_word_at_the_step_and_a_sign_at_its_line():
    _, html = page(TEXT)
    for sign in ("✓ proved", "✗ refuted", "! unread"):
        assert f"<b>{sign}</b>" in html
    line = next(x for x in html.splitlines() if "<span class='number'>3</span>" in x)
    assert "<span class='sign'>✓✗</span>" in line


def test_a_refuted_step_is_open_and_shows_its_witness():
    _, html = page(TEXT)
    (refuted,) = re.findall(r"<details class='refuted'[^>]*>.*?</details>", html, re.S)
    assert refuted.startswith("<details class='refuted' open>") and "counterexample" in refuted and "left" in refuted


def test_formulas_are_mathml_where_the_library_reads_them():
    pytest.importorskip("latex2mathml", reason="latex2mathml is not installed")
    assert formula(r"\frac{a}{b}").startswith("<math") and "<mfrac>" in formula(r"\frac{a}{b}")
    assert formula(r"a &= b \label{eq}").startswith("<math")
    assert formula(r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}").count("<mtd>") == 4
    assert "<mspace" in formula(r"p \log p") and "<mspace" not in formula(r"\log(p) - 1")


@pytest.mark.parametrize(
    "latex",
    [
        r"x \foo y",
        "<script>alert(1)</script>",
        r"\text{<img src=x onerror=alert(1)>}",
        r"\color{red\" onmouseover=\"alert(1)}x",
        r"\href{javascript:alert(1)}{x}",
        r"\style{background:url(x)}{x}",
        r"x' onmouseover='alert(1)",
        'x" onmouseover="alert(1)',
        "{" * 3000,
        r"\frac{" * 300,
        "\x00\x1b[31m x",
        "a & b < c > d",
    ],
)
def test_no_text_of_a_document_becomes_markup(latex):
    parsed = Page()
    parsed.feed(formula(latex))
    allowed = {"code", "math", "mrow", "mi", "mo", "mn", "mtext", "msup", "mspace", "mstyle", "mfrac", "mpadded"}
    assert set(parsed.seen) <= allowed
    names = {k for k, _ in parsed.attributes}
    assert not {n for n in names if n.startswith("on") or n in ("href", "src", "style", "mathbackground")}


def test_a_formula_that_the_library_cannot_read_stays_as_it_was_typed():
    assert formula(r"x < \foo") == r"<code>x &lt; \foo</code>"
