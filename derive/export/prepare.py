"""Terms made ready for code: deltas with a bound end substituted, dependent ends as guards, powers merged.

Everything here is an identity of total terms (0 outside a guard), and keeps the shape of what a person wrote: products
of sums are multiplied out only where a delta inside them has to meet the index that it binds.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from derive.export import leaving_out
from derive.export.closed_forms import closed_form
from derive.export.errors import CompileError
from derive.export.powers import collected, exponential_sum, is_exp, logistic, power, powered, product, raised, unpaired
from derive.export.ranges import full_range, is_positive, nonnegative, split_coefficient
from derive.export.sameness import same
from derive.terms import (
    ONE,
    ZERO,
    Add,
    Affine,
    Apply,
    Arr,
    At,
    Derivative,
    Expectation,
    Fn,
    Guard,
    Index,
    Integral,
    IntValue,
    InverseEntry,
    Limit,
    Mul,
    Num,
    Pow,
    Prod,
    Sum,
    Term,
    affine,
    alpha_key,
    free_indices,
    fresh_index,
    rebuild,
    substitute,
)

REFUSED = {
    Derivative: ("a derivative that has not been taken", "Differentiate first, then export the result"),
    Integral: (
        "an integral without a closed form that we can confirm has no code",
        "Export the integrand, or a closed form that you proved equal to it",
    ),
    Expectation: (
        "an expectation over a random variable has no code",
        "Export what is averaged, as a function of a sample, or a closed form",
    ),
    Limit: ("a limit has no code", "Export the body, or the value of the limit"),
    Apply: ("a declared function has no formula", "Define it, or export the rest with its value as a parameter"),
}


def prepare(term: Term) -> Term:
    """An equal term of the form that `derive.export.lower` reads. Raises CompileError for heads without code."""
    found: Term = term.memo("export.prepare", _prepare)
    return found


def prepare_array(array: Arr) -> Arr:
    """The same for an array."""
    return Arr(array.axes, prepare(array.body))


def _prepare(term: Term) -> Term:
    if isinstance(term, Integral):
        closed = closed_form(term)
        if closed is not None:
            return prepare(closed)
    for head, (reason, instead) in REFUSED.items():
        if isinstance(term, head):
            raise CompileError(_short(term), reason, instead, term)
    if isinstance(term, At):
        return prepare(substitute(term.body, {}, {term.symbol: term.value}))
    if isinstance(term, Sum | Prod):
        if term.index.hi is None:
            raise CompileError(
                _short(term),
                f"{term.index.name} runs without end",
                "Export a partial sum, or a closed form",
                term,
            )
        body = prepare(term.body)
        index, guards = full_range(term.index)
        if guards:
            body = substitute(body, {term.index: index})
        if isinstance(term, Sum):
            return sum_over(index, Mul(*guards, body))
        return _prod(index, guards, body)
    term = rebuild(term, lambda c: prepare_array(c) if isinstance(c, Arr) else prepare(c))
    if isinstance(term, Guard) and not isinstance(term.subject, Term):
        return _settled(term)
    if isinstance(term, Pow):
        return power(term.base, term.exponent)
    if isinstance(term, Mul):
        return product(term.fields)
    if isinstance(term, Add):
        return _add(term)
    return term


def _short(term: Any) -> str:
    text = repr(term)
    return text if len(text) <= 80 else text[:77] + "..."


def _prod(index: Index, guards: list[Guard], body: Term) -> Term:
    """A factor outside the guards counts as 1: written as a power of the guards."""
    if isinstance(body, Add) and len(body.fields) == 2 and ONE in body.fields:  # 1 + [g] (b - 1) is b^[g]
        (other,) = (f for f in body.fields if f is not ONE)
        parts = other.fields if isinstance(other, Mul) else (other,)
        mine = [g for g in parts if isinstance(g, Guard)]
        if mine:
            guards, body = [*guards, *mine], prepare(Add(Mul(*(p for p in parts if p not in mine)), 1))
    if not guards:
        return Prod(index, body)
    (guard, *others) = guards
    if (
        not others and guard.op == "!=" and abs(guard.subject.coefficient(index)) == 1 and is_positive(body)
    ):  # all but one
        c = guard.subject.coefficient(index)
        value = (affine(index) * c - guard.subject) * c
        if nonnegative(value - index.lo) and nonnegative(index.hi - value):
            return product((Prod(index, body), Pow(substitute(body, {index: value}), -1)))
    return Prod(index, Pow(body, Mul(*guards)))


def _settled(guard: Guard) -> Term:
    """1 or 0 when the ranges of its indices decide the guard."""
    subject: Affine = guard.subject
    if guard.op == ">=":
        return ONE if nonnegative(subject) else ZERO if nonnegative(-subject - 1) else guard
    apart = nonnegative(subject - 1) or nonnegative(-subject - 1)
    if guard.op == "==":
        return ZERO if apart else ONE if subject.is_constant and subject.constant == 0 else guard
    return ONE if apart else ZERO if subject.is_constant and subject.constant == 0 else guard


def _common(term: Add) -> Term | None:
    """a b + a c as a (b + c): a gradient's shared factors meet what cancels them outside."""
    fields = [f.fields if isinstance(f, Mul) else (f,) for f in term.fields]
    found = [collected([powered(p) for p in f if not isinstance(p, Num | Guard)]) for f in fields]
    shared = []
    for key, base in found[0][0]:
        exponents = [e.get(key, Fraction(0)) for _, e in found]
        if all(e > 0 for e in exponents):
            shared.append((base, min(exponents)))
        elif all(e < 0 for e in exponents):
            shared.append((base, max(exponents)))
    # a sum of exponentials stays below while exponentials above it need it
    if any(is_exp(b) for f in fields for p in f for b in (powered(p)[0],)):
        kept = [(b, e) for b, e in shared if not (e < 0 and exponential_sum(b))]
        if kept != shared:
            inverse = [raised(b, -e) for b, e in shared]
            if any(unpaired(product((f, *inverse))) > 0 for f in term.fields):
                shared = kept
    guards = [g for g in fields[0] if isinstance(g, Guard) and all(g in f for f in fields)]
    if guards:
        rest = Add(*(Mul(*(p for p in f if p not in guards)) for f in fields))
        return product((*guards, prepare(rest)))
    if not shared:
        return None
    outside = [raised(base, e) for base, e in shared]
    inverse = [raised(base, -e) for base, e in shared]
    return product((*outside, prepare(Add(*(product((f, *inverse)) for f in term.fields)))))


