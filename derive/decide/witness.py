"""Refutation by a witness: a concrete assignment inside all assumptions at which a relation certainly fails, made as
simple as it goes.

Nothing is concluded from a failed attempt. A witness is believed only when the hypotheses hold at it, both sides are
defined, no convention (0 log 0, a real 0^0) was used, and the difference is confirmed: exactly or by balls that do not
overlap, with derivatives taken a second time by differences, and with a wide margin at two precisions where a value is
numerical.

>>> from derive.terms import Relation, Symbol, sqrt, term
>>> x = Symbol("x")
>>> print(find_witness(Relation("=", sqrt(x ** 2), term(x)), Assumptions()).sentence())
x = -1:   left 1, right -1
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from time import monotonic
from typing import Any

from flint import arb, fmpq

from derive.decide.witness_compare import Sides, sides
from derive.decide.witness_confirm import CONFIRM, SCREEN, confirmed, failure, shrunk
from derive.decide.witness_plan import MET, satisfied_always
from derive.decide.witness_problem import Problem, problem, sample, size_choices
from derive.decide.witness_sample import Assumptions, Draft, NoSample
from derive.evaluate import Indeterminate, Undefined, raw_value
from derive.evaluate.numbers import ball, fraction
from derive.terms import Arr, Entry, Relation, Size, Symbol, Term, children
from derive.terms.term import Expectation

NOWHERE = "the sides are not defined at the points tried"

__all__ = [
    "NOWHERE", "Assumptions", "Check", "NoSample", "Search", "Witness", "find_witness", "is_nowhere_defined", "one_random_check", "search",
]  # fmt: skip


@dataclass(frozen=True)
class Witness:
    """An assignment at which a relation fails. Values are ints, strings of rationals, ~6 digits where irrational, or
    nested lists.
    """

    sizes: dict[str, int]
    values: dict[str, Any]
    indices: dict[str, int]
    lhs: str
    rhs: str
    entry: tuple[int, ...] = ()

    def json(self) -> dict[str, Any]:
        """The counterexample of a verify report; for arrays with the entry at which the sides differ."""
        found: dict[str, Any] = {
            "sizes": self.sizes,
            "values": {**self.values, **self.indices},
            "lhs": self.lhs,
            "rhs": self.rhs,
        }
        return found | ({"entry": list(self.entry)} if self.entry else {})

    def sentence(self) -> str:
        """``K = 2, z = (0, 0), y = (1, 0), k = 1:   left -1/2, right 1/2``."""
        parts = [f"{k} = {v}" for k, v in self.sizes.items()]
        parts += [f"{k} = {_text(v)}" for k, v in self.values.items()]
        parts += [f"{k} = {v}" for k, v in self.indices.items()]
        if self.entry:
            parts.append(f"entry {self.entry[0] if len(self.entry) == 1 else self.entry}")
        return f"{', '.join(parts) or 'always'}:   left {self.lhs}, right {self.rhs}"


def _observed(relation: Relation, symbol: Symbol) -> bool:
    """Does a random symbol stand outside every expectation over it?"""

    def free(node: Any) -> bool:
        if isinstance(node, Expectation) and symbol not in node.given:
            return False
        if isinstance(node, Expectation) or (isinstance(node, Entry) and node.symbol is symbol):
            return True
        return any(map(free, children(node)))

    return free(relation.lhs) or free(relation.rhs)


def _text(value: Any) -> str:
    if isinstance(value, dict) and "law" in value:
        law = f"N({_text(value['mean'])}, {_text(value['variance'])})"
        return law + (f", observed {_text(value['observed'])}" if "observed" in value else "")
    if isinstance(value, dict):
        chances = zip(value["outcomes"], value["probabilities"], strict=True)
        text = " or ".join(f"{_text(x)} with probability {w}" for x, w in chances)
        return text + (f", observed {_text(value['observed'])}" if "observed" in value else "")
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
    drawn = sorted((s for s in task.symbols if s.kind == "random"), key=lambda s: s.name)
    random = [s for s in drawn if s not in task.assumptions.normal]
    for s in drawn:
        values[s.name] = []
    masses: list[fmpq] = []
    seen: list[Any] = []
    for weight, atom in frame.law.atoms if frame.law is not None else ():
        outcome = [
            _shown(raw_value(v, frame, draft.integers()) if isinstance(v, Term | Arr) else v)
            for v in map(atom.get, random)
        ]
        if outcome in seen:
            masses[seen.index(outcome)] += weight
        else:
            seen.append(outcome)
            masses.append(weight)
    for k, s in enumerate(random):
        values[s.name] = {"outcomes": [o[k] for o in seen], "probabilities": [_shown(w) for w in masses]}
    for s in drawn:
        if s not in random:  # drawn from a finite law with its moments, but what it stands for is its own
            mean, spread = (_shown(raw_value(v, frame, draft.integers())) for v in task.assumptions.normal[s])
            values[s.name] = {"law": "normal", "mean": mean, "variance": spread}
        if _observed(task.relation, s):
            values[s.name]["observed"] = _shown(frame.values[s])
    for f, function in draft.functions.items():
        entries = [function.text(e) for e in function.pieces]
        values[f.name] = entries[0] if len(entries) == 1 else entries
    shown = [str(_shown(x)) if isinstance(x, fmpq) else _digits(x) for x in (pair.left, pair.right)]
    indices = {i.name: v for i, v in sorted(draft.indices.items(), key=lambda t: t[0].name)}
    return Witness({s.name: n for s, n in draft.sizes.items()}, values, indices, shown[0], shown[1], pair.entry)


@dataclass(frozen=True)
class Search:
    """What a search found. ``witness`` refutes the relation. ``suspect`` only shows that it fails unless what is
    undeclared helps.

    ``samples`` counts the assignments that satisfied all hypotheses (0: possibly vacuous), ``reason`` says why there is
    no witness.
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
    choices = size_choices(task)
    samples, doubts = 0, 0
    rounds = (6, 12, 24, 48, 96) if task.sizes or task.symbols or task.indices else (1,)
    for number, tries in enumerate(rounds):
        live = []
        for sizes in choices:
            met = 0
            for attempt in range(tries):
                if monotonic() > deadline:
                    return _nothing(task, samples, doubts, "the time is up")
                found = sample(task, sizes, 0 if attempt < 2 and number == 0 else min(number + attempt % 2, 2), rng)
                if found is None:
                    continue
                met += 1
                draft, grade = found
                if grade != MET or failure(task, draft) is None:
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
    original = failure(task, draft)
    if original is None or confirmed(task, draft, original.entry) is None:
        return None
    for candidate in (shrunk(task, draft, rng, deadline), draft):
        seen = failure(task, candidate)
        pair = None if seen is None else confirmed(task, candidate, seen.entry)
        if pair is not None and satisfied_always(candidate, task.plan):
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


