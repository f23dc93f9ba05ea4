"""Sums of products: a planned sequence of pairwise contractions, each of which is a matrix product where it can be one.

>>> from derive.terms import Size, Symbol
>>> from derive.export.program import parameter
>>> n, d = Size("n"), Size("d"); i, j, k = Index("i", 1, n), Index("j", 1, d), Index("k", 1, d)
>>> X = parameter(Symbol("X", (n, d))); w = parameter(Symbol("w", (d,)))
>>> contract([Value(X, (i, j)), Value(X, (i, k)), Value(w, (k,))], [i, k], {j: 0}).operation    # X' (X w), never X' X
contract(parameter(X), contract(parameter(X), parameter(w), 'ab', 'b', 'a'), 'ab', 'a', 'b')
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import opt_einsum

from derive.export import leaving_out, lengths
from derive.export.program import (
    ONE,
    ZERO,
    Operation,
    Value,
    align,
    elementwise,
    length,
    nominal,
    number,
    pad,
    place,
    reduce,
    size,
)
from derive.export.ranges import nonnegative
from derive.terms import Affine, Guard, Index, affine

LETTERS = "abcdefghijklmnopqrstuvwxyz"
Order = dict[Index, int]
RISKY = frozenset("div log power exp sqrt mul add sub".split())  # may be infinite or undefined outside a guard


@dataclass(frozen=True)
class Mask:
    """A guard and its truth value over its axes."""

    value: Value
    guard: Guard | None = None


def weight(axes: Sequence[Index]) -> int:
    """The typical number of entries over ``axes``."""
    total = 1
    for a in axes:
        total *= nominal(length(a))
    return total


def contract(
    values: Sequence[Value],
    summed: Sequence[Index],
    order: Order,
    masks: Sequence[Mask] = (),
    divisors: Sequence[Value] = (),
) -> Value:
    """The sum over ``summed`` of the product of ``values`` over ``divisors``, 0 outside the masks."""
    summed = list(summed)
    found = lengths.cosine([part for v in values for part in _parts(v)], list(divisors), summed)
    values, divisors = found or _directions([part for v in values for part in _parts(v)], list(divisors), summed, order)
    arrays = [v for v in values if v.axes]
    scalars = [v for v in values if not v.axes]
    below = [v for v in divisors if not v.axes]
    arrays, masks = _accumulate(arrays, summed, list(masks), [d for d in divisors if d.axes], order)
    for mask in masks:  # no division by zero behind a guard
        divisors = [
            masked(mask.value, d, order, ONE) if d.axes and set(mask.value.axes) <= set(d.axes) else d for d in divisors
        ]
    used = {a for v in (*arrays, *divisors) for a in v.axes} | {a for m in masks for a in m.value.axes}
    for index in [s for s in summed if s not in used]:
        scalars.append(Value(size(length(index))))
        summed.remove(index)
    result_axes = used - set(summed)
    if not summed and masks:
        result = contract([*arrays, *scalars], (), order, (), divisors)
        for mask in masks:
            result = masked(mask.value, result, order)
        return result
    late: list[Value] = []
    for divisor in (d for d in divisors if d.axes):
        arrays, done = _divide(arrays, divisor, summed, result_axes, order)
        if not done:
            late.append(divisor)
    for mask in masks:
        arrays = _apply_mask(arrays, mask, order)
    scale = _scalar(scalars, below, order)
    if not arrays:
        return _finish(None, late, scale, order)
    pure = scale is not None and all(v is None or _is_plain_number(v.operation) for v in scale)
    if scale is not None and (not summed or (len(arrays) > 1 and not pure)):  # X (-w) would hide that X w is there
        small = min(range(len(arrays)), key=lambda p: weight(arrays[p].axes))
        if weight(arrays[small].axes) * (2 if summed else 1) < weight(tuple(result_axes)):
            arrays[small], scale = _scaled(arrays[small], scale, order), None
    return _finish(_plan(arrays, summed, order), late, scale, order)


def _directions(
    values: list[Value], divisors: list[Value], summed: Sequence[Index], order: Order
) -> tuple[list[Value], list[Value]]:
    """x y / |x| as (x / |x|) y where it is summed: x y may overflow. A second length waits if that is less work."""
    result = {a for v in (*values, *divisors) for a in v.axes} - set(summed)
    first = True
    for divisor in list(divisors):
        inner = divisor.operation.arguments[0] if divisor.operation.op == "length" else None
        place_ = next(
            (p for p, v in enumerate(values) if v.operation is inner and set(divisor.axes) <= set(v.axes)), None
        )
        if place_ is None or not set(values[place_].axes) & set(summed):
            continue
        if first or weight(values[place_].axes) <= weight(tuple(result)):
            values[place_] = elementwise("div", [values[place_], divisor], order)
            divisors.remove(divisor)
            first = False
    return values, divisors


def _is_plain_number(operation: Operation) -> bool:
    return operation.op == "number" or (operation.op == "neg" and operation.arguments[0].op == "number")


def _parts(value: Value) -> list[Value]:
    """A sign and a number in front go with the other numbers."""
    operation = value.operation
    if operation.op == "neg":
        return [Value(number(-1)), *_parts(Value(operation.arguments[0], value.axes))]
    if operation.op == "mul" and operation.arguments[0].op == "number":
        return [Value(operation.arguments[0]), *_parts(Value(operation.arguments[1], value.axes))]
    return [value]


def _finish(
    result: Value | None, late: list[Value], scale: tuple[Value | None, Value | None] | None, order: Order
) -> Value:
    bottom: Value | None = None
    for divisor in sorted(late, key=lambda v: weight(v.axes)):
        bottom = divisor if bottom is None else elementwise("mul", [bottom, divisor], order)
    if bottom is not None:
        if result is None:
            top, scale = (
                (scale[0] if scale and scale[0] else Value(ONE)),
                ((None, scale[1]) if scale and scale[1] else None),
            )
            result = elementwise("div", [top, bottom], order)
        else:
            result = elementwise("div", [result, bottom], order)
    if result is None:
        above, below = scale if scale is not None else (None, None)
        return above or Value(ONE) if below is None else elementwise("div", [above or Value(ONE), below], order)
    return _scaled(result, scale, order) if scale is not None else result


def _scalar(above: list[Value], below: list[Value], order: Order) -> tuple[Value | None, Value | None] | None:
    """What has no axes: numerator and denominator, or None when it is 1. Rational numbers are folded."""
    coefficient = number(1).attributes[0]
    top: list[Value] = []
    bottom: list[Value] = []
    for v in above:
        if v.is_number:
            coefficient *= v.operation.attributes[0]
        else:
            top.append(v)
    for v in below:
        if v.is_number:
            coefficient /= v.operation.attributes[0]
        else:
            bottom.append(v)
    sign = -1 if coefficient < 0 and (top or bottom) else 1
    coefficient *= sign
    numerator, denominator = coefficient.numerator, coefficient.denominator
    if denominator & (denominator - 1) == 0:  # a power of two is exact as a float: 0.5 * x
        numerator, denominator = coefficient, 1
    elif abs(numerator) != 1 and not bottom:  # 2/3 is one constant
        numerator, denominator = coefficient, 1
    result: list[Value | None] = []
    for factor, parts in ((numerator, top), (denominator, bottom)):
        value: Value | None = None if factor == 1 else Value(number(factor))
        for v in parts:
            value = v if value is None else elementwise("mul", [value, v], order)
        result.append(value)
    if sign < 0:
        result[0] = elementwise("neg", [result[0] or Value(ONE)], order)
    return None if result == [None, None] else (result[0], result[1])


def _scaled(value: Value, scale: tuple[Value | None, Value | None], order: Order) -> Value:
    top, bottom = scale
    if top is None:
        assert bottom is not None
        return elementwise("div", [value, bottom], order)
    if top.operation.op == "neg":
        return elementwise("neg", [_scaled(value, (Value(top.operation.arguments[0]), bottom), order)], order)
    if top.is_number and top.operation.attributes[0] < 0 and (bottom is not None or top.operation.attributes[0] == -1):
        positive = None if top.operation.attributes[0] == -1 else Value(number(-top.operation.attributes[0]))
        return elementwise("neg", [_scaled(value, (positive, bottom), order) if positive or bottom else value], order)
    factor = top if bottom is None else elementwise("div", [top, bottom], order)
    return elementwise("mul", [factor, value], order)


def _divide(
    arrays: list[Value], divisor: Value, summed: Sequence[Index], result_axes: set[Index], order: Order
) -> tuple[list[Value], bool]:
    """Divide a factor that has the divisor's axes, or leave it for the result where that is smaller."""
    holders = [p for p, v in enumerate(arrays) if set(divisor.axes) <= set(v.axes)]
    late = not set(divisor.axes) & set(summed)
    if late and (not holders or weight(tuple(result_axes)) <= min(weight(arrays[p].axes) for p in holders)):
        return arrays, False
    if holders:
        p = min(holders, key=lambda p: weight(arrays[p].axes))
        return [*arrays[:p], elementwise("div", [arrays[p], divisor], order), *arrays[p + 1 :]], True
    return [*arrays, elementwise("div", [Value(ONE), divisor], order)], True


