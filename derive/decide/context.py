"""What is assumed when a statement is decided: definitions, hypotheses, laws of functions, independence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from derive.decide.witness_sample import Assumptions
from derive.normal_form import guards
from derive.normal_form.derivative import NotDifferentiable, differentiate, evaluate
from derive.normal_form.expectation import expectation, random_symbols
from derive.normal_form.normalizer import Normalizer
from derive.normal_form.poly import ONE, Atom, Comp, Factor, Lam, Mono, Poly
from derive.terms import (
    Apply,
    Expectation,
    At,
    Derivative,
    Hypothesis,
    Relation,
    Symbol,
    Term,
    children,
    free_symbols,
    rebuild,
    substitute,
    unfold,
)


@dataclass(frozen=True)
class FunctionLaw:
    """A relation that holds for every value of ``variables`` (scalar or tensor symbols)."""

    relation: Relation
    variables: tuple[Symbol, ...]


@dataclass
class Context:
    """Definitions, hypotheses (over unfolded terms when `unfolded` made them), laws, and what is random and independent.

    ``independent`` holds groups of mutually independent random symbols; a tensor in any group has independent entries along its first
    axis. ``normal`` gives mean and variance of Gaussian symbols, ``gaussian`` the source of the hypotheses that say so. ``undeclared`` are symbols and functions with which nothing may be refuted.
    """

    definitions: dict[Symbol, Any] = field(default_factory=dict)
    hypotheses: list[Hypothesis] = field(default_factory=list)
    laws: list[FunctionLaw] = field(default_factory=list)
    independent: list[frozenset[Symbol]] = field(default_factory=list)
    normal: dict[Symbol, tuple[Any, Any]] = field(default_factory=dict)
    iid: frozenset[Symbol] = frozenset()
    gaussian: frozenset[str] = frozenset()
    undeclared: frozenset[Any] = frozenset()

    def unfold(self, value: Any) -> Any:
        """The meaning of a term or array: definitions unfolded, laws of functions used. Raises NotReached."""
        return apply_laws(unfold(value, self.definitions), self.laws)

    def relation(self, r: Relation) -> Relation:
        return Relation(r.op, self.unfold(r.lhs), self.unfold(r.rhs))

    def unfolded_hypotheses(self) -> list[Hypothesis]:
        """The hypotheses about unfolded terms; those that their definitions make trivial are dropped."""
        found = []
        for h in self.hypotheses:
            r = self.relation(h.relation)
            if not (r.op == "=" and r.lhs is r.rhs):
                found.append(Hypothesis(r, h.schematic, h.source))
        return found

    def assumptions(self, extra: Sequence[Hypothesis] = ()) -> Assumptions:
        """The same for the search for witnesses."""
        return Assumptions(
            tuple(h for h in self.unfolded_hypotheses() if not self._holds_by_construction(h)) + tuple(extra),
            tuple((s,) for s in sorted({s for g in self.independent if len(g) > 1 for s in g}, key=lambda s: s.name)),
            self.iid,
            {s: (self.unfold(m), self.unfold(v)) for s, (m, v) in self.normal.items()},
            self.undeclared,
        )

    def _holds_by_construction(self, h: Hypothesis) -> bool:
        """The moments of a Gaussian symbol, which is sampled with its law."""
        body = h.relation.lhs
        return (
            h.relation.op == "=" and isinstance(body, Expectation) and not body.given
            and {s for s in free_symbols(body) if s.kind == "random"} <= set(self.normal)
            and not any(s.kind == "random" for s in free_symbols(h.relation.rhs))
            and h.source in self.gaussian
        )  # fmt: skip

    def independence(self) -> Callable[..., Poly | None] | None:
        """How the normal form may split expectations, or None when nothing is independent."""
        if not self.independent:
            return None
        return _Independence(self.independent)


def apply_laws(value: Any, laws: Sequence[FunctionLaw]) -> Any:
    """Rewrite applications (and derivatives) of a function by a law ``f(x) = ...`` or ``f'(x) = ...`` for all x."""
    usable = [law for law in laws if _directed(law)]
    return _apply(value, usable) if usable else value


def _directed(law: FunctionLaw) -> bool:
    lhs = law.relation.lhs
    return (
        law.relation.op == "="
        and isinstance(lhs, Apply)
        and len(law.variables) == 1
        and len(lhs.arguments) == 1
        and isinstance(law.relation.rhs, Term)
        and not law.variables[0].shape
        and lhs.arguments[0] is _entry(law.variables[0])
        and not any(
            isinstance(c, Apply) and c.function is lhs.function and len(c.partials) >= len(lhs.partials)
            for c in _all(law.relation.rhs)
        )
    )


def _entry(symbol: Symbol) -> Any:
    from derive.terms import Entry

    return Entry(symbol, ())


def _all(value: Any) -> list[Any]:
    found = [value]
    for c in children(value):
        found += _all(c)
    return found


