"""Is a failure beyond doubt, and what is its simplest form? Both ask the evaluator again."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from time import monotonic
from typing import Any

from flint import fmpq

from derive.decide.witness_compare import MARGIN, Sides, fails, sides
from derive.decide.witness_hypotheses import Coordinate, coordinates, repair
from derive.decide.witness_plan import MET, satisfied
from derive.decide.witness_problem import Problem
from derive.decide.witness_sample import Draft, Unsampled, complexity, leaves, pool
from derive.evaluate import SmoothFunction, Undefined
from derive.evaluate.frame import affine_value
from derive.evaluate.functions import Piece
from derive.evaluate.numbers import ball
from derive.terms import Arr, Index, Symbol, Term
from derive.terms.term import Derivative, Integral, Limit

SCREEN, CONFIRM, DIFFERENCES = 64, 256, 640
NUMERICAL = (96, 160)  # the two precisions at which integrals, limits and infinite sums must agree
INEXACT = frozenset({Integral, Limit})


def failure(task: Problem, draft: Draft) -> Sides | None:
    """The first entry at which the relation seems to fail, by one quick evaluation."""
    try:
        frame = draft.frame(SCREEN)
    except Undefined:
        return None
    for pair in sides(task.relation, frame, draft.integers(), SCREEN):
        if isinstance(pair, Undefined) or frame.session.conventions:
            frame.session.conventions.clear()
            continue
        if fails(task.relation.op, pair.left, pair.right, frame.session.rigorous):
            return pair
    return None


def _at_entry(
    task: Problem, draft: Draft, entry: tuple[int, ...], precision: int, differences: bool = False
) -> tuple[Sides, bool] | None:
    """The sides of one entry, and whether they are rigorous."""
    try:
        frame = draft.frame(precision, differences)
    except Undefined:
        return None
    for pair in sides(task.relation, frame, draft.integers(), precision):
        if isinstance(pair, Sides) and pair.entry == entry:
            return None if frame.session.conventions else (pair, frame.session.rigorous)
        frame.session.conventions.clear()
    return None


def confirmed(task: Problem, draft: Draft, entry: tuple[int, ...]) -> Sides | None:
    """The sides of a failing entry once the failure is beyond doubt, else None."""
    if satisfied(draft, task.plan) != MET:
        return None
    fine = _at_entry(task, draft, entry, CONFIRM if not task.heads & INEXACT else NUMERICAL[1])
    if fine is None or not fails(task.relation.op, fine[0].left, fine[0].right, fine[1]):
        return None
    pair, rigorous = fine
    if not rigorous:
        coarse = _at_entry(task, draft, entry, NUMERICAL[0])
        if coarse is None or not (_near(coarse[0].left, pair.left) and _near(coarse[0].right, pair.right)):
            return None
    if Derivative in task.heads:
        other = _at_entry(task, draft, entry, DIFFERENCES, differences=True)
        if other is None or not (_near(other[0].left, pair.left) and _near(other[0].right, pair.right)):
            return None
    return pair


def _near(a: Any, b: Any) -> bool:
    gap = abs(ball(a) - ball(b)).abs_upper()
    return bool(gap < MARGIN / 100 * (1 + abs(float(ball(b).mid()))))


def shrunk(task: Problem, draft: Draft, rng: Random, deadline: float) -> Draft:
    """The draft with simpler numbers and indices, still failing and still inside the assumptions."""
    changed = True
    while changed and monotonic() < deadline:
        changed = False
        for simpler in _simpler(task, draft):
            if monotonic() > deadline:
                break
            if repair_and_fail(task, draft, simpler, rng):
                draft, changed = simpler, True
                break
    return draft


def repair_and_fail(task: Problem, old: Draft, new: Draft, rng: Random) -> bool:
    """Does the simpler draft, repaired, meet the hypotheses, still fail, and is it indeed simpler?"""
    try:
        if repair(new, task.plan, rng, rounds=1) != MET or _weight(new) >= _weight(old):
            return False
        return failure(task, new) is not None
    except Unsampled:
        return False


def _simpler(task: Problem, draft: Draft) -> Iterator[Draft]:
    for index, present in draft.indices.items():
        for lower in range(max(present - 3, 0), present):
            trial = draft.copy()
            trial.indices[index] = lower
            if _inside(trial, index):
                yield trial
    yield from _plainer_functions(draft)
    symbols = sorted({*draft.values, *(s for g in draft.groups for s in g.atoms[0])}, key=lambda s: s.name)
    free = [c for s in symbols if s in draft.values and not s.properties for c in coordinates(draft, s)]
    for number in (fmpq(0), fmpq(1)):
        trial = draft.copy()
        for c in free:
            c.set(trial, number)
        yield trial
    for symbol in symbols:
        where = coordinates(draft, symbol)
        if len(where) > 1 and where[0].group < 0 and not symbol.properties:
            yield from _all_equal(draft, symbol, where)
    for symbol in symbols:
        for c in coordinates(draft, symbol):
            now = c.get(draft)
            for candidate in pool(symbol.domain)[:8]:
                value = fmpq(candidate.numerator, candidate.denominator)
                if complexity(value) < complexity(now):
                    trial = draft.copy()
                    c.set(trial, value)
                    yield trial


def _plainer_functions(draft: Draft) -> Iterator[Draft]:
    """Drafts in which one function is a plain power or exponential of the sum of its arguments."""
    one = fmpq(1)
    for symbol, function in draft.functions.items():
        wanted = symbol.properties
        for degree in (1, 2, 3, None):
            if (
                ("odd" in wanted and degree not in (1, 3))
                or ("even" in wanted and degree != 2)
                or (wanted & {"convex", "perhaps convex"} and degree == 3)
                or ("increasing" in wanted and degree == 2)
            ):
                continue
            pieces: dict[tuple[int, ...], tuple[Piece, ...]] = {
                e: (Piece(one, (one,) * len(p[0].slopes), degree),) for e, p in function.pieces.items()
            }
            trial = draft.copy()
            trial.functions = {**draft.functions, symbol: SmoothFunction(function.arguments, function.shape, pieces)}
            yield trial


def _all_equal(draft: Draft, symbol: Symbol, where: list[Coordinate]) -> Iterator[Draft]:
    for candidate in pool(symbol.domain)[:2]:
        trial = draft.copy()
        for c in where:
            c.set(trial, fmpq(candidate.numerator, candidate.denominator))
        yield trial


def _inside(draft: Draft, index: Index) -> bool:
    integers = draft.integers()
    for other, value in draft.indices.items():
        if value < affine_value(other.lo)(integers) or (
            other.hi is not None and value > affine_value(other.hi)(integers)
        ):
            return False
    return True


def _weight(draft: Draft) -> tuple[int, ...]:
    numbers = [x for v in draft.values.values() for x in leaves(v)]
    numbers += [
        x for g in draft.groups for a in g.atoms for v in a.values() if not isinstance(v, Term | Arr) for x in leaves(v)
    ]
    parts = [complexity(x) for x in numbers]
    for function in draft.functions.values():
        for pieces in function.pieces.values():
            for piece in pieces:
                parts += [(4, 1, 0), complexity(piece.coefficient), *map(complexity, piece.slopes)]
                parts.append((5 if piece.degree is None else piece.degree, 0, 0))
    return (sum(p[0] for p in parts) + sum(draft.indices.values()), sum(p[1] for p in parts), sum(p[2] for p in parts))
