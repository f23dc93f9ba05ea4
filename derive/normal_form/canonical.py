"""Canonical names for the bound indices of a component: colour refinement, then individualise and refine.

Names are ``#depth.number``, numbered by nesting depth so that an inner sum never captures an outer index. Interchangeable indices
need one branch only; beyond `MAX_LEAVES` leaves `TooSymmetric` is raised (the answer is then "not decided").
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.normal_form.poly import Comp, Factor, _key, factor_free, rename
from derive.terms import Affine, Index

MAX_LEAVES = 400


class TooSymmetric(Exception):
    """Canonical naming would need too many branches."""


def _affine(index: Index) -> Affine:
    return Affine(0, ((index, 1),))


def component(bound: Sequence[Index], factors: Sequence[Factor]) -> Comp:
    """The component that sums the product of ``factors`` over ``bound``, in canonical names."""
    level = 1 + max((max(b.depth, getattr(e, "depth", 0)) for b, e in factors), default=0)
    if len(bound) == 1:
        return _named(list(bound), factors, level)
    colours = {i: f"{_key(i.lo)}..{'' if i.hi is None else _key(i.hi)}" for i in bound}
    best: list[Comp] = []
    _search(list(bound), list(factors), colours, level, best, [0])
    return best[0]


def _named(order: Sequence[Index], factors: Sequence[Factor], level: int) -> Comp:
    new = [Index(f"#{level}.{k}", i.lo, i.hi) for k, i in enumerate(order)]
    prefix = f"#{level}."
    for f in factors:
        for i in factor_free(f):
            if i.name.startswith(prefix) and i not in order:
                raise AssertionError(f"the bound name {i.name} would be captured: open the lambda first")
    names = {old: _affine(n) for old, n in zip(order, new, strict=True)}
    renamed = sorted(((rename(b, names), rename(e, names)) for b, e in factors), key=_factor_key)
    return Comp(tuple(new), tuple(renamed))


def _factor_key(factor: Factor) -> str:
    return f"{_key(factor[0])}^{_key(factor[1])}"


def _refine(bound: list[Index], factors: list[Factor], colours: dict[Index, str]) -> dict[Index, str]:
    """Split colour classes by how their members occur in the factors, until nothing changes."""
    occurs = [(f, [b for b in bound if b in factor_free(f)]) for f in factors]
    for _ in range(len(bound) + 1):
        signature: dict[Index, list[str]] = {b: [] for b in bound}
        for (base, exponent), inside in occurs:
            for b in inside:
                names = {o: _affine(Index("*" if o is b else f"?{colours[o]}", 1, None)) for o in inside}
                signature[b].append(_factor_key((rename(base, names), rename(exponent, names))))
        texts = {b: f"{colours[b]}|{'|'.join(sorted(signature[b]))}" for b in bound}
        ranks = {t: k for k, t in enumerate(sorted(set(texts.values())))}
        new = {b: f"{ranks[texts[b]]:03d}" for b in bound}
        if len(set(new.values())) == len(set(colours.values())):
            return new
        colours = new
    return colours


def _search(
    bound: list[Index],
    factors: list[Factor],
    colours: dict[Index, str],
    level: int,
    best: list[Comp],
    leaves: list[int],
) -> None:
    colours = _refine(bound, factors, colours)
    classes: dict[str, list[Index]] = {}
    for b in bound:
        classes.setdefault(colours[b], []).append(b)
    split = next((c for c in sorted(classes) if len(classes[c]) > 1), None)
    if split is None:
        leaves[0] += 1
        if leaves[0] > MAX_LEAVES:
            raise TooSymmetric(f"{len(bound)} sums are too symmetric")
        order = sorted(bound, key=lambda b: colours[b])
        found = _named(order, factors, level)
        if not best or _key(found.factors) < _key(best[0].factors):
            best[:] = [found]
        return
    members = classes[split]
    tried: list[Index] = []
    multiset = sorted(map(_factor_key, factors))
    for b in members:
        if any(_interchangeable(b, t, factors, multiset) for t in tried):
            continue
        tried.append(b)
        _search(bound, factors, {**colours, b: colours[b] + "!"}, level, best, leaves)


def _interchangeable(a: Index, b: Index, factors: list[Factor], multiset: list[str]) -> bool:
    names = {a: _affine(b), b: _affine(a)}
    return sorted(_factor_key((rename(x, names), rename(e, names))) for x, e in factors) == multiset
