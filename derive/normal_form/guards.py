"""Guards: indicators of linear conditions on indices, and of the sign of a polynomial.

Heads: ``guard`` (op, affine) over integers, ``positive`` (q) for [q > 0], ``zero`` (q) for [q = 0] over reals. All are idempotent.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING, Any

from derive.normal_form.integers import implied
from derive.normal_form.poly import (
    ONE,
    ZERO,
    Atom,
    Exponent,
    Factor,
    Poly,
    _key,
    add_polys,
    atom,
    content,
    factor_free,
    is_natural,
    mono,
    single,
)
from derive.terms import Affine, Index, Symbol

if TYPE_CHECKING:
    from derive.normal_form.normalizer import Normalizer


def integer_guard(op: str, a: Affine) -> Poly:
    """[a op 0] as a polynomial: decided by the declared ranges where possible."""
    if op == ">=":
        if implied(a):
            return ONE
        if implied(-a - 1):
            return ZERO
        g = gcd(*(c for _, c in a.terms))
        if g > 1:
            a = Affine(a.constant // g, tuple((x, c // g) for x, c in a.terms))
        return single(atom("guard", ">=", a))
    if implied(a - 1) or implied(-a - 1):
        return ZERO if op == "==" else ONE
    if a.is_constant or (implied(a) and implied(-a)):
        return ONE if op == "==" else ZERO
    g = gcd(*(c for _, c in a.terms))
    if a.constant % g:
        return ZERO if op == "==" else ONE
    if g > 1:
        a = Affine(a.constant // g, tuple((x, c // g) for x, c in a.terms))
    return single(atom("guard", op, _oriented(a)))


def _oriented(a: Affine) -> Affine:
    """``a`` or ``-a``, whichever sorts first (equalities have no direction)."""
    return min(a, -a, key=_key)


def order(conditions: Iterable[Atom]) -> list[Atom]:
    return sorted(set(conditions), key=lambda g: g.key)


def solve_for(factors: list[Factor], index: Index) -> tuple[Affine, list[Factor]] | None:
    """The value that an equality guard among the factors gives to ``index``, and the other factors."""
    for f in factors:
        base = f[0]
        if isinstance(base, Atom) and base.head == "guard" and base.parts[0] == "==":
            a: Affine = base.parts[1]
            k = a.coefficient(index)
            if k in (1, -1):
                value = (a - k * index).scale(-k)
                return value, [g for g in factors if g is not f]
    return None


def positive(nz: Normalizer, p: Poly) -> Poly:
    """[p > 0]."""
    i = nz.facts.interval(p)
    if i.positive:
        return ONE
    if i.nonpositive:
        return ZERO
    parts = _two_factors(nz, p)
    if parts is not None:
        return add_polys([nz.multiply(positive(nz, a), positive(nz, b)) for a, b in (parts, (-parts[0], -parts[1]))])
    q, sign = _primitive(nz, p)
    if sign < 0:
        return ONE - positive_atom(q) - zero(nz, q)
    return positive_atom(q)


def ramp(nz: Normalizer, p: Poly) -> Poly:
    """``p [p > 0]``; through [q > 0] for q = -p where that comes first, as p vanishes where q does."""
    i = nz.facts.interval(p)
    if i.nonnegative:
        return p
    if i.nonpositive:
        return ZERO
    parts = _two_factors(nz, p)
    if parts is not None:  # a b is positive where both are, and where neither is
        return add_polys([nz.multiply(ramp(nz, a), ramp(nz, b)) for a, b in (parts, (-parts[0], -parts[1]))])
    q, sign = _primitive(nz, p)
    above = nz.multiply(p, positive_atom(q))
    return above if sign > 0 else p - above


def positive_atom(q: Poly) -> Poly:
    return single(atom("positive", q))


def zero(nz: Normalizer, p: Poly) -> Poly:
    """[p = 0]."""
    if not p.terms:
        return ONE
    if nz.facts.nonzero(p):
        return ZERO
    parts = _two_factors(nz, p)
    if parts is not None:
        return ONE - nz.multiply_all(ONE - zero(nz, part) for part in parts)
    q, _ = _primitive(nz, p)
    return single(atom("zero", q))


def _two_factors(nz: Normalizer, p: Poly) -> tuple[Poly, Poly] | None:
    """``p`` as a product of an entry or power of unknown sign and the rest, None where there is no such factor or no rest."""
    c, common, q = content(p)
    unknown = [f for f in common if not (i := nz.facts.factor(f)).positive and not i.negative]
    if not unknown or (len(unknown) == 1 and q.constant is not None):
        return None
    first = unknown[0]
    rest = nz.multiply(Poly(((mono([f for f in common if f is not first]), c),)), q)
    return Poly(((mono([first]), Fraction(1)),)), rest


def _primitive(nz: Normalizer, p: Poly) -> tuple[Poly, int]:
    """``p`` up to a positive factor, oriented by an order that does not see index names, and the sign taken out."""
    c, common, q = content(p)
    sign = 1 if c > 0 else -1
    kept: list[Factor] = []
    for b, e in common:
        i = nz.facts.factor((b, e))
        if i.positive:
            continue
        if i.negative:
            sign = -sign
        else:
            kept.append((b, e))
    if kept:
        q = nz.multiply(Poly(((mono(kept), Fraction(1)),)), q)
    return q, sign


def resolve(
    nz: Normalizer, conditions: list[Atom], merged: dict[Any, Exponent], expand: list[Poly], coefficient: Fraction
) -> Poly | None:
    """Use guards on the other factors. Returns the finished product, or None when the guards simply stay."""
    conditions = order(conditions)
    reals = [g for g in conditions if g.head != "guard"]
    for g in reals:
        if g.head == "positive" and (
            atom("zero", g.parts[0]) in reals
            or atom("zero", -g.parts[0]) in reals
            or atom("positive", -g.parts[0]) in reals
        ):
            return ZERO
        if g.head == "zero" and _divides(g.parts[0], merged):
            return ZERO
    equalities = [g for g in conditions if g.head == "guard" and g.parts[0] == "=="]
    others = [g for g in conditions if g not in equalities]
    for g in equalities:
        a: Affine = g.parts[1]
        pivot = _pivot(a)
        if pivot is None:
            continue
        value = (a - a.coefficient(pivot) * pivot).scale(-a.coefficient(pivot))
        rest = [h for h in conditions if h is not g]
        touched = (
            any(pivot in h.free for h in rest)
            or any(pivot in factor_free(f) for f in merged.items())
            or any(pivot in p.free for p in expand)
        )
        if touched:
            body = Poly(
                ((mono([*merged.items(), *((h, Fraction(1)) for h in rest if h.head != "guard")]), coefficient),)
            )
            parts = [nz.instantiate(body, {pivot: value}), *(nz.instantiate(p, {pivot: value}) for p in expand)]
            parts += [
                integer_guard(h.parts[0], h.parts[1].substitute({pivot: value})) for h in rest if h.head == "guard"
            ]
            return nz.multiply_all([*parts, single(g)])
    rows = [g.parts[1] for g in others if g.head == "guard" and g.parts[0] == ">="]
    for g in others:
        if g.head != "guard":
            continue
        op, a = g.parts
        rest = [h for h in conditions if h is not g]
        if op == ">=":
            without = [r for r in rows if r is not a]
            if without and implied(a, without):
                return nz.product(
                    [
                        *merged.items(),
                        *((h, Fraction(1)) for h in rest),
                        *((atom("power", p), Fraction(1)) for p in expand),
                    ],
                    coefficient,
                )
            if without and implied(-a - 1, without):
                return ZERO
            if len(without) and implied(-a, without):
                return nz.multiply_all(
                    [
                        Poly(((mono([*merged.items(), *((h, Fraction(1)) for h in rest)]), coefficient),)),
                        *expand,
                        integer_guard("==", a),
                    ]
                )
        elif op == "!=":
            replaced = _order_unequal(a, rows)
            if replaced is not None:
                rest_factors = [*merged.items(), *((h, Fraction(1)) for h in rest)]
                return nz.multiply_all([nz.product(rest_factors, coefficient), *expand, replaced])
            expanded = _expand_unequal(nz, a, merged, rest, expand, coefficient)
            if expanded is not None:
                return expanded
    return None


def _divides(q: Poly, merged: dict[Any, Exponent]) -> bool:
    """Whether a product is a multiple of the single monomial ``q`` (then it is 0 where ``q`` is)."""
    if len(q.terms) != 1:
        return False
    return all(
        isinstance(e, Fraction) and e > 0 and isinstance(merged.get(b), Fraction) and merged[b] >= e
        for b, e in q.terms[0][0].factors
    )


def _order_unequal(a: Affine, rows: list[Affine]) -> Poly | None:
    if rows and (implied(a - 1, rows) or implied(-a - 1, rows)):
        return ONE
    if rows and implied(a, rows):
        return integer_guard(">=", a - 1)
    if rows and implied(-a, rows):
        return integer_guard(">=", -a - 1)
    return None


def _expand_unequal(
    nz: Normalizer, a: Affine, merged: dict[Any, Exponent], rest: list[Atom], expand: list[Poly], coefficient: Fraction
) -> Poly | None:
    """[a != 0] f = f - [a = 0] f, unless f has no value at a = 0 (then the guard stays)."""
    from derive.normal_form.normalizer import Undefined

    factors = [*merged.items(), *((h, Fraction(1)) for h in rest)]
    if any(
        isinstance(e, Fraction) and e < 0 and not b.free.isdisjoint(a.indices) and not nz.facts.nonzero(b)
        for b, e in merged.items()
    ):
        return None  # a denominator that may vanish where the guard does not hold
    needed = dict(nz.needed)
    try:
        at_equal = nz.multiply_all(
            [nz.product([*factors, (atom("guard", "==", _oriented(a)), Fraction(1))], coefficient), *expand]
        )
    except Undefined:
        return None
    if len(nz.needed) > len(needed):
        nz.needed = needed
        return None
    return nz.multiply_all([nz.product(factors, coefficient), *expand]) - at_equal


def _pivot(a: Affine) -> Index | None:
    """The index that an equality guard eliminates: the last by name with coefficient +-1."""
    found = [x for x, c in a.terms if isinstance(x, Index) and c in (1, -1)]
    return max(found, key=lambda i: (len(i.name), i.name)) if found else None


def split(nz: Normalizer, p: Poly) -> tuple[Poly, Poly, Poly] | None:
    """For a polynomial with a guard: the guard, the polynomial where it holds, and where it does not."""
    for m, _ in p.terms:
        for b, _e in m.factors:
            if isinstance(b, Atom) and b.head in ("guard", "positive", "zero"):
                guard = single(b)
                yes, no = [], []
                for n, c in p.terms:
                    own = [f for f in n.factors if f[0] is not b]
                    poly = nz.product(own, c) if len(own) < len(n.factors) else Poly(((n, c),))
                    yes.append(poly)
                    if len(own) == len(n.factors):
                        no.append(poly)
                total_yes, total_no = _sum(yes), _sum(no)
                if b.head == "guard" and b.parts[0] == "==":
                    a: Affine = b.parts[1]
                    pivot = _pivot(a)
                    if pivot is not None:
                        total_yes = nz.instantiate(
                            total_yes, {pivot: (a - a.coefficient(pivot) * pivot).scale(-a.coefficient(pivot))}
                        )
                return guard, total_yes, total_no
    return _split_bit(nz, p) if nz.by_bits else None


def is_bit(symbol: Symbol) -> bool:
    """Whether a symbol's values are 0 and 1, each by itself."""
    values = symbol.domain.values
    return values is not None and set(values) == {0, 1} and "one_hot" not in symbol.properties


def _split_bit(nz: Normalizer, p: Poly) -> tuple[Poly, Poly, Poly] | None:
    """For a polynomial in a number that is 0 or 1: the number, and the polynomial where it is 1 and where it is 0."""
    for m, _ in p.terms:
        for b, _e in m.factors:
            if not isinstance(b, Atom) or b.head != "entry" or not is_bit(b.parts[0]):
                continue
            held = [(n, c, dict(n.factors).get(b)) for n, c in p.terms]
            if any(e is not None and not is_natural(e) for _, _, e in held):
                continue
            yes = [nz.product([f for f in n.factors if f[0] is not b], c) for n, c, _ in held]
            no = [Poly(((n, c),)) for n, c, e in held if e is None]
            return single(b), _sum(yes), _sum(no)
    return None


def _sum(polys: list[Poly]) -> Poly:
    from derive.normal_form.poly import add_polys

    return add_polys(polys)
