"""Factorisations of polynomials: SymPy suggests, multiplying out confirms."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy

from derive.normal_form.poly import Mono, Poly, add_polys, constant, mono

if TYPE_CHECKING:
    from derive.normal_form.normalizer import Normalizer

MAX_TERMS = 16
MAX_BASES = 8


def factored(nz: Normalizer, p: Poly) -> list[tuple[Poly, int]] | None:
    """``p`` as a product of powers of polynomials (a number may be one), or None when it does not factor."""
    if not 1 < len(p.terms) <= MAX_TERMS or _plainly_irreducible(p):
        return None
    bases: dict[Any, sympy.Symbol] = {}
    signs: dict[Any, int] = {}
    total: list[Any] = []
    for m, c in p.terms:
        term: Any = sympy.Rational(c.numerator, c.denominator)
        for b, e in m.factors:
            if not isinstance(e, Fraction) or e.denominator != 1 or abs(e) > 8:
                return None
            if b not in bases:
                bases[b] = sympy.Symbol(f"b{len(bases)}")
                signs[b] = 1 if e > 0 else -1
            if (e > 0) != (signs[b] > 0):
                return None
            term *= bases[b] ** abs(int(e))
        total.append(term)
    if not bases or len(bases) > MAX_BASES:
        return None
    content, parts = sympy.factor_list(sympy.Add(*total), *bases.values())
    if len(parts) == 1 and parts[0][1] == 1:
        return None
    names = {s: (b, signs[b]) for b, s in bases.items()}
    found = [(_read(f, names, list(bases.values())), int(k)) for f, k in parts]
    number = Fraction(int(content.p), int(content.q)) if isinstance(content, sympy.Rational) else None
    if number is None:
        return None
    if number != 1:
        found.append((constant(number), 1))
    product = nz.multiply_all(nz.power(f, Fraction(k)) for f, k in found)
    return found if nz.expand(product) is p else None


def _plainly_irreducible(p: Poly) -> bool:
    """Whether a base stands in one monomial only, once, with nothing that all the other monomials share with it.

    Then p = a b + r with a monomial a, and what divides p without b divides a and r, so it is a number.
    """
    places: dict[Any, list[Mono]] = {}
    for m, _ in p.terms:
        for b, _e in m.factors:
            places.setdefault(b, []).append(m)
    for m, _ in p.terms:
        if all(isinstance(e, Fraction) and len(places[b]) < len(p.terms) for b, e in m.factors):
            if any(len(places[b]) == 1 and abs(e) == 1 for b, e in m.factors):
                return True
    return False


def _read(f: Any, names: dict[Any, Any], symbols: list[Any]) -> Poly:
    terms = []
    for powers, c in sympy.Poly(f, *symbols).terms():
        factors = [(names[s][0], Fraction(names[s][1] * int(k))) for s, k in zip(symbols, powers, strict=True) if k]
        coefficient = Fraction(int(c.p), int(c.q))
        terms.append(Poly(((mono(factors), coefficient),)) if factors else constant(coefficient))
    return add_polys(terms)
