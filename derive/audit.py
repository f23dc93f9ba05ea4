"""Layer 4, the audit: walks a theorem's proof, lists what it rests on by class, and re-checks it with the independent
evaluator.

>>> from derive.kernel import by_normal_form
>>> from derive.terms import Symbol, term
>>> x = term(Symbol("x"))
>>> audit(by_normal_form((x + 1) ** 2, x**2 + 2 * x + 1)).oracles
('normal form',)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from flint import arb

from derive.evaluate import Assignment, Indeterminate, Law, Undefined, evaluate, random_function
from derive.kernel import Theorem
from derive.normal_form.side_conditions import relational, shown
from derive.terms import (
    REAL,
    Affine,
    Arr,
    Entry,
    Equivalent,
    Expectation,
    FunctionSymbol,
    Hypothesis,
    Implies,
    Index,
    IntValue,
    Relation,
    SameOrder,
    Size,
    Symbol,
    Term,
    Universal,
    free_indices,
    free_symbols,
)

MORE = 12  # samples at each choice of sizes where fewer met no condition
LARGEST = 3
TRIES = 40
EVERYWHERE = 500  # places at which a hypothesis is checked


class Disagreement(RuntimeError):
    """A proved theorem fails at a concrete assignment: an error inside derive, never a verdict."""


@dataclass(frozen=True)
class Audit:
    """What a theorem rests on: names of cited axioms, oracles, hypotheses and definitions; how often it was
    re-checked.
    """

    axioms: tuple[str, ...]
    oracles: tuple[str, ...]
    hypotheses: tuple[str, ...]
    definitions: tuple[str, ...]
    checked: int = 0


def audit(theorem: Theorem, samples: int = 2, seed: int = 0) -> Audit:
    """Everything that the proof uses, re-checked at all sizes up to 3. Raises Disagreement when the theorem fails
    somewhere.
    """
    by_kind: dict[str, dict[str, None]] = {"axiom": {}, "oracle": {}, "definition": {}}
    for step in theorem.steps():
        if step.proof.kind in by_kind:
            by_kind[step.proof.kind][step.proof.note if step.proof.kind == "definition" else step.proof.rule] = None
        by_kind["axiom"].update(dict.fromkeys(step.proof.cites))
    return Audit(
        tuple(by_kind["axiom"]),
        tuple(by_kind["oracle"]),
        tuple(h.source or shown(h) for h in theorem.hypotheses),
        tuple(by_kind["definition"]),
        recheck(theorem, samples, seed),
    )


# -- re-checking ------------------------------------------------------------------------------------------------------


@dataclass
class _Parts:
    sizes: set[Size]
    symbols: set[Symbol]
    functions: set[FunctionSymbol]


def recheck(theorem: Theorem, samples: int = 2, seed: int = 0) -> int:
    """How many concrete instances were evaluated, all of them agreeing: every choice of sizes up to 3, random values
    inside
    domains and hypotheses (as far as these can be met by scaling). Raises Disagreement with the assignment. A theorem under
    a hypothesis about all values is not looked at: no number of values shows that functions meet it.
    """
    if any(isinstance(h, Universal) for h in theorem.hypotheses):
        return 0
    return _recheck(_claim(theorem), samples, seed)


def recheck_statement(hypotheses: tuple[Hypothesis, ...], statement: Any, samples: int = 2, seed: int = 0) -> int:
    """The same for a statement that nobody has proved: how tests refute a changed one."""
    return _recheck(_parts_of(hypotheses, statement), samples, seed)


def _recheck(claim: _Claim, samples: int, seed: int) -> int:
    sides = [*claim.sides, *(s for h in claim.hypotheses for s in (h.relation.lhs, h.relation.rhs))]
    parts = _parts(sides)
    sizes = sorted(parts.sizes, key=lambda s: s.name)
    rng = Random(seed)
    agreed = 0
    unknown: list[Indeterminate] = []
    ranges = [range(s.lower, max(LARGEST, s.lower) + 1) for s in sizes]
    if len(sizes) > 3:
        ranges = [range(s.lower, max(2, s.lower) + 1) for s in sizes]
    for values in product(*ranges):
        at = dict(zip(sizes, values, strict=True))
        for _ in range(samples):
            agreed += _instance(claim, at, parts, rng, unknown)
    if not agreed and samples < MORE and len(unknown) < MORE:  # the conditions were met nowhere: look longer
        return _recheck(claim, MORE, seed + 1)
    return agreed


@dataclass(frozen=True)
class _Claim:
    """What a theorem says of concrete values: ``conclusion`` holds where the hypotheses (and premises of an implication) hold."""

    hypotheses: tuple[Hypothesis, ...]
    conclusion: Relation | SameOrder

    @property
    def sides(self) -> tuple[Any, Any]:
        c = self.conclusion
        return (c.left, c.right) if isinstance(c, SameOrder) else (c.lhs, c.rhs)


def _claim(theorem: Theorem) -> _Claim:
    """An equivalence is checked from the right: its right side is mostly a solution, which gives values that satisfy it."""
    return _parts_of(tuple(relational(theorem.hypotheses)), theorem.conclusion)  # `_law` draws independent laws only


def _parts_of(hypotheses: tuple[Hypothesis, ...], c: Any) -> _Claim:
    if isinstance(c, Implies):
        return _Claim((*hypotheses, *(Hypothesis(p) for p in c.premises)), c.conclusion)
    if isinstance(c, Equivalent):
        return _Claim((*hypotheses, Hypothesis(c.right)), c.left)
    return _Claim(hypotheses, c)


def _parts(values: Iterable[Any]) -> _Parts:
    found = _Parts(set(), set(), set())
    seen: set[int] = set()
    stack: list[Any] = list(values)
    while stack:
        top = stack.pop()
        if isinstance(top, tuple | frozenset):
            stack.extend(top)
            continue
        if id(top) in seen or not hasattr(top, "fields"):
            continue
        seen.add(id(top))
        if isinstance(top, Size):
            found.sizes.add(top)
        if isinstance(top, FunctionSymbol):
            found.functions.add(top)
        stack.extend(top.fields)
    for value in values:
        found.symbols |= free_symbols(value)
    return found


def _instance(theorem: _Claim, sizes: dict[Size, int], parts: _Parts, rng: Random, unknown: list[Indeterminate]) -> int:
    """1 when the theorem was evaluated at a random instance of these sizes and holds there, 0 when nothing was."""
    relation, point = theorem.conclusion, _point(theorem, sizes, parts, rng)
    if point is None:
        return 0
    if isinstance(relation, SameOrder):
        return _ordered_alike(theorem, relation, point, parts, rng)
    agreed = 0
    for indices in _index_choices(relation, sizes, rng):
        assignment = replace(point, indices=indices)
        try:
            left, right = evaluate(relation.lhs, assignment), evaluate(relation.rhs, assignment)
        except Indeterminate as error:  # an integral over the line of a random function, say
            unknown.append(error)
            continue
        except (Undefined, LookupError, NotImplementedError):
            continue
        if not _agree(relation.op, left.value, right.value, left.rigorous and right.rigorous):
            raise Disagreement(
                f"{relation.lhs!r} {relation.op} {relation.rhs!r} was proved and fails at {assignment}: "
                f"{left.value} and {right.value}"
            )
        agreed = 1
    return agreed


def _widths(claim: _Claim, values: dict[Symbol, Any]) -> list[Fraction]:
    """What the standard deviation of noise may be that hypotheses speak of: 1, or a number that they mention."""
    sides = [s for h in claim.hypotheses for s in (h.relation.lhs, h.relation.rhs)]
    if not any(isinstance(s, Expectation) for s in sides):
        return []
    mentioned = {s for side in sides for s in free_symbols(side) if not s.shape and s in values}
    return [Fraction(1), *(abs(values[s]) for s in sorted(mentioned, key=lambda s: s.name))]


def _law(random: list[Symbol], sizes: dict[Size, int], rng: Random, widths: list[Fraction]) -> Law | None:
    """A law under which all random symbols, and the places of their first axes, are independent with two values each.

    Where hypotheses give moments (``widths``), the two values are as likely and opposite: mean 0, and one of the widths.
    """
    if not random:
        return None
    atoms: list[tuple[Fraction, dict[Symbol, Any]]] = [(Fraction(1), {})]
    for s in random:
        if widths and s.domain == REAL and not s.properties:
            wide = rng.choice(widths)
            shape = [extent.substitute({k: Affine(v) for k, v in sizes.items()}).constant for extent in s.shape]
            if len(shape) > 1:
                return None
            signs = [
                tuple(sign * wide for sign in choice) for choice in product((1, -1), repeat=shape[0] if shape else 1)
            ]
            each = Fraction(1, len(signs))
            atoms = [(w * each, {**atom, s: list(v) if shape else v[0]}) for w, atom in atoms for v in signs]
            continue
        plain = Symbol(s.name, s.shape, s.domain, s.properties)
        one, two = _draw(plain, sizes, rng), _draw(plain, sizes, rng)
        whole = not s.shape or ("one_hot" in s.properties and len(s.shape) == 1)
        if not whole and rng.random() < 0.5:  # identically distributed places
            one, two = [one[0]] * len(one), [two[0]] * len(two)
        places = 1 if whole else len(one)
        values = [
            (Fraction(1, 3) ** sum(choice) * Fraction(2, 3) ** (places - sum(choice)),
             [(two if c else one)[k] for k, c in enumerate(choice)] if not whole else (two if choice[0] else one))
            for choice in product((0, 1), repeat=places)
        ]  # fmt: skip
        atoms = [(w * v, {**atom, s: value}) for w, atom in atoms for v, value in values]
    return Law(tuple(atoms))


def _ordered_alike(claim: _Claim, order: SameOrder, one: Assignment, parts: _Parts, rng: Random) -> int:
    """1 when two choices of the variables, all else the same, were compared and both objectives order them alike."""
    new = {s: _draw(s, dict(one.sizes), rng) for s in order.variables}
    two = replace(one, symbols={**one.symbols, **new})
    try:
        gaps = [
            _ball(evaluate(side, one).value) - _ball(evaluate(side, two).value) for side in (order.left, order.right)
        ]
    except (Undefined, LookupError, NotImplementedError):
        return 0
    left, right = gaps[0], gaps[1] * order.sign
    if (left > 0 and right < 0) or (left < 0 and right > 0):
        raise Disagreement(
            f"{claim.conclusion!r} was proved and orders {one} and {two} differently: {left} and {right}"
        )
    return int((left > 0 and right > 0) or (left < 0 and right < 0))


def _point(theorem: _Claim, sizes: dict[Size, int], parts: _Parts, rng: Random) -> Assignment | None:
    """Values of symbols and functions at which the hypotheses hold, None when none were found."""
    for _ in range(TRIES if not (parts.functions and theorem.hypotheses) else TRIES // 5):
        fixed = sorted((s for s in parts.symbols if s.kind != "random"), key=lambda s: s.name)
        symbols = {s: _draw(s, sizes, rng) for s in fixed}
        if any(v is None for v in symbols.values()):
            return None
        try:
            functions = {f: random_function(f, sizes, rng) for f in sorted(parts.functions, key=lambda f: f.name)}
        except ValueError:  # properties that no random function is known to have
            return None
        values = _scaled(theorem.hypotheses, symbols, sizes)
        point = _solved(theorem.hypotheses, Assignment(sizes, {}, values, functions), rng)
        if not all(_holds_everywhere(h, point, rng) for h in theorem.hypotheses if not _random(h)):
            continue
        law = _law(sorted(parts.symbols - set(fixed), key=lambda s: s.name), sizes, rng, _widths(theorem, values))
        if law is not None:
            point = _solved(theorem.hypotheses, replace(point, law=law), rng)
        if all(_holds_everywhere(h, point, rng) for h in theorem.hypotheses):
            return point
    return None


def _random(h: Hypothesis) -> bool:
    """Whether a hypothesis is about random symbols, so that it takes a law to check it."""
    return any(s.kind == "random" for s in free_symbols(h.relation.lhs) | free_symbols(h.relation.rhs))


def _holds_everywhere(h: Hypothesis, point: Assignment, rng: Random) -> bool:
    try:
        choices = _index_choices(h.relation, dict(point.sizes), rng, EVERYWHERE)
        return all(_holds(h.relation, replace(point, indices=indices)) for indices in choices)
    except (Undefined, LookupError):
        return False


def _draw(s: Symbol, sizes: dict[Size, int], rng: Random) -> Any:
    """Random small rationals of the symbol's shape inside its domain; None for what is not drawn here."""
    if s.kind == "random" or s.properties - DRAWN:
        return None
    shape = [a.substitute({k: Affine(v) for k, v in sizes.items()}) for a in s.shape]
    if any(not a.is_constant for a in shape):
        return None

    def number() -> Fraction | None:
        for _ in range(60):
            if s.domain.values is not None:
                return rng.choice(s.domain.values)
            x = Fraction(rng.randint(-12, 12), rng.choice((1, 1, 2, 3, 4)) if not s.domain.integer else 1)
            if s.domain.lower is not None and x < s.domain.lower:
                x = s.domain.lower + abs(x) / 4 if not s.domain.integer else s.domain.lower + abs(x)
            if s.domain.upper is not None and s.domain.lower is not None and not s.domain.contains(x):
                x = s.domain.lower + (s.domain.upper - s.domain.lower) * Fraction(rng.randint(1, 9), 10)
            if s.domain.contains(x):
                return x
        return None

    def fill(axes: list[Any]) -> Any:
        if "one_hot" in s.properties and len(axes) == 1:
            hot = rng.randrange(axes[0].constant)
            return [Fraction(k == hot) for k in range(axes[0].constant)]
        return number() if not axes else [fill(axes[1:]) for _ in range(axes[0].constant)]

    value = fill(shape)
    if s.properties & {"positive_definite", "positive_semidefinite"}:
        value = _gram(value)
    elif "orthogonal" in s.properties:
        value = _orthonormal(value)
    elif "symmetric" in s.properties:
        value = [[value[min(i, j)][max(i, j)] for j in range(len(value))] for i in range(len(value))]
    if "diagonal" in s.properties:
        value = [[value[i][j] if i == j else Fraction(0) for j in range(len(value))] for i in range(len(value))]
    return value


