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
MAX_BOUND = 3


def align_ranges(nz: Normalizer, p: Poly) -> Poly | None:
    """Split one sum of ``p`` so that it meets another with the same summand (perhaps shifted); None when nothing differs."""
    comps: dict[Comp, None] = {}
    for m, _ in p.terms:
        for b, e in m.factors:
            if isinstance(b, Comp) and len(b.bound) <= MAX_BOUND and e == 1:
                comps[b] = None
    found = [(c, n) for c in sorted(comps, key=lambda c: c.key) for n in range(len(c.bound)) if _is_apart(c, n)]
    for a, n in found:
        for b, k in found:
            if a is b or len(a.bound) != len(b.bound):
                continue
            extra = _difference(a.bound[n].hi, b.bound[k].hi)
            if extra is None or not 0 <= extra <= MAX_PEEL:
                continue
            one, two = _body(nz, a, n), _body(nz, b, k)
            if extra == 0 and _same_summand(nz, one, two, 1):
                shorter = _replace(nz, p, a, _peeled(nz, one, 1, 0))
                return None if shorter is None else _replace(nz, shorter, b, _peeled(nz, two, 0, 1))
            for shift in range(extra + 1) if extra else ():
                if _same_summand(nz, one, two, shift):
                    return _replace(nz, p, a, _peeled(nz, one, shift, extra - shift))
    return None


def _is_apart(comp: Comp, n: int) -> bool:
    """Whether the range of one bound index has nothing to do with the other bound indices."""
    index = comp.bound[n]
    others = [i for i in comp.bound if i is not index]
    ends = [a for a in (index.lo, index.hi) if a is not None]
    return not any(i in a.indices for a in ends for i in others) and not any(
        index in a.indices for i in others for a in (i.lo, i.hi) if a is not None
    )


def _difference(a: Affine | None, b: Affine | None) -> int | None:
    if a is None or b is None:
        return None
    d = a - b
    return d.constant if d.is_constant else None


def _body(nz: Normalizer, comp: Comp, n: int) -> tuple[Index, Poly]:
    """One bound index of a sum, and the summand, which sums over the other bound indices."""
    bound, factors = open_component(comp)
    body = Poly(((mono(factors), Fraction(1)),))
    for k, index in enumerate(bound):
        body = body if k == n else nz.sum_over(index, body)
    return bound[n], body


def _same_summand(nz: Normalizer, a: tuple[Index, Poly], b: tuple[Index, Poly], shift: int) -> bool:
    """Whether term ``k`` of ``b`` is a factor free of k times term ``k + shift`` of ``a``."""
    (i, p), (j, q) = a, b
    moved = nz.instantiate(p, {i: j + shift})
    if moved is q:
        return True
    if len(moved.terms) != 1 or len(q.terms) != 1:
        return False
    needed = dict(nz.needed)
    quotient = nz.multiply(moved, nz.power(q, Fraction(-1)))
    nz.needed = needed  # the quotient only says where it is worth peeling, which is right anyway
    return j not in quotient.free


def _peeled(nz: Normalizer, a: tuple[Index, Poly], first: int, last: int) -> Poly | None:
    """``a`` without its first and last terms, plus those terms."""
    index, body = a
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
