"""Square roots of sums of squares, computed so that no square over- or underflows: hypotenuses and Euclidean lengths."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.export.powers import root_of
from derive.export.program import Operation, Value, elementwise
from derive.terms import Add, Term

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
