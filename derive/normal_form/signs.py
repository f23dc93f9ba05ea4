"""Facts and signs: what declarations, hypotheses and definedness say about the sign and range of a polynomial.

The reasoning is interval arithmetic over the bases of each monomial, even powers, sums over nonempty ranges, and a table of facts
(polynomials known positive, nonnegative or nonzero, for all values of their schematic indices). A "no" means "not known".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import permutations
from math import lcm
from typing import Any

from derive.normal_form.definite import DEFINITE, definiteness, quadratic_form
from derive.normal_form.enclosures import ends
from derive.normal_form.grouping import affine_of, by_common_factor, by_common_range, by_indicator
from derive.normal_form.integers import implied, nonempty
from derive.normal_form.intervals import POINT_ZERO, Interval
from derive.normal_form.poly import (
    Atom,
    Comp,
    Factor,
    Lam,
    Mono,
    Poly,
    content,
    erased,
    is_natural,
    mono,
    rename,
)
from derive.terms import Affine, Index

MOST_POWERS = 1000  # the largest power of a number that is computed
UNKNOWN = Interval()
POSITIVE = Interval(Fraction(0), True)
NONNEGATIVE = Interval(Fraction(0))
SIGNS = {
    0: UNKNOWN,
    1: NONNEGATIVE,
    2: POSITIVE,
    -1: Interval(hi=Fraction(0)),
    -2: Interval(hi=Fraction(0), hi_open=True),
}
KINDS = {"positive": POSITIVE, "nonnegative": NONNEGATIVE, "nonzero": Interval(nonzero=True)}


@dataclass
class Facts:
    """What is known. ``table`` maps the key of a primitive polynomial (schematic indices erased) to what was stated of it."""

    table: dict[str, list[tuple[Poly, frozenset[Index], str]]] = field(default_factory=dict)
    determinants: list[Lam] = field(default_factory=list)
    _seen: dict[Any, Interval] = field(default_factory=dict)

    def learn(self, p: Poly, kind: str, schematic: Iterable[Index] = ()) -> None:
        """Record that ``p`` is "positive", "nonnegative" or "nonzero" for all values of the schematic indices."""
        if p.constant is not None:
            return
        c, common, q = content(p)
        self._seen.clear()
        if kind == "nonzero":
            for base, _ in common:
                self._store(_as_poly(base), kind, schematic)
            if q.constant is None:
                self._store(q, kind, schematic)
            return
        around = self._factors(common).scaled(Fraction(1) if c > 0 else Fraction(-1))
        if q.constant is not None:
            unknown = [f for f, i in ((f, self.factor(f)) for f in common) if not (i.positive or i.negative)]
            if len(common) == 1:
                unknown = list(common)
            if len(unknown) == 1:
                rest = self._factors([f for f in common if f is not unknown[0]]).scaled(
                    Fraction(1) if c > 0 else Fraction(-1)
                )
                base, e = unknown[0]
                odd = isinstance(e, Fraction) and e.numerator % 2 == 1
                if rest.positive and not isinstance(e, Fraction):  # such as (-1)^n
                    self._store(Poly(((mono([(base, e)]), Fraction(1)),)), kind, schematic)
                if rest.positive and odd:
                    self._store(_as_poly(base), kind, schematic)
                elif rest.negative and odd:
                    self._store(-_as_poly(base), kind, schematic)
                elif kind == "positive":
                    self._store(_as_poly(base), "nonzero", schematic)
            elif kind == "positive":
                for base, _ in common:
                    self._store(_as_poly(base), "nonzero", schematic)
            self._store(p, kind, schematic)
            return
        if around.positive:
            self._store(q, kind, schematic)
        elif around.negative:
            self._store(-q, kind, schematic)
        else:
            self._store(p, kind, schematic)
            if kind == "positive":
                for base, _ in common:
                    self._store(_as_poly(base), "nonzero", schematic)

    def plain(self, p: Poly, kind: str) -> bool:
        """Whether the monomials show by themselves that ``p`` is of the kind, so that to learn it would add nothing."""
        common = content(p)[1] if p.terms else ()
        if len(p.terms) == 1:
            signs = [self.factor(f) for f in common]
            if not all(i.positive or i.negative for i in signs):
                return False
        elif common:
            return False
        total = Interval(Fraction(0), False, Fraction(0), False)
        for m, c in p.terms:
            total = total.plus(self.mono(m).scaled(c))
        return {"positive": total.positive, "nonnegative": total.nonnegative, "nonzero": total.without_zero}[kind]

    def _store(self, p: Poly, kind: str, schematic: Iterable[Index]) -> None:
        scale = max(abs(c) for _, c in p.terms)
        p = p.scaled(1 / scale)
        self.table.setdefault(erased(p), []).append((p, frozenset(schematic) & p.free, kind))
        self._seen.clear()

    def _stated(self, p: Poly) -> Interval:
        """What the table says of ``p`` itself (or of ``-p``)."""
        result = UNKNOWN
        scale = max((abs(c) for _, c in p.terms), default=Fraction(1))
        for sign in (1, -1):
            q = p.scaled(Fraction(sign) / scale)
            for fact, schematic, kind in self.table.get(erased(q), ()):
                if fact is q or (schematic and _instance(fact, schematic, q)):
                    result = result.meet(KINDS[kind].scaled(Fraction(sign)))
        return result

    # ---- intervals
    def interval(self, p: Poly) -> Interval:
        """An interval that holds the value of ``p`` wherever it is defined."""
        found = self._seen.get(p)
        if found is None:
            self._seen[p] = UNKNOWN  # against loops
            found = self._seen[p] = self._interval(p)
        return found

    def _interval(self, p: Poly) -> Interval:
        value = p.constant
        if value is not None:
            return Interval(value, False, value, False)
        total = Interval(Fraction(0), False, Fraction(0), False)
        for m, c in p.terms:
            total = total.plus(self.mono(m).scaled(c))
        total = total.meet(self._stated(p)).meet(_of_logarithms(p))
        if len(p.terms) > 1:
            if (whole := affine_of(p)) is not None:
                total = total.meet(_integer_interval(whole))
            if self.table and not total.positive and not total.negative:
                total = total.meet(self._by_difference(p))
            if not total.positive and not total.negative:
                total = total.meet(self._by_content(p))
            if not total.positive and not total.negative:
                total = total.meet(by_common_factor(self, p) or UNKNOWN).meet(SIGNS[by_common_range(self, p)])
            if not total.positive and not total.negative:
                total = total.meet(by_indicator(self, p) or UNKNOWN)
        if not total.positive and not total.negative and (known := ends(p)) is not None:
            total = total.meet(Interval(known[0], False, known[1], False))
        return total

    def _by_content(self, p: Poly) -> Interval:
        c, common, q = content(p)
        if not common:
            return UNKNOWN
        inner = self.interval(q)
        return inner.times(self._factors(common)).scaled(c)

    def _by_difference(self, p: Poly) -> Interval:
        """``p = fact + rest`` with a fact >= 0 and a rest of known sign."""
        result = UNKNOWN
        for facts in list(self.table.values()):
            for fact, schematic, kind in facts:
                if kind == "nonzero" or fact is p or len(fact.terms) > len(p.terms) + 1:
                    continue
                for f in _instances(fact, schematic, p):
                    scale = next((c / k for m, k in f.terms for n, c in p.terms if m is n), None)
                    if scale is None:
                        continue
                    rest = p - f.scaled(scale)
                    if len(rest.terms) >= len(p.terms):
                        continue
                    total = Interval(Fraction(0), False, Fraction(0), False)
                    for m, c in rest.terms:
                        total = total.plus(self.mono(m).scaled(c))
                    result = result.meet(total.plus(KINDS[kind].scaled(scale)))
        return result

    def mono(self, m: Mono) -> Interval:
        return self._factors(m.factors).meet(
            self._stated(Poly(((m, Fraction(1)),))) if self.table and len(m.factors) > 1 else UNKNOWN
        )

    def _factors(self, factors: Iterable[Factor]) -> Interval:
        result = Interval(Fraction(1), False, Fraction(1), False)
        for f in factors:
            result = result.times(self.factor(f))
        return result

    def factor(self, factor: Factor) -> Interval:
        base, e = factor
        inner = self.base(base)
        if not isinstance(e, Fraction):
            return POSITIVE if inner.positive else NONNEGATIVE if inner.nonnegative else UNKNOWN
        if e == 1:
            return inner
        if e == -1:
            return _reciprocal(inner)
        if is_natural(e):
            power = inner
            if e.numerator % 2 == 0:
                if inner.nonpositive:
                    power = inner = inner.scaled(Fraction(-1))
                if not inner.nonnegative:
                    bound = None if inner.lo is None or inner.hi is None else max(-inner.lo, inner.hi) ** int(e)
                    return Interval(Fraction(0), inner.without_zero, bound, False, inner.without_zero)
            for _ in range(min(int(e), 12) - 1):
                power = power.times(inner)
            return power if e <= 12 else (POSITIVE if inner.positive else NONNEGATIVE if inner.nonnegative else UNKNOWN)
        if e.denominator == 1:
            return _reciprocal(self.factor((base, -e)))
        if inner.positive:
            return POSITIVE
        if e.numerator % 2 == 0 and e.denominator % 2 == 1:
            return NONNEGATIVE
        return POSITIVE if e < 0 else Interval(Fraction(0), False, None, False, inner.without_zero)

    def base(self, b: Any) -> Interval:
        """An interval for one base."""
        found = self._seen.get(b)
        if found is None:
            self._seen[b] = UNKNOWN
            found = self._base(b)
            if self.table:
                found = found.meet(self._stated(_as_poly(b)))
            self._seen[b] = found
        return found

    def _base(self, b: Any) -> Interval:
        if isinstance(b, Comp):
            inner = self._factors(b.factors)
            if all(nonempty(i) for i in b.bound):
                if inner.nonnegative:
                    return Interval(
                        inner.lo, inner.lo_open or (inner.positive and inner.lo == 0), None, False, inner.positive
                    )
                if inner.nonpositive:
                    return Interval(
                        None, False, inner.hi, inner.hi_open or (inner.negative and inner.hi == 0), inner.negative
                    )
            elif inner.nonnegative:
                return NONNEGATIVE
            known = quadratic_form(b, self)
            return POSITIVE if known == DEFINITE else NONNEGATIVE if known else UNKNOWN
        head, parts = b.head, b.parts
        if head == "entry":
            d = parts[0].domain
            if d.values is not None:
                return Interval(min(d.values), False, max(d.values), False, 0 not in d.values)
            if parts[0].properties & {"positive_definite"} and len(parts[1]) == 2 and parts[1][0] is parts[1][1]:
                return POSITIVE
            shaped = parts[0].properties & {"diagonal", "lower_triangular", "upper_triangular"}
            pivot = shaped and "invertible" in parts[0].properties and parts[1][0] is parts[1][1]
            return Interval(d.lower, d.lower_open, d.upper, d.upper_open, d.nonzero or bool(pivot))
        if head == "int":
            return _integer_interval(parts[0])
        if head == "exp":
            p = self.interval(Poly(((parts[0], Fraction(1)),)))
            return Interval(
                Fraction(1) if p.nonnegative else Fraction(0),
                p.positive or not p.nonnegative,
                Fraction(1) if p.nonpositive else None,
                p.negative,
            )
        if head == "power":
            return self.interval(parts[0])
        if head in ("guard", "positive", "zero"):
            return Interval(Fraction(0), False, Fraction(1), False)
        if head == "num":
            value = Fraction(parts[0])
            return Interval(value, False, value, False)
        if head == "pi":
            return Interval(Fraction(333, 106), True, Fraction(355, 113), True)
        if head == "log":
            p = self.interval(parts[0])
            if p.lo is not None and p.lo >= 1:
                return Interval(Fraction(0), p.lo > 1 or p.lo_open)
            if p.hi is not None and p.hi <= 1:
                return Interval(None, False, Fraction(0), p.hi < 1 or p.hi_open)
            return UNKNOWN
        if head == "fn":
            return self._function(parts[0], parts[1:])
        if head == "expect":
            inner = self.mono(parts[0])
            return Interval(inner.lo, False, inner.hi, False, inner.positive or inner.negative)
        if head == "det":
            known = definiteness(parts[0], self)
            if known:
                return POSITIVE if known == DEFINITE else NONNEGATIVE
            body = parts[0].body
            if len(body.terms) == 1 and len(body.terms[0][0].factors) == 1:
                (only, e), c = body.terms[0][0].factors[0], body.terms[0][1]
                if e == 1 and c > 0 and isinstance(only, Atom) and only.head == "entry":
                    if only.parts[0].properties & {"invertible", "orthogonal"}:
                        return KINDS["nonzero"]
        return UNKNOWN

    def _function(self, name: str, arguments: tuple[Poly, ...]) -> Interval:
        if name in ("sin", "cos", "erf"):
            strict = name == "erf"
            return Interval(Fraction(-1), strict, Fraction(1), strict)
        if name == "factorial" and self.interval(arguments[0]).nonnegative:
            return POSITIVE
        if name == "gamma" and self.interval(arguments[0]).positive:
            return POSITIVE
        return UNKNOWN

    # ---- questions
    def positive(self, p: Any) -> bool:
        return self.interval(_as_poly(p)).positive

    def nonnegative(self, p: Any) -> bool:
        return self.interval(_as_poly(p)).nonnegative

    def nonzero(self, p: Any) -> bool:
        """Whether ``p`` is known not to vanish; a power of a product is taken apart."""
        p = _as_poly(p)
        if self.interval(p).without_zero:
            return True
        if p.constant is not None:
            return False
        _, common, q = content(p)
        return (
            bool(common or len(p.terms) == 1)
            and all(self.base(b).without_zero for b, _ in common)
            and (q.constant is not None or self.interval(q).without_zero)
        )


def _of_logarithms(p: Poly) -> Interval:
    """The sign of a rational combination of logarithms of numbers: that of the logarithm of one number."""
    parts: list[tuple[Fraction, Fraction]] = []
    for m, c in p.terms:
        base, e = m.factors[0] if len(m.factors) == 1 else (None, None)
        if not isinstance(base, Atom) or base.head != "log" or e != 1:
            return UNKNOWN
        argument = base.parts[0].constant
        if argument is None or argument <= 0:
            return UNKNOWN
        parts.append((argument, c))
    scale = lcm(*(c.denominator for _, c in parts))
    if len(parts) < 2 or any(abs(c * scale) > MOST_POWERS for _, c in parts):
        return UNKNOWN
    number = Fraction(1)
    for argument, c in parts:
        number *= argument ** int(c * scale)
    return POSITIVE if number > 1 else POSITIVE.scaled(Fraction(-1)) if number < 1 else POINT_ZERO


def _as_poly(p: Any) -> Poly:
    if isinstance(p, Poly):
        return p
    if isinstance(p, Mono):
        return Poly(((p, Fraction(1)),))
    if isinstance(p, Atom) and p.head == "power":
        body: Poly = p.parts[0]
        return body
    return Poly(((Mono(((p, Fraction(1)),)), Fraction(1)),))


def _reciprocal(i: Interval) -> Interval:
    if i.positive:
        lo = Fraction(0) if i.hi is None else 1 / i.hi
        return Interval(lo, i.hi is None or i.hi_open, None if not i.lo else 1 / i.lo, i.lo_open, True)
    if i.negative:
        return _reciprocal(i.scaled(Fraction(-1))).scaled(Fraction(-1))
    if i.nonnegative:
        return Interval(Fraction(0), True, nonzero=True)
    return Interval(nonzero=True)


def _integer_interval(a: Affine) -> Interval:
    lo = hi = None
    for bound in range(-2, 4):
        if implied(a - bound):
            lo = Fraction(bound)
        if hi is None and implied(bound - a):
            hi = Fraction(bound)
    return Interval(lo, False, hi, False)


def _instances(fact: Poly, schematic: frozenset[Index], target: Poly) -> Iterable[Poly]:
    """The fact with its schematic indices read as free indices of the target of the same range."""
    if not schematic:
        yield fact
        return
    names = sorted(schematic, key=lambda i: i.name)
    candidates = sorted(target.free, key=lambda i: i.name)
    if len(names) > 3 or len(candidates) > 6:
        return
    for choice in permutations(candidates, len(names)):
        if all(a.lo is b.lo and a.hi is b.hi for a, b in zip(names, choice, strict=True)):
            yield rename(fact, {a: Affine(0, ((b, 1),)) for a, b in zip(names, choice, strict=True)})


def _instance(fact: Poly, schematic: frozenset[Index], target: Poly) -> bool:
    return any(f is target for f in _instances(fact, schematic, target))
