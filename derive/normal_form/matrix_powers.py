"""Symbolic natural powers of matrices: entries, and powers joined across a summed index."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from derive.normal_form import guards
from derive.normal_form.matrices import _diagonal, _entry_at, _single_base, transposed
from derive.normal_form.poly import (
    Atom,
    Lam,
    Poly,
    atom,
    factor_free,
    single,
)
from derive.terms import Affine, Index, affine, fresh_index

if TYPE_CHECKING:
    from derive.normal_form.normalizer import Normalizer


def power_entry(nz: Normalizer, m: Lam, k: Affine, row: Any, column: Any) -> Poly:
    """Entry (row, column) of ``m`` to the natural power ``k``."""
    row, column = affine(row), affine(column)
    if k.is_constant and 0 <= k.constant <= 8:
        if k.constant == 0:
            return guards.integer_guard("==", row - column)
        links = [fresh_index(m.indices[0]) for _ in range(k.constant - 1)]
        path = [row, *links, column]
        p = nz.multiply_all(_entry_at(nz, m, a, b) for a, b in pairwise(path))
        for link in reversed(links):
            p = nz.sum_over(link, p)
        return p
    diagonal = _diagonal(m)
    if diagonal is not None:
        from derive.normal_form.normalizer import integer_poly

        value = nz.instantiate(diagonal, {m.indices[0]: row})
        return nz.multiply(guards.integer_guard("==", row - column), nz.power(value, integer_poly(k)))
    inner = _single_base(m) if len(m.body.terms) == 1 else None
    if inner is None and 0 < k.constant <= 8 and all(c > 0 for _, c in k.terms):  # M^(k + c) = M^k M^c
        link = fresh_index(m.indices[0])
        rest = power_entry(nz, m, affine(k.constant), link, column)
        return nz.sum_over(link, nz.multiply(power_entry(nz, m, k - k.constant, row, link), rest))
    other = transposed(m)
    flipped = other.key < m.key
    if inner is not None and inner.head == "entry":
        flipped = inner.parts[1] != (affine(m.indices[0]), affine(m.indices[1]))
    if flipped:
        return single(atom("matpow", other, k, column, row))
    return single(atom("matpow", m, k, row, column))


def join_powers(nz: Normalizer, bound: list[Index], factors: list[Any]) -> Poly | None:
    """A^k A^l = A^(k+l) across a summed index that joins just the two; None when there is nothing to join."""
    ends = [_ends(f) for f in factors]
    for x, first in enumerate(ends):
        for y, second in enumerate(ends):
            if x == y or first is None or second is None or first[0] is not second[0] or (first[3] and second[3]):
                continue
            link = first[2].atom
            if link is None or link not in bound or second[1].atom is not link:
                continue
            if any(link in factor_free(f) for k, f in enumerate(factors) if k not in (x, y)):
                continue
            if (
                link in first[1].indices
                or link in second[2].indices
                or link in first[4].indices
                or link in second[4].indices
            ):
                continue
            joined = power_entry(nz, first[0], first[4] + second[4], first[1], second[2])
            rest = [f for k, f in enumerate(factors) if k not in (x, y)]
            body = nz.multiply(joined, nz.product(rest))
            for index in reversed([b for b in bound if b is not link]):
                body = nz.sum_over(index, body)
            return body
    return None


def _ends(f: Any) -> tuple[Lam, Affine, Affine, bool, Affine] | None:
    """(matrix, row, column, is it the plain matrix, exponent) of a factor that is a power of a matrix."""
    base, e = f
    if e != 1 or not isinstance(base, Atom):
        return None
    if base.head == "matpow":
        return base.parts[0], base.parts[2], base.parts[3], False, base.parts[1]
    if base.head == "entry" and len(base.parts[1]) == 2:
        from derive.normal_form.normalizer import make_lambda

        symbol = base.parts[0]
        i, j = (fresh_index(None, 1, n) for n in symbol.shape)
        lam = make_lambda((i, j), single(atom("entry", symbol, (affine(i), affine(j)))))
        return lam, base.parts[1][0], base.parts[1][1], True, affine(1)
    return None
