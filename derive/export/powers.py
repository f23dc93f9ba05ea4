"""Products and powers with equal bases merged, exponentials cancelled, and what counts as a sum of exponentials."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import Any, TypeGuard

from derive.export.ranges import is_integer, is_nonnegative, is_positive, split_coefficient
from derive.terms import ONE, ZERO, Add, Constant, Fn, Guard, Mul, Num, Pow, Sum, Term, alpha_key


def is_exp(f: Term) -> TypeGuard[Fn]:
    return isinstance(f, Fn) and f.name == "exp"


def logistic(body: Term) -> Term | None:
    """The x of 1 + exp(x)."""
    if isinstance(body, Add) and len(body.fields) == 2 and ONE in body.fields:
        (other,) = (f for f in body.fields if f is not ONE)
        if is_exp(other):
            return other.arguments[0]
    return None


def power(base: Term, exponent: Term) -> Term:
    """``base ** exponent`` with powers of powers merged where that holds for all reals in the domain."""
    if isinstance(base, Guard) and isinstance(exponent, Num) and exponent.value > 0:
        return base
    if isinstance(exponent, Num):
        if exponent is ZERO:
            return ONE
        if isinstance(base, Pow) and isinstance(base.exponent, Num):
            p, q = base.exponent.value, exponent.value
            if (p.denominator == 1 and q.denominator == 1) or is_nonnegative(base.base):
                return power(base.base, Num(p * q))
            if p.denominator == 1 and p % 2 == 0:
                return power(Fn("abs", base.base), Num(p * q))
        if isinstance(base, Fn) and base.name == "exp":
            return Fn("exp", product((exponent, base.arguments[0])))
        if isinstance(base, Fn) and base.name == "abs" and is_integer(exponent) and exponent.value % 2 == 0:
            return power(base.arguments[0], exponent)
        if isinstance(base, Mul):
            if is_integer(exponent):
                return product([power(f, exponent) for f in base.fields])
            good = [
                f
                for f in base.fields
                if is_positive(f) and (is_exp(f) or (isinstance(f, Pow) and not isinstance(f.base, Constant)))
            ]
            if good:
                rest = Mul(*(f for f in base.fields if f not in good))
                return product([power(f, exponent) for f in good] + ([] if rest is ONE else [Pow(rest, exponent)]))
    return Pow(base, exponent)


def product(factors: Any) -> Term:
    """The product with equal bases merged and guards kept once."""
    flat = Mul(*factors)
    coefficient = Fraction(1)
    parts: list[tuple[Term, Fraction]] = []
    for part in flat.fields if isinstance(flat, Mul) else (flat,):
        if isinstance(part, Num):
            coefficient *= part.value
        else:
            parts.append(powered(part))
    order, exponents = collected(_symbolic(parts))
    result: list[Term] = [Num(coefficient)]
    names = {base.name: base for _, base in order if isinstance(base, Fn) and base.name in ("sinh", "cosh")}
    if len(names) == 2 and names["sinh"].arguments == names["cosh"].arguments:  # sinh / cosh = tanh
        sinh, cosh = (alpha_key(names[n]) for n in ("sinh", "cosh"))
        count = min(exponents[sinh], -exponents[cosh])
        if count > 0 and count.denominator == 1:
            exponents[sinh] -= count
            exponents[cosh] += count
            result.append(Pow(Fn("tanh", *names["sinh"].arguments), count))
    for key, base in order:
        if isinstance(base, Guard):
            result.append(base)
        elif exponents[key]:
            result.append(raised(base, exponents[key]))
    return Mul(*result)


def root_of(term: Term) -> Term | None:
    """The w with w^2 = term, where every exponent of a product is even and its number a square; else None."""
    found: list[Term] = []
    for part in term.fields if isinstance(term, Mul) else (term,):
        if isinstance(part, Num):
            above, below = (isqrt(abs(n)) for n in (part.value.numerator, part.value.denominator))
            if part.value <= 0 or Fraction(above, below) ** 2 != part.value:
                return None
            found.append(Num(Fraction(above, below)))
            continue
        base, exponent = powered(part)
        if exponent.denominator != 1 or exponent % 2 or is_exp(base) or isinstance(base, Guard):
            return None
        found.append(raised(base, exponent / 2))
    return product(found)


def _symbolic(parts: list[tuple[Term, Fraction]]) -> list[tuple[Term, Fraction]]:
    """x^a x^b as x^(a+b) for a positive x and exponents that are no numbers."""
    for p, (left, e) in enumerate(parts):
        if e == 1 and isinstance(left, Pow) and is_positive(left.base):
            key = alpha_key(left.base)
            others = [
                q for q, (o, _) in enumerate(parts) if q != p and alpha_key(o.base if isinstance(o, Pow) else o) == key
            ]
            if others:
                exponent = left.exponent
                for q in others:
                    o, f = parts[q]
                    exponent = Add(exponent, o.exponent if isinstance(o, Pow) else Num(f))
                merged = powered(power(left.base, exponent))
                return _symbolic([x for q, x in enumerate(parts) if q != p and q not in others] + [merged])
    return parts


def powered(part: Term) -> tuple[Term, Fraction]:
    """A factor as a base and a rational exponent; exp(c u) is exp(u) to the c."""
    if isinstance(part, Pow) and isinstance(part.exponent, Num):
        return part.base, part.exponent.value
    if is_exp(part):
        c, rest = split_coefficient(part.arguments[0])
        if rest is not ONE:
            return Fn("exp", rest), c
    return part, Fraction(1)


def raised(base: Term, exponent: Fraction) -> Term:
    if is_exp(base):
        return Fn("exp", Mul(exponent, base.arguments[0]))
    return base if exponent == 1 else power(base, Num(exponent))


def collected(parts: list[tuple[Term, Fraction]]) -> tuple[list[tuple[Any, Term]], dict[Any, Fraction]]:
    order: list[tuple[Any, Term]] = []
    exponents: dict[Any, Fraction] = {}
    for base, exponent in parts:
        key = alpha_key(base)
        if key not in exponents:
            order.append((key, base))
            exponents[key] = Fraction(0)
        exponents[key] += exponent
    return order, exponents


def exponential_sum(body: Term) -> bool:
    """Whether a sum has exponentials among the factors of its addends."""
    if isinstance(body, Add):
        return any(exponential_sum(f) or unpaired(f) > 0 for f in body.fields)
    return isinstance(body, Sum) and (unpaired(body.body) > 0 or exponential_sum(body.body))


def unpaired(term: Term) -> Fraction:
    """How many exponentials multiply, less how many sums of exponentials divide."""
    if isinstance(term, Sum):
        return unpaired(term.body)
    if isinstance(term, Mul):
        return sum((unpaired(f) for f in term.fields), Fraction(0))
    if is_exp(term):
        return abs(powered(term)[1])
    if (
        isinstance(term, Pow)
        and isinstance(term.exponent, Num)
        and term.exponent.value < 0
        and exponential_sum(term.base)
    ):
        return term.exponent.value
    return Fraction(0)
