"""What is certain about affine expressions over the ranges of their indices, and about the signs of terms."""

from __future__ import annotations

from fractions import Fraction

from derive.terms import (
    Add,
    Affine,
    Constant,
    Entry,
    Fn,
    Guard,
    Index,
    IntValue,
    Mul,
    Num,
    Pow,
    Prod,
    Size,
    Sum,
    Term,
    affine,
)


def lowest(value: Affine) -> Affine | None:
    """A lower bound in sizes alone: every index put at its worst end. None when an end is missing."""
    for _ in range(20):
        indices = value.indices
        if not indices:
            return value
        inside = {j for i in indices for end in (i.lo, i.hi) if end is not None for j in end.indices}
        index = next((i for i in indices if i not in inside), indices[0])
        end = index.lo if value.coefficient(index) > 0 else index.hi
        if end is None:
            return None
        value = value.substitute({index: end})
    return None


def highest(value: Affine) -> Affine | None:
    found = lowest(-value)
    return None if found is None else -found


def nonnegative(value: Affine) -> bool:
    """Whether the value is certainly at least 0 wherever its indices are in range and its sizes allowed."""
    bound = lowest(value)
    if bound is None:
        return False
    total = bound.constant
    for atom, c in bound.terms:
        if not isinstance(atom, Size) or c < 0:
            return False
        total += c * atom.lower
    return total >= 0


def full_range(index: Index) -> tuple[Index, list[Guard]]:
    """An index of the same name whose ends hold sizes only, and the guards that its own ends still ask for."""
    guards: list[Guard] = []
    lo, hi = index.lo, index.hi
    if hi is None:
        return index, guards
    if lo.indices:
        lo = lowest(lo) or index.lo
    if hi.indices:
        hi = highest(hi) or index.hi
    if lo is index.lo and hi is index.hi:
        return index, guards
    wide = Index(index.name, lo, hi)
    if lo is not index.lo:
        guards.append(Guard(">=", affine(wide) - index.lo))
    if hi is not index.hi:
        guards.append(Guard(">=", index.hi - affine(wide)))
    return wide, guards


def is_positive(term: Term) -> bool:
    """Whether the term is certainly > 0 where it is defined."""
    if isinstance(term, Num):
        return term.value > 0
    if isinstance(term, Constant):
        return term.name in ("pi", "e")
    if isinstance(term, IntValue):
        return nonnegative(term.value - 1)
    if isinstance(term, Entry):
        return term.symbol.domain.positive
    if isinstance(term, Fn):
        return term.name in ("exp", "cosh", "softplus")
    if isinstance(term, Mul | Prod | Sum):
        return all(is_positive(f) for f in (term.fields if isinstance(term, Mul) else (term.body,)))
    if isinstance(term, Add):
        return all(is_nonnegative(f) for f in term.fields) and any(is_positive(f) for f in term.fields)
    if isinstance(term, Pow):
        return is_positive(term.base)
    return False


def is_nonnegative(term: Term) -> bool:
    """Whether the term is certainly >= 0 where it is defined."""
    if is_positive(term) or isinstance(term, Guard):
        return True
    if isinstance(term, Num):
        return term.value >= 0
    if isinstance(term, IntValue):
        return nonnegative(term.value)
    if isinstance(term, Entry):
        return term.symbol.domain.nonnegative
    if isinstance(term, Fn):
        return term.name == "abs" or (term.name == "max" and any(is_nonnegative(a) for a in term.arguments))
    if isinstance(term, Mul | Add):
        return all(is_nonnegative(f) for f in term.fields)
    if isinstance(term, Sum | Prod):
        return is_nonnegative(term.body)
    if isinstance(term, Pow):
        return (
            is_even(term.exponent)
            or is_nonnegative(term.base)
            or (isinstance(term.exponent, Num) and term.exponent.value.denominator % 2 == 0)
        )
    return False


def is_even(exponent: Term) -> bool:
    return isinstance(exponent, Num) and exponent.value.denominator == 1 and exponent.value % 2 == 0


def is_integer(exponent: Term) -> bool:
    return isinstance(exponent, Num) and exponent.value.denominator == 1


def split_coefficient(term: Term) -> tuple[Fraction, Term]:
    """A rational coefficient and the rest."""
    if isinstance(term, Num):
        return term.value, Num(1)
    if isinstance(term, Mul) and isinstance(term.fields[0], Num):
        return term.fields[0].value, Mul(*term.fields[1:])
    return Fraction(1), term
