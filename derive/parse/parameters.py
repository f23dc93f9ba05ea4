"""The bound arguments of a definition `f(x) := ...`: their shapes, declared or shown by the right side.

Imports elaborate, names and scope.
"""

from __future__ import annotations

from typing import Any

from derive.terms import Affine, Symbol, affine

from . import syntax as s
from .elaborate import Elaborator
from .names import split_scripts, symbol_key
from .scope import Scope


def parameter(e: Elaborator, node: s.Node, right: s.Node, scope: Scope, function: str, position: int) -> Symbol:
    """The bound argument of a definition, with the shape that is declared or that the body shows."""
    key = symbol_key(node)
    assert key is not None
    shape: tuple[Any, ...] = ()
    declared = scope.symbols.get(key)
    signature = scope.functions.get(function)
    if declared is not None and key not in scope.inferred:
        if declared.kind == "variable" and declared not in scope.definitions:
            e.local[key] = declared
            return declared
        shape = declared.shape
    elif signature is not None and position < len(signature.arguments):
        shape = signature.arguments[position]
    else:
        shape = _shown_shape(e, key, right)
    symbol = Symbol(key, shape)
    e.local[key] = symbol
    return symbol


def _shown_shape(e: Elaborator, key: str, right: s.Node) -> tuple[Any, ...]:
    for part in s.walk(right):
        if isinstance(part, s.Subscript):
            base, items = split_scripts(part)
            if isinstance(base, s.Name) and base.key == key:
                spans = [e.item_range(i) or _hint(e, i) for i in items]
                if all(x is not None for x in spans):
                    return tuple(x[1] - x[0] + 1 for x in spans if x is not None)
    if key in e.matrices:
        return (e.scope.unknown_size(f"{key}1"), e.scope.unknown_size(f"{key}2"))
    vector = key in e.vectors or key.startswith("\\mathbf") or any(_has_length(key, n) for n in s.walk(right))
    return (e.scope.unknown_size(key),) if vector else ()


def _has_length(key: str, node: s.Node) -> bool:
    """Whether a name stands alone or in a sum between the bars of a norm: it is a vector there."""
    if not isinstance(node, s.Norm):
        return False
    terms = node.body.terms if isinstance(node.body, s.Add) else (node.body,)
    return any(symbol_key(s.strip_group(t)) == key for t in terms)


def _hint(e: Elaborator, item: s.Node) -> tuple[Affine, Affine] | None:
    hint = e.scope.range_hints.get(symbol_key(item) or "")
    return None if hint is None else (affine(hint[0]), affine(hint[1]))
