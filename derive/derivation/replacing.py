"""A place for equals: a term or array in which a part stands as a hole, to be filled with what the part equals.

>>> from derive.terms import Symbol, exp, term
>>> x, hole = term(Symbol("x")), Symbol("#")
>>> with_hole(2 * exp(x) + x, exp(x), hole)
(2*# + x)
"""

from __future__ import annotations

from typing import Any

from derive.terms import Arr, Entry, InverseEntry, Symbol, Value, alpha_equal, free_symbols, rebuild


def hole_for(part: Value) -> Symbol:
    """A symbol of the shape of ``part`` that no one else uses."""
    shape = tuple(i.length for axis in part.axes for i in axis) if isinstance(part, Arr) else ()
    return Symbol("#", shape)


def with_hole(value: Any, part: Value, hole: Symbol) -> Any:
    """``value`` with every occurrence of ``part`` replaced by ``hole``: a term, or an inverse matrix entry by entry."""

    def put(node: Any) -> Any:
        if isinstance(part, Arr):
            if isinstance(node, InverseEntry) and isinstance(part.body, InverseEntry):
                if alpha_equal(node.matrix, part.body.matrix):
                    return Entry(hole, (node.row, node.column))
        elif alpha_equal(node, part):
            return Entry(hole, ())
        return rebuild(node, put)

    return put(value)


def occurs(value: Any, part: Value) -> bool:
    """Whether ``part`` stands in ``value``."""
    hole = hole_for(part)
    return hole in free_symbols(with_hole(value, part, hole))
