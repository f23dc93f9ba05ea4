"""Deciding that a polynomial is 0: denominators cleared, relations applied, logarithms joined, summands compared under their sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heappop, heappush
from itertools import permutations
from math import lcm
from typing import Any

from derive.normal_form.blocks import by_blocks, through_blocks
from derive.normal_form.normalizer import Normalizer, TooLarge, Undefined
from derive.normal_form.partial_fractions import apart
from derive.normal_form.poly import (
    ONE,
    UNIT,
    Atom,
    Comp,
    Factor,
    Mono,
    Poly,
    _key,
    add_polys,
    collect,
    constant,
    is_integer,
    is_natural,
    mono,
    rename,
    whole_part,
)
from derive.normal_form.ranges import align_ranges, at_each_place
from derive.normal_form.reindexing import reindexed
from derive.normal_form.relations import Rule, inverse_rules, inverted, open_mono, reduce
from derive.normal_form.zero_logs import split_beside_zeros
from derive.terms import Index, affine, fresh_index

MAX_STEPS = 300
MAX_DEPTH = 5
MAX_ENDS = 20


@dataclass
class Budget:
    """How much rewriting one decision may do."""

    steps: int = MAX_STEPS
    used: list[str] = field(default_factory=list)


def is_zero(
    nz: Normalizer, p: Poly, rules: list[Rule] | None = None, budget: Budget | None = None, depth: int = 0
) -> bool:
    """Whether ``p`` is shown to be 0 under the facts and rules. False means "not shown"."""
    budget = budget or Budget()
    p = nz.expand(add_polys(nz.product(m.factors, c) for m, c in p.terms))
    if not p.terms:
        return True
    if depth > MAX_DEPTH:
        return False
    through = through_blocks(nz, p)
    if through is not None:
        return is_zero(nz, through, rules, budget, depth + 1)
    blocks = by_blocks(nz, p)
    if blocks is not None and all(is_zero(nz, q, rules, budget, depth) for q in blocks):
        return True
    p, own = rewrite(nz, p, rules or [], budget)
    if not p.terms:
        return True
    split = split_beside_zeros(nz, p) or apart(nz, p)
    if split is not None:
        return is_zero(nz, split, rules, budget, depth + 1)
    parts = clear_denominators(nz, p)
    if parts is not None:
        return all(is_zero(nz, q, rules, budget, depth + 1) for q in parts)
    aligned = align_ranges(nz, p)
    if aligned is not None:
        return is_zero(nz, aligned, rules, budget, depth + 1)
    lowered = lower_symbolic_powers(nz, p)
    if lowered is not None and all(is_zero(nz, q, rules, budget, depth + 1) for q in lowered):
        return True
    recounted = reindexed(nz, p)
    if recounted is not None and is_zero(nz, recounted, rules, budget, depth + 1):
        return True
    for attempt in (multiply_through, join_logs, compare_summands):
        result = attempt(nz, p, rules or [], budget, depth, own)
        if result:
            return True
    places = at_each_place(nz, p) if depth == 0 else None
    return places is not None and all(is_zero(nz, q, rules, budget, 1) for q in places)


def rewrite(nz: Normalizer, p: Poly, rules: list[Rule], budget: Budget) -> tuple[Poly, list[Rule]]:
    """``p`` reduced by the rules and by the relations of its own denominators and inverses."""
    known: set[Any] = set()
    own: list[Rule] = []
    while True:
        fresh = inverted(p) - known if "inverse" in p.atoms else set()
        if fresh:
            known |= fresh
            own = inverse_rules(nz, known)
        before = p
        p, budget.steps = reduce(nz, p, rules + own, budget.steps)
        if p is before or not p.terms or budget.steps <= 0 or "inverse" not in p.atoms:
            return p, own


# ---- denominators
def clear_denominators(nz: Normalizer, p: Poly) -> list[Poly] | None:
    """Multiply through by the powers of sums that stand free in ``p``. Gives polynomials that must all vanish, or None.

    Terms whose exponents differ by no integer are compared apart.
    """
    p = _join_opposites(nz, p)
    if not p.terms:
        return []
    bases = {b: None for m, _ in p.terms for b, e in m.factors if _clears(b, e)}
    for base in sorted(bases, key=_key):
        classes: dict[Fraction, list[tuple[Mono, Fraction, Fraction]]] = {}
        symbolic = False
        for m, c in p.terms:
            e = dict(m.factors).get(base, Fraction(0))
            if not isinstance(e, Fraction):
                symbolic = True
                break
            classes.setdefault(e - (e.numerator // e.denominator), []).append((m, c, e))
        if symbolic:
            continue
        d: Poly = base.parts[0]
        if any(min(e for _, _, e in members) < 0 for members in classes.values()) and not nz.facts.nonzero(d):
            apart = _under_guards(nz, p, base)
            if apart is not None:
                return apart
            nz.needed[(d, "nonzero")] = None
        result = []
        for members in classes.values():
            low = min(e for _, _, e in members)
            total = []
            for m, c, e in members:
                rest = Poly(((mono([f for f in m.factors if f[0] is not base]), c),))
                total.append(nz.multiply(rest, nz.power(d, e - low)))
            result.append(add_polys(total))
        return result
    return None


def lower_symbolic_powers(nz: Normalizer, p: Poly) -> list[Poly] | None:
    """Powers of one sum whose exponents differ by whole numbers, as its lowest power times a polynomial; None without any.

    (1 - p)^g and (1 - p)^(g - 1) become (1 - p) (1 - p)^(g - 1) and (1 - p)^(g - 1). Exponents that differ otherwise are compared
    apart.
    """
    bases = {
        b: None
        for m, _ in p.terms
        for b, e in m.factors
        if isinstance(b, Atom) and b.head == "power" and isinstance(e, Poly)
    }
    for base in sorted(bases, key=_key):
        classes: dict[Poly, list[tuple[Mono, Fraction, Fraction]]] = {}
        for m, c in p.terms:
            e = dict(m.factors).get(base, Fraction(0))
            whole, rest = whole_part(e if isinstance(e, Poly) else constant(e))
            classes.setdefault(rest, []).append((m, c, whole))
        if all(len({whole for *_, whole in members}) == 1 for members in classes.values()):
            continue
        result = []
        for rest, members in classes.items():
            low = min(whole for *_, whole in members)
            lowest = rest + constant(low)
            if not (nz.facts.nonnegative(lowest) or nz.facts.nonzero(base.parts[0])):
                nz.needed[(base.parts[0], "nonzero")] = None
            total = []
            for m, c, whole in members:
                left = Poly(((mono([f for f in m.factors if f[0] is not base]), c),))
                total.append(nz.multiply(left, nz.power(base.parts[0], whole - low)))
            result.append(add_polys(total))
        return result
    return None


def _under_guards(nz: Normalizer, p: Poly, base: Any) -> list[Poly] | None:
    """Where the denominator is known not to be 0 only under guards G: multiply G p by it, and let (1 - G) p vanish by itself."""
    with_base = [t for t in p.terms if dict(t[0].factors).get(base, Fraction(0)) < 0]
    sets = {frozenset(f for f in m.factors if isinstance(f[0], Atom) and f[0].head == "guard") for m, _ in with_base}
    if len(sets) != 1 or not nz.guarded.nonzero(base.parts[0]):
        return None
    guards = next(iter(sets))
    if not guards:
        return None
    under = [t for t in p.terms if guards <= set(t[0].factors)]
    rest = collect(t for t in p.terms if t not in under)
    guard = nz.product(guards)
    inside = add_polys([collect(under), nz.multiply(guard, rest)])
    low = min(dict(m.factors).get(base, Fraction(0)) for m, _ in inside.terms) if inside.terms else Fraction(0)
    total = []
    for m, c in inside.terms:
        e = dict(m.factors).get(base, Fraction(0))
        left = Poly(((mono([f for f in m.factors if f[0] is not base]), c),))
        total.append(nz.multiply(left, nz.power(base.parts[0], e - low)))
    return [add_polys(total), nz.multiply(ONE - guard, rest)]


def _clears(base: Any, e: Any) -> bool:
    return isinstance(base, Atom) and base.head == "power" and isinstance(e, Fraction) and not is_natural(e)


def _join_opposites(nz: Normalizer, p: Poly) -> Poly:
    """Write powers of -D through powers of D where both occur (the one with whole exponents only gives way)."""
    bases = {b.parts[0]: b for m, _ in p.terms for b, e in m.factors if isinstance(b, Atom) and b.head == "power"}
    pairs = {b: bases[-q] for q, b in bases.items() if -q in bases}
    if not pairs:
        return p
    rooted = {b for m, _ in p.terms for b, e in m.factors if b in pairs and not is_integer(e)}
    flips = {
        b: other
        for b, other in pairs.items()
        if b not in rooted and (other in rooted or b.parts[0].key < other.parts[0].key)
    }
    if not flips:
        return p
    total = []
    for m, c in p.terms:
        factors: list[Factor] = []
        for b, e in m.factors:
            if b in flips and isinstance(e, Fraction) and e.denominator == 1:
                factors.append((flips[b], e))
                c = -c if e.numerator % 2 else c
            else:
                factors.append((b, e))
        total.append(nz.product(factors, c))
    return add_polys(total)


# ---- logarithms
def join_logs(nz: Normalizer, p: Poly, rules: list[Rule], budget: Budget, depth: int, own: list[Rule]) -> bool:
    """sum c_i log u_i + r = 0 with one cofactor is prod u_i^(c_i) e^r = 1."""
    groups: dict[Mono, list[tuple[Poly, Fraction]]] = {}
    rest: list[tuple[Mono, Fraction]] = []
    for m, c in p.terms:
        logs = [b for b, e in m.factors if isinstance(b, Atom) and b.head == "log" and e == 1]
        if len(logs) == 1:
            cofactor = mono([f for f in m.factors if f[0] is not logs[0]])
            groups.setdefault(cofactor, []).append((logs[0].parts[0], c))
        else:
            rest.append((m, c))
    if not groups:
        return False
    for cofactor, members in groups.items():
        if len(groups) == 1 and rest:
            inside = collect(rest)
            if cofactor is not UNIT:
                inside = nz.multiply(inside, nz.power(Poly(((cofactor, Fraction(1)),)), Fraction(-1)))
        elif rest:
            return False
        else:
            inside = collect(())
        if len(members) < 2 and not inside.terms:
            return False
        scale = lcm(*(c.denominator for _, c in members))
        if any(abs(c * scale) > 12 for _, c in members):
            return False
        try:
            product = nz.multiply_all(
                [nz.power(u, c * scale) for u, c in members] + [nz.exp(inside.scaled(Fraction(scale)))]
            )
        except (TooLarge, Undefined):
            return False
        if not is_zero(nz, product - ONE, rules, budget, depth + 1):
            return False
    return True


# ---- summands
def compare_summands(nz: Normalizer, p: Poly, rules: list[Rule], budget: Budget, depth: int, own: list[Rule]) -> bool:
    """Put the monomials with sums over the same ranges under one sum and show that the summand, symmetrised, vanishes."""
    groups: dict[tuple[str, ...], list[tuple[list[Index], list[Factor], Fraction]]] = {}
    plain: list[tuple[Mono, Fraction]] = []
    for m, c in p.terms:
        bound, factors = open_mono(m)
        if not bound or len(bound) > 4:
            plain.append((m, c))
            continue
        signature = tuple(sorted(_range_key(b) for b in bound))
        groups.setdefault(signature, []).append((bound, factors, c))
    if not groups:
        return False
    loose = collect(plain)
    if loose.terms and len(groups) == 1:
        members = next(iter(groups.values()))
        names = [fresh_index(b) for b in sorted(members[0][0], key=_range_key)]
        summand = _symmetrised(nz, names, members + _spread(nz, plain, members[0][0]))
        if summand is not None and is_zero(nz, summand, rules, budget, depth + 1):
            return True
    total = [loose]
    for members in groups.values():
        names = [fresh_index(b) for b in sorted(members[0][0], key=_range_key)]
        summand = _symmetrised(nz, names, members)
        if summand is None:
            return False
        if is_zero(nz, summand, rules, budget, depth + 1):
            continue
        summand, _ = rewrite(nz, _join_opposites(nz, summand), rules, budget)
        for index in reversed(names):
            summand = nz.sum_over(index, summand)
        total.append(summand)
    new = add_polys(total)
    return not new.terms or (new is not p and is_zero(nz, new, rules, budget, depth + 1))


def _range_key(index: Index) -> str:
    return f"{_key(index.lo)}..{'' if index.hi is None else _key(index.hi)}"


def _spread(
    nz: Normalizer, plain: list[tuple[Mono, Fraction]], bound: list[Index]
) -> list[tuple[list[Index], list[Factor], Fraction]]:
    """Monomials without sums as sums of equal parts."""
    count = nz.multiply_all(nz.length(b) for b in bound)
    over = nz.power(count, Fraction(-1))
    return [(list(bound), list(m.factors), c) for p in plain for m, c in nz.multiply(Poly((p,)), over).terms]


def _symmetrised(
    nz: Normalizer, names: list[Index], members: list[tuple[list[Index], list[Factor], Fraction]]
) -> Poly | None:
    total: list[Poly] = []
    for bound, factors, c in members:
        ordered = sorted(bound, key=_range_key)
        choices = [
            q
            for q in permutations(range(len(names)))
            if all(_range_key(names[q[k]]) == _range_key(b) for k, b in enumerate(ordered))
        ]
        if not choices or len(choices) * len(members) > 200:
            return None
        for q in choices:
            values = {b: affine(names[q[k]]) for k, b in enumerate(ordered)}
            renamed = [(rename(b, values), rename(e, values)) for b, e in factors]
            total.append(nz.product(renamed, c / len(choices)))
    return add_polys(total)


# ---- inverses at free ends
def multiply_through(nz: Normalizer, p: Poly, rules: list[Rule], budget: Budget, depth: int, own: list[Rule]) -> bool:
    """Multiply by the inverted matrices where inverses stand at free ends (equivalences), sums of matrices first."""
    if depth > 2 or "inverse" not in p.atoms:
        return False
    best, count = p, 0
    queue: list[tuple[int, int, Poly, frozenset[Any]]] = [(_inverses(p), 0, p, frozenset())]
    while queue and count < MAX_ENDS:
        _, _, q, used = heappop(queue)
        ends = [(lam, side, end) for end in q.free for lam, side in _at_end(q, end) if (lam, side) not in used]
        ends.sort(key=lambda t: (len(t[0].body.terms), t[0].depth, t[0].key, t[1]), reverse=True)
        for lam, side, end in ends[:4]:
            count += 1
            new = fresh_index(end)
            a, b = lam.indices
            places = {a: affine(new), b: affine(end)} if side == 0 else {a: affine(end), b: affine(new)}
            product = nz.sum_over(end, nz.multiply(nz.instantiate(lam.body, places), q))
            reached, _own = rewrite(nz, nz.expand(product), rules, budget)
            if not reached.terms:
                return True
            if _inverses(reached) < _inverses(best):
                best = reached
            heappush(queue, (_inverses(reached), count, reached, used | {(lam, side)}))
    return best is not p and is_zero(nz, best, rules, budget, MAX_DEPTH - 1)


def _inverses(p: Poly) -> int:
    """How much is left to do: the monomials and the inverses in them."""
    return sum(1 + 2 * _count(m) for m, _ in p.terms)


def _count(x: Any) -> int:
    if isinstance(x, Atom):
        return int(x.head == "inverse")
    if isinstance(x, Comp | Mono):
        return sum(_count(b) for b, _ in x.factors)
    return 0


def _at_end(p: Poly, end: Index) -> list[tuple[Any, int]]:
    """The inverses (matrix, side) in which ``end`` is the row (side 0) or column (side 1) index."""
    found: dict[tuple[Any, int], None] = {}

    def walk(x: Any) -> None:
        if isinstance(x, Atom) and x.head == "inverse":
            lam, row, column, _ = x.parts
            if row.atom is end and end not in lam.free:
                found[(lam, 0)] = None
            elif column.atom is end and end not in lam.free:
                found[(lam, 1)] = None
        elif isinstance(x, Comp):
            for b, _ in x.factors:
                walk(b)

    for m, _ in p.terms:
        for b, _e in m.factors:
            walk(b)
    return sorted(found, key=lambda f: (f[0].key, f[1]))
