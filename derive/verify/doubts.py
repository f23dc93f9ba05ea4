"""A refutation has to stand at other values of guessed names, and where what the prose only speaks of holds.

A proof never rests on a formula that the prose does not clearly assume (`derive.parse.mood`); a witness that it excludes is no
error of the author.  Imports parse and the rest of verify below it.

>>> from derive.parse.declarations import assume
>>> from derive.parse.grammar import parse_expression
>>> from derive.parse.scope import Doubt
>>> scope = assume(r"x \\in \\mathbb{R}")
>>> scope.doubts.append(Doubt("x > 0", 3, parse_expression("x > 0")))
>>> [(d.latex, other.symbols["x"].domain.positive) for d, other in readings({"x"}, scope)]
[('x > 0', True)]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.parse import membership
from derive.parse import syntax as s
from derive.parse.errors import ReadError
from derive.parse.hypotheses import add_properties, assume_relation, domain_of
from derive.parse.scope import Doubt, Scope
from derive.parse.steps import elaborate_step
from derive.terms import Relation, Term
from derive.verify.caution import positive_variants, rests_on
from derive.verify.judging import Outcome, Statement, judge

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


def where_spoken_of(
    outcome: Outcome, statement: Statement, scope: Scope, premises: Sequence[Relation], arrow: str, guards: Sequence[Term], limit: float,
    line: int = 0,
) -> Outcome:  # fmt: skip
    """The outcome; a refutation only if it stands where what the prose only speaks of holds."""
    if outcome.verdict != "refuted" or premises or "shapes" in (outcome.counterexample or {}):
        return outcome
    for doubt, other in readings(statement.elaborated.uses, scope):
        e = elaborate_step(statement.step, other, line)
        if e.error is not None:
            continue
        again = judge(Statement(statement.step, e), other, limit, (), arrow, guards=guards)
        if again.verdict != "refuted":
            reason = f"it fails, but perhaps not where {doubt.latex}, of which line {doubt.line} speaks"
            return Outcome("undecided", reason=reason, seconds=outcome.seconds + again.seconds)
    return outcome


def at_other_values(
    outcome: Outcome, statement: Statement, scope: Scope, premises: Sequence[Relation], arrow: str, guards: Sequence[Term], limit: float
) -> Outcome:  # fmt: skip
    """The outcome; a refutation with guessed symbols only if it stands when they are positive, small and large."""
    names = rests_on(outcome, statement.elaborated, scope)
    if not names or "shapes" in (outcome.counterexample or {}):
        return outcome
    for e, other, given in positive_variants(statement.elaborated, scope, names, premises):
        again = judge(Statement(statement.step, e), other, limit, given, arrow, guards=guards)
        if again.verdict != "refuted":
            reason = f"it fails for some values of {', '.join(names)} only; declare what they are"
            return Outcome("undecided", reason=reason, seconds=outcome.seconds + again.seconds)
    return outcome


__all__ = ["at_other_values", "readings", "where_spoken_of"]
