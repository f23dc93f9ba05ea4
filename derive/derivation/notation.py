"""Short ways of writing terms in equations and tests: derivatives, vectors and matrices by their entries, several
indices at once.

>>> from derive.terms import Size, Symbol, exp
>>> K = Size("K"); z = Symbol("z", (K,)); i, j = indices("i j", K)
>>> D(exp(z[i]), z[j])
Derivative(exp(z[i]), z, (j,))
>>> vector(exp(z[i]), i).shape
((K,),)
"""

from __future__ import annotations

from typing import Any

from derive.terms import (
    Apply,
    Arr,
    Derivative,
    Entry,
    Hypothesis,
    Index,
    Relation,
    Symbol,
    Term,
    Universal,
    Value,
    affine,
    fresh_index,
    term,
)


def indices(names: str, size: Any) -> tuple[Index, ...]:
    """Indices from 1 to a size, by names with spaces between."""
    return tuple(Index(name, 1, size) for name in names.split())


def D(body: Any, *by: Any) -> Term:
    """The partial derivative of a term by entries, one after another."""
    for variable in by:
        entry = term(variable)
        if not isinstance(entry, Entry):
            raise TypeError(f"{variable!r} is not an entry of a symbol: nothing can be differentiated by it")
        body = Derivative(body, entry.symbol, entry.indices)
    return term(body)


def vector(entry: Any, i: Index) -> Arr:
    """The vector whose entry at ``i`` is given."""
    return Arr(((i,),), entry)


def matrix(entry: Any, i: Index, j: Index) -> Arr:
    """The matrix whose entry at ``(i, j)`` is given."""
    return Arr(((i,), (j,)), entry)


def array(value: Any) -> Value:
    """A tensor symbol as an array, a term or array as it is."""
    if isinstance(value, Symbol):
        return Arr.of(value) if value.shape else term(value)
    return value if isinstance(value, Arr) else term(value)


def gradient(body: Any, by: Symbol) -> Value:
    """The derivative of a number by every entry of a symbol, in the symbol's shape."""
    body = term(body)
    places = tuple(fresh_index(None, 1, s) for s in by.shape)
    entries = tuple(i + (f - 1) for i, f in zip(places, by.first, strict=True))
    return Arr(tuple((i,) for i in places), Derivative(body, by, entries)) if places else Derivative(body, by)


def slope_of(function: Any, point: Any, by: Any = None, component: Any = None) -> Term:
    """The derivative of a declared function at a point: of one component, by one entry of a vector argument, where these are given.

    >>> from derive.terms import FunctionSymbol, Size
    >>> n = Size("n"); F, u = FunctionSymbol("F", ((n,),)), Symbol("u", (n,)); (i,) = indices("i", n)
    >>> slope = slope_of(F, u, i)
    >>> slope.function, slope.partials
    (F, ((0, (i,)),))
    """
    place = () if by is None else (affine(by),)
    return Apply(function, (array(point),), () if component is None else (affine(component),), ((0, place),))


def jacobian(value: Any, by: Symbol) -> Value:
    """The derivative of a number, vector or matrix: the value's axes, then the variable's."""
    value = array(value)
    if not isinstance(value, Arr):
        return gradient(value, by)
    axes, body = value.open()
    inner = gradient(body, by)
    return Arr((*axes, *inner.axes), inner.body) if isinstance(inner, Arr) else Arr(axes, inner)


def assume(lhs: Any, rhs: Any, *schematic: Index, source: str = "") -> Hypothesis:
    """The hypothesis ``lhs = rhs`` for all values of the schematic indices."""
    return Hypothesis(Relation("=", array(lhs), array(rhs)), schematic, source)


def relation(lhs: Any, op: str, rhs: Any) -> Relation:
    """``lhs op rhs`` for op = <= < !=, and >= and > written the other way round."""
    left, right = array(lhs), array(rhs)
    return Relation({">=": "<=", ">": "<"}[op], right, left) if op in (">=", ">") else Relation(op, left, right)


def suppose(lhs: Any, op: str, rhs: Any, *schematic: Index, source: str = "") -> Hypothesis:
    """The hypothesis ``lhs op rhs`` for all values of the schematic indices."""
    return Hypothesis(relation(lhs, op, rhs), schematic, source)


def for_all(lhs: Any, op: str, rhs: Any, *variables: Symbol, source: str = "") -> Universal:
    """The hypothesis ``lhs op rhs`` for all values of the variables in their domains."""
    return Universal(relation(lhs, op, rhs), variables, source)
