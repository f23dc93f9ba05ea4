"""Inverses, determinants and symbolic powers of matrices as atoms, after what their structure decides.

det(AB) = det A det B and Jacobi's formula are cited axioms (Horn & Johnson, Matrix Analysis); the rest is definition.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING, Any

from derive.normal_form import guards
from derive.normal_form.integers import implied
from derive.normal_form.poly import (
    ONE,
    ZERO,
    Atom,
    Comp,
    Lam,
    Poly,
    add_polys,
    atom,
    collect,
    erased,
    factor_free,
    mono,
    rename,
    single,
)
from derive.terms import Affine, Arr, Index, affine, fresh_index

if TYPE_CHECKING:
    from derive.normal_form.normalizer import Normalizer

EXPLICIT = 3
MULTIPLICATIVE = "multiplicativity of the determinant"


def _entry_at(nz: Normalizer, m: Lam, i: Any, j: Any) -> Poly:
    return nz.instantiate(m.body, {m.indices[0]: affine(i), m.indices[1]: affine(j)})


def _size(m: Lam) -> Affine:
    n = m.indices[0].length
    assert n is not None
    return n


def transposed(m: Lam) -> Lam:
    a, b = m.indices
    swap = {a: affine(b), b: affine(a)}
    body = collect((rename(mo, swap), c) for mo, c in m.body.terms)
    return Lam(m.indices, body)


def is_symmetric(m: Lam) -> bool:
    return transposed(m).body is m.body


def _scalar_content(m: Lam) -> tuple[Poly, Lam]:
    """M = c M' with the scalar factors (numbers and what holds neither argument) taken out."""
    names = set(m.indices)
    if not m.body.terms:
        return ONE, m
    shared: set[Any] | None = None
    for mo, _ in m.body.terms:
        own = {f for f in mo.factors if names.isdisjoint(factor_free(f))}
        shared = own if shared is None else shared & own
    c = m.body.terms[0][1] if len(m.body.terms) == 1 else Fraction(1)
    if not shared and c == 1:
        return ONE, m
    rest = collect((mono([f for f in mo.factors if f not in (shared or set())]), k / c) for mo, k in m.body.terms)
    from derive.normal_form.normalizer import make_lambda

    return Poly(((mono(shared or ()), c),)), make_lambda(m.indices, rest)


def _chain(m: Lam) -> tuple[Lam, Lam] | None:
    """M = A B with square A and B, when M is one product of two or more square matrices."""
    from derive.normal_form.canonical import component
    from derive.normal_form.normalizer import make_lambda, open_component, open_lambda

    if len(m.body.terms) != 1:
        return None
    (row, column), opened = open_lambda(m)
    mo, c = opened.terms[0]
    if c != 1 or len(mo.factors) != 1 or mo.factors[0][1] != 1 or not isinstance(mo.factors[0][0], Comp):
        return None
    bound, factors = open_component(mo.factors[0][0])
    left = [f for f in factors if row in factor_free(f)]
    if len(left) != 1 or left[0][1] != 1 or column in factor_free(left[0]):
        return None
    inner = factor_free(left[0]) & set(bound)
    if len(inner) != 1:
        return None
    link = next(iter(inner))
    if link.length is not row.length or link.lo is not row.lo:
        return None
    rest = [f for f in factors if f is not left[0]]
    if any(row in factor_free(f) for f in rest) or not any(column in factor_free(f) for f in rest):
        return None
    if not any(link in factor_free(f) for f in rest):
        return None
    others = [b for b in bound if b is not link]
    body = single(component(others, rest)) if others else Poly(((mono(rest), Fraction(1)),))
    return make_lambda((row, link), single(left[0][0])), make_lambda((link, column), body)


