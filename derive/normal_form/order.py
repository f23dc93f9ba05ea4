"""Deciding inequalities under hypotheses: the oracle of the kernel for <=, < and !=."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from derive.normal_form.binders import apart_from_hypotheses, renamed_groups, restored
from derive.normal_form.decide import LIMITS, PATIENCE, align, prepare
from derive.normal_form.derivative import evaluate
from derive.normal_form.forms import put, split_point
from derive.normal_form.inequality import Prover
from derive.terms import Hypothesis, Mul, Relation, Term


@dataclass(frozen=True)
class Order:
    """Whether an inequality was shown, by which certificate, under which conditions (of definedness); why not."""

    proved: bool
    rule: str = ""
    conditions: tuple[Any, ...] = ()
    reason: str = ""


def ordered(relation: Relation, hypotheses: Sequence[Hypothesis] = (), independence: Any = None) -> Order:
    """Decide ``lhs <= rhs``, ``lhs < rhs`` or ``lhs != rhs`` for all values where both sides are defined and the hypotheses hold.

    ``proved`` False means "not shown". Raises ShapeError when the shapes differ.
    """
    lhs, rhs, _ = align(relation.lhs, relation.rhs)
    try:
        lhs, rhs = evaluate(lhs), evaluate(rhs)
        (lhs, rhs), hypotheses, back = apart_from_hypotheses((lhs, rhs), hypotheses)
        independence = renamed_groups(independence, back)
        setting = prepare((lhs, rhs), hypotheses, independence)
        nz = setting.normalizer
        nz.deadline = monotonic() + PATIENCE
        gap = nz.tidy(setting.read(rhs) - setting.read(lhs))
        sign = nz.facts.interval(gap)
        shown = {"<=": sign.nonnegative, "<": sign.positive, "!=": nz.facts.nonzero(gap)}[relation.op]
        rule = "sign of the difference"
        if not shown and relation.op == "<=":
            found = Prover(setting).less(lhs, rhs) or _by_cases(lhs, rhs, hypotheses, independence)
            shown, rule = found is not None, found or ""
        if not shown and relation.op == "<" and Prover(setting).positive(rhs - lhs):
            shown, rule = True, "a product of what is positive"
    except LIMITS as error:
        return Order(False, reason=str(error))
    if not shown:
        return Order(False, reason="no certificate was found")
    if nz.needed:
        return Order(False, reason="needs conditions that are not known")
    return Order(True, rule, tuple(restored(setting.conditions, back)))


def _by_cases(lhs: Term, rhs: Term, hypotheses: Sequence[Hypothesis], independence: Any) -> str | None:
    """Split on which argument of a maximum, minimum or absolute value is the larger one."""
    t = split_point(lhs) or split_point(rhs)
    if t is None:
        return None
    a, b = (t.fields[1], Mul(-1, t.fields[1])) if t.name == "abs" else t.fields[1:]
    for high, low in ((a, b), (b, a)):
        value = low if t.name == "min" else high
        left, right = put(lhs, t, value), put(rhs, t, value)
        extra = [*hypotheses, Hypothesis(Relation("<=", low, high), (), "case")]
        if not ordered(Relation("<=", left, right), extra, independence).proved:
            return None
    return "by cases"
