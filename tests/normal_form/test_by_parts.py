"""Integrals of derivatives: what integration by parts gives agrees with numbers, and changed statements are not shown."""

import mpmath
import numpy as np

from derive.kernel import KernelError, by_normal_form
from derive.normal_form.derivative import differentiation_axioms
from derive.terms import Derivative, FunctionSymbol, Integral, Symbol, cos, exp, sin, term

t = Symbol("t")
a, b, c = term(Symbol("a")), term(Symbol("b")), term(Symbol("c"))
T = term(t)
f, u, v = FunctionSymbol("f", smooth=3), FunctionSymbol("u"), FunctionSymbol("v")


def D(body, times=1):
    for _ in range(times):
        body = Derivative(body, t)
    return body


def proved(lhs, rhs):
    try:
        by_normal_form(lhs, term(rhs))
    except KernelError:
        return False
    return True


def test_the_integral_of_a_derivative_is_a_difference_of_values():
    assert proved(Integral(t, a, b, D(f(T))), f(b) - f(a))
    assert not proved(Integral(t, a, b, D(f(T))), f(a) - f(b))
    assert proved(Integral(t, a, b, 2 * f(T) * D(f(T))), f(b) ** 2 - f(a) ** 2)
    assert not proved(Integral(t, a, b, f(T) * D(f(T))), f(b) ** 2 - f(a) ** 2)


def test_a_derivative_moves_to_the_other_factor():
    boundary = u(b) * v(b) - u(a) * v(a)
    assert proved(Integral(t, a, b, D(u(T)) * v(T)), boundary - Integral(t, a, b, u(T) * D(v(T))))
    assert not proved(Integral(t, a, b, D(u(T)) * v(T)), boundary + Integral(t, a, b, u(T) * D(v(T))))
    assert proved(Integral(t, a, b, T * D(f(T))), b * f(b) - a * f(a) - Integral(t, a, b, f(T)))
    assert not proved(Integral(t, a, b, T * D(f(T))), b * f(b) - a * f(a))


def test_the_remainder_of_taylors_formula():
    remainder = Integral(t, 0, c, (c - T) ** 2 * D(f(a + T), 3)) / 2
    at = lambda k: Derivative(f(a), Symbol("a")) if k == 1 else Derivative(Derivative(f(a), Symbol("a")), Symbol("a"))  # noqa: E731
    assert proved(f(a + c), f(a) + c * at(1) + c**2 * at(2) / 2 + remainder)
    assert not proved(f(a + c), f(a) + c * at(1) + c**2 * at(2) + remainder)


def test_an_infinite_end_or_a_speed_that_may_vanish_is_left_alone():
    assert not proved(Integral(t, a, b, Derivative(f(c * T), Symbol("c"))), f(b) - f(a))
    assert not proved(c * Integral(t, a, b, D(f(c * T))), f(c * b) - f(c * a) + 1)


def test_by_parts_agrees_with_numbers():
    """u = sin, v = exp on [0.3, 1.7]: the two sides of the formula by quadrature."""
    low, high = 0.3, 1.7
    left = mpmath.quad(lambda s: mpmath.cos(s) * mpmath.exp(s), [low, high])
    right = mpmath.quad(lambda s: mpmath.sin(s) * mpmath.exp(s), [low, high])
    ends = np.sin(high) * np.exp(high) - np.sin(low) * np.exp(low)
    assert abs(left - (ends - right)) < 1e-12
    U, V = sin, exp
    assert not proved(Integral(t, a, b, cos(T) * exp(T)), U(b) * V(b) - U(a) * V(a))


def test_only_an_integrand_that_depends_on_the_variable_exchanges_derivative_and_integral():
    x = Symbol("x")
    assert differentiation_axioms(Derivative(Integral(t, a, term(x), f(T)), x)) == set()
    assert differentiation_axioms(Derivative(Integral(t, a, b, f(T + x)), x)) == {"exchange of derivative and integral"}
