"""Powers of polynomials: natural, negative, fractional and symbolic exponents.

From roots only factors known nonnegative are extracted; sqrt(x^2) is |x|; exponents merge where the base allows it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derive.normal_form import guards
from derive.normal_form.limits import MAX_BITS, MAX_POWER, MAX_TERMS, TooLarge, Undefined
from derive.normal_form.poly import (
    ONE,
    ZERO,
    Atom,
    Exponent,
    Factor,
    Poly,
    atom,
    constant,
    content,
    is_natural,
    mono,
    single,
)

if TYPE_CHECKING:
    from derive.normal_form.normalizer import Normalizer


def power(nz: Normalizer, p: Poly, e: Exponent) -> Poly:
    """``p ** e`` for a rational exponent, or for a polynomial one."""
    if isinstance(e, Poly):
        value = e.constant
        if value is None:
            return symbolic_power(nz, p, e)
        e = value
    if e == 0:
        return ONE
    if e == 1:
        return p
    if not p.terms:
        if e < 0:
            raise Undefined("a division by 0")
        return ZERO
    if len(p.terms) == 1:
        return power_of_monomial(nz, p, e)
    if e.denominator == 1 and e > 0:
        if e > MAX_POWER or len(p.terms) ** int(min(e, 9)) > 40 * MAX_TERMS:
            raise TooLarge(f"a power {e} of {len(p.terms)} terms")
        result = ONE
        for _ in range(int(e)):
            result = nz.multiply(result, p)
        return result
    split = guards.split(nz, p)
    if split is not None:
        guard, yes, no = split
        return nz.multiply(guard, power(nz, yes, e)) + nz.multiply(ONE - guard, power(nz, no, e))
    c, common, q = content(p)
    if e.denominator == 1:
        base = atom("power", q)
        return nz.product(
            [(b, k * e if isinstance(k, Fraction) else k.scaled(e)) for b, k in common] + [(base, e)], number_to(c, e)
        )
    parts_of_q = nz.factored(q)
    if parts_of_q is not None:
        return power_of_product(nz, c, common, parts_of_q, e)
    if c < 0:
        c, q = -c, -q
    outside = [f for f in common if nz.facts.nonnegative(base_poly(f))]
    inside = [f for f in common if f not in outside]
    if inside:
        q = nz.multiply(q, Poly(((mono(inside), Fraction(1)),)))
    parts = [power_of_monomial(nz, Poly(((mono((f,)), Fraction(1)),)), e) for f in outside]
    return nz.multiply_all([*parts, number_power(nz, c, e), single(atom("power", q), e)])


def power_of_product(
    nz: Normalizer, c: Fraction, common: tuple[Factor, ...], parts: list[tuple[Poly, int]], e: Fraction
) -> Poly:
    """(c common prod f^k)^e, the factors known nonnegative and the even powers taken out."""
    result: list[Poly] = []
    inside: list[Poly] = [Poly(((mono(common), c),))]
    for f, k in parts:
        if nz.facts.nonnegative(f):
            result.append(power(nz, f, e * k))
        elif nz.facts.nonnegative(-f) and k % 2 == 0:
            result.append(power(nz, -f, e * k))
        elif k % 2 == 0:
            result.append(power(nz, nz.absolute(f), e * k))
        else:
            inside.append(power(nz, f, Fraction(k)))
    rest = nz.multiply_all(inside)
    if len(rest.terms) == 1:
        return nz.multiply_all([*result, power_of_monomial(nz, rest, e)])
    c2, common2, q = content(rest)
    if c2 < 0:
        c2, q = -c2, -q
    outside = [f for f in common2 if nz.facts.nonnegative(base_poly(f))]
    kept = [f for f in common2 if f not in outside]
    if kept:
        q = nz.multiply(q, Poly(((mono(kept), Fraction(1)),)))
    powers = [power_of_monomial(nz, Poly(((mono((f,)), Fraction(1)),)), e) for f in outside]
    return nz.multiply_all([*result, *powers, number_power(nz, c2, e), single(atom("power", q), e)])


def number_to(c: Fraction, e: Any) -> Fraction:
    """``c ** e`` for a whole ``e``. Raises TooLarge rather than fill the memory (9^{9^{9^9}})."""
    k = int(e)
    if (c.numerator.bit_length() + c.denominator.bit_length()) * abs(k) > MAX_BITS and abs(c) != 1 and c:
        raise TooLarge(f"{c} to the power {k}")
    return c**k


def power_of_monomial(nz: Normalizer, p: Poly, e: Fraction) -> Poly:
    m, c = p.terms[0]
    if e.denominator == 1:
        if e > 0 and any(_is_condition(b) for b, _ in m.factors):
            rest = nz.product(
                [(b, scale_exponent(k, e)) for b, k in m.factors if not _is_condition(b)], number_to(c, e)
            )
            return nz.multiply(rest, Poly(((mono([f for f in m.factors if _is_condition(f[0])]), Fraction(1)),)))
        if e < 0 and any(_is_condition(b) for b, _ in m.factors):
            split = guards.split(nz, p)
            assert split is not None
            guard, yes, no = split
            if no.terms:
                return nz.multiply(guard, power(nz, yes, e)) + nz.multiply(ONE - guard, power(nz, no, e))
            nz.require(guard, "nonzero")
            return power(nz, yes, e)
        return nz.product([(b, scale_exponent(k, e)) for b, k in m.factors], number_to(c, e))
    if any(_is_condition(b) for b, _ in m.factors):
        if e > 0:
            conditions = [f for f in m.factors if _is_condition(f[0])]
            rest = Poly(((mono([f for f in m.factors if f not in conditions]), c),))
            return nz.multiply(Poly(((mono(conditions), Fraction(1)),)), power(nz, rest, e))
        split = guards.split(nz, p)
        assert split is not None
        return nz.multiply(split[0], power(nz, split[1], e))
    result = [number_power(nz, abs(c), e)]
    unknown: list[Factor] = []
    for b, k in m.factors:
        poly = base_poly((b, Fraction(1)))
        if nz.facts.nonnegative(poly) or (
            isinstance(b, Atom) and b.head == "power" and isinstance(k, Fraction) and k.denominator > 1
        ):
            result.append(nz.product([(b, scale_exponent(k, e))]))
        elif isinstance(k, Fraction) and k.numerator % 2 == 0 and k.denominator == 1:
            result.append(power(nz, nz.absolute(poly), k * e))
        else:
            unknown.append((b, k))
    if c < 0 or unknown:
        if not unknown:
            raise Undefined("a root of a negative number")
        if c > 0 and len(unknown) == 1 and unknown[0][1] == 1:
            result.append(
                single(unknown[0][0], e)
                if not isinstance(unknown[0][0], Atom) or unknown[0][0].head != "power"
                else nz.product([(unknown[0][0], e)])
            )
        else:
            result.append(single(atom("power", Poly(((mono(unknown), Fraction(1 if c > 0 else -1)),))), e))
    return nz.multiply_all(result)


def number_power(nz: Normalizer, c: Fraction, e: Exponent) -> Poly:
    """A positive rational to a power, by its prime factors."""
    if c == 1:
        return ONE
    if c <= 0:
        raise Undefined("a real power of a number that is not positive")
    factors = [(p, k) for p, k in primes(c.numerator)] + [(p, -k) for p, k in primes(c.denominator)]
    return nz.product([(atom("num", p), scale_exponent(e, Fraction(k))) for p, k in factors])


def symbolic_power(nz: Normalizer, p: Poly, e: Poly) -> Poly:
    """``p ** e`` for an exponent that is not a number."""
    if p is ONE:
        return ONE
    bit = guards.split(nz, e) if nz.by_bits else None
    if bit is not None:
        number, yes, no = bit
        return nz.multiply(number, power(nz, p, yes)) + nz.multiply(ONE - number, power(nz, p, no))
    integer = is_integer_valued(e)
    if not p.terms:
        if nz.facts.positive(e):
            return ZERO
        if integer and nz.facts.nonnegative(e):
            return guards.zero(nz, e)  # 0^0 = 1
        raise Undefined("0 to a power that may be 0 or negative")
    split = guards.split(nz, p)
    if split is not None:  # a guard to the power 0 is 1
        guard, yes, no = split
        return nz.multiply(guard, symbolic_power(nz, yes, e)) + nz.multiply(ONE - guard, symbolic_power(nz, no, e))
    if len(p.terms) == 1:
        m, c = p.terms[0]
        known = all(nz.facts.positive(base_poly((b, Fraction(1)))) for b, _ in m.factors)
        if c > 0 and (known or integer or (len(m.factors) == 1 and c == 1 and m.factors[0][1] == 1)):
            if not known and not integer:
                nz.require(p, "positive")
            parts: list[Factor] = []
            result = number_power(nz, c, e)
            for b, k in m.factors:
                k_poly = k if isinstance(k, Poly) else constant(k)
                if isinstance(b, Atom) and b.head == "exp":
                    inner = nz.multiply(Poly(((b.parts[0], Fraction(1)),)), nz.multiply(k_poly, e))
                    result = nz.multiply(result, nz.exp(inner))
                else:
                    total = nz.multiply(k_poly, e)
                    value = total.constant
                    parts.append((b, total if value is None else value))
            return nz.multiply(result, nz.product(parts))
    c, common, q = content(p)
    if c < 0:
        c, q = -c, -q
    if integer or (nz.facts.positive(q) and all(nz.facts.positive(base_poly((b, Fraction(1)))) for b, _ in common)):
        if common or c != 1:
            outer = symbolic_power(nz, Poly(((mono(common), c),)), e)
            return nz.multiply(outer, single(atom("power", q), e) if q.constant is None else power(nz, q, e))
    else:
        nz.require(p, "positive")
    return single(atom("power", p), e)


def scale_exponent(k: Exponent, e: Exponent) -> Exponent:
    if isinstance(k, Fraction):
        return k * e if isinstance(e, Fraction) else e.scaled(k)
    return k.scaled(e)


def base_poly(factor: Factor) -> Poly:
    base, e = factor
    if isinstance(base, Atom) and base.head == "power" and e == 1:
        body: Poly = base.parts[0]
        return body
    return single(base, e)


def _is_condition(base: Any) -> bool:
    return isinstance(base, Atom) and base.head in ("guard", "positive", "zero")


def primes(n: int) -> list[tuple[int, int]]:
    found = []
    p = 2
    while p * p <= n and p < 2000:
        k = 0
        while n % p == 0:
            n //= p
            k += 1
        if k:
            found.append((p, k))
        p += 1 if p == 2 else 2
    return found + ([(n, 1)] if n > 1 else [])


def is_integer_valued(p: Poly) -> bool:
    """Whether a polynomial is built from integers with integer coefficients."""
    return all(
        c.denominator == 1
        and all(
            is_natural(e)
            and isinstance(b, Atom)
            and (b.head in ("int", "guard") or (b.head == "entry" and b.parts[0].domain.integer))
            for b, e in m.factors
        )
        for m, c in p.terms
    )