def masked(mask: Value, value: Value, order: Order, other: Operation = ZERO) -> Value:
    """``value`` where the mask holds, else ``other``."""
    return elementwise("where", [mask, value, Value(other)], order)


def _apply_mask(arrays: list[Value], mask: Mask, order: Order) -> list[Value]:
    axes = set(mask.value.axes)
    holders = [p for p, v in enumerate(arrays) if axes <= set(v.axes)]
    if holders:
        chosen = {p for p in holders if arrays[p].operation.op in RISKY} or {
            min(holders, key=lambda p: weight(arrays[p].axes))
        }
        return [masked(mask.value, v, order) if p in chosen else v for p, v in enumerate(arrays)]
    return [*arrays, masked(mask.value, Value(ONE), order)]


# --- sums over a triangle are running sums ----


def _accumulate(
    arrays: list[Value], summed: list[Index], masks: list[Mask], divisors: list[Value], order: Order
) -> tuple[list[Value], list[Mask]]:
    """Sum over j of [j <= i + c] f(j) as a cumulative sum along j, and of [j != i] f(j); removes j from ``summed``."""
    for mask in list(masks):
        subject = mask.guard.subject if mask.guard is not None and mask.guard.op in (">=", "!=") else None
        if not isinstance(subject, Affine) or len(subject.indices) != 2:
            continue
        for j in subject.indices:
            (i,) = (x for x in subject.indices if x is not j)
            holders = [v for v in arrays if j in v.axes]
            others = [m for m in masks if m is not mask and j in m.value.axes]
            if (
                j not in summed
                or not holders
                or others
                or any(i in v.axes for v in holders)
                or any(j in d.axes for d in divisors)
            ):
                continue
            left_out = leaving_out.opposite(mask.guard, j) is i
            start = None if left_out else triangle(subject, i, j)
            if start is None and not left_out:
                continue
            body = holders[0]
            for v in holders[1:]:
                body = elementwise("mul", [body, v], order)
            if start is None:
                sums = Operation("others", (body.operation,), (body.axes.index(j),), body.operation.shape)
                running = Value(sums, tuple(i if a is j else a for a in body.axes))
            else:
                running = _running_sum(body, i, j, start, subject.coefficient(j) == 1)
            summed.remove(j)
            arrays = [v for v in arrays if j not in v.axes] + [running]
            masks = [m for m in masks if m is not mask]
            break
    return arrays, masks