def _diagonal(m: Lam) -> Poly | None:
    """The diagonal entry (as a polynomial in the first argument) of a matrix that is a multiple of delta in every term."""
    a, b = m.indices
    gap = guards.integer_guard("==", affine(a) - affine(b))
    if gap.constant is not None or not m.body.terms:
        return None
    delta = gap.terms[0][0].factors[0]
    terms = []
    for mo, c in m.body.terms:
        if delta not in mo.factors:
            return None
        terms.append((mono([f for f in mo.factors if f != delta]), c))
    body = collect(terms)
    return rename(body, {b: affine(a)}) if a not in body.free else (None if b in body.free else body)


def _scaling(m: Lam) -> tuple[Poly, Lam] | None:
    """M = diag(d) M' with d and M' of one product: d (a polynomial in the row) and M', where there is such a d."""
    from derive.normal_form.normalizer import make_lambda

    (row, column), body = m.indices, m.body
    if len(body.terms) != 1:
        return None
    mo, c = body.terms[0]
    own = [f for f in mo.factors if row in factor_free(f) and column not in factor_free(f)]
    rest = [f for f in mo.factors if f not in own]
    if not own or not any(row in factor_free(f) for f in rest):
        return None
    return Poly(((mono(own), Fraction(1)),)), make_lambda((row, column), Poly(((mono(rest), c),)))


def inverse_entry(nz: Normalizer, m: Lam, row: Any, column: Any) -> Poly:
    """Entry (row, column) of the inverse of ``m``."""
    row, column = affine(row), affine(column)
    n = _size(m)
    if n.is_constant and n.constant <= EXPLICIT:
        return _explicit_inverse(nz, m, n.constant, row, column)
    scalar, m = _scalar_content(m)
    if scalar is not ONE:
        return nz.multiply(nz.power(scalar, Fraction(-1)), inverse_entry(nz, m, row, column))
    diagonal = _diagonal(m)
    if diagonal is not None:
        value = nz.instantiate(diagonal, {m.indices[0]: row})
        return nz.multiply(guards.integer_guard("==", row - column), nz.power(value, Fraction(-1)))
    if len(m.body.terms) == 1:
        inner = _single_base(m)
        if inner is not None and inner.head == "inverse":
            return _unwrap_inverse(nz, m, inner, row, column)
        if inner is not None and inner.head == "entry" and "orthogonal" in inner.parts[0].properties:
            return _entry_at(nz, m, column, row)
    scaled = _scaling(m)
    if scaled is not None:
        over = nz.power(nz.instantiate(scaled[0], {m.indices[0]: column}), Fraction(-1))
        return nz.multiply(inverse_entry(nz, scaled[1], row, column), over)
    turned = _scaling(transposed(m))
    if turned is not None:
        over = nz.power(nz.instantiate(turned[0], {transposed(m).indices[0]: row}), Fraction(-1))
        return nz.multiply(inverse_entry(nz, turned[1], column, row), over)
    chain = _chain(m)
    if chain is not None:
        a, b = chain
        link = fresh_index(m.indices[0])
        return nz.sum_over(link, nz.multiply(inverse_entry(nz, b, row, link), inverse_entry(nz, a, link, column)))
    other = transposed(m)
    if other.body is m.body:
        return single(atom("inverse", m, row, column, "symmetric"))
    if other.key < m.key:
        return single(atom("inverse", other, column, row, ""))
    return single(atom("inverse", m, row, column, ""))


def _single_base(m: Lam) -> Atom | None:
    mo, c = m.body.terms[0]
    if c == 1 and len(mo.factors) == 1 and mo.factors[0][1] == 1 and isinstance(mo.factors[0][0], Atom):
        return mo.factors[0][0]
    return None


def _unwrap_inverse(nz: Normalizer, m: Lam, inner: Atom, row: Affine, column: Affine) -> Poly:
    lam, i, _j, _ = inner.parts
    if i is affine(m.indices[0]):
        return _entry_at(nz, lam, row, column)
    return _entry_at(nz, lam, column, row)


def _explicit(nz: Normalizer, m: Lam, n: int) -> list[list[Poly]]:
    return [[_entry_at(nz, m, i, j) for j in range(1, n + 1)] for i in range(1, n + 1)]


