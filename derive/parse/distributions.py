"""`X \\sim \\mathcal{N}(m, v)`: random symbols and their moments.  Imports membership and elaborate."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import replace
from fractions import Fraction
from typing import Any

from derive.terms import (
    REAL,
    Arr,
    Entry,
    Expectation,
    Hypothesis,
    Index,
    Mul,
    Num,
    Pow,
    Relation,
    Symbol,
    Term,
    Value,
    arrays,
)

from . import membership
from . import syntax as s
from .densities import plain_name
from .elaborate import Elaborator, with_unification
from .flexible import Flex
from .law_shapes import law_shapes
from .names import is_index, split_scripts, symbol_key
from .scope import Distribution, Scope

Shape = tuple[Any, ...]


def distribute(item: s.Relations, scope: Scope, text: str, line: int, words: str = "") -> None:
    """X \\sim N(m, v): X becomes random, its moments hypotheses; the words beside it may say that a parameter is a scale."""

    def work() -> None:
        e = Elaborator(scope, text, line)
        right = item.rest[0][1]
        if not isinstance(right, (s.ApplyOrProduct, s.Call)):
            make_random(item.first, scope, ())
            return
        from .elaborate_calls import arguments

        group = right.group if isinstance(right, s.ApplyOrProduct) else right.argument
        if not isinstance(group, s.Group):
            return
        e.prepare(group.body or group)
        values = [e.value(a) for a in arguments(group)]
        name = (symbol_key(right.head) if isinstance(right, s.ApplyOrProduct) else right.function) or "?"
        shape: Shape = ()
        for value in values:
            if isinstance(value, Arr):
                shape = tuple(axis[0].length for axis in value.axes[:1])
                break
        first = item.first.items if isinstance(item.first, s.Row) else (item.first,)
        letters = law_shapes(plain_name(name), len(first), len(values)) or ()
        numbers = {symbol_key(v) or "" for v, sizes in zip(first, letters, strict=False) if sizes == ("", "")}
        for symbol, family in make_random(item.first, scope, shape, numbers, said=False):
            if any(isinstance(v, Flex) for v in values):
                values = [_sized(v, shape) for v in values]
            plain = [v for v in values if not isinstance(v, Flex)]
            forget_law(symbol, scope)
            scope.distributions[symbol] = Distribution(name, tuple(plain), text)
            symbol = positive_parameters(name, plain, symbol, scope)
            law = scope.distributions[symbol]
            law = replace(law, **as_the_words_say(law, words))
            scope.distributions[symbol] = law
            name, plain = law.name, list(law.parameters)
            sign = text[item.first.end : right.start]
            if family and _INDEPENDENT.search(sign) and frozenset({symbol}) not in scope.independent:
                scope.independent.insert(0, frozenset({symbol}))
            for hypothesis in moments(symbol, family, name, plain, text):
                scope.hypotheses.append(hypothesis)

    with_unification(scope, work)


def as_the_words_say(law: Distribution, words: str) -> dict[str, Any]:
    """The parameters in our convention (a variance, a rate) where the words, or the name \\sigma, say that they are others."""
    values, name = law.parameters, plain_name(law.name)
    if not values or not isinstance(last := values[-1], Term):
        return {}
    if name in ("n", "normal") and len(values) == 2 and not isinstance(last, Pow):
        if re.search(r"\bstandard\s+deviation\b", words):
            return {"parameters": (values[0], Pow(last, 2))}
        named = isinstance(last, Entry) and last.symbol.name.startswith("\\sigma")
        return {"name": "?"} if named and not re.search(r"\bvariance\b", words) else {}
    scale = {
        "exp": r"\b(?:scale|mean)\b",
        "exponential": r"\b(?:scale|mean)\b",
        "gam": r"\bscale\b",
        "gamma": r"\bscale\b",
    }
    if name in scale and re.search(scale[name], words) and not re.search(r"\brate\b", words):
        return {"parameters": (*values[:-1], Pow(last, -1))}
    return {}


_INDEPENDENT = re.compile(r"\bi\.?\s*i\.?\s*d\b|\bind(?:ep\w*)?\b", re.IGNORECASE)  # over the sign of a law


def forget_law(symbol: Symbol, scope: Scope) -> None:
    """A symbol that is given another law: the moments of the earlier one go."""
    old = scope.distributions.pop(symbol, None)
    if old is not None:
        about = [h for h in scope.hypotheses if h.source == old.source]
        scope.hypotheses[:] = [h for h in scope.hypotheses if not any(h is x for x in about)]


_POSITIVE = {
    "n": (1,), "normal": (1,), "gam": (0, 1), "gamma": (0, 1), "bet": (0, 1), "beta": (0, 1),
    "exp": (0,), "exponential": (0,), "expon": (0,),
    "pois": (0,), "poiss": (0,), "poisson": (0,), "poi": (0,), "po": (0,), "wald": (0, 1), "chi2": (0,), "t": (1,), "f": (0, 1),
}  # fmt: skip


def positive_parameters(name: str, values: list[Value], symbol: Symbol, scope: Scope) -> Symbol:
    """The parameters that a law needs positive are so, when nobody declared them: a deviation, a rate, a shape."""
    from .hypotheses import narrowed

    for place in _POSITIVE.get(plain_name(name), ()):
        value = values[place] if place < len(values) else None
        if isinstance(value, Pow) and value.exponent == Num(2):
            value = value.base
        if (
            not isinstance(value, Entry)
            or value.indices
            or value.symbol.domain != REAL
            or value.symbol.kind != "variable"
        ):
            continue
        old = value.symbol
        if old in scope.definitions or old.name not in scope.inferred:
            continue
        domain = narrowed(old.domain, [(">", Fraction(0))])
        scope.replace_symbol(old, Symbol(old.name, old.shape, domain, old.properties, old.kind, old.first))
    return scope.symbols.get(symbol.name, symbol)


def _sized(value: Any, shape: Shape) -> Any:
    if isinstance(value, Flex) and value.kind == "I" and shape:
        return arrays.scale(value.coefficient, arrays.identity(shape[0]))
    return value


def make_random(
    first: s.Node, scope: Scope, shape: Shape, numbers: Container[str] = (), said: bool = True
) -> list[tuple[Symbol, int]]:
    """The random symbols that a left side names, each with the number of its family axes.

    A new one has the shape `shape` where it was `said`, otherwise rather the one that the whole document shows; those in
    `numbers` are numbers by their law.
    """
    found: list[tuple[Symbol, int]] = []
    names = membership.subjects(first)
    dotted = isinstance(first, s.Row) and any(isinstance(i, s.Ellipsis) for i in first.items)
    if dotted:
        base, _ = split_scripts(names[0])
        if isinstance(base, s.Name) and base.key not in scope.symbols:
            membership.declare_list(names, shape, REAL, scope, "")
        names = [base]
    for name in names:
        base, ends = split_scripts(name)
        key = symbol_key(name) or ""
        index_ends = [i for i in ends if is_index(i)]
        if isinstance(base, s.Name) and (
            (base.key in scope.symbols and scope.symbols[base.key].shape) or (ends and len(index_ends) == len(ends))
        ):
            key = base.key
        whole = not said and key == symbol_key(name)  # not Z_i, a member of the family that the document shows
        own: Shape = () if key in numbers else (scope.hinted_shape(key) if whole else None) or shape
        if key not in scope.symbols:
            membership.declare_name(name, own, REAL, frozenset(), scope, "")
        symbol = scope.symbols.get(key)
        if symbol is None:
            continue
        new = Symbol(symbol.name, symbol.shape, symbol.domain, symbol.properties, "random", symbol.first)
        scope.replace_symbol(symbol, new)
        scope.symbols[key] = new
        scope.inferred.pop(key, None)
        found.append((new, max(0, len(new.shape) - len(own))))
    return found


def moments(symbol: Symbol, family: int, name: str, values: list[Value], source: str) -> list[Hypothesis]:
    """E X and E X^2 (of a vector E x_i x_j) of the distributions the reader knows."""
    indices = tuple(
        Index(f"_{n}", f, size + (f - 1))
        for n, (f, size) in enumerate(zip(symbol.first[:family], symbol.shape[:family], strict=True))
    )
    rest = symbol.shape[family:]
    found: list[Hypothesis] = []

    def fact(left: Term, right: Term, more: tuple[Index, ...] = ()) -> None:
        found.append(Hypothesis(Relation("=", left, right), indices + more, source))

    if rest:
        if "N" in name and len(rest) == 1 and len(values) == 2 and isinstance(values[1], Arr):
            i, j = Index("i", 1, rest[0]), Index("j", 1, rest[0])
            mu, sigma = values
            if (isinstance(mu, Arr) and len(mu.indices) != 1) or (isinstance(sigma, Arr) and len(sigma.indices) != 2):
                return found
            mean_i = mu.at(i) if isinstance(mu, Arr) else mu
            mean_j = mu.at(j) if isinstance(mu, Arr) else mu
            xi, xj = Entry(symbol, (*indices, i)), Entry(symbol, (*indices, j))
            assert isinstance(sigma, Arr)
            fact(Expectation(xi), mean_i, (i,))
            fact(Expectation(Mul(xi, xj)), sigma.at(i, j) + Mul(mean_i, mean_j), (i, j))
        return found
    x = Entry(symbol, indices)
    pair = mean_and_variance(name, [v for v in values if isinstance(v, Term)])
    if pair is not None:
        mean, variance = pair
        fact(Expectation(x), mean)
        fact(Expectation(Pow(x, 2)), variance + Pow(mean, 2))
    return found


def mean_only(symbol: Symbol, family: int, mean: Value, source: str) -> list[Hypothesis]:
    """E X of a random symbol whose law is not named otherwise."""
    axes = [
        Index(f"_{n}", f, size + (f - 1)) for n, (f, size) in enumerate(zip(symbol.first, symbol.shape, strict=True))
    ]
    value = mean.at(*axes[family:]) if isinstance(mean, Arr) else mean
    return [Hypothesis(Relation("=", Expectation(Entry(symbol, tuple(axes))), value), tuple(axes), source)]


def is_understood(law: Distribution) -> bool:
    """Whether a law's moments are among the hypotheses, or it is normal."""
    scalars = [v for v in law.parameters if isinstance(v, Term)]
    if not law.name:  # only its moments are known, and they were stated
        return True
    if any(isinstance(v, Arr) for v in law.parameters):
        return plain_name(law.name) in ("n", "normal")
    return mean_and_variance(law.name, scalars) is not None


