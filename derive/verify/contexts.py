"""The reader's scope as the assumptions of a decision.  Imports parse.scope, decide.context and terms.

>>> from derive.parse.declarations import assume
>>> sorted(s.name for s in context_of(assume(r"x \\in \\mathbb{R}", r"y = x^2")).definitions)
['y']
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from derive.decide.context import Context, FunctionLaw
from derive.parse.scope import Distribution, Scope
from derive.terms import (
    Add,
    Arr,
    Entry,
    Expectation,
    FunctionSymbol,
    Hypothesis,
    Mul,
    Num,
    Pow,
    Sum,
    Symbol,
    Term,
    Value,
    children,
    free_indices,
    free_symbols,
    unfold,
)


def context_of(scope: Scope, sides: Iterable[Value] = (), extra: Iterable[Hypothesis] = ()) -> Context:
    """Definitions, hypotheses, laws, what is random, and what nothing may be refuted with in a step with these sides."""
    sides = tuple(sides)
    normal, opaque = _laws_of_random_symbols(scope, sides)
    functions = {f for k, f in scope.functions.items() if k in scope.inferred}
    return Context(
        definitions=dict(scope.definitions),
        hypotheses=[*scope.hypotheses, *extra],
        laws=[FunctionLaw(law.relation, law.variables) for law in scope.laws if not law.schematic],
        independent=list(scope.independent),
        normal=normal,
        iid=frozenset(scope.identically_distributed),
        gaussian=frozenset(scope.distributions[symbol].source for symbol in normal),
        undeclared=frozenset(functions | opaque),
    )


def _laws_of_random_symbols(scope: Scope, sides: tuple[Value, ...]) -> tuple[dict[Symbol, tuple[Any, Any]], set[Any]]:
    """Gaussian symbols that can be sampled, and random symbols whose law is known by its first two moments only.

    A witness for the latter is a law with these moments: it stands for theirs only where moments of higher order do not
    matter.
    """
    normal: dict[Symbol, tuple[Any, Any]] = {}
    opaque: set[Any] = set()
    for symbol, law in scope.distributions.items():
        if _is_normal(law) and all(isinstance(v, Term) and not free_indices(v) for v in law.parameters):
            normal[symbol] = (law.parameters[0], law.parameters[1])
        elif symbol.domain.values is None and not all(_quadratic(unfold(v, scope.definitions), symbol) for v in sides):
            opaque.add(symbol)
    return normal, opaque


def _is_normal(law: Distribution) -> bool:
    plain = law.name.replace("\\mathcal", "").replace("\\mathrm", "").strip("{}\\ ").lower()
    return plain in ("n", "normal") and len(law.parameters) == 2


def _quadratic(value: Any, symbol: Symbol) -> bool:
    """Whether a random symbol enters only through expectations of polynomials of degree two at most."""
    if isinstance(value, Expectation):
        degree = _degree(value.body, symbol)
        return degree is not None and degree <= 2 and not value.given
    if isinstance(value, Entry) and value.symbol is symbol:
        return False
    return all(_quadratic(c, symbol) for c in children(value))


def _degree(value: Any, symbol: Symbol) -> int | None:
    """The degree of a polynomial in the entries of a symbol; None when it is no polynomial."""
    if isinstance(value, Entry) and value.symbol is symbol:
        return 1
    if symbol not in free_symbols(value):
        return 0
    if isinstance(value, Pow) and isinstance(value.exponent, Num) and value.exponent.value.denominator == 1:
        inner = _degree(value.base, symbol)
        power = int(value.exponent.value)
        return None if inner is None or power < 0 else inner * power
    if isinstance(value, Expectation):
        return 0 if _quadratic(value, symbol) else None
    parts = [_degree(c, symbol) for c in children(value)]
    known = [p for p in parts if p is not None]
    if len(known) < len(parts) or not known:
        return None
    if isinstance(value, Mul):
        return sum(known)
    if isinstance(value, Add | Sum | Arr):
        return max(known)
    return None


__all__ = ["FunctionSymbol", "context_of"]
