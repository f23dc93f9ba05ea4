"""Hypotheses sorted into definitions and constraints, and the exact test whether a draft meets them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from derive.decide.witness_compare import Integers, certainly, instances, sides
from derive.decide.witness_sample import Assumptions, Definition, Draft, admissible
from derive.evaluate import Undefined
from derive.evaluate.numbers import ball
from derive.normal_form.binders import observed
from derive.terms import (
    Affine,
    Arr,
    Entry,
    Expectation,
    Hypothesis,
    Index,
    Symbol,
    Term,
    Value,
    affine,
    free_indices,
    free_symbols,
    rebuild,
)

PRECISION = 64


@dataclass(frozen=True)
class Plan:
    """Hypotheses divided into definitions (computed, in order) and the others (equations and the rest, to be met).

    Those that are known to hold wherever they are defined need only agree numerically.
    """

    definitions: tuple[Definition, ...]
    equations: tuple[Hypothesis, ...]
    others: tuple[Hypothesis, ...]
    known: frozenset[Hypothesis] = frozenset()


def plan(hypotheses: Sequence[Hypothesis], assumptions: Assumptions) -> Plan:
    """Find the hypotheses that give a symbol its values without a circle; sort them so that each uses only earlier
    ones.
    """
    chosen: dict[Symbol, tuple[Value, frozenset[Symbol]]] = {}
    rest: list[Hypothesis] = []
    for hypothesis in hypotheses:
        for symbol, value in _explicit(hypothesis, assumptions.iid):
            uses = free_symbols(value)
            for used in tuple(uses):
                if used in chosen:
                    uses |= chosen[used][1]
            if (
                symbol in chosen
                or symbol in uses
                or symbol.kind == "random"
                or symbol.properties
                or symbol in assumptions.normal
            ):
                continue
            for other, (v, u) in tuple(chosen.items()):
                if symbol in u:
                    chosen[other] = (v, u | uses)
            if any(s in u for s, (_, u) in chosen.items()):
                rest.append(hypothesis)  # not reached for acyclic choices; kept as a safeguard
                break
            chosen[symbol] = (value, uses)
            break
        else:
            rest.append(hypothesis)
    order: list[Definition] = []
    waiting = dict(chosen)
    while waiting:
        symbol = next(s for s, (v, _) in waiting.items() if free_symbols(v).isdisjoint(waiting))
        order.append(Definition(symbol, waiting.pop(symbol)[0]))
    equations = tuple(h for h in rest if h.relation.op == "=")
    return Plan(tuple(order), equations, tuple(h for h in rest if h.relation.op != "="), assumptions.known)


def _explicit(hypothesis: Hypothesis, iid: frozenset[Symbol] = frozenset()) -> Iterator[tuple[Symbol, Value]]:
    """The symbols of which a hypothesis gives all values, with these values."""
    relation = hypothesis.relation
    if relation.op != "=":
        return
    for target, value in ((relation.lhs, relation.rhs), (relation.rhs, relation.lhs)):
        if (
            isinstance(target, Arr)
            and isinstance(value, Arr)
            and isinstance(target.body, Entry)
            and not hypothesis.schematic
        ):
            symbol = target.body.symbol
            expected = tuple(i + (f - 1) for i, f in zip(target.indices, symbol.first, strict=False))
            plain = all(len(axis) == 1 for axis in (*target.axes, *value.axes))
            if (
                plain
                and target.body.indices == expected
                and target.shape == value.shape == tuple((s,) for s in symbol.shape)
            ):
                yield symbol, value
        elif isinstance(target, Entry) and isinstance(value, Term):
            symbol = target.symbol
            if not target.indices and (one := _alike(value, hypothesis.schematic, iid)) is not None:
                yield symbol, one
            atoms = [a.atom for a in target.indices]
            if set(atoms) == set(hypothesis.schematic) and len(set(atoms)) == len(atoms):
                covered = [
                    i.lo == Affine(f) and i.hi is not None and i.hi - i.lo + 1 == n
                    for i, f, n in zip(atoms, symbol.first, symbol.shape, strict=True)
                ]
                if all(covered):
                    yield symbol, Arr(tuple((i,) for i in atoms), value) if atoms else value


def _alike(value: Term, schematic: tuple[Index, ...], iid: frozenset[Symbol]) -> Value | None:
    """The value at the first index where it is the same at all of them: the index stands only on identical variables."""
    if len(schematic) != 1 or not isinstance(value, Expectation):
        return None
    (i,) = schematic

    def at_first(t: Any) -> Any:
        if isinstance(t, Entry) and t.symbol in iid and t.indices[0] is affine(i):
            return Entry(t.symbol, (i.lo, *t.indices[1:]))
        return rebuild(t, at_first)

    first = at_first(value)
    return None if i in free_indices(first) else first


NOT_MET, NEARLY_MET, MET = 0, 1, 2
FINE = 320  # bits at which an equation between irrational numbers is believed when it holds


def satisfied(draft: Draft, todo: Plan) -> int:
    """Do all domains, properties and hypotheses hold at the draft? MET, NEARLY_MET (a numerical integral or limit
    agrees), NOT_MET.

    Rationals are compared exactly. An equation between irrational values is taken to be met when it holds to 80 digits.
    """
    try:
        frame = draft.frame(PRECISION)
    except Undefined:
        return NOT_MET
    fixed = {**draft.values, **{d.symbol: frame.values[d.symbol] for d in draft.definitions}}
    if not all(admissible(s, v) for s, v in fixed.items()):
        return NOT_MET
    for _, atom in draft.law() if draft.groups else ():
        if not all(isinstance(v, Term | Arr) or admissible(s, v) for s, v in atom.items()):
            return NOT_MET
    grade = _lowest(todo, frame, draft.integers(), PRECISION)
    if grade == NEARLY_MET:
        grade = _lowest(todo, draft.frame(FINE), draft.integers(), FINE)
    return grade


def _lowest(todo: Plan, frame: Any, integers: Integers, precision: int) -> int:
    grade = MET
    for h in (*todo.equations, *todo.others):
        found = _grade(h, frame, integers, precision)
        grade = min(grade, MET if found == NEARLY_MET and h in todo.known else found)
    return grade


def satisfied_always(draft: Draft, todo: Plan) -> bool:
    """Do the hypotheses about random values hold at every outcome of the law, as a reader takes them?"""
    about = [h for h in (*todo.equations, *todo.others) if _random(h)]
    if not about:
        return True
    for outcome in range(len(draft.law())):
        frame = replace(draft.copy(), outcome=outcome).frame(PRECISION)
        if any(_grade(h, frame, draft.integers(), PRECISION) == NOT_MET for h in about):
            return False
    return True


def _random(h: Hypothesis) -> bool:
    return any(s.kind == "random" for side in (h.relation.lhs, h.relation.rhs) for s in observed(side))


def _grade(hypothesis: Hypothesis, frame: Any, integers: Integers, precision: int) -> int:
    grade = MET
    frame.session.rigorous = True
    for instance in instances(hypothesis, integers):
        for pair in sides(hypothesis.relation, frame, instance, precision):
            if isinstance(pair, Undefined):
                return NOT_MET
            if not certainly(hypothesis.relation.op, pair.left, pair.right):
                if hypothesis.relation.op != "=":
                    return NOT_MET
                gap = abs(ball(pair.left) - ball(pair.right)).abs_upper()
                if not gap < (1e-80 if precision == FINE and frame.session.rigorous else 1e-9):
                    return NOT_MET
                if precision < FINE or not frame.session.rigorous:
                    grade = NEARLY_MET
    return grade


def violated(hypothesis: Hypothesis, frame: Any, integers: Integers) -> bool:
    return _grade(hypothesis, frame, integers, PRECISION) == NOT_MET
