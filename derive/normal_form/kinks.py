"""Kinks: where an absolute value, a maximum or a condition on reals has no derivative.

`kinks` lists the places over which the rules of differentiation step; what they give holds elsewhere. A list, not a judgement: a smooth
function written with an absolute value may be on it.

>>> from derive.terms import Fn, Symbol, term
>>> x = Symbol("x")
>>> kinks(Fn("abs", term(x) - 1), x), kinks(Fn("max", term(0), term(x)) ** 2, x)
([((x + (-1)), ())], [])
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from derive.terms import (
    Arr,
    Derivative,
    Fn,
    Guard,
    Index,
    Num,
    Pow,
    Prod,
    Sum,
    Symbol,
    Term,
    alpha_key,
    children,
    free_indices,
    free_symbols,
)

Kink = tuple[Term, tuple[Index, ...]]  # what must not vanish, for all values of the indices


def kinks(value: Any, wrt: Symbol, order: int = 1) -> list[Kink]:
    """What must not vanish for the derivative by ``wrt`` up to ``order`` to be taken by the rules, each once."""
    found: dict[Any, Kink] = {}
    for u, bound in _met(value, wrt, order, ()):
        schematic = tuple(i for i in bound if i in free_indices(u))
        found.setdefault(alpha_key(Arr(tuple((i,) for i in schematic), u)), (u, schematic))
    return list(found.values())


def kinks_inside(value: Any) -> list[Kink]:
    """The kinks of every derivative that is written in a term or array."""
    found: dict[Any, Kink] = {}
    todo: list[tuple[Any, tuple[Index, ...]]] = [(value, ())]
    while todo:
        t, bound = todo.pop()
        bound = (
            (*bound, t.index) if isinstance(t, Sum | Prod) else (*bound, *t.indices) if isinstance(t, Arr) else bound
        )
        if isinstance(t, Derivative):
            order, body = 1, t.body
            while isinstance(body, Derivative):
                order, body = order + 1, body.body
            for u, own in kinks(body, t.symbol, order):
                schematic = (*(i for i in bound if i in free_indices(u)), *own)
                found.setdefault(alpha_key(Arr(tuple((i,) for i in schematic), u)), (u, schematic))
            continue
        todo += [(c, bound) for c in children(t)]
    return list(found.values())


def _met(t: Any, wrt: Symbol, order: int, bound: tuple[Index, ...]) -> Iterator[Kink]:
    if wrt not in free_symbols(t):
        return
    if isinstance(t, Sum | Prod):
        bound = (*bound, t.index)
    elif isinstance(t, Arr):
        bound = (*bound, *t.indices)
    if isinstance(t, Pow) and _rounded(t, order):
        for u in t.base.arguments:  # type: ignore[attr-defined]
            yield from _met(u, wrt, order, bound)
        return
    for u in bends(t):
        if wrt in free_symbols(u):
            yield u, bound
    for child in children(t):
        yield from _met(child, wrt, order, bound)


def bends(t: Any) -> list[Term]:
    """Where a head itself has no derivative: at the zeros of these terms."""
    if isinstance(t, Fn) and t.name in ("abs", "sign"):
        return [t.arguments[0]]
    if isinstance(t, Fn) and t.name in ("max", "min"):
        return [_difference(a, b) for a, b in combinations(t.arguments, 2)]
    if isinstance(t, Guard) and isinstance(t.subject, Term):
        return [t.subject]
    return []


def _difference(a: Term, b: Term) -> Term:
    return b if a == Num(0) else a if b == Num(0) else a - b


def _rounded(t: Pow, order: int) -> bool:
    """Whether a power takes the kink away: |u|^2 is u^2, and max(0, u)^2 has one derivative everywhere."""
    e, base = t.exponent, t.base
    if not isinstance(e, Num) or e.value.denominator != 1 or not isinstance(base, Fn):
        return False
    if base.name == "abs" and e.value > 0:
        return e.value % 2 == 0 or e.value > order
    return base.name in ("max", "min") and len(base.arguments) == 2 and Num(0) in base.arguments and e.value > order
