"""Proportionality: p and q agree up to a factor free of one variable.

p(v) is proportional to q(v) in v when p(v) q(w) = p(w) q(v) for all values v and w of the variable.
"""

from __future__ import annotations

from typing import Any

from derive.decide.context import Context
from derive.decide.proof import prove_equality
from derive.decide.verdict import Verdict
from derive.decide.witness import search
from derive.terms import Arr, Relation, Symbol, Term, free_symbols, substitute
from derive.terms.substitution import NotReached


def decide_proportional(lhs: Any, rhs: Any, context: Context, seconds: float = 0.5) -> Verdict:
    """Proved when the sides are proportional in some variable that both mention; refuted only when there is one such variable."""
    try:
        p, q = context.unfold(lhs), context.unfold(rhs)
    except NotReached as error:
        return Verdict("undecided", reason=str(error))
    if isinstance(p, Arr) or isinstance(q, Arr):
        return Verdict("undecided", reason="proportionality of arrays is not decided")
    shared = sorted((s for s in free_symbols(p) & free_symbols(q) if s.kind != "dependent"), key=lambda s: s.name)
    for variable in shared:
        left, right = crossed(p, q, variable)
        found = prove_equality(left, right, context)
        if found is not None:
            return Verdict("proved", f"proportional as functions of {variable.name}", found.conditions, proof=found)
    if len(shared) == 1:
        left, right = crossed(p, q, shared[0])
        witness = search(Relation("=", left, right), context.assumptions(), seconds).witness
        if witness is not None:
            return Verdict(
                "refuted", witness=witness, reason=f"the quotient depends on {shared[0].name}: {witness.sentence()}"
            )
    return Verdict("undecided", reason="not shown proportional in any variable that both sides mention")


def crossed(p: Term, q: Term, variable: Symbol) -> tuple[Term, Term]:
    """p(v) q(w) and p(w) q(v) for a second value w of the variable."""
    other = Symbol(f"{variable.name}'", *variable.fields[1:])
    value: Any = Arr.of(other) if other.shape else other._scalar()
    return p * substitute(q, {}, {variable: value}), substitute(p, {}, {variable: value}) * q
