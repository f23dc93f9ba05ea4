"""Lines that differ in one part, under a derivative, an integral or an expectation: the parts are equal, hence the lines.

>>> from derive.terms import Derivative, Symbol, term
>>> x = Symbol("x")
>>> two = by_part(Derivative((x + 1) ** 2, x), Derivative(x**2 + 2 * x + 1, x), by_normal_form)
>>> two.conclusion.op
'='
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.kernel import KernelError, Theorem, by_normal_form, congruence
from derive.terms import (
    Derivative,
    Expectation,
    Integral,
    Symbol,
    Term,
    alpha_equal,
    children,
    free_symbols,
    rebuild,
    term,
)

__all__ = ["by_normal_form", "by_part"]
BINDERS = (Derivative, Integral, Expectation)


def by_part(lhs: Any, rhs: Any, prove: Callable[[Any, Any], Theorem]) -> Theorem | None:
    """``lhs = rhs`` where they differ inside one binder only, by what ``prove`` says of the two parts; None when it does not."""
    found = _part(lhs, rhs)
    if found is None:
        return None
    one, other, body, hole = found
    try:
        theorem = congruence(prove(one, other), body, hole)
    except KernelError:
        return None
    r = theorem.conclusion
    return theorem if alpha_equal(r.lhs, lhs) and alpha_equal(r.rhs, rhs) else None


def _part(lhs: Any, rhs: Any) -> tuple[Any, Any, Any, Symbol] | None:
    """The bodies of the innermost binders that differ, and the left line with a hole for them."""
    if type(lhs) is not type(rhs) or not isinstance(lhs, Term):
        return None
    mine, theirs = list(children(lhs)), list(children(rhs))
    if len(mine) != len(theirs):
        return None
    differ = [k for k, (a, b) in enumerate(zip(mine, theirs, strict=True)) if not alpha_equal(a, b)]
    if len(differ) != 1:
        return None
    a, b = mine[differ[0]], theirs[differ[0]]
    inner = _part(a, b)
    if inner is not None:
        one, other, body, hole = inner
    elif isinstance(lhs, BINDERS):
        hole = Symbol("part", ())
        one, other, body = a, b, term(hole)
    else:
        return None
    if hole in free_symbols(lhs):
        return None
    return one, other, rebuild(lhs, lambda c: body if c is a else c), hole
