"""Claims with integrals without ends, `\\int 2x dx = x^2`: both sides are differentiated by the variable that goes on outside.

Part of the elaborator of steps.  Such a claim holds up to a constant, as its derivatives hold exactly.
"""

from __future__ import annotations

from . import syntax as s


def differentiated(left: s.Node, right: s.Node) -> tuple[s.Node, s.Node] | None:
    """The derivatives of both sides by the variable of their integrals without ends; None where there are none.

    >>> from derive.parse.grammar import parse_expression
    >>> from derive.parse.names import text_key
    >>> sides = [parse_expression(x) for x in (r"\\int 2 x dx", "x^2 + c")]
    >>> left, right = differentiated(*sides)
    >>> text_key(left), [type(t).__name__ for t in right.terms]
    ('2x', ['Derivative', 'Derivative'])
    """
    found = [x for side in (left, right) for x in s.walk(side) if _without_ends(x)]
    names = {x.variables[0].key: x.variables[0] for x in found}  # type: ignore[attr-defined, union-attr]
    if len(names) != 1:
        return None
    (variable,) = names.values()
    if variable.key not in s.free_names(left) | s.free_names(right):
        return None
    sides = _slope(left, variable), _slope(right, variable)
    return None if sides[0] is None or sides[1] is None else (sides[0], sides[1])


def _without_ends(node: s.Node) -> bool:
    return (
        isinstance(node, s.Integral)
        and node.lower is None
        and node.upper is None
        and len(node.variables) == 1
        and isinstance(node.variables[0], s.Name)
    )


def _slope(node: s.Node, variable: s.Name) -> s.Node | None:
    """The derivative of a sum of such integrals, multiples of them, and terms without."""
    if isinstance(node, s.Add):
        terms = [_slope(t, variable) for t in node.terms]
        known = tuple(t for t in terms if t is not None)
        return s.Add(node.start, node.end, node.signs, known) if len(known) == len(terms) else None
    if _without_ends(node):
        return node.body  # type: ignore[attr-defined, no-any-return]
    inside = [x for x in s.walk(node) if isinstance(x, s.Integral)]
    if not any(_without_ends(x) for x in inside):
        return s.Derivative(node.start, node.end, "total", 1, node, ((variable, 1),))
    if isinstance(node, s.Product) and "/" not in node.ops and _without_ends(node.factors[-1]):
        if not any(variable.key in s.free_names(f) for f in node.factors[:-1]):
            body = node.factors[-1].body  # type: ignore[attr-defined]
            return s.Product(
                node.start, node.end, (*node.factors[:-1], s.Group(body.start, body.end, "(", ")", body)), node.ops
            )
    return None
