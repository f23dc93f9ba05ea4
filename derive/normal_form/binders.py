"""Binders with names of their own: what is said of a free name is not said of the variable of an integral or expectation.

A hypothesis about x speaks of the one value that x has outside; inside an integral over x, a sum over it or an expectation that
averages it, the same letter runs through all its values.

>>> from derive.terms import Expectation, Symbol, term
>>> X = Symbol("X", kind="random")
>>> set_apart((Expectation(term(X)),), (term(X),))[0][0]
Expectation(X°, ())
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from derive.terms import (
    Arr,
    Entry,
    Expectation,
    Hypothesis,
    Index,
    Integral,
    Limit,
    Prod,
    Relation,
    Sum,
    Symbol,
    children,
    free_indices,
    free_symbols,
    fresh_index,
    rebuild,
    substitute,
    term,
)

MARK = "°"


def set_apart(
    values: Sequence[Any], outside: Sequence[Any] = (), indices: frozenset[Index] = frozenset()
) -> tuple[tuple[Any, ...], dict[Symbol, Any]]:
    """The values with bound names that differ from the free ones of ``outside`` (and from ``indices``), and the way back."""
    taken = frozenset(s for v in outside for s in observed(v))
    back: dict[Symbol, Any] = {}
    if not taken and not indices:
        return tuple(values), back
    return tuple(_apart(v, taken, indices, back) for v in values), back


def apart_from_hypotheses(
    sides: tuple[Any, Any], hypotheses: Sequence[Hypothesis]
) -> tuple[tuple[Any, Any], list[Hypothesis], dict[Symbol, Any]]:
    """Both sides and the hypotheses, set apart from what the hypotheses and the sides say outside of binders."""
    said = [s for h in hypotheses for s in (h.relation.lhs, h.relation.rhs)]
    fixed = frozenset(i for h in hypotheses for s in (h.relation.lhs, h.relation.rhs) for i in free_indices(s))
    fixed -= {i for h in hypotheses for i in h.schematic}
    new, back = set_apart((*sides, *said), (*said, *sides), fixed)
    if all(a is b for a, b in zip(new, (*sides, *said), strict=True)):
        return sides, list(hypotheses), back
    pairs = zip(new[2::2], new[3::2], strict=True)
    changed = [
        Hypothesis(Relation(h.relation.op, lhs, rhs), h.schematic, h.source)
        for h, (lhs, rhs) in zip(hypotheses, pairs, strict=True)
    ]
    return (new[0], new[1]), changed, back


def restored(conditions: Sequence[Any], back: Mapping[Symbol, Any]) -> list[Any]:
    """Conditions of definedness with the names that a reader knows."""
    if not back:
        return list(conditions)

    def plain(value: Any) -> Any:
        return value and substitute(value, {}, back)

    return list(dict.fromkeys(replace(c, subject=plain(c.subject), weight=plain(c.weight)) for c in conditions))


def renamed_groups(independence: Any, back: Mapping[Symbol, Any]) -> Any:
    """Independence that holds of the marked symbols as of those they stand for."""
    if independence is None or not back:
        return independence
    marked = {next(iter(free_symbols(body))): s for s, body in back.items()}
    groups = {frozenset(marked.get(s, s) for s in g): g for g in independence.groups}
    new = [g for g in groups if g not in independence.groups]
    return type(independence)([*independence.groups, *new], independence.used, groups)


def observed(node: Any) -> frozenset[Symbol]:
    """The free symbols of a term; random ones only where they stand outside of the expectations that average them."""
    found: frozenset[Symbol] = node.memo("observed", _observed)
    return found


def _observed(node: Any) -> frozenset[Symbol]:
    if not any(s.kind == "random" for s in free_symbols(node)):
        return free_symbols(node)
    inner = frozenset(s for c in children(node) for s in observed(c))
    if isinstance(node, Entry):
        return inner | {node.symbol}
    if isinstance(node, Integral | Limit):
        return inner & free_symbols(node)
    if isinstance(node, Expectation):
        return frozenset(s for s in inner if s.kind != "random") | frozenset(node.given)
    return inner | frozenset(s for s in free_symbols(node) - inner if s.kind != "random")


def _apart(node: Any, taken: frozenset[Symbol], indices: frozenset[Index], back: dict[Symbol, Any]) -> Any:
    node = rebuild(node, lambda c: _apart(c, taken, indices, back))
    if isinstance(node, Integral | Limit) and node.symbol in taken:
        new = _marked(node.symbol, back)
        body = substitute(node.body, {}, {node.symbol: term(new)})
        if isinstance(node, Integral):
            return Integral(new, node.lower, node.upper, body)
        return Limit(new, node.point, body, node.side)
    if isinstance(node, Expectation):
        averaged = {s for s in observed(node.body) if s.kind == "random" and s in taken} - set(node.given)
        names = {s: _marked(s, back) for s in averaged}
        return Expectation(_renamed(node.body, names), node.given) if names else node
    if isinstance(node, Sum | Prod) and node.index in indices:
        other = fresh_index(node.index)
        return type(node)(other, substitute(node.body, {node.index: other}))
    return node


def _marked(symbol: Symbol, back: dict[Symbol, Any]) -> Symbol:
    new = Symbol(symbol.name + MARK, *symbol.fields[1:])
    back[new] = Arr.of(symbol) if symbol.shape else term(symbol)
    return new


def _renamed(node: Any, names: Mapping[Symbol, Symbol]) -> Any:
    """Random symbols renamed where they are observed; an expectation inside keeps those that it averages."""
    if isinstance(node, Entry) and node.symbol in names:
        return Entry(names[node.symbol], node.indices)
    if isinstance(node, Expectation):
        inner = {s: t for s, t in names.items() if s in node.given}
        return Expectation(_renamed(node.body, inner), tuple(names.get(s, s) for s in node.given))
    return rebuild(node, lambda c: _renamed(c, names))
