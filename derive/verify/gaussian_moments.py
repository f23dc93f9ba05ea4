"""Moments of order three and four of a Gaussian, where a step speaks of them: Isserlis' theorem as hypotheses of the law.

>>> from derive.terms import Symbol
>>> x = Symbol("x", (), kind="random")
>>> [str(h.relation) for h in higher_moments(x, Symbol("m")(), Symbol("v")(), 3, "law")]
['E[x**3] = m**3 + m*v + m*v + m*v']
"""

from __future__ import annotations

from typing import Any

from derive.terms import (
    ONE,
    Add,
    Arr,
    Entry,
    Expectation,
    Hypothesis,
    Index,
    Mul,
    Pow,
    Relation,
    Symbol,
    Term,
    Value,
    fresh_index,
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
