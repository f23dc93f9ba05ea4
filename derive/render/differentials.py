r"""Derivatives of entries amid matrices, written with differentials: sum_ij B_ji dX_ij is tr(B dX).

A line such as sum_kl B_lk d(X_kl)/d(X_ij) holds for every i and j; times dX_ij and summed it reads tr(B dX), in matrices throughout
(J. R. Magnus and H. Neudecker, Matrix Differential Calculus).

>>> from derive.render.text import text
>>> from derive.terms import Derivative, Entry, Index, Size, Sum, Symbol
>>> n = Size("n"); x, a, i, k = Symbol("x", (n,)), Symbol("a", (n,)), Index("i", 1, n), Index("k", 1, n)
>>> text(Differentials(x).of(Arr(((i,),), Sum(k, a[k] * Derivative(x[k], x, x[i].indices)))))
'aᵀ dx'
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from derive.kernel import KernelError, by_normal_form
from derive.normal_form.derivative import NotDifferentiable
from derive.normal_form.normalizer import Undefined
from derive.render.document import Shown
from derive.render.latex import latex
from derive.render.matrices import is_family, matrix_form
from derive.render.matrix_algebra import plus
from derive.render.matrix_expr import (
    DIFFERENTIAL,
    Det,
    Gradient,
    Hadamard,
    MatrixExpr,
    NormSquared,
    Ones,
    Power,
    Tensor,
    Trace,
)
from derive.render.text import text
from derive.render.unicode_names import unicode_name
from derive.terms import (
    Add,
    Affine,
    Arr,
    Derivative,
    Entry,
    Hypothesis,
    Index,
    InverseEntry,
    Mul,
    ShapeError,
    Sum,
    Symbol,
    Term,
    Value,
    affine,
    children,
    free_indices,
    free_symbols,
    unfold,
)


class NoDifferential(ValueError):
    """The derivative is not written with differentials of vectors and matrices."""


class Differentials:
    """Gradients by ``wrt`` as differentials, and what the differentials that they name stand for."""

    def __init__(self, wrt: Symbol) -> None:
        self.wrt = wrt
        self.change = Symbol(f"d{wrt.name}", wrt.shape, kind=DIFFERENTIAL, first=wrt.first)
        self.meanings: dict[Symbol, Value] = {}

    def of(self, value: Any, reduced: bool = False) -> MatrixExpr | None:
        """A gradient, entry by entry, as the differential of what is differentiated; None where it has no form in matrices.

        With ``reduced`` differentials of affine expressions are carried out: d(A X + B) is A dX.
        """
        if not isinstance(value, Arr) or len(self.wrt.shape) > 2 or is_family(self.wrt):
            return None
        axes = frozenset(value.indices)
        try:
            terms = list(self._linear(value.body, reduced))
        except NoDifferential:
            return None
        if not terms or any(free_indices(t) & axes for t in terms):
            return None
        forms = [f for t in terms if (f := matrix_form(t)) is not None]
        return plus(forms) if len(forms) == len(terms) else None

    def confirms(
        self, form: MatrixExpr, gradient: Arr, definitions: dict[Symbol, Value], hypotheses: tuple[Hypothesis, ...]
    ) -> bool:
        """Whether the kernel proves that a differential is the sum of the gradient's entries times those of dX."""
        left = unfold(unfold(form.to_arr(), self.meanings), definitions)
        right: Term = Mul(unfold(gradient, definitions).body, self.change[gradient.indices])  # type: ignore[union-attr]
        for i in gradient.indices:
            right = Sum(i, right)
        try:
            by_normal_form(left, right, hypotheses, note="differential")
        except (KernelError, ShapeError, Undefined, NotDifferentiable):
            return False
        return True

    def _linear(self, t: Any, reduced: bool) -> Iterator[Term]:
        """The summands of an expression that is linear in derivatives, with differentials in their places."""
        if isinstance(t, Derivative):
            if t.symbol is not self.wrt or _differentiates(t.body):
                raise NoDifferential
            yield from self._affine(t.body) if reduced else [self._named(t.body)]
        elif isinstance(t, Add | Sum | Mul):
            if isinstance(t, Add) and not all(map(_differentiates, t.fields)):
                raise NoDifferential  # a derivative of some summand is carried out already, entry by entry
            yield from _spread(t, lambda u: self._linear(u, reduced), _differentiates)
        else:
            raise NoDifferential

    def _affine(self, t: Term) -> Iterator[Term]:
        """The summands of d of an expression that is affine in the variable."""
        if isinstance(t, Entry | InverseEntry):
            yield self._named(t)
        elif isinstance(t, Add | Sum | Mul):
            yield from _spread(t, self._affine, lambda u: self.wrt in free_symbols(u))
        else:
            raise NoDifferential

    def _named(self, body: Term) -> Term:
        """The entry of d of a vector or matrix, for an entry of it or an expression in entries."""
        if isinstance(body, Entry) and body.symbol is self.wrt:
            return Entry(self.change, body.indices)
        if isinstance(body, Entry):
            whole, name, indices = Arr.of(body.symbol), f"d{body.symbol.name}", body.indices
            if not 1 <= len(indices) <= 2 or is_family(body.symbol) or set(body.symbol.first) != {1}:
                raise NoDifferential
        else:
            whole, indices = _whole(body)
            form = matrix_form(whole)
            if form is None or any(isinstance(e, Hadamard | Ones | Power) for e in form.walk()):
                raise NoDifferential
            name = rf"d({latex(form)})"
        shape = tuple(i.length for i in whole.indices)
        if None in shape:
            raise NoDifferential
        symbol = Symbol(name, shape, kind=DIFFERENTIAL)
        self.meanings[symbol] = Arr(whole.axes, self._change_of(whole.body))
        return Entry(symbol, indices)

    def _change_of(self, body: Term) -> Term:
        """The sum over all entries of the variable: the derivative by the entry times its change."""
        places = [Index(f"_d{k}", 1, s) for k, s in enumerate(self.wrt.shape)]
        at = tuple(i + (f - 1) for i, f in zip(places, self.wrt.first, strict=True))
        total: Term = Mul(Derivative(body, self.wrt, at), Entry(self.change, at))
        for i in places:
            total = Sum(i, total)
        return total


