"""Rows that solve an equation step by step without arrows: which row is the equation, and which follows from it.

Imports the rest of verify.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.parse.rows import Chain
from derive.verify.judging import IMPLIED, Outcome, differentiates, relations_of

if TYPE_CHECKING:
    from derive.verify.blocks import Block


def settle_row_above(block: Block, chain: Chain, first: int) -> None:
    """Rows without arrows: a first row that is no identity, but from which the row below follows, is an equation."""
    mine = [j for j in block.rows if j.number >= first]
    if not mine or chain.steps[0].introduced_by:
        return
    head = mine[0]
    earlier = [j for j in block.rows if j.number < first]
    if (
        not earlier
        or head.outcome.verdict != "refuted"
        or head.number != first
        or "shapes" in (head.outcome.counterexample or {})
    ):
        return
    above = earlier[-1]
    if (
        above.outcome.verdict != "refuted"
        or "shapes" in (above.outcome.counterexample or {})
        or above.number != first - 1
    ):
        return
    if block.session.results[above.number].chain == block.session.results[first].chain - 1 and above.number > 0:
        if block.session.results[above.number - 1].chain == block.session.results[above.number].chain:
            return
    premises, goals = relations_of(above.statement), relations_of(head.statement)
    if not premises or not goals or any(differentiates(x) for r in premises for x in (r.lhs, r.rhs)):
        return
    found = block.decide(head.statement, block.scope, premises, IMPLIED, ())
    if found.verdict != "proved":
        return
    note = (
        f"an equation to be solved: the row below follows from it; as an identity it fails at {above.outcome.witness}"
    )
    block.amend(above, Outcome("assumption", reason=note, seconds=above.outcome.seconds))
    block.amend(head, replace(found, reason="follows from the row above"))
    head.above = True
