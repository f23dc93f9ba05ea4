"""Numbers enclosed by balls: the sign of what mentions no symbol, such as 3 log 2 - 2 or sqrt(2) - pi / 3.

The balls are python-flint's (F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, 2017), so an
end of an interval is a true bound.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import arb, ctx

from derive.normal_form.poly import Atom, Mono, Poly
from derive.terms import Symbol

BITS = 128
MOST_FACTORS = 200
HEADS = frozenset(("exp", "log", "pi", "num", "power", "fn"))
FUNCTIONS: dict[str, Callable[[arb], arb]] = {
    "sin": lambda x: x.sin(), "cos": lambda x: x.cos(), "tanh": lambda x: x.tanh(), "erf": lambda x: x.erf(),
    "arctan": lambda x: x.atan(), "gamma": lambda x: x.gamma(), "abs": abs,
}  # fmt: skip


def ends(p: Poly) -> tuple[Fraction, Fraction] | None:
    """Rationals below and above the value of a polynomial without symbols and indices; None where it has some, or no value.

    >>> from derive.normal_form.decide import prepare
    >>> from derive.terms import log, term
    >>> low, high = ends(prepare((), ()).read(log(term(2))))
    >>> float(low) <= 0.6931471805599453 <= float(high)
    True
    """
    if p.free or any(isinstance(a, Symbol) for a in p.atoms) or len(p.terms) > MOST_FACTORS:
        return None
    before = ctx.prec
    try:
        ctx.prec = BITS
        value = _poly(p)
    except (ArithmeticError, ValueError, LookupError):
        return None
    finally:
        ctx.prec = before
    if not value.is_finite():
        return None
    return _rational(value.lower()), _rational(value.upper())


def _poly(p: Poly) -> arb:
    return sum((_ball(c) * _mono(m) for m, c in p.terms), arb(0))


def _mono(m: Mono) -> arb:
    value = arb(1)
    for base, e in m.factors:
        value *= _base(base) ** (_ball(e) if isinstance(e, Fraction) else _poly(e))
    return value


def _base(base: Any) -> arb:
    """The value of an atom. Raises LookupError for an atom that is not a number of a known kind."""
    if not isinstance(base, Atom) or base.head not in HEADS:
        raise LookupError(repr(base))
    head, parts = base.head, base.parts
    if head == "pi":
        return arb.pi()
    if head == "num":
        return _ball(Fraction(parts[0]))
    if head == "exp":
        return _mono(parts[0]).exp()
    if head == "log":
        return _poly(parts[0]).log()
    if head == "power":
        return _poly(parts[0])
    return FUNCTIONS[parts[0]](_poly(parts[1]))


def _ball(c: Fraction) -> arb:
    return arb(c.numerator) / arb(c.denominator)


def _rational(x: arb) -> Fraction:
    mantissa, exponent = x.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
