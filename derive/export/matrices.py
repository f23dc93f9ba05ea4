"""Inverses, determinants and powers of matrices, and what their symmetry and definiteness allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from derive.export.contraction import contract
from derive.export.errors import CompileError
from derive.export.prepare import prepare
from derive.export.program import Operation, Value, elementwise, full, length, number, reduce, straightened
from derive.export.ranges import is_positive
from derive.export.sameness import same
from derive.export.subscripts import entry
from derive.terms import (
    Add,
    Arr,
    Entry,
    Guard,
    Index,
    InverseEntry,
    MatrixPowerEntry,
    Mul,
    Sum,
    Term,
    affine,
    free_indices,
    substitute,
)

if TYPE_CHECKING:
    from derive.export.lower import Lowering

POSITIVE, SYMMETRIC, GENERAL = "positive", "symmetric", "general"


def matrix(low: Lowering, array: Arr) -> tuple[Operation, tuple[Index, ...]]:
    """The matrix as an operation whose last two axes are rows and columns, and the indices of the axes before them."""
    key = ("matrix", array)
    if key not in low.memo:
        if any(len(axis) != 1 for axis in array.axes):
            raise CompileError(
                "a matrix function of a Kronecker product or vec",
                "its axes are pairs",
                "Export the matrix itself, or the factors",
            )
        (rows, columns), body = array.open()
        low.bind((*rows, *columns))
        value = low.lower(prepare(body))
        batch = tuple(a for a in value.axes if a not in (*rows, *columns))
        low.memo[key] = (straightened(full(value, (*batch, *rows, *columns)).operation), batch)
    return low.memo[key]


def inverse_entry(low: Lowering, term: InverseEntry) -> Value:
    operation, batch = matrix(low, term.matrix)
    kind = GENERAL if batch else definiteness(term.matrix)
    return _entry(low, Operation("inv", (operation,), (kind,), operation.shape), batch, term.row, term.column)


def power_entry(low: Lowering, term: MatrixPowerEntry) -> Value:
    operation, batch = matrix(low, term.matrix)
    result = Operation("matrix_power", (operation,), (term.exponent,), operation.shape)
    return _entry(low, result, batch, term.row, term.column)


def _entry(low: Lowering, operation: Operation, batch: tuple[Index, ...], row: Any, column: Any) -> Value:
    if not batch:
        return entry(operation, (row, column), (1, 1), low.order)
    plain = row.atom, column.atom
    if all(isinstance(a, Index) for a in plain) and plain[0] is not plain[1]:
        return Value(operation, (*batch, *plain))
    places = tuple(affine(1) + a - a.lo for a in batch)
    return entry(operation, (*places, row, column), (1,) * (len(batch) + 2), low.order)


def determinant(low: Lowering, array: Arr) -> Value:
    operation, batch = matrix(low, array)
    return Value(Operation("det", (operation,), (), tuple(length(a) for a in batch)), batch)


def log_determinant(low: Lowering, array: Arr) -> Value:
    """log |det|: from the Cholesky factor of a positive definite matrix, else by slogdet."""
    operation, batch = matrix(low, array)
    shape = tuple(length(a) for a in batch)
    if batch or definiteness(array) != POSITIVE:
        return Value(Operation("slogdet", (operation,), (), shape), batch)
    index = array.open()[0][0][0]
    factor = Operation("cholesky", (operation,), (), operation.shape)
    diagonal = Value(Operation("diagonal", (factor,), (0, 1), operation.shape[:1]), (index,))
    total = reduce("sum", elementwise("log", [diagonal], low.order), (index,))
    return contract([Value(number(2)), total], (), low.order)


# --- properties ----


def definiteness(array: Arr) -> str:
    """What is certain from the declarations and the form: "positive" definite, "symmetric", or "general"."""
    row, column = array.indices
    definite = _definite(array.body, row, column)
    if definite == 2:
        return POSITIVE
    return SYMMETRIC if definite == 1 or _symmetric(array) else GENERAL


def _definite(body: Term, row: Index, column: Index) -> int:
    """2 for positive definite, 1 for positive semidefinite, 0 for not known."""
    if isinstance(body, Entry):
        if {a.atom for a in body.indices} != {row, column}:
            return 0
        properties = body.symbol.properties
        return 2 if "positive_definite" in properties else 1 if "positive_semidefinite" in properties else 0
    if isinstance(body, Guard):
        return 2 if body.op == "==" and body.subject in (affine(row) - column, affine(column) - row) else 0
    if isinstance(body, Add):
        known = [_definite(f, row, column) for f in body.fields]
        return max(known) if min(known) > 0 else 0
    if isinstance(body, Mul):
        inside = [f for f in body.fields if free_indices(f) & {row, column}]
        scale = [f for f in body.fields if f not in inside]
        if not all(is_positive(f) for f in scale):
            return 0
        if len(inside) == 1:
            return _definite(inside[0], row, column)
        if len(inside) == 2 and isinstance(inside[0], Entry) and isinstance(inside[1], Entry):
            return _mirror(inside[0], inside[1], row, column)
        return 0
    if isinstance(body, Sum) and _congruent(body, row, column):
        return 1
    if isinstance(body, Sum) and isinstance(body.body, Mul):
        factors = [f for f in body.body.fields if not is_positive(f)]
        good = [f for f in body.body.fields if is_positive(f) and free_indices(f) & {row, column}]
        return _mirror(factors[0], factors[1], row, column) if len(factors) == 2 and not good else 0
    return 0


def _congruent(body: Sum, row: Index, column: Index) -> bool:
    """Whether it is the entry of H P H' for a positive semidefinite P."""
    summed: list[Index] = []
    factors: list[Term] = []

    def visit(node: Term) -> None:
        if isinstance(node, Sum):
            summed.append(node.index)
            visit(node.body)
        elif isinstance(node, Mul):
            for f in node.fields:
                visit(f)
        else:
            factors.append(node)

    visit(body)
    if len(factors) != 3 or len(set(summed)) != 2:
        return False
    left = [f for f in factors if row in free_indices(f)]
    right = [f for f in factors if column in free_indices(f)]
    middle = [f for f in factors if f not in left and f not in right]
    if len(left) != 1 or len(right) != 1 or len(middle) != 1:
        return False
    p, q = ([i for i in free_indices(side[0]) if i in summed] for side in (left, right))
    if len(p) != 1 or len(q) != 1 or p == q or substitute(left[0], {row: column, p[0]: q[0]}) is not right[0]:
        return False
    return _definite(middle[0], p[0], q[0]) > 0


def _mirror(a: Term, b: Term, row: Index, column: Index) -> int:
    """1 when the two factors are one vector's entries at row and at column: a Gram matrix."""
    if column in free_indices(a):
        a, b = b, a
    return int(column not in free_indices(a) and row not in free_indices(b) and substitute(a, {row: column}) is b)


def _symmetric(array: Arr) -> bool:
    row, column = array.indices
    swapped = substitute(array.body, {row: column, column: row})
    return same(prepare(array.body), prepare(swapped))
