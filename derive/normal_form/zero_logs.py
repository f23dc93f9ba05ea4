"""0 log 0 = 0: inside a monomial its own factors may be taken not to vanish, for where one does the monomial is 0 anyway.

So p log(p/q) = p log p - p log q holds for p >= 0 although log(p/q) splits for p > 0 only.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations
from typing import Any

from derive.normal_form.normalizer import Normalizer
from derive.normal_form.poly import Atom, Factor, Poly, add_polys, rename, single
from derive.normal_form.relations import open_mono
from derive.normal_form.signs import Facts, _as_poly
from derive.terms import Index, affine

_LOGS = frozenset(("log", "log_abs"))


def split_beside_zeros(nz: Normalizer, p: Poly) -> Poly | None:
    """``p`` with logarithms split under what the factors beside them give; None when this changes nothing."""
    if _LOGS.isdisjoint(p.atoms):
        return None
    parts: list[Poly] = []
    changed = False
    for m, c in p.terms:
        new = None if _LOGS.isdisjoint(m.atoms) else _split(nz, m, c)
        changed = changed or new is not None
        parts.append(Poly(((m, c),)) if new is None else new)
    return add_polys(parts) if changed else None


def _split(nz: Normalizer, m: Any, c: Fraction) -> Poly | None:
    bound, factors = open_mono(m)
    logs = [f for f in factors if isinstance(f[0], Atom) and f[0].head in ("log", "log_abs")]
    rest = [f for f in factors if f not in logs]
    beside = [b for b, e in rest if isinstance(e, Fraction) and e > 0 and not nz.facts.nonzero(b)]
    if not logs or not beside:
        return None
    needed, outside, cache = dict(nz.needed), nz.facts, nz.cache
    nz.facts, nz.cache = _facts_beside(nz, beside, logs, [*bound, *sorted(m.free, key=lambda i: i.name)]), {}
    try:
        values = [_value(nz, atom) for atom, _ in logs]
        if nz.needed != needed or all(v == single(atom) for v, (atom, _) in zip(values, logs, strict=True)):
            nz.needed = needed
            return None
    finally:
        nz.facts, nz.cache = outside, cache
    powers = [nz.power(v, e) for v, (_, e) in zip(values, logs, strict=True)]
    body = nz.multiply_all([nz.product(rest, c), *powers])
    for index in reversed(bound):
        body = nz.sum_over(index, body)
    return body


def _facts_beside(nz: Normalizer, beside: list[Any], logs: list[Factor], indices: list[Index]) -> Facts:
    """What is known where none of the factors vanishes."""
    facts = Facts({k: list(v) for k, v in nz.facts.table.items()}, list(nz.facts.determinants))
    for base in beside:
        facts.learn(_as_poly(base), "nonzero")
    for argument, weight, schematic in nz.weighted:
        for values in _places(sorted(schematic, key=lambda i: i.name), indices):
            if facts.nonzero(rename(weight, values)):
                facts.learn(rename(argument, values), "positive")
    for atom, _ in logs:
        if atom.head == "log" and facts.nonnegative(atom.parts[0]):
            facts.learn(atom.parts[0], "nonnegative")  # again, now that more is known of its factors
    return facts


def _places(schematic: list[Index], indices: list[Index]) -> Iterator[dict[Index, Any]]:
    if len(schematic) > 2 or len(indices) > 4:
        return
    for choice in permutations(indices, len(schematic)):
        if all(a.lo is b.lo and a.hi is b.hi for a, b in zip(schematic, choice, strict=True)):
            yield {a: affine(b) for a, b in zip(schematic, choice, strict=True)}


def _value(nz: Normalizer, atom: Atom) -> Poly:
    argument: Poly = atom.parts[0]
    if atom.head == "log_abs" and not nz.facts.positive(argument):
        return single(atom)
    return nz.log(argument)
