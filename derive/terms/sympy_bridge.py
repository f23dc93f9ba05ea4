"""Terms as ordinary SymPy, and back: what a statement shows to the outside, with nothing evaluated on the way.

Scalars become `Symbol`, tensors `IndexedBase` with shapes, indices and sizes integer symbols, deltas `KroneckerDelta`, sums
`Sum`. What SymPy lacks, or evaluates too early (guards, entries of inverses, derivatives of functions at a place), becomes an
atom of ours (`Opaque`) that keeps the part itself. `from_sympy` needs the names: those of the value that was converted.

>>> from derive.terms import Index, Relation, Size, Sum, Symbol, exp
>>> K = Size("K"); z = Symbol("z", (K,)); k = Index("k", 1, K)
>>> to_sympy(Sum(k, exp(z[k])))
Sum(exp(z[k]), (k, 1, K))
>>> from_sympy(to_sympy(Sum(k, exp(z[k]))), names(Sum(k, exp(z[k]))))
Sum(k, exp(z[k]))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import sympy

from derive.terms.arr import Arr
from derive.terms.integers import Affine, Index, Size, affine
from derive.terms.statements import Relation
from derive.terms.symbols import FunctionSymbol, Symbol
from derive.terms.term import (
    Add,
    Constant,
    Derivative,
    Entry,
    Fn,
    Guard,
    IntValue,
    Mul,
    Num,
    Pow,
    Prod,
    Sum,
    Term,
)

# SymPy's names where they differ from ours; what SymPy evaluates beyond recognition keeps a head of ours.
FUNCTIONS = {"exp": sympy.exp, "log": sympy.log, "sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan, "sinh": sympy.sinh,
             "cosh": sympy.cosh, "tanh": sympy.tanh, "arcsin": sympy.asin, "arccos": sympy.acos, "arctan": sympy.atan,
             "abs": sympy.Abs, "sign": sympy.sign, "erf": sympy.erf, "gamma": sympy.gamma, "loggamma": sympy.loggamma,
             "digamma": sympy.digamma, "factorial": sympy.factorial, "floor": sympy.floor}  # fmt: skip
_BACK = {head: name for name, head in FUNCTIONS.items()}
_RELATIONS = {"=": sympy.Eq, "<=": sympy.Le, "<": sympy.Lt, "!=": sympy.Ne}


class Opaque(sympy.AtomicExpr):  # type: ignore[misc]
    """A part of a term that SymPy has no class for, or would evaluate; ``value`` is the part itself."""

    __slots__ = ("value",)
    is_commutative = True

    def __new__(cls, value: Any) -> Any:
        made = super().__new__(cls)
        made.value = value
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.value,)

    def _hashable_content(self) -> tuple[Any, ...]:
        return (self.value,)

    def _sympystr(self, printer: Any) -> str:
        return repr(self.value)


def to_sympy(value: Any) -> Any:
    """A term, affine expression or relation as SymPy, unevaluated; a relation between arrays at common indices."""
    if isinstance(value, Relation):
        lhs, rhs = value.lhs, value.rhs
        if isinstance(lhs, Arr) or isinstance(rhs, Arr):
            model = lhs if isinstance(lhs, Arr) else rhs
            lhs, rhs = (v.at(*model.indices) if isinstance(v, Arr) else v for v in (lhs, rhs))
        return _RELATIONS[value.op](to_sympy(lhs), to_sympy(rhs), evaluate=False)
    if isinstance(value, Affine | Index | Size):
        return _integer(affine(value))
    return _TO[type(value)](value) if type(value) in _TO else Opaque(value)


def _atom(a: Any) -> sympy.Symbol:
    return (
        sympy.Symbol(a.name, integer=True, positive=True) if isinstance(a, Size) else sympy.Symbol(a.name, integer=True)
    )


def _integer(a: Affine) -> Any:
    parts = [c * _atom(x) for x, c in a.terms]
    return sympy.Add(*parts, sympy.Integer(a.constant))


def _entry(t: Entry) -> Any:
    s = t.symbol
    if not s.shape:
        domain = (
            {"positive": True}
            if s.domain.positive
            else {"nonnegative": True}
            if s.domain.nonnegative
            else {"real": True}
        )
        return sympy.Symbol(s.name, **domain)
    base = sympy.IndexedBase(sympy.Symbol(s.name, real=True), shape=tuple(map(_integer, s.shape)))
    return sympy.Indexed(base, *map(_integer, t.indices))


def _number(t: Num) -> Any:
    return sympy.Rational(t.value.numerator, t.value.denominator)


def _function(t: Fn) -> Any:
    if t.name in ("max", "min"):
        return Opaque(t)
    head = FUNCTIONS.get(t.name)
    return head(*map(to_sympy, t.arguments), evaluate=False) if head else Opaque(t)


def _guard(t: Guard) -> Any:
    if (
        t.op == "=="
        and isinstance(t.subject, Affine)
        and sorted(c for _, c in t.subject.terms) == [-1, 1]
        and not t.subject.constant
    ):
        (a, _), (b, _) = t.subject.terms
        return sympy.KroneckerDelta(_atom(a), _atom(b))
    return Opaque(t)


def _summed(head: Any) -> Callable[[Any], Any]:
    def convert(t: Any) -> Any:
        i = t.index
        return head(to_sympy(t.body), (_atom(i), _integer(i.lo), sympy.oo if i.hi is None else _integer(i.hi)))

    return convert


_TO: dict[type, Callable[[Any], Any]] = {
    Num: _number,
    Constant: lambda t: {"pi": sympy.pi, "oo": sympy.oo}[t.name],
    IntValue: lambda t: _integer(t.value),
    Entry: _entry,
    Add: lambda t: sympy.Add(*map(to_sympy, t.fields), evaluate=False),
    Mul: lambda t: sympy.Mul(*map(to_sympy, t.fields), evaluate=False),
    Pow: lambda t: sympy.Pow(to_sympy(t.base), to_sympy(t.exponent), evaluate=False),
    Fn: _function,
    Sum: _summed(sympy.Sum),
    Prod: _summed(sympy.Product),
    Guard: _guard,
    Derivative: lambda t: sympy.Derivative(to_sympy(t.body), _entry(Entry(t.symbol, t.indices)), evaluate=False),
}


# -- and back ---------------------------------------------------------------------------------------------------------


def names(*values: Any) -> dict[str, Any]:
    """The symbols, sizes and indices of terms by name, for `from_sympy`."""
    found: dict[str, Any] = {}
    stack: list[Any] = list(values)
    while stack:
        top = stack.pop()
        if isinstance(top, Relation):
            stack += [top.lhs, top.rhs]
        elif isinstance(top, tuple):
            stack.extend(top)
        elif hasattr(top, "fields"):
            if isinstance(top, Symbol | Size | Index | FunctionSymbol):
                found[top.name] = top
            stack.extend(f for f in top.fields if not isinstance(f, str))
    return found


def from_sympy(expression: Any, known: Mapping[str, Any]) -> Any:
    """The term (or relation) that a SymPy expression means, its names looked up in ``known``. Raises KeyError for others."""
    for op, head in _RELATIONS.items():
        if isinstance(expression, head):
            return Relation(op, from_sympy(expression.lhs, known), from_sympy(expression.rhs, known))
    return _term(expression, dict(known))


def _term(e: Any, known: dict[str, Any]) -> Term:
    def go(x: Any) -> Term:
        return _term(x, known)

    if isinstance(e, Opaque):
        found: Term = e.value
        return found
    if isinstance(e, sympy.Rational):
        return Num(Fraction(int(e.p), int(e.q)))
    if e is sympy.pi or e is sympy.oo:
        return Constant("pi" if e is sympy.pi else "oo")
    if e is sympy.E:
        return Fn("exp", Num(1))
    if isinstance(e, sympy.Symbol):
        item = known[e.name]
        return Entry(item, ()) if isinstance(item, Symbol) else IntValue(affine(item))
    if isinstance(e, sympy.Indexed):
        return Entry(known[e.base.label.name], tuple(_affine(i, known) for i in e.indices))
    if isinstance(e, sympy.Add):
        return Add(*map(go, e.args))
    if isinstance(e, sympy.Mul):
        return Mul(*map(go, e.args))
    if isinstance(e, sympy.Pow):
        return Pow(go(e.base), go(e.exp))
    if isinstance(e, sympy.KroneckerDelta):
        return Guard("==", _affine(e.args[0], known) - _affine(e.args[1], known))
    if isinstance(e, sympy.Sum | sympy.Product):
        body = e.function
        for variable, low, high in e.limits:
            index = Index(variable.name, _affine(low, known), None if high is sympy.oo else _affine(high, known))
            body = (Sum if isinstance(e, sympy.Sum) else Prod)(index, _term(body, {**known, index.name: index}))
        return body  # type: ignore[no-any-return]
    if isinstance(e, sympy.Derivative):
        body = go(e.expr)
        for variable, count in e.variable_count:
            entry = go(variable)
            assert isinstance(entry, Entry)
            for _ in range(int(count)):
                body = Derivative(body, entry.symbol, entry.indices)
        return body
    name = _BACK.get(type(e))
    if name is None:
        raise KeyError(f"no term is written as {type(e).__name__}")
    return Fn(name, *map(go, e.args))


def _affine(e: Any, known: Mapping[str, Any]) -> Affine:
    e = sympy.expand(e)
    constant, rest = e.as_coeff_Add()
    result = affine(int(constant))
    for x, c in rest.as_coefficients_dict().items():
        if x != 0 and c != 0:
            result = result + affine(known[x.name]).scale(int(c))
    return result
