"""Writing a logistic sigmoid by its name where a document has one: 1 / (1 + e^{-u}) is sigma(u).

>>> from derive.terms import FunctionSymbol, Symbol
>>> from derive.render.text import text
>>> u, sigma = term(Symbol("u")), FunctionSymbol("\\\\sigma")
>>> text(fold_sigmoid(exp(-u) / (1 + exp(-u)) ** 2, sigma))
'σ(u) (1 − σ(u))'
"""

from __future__ import annotations

from typing import Any

from derive.render.products import is_negative
from derive.terms import ONE, Add, Apply, Fn, FunctionSymbol, Mul, Num, Pow, Term, exp, rebuild, term


def fold_sigmoid(value: Any, function: FunctionSymbol) -> Any:
    """The term or array with every 1 / (1 + e^v), alone or times e^v, written with ``function``."""

    def inside(part: Any) -> Any:
        return fold_sigmoid(part, function)

    if not isinstance(value, Mul | Pow):
        return rebuild(value, inside)
    factors = list(value.fields) if isinstance(value, Mul) else [value]
    orders: dict[Term, int] = {}
    rest: list[Term] = []
    for factor in factors:
        logit, order = _logit(factor)
        if logit is None:
            rest.append(factor)
        else:
            orders[logit] = orders.get(logit, 0) + order
    done: list[Term] = []
    for logit, order in orders.items():
        if order >= 0:
            rest.extend([Add(ONE, exp(logit))] * order)
            continue
        above = min(-order, rest.count(exp(logit)))
        for _ in range(above):
            rest.remove(exp(logit))
        u = inside(logit)
        done += [_sigmoid(function, u)] * above + [_sigmoid(function, Mul(-1, u))] * (-order - above)
    if not orders:
        return rebuild(value, inside)
    return Mul(*map(inside, rest), *sorted(done, key=lambda t: isinstance(t, Add)))


def unfold_sigmoid(value: Any, function: FunctionSymbol) -> Any:
    """The term or array with ``function`` replaced by 1 / (1 + e^{-u}): what a folded form means."""
    value = rebuild(value, lambda part: unfold_sigmoid(part, function))
    if isinstance(value, Apply) and value.function is function and not value.partials:
        return Pow(Add(ONE, exp(Mul(-1, value.arguments[0]))), -1)
    return value


def _logit(factor: Any, order: int = 1) -> tuple[Term | None, int]:
    """``(v, k)`` when the factor is ``(1 + e^v) ** k``, perhaps written as a power of a power."""
    while isinstance(factor, Pow) and isinstance(factor.exponent, Num) and factor.exponent.value.denominator == 1:
        factor, order = factor.base, order * int(factor.exponent.value)
    if not isinstance(factor, Add) or len(factor.fields) != 2 or ONE not in factor.fields:
        return None, 0
    other = factor.fields[0] if factor.fields[1] is ONE else factor.fields[1]
    return (other.arguments[0], order) if isinstance(other, Fn) and other.name == "exp" else (None, 0)


def _sigmoid(function: FunctionSymbol, u: Term) -> Term:
    """sigma(u), of a negative argument as 1 - sigma(-u)."""
    if is_negative(u):
        return Add(ONE, Mul(-1, Apply(function, (Mul(-1, u),))))
    return Apply(function, (term(u),))
