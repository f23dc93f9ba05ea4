"""Relations: a polynomial known to be 0, oriented from its leading monomial to the rest, and matching them into monomials.

Denominators (D D^-1 = 1), inverses (M M^-1 = I) and equational hypotheses are all relations. The bound indices of the leading
monomial match indices that are bound in the target and occur nowhere else there; schematic indices match any value in their range.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Any

from derive.normal_form.integers import implied
from derive.normal_form.normalizer import Normalizer, open_component
from derive.normal_form.poly import (
    Atom,
    Comp,
    Factor,
    Lam,
    Mono,
    Poly,
    _key,
    atom,
    collect,
    erased,
    factor_free,
    is_natural,
    rename,
    single,
)
from derive.terms import Affine, Index, affine, fresh_index


@dataclass(frozen=True)
class Rule:
    """``lead = rest`` for all values of ``schematic``: the lead is ``factors`` summed over ``bound``."""

    bound: tuple[Index, ...]
    factors: tuple[Factor, ...]
    rest: Poly
    schematic: frozenset[Index]
    atoms: frozenset[Any]
    name: str = ""


def weight(m: Mono) -> tuple[int, Fraction, str]:
    """The order of monomials that leads are chosen by: summed indices and degree, then an order without index names."""
    found: tuple[int, Fraction, str] = m.memo("weight", _weight)
    return found


def _weight(m: Mono) -> tuple[int, Fraction, str]:
    bounds, degree = 0, Fraction(0)
    for b, e in m.factors:
        k = abs(e) if isinstance(e, Fraction) else Fraction(1)
        if isinstance(b, Comp):
            bounds += int(len(b.bound) * max(k, Fraction(1)))
            degree += k * sum((abs(x) if isinstance(x, Fraction) else Fraction(1)) * _unit(f) for f, x in b.factors)
        else:
            degree += k * _unit(b)
    counted = sum(
        (e for b, e in m.factors if isinstance(b, Atom) and b.head == "int" and isinstance(e, Fraction)), Fraction(0)
    )
    return (
        bounds + int(degree),
        degree,
        f"{int(counted):06d}{erased(m)}{m.key}" if counted >= 0 else erased(m) + m.key,
    )


def _unit(base: Any) -> int:
    """The degree of a base: inverses and functions count for more than entries, inside a sum as outside."""
    if isinstance(base, Atom) and base.head in ("num", "int", "pi"):
        return 0
    if isinstance(base, Atom) and base.head == "expect":  # a higher moment leads the powers of lower ones
        inner = sum((abs(x) if isinstance(x, Fraction) else Fraction(1)) for _, x in base.parts[0].factors)
        return 8 * int(inner) ** 2
    if isinstance(base, Atom) and base.head == "matpow":  # a power of a matrix leads what it is said to be
        return 64
    return 1 if isinstance(base, Comp) or base.head in ("entry", "exp", "power") else 3


def open_mono(m: Mono, copies: int = 1) -> tuple[list[Index], list[Factor]]:
    """The monomial with up to ``copies`` of each of its components opened."""
    bound: list[Index] = []
    factors: list[Factor] = []
    for b, e in m.factors:
        if isinstance(b, Comp) and is_natural(e):
            k = min(int(e), copies)
            for _ in range(k):
                new, opened = open_component(b)
                bound += new
                factors += opened
            if e > k:
                factors.append((b, e - k))
        else:
            factors.append((b, e))
    return bound, factors


def relation(nz: Normalizer, p: Poly, schematic: frozenset[Index] = frozenset(), name: str = "") -> Rule | None:
    """The rule of ``p = 0``, or None when no leading monomial can serve."""
    schematic = schematic & p.free
    candidates = sorted(p.terms, key=lambda t: weight(t[0]), reverse=True)
    for m, c in candidates:
        if not m.factors or not schematic <= m.free:
            continue
        if all(isinstance(b, Atom) and b.head in ("guard", "int", "num", "pi") for b, _ in m.factors):
            continue
        if any(isinstance(b, Atom) and b.head == "guard" for b, _ in m.factors):
            continue
        if any(weight(n) > weight(m) and _heads(m) <= n.atoms for n, _ in p.terms):
            continue  # it would come back in what replaces it
        rest = collect((n, -k / c) for n, k in p.terms if n is not m)
        bound, factors = open_mono(m, 12)
        merged: dict[Any, Any] = {}
        for b, e in factors:
            if b in merged and isinstance(e, Fraction) and isinstance(merged[b], Fraction):
                merged[b] += e
            else:
                merged[b] = e
        return Rule(tuple(bound), tuple(merged.items()), rest, schematic, _heads(m), name)
    return None


def _heads(m: Mono) -> frozenset[Any]:
    return frozenset(a for a in m.atoms if not isinstance(a, str) or a not in ("entry", "int", "num"))


# ---- matching
class _Match:
    """Search for an embedding of a rule's factors in a list of factors."""

    def __init__(
        self, rule_bound: frozenset[Index], schematic: frozenset[Index], target_bound: frozenset[Index]
    ) -> None:
        self.bound, self.schematic, self.target = rule_bound, schematic, target_bound

    def search(
        self, todo: list[Factor], names: dict[Index, Affine], rest: list[Factor]
    ) -> Iterator[tuple[dict[Index, Affine], list[Factor]]]:
        if not todo:
            if all(v in names for v in self.bound):
                used = {names[v].atom for v in self.bound}
                if all(factor_free(f).isdisjoint(used) for f in rest) and all(
                    names[s] is not None for s in self.schematic if s in names
                ):
                    others = {i for s in self.schematic if s in names for i in names[s].indices}
                    if not used & others:
                        yield names, rest
            return
        (base, e), *later = todo
        for n, (x, q) in enumerate(rest):
            if isinstance(base, Atom) != isinstance(x, Atom) or not self._fits(e, q):
                continue
            if isinstance(base, Atom) and base.head != x.head:
                continue
            for found in self.unify(base, x, names):
                left = list(rest)
                if isinstance(e, Fraction) and q != e:
                    left[n] = (x, q - e)
                else:
                    del left[n]
                yield from self.search(later, found, left)

    @staticmethod
    def _fits(e: Any, q: Any) -> bool:
        if isinstance(e, Fraction) and isinstance(q, Fraction):
            if e.denominator != 1 or q.denominator != 1:
                return e == q
            return q >= e > 0 or q <= e < 0
        return e is q

    def unify(self, pattern: Any, target: Any, names: dict[Index, Affine]) -> Iterator[dict[Index, Affine]]:
        open_vars = [v for v in pattern.free if v in self.bound or v in self.schematic]
        if not open_vars:
            if pattern is target:
                yield names
            return
        if isinstance(pattern, Atom) and pattern.head == "entry":
            if pattern.parts[0] is not target.parts[0]:
                return
            yield from self._unify_entry(pattern.parts, target.parts[1], names)
            return
        if (
            isinstance(pattern, Atom)
            and pattern.head in ("inverse", "matpow")
            and not any(v in pattern.parts[0].free for v in open_vars)
        ):
            if pattern.parts[0] is target.parts[0]:
                k = 1 if pattern.head == "inverse" else 2
                if pattern.head == "matpow" and pattern.parts[1] is not target.parts[1]:
                    return
                symmetric = pattern.parts[3] == "symmetric"
                yield from self._unify_affines(pattern.parts[k : k + 2], target.parts[k : k + 2], names)
                if symmetric:
                    yield from self._unify_affines(
                        pattern.parts[k : k + 2], tuple(reversed(target.parts[k : k + 2])), names
                    )
            return
        if erased(pattern) != erased(target):
            return
        new = [v for v in sorted(open_vars, key=lambda i: i.name) if v not in names]
        candidates = sorted(target.free, key=lambda i: i.name)
        most = 4 if isinstance(pattern, Atom) and pattern.head == "expect" else 3  # fourth moments are the highest
        if len(new) > most or len(candidates) > 6:
            return
        for choice in permutations(candidates, len(new)):
            attempt = dict(names)
            if all(self._assign(v, affine(c), attempt) for v, c in zip(new, choice, strict=True)):
                if rename(pattern, {v: attempt[v] for v in open_vars}) is target:
                    yield attempt

    def _unify_entry(
        self, parts: Any, indices: tuple[Affine, ...], names: dict[Index, Affine]
    ) -> Iterator[dict[Index, Affine]]:
        symbol, pattern = parts
        yield from self._unify_affines(pattern, indices, names)
        if len(pattern) == 2 and "symmetric" in symbol.properties:
            yield from self._unify_affines(pattern, tuple(reversed(indices)), names)

    def _unify_affines(
        self, pattern: tuple[Affine, ...], target: tuple[Affine, ...], names: dict[Index, Affine]
    ) -> Iterator[dict[Index, Affine]]:
        attempt = dict(names)
        for a, b in zip(pattern, target, strict=True):
            a = a.substitute(dict(attempt))
            unknown = [v for v in a.indices if v in self.bound or v in self.schematic]
            if not unknown:
                if a is not b:
                    return
                continue
            v = unknown[0]
            if len(unknown) > 1 or a.coefficient(v) != 1 or not self._assign(v, b - (a - v), attempt):
                return
        yield attempt

    def _assign(self, v: Index, value: Affine, names: dict[Index, Affine]) -> bool:
        if v in self.bound:
            i = value.atom
            if (
                not isinstance(i, Index)
                or i not in self.target
                or any(names[o].atom is i for o in self.bound if o in names)
            ):
                return False
            if i.lo is not v.lo or i.hi is not v.hi:
                return False
        elif not (implied(value - v.lo) and (v.hi is None or implied(v.hi - value))):
            return False
        names[v] = value
        return True