def _leibniz(nz: Normalizer, entries: list[list[Poly]]) -> Poly:
    n = len(entries)
    parts = []
    for order in permutations(range(n)):
        inversions = sum(order[a] > order[b] for a in range(n) for b in range(a + 1, n))
        parts.append(nz.multiply_all(entries[i][order[i]] for i in range(n)).scaled(Fraction((-1) ** inversions)))
    return add_polys(parts)


def _explicit_inverse(nz: Normalizer, m: Lam, n: int, row: Affine, column: Affine) -> Poly:
    entries = _explicit(nz, m, n)
    over = nz.power(_leibniz(nz, entries), Fraction(-1))
    parts = []
    for i in range(n):
        for j in range(n):
            minor = [[entries[r][c] for c in range(n) if c != i] for r in range(n) if r != j]
            place = nz.multiply(guards.integer_guard("==", row - (i + 1)), guards.integer_guard("==", column - (j + 1)))
            parts.append(nz.multiply(place, _leibniz(nz, minor).scaled(Fraction((-1) ** (i + j)))))
    return nz.multiply(over, add_polys(parts))


def determinant(nz: Normalizer, m: Lam) -> Poly:
    """The determinant of ``m``."""
    n = _size(m)
    if n.is_constant and n.constant <= EXPLICIT + 1:
        return _leibniz(nz, _explicit(nz, m, n.constant))
    from derive.normal_form.normalizer import integer_poly
    from derive.normal_form.read import product_over

    if not m.body.terms:
        return ZERO
    scalar, m = _scalar_content(m)
    if scalar is not ONE:
        return nz.multiply(nz.power(scalar, integer_poly(n)), determinant(nz, m))
    diagonal = _diagonal(m)
    if diagonal is not None:
        index = fresh_index(m.indices[0])
        return product_over(nz, index, nz.instantiate(diagonal, {m.indices[0]: affine(index)}))
    if len(m.body.terms) == 1:
        inner = _single_base(m)
        if inner is not None:
            if inner.head in ("inverse", "matpow"):
                nz.cited[MULTIPLICATIVE] = None
            if inner.head == "inverse":
                return nz.power(determinant(nz, inner.parts[0]), Fraction(-1))
            if inner.head == "matpow":
                return nz.power(determinant(nz, inner.parts[0]), integer_poly(inner.parts[1]))
            if inner.head == "entry" and inner.parts[0].properties & {"lower_triangular", "upper_triangular"}:
                return _triangular(nz, m)
        elif _triangular_symbol(m):
            return _triangular(nz, m)
    for way in (m, transposed(m)):
        scaled = _scaling(way)
        if scaled is not None:
            nz.cited[MULTIPLICATIVE] = None
            index = fresh_index(way.indices[0])
            entries = product_over(nz, index, nz.instantiate(scaled[0], {way.indices[0]: affine(index)}))
            return nz.multiply(entries, determinant(nz, scaled[1]))
    chain = _chain(m)
    if chain is not None:
        nz.cited[MULTIPLICATIVE] = None
        return nz.multiply(determinant(nz, chain[0]), determinant(nz, chain[1]))
    for structure in (_block_determinant, _rank_determinant):
        found = structure(nz, m)
        if found is not None:
            nz.cited[MULTIPLICATIVE] = None
            return found
    return _determinant_atom(m)


def _determinant_atom(m: Lam) -> Poly:
    other = transposed(m)
    return single(atom("det", other if other.key < m.key else m))


