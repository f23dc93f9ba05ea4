"""Concrete values that satisfy the declarations: sizes, free indices, symbols with their domains and matrix
properties, functions, laws.

A `Draft` is one such choice. It may still violate hypotheses, which `derive.decide.witness_hypotheses` repairs. Not
trusted: what a draft claims is checked exactly before anything is concluded from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from flint import arb, fmpq, fmpq_mat

from derive.decide import gaussian_laws
from derive.evaluate import Assignment, Law, SmoothFunction, random_function, raw_value
from derive.evaluate.frame import Frame, affine_value
from derive.evaluate.numbers import fraction
from derive.terms import (
    Arr,
    Domain,
    FunctionSymbol,
    Hypothesis,
    Index,
    Size,
    Symbol,
    Term,
    Value,
    free_symbols,
)

Place = tuple[int, ...]


class NoSample(Exception):
    """No choice of values within the budget satisfies all hypotheses."""


class Unsampled(Exception):
    """This choice of sizes allows no value, or this attempt met none."""


@dataclass(frozen=True)
class Assumptions:
    """What may be assumed beside the domains and properties that symbols carry themselves.

    ``independent``: groups of random symbols, independent of each other; random symbols in no group share one joint
    law. ``iid``: random symbols whose entries along the first axis are independent and identically distributed (and
    independent of the rest). ``normal``: mean and variance of Gaussian symbols with independent entries, as values of
    the symbol's shape or terms. ``undeclared``: symbols and functions with which nothing may be refuted (as with
    symbols of kind "dependent"). ``known``: hypotheses that are theorems, for which agreement of numerical values is
    enough.  ``matched``: mean and variance of random numbers with another law, drawn from two values that have them.
    """

    hypotheses: tuple[Hypothesis, ...] = ()
    independent: tuple[tuple[Symbol, ...], ...] = ()
    iid: frozenset[Symbol] = frozenset()
    normal: Mapping[Symbol, tuple[Value, Value]] = field(default_factory=dict)
    undeclared: frozenset[Any] = frozenset()
    known: frozenset[Hypothesis] = frozenset()
    matched: Mapping[Symbol, tuple[Value, Value]] = field(default_factory=dict)


@dataclass(frozen=True)
class Definition:
    """A hypothesis that gives one symbol its values: it holds by construction, also when they are irrational."""

    symbol: Symbol
    value: Value


@dataclass
class Group:
    """An independent part of the law: atoms with weights; ``iid`` repeats a law of one slice of ``symbol`` along its
    first axis.
    """

    weights: list[fmpq]
    atoms: list[dict[Symbol, Any]]
    copies: int = 0

    def expanded(self) -> list[tuple[fmpq, dict[Symbol, Any]]]:
        if not self.copies:
            return list(zip(self.weights, self.atoms, strict=True))
        found = []
        for choice in product(range(len(self.atoms)), repeat=self.copies):
            weight = fmpq(1)
            for c in choice:
                weight *= self.weights[c]
            found.append((weight, {s: [self.atoms[c][s] for c in choice] for s in self.atoms[0]}))
        return found


@dataclass
class Draft:
    """One choice of everything. ``values`` holds nested lists of fmpq for symbols not defined or random."""

    sizes: dict[Size, int]
    indices: dict[Index, int] = field(default_factory=dict)
    values: dict[Symbol, Any] = field(default_factory=dict)
    functions: dict[FunctionSymbol, SmoothFunction] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    outcome: int = 0
    definitions: tuple[Definition, ...] = ()

    def copy(self) -> Draft:
        groups = [replace(g, atoms=[dict(a) for a in g.atoms]) for g in self.groups]
        return replace(self, values=dict(self.values), indices=dict(self.indices), groups=groups)

    def law(self) -> list[tuple[fmpq, dict[Symbol, Any]]]:
        atoms: list[tuple[fmpq, dict[Symbol, Any]]] = [(fmpq(1), {})]
        for group in self.groups:
            atoms = [(w * v, {**a, **b}) for w, a in atoms for v, b in group.expanded()]
        return atoms

    def integers(self) -> dict[Any, int]:
        return {**self.sizes, **self.indices}

    def frame(self, precision: int, differences: bool = False) -> Frame:
        """A frame with the defined symbols computed at this precision. Raises Undefined where a definition is."""
        law = self.law() if self.groups else []
        frame = Assignment(functions=self.functions).frame(differences)
        frame.values.update(self.values)
        late = set(law[0][1]) if law else set()  # what is random, and what is defined by it
        for d in self.definitions:
            if late.isdisjoint(free_symbols(d.value)):
                frame.values[d.symbol] = raw_value(d.value, frame, self.integers(), precision)
            else:
                late.add(d.symbol)
        if law:
            frame.law = Law(tuple(law))
            for symbol, value in frame.law.atoms[self.outcome % len(law)][1].items():
                frame.values[symbol] = (
                    raw_value(value, frame, self.integers(), precision) if isinstance(value, Term | Arr) else value
                )
        for d in self.definitions:
            if d.symbol in late:
                frame.values[d.symbol] = raw_value(d.value, frame, self.integers(), precision)
        return frame


# Simple numbers first; 3/5 and 4/5 lie on the unit circle.
SIMPLE = [Fraction(t) for t in "0 1 -1 2 1/2 -2 -1/2 3 -3 1/3 2/3 3/2 1/4 3/4 3/5 4/5 4 -3/2 -1/3 5/2 5".split()]
UNIT = [Fraction(t) for t in "1/2 1/3 2/3 1/4 3/4 1/5 2/5 3/5 4/5 1/6 5/6 0 1".split()]


def complexity(value: Any) -> tuple[int, int, int]:
    """How complicated a number is to read: 0, 1, -1, 2, 1/2, ..."""
    f = value if isinstance(value, Fraction) else fraction(value)
    return (abs(f.numerator) + f.denominator, f.denominator, int(f < 0)) if f else (0, 0, 0)


def pool(domain: Domain) -> list[Fraction]:
    """Simple numbers inside a domain, the simplest first. Raises Unsampled when none was found."""
    if domain.values is not None:
        found = [v for v in domain.values if domain.contains(v)]
    else:
        found = [v for v in SIMPLE if domain.contains(v)]
        if len(found) < 6:
            found += [v for v in _inside(domain) if v not in found]
    if not found:
        raise Unsampled(f"no value in {domain!r}")
    return found


def _inside(domain: Domain) -> list[Fraction]:
    low, high = domain.lower, domain.upper
    if low is not None and high is not None:
        candidates = [low + (high - low) * u for u in UNIT] + [low + k for k in range(12)]
    elif low is not None:
        candidates = [low + v for v in SIMPLE if v >= 0] + [
            Fraction(-(-low.numerator // low.denominator) + k) for k in range(4)
        ]
    elif high is not None:
        candidates = [high - v for v in SIMPLE if v >= 0] + [
            Fraction(high.numerator // high.denominator - k) for k in range(4)
        ]
    else:
        candidates = []
    return [v for v in candidates if domain.contains(v)]


def draw(domain: Domain, level: int, rng: Random) -> fmpq:
    """A number of the domain: from the few simplest on level 0, from more on level 1, a random rational above."""
    simple = pool(domain)
    if level >= 2 and domain.values is None and not domain.integer:
        for _ in range(4):
            value = Fraction(rng.randint(-24, 24), rng.randint(1, 9))
            if domain.lower is not None and domain.upper is not None:
                value = domain.lower + (domain.upper - domain.lower) * Fraction(rng.randint(1, 18), 19)
            elif domain.lower is not None:
                value = domain.lower + abs(value)
            elif domain.upper is not None:
                value = domain.upper - abs(value)
            if domain.contains(value):
                return fmpq(value.numerator, value.denominator)
    value = rng.choice(simple[:4] if level == 0 else simple)
    return fmpq(value.numerator, value.denominator)


def shape_at(symbol: Symbol, sizes: Mapping[Size, int]) -> tuple[int, ...]:
    shape = tuple(affine_value(s)(dict(sizes)) for s in symbol.shape)
    if any(n < 0 for n in shape):
        raise Unsampled(f"{symbol.name} would have a negative size")
    return shape


def filled(shape: tuple[int, ...], entry: Any) -> Any:
    """A nested list of ``entry()``."""
    return [filled(shape[1:], entry) for _ in range(shape[0])] if shape else entry()


def draw_symbol(symbol: Symbol, sizes: Mapping[Size, int], level: int, rng: Random) -> Any:
    """A value of a symbol inside its domain and with its properties. Raises Unsampled when this attempt has none."""
    shape = shape_at(symbol, sizes)
    if "one_hot" in symbol.properties:
        return one_hot(shape, rng)
    if not symbol.properties:
        return filled(shape, lambda: draw(symbol.domain, level, rng))
    if len(shape) < 2:
        raise Unsampled(f"{symbol.name} is no matrix")
    if len(shape) == 2:
        return _matrix(symbol, shape[0], shape[1], level, rng)
    return filled(shape[:-2], lambda: _matrix(symbol, shape[-2], shape[-1], level, rng))


def one_hot(shape: tuple[int, ...], rng: Random) -> Any:
    """Vectors with one entry 1, along the last axis."""
    if not shape or not shape[-1]:
        raise Unsampled("a one-hot vector has at least one entry")
    if len(shape) > 1:
        return [one_hot(shape[1:], rng) for _ in range(shape[0])]
    hot = rng.randrange(shape[0])
    return [fmpq(int(k == hot)) for k in range(shape[0])]


def _matrix(symbol: Symbol, rows: int, columns: int, level: int, rng: Random) -> list[list[Any]]:
    for _ in range(12):
        matrix = _attempt(symbol, rows, columns, level, rng)
        if has_properties(symbol, matrix):
            return matrix
    raise Unsampled(f"no matrix {symbol.name} with its properties at size {rows} x {columns}")


def _attempt(symbol: Symbol, rows: int, columns: int, level: int, rng: Random) -> list[list[Any]]:
    wanted = symbol.properties
    square = rows == columns
    if not square and wanted - {"full_column_rank", "full_row_rank"}:
        raise Unsampled(f"{symbol.name} is not square at these sizes")
    entries: list[list[Any]] = filled((rows, columns), lambda: draw(symbol.domain, level, rng))
    if "orthogonal" in wanted:
        return orthogonal(rows, rng, diagonal="diagonal" in wanted, symmetric="symmetric" in wanted)
    if (
        wanted & {"positive_definite", "positive_semidefinite"}
        and "diagonal" not in wanted
        and symbol.domain == Domain()
    ):
        return _gram(rows, "positive_definite" in wanted, level, rng)
    for i in range(rows):
        for j in range(columns):
            if (
                ("diagonal" in wanted and i != j)
                or ("lower_triangular" in wanted and j > i)
                or ("upper_triangular" in wanted and j < i)
            ):
                entries[i][j] = fmpq(0)
            elif j < i and wanted & {"symmetric", "positive_definite", "positive_semidefinite"}:
                entries[i][j] = entries[j][i]
    return entries


def _gram(size: int, definite: bool, level: int, rng: Random) -> list[list[Any]]:
    """``L L^T`` with a small L, of full rank when ``definite``."""
    factor = [[draw(Domain(), min(level, 1), rng) if j < i else fmpq(0) for j in range(size)] for i in range(size)]
    for i in range(size):
        factor[i][i] = fmpq(rng.choice((1, 1, 2, 3) if definite else (0, 1, 1, 2)))
    return [[sum((a * b for a, b in zip(r, s, strict=True)), fmpq(0)) for s in factor] for r in factor]


def orthogonal(size: int, rng: Random, diagonal: bool = False, symmetric: bool = False) -> list[list[Any]]:
    """A rational orthogonal matrix: Cayley transform times signs, a reflection when symmetric, signs when diagonal."""
    signs = [fmpq(rng.choice((1, 1, -1))) for _ in range(size)]
    if diagonal or size == 1:
        return [[signs[i] if i == j else fmpq(0) for j in range(size)] for i in range(size)]
    if symmetric:
        v = [fmpq(rng.randint(-2, 2)) for _ in range(size)]
        norm = sum((x * x for x in v), fmpq(0))
        return [[fmpq(int(i == j)) - (2 * v[i] * v[j] / norm if norm else 0) for j in range(size)] for i in range(size)]
    skew = fmpq_mat(size, size)
    for i in range(size):
        for j in range(i):
            skew[i, j] = fmpq(rng.randint(-2, 2), rng.choice((1, 1, 2)))
            skew[j, i] = -skew[i, j]
    unit = fmpq_mat(size, size, [fmpq(int(i == j)) for i in range(size) for j in range(size)])
    q = (unit - skew) * (unit + skew).inv()
    return [[q[i, j] * signs[j] for j in range(size)] for i in range(size)]


def has_properties(symbol: Symbol, matrix: list[list[Any]]) -> bool:
    """Does a matrix of exact rationals have the symbol's properties and domain?"""
    wanted, n, m = symbol.properties, len(matrix), len(matrix[0]) if matrix else 0
    flat = [x for row in matrix for x in row]
    if any(isinstance(x, arb) for x in flat):
        return False
    if symbol.domain != Domain() and not all(symbol.domain.contains(fraction(x)) for x in flat):
        return False
    whole = fmpq_mat(n, m, flat)
    square = n == m
    symmetric = square and whole == whole.transpose()
    pairs = [(i, j) for i in range(n) for j in range(m) if matrix[i][j] != 0]
    return not (
        ("symmetric" in wanted and not symmetric)
        or ("invertible" in wanted and (not square or whole.det() == 0))
        or ("diagonal" in wanted and (not square or any(i != j for i, j in pairs)))
        or ("lower_triangular" in wanted and (not square or any(j > i for i, j in pairs)))
        or ("upper_triangular" in wanted and (not square or any(j < i for i, j in pairs)))
        or ("full_column_rank" in wanted and whole.rank() != m)
        or ("full_row_rank" in wanted and whole.rank() != n)
        or (
            "orthogonal" in wanted
            and (
                not square
                or whole * whole.transpose() != fmpq_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
            )
        )
        or ("positive_definite" in wanted and not (symmetric and _minors(whole, n, strict=True)))
        or ("positive_semidefinite" in wanted and not (symmetric and _minors(whole, n, strict=False)))
    )