def _add(term: Add) -> Term:
    """Like terms collected: x + x, and x - x. 1 - 1/(1 + e^x) becomes e^x/(1 + e^x)."""
    found = complement(term)
    if found is None:
        found = variance(term)
    if found is not None:
        return found
    order: list[tuple[Any, Term]] = []
    totals: dict[Any, Fraction] = {}
    for part in term.fields:
        c, rest = split_coefficient(part)
        key = alpha_key(rest)
        if key not in totals:
            order.append((key, rest))
            totals[key] = Fraction(0)
        totals[key] += c
    if len(order) < len(term.fields):
        result = Add(*(Mul(totals[key], rest) for key, rest in order if totals[key]))
        return prepare(result) if isinstance(result, Add) else result
    halves = leaving_out.joined(term)
    if halves is not None:
        return prepare(Add(halves[0], *halves[1]))
    return _common(term) or _joined(term) or term


def _joined(term: Add) -> Term | None:
    """sum_i A_ki a_i + sum_j A_kj b_j as sum_i A_ki (a_i + b_i): one product with A."""
    for p, first in enumerate(term.fields):
        for q in range(p + 1, len(term.fields)):
            found = _join(first, term.fields[q])
            if found is not None:
                return prepare(Add(*(f for r, f in enumerate(term.fields) if r not in (p, q)), found))
    return None


