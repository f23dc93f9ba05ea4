"""Inequalities of textbooks: norms compared, bounds that the words state, and their false sisters."""

import pytest

NORMS = r"Let $x, y \in \mathbb{R}^n$ with $\|y\| \leq R$, where $R > 0$, and $a_i \geq 0$ for $i = 1, \dots, n$."


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        (r"\|x\|_2 \leq \|x\|_1", "proved"),
        (r"\|x\|_1 \leq \sqrt{n} \|x\|_2", "proved"),
        (r"\left( \frac1n \sum_{i=1}^n x_i \right)^2 \leq \frac1n \sum_{i=1}^n x_i^2", "proved"),
        (r"\sum_{i=1}^n a_i^2 \leq \left( \sum_{i=1}^n a_i \right)^2", "proved"),
        (r"\left| \sum_{i=1}^n x_i \right| \leq \|x\|_1", "proved"),
        (r"\|x + y\|^2 \leq 2 \|x\|^2 + 2 \|y\|^2", "proved"),
        (r"\|x + y\| \leq \|x\| + R", "proved"),
        (r"\|x\|^2 + \|y\|^2 \leq \|x\|^2 + R^2", "proved"),
        (r"\|x\|_1 \leq \|x\|_2", "refuted"),
        (r"\sum_{i=1}^n x_i^2 \leq \left( \sum_{i=1}^n x_i \right)^2", "refuted"),
        (r"\left( \sum_{i=1}^n x_i \right)^2 \leq \sum_{i=1}^n x_i^2", "refuted"),
        (r"\|x + y\|^2 \leq \|x\|^2 + \|y\|^2", "refuted"),
        (r"\|x + y\| \leq R", "refuted"),
    ],
)
def test_norms_are_compared(verdicts, formula, verdict):
    assert verdicts(f"{NORMS}\n\n$$ {formula} $$") == [verdict]


@pytest.mark.parametrize("said", [r"$|b| < 1$", r"$-1 < b < 1$", r"$b \in (-1, 1)$"])
def test_a_number_between_minus_one_and_one_has_a_geometric_series(verdicts, said):
    text = (
        f"Let {said}.\n\n$$ \\sum_{{k=0}}^\\infty b^k = \\frac{{1}}{{1 - b}} $$\n\n$$ 1 + b > 0 $$\n\n$$ 1 - b > 1 $$"
    )
    assert verdicts(text) == ["proved", "proved", "refuted"]


def test_an_interval_whose_ends_are_no_numbers_bounds_its_elements(verdicts):
    text = (
        r"Let $\lambda > 0$ and $x \in (0, 1/\lambda)$."
        "\n\n$$ \\lambda x < 1 $$\n\n$$ 1 - \\lambda x > 0 $$\n\n$$ \\lambda x > 1 $$"
    )
    assert verdicts(text) == ["proved", "proved", "refuted"]


def test_a_geometric_sum_may_have_the_ratio_zero(verdicts):
    text = (
        r"Let $a \neq 1$ be real and $n \in \mathbb{N}$."
        "\n\n$$ \\sum_{k=0}^n a^k = \\frac{1 - a^{n+1}}{1 - a} $$\n\n$$ \\sum_{k=1}^n a^{n-k} = \\frac{1 - a^n}{1 - a} $$"
        "\n\n$$ \\sum_{k=1}^n a^k = \\frac{1 - a^n}{1 - a} $$"
    )
    assert verdicts(text) == ["proved", "proved", "refuted"]


def test_powers_of_a_sum_with_symbolic_exponents_meet(verdicts):
    text = (
        r"Let $0 < p < 1$ and $\gamma > 0$."
        "\n\n$$ (1-p)^{\\gamma-1} - p (1-p)^{\\gamma-1} = (1-p)^\\gamma $$"
        "\n\n$$ \\frac{d}{dp} p^\\gamma (1-p)^2 = p^{\\gamma-1} (1-p) (\\gamma (1-p) - 2 p) $$"
        "\n\n$$ (1-p)^{\\gamma-1} + p (1-p)^{\\gamma-1} = (1-p)^\\gamma $$"
    )
    assert verdicts(text) == ["proved", "proved", "refuted"]


def test_a_quotient_is_positive_when_its_factors_are(verdicts):
    text = (
        r"Let $a > 0$, $b > 0$ and $m = \frac{a}{a + b}$."
        "\n\n$$ 1 - m > 0 $$\n\n$$ \\frac{m (1 - m)}{a + b + 1} > 0 $$\n\n$$ 1 - m > m $$"
    )
    assert verdicts(text) == ["proved", "proved", "refuted"]


def test_a_diagonal_invertible_matrix_has_no_zero_on_its_diagonal(verdicts):
    text = (
        r"Let $W \in \mathbb{R}^{n \times n}$ be a diagonal invertible matrix, $X \in \mathbb{R}^{n \times d}$ and $u \in \mathbb{R}^n$."
        "\n\n$$ X^\\top W (X + W^{-1} X) = X^\\top W X + X^\\top X $$\n\n$$ X^\\top W W^{-1} u = X^\\top W u $$"
    )
    assert verdicts(text) == ["proved", "refuted"]
