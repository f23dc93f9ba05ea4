"""Differentials: `d(X^{-1}) = -X^{-1} (dX) X^{-1}`, `d \\\\log \\\\det X = \\\\operatorname{tr}(X^{-1} dX)`.

dX is an increment of the shape of X, and d of an expression its derivative in that direction.  What has no increment in the step is
constant where its declaration says so, or where it has a letter that is used for constants (A, b); of anything else nothing is
supposed.  A `d` that is declared, or a size, is what it was declared to be.  Part of the elaborator.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from derive.terms import REAL, Add, Arr, Derivative, Entry, Mul, Sum, Symbol, Term, free_symbols, fresh_index, unfold

from . import syntax as s
from .flexible import Loose
from .names import symbol_key
from .scope import Scope

if TYPE_CHECKING:
    from .elaborate import Elaborator

_CONSTANT = frozenset("abckmnpq")


def with_differentials(left: s.Node, right: s.Node, scope: Scope) -> tuple[s.Node, s.Node] | None:
    """Both sides with their differentials as nodes; None where `d` is something else.

    >>> from derive.parse.declarations import assume
    >>> from derive.parse.grammar import parse_expression
    >>> sides = [parse_expression(x) for x in (r"d(x^2)", "2 x dx")]
    >>> [type(x).__name__ for x in with_differentials(*sides, assume(r"x \\in \\mathbb{R}"))]
    ['Differential', 'Product']
    """
    if scope.known("d") or "d" in scope.size_hints or not any(map(_is_d, _names(left) + _names(right))):
        return None
    reading = _Reading(scope)
    sides = reading.node(left), reading.node(right)
    if reading.loose or not reading.compound or not reading.increments:
        return None
    names = tuple(sorted(reading.increments))
    return _finished(sides[0], names), _finished(sides[1], names)


def _names(node: s.Node) -> list[s.Node]:
    return list(s.walk(node))


def _is_d(node: s.Node) -> bool:
    return isinstance(node, s.Name) and node.text == "d" and node.font in ("", "rm") and not node.accents


class _Reading:
    """The rewriting of one step: which names have increments, and whether a `d` stands alone."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.increments: set[str] = set()
        self.compound = self.loose = False

    def node(self, node: s.Node) -> s.Node:
        if isinstance(node, s.ApplyOrProduct) and _is_d(node.head):
            return self.differential(node, node.group)
        if isinstance(node, s.Product) and any(map(_is_d, node.factors)):
            return self.product(node)
        if _is_d(node):
            self.loose = True
        return _mapped(node, self.node)

    def product(self, node: s.Product) -> s.Node:
        factors: list[s.Node] = []
        ops: list[str] = []
        position = 0
        while position < len(node.factors):
            factor = node.factors[position]
            if position:
                ops.append(node.ops[position - 1])
            if _is_d(factor) and position + 1 < len(node.factors) and node.ops[position] == "":
                position += 1
                factors.append(self.differential(factor, node.factors[position]))
            else:
                factors.append(self.node(factor))
            position += 1
        if len(factors) == 1:
            return factors[0]
        return s.Product(node.start, node.end, tuple(factors), tuple(ops))

    def differential(self, d: s.Node, body: s.Node) -> s.Node:
        inner = s.strip_group(body)
        symbol = self.scope.symbols.get(symbol_key(inner) or "")
        if symbol is not None and symbol not in self.scope.definitions and symbol.kind == "variable":
            self.increments.add(symbol_key(inner) or "")
        else:
            self.compound = True
        return s.Differential(d.start, body.end, self.node(inner))


def _finished(node: s.Node, names: tuple[str, ...]) -> s.Node:
    node = _mapped(node, lambda x: _finished(x, names))
    return replace(node, names=names) if isinstance(node, s.Differential) else node


def _mapped(node: s.Node, change: Callable[[s.Node], s.Node]) -> s.Node:
    """A node with every part below it changed."""

    def go(value: Any) -> Any:
        if isinstance(value, s.Node):
            return change(value)
        return tuple(map(go, value)) if isinstance(value, tuple) else value

    changed = {f.name: go(getattr(node, f.name)) for f in fields(node) if f.name not in ("start", "end")}
    same = all(changed[k] is getattr(node, k) or changed[k] == getattr(node, k) for k in changed)
    return node if same else replace(node, **changed)


def differential(e: Elaborator, node: s.Differential) -> Loose:
    """The derivative of the body in the direction of the increments; of a name its increment."""
    key = symbol_key(node.body)
    if key in node.names:
        increment = _increment(e.scope.symbols[key or ""])
        return Arr.of(increment) if increment.shape else Entry(increment, ())
    value = e.firm(node.body)
    moving = {e.scope.symbols[name] for name in node.names}
    used = free_symbols(unfold(value, {k: v for k, v in e.scope.definitions.items() if k not in moving}))
    for symbol in sorted(used - moving, key=lambda x: x.name):
        if symbol.name not in e.scope.constants and symbol.name.lower() not in _CONSTANT:
            message = f"whether {symbol.name} varies is not said"
            hint = f"write d{symbol.name} where it does, or declare {symbol.name} constant"
            raise e.error(message, node, hint, kind="unsupported")
        if symbol.name not in e.scope.constants:
            e.remarks.append(f"{symbol.name} is taken as constant")
    axes, body = value.open() if isinstance(value, Arr) else ((), value)
    parts: list[Term] = []
    for name in node.names:
        symbol = e.scope.symbols[name]
        places = tuple(fresh_index(None, f, size + (f - 1)) for f, size in zip(symbol.first, symbol.shape, strict=True))
        part: Term = Mul(Derivative(body, symbol, places), Entry(_increment(symbol), places))
        for index in reversed(places):
            part = Sum(index, part)
        parts.append(part)
    total = Add(*parts)
    return Arr(axes, total) if axes else total


def _increment(symbol: Symbol) -> Symbol:
    return Symbol(f"d{symbol.name}", symbol.shape, REAL, symbol.properties & {"symmetric"}, "variable", symbol.first)
