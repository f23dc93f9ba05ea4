"""What a term needs to be defined: denominators that are not 0, positive arguments of logarithms, invertible matrices.

0 log 0 is 0: a logarithm beside a factor that may vanish asks for a nonnegative argument, and for a positive one only
where that factor, its weight, is not 0.

>>> p = term(Symbol("p"))
>>> [(c.kind, c.weight) for c in conditions(p * log(p))]
[('nonnegative', None)]
>>> [(c.kind, c.weight) for c in conditions(log(p) + 1)]
[('positive', None)]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.normal_form.derivative import evaluate
from derive.normal_form.integers import nonempty
from derive.normal_form.sign_by_form import never_zero
from derive.terms import (
    Add,
    Arr,
    At,
    Determinant,
    Entry,
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
    Symbol,
    Term,
    children,
    free_indices,
    free_symbols,
    log,  # noqa: F401  for the example above
    term,  # noqa: F401
)


@dataclass(frozen=True)
class Condition:
    """``subject`` is "positive", "nonnegative" or "nonzero" for all values of the ``schematic`` indices.

    ``guarded`` says that it is needed only where a guard around it holds, or where ``weight`` is not 0.
    """

    kind: str
    subject: Term
    schematic: tuple[Index, ...] = ()
    guarded: bool = False
    weight: Term | None = None


def conditions(t: Any) -> list[Condition]:
    """The conditions under which a term or array is defined, innermost first."""
    found: dict[Condition, None] = {}
    value = evaluate(t)
    _walk(value, (), frozenset(), False, (), found)
    if value is not t:
        _walk(t, (), frozenset(), False, (), found)
    return list(found)


def _walk(
    t: Any,
    bound: tuple[Index, ...],
    hidden: frozenset[Symbol],
    guarded: bool,
    beside: tuple[Term, ...],
    found: dict[Condition, None],
) -> None:
    """``beside`` are the factors that multiply ``t``, as far as they may be 0."""
    if isinstance(t, Sum | Prod):
        bound = (*bound, t.index)
        guarded = guarded or not nonempty(t.index)  # an empty sum needs nothing
    elif isinstance(t, Arr):
        bound = (*bound, *t.indices)
    elif isinstance(t, Integral | Limit):
        for end in (t.lower, t.upper) if isinstance(t, Integral) else (t.point,):
            _walk(end, bound, hidden, guarded, (), found)
        _walk(t.body, bound, hidden | {t.symbol}, guarded, (), found)
        return
    elif isinstance(t, At):
        _walk(t.value, bound, hidden, guarded, (), found)
        _walk(t.body, bound, hidden | {t.symbol}, guarded, (), found)
        return
    elif isinstance(t, Mul):
        conditions_here = [f for f in t.fields if isinstance(f, Guard)]
        if any(isinstance(g.subject, Term) for g in conditions_here):
            return  # defined only where a condition on reals holds: nothing is learnt
        guarded = guarded or bool(conditions_here)
    for child in children(t):
        _walk(child, bound, hidden, guarded, _beside(t, child, beside), found)

    def note(kind: str, subject: Term, weight: Term | None = None) -> None:
        if isinstance(subject, Num) or not free_symbols(subject).isdisjoint(hidden):
            return
        schematic = tuple(i for i in bound if i in free_indices(subject) or (weight and i in free_indices(weight)))
        found[Condition(kind, subject, schematic, guarded or weight is not None, weight)] = None

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
        u = t.arguments[0]
        note("nonnegative" if beside else "positive", u)
        if beside and not any(f is u for f in beside):
            note("positive", u, Mul(*beside))
    elif isinstance(t, Fn) and t.name in ("loggamma", "digamma", "trigamma"):
        note("positive", t.arguments[0])
    elif isinstance(t, Fn) and t.name == "gamma":
        note("nonzero", t.arguments[0])  # nor a negative integer, of which nothing is learnt
    elif isinstance(t, Fn) and t.name == "factorial":
        u = t.arguments[0]
        note("nonnegative", u) if _integer(u) else note("positive", u + 1)
    elif isinstance(t, InverseEntry):
        note("nonzero", Determinant(t.matrix))


def _beside(t: Any, child: Any, beside: tuple[Term, ...]) -> tuple[Term, ...]:
    """The factors beside a child: those beside its parent and its siblings in a product."""
    if isinstance(t, Mul):
        position = next(k for k, f in enumerate(t.fields) if f is child)
        others = [f for k, f in enumerate(t.fields) if k != position and not isinstance(f, Guard) and not never_zero(f)]
        return (*beside, *others)
    if isinstance(t, Add | Arr):
        return beside
    if isinstance(t, Sum):
        return tuple(f for f in beside if t.index not in free_indices(f))
    if isinstance(t, Pow) and child is t.base and isinstance(t.exponent, Num) and t.exponent.value > 0:
        return beside
    return ()


def _integer(e: Term) -> bool:
    """Whether an exponent is integer-valued by its shape."""
    if isinstance(e, Num):
        return e.value.denominator == 1
    if isinstance(e, IntValue):
        return True
    if isinstance(e, Entry):
        return e.symbol.domain.integer
    return isinstance(e, Add | Mul) and all(_integer(u) for u in e.fields)
