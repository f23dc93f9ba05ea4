"""The numbers the evaluator computes with: exact rationals, balls, and jets over either. Imports python-flint only.

A number is an exact rational (``flint.fmpq``) as long as every operation stays rational, and a ball (``flint.arb``, an
interval that certainly contains the value) as soon as one does not. A `Jet` is ``re + eps * e`` with ``e ** 2 == 0``:
forward-mode automatic differentiation. Tags keep the infinitesimals of nested derivatives apart.

>>> x = Jet(1, fmpq(3), fmpq(1))
>>> (x * x).eps
6
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb, fmpq, fmpz

ZERO, ONE, HALF = fmpq(0), fmpq(1), fmpq(1, 2)
EXACT_BITS = 20_000  # an exact power larger than this is computed as a ball


class Undefined(ArithmeticError):
    """The value does not exist: a division by zero, the logarithm of zero, an index outside its range, a kink.

    ``where`` is the subterm, once it is known.
    """

    def __init__(self, why: str, where: Any = None) -> None:
        super().__init__(why)
        self.why, self.where = why, where

    def __str__(self) -> str:
        return self.why if self.where is None else f"{self.why} in {self.where!r}"


class Indeterminate(Undefined):
    """The value may exist and was not enclosed: a ball that contains zero where the sign matters, a limit that was not
    reached.
    """


class Jet:
    """``re + eps * e`` with ``e ** 2 == 0``; a larger tag is outermost."""

    __slots__ = ("eps", "re", "tag")

    def __init__(self, tag: int, re: Any, eps: Any) -> None:
        self.tag, self.re, self.eps = tag, re, eps

    def __add__(self, other: Any) -> Jet:
        if isinstance(other, Jet):
            if self.tag == other.tag:
                return Jet(self.tag, self.re + other.re, self.eps + other.eps)
            if self.tag < other.tag:
                return Jet(other.tag, self + other.re, other.eps)
        return Jet(self.tag, self.re + other, self.eps)

    def __radd__(self, other: Any) -> Jet:
        return Jet(self.tag, other + self.re, self.eps)

    def __neg__(self) -> Jet:
        return Jet(self.tag, -self.re, -self.eps)

    def __sub__(self, other: Any) -> Jet:
        return self + (-other)

    def __rsub__(self, other: Any) -> Jet:
        return Jet(self.tag, other - self.re, -self.eps)

    def __mul__(self, other: Any) -> Jet:
        if isinstance(other, Jet):
            if self.tag == other.tag:
                return Jet(self.tag, self.re * other.re, self.re * other.eps + self.eps * other.re)
            if self.tag < other.tag:
                return Jet(other.tag, self * other.re, self * other.eps)
        return Jet(self.tag, self.re * other, self.eps * other)

    def __rmul__(self, other: Any) -> Jet:
        return Jet(self.tag, other * self.re, other * self.eps)

    def __repr__(self) -> str:
        return f"({self.re} + {self.eps} e{self.tag})"


def number(value: Any) -> Any:
    """Read an int, Fraction, float (exactly), string such as "1/2", or a flint number."""
    if isinstance(value, fmpq | arb | Jet):
        return value
    if isinstance(value, int | fmpz):
        return fmpq(int(value))
    fraction = Fraction(value)
    return fmpq(fraction.numerator, fraction.denominator)


def fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def ball(value: Any) -> arb:
    return value if isinstance(value, arb) else arb(value)


def standard(value: Any) -> Any:
    """The number without its infinitesimal parts."""
    while isinstance(value, Jet):
        value = value.re
    return value


def is_zero(value: Any) -> bool:
    """Is it certainly, exactly zero?"""
    return value == 0 if isinstance(value, fmpq) else isinstance(value, arb) and bool(value.is_zero())


def sign(value: Any) -> int:
    """-1, 0 or 1. Raises Undefined at a kink (a jet over zero), Indeterminate for a ball that contains zero."""
    if isinstance(value, Jet):
        found = sign(standard(value))
        if found == 0:
            raise Undefined("no derivative at the kink")
        return found
    if value > 0:
        return 1
    if value < 0:
        return -1
    if is_zero(value):
        return 0
    raise Indeterminate("the sign of a value close to zero is not decided")


def finite(value: arb) -> arb:
    if not value.is_finite():
        raise Indeterminate("no enclosure")
    return value


def reciprocal(value: Any) -> Any:
    if isinstance(value, Jet):
        inverse = reciprocal(value.re)
        return Jet(value.tag, inverse, -(inverse * inverse) * value.eps)
    if is_zero(value):
        raise Undefined("division by zero")
    return 1 / value if isinstance(value, fmpq) else finite(1 / value)


def integer_power(base: Any, exponent: int) -> Any:
    """``base ** exponent`` with 0 ** 0 = 1."""
    if exponent == 0:
        return ONE
    if exponent < 0:
        return reciprocal(integer_power(base, -exponent))
    if isinstance(base, Jet):
        return Jet(
            base.tag, integer_power(base.re, exponent), exponent * integer_power(base.re, exponent - 1) * base.eps
        )
    if isinstance(base, fmpq) and exponent * base.height_bits() > EXACT_BITS:
        base = arb(base)
    return base**exponent if isinstance(base, fmpq) else finite(base ** fmpz(exponent))


def rational_power(base: Any, exponent: fmpq) -> Any:
    """``base ** exponent`` for a fractional exponent: a root of a negative number is undefined."""
    if exponent.q == 1:
        return integer_power(base, int(exponent.p))
    if isinstance(base, Jet):
        if sign(base) < 0:
            raise Undefined("root of a negative number")
        return Jet(
            base.tag, rational_power(base.re, exponent), exponent * rational_power(base.re, exponent - 1) * base.eps
        )
    direction = sign(base)
    if direction < 0:
        raise Undefined("root of a negative number")
    if direction == 0:
        if exponent < 0:
            raise Undefined("division by zero")
        return ZERO
    degree, top = int(exponent.q), int(exponent.p)
    if isinstance(base, fmpq):
        p, q = base.p.root(degree), base.q.root(degree)
        if p**degree == base.p and q**degree == base.q:
            return integer_power(fmpq(p, q), top)
        base = arb(base)
    return finite(base.root(degree) ** fmpz(top))
