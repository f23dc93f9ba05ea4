"""What a word asks of a name is a hypothesis where it can be written as one; else nothing is refuted with that name."""

from __future__ import annotations

import pytest

from derive.verify.documents import verify_text

A = "Let $A \\in \\mathbb{R}^{n \\times n}$ be "
B = "Let $A, B \\in \\mathbb{R}^{n \\times n}$ "
X = "Let $X$ be "
F = "Let $f: \\mathbb{R} \\to \\mathbb{R}$ be "


def verdict(prose: str, step: str) -> str:
    (found,) = verify_text(f"{prose}\n\n$${step}$$\n", time_limit=3.0).steps
    return found.verdict


@pytest.mark.parametrize(
    ("prose", "true", "false"),
    [
        (A + "idempotent.", "A^2 = A", "A^2 = I"),
        (A + "a projection matrix.", "A^3 = A", "A^3 = I"),
        (A + "skew-symmetric.", "A^\\top = -A", "A^\\top = A"),
        ("Let $U \\in \\mathbb{R}^{m \\times n}$ have orthonormal columns.", "U^\\top U = I", "U U^\\top = I"),
        ("Let $u \\in \\mathbb{R}^n$ be a unit vector.", "u^\\top u = 1", "u^\\top u = 2"),
        ("Let $x \\in \\mathbb{R}$ be nonzero.", "x^2 > 0", "x^2 < 0"),
        (X + "a zero-mean random variable.", "E[X + 1] = 1", "E[X + 1] = 0"),
        (X + "a random variable with unit variance.", "\\mathrm{Var}(2 X) = 4", "\\mathrm{Var}(2 X) = 2"),
        (
            "Let $\\mu \\in \\mathbb{R}$ and $\\sigma > 0$. "
            + X
            + "a random variable with mean $\\mu$ and variance $\\sigma^2$.",
            "E[X^2] = \\mu^2 + \\sigma^2",
            "E[X^2] = \\mu^2 - \\sigma^2",
        ),
        (
            "Let $\\mu \\in \\mathbb{R}$ and $\\sigma > 0$. Let $X_1, \\dots, X_n$ be independent and identically distributed random "
            "variables with mean $\\mu$ and variance $\\sigma^2$.",
            "\\mathrm{Var}\\left(\\frac1n \\sum_{i=1}^n X_i\\right) = \\frac{\\sigma^2}{n}",
            "\\mathrm{Var}\\left(\\frac1n \\sum_{i=1}^n X_i\\right) = \\sigma^2",
        ),
    ],
)
def test_a_word_that_can_be_written_as_a_formula_is_a_hypothesis(prose, true, false):
    assert verdict(prose, true) == "proved"
    assert verdict(prose, false) == "refuted"


@pytest.mark.parametrize(
    ("prose", "step"),
    [
        (A + "a permutation matrix.", "A^\\top A = I"),
        (A + "doubly stochastic.", "A \\mathbf{1} = \\mathbf{1}"),
        (A + "singular.", "\\det A = 0"),
        (A + "normal.", "A A^\\top = A^\\top A"),
        (A + "negative definite.", "\\operatorname{tr} A \\le 0"),
        (A + "of rank one.", "A^2 = \\operatorname{tr}(A) A"),
        (B + "commute.", "A B = B A"),
        (B + "be similar.", "\\det A = \\det B"),
        ("Let $x \\in \\mathbb{R}^n$ be centered.", "\\sum_i x_i = 0"),
        ("Let $p \\in \\mathbb{R}^n$ be a probability vector.", "\\sum_i p_i = 1"),
        ("Let $v, w \\in \\mathbb{R}^n$ be orthogonal.", "v^\\top w = 0"),
        ("Let $a$ and $b$ be distinct real numbers.", "(a - b)^2 > 0"),
        ("Let $n \\in \\mathbb{N}$ be even.", "(-1)^n = 1"),
        ("Let $x \\in \\mathbb{R}$ be an integer.", "\\sin(\\pi x) = 0"),
        (X + "a Bernoulli random variable.", "X^2 = X"),
        (X + "a symmetric random variable.", "E[X^3] = 0"),
        ("Let $X$ and $Y$ be identically distributed random variables.", "E[X] = E[Y]"),
        ("Let $X$ be a random variable and let $Y$ be an independent copy of $X$.", "E[X] = E[Y]"),
        (F + "linear.", "f(2 x) = 2 f(x)"),
        (F + "periodic with period $1$ and $x \\in \\mathbb{R}$.", "f(x + 1) = f(x)"),
        (F + "decreasing and differentiable and $x \\in \\mathbb{R}$.", "f'(x) \\le 0"),
        (F + "concave and differentiable and $x, y \\in \\mathbb{R}$.", "f(y) \\le f(x) + f'(x) (y - x)"),
        (F + "a probability density and $x \\in \\mathbb{R}$.", "f(x) \\ge 0"),
    ],
)
def test_nothing_is_refuted_with_a_name_that_a_word_restricts(prose, step):
    assert verdict(prose, step) == "undecided"


