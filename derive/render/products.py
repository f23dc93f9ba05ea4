"""How a product or sum is laid out: factors above and below the line, in a textbook's order; positive terms first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derive.terms import (
    Add,
    Apply,
    Constant,
    Determinant,
    Entry,
    Expectation,
    Fn,
    Guard,
    IntValue,
    InverseEntry,
    MatrixPowerEntry,
    Mul,
    Num,
    Pow,
    Term,
)

# Ranks: 1 sizes and constants, 2 scalars, 3 guards, 4 entries, 5 functions, 6 sums in parentheses, 7 exponentials, 8
# derivatives,
# 9 what swallows everything behind it, 10 what stands behind a fraction and never above its line.
BEHIND = 10
_RANKS: dict[type, int] = {
    Num: 0, IntValue: 1, Constant: 1, Guard: 3, InverseEntry: 4, MatrixPowerEntry: 4, Apply: 5, Fn: 5, Expectation: 5,
    Determinant: 5, Add: 6,
}  # fmt: skip


@dataclass(frozen=True)
class Factors:
    """``number * top / bottom``; the factors of the numerator with their ranks, in order."""

    number: Fraction
    top: tuple[tuple[int, Term], ...]
    bottom: tuple[Term, ...]


def rank(t: Term) -> int:
    """Where a factor stands in a product, small first."""
    if isinstance(t, Pow):
        return 5 if isinstance(t.base, Num) else min(rank(t.base), 8)
    if isinstance(t, Entry):
        return 4 if t.indices else 2
    if isinstance(t, Fn) and t.name in ("exp", "log"):
        return 7 if t.name == "exp" else 5
    return _RANKS.get(type(t), 9)


def split_product(t: Term) -> Factors:
    """A term as a fraction."""
    number = Fraction(1)
    top: list[Term] = []
    bottom: list[Term] = []
    for f in t.fields if isinstance(t, Mul) else (t,):
        if isinstance(f, Num):
            number *= f.value
        elif isinstance(f, Pow) and isinstance(f.exponent, Num) and f.exponent.value < 0:
            below = Pow(f.base, -f.exponent.value)
            if isinstance(below, Num) and below.value:
                number /= below.value
            else:
                bottom.append(below)
        else:
            top.append(f)
    top.sort(key=rank)
    bottom.sort(key=rank)
    return Factors(number, tuple((rank(f), f) for f in top), tuple(bottom))


def is_negative(t: Any) -> bool:
    """Whether a term is written with a minus sign in front."""
    if isinstance(t, Num):
        return t.value < 0
    if isinstance(t, IntValue):
        return False
    return isinstance(t, Mul) and isinstance(t.fields[0], Num) and t.fields[0].value < 0


def order_terms(terms: Sequence[Term]) -> list[Term]:
    """The terms of a sum: as they come, but never a minus sign in front when a positive term exists, and a positive
    number
    in front of functions (1 + e^{-x}) or of negative terms (1 - p)."""
    result = list(terms)
    number = result[-1] if isinstance(result[-1], Num) else None
    if number is not None and number.value > 0:
        rest = result[:-1]
        if all(map(is_negative, rest)) or not all(_plain(t) for t in rest):
            return [number, *rest]
    if is_negative(result[0]):
        first = next((k for k, t in enumerate(result) if not is_negative(t)), None)
        if first is not None:
            result.insert(0, result.pop(first))
    return result


def _plain(t: Term) -> bool:
    """Whether a term is a monomial in symbols."""
    if isinstance(t, Mul):
        return all(map(_plain, t.fields))
    if isinstance(t, Pow):
        return isinstance(t.base, Entry | IntValue) and isinstance(t.exponent, Num) and t.exponent.value > 0
    return isinstance(t, Entry | IntValue | Num | Constant)
