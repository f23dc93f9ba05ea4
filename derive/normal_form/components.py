"""Ranges and connectivity of the indices bound in one component."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.normal_form.integers import implied, minimal
from derive.normal_form.poly import Atom, Factor, atom, factor_free, rename
from derive.terms import Affine, Index, affine, fresh_index


def tighten(bound: list[Index], factors: list[Factor]) -> tuple[list[Index], list[Factor], bool] | None:
    """Bring the ranges of bound indices to a canonical form; None when the ranges are empty.

    Ends that depend on other bound indices and guards ``>= 0`` become linear constraints; each index gets the tightest plain range
    that follows, what remains stays as guards; ranges with plain lower ends start at 1.
    """
    names = frozenset(bound)
    linked = any(not names.isdisjoint(end.indices) for i in bound for end in (i.lo, i.hi) if end is not None)
    order = [
        f
        for f in factors
        if isinstance(f[0], Atom) and f[0].head == "guard" and f[0].parts[0] == ">=" and not names.isdisjoint(f[0].free)
    ]
    changed = bool(linked or order)
    if changed:
        narrowed = _narrow(bound, factors, order, names)
        if narrowed is None:
            return None
        bound, factors = narrowed
    shifts = {i: i.lo - 1 for i in bound if not (i.lo.is_constant and i.lo.constant == 1) and not i.lo.indices}
    if shifts:
        new = {i: Index(i.name, 1, None if i.hi is None else i.hi - s) for i, s in shifts.items()}
        values = {i: new[i] + shifts[i] for i in shifts}
        factors = [(rename(b, values), rename(e, values)) for b, e in factors]
        bound = [new.get(i, i) for i in bound]
    return bound, factors, changed


def _narrow(
    bound: list[Index], factors: list[Factor], order: list[Factor], names: frozenset[Index]
) -> tuple[list[Index], list[Factor]] | None:
    rows: list[Affine] = [f[0].parts[1] for f in order]
    for i in bound:
        rows.append(i - i.lo)
        if i.hi is not None:
            rows.append(i.hi - i)
    rows = minimal(rows, frozenset(names))
    if implied(affine(-1), rows, frozenset(names)):
        return None
    new_ranges: dict[Index, tuple[Affine, Affine | None]] = {}
    for i in bound:
        own = _project(rows, i, names)
        lows = [-_without(r, i) for r in own if r.coefficient(i) == 1]
        highs = [_without(r, i) for r in own if r.coefficient(i) == -1]
        lo = _tightest(lows, 1) or i.lo
        hi = _tightest(highs, -1) or i.hi
        if not names.isdisjoint(lo.indices) or (hi is not None and not names.isdisjoint(hi.indices)):
            return [*bound], factors  # cannot be separated; keep what was written
        new_ranges[i] = (lo, hi)
    ends: list[Affine] = []
    for i, (lo, hi) in new_ranges.items():
        ends.append(i - lo)
        if hi is not None:
            ends.append(hi - i)
    left = [r for r in rows if not implied(r, ends, frozenset(names))]
    values = {i: affine(fresh_index(None, lo, hi)) for i, (lo, hi) in new_ranges.items()}
    kept = [f for f in factors if f not in order] + [(atom("guard", ">=", r), Fraction(1)) for r in left]
    renamed = [(rename(b, values), rename(e, values)) for b, e in kept]
    return [values[i].atom for i in bound], renamed


def _without(row: Affine, index: Index) -> Affine:
    return row - row.coefficient(index) * index


def _project(rows: list[Affine], keep: Index, names: frozenset[Index]) -> list[Affine]:
    """The consequences of ``rows`` that mention no bound index but ``keep`` (unit coefficients only)."""
    for v in names - {keep}:
        lower = [r for r in rows if r.coefficient(v) > 0]
        upper = [r for r in rows if r.coefficient(v) < 0]
        rows = [r for r in rows if not r.coefficient(v)]
        rows += [a.scale(-b.coefficient(v)) + b.scale(a.coefficient(v)) for a in lower for b in upper]
        rows = rows[:60]
    return [r for r in rows if r.coefficient(keep) in (1, -1)]


def _tightest(ends: list[Affine], side: int) -> Affine | None:
    """The largest lower (side 1) or smallest upper (side -1) end, when one is so by the declarations."""
    ends = sorted(set(ends), key=repr)
    for e in ends:
        if all(e is o or implied((e - o).scale(side)) for o in ends):
            return e
    return None


def connected(bound: list[Index], factors: list[Factor]) -> list[tuple[list[Index], list[Factor]]]:
    """Split into connected components; factors with no bound index come first, without names."""
    groups: list[tuple[set[Index], list[Factor]]] = [({i}, []) for i in bound]
    loose: list[Factor] = []
    for f in factors:
        own: Any = factor_free(f) & set(bound)
        if not own:
            loose.append(f)
            continue
        hit = [g for g in groups if g[0] & own]
        merged = (set().union(*(g[0] for g in hit)), [x for g in hit for x in g[1]] + [f])
        groups = [g for g in groups if g not in hit] + [merged]
    result: list[tuple[list[Index], list[Factor]]] = [([], loose)] if loose else []
    return result + [([i for i in bound if i in names], own) for names, own in groups]
