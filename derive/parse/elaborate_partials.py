"""\\partial_i f(x): the derivative of a function by a component of its argument, where i is an index and no variable."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from derive.terms import Apply, Arr, Derivative, Entry, Index, Term, affine

from . import syntax as s
from .flexible import multiply
from .names import symbol_key

if TYPE_CHECKING:
    from .elaborate import Elaborator

_SUBSCRIPTED = re.compile(r"\\partial\s*_")
_INDEX_NAMES = frozenset("ijklm")  # read as an index where nothing is declared of them


def component_of(e: Elaborator, operator: s.DerivativeOperator) -> s.Node | None:
    """The subscript of \\partial_i when it is an index or a number; None for a variable as in \\partial_t."""
    if not _SUBSCRIPTED.match(e.text, operator.start):
        return None
    (node, _), *_ = operator.variables
    if isinstance(node, s.Number):
        return node
    key = symbol_key(node)
    if key is None:
        return None
    if key in e.local:
        return node if isinstance(e.local[key], Index) else None
    if key in e.scope.symbols and key not in e.scope.inferred:
        return None
    return node if key in e.scope.indices or key in e.free or key in _INDEX_NAMES else None


def by_component(e: Elaborator, place: s.Node, operator: s.DerivativeOperator, body: s.Node) -> Any:
    """The entries of the derivative of an applied function by one component of its one argument, a vector."""
    if isinstance(body, s.Product) and isinstance(body.factors[0], s.ApplyOrProduct) and "/" not in body.ops:
        rest: s.Node = body.factors[1]  # as \\nabla does, it binds the function right after it only
        if len(body.factors) > 2:
            rest = s.Product(rest.start, body.end, body.factors[1:], body.ops[1:])
        return multiply(by_component(e, place, operator, body.factors[0]), e.value(rest))
    value: Any = e.value(body)
    axes, inner = value.open() if isinstance(value, Arr) else ((), value)
    variable = _argument(e, body)
    if variable is not None:
        symbol = variable
        at = e.place(place, affine(symbol.first[0]), symbol.shape[0] + (symbol.first[0] - 1), operator)
        derived: Term = Derivative(inner, symbol, (at,))
    elif isinstance(inner, Apply) and len(inner.arguments) == 1 and len(inner.function.arguments[0]) == 1:
        at = e.place(place, affine(1), inner.function.arguments[0][0], operator)
        derived = Apply(inner.function, inner.arguments, inner.indices, (*inner.partials, (0, (at,))))
    else:
        raise e.error(
            f"{e.quote(operator)} does not say by which vector: write \\frac{{\\partial}}{{\\partial x_i}} with its name",
            operator,
        )
    return Arr(axes, derived) if axes else derived


def _argument(e: Elaborator, body: s.Node) -> Any:
    """The vector x of f(x), when it stands alone as the only argument of a declared or defined function."""
    if not isinstance(body, s.ApplyOrProduct):
        return None
    head = body.head.base if isinstance(body.head, s.Subscript) else body.head
    key, argument = symbol_key(head), symbol_key(body.group.body) if body.group.body is not None else None
    if key is None or argument is None or argument in e.local:
        return None
    if key not in e.scope.functions and key not in e.scope.function_definitions:
        return None
    symbol = e.scope.symbols.get(argument)
    if symbol is None or len(symbol.shape) != 1 or isinstance(e.value(body.group.body), Entry):
        return None
    return symbol