DRAWN = frozenset(
    "symmetric invertible diagonal positive_definite positive_semidefinite orthogonal full_column_rank one_hot".split()
)


def _gram(m: list[list[Fraction]]) -> list[list[Fraction]]:
    """The products of the rows, and 1 added on the diagonal: positive definite."""
    rows = range(len(m))
    return [[sum(a * b for a, b in zip(m[i], m[j], strict=True)) + Fraction(int(i == j)) for j in rows] for i in rows]


def _orthonormal(m: list[list[Fraction]]) -> list[list[Fraction]] | None:
    """A rational matrix with orthonormal columns: reflections I - 2 v v^T / v^T v one after another; None when it is too wide."""
    count, width = len(m), len(m[0])
    q = [[Fraction(i == j) for j in range(count)] for i in range(count)]
    for k in range(width):
        v = [row[k] for row in m]
        length = sum(x * x for x in v)
        if length:
            along = [sum(a * b for a, b in zip(row, v, strict=True)) for row in q]
            q = [[x - 2 * a * y / length for x, y in zip(row, v, strict=True)] for row, a in zip(q, along, strict=True)]
    return [row[:width] for row in q] if width <= count else None


def _solved(hypotheses: tuple[Hypothesis, ...], point: Assignment, rng: Random) -> Assignment:
    """Values changed so that hypotheses hold that give entries of a symbol, perhaps from other entries (a recursion)."""
    given = [(h, *e) for h in hypotheses if h.relation.op == "=" and (e := _entry_given(h)) is not None]
    for _ in range(LARGEST + 1 if given else 0):
        for h, entry, body in given:
            for indices in _index_choices(h.relation, dict(point.sizes), rng, EVERYWHERE):
                at = replace(point, indices=indices)
                try:
                    value = evaluate(body, at).value
                    places = [int(evaluate(IntValue(i), at).value) for i in entry.indices]
                except (Undefined, LookupError, NotImplementedError):
                    return point
                if not isinstance(value, Fraction):
                    return point
                point = replace(
                    point, symbols={**point.symbols, entry.symbol: _put(point, entry.symbol, places, value)}
                )
    return point


