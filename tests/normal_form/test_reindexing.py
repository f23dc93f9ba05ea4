"""Sums counted another way, integrals over the line shifted, and floors: what convolutions need."""

import pytest

from derive.kernel import KernelError, by_inequality, by_normal_form
from derive.terms import (
    Constant,
    Fn,
    FunctionSymbol,
    Guard,
    Index,
    Integral,
    IntValue,
    Num,
    Relation,
    Size,
    Sum,
    Symbol,
    delta,
    term,
)

N, K, o, s, p = Size("N"), Size("K"), Size("o"), Size("s"), Size("p", 0)
k, a, i = Index("k", 1, K), Index("a", 1, N), Index("i", 1, o)
m = Index("m", 1, N + K - 1)
w, x, g = Symbol("w", (K,)), Symbol("x", (N,)), Symbol("g", (o,))
f, h = FunctionSymbol("f"), FunctionSymbol("h")
t, u = Symbol("t"), Symbol("u")


def inside(place, size):
    return Guard(">=", place - 1) * Guard(">=", size - place)


def proved(lhs, rhs):
    try:
        return bool(by_normal_form(lhs, rhs))
    except KernelError:
        return False


def line(body, lower=None, upper=None):
    return Integral(t, lower or -Constant("oo"), upper or Constant("oo"), body)


by_kernel = Sum(k, inside(m - k + 1, N) * w[k] * x[m - k + 1])
by_input = Sum(a, inside(m - a + 1, K) * x[a] * w[m - a + 1])


def test_a_convolution_may_be_counted_by_either_factor():
    assert proved(by_kernel, by_input)
    assert proved(by_kernel, Sum(a, Sum(k, delta(a + k, m + 1) * x[a] * w[k])))
    assert proved(Sum(k, Sum(a, delta(a + k, m + 1) * x[a] * w[k])), by_input)


def test_a_convolution_is_not_a_correlation_nor_one_shifted_by_a_place():
    assert not proved(by_kernel, Sum(a, Sum(k, delta(a + k, m + 2) * x[a] * w[k])))
    assert not proved(by_kernel, Sum(a, Sum(k, delta(a - k, m - 1) * x[a] * w[k])))
    assert not proved(by_kernel, Sum(a, inside(m - a, K) * x[a] * w[m - a]))


def test_a_sum_over_less_of_the_range_is_another_sum():
    y = Symbol("y", (o + K,))
    one = Sum(i, g[i] * y[i + 1])
    b = Index("b", 1, o + K)
    assert proved(one, Sum(b, inside(b - 1, o) * y[b] * g[b - 1]))
    assert not proved(one, Sum(b, inside(b, o) * y[b] * g[b]))


def test_an_integral_over_the_line_may_be_shifted_and_reflected():
    assert proved(line(f(term(t)) * h(u - t)), line(f(u - t) * h(term(t))))
    assert proved(line(f(term(t)) * h(u + t)), line(f(t - u) * h(term(t))))
    assert not proved(line(f(term(t)) * h(u + t)), line(f(u - t) * h(term(t))))
    assert not proved(line(f(2 * t) * h(u - t)), line(f(term(t)) * h(u - t)))


def test_an_integral_over_an_interval_may_not():
    zero, one = Num(0), Num(1)
    assert not proved(line(f(term(t)) * h(u - t), zero, one), line(f(u - t) * h(term(t)), zero, one))


def test_a_floor_is_the_greatest_integer_up_to_its_argument():
    size = IntValue(N + 2 * p - K)
    floor = Fn("floor", size / term(s))
    assert by_inequality(Relation("<=", floor * s, size))
    assert by_inequality(Relation("<", size, (floor + 1) * s))
    for wrong in (
        Relation("<=", size, floor * s),
        Relation("<", floor * s, size),
        Relation("<=", (floor + 1) * s, size),
    ):
        with pytest.raises(KernelError):
            by_inequality(wrong)
    assert proved(Fn("floor", IntValue(N + 2 * p)), IntValue(N + 2 * p))
    assert proved(Fn("floor", Num(-1) / 2), Num(-1))
    assert not proved(Fn("floor", term(t)), term(t))
    assert not proved(Fn("floor", term(t) + term(u)), Fn("floor", term(t)) + Fn("floor", term(u)))
