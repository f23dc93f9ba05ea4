"""Densities of random vectors and matrices by the names of their laws: matrix-normal, Wishart, multivariate t.

`\\mathcal{MN}(X; M, U, V)`, `\\mathcal{W}(Y; V, \\nu)`, `t(x; \\mu, \\Sigma, \\nu)`, and \\Gamma_p, the gamma function of p
dimensions.  Sources: Gupta and Nagar (2000), Matrix Variate Distributions, ch. 2 and 3; Kotz and Nadarajah (2004),
Multivariate t Distributions, ch. 1.  Imports elaborate and terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.terms import PI, Add, Arr, Fn, IntValue, Mul, Pow, Prod, Term, affine, arrays, fresh_index
from derive.terms import ShapeError as TermShapeError

from . import syntax as s
from .flexible import Flex, Loose, add, fit, multiply, negative, transpose

if TYPE_CHECKING:
    from .elaborate import Elaborator

HALF = Fraction(1, 2)


def matrix_density(e: Elaborator, name: str, values: Sequence[Loose], node: s.Node) -> Term | None:
    """The density that a law with arrays has at the first value; None for another law or other arguments.

    Raises ReadError where the shapes do not fit.
    """
    made = {("mn", 4): matrix_normal, ("w", 3): wishart, ("t", 4): multivariate_t}.get((name, len(values)))
    if made is None or not any(isinstance(v, Arr) for v in values):
        return None
    try:
        return made(e, *values)
    except TermShapeError as error:
        raise e.plain_shape_error(error, node, values[0]) from error


def matrix_normal(e: Elaborator, x: Loose, m: Loose, u: Loose, v: Loose) -> Term | None:
    gap = _gap(e, x, m)
    if gap is None or len(gap.axes) != 2:
        return None
    u, v = _square(e, u, gap, 0), _square(e, v, gap, 1)
    n, p = (arrays.count(axis[0]) for axis in gap.axes)
    inner = multiply(multiply(multiply(arrays.inverse(v), transpose(gap)), arrays.inverse(u)), gap)
    scale = [Pow(Mul(2, PI), Mul(-HALF, n, p)), Pow(arrays.det(v), Mul(-HALF, n)), Pow(arrays.det(u), Mul(-HALF, p))]
    return Mul(*scale, Fn("exp", Mul(-HALF, arrays.trace(inner))))  # type: ignore[arg-type]


def wishart(e: Elaborator, y: Loose, v: Loose, freedom: Loose) -> Term | None:
    if not isinstance(y, Arr) or len(y.axes) != 2 or not isinstance(freedom, Term):
        return None
    merged = e.unify_square(y)
    if merged is not None:
        raise merged
    v = _square(e, v, y, 0)
    axis = y.axes[0][0]
    p = arrays.count(axis)
    scale = [
        Pow(multivariate_gamma(Mul(HALF, freedom), axis.length), -1),
        Pow(2, Mul(-HALF, freedom, p)),
        Pow(arrays.det(v), Mul(-HALF, freedom)),
        Pow(arrays.det(y), Mul(HALF, Add(freedom, Mul(-1, p), -1))),
    ]
    inner = multiply(arrays.inverse(v), y)
    return Mul(*scale, Fn("exp", Mul(-HALF, arrays.trace(inner))))  # type: ignore[arg-type]


def multivariate_t(e: Elaborator, x: Loose, m: Loose, v: Loose, freedom: Loose) -> Term | None:
    gap = _gap(e, x, m)
    if gap is None or len(gap.axes) != 1 or not isinstance(freedom, Term):
        return None
    v = _square(e, v, gap, 0)
    n = arrays.count(gap.axes[0][0])
    form = multiply(multiply(transpose(gap), arrays.inverse(v)), gap)
    if not isinstance(form, Term):
        return None
    top = Mul(HALF, Add(freedom, n))
    scale = [
        Fn("gamma", top),
        Pow(Fn("gamma", Mul(HALF, freedom)), -1),
        Pow(Mul(freedom, PI), Mul(-HALF, n)),
        Pow(arrays.det(v), -HALF),
    ]
    return Mul(*scale, Pow(Add(1, Mul(Pow(freedom, -1), form)), Mul(-1, top)))


def multivariate_gamma(x: Term, size: object) -> Term:
    """\\Gamma_p(x) = \\pi^{p(p-1)/4} \\prod_{j=1}^p \\Gamma(x + (1 - j)/2)"""
    p = IntValue(affine(size))
    j = fresh_index(None, 1, size)
    step = Mul(HALF, Add(1, Mul(-1, IntValue(affine(j)))))
    return Mul(Pow(PI, Mul(Fraction(1, 4), p, Add(p, -1))), Prod(j, Fn("gamma", Add(x, step))))


def _gap(e: Elaborator, x: Loose, m: Loose) -> Arr | None:
    if not isinstance(x, Arr):
        return None
    merged = e.unify(x, m, "plus")
    if merged is not None:
        raise merged
    gap = add(x, negative(m))
    return gap if isinstance(gap, Arr) and all(len(axis) == 1 for axis in gap.axes) else None


def _square(e: Elaborator, value: Loose, beside: Arr, axis: int) -> Arr:
    """A covariance as wide as an axis of what is distributed."""
    turned = transpose(beside) if axis else beside
    if isinstance(value, Flex):
        value = fit(value, multiply(turned, transpose(turned)))
    if not isinstance(value, Arr):
        raise TermShapeError("a covariance is a square matrix", "a number", "a square matrix")
    merged = e.unify_square(value) or e.unify(value, turned, "times")
    if merged is not None:
        raise merged
    multiply(value, turned)  # raises where they do not fit
    return value