def _entry_given(h: Hypothesis) -> tuple[Entry, Term] | None:
    """The entry on one side, and the other side, which gives it."""
    left, right = h.relation.lhs, h.relation.rhs
    lhs = left.body if isinstance(left, Arr) else left
    rhs = right.at(*left.indices) if isinstance(left, Arr) and isinstance(right, Arr) else right
    if isinstance(rhs, Arr):
        return None
    if isinstance(lhs, Entry):
        return lhs, rhs
    return (rhs, lhs) if isinstance(rhs, Entry) and rhs.symbol.kind != "random" else None


def _put(point: Assignment, symbol: Symbol, places: list[int], value: Fraction) -> Any:
    def put(old: Any, rest: list[int], first: tuple[int, ...]) -> Any:
        if not rest:
            return value
        k = rest[0] - first[0]
        return [put(v, rest[1:], first[1:]) if j == k else v for j, v in enumerate(old)]

    return put(point.symbols[symbol], places, tuple(symbol.first))


def _scaled(
    hypotheses: tuple[Hypothesis, ...], symbols: dict[Symbol, Any], sizes: dict[Size, int]
) -> dict[Symbol, Any]:
    """Values changed so that hypotheses linear in one vector (sum y = 1) hold: the vector is divided by what it
    gives.
    """
    for h in hypotheses:
        r = h.relation
        if r.op != "=" or h.schematic or isinstance(r.lhs, Arr):
            continue
        mentioned = [s for s in free_symbols(r.lhs) if s.shape and s not in free_symbols(r.rhs)]
        try:
            assignment = Assignment(sizes, {}, symbols)
            got, want = evaluate(r.lhs, assignment).value, evaluate(r.rhs, assignment).value
        except (Undefined, LookupError, KeyError):
            continue
        if len(mentioned) == 1 and isinstance(got, Fraction) and isinstance(want, Fraction) and got and want:
            symbols = {**symbols, mentioned[0]: _times(symbols[mentioned[0]], want / got)}
    return symbols


