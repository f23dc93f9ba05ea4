"""Arithmetic of values one of which may be an identity or a vector of ones of a size not yet known.

`I` and a bold 1 without a declared size take the size that fits.  Imports derive.terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.terms import (
    ONE,
    ZERO,
    Add,
    Arr,
    Mul,
    Pow,
    ShapeError,
    Term,
    Value,
    affine,
    arrays,
    fresh_index,
    shape_text,
    term,
)  # fmt: skip


@dataclass(frozen=True)
class Flex:
    """`coefficient` times the identity (kind "I"), or times ones: a "column", a "row" or a "matrix"."""

    kind: str
    coefficient: Term = ONE

    def scaled(self, factor: Term) -> Flex:
        return Flex(self.kind, Mul(factor, self.coefficient))


Loose = Value | Flex


def shape_of(value: Loose) -> Any:
    return value.shape if isinstance(value, Arr) else ()


def rank(value: Loose) -> int:
    return len(value.axes) if isinstance(value, Arr) else 0


def describe(value: Loose) -> str:
    """The shape as a reader writes it: m×n, a vector is n×1."""
    if isinstance(value, Flex):
        return {"I": "an identity", "column": "a vector of ones", "row": "a row of ones", "matrix": "ones"}[value.kind]
    if not isinstance(value, Arr):
        return "a number"
    text = shape_text(value.shape).replace(" x ", "×").replace(" * ", "·")
    return f"{text}×1" if len(value.axes) == 1 else text


def add(a: Loose, b: Loose) -> Loose:
    """a + b; raises terms.ShapeError when the shapes do not fit."""
    if isinstance(a, Flex) and isinstance(b, Flex):
        if a.kind != b.kind:
            raise ShapeError(f"{describe(a)} and {describe(b)} do not fit", describe(a), describe(b))
        return Flex(a.kind, Add(a.coefficient, b.coefficient))
    if isinstance(b, Flex):
        a, b = b, a
    if isinstance(a, Flex):
        if b is ZERO:
            return a
        return arrays.add(fit(a, b), b)  # type: ignore[arg-type]
    return arrays.add(*as_columns(a, b))


def as_columns(a: Value, b: Value) -> tuple[Value, Value]:
    """A vector beside a matrix with one column (`b \\in \\mathbb{R}^{p \\times 1}`) as such a matrix; others as they are."""
    if isinstance(a, Arr) and isinstance(b, Arr) and {len(a.axes), len(b.axes)} == {1, 2}:
        vector, matrix = (a, b) if len(a.axes) == 1 else (b, a)
        if matrix.shape[1] == (affine(1),) and matrix.shape[0] == vector.shape[0]:
            axes, body = vector.open()
            column = Arr((axes[0], (fresh_index(None, 1, 1),)), body)
            return (column, b) if vector is a else (a, column)
    return a, b


def fit(flex: Flex, model: Loose) -> Value:
    """The identity or ones of the shape of `model`."""
    if flex.coefficient is ZERO and not isinstance(model, Flex):
        return arrays.scale(ZERO, model) if isinstance(model, Arr) else ZERO
    if flex.kind == "I":
        if isinstance(model, Arr):
            square = arrays._square(model, "a sum with the identity")
            sizes = [i.length for i in square.axes[0] if i.length is not None]
            return arrays.scale(flex.coefficient, arrays.identity(*sizes))
        if not isinstance(model, Flex):
            return flex.coefficient
    elif isinstance(model, Arr):
        wanted = {"column": 1, "row": 2, "matrix": 2}[flex.kind]
        if len(model.axes) != wanted or (flex.kind == "row" and not arrays.is_unit(model.axes[0])):
            raise ShapeError(f"{describe(flex)} and {describe(model)} do not fit", describe(flex), describe(model))
        return arrays.broadcast(lambda _: flex.coefficient, model)
    raise ShapeError(f"the size of {describe(flex)} is not known here", describe(flex), describe(model))


def multiply(a: Loose, b: Loose) -> Loose:
    """The product a b."""
    if isinstance(a, Flex) or isinstance(b, Flex):
        return _multiply_flex(a, b)
    return arrays.matmul(a, b)


def _multiply_flex(a: Loose, b: Loose) -> Loose:
    if isinstance(a, Flex) and isinstance(b, Flex):
        coefficient = Mul(a.coefficient, b.coefficient)
        if a.kind == "I":
            return Flex(b.kind, coefficient)
        if b.kind == "I":
            return Flex(a.kind, coefficient)
        if (a.kind, b.kind) == ("column", "row"):
            return Flex("matrix", coefficient)
        raise ShapeError("the size of these ones is not known; declare it", describe(a), describe(b))
    if isinstance(a, Flex):
        if not isinstance(b, Arr):
            return a.scaled(b)  # type: ignore[arg-type]
        if a.kind == "I":
            return arrays.scale(a.coefficient, b)
        if a.kind == "column":
            if len(b.axes) == 2 and arrays.is_unit(b.axes[0]):
                raise ShapeError("the size of these ones is not known; declare it", describe(a), describe(b))
            raise ShapeError(f"{describe(a)} times {describe(b)} does not fit", describe(a), describe(b))
        ones = arrays.ones(arrays.as_matrix(b).axes[0][0].length)
        product = arrays.matmul(arrays.transpose(ones), b)
        if a.kind == "matrix":
            raise ShapeError("the size of these ones is not known; declare it", describe(a), describe(b))
        return arrays.scale(a.coefficient, product)
    assert isinstance(b, Flex)
    if not isinstance(a, Arr):
        return b.scaled(a)
    if b.kind == "I":
        return arrays.scale(b.coefficient, a)
    if b.kind == "column" and len(a.axes) == 2:
        return arrays.scale(b.coefficient, arrays.matmul(a, arrays.ones(a.axes[1][0].length)))
    raise ShapeError("the size of these ones is not known; declare it", describe(a), describe(b))


def transpose(a: Loose) -> Loose:
    if isinstance(a, Flex):
        return Flex({"column": "row", "row": "column"}.get(a.kind, a.kind), a.coefficient)
    return arrays.transpose(a)


def inverse(a: Loose) -> Loose:
    if isinstance(a, Flex):
        return Flex("I", Pow(a.coefficient, -1))
    return arrays.inverse(a)


def scale(factor: Term, a: Loose) -> Loose:
    if isinstance(a, Flex):
        return a.scaled(factor)
    return arrays.scale(factor, a)


def negative(a: Loose) -> Loose:
    return scale(term(-1), a)


def settle(a: Loose, b: Loose) -> tuple[Value, Value]:
    """Both sides of a relation with one shape; numbers 0 and loose identities take the other side's.

    Raises terms.ShapeError.
    """
    if isinstance(a, Flex) and isinstance(b, Flex):
        if a.kind == b.kind:
            return a.coefficient, b.coefficient
        raise ShapeError(f"{describe(a)} and {describe(b)} do not fit", describe(a), describe(b))
    if isinstance(a, Flex):
        if b is ZERO:
            return a.coefficient, ZERO
        return fit(a, b), b  # type: ignore[return-value]
    if isinstance(b, Flex):
        right, left = settle(b, a)
        return left, right
    if isinstance(a, Arr) and b is ZERO:
        return a, arrays.scale(ZERO, a)
    if isinstance(b, Arr) and a is ZERO:
        return arrays.scale(ZERO, b), b
    a, b = as_columns(a, b)  # type: ignore[arg-type]
    same = shape_of(a) == shape_of(b)
    if not same:
        flat = _flattened(a, b)
        if flat is not None:
            return flat
        raise ShapeError(f"{describe(a)} and {describe(b)} do not fit", describe(a), describe(b))
    return a, b


def sized_blocks(cells: list[list[Loose]]) -> list[list[Value]]:
    """The blocks of a matrix, where a 0, I or bold 1 without a size takes that of its row and column. Raises ShapeError.

    An identity carries the size of its row over to its column and back; a number other than 0 is one by one.
    """
    heights: list[Any] = [None] * len(cells)
    widths: list[Any] = [None] * len(cells[0])
    while True:
        before = (list(heights), list(widths))
        for r, row in enumerate(cells):
            for c, cell in enumerate(row):
                own: tuple[Any, Any] = (None, None)
                if isinstance(cell, Arr):
                    own = tuple(axis[0].length for axis in arrays.as_matrix(cell).axes)  # type: ignore[assignment]
                elif isinstance(cell, Flex):
                    own = {"I": (widths[c], heights[r]), "column": (None, 1), "row": (1, None)}.get(cell.kind, own)
                elif cell is not ZERO:
                    own = (1, 1)
                heights[r] = own[0] if heights[r] is None else heights[r]
                widths[c] = own[1] if widths[c] is None else widths[c]
        if before == (heights, widths):
            break

    def sized(cell: Loose, h: Any, w: Any) -> Value:
        if isinstance(cell, Flex):
            if h is None or w is None:
                raise ShapeError(
                    f"the size of {describe(cell)} in this matrix is not known; declare it", describe(cell)
                )
            return fit(
                cell, arrays.zeros(h) if cell.kind == "column" and affine(w) is affine(1) else arrays.zeros(h, w)
            )
        return arrays.zeros(h, w) if cell is ZERO and h is not None and w is not None else cell

    return [[sized(cell, heights[r], widths[c]) for c, cell in enumerate(row)] for r, row in enumerate(cells)]


def _flattened(a: Value, b: Value) -> tuple[Value, Value] | None:
    """Composite axes that list the same sizes in the same order count as the same axis."""
    if not (isinstance(a, Arr) and isinstance(b, Arr)) or len(a.axes) != len(b.axes):
        return None
    sizes_a = [tuple(i.length for i in axis) for axis in a.axes]
    sizes_b = [tuple(i.length for i in axis) for axis in b.axes]
    return (a, b) if sizes_a == sizes_b else None