def _apply(value: Any, laws: Sequence[FunctionLaw]) -> Any:
    value = rebuild(value, lambda c: _apply(c, laws))
    if isinstance(value, Derivative | At):
        done = evaluate(value)
        return done if done is value else _apply(done, laws)
    if isinstance(value, Apply):
        for law in laws:
            lhs = law.relation.lhs
            if lhs.function is value.function and len(value.partials) >= len(lhs.partials):
                rhs = law.relation.rhs
                try:
                    for _ in range(len(value.partials) - len(lhs.partials)):
                        rhs = differentiate(rhs, law.variables[0], ())
                except NotDifferentiable:
                    continue
                return _apply(substitute(rhs, {}, {law.variables[0]: value.arguments[0]}), laws)
    return value


class _Independence:
    """E of a product of factors that fall into independent groups is the product of their expectations."""

    def __init__(self, groups: Sequence[frozenset[Symbol]]) -> None:
        self.groups = list(groups)
        self.families = {s for g in groups for s in g if s.shape}

    def apart(self, s: Symbol, t: Symbol) -> bool:
        return s is not t and any(s in g and t in g for g in self.groups)

    def __call__(self, nz: Normalizer, moving: list[Factor], given: tuple[Symbol, ...]) -> Poly | None:
        occurrences = [_occurrences(f) for f in moving]
        for a in range(len(moving)):
            for b in range(a + 1, len(moving)):
                for s, i in occurrences[a]:
                    for t, j in occurrences[b]:
                        if s is t and s in self.families and i is not None and j is not None and i is not j:
                            equal = guards.integer_guard("==", i - j)
                            if equal.terms:
                                return self._cases(nz, moving, given, equal)
        parent = list(range(len(moving)))

        def root(k: int) -> int:
            while parent[k] != k:
                k = parent[k]
            return k

        for a in range(len(moving)):
            for b in range(a + 1, len(moving)):
                if not self._separate(occurrences[a], occurrences[b]):
                    parent[root(a)] = root(b)
        clusters: dict[int, list[Factor]] = {}
        for k, f in enumerate(moving):
            clusters.setdefault(root(k), []).append(f)
        if len(clusters) < 2 or not self._mutual({s for o in occurrences for s, _ in o} | set(given)):
            return None
        return nz.multiply_all(_atom(nz, c, given) for c in clusters.values())

    def _mutual(self, symbols: set[Symbol]) -> bool:
        """Whether all of them are independent together: pairs that are independent one by one do not suffice, nor do they given a third."""
        return len(symbols) < 2 or any(symbols <= g for g in self.groups)

    def _separate(self, a: set[tuple[Symbol, Any]], b: set[tuple[Symbol, Any]]) -> bool:
        for s, i in a:
            for t, j in b:
                if s is t:
                    if not (s in self.families and i is not None and j is not None and i is not j):
                        return False
                elif not self.apart(s, t):
                    return False
        return True

    def _cases(self, nz: Normalizer, moving: list[Factor], given: tuple[Symbol, ...], equal: Poly) -> Poly | None:
        """Split on whether two places of one family are the same."""
        a = equal.terms[0][0].factors[0][0].parts[1] if equal is not ONE else None
        if a is None:
            return None
        pivot = guards._pivot(a)
        if pivot is None:
            return None
        value = (a - a.coefficient(pivot) * pivot).scale(-a.coefficient(pivot))
        same = nz.instantiate(nz.product(moving), {pivot: value})
        at_same = expectation(nz, same, given)
        different = _Different(self, a)(nz, moving, given)
        return nz.multiply(equal, at_same) + nz.multiply(ONE - equal, different)


class _Different:
    """The same with two places taken to be different."""

    def __init__(self, base: _Independence, gap: Any) -> None:
        self.base, self.gap = base, gap

    def __call__(self, nz: Normalizer, moving: list[Factor], given: tuple[Symbol, ...]) -> Poly:
        occurrences = [_occurrences(f) for f in moving]
        clusters: list[list[int]] = []
        for k in range(len(moving)):
            joined = [c for c in clusters if any(not self.base._separate(occurrences[k], occurrences[m]) for m in c)]
            clusters = [c for c in clusters if c not in joined] + [[k, *(m for c in joined for m in c)]]
        return nz.multiply_all(_atom(nz, [moving[k] for k in c], given) for c in clusters)


def _atom(nz: Normalizer, factors: list[Factor], given: tuple[Symbol, ...]) -> Poly:
    return expectation(nz, nz.product(factors), given)


def _occurrences(factor: Factor) -> set[tuple[Symbol, Any]]:
    """The random symbols in a factor with the place on their first axis (None when it is not one fixed place)."""
    found: set[tuple[Symbol, Any]] = set()

    def walk(x: Any, bound: frozenset[Any]) -> None:
        if isinstance(x, Atom) and x.head == "entry" and x.parts[0].kind == "random":
            place = x.parts[1][0] if x.parts[1] else None
            if place is not None and not bound.isdisjoint(place.indices):
                place = None
            found.add((x.parts[0], place))
        elif isinstance(x, Comp | Lam):
            inner = bound | frozenset(x.bound if isinstance(x, Comp) else x.indices)
            for f in x.factors if isinstance(x, Comp) else (x.body,):
                walk(f, inner)
        elif isinstance(x, Atom | Mono | Poly):
            if random_symbols(x):
                for f in x.fields:
                    walk(f, bound)
        elif isinstance(x, tuple):
            for y in x:
                walk(y, bound)

    walk(factor, frozenset())
    return found
