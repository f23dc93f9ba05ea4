"""Putting a raw term in order: deltas used up, numbers collected, powers of one base joined, constants in front of
sums.

Nothing here is trusted: whoever shows the result has the kernel prove that it equals what it came from.

>>> from derive.terms import Index, Size, Sum, Symbol, delta
>>> n = Size("n"); x = Symbol("x", (n,)); i, k = Index("i", 1, n), Index("k", 1, n)
>>> tidy(Sum(i, 2 * x[i] * delta(i, k) * 3))
6*x[k]
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.terms import (
    ONE,
    ZERO,
    Add,
    Affine,
    Arr,
    Derivative,
    Entry,
    Fn,
    Guard,
    Index,
    IntValue,
    Mul,
    Num,
    Pow,
    Prod,
    Sum,
    Term,
    alpha_key,
    alpha_text,
    children,
    free_indices,
    rebuild,
    remembered,
    substitute,
)

SYMMETRIC = frozenset({"symmetric", "positive_definite", "positive_semidefinite", "diagonal"})
WIDEST = 60  # products of sums with more terms are not multiplied out


@remembered
def tidy(value: Any) -> Any:
    """The term or array in order, from the inside out."""
    for _ in range(6):
        new = _tidy(value)
        if new is value:
            break
        value = new
    return value


@remembered
def _tidy(t: Any) -> Any:
    if isinstance(t, Derivative):
        return t
    t = rebuild(t, _tidy)
    if isinstance(t, Mul):
        return product(t.fields)
    if isinstance(t, Add):
        return total(t.fields)
    if isinstance(t, Pow):
        return power(t.base, t.exponent)
    if isinstance(t, Sum):
        return summed(t.index, t.body)
    if isinstance(t, Prod) and t.body is ONE:
        return ONE
    if isinstance(t, Fn):
        return _function(t)
    if isinstance(t, Guard) and isinstance(t.subject, Affine) and t.subject.is_constant:
        c = t.subject.constant
        return ONE if {"==": c == 0, "!=": c != 0, ">": c > 0, ">=": c >= 0}[t.op] else ZERO
    return t


def _function(t: Fn) -> Term:
    u = t.arguments[0]
    if t.name == "exp":
        if u is ZERO:
            return ONE
        if isinstance(u, Fn) and u.name == "log":
            return u.arguments[0]
    if t.name == "log":
        if u is ONE:
            return ZERO
        if isinstance(u, Fn) and u.name == "exp":
            return u.arguments[0]
    return t


def power(base: Term, exponent: Term) -> Term:
    """A power, with powers of powers joined and powers of products split where the exponent is a whole number."""
    if exponent is ZERO:
        return ONE
    if isinstance(exponent, Num) and exponent.value.denominator == 1:
        if isinstance(base, Mul):
            return product(tuple(power(f, exponent) for f in base.fields))
        if isinstance(base, Pow) and isinstance(base.exponent, Num):
            return power(base.base, Num(base.exponent.value * exponent.value))
        if isinstance(base, Guard) and exponent.value > 0:
            return base
    return Pow(base, exponent)


def product(factors: tuple[Term, ...]) -> Term:
    """A product, with powers of one base joined and repeated guards once."""
    flat = Mul(*factors)
    if not isinstance(flat, Mul):
        return flat
    number = Fraction(1)
    exponents: dict[Any, tuple[Term, Term]] = {}
    for f in flat.fields:
        if isinstance(f, Num):
            number *= f.value
            continue
        base, e = (f.base, f.exponent) if isinstance(f, Pow) else (f, ONE)
        key = alpha_key(base)
        if key in exponents:
            old = exponents[key][1]
            e = ONE if isinstance(base, Guard) else Add(old, e)
        exponents[key] = (base, e)
    _absolute(exponents)
    parts = [power(base, e) if len(exponents) < len(flat.fields) else Pow(base, e) for base, e in exponents.values()]
    return _number_into_sum(Mul(Num(number), *parts))


def _absolute(exponents: dict[Any, tuple[Term, Term]]) -> None:
    """sign(u) u is |u|."""
    for key, (base, e) in list(exponents.items()):
        if isinstance(base, Fn) and base.name == "sign" and e is ONE:
            u = base.arguments[0]
            other = exponents.get(alpha_key(u))
            size = Fn("abs", u)
            if other is not None and other[1] is ONE:
                old = exponents.get(alpha_key(size), (size, ZERO))[1]
                exponents[alpha_key(size)] = (size, Add(old, ONE))
                del exponents[key], exponents[alpha_key(u)]


def _number_into_sum(t: Term) -> Term:
    """-(a - b) is b - a; other numbers stay in front."""
    if isinstance(t, Mul) and len(t.fields) == 2 and t.fields[0] is Num(-1) and isinstance(t.fields[1], Add):
        return Add(*(Mul(-1, u) for u in t.fields[1].fields))
    return t


def total(terms: tuple[Term, ...]) -> Term:
    """A sum with like terms collected."""
    flat = Add(*terms)
    if not isinstance(flat, Add):
        return flat
    numbers: dict[Any, tuple[Fraction, Term]] = {}
    for t in flat.fields:
        number, rest = coefficient(t)
        key = like(rest)
        old = numbers.get(key, (Fraction(0), rest))
        numbers[key] = (old[0] + number, old[1])
    return Add(*(Mul(Num(c), rest) for c, rest in numbers.values() if c))


def coefficient(t: Term) -> tuple[Fraction, Term]:
    """The number in front of a term, and the rest."""
    if isinstance(t, Num):
        return t.value, ONE
    if isinstance(t, Mul) and isinstance(t.fields[0], Num):
        return t.fields[0].value, Mul(*t.fields[1:])
    return Fraction(1), t


def like(t: Term) -> Any:
    """What two terms share that differ by bound names and the order of their terms and factors only."""
    return _ordered(alpha_key(t))


def summed(index: Index, body: Term) -> Term:
    """A sum over an index: split where deltas can be used up, constants in front, deltas used up."""
    if body is ZERO:
        return ZERO
    if index not in free_indices(body):
        return product((*_factors(body), IntValue(index.length))) if index.length is not None else Sum(index, body)
    if isinstance(body, Add) and any(_delta_for(index, f) for t in body.fields for f in _factors(t)):
        return total(tuple(summed(index, t) for t in body.fields))
    if isinstance(body, Add):
        constant = [t for t in body.fields if index not in free_indices(t)]
        if constant and index.length is not None:
            rest = [t for t in body.fields if index in free_indices(t)]
            return total((summed(index, Add(*constant)), *((summed(index, Add(*rest)),) if rest else ())))
    factors = _factors(body)
    inside = [f for f in factors if index in free_indices(f)]
    outside = [f for f in factors if index not in free_indices(f)]
    for f in inside:
        end = _delta_for(index, f)
        if end is not None:
            remaining = Mul(*(g for g in inside if g is not f))
            return product((*outside, *_factors(tidy(substitute(remaining, {index: end})))))
    wide = next(
        (f for f in inside if isinstance(f, Add) and any(_delta_for(index, g) for t in f.fields for g in _factors(t))),
        None,
    )
    if wide is not None:
        others = [f for f in inside if f is not wide]
        split = total(tuple(summed(index, product((*others, t))) for t in wide.fields))
        return product((*outside, split))
    if isinstance(inside[0], Sum) and len(inside) == 1 and not free_indices_of_range(inside[0].index):
        nested = inside[0]
        pushed = summed(index, nested.body)
        if not (isinstance(pushed, Sum) and pushed.index is index):
            return product((*outside, summed(nested.index, pushed)))
    return product((*outside, Sum(index, Mul(*inside)))) if outside else Sum(index, body)


def free_indices_of_range(index: Index) -> frozenset[Index]:
    ends = frozenset(index.lo.indices)
    return ends | (frozenset(index.hi.indices) if index.hi is not None else frozenset())


def _factors(t: Term) -> tuple[Term, ...]:
    return t.fields if isinstance(t, Mul) else (t,)


def _delta_for(index: Index, f: Term) -> Affine | None:
    """The value that a delta gives to an index, when that value is known to be in the index's range."""
    if not (isinstance(f, Guard) and f.op == "==" and isinstance(f.subject, Affine)):
        return None
    c = dict(f.subject.terms).get(index)
    if c not in (1, -1):
        return None
    value = (index + 0) - f.subject.scale(c)
    atom = value.atom
    if isinstance(atom, Index) and (atom.lo, atom.hi) == (index.lo, index.hi):
        return value
    from derive.normal_form.integers import implied

    if implied(value - index.lo) and (index.hi is None or implied(index.hi - value)):
        return value
    return None