def _path(indices: tuple[Index, ...], mo: Any) -> list[tuple[Index | None, list[Any]]] | None:
    """The factors of one product from the row to the column: (index on their left, factors), or None when it is not a chain."""
    row, column = indices
    bound: list[Index] = []
    factors: list[Any] = []
    from derive.normal_form.normalizer import open_component

    for b, e in mo.factors:
        if isinstance(b, Comp) and e == 1:
            new, opened = open_component(b)
            bound += new
            factors += opened
        elif row in factor_free((b, e)) or column in factor_free((b, e)):
            factors.append((b, e))
        else:
            return None
    names = {row, column, *bound}
    if not all(
        o.length is not None and implied(o.length) and names.isdisjoint((*o.lo.indices, *o.hi.indices)) for o in bound
    ):
        return None  # a range that depends on another index (triangular factors), or that may be short of empty
    path: list[tuple[Index | None, list[Any]]] = []
    left: Index | None = row
    todo = list(factors)
    while left is not None and left is not column:
        here = [f for f in todo if left in factor_free(f)]
        nexts = {i for f in here for i in factor_free(f) if i is not left and (i in bound or i is column)}
        if not here or len(nexts) > 1:
            return None
        path.append((left, here))
        todo = [f for f in todo if f not in here]
        left = next(iter(nexts), None)
    if left is None:  # an outer product: the rest hangs on the column
        if any(i in factor_free(f) for f in todo for i in (row,)):
            return None
        path.append((None, todo))
        todo = []
    return path if not todo else None


def _rank_determinant(nz: Normalizer, m: Lam) -> Poly | None:
    """det(I + AB) = det(I + BA) (Sylvester), and det(A + UV) = det(A) det(I + A^-1 UV) for an invertible A."""
    from derive.normal_form.normalizer import make_lambda, open_lambda

    if len(m.body.terms) != 2:
        return None
    indices, body = open_lambda(m)
    row, column = indices
    delta = guards.integer_guard("==", affine(row) - affine(column)).terms[0][0]
    (a, ca), (b, cb) = body.terms
    if b is delta:
        (a, ca), (b, cb) = (b, cb), (a, ca)
    if a is delta and ca == 1:
        return _sylvester(nz, indices, m, b, cb)
    for plain, c, product, k in ((a, ca, b, cb), (b, cb, a, ca)):
        only = plain.factors[0][0] if len(plain.factors) == 1 and plain.factors[0][1] == 1 else None
        if (
            c != 1
            or not isinstance(only, Atom)
            or only.head != "entry"
            or _path(indices, product) is None
            or sum(len(x[1]) for x in _path(indices, product) or ()) < 2
        ):
            continue
        matrix = make_lambda(indices, Poly(((plain, c),)))
        value = determinant(nz, matrix)
        if not nz.facts.nonzero(value):
            continue
        link = fresh_index(row)
        rest = nz.instantiate(Poly(((product, k),)), {row: affine(link)})
        moved = nz.sum_over(link, nz.multiply(inverse_entry(nz, matrix, row, link), rest))
        unit = Poly(((delta, Fraction(1)),))
        return nz.multiply(value, determinant(nz, make_lambda(indices, moved + unit)))
    return None


def _sylvester(nz: Normalizer, indices: tuple[Index, ...], m: Lam, product: Any, c: Fraction) -> Poly | None:
    from derive.normal_form.normalizer import make_lambda

    path = _path(indices, product)
    if path is None:
        return None
    row, column = indices
    if path[-1][0] is None:
        link = fresh_index(row)
        return ONE + nz.sum_over(link, nz.instantiate(Poly(((product, c),)), {row: affine(link), column: affine(link)}))
    best = m
    for k in range(1, len(path)):
        start = path[k][0]
        assert start is not None
        end = fresh_index(start)
        middle = fresh_index(row)
        values = {row: affine(middle), column: affine(middle)}
        head = [(rename(b, {**values, start: affine(end)}), e) for _, part in path[:k] for b, e in part]
        tail = [(rename(b, values), e) for _, part in path[k:] for b, e in part]
        body = nz.product([*head, *tail], c)
        for index in [middle, *(p[0] for p in path[1:] if p[0] is not None and p[0] is not start)]:
            body = nz.sum_over(index, body)
        unit = guards.integer_guard("==", affine(start) - affine(end))
        candidate = make_lambda((start, end), body + unit)
        best = min(best, candidate, key=lambda x: (erased(x), x.key))
    return _determinant_atom(best)


