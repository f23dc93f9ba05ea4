"""Implications between relations: the premise as a hypothesis, a value that it gives, a multiple of it, or one monotone function of
both sides.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.decide.context import Context
from derive.decide.inequality import prove_inequality
from derive.decide.proof import Proved, prove_equality
from derive.kernel import KernelError, Theorem, assume, congruence, cut, injective, sym, trans
from derive.terms import Arr, Entry, Fn, Hypothesis, Relation, Symbol, free_symbols, substitute
from derive.terms.arrays import broadcast

FOLLOWS = "follows from the statement before"


def prove_implication(premises: Sequence[Relation], goal: Relation, context: Context) -> Proved | None:
    """``premises => goal`` (unfolded); None when it is not shown."""
    extra = [Hypothesis(p, (), "the statement before") for p in premises]
    if goal.op != "=":
        found = prove_inequality(goal, context, extra)
        return None if found is None else Proved(found.theorem, FOLLOWS, found.conditions)
    found = _put_in(goal, context, extra) or prove_equality(goal.lhs, goal.rhs, context, extra, FOLLOWS)
    if found is not None:
        return found
    for name in ("log", "exp"):
        found = _map_goal(name, goal, context, extra) or _map_premise(name, goal, context, extra)
        if found is not None:
            return found
    return None


def _put_in(goal: Relation, context: Context, extra: Sequence[Hypothesis]) -> Proved | None:
    """Put in the value that a premise ``theta = ...`` gives for a whole symbol."""
    for h in extra:
        value = _value(h.relation)
        if value is None:
            continue
        theorem, symbol = value
        hole = Symbol("#hole", symbol.shape, first=symbol.first)
        whole = Arr.of(hole) if hole.shape else Entry(hole, ())
        others = [x for x in extra if x is not h]
        try:
            left, right = (
                congruence(theorem, substitute(side, {}, {symbol: whole}), hole) for side in (goal.lhs, goal.rhs)
            )
            found = prove_equality(left.conclusion.rhs, right.conclusion.rhs, context, others, FOLLOWS)
            if found is not None and found.theorem is not None:
                shown = trans(trans(left, found.theorem), sym(right))
                return Proved(shown, FOLLOWS, shown.conditions)
        except KernelError:
            continue
    return None


def _value(r: Relation) -> tuple[Theorem, Symbol] | None:
    """``symbol = value`` for a whole symbol that the value does not mention, from an equation that says so."""
    if r.op != "=":
        return None
    for side, other in ((r.lhs, r.rhs), (r.rhs, r.lhs)):
        entry = side.body if isinstance(side, Arr) else side
        places = tuple(i + 0 for i in side.indices) if isinstance(side, Arr) else ()
        if not isinstance(entry, Entry) or entry.indices != places or entry.symbol in free_symbols(other):
            continue
        if entry.symbol.kind == "variable" and set(entry.symbol.first) <= {1}:
            given = assume(Hypothesis(r, (), "the statement before"))
            return (given if side is r.lhs else sym(given)), entry.symbol
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
