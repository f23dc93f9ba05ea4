"""Inequalities: certificates from signs, squares, facts and monotone functions."""

from __future__ import annotations

from derive.decide.context import Context
from derive.decide.proof import Proved
from derive.normal_form.canonical import TooSymmetric
from derive.normal_form.decide import align, prepare
from derive.normal_form.derivative import NotDifferentiable, evaluate
from derive.normal_form.normalizer import TooLarge, Undefined
from derive.terms import Relation


def prove_inequality(goal: Relation, context: Context) -> Proved | None:
    """``lhs <= rhs``, ``lhs < rhs`` or ``lhs != rhs`` (unfolded) under the context's hypotheses; None when it is not shown."""
    lhs, rhs, _ = align(goal.lhs, goal.rhs)
    try:
        setting = prepare((evaluate(lhs), evaluate(rhs)), context.unfolded_hypotheses(), context.independence())
        nz = setting.normalizer
        gap = nz.tidy(setting.read(rhs) - setting.read(lhs))
        sign = nz.facts.interval(gap)
    except (Undefined, TooLarge, TooSymmetric, NotDifferentiable, RecursionError):
        return None
    shown = {"<=": sign.nonnegative, "<": sign.positive, "!=": nz.facts.nonzero(gap)}[goal.op]
    if shown and not nz.needed:
        return Proved(None, "sign of the difference", tuple(setting.conditions))
    return None


