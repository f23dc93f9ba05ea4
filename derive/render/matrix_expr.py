"""Matrix expressions: what a term looks like in matrix notation, as a small tree that converts back to indices.

``to_arr()`` builds the array (or, for a number, the term) through `derive.terms.arrays`, so that "matrix form = index
form" can be proved before it is shown. Vectors are columns; ``rank`` is 0 for a number, 1 for a vector, 2 for a
matrix (a row too).

>>> from derive.terms import Size, Symbol
>>> n, d = Size("n"), Size("d"); X, y = Tensor(Symbol("X", (n, d))), Tensor(Symbol("y", (n,)))
>>> Product((Transposed(X), y)).to_arr().shape
((d,),)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from derive.terms import (
    Affine,
    Apply,
    Arr,
    Derivative,
    Entry,
    Fn,
    FunctionSymbol,
    Guard,
    Index,
    Mul,
    Num,
    Pow,
    Sum,
    Symbol,
    Term,
    Value,
    free_symbols,
    fresh_index,
)
from derive.terms import arrays as ar

DIFFERENTIAL = "differential"  # the kind of a symbol such as dX


class MatrixExpr:
    """A node of a matrix expression."""

    @property
    def rank(self) -> int:
        raise NotImplementedError

    def to_arr(self) -> Value:
        """The same value in indices."""
        raise NotImplementedError

    def parts(self) -> Iterator[MatrixExpr]:
        """The expressions directly inside."""
        for value in vars(self).values():
            if isinstance(value, MatrixExpr):
                yield value
            elif isinstance(value, tuple):
                yield from (v for v in value if isinstance(v, MatrixExpr))

    def walk(self) -> Iterator[MatrixExpr]:
        yield self
        for part in self.parts():
            yield from part.walk()


@dataclass(frozen=True)
class Scalar(MatrixExpr):
    """A number given by a term."""

    term: Term
    rank = 0

    @property
    def term_symbols(self) -> frozenset[Symbol]:
        return free_symbols(self.term)

    def to_arr(self) -> Value:
        return self.term


@dataclass(frozen=True)
class Tensor(MatrixExpr):
    """A vector or matrix symbol; with ``fixed`` leading indices a member of a family such as the vectors x_i."""

    symbol: Symbol
    fixed: tuple[Affine, ...] = ()

    @property
    def rank(self) -> int:
        return len(self.symbol.shape) - len(self.fixed)

    def to_arr(self) -> Value:
        whole = Arr.of(self.symbol)
        axes, _ = whole.open()
        rest = axes[len(self.fixed) :]
        first = self.symbol.first
        places = (*self.fixed, *(axis[0] + (f - 1) for axis, f in zip(rest, first[len(self.fixed) :], strict=True)))
        return Arr(rest, Entry(self.symbol, places))


@dataclass(frozen=True)
class Ones(MatrixExpr):
    """The vector of ones."""

    size: Affine
    rank = 1

    def to_arr(self) -> Value:
        return ar.ones(self.size)


@dataclass(frozen=True)
class Identity(MatrixExpr):
    size: Affine
    rank = 2

    def to_arr(self) -> Value:
        return ar.identity(self.size)


@dataclass(frozen=True)
class Plus(MatrixExpr):
    """A sum of expressions of one shape."""

    terms: tuple[MatrixExpr, ...]

    @property
    def rank(self) -> int:
        return self.terms[0].rank

    def to_arr(self) -> Value:
        return ar.add(*(t.to_arr() for t in self.terms))


@dataclass(frozen=True)
class Times(MatrixExpr):
    """``number`` times numbers times at most one vector or matrix."""

    number: Fraction
    scalars: tuple[MatrixExpr, ...] = ()
    body: MatrixExpr | None = None

    @property
    def rank(self) -> int:
        return self.body.rank if self.body is not None else 0

    def to_arr(self) -> Value:
        factor: Term = Mul(Num(self.number), *(s.to_arr() for s in self.scalars))
        return factor if self.body is None else ar.scale(factor, self.body.to_arr())


@dataclass(frozen=True)
class Product(MatrixExpr):
    """A matrix product; a vector may stand last, a transposed vector first."""

    factors: tuple[MatrixExpr, ...]

    @property
    def rank(self) -> int:
        return (0 if is_row(self.factors[0]) else 1) + (0 if self.factors[-1].rank == 1 else 1)

    def to_arr(self) -> Value:
        return reduce(ar.matmul, (f.to_arr() for f in self.factors))


@dataclass(frozen=True)
class Transposed(MatrixExpr):
    """A transpose. Of a vector it is a row, which has rank 2."""

    body: MatrixExpr
    rank = 2

    def to_arr(self) -> Value:
        return ar.transpose(self.body.to_arr())


@dataclass(frozen=True)
class Inverted(MatrixExpr):
    body: MatrixExpr
    rank = 2

    def to_arr(self) -> Value:
        return ar.inverse(self.body.to_arr())


@dataclass(frozen=True)
class Hadamard(MatrixExpr):
    """The entrywise product."""

    factors: tuple[MatrixExpr, ...]

    @property
    def rank(self) -> int:
        return self.factors[0].rank

    def to_arr(self) -> Value:
        return reduce(ar.hadamard, (f.to_arr() for f in self.factors))


@dataclass(frozen=True)
class Elementwise(MatrixExpr):
    """An elementary function of every entry; numbers go with every entry."""

    name: str
    arguments: tuple[MatrixExpr, ...]

    @property
    def rank(self) -> int:
        return max(a.rank for a in self.arguments)

    def to_arr(self) -> Value:
        return ar.elementwise(self.name, *(a.to_arr() for a in self.arguments))


@dataclass(frozen=True)
class Power(MatrixExpr):
    """Every entry (or a number) to a power."""

    body: MatrixExpr
    exponent: Term

    @property
    def rank(self) -> int:
        return self.body.rank

    def to_arr(self) -> Value:
        return ar.broadcast(lambda u: Pow(u, self.exponent), self.body.to_arr())


@dataclass(frozen=True)
class Indicator(MatrixExpr):
    """1 where ``body op 0``, entry by entry."""

    op: str
    body: MatrixExpr

    @property
    def rank(self) -> int:
        return self.body.rank

    def to_arr(self) -> Value:
        return ar.broadcast(lambda u: Guard(self.op, u), self.body.to_arr())


@dataclass(frozen=True)
class Applied(MatrixExpr):
    """A function symbol of one real variable, or its derivative of an order, applied to every entry."""

    function: FunctionSymbol
    order: int
    body: MatrixExpr

    @property
    def rank(self) -> int:
        return self.body.rank

    def to_arr(self) -> Value:
        return ar.broadcast(lambda u: Apply(self.function, (u,), (), ((0, ()),) * self.order), self.body.to_arr())


@dataclass(frozen=True)
class FunctionValue(MatrixExpr):
    """The value of a function of vectors or matrices; ``order`` 1 is the gradient, 2 the Hessian of a number-valued
    one of one argument.
    """

    function: FunctionSymbol
    arguments: tuple[MatrixExpr, ...]
    order: int = 0

    @property
    def rank(self) -> int:
        return len(self.function.shape) + self.order * len(self.function.arguments[0])

    def to_arr(self) -> Value:
        arguments = tuple(a.to_arr() for a in self.arguments)
        out = tuple(fresh_index(None, 1, s) for s in self.function.shape)
        by = [tuple(fresh_index(None, 1, s) for s in self.function.arguments[0]) for _ in range(self.order)]
        body = Apply(self.function, arguments, out, tuple((0, ix) for ix in by))
        axes = tuple((i,) for i in (*out, *(i for ix in by for i in ix)))
        return Arr(axes, body) if axes else body


@dataclass(frozen=True)
class Gradient(MatrixExpr):
    """The gradient of a number by a vector or matrix symbol, not carried out; of order 2 the Hessian by a vector."""

    symbol: Symbol
    body: MatrixExpr
    order: int = 1

    @property
    def rank(self) -> int:
        return len(self.symbol.shape) * self.order

    def to_arr(self) -> Value:
        value, axes = self.body.to_arr(), []
        for _ in range(self.order):
            indices = tuple(fresh_index(None, 1, s) for s in self.symbol.shape)
            value = Derivative(value, self.symbol, indices)
            axes += [(i,) for i in indices]
        return Arr(tuple(axes), value)


@dataclass(frozen=True)
class Jacobian(MatrixExpr):
    """The derivatives of a vector by a vector symbol, not carried out: one row for each entry of the value."""

    symbol: Symbol
    body: MatrixExpr
    rank = 2

    def to_arr(self) -> Value:
        value = self.body.to_arr()
        assert isinstance(value, Arr)
        axes, body = value.open()
        index = fresh_index(None, 1, self.symbol.shape[0])
        return Arr((*axes, (index,)), Derivative(body, self.symbol, (index,)))


@dataclass(frozen=True)
class Softmax(MatrixExpr):
    """exp of every entry over the sum of its row (for a vector, over the sum of all)."""

    body: MatrixExpr

    @property
    def rank(self) -> int:
        return self.body.rank

    def to_arr(self) -> Value:
        value = self.body.to_arr()
        assert isinstance(value, Arr)
        axes, body = value.open()
        (last,) = axes[-1]
        other = fresh_index(last)
        below = Sum(other, Fn("exp", value.at(*(i for axis in axes[:-1] for i in axis), other)))
        return Arr(axes, Fn("exp", body) * Pow(below, -1))


@dataclass(frozen=True)
class Diagonal(MatrixExpr):
    """The diagonal matrix of a vector."""

    body: MatrixExpr
    rank = 2

    def to_arr(self) -> Value:
        return ar.diag(self.body.to_arr())


@dataclass(frozen=True)
class DiagonalOf(MatrixExpr):
    """The diagonal of a matrix as a vector."""

    body: MatrixExpr
    rank = 1

    def to_arr(self) -> Value:
        return ar.diag(self.body.to_arr())


@dataclass(frozen=True)
class Trace(MatrixExpr):
    body: MatrixExpr
    rank = 0

    def to_arr(self) -> Value:
        return ar.trace(self.body.to_arr())


@dataclass(frozen=True)
class Det(MatrixExpr):
    body: MatrixExpr
    rank = 0

    def to_arr(self) -> Value:
        return ar.det(self.body.to_arr())


@dataclass(frozen=True)
class NormSquared(MatrixExpr):
    """The squared Euclidean or Frobenius norm."""

    body: MatrixExpr
    rank = 0

    def to_arr(self) -> Value:
        return ar.norm_squared(self.body.to_arr())


@dataclass(frozen=True)
class OneNorm(MatrixExpr):
    """The sum of absolute values of a vector."""

    body: MatrixExpr
    rank = 0

    def to_arr(self) -> Value:
        return ar.norm(self.body.to_arr(), "1")


@dataclass(frozen=True)
class BigSum(MatrixExpr):
    """The sum over the members of families."""

    index: Index
    body: MatrixExpr

    @property
    def rank(self) -> int:
        return self.body.rank

    def to_arr(self) -> Value:
        return ar.broadcast(lambda u: Sum(self.index, u), self.body.to_arr())


def is_row(e: MatrixExpr) -> bool:
    return isinstance(e, Transposed) and e.body.rank == 1
