"""An inequality as a nonnegative combination of those supposed, with a rest that is a sum of squares of vectors.

``p = lambda_1 g_1 + ... + lambda_k g_k + rest`` with ``g_i >= 0`` a hypothesis, ``lambda_i >= 0`` by its sign, and a rest that is
nonnegative: convexity, smoothness and the like at the points of a step are such hypotheses.  Each combination is found by
cancelling one monomial of unknown sign after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from derive.normal_form.decide import Setting
from derive.normal_form.poly import Comp, Mono, Poly
from derive.terms import Arr, Term

DEPTH = 5
MOST = 24  # hypotheses that are combined


class Combinations:
    """The part of a prover that adds up hypotheses."""

    setting: Setting

    def _by_combination(self, a: Term, b: Term) -> str | None:
        facts = list(self._facts())
        if not facts:
            return None
        nz = self.setting.normalizer
        gap = nz.tidy(self.setting.read(b) - self.setting.read(a))
        shown = self._combined(gap, facts[:MOST], DEPTH)
        return "a nonnegative combination of what is supposed" if shown else None

    def _facts(self) -> Iterator[Poly]:
        """What the hypotheses say is not negative."""
        nz = self.setting.normalizer
        for h in self.setting.hypotheses:
            r = h.relation
            if r.op not in ("<=", "<") or h.schematic or isinstance(r.lhs, Arr) or isinstance(r.rhs, Arr):
                continue
            p = nz.tidy(self.setting.read(r.rhs) - self.setting.read(r.lhs))
            if p.constant is None:
                yield p

    def _combined(self, p: Poly, facts: Sequence[Poly], depth: int) -> bool:
        nz = self.setting.normalizer
        nz.work()
        if nz.facts.interval(p).nonnegative or self._squares(p):
            return True
        if depth == 0:
            return False
        pivot = self._pivot(p, facts)
        if pivot is None:
            return False
        m, ways = pivot
        for g, multiplier in ways:
            rest = nz.tidy(p - nz.multiply(multiplier, g))
            if all(x is not m for x, _ in rest.terms) and self._combined(rest, facts, depth - 1):
                return True
        return False

    def _pivot(self, p: Poly, facts: Sequence[Poly]) -> tuple[Mono, list[tuple[Poly, Poly]]] | None:
        """A monomial that may be negative, and the multiples of facts that cancel it: the one with the fewest such ways.

        None where one that no square can make up for has none.
        """
        signs = self.setting.normalizer.facts
        best: tuple[Mono, list[tuple[Poly, Poly]]] | None = None
        for m, c in p.terms:
            if signs.mono(m).scaled(c).nonnegative:
                continue
            ways = list(self._ways(m, c, facts))
            if not ways and _inner_product(m) is None:
                return None
            if ways and (best is None or len(ways) < len(best[1])):
                best = (m, ways)
        return best  # a monomial of one hypothesis alone gives its multiplier

    def _ways(self, m: Mono, c: Fraction, facts: Sequence[Poly]) -> Iterator[tuple[Poly, Poly]]:
        nz = self.setting.normalizer
        for g in facts:
            for n, k in g.terms:
                scale = _quotient(m, n)
                if scale is None:
                    continue
                multiplier = nz.product(scale, c / k)
                if nz.facts.interval(multiplier).nonnegative:
                    yield g, multiplier

    def _squares(self, p: Poly) -> bool:
        """Whether ``p`` is a sum of ``s <u_i, u_j> Q_ij`` with factors s that are not negative and semidefinite matrices Q."""
        groups: dict[Mono, dict[tuple[Any, Any], Fraction]] = {}
        facts = self.setting.normalizer.facts
        for m, c in p.terms:
            found = _inner_product(m)
            if found is None:
                if not facts.mono(m).scaled(c).nonnegative:
                    return False
                continue
            rest, u, v = found
            table = groups.setdefault(rest, {})
            if u is v:
                table[u, u] = table.get((u, u), Fraction(0)) + c
            else:
                for pair in ((u, v), (v, u)):
                    table[pair] = table.get(pair, Fraction(0)) + c / 2
        return bool(groups) and all(
            facts.mono(rest).nonnegative and _semidefinite(table) for rest, table in groups.items()
        )


def _inner_product(m: Mono) -> tuple[Mono, Any, Any] | None:
    """``s <u, v>`` taken apart: the monomial without its one sum over an axis of a product of two entries."""
    sums = [(b, e) for b, e in m.factors if isinstance(b, Comp) and e == 1 and len(b.bound) == 1]
    if len(sums) != 1:
        return None
    inside = sums[0][0].factors
    rest = Mono(tuple(f for f in m.factors if f[0] is not sums[0][0]))
    if len(inside) == 1 and inside[0][1] == 2:
        return rest, inside[0][0], inside[0][0]
    if len(inside) == 2 and all(e == 1 for _, e in inside):
        return rest, inside[0][0], inside[1][0]
    return None


def _semidefinite(table: dict[tuple[Any, Any], Fraction]) -> bool:
    """Whether a symmetric matrix of rationals is positive semidefinite: elimination, exactly."""
    names = list(dict.fromkeys(u for pair in table for u in pair))
    rows = [[table.get((u, v), Fraction(0)) for v in names] for u in names]
    for k in range(len(rows)):
        pivot = rows[k][k]
        if pivot < 0 or (pivot == 0 and any(rows[k])):
            return False
        for row in rows[k + 1 :] if pivot else ():
            factor = row[k] / pivot
            for j in range(len(row)):
                row[j] -= factor * rows[k][j]
    return True


def _quotient(m: Mono, n: Mono) -> list[tuple[Any, Any]] | None:
    """The factors of ``m / n``, where ``n`` divides ``m`` up to powers of numbers."""
    left = dict(m.factors)
    for base, e in n.factors:
        have = left.get(base, Fraction(0))
        if not isinstance(e, Fraction) or not isinstance(have, Fraction):
            if have is not e:
                return None
            left.pop(base)
        elif have == e:
            left.pop(base, None)
        elif isinstance(base, Comp) or (base not in left and e > 0 and base.free):
            return None
        else:
            left[base] = have - e
    return list(left.items())
