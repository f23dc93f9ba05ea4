"""Make a draft satisfy its hypotheses: definitions are computed, linear constraints solved, the rest repaired or
rejected.

Every repair is a guess; `satisfied` decides afterwards, exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Any

from flint import fmpq, fmpq_mat

from derive.decide.witness_compare import Integers, entries, instances, sides
from derive.decide.witness_plan import NOT_MET, PRECISION, Plan, satisfied, violated
from derive.decide.witness_sample import (
    Draft,
    Place,
    admissible,
    draw,
    filled,
    orthogonal,
    pool,
)
from derive.evaluate import Undefined, raw_value
from derive.terms import Arr, Hypothesis, Symbol, Term, free_symbols


@dataclass(frozen=True)
class Coordinate:
    """One number of a draft: an entry of a symbol (mirrored entries together), or of an atom of a law."""

    symbol: Symbol
    places: tuple[Place, ...]
    group: int = -1
    atom: int = -1

    def get(self, draft: Draft) -> Any:
        value = draft.values[self.symbol] if self.group < 0 else draft.groups[self.group].atoms[self.atom][self.symbol]
        for k in self.places[0]:
            value = value[k]
        return value

    def set(self, draft: Draft, number: Any) -> None:
        store = draft.values if self.group < 0 else draft.groups[self.group].atoms[self.atom]
        for place in self.places:
            store[self.symbol] = _replaced(store[self.symbol], place, number)


def _replaced(value: Any, place: Place, number: Any) -> Any:
    if not place:
        return number
    return [*value[: place[0]], _replaced(value[place[0]], place[1:], number), *value[place[0] + 1 :]]


def _places(value: Any) -> Iterator[Place]:
    if isinstance(value, list):
        for k, part in enumerate(value):
            for rest in _places(part):
                yield (k, *rest)
    else:
        yield ()


def coordinates(draft: Draft, symbol: Symbol) -> list[Coordinate]:
    """The numbers of a symbol that may be changed one by one; none for an orthogonal matrix, a one-hot vector or a Gaussian."""
    if "one_hot" in symbol.properties:
        return []
    if symbol in draft.values:
        if "orthogonal" in symbol.properties:
            return []
        return [Coordinate(symbol, places) for places in _classes(symbol, draft.values[symbol])]
    found = []
    for g, group in enumerate(draft.groups):
        for a, atom in enumerate(group.atoms):
            if symbol in atom and not isinstance(atom[symbol], Term | Arr):
                found += [Coordinate(symbol, (p,), g, a) for p in _places(atom[symbol])]
    return found


def _classes(symbol: Symbol, value: Any) -> Iterator[tuple[Place, ...]]:
    wanted = symbol.properties
    mirrored = bool(wanted & {"symmetric", "positive_definite", "positive_semidefinite"})
    for place in _places(value):
        if len(place) >= 2 and wanted:
            *head, i, j = place
            if (
                ("diagonal" in wanted and i != j)
                or ("lower_triangular" in wanted and j > i)
                or ("upper_triangular" in wanted and j < i)
            ):
                continue
            if mirrored and i != j:
                if i < j:
                    yield (place, (*head, j, i))
                continue
        yield (place,)


def repair(draft: Draft, todo: Plan, rng: Random, rounds: int = 4, pinned: frozenset[Symbol] = frozenset()) -> int:
    """Change the draft until it satisfies everything; how far that was reached. Symbols ``pinned`` are changed last."""
    grade = satisfied(draft, todo)
    if grade or not (todo.equations or todo.others):
        return grade
    for _ in range(rounds):
        try:
            frame = draft.frame(PRECISION)
        except Undefined:
            return NOT_MET
        for hypothesis in (*todo.equations, *todo.others):
            if violated(hypothesis, frame, draft.integers()):
                (_mend_equation if hypothesis.relation.op == "=" else _mend_inequality)(
                    draft, hypothesis, todo, rng, pinned
                )
                try:
                    frame = draft.frame(PRECISION)
                except Undefined:
                    return NOT_MET
        grade = satisfied(draft, todo)
        if grade:
            return grade
    return NOT_MET


def _reaches(draft: Draft, hypothesis: Hypothesis) -> frozenset[Symbol]:
    """The symbols a hypothesis depends on, also through definitions."""
    found = set(free_symbols(hypothesis.relation.lhs) | free_symbols(hypothesis.relation.rhs))
    for definition in reversed(draft.definitions):
        if definition.symbol in found:
            found |= free_symbols(definition.value)
    return frozenset(found)


def _changeable(draft: Draft, hypothesis: Hypothesis, rng: Random, pinned: frozenset[Symbol]) -> list[Symbol]:
    symbols = sorted((s for s in _reaches(draft, hypothesis) if coordinates(draft, s)), key=lambda s: s.name)
    rng.shuffle(symbols)
    return sorted(symbols, key=lambda s: (s in pinned, bool(s.properties)))


def _residuals(draft: Draft, hypotheses: Sequence[Hypothesis]) -> list[Any] | None:
    """Left minus right of every instance, or None where one is undefined or irrational."""
    try:
        frame = draft.frame(PRECISION)
    except Undefined:
        return None
    found = []
    for hypothesis in hypotheses:
        for instance in instances(hypothesis, draft.integers()):
            for pair in sides(hypothesis.relation, frame, instance, PRECISION):
                if isinstance(pair, Undefined) or not (isinstance(pair.left, fmpq) and isinstance(pair.right, fmpq)):
                    return None
                found.append(pair.left - pair.right)
    return found


def _mend_equation(draft: Draft, hypothesis: Hypothesis, todo: Plan, rng: Random, pinned: frozenset[Symbol]) -> None:
    symbols = _changeable(draft, hypothesis, rng, pinned)
    for symbol in symbols:
        together = [h for h in todo.equations if symbol in _reaches(draft, h)]
        for method in (_by_values, _by_linear_system, _by_special_value):
            trial = draft.copy()
            if method(trial, symbol, together, rng) and all(x == 0 for x in _residuals(trial, together) or [1]):
                draft.values, draft.groups = trial.values, trial.groups
                return


def _by_values(draft: Draft, symbol: Symbol, equations: list[Hypothesis], rng: Random) -> bool:
    """Try all values of a symbol whose entries take few values (one-hot rows, labels)."""
    values = symbol.domain.values
    where = coordinates(draft, symbol)
    if values is None or len(values) ** len(where) > 600:
        return False
    choices = list(product([fmpq(v.numerator, v.denominator) for v in values], repeat=len(where)))
    rng.shuffle(choices)
    for choice in choices:
        for c, v in zip(where, choice, strict=True):
            c.set(draft, v)
        if all(x == 0 for x in _residuals(draft, equations) or [1]):
            return True
    return False


def _system(
    draft: Draft, where: list[Coordinate], equations: list[Hypothesis], rng: Random
) -> tuple[fmpq_mat, list[Any]] | None:
    """The matrix of the equations in the coordinates and the residuals, or None when they are not affine."""
    start = [c.get(draft) for c in where]
    base = _residuals(draft, equations)
    if base is None or not base:
        return None
    columns = []
    for c, x in zip(where, start, strict=True):
        c.set(draft, x + 1)
        moved = _residuals(draft, equations)
        c.set(draft, x)
        if moved is None:
            return None
        columns.append([m - b for m, b in zip(moved, base, strict=True)])
    steps = [fmpq(rng.randint(2, 5)) for _ in where]
    for c, x, s in zip(where, start, steps, strict=True):
        c.set(draft, x + s)
    moved = _residuals(draft, equations)
    for c, x in zip(where, start, strict=True):
        c.set(draft, x)
    predicted = [
        b + sum((s * col[r] for s, col in zip(steps, columns, strict=True)), fmpq(0)) for r, b in enumerate(base)
    ]
    if moved != predicted:
        return None
    return fmpq_mat(len(base), len(where), [col[r] for r in range(len(base)) for col in columns]), base


def solve(matrix: fmpq_mat, right: list[Any], order: list[int]) -> list[Any] | None:
    """One solution of a linear system (free unknowns 0, the first in ``order`` preferred as pivots), or None."""
    rows, unknowns = matrix.nrows(), matrix.ncols()
    augmented = fmpq_mat(
        rows, unknowns + 1, [matrix[r, k] if k >= 0 else right[r] for r in range(rows) for k in (*order, -1)]
    )
    reduced, rank = augmented.rref()
    result = [fmpq(0)] * unknowns
    for r in range(rank):
        pivot = next(k for k in range(unknowns + 1) if reduced[r, k] != 0)
        if pivot == unknowns:
            return None
        result[order[pivot]] = reduced[r, unknowns]
    return result


def _by_linear_system(draft: Draft, symbol: Symbol, equations: list[Hypothesis], rng: Random) -> bool:
    """Solve the equations that are affine in the entries of one symbol, inside its domain where possible."""
    where = coordinates(draft, symbol)
    if len(where) > 40:
        return False
    found = _system(draft, where, equations, rng)
    if found is None:
        return False
    matrix, base = found
    start = [c.get(draft) for c in where]
    ways: list[Callable[[], list[Any] | None]] = [
        lambda: _scaled(matrix, base, start),
        lambda: _nearest(matrix, base),
        lambda: solve(matrix, [-b for b in base], rng.sample(range(len(where)), len(where))),
        lambda: solve(matrix, [-b for b in base], rng.sample(range(len(where)), len(where))),
    ]
    bounded = symbol.domain.lower is not None or symbol.domain.upper is not None
    for way in ways if bounded else [ways[2], ways[1]]:
        change = way()
        if change is None:
            continue
        for c, x, d in zip(where, start, change, strict=True):
            c.set(draft, x + d)
        whole = draft.values.get(symbol)
        if whole is None or admissible(symbol, whole):
            return True
    return False


def _scaled(matrix: fmpq_mat, base: list[Any], start: list[Any]) -> list[Any] | None:
    """Scale the coordinates of each equation by one factor, which keeps signs: rows that sum to 1."""
    point = list(start)
    for r in range(matrix.nrows()):
        row = [matrix[r, k] for k in range(matrix.ncols())]
        used = [k for k, a in enumerate(row) if a != 0]
        slope = sum((row[k] * point[k] for k in used), fmpq(0))
        now = base[r] + sum((row[k] * (point[k] - start[k]) for k in used), fmpq(0))
        if slope == 0:
            if now != 0:
                return None
            continue
        for k in used:
            point[k] = point[k] * (1 - now / slope)
    return [p - s for p, s in zip(point, start, strict=True)]


def _nearest(matrix: fmpq_mat, base: list[Any]) -> list[Any] | None:
    """The smallest change that solves the equations."""
    gram = matrix * matrix.transpose()
    y = solve(gram, [-b for b in base], list(range(gram.ncols())))
    if y is None:
        return None
    step = matrix.transpose() * fmpq_mat(len(y), 1, y)
    return [step[k, 0] for k in range(matrix.ncols())]


def _by_special_value(draft: Draft, symbol: Symbol, equations: list[Hypothesis], rng: Random) -> bool:
    """Try values of special form: unit vectors, orthonormal columns, projections, random signs, simple numbers."""
    if symbol in draft.values:
        for value in _special(symbol, draft.values[symbol], rng):
            draft.values[symbol] = value
            if all(x == 0 for x in _residuals(draft, equations) or [1]):
                return True
        return False
    return _by_signs(draft, symbol, equations)


def _special(symbol: Symbol, value: Any, rng: Random) -> Iterator[Any]:
    if not isinstance(value, list):
        numbers = [fmpq(v.numerator, v.denominator) for v in pool(symbol.domain)]
        rng.shuffle(numbers)
        yield from numbers
        return
    if not value or (isinstance(value[0], list) and (not value[0] or isinstance(value[0][0], list))):
        return
    rows, columns = len(value), len(value[0]) if isinstance(value[0], list) else 1
    for _ in range(3):
        q = orthogonal(max(rows, columns), rng)
        if not isinstance(value[0], list):
            yield [row[0] for row in q[:rows]]
            continue
        yield [row[:columns] for row in q[:rows]]
        if rows == columns:
            rank = rng.randint(0, rows)
            yield [[sum((q[i][k] * q[j][k] for k in range(rank)), fmpq(0)) for j in range(rows)] for i in range(rows)]
            mirror = orthogonal(rows, rng, symmetric=True)
            yield mirror
    yield (
        filled((rows,), lambda: fmpq(0)) if not isinstance(value[0], list) else filled((rows, columns), lambda: fmpq(0))
    )


def _by_signs(draft: Draft, symbol: Symbol, equations: list[Hypothesis]) -> bool:
    """A random symbol of its own group is m plus or minus c in every entry, m and c scalars of the draft."""
    for group in draft.groups:
        value = group.atoms[0].get(symbol)
        if value is None or len(group.atoms[0]) > 1:
            continue
        places = list(_places(value))
        if len(places) > (2 if group.copies else 4):
            return False
        scalars = [v for s, v in draft.values.items() if not s.shape][:4]
        for centre, spread in product([fmpq(0), *scalars], [fmpq(1), *scalars]):
            group.atoms = []
            for signs in product((1, -1), repeat=len(places)):
                for place, sign in zip(places, signs, strict=True):
                    value = _replaced(value, place, centre + spread * sign)
                group.atoms.append({symbol: value})
            group.weights = [fmpq(1, len(group.atoms))] * len(group.atoms)
            if all(x == 0 for x in _residuals(draft, equations) or [1]):
                return True
    return False


def _mend_inequality(draft: Draft, hypothesis: Hypothesis, todo: Plan, rng: Random, pinned: frozenset[Symbol]) -> None:
    """Move one number of each instance that fails, preferably a scalar, just far enough (and one further for <)."""
    op = hypothesis.relation.op
    symbols = _changeable(draft, hypothesis, rng, pinned)
    symbols.sort(key=lambda s: (s in pinned, len(s.shape)))
    for instance in instances(hypothesis, draft.integers()):
        for _, left, a, right, b in entries(hypothesis.relation, draft.integers() | instance):

            def slack(left: Term = left, a: Integers = a, right: Term = right, b: Integers = b) -> Any:
                try:
                    frame = draft.frame(PRECISION)
                    value = raw_value(right, frame, b, PRECISION) - raw_value(left, frame, a, PRECISION)
                except Undefined:
                    return None
                return value if isinstance(value, fmpq) else None

            now = slack()
            if now is None or (now != 0 if op == "!=" else now > 0 or (now == 0 and op == "<=")):
                continue
            _push(draft, [c for s in symbols for c in coordinates(draft, s)], now, slack, op, rng)


def _push(draft: Draft, where: list[Coordinate], now: Any, slack: Callable[[], Any], op: str, rng: Random) -> None:
    for c in where:
        x = c.get(draft)
        if op == "!=":
            c.set(draft, draw(c.symbol.domain, 1, rng))
            if slack() not in (None, 0):
                return
        else:
            c.set(draft, x + 1)
            moved = slack()
            if moved is not None and moved != now:
                extra = rng.choice((fmpq(0), fmpq(1))) if op == "<=" else fmpq(1)
                c.set(draft, x + (extra - now) / (moved - now))
                after = slack()
                whole = draft.values.get(c.symbol)
                if (
                    after is not None
                    and (after > 0 or (after == 0 and op == "<="))
                    and (whole is None or admissible(c.symbol, whole))
                ):
                    return
        c.set(draft, x)
