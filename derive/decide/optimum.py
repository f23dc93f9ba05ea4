"""Same minimisers and maximisers: two objectives that order all values of their variable alike (or in reverse).

g = c f + d with c of known sign and c, d free of the variable, after a strictly increasing map (log) of either side where it helps.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from derive.decide.context import Context
from derive.decide.proof import Proved
from derive.decide.verdict import Verdict
from derive.kernel import KernelError, Theorem, by_inequality, by_normal_form, same_order
from derive.normal_form.decide import LIMITS, prepare
from derive.normal_form.derivative import evaluate
from derive.normal_form.poly import Atom, Poly
from derive.terms import (
    PI,
    ZERO,
    Add,
    Arr,
    Entry,
    Fn,
    Hypothesis,
    IntValue,
    Mul,
    Num,
    Pow,
    Relation,
    Symbol,
    Term,
    free_symbols,
    substitute,
)
from derive.terms.substitution import NotReached

MAX_RATIOS = 6


def decide_same_optimum(left: Any, right: Any, variable: Symbol, same: bool, context: Context) -> Verdict:
    """Whether argmin (argmax) of ``left`` and of ``right`` over ``variable`` agree; ``same`` False compares argmin with argmax."""
    try:
        f, g = context.unfold(left), context.unfold(right)
    except NotReached as error:
        return Verdict("undecided", reason=str(error))
    if isinstance(f, Arr) or isinstance(g, Arr) or variable not in free_symbols(f) & free_symbols(g):
        return Verdict("undecided", reason=f"both objectives must be numbers that depend on {variable.name}")
    hypotheses = context.unfolded_hypotheses()
    if any(variable in free_symbols(h.relation.lhs) | free_symbols(h.relation.rhs) for h in hypotheses):
        return Verdict("undecided", reason=f"an assumption restricts {variable.name}")
    for a, why_a in _increasing(f, hypotheses):
        for b, why_b in _increasing(g, hypotheses):
            theorem = _ordered(a, b, variable, 1 if same else -1, hypotheses, context.independence())
            if theorem is not None:
                rule = ", ".join(
                    w for w in (why_a, why_b, "positive scale and constants dropped" if same else "negated") if w
                )
                return Verdict("proved", rule, theorem.conditions, proof=Proved(theorem, rule, theorem.conditions))
    return Verdict("undecided", reason="the objectives are not shown to order all values alike")


def _increasing(f: Term, hypotheses: Sequence[Hypothesis]) -> list[tuple[Term, str]]:
    """The objective, and its logarithm where it is positive."""
    found = [(f, "")]
    try:
        by_inequality(Relation("<", ZERO, f), hypotheses)
        found.append((Fn("log", f), "the logarithm is increasing"))
    except KernelError:
        pass
    return found


def _ordered(
    f: Term, g: Term, variable: Symbol, sign: int, hypotheses: Sequence[Hypothesis], independence: Any
) -> Theorem | None:
    other = Symbol(f"{variable.name}'", *variable.fields[1:])
    value: Any = Arr.of(other) if other.shape else Entry(other, ())
    f_other, g_other = substitute(f, {}, {variable: value}), substitute(g, {}, {variable: value})
    try:
        setting = prepare((f, g, f_other, g_other), hypotheses, independence)
        p = setting.read(evaluate(f)) - setting.read(evaluate(f_other))
        q = setting.read(evaluate(g)) - setting.read(evaluate(g_other))
    except LIMITS:
        return None
    for c in _scales(p, q, {variable, other})[:MAX_RATIOS]:
        scale = c if sign > 0 else Mul(-1, c)
        try:
            positive = by_inequality(Relation("<", ZERO, scale), hypotheses)
            rest = g_other - Mul(c, f_other)
            line = by_normal_form(g, Add(Mul(c, f), rest), hypotheses, independence)
            return same_order(line, positive, [variable], (f, rest))
        except KernelError:
            continue
    return None


def _scales(p: Poly, q: Poly, variables: set[Symbol]) -> list[Term]:
    """Quotients of a monomial of ``q`` by one of ``p`` that are free of the variables, as terms."""
    from derive.normal_form.decide import _ratios

    found = []
    for ratio in _ratios(q, p):
        if variables.isdisjoint(ratio.atoms):
            value = _term(ratio)
            if value is not None:
                found.append(value)
    return found


def _term(p: Poly) -> Term | None:
    """A monomial of plain symbols, sizes and numbers as a term."""
    (m, c), *rest = p.terms
    parts: list[Any] = [Num(c)]
    for b, e in m.factors:
        if not isinstance(e, Fraction) or not isinstance(b, Atom) or rest:
            return None
        base: Any = None
        if b.head == "entry":
            base = Entry(*b.parts)
        elif b.head == "int":
            base = IntValue(b.parts[0])
        elif b.head == "num":
            base = Num(b.parts[0])
        elif b.head == "pi":
            base = PI
        if base is None:
            return None
        parts.append(Pow(base, e))
    return Mul(*parts)
