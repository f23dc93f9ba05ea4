"""Inverse, determinant and powers of matrices of numbers: exact over rationals, enclosures over balls, elimination
over jets.
"""

from __future__ import annotations

from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat

from derive.evaluate.numbers import ONE, ZERO, Indeterminate, Jet, Undefined, ball, is_zero, reciprocal, standard

Matrix = list[list[Any]]
LARGEST_COFACTOR = 6


def _kind(matrix: Matrix) -> type:
    kinds = {type(x) for row in matrix for x in row}
    return Jet if Jet in kinds else arb if arb in kinds else fmpq


def _flat(matrix: Matrix) -> list[Any]:
    return [x for row in matrix for x in row]


def identity(size: int) -> Matrix:
    return [[ONE if i == j else ZERO for j in range(size)] for i in range(size)]


def multiply(a: Matrix, b: Matrix) -> Matrix:
    columns = list(zip(*b, strict=True))
    return [[sum((x * y for x, y in zip(row, column, strict=True)), ZERO) for column in columns] for row in a]


def inverse(matrix: Matrix) -> Matrix:
    """The inverse. Raises Undefined for a singular matrix, Indeterminate where balls do not decide."""
    size = len(matrix)
    kind = _kind(matrix)
    if kind is Jet:
        return _eliminate(matrix)
    try:
        if kind is fmpq:
            found: Any = fmpq_mat(size, size, _flat(matrix)).inv()
        else:
            found = arb_mat(size, size, [ball(x) for x in _flat(matrix)]).inv()
    except ZeroDivisionError:
        if kind is fmpq:
            raise Undefined("inverse of a singular matrix") from None
        raise Indeterminate("a matrix close to a singular one was not inverted") from None
    return [[found[i, j] for j in range(size)] for i in range(size)]


def _eliminate(matrix: Matrix) -> Matrix:
    size = len(matrix)
    rows = [[*row, *unit] for row, unit in zip(matrix, identity(size), strict=True)]
    for column in range(size):
        candidates = [r for r in range(column, size) if not is_zero(standard(rows[r][column]))]
        if not candidates:
            raise Undefined("inverse of a singular matrix")
        best = max(candidates, key=lambda r: abs(float(ball(standard(rows[r][column])).mid())))
        rows[column], rows[best] = rows[best], rows[column]
        scale = reciprocal(rows[column][column])
        rows[column] = [x * scale for x in rows[column]]
        for r in range(size):
            factor = rows[r][column]
            if r != column and not is_zero(factor):
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[column], strict=True)]
    return [row[size:] for row in rows]


def determinant(matrix: Matrix) -> Any:
    size = len(matrix)
    kind = _kind(matrix)
    if size == 0:
        return ONE
    if kind is fmpq:
        return fmpq_mat(size, size, _flat(matrix)).det()
    if kind is arb:
        return arb_mat(size, size, [ball(x) for x in _flat(matrix)]).det()
    if size > LARGEST_COFACTOR:
        raise Indeterminate("the derivative of a large determinant was not computed")
    return _cofactors(matrix)


def _cofactors(matrix: Matrix) -> Any:
    if len(matrix) == 1:
        return matrix[0][0]
    total: Any = ZERO
    for j, x in enumerate(matrix[0]):
        if not is_zero(x):
            minor = _cofactors([row[:j] + row[j + 1 :] for row in matrix[1:]])
            total = total + (x * minor if j % 2 == 0 else -(x * minor))
    return total


def power(matrix: Matrix, exponent: int) -> Matrix:
    """``matrix ** exponent``; the power 0 is the identity."""
    base = inverse(matrix) if exponent < 0 else matrix
    result, count = identity(len(matrix)), abs(exponent)
    while count:
        if count & 1:
            result = multiply(result, base)
        count >>= 1
        if count:
            base = multiply(base, base)
    return result
