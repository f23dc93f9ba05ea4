"""Expansions in one variable at 0, with a remainder: how a limit is found where the body has no value at the point.

Exp, log, sine, cosine, powers and functions declared smooth are expanded by Taylor's theorem (Peano's remainder; W. Rudin, Principles
of Mathematical Analysis, theorem 5.15 and chapter 8); sums and products of expansions are expansions. A limit exists where all negative
powers cancel; it is the coefficient of the power 0. What has no expansion here gives none: the limit is then left as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import TYPE_CHECKING, Any

from derive.normal_form.poly import (
    ONE,
    ZERO,
    Atom,
    Comp,
    Exponent,
    Mono,
    Poly,
    add_polys,
    atom,
    constant,
    is_natural,
    rename,
    single,
)
from derive.normal_form.powers import is_integer_valued
from derive.terms import Domain, Symbol, affine, fresh_index

if TYPE_CHECKING:
    from derive.normal_form.normalizer import Normalizer

MOST_TERMS = 8


class NoExpansion(Exception):
    """A part has no expansion at 0, or none is known."""


@dataclass(frozen=True)
class Series:
    """``sum_k coefficients[k] u^(low + k)`` and a remainder that vanishes against the last power."""

    low: int
    coefficients: tuple[Poly, ...]

    @property
    def top(self) -> int:
        return self.low + len(self.coefficients) - 1

    def at(self, power: int) -> Poly:
        k = power - self.low
        return self.coefficients[k] if 0 <= k < len(self.coefficients) else ZERO


def value_at_zero(nz: Normalizer, p: Poly, u: Symbol) -> Poly | None:
    """The limit of ``p`` as ``u`` tends to 0 (from where its domain lies), None when it is not found."""
    terms = 1 + max((_poles(m, u) for m, _ in p.terms), default=0)
    while terms <= MOST_TERMS:
        try:
            found = _Expander(nz, u, terms).poly(p)
        except NoExpansion:
            return None
        if any(c.terms for k, c in enumerate(found.coefficients, found.low) if k < 0):
            return None
        if found.top >= 0:
            return found.at(0)
        terms *= 2
    return None


def holds_near_zero(nz: Normalizer, p: Poly, kind: str, u: Symbol) -> bool:
    """Whether ``p`` is "nonzero", "positive" or "nonnegative" for all small ``u`` but 0."""
    for terms in (1, 2, 4):
        try:
            found = _Expander(nz, u, terms)
            leading = found.stripped(found.poly(p))
        except NoExpansion:
            continue
        odd_and_both_sides = leading.low % 2 != 0 and u.domain.lower is None and u.domain.upper is None
        first = leading.coefficients[0] if u.domain.upper is None or leading.low % 2 == 0 else -leading.coefficients[0]
        return kind == "nonzero" or (not odd_and_both_sides and nz.facts.positive(first))
    return False


def _poles(m: Mono, u: Symbol) -> int:
    """How often a monomial is divided by ``u`` or by what may vanish with it."""
    return sum(
        int(-e) for b, e in m.factors if isinstance(e, Fraction) and e < 0 and e.denominator == 1 and _mentions(b, u)
    )


def _mentions(part: Any, u: Symbol) -> bool:
    return u in getattr(part, "atoms", ())


class _Expander:
    """Expansions in ``u`` to ``terms`` terms."""

    def __init__(self, nz: Normalizer, u: Symbol, terms: int) -> None:
        self.nz, self.u, self.terms = nz, u, terms
        self.uniform = 0

    def fixed(self, p: Poly) -> Series:
        return Series(0, (p,) + (ZERO,) * (self.terms - 1))

    # ---- arithmetic
    def plus(self, parts: list[Series]) -> Series:
        if not parts:
            return self.fixed(ZERO)
        low, top = min(s.low for s in parts), min(s.top for s in parts)
        if top < low:
            raise NoExpansion
        return Series(low, tuple(self.nz.tidy(add_polys([s.at(k) for s in parts])) for k in range(low, top + 1)))

    def times(self, a: Series, b: Series) -> Series:
        low, top = a.low + b.low, min(a.top + b.low, b.top + a.low)
        made = []
        for k in range(low, top + 1):
            pairs = [(a.at(j), b.at(k - j)) for j in range(a.low, a.top + 1)]
            made.append(add_polys([self.nz.multiply(p, q) for p, q in pairs if p.terms and q.terms]))
        return Series(low, tuple(made))

    def scaled(self, s: Series, factor: Poly) -> Series:
        return Series(s.low, tuple(self.nz.multiply(c, factor) for c in s.coefficients))

    def stripped(self, s: Series) -> Series:
        """Without leading terms that are 0; the first one left is known not to be 0. Raises NoExpansion otherwise."""
        k = next((k for k, c in enumerate(s.coefficients) if c.terms), None)
        if k is None or not self.nz.facts.nonzero(s.coefficients[k]):
            raise NoExpansion
        return Series(s.low + k, s.coefficients[k:])

    def composed(self, tail: Series, derivatives: list[Poly]) -> Series:
        """``sum_k derivatives[k] tail^k / k!`` for a tail that vanishes at 0."""
        if tail.low < 0 or tail.at(0).terms:
            raise NoExpansion
        total, power = [self.fixed(derivatives[0])], self.fixed(ONE)
        for k, d in enumerate(derivatives[1:], 1):
            power = self.times(power, tail)
            total.append(self.scaled(power, d.scaled(Fraction(1, factorial(k)))))
        made = self.plus(total)
        return Series(made.low, made.coefficients[: len(derivatives) - made.low])  # no further than the derivatives go

    def split(self, s: Series) -> tuple[Poly, Series]:
        """The value at 0 and what is left."""
        if s.low < 0:
            raise NoExpansion
        value = s.at(0)
        return value, Series(0, tuple(ZERO if k == 0 else s.at(k) for k in range(s.top + 1)))

    # ---- reading
    def poly(self, p: Poly) -> Series:
        return self.plus([self.scaled(self.mono(m), constant(c)) for m, c in p.terms])

    def mono(self, m: Mono) -> Series:
        return self.product(list(m.factors))

    def product(self, factors: list[tuple[Any, Exponent]]) -> Series:
        outside = [(b, e) for b, e in factors if not _mentions(b, self.u) and not _mentions(e, self.u)]
        result = self.fixed(self.nz.product(outside))
        inside = [(b, e) for b, e in factors if (b, e) not in outside]
        bells = [(b, e) for b, e in inside if isinstance(b, Atom) and b.head == "exp" and isinstance(e, Fraction)]
        if bells and self.end_of(self.poly(Poly(tuple((b.parts[0], e) for b, e in bells)))) == -1:
            result = self.times(result, self.fixed(ZERO))  # their product is smaller than every power
            inside = [f for f in inside if f not in bells]
        for b, e in inside:
            result = self.times(result, self.factor(b, e))
        return result

    def factor(self, b: Any, e: Exponent) -> Series:
        if isinstance(b, Atom) and b.head == "entry" and isinstance(e, Fraction):
            if e.denominator != 1:
                raise NoExpansion
            return Series(int(e), self.fixed(ONE).coefficients)
        if _mentions(e, self.u):
            raise NoExpansion
        base = self.base(b)
        if is_natural(e):
            result = base
            for _ in range(int(e) - 1):
                result = self.times(result, base)
            return result
        natural = isinstance(e, Poly) and is_integer_valued(e) and self.nz.facts.nonnegative(e)
        return self.power(base if natural and base.low == 0 else self.stripped(base), e)

    def power(self, s: Series, e: Exponent) -> Series:
        """``s ** e`` by the binomial series around its first coefficient."""
        first, nz = s.coefficients[0], self.nz
        whole = isinstance(e, Fraction) and e.denominator == 1
        if not whole and (s.low or not (nz.facts.positive(first) or (isinstance(e, Poly) and is_integer_valued(e)))):
            raise NoExpansion  # for a natural exponent the binomial formula holds whatever the first coefficient is
        exponent = e if isinstance(e, Poly) else constant(e)
        tail = Series(0, (ZERO, *s.coefficients[1:]))
        derivatives, factor = [], ONE
        for k in range(len(s.coefficients)):
            lowered = exponent - constant(k)
            value = lowered.constant
            power = nz.symbolic_power(first, lowered) if value is None else nz.power(first, value)
            derivatives.append(nz.multiply(factor, power))
            factor = nz.multiply(factor, lowered)
        made = self.composed(tail, derivatives)
        return Series(made.low + int(e) * s.low, made.coefficients) if whole else made

    def base(self, b: Any) -> Series:
        nz = self.nz
        if isinstance(b, Comp):
            return self.component(b)
        if b.head == "power":
            return self.poly(b.parts[0])
        if b.head == "exp":
            value, tail = self.split(self.mono(b.parts[0]))
            return self.composed(tail, [nz.exp(value)] * self.terms)
        if b.head == "log":
            value, tail = self.split(self.poly(b.parts[0]))
            if not nz.facts.positive(value):
                raise NoExpansion
            inverse = nz.power(value, Fraction(-1))
            powers = [constant(Fraction((-1) ** (k + 1) * factorial(k - 1))) for k in range(1, self.terms)]
            return self.composed(self.scaled(tail, inverse), [nz.log(value), *powers])
        if b.head == "fn" and b.parts[0] in ("sin", "cos"):
            value, tail = self.split(self.poly(b.parts[1]))
            circle = [self.function(name, value) for name in ("sin", "cos")]
            circle += [-circle[0], -circle[1]]
            start = ("sin", "cos").index(b.parts[0])
            return self.composed(tail, [circle[(start + k) % 4] for k in range(self.terms)])
        if b.head == "fn" and b.parts[0] == "erf":
            inner = self.poly(b.parts[1])
            if (end := self.end_of(inner)) != 0:
                return self.fixed(constant(end))  # but for less than every power
            value, tail = self.split(inner)
            if self.terms > 2:
                raise NoExpansion
            bell = nz.multiply(nz.exp(-nz.multiply(value, value)), nz.power(single(atom("pi")), Fraction(-1, 2)))
            return self.composed(tail, [self.function("erf", value), bell.scaled(Fraction(2))][: self.terms])
        if b.head == "integral":
            return self.integral(b)
        if b.head == "apply" and len(b.parts[1]) == 1 and isinstance(b.parts[1][0], Poly):
            return self.applied(b)
        raise NoExpansion

    def end_of(self, s: Series) -> int:
        """1 or -1 where an expansion goes to the upper or lower end of the line at 0, 0 where it does not or this is not known."""
        k = next((k for k, c in enumerate(s.coefficients, s.low) if c.terms), 0)
        below, above = self.u.domain.upper is not None, self.u.domain.lower is not None
        if k >= 0 or (k % 2 and not below and not above):
            return 0
        first = -s.at(k) if k % 2 and below else s.at(k)
        return 1 if self.nz.facts.positive(first) else -1 if self.nz.facts.positive(-first) else 0

    def function(self, name: str, argument: Poly) -> Poly:
        from derive.normal_form.functions import elementary

        return elementary(self.nz, name, [argument])

    def applied(self, b: Atom) -> Series:
        """A function of one real, to the order up to which it is said to be differentiable (0: it is said to be continuous)."""
        function, arguments, indices, partials = b.parts
        value, tail = self.split(self.poly(arguments[0]))
        said = function.properties
        order = (
            function.smooth if function.smooth > 1 or "differentiable" in said else 0 if "continuous" in said else -1
        )
        order -= len(partials)
        if order < 0 or (partials and not order):  # the last derivative exists, it need not be continuous
            raise NoExpansion
        order = max(0, order - self.uniform)  # under an integral the remainder must vanish at all points alike
        known = min(self.terms - 1, order)
        slots = [(*partials, *(((0, ()),) * k)) for k in range(known + 1)]
        return self.composed(tail, [single(atom("apply", function, (value,), indices, slot)) for slot in slots])

    def integral(self, b: Atom) -> Series:
        """An integral with finite ends, over [0, 1] after the substitution ``lower + (upper - lower) s``."""
        from derive.normal_form.integrals import integrate, moved

        name, lower, upper, body = b.parts
        if not isinstance(lower, Poly) or not isinstance(upper, Poly):
            raise NoExpansion
        old = next((a for a in body.atoms if isinstance(a, Symbol) and a.name == name), None)
        if old is None:
            raise NoExpansion
        s = Symbol(name + "s", (), Domain(Fraction(0), False, Fraction(1)))
        length = self.nz.tidy(upper - lower)
        place = lower + self.nz.multiply(length, single(atom("entry", s, ())))
        self.uniform += 1
        try:
            inner = self.poly(moved(self.nz, body, old, place))
        finally:
            self.uniform -= 1
        if inner.low < 0:
            raise NoExpansion
        made = Series(inner.low, tuple(integrate(self.nz, c, s, ZERO, ONE) for c in inner.coefficients))
        return self.times(self.poly(length), made)

    def component(self, b: Comp) -> Series:
        """A finite sum, term by term."""
        if any(i.hi is None for i in b.bound) or any(
            not {*i.lo.indices, *(i.hi.indices if i.hi is not None else ())}.isdisjoint(b.bound) for i in b.bound
        ):
            raise NoExpansion
        fresh = {i: fresh_index(i) for i in b.bound}
        names = {i: affine(j) for i, j in fresh.items()}
        factors = [(rename(f, names), rename(e, names) if isinstance(e, Poly) else e) for f, e in b.factors]
        inner = self.product(factors)
        made = []
        for c in inner.coefficients:
            for j in fresh.values():
                c = self.nz.sum_over(j, c)
            made.append(c)
        return Series(inner.low, tuple(made))
