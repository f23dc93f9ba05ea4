"""What words say of a function at all points: smooth, strongly convex, a global minimum; captions say nothing."""

from __future__ import annotations

import pytest

from derive.parse.documents import read_latex
from derive.verify.documents import verify_document, verify_text

HEAD = "Let $f : \\mathbb{R}^d \\to \\mathbb{R}$ be differentiable, $x, y \\in \\mathbb{R}^d$ and $L > 0$. "
UPPER = "f(y) \\le f(x) + \\nabla f(x)^\\top (y - x) + \\frac{L}{2} \\|y - x\\|^2"


def verdict(words: str, display: str) -> str:
    return verify_text(f"{HEAD}{words}\n\n$${display}$$\n").steps[-1].verdict


@pytest.mark.parametrize("words", ["Let $f$ be smooth with parameter $L$.", "Suppose that $f$ is $L$-smooth."])
def test_a_smooth_function_lies_below_its_paraboloids(words: str) -> None:
    assert verdict(words, UPPER) == "proved"
    assert verdict(words, UPPER.replace("{2}", "{3}")) != "proved"
    assert verdict(words, UPPER.replace("\\le", "\\ge")) != "proved"


@pytest.mark.parametrize(
    "words",
    [
        "It is called $L$-smooth if it is nice.", "If $f$ is $L$-smooth, all is well.", "$f$ is not $L$-smooth.",
        "Not all such $f$ are smooth with parameter $L$.", "$f$ is $L$-smooth over a ball.", "Is $f$ smooth?",
    ],
)  # fmt: skip
def test_what_is_asked_or_denied_of_a_function_is_not_known_of_it(words: str) -> None:
    assert verdict(words, UPPER) != "proved"


def test_the_step_of_gradient_descent_decreases_a_smooth_function() -> None:
    step = "f\\left(x - \\frac{1}{L} \\nabla f(x)\\right) \\le f(x) - \\frac{1}{2L} \\|\\nabla f(x)\\|^2"
    assert verdict("Let $f$ be $L$-smooth.", step) == "proved"
    assert verdict("Let $f$ be $L$-smooth.", step.replace("{2L}", "{L}")) != "proved"


def test_a_strongly_convex_function_lies_above_its_paraboloids() -> None:
    words = "Let $f$ be strongly convex with parameter $\\mu > 0$."
    lower = "f(y) \\ge f(x) + \\nabla f(x)^\\top (y - x) + \\frac{\\mu}{2} \\|y - x\\|^2"
    assert verdict(words, lower) == "proved"
    assert verdict(words, "(\\nabla f(x) - \\nabla f(y))^\\top (x - y) \\ge \\mu \\|x - y\\|^2") == "proved"
    assert verdict(words, "(\\nabla f(x) - \\nabla f(y))^\\top (x - y) \\ge 2 \\mu \\|x - y\\|^2") != "proved"


def test_a_global_minimum_is_a_least_value_where_the_gradient_vanishes() -> None:
    words = "Let $f$ be $L$-smooth. The function $f$ has a global minimum $x^\\star$."
    assert verdict(words, "f(x^\\star) \\le f(y)") == "proved"
    assert verdict(words, "f(y) \\le f(x^\\star)") != "proved"
    assert verdict(words, "f(y) - f(x^\\star) \\le \\frac{L}{2} \\|y - x^\\star\\|^2") == "proved"
    assert verdict(words, "f(y) - f(x^\\star) \\ge \\frac{L}{2} \\|y - x^\\star\\|^2") != "proved"


def test_a_function_declared_anew_begins_anew() -> None:
    words = "Let $f$ be $L$-smooth.\n\nLet $f : \\mathbb{R}^d \\to \\mathbb{R}$ be differentiable."
    assert verdict(words, UPPER) != "proved"


def test_a_caption_declares_nothing() -> None:
    text = r"""Let $f : \mathbb{R} \to \mathbb{R}$ and $x \in \mathbb{R}$.
\begin{figure} \caption{Plot of $f(x) = x$.} \end{figure}
\[ f(2 x) = 2 f(x) \]"""
    assert verify_document(read_latex(text, "n.tex")).steps[-1].verdict == "refuted"


def test_sums_of_squares_of_iterates_telescope() -> None:
    text = "We write $\\|\\mathbf{x}\\|$.\n\n$$\\sum_{t=0}^{T-1} (\\|\\mathbf{x}_t\\|^2 - \\|\\mathbf{x}_{t+1}\\|^2) = "
    assert verify_text(text + "\\|\\mathbf{x}_0\\|^2 - \\|\\mathbf{x}_T\\|^2$$").steps[0].verdict == "proved"
    assert verify_text(text + "\\|\\mathbf{x}_0\\|^2 + \\|\\mathbf{x}_T\\|^2$$").steps[0].verdict != "proved"


def test_a_number_that_is_set_is_that_number_below() -> None:
    text = "Let $\\gamma, L > 0$. Choose\n\n$$\\gamma := \\frac{1}{L}$$\n\n"
    assert [s.verdict for s in verify_text(text + "$$\\gamma L = 1$$").steps] == ["definition", "proved"]
    assert [s.verdict for s in verify_text(text + "$$\\gamma L = 2$$").steps] == ["definition", "refuted"]
    text += "$$\\gamma^2 + L =: q(\\gamma)$$\n\n"
    assert verify_text(text + "$$q(2) = 4 + L$$").steps[-1].verdict == "proved"
    assert verify_text(text + "$$q(2) = 2 + L$$").steps[-1].verdict == "refuted"
