r"""Events as polynomials in their indicators: P(A \cup B) is P(A) + P(B) - P(A, B), P(B \setminus A) is P(B) - P(A, B).

A union is a + b - a b, a complement 1 - a, and an indicator is its own square; a probability is additive, so that of any
combination is the sum of the joint probabilities of its monomials.  `X > x` is the complement of `X \le x`.  Imports syntax
and names.

>>> from derive.parse.grammar import parse_expression as parse
>>> sorted((sorted(m), c) for m, c in indicator(parse(r"A \cup B")).items())
[(['A'], 1), (['A', 'B'], -1), (['B'], 1)]
>>> indicator(parse(r"B \setminus B")), indicator(parse(r"\Omega"))
({}, {frozenset(): 1})
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from derive.terms import Domain

from . import syntax as s
from .names import symbol_key, text_key

Indicator = dict[frozenset[str], int]
_SURE, _NEVER = ("\\Omega",), ("\\emptyset", "\\varnothing")
_OPPOSITE = {">": "\\le", "\\ge": "<", "\\ne": "="}
PROBABILITY = Domain(lower=Fraction(0), upper=Fraction(1))
_PROBABILITIES = frozenset({"P", "p", "\\mathrm{P}", "\\mathbb{P}", "\\mathrm{Pr}", "\\mathcal{P}", "\\mathrm{p}"})
_RELATIONS = ("\\le", "<", "=")
_MOST = 64  # monomials


def indicator(node: s.Node) -> Indicator:
    """The indicator of an event as a polynomial in those of its atoms; the names of atoms are their texts."""
    node = _inner(node)
    if isinstance(node, s.Row):
        return _product(*(indicator(x) for x in node.items))
    if isinstance(node, s.Infix) and node.op in ("\\cap", "\\wedge"):
        return _product(*(indicator(x) for x in node.terms))
    if isinstance(node, s.Infix) and node.op in ("\\cup", "\\vee"):
        total: Indicator = {}
        for part in node.terms:
            total = _union(total, indicator(part))
        return total
    if isinstance(node, s.Infix) and node.op == "\\setminus":
        total = indicator(node.terms[0])
        for part in node.terms[1:]:
            total = _product(total, _complement(indicator(part)))
        return total
    if isinstance(node, s.Name) and node.text in _SURE and not node.accents:
        return {frozenset(): 1}
    if isinstance(node, s.Name) and node.text in _NEVER:
        return {}
    if isinstance(node, s.Superscript) and _is_complement(node.exponent) and symbol_key(node.base) is not None:
        return _complement(indicator(node.base))
    if isinstance(node, s.Relations) and len(node.rest) == 1 and node.rest[0][0] in _OPPOSITE:
        op, right = node.rest[0]
        return _complement(_atom(f"{text_key(node.first)}{_OPPOSITE[op]}{text_key(right)}"))
    if isinstance(node, s.BigOperator) and node.kind == "bigcup":
        return _big_union(node)
    return _atom(text_key(node))


def combined(nodes: Iterable[s.Node]) -> set[str]:
    """The names of what set operations combine below a probability anywhere: these are events.

    >>> from derive.parse.grammar import parse_expression as parse
    >>> sorted(combined([parse(r"P(A \\cup B) + P(x, y)")]))
    ['A', 'B']
    """
    found: set[str] = set()
    for node in nodes:
        for part in s.walk(node):
            if not isinstance(part, s.ApplyOrProduct) or symbol_key(part.head) not in _PROBABILITIES:
                continue
            inside = part.group.body
            joined = [
                p
                for p in s.walk(part.group)
                if (isinstance(p, s.Infix) and p.op in ("\\cup", "\\cap", "\\setminus"))
                or (isinstance(p, s.BigOperator) and p.kind in ("bigcup", "bigcap"))
            ]
            if joined and inside is not None:
                found |= {a for p in (inside,) for m in indicator(p) for a in m}
                found |= {k for p in joined for k in s.free_names(p)}
    return found


def are_events(parts: Iterable[str], events: set[str]) -> bool:
    """Whether each of these is a relation, as `X \\le x` is, or the name of an event."""
    return all(any(op in p for op in _RELATIONS) or p in events or p.split("_")[0] in events for p in parts)


def is_plain(event: Indicator) -> bool:
    """Whether an event is a conjunction of atoms."""
    return len(event) == 1 and next(iter(event.values())) == 1 and bool(next(iter(event)))


def events(node: s.Node) -> list[str]:
    """The atoms of a conjunction, in order; none of another event.

    >>> from derive.parse.grammar import parse_expression as parse
    >>> events(parse("y, x")), events(parse(r"A \\cup B"))
    (['x', 'y'], [])
    """
    found = indicator(node)
    return sorted(next(iter(found))) if is_plain(found) else []


def conjunction(a: Indicator, b: Indicator) -> Indicator:
    """The event that both happen."""
    return _product(a, b)


def _inner(node: s.Node) -> s.Node:
    """An event without brackets; the event that \\{X | X > x\\} describes."""
    while isinstance(node, s.Group) and node.body is not None:
        body = node.body
        if node.open == "{":
            if not (isinstance(body, s.Conditional) and isinstance(body.right, s.Relations)):
                return node
            body = body.right
        elif node.open not in ("(", "["):
            return node
        node = body
    return node


def _is_complement(node: s.Node) -> bool:
    return isinstance(node, s.Name) and (node.text in ("c", "C", "\\complement"))


def _atom(key: str) -> Indicator:
    return {frozenset({key}): 1}


def _sum(*parts: Indicator) -> Indicator:
    total: Indicator = {}
    for part in parts:
        for m, c in part.items():
            total[m] = total.get(m, 0) + c
    if len(total) > _MOST:
        raise OverflowError("too many events")
    return {m: c for m, c in total.items() if c}


def _product(*parts: Indicator) -> Indicator:
    total: Indicator = {frozenset(): 1}
    for part in parts:
        total = _sum(*({a | b: c * d} for a, c in total.items() for b, d in part.items()))
    return total


def _complement(a: Indicator) -> Indicator:
    return _sum({frozenset(): 1}, {m: -c for m, c in a.items()})


def _union(a: Indicator, b: Indicator) -> Indicator:
    return _sum(a, b, {m: -c for m, c in _product(a, b).items()})


def _big_union(node: s.BigOperator) -> Indicator:
    """The union of A_i over i = 1, ..., n: what does not run with i is taken out, and A_{n+1} is the last of n + 1."""
    bound = s.bound_names(node)
    body = _inner(node.body)
    if isinstance(body, s.Infix) and body.op in ("\\cup", "\\cap"):
        inside = [x for x in body.terms if s.free_names(x) & bound]
        outside = [x for x in body.terms if not s.free_names(x) & bound]
        if outside and len(inside) == 1:
            total = _big_union(s.BigOperator(node.start, node.end, node.kind, node.lower, node.upper, inside[0]))
            for part in outside:
                join = _union if body.op == "\\cup" else _product
                total = join(total, indicator(part))
            return total
    upper = node.upper
    first = node.lower.rest[0][1] if isinstance(node.lower, s.Relations) else None
    name = next(iter(bound)) if len(bound) == 1 else ""
    if isinstance(upper, s.Add) and isinstance(first, s.Number) and _is_member(body, name):
        *rest, last = upper.terms
        if isinstance(last, s.Number) and last.text == "1" and upper.signs[-1] == "+" and len(rest) == 1:
            text = text_key(body).replace(f"_{name}", f"_{{{text_key(upper)}}}")
            return _union(_run(body, name, text_key(first), text_key(rest[0])), _atom(text))
    if first is None or upper is None or not name:
        return _atom(text_key(node))
    return _run(body, name, text_key(first), text_key(upper))


def _is_member(node: s.Node, name: str) -> bool:
    return isinstance(node, s.Subscript) and isinstance(node.base, s.Name) and symbol_key(node.index) == name


def _run(body: s.Node, name: str, low: str, high: str) -> Indicator:
    return _atom(text_key(body) if low == high else f"\\bigcup_{{{name}={low}}}^{{{high}}}{text_key(body)}")
