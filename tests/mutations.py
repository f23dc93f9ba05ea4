"""Statements that are wrong in the way that people are wrong: a sign, a factor, an index, a transpose, a dropped
term.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from derive.derivation.rewriting import positions
from derive.terms import (
    Add,
    Arr,
    Constant,
    Entry,
    Fn,
    Guard,
    Index,
    Mul,
    Num,
    Pow,
    Relation,
    Sum,
    Term,
    alpha_equal,
    free_indices,
    substitute,
)


def mutations(relation: Relation) -> Iterator[tuple[str, Relation]]:
    """Changed statements with what was changed, each once, right side first."""
    seen: list[Relation] = []
    for side in ("rhs", "lhs"):
        value = getattr(relation, side)
        for name, new in changes(value):
            other = replace(relation, **{side: new})
            if not any(alpha_equal(new, getattr(old, side)) for old in seen):
                seen.append(other)
                yield f"{side}: {name}", other


def changes(value: Any) -> Iterator[tuple[str, Any]]:
    """All single changes of a term or array."""
    if isinstance(value, Arr) and len(value.axes) == 2 and value.axes[0][0].length == value.axes[1][0].length:
        yield "transposed", Arr((value.axes[1], value.axes[0]), value.body)
    for part, put in positions(value):
        if isinstance(part, Term):
            for name, new in _here(part):
                yield name, put(new)
    indices = sorted(free_indices(value), key=lambda i: i.name)
    for i in indices:
        for j in indices:
            if i is not j and (i.lo, i.hi) == (j.lo, j.hi):
                yield f"{i.name} for {j.name}", substitute(value, {j: i})


def _here(t: Term) -> Iterator[tuple[str, Term]]:
    if isinstance(t, Add):
        for k, part in enumerate(t.fields):
            others = [*t.fields[:k], *t.fields[k + 1 :]]
            yield "a sign", Add(*others, Mul(-1, part))
            yield "a dropped term", Add(*others)
    if isinstance(t, Mul) and Constant("oo") in t.fields:
        return  # minus infinity: twice as much is no change
    if isinstance(t, Mul):
        for k, part in enumerate(t.fields):
            if not isinstance(part, Num):
                yield "a dropped factor", Mul(*t.fields[:k], *t.fields[k + 1 :])
        yield "a sign", Mul(-1, t)
        yield "a factor 2", Mul(2, t)
    if isinstance(t, Pow) and isinstance(t.exponent, Num):
        yield "an exponent", Pow(t.base, Num(t.exponent.value + 1))
    if isinstance(t, Fn) and t.name in ("exp", "log"):
        yield "a sign inside", Fn(t.name, Mul(-1, t.arguments[0])) if t.name == "exp" else Mul(-1, t)
        yield "a factor 1/2", Mul(Fraction(1, 2), t)
    if isinstance(t, Entry) and not t.indices:
        yield "a factor 2", Mul(2, t)
    if isinstance(t, Entry) and len(t.indices) == 2 and t.symbol.shape[0] == t.symbol.shape[1]:
        yield "a transpose", Entry(t.symbol, tuple(reversed(t.indices)))
    if isinstance(t, Entry) and t.indices:
        yield "a sign", Mul(-1, t)
    if isinstance(t, Guard) and t.op == "==":
        yield "a dropped delta", Num(1)
    if isinstance(t, Sum) and isinstance(t.index, Index):
        yield "a factor 2", Mul(2, t)
    if isinstance(t, Num) and t.value not in (0, -1):
        yield "a number", Num(t.value + 1)
