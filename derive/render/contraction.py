"""A product of vectors and matrices that share indices, contracted to matrix notation.

Each factor is a `Piece`: an expression with the indices of its rows and columns. Indices that are bound are summed
over, one after the other, vectors first: a bound index that two pieces share is a matrix product, one that stands
alone a product with the vector of ones, a cycle a trace, three occurrences a diagonal matrix or an entrywise product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.render.matrix_algebra import inner, norm_squared, product, trace, transposed
from derive.render.matrix_expr import Diagonal, DiagonalOf, Elementwise, Hadamard, MatrixExpr, OneNorm, Ones, Scalar
from derive.render.matrix_powers import hadamard
from derive.terms import Affine, Index, IntValue


class NoForm(Exception):
    """There is no readable matrix form."""


@dataclass(frozen=True)
class Piece:
    """A vector over one index or a matrix over two different ones."""

    indices: tuple[Index, ...]
    expr: MatrixExpr

    def over(self, row: Index) -> MatrixExpr:
        """The matrix with ``row`` as its row index."""
        return self.expr if self.indices[0] is row else transposed(self.expr)

    def other(self, index: Index) -> Index:
        return self.indices[1] if self.indices[0] is index else self.indices[0]


def length(index: Index) -> Affine:
    if index.length is None:
        raise NoForm
    return index.length


class Network:
    """Pieces with their bound indices, and the numbers that split off."""

    def __init__(self, pieces: Sequence[Piece], bound: Sequence[Index]) -> None:
        self.pieces = list(pieces)
        self.bound = list(bound)
        self.scalars: list[MatrixExpr] = []

    def at(self, index: Index) -> list[Piece]:
        return [p for p in self.pieces if index in p.indices]

    def replace(self, old: Sequence[Piece], indices: tuple[Index, ...], expr: MatrixExpr) -> None:
        """Put one piece in the place of the last of the old ones."""
        place = max(self.pieces.index(p) for p in old)
        new: list[Piece] = []
        for k, p in enumerate(self.pieces):
            if k == place:
                if not indices:
                    self.scalars.append(expr)
                elif len(indices) == 2 and indices[0] is indices[1]:
                    new.append(Piece(indices[:1], DiagonalOf(expr)))
                else:
                    new.append(Piece(indices, expr))
            elif not any(p is o for o in old):
                new.append(p)
        self.pieces = new

    def contract(self) -> None:
        """Sum over all bound indices. Raises NoForm where matrices have no word for it."""
        while self.bound:
            index = min(self.bound, key=lambda b: (self.cost(b), self.size(b), self.bound.index(b)))
            if self.cost(index) < 10:
                self.eliminate(index)
            elif not (self.merge_matrices() or self.merge_vectors()):
                self.through_diagonal()

    def cost(self, index: Index) -> int:
        """How early an index is summed over; 10 is not yet."""
        ranks = sorted(len(p.indices) for p in self.at(index))
        order = {(): 0, (1, 1): 1, (1, 2): 2, (1,): 3, (2,): 5, (2, 2): 6}
        found = order.get(tuple(ranks), 10)
        pieces = self.at(index)
        if found == 6 and set(pieces[0].indices) == set(pieces[1].indices) and pieces[0].other(index) not in self.bound:
            return 10
        if found == 6 and set(pieces[0].indices) == set(pieces[1].indices) and len(self.at(pieces[0].other(index))) > 2:
            return 10
        return found

    def size(self, index: Index) -> int:
        """How long the vectors over an index are: short ones first, so that X t is built twice in t^T X^T X t."""
        return sum(1 for p in self.at(index) if len(p.indices) == 1 for _ in p.expr.walk())

    def eliminate(self, index: Index) -> None:
        pieces = self.at(index)
        self.bound.remove(index)
        if not pieces:
            self.scalars.append(Scalar(IntValue(length(index))))
        elif len(pieces) == 1:
            self.sum_out(pieces[0], index)
        elif len(pieces[0].indices) == 1 and len(pieces[1].indices) == 1:
            self.replace(pieces, (), inner(pieces[0].expr, pieces[1].expr, length(index)))
        elif len(pieces[0].indices) + len(pieces[1].indices) == 3:
            vector, matrix = sorted(pieces, key=lambda p: len(p.indices))
            row = matrix.other(index)
            self.replace(pieces, (row,), product(matrix.over(row), vector.expr))
        else:
            self.multiply(pieces[0], pieces[1], index)

    def sum_out(self, piece: Piece, index: Index) -> None:
        if len(piece.indices) == 2:
            row = piece.other(index)
            self.replace([piece], (row,), product(piece.over(row), Ones(length(index))))
        elif isinstance(piece.expr, DiagonalOf):
            self.replace([piece], (), trace(piece.expr.body))
        elif isinstance(piece.expr, Elementwise) and piece.expr.name == "abs":
            self.replace([piece], (), OneNorm(piece.expr.arguments[0]))
        elif isinstance(piece.expr, Hadamard) and len(piece.expr.factors) >= 2:
            *others, last = piece.expr.factors
            first = others[0] if len(others) == 1 else Hadamard(tuple(others))
            self.replace([piece], (), inner(first, last, length(index)))
        else:
            self.replace([piece], (), inner(Ones(length(index)), piece.expr))

    def multiply(self, a: Piece, b: Piece, index: Index) -> None:
        row, column = a.other(index), b.other(index)
        if row is not column:
            self.replace([a, b], (row, column), product(a.over(row), b.over(index)))
            return
        both = [p for p in self.at(row) if p is not a and p is not b]
        if row in self.bound and not both:
            self.bound.remove(row)
            same = a.over(row) == b.over(row)
            value = norm_squared(a.expr) if same else trace(product(a.over(row), b.over(index)))
            self.replace([a, b], (), value)
        else:
            self.replace([a, b], (row, row), product(a.over(row), b.over(index)))

    def merge_matrices(self) -> bool:
        """Two matrices over the same pair of indices become their entrywise product."""
        for k, a in enumerate(self.pieces):
            for b in self.pieces[k + 1 :]:
                if len(a.indices) == 2 and set(a.indices) == set(b.indices):
                    self.replace([a, b], b.indices, hadamard(a.over(b.indices[0]), b.expr))
                    return True
        return False

    def merge_vectors(self) -> bool:
        """Two vectors over one index that occurs elsewhere too become their entrywise product."""
        for k, a in enumerate(self.pieces):
            for b in self.pieces[k + 1 :]:
                if len(a.indices) == 1 and a.indices == b.indices:
                    self.replace([a, b], a.indices, hadamard(a.expr, b.expr))
                    return True
        return False

    def through_diagonal(self) -> None:
        """A vector between two matrices: A diag(v) B."""
        for index in self.bound:
            pieces = self.at(index)
            vectors = [p for p in pieces if len(p.indices) == 1]
            matrices = [p for p in pieces if len(p.indices) == 2]
            if len(vectors) == 1 and len(matrices) == 2:
                matrix = matrices[0]
                row = matrix.other(index)
                self.replace([vectors[0], matrix], (row, index), product(matrix.over(row), Diagonal(vectors[0].expr)))
                return
        raise NoForm

    def result(self, axes: tuple[Index, ...]) -> MatrixExpr | None:
        """What is left, as a number (None), a vector or a matrix over ``axes``."""
        while self.merge_matrices() or self.merge_vectors():
            pass
        found = {p.indices: p for p in self.pieces}
        if not axes:
            return None
        if len(axes) == 1:
            return found[axes].expr if axes in found else Ones(length(axes[0]))
        row, column = axes
        left, right = found.get((row,)), found.get((column,))
        matrix = found.get((row, column)) or found.get((column, row))
        if matrix is None:
            first = left.expr if left else Ones(length(row))
            second = right.expr if right else Ones(length(column))
            return product(first, transposed(second))
        chain = [matrix.over(row)]
        if left:
            chain.insert(0, Diagonal(left.expr))
        if right:
            chain.append(Diagonal(right.expr))
        return product(*chain)
