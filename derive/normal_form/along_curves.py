"""Integrals of the slope along a curve: ``sum_i f_i(x(t)) x_i'(t)`` is the derivative of ``f(x(t))``, f of a vector or several arguments.

(W. Rudin, Principles of Mathematical Analysis, theorems 9.15 and 6.21: f has continuous derivatives of the order that is used. Of
one real argument `derive.normal_form.by_parts` does more.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from derive.normal_form.derivative import evaluate
from derive.normal_form.poly import ZERO, Poly
from derive.terms import (
    Apply,
    Derivative,
    Entry,
    Integral,
    Symbol,
    Term,
    children,
    free_indices,
    free_symbols,
    substitute,
)

if TYPE_CHECKING:
    from derive.normal_form.normalizer import Normalizer

MOST = 4


def without_slopes(
    nz: Normalizer, t: Integral, body: Poly, variable: Symbol, read: Callable[[Any, Term], Poly]
) -> tuple[Poly, Poly]:
    """What the derivatives of functions along curves contribute to an integral with finite ends, and the rest of its body."""
    value = ZERO
    for whole in _functions(t):
        here = substitute(whole, {}, {t.symbol: Entry(variable, ())})
        slope = nz.tidy(read(nz, evaluate(Derivative(here, variable, ()))))
        coefficients = dict(body.terms)
        if not slope.terms or any(m not in coefficients for m, _ in slope.terms):
            continue
        ratios = {coefficients[m] / c for m, c in slope.terms}
        if len(ratios) != 1:
            continue
        ratio = ratios.pop()
        ends = [read(nz, substitute(whole, {}, {t.symbol: end})) for end in (t.upper, t.lower)]
        value = value + (ends[0] - ends[1]).scaled(ratio)
        body = body - slope.scaled(ratio)
    return value, body


def _functions(t: Integral) -> list[Apply]:
    """The functions of whose partial derivatives the integrand is made, at arguments that depend on its variable."""
    outside = set(free_indices(t.body))
    found: dict[Apply, None] = {}
    for node in _applied(t.body):
        f = node.function
        if not node.partials or (len(f.arguments) == 1 and not f.arguments[0]) or len(node.partials) > f.smooth:
            continue
        for k in range(len(node.partials)):
            whole = Apply(f, node.arguments, node.indices, (*node.partials[:k], *node.partials[k + 1 :]))
            if t.symbol in free_symbols(whole) and outside.issuperset(free_indices(whole)):
                found[whole] = None
    return list(found)[:MOST]


def _applied(node: Any) -> Iterator[Apply]:
    if isinstance(node, Apply):
        yield node
    for child in children(node):
        yield from _applied(child)
