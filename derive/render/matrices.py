"""From indices back to matrix notation: ``sum_k X_ki (X theta - y)_k`` is ``X^T(X theta - y)``.

`matrix_form` reads a term or array monomial by monomial: factors with two indices are matrices, with one vectors,
bound indices are contracted (`derive.render.contraction`), elementwise functions stay functions of a matrix.
Lower-case symbols with two axes are families of vectors (x_1, ..., x_n), kept under a sum. Where there is no readable
matrix form the answer is None and the index form is to be shown: never a mixture. The answer proves nothing; its
``to_arr()`` is what the engine compares.

>>> from derive.terms import Size, Symbol
>>> from derive.terms import arrays as ar
>>> n, d = Size("n"), Size("d"); X, y = Arr.of(Symbol("X", (n, d))), Arr.of(Symbol("y", (n,)))
>>> from derive.render.text import text
>>> text(matrix_form(ar.matmul(ar.transpose(X), ar.scale(Num(2), y))))
'2 Xᵀy'
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from derive.render.contraction import Network, NoForm, Piece, length
from derive.render.matrix_algebra import plus, summed, transposed
from derive.render.matrix_expr import (
    DIFFERENTIAL,
    Applied,
    BigSum,
    Det,
    Diagonal,
    DiagonalOf,
    Elementwise,
    FunctionValue,
    Gradient,
    Identity,
    Indicator,
    Inverted,
    Jacobian,
    MatrixExpr,
    Ones,
    Scalar,
    Softmax,
    Tensor,
)
from derive.render.matrix_powers import powered, scaled
from derive.render.monomials import flatten, has_delta, without_deltas
from derive.terms import (
    ONE,
    Add,
    Affine,
    Apply,
    Arr,
    Derivative,
    Determinant,
    Entry,
    Fn,
    Guard,
    Index,
    IntValue,
    InverseEntry,
    Mul,
    Num,
    Pow,
    Sum,
    Symbol,
    Term,
    Value,
    alpha_equal,
    children,
    free_indices,
    remembered,
    substitute,
)
from derive.terms.arrays import is_unit

Axes = tuple[Index, ...]
Known = dict[tuple[Term, Axes, int], MatrixExpr | type[NoForm]]
_ELEMENTWISE = frozenset(
    "exp log sin cos tan sinh cosh tanh arcsin arccos arctan abs sign erf gamma loggamma digamma trigamma softplus max min "
    "floor".split()
)


def matrix_form(value: Value, softmax: bool = True, known: Known | None = None) -> MatrixExpr | None:
    """The value in matrix notation, or None when it has no readable matrix form.

    With ``softmax`` an exponential over the sum of its row becomes softmax(..). Ways to write one value share most of
    their parts: whoever compares them gives one ``known`` for all (of one ``softmax``), where what is read is kept.
    """
    reader = _Reader(softmax, {} if known is None else known)
    try:
        if not isinstance(value, Arr):
            return _readable(reader.convert(value, ()))
        axes = [axis for axis in value.axes if not is_unit(axis)]
        if any(len(axis) != 1 for axis in axes) or len(axes) > 2:
            return None
        body = substitute(value.body, {axis[0]: 1 for axis in value.axes if is_unit(axis)})
        indices = tuple(axis[0] for axis in axes)
        if any(free_indices(length(i)) for i in indices):
            return None
        if isinstance(body, Derivative) and len(indices) == len(value.axes) == 2:
            return _readable(reader.second(body, *indices))
        form = reader.convert(body, indices)
        if len(value.axes) == 2 and len(axes) == 1 and is_unit(value.axes[0]):
            form = transposed(form)
        return _readable(form)
    except NoForm:
        return None


def _readable(form: MatrixExpr) -> MatrixExpr:
    """The form if it is one: it speaks of vectors or matrices, and of no symbol both as a whole and by its entries."""
    nodes = list(form.walk())
    whole = {e.symbol for e in nodes if isinstance(e, Tensor)}
    bound = {e.index for e in nodes if isinstance(e, BigSum)}
    families = {i for e in nodes if isinstance(e, Tensor) for a in e.fixed for i in a.indices}
    if not any(isinstance(e, Tensor | Ones | Identity | FunctionValue | Gradient | Jacobian) for e in nodes):
        raise NoForm
    for e in nodes:
        if isinstance(e, Scalar):
            if not e.term_symbols.isdisjoint(whole) or not free_indices(e.term) <= bound | families:
                raise NoForm
    return form


class _Reader:
    """Converts terms to matrix expressions."""

    def __init__(self, softmax: bool, known: Known) -> None:
        self.softmax = softmax
        self.known = known
        self.depth = 0
        self.tries = 60

    def convert(self, t: Term, axes: Axes) -> MatrixExpr:
        """The number, vector or matrix over ``axes`` with entry ``t``."""
        key = (t, axes, self.depth)
        found = self.known.get(key)
        if found is NoForm:
            raise NoForm
        if isinstance(found, MatrixExpr):
            return found
        try:
            form = self.read(t, axes)
        except NoForm:
            if self.tries > 0:  # else more tries might have found one
                self.known[key] = NoForm
            raise
        if self.tries > 0:
            self.known[key] = form
        return form

    def read(self, t: Term, axes: Axes) -> MatrixExpr:
        if isinstance(t, Add):
            return plus([self.convert(p, axes) for p in t.fields])
        return self.monomial(t, axes)

    # -- monomials --------------------------------------------------------------------------------------------------

    def monomial(self, t: Term, axes: Axes) -> MatrixExpr:
        number, factors, bound = flatten(t, axes)
        factors, bound, axes, diagonal = without_deltas(factors, bound, axes)
        mixed = next((f for f in factors if isinstance(f, Add) and has_delta(f, {*axes, *bound})), None)
        if mixed is not None:
            return self.distributed(number, factors, mixed, bound, axes, diagonal)
        try:
            return self.contracted(number, factors, bound, axes, diagonal)
        except NoForm:
            mixed = next((f for f in factors if isinstance(f, Add) and free_indices(f) & {*axes, *bound}), None)
            if mixed is None or self.tries <= 0:
                raise
            self.tries -= 1
            return self.distributed(number, factors, mixed, bound, axes, diagonal)

    def contracted(
        self, number: Fraction, factors: list[Term], bound: list[Index], axes: Axes, diagonal: bool
    ) -> MatrixExpr:
        """A product without deltas as a matrix product."""
        family = next((b for b in bound if any(_is_family_index(f, b) for f in factors)), None)
        if family is not None:
            return self.family_sum(number, factors, bound, axes, family, diagonal)
        scalars, pieces = self.pieces(factors, axes, bound)
        network = Network(pieces, bound)
        network.contract()
        body = network.result(axes)
        if diagonal:
            assert body is not None
            body = Identity(length(axes[0])) if isinstance(body, Ones) else Diagonal(body)
        return scaled(number, [*scalars, *network.scalars], body)

    def distributed(
        self, number: Fraction, factors: list[Term], mixed: Add, bound: list[Index], axes: Axes, diagonal: bool
    ) -> MatrixExpr:
        """A sum with a Kronecker delta in it, multiplied out: p_i (delta_ij - p_j) is diag(p) - p p^T."""
        others = [f for f in factors if f is not mixed]
        terms: list[MatrixExpr] = []
        for part in mixed.fields:
            t: Term = Mul(Num(number), *others, part)
            for b in bound:
                t = Sum(b, t)
            terms.append(self.convert(t, axes))
        result = plus(terms)
        return Diagonal(result) if diagonal else result

    def family_sum(
        self, number: Fraction, factors: list[Term], bound: list[Index], axes: Axes, family: Index, diagonal: bool
    ) -> MatrixExpr:
        """A sum over the members of a family stays a sum."""
        reach, inside = {family}, []
        changed = True
        while changed:
            changed = False
            for f in factors:
                if f not in inside and not free_indices(f).isdisjoint(reach):
                    inside.append(f)
                    reach |= free_indices(f) & set(bound)
                    changed = True
        inside = [f for f in factors if f in inside]
        outside = [f for f in factors if f not in inside]
        if (
            diagonal
            or any(not free_indices(f).isdisjoint(axes) for f in outside)
            or (family.lo, family.hi) != (Affine(1), family.hi)
        ):
            raise NoForm
        body: Term = Mul(*inside)
        for b in bound:
            if b in reach and b is not family:
                body = Sum(b, body)
        rest: Term = Mul(*outside)
        for b in bound:
            if b not in reach:
                rest = Sum(b, rest)
        # One name for each depth, so that equal sums are equal.
        index = Index(f"_f{self.depth}", family.lo, family.hi)
        self.depth += 1
        inner = self.convert(substitute(body, {family: index}), axes)
        self.depth -= 1
        front = [] if rest is ONE else [self.convert(rest, ())]
        return scaled(number, front, summed(index, inner))

    def pieces(self, factors: list[Term], axes: Axes, bound: list[Index]) -> tuple[list[MatrixExpr], list[Piece]]:
        """The factors as numbers and as vectors or matrices over open indices."""
        open_indices = set(axes) | set(bound)
        if self.softmax:
            factors, found = self.softmaxes(factors, open_indices)
        else:
            found = []
        scalars: list[MatrixExpr] = []
        for f in factors:
            indices = free_indices(f) & open_indices
            if not indices:
                scalars.append(self.scalar(f))
                continue
            copies = 1
            if isinstance(f, Pow) and isinstance(f.exponent, Num) and f.exponent.value in (2, 3):
                copies, f = int(f.exponent.value), f.base
            piece = self.piece(f, indices)
            found.extend(Piece(piece.indices, piece.expr) for _ in range(copies))
        return scalars, found

    def softmaxes(self, factors: list[Term], open_indices: set[Index]) -> tuple[list[Term], list[Piece]]:
        """Pairs exp(u_i), 1 / sum_k exp(u_k) become softmax(u)_i."""
        rest: list[Term] = []
        found: list[Piece] = []
        for f in factors:  # 1 / S^2 is twice 1 / S
            twice = isinstance(f, Pow) and f.exponent is Num(-2) and isinstance(f.base, Sum)
            rest.extend([Pow(f.base, -1)] * 2 if twice and isinstance(f, Pow) else [f])
        for below in list(rest):
            if not (isinstance(below, Pow) and below.exponent is Num(-1) and isinstance(below.base, Sum)):
                continue
            index, summand = below.base.index, below.base.body
            for f in list(rest):
                if not (isinstance(f, Fn) and f.name == "exp" and below in rest):
                    continue
                for i in sorted(free_indices(f) & open_indices, key=lambda i: i.name):
                    row = free_indices(below) & open_indices
                    if (
                        (i.lo, i.hi) == (index.lo, index.hi)
                        and i not in row
                        and len(row) <= 1
                        and alpha_equal(substitute(summand, {index: i}), f)
                    ):
                        indices = (*row, i)
                        found.append(Piece(indices, Softmax(self.convert(f.arguments[0], indices))))
                        rest.remove(f)
                        rest.remove(below)
                        break
        return rest, found

    # -- factors ----------------------------------------------------------------------------------------------------

    def piece(self, f: Term, indices: frozenset[Index]) -> Piece:
        """A factor as a vector or matrix over its open indices."""
        order = _order(f, indices)
        if isinstance(f, Entry):
            return self.entry(f, indices)
        if isinstance(f, InverseEntry):
            if not free_indices(f.matrix).isdisjoint(indices):
                raise NoForm
            return _square(Inverted(self.array(f.matrix)), _atom(f.row), _atom(f.column))
        if isinstance(f, Guard) and isinstance(f.subject, Affine):
            raise NoForm
        if isinstance(f, Apply):
            return self.applied(f, order)
        if isinstance(f, Derivative):
            return Piece(order, self.gradient(f, order))
        if len(order) > 2:
            raise NoForm
        if isinstance(f, Fn) and f.name in _ELEMENTWISE:
            return Piece(
                order,
                Elementwise(
                    f.name,
                    tuple(self.convert(a, order) if free_indices(a) & indices else self.scalar(a) for a in f.arguments),
                ),
            )
        if isinstance(f, Pow):
            if not free_indices(f.exponent).isdisjoint(indices):
                raise NoForm
            return Piece(order, powered(self.convert(f.base, order), f.exponent))
        if isinstance(f, Guard):
            return Piece(order, Indicator(f.op, self.convert(f.subject, order)))
        if isinstance(f, Add | Sum | Mul):
            return Piece(order, self.convert(f, order))
        raise NoForm

    def entry(self, f: Entry, indices: frozenset[Index]) -> Piece:
        symbol, places = f.symbol, f.indices
        fixed = [k for k, a in enumerate(places) if not indices & frozenset(a.indices)]
        if fixed != list(range(len(fixed))) or (fixed and not is_family(symbol)):
            raise NoForm
        opened = []
        for a, size, first in list(zip(places, symbol.shape, symbol.first, strict=True))[len(fixed) :]:
            index = _atom(a)
            if index.lo != Affine(first) or index.length != size:
                raise NoForm
            opened.append(index)
        if len(opened) > 2:
            raise NoForm
        tensor = Tensor(symbol, places[: len(fixed)])
        return _square(tensor, *opened) if len(opened) == 2 else Piece(tuple(opened), tensor)

    def applied(self, f: Apply, order: Axes) -> Piece:
        function = f.function
        if len(function.arguments) == 1 and not function.arguments[0] and not f.indices and len(order) <= 2:
            return Piece(order, Applied(function, len(f.partials), self.convert(f.arguments[0], order)))
        if any(not free_indices(a).isdisjoint(order) for a in f.arguments):
            raise NoForm
        by = [i for _, ix in f.partials for i in ix]
        places = tuple(_atom(a) for a in (*f.indices, *by))
        if (
            len(places) > 2
            or len(set(places)) != len(places)
            or (by and (f.indices or len(function.arguments) > 1 or len(function.arguments[0]) != 1))
        ):
            raise NoForm
        arguments = tuple(self.array(a) if isinstance(a, Arr) else self.scalar(a) for a in f.arguments)
        return Piece(places, FunctionValue(function, arguments, len(f.partials)))

    def gradient(self, f: Derivative, order: Axes) -> MatrixExpr:
        if (
            any(first != 1 for first in f.symbol.first)
            or not free_indices(f.body).isdisjoint(order)
            or tuple(_atom(a) for a in f.indices) != order
            or len(set(order)) != len(f.indices)
        ):
            raise NoForm
        return Gradient(f.symbol, self.scalar(f.body))

    def second(self, f: Derivative, row: Index, column: Index) -> MatrixExpr:
        """A derivative that makes a matrix of a number or a vector: Hessian, Jacobian, or the gradient by a matrix."""
        inner = f.body
        if len(f.indices) == 2:
            return self.gradient(f, (row, column))
        if f.symbol.first != (1,) or _atom(f.indices[0]) is not column or column in free_indices(inner):
            raise NoForm
        if not isinstance(inner, Derivative):
            return Jacobian(f.symbol, self.convert(inner, (row,)))
        if (
            inner.symbol is not f.symbol
            or inner.indices != (Affine(0, ((row, 1),)),)
            or row in free_indices(inner.body)
        ):
            raise NoForm
        return Gradient(f.symbol, self.scalar(inner.body), 2)

    def array(self, a: Arr) -> MatrixExpr:
        if any(len(axis) != 1 for axis in a.axes) or len(a.axes) > 2:
            raise NoForm
        axes, body = a.open()
        return self.convert(body, tuple(axis[0] for axis in axes))

    def scalar(self, f: Term) -> MatrixExpr:
        """A factor without open indices."""
        if not _has_structure(f):
            return Scalar(f)
        if isinstance(f, Pow):
            return powered(self.convert(f.base, ()), f.exponent)
        if isinstance(f, Fn):
            return Elementwise(f.name, tuple(self.convert(a, ()) for a in f.arguments))
        if isinstance(f, Determinant):
            return Det(self.array(f.matrix))
        if (
            isinstance(f, Apply)
            and not f.indices
            and len(f.arguments) == 1
            and not isinstance(f.arguments[0], Arr)
            and not any(places for _, places in f.partials)
        ):
            return Applied(f.function, len(f.partials), self.convert(f.arguments[0], ()))
        if isinstance(f, Apply) and not f.indices and not f.partials:
            return FunctionValue(
                f.function, tuple(self.array(a) if isinstance(a, Arr) else self.scalar(a) for a in f.arguments)
            )
        if isinstance(f, Guard) and isinstance(f.subject, Term):
            return Indicator(f.op, self.convert(f.subject, ()))
        if isinstance(f, Add | Sum | Mul):
            return self.convert(f, ())
        raise NoForm


def _square(expr: MatrixExpr, row: Index, column: Index) -> Piece:
    return Piece((row,), DiagonalOf(expr)) if row is column else Piece((row, column), expr)


def _atom(a: Affine) -> Index:
    if not isinstance(a.atom, Index):
        raise NoForm
    return a.atom


def _order(f: Term, indices: frozenset[Index]) -> Axes:
    """Open indices in the order of their first mention."""
    return tuple(i for i in _mentioned(f) if i in indices)


@remembered
def _mentioned(f: Term) -> Axes:
    """The indices in a term, each once, in the order of their first mention."""
    return tuple(dict.fromkeys(i for a in _affines(f.fields) for i in a))


def _affines(fields: tuple[object, ...]) -> Iterator[Axes]:
    for part in fields:
        if isinstance(part, Affine):
            yield part.indices
        elif isinstance(part, tuple):
            yield from _affines(part)
        elif isinstance(part, Term | Arr):
            yield _mentioned(part)


def is_family(symbol: Symbol) -> bool:
    """Whether the first axis counts members: lower-case names with two axes, any name with three; not dX."""
    if symbol.kind == DIFFERENTIAL:
        return False
    head = re.sub(r"\\(mathbf|boldsymbol|bm|mathrm|hat|bar|tilde|vec)|[{}]", "", symbol.name).lstrip("\\")
    return len(symbol.shape) == 3 or (len(symbol.shape) == 2 and head[:1].islower())


def _is_family_index(f: Term | Arr, index: Index) -> bool:
    if index not in free_indices(f):
        return False
    if isinstance(f, Entry):
        return is_family(f.symbol) and index in f.indices[0].indices
    return any(_is_family_index(c, index) for c in children(f))


@remembered
def _has_structure(f: Term | Arr) -> bool:
    """Whether a term holds sums or arrays, so that it is more than a formula in numbers."""
    if isinstance(f, Entry | Num | IntValue):
        return False
    if isinstance(f, Arr | Sum | InverseEntry | Determinant):
        return True
    return any(_has_structure(c) for c in children(f))
