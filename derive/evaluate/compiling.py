"""From terms to closures: each head registers how it is compiled; a node is compiled once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.evaluate.frame import Compiled, Frame, Integers
from derive.evaluate.numbers import Undefined
from derive.terms import Symbol, children, free_indices
from derive.terms.term import Derivative, Entry, Expectation

HEADS: dict[type, Callable[[Any], Compiled]] = {}


def compiled(node: Any) -> Compiled:
    """The closure of a term, or of an array (which gives nested lists; a composite axis is one level)."""
    found: Compiled = node.memo("evaluate", _compile)
    return found


def _compile(node: Any) -> Compiled:
    head = HEADS.get(type(node))
    if head is None:
        raise TypeError(f"{node!r} is a {type(node).__name__}, not a term or array")
    return head(node)


def _needs(node: Any) -> tuple[frozenset[Symbol], bool]:
    """The symbols a value depends on, and whether it takes an expectation (and so depends on the whole law)."""
    symbols: set[Symbol] = set()
    averaged = isinstance(node, Expectation)
    for child in children(node):
        inner, inner_averaged = child.memo("evaluate.needs", _needs)
        symbols |= inner
        averaged = averaged or inner_averaged
    if isinstance(node, Entry | Derivative):
        symbols.add(node.symbol)
    return frozenset(symbols), averaged


def cached(node: Any, compute: Compiled, key: Any = None) -> Compiled:
    """``compute`` remembered for each value of the node's free indices, in the outermost frame that gives the same
    value.
    """
    symbols, averaged = node.memo("evaluate.needs", _needs)
    free = tuple(free_indices(node))
    name = node if key is None else key

    def run(frame: Frame, ix: Integers) -> Any:
        if not averaged:
            while frame.parent is not None and frame.touched.isdisjoint(symbols):
                frame = frame.parent
        place = (name, *(ix[i] for i in free))
        cache = frame.cache
        if place in cache:
            return cache[place]
        value = cache[place] = compute(frame, ix)
        return value

    return run


def located(error: Undefined, node: Any) -> Undefined:
    if error.where is None:
        error.where = node
    return error
