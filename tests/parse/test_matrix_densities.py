"""Densities of vectors and matrices by the names of their laws, against SciPy, and what must not be shown of them."""

from fractions import Fraction

import numpy
import pytest
import scipy.special
import scipy.stats

import derive
from derive.evaluate import Assignment, evaluate
from derive.parse.declarations import assume
from derive.parse.elaborate import elaborate
from derive.parse.grammar import parse_expression

LAW = r"Let $V \in \mathbb{R}^{p \times p}$, $X \sim \mathcal{MN}(M, U, V)$ and $Y \sim \mathcal{W}(V, \nu)$." + "\n\n"


def at(text, declarations, sizes, values):
    scope = assume(declarations)
    term = elaborate(parse_expression(text), scope, text)
    named = {scope.symbols[k]: v for k, v in values.items()}
    lengths = {scope.sizes[k]: v for k, v in sizes.items()}
    found = evaluate(term, Assignment(sizes=lengths, symbols=named)).value
    return float(found if isinstance(found, Fraction) else found.mid())


def verdict(text):
    return derive.verify(LAW + text).steps[-1]


def test_the_matrix_normal_density_is_scipys():
    x, m = [[1, 2, 0], [0, -1, 1]], [[0, 1, 0], [1, 0, 0]]
    u, v = [[2, 1], [1, 2]], [[2, 0, 1], [0, 1, 0], [1, 0, 2]]
    found = at(
        r"\mathcal{MN}(X; M, U, V)",
        r"X, M \in \mathbb{R}^{n \times p}; U \in \mathbb{R}^{n \times n}; V \in \mathbb{R}^{p \times p}",
        {"n": 2, "p": 3}, {"X": x, "M": m, "U": u, "V": v},
    )  # fmt: skip
    assert found == pytest.approx(scipy.stats.matrix_normal.pdf(numpy.array(x), m, u, v), rel=1e-9)


def test_the_wishart_density_is_scipys():
    y, v = [[3, 1], [1, 2]], [[2, 1], [1, 1]]
    found = at(
        r"\mathcal{W}(Y; V, \nu)", r"Y, V \in \mathbb{R}^{p \times p}; \nu > 0", {"p": 2}, {"Y": y, "V": v, "\\nu": 4}
    )
    assert found == pytest.approx(scipy.stats.wishart.pdf(numpy.array(y, float), 4, v), rel=1e-9)


def test_the_multivariate_t_density_is_scipys():
    found = at(
        r"t(x; \mu, \Sigma, a)", r"x, \mu \in \mathbb{R}^n; \Sigma \in \mathbb{R}^{n \times n}; a > 0", {"n": 2},
        {"x": [1, 2], "\\mu": [0, 1], "\\Sigma": [[2, 1], [1, 3]], "a": 3},
    )  # fmt: skip
    assert found == pytest.approx(scipy.stats.multivariate_t.pdf([1, 2], [0, 1], [[2, 1], [1, 3]], 3), rel=1e-9)


def test_gamma_with_a_size_is_the_multivariate_gamma_function():
    found = at(r"\Gamma_p(x)", r"x > 0; A \in \mathbb{R}^{p \times p}", {"p": 3}, {"x": 4})
    assert found == pytest.approx(numpy.exp(scipy.special.multigammaln(4, 3)), rel=1e-9)


@pytest.mark.parametrize(("scale", "shown"), [(r"(2\pi)^{np} |V|^n |U|^p", True), (r"(2\pi)^{np} |V|^n |U|^n", False)])
def test_the_determinants_of_a_matrix_normal_density_have_each_the_others_size_as_power(scale, shown):
    step = verdict(
        r"$$ f(X) = \mathcal{MN}(X; M, U, V) = \frac{1}{\sqrt{" + scale + r"}} \cdot \exp\left[-\frac{1}{2} "
        r"\mathrm{tr}\left( V^{-1} (X-M)^\mathrm{T} \, U^{-1} (X-M) \right) \right] $$"
    )
    assert (step.verdict == "proved") == shown, step.reason


@pytest.mark.parametrize(("power", "shown"), [(r"(\nu-p-1)/2", True), (r"(\nu-p+1)/2", False)])
def test_the_power_in_a_wishart_density(power, shown):
    step = verdict(
        r"$$ g(Y) = \mathcal{W}(Y; V, \nu) = \frac{1}{\Gamma_p \left( \frac{\nu}{2} \right)} \cdot \frac{1}{\sqrt{2^{\nu p} |V|^{\nu}}} "
        r"\cdot |Y|^{" + power + r"} \cdot \exp\left[ -\frac{1}{2} \mathrm{tr}\left( V^{-1} Y \right) \right] $$"
    )
    assert (step.verdict == "proved") == shown, step.reason


def test_the_gamma_function_of_several_dimensions_is_not_that_of_one():
    assert (
        derive.verify(r"Let $x > 3$." + "\n\n" + r"$$ \Gamma_2(x) + 1 = \Gamma(x) + 1 $$").steps[-1].verdict != "proved"
    )
    right = derive.verify(
        r"Let $x > 3$." + "\n\n" + r"$$ \Gamma_2(x) + 1 = \sqrt{\pi} \, \Gamma(x) \, \Gamma(x - \tfrac{1}{2}) + 1 $$"
    ).steps[-1]
    assert right.verdict == "proved", right.reason