# -- multiplying out --------------------------------------------------------------------------------------------------


@remembered
def expand(t: Any) -> Any:
    """Products of sums multiplied out, and sums split over an index; not inside functions."""
    if isinstance(t, Arr):
        return Arr(t.axes, expand(t.body))
    if isinstance(t, Add):
        return total(tuple(expand(u) for u in t.fields))
    if isinstance(t, Sum):
        body = expand(t.body)
        return total(tuple(Sum(t.index, u) for u in body.fields)) if isinstance(body, Add) else Sum(t.index, body)
    if isinstance(t, Pow) and isinstance(t.base, Add) and t.exponent is Num(2):
        return expand(Mul(t.base, t.base))
    if not isinstance(t, Mul):
        return t
    terms: list[list[Term]] = [[]]
    for f in t.fields:
        e = expand(f)
        parts = e.fields if isinstance(e, Add) else (e,)
        if len(terms) * len(parts) > WIDEST:
            parts = (e,)
        terms = [[*row, p] for row in terms for p in parts]
    return total(tuple(product(tuple(row)) for row in terms))


# -- comparing --------------------------------------------------------------------------------------------------------


def same(a: Any, b: Any) -> bool:
    """Equality up to bound names and the order of terms and factors."""
    return a is b or like(a) is like(b)


@remembered
def _ordered(t: Any) -> Any:
    """A representative with terms and factors in one order, so that what differs by order only is one object."""
    t = rebuild(t, like)
    if isinstance(t, Guard) and t.op in ("==", "!=") and isinstance(t.subject, Affine):  # delta_ij is delta_ji
        return Guard(t.op, min(t.subject, -t.subject, key=alpha_text))
    if isinstance(t, Add | Mul):
        return type(t)(*sorted(t.fields, key=alpha_text))
    if isinstance(t, Entry) and not SYMMETRIC.isdisjoint(t.symbol.properties):
        return Entry(t.symbol, tuple(sorted(t.indices, key=alpha_text)))
    return t


@remembered
def size_of(t: Any) -> int:
    """How long a term is for a reader: symbols count 1, sums and guards more."""
    own = {Sum: 3, Prod: 3, Guard: 2, Fn: 1, Pow: 1, Add: 0, Mul: 0, Entry: 1, Num: 1, IntValue: 1}.get(type(t), 2)
    if isinstance(t, Pow) and t.exponent is Num(-1):
        return size_of(t.base) + 1
    if isinstance(t, Num) and t.value == -1:
        return 0
    extra = len(t.fields) - 1 if isinstance(t, Add) else 0
    return own + extra + sum(size_of(c) for c in children(t))