def _join(a: Term, b: Term) -> Term | None:
    for s in (f for f in (a.fields if isinstance(a, Mul) else (a,)) if isinstance(f, Sum)):
        for t in (f for f in (b.fields if isinstance(b, Mul) else (b,)) if isinstance(f, Sum)):
            if (s.index.lo, s.index.hi) != (t.index.lo, t.index.hi):
                continue
            index = fresh_index(s.index)
            left, right = substitute(s.body, {s.index: index}), substitute(t.body, {t.index: index})
            keys = {alpha_key(f) for f in (left.fields if isinstance(left, Mul) else (left,))}
            both = [f for f in (right.fields if isinstance(right, Mul) else (right,)) if alpha_key(f) in keys]
            if not any(index in free_indices(f) and len(free_indices(f)) > 1 for f in both):
                continue
            rests = [[*_others(x, y), *_others(z, both)] for x, y, z in ((a, [s], left), (b, [t], right))]
            union = frozenset().union(*(free_indices(f) for rest in rests for f in rest))
            if not any(free_indices(f) >= union for rest in rests for f in rest):
                continue  # the sum (y_i - y_j) would be larger than its parts
            if any(
                isinstance(f, InverseEntry)
                for x in (left, right)
                for f in (x.fields if isinstance(x, Mul) else (x,))
                if f not in both
            ):
                continue  # A^-1 b + A^-T b stays two linear systems
            return Sum(index, Add(product((*_others(a, [s]), left)), product((*_others(b, [t]), right))))
    return None


def _others(term: Term, gone: Sequence[Term]) -> list[Term]:
    keys = {alpha_key(f) for f in gone}
    return [f for f in (term.fields if isinstance(term, Mul) else (term,)) if alpha_key(f) not in keys]


# --- sums that cancel ----


def complement(body: Add) -> Term | None:
    """1 - 1/(1 + e^x) = e^x/(1 + e^x), and the other way round, as terms."""
    if ONE not in body.fields or len(body.fields) != 2:
        return None
    (other,) = (f for f in body.fields if f is not ONE)
    c, rest = split_coefficient(other)
    factors = rest.fields if isinstance(rest, Mul) else (rest,)
    down = [f for f in factors if isinstance(f, Pow) and f.exponent == Num(-1) and logistic(f.base) is not None]
    if c != -1 or len(down) != 1:
        return None
    x = logistic(down[0].base)
    others = [f for f in factors if f is not down[0]]
    if not others:
        return product((Fn("exp", x), down[0]))
    return down[0] if len(others) == 1 and is_exp(others[0]) and others[0].arguments[0] is x else None


def variance(body: Add) -> Term | None:
    """A mean of squares less the square of the mean, as the mean square of what is left without the mean."""
    if len(body.fields) != 2:
        return None
    (c, u), (d, v) = (split_coefficient(f) for f in body.fields)
    return _centred(c, u, d, v) or _centred(d, v, c, u)


def _centred(c: Fraction, u: Term, d: Fraction, v: Term) -> Term | None:
    """sum x^2 / n - (sum x / n)^2 as sum (x - mean)^2 / n."""
    outside = [f for f in u.fields if not isinstance(f, Sum)] if isinstance(u, Mul) else []
    sums = [f for f in u.fields if isinstance(f, Sum)] if isinstance(u, Mul) else []
    if c <= 0 or d != -c or len(sums) != 1 or len(outside) != 1:
        return None
    (total,), (scale,) = sums, outside
    if scale != Pow(IntValue(total.index.length), -1) or not (
        isinstance(total.body, Pow) and total.body.exponent == Num(2)
    ):
        return None
    inner = Sum(total.index, total.body.base)
    square = prepare(product((Pow(scale, 2), Pow(inner, 2))))
    if not same(prepare(v), square):
        return None
    return product((Num(c), scale, Sum(total.index, Pow(total.body.base - product((scale, inner)), 2))))


# --- sums ----