def _running_sum(body: Value, i: Index, j: Index, start: int, reverse: bool) -> Value:
    """The running sums of ``body`` along j at the places of i, the first being ``start`` (from the end in reverse)."""
    position, total = body.axes.index(j), length(j)
    operation = Operation("accumulate", (body.operation,), ("sum", position, reverse), body.operation.shape)
    count = length(i) - int(start == -1)
    begin = affine(max(start, 0))
    if count != total:  # only some of the running sums are asked for
        first = total - begin - count if reverse else begin
        parts = tuple(("slice", first, count, 1) if p == position else ("all",) for p in range(operation.rank))
        shape = tuple(count if p == position else n for p, n in enumerate(operation.shape))
        operation = Operation("slices", (operation,), parts, shape)
    zero = affine(1 if start == -1 else 0)
    return pad(Value(operation, body.axes), j, i, affine(0) if reverse else zero, zero if reverse else affine(0))


def triangle(subject: Affine, i: Index, j: Index) -> int | None:
    """Which running sum along j the first i asks for under the guard subject >= 0; -1 is the empty one, None: no fit.

    For [j >= i + c] the sums run from the end, and so does the count.
    """
    if subject.coefficient(i) * subject.coefficient(j) != -1 or i.hi is None or j.hi is None:
        return None
    edge = affine(j) - subject * subject.coefficient(j)  # the last (first) j inside, as a function of i
    if subject.coefficient(j) == -1:  # j <= edge(i)
        first, last = edge.substitute({i: i.lo}) - j.lo, edge.substitute({i: i.hi}) - j.hi
    else:  # j >= edge(i)
        first, last = j.hi - edge.substitute({i: i.hi}), j.lo - edge.substitute({i: i.lo})
    fits = last.is_constant and last.constant <= 0 and first.is_constant and first.constant >= -1
    if not fits or (first.constant == -1 and not nonnegative(length(i) - 1)):  # no place for the empty sum
        return None
    return first.constant