def _whole(body: Term) -> tuple[Arr, tuple[Affine, ...]]:
    """The vector or matrix of which a term is an entry, and the place of the entry."""
    if isinstance(body, InverseEntry):
        row, column = (Index(f"_{k}", i.lo, i.hi) for k, i in enumerate(body.matrix.indices))
        return Arr(((row,), (column,)), InverseEntry(body.matrix, row + 0, column + 0)), (body.row, body.column)
    found = sorted(free_indices(body), key=lambda i: i.name)
    if not isinstance(body, Add | Sum) or not 1 <= len(found) <= 2 or any(i.lo != affine(1) for i in found):
        raise NoDifferential
    if matrix_form(Arr(tuple((i,) for i in found), body)) is None:
        found.reverse()
    return Arr(tuple((i,) for i in found), body), tuple(i + 0 for i in found)


def _spread(t: Any, parts: Callable[[Any], Iterator[Term]], matters: Callable[[Any], bool]) -> Iterator[Term]:
    """The summands of a sum or product of which ``parts`` gives those of the one factor that matters."""
    if isinstance(t, Add):
        for u in t.fields:
            if matters(u):
                yield from parts(u)
    elif isinstance(t, Sum):
        yield from (Sum(t.index, u) for u in parts(t.body))
    else:
        moving = [u for u in t.fields if matters(u)]
        if len(moving) != 1:
            raise NoDifferential
        others = [u for u in t.fields if u is not moving[0]]
        yield from (Mul(*others, u) for u in parts(moving[0]))


def _differentiates(t: Any) -> bool:
    return isinstance(t, Derivative) or any(_differentiates(c) for c in children(t))


def differential_of(start: Gradient) -> Shown:
    """What a chain of differentials starts from: d of the number whose gradient is asked for."""
    inside, plain = latex(start.body), text(start.body)
    if isinstance(start.body, NormSquared | Trace | Det | Tensor):
        return Shown(f"d {inside}", f"d {plain}")
    return Shown(rf"d \left( {inside} \right)", f"d({plain})")


def is_reduced(form: Any, wrt: Symbol) -> bool:
    """Whether a differential is written with dX of the variable itself alone."""
    found = {e.symbol.name for e in form.walk() if isinstance(e, Tensor) and e.symbol.kind == DIFFERENTIAL}
    return found == {f"d{wrt.name}"}


def read_off(wrt: Symbol, plain: bool) -> str:
    """How a differential gives the gradient: d f = tr(G^T dX), of a vector d f = g^T dx."""
    if plain:
        change = unicode_name(f"d{wrt.name}")
        return f"d f = tr((∇f)ᵀ {change})" if len(wrt.shape) > 1 else f"d f = (∇f)ᵀ {change}"
    inner = rf"(\nabla f)^\top d{wrt.name}"
    return rf"$d f = \operatorname{{tr}}({inner})$" if len(wrt.shape) > 1 else f"$d f = {inner}$"