def one_random_check(
    relation: Relation,
    context: Assumptions,
    seed: int = 0,
    sizes: dict[Size, int] | None = None,
    tries: int = 16,
    moments: bool = True,
) -> Check:
    """Evaluate both sides at one random point inside the assumptions (of given or random sizes), and compare.

    Without ``moments`` the point need not satisfy what is known of the moments of random vectors (`problem`); a difference
    there refutes nothing.  ``holds`` is True when every entry that is defined agrees (at least one must be), False when a difference is
    confirmed, and None with the reason otherwise. Raises ShapeError when the sides have different shapes.
    """
    task = problem(relation, context, moments)
    if task.unsupported:
        return Check(None, task.unsupported)
    rng = Random(seed)
    choices = [sizes] if sizes is not None else size_choices(task)
    telling = [c for c in choices if all(n > 1 for n in c.values())]
    reason = "no values that satisfy all hypotheses were found"
    for attempt in range(tries):
        chosen = rng.choice(telling if telling and attempt < tries // 2 and rng.random() < 0.8 else choices)
        found = sample(task, chosen, min(1 + attempt, 2) if attempt % 2 == 0 else 0, rng)
        if found is None:
            continue
        draft, _ = found
        names = {s.name: n for s, n in chosen.items()}
        seen = failure(task, draft)
        if seen is not None:
            if not moments:
                return Check(False, "the sides differ at a point that may not satisfy all hypotheses", names)
            witness = _report(task, draft, rng, monotonic() + 0.3)
            if witness is not None and task.undeclared:
                return Check(None, f"depends on what is not declared: {', '.join(task.undeclared)}", names)
            if witness is not None:
                return Check(False, "the sides differ", names, witness)
            reason = "a difference that was not confirmed"
            continue
        agreeing = _agreeing(task, draft)
        if agreeing:
            return Check(True, f"{agreeing} entries agree", names)
        reason = NOWHERE
    return Check(None, reason)


def is_nowhere_defined(relation: Relation, context: Assumptions, tries: int = 40) -> bool:
    """Whether the sides have no value at any of many points: an index outside its range, the logarithm of -1, a division by 0.

    What is merely not enclosed may have a value.
    """
    task = problem(relation, context)
    if task.unsupported:
        return False
    rng = Random(7)
    choices = size_choices(task)
    seen = 0
    for attempt in range(tries):
        found = sample(task, choices[attempt % len(choices)], attempt % 3, rng)
        if found is None:
            continue
        try:
            frame = found[0].frame(SCREEN)
            pairs = list(sides(task.relation, frame, found[0].integers(), SCREEN))
        except Undefined as error:
            pairs = [error]
        if any(not isinstance(pair, Undefined) or isinstance(pair, Indeterminate) for pair in pairs):
            return False
        seen += bool(pairs)
    return seen >= 5


def _agreeing(task: Problem, draft: Draft) -> int:
    """How many entries are defined on both sides and known to fair precision."""
    try:
        frame = draft.frame(SCREEN)
    except Undefined:
        return 0
    count = 0
    for pair in sides(task.relation, frame, draft.integers(), SCREEN):
        if isinstance(pair, Sides) and all(
            float(ball(x).rad()) <= 1e-4 * (1 + abs(float(ball(x).mid()))) for x in (pair.left, pair.right)
        ):
            count += 1
    return count
