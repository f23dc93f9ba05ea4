"""Naming quantities the way a person would: the residual r = y - X theta inside a square, the logits inside a function.

>>> from derive.terms import Index, Size, Sum, Symbol
>>> n, d = Size("n"), Size("d"); X, y, w = Symbol("X", (n, d)), Symbol("y", (n,)), Symbol("w", (d,))
>>> i, j = Index("i", 1, n), Index("j", 1, d)
>>> loss = Sum(i, (y[i] - Sum(j, X[i, j] * w[j])) ** 2)
>>> found, short = named_quantities(loss, w, {"X", "y", "w"})
>>> short, [r.name for r in found]
(Sum(i, r[i]**2), ['r'])
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from derive.derivation.folding import fold
from derive.terms import (
    Add,
    Arr,
    Entry,
    Fn,
    Index,
    Mul,
    Pow,
    Sum,
    Symbol,
    Term,
    children,
    free_indices,
    free_symbols,
    fresh_index,
    substitute,
)
from derive.terms.substitution import bound_indices

RESIDUALS = "r e v".split()
ARGUMENTS = "u v s".split()
MOST = 2


def named_quantities(value: Any, wrt: Symbol, taken: Collection[str]) -> tuple[dict[Symbol, Any], Any]:
    """Definitions of new symbols for what deserves a name in a value that is differentiated, and the value in these names.

    Named is a sum of terms in which the variable enters through sums and products, that holds a sum over an index and
    stands in a power (a residual r) or a function (an argument u).
    """
    found: dict[Symbol, Any] = {}
    used = set(taken)
    for part, index, in_power in _worth_a_name(value, wrt, ()):
        name = next((x for x in (RESIDUALS if in_power else ARGUMENTS) if x not in used), None)
        if name is None or len(found) == MOST:
            break
        used.add(name)
        if index is None:
            symbol = Symbol(name)
            meaning: Any = part
        else:
            place = fresh_index(index)
            symbol = Symbol(name, (index.length,), first=None)
            meaning = Arr(((place,),), substitute(part, {index: place}))
        short = fold(value, {symbol: meaning})
        if short is not value:
            found[symbol], value = meaning, short
    return found, value


def _worth_a_name(node: Any, wrt: Symbol, bound: tuple[Index, ...]) -> Iterator[tuple[Term, Index | None, bool]]:
    bound = (*bound, *bound_indices(node))
    inner = node.base if isinstance(node, Pow) else node.arguments[0] if isinstance(node, Fn) else None
    if isinstance(inner, Add) and _affine(inner, wrt) and any(isinstance(t, Sum) for t in _inside(inner)):
        open_ = [i for i in free_indices(inner) if i in bound]
        if len(open_) <= 1 and len(free_indices(inner)) == len(open_):
            index = open_[0] if open_ else None
            if index is None or (index.length is not None and index.lo.constant == 1 and not index.lo.terms):
                yield inner, index, isinstance(node, Pow)
                return
    for child in children(node):
        yield from _worth_a_name(child, wrt, bound)


def _affine(t: Any, wrt: Symbol) -> bool:
    """Whether a term depends on the variable through sums and products only."""
    if wrt not in free_symbols(t):
        return isinstance(t, Term)
    return isinstance(t, Entry) or (isinstance(t, Add | Mul | Sum) and all(_affine(c, wrt) for c in children(t)))


def _inside(t: Any) -> Iterator[Any]:
    yield t
    for child in children(t):
        yield from _inside(child)
