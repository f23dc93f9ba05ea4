"""Densities written with the name of their distribution, `\\mathrm{Gam}(x; a, b)`, and the beta function.

>>> from derive.terms import Entry, Symbol
>>> x, rate = (Entry(Symbol(name), ()) for name in ("x", "l"))
>>> density("pois", [x, rate])
factorial(x)**(-1)*l**x*exp((-1)*l)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from derive.terms import (
    ZERO,
    Fn,
    Hypothesis,
    Mul,
    Pow,
    Relation,
    Symbol,
    Term,
    free_indices,
    free_symbols,
    term,
)

if TYPE_CHECKING:
    from .elaborate import Elaborator


def beta(a: Term, b: Term) -> Term:
    """\\mathrm{B}(a, b) by gamma functions."""
    return Mul(Fn("gamma", a), Fn("gamma", b), Pow(Fn("gamma", a + b), -1))


def _gamma(x: Term, a: Term, b: Term) -> Term:
    return Mul(Pow(b, a), Pow(Fn("gamma", a), -1), Pow(x, a - 1), Fn("exp", Mul(-1, b, x)))


def _beta(x: Term, a: Term, b: Term) -> Term:
    return Mul(Pow(beta(a, b), -1), Pow(x, a - 1), Pow(1 - x, b - 1))


def _poisson(x: Term, rate: Term) -> Term:
    return Mul(Pow(Fn("factorial", x), -1), Pow(rate, x), Fn("exp", Mul(-1, rate)))


def _binomial(x: Term, n: Term, p: Term) -> Term:
    return Mul(Fn("binomial", n, x), Pow(p, x), Pow(1 - p, n - x))


def _bernoulli(x: Term, p: Term) -> Term:
    return Mul(Pow(p, x), Pow(1 - p, 1 - x))


def _exponential(x: Term, rate: Term) -> Term:
    return Mul(rate, Fn("exp", Mul(-1, rate, x)))


_DENSITIES: dict[str, tuple[int, Callable[..., Term]]] = {
    "gam": (3, _gamma), "gamma": (3, _gamma), "bet": (3, _beta), "beta": (3, _beta), "poiss": (2, _poisson),
    "pois": (2, _poisson), "poisson": (2, _poisson), "bin": (3, _binomial), "bern": (2, _bernoulli), "exp": (2, _exponential),
}  # fmt: skip


_POSITIVE = {"gam": (1, 2), "gamma": (1, 2), "bet": (1, 2), "beta": (1, 2), "poiss": (1,), "pois": (1,), "exp": (1,)}


def presupposed(e: Elaborator, name: str, values: Sequence[Term]) -> None:
    """A density is written for parameters it has: shapes and rates are positive, which nobody says again."""
    outside = {x for x in e.local.values() if isinstance(x, Symbol)}
    for place in _POSITIVE.get(name, ()):
        if place >= len(values) or free_indices(values[place]) or not free_symbols(values[place]):
            continue
        if free_symbols(values[place]) & outside or e.derivatives:
            continue
        known = any(
            h.relation.op == "<" and h.relation.lhs is ZERO and h.relation.rhs is values[place]
            for h in e.scope.hypotheses
        )
        if not known:
            e.scope.hypotheses.append(Hypothesis(Relation("<", ZERO, values[place]), (), "a parameter of a density"))


def density(name: str, values: Sequence[Term]) -> Term | None:
    """The density or mass of a known distribution at the first value, None for another."""
    arity, make = _DENSITIES.get(name, (0, term))
    return make(*values) if arity == len(values) else None


def plain_name(name: str) -> str:
    """\\mathrm{Gam}, \\mathcal{N} and the like as plain lower-case words."""
    for word in ("\\mathrm", "\\mathcal", "\\operatorname", "\\text", "\\textrm"):
        name = name.replace(word, "")
    return name.strip("{}\\ ").lower()
