"""d of an expression beside dX is its differential: what matrix calculus states with it is proved, a slip is refuted."""

import pytest

DECLARED = r"""Let $X, Y, A \in \mathbb{R}^{n \times n}$ with $\det X > 0$, $x \in \mathbb{R}^n$ and $s \in \mathbb{R}$.

"""
CASES = {
    "an inverse": (r"d(X^{-1}) = -X^{-1} (dX) X^{-1}", r"d(X^{-1}) = X^{-1} (dX) X^{-1}"),
    "a log-determinant": (
        r"d \log \det X = \operatorname{tr}(X^{-1} dX)",
        r"d \log \det X = \det(X) \operatorname{tr}(X^{-1} dX)",
    ),
    "a trace": (r"d \operatorname{tr}(A X) = \operatorname{tr}(A \, dX)", r"d \operatorname{tr}(A X) = A \, dX"),
    "a product": (r"d(X Y) = (dX) Y + X \, dY", r"d(X Y) = (dX) Y + Y \, dX + 0 \, dY"),
    "a power": (r"\mathrm{d}(X^2) = (\mathrm{d}X) X + X \mathrm{d}X", r"\mathrm{d}(X^2) = 2 X \mathrm{d}X"),
    "a quadratic form": (r"d(x^\top A x) = x^\top (A + A^\top) dx", r"d(x^\top A x) = 2 x^\top A \, dx"),
    "a Kronecker product": (r"d(X \otimes Y) = dX \otimes Y + X \otimes dY", r"d(X \otimes Y) = dX \otimes dY"),
    "a number": (r"d(s^3) = 3 s^2 ds", r"d(s^3) = 3 s \, ds"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_differential_is_the_derivative_in_the_direction_of_the_increments(verdicts, name):
    true, false = CASES[name]
    assert verdicts(DECLARED + f"$$\n{true}\n$$\n\n$$\n{false}\n$$\n") == ["proved", "refuted"]


def test_a_term_that_is_left_out_is_not_proved_by_taking_its_factor_as_constant(judge):
    (step,) = judge(DECLARED + "$$\nd(X Y) = (dX) Y\n$$\n")
    assert step.verdict == "undecided" and "whether Y varies is not said" in step.reason
    (step,) = judge(DECLARED + "Let $Y$ be constant.\n\n$$\nd(X Y) = (dX) Y\n$$\n")
    assert step.verdict == "proved"


def test_a_d_that_is_declared_is_no_differential(verdicts):
    text = r"Let $a, b, d \in \mathbb{R}$." + "\n\n$$\nd(a b) = d a b\n$$\n"
    assert verdicts(text) == ["proved"]
    text = r"Let $W \in \mathbb{R}^{n \times d}$ and $x \in \mathbb{R}$." + "\n\n$$\nd(x + 1) = d x + d\n$$\n"
    assert verdicts(text) == ["proved"]
