"""Matrix notation as index terms: products, transposes, inverses, traces, norms, Kronecker products and so on.

Vectors have one axis and count as columns; a row has a first axis of size 1; results of shape 1 x 1 are terms. Every function checks
shapes and raises `ShapeError` with both shapes as text.

>>> from derive.terms import Size, Symbol
>>> n, d = Size("n"), Size("d"); X = Arr.of(Symbol("X", (n, d))); w = Arr.of(Symbol("w", (d,)))
>>> matmul(X, w).shape
((n,),)
>>> matmul(X, X)
Traceback (most recent call last):
derive.terms.arr.ShapeError: n x d times n x d does not fit
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.terms.arr import Arr, Axis, ShapeError, Value, shape_of, shape_text
from derive.terms.integers import Affine, Index, affine, fresh_index
from derive.terms.kronecker import kronecker_factors
from derive.terms.substitution import substitute
from derive.terms.term import (
    ONE,
    ZERO,
    Add,
    Determinant,
    Fn,
    Guard,
    IntValue,
    InverseEntry,
    MatrixPowerEntry,
    Mul,
    Pow,
    Sum,
    Term,
    delta,
    sqrt,
    term,
)

UNIT = affine(1)


def _same(a: Axis, b: Axis) -> bool:
    return tuple(i.length for i in a) == tuple(j.length for j in b)


def is_unit(axis: Axis) -> bool:
    return len(axis) == 1 and axis[0].length == UNIT


def squeeze(value: Value) -> Value:
    """Drop axes of size 1 where matrix notation does: 1 x 1 is a number, m x 1 a vector; a 1 x n row stays."""
    if not isinstance(value, Arr):
        return value
    axes, body = value.axes, value.body
    if len(axes) == 2 and is_unit(axes[1]):
        body, axes = substitute(body, {axes[1][0]: 1}), axes[:1]
    if len(axes) == 1 and is_unit(axes[0]):
        body, axes = substitute(body, {axes[0][0]: 1}), ()
    return Arr(axes, body) if axes else body


def as_matrix(value: Value) -> Arr:
    """The value with two axes: a vector as a column, a number as 1 x 1."""
    if not isinstance(value, Arr):
        return Arr(((fresh_index(None, 1, 1),), (fresh_index(None, 1, 1),)), value)
    if len(value.axes) == 1:
        return Arr((*value.axes, (fresh_index(None, 1, 1),)), value.body)
    return value


def broadcast(function: Callable[..., Any], *values: Value) -> Value:
    """``function`` entry by entry; numbers go with every entry; shapes must otherwise agree."""
    arrays = [v for v in values if isinstance(v, Arr)]
    if not arrays:
        return term(function(*values))
    rank = max(len(v.axes) for v in arrays)
    model = next(v for v in arrays if len(v.axes) == rank)
    axes, _ = model.open()
    parts: list[Term] = []
    for v in values:
        if not isinstance(v, Arr):
            parts.append(v)
        elif len(v.axes) == rank and all(_same(a, b) for a, b in zip(v.axes, axes, strict=True)):
            parts.append(v.at(*(i for axis in axes for i in axis)))
        else:
            raise ShapeError(
                f"{shape_text(model.shape)} and {shape_text(v.shape)} do not fit",
                shape_text(model.shape),
                shape_text(v.shape),
            )
    return Arr(axes, function(*parts))


def add(*values: Value) -> Value:
    """The sum of values of one shape (a number is added to every entry)."""
    return broadcast(Add, *values)


def scale(factor: Term, value: Value) -> Value:
    return broadcast(Mul, factor, value)


def hadamard(a: Value, b: Value) -> Value:
    """The entrywise product."""
    return broadcast(Mul, a, b)


def elementwise(name: str, *values: Value) -> Value:
    """An elementary function applied to every entry."""
    return broadcast(lambda *us: Fn(name, *us), *values)


def transpose(value: Value) -> Value:
    """The transpose; of a vector the row, of a number the number. For more axes the last two are exchanged."""
    if not isinstance(value, Arr):
        return value
    if len(value.axes) == 1:
        return Arr(((fresh_index(None, 1, 1),), value.axes[0]), value.body)
    return squeeze(Arr((*value.axes[:-2], value.axes[-1], value.axes[-2]), value.body))


def matmul(a: Value, b: Value) -> Value:
    """The matrix product. A number scales; a column times a row is the outer product."""
    if not isinstance(a, Arr) or not isinstance(b, Arr):
        return broadcast(Mul, a, b)
    left, right = as_matrix(a), as_matrix(b)
    if not _same(left.axes[-1], right.axes[0]) or len(left.axes) != 2 or len(right.axes) != 2:
        raise ShapeError(
            f"{shape_text(a.shape)} times {shape_text(b.shape)} does not fit", shape_text(a.shape), shape_text(b.shape)
        )
    (rows, inner), body = left.open()
    (_, columns), _ = right.open()
    product: Term = body * right.at(*inner, *columns)
    for index in reversed(inner):
        product = substitute(product, {index: 1}) if index.length == UNIT else Sum(index, product)
    return squeeze(Arr((rows, columns), product))


def outer(a: Value, b: Value) -> Value:
    return matmul(a, transpose(b))


def dot(a: Value, b: Value) -> Term:
    """The inner product of two vectors, or of two matrices entry by entry."""
    product = hadamard(a, b)
    return total(product)


def total(value: Value) -> Term:
    """The sum of all entries."""
    if not isinstance(value, Arr):
        return value
    axes, body = value.open()
    for index in reversed([i for axis in axes for i in axis]):
        body = Sum(index, body)
    return body


def _square(value: Value, what: str) -> Arr:
    matrix = as_matrix(value)
    if len(matrix.axes) != 2 or not _same(matrix.axes[0], matrix.axes[1]):
        text = shape_text(shape_of(value))
        raise ShapeError(f"{what} needs a square matrix, not {text}", text, text)
    return matrix


def trace(value: Value) -> Term:
    """The trace of a square matrix; of a number the number."""
    if not isinstance(value, Arr):
        return value
    matrix = _square(value, "the trace")
    rows, _ = matrix.open()[0]
    body = matrix.at(*rows, *rows)
    for index in reversed(rows):
        body = Sum(index, body)
    return body


def det(value: Value) -> Term:
    """The determinant; of a number the number."""
    return Determinant(_square(value, "the determinant")) if isinstance(value, Arr) else value


def inverse(value: Value) -> Value:
    """The inverse of a square matrix; of a number its reciprocal."""
    if not isinstance(value, Arr):
        return Pow(value, -1)
    matrix = _square(value, "an inverse")
    rows, columns = matrix.open()[0]
    if len(rows) != 1:
        factors = kronecker_factors(matrix)
        if factors is None:
            raise ShapeError(
                "the inverse of a matrix with composite axes that is no Kronecker product is not supported"
            )
        inverted = [inverse(part) for part in factors]
        whole = inverted[0]
        for part in inverted[1:]:
            whole = kronecker(whole, part)
        return whole
    return Arr((rows, columns), InverseEntry(matrix, rows[0], columns[0]))


def power(value: Value, exponent: Any) -> Value:
    """A natural or negative integer power of a square matrix; a symbolic exponent must be affine. Numbers to any power."""
    if not isinstance(value, Arr):
        return Pow(value, exponent)
    matrix = _square(value, "a power")
    k = exponent if isinstance(exponent, Affine) else affine(exponent)
    if k.is_constant:
        count = abs(k.constant)
        base = inverse(matrix) if k.constant < 0 else matrix
        if count == 0:
            return identity(*(i.length for i in matrix.axes[0] if i.length is not None))
        result: Value = base
        for _ in range(count - 1):
            result = matmul(result, base)
        return result
    rows, columns = matrix.open()[0]
    return Arr((rows, columns), MatrixPowerEntry(matrix, k, rows[0], columns[0]))


def identity(*sizes: Any) -> Arr:
    """The identity matrix; with several sizes that of a composite axis."""
    rows = tuple(fresh_index(None, 1, s) for s in sizes)
    columns = tuple(fresh_index(None, 1, s) for s in sizes)
    return Arr((rows, columns), Mul(*(delta(i, j) for i, j in zip(rows, columns, strict=True))))


def constant(number: Any, *sizes: Any) -> Value:
    """An array filled with one term; the term itself without sizes."""
    axes = tuple((fresh_index(None, 1, s),) for s in sizes)
    return Arr(axes, term(number)) if axes else term(number)


def ones(*sizes: Any) -> Value:
    return constant(ONE, *sizes)


def zeros(*sizes: Any) -> Value:
    return constant(ZERO, *sizes)


def diag(value: Value) -> Value:
    """The diagonal matrix of a vector; the diagonal of a square matrix."""
    if isinstance(value, Arr) and len(value.axes) == 1:
        (axis,), body = value.open()
        other = tuple(fresh_index(i) for i in axis)
        return Arr((axis, other), Mul(body, *(delta(i, j) for i, j in zip(axis, other, strict=True))))
    matrix = _square(value, "a diagonal")
    rows, _ = matrix.open()[0]
    return Arr((rows,), matrix.at(*rows, *rows))


def norm_squared(value: Value) -> Term:
    """The sum of the squares of all entries (Euclidean or Frobenius norm, squared)."""
    return total(broadcast(lambda u: Pow(u, 2), value))


def norm(value: Value, order: str = "2") -> Term:
    """The norm of order "2" (Euclidean, of a matrix Frobenius "F") or "1" (sum of absolute values); of a number its absolute value."""
    if order == "1":
        return total(elementwise("abs", value))
    if not isinstance(value, Arr):
        return Fn("abs", value)
    return sqrt(norm_squared(value))


def kronecker(a: Value, b: Value) -> Value:
    """The Kronecker product, with composite axes (row of a, row of b) and (column of a, column of b)."""
    if not isinstance(a, Arr) or not isinstance(b, Arr):
        return broadcast(Mul, a, b)
    left, right = as_matrix(a), as_matrix(b)
    (lr, lc), lbody = left.open()
    (rr, rc), rbody = right.open()
    axes = tuple(tuple(i for i in axis if i.length != UNIT) or axis[:1] for axis in (lr + rr, lc + rc))
    dropped = {i: 1 for axis in (lr + rr, lc + rc) for i in axis if not any(i in kept for kept in axes)}
    return squeeze(Arr(axes, substitute(lbody * rbody, dropped)))


def vec(value: Value) -> Value:
    """The columns of a matrix stacked: one composite axis (column, row)."""
    matrix = as_matrix(value)
    rows, columns = matrix.axes
    axis = tuple(i for i in columns + rows if i.length != UNIT)
    dropped = {i: 1 for i in columns + rows if i.length == UNIT}
    return Arr((axis,), substitute(matrix.body, dropped)) if axis else substitute(matrix.body, dropped)


def stack(rows: list[list[Value]]) -> Value:
    """A matrix from blocks: ``stack([[A, B], [C, D]])``. Blocks of a row share their height, blocks of a column their width."""
    blocks = [[as_matrix(b) for b in row] for row in rows]
    if len({len(row) for row in blocks}) != 1:
        raise ShapeError("the rows of a block matrix have different numbers of blocks")
    heights = [_lengths(row[0].axes[0]) for row in blocks]
    widths = [_lengths(b.axes[1]) for b in blocks[0]]
    for r, row in enumerate(blocks):
        for c, block in enumerate(row):
            if (_lengths(block.axes[0]), _lengths(block.axes[1])) != (heights[r], widths[c]):
                raise ShapeError(
                    f"block ({r + 1}, {c + 1}) is {shape_text(block.shape)}, expected {heights[r]} x {widths[c]}",
                    shape_text(block.shape),
                    f"{heights[r]} x {widths[c]}",
                )
    i = fresh_index(None, 1, sum(heights, affine(0)))
    j = fresh_index(None, 1, sum(widths, affine(0)))
    parts = []
    top = affine(0)
    for r, row in enumerate(blocks):
        left = affine(0)
        for c, block in enumerate(row):
            guards = _inside(i, top, heights[r], len(blocks)) + _inside(j, left, widths[c], len(row))
            parts.append(Mul(*guards, block.at(i - top, j - left)))
            left = left + widths[c]
        top = top + heights[r]
    return squeeze(Arr(((i,), (j,)), Add(*parts)))


def _lengths(axis: Axis) -> Affine:
    if len(axis) != 1 or axis[0].length is None:
        raise ShapeError("a block of a block matrix must have plain axes")
    return axis[0].length


def _inside(index: Index, start: Affine, length: Affine, blocks: int) -> list[Term]:
    if blocks == 1:
        return []
    if length == UNIT:
        return [Guard("==", index - start - 1)]
    return [Guard(">=", index - start - 1), Guard(">=", start + length - index)]


def count(index: Index) -> Term:
    """The number of values of an index as a term."""
    if index.length is None:
        raise ShapeError(f"the range of {index.name} has no end")
    return IntValue(index.length)