def apply_rule(nz: Normalizer, rule: Rule, m: Mono, c: Fraction) -> Poly | None:
    """The monomial rewritten once by the rule, or None."""
    if not rule.atoms <= m.atoms:
        return None
    nz.work()
    copies = max(1, min(3, len(rule.bound)))
    bound, factors = open_mono(m, copies)
    searcher = _Match(frozenset(rule.bound), rule.schematic, frozenset(bound))
    for names, rest in searcher.search(list(rule.factors), {}, factors):
        values = {s: names[s] for s in rule.schematic if s in names}
        new = nz.instantiate(rule.rest, values) if values else rule.rest
        used = {names[v].atom for v in rule.bound}
        body = nz.multiply(nz.product(rest, c), new)
        for b in reversed([b for b in bound if b not in used]):
            body = nz.sum_over(b, body)
        return body
    return None


def reduce_denominator(nz: Normalizer, m: Mono, c: Fraction) -> Poly | None:
    """lead(D) D^-k = D^(1-k) - rest D^-k, for a power of a sum in the monomial, also inside its components."""
    if not any(_has_denominator(b, e) for b, e in m.factors):
        return None
    bound, factors = open_mono(m)
    for n, (base, e) in enumerate(factors):
        if not _is_denominator(base, e):
            continue
        d: Poly = base.parts[0] if isinstance(base, Atom) else single(base)
        lead, k = max(d.terms, key=lambda t: weight(t[0]))
        others = factors[:n] + factors[n + 1 :]
        lead_bound, lead_factors = open_mono(lead, 12)
        searcher = _Match(frozenset(lead_bound), frozenset(), frozenset(bound) - base.free)
        for names, rest in searcher.search(lead_factors, {}, others):
            used = {names[v].atom for v in lead_bound}
            if base.free & used:
                continue
            nz.require(base, "nonzero")
            remainder = collect((x, -y / k) for x, y in d.terms if x is not lead)
            body = nz.product([*rest, (base, e + 1)], c / k)
            if remainder.terms:
                body = body + nz.multiply(nz.product([*rest, (base, e)], c), remainder)
            for b in reversed([b for b in bound if b not in used]):
                body = nz.sum_over(b, body)
            return body
    return None


