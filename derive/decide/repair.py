"""Suggested repair of a refuted step: the usual slips, tried on the author's own right side, kept when one is proved.

The slips are edits of the source text, so that a suggestion reads as its author writes.  A candidate must agree at a random
point before a proof is tried, and only a proved one is suggested.  Imports parse, terms and the rest of decide.

>>> from derive.parse.declarations import assume
>>> from derive.parse.rows import steps
>>> from derive.decide.context import Context
>>> scope = assume(r"x \\in \\mathbb{R}")
>>> repair(steps(r"(x - 1)^2 = x^2 + 2 x + 1")[0], scope, Context())
Suggestion(latex='x^2 - 2 x + 1', why='holds with a minus sign before 2 x')
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from time import monotonic

from derive.decide.context import Context
from derive.decide.slips import slips
from derive.decide.verdict import decide
from derive.decide.witness import one_random_check
from derive.parse.errors import ReadError
from derive.parse.grammar import parse_expression
from derive.parse.rows import Side, Step
from derive.parse.scope import Scope
from derive.parse.steps import ElaboratedStep, elaborate_step
from derive.terms import Hypothesis, Relation, ShapeError

MOST = 80  # candidates tried: the count decides, alike on a busy machine; the clock is only there for slow ones
_REVERSED = {"\\le": "\\ge", "\\ge": "\\le", "<": ">", ">": "<"}


@dataclass(frozen=True)
class Suggestion:
    """Another right side, in LaTeX, that is proved, and what it changes."""

    latex: str
    why: str


def repair(
    step: Step, scope: Scope, context: Context, premises: Sequence[Relation] = (), budget_s: float = 4.0
) -> Suggestion | None:
    """The first slip on the right side of a step after which it is proved under the premises; None when there is none.

    Nothing that the step does not declare already is used, and `scope` is not changed.
    """
    deadline = monotonic() + budget_s
    scope = scope.copy()
    given = [context.relation(p) for p in premises]
    assumptions = context.assumptions([Hypothesis(p, (), "the statement before") for p in given])
    names = set(scope.inferred)
    for candidate, suggestion in islice(_candidates(step, scope), MOST):
        if monotonic() > deadline:
            return None
        trial = scope.copy()
        e = elaborate_step(candidate, trial)
        relation = _relation(e)
        if relation is None or set(trial.inferred) - names:
            continue
        try:
            if one_random_check(context.relation(relation), assumptions, tries=3).holds is not True:
                continue
            left = max(0.05, deadline - monotonic())
            if decide(relation, context, premises, time_limit=left).kind == "proved":
                return suggestion
        except (ShapeError, ArithmeticError, LookupError, ValueError, RecursionError):
            continue
    return None


def _relation(e: ElaboratedStep) -> Relation | None:
    if e.error is not None or e.lhs is None or e.rhs is None or e.relation not in ("=", "<=", "<"):
        return None
    return Relation(e.relation, e.lhs, e.rhs)


def _candidates(step: Step, scope: Scope) -> Iterator[tuple[Step, Suggestion]]:
    """Steps with another right side, the likeliest slips first."""
    source = " ".join(step.rhs.latex.split())
    try:
        tree = parse_expression(source)
        left = parse_expression(" ".join(step.lhs.latex.split()))
    except (ReadError, RecursionError):
        return
    seen = {source}
    for latex, why in slips(source, tree, left, scope):
        if latex in seen:
            continue
        seen.add(latex)
        try:
            node = parse_expression(latex)
        except (ReadError, RecursionError):
            continue
        side = Side(latex, 0, len(latex), node)
        yield replace(step, rhs=side, introduced_by="", premise=None), Suggestion(latex, why)
    turned = _REVERSED.get(step.relation)
    if turned is not None:
        yield replace(step, relation=turned, introduced_by="", premise=None), Suggestion(source, f"holds with {turned}")
