"""Partial fractions of summands that are rational in their index, so that sums telescope: SymPy suggests, comparing confirms."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy

from derive.normal_form.poly import Atom, Comp, Factor, Poly, add_polys, atom, constant, factor_free, mono, single
from derive.terms import Index, affine

if TYPE_CHECKING:
    from derive.normal_form.normalizer import Normalizer


def apart(nz: Normalizer, p: Poly) -> Poly | None:
    """``p`` with the rational summands of its sums in partial fractions, or None when nothing changes."""
    from derive.normal_form.normalizer import open_component

    changed = False
    total: list[Poly] = []
    for m, c in p.terms:
        found = None
        for b, e in m.factors:
            if isinstance(b, Comp) and e == 1 and len(b.bound) == 1 and "power" in b.atoms and "int" in b.atoms:
                (index,), factors = open_component(b)
                parts = _parts(nz, index, factors)
                if parts is not None:
                    rest = Poly(((mono([f for f in m.factors if f[0] is not b]), c),))
                    found = nz.multiply(rest, add_polys(nz.sum_over(index, q) for q in parts))
                    break
        changed = changed or found is not None
        total.append(Poly(((m, c),)) if found is None else found)
    new = add_polys(total)
    return new if changed and new is not p else None


def _parts(nz: Normalizer, index: Index, factors: list[Factor]) -> list[Poly] | None:
    """The partial fractions of the product of the factors."""
    k = sympy.Symbol("k")
    value: Any = sympy.Integer(1)
    for b, e in factors:
        body = _rational(b, index, k)
        if body is None or not isinstance(e, Fraction) or e.denominator != 1 or factor_free((b, e)) != {index}:
            return None
        value *= body ** int(e)
    split = sympy.apart(value, k)
    terms = sympy.Add.make_args(split)
    if len(terms) < 2:
        return None
    found = [_read(nz, t, index, k) for t in terms]
    if any(f is None for f in found):
        return None
    parts = [f for f in found if f is not None]
    from derive.normal_form.equality import is_zero

    whole = nz.product(factors)
    return parts if is_zero(nz, add_polys([*parts, -whole])) else None


def _rational(b: Any, index: Index, k: Any) -> Any:
    """A base as a SymPy polynomial in the index alone."""
    if not isinstance(b, Atom):
        return None
    if b.head == "int" and b.parts[0].atom is index:
        return k
    if b.head != "power":
        return None
    total: Any = sympy.Integer(0)
    for m, c in b.parts[0].terms:
        term: Any = sympy.Rational(c.numerator, c.denominator)
        for x, e in m.factors:
            if not (
                isinstance(x, Atom)
                and x.head == "int"
                and x.parts[0].atom is index
                and isinstance(e, Fraction)
                and e.denominator == 1
                and e > 0
            ):
                return None
            term *= k ** int(e)
        total += term
    return total


def _read(nz: Normalizer, t: Any, index: Index, k: Any) -> Poly | None:
    top, bottom = sympy.fraction(sympy.together(t))
    over, under = _polynomial(top, index, k), _polynomial(bottom, index, k)
    return None if over is None or under is None else nz.multiply(over, nz.power(under, Fraction(-1)))


def _polynomial(e: Any, index: Index, k: Any) -> Poly | None:
    poly = sympy.Poly(e, k)
    if not all(c.is_Rational for c in poly.coeffs()):
        return None
    base = atom("int", affine(index))
    return add_polys(
        (single(base, Fraction(int(d))) if d else constant(1)).scaled(Fraction(int(c.p), int(c.q)))
        for (d,), c in poly.terms()
    )
