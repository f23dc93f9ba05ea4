"""Moments of order three and four of a Gaussian, where a step speaks of them: Isserlis' theorem as hypotheses of the law.

>>> from derive.render.text import text
>>> from derive.terms import Symbol, term
>>> x, m, v = Symbol("x", (), kind="random"), term(Symbol("m")), term(Symbol("v"))
>>> [text(h.relation) for h in higher_moments(x, m, v, 3, "law")]
['𝔼[x³] = m (mm + v) + vm + vm']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from derive.normal_form.derivative import NotDifferentiable, evaluate
from derive.terms import (
    ONE,
    Add,
    Arr,
    Derivative,
    Entry,
    Expectation,
    Fn,
    Hypothesis,
    Index,
    Mul,
    Num,
    Pow,
    Relation,
    Sum,
    Symbol,
    Term,
    Value,
    children,
    free_indices,
    free_symbols,
    fresh_index,
    substitute,
)

HIGHEST = 4


def higher_moments(symbol: Symbol, mean: Value, variance: Value, degree: float, source: str) -> list[Hypothesis]:
    """E of products of three and four entries, as far as ``degree`` asks for them."""
    orders = range(3, int(min(degree, HIGHEST)) + 1)
    if isinstance(variance, Arr) and len(variance.axes) == 2:
        if len(symbol.shape) != 1:
            return []
        axis = [Index(f"_{n}", symbol.first[0], symbol.shape[0] + (symbol.first[0] - 1)) for n in range(HIGHEST)]
        return [_joint(symbol, mean, variance, axis[:order], source) for order in orders]
    own = tuple(fresh_index(None, f, size + (f - 1)) for f, size in zip(symbol.first, symbol.shape, strict=True))
    x = Entry(symbol, own)
    m, v = (t.at(*own) if isinstance(t, Arr) else t for t in (mean, variance))
    return [
        Hypothesis(Relation("=", Expectation(Pow(x, order)), _isserlis([m] * order, lambda a, b: v)), own, source)
        for order in orders
    ]


def exponential_moments(
    symbol: Symbol, mean: Value, variance: Value, values: Iterable[Value], source: str
) -> list[Hypothesis]:
    """E of exp(a + b X) for the exponents in some values: the moment generating function of a Gaussian.

    >>> from derive.render.text import text
    >>> from derive.terms import Symbol, exp, term
    >>> x, t, m, v = Symbol("x", (), kind="random"), *(term(Symbol(name)) for name in "tmv")
    >>> text(exponential_moments(x, m, v, [Expectation(exp(t * x))], "law")[0].relation)
    '𝔼[exp(tx)] = exp(tm + ttv/2)'
    """
    found = {}
    exponents = dict.fromkeys(u for value in values for u in _exponents(value, False))
    for exponent in (*exponents, *(Mul(2, u) for u in exponents)):  # e^X squared is e^(2 X)
        if symbol not in free_symbols(exponent) or free_indices(exponent):
            continue
        if any(x.kind == "random" and x is not symbol for x in free_symbols(exponent)):
            continue
        value = _at_gaussian(exponent, symbol, mean, variance)
        if value is not None:
            relation = Relation("=", Expectation(Fn("exp", exponent)), Fn("exp", value))
            found[exponent] = Hypothesis(relation, (), source)
    return list(found.values())


def _at_gaussian(exponent: Term, symbol: Symbol, mean: Value, variance: Value) -> Term | None:
    """The exponent at the mean plus half the variance of its random part, where it is affine in the symbol."""
    axes = [
        [fresh_index(None, f, size + (f - 1)) for f, size in zip(symbol.first, symbol.shape, strict=True)] for _ in "ab"
    ]
    try:
        slopes = [evaluate(Derivative(exponent, symbol, tuple(i + 0 for i in places))) for places in axes]
    except NotDifferentiable:
        return None
    if any(symbol in free_symbols(b) for b in slopes) or len(symbol.shape) > 1:
        return None
    own = variance.at(*(i for places in axes for i in places)) if isinstance(variance, Arr) else variance
    spread: Term = Mul(Num(Fraction(1, 2)), *slopes, own)
    for i in (i for places in axes for i in places):
        spread = Sum(i, spread)
    return Add(substitute(exponent, {}, {symbol: mean}), spread)


def _exponents(value: Any, averaged: bool) -> Iterator[Term]:
    """The exponents of all exponentials under an expectation."""
    averaged = averaged or isinstance(value, Expectation)
    if averaged and isinstance(value, Fn) and value.name == "exp":
        yield value.arguments[0]
    for child in children(value):
        yield from _exponents(child, averaged)


def _joint(symbol: Symbol, mean: Value, covariance: Arr, indices: list[Index], source: str) -> Hypothesis:
    means = [mean.at(i) if isinstance(mean, Arr) else mean for i in indices]
    value = _isserlis(means, lambda a, b: covariance.at(indices[a], indices[b]))
    product = Mul(*(Entry(symbol, (i,)) for i in indices))
    return Hypothesis(Relation("=", Expectation(product), value), tuple(indices), source)


def _isserlis(means: list[Term], covariance: Any) -> Term:
    def expect(places: tuple[int, ...]) -> Term:
        if not places:
            return ONE
        first, rest = places[0], places[1:]
        parts = [Mul(means[first], expect(rest))]
        parts += [Mul(covariance(first, k), expect(tuple(r for r in rest if r != k))) for k in rest]
        return Add(*parts)

    return expect(tuple(range(len(means))))
