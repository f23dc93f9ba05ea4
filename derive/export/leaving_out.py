"""Sums over all others: sum over j of [j != i] f(j) for every i, in linear time and without the difference that cancels.

How people write the gradients of pairwise models; sum_j f(j) - f(i) would lose what the largest entry hides.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.export.program import Operation
from derive.terms import Add, Affine, Guard, Index, Mul, Sum, Term, affine, alpha_key, substitute


@dataclass(frozen=True)
class Half:
    """``factors`` times the sum over ``index`` of ``body`` where it is below ``place`` (or above, for ``above``)."""

    factors: tuple[Term, ...]
    index: Index
    place: Index
    above: bool
    body: Term


def joined(term: Add) -> tuple[Term, list[Term]] | None:
    """A sum over what comes before and one over what comes after as one over all others, and the other addends."""
    halves = [_half(f) for f in term.fields]
    for p, first in enumerate(halves):
        for q, second in enumerate(halves[p + 1 :], p + 1):
            if first is None or second is None or not _complete(first, second):
                continue
            apart = Guard("!=", affine(first.place) - affine(first.index))
            whole = Mul(*first.factors, Sum(first.index, Mul(apart, first.body)))
            return whole, [f for r, f in enumerate(term.fields) if r not in (p, q)]
    return None


def _half(term: Term) -> Half | None:
    parts = term.fields if isinstance(term, Mul) else (term,)
    sums = [f for f in parts if isinstance(f, Sum)]
    outside = [f for f in parts if isinstance(f, Guard)]
    if len(sums) != 1 or sums[0].index.hi is None:
        return None
    j, inside = sums[0].index, sums[0].body.fields if isinstance(sums[0].body, Mul) else (sums[0].body,)
    for guard in (f for f in inside if isinstance(f, Guard) and f.op == ">=" and isinstance(f.subject, Affine)):
        others = [x for x in guard.subject.indices if x is not j]
        if len(others) != 1 or j not in guard.subject.indices:
            continue
        (i,) = others
        for above in (False, True):
            strict = affine(j) - affine(i) - 1 if above else affine(i) - affine(j) - 1
            if i.hi is None or j.lo not in (i.lo, i.lo + int(above)) or j.hi not in (i.hi, i.hi - int(not above)):
                continue  # what the guard cuts off may be missing from the range
            edge = i.hi - affine(i) - 1 if above else affine(i) - i.lo - 1  # an empty sum is 0 without a guard
            if guard.subject == strict and all(g.op == ">=" and g.subject == edge for g in outside):
                rest = tuple(f for f in parts if f is not sums[0] and f not in outside)
                wide = Index(j.name, i.lo, i.hi)
                body = substitute(Mul(*(f for f in inside if f is not guard)), {j: wide})
                return Half(rest, wide, i, above, body)
    return None


def _complete(a: Half, b: Half) -> bool:
    """Whether the two halves leave out one place of the same sum."""
    if a.above == b.above or a.place is not b.place:
        return False
    if sorted(map(repr, map(alpha_key, a.factors))) != sorted(map(repr, map(alpha_key, b.factors))):
        return False
    return alpha_key(substitute(b.body, {b.index: affine(a.index)})) == alpha_key(a.body)


def opposite(guard: Guard | None, j: Index) -> Index | None:
    """The i of a guard [i != j] where i has the range of j."""
    if guard is None or guard.op != "!=" or not isinstance(guard.subject, Affine):
        return None
    others = [x for x in guard.subject.indices if x is not j]
    if len(others) != 1 or j not in guard.subject.indices:
        return None
    (i,) = others
    same = i.hi is not None and (i.lo, i.hi) == (j.lo, j.hi)
    return i if same and guard.subject in (affine(i) - affine(j), affine(j) - affine(i)) else None


def opened(operation: Operation) -> Operation:
    """The sums over all others as a running sum from the start and one from the end, each without its last entry."""
    (inner,), (position,), shape = operation.arguments, operation.attributes, operation.shape
    sides = []
    for reverse in (False, True):
        runs = Operation("accumulate", (inner,), ("sum", position, reverse), shape)
        first, count = affine(1 if reverse else 0), shape[position] - 1
        parts: tuple[object, ...] = tuple(
            ("slice", first, count, 1) if p == position else ("all",) for p in range(len(shape))
        )
        less = tuple(count if p == position else n for p, n in enumerate(shape))
        widths = (affine(0), affine(1)) if reverse else (affine(1), affine(0))
        sides.append(Operation("pad", (Operation("slices", (runs,), parts, less),), (position, *widths), shape))
    return Operation("add", tuple(sides), (), shape)
