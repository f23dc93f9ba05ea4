"""Implications between relations: the premise as a hypothesis, a multiple of it, or one monotone function of both sides."""

from __future__ import annotations

from collections.abc import Sequence

from derive.decide.context import Context
from derive.decide.inequality import prove_inequality
from derive.decide.proof import Proved, prove_equality
from derive.kernel import KernelError, Theorem, congruence, cut, injective
from derive.terms import Arr, Fn, Hypothesis, Relation, Symbol
from derive.terms.arrays import broadcast

FOLLOWS = "follows from the statement before"


def prove_implication(premises: Sequence[Relation], goal: Relation, context: Context) -> Proved | None:
    """``premises => goal`` (unfolded); None when it is not shown."""
    extra = [Hypothesis(p, (), "the statement before") for p in premises]
    if goal.op != "=":
        found = prove_inequality(goal, context, extra)
        return None if found is None else Proved(found.theorem, FOLLOWS, found.conditions)
    found = prove_equality(goal.lhs, goal.rhs, context, extra, FOLLOWS)
    if found is not None:
        return found
    for name in ("log", "exp"):
        found = _map_goal(name, goal, context, extra) or _map_premise(name, goal, context, extra)
        if found is not None:
            return found
    return None


def _mapped(name: str, r: Relation) -> Relation:
    return Relation(r.op, broadcast(lambda u: Fn(name, u), r.lhs), broadcast(lambda u: Fn(name, u), r.rhs))


def _map_goal(name: str, goal: Relation, context: Context, extra: Sequence[Hypothesis]) -> Proved | None:
    """Show that the logarithms (exponentials) of both sides are equal."""
    mapped = _mapped(name, goal)
    found = prove_equality(mapped.lhs, mapped.rhs, context, extra, FOLLOWS)
    if found is None or found.theorem is None or (name == "log" and not _positive(goal, context, extra)):
        return None
    theorem = injective(found.theorem, name)
    return Proved(theorem, FOLLOWS, theorem.conditions)


def _map_premise(name: str, goal: Relation, context: Context, extra: Sequence[Hypothesis]) -> Proved | None:
    """Use the logarithm (exponential) of an equation that is assumed."""
    for h in extra:
        if h.relation.op != "=" or isinstance(h.relation.lhs, Arr) or isinstance(h.relation.rhs, Arr):
            continue
        if name == "log" and not _positive(h.relation, context, extra):
            continue
        others = [x for x in extra if x is not h]
        mapped = _mapped(name, h.relation)
        found = prove_equality(goal.lhs, goal.rhs, context, [*others, Hypothesis(mapped, (), h.source)], FOLLOWS)
        if found is not None and found.theorem is not None:
            theorem = _discharged(found.theorem, h, name)
            return Proved(theorem, FOLLOWS, theorem.conditions)
    return None


def _discharged(t: Theorem, h: Hypothesis, name: str) -> Theorem:
    from derive.kernel import assume

    hole = Symbol("#hole")
    lemma = congruence(assume(h), Fn(name, hole._scalar()), hole)
    return cut(t, lemma)


def _positive(r: Relation, context: Context, extra: Sequence[Hypothesis]) -> bool:
    """Whether both sides are known positive without the equation itself."""
    from derive.normal_form.decide import LIMITS, align, prepare
    from derive.normal_form.derivative import evaluate

    lhs, rhs, _ = align(r.lhs, r.rhs)
    try:
        setting = prepare((evaluate(lhs), evaluate(rhs)), context.unfolded_hypotheses(), context.independence())
        return all(setting.normalizer.facts.positive(setting.read(side)) for side in (lhs, rhs))
    except (*LIMITS, KernelError):
        return False