# --- the plan ----


def _plan(values: list[Value], summed: Sequence[Index], order: Order) -> Value:
    values = [_reduced(v, summed, [o for o in values if o is not v]) for v in values]
    summed = [s for s in summed if any(s in v.axes for v in values)]
    if len(values) == 1:
        (value,) = values
        if value.operation.op == "square" and summed:  # a sum of squares is an inner product
            base = Value(value.operation.arguments[0], value.axes)
            return pair(base, base, set(value.axes) - set(summed), order)
        return reduce("sum", values[0], [s for s in summed if s in values[0].axes])
    if not summed:
        return _product(values, order)
    result = {a for v in values for a in v.axes} - set(summed)
    half = _half(values, result)
    if half is not None:  # v' X' X v is the square of X v
        inner = _plan(half, [a for v in half for a in v.axes if a in summed and a not in _common(values, half)], order)
        return pair(inner, inner, result, order)
    for step in _path(values, result):
        taken = [values[p] for p in step]
        values = [v for p, v in enumerate(values) if p not in step]
        keep = result | {a for v in values for a in v.axes}
        merged = taken[0]
        for other in taken[1:]:
            merged = pair(merged, other, keep, order)
        values.append(merged)
    return values[0]


def _half(values: Sequence[Value], result: set[Index]) -> list[Value] | None:
    """The first half of a product whose second half is the same but for the names of summed axes; its product is a vector at most."""
    first: list[Value] = []
    second: list[Value] = []
    for v in values:
        twin = next((w for w in first if w.operation is v.operation and len(first) > len(second)), None)
        twins = [w for w in first if w.operation is v.operation]
        taken = [w for w in second if w.operation is v.operation]
        (second if twin is not None and len(twins) > len(taken) else first).append(v)
    if len(first) != len(second) or len(first) < 2:
        return None
    second = [next((w for w in second if w.operation is v.operation), v) for v in first]
    if len({w.operation for w in second}) != len(first) or any(w in first for w in second):
        return None
    names: dict[Index, Index] = {}
    for v, w in zip(first, second, strict=True):
        for a, b in zip(v.axes, w.axes, strict=True):
            if names.setdefault(a, b) is not b:
                return None
    if len(set(names.values())) != len(names) or any(
        a is not b and (a in result or b in result) for a, b in names.items()
    ):
        return None
    shared = {a for a, b in names.items() if a is b}
    moved = {b for a, b in names.items() if a is not b}
    return first if len(shared) <= 1 and moved and moved.isdisjoint(names) else None


def _common(values: Sequence[Value], half: Sequence[Value]) -> set[Index]:
    """The axes of the half that the other factors have too."""
    return {a for v in values if v not in half for a in v.axes}


def _reduced(value: Value, summed: Sequence[Index], others: Sequence[Value]) -> Value:
    alone = [a for a in value.axes if a in summed and not any(a in o.axes for o in others)]
    return reduce("sum", value, alone) if others else value


def _product(values: list[Value], order: Order) -> Value:
    """The product entry by entry, small factors first."""
    queue = sorted(values, key=lambda v: weight(v.axes))
    result = queue[0]
    for v in queue[1:]:
        result = elementwise("mul", [result, v], order)
    return result


MOST_SEARCHED = 6


def _path(values: Sequence[Value], result: set[Index]) -> list[tuple[int, ...]]:
    """Which two values to combine next, by position, until one is left; what is combined goes to the end."""
    if len(values) == 2:
        return [(0, 1)]
    sizes = {a: nominal(length(a)) for v in values for a in v.axes}
    if len(values) <= MOST_SEARCHED:
        return _cheapest([frozenset(v.axes) for v in values], frozenset(result), sizes, {})[1]
    letters = {a: opt_einsum.get_symbol(k) for k, a in enumerate(sizes)}
    left = ",".join("".join(letters[a] for a in v.axes) for v in values)
    equation = f"{left}->{''.join(letters[a] for a in letters if a in result)}"
    shapes = [tuple(sizes[a] for a in v.axes) for v in values]
    path, _ = opt_einsum.contract_path(equation, *shapes, shapes=True, optimize="auto")
    return [tuple(step) for step in path]


Axes = frozenset[Index]


