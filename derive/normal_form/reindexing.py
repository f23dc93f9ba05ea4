"""Sums whose index is counted another way: sum_i g_i w_(j-i) is sum_k g_(j-k) w_k, with the ranges as indicators.

Of the entries in a sum the one that comes first by name is read at a plain index; so convolutions meet whichever factor moves.
"""

from __future__ import annotations

from fractions import Fraction

from derive.normal_form import guards
from derive.normal_form.integers import implied
from derive.normal_form.normalizer import Normalizer
from derive.normal_form.poly import Atom, Factor, Poly, add_polys, factor_free, mono
from derive.normal_form.relations import open_mono
from derive.terms import Affine, Index, Symbol, fresh_index

MOST_BOUND = 6


def reindexed(nz: Normalizer, p: Poly) -> Poly | None:
    """``p`` with the indices of its sums counted by the entries that come first; None where nothing changes."""
    changed = False
    total: list[Poly] = []
    for m, c in p.terms:
        bound, factors = open_mono(m)
        new = _recounted(nz, bound, factors) if 0 < len(bound) <= MOST_BOUND else None
        changed = changed or new is not None
        total.append(Poly(((m, c),)) if new is None else new.scaled(c))
    result = add_polys(total)
    return result if changed and result is not p else None


def _recounted(nz: Normalizer, bound: list[Index], factors: list[Factor]) -> Poly | None:
    rows = [b.parts[1] for b, e in factors if isinstance(b, Atom) and b.head == "guard" and b.parts[0] == ">="]
    for i in bound:
        choice = _first_place(i, factors)
        if choice is None or i.hi is None or any(i in a.indices for b in bound for a in (b.lo, b.hi) if a is not None):
            continue
        symbol, axis, value = choice
        first = symbol.first[axis]
        last = symbol.shape[axis] + (first - 1)
        sign = value.coefficient(i)
        if value.indices == (i,) and sign == 1 and value is i - i.lo + first and i.hi - i.lo is last - first:
            continue  # it counts that entry already
        inside = [*rows, i - i.lo, i.hi - i]
        if not (implied(value - first, inside) and implied(last - value, inside)):
            continue
        k = fresh_index(None, first, last)
        there = ((k + 0) - (value - sign * i)).scale(sign)  # i as it follows from k = value
        body = nz.instantiate(Poly(((mono(factors), Fraction(1)),)), {i: there})
        body = nz.multiply_all(
            [body, guards.integer_guard(">=", there - i.lo), guards.integer_guard(">=", i.hi - there)]
        )
        for index in [k, *(b for b in bound if b is not i)]:
            body = nz.sum_over(index, body)
        return body
    return None


def _first_place(i: Index, factors: list[Factor]) -> tuple[Symbol, int, Affine] | None:
    """The place that an index moves, of the entry that comes first by name; None where an index moves what is no entry's."""
    found: list[tuple[str, int, Symbol, Affine]] = []
    for b, e in factors:
        if i not in factor_free((b, e)) or not isinstance(b, Atom):
            continue
        if b.head == "entry":
            symbol, places = b.parts
            moved = [(axis, a) for axis, a in enumerate(places) if i in a.indices]
            found += [(symbol.name, axis, symbol, a) for axis, a in moved if a.coefficient(i) in (1, -1)]
    if len(found) < 2:
        return None
    _, axis, symbol, value = min(found, key=lambda f: f[:2])
    return symbol, axis, value
