"""A step that rests on earlier displays: what a display leaves behind for later ones, and what a step makes of it.

Imports facts and the rest of verify.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

from derive.decide.rewriting_by_facts import atoms
from derive.decide.verdict import InternalError, decide
from derive.parse import syntax as s
from derive.parse.names import text_key
from derive.parse.rows import Chain, Step
from derive.parse.scope import Scope
from derive.terms import Relation, ShapeError
from derive.verify import facts as facts_of
from derive.verify.caution import cautious
from derive.verify.contexts import context_of, rests_on_hidden_dependence
from derive.verify.facts import opaque_in
from derive.verify.judging import Outcome, Statement, conditions_text
from derive.verify.limits import OutOfTime, calm, deadline

if TYPE_CHECKING:
    from derive.verify.blocks import Block
    from derive.verify.session import Judged

MOST = 0.4  # seconds for all ways to rest on earlier displays


def remember(block: Block, chain: Chain, first: int) -> None:
    """Keeps the equations of a chain for later displays of the same part, unless they are still to be shown."""
    session = block.session
    mine = [j for j in block.rows if j.number >= first]
    kind = (session.part[-1] if session.part else "") or session.environment
    if facts_of.is_to_be_shown(block.words, kind) or any(c.word.lower() in ("if", "for") for c in chain.conditions):
        return
    labels = facts_of.labels_of(block.formula.text)
    whole = True
    for j in mine:
        e = j.statement.elaborated
        sound = (
            j.outcome.verdict in ("undecided", "proved", "assumption", "definition")
            and not j.statement.step.introduced_by
        )
        if not sound or e.error is not None or e.lhs is None or e.rhs is None or e.relation != "=":
            whole = False
            continue
        line = session.results[j.number].line
        fact = facts_of.Fact(Relation("=", e.lhs, e.rhs), line, session.part, labels, _left(j), is_open(j.outcome))
        session.facts.append(fact)
    if whole and len(mine) > 1:
        start, end = mine[0].statement.elaborated.lhs, mine[-1].statement.elaborated.rhs
        if start is not None and end is not None:
            line = session.results[mine[0].number].line
            still = any(is_open(j.outcome) for j in mine)
            session.facts.append(facts_of.Fact(Relation("=", start, end), line, session.part, labels, "", still))


def is_open(outcome: Outcome) -> bool:
    """Whether a step is undecided, or was proved from one that is."""
    return outcome.verdict == "undecided" or facts_of.OPEN in outcome.reason


def from_rows(rows: Sequence[Judged]) -> str:
    """The reason of a row that follows from rows above it in its display."""
    still = f"; it is {facts_of.OPEN}" if any(is_open(j.outcome) for j in rows) else ""
    return f"follows from the row above{still}"


def has_said(block: Block, step: Step) -> bool:
    """Whether an earlier display of this part says what an application `p(x, y)` is: then another one is a claim."""
    if not isinstance(step.lhs.node, s.ApplyOrProduct):
        return False
    key = text_key(step.lhs.node)
    here = block.session.part
    return any(f.left == key and reaches(f.part, here) for f in block.session.facts)


def _left(judged: Judged) -> str:
    node = judged.statement.step.lhs.node
    return "" if node is None else text_key(node)


def from_earlier(block: Block, statement: Statement, scope: Scope, alone: Outcome) -> Outcome:
    """The step proved from earlier displays of its part, or as it was."""
    e = statement.elaborated
    if e.lhs is None or e.rhs is None or e.relation not in ("=", "<=", "<"):
        return alone
    session = block.session
    cited = facts_of.citations(block.words)
    facts = [f for f in session.facts if reaches(f.part, session.part) or f.labels & cited]
    facts = [f for f in facts if not f.open or _speaks_of_the_undeclared(f, scope)]
    if not facts:
        return alone
    still = {f.line for f in facts if f.open}
    start = perf_counter()
    goal = Relation(e.relation, e.lhs, e.rhs)
    limit = min(MOST, session.budget.allowance)
    found = alone
    try:
        with deadline(limit):
            for way in facts_of.consequences(goal, facts, scope):
                outcome = _shown(way, scope, limit, still)
                if outcome is not None:
                    found = outcome
                    break
    except OutOfTime:
        calm()
    except (ShapeError, ArithmeticError, LookupError, ValueError, RecursionError, MemoryError, InternalError):
        found = alone
    found = cautious(found, statement.step, e, session.unclear, scope) if found is not alone else alone
    found = found if found.verdict == "proved" else alone
    spent = perf_counter() - start
    session.budget.spent(spent) if found is alone else None
    return replace(found, seconds=alone.seconds + spent)


def reaches(part: tuple[str, ...], here: tuple[str, ...]) -> bool:
    """Whether what a part states may be used here: in the same part, or by the proof of a theorem from what it gives."""
    return part[:-2] == here[:-2]


def _speaks_of_the_undeclared(fact: facts_of.Fact, scope: Scope) -> bool:
    """Whether an open equation can be a text's way of saying what a quantity is; of declared ones it is only an open claim."""
    opaque = opaque_in(scope)
    return bool(atoms(fact.relation.lhs, opaque) or atoms(fact.relation.rhs, opaque))


def _shown(way: facts_of.Rewritten, scope: Scope, limit: float, still: set[int]) -> Outcome | None:
    sides = (way.relation.lhs, way.relation.rhs)
    if rests_on_hidden_dependence(scope, sides):
        return None
    verdict = decide(way.relation, context_of(scope, sides), time_limit=limit, refute=False)
    if verdict.kind != "proved":
        return None
    return Outcome("proved", verdict.rule, conditions_text(verdict.conditions), facts_of.said(way.lines, still))


__all__ = ["from_earlier", "has_said", "remember"]
