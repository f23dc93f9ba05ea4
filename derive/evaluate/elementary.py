"""The elementary functions of `derive.terms.term.ELEMENTARY` on exact rationals, balls and jets.

Values at simple points stay exact: ``exp(0) = 1``, ``log(1) = 0``, ``sqrt(4) = 2``.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial as _factorial
from typing import Any

from flint import arb, fmpq

from derive.evaluate.numbers import (
    ONE,
    ZERO,
    Indeterminate,
    Jet,
    Undefined,
    finite,
    integer_power,
    is_zero,
    number,
    rational_power,
    reciprocal,
    sign,
    standard,
)

Unary = Callable[[Any], Any]
LARGEST_FACTORIAL = 2000


def _unary(exact: Callable[[fmpq], Any], enclose: Unary, slope: Unary) -> Unary:
    """A function from its value at rationals (None where that is not rational), its enclosure, and its derivative."""

    def function(x: Any) -> Any:
        if isinstance(x, Jet):
            return Jet(x.tag, function(x.re), slope(x.re) * x.eps)
        if isinstance(x, fmpq):
            value = exact(x)
            if value is not None:
                return value
            x = arb(x)
        return finite(enclose(x))

    return function


def _at(point: int, value: int) -> Callable[[fmpq], Any]:
    return lambda x: fmpq(value) if x == point else None


def _log_exact(x: fmpq) -> Any:
    if x <= 0:
        raise Undefined("logarithm of zero" if x == 0 else "logarithm of a negative number")
    return ZERO if x == 1 else None


def _unit_interval(at_zero: int | None, at_one: int | None) -> Callable[[fmpq], Any]:
    def exact(x: fmpq) -> Any:
        if abs(x) > 1:
            raise Undefined("inverse sine or cosine outside [-1, 1]")
        if x == 0 and at_zero is not None:
            return fmpq(at_zero)
        return fmpq(at_one) if x == 1 and at_one is not None else None

    return exact


def _gamma_exact(x: fmpq) -> Any:
    if x.q == 1:
        if x <= 0:
            raise Undefined("gamma function at a pole")
        if x <= LARGEST_FACTORIAL:
            return fmpq(_factorial(int(x.p) - 1))
    return None


def _positive(what: str, zeros: tuple[int, ...] = ()) -> Callable[[fmpq], Any]:
    def exact(x: fmpq) -> Any:
        if x <= 0:
            raise Undefined(f"{what} of a number that is not positive")
        return ZERO if x in zeros else None

    return exact


def _none(x: fmpq) -> Any:
    return None


def _polygamma(order: int) -> Unary:
    """The derivative of the digamma function of the given order, on the positive numbers."""
    factor = fmpq((-1) ** (order + 1) * _factorial(order))
    return _unary(_positive("polygamma"), lambda x: factor * arb(order + 1).zeta(x), lambda x: _polygamma(order + 1)(x))


exp: Unary = _unary(_at(0, 1), arb.exp, lambda x: exp(x))
log: Unary = _unary(_log_exact, arb.log, reciprocal)
sin: Unary = _unary(_at(0, 0), arb.sin, lambda x: cos(x))
cos: Unary = _unary(_at(0, 1), arb.cos, lambda x: -sin(x))
tan: Unary = _unary(_at(0, 0), arb.tan, lambda x: 1 + integer_power(tan(x), 2))
sinh: Unary = _unary(_at(0, 0), arb.sinh, lambda x: cosh(x))
cosh: Unary = _unary(_at(0, 1), arb.cosh, lambda x: sinh(x))
tanh: Unary = _unary(_at(0, 0), arb.tanh, lambda x: 1 - integer_power(tanh(x), 2))
arctan: Unary = _unary(_at(0, 0), arb.atan, lambda x: reciprocal(1 + x * x))
arcsin: Unary = _unary(_unit_interval(0, None), arb.asin, lambda x: reciprocal(rational_power(1 - x * x, fmpq(1, 2))))
arccos: Unary = _unary(_unit_interval(None, 0), arb.acos, lambda x: -reciprocal(rational_power(1 - x * x, fmpq(1, 2))))
erf: Unary = _unary(_at(0, 0), arb.erf, lambda x: 2 / arb.pi().sqrt() * exp(-(x * x)))
trigamma: Unary = _polygamma(1)
digamma: Unary = _unary(_positive("digamma"), arb.digamma, trigamma)
gamma: Unary = _unary(_gamma_exact, arb.gamma, lambda x: gamma(x) * digamma(x))
loggamma: Unary = _unary(_positive("log-gamma", (1, 2)), arb.lgamma, digamma)
softplus: Unary = _unary(
    _none, lambda x: x.exp().log1p() if x < 100 else x + (-x).exp().log1p(), lambda x: reciprocal(1 + exp(-x))
)


def absolute(x: Any) -> Any:
    if isinstance(x, Jet):
        return x if sign(x) > 0 else -x
    return abs(x)


def sign_of(x: Any) -> Any:
    return fmpq(sign(x))


def floor(x: Any) -> Any:
    if isinstance(x, Jet):
        base = standard(x)
        if isinstance(base, fmpq) and base.q == 1:
            raise Undefined("no derivative where the floor jumps")
        return floor(base)
    if isinstance(x, fmpq):
        return fmpq(x.floor())
    found = x.floor().unique_fmpz()
    if found is None:
        raise Indeterminate("the floor of a value close to an integer is not decided")
    return fmpq(found)


def _larger(a: Any, b: Any) -> Any:
    if isinstance(a, Jet) or isinstance(b, Jet):
        difference = standard(a) - standard(b)
        order = 1 if a is b else sign(difference)
        if order == 0:
            raise Undefined("no derivative where the maximum is attained twice")
        return a if order > 0 else b
    if isinstance(a, fmpq) and isinstance(b, fmpq):
        return a if a > b else b
    return arb(a).max(arb(b))


def maximum(*values: Any) -> Any:
    best = values[0]
    for value in values[1:]:
        best = _larger(best, value)
    return best


def minimum(*values: Any) -> Any:
    return -maximum(*(-v for v in values))


def factorial(x: Any) -> Any:
    if isinstance(standard(x), fmpq) and standard(x) <= -1:
        raise Undefined("factorial of a number that is not above -1")
    return gamma(x + 1)


def binomial(n: Any, k: Any) -> Any:
    """The falling factorial of ``n`` over ``k!`` for a natural number k; 0 for a negative integer k and natural n."""
    if not (isinstance(k, fmpq) and k.q == 1 and abs(k) <= LARGEST_FACTORIAL):
        raise Undefined("binomial coefficient with a lower number that is no integer")
    if k < 0:
        if isinstance(n, fmpq) and n.q == 1 and n >= 0:
            return ZERO
        raise Undefined("binomial coefficient with a negative lower number")
    top = ONE
    for step in range(int(k.p)):
        top = top * (n - step)
    return top * fmpq(1, _factorial(int(k.p)))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": exp, "log": log, "sin": sin, "cos": cos, "tan": tan, "sinh": sinh, "cosh": cosh, "tanh": tanh,
    "arcsin": arcsin, "arccos": arccos, "arctan": arctan, "abs": absolute, "sign": sign_of, "max": maximum,
    "min": minimum, "erf": erf, "gamma": gamma, "loggamma": loggamma, "digamma": digamma, "trigamma": trigamma,
    "factorial": factorial, "binomial": binomial, "floor": floor, "softplus": softplus,
}  # fmt: skip


def real_power(base: Any, exponent: Any, note: Callable[[str], None]) -> Any:
    """``base ** exponent`` for a real exponent: the base must be positive, or zero under a nonnegative exponent.

    ``note("0^0")`` is called where the convention 0^0 = 1 is used.
    """
    exponent = number(exponent)
    zero = is_zero(standard(base))
    if zero and (isinstance(base, Jet) or isinstance(exponent, Jet)):
        raise Undefined("no derivative of a real power at zero")
    direction = 0 if zero else sign(base)
    if direction < 0:
        raise Undefined("real power of a negative number")
    if zero:
        order = sign(exponent)
        if order < 0:
            raise Undefined("division by zero")
        if order == 0:
            note("0^0")
        return ZERO if order else ONE
    if isinstance(exponent, fmpq) and abs(exponent.p) <= LARGEST_FACTORIAL and exponent.q <= LARGEST_FACTORIAL:
        return rational_power(base, exponent)
    return exp(exponent * log(base))
