"""Logarithms of sigmoids: those that cancel, and the cross-entropy of logits."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.export.powers import is_exp, logistic, product
from derive.export.prepare import prepare
from derive.export.program import ZERO, Value, elementwise
from derive.export.ranges import split_coefficient
from derive.terms import ONE as ONE_TERM
from derive.terms import Add, Fn, Mul, Num, Pow, Term, alpha_key

if TYPE_CHECKING:
    from derive.export.lower import Lowering


def multiple(u: Term, x: Term) -> Fraction | None:
    """The rational c with u = c x."""
    (a, left), (b, right) = split_coefficient(u), split_coefficient(x)
    if alpha_key(left) == alpha_key(right):
        return a / b
    if isinstance(u, Add) and isinstance(x, Add) and len(u.fields) == len(x.fields):
        ratios = {multiple(s, t) for s, t in zip(u.fields, x.fields, strict=True)}
        return ratios.pop() if len(ratios) == 1 else None
    return None


def flipped(factors: Sequence[Term]) -> Sequence[Term]:
    """e^x / (1 + e^x) as 1 / (1 + e^-x): the logarithm of the first would cancel x against softplus(x)."""
    for divisor in factors:
        x = logistic(divisor.base) if isinstance(divisor, Pow) else None
        for f in factors if x is not None else ():
            assert isinstance(divisor, Pow) and isinstance(divisor.exponent, Num) and x is not None
            if is_exp(f) and multiple(f.arguments[0], x) == -divisor.exponent.value:
                other_way = Pow(1 + Fn("exp", prepare(product((Num(-1), x)))), divisor.exponent)
                return flipped([*(g for g in factors if g is not f and g is not divisor), other_way])
    return factors


def both(low: Lowering, body: Add) -> Value | None:
    """a softplus(-x) + b softplus(x) with a + b = c, a number, as c max(x, 0) - a x + c log1p(e^-|x|).

    The first two cancel exactly where one of them is 0 in the end. This is the cross-entropy of logits.
    """
    found = [_as_softplus(f) for f in body.fields]
    if any(f is None for f in found):
        return None
    (a, left), (b, right) = (f for f in found if f is not None)
    total = prepare(Add(*_addends(a), *_addends(b)))
    if alpha_key(prepare(product((Num(-1), right)))) != alpha_key(left) or not isinstance(total, Num):
        return None
    order = low.order
    x = low.lower(right)
    if split_coefficient(right)[0] < 0:  # the sign on the other
        (a, left), (b, right) = (b, right), (a, left)
        x = low.lower(right)
    tail = elementwise("exp", [elementwise("neg", [elementwise("abs", [x], order)], order)], order)
    cancelling = [
        (total.value, elementwise("maximum", [x, Value(ZERO)], order)),
        (Fraction(-1), low.lower(prepare(product((a, right))))),
    ]
    return low.combine([(Fraction(1), low.combine(cancelling)), (total.value, elementwise("log1p", [tail], order))])


def _addends(term: Term) -> list[Term]:
    """The addends of c (u + v + ...), the number multiplied in."""
    c, rest = split_coefficient(term)
    return [product((Num(c), f)) for f in rest.fields] if isinstance(rest, Add) else [term]


def _as_softplus(field: Term) -> tuple[Term, Term] | None:
    """(a, x) where the term is a softplus(x)."""
    factors = field.fields if isinstance(field, Mul) else (field,)
    for f in factors:
        inside = f.arguments[0] if isinstance(f, Fn) and f.name == "log" else None
        if inside is None:
            continue
        parts = flipped(inside.fields if isinstance(inside, Mul) else (inside,))
        if len(parts) != 1:
            return None
        (part,) = parts
        base, p = (part.base, part.exponent) if isinstance(part, Pow) else (part, ONE_TERM)
        x = logistic(base)
        if x is None:
            return None
        return prepare(product((p, *(g for g in factors if g is not f)))), x
    return None
