"""Inequalities under the hypotheses of a context, proved by the kernel's certificates."""

from __future__ import annotations

from collections.abc import Sequence

from derive.decide.context import Context
from derive.decide.instances import instances
from derive.decide.proof import Proved
from derive.kernel import KernelError, by_inequality
from derive.terms import Hypothesis, Relation


def prove_inequality(goal: Relation, context: Context, extra: Sequence[Hypothesis] = ()) -> Proved | None:
    """``lhs <= rhs``, ``lhs < rhs`` or ``lhs != rhs`` (unfolded) under the context's hypotheses; None when it is not shown."""
    known = [*context.unfolded_hypotheses(), *extra]
    try:
        theorem = by_inequality(goal, known, context.independence())
    except KernelError:
        at_points = instances(goal, context, known)
        if not at_points:
            return None
        try:
            theorem = by_inequality(goal, [*known, *at_points], context.independence())
        except KernelError:
            return None
    return Proved(theorem, theorem.proof.note, theorem.conditions)
