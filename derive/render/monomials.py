"""A product under sums taken apart: its number, its factors and bound indices, Kronecker deltas used up."""

from __future__ import annotations

from fractions import Fraction

from derive.render.contraction import NoForm, length
from derive.terms import Add, Affine, Guard, Index, Mul, Num, Sum, Term, free_indices, substitute

Axes = tuple[Index, ...]


def flatten(t: Term, axes: Axes) -> tuple[Fraction, list[Term], list[Index]]:
    """A product with its sums pulled outwards: number, factors, bound indices with names apart.

    New names are the same whenever the term is the same, so that its parts are recognised.
    """
    number, factors, bound = Fraction(1), [], []
    outside = free_indices(t).union(axes)
    stack = [t]
    while stack:
        top = stack.pop(0)
        if isinstance(top, Mul):
            stack = [*top.fields, *stack]
        elif isinstance(top, Num):
            number *= top.value
        elif isinstance(top, Sum):
            index, n = top.index, 0
            if free_indices(length(index)):
                raise NoForm
            while index in bound or index in outside:
                index, n = Index(f"_m{n}", index.lo, index.hi), n + 1
            bound.append(index)
            stack.insert(0, top.body if index is top.index else substitute(top.body, {top.index: index}))
        else:
            factors.append(top)
    return number, factors, bound


def without_deltas(factors: list[Term], bound: list[Index], axes: Axes) -> tuple[list[Term], list[Index], Axes, bool]:
    """Kronecker deltas used up: a bound end is replaced by the other; between the two axes the matrix is diagonal."""
    diagonal = False
    k = 0
    while k < len(factors):
        f = factors[k]
        ends = _delta_ends(f)
        if ends is None:
            k += 1
            continue
        old, new = ends if ends[0] in bound else ends[::-1]
        if (old.lo, old.hi) != (new.lo, new.hi):
            raise NoForm
        if old in bound:
            bound = [b for b in bound if b is not old]
        elif set(axes) == {old, new} and not diagonal:
            old, new, diagonal = axes[1], axes[0], True
            axes = axes[:1]
        else:
            raise NoForm
        factors = [substitute(g, {old: new}) for j, g in enumerate(factors) if j != k]
        k = 0
    return factors, bound, axes, diagonal


def _delta_ends(f: Term) -> tuple[Index, Index] | None:
    if not (isinstance(f, Guard) and f.op == "==" and isinstance(f.subject, Affine)):
        return None
    terms = f.subject.terms
    if (
        f.subject.constant
        or len(terms) != 2
        or sorted(c for _, c in terms) != [-1, 1]
        or not all(isinstance(a, Index) for a, _ in terms)
    ):
        return None
    return terms[0][0], terms[1][0]


def has_delta(f: Add, indices: set[Index]) -> bool:
    parts = [g for t in f.fields for g in (t.fields if isinstance(t, Mul) else (t,))]
    return any(not free_indices(g).isdisjoint(indices) for g in parts if _delta_ends(g) is not None)
