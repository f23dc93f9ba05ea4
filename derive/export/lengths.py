"""Square roots of sums of squares, computed so that no square over- or underflows: hypotenuses and Euclidean lengths."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.export.powers import root_of
from derive.export.program import Operation, Value, elementwise, length, place
from derive.terms import Add, Index, Term

if TYPE_CHECKING:
    from derive.export.lower import Lowering


def root(low: Lowering, base: Term) -> Value:
    """The square root of a term."""
    if isinstance(base, Add) and len(base.fields) == 2:
        legs = [root_of(f) for f in base.fields]
        if all(leg is not None for leg in legs):
            return elementwise("hypot", [low.lower(leg) for leg in legs if leg is not None], low.order)
    value = low.lower(base)
    return _length(value) or low.power(value, Fraction(1, 2))


def _length(value: Value) -> Value | None:
    """The length of vectors along one axis, or of all entries together; None for what is no sum of squares."""
    operation = value.operation
    if operation.op == "contract" and operation.arguments[0] is operation.arguments[1]:
        inner, (left, right, out) = operation.arguments[0], operation.attributes
        positions = tuple(p for p, x in enumerate(left) if x not in out)
        kept = "".join(x for x in left if x in out)
        if left != right or kept != out:
            return None
    elif operation.op == "reduce" and operation.attributes[0] == "sum" and operation.arguments[0].op == "square":
        inner, positions = operation.arguments[0].arguments[0], operation.attributes[1]
    else:
        return None
    if inner.rank == 0 or (len(positions) > 1 and len(positions) < inner.rank):
        return None
    return Value(Operation("length", (inner,), positions, operation.shape), value.axes)


def cosine(values: list[Value], divisors: list[Value], summed: list[Index]) -> tuple[list[Value], list[Value]] | None:
    """sum_k x_k y_k / (|x| |y|) as one operation; removes k from ``summed``. None where it is something else."""
    lengths = [d for d in divisors if d.operation.op == "length" and len(d.operation.attributes) == 1]
    if len(lengths) != 2 or len(summed) != 1:
        return None
    (k,) = summed
    sides = [v for v in values if k in v.axes]
    if (
        len(sides) != 2
        or sides[0].axes != sides[1].axes
        or any(set(d.axes) != set(sides[0].axes) - {k} for d in lengths)
    ):
        return None
    if {v.operation for v in sides} != {d.operation.arguments[0] for d in lengths}:
        return None
    axes = sides[0].axes
    position = axes.index(k)
    if any(d.operation.attributes != (position,) for d in lengths):
        return None
    rest = tuple(a for a in axes if a is not k)
    both = tuple(v.operation for v in sides)
    found = Value(Operation("cosine", both, (position,), tuple(length(a) for a in rest)), rest)
    summed.remove(k)
    return [*(v for v in values if v not in sides), found], [d for d in divisors if d not in lengths]


def opened(operation: Operation) -> Operation:
    """A cosine as (x / |x|) y / |y|: no product overflows."""
    (x, y), (position,), shape = operation.arguments, operation.attributes, operation.shape
    lengths = [Operation("length", (side,), (position,), shape) for side in (x, y)]
    left = iter(range(len(shape)))
    pattern = tuple(None if p == position else next(left) for p in range(x.rank))
    direction = Operation("div", (x, place(lengths[0], pattern)), (), x.shape)
    labels = "abcdefgh"[: x.rank]
    out = labels[:position] + labels[position + 1 :]
    return Operation(
        "div", (Operation("contract", (direction, y), (labels, labels, out), shape), lengths[1]), (), shape
    )
