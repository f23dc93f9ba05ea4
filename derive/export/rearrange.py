"""Products that are rearranged before they are contracted: differences, triangles of pairs, cut ranges, free deltas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.export.contraction import weight
from derive.export.powers import product
from derive.export.prepare import narrowed, prepare
from derive.export.program import Value, full, pad
from derive.export.ranges import nonnegative
from derive.kernel import KernelError, by_normal_form
from derive.terms import (
    Add,
    Affine,
    Entry,
    Fn,
    Guard,
    Index,
    Mul,
    Pow,
    Sum,
    Term,
    affine,
    alpha_key,
    free_indices,
    free_symbols,
    fresh_index,
    substitute,
)

if TYPE_CHECKING:
    from derive.export.lower import Lowering


def inside(low: Lowering, summed: Sequence[Index], factors: Sequence[Term]) -> Value | None:
    """Guards that cut the range of an axis of the result: computed on the smaller range, zeros beside it."""
    for factor in factors:
        subject = factor.subject if isinstance(factor, Guard) and factor.op == ">=" else None
        if not isinstance(subject, Affine) or len(subject.indices) != 1 or subject.indices[0] in summed:
            continue
        (index,) = subject.indices
        lo, hi, rest = narrowed(index, factors)
        if len(rest) == len(factors) or not nonnegative(hi - lo + 1):
            continue
        narrow = fresh_index(None, lo, hi)
        low.order[narrow] = low.order.get(index, len(low.order))
        inner = low.product(summed, [prepare(substitute(f, {index: narrow})) for f in rest])
        if narrow not in inner.axes:
            inner = full(inner, (*inner.axes, narrow))
        return pad(inner, narrow, index, lo - index.lo, index.hi - hi)
    return None


def pairs(summed: Sequence[Index], factors: Sequence[Term]) -> Term | None:
    """sum_{i < j} f_i f_j as ((sum f)^2 - sum f^2) / 2."""
    guards = [f for f in factors if isinstance(f, Guard)]
    if len(guards) != 1 or guards[0].op != ">=" or not isinstance(guards[0].subject, Affine):
        return None
    for i in summed:
        for j in summed:
            if i is j or guards[0].subject != affine(j) - i - 1 or i.hi is None or j.hi is None:
                continue
            if not (j.lo - i.lo in (affine(0), affine(1)) and j.hi - i.hi in (affine(0), affine(1))):
                continue
            mine = [f for f in factors if i in free_indices(f) and f is not guards[0]]
            other = [f for f in factors if j in free_indices(f) and f is not guards[0]]
            if not mine or any(j in free_indices(f) for f in mine):
                continue
            if alpha_key(prepare(substitute(Mul(*mine), {i: j}))) != alpha_key(prepare(Mul(*other))):
                continue
            whole = fresh_index(None, i.lo, j.hi)
            body = substitute(Mul(*mine), {i: whole})
            rest = [f for f in factors if f not in mine and f not in other and f is not guards[0]]
            pair = Pow(Sum(whole, body), 2) - Sum(whole, Pow(body, 2))
            return summed_up([s for s in summed if s not in (i, j)], Mul(Fraction(1, 2), *rest, pair))
    return None


def capped(guard: Guard, inside: Term, beyond: Term) -> Term | None:
    """[y <= t] F(y, y) + [y > t] F(y, t) as F(y, min(y, t)), where t is a number: Huber's loss without a choice."""
    subject = guard.subject
    if guard.op not in (">", ">=") or not isinstance(subject, Add) or len(subject.fields) != 2:
        return None
    for t in subject.fields:
        if not isinstance(t, Entry) or t.indices:
            continue
        (rest,) = (f for f in subject.fields if f is not t)
        y = prepare(Mul(-1, rest))
        if t.symbol in free_symbols(y) or t.symbol not in free_symbols(beyond):
            continue
        try:
            by_normal_form(inside, substitute(beyond, {}, {t.symbol: y}))
        except KernelError:
            continue
        return substitute(beyond, {}, {t.symbol: Fn("min", y, t)})
    return None


def free_delta(low: Lowering, guard: Term, summed: Sequence[Index]) -> tuple[Index, Index] | None:
    """The ends of a delta between two axes of the result with one range."""
    if not (
        isinstance(guard, Guard)
        and guard.op == "=="
        and isinstance(guard.subject, Affine)
        and len(guard.subject.indices) == 2
    ):
        return None
    i, j = sorted(guard.subject.indices, key=lambda x: low.order.get(x, len(low.order)))
    if (
        guard.subject not in (affine(i) - j, affine(j) - i)
        or i in summed
        or j in summed
        or i.lo != j.lo
        or i.hi != j.hi
    ):
        return None
    return i, j


def spread(low: Lowering, summed: Sequence[Index], factors: Sequence[Term]) -> Term | None:
    """Multiply out a sum such as (a_i - b_j) that would be larger than its parts, its indices being summed anyway."""
    for position, factor in enumerate(factors):
        if not isinstance(factor, Add) or (len(factors) == 1 and len(factor.fields) < 2):
            continue
        parts = [low.flatten(f, always=True)[1] for f in factor.fields]
        union = frozenset().union(*(free_indices(f) for f in factor.fields))
        if any(free_indices(f) >= union for p in parts for f in p) or not union & set(summed):
            continue
        others = [*factors[:position], *factors[position + 1 :]]
        largest = max([weight(tuple(free_indices(f))) for f in others] + [weight(tuple(union - set(summed)))])
        if (
            weight(tuple(union)) <= 3 * largest
        ):  # the differences cost no more than what is there anyway, and cancel nothing
            continue
        return Add(*(summed_up(summed, product((*others, f))) for f in factor.fields))
    return None


def summed_up(indices: Iterable[Index], body: Term) -> Term:
    for index in indices:
        body = Sum(index, body)
    return body
