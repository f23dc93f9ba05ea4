"""Sums of exponentials over a triangle of indices as running log-sum-exps: linear time where a mask would take a square.

    log sum_{j >= i} w_j exp(v_j)                             one running log-sum-exp, from the end
    sum_{i <= k} w_i exp(u_k) exp(v_i) / S_i,  S_i as above   exp(u_k + the running log-sum-exp of v_i - log S_i)

This is how the gradients of Plackett-Luce and of Cox's partial likelihood are written by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derive.export.contraction import contract, masked, triangle
from derive.export.powers import is_exp
from derive.export.prepare import prepare
from derive.export.program import ONE, ZERO, Operation, Value, elementwise, full, length
from derive.export.ranges import is_positive
from derive.terms import Add, Affine, Guard, Index, Mul, Num, Pow, Term, free_indices, log

if TYPE_CHECKING:
    from derive.export.lower import Lowering

MINUS_INFINITY = Operation("constant", (), ("-inf",))


def along(low: Lowering, value: Value, guard: Guard, j: Index, i: Index) -> Value:
    """The running log-sum-exp of ``value`` along j, asked for at the places of i by the guard."""
    low.bind((i,))
    axes = tuple(i if a is j else a for a in value.axes)
    attributes = ("logaddexp", value.axes.index(j), guard.subject.coefficient(j) == 1)
    return Value(Operation("accumulate", (value.operation,), attributes, tuple(length(a) for a in axes)), axes)


def other_end(guard: Term, j: Index) -> Index | None:
    """The i of a guard that lets j run up to i, or from i on, where i has the range of j; else None."""
    if not isinstance(guard, Guard) or guard.op != ">=" or not isinstance(guard.subject, Affine):
        return None
    ends = guard.subject.indices
    if len(ends) != 2 or j not in ends:
        return None
    (i,) = (x for x in ends if x is not j)
    return i if i.hi is not None and length(i) == length(j) and triangle(guard.subject, i, j) == 0 else None


def logarithm(low: Lowering, parts: Sequence[Any]) -> Value | None:
    """log of a sum of exponentials (its `derive.export.stable.Piece`s) over a triangle; None where it is not one."""
    if len(parts) != 1 or len(parts[0].summed) != 1 or parts[0].exponent is None:
        return None
    (part,), (j,) = parts, parts[0].summed
    guards = [w for w in part.weights if isinstance(w, Guard) and j in free_indices(w)]
    weights = [w for w in part.weights if w not in guards]
    i = other_end(guards[0], j) if len(guards) == 1 else None
    if i is None or not all(is_positive(w) for w in weights):
        return None
    exponent = prepare(Add(part.exponent, *(log(w) for w in weights)))
    if i in free_indices(exponent):
        return None
    value = low.lower(exponent)
    return along(low, value, guards[0], j, i) if j in value.axes else None


def quotients(low: Lowering, summed: Sequence[Index], factors: Sequence[Term]) -> Value | None:
    """A sum over one index with a triangular guard, of exponentials over such sums of exponentials; None if it is not."""
    if len(summed) != 1:
        return None
    (i,) = summed
    guards = [f for f in factors if isinstance(f, Guard) and i in free_indices(f)]
    k = other_end(guards[0], i) if len(guards) == 1 else None
    if k is None:
        return None
    inner: list[tuple[Fraction, Value]] = []
    outer: list[tuple[Fraction, Value]] = []
    weights: list[Term] = []
    rest: list[Term] = []
    runs = False
    for f in (f for f in factors if f is not guards[0]):
        held = _logarithm_below(low, f)
        if held is not None and k not in held[1].axes:
            inner.append(held)
            runs = True
        elif is_exp(f):
            for field in f.arguments[0].fields if isinstance(f.arguments[0], Add) else (f.arguments[0],):
                if {i, k} <= free_indices(field):
                    return None
                (inner if i in free_indices(field) else outer).append((Fraction(1), low.lower(field)))
        elif {i, k} <= free_indices(f):
            return None
        else:
            (weights if i in free_indices(f) else rest).append(f)
    if not runs:
        return None
    exponent = low.combine(inner)
    values = _signed(low, exponent, weights)
    total: Value | None = None
    for sign, value in values:
        run = along(low, value if i in value.axes else full(value, (*value.axes, i)), guards[0], i, k)
        found = elementwise("exp", [low.combine([*outer, (Fraction(1), run)])], low.order)
        total = found if total is None else elementwise("add" if sign > 0 else "sub", [total, found], low.order)
    assert total is not None
    above, below = low.fraction(rest)
    return contract([*above, total], (), low.order, (), below)


def _logarithm_below(low: Lowering, factor: Term) -> tuple[Fraction, Value] | None:
    """(-c, log S) of a factor S^-c, where S is a sum of exponentials over a triangle."""
    from derive.export.stable import pieces

    if not (isinstance(factor, Pow) and isinstance(factor.exponent, Num) and factor.exponent.value < 0):
        return None
    parts = pieces(low, factor.base)
    found = logarithm(low, parts) if parts is not None else None
    return (factor.exponent.value, found) if found is not None else None


def _signed(low: Lowering, exponent: Value, weights: Sequence[Term]) -> list[tuple[int, Value]]:
    """w exp(e) as exponentials with signs: e + log w where w > 0, and e + log -w where w < 0."""
    if not weights:
        return [(1, exponent)]
    order = low.order
    if all(is_positive(w) for w in weights):
        return [(1, elementwise("add", [exponent, low.lower(prepare(log(Mul(*weights))))], order))]
    above, below = low.fraction(list(weights))
    weight = contract(above, (), order, (), below)
    found = []
    for sign in (1, -1):
        size = weight if sign > 0 else elementwise("neg", [weight], order)
        inside = elementwise("greater", [size, Value(ZERO)], order)
        logs = elementwise("log", [masked(inside, size, order, ONE)], order)
        found.append((sign, masked(inside, elementwise("add", [exponent, logs], order), order, MINUS_INFINITY)))
    return found