def sum_over(index: Index, body: Term) -> Term:
    """The sum of a prepared body, with every delta in ``index`` substituted and what does not depend on it outside."""
    if body is ZERO:
        return ZERO
    if index not in free_indices(body) and index.length is not None and nonnegative(index.length):
        return product((IntValue(index.length), body))
    if index.length is not None and index.length.is_constant and index.length.constant == 1:
        return prepare(substitute(body, {index: index.lo}))
    parts = addends(body, index)
    if len(parts) > 1:
        bare = [p for p in parts if not _has_delta(p, index)]
        if len(bare) < len(parts):
            sums = [sum_over(index, p) for p in parts if _has_delta(p, index)]
            return prepare(Add(*sums, *([sum_over(index, Add(*bare))] if bare else [])))
    body = parts[0] if len(parts) == 1 else body
    factors = body.fields if isinstance(body, Mul) else (body,)
    for guard in factors:
        if _is_delta(guard, index):
            return _eliminate(index, guard, [f for f in factors if f is not guard])
    return _narrow(index, list(factors))


def _is_delta(term: Term, index: Index) -> bool:
    return (
        isinstance(term, Guard)
        and term.op == "=="
        and isinstance(term.subject, Affine)
        and abs(term.subject.coefficient(index)) == 1
    )


def _has_delta(term: Term, index: Index) -> bool:
    """Whether a delta that binds ``index`` stands in the products and sums at the top of the term."""
    if isinstance(term, Add | Mul):
        return any(_has_delta(f, index) for f in term.fields)
    if isinstance(term, Sum):
        return _has_delta(term.body, index)
    return _is_delta(term, index)


def addends(term: Term, index: Index) -> list[Term]:
    """The term as a sum in which a delta in ``index`` stands only in products. Sums without one are left whole."""
    if not _has_delta(term, index):
        return [term]
    if isinstance(term, Add):
        return [a for f in term.fields for a in addends(f, index)]
    if isinstance(term, Sum):
        return [a for f in addends(term.body, index) for a in addends(sum_over(term.index, f), index)]
    if isinstance(term, Mul):
        for position, factor in enumerate(term.fields):
            if isinstance(factor, Add | Sum) and _has_delta(factor, index):
                others = term.fields[:position] + term.fields[position + 1 :]
                inner = addends(factor, index)
                bare = [p for p in inner if not _has_delta(p, index)]
                groups = [p for p in inner if _has_delta(p, index)] + ([Add(*bare)] if bare else [])
                return [a for g in groups for a in addends(product((*others, g)), index)]
    return [term]


def _eliminate(index: Index, guard: Guard, rest: list[Term]) -> Term:
    """Sum over i of delta(i, e) f(i) is f(e) where e is in the range of i."""
    c = guard.subject.coefficient(index)
    value = (affine(index) * c - guard.subject) * c  # c*i + r == 0  gives  i = -r/c
    inside = [_settled(Guard(">=", value - index.lo)), _settled(Guard(">=", index.hi - value))]
    return prepare(Mul(*inside, substitute(Mul(*rest), {index: value})))


def narrowed(index: Index, factors: Any) -> tuple[Affine, Affine, list[Term]]:
    """The ends of the range that the guards on ``index`` alone leave, and the factors without these guards."""
    lo, hi = index.lo, index.hi
    rest: list[Term] = []
    for factor in factors:
        subject = factor.subject if isinstance(factor, Guard) and factor.op == ">=" else None
        if isinstance(subject, Affine) and subject.indices == (index,):
            c = subject.coefficient(index)
            if c == 1 and nonnegative(affine(index) - subject - lo):
                lo = affine(index) - subject
                continue
            if c == -1 and nonnegative(hi - subject - affine(index)):
                hi = subject + affine(index)
                continue
        rest.append(factor)
    return lo, hi, rest


def _narrow(index: Index, factors: list[Term]) -> Term:
    """Guards that only cut the range of the index become its ends; factors free of the index go outside."""
    lo, hi, rest = narrowed(index, factors)
    outside = [f for f in rest if index not in free_indices(f)]
    body = Mul(*(f for f in rest if index in free_indices(f)))
    if lo is not index.lo or hi is not index.hi:
        narrow = fresh_index(None, lo, hi)
        body, index = substitute(body, {index: narrow}), narrow
    if index not in free_indices(body):
        count = index.length
        plain = count is not None and nonnegative(count)
        inner: Term = product((IntValue(count), body)) if plain else Sum(index, body)
    else:
        inner = Sum(index, body)
    return product((*outside, inner)) if outside else inner
