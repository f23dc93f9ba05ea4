"""The normaliser: polynomials multiplied, raised to powers, summed over indices, with guards resolved.

`Normalizer` holds the facts that powers and logarithms may rely on, and the conditions that were used without being known
(``needed``): a result holds under them. Terms are read in `derive.normal_form.terms`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from time import monotonic
from typing import Any

from derive.normal_form import guards, one_hot, powers
from derive.normal_form.components import connected, tighten
from derive.normal_form.integers import implied
from derive.normal_form.limits import MAX_BITS, MAX_TERMS, TooLarge, Undefined
from derive.normal_form.poly import (
    ONE,
    UNIT,
    ZERO,
    Atom,
    Comp,
    Exponent,
    Factor,
    Lam,
    Mono,
    Poly,
    add_polys,
    atom,
    collect,
    constant,
    factor_free,
    is_integer,
    is_natural,
    mono,
    rename,
    single,
)
from derive.normal_form.signs import Facts
from derive.terms import Affine, Index, affine, fresh_index

EXPAND_RANGE = 6
MOST_WORK = (
    8000  # products formed and matches tried in one decision: a few seconds, and seven times what any proof here took
)
TIDY_STEPS = 40
START = affine(1)
SPECIAL = frozenset({"guard", "positive", "zero", "num", "power", "fn"})


class Normalizer:
    """Arithmetic of normal forms under ``facts``. ``needed`` collects conditions (polynomial, kind) used but not known."""

    def __init__(self, facts: Facts | None = None) -> None:
        self.facts = facts or Facts()
        self.guarded = (
            Facts()
        )  # known only where a guard around them holds: they discharge what a cancellation needs, no more
        self.weighted: list[tuple[Poly, Poly, frozenset[Index]]] = []  # the first is positive where the second is not 0
        self.needed: dict[tuple[Poly, str], None] = {}
        self.cache: dict[Any, Poly] = {}
        self.rules: list[Any] = []
        self.independence: Any = None
        self.cited: dict[str, None] = {}  # the cited axioms that were used
        self.by_bits = False  # functions of a number that is 0 or 1 are taken apart: f(y) = y f(1) + (1 - y) f(0)
        self.steps = 0
        self.deadline: float | None = None

    # ---- bookkeeping
    def work(self, amount: int = 1) -> None:
        """Counts work done.  The count ends a decision alike on every machine; the clock is only there for what it misses."""
        before, self.steps = self.steps, self.steps + amount
        if self.steps > MOST_WORK:
            raise TooLarge("more work than one decision may take")
        if self.deadline is not None and before // 32 != self.steps // 32 and monotonic() > self.deadline:
            raise TooLarge("the time limit is reached")

    def require(self, p: Any, kind: str) -> None:
        """Use that ``p`` is nonzero, nonnegative or positive; recorded as needed when not known."""
        from derive.normal_form.signs import _as_poly

        p = _as_poly(p)
        if not getattr(self.facts, kind)(p) and not (self.guarded.table and getattr(self.guarded, kind)(p)):
            self.needed[(p, kind)] = None

    def tidy(self, p: Poly) -> Poly:
        """``p`` reduced by the relations of its denominators and by the hypotheses: done before it goes into an atom."""
        from derive.normal_form.relations import reduce

        p = self.expand(p)
        if len(p.terms) < 2 and not self.rules:
            return p
        return reduce(self, p, self.rules, TIDY_STEPS)[0]

    def expand(self, p: Poly) -> Poly:
        """``p`` with the natural powers of sums multiplied out (products keep them, so that they may cancel)."""
        while "power" in p.atoms:
            heavy = [(m, c) for m, c in p.terms if _unexpanded(m.factors)]
            if not heavy:
                return p
            plain = collect(t for t in p.terms if t not in heavy)
            p = add_polys([plain, *(self._expand_mono(m, c) for m, c in heavy)])
        return p

    def _expand_mono(self, m: Mono, c: Fraction) -> Poly:
        parts: list[Poly] = []
        rest: list[Factor] = []
        for b, e in m.factors:
            if is_natural(e) and isinstance(b, Atom) and b.head == "power":
                parts.append(self.power(b.parts[0], e))
            elif isinstance(b, Comp) and _unexpanded(b.factors):
                new, factors = open_component(b)
                body = self.multiply_all(
                    self.power(x.parts[0], k)
                    if is_natural(k) and isinstance(x, Atom) and x.head == "power"
                    else self.product([(x, k)])
                    for x, k in factors
                )
                for index in reversed(new):
                    body = self.sum_over(index, body)
                parts.append(self.power(body, e))
            else:
                rest.append((b, e))
        return self.multiply_all([self.product(rest, c), *parts])

    # ---- sums and products
    def multiply(self, p: Poly, q: Poly) -> Poly:
        if p is ONE or not q.terms:
            return q
        if q is ONE or not p.terms:
            return p
        if len(p.terms) * len(q.terms) > MAX_TERMS:
            raise TooLarge(f"a product of {len(p.terms)} by {len(q.terms)} terms")
        plain: list[tuple[Mono, Fraction]] = []
        rest: list[Poly] = []
        for m, c in p.terms:
            for n, d in q.terms:
                if m is UNIT:
                    plain.append((n, c * d))
                elif n is UNIT:
                    plain.append((m, c * d))
                else:
                    rest.append(self.product((*m.factors, *n.factors), c * d))
        return add_polys([collect(plain), *rest]) if rest else collect(plain)

    def multiply_all(self, polys: Iterable[Poly]) -> Poly:
        result = ONE
        for p in sorted(polys, key=lambda p: len(p.terms)):
            result = self.multiply(result, p)
            if not result.terms:
                return ZERO
        return result

    def product(self, factors: Iterable[Factor], coefficient: Fraction = Fraction(1)) -> Poly:
        """The product of bases with exponents, brought to normal form."""
        self.work()
        merged: dict[Any, Exponent] = {}
        for base, e in factors:
            if base in merged:
                total = self._add_exponents(base, merged[base], e)
                if total is None:
                    del merged[base]
                else:
                    merged[base] = total
            elif e != 0:
                merged[base] = e
        expand: list[Poly] = []
        conditions: list[Atom] = []
        for base, e in list(merged.items()):
            if isinstance(base, Comp):
                continue
            head = base.head
            if head in ("guard", "positive", "zero"):
                del merged[base]
                conditions.append(base)
            elif head == "entry":
                values = base.parts[0].domain.values
                if values is not None and is_integer(e) and set(values) <= {0, 1, -1}:
                    self._finite_power(merged, base, e, set(values))
            elif head == "num":  # 2^(n+1) is 2 2^n: the whole part of an exponent goes to the coefficient
                fixed = e if isinstance(e, Fraction) else next((c for m, c in e.terms if m is UNIT), Fraction(0))
                whole = fixed.numerator // fixed.denominator
                if whole and abs(whole) <= MAX_BITS:
                    coefficient *= Fraction(base.parts[0]) ** whole
                    rest: Exponent = e - whole if isinstance(e, Fraction) else e - constant(whole)
                    if rest != 0:
                        merged[base] = rest
                    else:
                        del merged[base]
            elif head == "fn" and base.parts[0] == "cos" and is_natural(e) and e >= 2:
                half, odd = divmod(int(e), 2)
                del merged[base]
                if odd:
                    merged[base] = Fraction(1)
                sine = single(atom("fn", "sin", *base.parts[1:]), Fraction(2))
                expand.append(self.power(ONE - sine, Fraction(half)))
        hot = one_hot.joined(self, merged, coefficient) if not conditions and not expand else None
        if hot is not None:
            return hot
        if conditions:
            plain = guards.resolve(self, conditions, merged, expand, coefficient)
            if plain is not None:
                return plain
            merged.update((g, Fraction(1)) for g in guards.order(conditions))
        result = Poly(((mono(merged.items()), coefficient),))
        for p in expand:
            result = self.multiply(result, p)
        return result

    def _finite_power(self, merged: dict[Any, Exponent], base: Atom, e: Fraction, values: set[Fraction]) -> None:
        if e < 0:
            self.require(base, "nonzero")
        if 0 not in values or (e < 0):
            low = e % 2
        elif values == {0, 1}:
            low = Fraction(1)
        else:
            low = Fraction(2) if e % 2 == 0 else Fraction(1)
        if low:
            merged[base] = low
        else:
            del merged[base]

    def _add_exponents(self, base: Any, a: Exponent, b: Exponent) -> Exponent | None:
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            total: Any = a + b
            if total == 0 or (a < 0) != (b < 0):
                if (is_integer(a) and is_integer(b)) or (a < 0) != (b < 0):
                    self.require(base, "nonzero")
            if total == 0:
                return None
            return total
        p = a if isinstance(a, Poly) else constant(a)
        q = b if isinstance(b, Poly) else constant(b)
        if not (self.facts.nonnegative(p) and self.facts.nonnegative(q)):
            self.require(base, "nonzero")
        total = p + q
        value = total.constant
        if value is None:
            return total
        return value or None

    # ---- powers (derive.normal_form.powers)
    def power(self, p: Poly, e: Exponent) -> Poly:
        """``p ** e`` for a rational exponent, or for a polynomial one."""
        return powers.power(self, p, e)

    def number_power(self, c: Fraction, e: Exponent) -> Poly:
        """A positive rational to a power, by its prime factors."""
        return powers.number_power(self, c, e)

    def symbolic_power(self, p: Poly, e: Poly) -> Poly:
        """``p ** e`` for an exponent that is not a number."""
        return powers.symbolic_power(self, p, e)

    def factored(self, p: Poly) -> list[tuple[Poly, int]] | None:
        """A confirmed factorisation of ``p``, remembered."""
        from derive.normal_form.factoring import factored

        found: list[tuple[Poly, int]] | str = p.memo("factored", lambda q: factored(self, q) or "none")
        return None if isinstance(found, str) else found

    # ---- exponential, logarithm, absolute value
    def exp(self, p: Poly) -> Poly:
        from derive.normal_form.functions import exponential

        return exponential(self, p)

    def log(self, p: Poly) -> Poly:
        from derive.normal_form.functions import logarithm

        return logarithm(self, p)

    def absolute(self, p: Poly) -> Poly:
        """``|p| = p (2 [p > 0] - 1)``."""
        return guards.ramp(self, p).scaled(Fraction(2)) - p

    # ---- sums over an index
    def sum_over(self, index: Index, p: Poly) -> Poly:
        """The sum of ``p`` over all values of ``index`` (free in ``p``)."""
        length = index.length
        if length is not None and length.is_constant:
            if length.constant <= 0:
                return ZERO
            if length.constant <= EXPAND_RANGE or length.constant == 1:
                return add_polys(self.instantiate(p, {index: index.lo + k}) for k in range(length.constant))
        return add_polys(self._sum_mono(index, m, c) for m, c in p.terms)

    def length(self, index: Index) -> Poly:
        """The number of values of an index."""
        n = index.length
        if n is None:
            raise Undefined("a sum without end of terms that do not depend on its index")
        if implied(n):
            return integer_poly(n)
        return self.multiply(guards.integer_guard(">=", n), integer_poly(n))

    def _sum_mono(self, index: Index, m: Mono, c: Fraction) -> Poly:
        inside = [f for f in m.factors if index in factor_free(f)]
        outside = [f for f in m.factors if index not in factor_free(f)]
        if not inside:
            return self.multiply(self.length(index), Poly(((m, c),)))
        hot = one_hot.summed(self, index, inside)
        if hot is not None:
            return self.multiply(hot, Poly(((mono(outside), c),)))
        solved = guards.solve_for(inside, index)
        if solved is not None:
            value, rest = solved
            range_guards = [guards.integer_guard(">=", value - index.lo)]
            if index.hi is not None:
                range_guards.append(guards.integer_guard(">=", index.hi - value))
            body = self.instantiate(Poly(((mono(rest), Fraction(1)),)), {index: value})
            return self.multiply_all([*range_guards, Poly(((mono(outside), c),)), body])
        bound, factors = [index], []
        for b, e in inside:
            if isinstance(b, Comp) and is_natural(e) and e <= 12:
                for _ in range(int(e)):
                    new, opened = open_component(b)
                    bound += new
                    factors += opened
            else:
                factors.append((b, e))
        combined = self.product(factors)
        outer = Poly(((mono(outside), c),)) if outside else constant(c)
        if len(combined.terms) == 1 and combined.terms[0][1] == 1 and _same_factors(combined.terms[0][0], factors):
            return self.multiply(outer, self._component(bound, list(combined.terms[0][0].factors)))
        for b in reversed(bound):
            combined = self.sum_over(b, combined)
        return self.multiply(outer, combined)

    def _component(self, bound: list[Index], factors: list[Factor]) -> Poly:
        if any(isinstance(b, Atom) and b.head == "matpow" for b, _ in factors):
            from derive.normal_form.matrix_powers import join_powers

            joined = join_powers(self, bound, factors)
            if joined is not None:
                return joined
        for b in bound:  # a range that does not start at 1 moves there; indices used as numbers change with it
            if (
                b.lo is not START
                and not b.lo.indices
                and any(
                    "int" in f[0].atoms or "int" in getattr(f[1], "atoms", ()) for f in factors if b in factor_free(f)
                )
            ):
                new = Index(fresh_index().name, 1, None if b.hi is None else b.hi - (b.lo - 1))
                body = self.instantiate(Poly(((mono(factors), Fraction(1)),)), {b: new + (b.lo - 1)})
                for index in reversed([new if o is b else o for o in bound]):
                    body = self.sum_over(index, body)
                return body
        tight = tighten(bound, factors)
        if tight is None:
            return ZERO
        bound, factors, changed = tight
        if changed:
            for b in bound:
                if b.hi is not None and b.length is not None and b.length.is_constant:
                    others = [o for o in bound if o is not b]
                    body = self.sum_over(b, self.product(factors))
                    for o in others:
                        body = self.sum_over(o, body)
                    return body
        parts: list[Factor] = []
        lengths = ONE
        for names, own in connected(bound, factors):
            if not own:
                lengths = self.multiply(lengths, self.length(names[0]))
            elif not names:
                parts += own
            else:
                from derive.normal_form.canonical import component
                from derive.normal_form.series import closed_sum

                closed = closed_sum(self, names[0], own) if len(names) == 1 else None
                if closed is not None:
                    lengths = self.multiply(lengths, closed)
                else:
                    parts.append((self._reflected(names, own, component(names, own)), Fraction(1)))
        return self.multiply(lengths, self.product(parts))

    def _reflected(self, names: list[Index], factors: list[Factor], comp: Comp) -> Comp:
        """The component or its mirror image in an index that stands in the exponent of a matrix, whichever sorts first."""
        from derive.normal_form.canonical import component

        for b in names:
            if b.hi is None or not any(
                isinstance(x, Atom) and x.head == "matpow" and b in x.parts[1].indices for x, _ in factors
            ):
                continue
            mirror = {b: b.lo + b.hi - b}
            new = fresh_index(b)
            once = {b: affine(new)}
            turned = [(rename(rename(x, once), {new: mirror[b]}), e) for x, e in factors if not isinstance(e, Poly)]
            if len(turned) == len(factors):
                comp = min(comp, component(names, turned), key=lambda c: c.key)
        return comp

    # ---- substitution of indices
    def instantiate(self, node: Any, values: Mapping[Index, Affine]) -> Poly:
        """A polynomial or base with indices replaced, normal again."""
        values = {k: affine(v) for k, v in values.items()}
        p = node if isinstance(node, Poly) else single(node)
        if p.free.isdisjoint(values):
            return p
        if self._injective(p, values):
            renamed: Poly = rename(p, values)
            return renamed
        return add_polys(self._instantiate_mono(m, c, values) for m, c in p.terms)

    @staticmethod
    def _injective(p: Poly, values: Mapping[Index, Affine]) -> bool:
        if not p.atoms.isdisjoint(("guard", "inverse", "det", "matpow", "factorial")):
            return False
        seen: set[Any] = set()
        for k, v in values.items():
            if k in p.free:
                a = v.atom
                if not isinstance(a, Index) or a in p.free or a in seen or a.lo is not k.lo or a.hi is not k.hi:
                    return False
                seen.add(a)
        return True

    def _instantiate_mono(self, m: Mono, c: Fraction, values: Mapping[Index, Affine]) -> Poly:
        same = [f for f in m.factors if factor_free(f).isdisjoint(values)]
        parts = [
            self._instantiate_factor(b, e, values) for b, e in m.factors if not factor_free((b, e)).isdisjoint(values)
        ]
        return self.multiply_all([Poly(((mono(same), c),)), *parts])

    def _instantiate_factor(self, base: Any, e: Exponent, values: Mapping[Index, Affine]) -> Poly:
        from derive.normal_form.remake import remake

        exponent = self.instantiate(e, values) if isinstance(e, Poly) else e
        if isinstance(base, Comp):
            new, factors = open_component(base, values)
            body = self.multiply_all(self._instantiate_factor(b, k, values) for b, k in factors)
            for index in reversed(new):
                body = self.sum_over(index, body)
            return self.power(body, exponent)
        if base.head == "power":
            return self.power(self.instantiate(base.parts[0], values), exponent)
        inner = remake(self, base, lambda p: self.instantiate(p, values), lambda a: a.substitute(values))
        return self.power(inner, exponent)


def open_component(comp: Comp, values: Mapping[Index, Affine] | None = None) -> tuple[list[Index], list[Factor]]:
    """The component with fresh names instead of its bound indices (ranges substituted)."""
    new = []
    names: dict[Index, Affine] = {}
    for old in comp.bound:
        lo, hi = old.lo, old.hi
        if values:
            lo, hi = lo.substitute(values), None if hi is None else hi.substitute(values)
        index = fresh_index(None, lo, hi)
        new.append(index)
        names[old] = affine(index)
    return new, [(rename(b, names), rename(e, names)) for b, e in comp.factors]


def open_lambda(lam: Lam) -> tuple[tuple[Index, ...], Poly]:
    """Fresh argument indices and the body at them."""
    new = tuple(fresh_index(i) for i in lam.indices)
    return new, rename(lam.body, {o: affine(n) for o, n in zip(lam.indices, new, strict=True)})


def make_lambda(indices: Iterable[Index], body: Poly) -> Lam:
    """The lambda with canonical argument names."""
    indices = tuple(indices)
    level = 1 + body.depth
    new = tuple(Index(f"#{level}.{k}", i.lo, i.hi) for k, i in enumerate(indices))
    if any(i.name.startswith(f"#{level}.") and i not in indices for i in body.free):
        raise AssertionError("a bound name would be captured: open the lambda first")
    return Lam(new, rename(body, {o: affine(n) for o, n in zip(indices, new, strict=True)}))


def integer_poly(a: Affine) -> Poly:
    """An affine integer expression as a polynomial."""
    return collect(
        [(mono(((atom("int", affine(x)), Fraction(1)),)), Fraction(c)) for x, c in a.terms]
        + [(UNIT, Fraction(a.constant))]
    )


def _unexpanded(factors: Iterable[Factor]) -> bool:
    return any(
        (is_natural(e) and isinstance(b, Atom) and b.head == "power")
        or (isinstance(b, Comp) and "power" in b.atoms and _unexpanded(b.factors))
        for b, e in factors
    )


def _same_factors(m: Mono, factors: list[Factor]) -> bool:
    return len(m.factors) == len(factors) and set(m.factors) == set(factors)
