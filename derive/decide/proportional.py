"""Proportionality: p and q agree up to a factor free of the variables that are meant.

p(v) is proportional to q(v) in v when p(v) q(w) = p(w) q(v) for all values v and w of the variables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derive.decide.context import Context
from derive.decide.proof import prove_equality
from derive.decide.verdict import Verdict
from derive.decide.witness import search
from derive.terms import Arr, Relation, Symbol, Term, free_symbols, substitute
from derive.terms.substitution import NotReached


def decide_proportional(
    lhs: Any, rhs: Any, context: Context, meant: Sequence[tuple[str, ...]] = (), seconds: float = 0.3
) -> Verdict:
    """Proved when the sides are proportional in the variables that are meant (one of the groups of names), or, where nothing says
    which are, in every variable that both mention. Refuted when only one group can be meant.
    """
    try:
        p, q = context.unfold(lhs), context.unfold(rhs)
    except NotReached as error:
        return Verdict("undecided", reason=str(error))
    if isinstance(p, Arr) or isinstance(q, Arr):
        return Verdict("undecided", reason="proportionality of arrays is not decided")
    used = free_symbols(p) | free_symbols(q)
    shared = sorted((s for s in free_symbols(p) & free_symbols(q) if s.kind != "dependent"), key=lambda s: s.name)
    groups = [
        g for g in (tuple(s for s in sorted(used, key=lambda s: s.name) if s.name in names) for names in meant) if g
    ]
    densities = [s for s in shared if "(" in s.name]  # p(x, y), of which only its name is known
    if any("(" in s.name for s in used):
        groups, shared = [], densities
    single = not groups
    groups = groups or [(s,) for s in shared]
    holding, conditions, proof = [], (), None
    for group in groups:
        left, right = crossed(p, q, group)
        found = prove_equality(left, right, context)
        if found is None and single:
            continue
        if found is not None:
            holding.append(group)
            conditions, proof = found.conditions, found
            if not single:
                break
    if proof is not None and (not single or len(holding) == len(groups)):
        names = ", ".join(s.name for s in holding[0])
        return Verdict("proved", f"proportional as functions of {names}", conditions, proof=proof)
    if holding:
        names = ", ".join(g[0].name for g in holding)
        return Verdict(
            "undecided", reason=f"proportional as functions of {names}, not of every variable; say which is meant"
        )
    if len(groups) == 1 and not densities:
        left, right = crossed(p, q, groups[0])
        witness = search(Relation("=", left, right), context.assumptions(), seconds).witness
        if witness is not None:
            names = ", ".join(s.name for s in groups[0])
            return Verdict("refuted", witness=witness, reason=f"the quotient depends on {names}: {witness.sentence()}")
    return Verdict("undecided", reason="not shown proportional in any variable that both sides mention")


def crossed(p: Term, q: Term, variables: Sequence[Symbol]) -> tuple[Term, Term]:
    """p(v) q(w) and p(w) q(v) for second values w of the variables."""
    values: dict[Symbol, Any] = {}
    for variable in variables:
        other = Symbol(f"{variable.name}'", *variable.fields[1:])
        values[variable] = Arr.of(other) if other.shape else other._scalar()
    return p * substitute(q, {}, values), substitute(p, {}, values) * q
