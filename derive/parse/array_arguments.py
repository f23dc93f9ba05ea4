"""A definition whose argument nobody declared, `f(u) = V \\tanh(W u)`, read again for the arrays that it is given.  Part of the
elaborator.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.terms import Arr, Symbol, Value

from .errors import ReadError
from .scope import FunctionDefinition

if TYPE_CHECKING:
    from .elaborate import Elaborator


def for_arrays(e: Elaborator, definition: FunctionDefinition, values: list[Value]) -> FunctionDefinition:
    """f(u) = V tanh(W u) read again for a vector u, where nobody said what u is and a number was supposed."""
    if any(p.shape for p in definition.parameters) or not definition.nodes or definition.indices:
        return definition
    right, text = definition.nodes
    shapes = [tuple(axis[0] for axis in v.shape) if isinstance(v, Arr) else () for v in values]
    parameters = tuple(Symbol(p.name, shape) for p, shape in zip(definition.parameters, shapes, strict=True))
    inner = type(e)(e.scope, text, e.line)
    inner.local.update({p.name: p for p in parameters})
    try:
        return replace(definition, parameters=parameters, body=inner.firm(right))
    except ReadError:
        return definition
