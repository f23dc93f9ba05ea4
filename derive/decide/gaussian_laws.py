"""Finite laws with the moments of a Gaussian, for witnesses: two points a coordinate up to order 3, three up to order 5.

Three points are the Gauss-Hermite rule: 0 and plus or minus sqrt(3), with probabilities 2/3, 1/6 and 1/6.

>>> [str(weight) for weight, _ in points(5)]
['2/3', '1/6', '1/6']
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from flint import fmpq

from derive.terms import Add, Arr, Index, Mul, Num, Pow, Symbol, Term, Value, delta, sqrt

HIGHEST_ORDER = 5
MOST_OUTCOMES = 64


def points(order: int) -> list[tuple[fmpq, Term]]:
    """A law on the line with the moments of the standard normal law up to ``order``."""
    if order <= 3:
        return [(fmpq(1, 2), Num(1)), (fmpq(1, 2), Num(-1))]
    root = sqrt(Num(3))
    return [(fmpq(2, 3), Num(0)), (fmpq(1, 6), root), (fmpq(1, 6), Mul(-1, root))]


def outcomes(
    symbol: Symbol, mean: Value, variance: Value, shape: tuple[int, ...], order: int
) -> list[tuple[fmpq, dict[Symbol, Any]]] | None:
    """The values of a Gaussian symbol with their probabilities; None where there are too many.

    A matrix is the covariance of a vector; otherwise every entry is independent with its own variance.
    """
    joint = isinstance(variance, Arr) and len(variance.axes) == 2 and len(shape) == 1
    places = list(product(*(range(1, n + 1) for n in shape)))
    line = points(order)
    if len(line) ** len(places) > MOST_OUTCOMES:
        return None
    factor = _cholesky(variance, shape[0]) if joint and isinstance(variance, Arr) else None
    template = Arr.of(symbol)
    found: list[tuple[fmpq, dict[Symbol, Any]]] = []
    for chosen in product(line, repeat=len(places)):
        weight = fmpq(1)
        for w, _ in chosen:
            weight *= w
        steps = dict(zip(places, (z for _, z in chosen), strict=True))
        if not shape:
            found.append((weight, {symbol: _at(mean, ()) + steps[()] * sqrt(_at(variance, ()))}))
            continue
        indices = template.indices
        if factor is not None:
            moved: dict[tuple[int, ...], Term] = {
                (i,): Add(*(Mul(factor[i, j], steps[(j,)]) for j in range(1, i + 1))) for (i,) in places
            }
            spread: Term = _pattern(moved, indices)
        else:
            spread = _pattern(steps, indices) * sqrt(_at(variance, indices))
        found.append((weight, {symbol: Arr(template.axes, _at(mean, indices) + spread)}))
    return found


def matched(symbol: Symbol, mean: Value, variance: Value) -> list[tuple[fmpq, dict[Symbol, Any]]]:
    """A law of two values with this mean and variance: one far above it, seldom, so that the other stays positive where it can."""
    spread = sqrt(_at(variance, ()))
    return [
        (fmpq(1, 10), {symbol: _at(mean, ()) + 3 * spread}),
        (fmpq(9, 10), {symbol: _at(mean, ()) - spread / 3}),
    ]


def _pattern(values: Mapping[tuple[int, ...], Term], indices: tuple[Index, ...]) -> Term:
    return Add(*(Mul(v, *(delta(i, k) for i, k in zip(indices, place, strict=True))) for place, v in values.items()))


def _cholesky(matrix: Arr, n: int) -> dict[tuple[int, int], Term]:
    """The entries of the lower triangular L with L L^T = matrix, as terms."""
    found: dict[tuple[int, int], Term] = {}
    for j in range(1, n + 1):
        square = matrix.at(j, j) - Add(*(Pow(found[j, k], 2) for k in range(1, j)))
        found[j, j] = sqrt(square)
        for i in range(j + 1, n + 1):
            rest = matrix.at(i, j) - Add(*(Mul(found[i, k], found[j, k]) for k in range(1, j)))
            found[i, j] = Mul(rest, Pow(found[j, j], -1))
    return found


def _at(value: Value, indices: tuple[Index, ...]) -> Term:
    return value.at(*indices) if isinstance(value, Arr) else value
