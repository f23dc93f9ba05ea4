r"""Intervals whose ends are no numbers: `x \\in [a, b]` bounds x by what a and b are.  Imports elaborate and scope."""

from __future__ import annotations

from typing import Any

from derive.terms import Entry, Hypothesis, Relation, fresh_index

from . import syntax as s
from .elaborate import Elaborator
from .names import split_scripts, symbol_key
from .scope import Scope


def is_interval(node: s.Node) -> bool:
    """[a, b], (0, 1/L) and the like, whose ends are no numbers."""
    body = node.body if isinstance(node, s.Group) and node.open in ("[", "(") and node.close in ("]", ")") else None
    return isinstance(body, s.Row) and len(body.items) == 2 and not any(isinstance(i, s.Ellipsis) for i in body.items)


def between(name: s.Node, interval: s.Node, scope: Scope, text: str) -> None:
    """The ends of an interval as hypotheses about a declared number (or about every member of a family)."""
    base, _ = split_scripts(name)
    symbol = scope.symbols.get(symbol_key(name) or "") or scope.symbols.get(
        base.key if isinstance(base, s.Name) else ""
    )
    if symbol is None or not isinstance(interval, s.Group) or not isinstance(interval.body, s.Row):
        return
    places = tuple(fresh_index(None, f, n + (f - 1)) for f, n in zip(symbol.first, symbol.shape, strict=True))
    entry = Entry(symbol, places)
    low, high = (_end(x, scope, text) for x in interval.body.items)
    if low is not None:
        op = "<=" if interval.open == "[" else "<"
        scope.hypotheses.append(Hypothesis(Relation(op, low, entry), places, text))
    if high is not None:
        op = "<=" if interval.close == "]" else "<"
        scope.hypotheses.append(Hypothesis(Relation(op, entry, high), places, text))


def _end(node: s.Node, scope: Scope, text: str) -> Any:
    if any(isinstance(x, s.Name) and x.text == "\\infty" for x in s.walk(node)):
        return None
    e = Elaborator(scope, text)
    e.prepare(node)
    return e.scalar(node)
