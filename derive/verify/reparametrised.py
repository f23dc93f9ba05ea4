r"""A step in terms of the parameter that the document chose: by \tau where \tau = 1 / \sigma^2.

A positive number and a power of it say the same; sums such as \lambda_0 + n \tau are simpler in the one the author writes.
What is proved for every positive \tau holds for every positive \sigma.  Imports decide, parse.scope and terms.

>>> from derive.parse.declarations import assume
>>> scope = assume(r"\sigma > 0", r"\tau = 1 / \sigma^2")
>>> {s.name: v for s, v in in_its_own_terms(scope, {scope.symbols["\\tau"]}).items()}
{'\\tau': \tau, '\\sigma': \tau**(-1/2)}
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from fractions import Fraction
from typing import Any

from derive.decide.context import Context
from derive.parse.scope import Scope
from derive.terms import Domain, Entry, Num, Pow, Symbol, term


def in_its_own_terms(scope: Scope, reached: Set[Symbol]) -> dict[Symbol, Any]:
    """Definitions that turn around those of powers of positive numbers, for the symbols that a step reaches."""
    found: dict[Symbol, Any] = {}
    for symbol in sorted((x for x in reached if x in scope.definitions and not x.shape), key=lambda x: x.name):
        base, power = _as_power(scope.definitions[symbol])
        if base is None or base in found or base in scope.definitions or not base.domain.positive or power in (0, 1):
            continue
        new = Symbol(symbol.name, (), Domain(lower=Fraction(0), lower_open=True))
        found[symbol], found[base] = term(new), Pow(term(new), 1 / power)
    return found


def _as_power(value: Any) -> tuple[Symbol | None, Fraction]:
    power = Fraction(1)
    while isinstance(value, Pow) and isinstance(value.exponent, Num):
        power, value = power * value.exponent.value, value.base
    return (value.symbol, power) if isinstance(value, Entry) and not value.indices else (None, power)


def turned(context: Context, scope: Scope, reached: Set[Symbol]) -> Context | None:
    """The context with these definitions; None where nothing is turned around."""
    found = in_its_own_terms(scope, reached)
    return replace(context, definitions={**context.definitions, **found}) if found else None
