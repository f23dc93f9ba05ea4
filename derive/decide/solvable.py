"""Evidence that an equation has a solution: a change of sign of a continuous difference along one scalar variable.

By the intermediate value theorem some value in between solves it; this is what "no vacuous truth" asks of a premise that the search for
samples cannot solve exactly.
"""

from __future__ import annotations

from random import Random
from typing import Any

from flint import fmpq

from derive.decide.context import Context
from derive.decide.witness_plan import MET
from derive.decide.witness_problem import problem, sample, size_choices
from derive.evaluate import Undefined, raw_value
from derive.evaluate.numbers import ball
from derive.terms import Arr, Fn, Guard, Relation, Symbol, children, free_symbols

GRID = tuple(fmpq(n, 8) for n in (-64, -32, -16, -8, -4, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 32, 64, 128))
TRIES = 4


def has_solution(equation: Relation, context: Context) -> bool:
    """Whether values that satisfy the context's hypotheses solve the (unfolded, scalar) equation. False means "not shown"."""
    if equation.op != "=" or isinstance(equation.lhs, Arr) or isinstance(equation.rhs, Arr):
        return False
    gap = equation.lhs - equation.rhs
    if not _continuous(gap):
        return False
    task = problem(equation, context.assumptions())
    rng = Random(1)
    bound = {
        s for h in context.unfolded_hypotheses() for s in free_symbols(h.relation.lhs) | free_symbols(h.relation.rhs)
    }
    variables = [s for s in free_symbols(gap) if not s.shape and s.kind == "variable" and s not in bound]
    for sizes in size_choices(task)[:3]:
        for _ in range(TRIES):
            found = sample(task, sizes, 1, rng)
            if found is None or (found[1] != MET and not variables):
                continue
            if any(_crosses(gap, s, found[0]) for s in sorted(variables, key=lambda s: s.name)):
                return True
    return False


def _continuous(t: Any) -> bool:
    if isinstance(t, Guard) or (isinstance(t, Fn) and t.name in ("sign", "floor")):
        return False
    return all(map(_continuous, children(t)))


def _crosses(gap: Any, variable: Symbol, draft: Any) -> bool:
    last = 0
    for value in GRID:
        if not variable.domain.contains(float(value.p) / float(value.q)):
            continue
        try:
            frame = draft.frame(80)
            frame.values[variable] = value
            y = ball(raw_value(gap, frame, draft.integers()))
        except (Undefined, LookupError):
            last = 0
            continue
        sign = 1 if y > 0 else -1 if y < 0 else 0
        if sign and last and sign != last:
            return True
        last = sign or last
    return False
