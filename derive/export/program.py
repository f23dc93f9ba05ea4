"""The program between terms and code: array operations without names, one object for equal work.

An `Operation` is positional: ``op`` applied to ``arguments``, with ``attributes`` and a ``shape`` of affine sizes.
Operations are hash-consed, so common subexpressions are one object whatever their bound indices were called. While a
term is lowered every operation travels with the indices of its axes, as a `Value`.

The operations, for the printers:

    parameter (symbol)  number (Fraction)  constant (name)  size (affine)  arange (first, length)
    elementwise, arguments of one rank or rank 0: add sub mul div neg power sqrt exp ... greater where maximum
    align (axis or None, ...)        transpose and insert axes of length 1
    reduce (kind, positions)         sum prod max
    length (position, ...)           the Euclidean length along one axis, or of all entries
    cosine (position)                of two arrays along an axis
    deviation (position)             of x, n and r: the root of the sum of squares of x along an axis over n, plus r
    contract (a, b, out)             sum of products of two arguments, axes labelled by letters
    slices (slice or number, ...)    window   take   diagonal (p, q)   embed (p)
    others (position)                the sums of all other entries along an axis
    accumulate (kind, position, reverse)   pad (position, before, after)
    inv det slogdet cholesky solve cho_solve matrix_power reshape broadcast
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derive.terms import Affine, Index, Node, Size, Symbol, affine

UNIT = affine(1)
Shape = tuple[Affine, ...]


class Operation(Node):
    """``op`` applied to ``arguments``: an array of ``shape``."""

    __slots__ = ()

    def __new__(
        cls, op: str, arguments: tuple[Operation, ...] = (), attributes: tuple[Any, ...] = (), shape: Shape = ()
    ) -> Operation:
        return super().__new__(cls, op, tuple(arguments), tuple(attributes), tuple(shape))

    op: str = property(lambda self: self.fields[0])  # type: ignore[assignment]
    arguments: tuple[Operation, ...] = property(lambda self: self.fields[1])  # type: ignore[assignment]
    attributes: tuple[Any, ...] = property(lambda self: self.fields[2])  # type: ignore[assignment]
    shape: Shape = property(lambda self: self.fields[3])  # type: ignore[assignment]

    @property
    def rank(self) -> int:
        return len(self.shape)

    def __repr__(self) -> str:
        parts = [repr(a) for a in self.arguments] + [repr(a) for a in self.attributes]
        return f"{self.op}({', '.join(parts)})"


@dataclass(frozen=True)
class Value:
    """An operation whose axes are ``axes``, in order; all different."""

    operation: Operation
    axes: tuple[Index, ...] = ()

    @property
    def is_number(self) -> bool:
        return self.operation.op == "number"


def walk(roots: Sequence[Operation]) -> Iterator[Operation]:
    """Every operation below the roots once, arguments before what uses them."""
    seen: set[Operation] = set()
    for root in roots:
        stack: list[tuple[Operation, bool]] = [(root, False)]
        while stack:
            node, done = stack.pop()
            if done:
                yield node
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack.extend((a, False) for a in reversed(node.arguments))


def number(value: Any) -> Operation:
    return Operation("number", (), (Fraction(value),))


ZERO, ONE = number(0), number(1)


def parameter(symbol: Symbol) -> Operation:
    return Operation("parameter", (), (symbol,), symbol.shape)


def size(value: Any) -> Operation:
    """An affine expression in sizes, as a number."""
    value = affine(value)
    return number(value.constant) if value.is_constant else Operation("size", (), (value,))


def length(index: Index) -> Affine:
    if index.length is None:
        raise ValueError(f"the range of {index.name} has no end")
    return index.length


def arange(first: Affine, count: Affine) -> Operation:
    """The integers ``first, first + 1, ...``."""
    return Operation("arange", (), (first, count), (count,))


def align(value: Value, axes: Sequence[Index]) -> Operation:
    """The operation with its axes in the order of ``axes``; an axis it lacks has length 1. A number stays a number."""
    if tuple(axes) == value.axes or not value.axes:
        return value.operation
    pattern = tuple(value.axes.index(a) if a in value.axes else None for a in axes)
    return place(value.operation, pattern)


def place(operation: Operation, pattern: tuple[int | None, ...]) -> Operation:
    if pattern == tuple(range(operation.rank)):
        return operation
    if operation.op == "align":
        inner = operation.attributes
        return place(operation.arguments[0], tuple(None if p is None else inner[p] for p in pattern))
    shape = tuple(UNIT if p is None else operation.shape[p] for p in pattern)
    return Operation("align", (operation,), pattern, shape)


def merge_axes(values: Sequence[Value]) -> tuple[Index, ...]:
    """The axes of values combined entry by entry: those of the first value that has them all, else shared ones last.

    The order depends on the values alone, not on where the term stands: equal work stays one operation.
    """
    count = Counter(a for v in values for a in v.axes)
    found = next((v.axes for v in values if len(v.axes) == len(count)), None)
    return found if found is not None else tuple(sorted(count, key=lambda a: count[a] > 1))


def elementwise(op: str, values: Sequence[Value], order: dict[Index, int]) -> Value:
    """``op`` entry by entry over the union of the axes."""
    simple = _simplified(op, values)
    if simple is not None:
        return simple if isinstance(simple, Value) else elementwise(*simple, order)
    axes = merge_axes(values)
    arguments = tuple(align(v, axes) for v in values)
    return Value(Operation(op, arguments, (), tuple(length(a) for a in axes)), axes)


def _simplified(op: str, values: Sequence[Value]) -> Value | tuple[str, list[Value]] | None:
    """Signs moved out of the way and numbers folded, so that equal work is one operation."""
    first = values[0].operation
    if op in ("neg", "abs", "square") and first.op == "neg":
        inner = Value(first.arguments[0], values[0].axes)
        return inner if op == "neg" else (op, [inner])
    if op in ("neg", "abs") and first.op == "number":
        value = first.attributes[0]
        return Value(number(-value if op == "neg" else abs(value)))
    if op == "neg" and first.op == "reduce" and first.attributes[0] == "sum" and first.arguments[0].op == "sub":
        a, b = first.arguments[0].arguments
        inside = Operation("sub", (b, a), (), first.arguments[0].shape)
        return Value(Operation("reduce", (inside,), first.attributes, first.shape), values[0].axes)
    if op == "neg" and first.op == "sub":
        a, b = first.arguments
        return Value(Operation("sub", (b, a), (), first.shape), values[0].axes)
    if op in ("add", "sub", "mul") and all(v.is_number for v in values):
        a, b = (v.operation.attributes[0] for v in values)
        return Value(number(a + b if op == "add" else a - b if op == "sub" else a * b))
    return None


FLOATING = frozenset(
    "div exp log log1p expm1 sqrt hypot length expit tanh sinh cosh sin cos erf inv solve cho_solve cholesky".split()
)


def is_floating(operation: Operation) -> bool:
    """Whether the result holds floats even when the inputs are integers."""
    if operation.op in FLOATING:
        return True
    return operation.op in ("mul", "add", "sub", "neg", "square", "align", "contract") and any(
        is_floating(a) for a in operation.arguments
    )


def negated(operation: Operation) -> Operation:
    """The negative, with the sign on the smallest factor."""
    if operation.op == "neg":
        return operation.arguments[0]
    if operation.op == "sub":
        return Operation("sub", operation.arguments[::-1], (), operation.shape)
    if operation.op == "mul":
        first, second = operation.arguments
        return Operation(
            "mul",
            (negated(first) if first.op in ("mul", "neg") else Operation("neg", (first,), (), first.shape), second),
            (),
            operation.shape,
        )
    return Operation("neg", (operation,), (), operation.shape)


def full(value: Value, axes: Sequence[Index]) -> Value:
    """The value with exactly ``axes``, repeated along those that it lacks."""
    axes = tuple(axes)
    operation = align(value, axes)
    shape = tuple(length(a) for a in axes)
    if set(value.axes) != set(axes):
        operation = Operation("broadcast", (operation,), (), shape)
    return Value(operation, axes)


def straightened(root: Operation) -> Operation:
    """A result that is a transpose, with its axes made in the right order instead."""
    if root.op == "broadcast":
        return root
    if root.op != "align" or None in root.attributes:
        return root
    return _permuted(root.arguments[0], root.attributes)


def _permuted(operation: Operation, order: tuple[int, ...]) -> Operation:
    shape = tuple(operation.shape[p] for p in order)
    if operation.op == "contract" and not set(operation.attributes[0]) & set(operation.attributes[1]) & set(
        operation.attributes[2]
    ):
        (a, b), (left, right, out) = operation.arguments, operation.attributes
        return (
            Operation("contract", (b, a), (right, left, "".join(out[p] for p in order)), shape)
            if order == (1, 0)
            else place(operation, order)
        )
    if operation.op in (
        "add",
        "sub",
        "mul",
        "div",
        "neg",
        "square",
        "sqrt",
        "exp",
        "log",
        "where",
        "maximum",
        "minimum",
        "tanh",
    ):
        return Operation(
            operation.op, tuple(a if not a.rank else _permuted(a, order) for a in operation.arguments), (), shape
        )
    return place(operation, order)


def pad(value: Value, narrow: Index, wide: Index, before: Affine, after: Affine) -> Value:
    """The value over ``narrow`` as one over ``wide``, with zeros before and after."""
    axes = tuple(wide if a is narrow else a for a in value.axes)
    attributes = (value.axes.index(narrow), before, after)
    if before == after == affine(0):
        return Value(value.operation, axes)
    return Value(Operation("pad", (value.operation,), attributes, tuple(length(a) for a in axes)), axes)


def reduce(kind: str, value: Value, axes: Sequence[Index]) -> Value:
    """The sum, product or maximum over ``axes``."""
    positions = tuple(sorted(value.axes.index(a) for a in axes))
    if not positions:
        return value
    left = tuple(a for a in value.axes if a not in axes)
    shape = tuple(length(a) for a in left)
    operation = value.operation
    if operation.op == "reduce" and operation.attributes[0] == kind:  # sum of a sum: one call
        gone = operation.attributes[1]
        kept = [p for p in range(operation.arguments[0].rank) if p not in gone]
        positions = tuple(sorted((*gone, *(kept[p] for p in positions))))
        operation = operation.arguments[0]
    return Value(Operation("reduce", (operation,), (kind, positions), shape), left)


HINTS = {
    "n": 1000,
    "N": 1000,
    "T": 800,
    "m": 700,
    "M": 700,
    "V": 800,
    "d": 100,
    "D": 100,
    "p": 90,
    "q": 80,
    "k": 20,
    "K": 20,
    "r": 20,
    "h": 60,
    "C": 15,
    "c": 15,
    "L": 10,
    "B": 64,
}


def nominal(value: Affine) -> int:
    """A typical value of a size, by its name: contraction plans compare costs at these."""
    total = value.constant
    for atom, c in value.terms:
        total += c * (HINTS.get(atom.name, 50) if isinstance(atom, Size) else 25)
    return max(total, 2 if value.terms else 1)