def _block_determinant(nz: Normalizer, m: Lam) -> Poly | None:
    """det [[A, B], [C, D]] = det(D) det(A - B D^-1 C) for an invertible D (or the same with A), det(A) det(D) where B or C is 0."""
    from derive.normal_form.normalizer import make_lambda

    row = m.indices[0]
    cut = next(
        (
            b.parts[1]
            for mo, _ in m.body.terms
            for b, _e in mo.factors
            if isinstance(b, Atom)
            and b.head == "guard"
            and b.parts[0] == ">="
            and b.parts[1].coefficient(row) == -1
            and b.parts[1].indices == (row,)
        ),
        None,
    )
    if cut is None:
        return None
    n = cut + row
    total = _size(m)

    def block(r: int, c: int) -> Lam:
        i = fresh_index(None, 1, (n, total - n)[r])
        j = fresh_index(None, 1, (n, total - n)[c])
        return make_lambda(
            (i, j), nz.instantiate(m.body, {m.indices[0]: i + (affine(0), n)[r], m.indices[1]: j + (affine(0), n)[c]})
        )

    if not block(0, 1).body.terms or not block(1, 0).body.terms:
        return nz.multiply(determinant(nz, block(0, 0)), determinant(nz, block(1, 1)))
    for one in (1, 0):
        corner = block(one, one)
        value = determinant(nz, corner)
        if not nz.facts.nonzero(value):
            continue
        i, j = (fresh_index(x) for x in block(1 - one, 1 - one).indices)
        a, b = (fresh_index(x) for x in corner.indices)
        left = _entry_at(nz, block(1 - one, one), i, a)
        right = _entry_at(nz, block(one, 1 - one), b, j)
        middle = nz.multiply_all([left, inverse_entry(nz, corner, a, b), right])
        schur = _entry_at(nz, block(1 - one, 1 - one), i, j) - nz.sum_over(a, nz.sum_over(b, middle))
        return nz.multiply(value, determinant(nz, make_lambda((i, j), schur)))
    return None


def _triangular_symbol(m: Lam) -> bool:
    mo, _ = m.body.terms[0]
    return any(
        isinstance(b, Atom) and b.head == "entry" and b.parts[0].properties & {"lower_triangular", "upper_triangular"}
        for b, _ in mo.factors
    ) and all(isinstance(b, Atom) and b.head in ("entry", "guard") for b, _ in mo.factors)


def _triangular(nz: Normalizer, m: Lam) -> Poly:
    from derive.normal_form.read import product_over

    index = fresh_index(m.indices[0])
    return product_over(nz, index, _entry_at(nz, m, index, index))


def kronecker_determinant(nz: Normalizer, a: Arr) -> Poly:
    """det(A x B) = det(A)^p det(B)^n for a product over composite axes of square factors."""
    from derive.normal_form.normalizer import TooLarge, integer_poly, make_lambda
    from derive.normal_form.read import _read

    (rows, columns), body = a.open()
    p = _read(nz, body)
    if len(rows) != 2 or len(columns) != 2 or len(p.terms) != 1:
        raise TooLarge("the determinant of a matrix with composite axes that is not a Kronecker product")
    (mo, c) = p.terms[0]
    first = [f for f in mo.factors if factor_free(f) & {rows[0], columns[0]}]
    second = [f for f in mo.factors if f not in first]
    if any(factor_free(f) & {rows[1], columns[1]} for f in first):
        raise TooLarge("the determinant of a matrix with composite axes that is not a Kronecker product")
    nz.cited[MULTIPLICATIVE] = None
    one = determinant(nz, make_lambda((rows[0], columns[0]), Poly(((mono(first), c),))))
    two = determinant(nz, make_lambda((rows[1], columns[1]), Poly(((mono(second), Fraction(1)),))))
    n, q = rows[0].length, rows[1].length
    assert n is not None and q is not None
    return nz.multiply(nz.power(one, integer_poly(q)), nz.power(two, integer_poly(n)))
