"""Sums with closed forms: powers of the index, finite and infinite geometric sums, the exponential series.

Sources: Faulhaber's formula; sum_k k^m y^k / k! = e^y T_m(y) with the Touchard polynomials T_m; the geometric series.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING, Any

from derive.normal_form.poly import (
    ONE,
    ZERO,
    Atom,
    Exponent,
    Factor,
    Mono,
    Poly,
    add_polys,
    constant,
    factor_free,
    is_natural,
    mono,
    single,
)
from derive.terms import Index, affine

if TYPE_CHECKING:
    from derive.normal_form.normalizer import Normalizer

MAX_DEGREE = 6


def closed_sum(nz: Normalizer, index: Index, factors: list[Factor]) -> Poly | None:
    """The sum of the product of ``factors`` over ``index`` (from 1) in closed form, or None."""
    if index.lo is not affine(1):
        return None
    if (binomial := binomial_sum(nz, index, factors)) is not None:
        return binomial
    degree, factorial, ratio, outside = 0, False, ONE, ONE
    powers: list[tuple[Any, Poly, Poly]] = []  # base^(a k + b)
    exponents: list[tuple[Poly, Poly]] = []  # exp(a k + b)
    for base, e in factors:
        if isinstance(base, Atom) and base.head == "int" and base.parts[0].atom is index and is_natural(e):
            degree += int(e)
        elif (
            isinstance(base, Atom)
            and base.head == "fn"
            and base.parts[0] == "factorial"
            and e == -1
            and _is_index(base.parts[1], index)
        ):
            factorial = True
        elif isinstance(base, Atom) and base.head == "exp":
            split = _linear(Poly(((base.parts[0], Fraction(1)),)), index)
            if split is None or not isinstance(e, Fraction):
                return None
            exponents.append((split[0].scaled(e), split[1].scaled(e)))
        elif isinstance(e, Poly) and index not in base.free:
            split = _linear(e, index)
            if split is None:
                return None
            powers.append((base, *split))
        else:
            return None
    if degree > MAX_DEGREE:
        return None
    plain = degree == 0 and not factorial
    if plain and powers and index.hi is not None and all((a.constant or 0) < 0 for _, a, _ in powers):
        after = nz.length(index) + ONE  # counted from the last term the powers rise
        powers = [(base, -a, nz.multiply(a, after) + b) for base, a, b in powers]
        exponents = [(-a, nz.multiply(a, after) + b) for a, b in exponents]
    shifted = powers and not exponents and not any((a + b).terms for _, a, b in powers)
    if factorial and degree and index.hi is None and shifted:
        for base, a, _ in powers:  # sum_k k^m y^(k - 1) / k! also where y is 0: T_m(y) / y is a polynomial
            ratio = nz.multiply(ratio, _power(nz, base, a))
        lowered = [
            nz.power(ratio, Fraction(j - 1)).scaled(Fraction(_stirling(degree, j))) for j in range(1, degree + 1)
        ]
        return nz.multiply(nz.exp(ratio), add_polys(lowered))
    for base, a, b in powers:
        ratio = nz.multiply(ratio, _power(nz, base, a))
        outside = nz.multiply(outside, _power(nz, base, a + b if plain else b))
    for a, b in exponents:
        ratio = nz.multiply(ratio, nz.exp(a))
        outside = nz.multiply(outside, nz.exp(a + b if plain else b))
    closed = _closed(nz, index, degree, factorial, ratio) if not plain else _geometric(nz, index, ratio)
    return None if closed is None else nz.multiply(outside, closed)


def binomial_sum(nz: Normalizer, index: Index, factors: list[Factor]) -> Poly | None:
    """The sum over k = 1, ..., N of k^m a^k b^(N - k) / (k! (N - k)!) by the binomial theorem and its derivatives; else None.

    With the falling factorials (N)_j it is sum_j S(m, j) (N)_j a^j (a + b)^(N - j) / N!, less b^N / N! for m = 0.
    """
    if index.hi is None:
        return None
    from derive.normal_form.functions import elementary
    from derive.normal_form.normalizer import integer_poly

    top = integer_poly(index.hi)
    degree, found, start = 0, {1: 0, -1: 0}, 0
    up, down = ONE, ONE
    for base, e in factors:
        if isinstance(base, Atom) and base.head == "int" and base.parts[0].atom is index and is_natural(e):
            degree += int(e)
        elif isinstance(base, Atom) and base.head == "fn" and base.parts[0] == "factorial" and e == -1:
            split = _linear(base.parts[1], index)
            if split is None or split[0].constant not in (1, -1):
                return None
            if (split[1] - (top if split[0].constant == -1 else ZERO)).terms:
                return None
            found[int(split[0].constant)] += 1
        elif isinstance(e, Poly) and index not in base.free:
            split = _linear(e, index)
            slope = None if split is None else split[0].constant
            if split is None or slope not in (1, -1):
                return None
            if slope == -1:
                if (split[1] - top).terms:
                    return None
                down = nz.multiply(down, _power(nz, base, Fraction(1)))
            else:
                if (
                    split[1].constant not in (0, -1)
                    or (start and split[1].constant != -1)
                    or (up is not ONE and start != -split[1].constant)
                ):
                    return None
                start = int(-split[1].constant)
                up = nz.multiply(up, _power(nz, base, Fraction(1)))
        else:
            return None
    if found != {1: 1, -1: 1} or degree > MAX_DEGREE or start > degree:
        return None
    whole, falling, parts = up + down, ONE, []
    for j in range(degree + 1):
        if j:
            falling = nz.multiply(falling, top - constant(j - 1))
        count = _stirling(degree, j)
        if count:
            rest = nz.power(whole, top - constant(j))
            power = nz.power(up, Fraction(j - start)) if j > start else ONE
            parts.append(nz.multiply_all([falling, power, rest]).scaled(Fraction(count)))
    if degree == 0:
        parts.append(-nz.power(down, top))
    return nz.multiply(add_polys(parts), nz.power(elementary(nz, "factorial", [top]), Fraction(-1)))


def _is_index(p: Poly, index: Index) -> bool:
    return len(p.terms) == 1 and p.terms[0][1] == 1 and _is_index_mono(p.terms[0][0], index)


def _is_index_mono(m: Mono, index: Index) -> bool:
    return (
        len(m.factors) == 1
        and m.factors[0][1] == 1
        and isinstance(m.factors[0][0], Atom)
        and m.factors[0][0].head == "int"
        and m.factors[0][0].parts[0].atom is index
    )


def _linear(p: Poly, index: Index) -> tuple[Poly, Poly] | None:
    """``p = a * index + b`` with a and b free of the index."""
    slope: list[Poly] = []
    rest: list[Poly] = []
    for m, c in p.terms:
        own = [f for f in m.factors if index in factor_free(f)]
        if not own:
            rest.append(Poly(((m, c),)))
        elif len(own) == 1 and _is_index_mono(Mono((own[0],)), index):
            slope.append(Poly(((mono([f for f in m.factors if f is not own[0]]), c),)))
        else:
            return None
    return (add_polys(slope), add_polys(rest)) if slope else None


def _power(nz: Normalizer, base: Any, e: Exponent) -> Poly:
    value = e.constant if isinstance(e, Poly) else e
    body = base.parts[0] if isinstance(base, Atom) and base.head == "power" else single(base)
    return nz.power(body, e if value is None else value)


def _geometric(nz: Normalizer, index: Index, y: Poly) -> Poly | None:
    """1 + y + y^2 + ... with as many terms as the index has values; nothing is divided by y, which may be 0."""
    gap = ONE - y
    if index.hi is None:
        known = nz.facts.positive(gap) and nz.facts.positive(ONE + y)
        return nz.power(gap, Fraction(-1)) if known else None
    if y is ONE or not nz.facts.nonzero(gap):
        return None
    length = nz.length(index)
    power = nz.power(y, length if length.constant is None else length.constant)
    return nz.multiply(ONE - power, nz.power(gap, Fraction(-1)))


def _closed(nz: Normalizer, index: Index, degree: int, factorial: bool, y: Poly) -> Poly | None:
    if factorial:
        if index.hi is not None:
            return None
        e = nz.exp(y)
        touchard = add_polys(nz.power(y, Fraction(j)).scaled(Fraction(_stirling(degree, j))) for j in range(degree + 1))
        return nz.multiply(e, touchard) - (ONE if degree == 0 else ZERO)
    if y is ONE:
        return _powers(nz, index, degree) if index.hi is not None and degree else None
    gap = ONE - y
    if index.hi is None:
        if not (nz.facts.positive(gap) and nz.facts.positive(ONE + y)) or degree > 2:
            return None
        top = (y, y, nz.multiply(y, ONE + y))[degree]
        return nz.multiply(top, nz.power(gap, Fraction(-degree - 1)))
    return None


def _stirling(n: int, k: int) -> int:
    """Stirling numbers of the second kind."""
    if n == k:
        return 1
    if k == 0 or k > n:
        return 0
    return k * _stirling(n - 1, k) + _stirling(n - 1, k - 1)


def _powers(nz: Normalizer, index: Index, degree: int) -> Poly:
    """1^m + ... + n^m by Faulhaber's formula."""
    n = nz.length(index)
    total: list[Poly] = []
    for j in range(degree + 1):
        c = Fraction(comb(degree + 1, j), degree + 1) * _bernoulli(j)
        if c:
            total.append(nz.power(n, Fraction(degree + 1 - j)).scaled(c))
    return add_polys(total)


def _bernoulli(n: int) -> Fraction:
    """Bernoulli numbers with B_1 = +1/2."""
    if n == 1:
        return Fraction(1, 2)
    values = [Fraction(0)] * (n + 1)
    for m in range(n + 1):
        values[m] = Fraction(1, m + 1)
        for j in range(m, 0, -1):
            values[j - 1] = j * (values[j - 1] - values[j])
    return values[0]