def _minors(matrix: fmpq_mat, n: int, strict: bool) -> bool:
    """Sylvester's criterion: leading minors for positive definite, all principal minors for semidefinite."""
    subsets = (
        [list(range(k)) for k in range(1, n + 1)]
        if strict
        else [[i for i in range(n) if b >> i & 1] for b in range(1, 2**n)]
    )
    for chosen in subsets:
        d = fmpq_mat(len(chosen), len(chosen), [matrix[i, j] for i in chosen for j in chosen]).det()
        if d < 0 or (strict and d == 0):
            return False
    return True


def admissible(symbol: Symbol, value: Any) -> bool:
    """Is a value (nested list) in the symbol's domain, and has it its properties? Balls must lie inside certainly."""
    if "one_hot" in symbol.properties:
        if isinstance(value[0], list):
            return all(admissible(symbol, part) for part in value)
        return sorted(value) == [0] * (len(value) - 1) + [1]
    if symbol.properties:
        if isinstance(value, list) and value and isinstance(value[0], list) and isinstance(value[0][0], list):
            return all(admissible(symbol, part) for part in value)
        return has_properties(symbol, value)
    return all(_contains(symbol.domain, x) for x in leaves(value))


def _contains(domain: Domain, x: Any) -> bool:
    if isinstance(x, fmpq):
        return domain.contains(fraction(x))
    if domain.integer or domain.values is not None or (domain.nonzero and not (x > 0 or x < 0)):
        return False
    low, high = domain.lower, domain.upper
    return (low is None or bool(x > fmpq(low.numerator, low.denominator))) and (
        high is None or bool(x < fmpq(high.numerator, high.denominator))
    )


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for part in value:
            yield from leaves(part)
    else:
        yield value


