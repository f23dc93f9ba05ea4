"""How far a limit reaches whose variable goes on outside: `F(x) = a \\lim_{x \\to \\infty} g(x) + h(x)` speaks of x twice.

A limit takes in a following term that uses its variable.  Where the variable is free on the other side of a relation too, that
term speaks of the outer one, and the limit ends before it; the reader says so.  Part of the elaborator of steps.
"""

from __future__ import annotations

from . import syntax as s

Parts = list[tuple[str, s.Node]]


def narrowed(left: s.Node, right: s.Node) -> tuple[s.Node, s.Node] | None:
    """The sides with every such limit ended before the term that it took in; None where there is none.

    >>> from derive.parse.grammar import parse_expression
    >>> sides = [parse_expression(x) for x in ("f(x)", r"2 \\lim_{x \\to 0} g(x) + h(x)")]
    >>> type(sides[1]).__name__, [type(t).__name__ for t in narrowed(*sides)[1].terms]
    ('Product', ['Product', 'ApplyOrProduct'])
    """
    outside = s.free_names(left) | s.free_names(right)
    parts = [_parts(side, outside) for side in (left, right)]
    if parts == [None, None]:
        return None
    first, second = (
        side if found is None else s.Add(side.start, side.end, tuple(o for o, _ in found), tuple(t for _, t in found))
        for side, found in zip((left, right), parts, strict=True)
    )
    return first, second


def _parts(node: s.Node, outside: frozenset[str]) -> Parts | None:
    """The terms of a sum whose last one ends in such a limit."""
    if isinstance(node, s.Add):
        last = _parts(node.terms[-1], outside)
        if last is None:
            return None
        return [*zip(node.signs[:-1], node.terms[:-1], strict=True), (node.signs[-1], last[0][1]), *last[1:]]
    if isinstance(node, s.Product):
        last = _parts(node.factors[-1], outside)
        if last is None:
            return None
        return [("+", s.Product(node.start, last[0][1].end, (*node.factors[:-1], last[0][1]), node.ops)), *last[1:]]
    if not isinstance(node, s.Limit) or not node.extended or not isinstance(node.body, s.Add):
        return None
    if not s.bound_names(node) & outside:
        return None
    sign, term = node.body.signs[0], node.body.terms[0]
    body = term if sign == "+" else s.Add(node.body.start, term.end, (sign,), (term,))
    rest = list(zip(node.body.signs[1:], node.body.terms[1:], strict=True))
    return [("+", s.Limit(node.start, body.end, node.kind, node.subscript, body)), *rest]
