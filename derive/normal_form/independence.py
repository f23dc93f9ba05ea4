"""Expectations of products under independence: factors in independent groups have expectations that multiply.

A group holds mutually independent symbols. A tensor that stands alone in a group is a family with independent entries along its
first axis; two independent vectors need not have independent entries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from derive.normal_form import guards
from derive.normal_form.expectation import expectation, random_symbols
from derive.normal_form.normalizer import Normalizer
from derive.normal_form.poly import ONE, Atom, Comp, Factor, Lam, Mono, Poly
from derive.terms import Symbol


class Independence:
    """E of a product of factors that fall into independent groups is the product of their expectations."""

    def __init__(
        self,
        groups: Sequence[frozenset[Symbol]],
        used: set[frozenset[Symbol]] | None = None,
        stands_for: Mapping[frozenset[Symbol], frozenset[Symbol]] | None = None,
    ) -> None:
        self.groups = list(groups)
        self.used = set() if used is None else used  # the groups that a splitting rested on
        self.stands_for = stands_for or {}  # groups of renamed symbols
        self.families = {s for g in groups if len(g) == 1 for s in g if s.shape}

    def apart(self, s: Symbol, t: Symbol) -> bool:
        return s is not t and self._uses({s, t})

    def _uses(self, symbols: set[Symbol]) -> bool:
        """Whether a group holds all of these; it is noted as used."""
        group = next((g for g in self.groups if symbols <= g), None)
        if group is not None:
            self._note(group)
        return group is not None

    def _note(self, group: frozenset[Symbol]) -> None:
        self.used.add(self.stands_for.get(group, group))

    def __call__(self, nz: Normalizer, moving: list[Factor], given: tuple[Symbol, ...]) -> Poly | None:
        occurrences = [_occurrences(f) for f in moving]
        for a in range(len(moving)):
            for b in range(a + 1, len(moving)):
                for s, i in occurrences[a]:
                    for t, j in occurrences[b]:
                        if s is t and s in self.families and i is not None and j is not None and i is not j:
                            self._note(frozenset((s,)))
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
        return len(symbols) < 2 or self._uses(symbols)

    def _separate(self, a: set[tuple[Symbol, Any]], b: set[tuple[Symbol, Any]]) -> bool:
        for s, i in a:
            for t, j in b:
                if s is t:
                    if not (s in self.families and i is not None and j is not None and i is not j):
                        return False
                    self._note(frozenset((s,)))
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

    def __init__(self, base: Independence, gap: Any) -> None:
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