def draw_indices(free: frozenset[Index], sizes: Mapping[Size, int], rng: Random) -> dict[Index, int]:
    """A value of every free index inside its range; ranges may mention other free indices."""
    found: dict[Any, int] = dict(sizes)
    waiting = sorted(free, key=lambda i: i.name)
    while waiting:
        ready = [
            i for i in waiting if not set(i.lo.indices + (i.hi.indices if i.hi is not None else ())) & set(waiting)
        ]
        if not ready:
            raise Unsampled("the ranges of the indices depend on each other")
        for index in ready:
            low = affine_value(index.lo)(found)
            high = low + 2 if index.hi is None else affine_value(index.hi)(found)
            if high < low:
                raise Unsampled(f"the range of {index.name} is empty at these sizes")
            found[index] = rng.randint(low, min(high, low + 4))
            waiting.remove(index)
    return {i: found[i] for i in free}


def draw_functions(
    functions: frozenset[FunctionSymbol], sizes: dict[Size, int], level: int, rng: Random
) -> dict[FunctionSymbol, SmoothFunction]:
    try:
        return {f: random_function(f, sizes, rng, simple=level < 2) for f in sorted(functions, key=lambda f: f.name)}
    except ValueError as error:
        raise Unsampled(str(error)) from None


WEIGHTS = ((1, 1), (1, 2), (1, 3), (1, 1, 1), (1, 2, 3), (1, 1, 2))


