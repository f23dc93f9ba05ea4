"""Implications between equations: the premise as a hypothesis, a multiple of it, or a monotone function of both sides."""

from __future__ import annotations

from collections.abc import Sequence

from derive.decide.context import Context
from derive.decide.proof import Proved, prove_equality
from derive.terms import Hypothesis, Relation


def prove_implication(premises: Sequence[Relation], goal: Relation, context: Context) -> Proved | None:
    """``premises => goal`` (unfolded); None when it is not shown."""
    extra = [Hypothesis(p, (), "the statement before") for p in premises]
    if goal.op != "=":
        return None
    found = prove_equality(goal.lhs, goal.rhs, context, extra, "follows from the statement before")
    return found


