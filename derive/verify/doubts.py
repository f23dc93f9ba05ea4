"""A refutation in the light of what the prose speaks of without clearly assuming it: it has to stand there as well.

A proof never rests on such a formula (`derive.parse.mood`); a witness that it excludes is no error of the author.
Imports parse.

>>> from derive.parse.declarations import assume
>>> from derive.parse.grammar import parse_expression
>>> from derive.parse.scope import Doubt
>>> scope = assume(r"x \\\\in \\\\mathbb{R}")
>>> scope.doubts.append(Doubt("x > 0", 3, parse_expression("x > 0")))
>>> [(d.latex, other.symbols["x"].domain.positive) for d, other in readings({"x"}, scope)]
[('x > 0', True)]
"""

from __future__ import annotations

from collections.abc import Iterator

from derive.parse import membership
from derive.parse import syntax as s
from derive.parse.errors import ReadError
from derive.parse.hypotheses import add_properties, assume_relation, domain_of
from derive.parse.scope import Doubt, Scope

MOST = 6


def readings(uses: set[str] | frozenset[str], scope: Scope) -> Iterator[tuple[Doubt, Scope]]:
    """The scopes in which one thing that the prose speaks of is assumed, the latest first, where it is about these names."""
    about = [d for d in reversed(scope.doubts) if d.names & uses]
    for doubt in about[:MOST]:
        other = scope.copy()
        try:
            _suppose(doubt, other)
        except ReadError:
            continue
        yield doubt, other


def _suppose(doubt: Doubt, scope: Scope) -> None:
    if doubt.properties:
        symbols = [scope.symbols[k] for k in sorted(doubt.names) if k in scope.symbols]
        if "independent" in doubt.properties:
            scope.independent.append(frozenset(x for x in symbols if x.kind == "random"))
        else:
            for symbol in symbols:
                add_properties(symbol, set(doubt.properties), scope)
    elif membership.is_membership(doubt.item):
        membership.declare(doubt.item, scope, doubt.latex)
    elif isinstance(doubt.item, s.Relations):
        text = " " * doubt.item.start + doubt.latex
        if not domain_of(doubt.item, scope, text):
            assume_relation(doubt.item, scope, text, doubt.line)


__all__ = ["readings"]