def draw_groups(
    symbols: frozenset[Symbol],
    assumptions: Assumptions,
    sizes: Mapping[Size, int],
    level: int,
    rng: Random,
    order: int = 3,
) -> list[Group]:
    """A finite law of the random symbols that respects independence, identical entries and Gaussian moments up to ``order``."""
    groups: list[Group] = []
    rest = sorted((s for s in symbols if s.kind == "random"), key=lambda s: s.name)
    for symbol in [s for s in rest if s in assumptions.normal]:
        law = gaussian_laws.outcomes(symbol, *assumptions.normal[symbol], shape_at(symbol, sizes), order)
        if law is None:
            raise Unsampled("too many Gaussian entries")
        groups.append(Group([w for w, _ in law], [values for _, values in law]))
    for symbol in [s for s in rest if s in assumptions.matched]:
        law = gaussian_laws.matched(symbol, *assumptions.matched[symbol])
        groups.append(Group([w for w, _ in law], [values for _, values in law]))
    rest = [s for s in rest if s not in assumptions.normal and s not in assumptions.matched]
    for symbol in [s for s in rest if s in assumptions.iid and s.shape]:
        weights = _weights(rng)[:2]
        total = sum(weights, fmpq(0))
        shape = shape_at(symbol, sizes)
        slices: list[dict[Symbol, Any]] = [{symbol: _slice(symbol, shape[1:], level, rng)} for _ in weights]
        groups.append(Group([w / total for w in weights], slices, copies=shape[0]))
    rest = [s for s in rest if not (s in assumptions.iid and s.shape)]
    named = [[s for s in group if s in rest] for group in assumptions.independent]
    loose = [s for s in rest if not any(s in group for group in named)]
    for members in [g for g in (*named, loose) if g]:
        weights = _weights(rng)
        groups.append(Group(weights, [{s: draw_symbol(s, sizes, level, rng) for s in members} for _ in weights]))
    if len(groups) > 4:
        raise Unsampled("too many independent random symbols")
    return groups


def _slice(symbol: Symbol, shape: tuple[int, ...], level: int, rng: Random) -> Any:
    if "one_hot" in symbol.properties:
        return one_hot(shape, rng)
    return filled(shape, lambda: draw(symbol.domain, level, rng))


def _weights(rng: Random) -> list[fmpq]:
    chosen = rng.choice(WEIGHTS)
    return [fmpq(w, sum(chosen)) for w in chosen]
