"""Definite matrices: what a normal form shows of the quadratic form of a matrix by the way it is put together.

A sum of positive semidefinite matrices is one, and definite when one of them is. Each monomial of entry (i, j) is looked at by itself:
`c delta_ij`, an entry of a matrix declared definite or of the inverse of a definite one, or a sum that reads the same from both ends,
`sum_k u_ki w_k u_kj` or `sum_kl u_ki S_kl u_lj`, with nonnegative w and semidefinite S (as X^T X, A^T S A, x x^T and their sums are).
A "no" means "not known".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.normal_form.canonical import component
from derive.normal_form.poly import Atom, Comp, Factor, Lam, Mono, factor_free, is_natural, mono, rename
from derive.terms import Affine, Index, affine

if TYPE_CHECKING:
    from derive.normal_form.signs import Facts

DEFINITE, SEMIDEFINITE, UNKNOWN = "definite", "semidefinite", ""
MOST_BOUND = 4  # indices that are paired in all ways

Names = dict[Index, Affine]


def definiteness(matrix: Lam, facts: Facts) -> str:
    """ "definite", "semidefinite", or "" where neither is known."""
    if len(matrix.indices) != 2 or not _alike(*matrix.indices) or not matrix.body.terms:
        return UNKNOWN
    found = [_of_monomial(m, c, *matrix.indices, facts) for m, c in matrix.body.terms]
    return UNKNOWN if UNKNOWN in found else DEFINITE if DEFINITE in found else SEMIDEFINITE


def quadratic_form(form: Comp, facts: Facts) -> str:
    """What a sum is that reads the same from both ends, as x^T S x does: "semidefinite" where it is nonnegative, "definite" where it
    is positive because S is definite and x is known not to be 0; "" where neither is known.
    """
    if not 2 <= len(form.bound) <= MOST_BOUND:
        return UNKNOWN
    best = UNKNOWN
    for names in pairings(form.bound):
        if names:
            best = best or _from_both_ends(form.factors, form.bound, names, facts)
            if best and _of_nonzero_vector(form, names, facts):
                return DEFINITE
    return best


def _of_nonzero_vector(form: Comp, names: Names, facts: Facts) -> bool:
    """Whether a form is x^T A x times what is positive, with A definite and the sum of x_k^2 known to be positive."""
    if len(names) != 1:
        return False
    near, far = next(iter(names.items()))
    at_near = [f for f in form.factors if near in factor_free(f) and factor_free(f).isdisjoint(far.indices)]
    between = [f for f in form.factors if near in factor_free(f) and f not in at_near]
    fixed = [f for f in form.factors if factor_free(f).isdisjoint({near, *far.indices})]
    if len(at_near) != 1 or len(between) != 1 or at_near[0][1] != 1 or len(form.bound) != 2:
        return False
    definite = _kernel(between[0], names, facts) == DEFINITE and _by_sign(fixed, facts) == DEFINITE
    return definite and facts.positive(component((near,), [(at_near[0][0], Fraction(2))]))


def _of_monomial(m: Mono, c: Fraction, row: Index, column: Index, facts: Facts) -> str:
    if c < 0:
        return UNKNOWN
    both = [f for f in m.factors if {row, column} <= factor_free(f)]
    if len(both) == 1 and _is_delta(both[0], row, column):
        return _by_sign([f for f in m.factors if f is not both[0]], facts)
    inner = [f for f in both if isinstance(f[0], Comp) and f[1] == 1]
    if len(inner) > 1:
        return UNKNOWN  # an entrywise product of sums: their bound indices share names
    bound: tuple[Index, ...] = inner[0][0].bound if inner else ()
    factors = [f for f in m.factors if f not in inner] + [f for g in inner for f in g[0].factors]
    if len(bound) > MOST_BOUND:
        return UNKNOWN
    best = UNKNOWN
    for pairs in pairings(bound):
        found = _from_both_ends(factors, bound, {row: _plain(column), **pairs}, facts)
        if found == DEFINITE:
            return found
        best = best or found
    return best


def _from_both_ends(factors: Sequence[Factor], bound: tuple[Index, ...], names: Names, facts: Facts) -> str:
    """What is known where the factors at one end, with other names, are those at the other end.

    ``names`` sends the indices of one end to those of the other. A product of semidefinite matrices with one index at each end is
    semidefinite (Schur's product theorem), and so is what weights that do not see the ends make of it.
    """
    near, far = set(names), {i for a in names.values() for i in a.indices}
    if any(i.hi is None or not near.union(far).isdisjoint((*i.lo.indices, *i.hi.indices)) for i in bound):
        return UNKNOWN  # an endless range, or one that sees an end
    at: dict[tuple[bool, bool], list[Factor]] = {(a, b): [] for a in (False, True) for b in (False, True)}
    for f in factors:
        free = factor_free(f)
        at[not free.isdisjoint(near), not free.isdisjoint(far)].append(f)
    left, right, fixed, between = at[True, False], at[False, True], at[False, False], at[True, True]
    kernels = [_kernel(f, names, facts) for f in between]
    if UNKNOWN in kernels or mono((rename(b, names), rename(e, names)) for b, e in left) is not mono(right):
        return UNKNOWN
    weight = _by_sign(fixed, facts)
    if weight == UNKNOWN:
        return UNKNOWN
    row = next(iter(names))
    strict = weight == DEFINITE and SEMIDEFINITE not in kernels
    seen = {i for f in between for i in factor_free(f)}
    if strict and not left and not bound and row in seen:
        return DEFINITE
    if strict and len(left) == 1 and _has_full_rank(left[0], row, bound, names, between):
        return DEFINITE
    return SEMIDEFINITE


def _by_sign(factors: Sequence[Factor], facts: Facts) -> str:
    value = facts.mono(mono(factors))
    return DEFINITE if value.positive else SEMIDEFINITE if value.nonnegative else UNKNOWN


def _kernel(factor: Factor, names: Names, facts: Facts) -> str:
    """A factor that ties the two ends: an entry of a definite matrix, or of the inverse of one, at mirrored places."""
    base, exponent = factor
    if not isinstance(base, Atom) or not is_natural(exponent):
        return UNKNOWN
    if base.head == "entry" and len(base.parts[1]) == 2:
        places, properties = base.parts[1], base.parts[0].properties
        known = (
            DEFINITE
            if "positive_definite" in properties
            else SEMIDEFINITE
            if "positive_semidefinite" in properties
            else UNKNOWN
        )
    elif base.head == "inverse":
        places = base.parts[1:3]
        known = DEFINITE if definiteness(base.parts[0], facts) == DEFINITE else UNKNOWN
    else:
        return UNKNOWN
    a, b = places
    mirrored = a.substitute(names) == b or b.substitute(names) == a
    plain = len(a.indices) == 1 and len(b.indices) == 1
    return known if mirrored and plain else UNKNOWN


def _has_full_rank(
    factor: Factor, row: Index, bound: tuple[Index, ...], names: Names, between: Sequence[Factor]
) -> bool:
    """Whether the one factor at an end is an entry of a matrix with independent columns, all its rows summed over."""
    base, exponent = factor
    if exponent != 1 or not isinstance(base, Atom) or base.head != "entry" or len(base.parts[1]) != 2:
        return False
    symbol, (a, b) = base.parts
    near = [i for i in bound if a == _plain(i)]
    return (
        bool(symbol.properties & {"full_column_rank", "invertible"})
        and b == _plain(row)
        and len(near) == 1
        and near[0].lo == affine(symbol.first[0])
        and near[0].length == symbol.shape[0]
        and (
            len(bound) == 1
            or (len(bound) == 2 and near[0] in names and any(near[0] in factor_free(f) for f in between))
        )
    )


def _is_delta(factor: Factor, row: Index, column: Index) -> bool:
    base = factor[0]
    if not isinstance(base, Atom) or base.head != "guard" or base.parts[0] != "==":
        return False
    return base.parts[1] in (_plain(row) - _plain(column), _plain(column) - _plain(row))


def _plain(i: Index) -> Affine:
    return Affine(0, ((i, 1),))


def _alike(a: Index, b: Index) -> bool:
    return a.lo == b.lo and a.hi == b.hi and a.hi is not None


def pairings(bound: Sequence[Index]) -> Iterator[Names]:
    """All ways to put some of the indices at one end, each with a partner of the same range at the other."""
    if not bound:
        yield {}
        return
    first, rest = bound[0], bound[1:]
    for names in pairings(rest):
        yield names
    for n, other in enumerate(rest):
        if _alike(first, other):
            for names in pairings((*rest[:n], *rest[n + 1 :])):
                yield {first: _plain(other), **names}
                yield {other: _plain(first), **names}
