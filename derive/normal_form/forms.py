"""Shapes of terms that certificates look for: sums and products taken apart, norms, quadratic forms, convex functions, logarithms."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.normal_form.definite import MOST_BOUND, pairings
from derive.terms import (
    ZERO,
    Add,
    Constant,
    Entry,
    Fn,
    InverseEntry,
    Mul,
    Num,
    Pow,
    Sum,
    Term,
    alpha_equal,
    children,
    free_indices,
    fresh_index,
    rebuild,
    substitute,
)


def split_point(t: Any) -> Any:
    """A maximum, minimum or absolute value outside every binder."""
    if isinstance(t, Fn) and (t.name == "abs" or (t.name in ("max", "min") and len(t.fields) == 3)):
        return t
    if isinstance(t, Add | Mul | Fn | Pow):
        return next((found for c in children(t) if (found := split_point(c)) is not None), None)
    return None


def put(t: Any, old: Term, new: Term) -> Any:
    return new if t is old else rebuild(t, lambda c: put(c, old, new))


def addends(t: Term) -> list[Term]:
    """The terms of a sum, products with a number or a sum in them distributed one level."""
    if isinstance(t, Add):
        return [a for u in t.fields for a in addends(u)]
    if isinstance(t, Mul):
        sums = [f for f in t.fields if isinstance(f, Add)]
        if len(sums) == 1 and all(isinstance(f, Num) for f in t.fields if f is not sums[0]):
            rest = [f for f in t.fields if f is not sums[0]]
            return [a for u in sums[0].fields for a in addends(Mul(*rest, u))]
    return [] if t is ZERO else [t]


def factors(t: Term) -> list[Term]:
    return list(t.fields) if isinstance(t, Mul) else [t]


def same_end(a: Term, b: Term) -> bool:
    return a is b


def infinite(t: Term) -> bool:
    return t is Constant("oo") or (isinstance(t, Mul) and Constant("oo") in t.fields)


def has_log(t: Any) -> bool:
    return (isinstance(t, Fn) and t.name == "log") or any(has_log(c) for c in children(t))


def cancelled(left: list[Term], right: list[Term]) -> tuple[list[Term], list[Term]]:
    """Both lists without what they share up to bound names."""
    rest = list(right)
    kept = []
    for u in left:
        twin = next((v for v in rest if alpha_equal(u, v)), None)
        if twin is None:
            kept.append(u)
        else:
            rest.remove(twin)
    return kept, rest


def is_root(t: Term) -> bool:
    return (isinstance(t, Pow) and t.exponent == Num(Fraction(1, 2)) and vector(t) is not None) or (
        isinstance(t, Fn) and t.name == "abs"
    )


def vector(t: Term) -> tuple[list[Any], Term] | None:
    """The indices and entry of the vector whose Euclidean norm ``t`` is."""
    if isinstance(t, Fn) and t.name == "abs":
        return [], t.fields[1]
    if not isinstance(t, Pow):
        return None
    names, body = [], t.base
    while isinstance(body, Sum):
        names.append(body.index)
        body = body.body
    if isinstance(body, Pow) and body.exponent == Num(2):
        return names, body.base
    return None


def convex(t: Term) -> list[tuple[Any, Term]]:
    """The ways to see ``t`` as a convex function of an argument."""
    if isinstance(t, Fn) and t.name in ("exp", "abs"):
        name = t.name
        return [(lambda u: Fn(name, u), t.fields[1])]
    if (
        isinstance(t, Pow)
        and isinstance(t.exponent, Num)
        and t.exponent.value.denominator == 1
        and t.exponent.value > 0
        and t.exponent.value % 2 == 0
    ):
        e = t.exponent
        return [(lambda u: Pow(u, e), t.base)]
    if (
        isinstance(t, Mul)
        and t.fields[0] == Num(-1)
        and len(t.fields) == 2
        and isinstance(t.fields[1], Fn)
        and t.fields[1].name == "log"
    ):
        return [(lambda u: -Fn("log", u), t.fields[1].fields[1])]
    return []


def squared(f: Term) -> Term:
    return f.base if isinstance(f, Pow) and f.exponent == Num(Fraction(1, 2)) else Pow(f, 2)


def flattened(t: Term) -> tuple[list[Any], list[Term]]:
    """The indices of nested sums and the factors of their common body, sums inside products opened."""
    indices: list[Any] = []
    todo, done = [t], []
    while todo:
        u = todo.pop()
        if isinstance(u, Sum):
            new = fresh_index(u.index)
            indices.append(new)
            todo.append(substitute(u.body, {u.index: new}))
        elif isinstance(u, Mul):
            todo.extend(u.fields)
        else:
            done.append(u)
    return indices, done


def weights_of_form(t: Term) -> list[Term] | None:
    """The factors that a sum has beside its two equal ends, as w_i in sum_i w_i (sum_j x_ij v_j)^2 or sum_jk v_j A_jk v_k.

    A is declared positive (semi)definite, or is the inverse of such a matrix. None where the ends are not equal.
    """
    indices, parts = flattened(t)
    if len(indices) > MOST_BOUND or any(not i.lo.indices == i.hi.indices == () for i in indices if i.hi is not None):
        return None
    for names in pairings(indices):
        near, far = set(names), {i for a in names.values() for i in a.indices}
        at: dict[tuple[bool, bool], list[Term]] = {(a, b): [] for a in (False, True) for b in (False, True)}
        for f in parts:
            free = free_indices(f)
            at[not free.isdisjoint(near), not free.isdisjoint(far)].append(f)
        if not names or not all(any(semidefinite_entry(f) == {i, names[i].atom} for i in near) for f in at[True, True]):
            continue
        if not any(cancelled([substitute(f, dict(names)) for f in at[True, False]], at[False, True])):
            return at[False, False]
    return None


def semidefinite_entry(a: Term) -> set[Any]:
    symbol = None
    if isinstance(a, Entry) and len(a.indices) == 2:
        symbol, places = a.symbol, a.indices
    elif isinstance(a, InverseEntry) and isinstance(a.matrix.body, Entry):
        symbol, places = a.matrix.body.symbol, (a.row, a.column)
        if tuple(x.atom for x in a.matrix.body.indices) != a.matrix.indices:
            return set()
    if symbol is None or not symbol.properties & {"positive_definite", "positive_semidefinite"}:
        return set()
    return {p.atom for p in places}


def logs(t: Term) -> list[Any]:
    return [f for f in factors(t) if isinstance(f, Fn) and f.name == "log"]


def without_logs(t: Term) -> list[Term]:
    return [f for f in factors(t) if not (isinstance(f, Fn) and f.name == "log")]


def scaled_in(t: Term) -> Term:
    """c sum_i u_i as sum_i c u_i, for one sum among the factors."""
    parts = factors(t)
    sums = [f for f in parts if isinstance(f, Sum)]
    if len(sums) != 1 or len(parts) == 1 or sums[0].index in free_indices(t):
        return t
    return Sum(sums[0].index, Mul(*(f for f in parts if f is not sums[0]), sums[0].body))