def mean_and_variance(name: str, v: list[Term]) -> tuple[Term, Term] | None:
    """Mean and variance of a law of numbers by its name and parameters; None of a law that is not known.

    >>> mean_and_variance("\\mathrm{Poiss}", [Num(3)])
    (3, 3)
    """
    plain = plain_name(name)
    if plain in ("n", "normal") and len(v) == 2:
        return v[0], v[1]
    if plain in ("bern", "bernoulli", "ber") and len(v) == 1:
        return v[0], v[0] * (1 - v[0])
    if plain in ("bin", "binomial", "b") and len(v) == 2:
        return v[0] * v[1], v[0] * v[1] * (1 - v[1])
    if plain in ("pois", "poiss", "poisson", "poi", "po") and len(v) == 1:
        return v[0], v[0]
    if plain in ("exp", "exponential", "expon") and len(v) == 1:
        return Pow(v[0], -1), Pow(v[0], -2)
    if plain in ("u", "unif", "uniform") and len(v) == 2:
        return (v[0] + v[1]) / 2, Pow(v[1] - v[0], 2) / 12
    if plain in ("gamma", "gam") and len(v) == 2:
        return v[0] / v[1], v[0] / Pow(v[1], 2)
    if plain in ("bet", "beta") and len(v) == 2:
        total = v[0] + v[1]
        return v[0] / total, v[0] * v[1] / (Pow(total, 2) * (total + 1))
    if plain in ("chi2", "\\chi^2") and len(v) == 1:
        return v[0], 2 * v[0]
    return None