def _times(value: Any, factor: Fraction) -> Any:
    return [_times(v, factor) for v in value] if isinstance(value, list) else value * factor


def _index_choices(
    relation: Relation, sizes: dict[Size, int], rng: Random, most: int = 12
) -> Iterator[dict[Index, int]]:
    """All values of the free indices, at most a dozen of them (``most``)."""
    own = [s.indices for s in (relation.lhs, relation.rhs) if isinstance(s, Arr)]
    free = sorted(
        free_indices(relation.lhs) | free_indices(relation.rhs) | {i for s in own[:1] for i in s}, key=lambda i: i.name
    )
    ends = {s: Affine(n) for s, n in sizes.items()}
    ranges = []
    for index in free:
        low, high = index.lo.substitute(ends), (index.lo + 3 if index.hi is None else index.hi).substitute(ends)
        if not (low.is_constant and high.is_constant):
            return
        ranges.append(range(low.constant, high.constant + 1))
    choices = list(product(*ranges))
    for values in rng.sample(choices, min(len(choices), most)):
        yield dict(zip(free, values, strict=True))


def _holds(r: Relation, assignment: Assignment) -> bool:
    left, right = evaluate(r.lhs, assignment), evaluate(r.rhs, assignment)
    return _agree(r.op, left.value, right.value, left.rigorous and right.rigorous)


def _agree(op: str, left: Any, right: Any, rigorous: bool) -> bool:
    """False only where the two certainly do not stand in the relation (where numerical: by a wide margin)."""
    if isinstance(left, list) or isinstance(right, list):
        rights = right if isinstance(right, list) else [right] * len(left)
        lefts = left if isinstance(left, list) else [left] * len(rights)
        return len(lefts) == len(rights) and all(_agree(op, a, b, rigorous) for a, b in zip(lefts, rights, strict=True))
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return {"=": left == right, "<=": left <= right, "<": left < right, "!=": left != right}[op]
    gap = _ball(left) - _ball(right)
    if not rigorous:
        gap = gap + arb(0, 1e-6 * (1 + abs(float(_ball(left).mid()))))
    return {"=": gap.contains(0), "<=": not gap > 0, "<": not gap >= 0, "!=": True}[op]


def _ball(value: Any) -> arb:
    return arb(value.numerator) / arb(value.denominator) if isinstance(value, Fraction) else value