def _is_denominator(base: Any, e: Any) -> bool:
    if not isinstance(e, Fraction) or (e.denominator == 1 and e > 0):
        return False
    return isinstance(base, Comp) or (isinstance(base, Atom) and base.head == "power")


def _has_denominator(base: Any, e: Any) -> bool:
    return _is_denominator(base, e) or (isinstance(base, Comp) and any(_is_denominator(b, x) for b, x in base.factors))


def inverse_rules(nz: Normalizer, matrices: set[Lam]) -> list[Rule]:
    """M M^-1 = I and M^-1 M = I for every inverted matrix."""
    rules = []
    for lam in sorted(matrices, key=_key):
        i, j, k = (fresh_index(lam.indices[0]) for _ in range(3))
        symmetric = "symmetric" if _symmetric(lam) else ""
        for left in (True, False):
            ends = (affine(k), affine(j)) if left else (affine(i), affine(k))
            inv = atom("inverse", lam, *ends, symmetric)
            row, column = (i, k) if left else (k, j)
            body = rename(lam.body, {lam.indices[0]: affine(row), lam.indices[1]: affine(column)})
            total = nz.sum_over(k, nz.multiply(body, single(inv))) - single(atom("guard", "==", affine(i) - affine(j)))
            rule = relation(nz, total, frozenset((i, j)), "inverse")
            if rule is not None:
                rules.append(rule)
            if symmetric:
                break
    return rules


def _symmetric(lam: Lam) -> bool:
    from derive.normal_form.matrices import is_symmetric

    return is_symmetric(lam)


def inverted(part: Any) -> set[Lam]:
    """The matrices whose inverses occur in a polynomial (also inside other inverses)."""
    found: set[Lam] = set()

    def walk(x: Any) -> None:
        if isinstance(x, Atom) and x.head == "inverse":
            found.add(x.parts[0])
        if isinstance(x, Atom | Comp | Mono | Poly | Lam):
            if "inverse" in x.atoms:
                for f in x.fields:
                    walk(f)
        elif isinstance(x, tuple):
            for y in x:
                walk(y)

    walk(part)
    return found


def rewrite_mono(nz: Normalizer, m: Mono, c: Fraction, rules: list[Rule]) -> Poly | None:
    """One monomial rewritten once by its own denominators or by a rule, or None when nothing applies."""
    new = reduce_denominator(nz, m, c)
    if new is not None:
        return new
    for rule in rules:
        new = apply_rule(nz, rule, m, c)
        if new is not None:
            return new
    return None


def reduce(nz: Normalizer, p: Poly, rules: list[Rule], steps: int) -> tuple[Poly, int]:
    """``p`` rewritten until nothing applies or ``steps`` rewrites are made; and the number of steps left."""
    pending: dict[Mono, Fraction] = dict(p.terms)
    done: dict[Mono, Fraction] = {}
    while pending and steps > 0:
        m = max(pending, key=weight)
        c = pending.pop(m)
        if not c:
            continue
        new = None if m in done else rewrite_mono(nz, m, c, rules)
        if new is None:
            done[m] = done.get(m, Fraction(0)) + c
            continue
        steps -= 1
        for n, d in new.terms:
            target = done if n in done else pending
            target[n] = target.get(n, Fraction(0)) + d
    return collect([*done.items(), *pending.items()]), steps
