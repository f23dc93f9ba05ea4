"""No false alarm and no false proof from a reading: pairs, matrix functions, conventions of laws, entries that do not exist."""

from __future__ import annotations

import pytest

from derive.verify.documents import verify_text

ARRAYS = "Let $x \\in \\mathbb{R}^n$, $t \\in \\mathbb{R}$ and $A, X \\in \\mathbb{R}^{n \\times n}$."


def verdicts(*paragraphs: str) -> list[str]:
    return [step.verdict for step in verify_text("\n\n".join(paragraphs) + "\n", time_limit=3.0).steps]


@pytest.mark.parametrize(
    ("step", "verdict"),
    [
        ("\\sum_{i \\ne j} x_i x_j = \\left(\\sum_i x_i\\right)^2 - \\sum_i x_i^2", "proved"),
        ("\\sum_{i \\ne j} x_i x_j = \\left(\\sum_i x_i\\right)^2 + \\sum_i x_i^2", "refuted"),
        ("\\sum_{i \\ne j} A_{ij} = \\sum_{i,j} A_{ij} - \\operatorname{tr}(A)", "proved"),
        ("\\sum_{i \\ne j} x_i = \\sum_i x_i - x_j", "proved"),  # j is free on the right
        ("\\sum_{j \\ne i} A_{ij} x_j = (A x)_i - A_{ii} x_i", "proved"),
    ],
)
def test_a_sum_over_different_indices_runs_over_both_where_nothing_fixes_one(step, verdict):
    assert verdicts(ARRAYS, f"$${step}$$") == [verdict]


def test_the_end_of_an_inner_sum_is_no_size_of_later_displays():
    first = "$$\\sum_{i=1}^n \\sum_{j=1}^i x_j = \\sum_{i=1}^n \\sum_{k=1}^i x_k$$"
    second = "$$\\sum_{i<j} x_i x_j = \\frac12 \\left(\\left(\\sum_i x_i\\right)^2 - \\sum_i x_i^2\\right)$$"
    assert verdicts(ARRAYS, first, "Also", second)[1] != "refuted"


@pytest.mark.parametrize(
    "step",
    ["\\det e^A = e^{\\operatorname{tr} A}", "\\frac{d}{dt} e^{tA} = A e^{tA}", "\\exp(A) \\exp(-A) = I",
     "\\log \\det A = \\operatorname{tr} \\log A"],
)  # fmt: skip
def test_a_function_of_a_square_matrix_may_be_a_power_series_and_is_not_refuted_entry_by_entry(step):
    assert verdicts(ARRAYS, f"$${step}$$") == ["undecided"]


UNCORRELATED = "Let $X$ and $Y$ be uncorrelated random variables."


def test_uncorrelated_variables_have_no_covariance_and_are_not_independent():
    assert verdicts(UNCORRELATED, "$$E[XY] = E[X] E[Y]$$") == ["proved"]
    assert verdicts(UNCORRELATED, "$$\\mathrm{Var}(X + Y) = \\mathrm{Var}(X) + \\mathrm{Var}(Y)$$") == ["proved"]
    assert verdicts(UNCORRELATED, "$$E[X^2 Y^2] = E[X^2] E[Y^2]$$") != ["proved"]


def test_a_parameter_is_a_scale_or_a_deviation_where_the_words_say_so():
    mean = "Let $X \\sim \\mathrm{Exp}(\\theta)$, where $\\theta > 0$ is the mean."
    assert verdicts(mean, "$$E[X] = \\theta$$") == ["proved"]
    assert verdicts(mean, "$$E[X] = \\frac{1}{\\theta}$$") == ["refuted"]
    rate = "Let $X \\sim \\mathrm{Exp}(\\theta)$ with rate $\\theta > 0$."
    assert verdicts(rate, "$$E[X] = \\theta$$") == ["refuted"]
    scale = "Let $k, \\theta > 0$. Let $X \\sim \\mathrm{Gamma}(k, \\theta)$ with shape $k$ and scale $\\theta$."
    assert verdicts(scale, "$$E[X] = k \\theta$$") == ["proved"]
    deviation = "Let $\\mu \\in \\mathbb{R}$, $\\sigma > 0$. Let $X \\sim \\mathcal{N}(\\mu, \\sigma)$ with standard deviation $\\sigma$."
    assert verdicts(deviation, "$$\\mathrm{Var}(X) = \\sigma^2$$") == ["proved"]
    unsaid = "Let $\\mu \\in \\mathbb{R}$ and $\\sigma > 0$. Let $X \\sim \\mathcal{N}(\\mu, \\sigma)$."
    assert verdicts(unsaid, "$$\\mathrm{Var}(X) = \\sigma^2$$") == ["undecided"]
    assert verdicts(unsaid, "$$\\mathrm{Var}(X) = \\sigma$$") == ["undecided"]


@pytest.mark.parametrize(
    "step",
    [
        "\\sum_{k=0}^n \\frac{\\partial \\det X}{\\partial X_{ik}} X_{jk} = \\delta_{ij} \\det X",
        "\\log(-t^2) = \\log(-t^2) + 0",
        "\\sqrt{-1 - t^2} = 2 \\sqrt{-1 - t^2} - \\sqrt{-1 - t^2}",
        "\\int_{-1}^1 \\frac{1}{t} dt = \\int_{-1}^1 \\frac{1}{s} ds",
    ],
)
def test_what_has_no_value_anywhere_is_not_proved(step):
    assert verdicts(ARRAYS, f"$${step}$$") == ["undecided"]
