"""Square roots of sums of squares, computed so that no square over- or underflows: hypotenuses, Euclidean lengths, standard deviations.

A quotient such as (x_i - m) (x_j - m) / v by a mean square v = sum_k (x_k - m)^2 / n + e is (x_i - m) / s times (x_j - m) / s with s the
root of v: v overflows where s does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.export.contraction import contract
from derive.export.powers import product, root_of
from derive.export.program import ONE as ONE_OPERATION
from derive.export.program import ZERO as ZERO_OPERATION
from derive.export.program import Operation, Value, elementwise, length, place, walk
from derive.export.ranges import is_nonnegative, is_positive
from derive.terms import ONE, Add, Index, Mul, Num, Pow, Sum, Term, affine, alpha_key, free_indices, substitute

if TYPE_CHECKING:
    from derive.export.lower import Lowering


def root(low: Lowering, base: Term) -> Value:
    """The square root of a term."""
    exact = root_of(base) if isinstance(base, Num) else None
    if exact is not None:
        return low.lower(exact)
    if isinstance(base, Add) and len(base.fields) == 2:
        legs = [root_of(f) for f in base.fields]
        if all(leg is not None for leg in legs):
            return elementwise("hypot", [low.lower(leg) for leg in legs if leg is not None], low.order)
    found = mean_square(base)
    if found is not None:
        value = _deviation(low, found)
        if value is not None:
            return value
    value = low.lower(base)
    return _length(value) or low.power(value, Fraction(1, 2))


@dataclass(frozen=True)
class MeanSquare:
    """``factor`` times the sum over ``index`` of ``part`` squared, and perhaps a nonnegative ``rest``."""

    index: Index
    part: Term
    factor: Term
    rest: Term | None


def mean_square(base: Term) -> MeanSquare | None:
    """A sum of squares with a positive factor or with a nonnegative addend; None for anything else, a bare sum of squares too."""
    fields = base.fields if isinstance(base, Add) else (base,)
    for field in fields:
        factors = field.fields if isinstance(field, Mul) else (field,)
        sums = [f for f in factors if isinstance(f, Sum) and isinstance(f.body, Pow) and f.body.exponent == Num(2)]
        others = [f for f in factors if f not in sums]
        rest = [f for f in fields if f is not field]
        if len(sums) != 1 or not all(map(is_positive, others)) or not all(map(is_nonnegative, rest)):
            continue
        if not others and not rest:
            return None
        index, square = sums[0].index, sums[0].body
        assert isinstance(square, Pow)
        factor = product(others) if others else ONE
        return MeanSquare(index, square.base, factor, Add(*rest) if rest else None)
    return None


def _deviation(low: Lowering, m: MeanSquare) -> Value | None:
    """The root of a mean square as a length over a root, and the hypotenuse of that and the root of what is added."""
    value = _length(low.lower(Sum(m.index, Pow(m.part, 2))))
    if value is None:
        return None
    whole = _in_one(low, m, value)
    if whole is not None:
        return whole
    above: list[Value] = [value]
    below: list[Value] = []
    for f in m.factor.fields if isinstance(m.factor, Mul) else (m.factor,):
        if f is ONE:
            continue
        if isinstance(f, Pow) and f.exponent == Num(-1):
            below.append(root(low, f.base))
        else:
            above.append(root(low, f))
    value = contract(above, (), low.order, (), below)
    return value if m.rest is None else elementwise("hypot", [value, root(low, m.rest)], low.order)


def _in_one(low: Lowering, m: MeanSquare, length_: Value) -> Value | None:
    """The same as one operation, where what divides and what is added are numbers that no array gives."""
    inverse = isinstance(m.factor, Pow) and m.factor.exponent == Num(-1)
    if (m.factor is not ONE and not inverse) or len(length_.operation.attributes) != 1:
        return None
    divisor = low.lower(m.factor.base).operation if isinstance(m.factor, Pow) else ONE_OPERATION
    rest = low.lower(m.rest).operation if m.rest is not None else ZERO_OPERATION
    if any(o.op == "parameter" and o.rank for o in walk([divisor, rest])):
        return None
    arguments = (*length_.operation.arguments, divisor, rest)
    return Value(Operation("deviation", arguments, length_.operation.attributes, length_.operation.shape), length_.axes)


def units(low: Lowering, factors: Sequence[Term]) -> tuple[list[Value], list[Term]]:
    """Factors x_i - m over a mean square of them, each divided by the root of it; and the factors that are left."""
    found: list[Value] = []
    rest = list(factors)
    for divisor in factors:
        if not (isinstance(divisor, Pow) and isinstance(divisor.exponent, Num) and divisor.exponent.value <= -1):
            continue
        m, halves = mean_square(divisor.base), -2 * divisor.exponent.value
        parts = [f for f in rest if m is not None and _is_part(f, m)][: int(halves)]
        if m is None or halves.denominator != 1 or not parts:
            continue
        below = root(low, divisor.base)
        if below.operation.op not in ("deviation", "hypot", "div", "length", "mul"):
            continue
        rest = [f for f in rest if f is not divisor and f not in parts]
        found += [elementwise("div", [low.lower(f), below], low.order) for f in parts]
        if len(parts) < halves:
            rest.append(Pow(divisor.base, Num((len(parts) - halves) / 2)))
    return found, rest


def _is_part(f: Term, m: MeanSquare) -> bool:
    """Whether a factor is what the mean square squares, at some value of the index."""
    if not isinstance(f, Add | type(m.part)):
        return False
    key = alpha_key(f)
    return any(alpha_key(substitute(m.part, {m.index: affine(i)})) == key for i in free_indices(f))


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
    """A cosine as (x / |x|) y / |y|, a root of a mean square as a hypotenuse: no product overflows."""
    if operation.op == "deviation":
        inner, divisor, rest = operation.arguments
        found = Operation("length", (inner,), operation.attributes, operation.shape)
        if divisor is not ONE_OPERATION:
            found = Operation("div", (found, Operation("sqrt", (divisor,), (), ())), (), operation.shape)
        if rest is ZERO_OPERATION:
            return found
        added = rest if rest is ONE_OPERATION else Operation("sqrt", (rest,), (), ())
        return Operation("hypot", (found, added), (), operation.shape)
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
