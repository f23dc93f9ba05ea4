"""Sums over ranges that differ at their ends: the longer one is split into the shorter one and single terms.

And free indices that run over a few known numbers: each place by itself.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from derive.normal_form.integers import implied
from derive.normal_form.normalizer import Normalizer, open_component
from derive.normal_form.poly import Comp, Poly, add_polys, mono
from derive.terms import Affine, Index, affine

MAX_PEEL = 3


def align_ranges(nz: Normalizer, p: Poly) -> Poly | None:
    """Split one sum of ``p`` so that it meets another with the same summand (perhaps shifted); None when nothing differs."""
    comps: dict[Comp, None] = {}
    for m, _ in p.terms:
        for b, e in m.factors:
            if isinstance(b, Comp) and len(b.bound) == 1 and e == 1:
                comps[b] = None
    found = sorted(comps, key=lambda c: c.key)
    for a in found:
        for b in found:
            if a is b:
                continue
            extra = _difference(a.bound[0].hi, b.bound[0].hi)
            if extra == 0 and _same_summand(nz, a, b, 1):
                shorter = _replace(nz, p, a, _peeled(nz, a, 1, 0))
                return None if shorter is None else _replace(nz, shorter, b, _peeled(nz, b, 0, 1))
            if extra is None or not 0 < extra <= MAX_PEEL:
                continue
            for shift in range(extra + 1):
                if _same_summand(nz, a, b, shift):
                    return _replace(nz, p, a, _peeled(nz, a, shift, extra - shift))
    return None


def _difference(a: Affine | None, b: Affine | None) -> int | None:
    if a is None or b is None:
        return None
    d = a - b
    return d.constant if d.is_constant else None


def _body(comp: Comp) -> tuple[Index, Poly]:
    (index,), factors = open_component(comp)
    return index, Poly(((mono(factors), Fraction(1)),))


def _same_summand(nz: Normalizer, a: Comp, b: Comp, shift: int) -> bool:
    """Whether term ``k`` of ``b`` is a factor free of k times term ``k + shift`` of ``a``."""
    i, p = _body(a)
    j, q = _body(b)
    moved = nz.instantiate(p, {i: j + shift})
    if moved is q:
        return True
    if len(moved.terms) != 1:
        return False
    quotient = nz.multiply(moved, nz.power(q, Fraction(-1)))
    return j not in quotient.free


def _peeled(nz: Normalizer, a: Comp, first: int, last: int) -> Poly | None:
    """``a`` without its first and last terms, plus those terms."""
    index, body = _body(a)
    hi = index.hi
    assert hi is not None
    if not implied(hi - index.lo + 1 - first - last):
        return None
    parts = [nz.instantiate(body, {index: index.lo + k}) for k in range(first)]
    parts += [nz.instantiate(body, {index: hi - k}) for k in range(last)]
    middle = Index(index.name + "m", index.lo + first, hi - last)
    parts.append(nz.sum_over(middle, nz.instantiate(body, {index: Affine(0, ((middle, 1),))})))
    return add_polys(parts)


def _replace(nz: Normalizer, p: Poly, a: Comp, value: Poly | None) -> Poly | None:
    if value is None:
        return None
    total: list[Poly] = []
    for m, c in p.terms:
        own: dict[Any, Any] = dict(m.factors)
        if own.get(a) == 1:
            del own[a]
            total.append(nz.multiply(Poly(((mono(own.items()), c),)), value))
        else:
            total.append(Poly(((m, c),)))
    return add_polys(total)


MOST_PLACES = 9


def at_each_place(nz: Normalizer, p: Poly) -> list[Poly] | None:
    """The entries one by one, where every free index runs over a few known numbers: a 2 x 2 matrix is 0 if all four are."""
    free = sorted(p.free, key=lambda i: i.name)
    spans = []
    for i in free:
        if i.hi is None or not i.lo.is_constant or not i.hi.is_constant:
            return None
        spans.append(range(int(i.lo.constant), int(i.hi.constant) + 1))
    if not free or not 1 < prod(map(len, spans)) <= MOST_PLACES:
        return None
    return [nz.instantiate(p, {i: affine(k) for i, k in zip(free, place, strict=True)}) for place in product(*spans)]
