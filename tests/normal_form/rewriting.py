"""True rewrites of terms: what the normal form should see through."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from derive.terms import (
    POSITIVE,
    Add,
    Fn,
    Index,
    Mul,
    Num,
    Pow,
    Prod,
    Sum,
    Symbol,
    Term,
    affine,
    exp,
    free_indices,
    fresh_index,
    log,
    substitute,
    term,
)
from tests.normal_form.random_terms import nodes, replaced

P, Q = term(Symbol("p", domain=POSITIVE)), term(Symbol("q", domain=POSITIVE))


def distribute(rng: Random, t: Term) -> Term | None:
    if isinstance(t, Mul):
        sums = [u for u in t.fields if isinstance(u, Add)]
        if sums:
            rest = list(t.fields)
            rest.remove(sums[0])
            return Add(*(Mul(*rest, u) for u in sums[0].fields))
    return None


def reorder(rng: Random, t: Term) -> Term | None:
    if isinstance(t, Add | Mul):
        fields = list(t.fields)
        rng.shuffle(fields)
        return type(t)(*fields)
    return None


def rename(rng: Random, t: Term) -> Term | None:
    if isinstance(t, Sum | Prod):
        new = fresh_index(t.index)
        return type(t)(new, substitute(t.body, {t.index: new}))
    return None


def shift(rng: Random, t: Term) -> Term | None:
    if isinstance(t, Sum | Prod) and t.index.hi is not None:
        new = fresh_index(None, t.index.lo + 1, t.index.hi + 1)
        return type(t)(new, substitute(t.body, {t.index: new - 1}))
    return None


def reverse(rng: Random, t: Term) -> Term | None:
    if isinstance(t, Sum | Prod) and t.index.hi is not None:
        new = fresh_index(t.index)
        return type(t)(new, substitute(t.body, {t.index: t.index.lo + t.index.hi - new}))
    return None


def swap(rng: Random, t: Term) -> Term | None:
    if isinstance(t, Sum) and isinstance(t.body, Sum) and t.index not in _ends(t.body.index):
        inner = t.body
        if inner.index is not t.index and inner.index not in _ends(t.index):
            return Sum(inner.index, Sum(t.index, inner.body))
    return None


def _ends(i: Index) -> tuple[Any, ...]:
    return (*i.lo.indices, *(i.hi.indices if i.hi is not None else ()))


def split_sum(rng: Random, t: Term) -> Term | None:
    if isinstance(t, Sum) and isinstance(t.body, Add):
        return Add(*(Sum(t.index, u) for u in t.body.fields))
    if isinstance(t, Prod) and isinstance(t.body, Mul):
        return Mul(*(Prod(t.index, u) for u in t.body.fields))
    return None


def pull_out(rng: Random, t: Term) -> Term | None:
    if isinstance(t, Sum) and isinstance(t.body, Mul):
        out = [u for u in t.body.fields if t.index not in free_indices(u)]
        if out:
            return Mul(*out, Sum(t.index, Mul(*(u for u in t.body.fields if u not in out))))
    return None


def split_first(rng: Random, t: Term) -> Term | None:
    """The first term apart: only where the range is certainly not empty."""
    if (
        isinstance(t, Sum)
        and t.index.lo == affine(1)
        and t.index.hi is not None
        and t.index.hi.atom is not None
        and not t.index.hi.indices
    ):
        new = fresh_index(None, 2, t.index.hi)
        return substitute(t.body, {t.index: 1}) + Sum(new, substitute(t.body, {t.index: new}))
    return None


def common_denominator(rng: Random, t: Term) -> Term | None:
    if isinstance(t, Add) and len(t.fields) == 2:
        tops, bottoms = zip(*(_fraction(u) for u in t.fields), strict=True)
        if any(b is not Num(1) for b in bottoms):
            return (tops[0] * bottoms[1] + tops[1] * bottoms[0]) / (bottoms[0] * bottoms[1])
    return None


def _fraction(t: Term) -> tuple[Term, Term]:
    fields = t.fields if isinstance(t, Mul) else (t,)
    under = [u for u in fields if isinstance(u, Pow) and u.exponent == Num(-1)]
    over = [u for u in fields if u not in under]
    return Mul(*over), Mul(*(u.base for u in under))


def functions(rng: Random, t: Term) -> Term | None:
    if isinstance(t, Fn):
        u = t.arguments[0]
        if t.name == "exp" and isinstance(u, Add):
            return Mul(*(exp(v) for v in u.fields))
        if t.name == "exp" and isinstance(u, Sum):
            return Prod(u.index, exp(u.body))
        if t.name == "tanh":
            return (exp(u) - exp(-u)) / (exp(u) + exp(-u))
        if t.name == "sinh":
            return (exp(u) - exp(-u)) / 2
        if t.name == "cosh":
            return (exp(u) + exp(-u)) / 2
        if t.name == "softplus":
            return log(1 + exp(u))
        if t.name == "abs":
            return Fn("max", u, -u)
        if t.name == "max":
            return Fn("max", *reversed(t.arguments))
        if t.name == "log":
            return log(u * exp(P)) - P
    return None


def powers(rng: Random, t: Term) -> Term | None:
    if (
        isinstance(t, Pow)
        and isinstance(t.exponent, Num)
        and t.exponent.value.denominator == 1
        and 2 <= t.exponent.value <= 4
    ):
        return Mul(t.base, Pow(t.base, t.exponent.value - 1))
    if isinstance(t, Pow) and t.exponent == Num(-1) and isinstance(t.base, Mul):
        return Mul(*(Pow(u, -1) for u in t.base.fields))
    return None


def multiply_by_one(rng: Random, t: Term) -> Term | None:
    if isinstance(t, Num):
        return None
    return rng.choice([t * (P + Q) / (Q + P), t + Q - Q, t * exp(Q) * exp(-Q), t * P * Pow(P, -1)])


REWRITES: list[Callable[[Random, Term], Term | None]] = [
    distribute, reorder, rename, shift, reverse, swap, split_sum, pull_out, split_first, common_denominator, functions, powers,
    multiply_by_one,
]  # fmt: skip


def rewritten(rng: Random, t: Term, times: int = 2) -> tuple[Term, list[str]]:
    """The term after up to ``times`` rewrites at random places, and their names."""
    names: list[str] = []
    for _ in range(40):
        if len(names) == times:
            break
        rewrite = rng.choice(REWRITES[:-1]) if rng.random() < 0.9 else multiply_by_one
        found = [(u, v) for u in nodes(t) if isinstance(u, Term) and (v := rewrite(rng, u)) is not None and v is not u]
        if found:
            old, new = rng.choice(found)
            t = replaced(t, old, new)
            names.append(rewrite.__name__)
    return t, names