@pytest.mark.parametrize(
    ("prose", "step"),
    [
        ("Let $X \\in \\mathbb{R}^{n \\times n}$ be the weight matrix of a linear layer.", "X^\\top = X"),
        ("Let $X \\in \\mathbb{R}^{n \\times n}$ be centred data.", "X^\\top X = X X^\\top"),
        (A + "symmetric positive definite.", "A^2 = A"),
        (X + "a random variable.", "E[X^2] = E[X]^2"),
        ("Consider layers of equal width $n$ and $x \\in \\mathbb{R}^n$.", "\\sum_{i=1}^n 1 = n + 1"),
    ],
)
def test_words_that_ask_nothing_leave_the_refutation(prose, step):
    assert verdict(prose, step) == "refuted"


def test_words_that_only_contain_a_property_do_not_give_it():
    assert verdict(A + "almost orthogonal.", "A^\\top A = I") == "undecided"
    assert verdict(A + "conditionally positive definite.", "\\operatorname{tr} A \\ge 0") == "undecided"
    quasi = F + "quasi-convex and twice differentiable and $x \\in \\mathbb{R}$."
    assert verdict(quasi, "f''(x) \\ge 0") == "undecided"
    even = "Let $f: \\mathbb{R} \\to \\mathbb{R}$ be continuous even if it is not smooth and $x \\in \\mathbb{R}$."
    assert verdict(even, "f(-x) = f(x)") != "proved"


@pytest.mark.parametrize(
    "prose",
    [
        "Let $f, g: \\mathbb{R} \\to \\mathbb{R}$ with $f(x) = g(x)$ for some $x \\in \\mathbb{R}$. Let $y \\in \\mathbb{R}$.",
        "Let $f, g: \\mathbb{R} \\to \\mathbb{R}$ be differentiable and $x, y \\in \\mathbb{R}$ with $f(x) = g(x)$.",
    ],
)
def test_functions_that_agree_at_a_point_do_not_agree_everywhere(prose):
    assert verdict(prose, "f(y) = g(y)") != "proved"
    assert verdict(prose, "f'(y) = g'(y)") != "proved"


def test_the_covariance_between_two_names_asks_nothing_of_them():
    text = r"Let $x, y \in \mathbb{R}^n$, where $s$ is the sample variance of $x$ and $t$ is the sample covariance between $x$ and $y$."
    steps = verify_text(
        text + "\n\n" + r"$$ \sum_{i=1}^n (x_i + y_i) = \sum_{i=1}^n x_i - \sum_{i=1}^n y_i $$" + "\n"
    ).steps
    assert steps[0].verdict == "refuted"
    asked = verify_text(
        r"Let $x \in \mathbb{R}$ be a number between the roots." + "\n\n" + r"$$ x^2 = x $$" + "\n"
    ).steps
    assert asked[0].verdict == "undecided"
