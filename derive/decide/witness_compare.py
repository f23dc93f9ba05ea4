"""What a relation says at one point: its two sides, entry by entry, and whether it certainly fails there.

Rationals are compared exactly; balls differ only when they do not overlap. A side that is undefined at the point
says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from flint import arb, fmpq

from derive.evaluate import Indeterminate, Undefined, raw_value
from derive.evaluate.frame import Frame, affine_value
from derive.evaluate.numbers import ball
from derive.terms import Arr, Hypothesis, Index, Relation, ShapeError, Term, Value, shape_text

Integers = dict[Any, int]
MARGIN = 1e-6  # how far apart the sides must be where the values are not enclosures


@dataclass(frozen=True)
class Sides:
    """The two sides of one entry of a relation (``entry`` is empty for a relation between numbers)."""

    entry: tuple[int, ...]
    left: Any
    right: Any


def assignments(indices: Sequence[Index], integers: Integers) -> Iterator[Integers]:
    """``integers`` extended by every value of the indices inside their ranges, which may mention each other."""
    ready = next(
        (
            i
            for i in indices
            if not any(k in indices for k in i.lo.indices + (i.hi.indices if i.hi is not None else ()))
        ),
        None,
    )
    if ready is None:
        if indices:
            raise ValueError("the ranges of the indices depend on each other")
        yield integers
        return
    rest = [i for i in indices if i is not ready]
    low = affine_value(ready.lo)(integers)
    high = low + 3 if ready.hi is None else affine_value(ready.hi)(integers)
    for value in range(low, high + 1):
        yield from assignments(rest, {**integers, ready: value})


def _cells(value: Value, integers: Integers) -> tuple[tuple[int, ...], Term, list[Integers]]:
    """The lengths of the axes, the entry as a term, and the indices of each entry in row-major order."""
    if not isinstance(value, Arr):
        return (), value, [integers]
    axes = []
    for axis in value.axes:
        ranges = [range(affine_value(i.lo)(integers), affine_value(i.hi)(integers) + 1) for i in axis]
        axes.append([dict(zip(axis, places, strict=True)) for places in product(*ranges)])
    cells = [{**integers, **{k: v for part in choice for k, v in part.items()}} for choice in product(*axes)]
    return tuple(map(len, axes)), value.body, cells


def entries(relation: Relation, integers: Integers) -> Iterator[tuple[tuple[int, ...], Term, Integers, Term, Integers]]:
    """Both sides of every entry with their integers. Raises ShapeError when the sides have different shapes here."""
    left_shape, left, left_cells = _cells(relation.lhs, integers)
    right_shape, right, right_cells = _cells(relation.rhs, integers)
    if left_shape != right_shape:
        texts = [shape_text(v.shape) if isinstance(v, Arr) else "1" for v in (relation.lhs, relation.rhs)]
        raise ShapeError(f"the sides have shapes {texts[0]} and {texts[1]}", *texts)
    places = product(*(range(1, n + 1) for n in left_shape))
    for entry, a, b in zip(places, left_cells, right_cells, strict=True):
        yield entry, left, a, right, b


def fails(op: str, left: Any, right: Any, rigorous: bool = True) -> bool:
    """Does ``left op right`` certainly fail? With ``rigorous=False`` only by a wide margin."""
    if isinstance(left, fmpq) and isinstance(right, fmpq) and rigorous:
        return {"=": left != right, "<=": left > right, "<": left >= right, "!=": left == right}[op]
    if op == "!=":
        return False
    a, b = ball(left), ball(right)
    if not (a.is_finite() and b.is_finite()):
        return False
    if not rigorous:
        widen = arb(0, MARGIN * (1 + abs(float(a.mid())) + abs(float(b.mid()))))
        a = a + widen
    if op == "=":
        return not a.overlaps(b)
    return bool(a > b) if op == "<=" or not rigorous else bool(a >= b)


def certainly(op: str, left: Any, right: Any) -> bool:
    """Does ``left op right`` certainly hold? Equality only between exact rationals."""
    if isinstance(left, fmpq) and isinstance(right, fmpq):
        return not fails(op, left, right)
    if op == "=":
        return False
    if op == "!=":
        return bool(left > right) or bool(left < right)
    return bool(left <= right) if op == "<=" else bool(left < right)


def sides(relation: Relation, frame: Frame, integers: Integers, precision: int) -> Iterator[Sides | Undefined]:
    """Each entry's two values at the point of a frame, or why it has none."""
    for entry, left, a, right, b in entries(relation, integers):
        try:
            yield Sides(entry, raw_value(left, frame, a, precision), raw_value(right, frame, b, precision))
        except Undefined as error:
            yield error
        except (OverflowError, MemoryError, ValueError) as error:
            yield Indeterminate(str(error))


def instances(hypothesis: Hypothesis, integers: Integers) -> Iterator[Integers]:
    """The integers of every instance of a hypothesis."""
    return assignments(hypothesis.schematic, integers)
