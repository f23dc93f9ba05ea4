"""Expectation as a linear operator: what is not random is pulled out, independent groups are split, the rest stays an atom."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derive.normal_form.poly import Atom, Comp, Factor, Part, Poly, add_polys, atom, is_natural, mono, single
from derive.terms import Index, Symbol

if TYPE_CHECKING:
    from derive.normal_form.normalizer import Normalizer


def random_symbols(part: Any) -> frozenset[Symbol]:
    """The random symbols that a base, polynomial or exponent depends on (those inside an expectation are averaged out)."""
    if isinstance(part, Part):
        found: frozenset[Symbol] = part.memo("random", _random)
        return found
    return frozenset()


def _random(part: Part) -> frozenset[Symbol]:
    own = frozenset(a for a in part.atoms if isinstance(a, Symbol) and a.kind == "random")
    if not own or "expect" not in part.atoms:
        return own
    if isinstance(part, Atom) and part.head == "expect":
        return frozenset(part.parts[1])
    return frozenset(s for f in _parts(part.fields) for s in random_symbols(f)) | frozenset(
        f for f in part.fields if isinstance(f, Symbol) and f.kind == "random"
    )


def _parts(fields: Any) -> list[Any]:
    found: list[Any] = []
    for f in fields:
        if isinstance(f, Part):
            found.append(f)
        elif isinstance(f, tuple):
            found += _parts(f)
    return found


def _is_random(factor: Factor, given: tuple[Symbol, ...]) -> bool:
    own = random_symbols(factor[0]) | random_symbols(factor[1])
    return bool(own - set(given))


def expectation(nz: Normalizer, p: Poly, given: tuple[Symbol, ...] = ()) -> Poly:
    """E[p | given]."""
    return add_polys(_monomial(nz, list(m.factors), c, given) for m, c in p.terms)


def _monomial(nz: Normalizer, factors: list[Factor], c: Fraction, given: tuple[Symbol, ...]) -> Poly:
    from derive.normal_form.normalizer import open_component

    bound: list[Index] = []
    todo, fixed, moving = list(factors), [], []
    while todo:
        b, e = todo.pop()
        if not _is_random((b, e), given):
            fixed.append((b, e))
        elif isinstance(b, Comp) and is_natural(e) and e <= 6:
            for _ in range(int(e)):
                new, opened = open_component(b)
                bound += new
                todo += opened
        else:
            moving.append((b, e))
    body = nz.multiply(nz.product(fixed, c), _split(nz, moving, given))
    for index in reversed(bound):
        body = nz.sum_over(index, body)
    return body


def _split(nz: Normalizer, moving: list[Factor], given: tuple[Symbol, ...]) -> Poly:
    """E of a product of random factors: by the independence that is declared, else one atom."""
    moving = [f for f in moving if f]
    if not moving:
        from derive.normal_form.poly import ONE

        return ONE
    merged = nz.product(moving)
    if len(merged.terms) != 1 or set(merged.terms[0][0].factors) != set(moving):
        return expectation(nz, merged, given)
    total = _total(nz, moving, given)
    if total is not None:
        return total
    independence = nz.independence
    if independence is not None:
        done: Poly | None = independence(nz, moving, given)
        if done is not None:
            return done
    return single(atom("expect", mono(moving), given))


def _total(nz: Normalizer, moving: list[Factor], given: tuple[Symbol, ...]) -> Poly | None:
    """E[E[u | h] r | g] is E[u r | g] where g is among h and r depends on h only (total expectation); else None.

    Only with one conditional mean, to the first power: E[E[u | h]^2] stays what it is.
    """
    means = [f for f in moving if isinstance(f[0], Atom) and f[0].head == "expect" and f[0].parts[1]]
    if len(means) != 1 or means[0][1] != 1:
        return None
    inner, condition = means[0][0].parts[0], frozenset(means[0][0].parts[1])  # type: ignore[union-attr]
    rest = [f for f in moving if f is not means[0]]
    if not set(given) <= condition or any(not random_symbols(part) <= condition for f in rest for part in f):
        return None
    return expectation(nz, nz.multiply(Poly(((inner, Fraction(1)),)), nz.product(rest)), given)


def expectation_atom(moving: list[Factor], given: tuple[Symbol, ...] = ()) -> Poly:
    return single(atom("expect", mono(moving), given))
