r"""The likelihood of data whose law was declared: p(y | \mu) is the product of the densities of y_1, ..., y_n.

`y_i \sim \mathcal{N}(\mu, \sigma^2)` gives the joint density of y and of what it is conditioned on, as the law's density times
p(\mu).  Only where every parameter of the law that the document treats as random (as an argument of a density anywhere) is
among the conditions; the values of a family must be a sample or declared independent.  Part of the elaborator.

>>> from derive.parse.declarations import assume
>>> from derive.parse.rows import steps
>>> from derive.parse.steps import elaborate_step
>>> scope = assume(r"y = \{y_1, \dots, y_n\}; y_i \sim \mathcal{N}(\mu, \sigma^2)")
>>> scope.conditioned, scope.arguments = {"p"}, {"y", "\\mu"}
>>> e = elaborate_step(steps(r"p(y | \mu) = p(y, \mu) / p(\mu)")[0], scope)
>>> [key for key in scope.symbols if scope.symbols[key] in scope.definitions]
['p(y | \\mu)', 'p(\\mu, y)']
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.terms import (
    ONE,
    PI,
    ZERO,
    Affine,
    Arr,
    Constant,
    Entry,
    Fn,
    Index,
    Integral,
    Mul,
    Num,
    Pow,
    Prod,
    Symbol,
    Term,
    Value,
    free_indices,
    free_symbols,
    fresh_index,
    substitute,
    term,
    unfold,
)

from . import densities
from . import syntax as s
from .errors import ReadError
from .scope import Distribution, Scope

if TYPE_CHECKING:
    from .elaborate import Elaborator

_NAMES = re.compile(r"\\(?:hat|bar|tilde)\{\\?[a-zA-Z]+\}|\\?[a-zA-Z]+")


def names_in(event: str) -> set[str]:
    """The names that an event mentions.

    >>> sorted(names_in(r"\\sigma^2"))
    ['\\\\sigma']
    """
    return set(_NAMES.findall(event))


def give(e: Elaborator, key: str, name: str, parts: list[str], node: s.Node | None = None) -> None:
    """Defines the joint density called `key` by the law of the data among its parts, where there is one."""
    scope = e.scope
    known = scope.symbols.get(key)
    if (
        name not in ("p", "\\mathrm{p}")
        or known in scope.definitions
        or (known is not None and key not in scope.inferred)
    ):
        return
    laws = [k for k, symbol in scope.symbols.items() if symbol in scope.distributions]
    models = [x for x in parts if x in _MODELS] if laws else []
    data = [x for x in parts if x in laws]
    if models and len(parts) > 1 and all(is_the_model(x, scope) for x in models):
        first, rest = [x for x in parts if x not in models], models
        if not data and not all(x in scope.symbols for x in first):
            return
        written: Term | None = _joint(e, name, first, node)
    elif len(data) == 1:
        first, rest = data, [x for x in parts if x != data[0]]
        written = by_law(e, name, data[0], rest, node)
    else:
        return
    if written is None:
        return
    prior = term(1)
    if rest:
        likelihood = Symbol(conditional_key(name, ", ".join(first), rest))
        scope.symbols[likelihood.name] = likelihood
        scope.definitions[likelihood] = written
        written, prior = term(likelihood), _joint(e, name, rest, node)
    symbol = Symbol(key)
    scope.inferred.pop(key, None)
    scope.symbols[key] = symbol
    if known is not None:
        scope.replace_symbol(known, symbol)
    scope.definitions[symbol] = Mul(written, prior)
    e.remarks.append(f"the density of {', '.join(first)} is that of its declared law")


_MODELS = frozenset({"m", "M", "\\mathcal{M}"})


def _joint(e: Elaborator, name: str, parts: list[str], node: s.Node | None) -> Term:
    from .elaborate_probability import joint

    return joint(e, name, parts, "", None) if node is None else joint(e, name, parts, "", node)


def is_the_model(key: str, scope: Scope) -> bool:
    """Whether an m behind a bar names the one model that a document is about: it declares laws, and has no m_1 or m_2."""
    others = any(k != key and k.startswith(key) for k in scope.arguments)
    symbol = scope.symbols.get(key)
    declared = key in scope.sizes or key in scope.indices or (symbol is not None and key not in scope.inferred)
    return not others and not declared


def by_law(e: Elaborator, name: str, data: str, rest: list[str], node: s.Node | None) -> Term | None:
    """The density of the data under conditions: the law's, or that with the other parameters integrated out."""
    scope, y = e.scope, e.scope.symbols[data]
    value = density_of(e, y, scope.distributions[y], data, node)
    if value is None:
        return None
    given = {k for x in rest for k in names_in(x)}
    random = _behind(scope.arguments - scope.constants - {data}, scope)
    asked = (free_symbols(unfold(value, scope.definitions)) - {y}) & random
    if asked <= _behind(given, scope):
        return in_terms_of(value, given, scope)
    return marginal(e, name, data, rest, asked, node)