def _cheapest(
    left: list[Axes], result: Axes, sizes: dict[Index, int], memo: dict[Any, Any]
) -> tuple[float, list[tuple[int, ...]]]:
    """The cost of the cheapest order and the order. A product without a sum moves memory: an entry counts `WRITING`.

    Of equal ones the order that scales the last factor: X' (w X) rather than (w X)' X.
    """
    if len(left) == 1:
        return 0.0, []
    key = tuple(left)
    if key not in memo:
        best: tuple[float, list[tuple[int, ...]]] = (math.inf, [])
        for p, q in itertools.combinations(range(len(left)), 2):
            others = [v for k, v in enumerate(left) if k not in (p, q)]
            every = left[p] | left[q]
            out = every & frozenset().union(result, *others)
            cost = math.prod(sizes[a] for a in every) * (1.0 if out < every else WRITING * (1 - 1e-6 * (p + q)))
            more, path = _cheapest([*others, out], result, sizes, memo)
            if cost + more < best[0]:
                best = cost + more, [(p, q), *path]
        memo[key] = best
    found: tuple[float, list[tuple[int, ...]]] = memo[key]
    return found


WRITING = 1.5


def pair(a: Value, b: Value, keep: set[Index], order: Order) -> Value:
    """The product of two factors, summed over the axes that are not in ``keep``."""
    a = reduce("sum", a, [x for x in a.axes if x not in keep and x not in b.axes])
    b = reduce("sum", b, [x for x in b.axes if x not in keep and x not in a.axes])
    summed = [x for x in a.axes if x not in keep]
    if not summed:
        return elementwise("mul", [a, b], order)
    batch = [x for x in a.axes if x in b.axes and x in keep]
    solved = _solve(a, b, summed, batch) or _solve(b, a, summed, batch) or _trace(a, b, summed) or _trace(b, a, summed)
    if solved is not None:
        return solved
    left = [x for x in a.axes if x in keep and x not in b.axes]
    right = [x for x in b.axes if x in keep and x not in a.axes]
    if left and right and _turned(a, b, summed):
        a, b, left, right = b, a, right, left
    letters = {x: LETTERS[p] for p, x in enumerate(dict.fromkeys((*a.axes, *b.axes)))}
    axes = (*batch, *left, *right)
    labels = tuple("".join(letters[x] for x in group) for group in (a.axes, b.axes, axes))
    return Value(Operation("contract", (a.operation, b.operation), labels, tuple(length(x) for x in axes)), axes)


def _turned(a: Value, b: Value, summed: list[Index]) -> bool:
    """Whether b times a needs fewer transposes than a times b."""
    here = (a.axes[-1] not in summed) + (b.axes[0] not in summed)
    there = (b.axes[-1] not in summed) + (a.axes[0] not in summed)
    return there < here


def _solve(inverse: Value, other: Value, summed: Sequence[Index], batch: Sequence[Index]) -> Value | None:
    """A^-1 B as a linear system."""
    operation = inverse.operation
    if operation.op != "inv" or batch or len(summed) != 1 or len(inverse.axes) != 2 or len(other.axes) > 2:
        return None
    (index,) = summed
    place_ = inverse.axes.index(index)
    free = inverse.axes[1 - place_]
    rest = tuple(x for x in other.axes if x is not index)
    (matrix,), (kind,) = operation.arguments, operation.attributes
    right = align(other, (index, *rest))
    axes = (free, *rest)
    shape = tuple(length(x) for x in axes)
    if kind == "positive":
        factor = Operation("cholesky", (matrix,), (), matrix.shape)
        return Value(Operation("cho_solve", (factor, right), (), shape), axes)
    if place_ == 0 and kind != "symmetric":
        matrix = place(matrix, (1, 0))
    return Value(Operation("solve", (matrix, right), (), shape), axes)


def _trace(inverse: Value, other: Value, summed: Sequence[Index]) -> Value | None:
    """sum_ij (A^-1)_ij B_ji as the trace of a linear system's solution."""
    if inverse.operation.op != "inv" or len(summed) != 2 or set(other.axes) != set(inverse.axes):
        return None
    row, column = inverse.axes
    system = _solve(
        inverse, Value(align(other, (column, row)), (column, Index("_trace", row.lo, row.hi))), [column], []
    )
    assert system is not None
    diagonal = Operation("diagonal", (system.operation,), (0, 1), (length(row),))
    return reduce("sum", Value(diagonal, (row,)), (row,))
