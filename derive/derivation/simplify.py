"""The form that people like: the shortest among ways to write a term, with the moves that lead there.

Candidates come from putting in order, multiplying out, recognising definitions and taking common factors out; the
kernel proves the one that is shown.

>>> from derive.terms import Symbol, term
>>> x, y = term(Symbol("x")), term(Symbol("y"))
>>> best(2 * x * y + 4 * x).term
2*x*(y + 2)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import Any

from derive.derivation.folding import Known, fold, rewritten
from derive.derivation.reasons import ALGEBRA, Definition, Given, Reason
from derive.derivation.sigmoids import named, spelled_out
from derive.derivation.tidy import coefficient, expand, product, size_of, tidy
from derive.rules import RULES
from derive.terms import (
    Add,
    Arr,
    Derivative,
    Guard,
    Hypothesis,
    Mul,
    Num,
    Pow,
    Sum,
    Symbol,
    Term,
    alpha_equal,
    alpha_key,
    free_symbols,
    rebuild,
    remembered,
    unfold,
)


@dataclass(frozen=True)
class Path:
    """A way to write a term, and the lines on the way there: (reasons, term)."""

    term: Any
    lines: tuple[tuple[tuple[Reason, ...], Any], ...] = ()

    def to(self, reasons: tuple[Reason, ...], new: Any) -> Path:
        return self if alpha_equal(self.term, new) else Path(new, (*self.lines, (reasons, new)))


def paths(
    value: Any, definitions: Mapping[Symbol, Any] | None = None, hypotheses: Sequence[Hypothesis] = ()
) -> list[Path]:
    """The candidates, the shortest first."""
    definitions = definitions or {}
    start = Path(value)
    known: Known = {}
    ordered = start.to((ALGEBRA,), tidy(value))
    roots = [ordered]
    if not free_symbols(value).isdisjoint(definitions):
        used = [s for s in definitions if s in free_symbols(ordered.term)]
        roots.append(ordered.to(tuple(map(Definition, used)), tidy(unfold(ordered.term, definitions))))
    found = [start]
    through = named(roots[-1].term)
    if through is not roots[-1].term:
        roots.append(roots[-1].to((ALGEBRA,), tidy(through)))
    for root in roots:
        wide = root.to((RULES["distribute"],), tidy(expand(root.term)))
        for path in (root, wide):
            for folded in (path, _folded(path, definitions, known)) if definitions else (path,):
                for using in (folded, _using(folded, hypotheses)) if hypotheses else (folded,):
                    taken_out = using.to((RULES["common_factor"],), factored(using.term))
                    level = taken_out.to((RULES["common_factor"],), levelled(taken_out.term))
                    for path_ in (using, taken_out, level) if level is not taken_out else (using, taken_out):
                        found += [path_, path_.to((ALGEBRA,), turned(path_.term))]
    found = [_spelled(p) for p in found]
    unique = {alpha_key(p.term): p for p in reversed(found)}
    return sorted(unique.values(), key=lambda p: (size_of(p.term), len(p.lines)))


def _spelled(path: Path) -> Path:
    """Sigmoids written out again: only their algebra was wanted."""
    lines = tuple((reasons, spelled_out(t)) for reasons, t in path.lines)
    return Path(spelled_out(path.term), lines)


def best(value: Any, definitions: Mapping[Symbol, Any] | None = None) -> Path:
    """The shortest candidate."""
    return paths(value, definitions)[0]


def _folded(path: Path, definitions: Mapping[Symbol, Any], known: Known) -> Path:
    new = tidy(fold(path.term, definitions, known))
    used = [s for s in definitions if s in free_symbols(new) - free_symbols(path.term)]
    return path.to(tuple(Definition(s) for s in used) or (ALGEBRA,), new)


def _using(path: Path, hypotheses: Sequence[Hypothesis]) -> Path:
    """Hypotheses such as sum_k y_k = 1 used where their longer side stands."""
    for h in hypotheses:
        r = h.relation
        if (
            r.op == "="
            and not isinstance(r.lhs, Arr)
            and not isinstance(r.rhs, Arr)
            and size_of(r.rhs) < size_of(r.lhs)
        ):
            path = path.to((Given((h,)),), tidy(rewritten(path.term, r.lhs, r.rhs, h.schematic)))
    return path


# -- signs ------------------------------------------------------------------------------------------------------------


@remembered
def turned(t: Any) -> Any:
    """The term with minus signs in front of differences turned into the differences: -2 a (b - c) is 2 a (c - b)."""
    t = rebuild(t, turned)
    if isinstance(t, Mul) and isinstance(t.fields[0], Num) and t.fields[0].value < 0:
        for k, f in enumerate(t.fields[1:], start=1):
            other = _negated(f)
            if other is not None:
                return Mul(-t.fields[0].value, *t.fields[1:k], other, *t.fields[k + 1 :])
    return t


@remembered
def _negated(t: Term) -> Term | None:
    """Minus the term, when that only turns a difference inside it round."""
    if isinstance(t, Add) and any(coefficient(u)[0] < 0 for u in t.fields):
        return Add(*(Mul(-1, u) for u in t.fields))
    if isinstance(t, Sum):
        body = _negated(t.body)
        return None if body is None else Sum(t.index, body)
    if isinstance(t, Mul):
        for k, f in enumerate(t.fields):
            other = _negated(f)
            if other is not None:
                return Mul(*t.fields[:k], other, *t.fields[k + 1 :])
    return None


# -- common factors ---------------------------------------------------------------------------------------------------


@remembered
def factored(t: Any) -> Any:
    """The term with common factors of its sums in front, from the inside out."""
    if isinstance(t, Derivative):
        return t
    t = rebuild(t, factored)
    if isinstance(t, Mul):
        return product(t.fields)
    return _common(t) if isinstance(t, Add) else t


def _common(t: Add) -> Term:
    rows = [_powers(u) for u in t.fields]
    shared: dict[Any, tuple[Term, Fraction]] = {}
    for key, (base, _) in rows[0][1].items():
        exponents = [row[1][key][1] if key in row[1] else Fraction(0) for row in rows]
        low = min(exponents) if min(exponents) > 0 else max(exponents) if max(exponents) < 0 else Fraction(0)
        if low and not isinstance(base, Guard):
            shared[key] = (base, low)
    number = _content([c for c, _ in rows])
    if not shared and number == 1:
        return t
    inner = []
    for c, powers in rows:
        factors: list[Term] = [Num(c / number)]
        for key, (base, e) in powers.items():
            e = e - (shared[key][1] if key in shared else 0)
            if e:
                factors.append(Pow(base, Num(e)))
        inner.append(product(tuple(factors)))
    front = [Pow(base, Num(e)) for base, e in shared.values()]
    result: Term = Mul(Num(number), *front, Add(*inner))
    return result


@remembered
def levelled(t: Any) -> Any:
    """A denominator that some terms above it cancel, put where it belongs: (s a - b / s) / s^2 is (a - b / s^2) / s."""
    if isinstance(t, Derivative):
        return t
    t = rebuild(t, levelled)
    if not isinstance(t, Mul):
        return t
    for below in t.fields:
        k = _whole_exponent(below)
        if not isinstance(below, Pow) or k >= 0:
            continue
        key = alpha_key(below.base)
        for above in t.fields:
            if not isinstance(above, Add):
                continue
            most = max(_powers(u)[1].get(key, (below.base, Fraction(0)))[1] for u in above.fields)
            if 0 < most <= -k:
                inside = Add(*(product((*_factors_of(u), Pow(below.base, Num(-most)))) for u in above.fields))
                others = [f for f in t.fields if f is not below and f is not above]
                return product((*others, Pow(below.base, Num(k + most)), inside))
    return t


def _whole_exponent(t: Term) -> Fraction:
    e = t.exponent.value if isinstance(t, Pow) and isinstance(t.exponent, Num) else Fraction(0)
    return e if e.denominator == 1 else Fraction(0)


def _factors_of(t: Term) -> tuple[Term, ...]:
    return t.fields if isinstance(t, Mul) else (t,)


def _powers(t: Term) -> tuple[Fraction, dict[Any, tuple[Term, Fraction]]]:
    number, rest = coefficient(t)
    powers: dict[Any, tuple[Term, Fraction]] = {}
    for f in rest.fields if isinstance(rest, Mul) else (rest,):
        if isinstance(f, Num):
            continue
        base, e = (f.base, f.exponent.value) if isinstance(f, Pow) and isinstance(f.exponent, Num) else (f, Fraction(1))
        key = alpha_key(base)
        powers[key] = (base, e + (powers[key][1] if key in powers else 0))
    return number, powers


def _content(numbers: list[Fraction]) -> Fraction:
    """The number that leaves whole coefficients without a common divisor, negative when most of them are."""
    top = gcd(*(abs(c.numerator) for c in numbers))
    bottom = numbers[0].denominator
    for c in numbers[1:]:
        bottom = bottom * c.denominator // gcd(bottom, c.denominator)
    sign = -1 if all(c < 0 for c in numbers) else 1
    return Fraction(sign * top, bottom)