def marginal(
    e: Elaborator, name: str, data: str, rest: list[str], asked: set[Symbol], node: s.Node | None
) -> Term | None:
    """The law's density with the parameters that a prior is given for and nobody conditions on integrated out."""
    scope = e.scope
    for key, symbol in scope.symbols.items():
        if symbol not in scope.definitions or not key.startswith(f"{name}(") or data in key or "|" in key:
            continue
        parts = key[len(name) + 1 : -1].split(", ")
        extra = [x for x in parts if x not in rest]
        known = [scope.symbols.get(x) for x in extra]
        if (
            not set(rest) <= set(parts)
            or not asked <= _behind(set(parts), scope)
            or any(k is None or k.shape for k in known)
        ):
            continue
        value = _joint(e, name, sorted([*parts, data]), node)
        if rest:
            value = Mul(value, Pow(_joint(e, name, rest, node), -1))
        for part in extra:
            value = _over(value, scope.symbols[part], scope)
        return value
    return None


def _over(value: Term, symbol: Symbol, scope: Scope) -> Term:
    """The integral over all values of a parameter: of one that is positive the positive ones."""
    kept = {k: v for k, v in scope.definitions.items() if k is not symbol}
    positive = scope.supports.get(symbol.name) == "positive" or symbol.domain.positive
    unit = scope.supports.get(symbol.name) == "unit"
    low, high = (ZERO if positive or unit else Mul(-1, Constant("oo"))), (ONE if unit else Constant("oo"))
    local = Symbol(fresh_index().name, (), symbol.domain)
    return Integral(local, low, high, substitute(unfold(value, kept), {}, {symbol: term(local)}))


def conditional_key(name: str, data: str, given: list[str]) -> str:
    """The name of the density of the data under conditions.

    >>> conditional_key("p", "y", ["\\\\mu", "\\\\tau"])
    'p(y | \\\\mu, \\\\tau)'
    """
    return f"{name}({data} | {', '.join(given)})"


def _behind(names: set[str], scope: Scope) -> set[Symbol]:
    """The symbols with these names and those that their definitions mention."""
    found = {scope.symbols[k] for k in names if k in scope.symbols}
    return found | {
        x for s in found for x in free_symbols(unfold(term(s), scope.definitions) if not s.shape else Arr.of(s))
    }


def in_terms_of(value: Term, names: set[str], scope: Scope) -> Term | None:
    """The density written with the names that stand behind the bar: by \\tau where \\tau = \\sigma^{-2}; None where that fails."""
    for key in sorted(names):
        symbol = scope.symbols.get(key)
        given = scope.definitions.get(symbol) if symbol is not None else None
        if symbol is None or given is None or symbol in free_symbols(value):
            continue
        if not free_symbols(unfold(term(symbol), scope.definitions)) & free_symbols(value):
            continue
        old, power = _as_power(given)
        if old is None or old.indices or not old.symbol.domain.positive or power == 0:
            return None
        value = substitute(value, {}, {old.symbol: Pow(term(symbol), 1 / power)})
    return value


def _as_power(value: Value) -> tuple[Entry | None, Fraction]:
    """A power of one number, as that number and its exponent."""
    power = Fraction(1)
    while isinstance(value, Pow) and isinstance(value.exponent, Num):
        power, value = power * value.exponent.value, value.base
    return (value, power) if isinstance(value, Entry) else (None, power)


def density_of(e: Elaborator, y: Symbol, law: Distribution, key: str, node: s.Node | None) -> Term | None:
    """The density at y of its law: over a family of independent values the product."""
    scope = e.scope
    if any(isinstance(p, Arr) for p in law.parameters):
        return _multivariate(e, y, law, node)
    parameters = [p for p in law.parameters if isinstance(p, Term)]
    if len(parameters) != len(law.parameters) or len(y.shape) > 1:
        return None
    if not y.shape:
        return at(law.name, term(y), parameters)
    if key not in scope.samples and frozenset({y}) not in scope.independent:
        return None
    index = fresh_index(None, y.first[0], y.shape[0] + (y.first[0] - 1))
    free = {i for p in parameters for i in free_indices(p)}
    if len(free) > 1:
        return None
    moved: dict[Index, Affine | Index] = dict.fromkeys(free, index)
    body = at(law.name, Entry(y, (index,)), [substitute(p, moved) for p in parameters])
    return None if body is None else Prod(index, body)


def _multivariate(e: Elaborator, y: Symbol, law: Distribution, node: s.Node | None) -> Term | None:
    """The normal density of a vector."""
    from .elaborate_probability import multivariate_density

    if (
        node is None
        or len(y.shape) != 1
        or len(law.parameters) != 2
        or densities.plain_name(law.name) not in ("n", "normal")
    ):
        return None
    try:
        value = multivariate_density(e, [Arr.of(y), *law.parameters], node)
    except ReadError:  # a shape that does not fit: then the density is not known
        return None
    return value if isinstance(value, Term) else None


def at(name: str, x: Term, parameters: list[Term]) -> Term | None:
    """The density or mass at x of a law that the reader knows."""
    plain = densities.plain_name(name)
    if plain in ("n", "normal") and len(parameters) == 2:
        return normal(x, *parameters)
    return densities.density(plain, [x, *parameters])


def normal(x: Term, mean: Term, variance: Term) -> Term:
    """The normal density at x."""
    exponent = Mul(Fraction(-1, 2), Pow(x - mean, 2), Pow(variance, -1))
    return Mul(Pow(Mul(2, PI, variance), Fraction(-1, 2)), Fn("exp", exponent))


__all__ = ["at", "density_of", "give", "normal"]
