"""Refutation by a witness: a concrete assignment inside all assumptions at which a relation certainly fails, made as simple as it goes.

Nothing is concluded from a failed attempt. A witness is believed only when the hypotheses hold at it, both sides are defined,
no convention (0 log 0, a real 0^0) was used, and the difference is confirmed: exactly or by balls that do not overlap, with
derivatives taken a second time by differences, and with a wide margin at two precisions where a value is numerical.

>>> from derive.terms import Relation, Symbol, sqrt, term
>>> x = Symbol("x")
>>> print(find_witness(Relation("=", sqrt(x ** 2), term(x)), Assumptions()).sentence())
x = -1:   left 1, right -1
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from random import Random
from time import monotonic
from typing import Any

from flint import arb, fmpq

from derive.decide.witness_compare import MARGIN, Sides, fails, sides
from derive.decide.witness_hypotheses import MET, NOT_MET, Coordinate, Plan, coordinates, plan, repair, satisfied
from derive.decide.witness_sample import (
    Assumptions,
    Draft,
    NoSample,
    Unsampled,
    complexity,
    draw_functions,
    draw_groups,
    draw_indices,
    draw_symbol,
    leaves,
    pool,
)
from derive.evaluate import Undefined
from derive.evaluate.numbers import ball, fraction
from derive.terms import Affine, Arr, Entry, FunctionSymbol, Hypothesis, Index, Relation, Size, Symbol, Term, children, free_indices
from derive.terms.substitution import bound_indices
from derive.terms.term import Apply, At, Derivative, Expectation, Integral, Limit

__all__ = ["Assumptions", "Check", "NoSample", "Search", "Witness", "find_witness", "one_random_check", "search"]

SCREEN, CONFIRM, DIFFERENCES = 64, 256, 640
LARGEST_SIZE = 3
HIGHEST_DEGREE = 3  # up to which the two-point law has the moments of a Gaussian


# --- what a step is made of ---------------------------------------------------------------------------------------------------


@dataclass
class Problem:
    """A relation with the hypotheses that bear on it, and everything that needs a value."""

    relation: Relation
    assumptions: Assumptions
    hypotheses: tuple[Hypothesis, ...]
    plan: Plan
    sizes: tuple[Size, ...]
    indices: frozenset[Index]
    symbols: frozenset[Symbol]
    functions: frozenset[FunctionSymbol]
    heads: frozenset[type]
    undeclared: tuple[str, ...]
    unsupported: str = ""


@dataclass
class _Parts:
    sizes: set[Size] = field(default_factory=set)
    symbols: set[Symbol] = field(default_factory=set)
    functions: set[FunctionSymbol] = field(default_factory=set)
    heads: set[type] = field(default_factory=set)

    def affine(self, a: Affine) -> None:
        self.sizes.update(x for x, _ in a.terms if isinstance(x, Size))
        for index in a.indices:
            self.index(index)

    def index(self, index: Index) -> None:
        self.affine(index.lo)
        if index.hi is not None:
            self.affine(index.hi)

    def symbol(self, symbol: Symbol) -> None:
        if symbol not in self.symbols:
            self.symbols.add(symbol)
            for s in symbol.shape:
                self.affine(s)

    def add(self, node: Any, bound: frozenset[Symbol] = frozenset()) -> None:
        self.heads.add(type(node))
        for index in bound_indices(node):
            self.index(index)
        if isinstance(node, Apply):
            self.functions.add(node.function)
            for shape in (*node.function.arguments, node.function.shape):
                for s in shape:
                    self.affine(s)
        if isinstance(node, Entry | Derivative) and node.symbol not in bound:
            self.symbol(node.symbol)
        if isinstance(node, Expectation):
            for s in node.given:
                self.symbol(s)
        for part in _affines(node.fields):
            self.affine(part)
        if isinstance(node, Integral | Limit | At):
            self.add(node.body, bound | {node.symbol})
            for other in (node.lower, node.upper) if isinstance(node, Integral) else (node.point,) if isinstance(node, Limit) else (node.value,):
                self.add(other, bound)
            for s in node.symbol.shape:
                self.affine(s)
        else:
            for child in children(node):
                self.add(child, bound)

    def relation(self, relation: Relation) -> _Parts:
        self.add(relation.lhs)
        self.add(relation.rhs)
        return self


def _affines(fields: tuple[Any, ...]) -> Iterator[Affine]:
    for f in fields:
        if isinstance(f, Affine):
            yield f
        elif isinstance(f, tuple):
            yield from _affines(f)


def problem(relation: Relation, assumptions: Assumptions) -> Problem:
    """Collect what a relation mentions, and the hypotheses connected with it through shared symbols (or about its sizes)."""
    parts = _Parts().relation(relation)
    free = set(free_indices(relation.lhs) | free_indices(relation.rhs))
    waiting = [(h, _Parts().relation(h.relation)) for h in assumptions.hypotheses]
    chosen: list[Hypothesis] = []
    while True:
        for s in tuple(parts.symbols):
            for value in assumptions.normal.get(s, ()) if s.kind == "random" else ():
                parts.add(value)
        near = [
            (h, p) for h, p in waiting
            if p.symbols & parts.symbols or p.functions & parts.functions or (not p.symbols and not p.functions)
        ]  # fmt: skip
        if not near:
            break
        for h, p in near:
            chosen.append(h)
            waiting.remove((h, p))
            parts.relation(h.relation)
            free |= (free_indices(h.relation.lhs) | free_indices(h.relation.rhs)) - set(h.schematic)
            for index in h.schematic:
                parts.index(index)
    for index in tuple(free):
        parts.index(index)
        free.update(index.lo.indices + (index.hi.indices if index.hi is not None else ()))
    order = [h for h in assumptions.hypotheses if h in chosen]
    # Taking a constraint under a derivative is the writer's business: entries of the variable vary freely there.
    names = [s.name for s in parts.symbols if s.kind == "dependent" or s in assumptions.undeclared]
    names += [f.name for f in parts.functions if f in assumptions.undeclared]
    return Problem(
        relation, assumptions, tuple(order), plan(order, assumptions), tuple(sorted(parts.sizes, key=lambda s: s.name)), frozenset(free),
        frozenset(parts.symbols), frozenset(parts.functions), frozenset(parts.heads), tuple(sorted(names)),
        _unsupported(relation, order, assumptions),
    )  # fmt: skip


def _unsupported(relation: Relation, hypotheses: list[Hypothesis], assumptions: Assumptions) -> str:
    """Why nothing may be concluded from samples, or ""."""
    for h in hypotheses:
        if Apply in _Parts().relation(h.relation).heads:
            return "a hypothesis restricts a function"
    for side in (relation.lhs, relation.rhs, *(s for h in hypotheses for s in (h.relation.lhs, h.relation.rhs))):
        if _gaussian_degree(side, assumptions) > HIGHEST_DEGREE:
            return "moments of a Gaussian above the third, or of a function of it, are not sampled"
    return ""


def _gaussian_degree(node: Any, assumptions: Assumptions) -> float:
    """The largest degree in Gaussian symbols under an expectation; infinite for what is no polynomial in them."""
    if not assumptions.normal:
        return 0
    if isinstance(node, Expectation):
        if assumptions.normal.keys() & set(node.given):
            return float("inf")
        return max(_degree(node.body, assumptions), _gaussian_degree(node.body, assumptions))
    return max((_gaussian_degree(c, assumptions) for c in children(node)), default=0)


def _degree(node: Any, assumptions: Assumptions) -> float:
    from derive.terms.term import Add, Mul, Num, Pow, Sum

    if isinstance(node, Entry):
        return int(node.symbol in assumptions.normal)
    degrees = [_degree(c, assumptions) for c in children(node)]
    if not any(degrees) or isinstance(node, Expectation):
        return 0
    if isinstance(node, Add | Sum):
        return max(degrees)
    if isinstance(node, Mul):
        return sum(degrees)
    if isinstance(node, Pow) and isinstance(node.exponent, Num) and node.exponent.value.denominator == 1 and node.exponent.value > 0:
        return degrees[0] * int(node.exponent.value)
    return float("inf")


# --- drafts -------------------------------------------------------------------------------------------------------------------


def _size_choices(task: Problem, largest: int = LARGEST_SIZE) -> list[dict[Size, int]]:
    """All choices of sizes up to ``largest`` (or two above a lower bound), the smallest first."""
    ranges = [range(s.lower, max(largest, s.lower + 1) + 1) for s in task.sizes]
    if len(ranges) > 5:
        ranges = [range(r.start, r.start + 2) for r in ranges]
    choices = sorted(product(*ranges), key=lambda c: (max(c, default=0), sum(c), c)) if len(ranges) <= 9 else []
    return [dict(zip(task.sizes, c, strict=True)) for c in choices]


def _draft(task: Problem, sizes: dict[Size, int], level: int, rng: Random) -> Draft:
    """A choice of everything at these sizes that may still violate hypotheses. Raises Unsampled."""
    defined = {d.symbol for d in task.plan.definitions}
    draft = Draft(dict(sizes), draw_indices(task.indices, sizes, rng), definitions=task.plan.definitions)
    for symbol in sorted(task.symbols, key=lambda s: s.name):
        if symbol not in defined and symbol.kind != "random":
            draft.values[symbol] = draw_symbol(symbol, sizes, level, rng)
    draft.groups = draw_groups(task.symbols, task.assumptions, sizes, level, rng)
    draft.outcome = rng.randint(0, 3)
    draft.functions = draw_functions(task.functions, sizes, level, rng)
    return draft


def _sample(task: Problem, sizes: dict[Size, int], level: int, rng: Random) -> tuple[Draft, int] | None:
    """A draft that meets the hypotheses, with how well; None when this attempt has none."""
    try:
        draft = _draft(task, sizes, level, rng)
        grade = repair(draft, task.plan, rng)
    except Unsampled:
        return None
    return (draft, grade) if grade != NOT_MET else None


# --- judging one draft --------------------------------------------------------------------------------------------------------


def _failure(task: Problem, draft: Draft) -> Sides | None:
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


def _at_entry(task: Problem, draft: Draft, entry: tuple[int, ...], precision: int, differences: bool = False) -> tuple[Sides, bool] | None:
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


def _confirmed(task: Problem, draft: Draft, entry: tuple[int, ...]) -> Sides | None:
    """The sides of a failing entry once the failure is beyond doubt, else None."""
    if satisfied(draft, task.plan) != MET:
        return None
    fine = _at_entry(task, draft, entry, CONFIRM)
    if fine is None or not fails(task.relation.op, fine[0].left, fine[0].right, fine[1]):
        return None
    pair, rigorous = fine
    if not rigorous:
        coarse = _at_entry(task, draft, entry, CONFIRM // 2)
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


# --- simpler ------------------------------------------------------------------------------------------------------------------


def _shrunk(task: Problem, draft: Draft, rng: Random, deadline: float) -> Draft:
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
        return _failure(task, new) is not None
    except Unsampled:
        return False


def _simpler(task: Problem, draft: Draft) -> Iterator[Draft]:
    for index, value in draft.indices.items():
        for lower in range(max(value - 3, 0), value):
            trial = draft.copy()
            trial.indices[index] = lower
            if _inside(trial, index):
                yield trial
    symbols = sorted({*draft.values, *(s for g in draft.groups for s in g.atoms[0])}, key=lambda s: s.name)
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


def _all_equal(draft: Draft, symbol: Symbol, where: list[Coordinate]) -> Iterator[Draft]:
    for candidate in pool(symbol.domain)[:2]:
        trial = draft.copy()
        for c in where:
            c.set(trial, fmpq(candidate.numerator, candidate.denominator))
        yield trial


def _inside(draft: Draft, index: Index) -> bool:
    from derive.evaluate.heads import affine_value

    integers = draft.integers()
    for other, value in draft.indices.items():
        if value < affine_value(other.lo)(integers) or (other.hi is not None and value > affine_value(other.hi)(integers)):
            return False
    return True


def _weight(draft: Draft) -> tuple[int, ...]:
    numbers = [x for v in draft.values.values() for x in leaves(v)]
    numbers += [x for g in draft.groups for a in g.atoms for v in a.values() if not isinstance(v, Term | Arr) for x in leaves(v)]
    parts = [complexity(x) for x in numbers]
    return (sum(p[0] for p in parts) + sum(draft.indices.values()), sum(p[1] for p in parts), sum(p[2] for p in parts))


# --- what is reported ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Witness:
    """An assignment at which a relation fails. Values are ints, strings of rationals, ~6 digits where irrational, or nested lists."""

    sizes: dict[str, int]
    values: dict[str, Any]
    indices: dict[str, int]
    lhs: str
    rhs: str
    entry: tuple[int, ...] = ()

    def json(self) -> dict[str, Any]:
        """The counterexample of a verify report; for arrays with the entry at which the sides differ."""
        found: dict[str, Any] = {"sizes": self.sizes, "values": {**self.values, **self.indices}, "lhs": self.lhs, "rhs": self.rhs}
        return found | ({"entry": list(self.entry)} if self.entry else {})

    def sentence(self) -> str:
        """``K = 2, z = (0, 0), y = (1, 0), k = 1:   left -1/2, right 1/2``."""
        parts = [f"{k} = {v}" for k, v in self.sizes.items()]
        parts += [f"{k} = {_text(v)}" for k, v in self.values.items()]
        parts += [f"{k} = {v}" for k, v in self.indices.items()]
        if self.entry:
            parts.append(f"entry {self.entry[0] if len(self.entry) == 1 else self.entry}")
        return f"{', '.join(parts) or 'always'}:   left {self.lhs}, right {self.rhs}"


def _text(value: Any) -> str:
    return f"({', '.join(map(_text, value))})" if isinstance(value, list) else str(value)


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return [_shown(v) for v in value]
    if isinstance(value, fmpq):
        f = fraction(value)
        return int(f) if f.denominator == 1 else str(f)
    return _digits(value)


def _digits(value: arb) -> str:
    text: str = value.mid().str(6, radius=False)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def _witness(task: Problem, draft: Draft, pair: Sides) -> Witness:
    frame = draft.frame(CONFIRM)
    values: dict[str, Any] = {}
    for s in sorted(task.symbols, key=lambda s: s.name):
        if s.kind != "random":
            values[s.name] = _shown(frame.values[s])
    law = frame.law.atoms if frame.law is not None else ()
    for s in sorted((s for s in task.symbols if s.kind == "random"), key=lambda s: s.name):
        from derive.evaluate import raw_value

        outcomes = [(v, raw_value(a[s], frame, draft.integers()) if isinstance(a[s], Term | Arr) else a[s]) for v, a in law]
        values[s.name] = ", ".join(f"{_text(_shown(x))} with probability {_shown(w)}" for w, x in outcomes)
    for f, function in draft.functions.items():
        entries = [function.text(e) for e in function.pieces]
        values[f.name] = entries[0] if len(entries) == 1 else entries
    shown = [str(_shown(x)) if isinstance(x, fmpq) else _digits(x) for x in (pair.left, pair.right)]
    indices = {i.name: v for i, v in sorted(draft.indices.items(), key=lambda t: t[0].name)}
    return Witness({s.name: n for s, n in draft.sizes.items()}, values, indices, shown[0], shown[1], pair.entry)


@dataclass(frozen=True)
class Search:
    """What a search found. ``witness`` refutes the relation. ``suspect`` only shows that it fails unless what is undeclared helps.

    ``samples`` counts the assignments that satisfied all hypotheses (0: possibly vacuous), ``reason`` says why there is no witness.
    """

    witness: Witness | None
    suspect: Witness | None
    samples: int
    reason: str
    undeclared: tuple[str, ...] = ()

    @property
    def depends_on_undeclared(self) -> bool:
        return self.suspect is not None


def search(relation: Relation, assumptions: Assumptions, budget_s: float = 0.3, seed: int = 0) -> Search:
    """Look for a witness against a relation: smallest sizes and simplest values first, within ``budget_s`` seconds.

    Raises ShapeError when the sides have different shapes at some sizes.
    """
    start = monotonic()
    deadline = start + budget_s
    task = problem(relation, assumptions)
    rng = Random(seed)
    if task.unsupported:
        return Search(None, None, 0, task.unsupported, task.undeclared)
    choices = _size_choices(task)
    samples, doubts = 0, 0
    rounds = (6, 12, 24, 48, 96) if task.sizes or task.symbols or task.indices else (1,)
    for number, tries in enumerate(rounds):
        live = []
        for sizes in choices:
            met = 0
            for attempt in range(tries):
                if monotonic() > deadline:
                    return _nothing(task, samples, doubts, "the time is up")
                found = _sample(task, sizes, 0 if attempt < 2 and number == 0 else min(number + attempt % 2, 2), rng)
                if found is None:
                    continue
                met += 1
                draft, grade = found
                if grade != MET or _failure(task, draft) is None:
                    continue
                reported = _report(task, draft, rng, deadline + budget_s)
                if reported is None:
                    doubts += 1
                    if doubts > 8:
                        return _nothing(task, samples + met, doubts, "differences that were not confirmed")
                elif task.undeclared:
                    return Search(None, reported, samples + met, "depends on what is not declared", task.undeclared)
                else:
                    return Search(reported, None, samples + met, "")
            samples += met
            if met or number == 0:
                live.append(sizes)
        choices = live
    return _nothing(task, samples, doubts, "no difference was found")


def _report(task: Problem, draft: Draft, rng: Random, deadline: float) -> Witness | None:
    """The witness of a failing draft: shrunk when the shrunk one is confirmed too, else as it is."""
    original = _failure(task, draft)
    if original is None or _confirmed(task, draft, original.entry) is None:
        return None
    for candidate in (_shrunk(task, draft, rng, deadline), draft):
        seen = _failure(task, candidate)
        pair = None if seen is None else _confirmed(task, candidate, seen.entry)
        if pair is not None:
            return _witness(task, candidate, pair)
    return None


def _nothing(task: Problem, samples: int, doubts: int, reason: str) -> Search:
    if not samples:
        reason = "no values that satisfy all hypotheses were found"
    elif doubts:
        reason = "differences that were not confirmed"
    return Search(None, None, samples, reason, task.undeclared)


def find_witness(relation: Relation, context: Assumptions, budget_s: float = 0.3, seed: int = 0) -> Witness | None:
    """A witness that refutes the relation, or None. Raises NoSample when no assignment satisfied the hypotheses.

    A failure that rests on something undeclared is no witness; `search` tells it apart.
    """
    found = search(relation, context, budget_s, seed)
    if not found.samples and found.reason.startswith("no values"):
        raise NoSample(found.reason)
    return found.witness


@dataclass(frozen=True)
class Check:
    """The outcome of evaluating a relation at one random point: ``holds`` is None where nothing could be concluded."""

    holds: bool | None
    reason: str
    sizes: dict[str, int] = field(default_factory=dict)
    witness: Witness | None = None


def one_random_check(relation: Relation, context: Assumptions, seed: int = 0, sizes: dict[Size, int] | None = None, tries: int = 6) -> Check:
    """Evaluate both sides at one random point inside the assumptions (of given or random sizes), and compare.

    ``holds`` is True when every entry that is defined agrees (at least one must be), False when a difference is confirmed, and
    None with the reason otherwise. Raises ShapeError when the sides have different shapes.
    """
    task = problem(relation, context)
    if task.unsupported:
        return Check(None, task.unsupported)
    rng = Random(seed)
    choices = [sizes] if sizes is not None else _size_choices(task)
    reason = "no values that satisfy all hypotheses were found"
    for attempt in range(tries):
        chosen = rng.choice(choices)
        found = _sample(task, chosen, min(1 + attempt, 2) if attempt % 2 == 0 else 0, rng)
        if found is None:
            continue
        draft, _ = found
        names = {s.name: n for s, n in chosen.items()}
        seen = _failure(task, draft)
        if seen is not None:
            witness = _report(task, draft, rng, monotonic() + 0.3)
            if witness is not None:
                return Check(False, "the sides differ", names, witness)
            reason = "a difference that was not confirmed"
            continue
        agreeing = _agreeing(task, draft)
        if agreeing:
            return Check(True, f"{agreeing} entries agree", names)
        reason = "the sides are not defined at the points tried"
    return Check(None, reason)


def _agreeing(task: Problem, draft: Draft) -> int:
    """How many entries are defined on both sides and known to fair precision."""
    try:
        frame = draft.frame(SCREEN)
    except Undefined:
        return 0
    count = 0
    for pair in sides(task.relation, frame, draft.integers(), SCREEN):
        if isinstance(pair, Sides) and all(float(ball(x).rad()) <= 1e-4 * (1 + abs(float(ball(x).mid()))) for x in (pair.left, pair.right)):
            count += 1
    return count
