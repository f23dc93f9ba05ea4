"""Limits by expansions: what mpmath finds is found, nothing false is, and continuity is used only where it was said."""

import mpmath
import pytest

from derive.kernel import KernelError, by_normal_form
from derive.terms import (
    POSITIVE,
    Apply,
    Constant,
    Domain,
    Fn,
    FunctionSymbol,
    Index,
    IntValue,
    Limit,
    Num,
    Size,
    Sum,
    Symbol,
    cos,
    exp,
    log,
    sin,
    sqrt,
    term,
)

x, h, r = Symbol("x"), Symbol("h"), Symbol("r")
a, b = Symbol("a", domain=POSITIVE), Symbol("b", domain=Domain(nonzero=True))
n = Size("n")
N, H, oo = IntValue(n), term(h), Constant("oo")
i = Index("i", 1, n)
y = Symbol("y", (n,))


def function(name, *words, smooth=1):
    return FunctionSymbol(name, smooth=smooth, properties=frozenset(words))


def limit(body, point=0, side=""):
    return Limit(h, point, term(body), side)


def proved(lhs, rhs):
    try:
        by_normal_form(lhs, term(rhs))
    except KernelError:
        return False
    return True


def quotient(f, at):
    return limit((f(at + h) - f(at)) / h)


def test_derivatives_of_the_elementary_functions_come_from_the_definition():
    assert proved(quotient(exp, x), exp(x)) and not proved(quotient(exp, x), 2 * exp(x))
    assert proved(quotient(sin, x), cos(x)) and not proved(quotient(sin, x), -cos(x))
    assert proved(quotient(cos, x), -sin(x))
    assert proved(quotient(log, a), 1 / term(a)) and not proved(quotient(log, x), -1 / term(x))
    assert proved(quotient(lambda u: u**N, x), N * x ** (N - 1)) and not proved(quotient(lambda u: u**N, x), N * x**N)
    assert proved(quotient(lambda u: u ** term(r), a), r * a ** (r - 1))


@pytest.mark.parametrize(
    "body, number",
    [
        ((1 - cos(h)) / H**2, lambda u: (1 - mpmath.cos(u)) / u**2),
        ((exp(h) - 1 - h) / H**2, lambda u: (mpmath.exp(u) - 1 - u) / u**2),
        (log(1 + 3 * H) / sin(2 * H), lambda u: mpmath.log(1 + 3 * u) / mpmath.sin(2 * u)),
        ((sqrt(1 + H) - 1) / h, lambda u: (mpmath.sqrt(1 + u) - 1) / u),
        ((1 / (1 + H) - exp(-h)) / H**2, lambda u: (1 / (1 + u) - mpmath.exp(-u)) / u**2),
        ((sin(h) - h) / H**3, lambda u: (mpmath.sin(u) - u) / u**3),
    ],
)
def test_a_limit_at_0_is_what_mpmath_approaches(body, number):
    with mpmath.workdps(60):
        want = mpmath.nstr(number(mpmath.mpf("1e-25")), 12)
    from fractions import Fraction

    value = Fraction(want).limit_denominator(60)
    assert proved(limit(body), Num(value)) and not proved(limit(body), Num(value + 1))


def test_limits_at_infinity():
    assert proved(limit((3 * H + 1) / (H + 2), oo), 3)
    assert proved(limit(a / (H * b), oo), 0)
    assert proved(limit((2 * H**2 - 1) / (H**2 + 5 * H), oo), 2)
    assert not proved(limit(H, oo), 0) and not proved(limit(sin(H), oo), 0)


def test_a_limit_that_does_not_exist_is_not_found():
    for body in (1 / H, 1 / H**2, sin(1 / H), Fn("abs", H) / H, log(H)):
        assert not proved(limit(body), 0) and not proved(limit(body), 1)


def test_the_limit_of_a_sum_over_a_symbolic_range():
    mean = limit(log(Sum(i, exp(h * y[i])) / N) / h)
    assert proved(mean, Sum(i, y[i]) / N) and not proved(mean, Sum(i, y[i]))


def test_continuity_and_differentiability_are_used_only_where_they_were_said():
    derivative = lambda f: Apply(f, (term(x),), (), ((0, ()),))  # noqa: E731
    unsaid, continuous, smooth = function("f"), function("f", "continuous"), function("f", "differentiable")
    assert not proved(limit(unsaid(x + h)), unsaid(x))
    assert proved(limit(continuous(x + h)), continuous(x))
    assert not proved(quotient(continuous, x), derivative(continuous))
    assert proved(quotient(smooth, x), derivative(smooth))
    slope = Apply(smooth, (x + h,), (), ((0, ()),))
    assert not proved(limit(slope), derivative(smooth))  # x^2 sin(1/x) has a derivative that is not continuous


def test_a_condition_must_hold_near_the_point():
    assert proved(limit(log(exp(log(a + h)))), log(a))
    assert not proved(limit(H / H**2 * H), 0)
    assert proved(limit(H / H), 1)
