"""Terms as ordinary SymPy, and back: what a statement shows to the outside, with nothing evaluated on the way.

Scalars become `Symbol`, tensors `IndexedBase` with shapes, indices and sizes integer symbols, deltas
`KroneckerDelta`, sums `Sum`. What SymPy lacks, or evaluates too early (guards, entries of inverses, derivatives of
functions at a place), becomes an atom of ours (`Opaque`) that keeps the part itself. `from_sympy` needs the names:
those of the value that was converted.

>>> from derive.terms import Index, Relation, Size, Sum, Symbol, exp
>>> K = Size("K"); z = Symbol("z", (K,)); k = Index("k", 1, K)
>>> to_sympy(Sum(k, exp(z[k])))
Sum(exp(z[k]), (k, 1, K))
>>> from_sympy(to_sympy(Sum(k, exp(z[k]))), names(Sum(k, exp(z[k]))))
Sum(k, exp(z[k]))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import sympy

from derive.terms.arr import Arr
from derive.terms.integers import Affine, Index, Size, affine
from derive.terms.node import Node
from derive.terms.statements import Relation
from derive.terms.symbols import Symbol
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
FUNCTIONS = {"exp": sympy.exp, "log": sympy.log, "sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan, "sinh":
sympy.sinh,
             "cosh": sympy.cosh, "tanh": sympy.tanh, "arcsin": sympy.asin, "arccos": sympy.acos, "arctan": sympy.atan,
             "abs": sympy.Abs, "sign": sympy.sign, "erf": sympy.erf, "gamma": sympy.gamma, "loggamma": sympy.loggamma,
             "digamma": sympy.digamma, "factorial": sympy.factorial, "floor": sympy.floor}  # fmt: skip
_BACK = {head: name for name, head in FUNCTIONS.items()}
_RELATIONS = {"=": sympy.Eq, "<=": sympy.Le, "<": sympy.Lt, "!=": sympy.Ne}


class Opaque(sympy.AtomicExpr):
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
    """A term, affine expression or relation as SymPy, unevaluated; a relation between arrays at common indices.

    Names that two items share are told apart by a number.
    """
    if isinstance(value, Relation):
        lhs, rhs = value.lhs, value.rhs
        if isinstance(lhs, Arr) or isinstance(rhs, Arr):
            indices = next(v.indices for v in (lhs, rhs) if isinstance(v, Arr))
            lhs, rhs = (v.at(*indices) if isinstance(v, Arr) else v for v in (lhs, rhs))
        write = _Writer({item: name for name, item in names(value, lhs, rhs).items()})
        return _RELATIONS[value.op](write.term(lhs), write.term(rhs), evaluate=False)
    write = _Writer({item: name for name, item in names(value).items()})
    return write.integer(affine(value)) if isinstance(value, Affine | Index | Size) else write.term(value)


class _Writer:
    """Converts under given names of the symbols, sizes and indices."""

    def __init__(self, named: Mapping[Any, str]) -> None:
        self.named = named

    def term(self, t: Any) -> Any:
        convert = _TO.get(type(t))
        return Opaque(t) if convert is None else convert(self, t)

    def terms(self, ts: Iterable[Any]) -> list[Any]:
        return [self.term(t) for t in ts]

    def atom(self, a: Any) -> sympy.Symbol:
        kind = {"positive": True} if isinstance(a, Size) and a.lower > 0 else {}
        return sympy.Symbol(self.named[a], integer=True, **kind)

    def integer(self, a: Affine) -> Any:
        return sympy.Add(*(c * self.atom(x) for x, c in a.terms), sympy.Integer(a.constant))

    def entry(self, t: Entry) -> Any:
        s, name = t.symbol, self.named[t.symbol]
        if not s.shape:
            sign = "positive" if s.domain.positive else "nonnegative" if s.domain.nonnegative else "real"
            return sympy.Symbol(name, **{sign: True})
        base = sympy.IndexedBase(sympy.Symbol(name, real=True), shape=tuple(map(self.integer, s.shape)))
        return sympy.Indexed(base, *map(self.integer, t.indices))

    def function(self, t: Fn) -> Any:
        head = FUNCTIONS.get(t.name)
        return Opaque(t) if head is None else head(*self.terms(t.arguments), evaluate=False)

    def guard(self, t: Guard) -> Any:
        subject = t.subject
        if t.op == "==" and isinstance(subject, Affine) and sorted(c for _, c in subject.terms) == [-1, 1]:
            if not subject.constant:
                return sympy.KroneckerDelta(*(self.atom(x) for x, _ in subject.terms))
        return Opaque(t)

    def summed(self, t: Any) -> Any:
        i, head = t.index, sympy.Sum if isinstance(t, Sum) else sympy.Product
        upper = sympy.oo if i.hi is None else self.integer(i.hi)
        return head(self.term(t.body), (self.atom(i), self.integer(i.lo), upper))


_TO: dict[type, Callable[[_Writer, Any], Any]] = {
    Num: lambda w, t: sympy.Rational(t.value.numerator, t.value.denominator),
    Constant: lambda w, t: {"pi": sympy.pi, "oo": sympy.oo}[t.name],
    IntValue: lambda w, t: w.integer(t.value),
    Entry: _Writer.entry,
    Add: lambda w, t: sympy.Add(*w.terms(t.fields), evaluate=False),
    Mul: lambda w, t: sympy.Mul(*w.terms(t.fields), evaluate=False),
    Pow: lambda w, t: sympy.Pow(w.term(t.base), w.term(t.exponent), evaluate=False),
    Fn: _Writer.function,
    Sum: _Writer.summed,
    Prod: _Writer.summed,
    Guard: _Writer.guard,
    Derivative: lambda w, t: sympy.Derivative(w.term(t.body), w.entry(Entry(t.symbol, t.indices)), evaluate=False),
}


# -- and back ---------------------------------------------------------------------------------------------------------


def names(*values: Any) -> dict[str, Any]:
    """The symbols, sizes and indices of terms by the names that `to_sympy` gives them."""
    found: dict[Any, None] = {}
    stack: list[Any] = list(reversed(values))
    while stack:
        top = stack.pop()
        if isinstance(top, Relation):
            stack += [top.rhs, top.lhs]
        elif isinstance(top, tuple):
            stack.extend(reversed(top))
        elif isinstance(top, Node):
            if isinstance(top, Symbol | Size | Index):
                found[top] = None
            stack.extend(f for f in reversed(top.fields) if not isinstance(f, str))
    named: dict[str, Any] = {}
    for item in found:
        name, number = item.name, 1
        while name in named:
            name, number = f"{item.name}_{{{number}}}", number + 1
        named[name] = item
    return named


def from_sympy(expression: Any, known: Mapping[str, Any]) -> Any:
    """The term (or relation) that a SymPy expression means, its names looked up in ``known``. Raises KeyError for
    others.
    """
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
        made: list[Index] = []
        for variable, low, high in reversed(e.limits):  # the outermost last
            upper = None if high is sympy.oo else _affine(high, known)
            made.append(Index(variable.name, _affine(low, known), upper))
            known = {**known, variable.name: made[-1]}
        body = _term(e.function, known)
        for index in reversed(made):
            body = (Sum if isinstance(e, sympy.Sum) else Prod)(index, body)
        return body
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
