"""Affine subscripts as slices, windows, diagonals, or indexing by integer arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derive.export.program import (
    ZERO,
    Operation,
    Shape,
    Value,
    arange,
    elementwise,
    length,
    number,
    size,
)
from derive.export.ranges import nonnegative
from derive.terms import Affine, Index, affine

Order = dict[Index, int]


def entry(array: Operation, subscripts: Sequence[Affine], first: Sequence[int], order: Order) -> Value:
    """The entries of an array at affine subscripts, over the indices that occur in them."""
    positions = [s - f for s, f in zip(subscripts, first, strict=True)]
    inside = [nonnegative(p) and nonnegative(n - 1 - p) for p, n in zip(positions, array.shape, strict=True)]
    if all(len(p.indices) <= 1 for p in positions) and all(inside):
        return _sliced(array, positions)
    several = [k for k, p in enumerate(positions) if len(p.indices) > 1]
    if len(several) == 1 and all(inside):
        found = _window(array, positions, several[0])
        if found is not None:
            return found
    return _taken(array, positions, inside, order)


def _sliced(array: Operation, positions: Sequence[Affine]) -> Value:
    """Every subscript has at most one index: slices, fixed places, and a diagonal where an index is repeated."""
    parts: list[Any] = []
    axes: list[Index] = []
    shape: list[Affine] = []
    for position, extent in zip(positions, array.shape, strict=True):
        if not position.indices:
            parts.append(("at", position))
            continue
        (index,) = position.indices
        step = position.coefficient(index)
        start, count = position.substitute({index: index.lo}), length(index)
        parts.append(
            ("all",) if step == 1 and start == affine(0) and count == extent else ("slice", start, count, step)
        )
        axes.append(index)
        shape.append(count)
    result = array if all(p == ("all",) for p in parts) else Operation("slices", (array,), tuple(parts), tuple(shape))
    return _diagonals(result, axes)


def _diagonals(operation: Operation, axes: list[Index]) -> Value:
    """Repeated axes taken together; the diagonal becomes the last axis."""
    for index in list(axes):
        while axes.count(index) > 1:
            p = axes.index(index)
            q = axes.index(index, p + 1)
            axes = [a for k, a in enumerate(axes) if k not in (p, q)] + [index]
            shape = tuple(length(a) for a in axes)
            operation = Operation("diagonal", (operation,), (p, q), shape)
    return Value(operation, tuple(axes))


def _window(array: Operation, positions: Sequence[Affine], axis: int) -> Value | None:
    """x[i + k + c] is a sliding window: axis i where the subscript stands, axis k last."""
    position = positions[axis]
    if len(position.indices) != 2 or any(position.coefficient(i) != 1 for i in position.indices):
        return None
    long, short = sorted(position.indices, key=lambda i: not _longer(i, position.indices))
    rest = [p for k, p in enumerate(positions) if k != axis]
    if any(set(p.indices) & {long, short} for p in rest):
        return None
    probe = Index("_window", 0, length(long) + length(short) - 2)
    start = position.substitute({i: i.lo for i in position.indices})
    base = _sliced(array, [start + probe if k == axis else p for k, p in enumerate(positions)])
    place = base.axes.index(probe)
    axes = (*tuple(long if a is probe else a for a in base.axes), short)
    if len(set(axes)) < len(axes):
        return None
    shape: Shape = tuple(length(a) for a in axes)
    return Value(Operation("window", (base.operation,), (place, length(short)), shape), axes)


def _longer(index: Index, indices: Sequence[Index]) -> bool:
    from derive.export.program import nominal

    return nominal(length(index)) == max(nominal(length(i)) for i in indices) and index is max(
        indices, key=lambda i: (nominal(length(i)), i.name)
    )


def _taken(array: Operation, positions: Sequence[Affine], inside: Sequence[bool], order: Order) -> Value:
    """Indexing by integer arrays; a subscript that may leave the array stops at its edge (a guard hides the value)."""
    places = []
    for position, extent, good in zip(positions, array.shape, inside, strict=True):
        place = integers(position, order)
        if not good:
            place = elementwise(
                "minimum", [elementwise("maximum", [place, Value(ZERO)], order), Value(size(extent - 1))], order
            )
        places.append(place)
    axes = tuple(sorted({a for p in places for a in p.axes}, key=lambda a: order.get(a, len(order))))
    if not axes:
        return Value(Operation("take", (array, *(p.operation for p in places))))
    from derive.export.program import align

    shape = tuple(length(a) for a in axes)
    return Value(Operation("take", (array, *(align(p, axes) for p in places)), (), shape), axes)


def integers(value: Affine, order: Order) -> Value:
    """An affine expression as an array of integers over its indices."""
    rest = Affine(value.constant, tuple((a, c) for a, c in value.terms if not isinstance(a, Index)))
    result: Value | None = None
    for index in value.indices:
        c = value.coefficient(index)
        if result is None and c == 1 and length(index) is not None:  # the first index carries the constant
            result, rest = Value(arange(index.lo + rest, length(index)), (index,)), affine(0)
            continue
        part = Value(arange(index.lo, length(index)), (index,))
        if abs(c) != 1:
            part = elementwise("mul", [Value(number(abs(c))), part], order)
        if result is None:
            result = part if c > 0 else elementwise("sub", [Value(size(rest)), part], order)
            rest = rest if c > 0 else affine(0)
        else:
            result = elementwise("add" if c > 0 else "sub", [result, part], order)
    if result is None:
        return Value(size(rest))
    if rest != affine(0):
        result = elementwise("add", [result, Value(size(rest))], order)
    return result
