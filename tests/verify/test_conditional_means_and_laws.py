r"""The mean of a conditional mean, laws that are equal by their parameters, sums over pairs of values, falling factorials."""

import pytest

from derive.verify import verify_text

PAIR = r"Let $X$ and $Y$ be random variables." + "\n\n"
NUMBERS = r"Let $\sigma > 0$, $n, m \in \mathbb{N}$ and $\mu \in \mathbb{R}$." + "\n\n"


def verdict(start, formula):
    return verify_text(start + f"$$ {formula} $$\n").steps[-1].verdict


@pytest.mark.parametrize(
    "formula",
    [
        r"\mathrm{E}(X) = \mathrm{E}[\mathrm{E}(X \vert Y)]",
        r"\mathrm{Var}(Y) = \mathrm{E}[\mathrm{Var}(Y \vert X)] + \mathrm{Var}[\mathrm{E}(Y \vert X)]",
        r"\mathrm{E}[Y^2 \mathrm{E}(X \vert Y)] = \mathrm{E}[X Y^2]",
        r"\mathrm{Cov}(X, Y) = \mathrm{Cov}(\mathrm{E}(X|Y), Y)",
        r"\mathrm{E}[\mathrm{E}(X \vert Y) | Y] = \mathrm{E}(X|Y)",
        r"\sum_{x \in \mathcal{X}} \sum_{y \in \mathcal{Y}} x \, \mathrm{Pr}(X = x, Y = y) = \mathrm{E}(X)",
    ],
)
def test_total_expectation(formula):
    assert verdict(PAIR, formula) == "proved"


@pytest.mark.parametrize(
    "formula",
    [
        r"\mathrm{E}[X \mathrm{E}(X \vert Y)] = \mathrm{E}[X^2]",
        r"\mathrm{E}[\mathrm{E}(X \vert Y)^2] = \mathrm{E}[X^2]",
        r"\mathrm{Var}(Y) = \mathrm{E}[\mathrm{Var}(Y \vert X)]",
        r"\mathrm{E}[\mathrm{E}(X \vert Y) | Y] = \mathrm{E}(X)",
    ],
)
def test_what_total_expectation_does_not_say_is_refuted(formula):
    assert verdict(PAIR, formula) == "refuted"


def test_a_sum_over_other_pairs_is_no_mean():
    formula = r"\sum_{x \in \mathcal{X}} \sum_{y \in \mathcal{Y}} x \, \mathrm{Pr}(X = y, Y = x) = \mathrm{E}(X)"
    assert verdict(PAIR, formula) != "proved"


def test_equal_laws_have_equal_parameters():
    good = r"\mathcal{N}( \frac{1}{n} n \mu, (\frac{1}{n})^2 n \sigma^2 ) = \mathcal{N}( \mu, \sigma^2/n )"
    assert verdict(NUMBERS, good) == "proved"
    assert verdict(NUMBERS, r"\mathcal{N}( \mu, \sigma^2/n ) = \mathcal{N}( \mu, \sigma^2 )") == "undecided"


def test_falling_factorials():
    assert verdict(NUMBERS, r"m^{\underline{n}} = \prod_{i=0}^{n-1} (m-i)") == "proved"
    assert verdict(NUMBERS, r"m^{\underline{2}} = m^2 - m") == "proved"
    assert verdict(NUMBERS, r"m^{\underline{2}} = m^2") == "refuted"
