"""Inequalities by certificates: signs, squares, common parts, monotone functions, norms, log u >= 1 - 1/u, Jensen, domains of integrals.

Each certificate is a sufficient condition that only uses signs (`derive.normal_form.signs`) and equalities (the normal form).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Any

from derive.normal_form.cases import Cases
from derive.normal_form.combinations import Combinations
from derive.normal_form.decide import Setting
from derive.normal_form.forms import (
    addends,
    cancelled,
    convex,
    factors,
    infinite,
    is_root,
    same_end,
    squared,
    vector,
    weights_of_form,
)
from derive.normal_form.log_bounds import LogBounds
from derive.normal_form.sum_bounds import SumBounds
from derive.normal_form.triangle import Triangle
from derive.terms import (
    ONE,
    ZERO,
    Add,
    Expectation,
    Fn,
    Guard,
    Integral,
    Mul,
    Num,
    Pow,
    Sum,
    Symbol,
    Term,
    alpha_equal,
    free_indices,
    free_symbols,
    fresh_index,
    substitute,
    term,
)
from derive.terms.symbols import Domain

MAX_DEPTH = 7


@dataclass
class Prover(LogBounds, Cases, Triangle, Combinations, SumBounds):
    """The search for a certificate under one setting."""

    setting: Setting

    # ---- signs
    def interval(self, t: Term) -> Any:
        nz = self.setting.normalizer
        return nz.facts.interval(nz.tidy(self.setting.read(t)))

    def equal(self, a: Term, b: Term) -> bool:
        from derive.normal_form.equality import Budget, is_zero

        nz = self.setting.normalizer
        return is_zero(nz, self.setting.read(a) - self.setting.read(b), self.setting.rules, Budget(60))

    def nonnegative(self, t: Term, depth: int = 0) -> str | None:
        """Why ``t >= 0``, or None."""
        if depth > MAX_DEPTH:
            return None
        if isinstance(t, Num):
            return "a number" if t.value >= 0 else None
        if isinstance(t, Pow) and isinstance(t.exponent, Num):
            e = t.exponent.value
            if e.denominator % 2 == 0 or (e.denominator == 1 and e.numerator % 2 == 0):
                return "a square is nonnegative"
            if self.nonnegative(t.base, depth + 1):
                return "a power of what is nonnegative"
        if isinstance(t, Fn) and t.name in ("exp", "abs"):
            return "exp and absolute values are nonnegative"
        if isinstance(t, Guard):
            return "an indicator is nonnegative"
        if isinstance(t, Mul) and self._product(list(t.fields), depth):
            return "a product of what is nonnegative"
        if isinstance(t, Sum | Mul) and (weights := weights_of_form(t)) is not None:
            if all(self.nonnegative(w, depth + 1) or self.interval(w).nonnegative for w in weights):
                return "a positive semidefinite quadratic form"
        if isinstance(t, Sum | Expectation) and self.nonnegative(t.body, depth + 1):
            return "a sum of squares and products of what is nonnegative"
        if isinstance(t, Add) and all(self.nonnegative(u, depth + 1) for u in t.fields):
            return "a sum of what is nonnegative"
        if isinstance(t, Integral) and self._nonnegative_integral(t, depth):
            return "the integral of what is nonnegative"
        if depth <= 2 and self.interval(t).nonnegative:
            return "sign"
        if depth <= 1 and self._factored(t):
            return "a product of squares and of what is nonnegative"
        return self._by_logarithm(t) if depth <= 1 else None

    def _factored(self, t: Term) -> bool:
        """Whether the polynomial factors into even powers and factors of known sign (in even number where negative)."""
        nz = self.setting.normalizer
        p = self._cleared(nz.tidy(self.setting.read(t)))
        if nz.facts.interval(p).nonnegative:
            return True
        parts = nz.factored(p)
        if parts is None:
            return False
        sign = 1
        for f, k in parts:
            if k % 2 == 0 or nz.facts.nonnegative(f):
                continue
            if not nz.facts.nonnegative(-f):
                return False
            sign = -sign
        return sign > 0

    def positive(self, t: Term) -> bool:
        """Whether the polynomial, times positive powers of its denominators, factors into parts of known sign, none of them 0."""
        nz = self.setting.normalizer
        p = self._cleared(nz.tidy(self.setting.read(t)))
        if nz.facts.interval(p).positive:
            return True
        parts = nz.factored(p)
        if parts is None:
            return False
        sign = 1
        for f, k in parts:
            own = nz.facts.interval(f)
            if not (own.positive or own.negative or (k % 2 == 0 and nz.facts.nonzero(f))):
                return False
            sign *= -1 if own.negative and k % 2 else 1
        return sign > 0

    def _cleared(self, p: Any) -> Any:
        """``p`` times positive powers of the sums in its denominators, which do not change its sign."""
        nz = self.setting.normalizer
        for base in sorted(
            {b for m, _ in p.terms for b, e in m.factors if getattr(b, "head", "") == "power"}, key=lambda b: b.key
        ):
            exponents = [dict(m.factors).get(base, Fraction(0)) for m, _ in p.terms]
            if not all(isinstance(e, Fraction) and e.denominator == 1 for e in exponents):
                continue
            k = -min(exponents)
            if k <= 0:
                continue
            if not nz.facts.positive(base.parts[0]):
                k += k % 2
                nz.require(base, "nonzero")
            p = nz.expand(nz.multiply(p, nz.product([(base, k)])))
        return p

    def _product(self, parts: list[Term], depth: int) -> bool:
        """Pairs of equal factors are squares; the rest must be nonnegative one by one."""
        left: list[Term] = []
        for f in parts:
            twin = next((g for g in left if alpha_equal(f, g)), None)
            if twin is not None:
                left.remove(twin)
            else:
                left.append(f)
        return all(self.nonnegative(f, depth + 1) or self.interval(f).nonnegative for f in left)

    def _nonnegative_integral(self, t: Integral, depth: int) -> bool:
        body = self._restricted(t)
        return body is not None and self.nonnegative(body, depth + 1) is not None

    def _restricted(self, t: Integral) -> Term | None:
        """The integrand with its variable in the interval of integration (its ends in order): a nonnegative shift of the lower end."""
        if not self._ordered(t.lower, t.upper):
            return None
        if isinstance(t.lower, Num):
            variable = Symbol(f"{t.symbol.name}#", (), Domain(lower=t.lower.value))
            return substitute(t.body, {}, {t.symbol: term(variable)})
        if free_symbols(t.lower) or isinstance(t.lower, Num):
            variable = Symbol(f"{t.symbol.name}#", (), Domain(lower=Fraction(0)))
            return substitute(t.body, {}, {t.symbol: Add(t.lower, term(variable))})
        return t.body if infinite(t.lower) else None

    def _ordered(self, lower: Term, upper: Term) -> bool:
        return infinite(lower) or infinite(upper) or self.interval(upper - lower).nonnegative

    # ---- comparisons
    def less(self, a: Term, b: Term, depth: int = 0) -> str | None:
        """Why ``a <= b``, or None."""
        if depth > MAX_DEPTH:
            return None
        if alpha_equal(a, b):
            return "equal"
        nz = self.setting.normalizer
        before, known = dict(nz.needed), len(nz.cache)
        for rule in self._attempts(a, b, depth):
            if rule is not None:
                return rule
            if nz.needed != before:  # a failed attempt needs nothing; what it read is read again, with what that needs
                nz.needed = dict(before)
                for t in list(nz.cache)[known:]:
                    del nz.cache[t]
        return None

    def _attempts(self, a: Term, b: Term, depth: int) -> Iterator[str | None]:
        left, right = cancelled(addends(a), addends(b))
        if not left and not right:
            yield "equal"
        if not left:
            why = [self.nonnegative(u) for u in right]
            yield why[0] if len(why) == 1 and why[0] else ("a sum of what is nonnegative" if all(why) else None)
        if (len(left), len(right)) != (len(addends(a)), len(addends(b))):
            yield self.less(Add(*left) if left else ZERO, Add(*right) if right else ZERO, depth)
            return
        if not left or not right:
            yield self._moved(left, right, depth)
        yield self._absolute(a, b, depth)
        yield self._over_one_range(a, b, depth)
        yield self._monotone(a, b, depth)
        yield self._one_term(a, b, depth)
        yield self._common_factor(a, b, depth)
        yield self._norms(a, b)
        yield self._longest_way(a, b, depth)
        yield self._roots(a, b, depth)
        yield self._diagonal(a, b)
        yield self._jensen(a, b)
        yield self._integrals(a, b, depth)
        if 1 < len(left) == len(right) <= 4:
            for order in permutations(right):
                if all(self.less(u, v, depth + 2) for u, v in zip(left, order, strict=True)):
                    yield "a sum of inequalities"
                    return
        if depth == 0:
            yield self.nonnegative(b - a)
            yield self._by_combination(a, b)
        if self.interval(b - a).nonnegative:
            yield "sign of the difference"
        yield self._by_indicator(a, b, depth)

    def _monotone(self, a: Term, b: Term, depth: int) -> str | None:
        if (
            isinstance(a, Fn)
            and isinstance(b, Fn)
            and a.name == b.name
            and a.name in ("exp", "log", "tanh", "arctan", "erf", "softplus")
        ):
            return f"{a.name} is increasing" if self.less(a.fields[1], b.fields[1], depth + 1) else None
        if isinstance(a, Fn) and a.name == "exp" and b is ONE and self.less(a.fields[1], ZERO, depth + 1):
            return "exp u <= 1 for u <= 0"
        if isinstance(b, Fn) and b.name == "exp":
            u = b.fields[1]
            if self.equal(a, 1 + u) or (a is ONE and self.less(ZERO, u, depth + 1)):
                return "1 + u <= exp u"
        if (
            isinstance(b, Fn)
            and b.name == "log"
            and not isinstance(a, Fn)
            and self.less(Fn("exp", a), b.fields[1], depth + 1)
        ):
            return "exp is increasing"
        if (
            isinstance(a, Fn)
            and a.name == "log"
            and not isinstance(b, Fn)
            and self.less(a.fields[1], Fn("exp", b), depth + 1)
        ):
            return "exp is increasing"
        if isinstance(a, Sum | Expectation) and type(a) is type(b):
            if isinstance(a, Expectation):
                return (
                    "expectation is monotone"
                    if a.given == b.fields[1] and self.less(a.body, b.fields[0], depth + 1)
                    else None
                )
            other = b.fields[0]
            if a.index.lo is other.lo and a.index.hi is other.hi:
                new = fresh_index(a.index)
                one, two = substitute(a.body, {a.index: new}), substitute(b.fields[1], {other: new})
                return "term by term" if self.less(one, two, depth + 1) else None
        if isinstance(a, Pow) and isinstance(b, Pow) and a.exponent is b.exponent and isinstance(a.exponent, Num):
            if a.exponent.value > 0 and self.interval(a.base).nonnegative and self.less(a.base, b.base, depth + 1):
                return "powers are increasing"
            if a.exponent.value < 0 and self.interval(b.base).positive and self.less(b.base, a.base, depth + 1):
                return "reciprocals are decreasing"
        return None

    def _moved(self, left: list[Term], right: list[Term], depth: int) -> str | None:
        """What is subtracted on one side added on the other, where one side is 0."""
        kept: tuple[list[Term], list[Term]] = ([], [])
        moved: tuple[list[Term], list[Term]] = ([], [])
        for side, own in enumerate((left, right)):
            for u in own:
                negative = any(isinstance(f, Num) and f.value < 0 for f in factors(u))
                (moved if negative else kept)[side].append(Mul(-1, u) if negative else u)
        if not moved[0] and not moved[1]:
            return None
        return self.less(Add(*kept[0], *moved[1]), Add(*kept[1], *moved[0]), depth + 1)

    def _one_term(self, a: Term, b: Term, depth: int) -> str | None:
        """A sum of what is nonnegative is at least any one of its terms."""
        if not isinstance(b, Sum):
            return None
        for i in free_indices(a):
            if i.lo is b.index.lo and i.hi is b.index.hi and self.equal(a, substitute(b.body, {b.index: i})):
                own = self.nonnegative(b.body, depth + 1) or self.interval(b.body).nonnegative
                return "one term of a sum of what is nonnegative" if own else None
        return None

    def _common_factor(self, a: Term, b: Term, depth: int) -> str | None:
        left, right = cancelled(factors(a), factors(b))
        shared = [f for f in factors(a) if f not in left]
        if not shared:
            return None
        c = Mul(*shared)
        u, v = Mul(*left) if left else ONE, Mul(*right) if right else ONE
        own = self.interval(c)
        if own.nonnegative or self.nonnegative(c):
            return "a nonnegative factor" if self.less(u, v, depth + 1) else None
        if own.nonpositive:
            return "a negative factor" if self.less(v, u, depth + 1) else None
        return None

    def _roots(self, a: Term, b: Term, depth: int) -> str | None:
        """Square both sides where a root stands alone; Cauchy-Schwarz for the inner product in its square."""
        if self._cauchy_schwarz(a, b):
            return "Cauchy-Schwarz inequality"
        roots = [any(isinstance(f, Pow) and f.exponent == Num(Fraction(1, 2)) for f in factors(t)) for t in (a, b)]
        if any(roots) and depth <= 3 and (self.interval(b).nonnegative or self.nonnegative(b, depth + 1)):
            if self.interval(a).nonnegative or self.nonnegative(a, depth + 1):
                left, right = (Mul(*(squared(f) for f in factors(t))) for t in (a, b))
                if self._factored(right - left) or self.less(left, right, depth + 2):
                    return "squares are in the same order"
        return None

    def _norms(self, a: Term, b: Term) -> str | None:
        """The triangle inequality and Cauchy-Schwarz for Euclidean norms and absolute values."""
        if is_root(a):
            parts = []
            for u in addends(b):
                norms = [f for f in factors(u) if is_root(f)]
                rest = [f for f in factors(u) if not is_root(f)]
                if len(norms) != 1 or not self.interval(Mul(*rest) if rest else ONE).nonnegative:
                    return None
                parts.append((Mul(*rest) if rest else ONE, vector(norms[0])))
            whole = vector(a)
            if whole is None or any(v is None or len(v[0]) != len(whole[0]) for _, v in parts) or len(parts) > 4:
                return None
            target = self._placed(whole, whole[0])
            pieces = [Mul(c, self._placed(v, whole[0])) for c, v in parts]
            for mask in range(2 ** len(pieces)):
                signed = Add(*(p if mask >> k & 1 == 0 else Mul(-1, p) for k, p in enumerate(pieces)))
                if self.equal(target, signed):
                    return "triangle inequality"
        return None

    @staticmethod
    def _placed(vector: Any, indices: Any) -> Term:
        names, body = vector
        return substitute(body, dict(zip(names, indices, strict=True)))

    def _jensen(self, a: Term, b: Term) -> str | None:
        """f(sum w x) <= sum w f(x) for convex f, w >= 0 with sum 1 (sums, expectations, two points)."""
        if isinstance(b, Fn) and b.name == "log":
            return self._concave(a, b.fields[1])
        if isinstance(b, Expectation):
            inner = b.body
            for name, argument in convex(inner):
                if self.equal(a, name(Expectation(argument, b.given))):
                    return "Jensen's inequality"
        if isinstance(b, Sum):
            for k, f in enumerate(factors(b.body)):
                rest = factors(b.body)[:k] + factors(b.body)[k + 1 :]
                w = Mul(*rest) if rest else ONE
                for name, argument in convex(f):
                    if (
                        self.equal(Sum(b.index, w), ONE)
                        and self.interval(w).nonnegative
                        and self.equal(a, name(Sum(b.index, Mul(w, argument))))
                    ):
                        return "Jensen's inequality"
        return None

    def _concave(self, a: Term, mean: Term) -> str | None:
        """sum w log x <= log(sum w x) for w >= 0 with sum 1."""
        if isinstance(a, Expectation) and isinstance(a.body, Fn) and a.body.name == "log":
            return "Jensen's inequality" if self.equal(mean, Expectation(a.body.fields[1], a.given)) else None
        if not isinstance(a, Sum):
            return None
        logs = [f for f in factors(a.body) if isinstance(f, Fn) and f.name == "log"]
        if len(logs) != 1:
            return None
        w = Mul(*(f for f in factors(a.body) if f is not logs[0]))
        fair = self.equal(Sum(a.index, w), ONE) and self.interval(w).nonnegative
        return "Jensen's inequality" if fair and self.equal(mean, Sum(a.index, Mul(w, logs[0].fields[1]))) else None

    def _integrals(self, a: Term, b: Term, depth: int) -> str | None:
        """A nonnegative integrand over a larger domain; integrands in order over one domain."""
        pairs = []
        for t in (a, b):
            inside = [f for f in factors(t) if isinstance(f, Integral)]
            if len(inside) != 1:
                return None
            rest = [f for f in factors(t) if f is not inside[0]]
            i = inside[0]
            pairs.append(Integral(i.symbol, i.lower, i.upper, Mul(*rest, i.body)))
        x, y = pairs
        body = substitute(x.body, {}, {x.symbol: term(y.symbol)})
        if x.lower is y.lower and x.upper is y.upper:
            gap = self._restricted(Integral(y.symbol, y.lower, y.upper, y.body - body))
            return "integrands in order" if gap is not None and self._gap(gap, depth) else None
        if self.equal(body, y.body) and self._within(x, y):
            inside_body = self._restricted(y)
            return (
                "a nonnegative integrand over a larger domain"
                if inside_body is not None and self.nonnegative(inside_body, depth + 1)
                else None
            )
        return None

    def _gap(self, gap: Term, depth: int) -> bool:
        if self.interval(gap).nonnegative or self.nonnegative(gap, depth + 1):
            return True
        left: list[Term] = []
        right: list[Term] = []
        for u in addends(gap):
            number = next((f.value for f in factors(u) if isinstance(f, Num)), Fraction(1))
            (left if number < 0 else right).append(Mul(-1, u) if number < 0 else u)
        return self.less(Add(*left) if left else ZERO, Add(*right) if right else ZERO, depth + 2) is not None

    def _within(self, x: Integral, y: Integral) -> bool:
        low = (
            same_end(x.lower, y.lower)
            or infinite(y.lower)
            or (not infinite(x.lower) and self.interval(x.lower - y.lower).nonnegative)
        )
        high = (
            same_end(x.upper, y.upper)
            or infinite(y.upper)
            or (not infinite(x.upper) and self.interval(y.upper - x.upper).nonnegative)
        )
        return low and high and self._ordered(x.lower, x.upper)
