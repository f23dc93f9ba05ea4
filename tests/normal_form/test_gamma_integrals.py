"""x^s e^(-b x) over the positive half line, by the definition of the gamma function; compared with mpmath."""

import mpmath
import pytest

from derive.normal_form.decide import equal
from derive.terms import Domain, Fn, Integral, Symbol, exp, term
from derive.terms.term import Constant

OO = Constant("oo")
x, c = Symbol("x"), Symbol("c")
a, b = (Symbol(n, (), Domain(lower=0, lower_open=True)) for n in "ab")


def gamma(u):
    return Fn("gamma", term(u))


def over(body, low=0):
    return Integral(x, low, OO, body)


@pytest.mark.parametrize(
    "left, right",
    [
        (over(x ** (a - 1) * exp(-1 * (b * x))), gamma(a) * b ** (-1 * term(a))),
        (over(x**a * exp(-1 * (b * x))), gamma(a + 1) * b ** (-1 * (a + 1))),
        (over(x * x ** (a - 1) * exp(-1 * (b * x))), a / b * gamma(a) * b ** (-1 * term(a))),
        (over(x ** (a + b) * exp(-2 * term(x))), gamma(a + b + 1) * term(2) ** (-1 * (a + b + 1))),
    ],
)
def test_a_gamma_integral_has_its_closed_form(left, right):
    assert equal(left, right).proved


@pytest.mark.parametrize(
    "left, right",
    [
        (over(x ** (a - 1) * exp(-1 * (b * x))), gamma(a) * b ** (-1 * (a + 1))),
        (over(x ** (a - 1) * exp(-1 * (b * x)), 1), gamma(a) * b ** (-1 * term(a))),
        (over(x ** (a - 1) * exp(b * x)), gamma(a) * b ** (-1 * term(a))),
        (over(x ** (c - 1) * exp(-1 * (b * x))), gamma(c) * b ** (-1 * term(c))),
        (over(x ** (a - 2) * exp(-1 * (b * x))), gamma(a - 1) * b ** (-1 * (a - 1))),
        (over(x ** (a - 1) * exp(-1 * (c * x))), gamma(a) * Fn("abs", term(c)) ** (-1 * term(a))),
    ],
)
def test_what_may_diverge_or_is_another_integral_is_not_shown(left, right):
    assert not equal(left, right).proved


def test_what_is_needed_of_other_symbols_under_an_integral_is_not_forgotten():
    """sqrt(c)^2 = c holds for c >= 0 only, under an integral too."""
    assert not equal(Integral(x, 0, 1, Fn("abs", term(c)) * x), Integral(x, 0, 1, c * x)).proved
    assert not equal(Integral(x, -1, 1, Fn("abs", term(x))), Integral(x, -1, 1, term(x))).proved
    assert equal(Integral(x, 0, 1, Fn("abs", term(x))), Integral(x, 0, 1, term(x))).proved


@pytest.mark.parametrize("shape, rate", [(0.5, 2.0), (3.25, 0.75), (1.0, 1.0)])
def test_the_closed_form_is_the_integral(shape, rate):
    found = mpmath.quad(lambda u: u ** (shape - 1) * mpmath.exp(-rate * u), [0, 1, 10, mpmath.inf])
    assert abs(found - mpmath.gamma(shape) / rate**shape) < 1e-5 * abs(found)
