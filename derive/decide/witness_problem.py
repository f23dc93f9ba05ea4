"""What a step is made of: the relation, the hypotheses that bear on it, all that needs a value, and what forbids a
refutation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from random import Random
from typing import Any

from derive.decide.gaussian_laws import HIGHEST_ORDER
from derive.decide.witness_hypotheses import repair
from derive.decide.witness_plan import NOT_MET, Plan, plan
from derive.decide.witness_sample import (
    Assumptions,
    Draft,
    Unsampled,
    draw_functions,
    draw_groups,
    draw_indices,
    draw_symbol,
)
from derive.terms import (
    Affine,
    Entry,
    FunctionSymbol,
    Hypothesis,
    Index,
    Relation,
    Size,
    Symbol,
    Term,
    children,
    free_indices,
    free_symbols,
)
from derive.terms.substitution import bound_indices
from derive.terms.term import Add, Apply, At, Derivative, Expectation, Fn, Integral, Limit, Mul, Num, Pow, Sum

LARGEST_SIZE = 3


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
            for length in symbol.shape:
                self.affine(length)

    def add(self, node: Any, bound: frozenset[Symbol] = frozenset()) -> None:
        self.heads.add(type(node))
        for index in bound_indices(node):
            self.index(index)
        if isinstance(node, Apply):
            self.functions.add(node.function)
            for shape in (*node.function.arguments, node.function.shape):
                for length in shape:
                    self.affine(length)
        if isinstance(node, Entry | Derivative) and node.symbol not in bound:
            self.symbol(node.symbol)
        if isinstance(node, Expectation):
            for s in node.given:
                self.symbol(s)
        for part in _affines(node.fields):
            self.affine(part)
        if isinstance(node, Integral | Limit | At):
            self.add(node.body, bound | {node.symbol})
            for other in (
                (node.lower, node.upper)
                if isinstance(node, Integral)
                else (node.point,)
                if isinstance(node, Limit)
                else (node.value,)
            ):
                self.add(other, bound)
            for length in node.symbol.shape:
                self.affine(length)
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


def problem(relation: Relation, assumptions: Assumptions, moments: bool = True) -> Problem:
    """Collect what a relation mentions, and the hypotheses connected with it through shared symbols (or about its
    sizes).

    Without `moments` the moments of random vectors are left out: they say nothing of a relation between their values, and
    a law that has them is costly to find.
    """
    parts = _Parts().relation(relation)
    free = set(free_indices(relation.lhs) | free_indices(relation.rhs))
    known = assumptions.hypotheses if moments else [h for h in assumptions.hypotheses if not is_vector_moment(h)]
    waiting = [(h, _Parts().relation(h.relation)) for h in known]
    chosen: list[Hypothesis] = []
    while True:
        for s in tuple(parts.symbols):
            for value in assumptions.normal.get(s, assumptions.matched.get(s, ())) if s.kind == "random" else ():
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
    names = [s.name for s in parts.symbols if s.kind == "dependent" or s in assumptions.undeclared]
    names += [f.name for f in parts.functions if f in assumptions.undeclared]
    names += _tied(relation, order)
    names += [*_densities(relation.lhs, False, False), *_densities(relation.rhs, False, False)]
    return Problem(
        relation, assumptions, tuple(order), plan(order, assumptions),
        tuple(sorted(parts.sizes, key=lambda s: s.name)), frozenset(free),
        frozenset(parts.symbols), frozenset(parts.functions), frozenset(parts.heads), tuple(sorted(set(names))),
        _unsupported(relation, order, assumptions),
    )  # fmt: skip


def is_vector_moment(hypothesis: Hypothesis) -> bool:
    """Whether a hypothesis is about a mean over random vectors."""
    left = hypothesis.relation.lhs
    return isinstance(left, Expectation) and any(s.kind == "random" and s.shape for s in free_symbols(left.body))


def has_expectation(relation: Relation) -> bool:
    """Whether a mean stands anywhere in a relation."""
    return Expectation in _Parts().relation(relation).heads


def _tied(relation: Relation, hypotheses: list[Hypothesis]) -> list[str]:
    """Symbols that an equation ties to a variable of differentiation: they may be meant as functions of it, not as
    constants.
    """
    found = []
    for body, variable in (*_derivatives(relation.lhs), *_derivatives(relation.rhs)):
        for h in hypotheses:
            tied = free_symbols(h.relation.lhs) | free_symbols(h.relation.rhs)
            if h.relation.op == "=" and variable in tied:
                found += [s.name for s in (tied & free_symbols(body)) - {variable}]
    return found


def _derivatives(node: Any) -> Iterator[tuple[Term, Symbol]]:
    if isinstance(node, Derivative):
        yield node.body, node.symbol
    for child in children(node):
        yield from _derivatives(child)


def _densities(node: Any, averaged: bool, dividing: bool) -> Iterator[str]:
    """Functions of random symbols that may be meant as their density: under a logarithm, a fraction bar or a
    derivative, in an expectation.
    """
    if (
        isinstance(node, Apply)
        and averaged
        and (dividing or node.partials)
        and any(s.kind == "random" for s in free_symbols(node))
    ):
        yield node.function.name
    averaged = averaged or isinstance(node, Expectation)
    ratio = isinstance(node, Pow) and not (isinstance(node.exponent, Num) and node.exponent.value > 0)
    dividing = dividing or isinstance(node, Derivative) or ratio or (isinstance(node, Fn) and node.name == "log")
    for child in children(node):
        yield from _densities(child, averaged, dividing)


def _unsupported(relation: Relation, hypotheses: list[Hypothesis], assumptions: Assumptions) -> str:
    """Why nothing may be concluded from samples, or ""."""
    parts = _Parts().relation(relation)
    for h in assumptions.hypotheses:
        parts.relation(h.relation)
    for named in (parts.symbols, parts.functions, parts.sizes):
        names = [x.name for x in named]
        double = next((n for n in names if names.count(n) > 1), None)
        if double is not None:
            return f"two different quantities are called {double}"
    for h in hypotheses:
        if Apply in _Parts().relation(h.relation).heads:
            return "a hypothesis restricts a function"
    if gaussian_degree(relation, hypotheses, assumptions) > HIGHEST_ORDER:
        return "moments of a Gaussian above the fifth, or of a function of it, are not sampled"
    return ""


def gaussian_degree(relation: Relation, hypotheses: Sequence[Hypothesis], assumptions: Assumptions) -> float:
    """The largest degree in Gaussian symbols under an expectation of a relation or of what is assumed."""
    sides = (relation.lhs, relation.rhs, *(s for h in hypotheses for s in (h.relation.lhs, h.relation.rhs)))
    return max(_gaussian_degree(side, assumptions) for side in sides) if assumptions.normal else 0


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
    if isinstance(node, Entry):
        return int(node.symbol in assumptions.normal)
    degrees = [_degree(c, assumptions) for c in children(node)]
    if not any(degrees) or isinstance(node, Expectation):
        return 0
    if isinstance(node, Add | Sum):
        return max(degrees)
    if isinstance(node, Mul):
        return sum(degrees)
    if (
        isinstance(node, Pow)
        and isinstance(node.exponent, Num)
        and node.exponent.value.denominator == 1
        and node.exponent.value > 0
    ):
        return degrees[0] * int(node.exponent.value)
    return float("inf")


def size_choices(task: Problem, largest: int = LARGEST_SIZE) -> list[dict[Size, int]]:
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
    order = int(min(gaussian_degree(task.relation, task.hypotheses, task.assumptions), HIGHEST_ORDER))
    draft.groups = draw_groups(task.symbols, task.assumptions, sizes, level, rng, order)
    draft.outcome = rng.randint(0, 3)
    draft.functions = draw_functions(task.functions, sizes, level, rng)
    return draft


def sample(task: Problem, sizes: dict[Size, int], level: int, rng: Random) -> tuple[Draft, int] | None:
    """A draft that meets the hypotheses, with how well; None when this attempt has none."""
    if Integral in task.heads:
        level = min(level, 1)  # no narrow peaks far out
    try:
        draft = _draft(task, sizes, level, rng)
        grade = repair(draft, task.plan, rng)
    except Unsampled:
        return None
    return (draft, grade) if grade != NOT_MET else None
