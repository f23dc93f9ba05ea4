"""What several entries write about Gaussian distributions: densities, their logarithms, the quadratic form in the exponent.

>>> from derive.terms import POSITIVE, Symbol
>>> gaussian(Symbol("x"), 0, 1)
exp((-1/2)*x**2)*((2*pi)**(1/2))**(-1)
"""

from __future__ import annotations

from typing import Any

from derive.terms import PI, IntValue, Num, Term, exp, log, sqrt, term
from derive.terms.arr import Arr, Value
from derive.terms.arrays import add, det, inverse, matmul, scale, transpose


def minus(u: Value, v: Value) -> Value:
    """``u - v``, entry by entry."""
    return add(u, scale(Num(-1), v))


def form(u: Value, M: Value, v: Value | None = None) -> Any:
    """``u^T M v``, a term; with ``v`` left out ``u^T M u``."""
    return matmul(transpose(u), matmul(M, u if v is None else v))


def gaussian(x: Any, mean: Any, variance: Any) -> Term:
    """The density of one variable: exp(-(x - mean)^2 / (2 variance)) / sqrt(2 pi variance)."""
    return exp(-((term(x) - mean) ** 2) / (2 * term(variance))) / sqrt(2 * PI * variance)


def gaussian_log(x: Any, mean: Any, covariance: Any) -> Term:
    """The logarithm of the density of a vector: -(d log 2 pi + log det covariance + (x - mean)^T covariance^-1 (x - mean)) / 2.

    Of one variable: -(log (2 pi variance) + (x - mean)^2 / variance) / 2.
    """
    if not isinstance(x, Arr):
        return -(log(2 * PI * covariance) + (term(x) - mean) ** 2 / term(covariance)) / 2
    ((index,),) = x.axes
    assert index.length is not None
    d = IntValue(index.length)
    return -(d * log(2 * PI) + log(det(covariance)) + form(minus(x, mean), inverse(covariance))) / 2
