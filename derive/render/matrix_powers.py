"""Powers in matrix expressions: equal factors of a product of numbers, or of an entrywise product, come together.

``det X`` times ``1 / det X`` is gone, ``2 / (2 n)`` is ``1 / n``. As everywhere in this package nothing is proved
here: what cancels must not vanish, which the definedness of the index form gives when the two forms are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from derive.render.matrix_expr import Hadamard, MatrixExpr, Ones, Power, Scalar, Times
from derive.terms import Mul, Num, Pow, Term

ONE = Fraction(1)


def scaled(number: Fraction, scalars: Sequence[MatrixExpr], body: MatrixExpr | None) -> MatrixExpr:
    """``number * scalars * body``, flat, equal scalars together; the body itself when there is nothing in front."""
    if body is not None and body.rank == 0:
        scalars, body = (*scalars, body), None
    while isinstance(body, Times):
        number, scalars, body = number * body.number, (*scalars, *body.scalars), body.body
    powers: dict[MatrixExpr, Fraction] = {}
    for s in scalars:
        number *= _split(s, ONE, powers)
    found = tuple(_power(base, e) for base, e in powers.items() if e)
    if number == 1 and not found and body is not None:
        return body
    if number == 1 and len(found) == 1 and body is None:
        return found[0]
    if not found and body is None:
        return Scalar(Num(number))
    return Times(number, found, body)


def powered(body: MatrixExpr, exponent: Term) -> MatrixExpr:
    """The entries of a number, vector or matrix to a power, carried into products where the exponent is an integer."""
    if body.rank == 0:
        return scaled(ONE, (Power(body, exponent),), None)
    if isinstance(exponent, Num) and exponent.value.denominator == 1:
        if isinstance(body, Times) and body.body is not None and body.number:
            front = (Power(s, exponent) for s in body.scalars)
            return scaled(body.number ** int(exponent.value), tuple(front), powered(body.body, exponent))
        if isinstance(body, Hadamard):
            return hadamard(*(powered(f, exponent) for f in body.factors))
        if isinstance(body, Power) and isinstance(body.exponent, Num):
            return Power(body.body, Num(body.exponent.value * exponent.value))
    return Power(body, exponent)


def hadamard(*factors: MatrixExpr) -> MatrixExpr:
    """The entrywise product: flat, ones dropped, numbers in front, equal factors together."""
    number = ONE
    scalars: list[MatrixExpr] = []
    powers: dict[MatrixExpr, Fraction] = {}
    for f in _flat(factors):
        if isinstance(f, Times) and f.body is not None:
            number *= f.number
            scalars.extend(f.scalars)
            f = f.body
        for part in f.factors if isinstance(f, Hadamard) else (f,):
            base, e = part, ONE
            if isinstance(part, Power) and isinstance(part.exponent, Num):
                base, e = part.body, part.exponent.value
            powers[base] = powers.get(base, Fraction(0)) + e
    if not any(e for base, e in powers.items() if not isinstance(base, Ones)):
        ones = next((base for base in powers if isinstance(base, Ones)), None)
        if ones is None:
            return Hadamard(tuple(factors))
        return scaled(number, scalars, ones)
    kept: list[MatrixExpr] = []
    for base, e in powers.items():
        if e and not isinstance(base, Ones):
            kept.extend([base] * int(e) if e in (1, 2, 3) else [Power(base, Num(e))])
    return scaled(number, scalars, kept[0] if len(kept) == 1 else Hadamard(tuple(kept)))


def _flat(factors: Iterable[MatrixExpr]) -> Iterable[MatrixExpr]:
    for f in factors:
        yield from f.factors if isinstance(f, Hadamard) else (f,)


def _split(s: MatrixExpr, e: Fraction, powers: dict[MatrixExpr, Fraction]) -> Fraction:
    """Add ``s ** e`` to the powers, taken apart where that is valid, and return the rational factor that splits off."""
    whole = e.denominator == 1
    if whole and isinstance(s, Times) and s.body is None and (s.number or e > 0):
        number = s.number ** int(e)
        for part in s.scalars:
            number *= _split(part, e, powers)
        return number
    if whole and isinstance(s, Power) and isinstance(s.exponent, Num):
        return _split(s.body, s.exponent.value * e, powers)
    if whole and isinstance(s, Scalar):
        t = s.term
        if isinstance(t, Num) and (t.value or e > 0):
            return t.value ** int(e)
        if isinstance(t, Mul):
            number = ONE
            for f in t.fields:
                number *= _split(Scalar(f), e, powers)
            return number
        if isinstance(t, Pow) and isinstance(t.exponent, Num):
            return _split(Scalar(t.base), t.exponent.value * e, powers)
    powers[s] = powers.get(s, Fraction(0)) + e
    return ONE


def _power(base: MatrixExpr, e: Fraction) -> MatrixExpr:
    if e == 1:
        return base
    return Scalar(Pow(base.term, Num(e))) if isinstance(base, Scalar) else Power(base, Num(e))
