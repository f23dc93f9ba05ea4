"""What the use of an undeclared name in one formula shows of its shape: X theta beside a vector, J(theta) for a function of vectors.

Imports syntax, names and scope.

>>> from derive.parse import assume, elaborate, parse_expression
>>> scope = assume(r"X \\in \\mathbb{R}^{n \\times d}; y \\in \\mathbb{R}^n")
>>> value = elaborate(parse_expression(r"y - X \\beta"), scope)
>>> scope.symbols["\\\\beta"].shape
(d,)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from . import syntax as s
from .names import UPPER_GREEK, symbol_key
from .scope import Scope


def vectors_beside(nodes: Iterable[s.Node], scope: Scope, vectors: set[str]) -> set[str]:
    """Undeclared small names that stand behind a declared matrix, in a sum or equation with a vector or inside a norm."""
    nodes = list(nodes)
    found: set[str] = set()
    for terms, sure in _sums(nodes):
        if sure or any(_is_vector(t, scope, vectors) for t in terms):
            found |= {key for t in terms if (key := _behind_matrix(t, scope)) is not None}
    return found


def shapes_of_arguments(nodes: Iterable[s.Node], scope: Scope) -> dict[str, tuple[Any, ...]]:
    """Undeclared names that stand as arguments of a defined function, with the shape that its definition gives them."""
    found: dict[str, tuple[Any, ...]] = {}
    for node in nodes:
        for part in s.walk(node):
            if not isinstance(part, s.ApplyOrProduct):
                continue
            definition = scope.function_definitions.get(symbol_key(part.head) or "")
            body = part.group.body
            given = () if body is None else body.items if isinstance(body, s.Row) else (body,)
            if definition is None or len(given) != len(definition.parameters):
                continue
            for argument, parameter in zip(given, definition.parameters, strict=True):
                key = symbol_key(argument)
                if key is not None and parameter.shape and not scope.known(key):
                    found[key] = parameter.shape
    return found


def _sums(nodes: list[s.Node]) -> Iterator[tuple[list[s.Node], bool]]:
    """The terms that are added or equated with each other; whether they are vectors anyway."""
    yield [t for node in nodes for t in _terms(node)], False
    for node in nodes:
        for part in s.walk(node):
            if isinstance(part, s.Add):
                yield _terms(part), False
            elif isinstance(part, s.Norm):
                yield _terms(part.body), True


def _terms(node: s.Node) -> list[s.Node]:
    node = s.strip_group(node)
    return [s.strip_group(t) for t in node.terms] if isinstance(node, s.Add) else [node]


def _is_vector(node: s.Node, scope: Scope, vectors: set[str]) -> bool:
    key = symbol_key(node)
    if key is not None:
        symbol = scope.symbols.get(key)
        return key in vectors if symbol is None else len(symbol.shape) == 1
    return isinstance(node, s.Product) and len(node.factors) > 1 and _is_vector(node.factors[-1], scope, vectors)


def _behind_matrix(node: s.Node, scope: Scope) -> str | None:
    """The key of an undeclared small name that is the last factor of a product, a declared matrix before it."""
    if not isinstance(node, s.Product) or len(node.factors) < 2:
        return None
    last, before = node.factors[-1], symbol_key(node.factors[-2])
    key = symbol_key(last)
    base = last
    while isinstance(base, s.Subscript | s.Superscript | s.Prime):
        base = base.base
    if key is None or scope.known(key) or not isinstance(base, s.Name):
        return None
    symbol = scope.symbols.get(before or "")
    small = base.text[:1].islower() or (base.text.startswith("\\") and base.text not in UPPER_GREEK)
    return key if small and symbol is not None and len(symbol.shape) == 2 else None
