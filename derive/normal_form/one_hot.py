"""One-hot vectors: one entry is 1, the others are 0. So b_i b_j = delta_ij b_i, and the entries sum to 1.

As random vectors they are the indicators of a partition: exactly one of the events happens. The last axis is the one-hot one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derive.normal_form import guards
from derive.normal_form.poly import ONE, Atom, Exponent, Factor, Poly, factor_free, mono
from derive.terms import Index, Symbol, affine

if TYPE_CHECKING:
    from derive.normal_form.normalizer import Normalizer


def is_one_hot(base: Any) -> bool:
    return isinstance(base, Atom) and base.head == "entry" and "one_hot" in base.parts[0].properties


def joined(nz: Normalizer, merged: dict[Any, Exponent], coefficient: Fraction) -> Poly | None:
    """The product with two entries of one one-hot vector as one entry and a Kronecker delta, or None where there are no two."""
    hot = [b for b, e in merged.items() if is_one_hot(b) and isinstance(e, Fraction) and e > 0]
    for k, b in enumerate(hot):
        for c in hot[k + 1 :]:
            if b.parts[0] is c.parts[0] and b.parts[1][:-1] == c.parts[1][:-1]:
                same = guards.integer_guard("==", b.parts[1][-1] - c.parts[1][-1])
                rest = [f for f in merged.items() if f[0] is not c]
                return nz.multiply(same, nz.product(rest, coefficient))
    return None


def summed(nz: Normalizer, index: Index, inside: list[Factor]) -> Poly | None:
    """The sum over all entries of a one-hot vector, alone or times what does not depend on the index inside an expectation."""
    if len(inside) != 1 or inside[0][1] != 1:
        return None
    base = inside[0][0]
    if _whole_axis(base, index):
        return ONE
    if not isinstance(base, Atom) or base.head != "expect":
        return None
    own = [f for f in base.parts[0].factors if index in factor_free(f)]
    if len(own) != 1 or own[0][1] != 1 or not _whole_axis(own[0][0], index):
        return None
    from derive.normal_form.expectation import expectation

    rest = mono([f for f in base.parts[0].factors if f is not own[0]])
    return expectation(nz, Poly(((rest, Fraction(1)),)), base.parts[1])


def over_the_axis(nz: Normalizer, p: Poly, schematic: Iterable[Index]) -> Iterator[tuple[Poly, frozenset[Index]]]:
    """What ``p = 0`` for all values of the indices gives when it is summed over the axis of a one-hot vector in it."""
    indices = frozenset(schematic)
    hot = {s for s in p.atoms if isinstance(s, Symbol) and "one_hot" in s.properties}
    for i in indices if hot else ():
        if any(i.lo is affine(s.first[-1]) and i.hi is i.lo + s.shape[-1] - 1 for s in hot):
            yield nz.sum_over(i, p), indices - {i}


def _whole_axis(base: Any, index: Index) -> bool:
    """Whether ``base`` is an entry of a one-hot vector and the index runs once through the whole of its last axis."""
    if not is_one_hot(base):
        return False
    symbol, places = base.parts[0], base.parts[1]
    start = affine(symbol.first[-1])
    whole = index.lo is start and index.hi is start + symbol.shape[-1] - 1
    return whole and places[-1] is affine(index) and not any(index in p.indices for p in places[:-1])
