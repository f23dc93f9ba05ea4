"""Signs of sums by collecting: the terms that share a factor, and sums over one range under one sum.

t x + y - t y is t x + (1 - t) y; sum_k log p_k - sum_k y_k log p_k is the sum of (1 - y_k) log p_k.
A term with an indicator has the sign that it has where this is 1 and where it is 0.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derive.normal_form.integers import nonempty
from derive.normal_form.poly import Atom, Comp, Poly, add_polys, collect, is_natural, mono, rename
from derive.terms import Affine, affine, fresh_index

if TYPE_CHECKING:
    from derive.normal_form.signs import Facts, Interval

MOST_TERMS = 12
MOST_INDICATORS = 4


def by_common_factor(facts: Facts, p: Poly) -> Interval | None:
    """An interval of ``p = b q + rest``, for a base b of several terms (not of all: that is its content); None when no sign comes out."""
    if not 3 <= len(p.terms) <= MOST_TERMS:
        return None
    counts: dict[Any, int] = {}
    for m, _ in p.terms:
        for factor in m.factors:
            counts[factor] = counts.get(factor, 0) + 1
    for factor, count in counts.items():
        if not 2 <= count < len(p.terms):
            continue
        own = facts.factor(factor)
        if not (own.nonnegative or own.nonpositive):
            continue
        inside, rest = [], []
        for m, c in p.terms:
            if factor in m.factors:
                inside.append((mono([f for f in m.factors if f != factor]), c))
            else:
                rest.append((m, c))
        cofactor = facts.interval(add_polys([Poly(((m, c),)) for m, c in inside]))
        total = own.times(cofactor).plus(facts.interval(Poly(tuple(rest))))
        if total.nonnegative or total.nonpositive:
            return total
    return None


def by_common_range(facts: Facts, p: Poly) -> int:
    """1 or -1 where ``p`` is a sum over one range of terms that are all nonnegative or all nonpositive (2, -2: none is 0), else 0."""
    if not 2 <= len(p.terms) <= MOST_TERMS:
        return 0
    bound, summand = None, []
    names: dict[Any, Any] = {}
    for m, c in p.terms:
        comps = [f for f in m.factors if isinstance(f[0], Comp)]
        if len(comps) != 1 or comps[0][1] != 1 or (bound is not None and comps[0][0].bound != bound):
            return 0
        if bound is None:
            bound = comps[0][0].bound
            names = {i: affine(fresh_index(i)) for i in bound}
        others = [f for f in m.factors if f is not comps[0]]
        if any(b.depth or not b.free.isdisjoint(bound) or isinstance(e, Poly) for b, e in others):
            return 0
        opened = [(rename(b, names), rename(e, names) if isinstance(e, Poly) else e) for b, e in comps[0][0].factors]
        summand.append(Poly(((mono([*opened, *others]), Fraction(c)),)))
    if bound is None or any(i.hi is None or {*i.lo.indices, *i.hi.indices} & set(bound) for i in bound):
        return 0
    inner = facts.interval(add_polys(summand))
    strict = all(nonempty(i) for i in bound)
    if inner.nonnegative:
        return 2 if inner.positive and strict else 1
    if inner.nonpositive:
        return -2 if inner.negative and strict else -1
    return 0


def by_indicator(facts: Facts, p: Poly) -> Interval | None:
    """The hull of the intervals with an indicator put to 1 and to 0; None where there is none."""
    found = {b for m, _ in p.terms for b, _ in m.factors if getattr(b, "head", "") in ("guard", "positive", "zero")}
    if not 0 < len(found) <= MOST_INDICATORS:
        return None
    one = min(found, key=lambda b: b.key)
    yes, no = [], []
    for m, c in p.terms:
        rest = [f for f in m.factors if f[0] is not one]
        if len(rest) == len(m.factors):
            no.append((m, c))
        elif not is_natural(dict(m.factors)[one]):
            return None
        yes.append((mono(rest), c))
    return _where(facts, one, True).interval(collect(yes)).hull(_where(facts, one, False).interval(collect(no)))


def _where(facts: Facts, indicator: Atom, holds: bool) -> Facts:
    """What is known where [u > 0] is 1, or 0."""
    if indicator.head != "positive":
        return facts
    new = type(facts)({k: list(v) for k, v in facts.table.items()}, facts.determinants)
    new.learn(indicator.parts[0] if holds else -indicator.parts[0], "positive" if holds else "nonnegative")
    return new


def affine_of(p: Poly) -> Affine | None:
    """The affine expression in sizes and indices that a polynomial is, None where it is another one.

    >>> from derive.normal_form.poly import constant
    >>> affine_of(constant(3))
    3
    """
    total = affine(0)
    for m, c in p.terms:
        if c.denominator != 1 or len(m.factors) > 1:
            return None
        base, e = m.factors[0] if m.factors else (None, 1)
        if base is not None and (e != 1 or not isinstance(base, Atom) or base.head != "int"):
            return None
        total = total + (base.parts[0] if isinstance(base, Atom) else 1) * int(c)
    return total
