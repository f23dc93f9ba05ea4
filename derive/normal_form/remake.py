"""Rebuilding an atom over changed parts, so that what it becomes is normal again (an index substituted, a relation applied inside)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derive.normal_form import guards, matrices, matrix_powers
from derive.normal_form.functions import elementary
from derive.normal_form.poly import Atom, Comp, Lam, Mono, Poly, add_polys, atom, single
from derive.terms import Affine

if TYPE_CHECKING:
    from derive.normal_form.normalizer import Normalizer

OnPoly = Callable[[Poly], Poly]
OnAffine = Callable[[Affine], Affine]


def remake(nz: Normalizer, base: Atom, on_poly: OnPoly, on_affine: OnAffine) -> Poly:
    """The normal form of ``base`` with its polynomials and subscripts mapped."""
    from derive.normal_form.normalizer import integer_poly
    from derive.normal_form.read import entry, product_over

    head, parts = base.head, base.parts
    if head == "entry":
        return entry(nz, parts[0], tuple(map(on_affine, parts[1])))
    if head == "int":
        return integer_poly(on_affine(parts[0]))
    if head in ("num", "pi", "constant"):
        return single(base)
    if head == "exp":
        return nz.exp(on_poly(Poly(((parts[0], Fraction(1)),))))
    if head == "log":
        return nz.log(on_poly(parts[0]))
    if head == "power":
        return on_poly(parts[0])
    if head == "guard":
        return guards.integer_guard(parts[0], on_affine(parts[1]))
    if head == "positive":
        return guards.positive(nz, on_poly(parts[0]))
    if head == "zero":
        return guards.zero(nz, on_poly(parts[0]))
    if head == "fn":
        return elementary(nz, parts[0], [on_poly(p) for p in parts[1:]])
    if head == "prod":
        indices, body = _opened(parts[0], on_affine)
        return product_over(nz, indices[0], on_poly(body))
    if head == "inverse":
        return matrices.inverse_entry(
            nz, _lambda(parts[0], on_poly, on_affine), on_affine(parts[1]), on_affine(parts[2])
        )
    if head == "matpow":
        return matrix_powers.power_entry(
            nz, _lambda(parts[0], on_poly, on_affine), on_affine(parts[1]), on_affine(parts[2]), on_affine(parts[3])
        )
    if head == "det":
        return matrices.determinant(nz, _lambda(parts[0], on_poly, on_affine))
    if head == "expect":
        from derive.normal_form.expectation import expectation

        return expectation(nz, on_poly(Poly(((parts[0], Fraction(1)),))), parts[1])
    return single(atom(head, *(_map(p, on_poly, on_affine) for p in parts)))


def _map(part: Any, on_poly: OnPoly, on_affine: OnAffine) -> Any:
    if isinstance(part, Poly):
        return on_poly(part)
    if isinstance(part, Lam):
        return _lambda(part, on_poly, on_affine)
    if isinstance(part, Affine):
        return on_affine(part)
    if isinstance(part, tuple):
        return tuple(_map(p, on_poly, on_affine) for p in part)
    return part


def _opened(lam: Lam, on_affine: OnAffine) -> tuple[tuple[Any, ...], Poly]:
    from derive.normal_form.poly import rename
    from derive.terms import affine, fresh_index

    new = tuple(fresh_index(None, on_affine(i.lo), None if i.hi is None else on_affine(i.hi)) for i in lam.indices)
    return new, rename(lam.body, {o: affine(n) for o, n in zip(lam.indices, new, strict=True)})


def _lambda(lam: Lam, on_poly: OnPoly, on_affine: OnAffine) -> Lam:
    from derive.normal_form.normalizer import make_lambda

    indices, body = _opened(lam, on_affine)
    return make_lambda(indices, on_poly(body))


def map_bases(nz: Normalizer, p: Poly, on_base: Callable[[Any], Poly | None]) -> Poly:
    """Replace bases everywhere (also inside atoms and components) where ``on_base`` gives a polynomial."""
    return add_polys(_map_mono(nz, m, c, on_base) for m, c in p.terms)


def _map_mono(nz: Normalizer, m: Mono, c: Fraction, on_base: Callable[[Any], Poly | None]) -> Poly:
    parts = []
    for b, e in m.factors:
        exponent = map_bases(nz, e, on_base) if isinstance(e, Poly) else e
        parts.append(nz.power(_map_base(nz, b, on_base), exponent))
    return nz.multiply_all(parts).scaled(c)


def _map_base(nz: Normalizer, b: Any, on_base: Callable[[Any], Poly | None]) -> Poly:
    found = on_base(b)
    if found is not None:
        return found
    if isinstance(b, Comp):
        from derive.normal_form.normalizer import open_component

        new, factors = open_component(b)
        body = nz.multiply_all(
            nz.power(_map_base(nz, x, on_base), map_bases(nz, e, on_base) if isinstance(e, Poly) else e)
            for x, e in factors
        )
        for index in reversed(new):
            body = nz.sum_over(index, body)
        return body
    return remake(nz, b, lambda p: map_bases(nz, p, on_base), lambda a: a)
