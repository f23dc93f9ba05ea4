"""Deciding a statement: proved by the kernel, refuted by a witness, or undecided with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from derive.decide.context import Context
from derive.decide.implication import prove_implication
from derive.decide.inequality import prove_inequality
from derive.decide.proof import Proved, prove_equality
from derive.decide.solvable import has_solution
from derive.decide.solving import solutions
from derive.decide.witness import NOWHERE, Witness, is_nowhere_defined, one_random_check, search
from derive.decide.witness_problem import has_expectation, is_vector_moment
from derive.derivation.conditions import open_kinks
from derive.evaluate import Undefined
from derive.terms import (
    Apply,
    Derivative,
    Determinant,
    Entry,
    Expectation,
    Fn,
    Hypothesis,
    Integral,
    InverseEntry,
    Limit,
    Relation,
    ShapeError,
    Sum,
    children,
    free_symbols,
)
from derive.terms.substitution import NotReached

HARD = (Apply, Derivative, Determinant, Expectation, Fn, Integral, InverseEntry, Limit)


class InternalError(AssertionError):
    """The normal form and the independent evaluator disagree: a bug, never a verdict."""


@dataclass(frozen=True)
class Verdict:
    """``kind`` is proved, refuted or undecided. A proof names its rule and conditions; a refutation has its witness (or two shapes)."""

    kind: str
    rule: str = ""
    conditions: tuple[Any, ...] = ()
    reason: str = ""
    witness: Witness | None = None
    proof: Proved | None = None


def decide(
    relation: Relation,
    context: Context,
    premises: Sequence[Relation] = (),
    time_limit: float = 5.0,
    equivalence: bool = False,
    refute: bool = True,
) -> Verdict:
    """Decide ``premises => relation`` (or the relation alone) in a context.

    With `refute` false no counterexample is searched for: what is not proved is undecided.
    Raises ShapeError when the sides differ in shape (the caller refutes with the shapes).
    """
    start = monotonic()
    try:
        goal = context.relation(relation)
        given = [context.relation(p) for p in premises]
    except NotReached as error:
        return Verdict("undecided", reason=str(error))
    extra = [Hypothesis(p, (), "the statement before") for p in given]
    assumptions = context.assumptions(extra)
    check = _screen(goal, assumptions)
    if check is None or check.holds is not False:
        proved = _prove(goal, given, context, equivalence)
        if proved is not None:
            if check is not None and check.holds is None and check.reason.startswith("no values"):
                found = search(goal, assumptions, min(0.5, time_limit / 4))
                if (
                    not found.samples
                    and not _satisfiable(goal, given, context)
                    and not _but_for_moments(goal, assumptions)
                ):
                    bare = replace(context, hypotheses=[])
                    # hypotheses that the sampler should meet contradict each other; others it may only have missed
                    hard = any(_hard(h) for h in assumptions.hypotheses)
                    free = _prove(goal, given, bare, equivalence) if hard else None
                    if free is not None and search(goal, bare.assumptions(extra), min(0.3, time_limit / 4)).samples:
                        return Verdict("proved", free.rule, free.conditions, proof=free)
                    return Verdict(
                        "undecided", reason="the declarations contradict each other (no values satisfy them all)"
                    )
                if found.witness is not None:
                    raise InternalError(f"proved and refuted: {goal}")
            conditions = (*proved.conditions, *open_kinks((goal.lhs, goal.rhs), assumptions.hypotheses))
            if check is not None and check.reason == NOWHERE and is_nowhere_defined(goal, assumptions):
                return Verdict("undecided", reason="its sides have no value at any point that was tried")
            return Verdict("proved", proved.rule, conditions, proof=proved)
    if not refute:
        return Verdict("undecided", reason="not shown")
    lost = context.not_understood()
    if lost:
        return Verdict("undecided", reason=f"a condition stated before is not understood here: {lost}")
    left = max(0.05, time_limit - (monotonic() - start))
    try:
        found = search(goal, assumptions, min(0.8, left))
    except (Undefined, RecursionError, LookupError) as error:
        return Verdict("undecided", reason=str(error))
    if found.witness is not None:
        return Verdict("refuted", witness=found.witness, reason=found.witness.sentence())
    if check is not None and check.holds is False and check.witness is not None:
        return Verdict("refuted", witness=check.witness, reason=check.witness.sentence())
    known = _theorems(assumptions.hypotheses, context) if found.suspect is None else frozenset()
    if known:
        again = search(goal, replace(assumptions, known=known), min(0.5, left))
        if again.witness is not None:
            return Verdict("refuted", witness=again.witness, reason=again.witness.sentence())
    solved = _at_solutions(goal, given, context, left) if given and not found.samples else None
    if solved is not None:
        return Verdict("refuted", witness=solved, reason=solved.sentence())
    if found.suspect is not None:
        names = ", ".join(found.undeclared)
        return Verdict("undecided", reason=f"fails unless more is known of {names}: declare or define {names}")
    return Verdict(
        "undecided",
        reason="not shown equal within the limits, and no counterexample was found"
        if goal.op == "="
        else "no rule shows it, and no counterexample was found",
    )


def _hard(h: Hypothesis) -> bool:
    """Whether a hypothesis is more than polynomial relations between entries, so that the search for samples may miss it."""

    def plain(t: Any) -> bool:
        return not isinstance(t, HARD) and all(map(plain, children(t)))

    return not (plain(h.relation.lhs) and plain(h.relation.rhs))


def _theorems(hypotheses: Sequence[Hypothesis], context: Context) -> frozenset[Hypothesis]:
    """Among the equations whose values are numerical only (integrals, limits, series) those that follow from the rest."""
    doubtful = [h for h in hypotheses if h.relation.op == "=" and _numerical(h.relation.lhs, h.relation.rhs)]
    if not doubtful:
        return frozenset()
    rest = replace(context, hypotheses=[h for h in context.unfolded_hypotheses() if h not in doubtful])
    return frozenset(h for h in doubtful if prove_equality(h.relation.lhs, h.relation.rhs, rest) is not None)


def _numerical(*values: Any) -> bool:
    def here(t: Any) -> bool:
        return isinstance(t, Integral | Limit) or (isinstance(t, Sum) and t.index.hi is None)

    return any(here(v) or _numerical(*children(v)) for v in values)


def _at_solutions(goal: Relation, premises: Sequence[Relation], context: Context, seconds: float) -> Witness | None:
    """A witness at a solution of the one premise, for a symbol of the conclusion."""
    if len(premises) != 1:
        return None
    symbols = {s for s in free_symbols(goal.lhs) if not s.shape and s.kind == "variable"}
    for symbol in sorted(symbols, key=lambda s: s.name):
        for value in solutions(premises[0], symbol, context):
            known = Hypothesis(Relation("=", Entry(symbol, ()), value), (), "the statement before, solved")
            found = search(goal, context.assumptions([known]), min(0.8, seconds))
            if found.witness is not None:
                return found.witness
    return None


def _satisfiable(goal: Relation, premises: Sequence[Relation], context: Context) -> bool:
    """Whether some values satisfy the premises: those that satisfy the conclusion are tried (a solution solves the equation)."""
    if not premises:
        return False
    if len(premises) == 1 and has_solution(premises[0], context):
        return True
    if goal.op != "=":
        return False
    assumptions = context.assumptions([Hypothesis(goal, (), "the conclusion")])
    return all((check := _screen(p, assumptions)) is not None and check.holds is True for p in premises)


def _but_for_moments(goal: Relation, assumptions: Any) -> bool:
    """Whether values satisfy everything but the moments of random vectors: a law has them, hard as it may be to find one."""
    try:
        light = one_random_check(goal, assumptions, tries=8, moments=False)
    except (Undefined, RecursionError, ArithmeticError, LookupError):
        return False
    return light.holds is not None or light.reason == NOWHERE


def _screen(goal: Relation, assumptions: Any) -> Any:
    try:
        if not has_expectation(goal) and any(map(is_vector_moment, assumptions.hypotheses)):
            light = one_random_check(goal, assumptions, tries=4, moments=False)
            if light.holds is not None or light.reason == NOWHERE:
                return light
        return one_random_check(goal, assumptions, tries=4)
    except ShapeError:
        raise
    except (Undefined, RecursionError, ArithmeticError, LookupError):
        return None


def _prove(goal: Relation, premises: Sequence[Relation], context: Context, equivalence: bool) -> Proved | None:
    if premises:
        found = prove_implication(premises, goal, context)
        if found is None or not equivalence:
            return found
        if len(premises) != 1:
            return None
        back = prove_implication([goal], premises[0], context)
        return found if back is not None else None
    if goal.op == "=":
        return prove_equality(goal.lhs, goal.rhs, context)
    return prove_inequality(goal, context)
