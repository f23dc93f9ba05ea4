"""One statement to a verdict: a relation or an implication, under a time limit, never raising.  Imports parse, decide, terms.

>>> from derive.parse.declarations import assume
>>> from derive.parse.rows import steps
>>> from derive.parse.steps import elaborate_step
>>> scope = assume(r"x \\in \\mathbb{R}")
>>> judge(Statement(steps(r"(x + 1)^2 = x^2 + 1")[0], elaborate_step(steps(r"(x + 1)^2 = x^2 + 1")[0], scope)), scope, 1.0).witness
'x = 1:   left 4, right 2'
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from derive.decide.context import Context
from derive.decide.optimum import decide_same_optimum
from derive.decide.proportional import decide_proportional
from derive.decide.verdict import InternalError, Verdict, decide
from derive.normal_form.definedness import Condition
from derive.parse.rows import Step
from derive.parse.scope import Scope
from derive.parse.steps import ElaboratedStep
from derive.render import latex
from derive.terms import (
    Arr,
    Derivative,
    Entry,
    Expectation,
    Guard,
    Hypothesis,
    Integral,
    Limit,
    Mul,
    Num,
    Pow,
    Relation,
    ShapeError,
    Size,
    Symbol,
    Term,
    arrays,
    children,
    free_symbols,
    term,
    unfold,
)
from derive.verify import measures, numbers
from derive.verify.contexts import ANY_VECTOR, ANY_VECTOR_BUT_0, context_of, rests_on_hidden_dependence, symbols_reached
from derive.verify.limits import OutOfTime, calm, deadline
from derive.verify.reparametrised import turned

EQUIVALENT, IMPLIED, IMPLIES = "\\Leftrightarrow", "\\Rightarrow", "\\Leftarrow"


@dataclass(frozen=True)
class Statement:
    """A step as written and as understood."""

    step: Step
    elaborated: ElaboratedStep


@dataclass(frozen=True)
class Outcome:
    """A verdict before it is put into words for a report."""

    verdict: str
    rule: str = ""
    conditions: tuple[str, ...] = ()
    reason: str = ""
    counterexample: dict[str, Any] | None = None
    witness: str = ""
    seconds: float = 0.0
    remarks: tuple[str, ...] = ()


def relations_of(statement: Statement) -> list[Relation]:
    """What a statement says, as relations the engine decides; empty when it has no such form."""
    e = statement.elaborated
    if e.lhs is None or e.rhs is None or e.error is not None:
        return []
    if e.relation in ("=", "<=", "<", "!="):
        if e.relation == "!=" and isinstance(e.lhs, Arr):
            return []
        return [Relation(e.relation, e.lhs, e.rhs)]
    if e.relation in ("semidefinite", "definite"):
        return _definite(e.lhs, e.rhs, strict=e.relation == "definite")
    return []


def _definite(a: Any, b: Any, strict: bool) -> list[Relation]:
    """A - B is symmetric, and its quadratic form at every vector not negative; at every vector but 0 positive where ``strict``."""
    gap = arrays.add(a, arrays.scale(term(-1), b))
    if not isinstance(gap, Arr) or len(gap.shape) != 2 or gap.shape[0] != gap.shape[1] or len(gap.shape[0]) != 1:
        return []
    v = Arr.of(Symbol(ANY_VECTOR_BUT_0 if strict else ANY_VECTOR, (gap.shape[0][0],)))
    form = Relation("<" if strict else "<=", term(0), arrays.dot(v, arrays.matmul(gap, v)))
    return [Relation("=", gap, arrays.transpose(gap)), form]


def guarded(relation: Relation, guards: Sequence[Term]) -> Relation:
    """The relation where conditions on its indices hold: both sides times their indicators (equations only)."""
    if not guards or relation.op != "=":
        return relation
    lhs, rhs = relation.lhs, relation.rhs
    for guard in guards:
        lhs, rhs = arrays.scale(guard, lhs), arrays.scale(guard, rhs)
    return Relation("=", lhs, rhs)


def _as_written(outcome: Outcome, swapped: bool) -> Outcome:
    """The witness with the values of the sides as the step has them: >= and > are decided the other way round."""
    found = outcome.counterexample
    if not swapped or found is None or "lhs" not in found:
        return outcome
    left, right = found["lhs"], found["rhs"]
    old, new = f"left {left}, right {right}", f"left {right}, right {left}"
    turned = {**found, "lhs": right, "rhs": left}
    reason, witness = (text.replace(old, new) for text in (outcome.reason, outcome.witness))
    return replace(outcome, counterexample=turned, reason=reason, witness=witness)


def judge(
    statement: Statement, scope: Scope, limit: float, premises: Sequence[Relation] = (), arrow: str = "",
    hypotheses: Sequence[Hypothesis] = (), guards: Sequence[Term] = (), folded: bool = False,
) -> Outcome:  # fmt: skip
    """The verdict on a statement, or on its following from the premises; every failure on the way is `undecided`.

    With `folded` it is proved only, and whatever its names are defined to be.
    """
    e = statement.elaborated
    start = perf_counter()
    outcome: Outcome
    try:
        with deadline(limit):
            if folded:
                outcome = _folded(statement, scope, limit)
            else:
                outcome = _judge(statement, scope, limit, premises, arrow, hypotheses, guards)
    except OutOfTime:
        calm()
        outcome = Outcome("undecided", reason=f"not decided within the time limit ({limit:.2g} s)")
    except MemoryError:
        outcome = Outcome("undecided", reason="not decided within the memory limit")
    except RecursionError:
        outcome = Outcome("undecided", reason="nested too deep to be decided")
    except InternalError as error:
        outcome = Outcome(
            "undecided", reason=f"internal error, please report it: the two evaluations disagree: {_line(error)}"
        )
    except Exception as error:
        outcome = Outcome(
            "undecided", reason=f"internal error, please report it: {type(error).__name__}: {_line(error)}"
        )
    outcome = replace(_as_written(outcome, e.swapped), seconds=perf_counter() - start)
    if outcome.verdict == "refuted" and e.inferred and not outcome.reason.startswith("shapes"):
        return replace(outcome, remarks=(*outcome.remarks, "inferred: " + ", ".join(sorted(e.inferred))))
    return outcome


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:160]


def _folded(statement: Statement, scope: Scope, limit: float) -> Outcome:
    """Proved when it holds for any values of the defined names; never refuted."""
    goals, e = relations_of(statement), statement.elaborated
    if (
        e.relation == "proportional"
        and e.lhs is not None
        and e.rhs is not None
        and can_stay_folded([e.lhs, e.rhs], scope)
    ):
        context = replace(context_of(scope, [e.lhs, e.rhs]), definitions=products_of_names(scope))
        return _outcome(decide_proportional(e.lhs, e.rhs, context))
    sides = [s for g in goals for s in (g.lhs, g.rhs)]
    if not goals or not can_stay_folded(sides, scope):
        return Outcome("undecided", reason="nothing to keep folded")
    context = context_of(scope, sides)
    given, hypotheses = _given_values(scope, context.hypotheses)
    products = {x: v for x, v in products_of_names(scope).items() if not {x, *free_symbols(v)} & set(given)}
    context = replace(context, definitions={**products, **given}, hypotheses=hypotheses)
    found = [_proved(goal, context, limit) for goal in goals]
    shown = all(f is not None for f in found)
    return found[-1] if shown else Outcome("undecided", reason="not shown for all values of its names")  # type: ignore[return-value]


def products_of_names(scope: Scope) -> dict[Symbol, Any]:
    """The definitions that only multiply defined quantities: a joint density is the likelihood times the prior."""
    return {x: value for x, value in scope.definitions.items() if isinstance(value, Mul) and _names_only(value, scope)}


def _names_only(value: Any, scope: Scope) -> bool:
    if isinstance(value, Entry):
        return not value.indices and value.symbol in scope.definitions
    return isinstance(value, Num) or (
        isinstance(value, Mul | Pow) and all(_names_only(c, scope) for c in children(value))
    )


def rests_on_integrals(statement: Statement, scope: Scope) -> bool:
    """Whether a name in a step is defined by an integral, as the evidence of a model is."""
    e = statement.elaborated
    names = {x for side in (e.lhs, e.rhs) if side is not None for x in free_symbols(side)}
    return any(x in scope.definitions and _has_any(scope.definitions[x], (Integral,)) for x in names)


def _given_values(scope: Scope, hypotheses: Sequence[Hypothesis]) -> tuple[dict[Symbol, Any], list[Hypothesis]]:
    """What hypotheses say that defined names are equal to, in place of their definitions; and the other hypotheses."""
    given: dict[Symbol, Any] = {}
    rest: list[Hypothesis] = []
    for h in hypotheses:
        left, right = h.relation.lhs, h.relation.rhs
        symbol = left.symbol if isinstance(left, Entry) and not left.indices and not h.schematic else None
        if (
            h.relation.op == "="
            and symbol in scope.definitions
            and symbol not in given
            and not {symbol, *given} & free_symbols(unfold(right, given))
            and not any(symbol in free_symbols(v) for v in given.values())
        ):
            given[symbol] = right
        else:
            rest.append(h)
    return given, rest


def supposes_of_defined_names(scope: Scope) -> bool:
    """Whether a hypothesis is about a defined name: where the names unfold it is harder to meet, and seldom needed."""
    return any(
        x in scope.definitions
        for h in scope.hypotheses
        for side in (h.relation.lhs, h.relation.rhs)
        for x in free_symbols(side)
    )


def can_stay_folded(sides: Sequence[Any], scope: Scope) -> bool:
    """Whether the sides use defined names, and nothing in them looks into a definition (a derivative, integral or mean)."""
    if not any(x in scope.definitions for side in sides for x in free_symbols(side)):
        if not supposes_of_defined_names(scope):
            return False
    return not any(_has_any(side, (Derivative, Integral, Limit, Expectation)) for side in sides)


def _has_any(value: Any, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, kinds) or any(_has_any(c, kinds) for c in children(value))


def _judge(
    statement: Statement, scope: Scope, limit: float, premises: Sequence[Relation], arrow: str,
    hypotheses: Sequence[Hypothesis], guards: Sequence[Term],
) -> Outcome:  # fmt: skip
    e = statement.elaborated
    if e.relation == "approx" or (e.relation == "=" and numbers.is_decimal_claim(statement.step)):
        return numbers.judge(statement.step, e)
    if e.relation == "proportional" and not premises and e.lhs is not None and e.rhs is not None:
        context = context_of(scope, [e.lhs, e.rhs], hypotheses)
        return _outcome(decide_proportional(e.lhs, e.rhs, context, e.about))
    if e.relation == "optimum" and e.optimum is not None and e.lhs is not None and e.rhs is not None and not premises:
        left, right, variable = e.optimum
        context = context_of(scope, [e.lhs, e.rhs], hypotheses)
        return _outcome(decide_same_optimum(e.lhs, e.rhs, variable, left == right, context))
    goals = relations_of(statement)
    if not goals:
        return Outcome("undecided", reason=_no_form(e))
    if guards and any(g.op != "=" for g in goals):
        return Outcome("undecided", reason="an inequality under a condition on its indices is not decided yet")
    goals = [guarded(g, guards) for g in goals]
    sides = [s for g in (*goals, *premises) for s in (g.lhs, g.rhs)]
    hidden = rests_on_hidden_dependence(scope, sides)
    if hidden:
        return Outcome(
            "undecided",
            reason=f"{hidden} may depend on the variable of the integral or limit; declare or define {hidden}",
        )
    if any(g.op != "=" for g in goals):
        hypotheses = (*hypotheses, *measures.facts(scope, sides))
    context = context_of(scope, sides, hypotheses)
    other = turned(context, scope, symbols_reached(scope, sides)) if not premises else None
    if other is not None:
        found = [_proved(goal, other, limit / 2) for goal in goals]
        if all(f is not None for f in found):
            return found[-1]  # type: ignore[return-value]
    if arrow == IMPLIES:
        return _all(list(premises), goals, context, limit)
    first = _all(goals, list(premises), context, limit)
    if arrow != EQUIVALENT or not premises or first.verdict == "refuted":
        return first
    back = _all(list(premises), goals, context, limit)
    if back.verdict == "refuted":
        return replace(back, reason=f"the other direction fails: {back.reason}")
    if first.verdict == "proved" and back.verdict == "proved":
        return replace(first, conditions=tuple(dict.fromkeys((*first.conditions, *back.conditions))))
    return (
        first if first.verdict == "undecided" else replace(back, reason=f"the other direction is open: {back.reason}")
    )


def _no_form(e: ElaboratedStep) -> str:
    words = {
        "proportional": "proportional to", "definite": "positive definite", "semidefinite": "positive semidefinite",
        "distribution": "equal in distribution", "!=": "unequal arrays",
    }  # fmt: skip
    return f"no rule decides this relation ({words.get(e.relation, e.relation)}) here"


def _all(goals: Sequence[Relation], premises: Sequence[Relation], context: Context, limit: float) -> Outcome:
    """Every goal; the first that fails decides."""
    worst: Outcome | None = None
    for goal in goals:
        found = _one(goal, premises, context, limit)
        if found.verdict == "refuted":
            return found
        if worst is None or found.verdict == "undecided":
            worst = found
    assert worst is not None
    return worst


def _one(goal: Relation, premises: Sequence[Relation], context: Context, limit: float) -> Outcome:
    try:
        verdict = decide(goal, context, premises, time_limit=limit)
    except ShapeError as error:
        return Outcome("refuted", reason=str(error), counterexample={"sizes": {}, "shapes": [error.left, error.right]})
    if verdict.kind == "undecided" and numbers.is_closed(goal.lhs, goal.rhs):
        known = numbers.compare(goal)
        if known is not None:
            return known
    return _outcome(verdict)


def _proved(goal: Relation, context: Context, limit: float) -> Outcome | None:
    try:
        verdict = decide(goal, context, time_limit=limit, refute=False)
    except ShapeError:
        return None
    return _outcome(verdict) if verdict.kind == "proved" else None


def _outcome(verdict: Verdict) -> Outcome:
    if verdict.kind == "refuted" and verdict.witness is not None:
        return Outcome(
            "refuted", reason=verdict.reason, counterexample=verdict.witness.json(), witness=verdict.witness.sentence()
        )
    return Outcome(verdict.kind, verdict.rule, conditions_text(verdict.conditions), verdict.reason)


_SIGNS = {"positive": "> 0", "nonnegative": "\\ge 0", "nonzero": "\\ne 0"}


def conditions_text(conditions: Sequence[Any]) -> tuple[str, ...]:
    """Conditions in LaTeX, each once."""
    found: dict[str, None] = {}
    for condition in conditions:
        if isinstance(condition, Condition):
            try:
                said = f"{latex(condition.subject)} {_SIGNS.get(condition.kind, condition.kind)}"
                where = f" \\text{{ where }} {latex(condition.weight)} \\ne 0" if condition.weight is not None else ""
                found[said + where] = None
            except Exception:
                found[f"{condition.subject!r} is {condition.kind}"] = None
        else:
            found[str(condition)] = None
    return tuple(found)


def differentiates(value: Any) -> bool:
    """Whether a derivative stands anywhere in a value."""
    return isinstance(value, Derivative) or any(differentiates(c) for c in children(value))


def expects(value: Any) -> bool:
    """Whether an expectation stands anywhere in a value."""
    return isinstance(value, Expectation) or any(expects(c) for c in children(value))


__all__ = ["Guard", "Outcome", "Size", "Statement", "judge", "relations_of"]
