"""Block matrices: a polynomial whose guards cut the range of a free index is compared block by block.

``p = 0`` for every value of i in lo..hi says the same as ``p = 0`` for i in lo..c and for i = c + k with k in 1..hi-c, when
lo - 1 <= c <= hi by the declarations: no entry is left out and none outside the range is claimed. In each part the guard is decided, so
that the products of blocks meet at plain subscripts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from derive.normal_form.guards import integer_guard
from derive.normal_form.integers import implied
from derive.normal_form.normalizer import Normalizer
from derive.normal_form.poly import Atom, Mono, Poly, add_polys, factor_free, rename
from derive.normal_form.relations import open_mono
from derive.terms import Affine, Index, affine, fresh_index


def by_blocks(nz: Normalizer, p: Poly) -> tuple[Poly, Poly] | None:
    """The polynomial at the two parts into which a guard cuts a free index (both must vanish), or None when no guard does."""
    found = _cut(p)
    if found is None:
        return None
    index, cut = found
    assert index.hi is not None
    return (
        nz.instantiate(p, {index: _part(index.lo, cut)}),
        nz.instantiate(p, {index: _part(affine(1), index.hi - cut) + cut}),
    )


def through_blocks(nz: Normalizer, p: Poly) -> Poly | None:
    """``M p`` (or ``p M``) for the inverse of a matrix M given by blocks at a free end of ``p``; it vanishes exactly when ``p`` does.

    M is invertible wherever its inverse is defined, and M M^-1 is the identity.
    """
    if "inverse" not in p.atoms or not p.free:
        return None
    for m, _ in p.terms:
        for base in _inverses(m):
            lam, *ends, _symmetric = base.parts
            for side in (0, 1):
                end = ends[side].atom
                if isinstance(end, Index) and end in p.free and end not in lam.free and _cut(lam.body) is not None:
                    new = fresh_index(end)
                    places = (new, end) if side == 0 else (end, new)
                    body = rename(lam.body, dict(zip(lam.indices, map(affine, places), strict=True)))
                    return add_polys(_multiplied(nz, m, c, body, lam, end, new, side) for m, c in p.terms)
    return None


def _multiplied(nz: Normalizer, m: Mono, c: Any, body: Poly, lam: Any, end: Index, new: Index, side: int) -> Poly:
    """The sum over ``end`` of the matrix times one monomial, with M M^-1 = I used where the inverse stands there."""
    bound, factors = open_mono(m)
    own = [f for f in factors if end in factor_free(f)]
    inverse = own[0][0] if len(own) == 1 and own[0][1] == 1 else None
    if isinstance(inverse, Atom) and inverse.head == "inverse" and inverse.parts[0] is lam:
        other = next((b for a, b in ((1, 2), (2, 1)) if inverse.parts[a].atom is end and _fits(inverse, a, side)), None)
        if other is not None and end not in inverse.parts[other].indices:
            rest = nz.product([f for f in factors if f is not own[0]], c)
            result = nz.multiply(rest, integer_guard("==", inverse.parts[other] - new))
            for b in reversed(bound):
                result = nz.sum_over(b, result)
            return result
    return nz.sum_over(end, nz.multiply(body, Poly(((m, c),))))


def _fits(inverse: Atom, place: int, side: int) -> bool:
    """Whether the inverse is met from the side where M is multiplied (either will do for a symmetric matrix)."""
    return place == side + 1 or inverse.parts[3] == "symmetric"


def _part(lo: Affine, hi: Affine) -> Affine:
    """An index over ``lo..hi``, or the value itself where there is one only."""
    return lo if hi is lo else affine(fresh_index(None, lo, hi))


def _cut(p: Poly) -> tuple[Index, Affine] | None:
    """A free index and the last value of the first part, as a guard of ``p`` gives it."""
    if "guard" not in p.atoms:
        return None
    for m, _ in p.terms:
        for guard in _guards(m):
            op, a = guard.parts
            index = next((i for i in a.indices if i in p.free), None)
            if index is None or len(a.indices) > 1 or index.hi is None or abs(a.coefficient(index)) != 1:
                continue
            value = (a - a.coefficient(index) * index).scale(-a.coefficient(index))  # of the index where a = 0
            for cut in (value, value - 1) if op != ">=" else (value - 1 if a.coefficient(index) == 1 else value,):
                if implied(cut - index.lo) and implied(index.hi - cut - 1):
                    return index, cut
    return None


def _guards(x: Any) -> Iterator[Atom]:
    """The conditions on integers among the factors of a monomial, also those under its sums."""
    if isinstance(x, Atom):
        if x.head == "guard":
            yield x
    elif "guard" in x.atoms:
        for b, _ in x.factors:
            yield from _guards(b)


def _inverses(x: Any) -> Iterator[Atom]:
    if isinstance(x, Atom):
        if x.head == "inverse":
            yield x
    elif "inverse" in x.atoms:
        for b, _ in x.factors:
            yield from _inverses(b)
