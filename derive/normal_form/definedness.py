"""What a term needs to be defined: denominators that are not 0, positive arguments of logarithms, invertible matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.normal_form.derivative import evaluate
from derive.normal_form.integers import nonempty
from derive.terms import (
    Arr,
    At,
    Determinant,
    Fn,
    Guard,
    Index,
    Integral,
    InverseEntry,
    Limit,
    Mul,
    Num,
    Pow,
    Prod,
    Sum,
    Symbol,
    Term,
    children,
    free_indices,
    free_symbols,
)


@dataclass(frozen=True)
class Condition:
    """``subject`` is "positive", "nonnegative" or "nonzero" for all values of the ``schematic`` indices.

    ``guarded`` says that it is needed only where a guard around it holds.
    """

    kind: str
    subject: Term
    schematic: tuple[Index, ...] = ()
    guarded: bool = False


def conditions(t: Any) -> list[Condition]:
    """The conditions under which a term or array is defined, innermost first."""
    found: dict[Condition, None] = {}
    value = evaluate(t)
    _walk(value, (), frozenset(), False, found)
    if value is not t:
        _walk(t, (), frozenset(), False, found)
    return list(found)


def _walk(
    t: Any, bound: tuple[Index, ...], hidden: frozenset[Symbol], guarded: bool, found: dict[Condition, None]
) -> None:
    if isinstance(t, Sum | Prod):
        bound = (*bound, t.index)
        guarded = guarded or not nonempty(t.index)  # an empty sum needs nothing
    elif isinstance(t, Arr):
        bound = (*bound, *t.indices)
    elif isinstance(t, Integral | Limit):
        for end in (t.lower, t.upper) if isinstance(t, Integral) else (t.point,):
            _walk(end, bound, hidden, guarded, found)
        _walk(t.body, bound, hidden | {t.symbol}, guarded, found)
        return
    elif isinstance(t, At):
        _walk(t.value, bound, hidden, guarded, found)
        _walk(t.body, bound, hidden | {t.symbol}, guarded, found)
        return
    elif isinstance(t, Mul):
        conditions_here = [f for f in t.fields if isinstance(f, Guard)]
        if any(isinstance(g.subject, Term) for g in conditions_here):
            return  # defined only where a condition on reals holds: nothing is learnt
        guarded = guarded or bool(conditions_here)
    for child in children(t):
        _walk(child, bound, hidden, guarded, found)

    def note(kind: str, subject: Term) -> None:
        if isinstance(subject, Num) or not free_symbols(subject).isdisjoint(hidden):
            return
        found[Condition(kind, subject, tuple(i for i in bound if i in free_indices(subject)), guarded)] = None

    if isinstance(t, Pow):
        e = t.exponent
        if isinstance(e, Num):
            if e.value.denominator > 1:  # a root of a negative number is undefined, odd roots too
                note("positive" if e.value < 0 else "nonnegative", t.base)
            elif e.value < 0:
                note("nonzero", t.base)
        elif not isinstance(t.base, Num) and not _integer(e):
            note("positive", t.base)
    elif isinstance(t, Fn) and t.name == "log":
        note("positive", t.arguments[0])
    elif isinstance(t, Fn) and t.name in ("loggamma", "digamma"):
        note("positive", t.arguments[0])
    elif isinstance(t, Fn) and t.name == "gamma":
        note("nonzero", t.arguments[0])  # nor a negative integer, of which nothing is learnt
    elif isinstance(t, Fn) and t.name == "factorial" and _integer(t.arguments[0]):
        note("nonnegative", t.arguments[0])
    elif isinstance(t, InverseEntry):
        note("nonzero", Determinant(t.matrix))


def _integer(e: Term) -> bool:
    """Whether an exponent is integer-valued by its shape."""
    from derive.terms import Add, Entry, IntValue

    if isinstance(e, Num):
        return e.value.denominator == 1
    if isinstance(e, IntValue):
        return True
    if isinstance(e, Entry):
        return e.symbol.domain.integer
    return isinstance(e, Add | Mul) and all(_integer(u) for u in e.fields)
