"""Integrals and limits: linear, in canonical variables; closed forms are confirmed elsewhere, here they are atoms."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derive.normal_form.poly import Mono, Poly, add_polys, atom, constant, mono, single
from derive.terms import REAL, Constant, Domain, Entry, Integral, Limit, Mul, Symbol, Term, substitute

if TYPE_CHECKING:
    from derive.normal_form.normalizer import Normalizer

Read = Callable[[Any, Term], Poly]


def _end(nz: Normalizer, end: Term, read: Read) -> Any:
    if isinstance(end, Constant) and end.name == "oo":
        return "oo"
    if isinstance(end, Mul) and len(end.fields) == 2 and end.fields[1] is Constant("oo"):
        return "-oo"
    return read(nz, end)


def _contains(part: Any, symbol: Symbol) -> bool:
    return symbol in getattr(part, "atoms", ())


def _level(part: Any, skip: Symbol | None = None) -> int:
    """A number above those of the variables of the integrals and limits inside, so that none is captured."""
    taken = [int(s.name[2:]) for s in part.atoms if isinstance(s, Symbol) and s is not skip and s.name.startswith("#x")]
    return 1 + max(taken, default=-1)


def _domain(nz: Normalizer, declared: Domain, lower: Any, upper: Any) -> Domain:
    """What may be used of the variable: its declared bounds where both ends lie within them."""
    if declared.integer or declared.values is not None:
        return REAL
    for bound, sign, wrong in ((declared.lower, 1, "-oo"), (declared.upper, -1, "oo")):
        if bound is None:
            continue
        for end in (lower, upper):
            if end == wrong or (isinstance(end, Poly) and not nz.facts.nonnegative((end - constant(bound)).scaled(Fraction(sign)))):
                return REAL
    return declared


def integral(nz: Normalizer, t: Integral, read: Read) -> Poly:
    """The integral of a polynomial, constants pulled out, each monomial an atom in a canonical variable."""
    lower, upper = _end(nz, t.lower, read), _end(nz, t.upper, read)
    domain = _domain(nz, t.symbol.domain, lower, upper)
    variable = Symbol(f"#x{_level(read(nz, t.body))}", (), domain)
    body = read(nz, substitute(t.body, {}, {t.symbol: Entry(variable, ())}))
    return add_polys(_monomial(nz, m, c, variable, lower, upper) for m, c in body.terms)


def _monomial(nz: Normalizer, m: Mono, c: Fraction, variable: Symbol, lower: Any, upper: Any) -> Poly:
    inside = [f for f in m.factors if _contains(f[0], variable) or _contains(f[1], variable)]
    outside = [f for f in m.factors if f not in inside]
    own = Symbol(f"#x{_level(mono(inside), variable)}", (), variable.domain)
    if own is not variable:  # the name must not depend on the other monomials
        from derive.normal_form.remake import map_bases

        new = single(atom("entry", own, ()))
        body = map_bases(nz, Poly(((mono(inside), c),)), lambda b: new if getattr(b, "head", "") == "entry" and b.parts[0] is variable else None)
        return nz.multiply(Poly(((mono(outside), Fraction(1)),)), add_polys(_monomial(nz, n, k, own, lower, upper) for n, k in body.terms))
    return nz.product([*outside, (atom("integral", variable.name, lower, upper, Poly(((mono(inside), Fraction(1)),))), Fraction(1))], c)


def limit(nz: Normalizer, t: Limit, read: Read) -> Poly:
    """The limit of a polynomial in the variable is its value there; anything else is an atom in a canonical variable."""
    body = read(nz, t.body)
    variable = Symbol(f"#x{_level(body)}", ())
    body = read(nz, substitute(t.body, {}, {t.symbol: Entry(variable, ())}))
    if not _contains(body, variable):
        return body
    point = _end(nz, t.point, read)
    if isinstance(point, Poly) and _continuous(body, variable):
        return _value(nz, body, variable, point)
    return single(atom("limit", variable.name, point, t.side, body))


def _continuous(p: Poly, variable: Symbol) -> bool:
    """Whether the variable occurs only in natural powers of itself and in exponentials."""
    for m, _ in p.terms:
        for b, e in m.factors:
            if not _contains(b, variable) and not _contains(e, variable):
                continue
            if not isinstance(e, Fraction):
                return False
            if getattr(b, "head", "") == "entry" and e > 0 and e.denominator == 1:
                continue
            if getattr(b, "head", "") == "exp" and _continuous(Poly(((b.parts[0], Fraction(1)),)), variable):
                continue
            return False
    return True


def _value(nz: Normalizer, p: Poly, variable: Symbol, point: Poly) -> Poly:
    from derive.normal_form.remake import map_bases

    return map_bases(nz, p, lambda b: point if getattr(b, "head", "") == "entry" and b.parts[0] is variable else None)
