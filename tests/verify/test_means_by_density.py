"""Means written as integrals and sums over a density, and generating functions, one sentence a test."""

import pytest

RANDOM = "Let $X$ be a random variable.\n\n"


@pytest.mark.parametrize(
    "claim",
    [
        r"\mathrm{E}(X) = \int_{\mathcal{X}} x \cdot f_X(x) \, \mathrm{d}x",
        r"\mathrm{Var}(X) = \int_{\mathbb{R}} (x - \mathrm{E}(X))^2 \cdot f_X(x) \, \mathrm{d}x",
        r"\mathrm{Var}(X) = \sum_{x \in \mathcal{X}} (x - \mathrm{E}(X))^2 \cdot \mathrm{Pr}(X = x)",
        r"\mathrm{E}[X (X-1)] = \sum_{x \in \mathcal{X}} x (x-1) \cdot f_X(x)",
        r"\mathrm{E}(X^2) = M_X''(0)",
    ],
)
def test_values_weighed_with_the_density_of_a_random_variable_are_its_mean(verdicts, claim):
    assert verdicts(f"{RANDOM}$$ {claim} $$") == ["proved"]


@pytest.mark.parametrize(
    "claim",
    [
        r"\mathrm{E}(X) = \int_{\mathcal{X}} x^2 \cdot f_X(x) \, \mathrm{d}x",
        r"\mathrm{E}(X) = \int_{0}^\infty x \cdot f_X(x) \, \mathrm{d}x",
        r"\mathrm{E}(X) = \int_{\mathcal{A}} x \cdot f_X(x) \, \mathrm{d}x",
        r"\mathrm{E}(X) = \int_{\mathcal{X}} x \cdot f_Y(x) \, \mathrm{d}x",
        r"\mathrm{E}(X) = M_X''(0)",
    ],
)
def test_another_integrand_another_range_or_the_density_of_another_is_no_such_mean(verdicts, claim):
    assert verdicts(f"{RANDOM}$$ {claim} $$") != ["proved"]


def test_the_ends_may_be_those_of_the_values_of_its_law(verdicts):
    text = "Let $X \\sim LAW$.\n\n$$ \\mathrm{E}(X) = \\int_0^\\infty x f_X(x) \\, dx $$"
    assert verdicts(text.replace("LAW", r"\mathrm{Gam}(a, b)")) == ["proved"]
    assert verdicts(text.replace("LAW", r"\mathcal{N}(a, b)")) != ["proved"]


MOMENTS = r"""Let $y_1, \ldots, y_n \in \mathbb{R}$ be data and let $\alpha > 0$ and $\gamma > 0$.

$$ \bar{y} = \frac{1}{n} \sum_{i=1}^n y_i $$

Matching the moments requires us to solve the following equation for $\alpha$:

$$ \bar{y} = \frac{\alpha}{\alpha + \gamma} $$

Then

$$ %s $$
"""


def test_an_equation_that_is_to_be_solved_holds_below_also_about_a_defined_mean(verdicts):
    given = ["definition", "assumption"]
    assert verdicts(MOMENTS % r"\bar{y} (\alpha + \gamma) = \alpha") == [*given, "proved"]
    assert verdicts(MOMENTS % r"\gamma = \frac{\alpha}{\bar{y}} - \alpha") == [*given, "proved"]
    assert verdicts(MOMENTS % r"\bar{y} (\alpha + \gamma) = \gamma")[-1] != "proved"
    assert verdicts(MOMENTS % r"\frac{\alpha}{\gamma} (\alpha + \gamma) = \frac{\alpha^2}{\gamma} + \alpha") == [
        *given,
        "proved",
    ]
