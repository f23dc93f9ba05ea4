"""`X \\sim \\mathcal{N}(m, v)`: random symbols and their moments.  Imports membership and elaborate."""

from __future__ import annotations

from typing import Any

from derive.terms import (
    REAL,
    Arr,
    Entry,
    Expectation,
    Hypothesis,
    Index,
    Mul,
    Pow,
    Relation,
    Symbol,
    Term,
    Value,
    arrays,
)

from . import membership
from . import syntax as s
from .elaborate import Elaborator, with_unification
from .flexible import Flex
from .names import is_index, split_scripts, symbol_key
from .scope import Distribution, Scope

Shape = tuple[Any, ...]


def distribute(item: s.Relations, scope: Scope, text: str, line: int) -> None:
    """X \\sim N(m, v): X becomes random, its moments hypotheses."""

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
        for symbol, family in make_random(item.first, scope, shape):
            if any(isinstance(v, Flex) for v in values):
                values = [_sized(v, shape) for v in values]
            plain = [v for v in values if not isinstance(v, Flex)]
            scope.distributions[symbol] = Distribution(name, tuple(plain), text)
            for hypothesis in moments(symbol, family, name, plain, text):
                scope.hypotheses.append(hypothesis)

    with_unification(scope, work)


def _sized(value: Any, shape: Shape) -> Any:
    if isinstance(value, Flex) and value.kind == "I" and shape:
        return arrays.scale(value.coefficient, arrays.identity(shape[0]))
    return value


def make_random(first: s.Node, scope: Scope, shape: Shape) -> list[tuple[Symbol, int]]:
    """The random symbols that a left side names, each with the number of its family axes."""
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
        if key not in scope.symbols:
            membership.declare_name(name, shape, REAL, frozenset(), scope, "")
        symbol = scope.symbols.get(key)
        if symbol is None:
            continue
        new = Symbol(symbol.name, symbol.shape, symbol.domain, symbol.properties, "random", symbol.first)
        scope.replace_symbol(symbol, new)
        scope.symbols[key] = new
        scope.inferred.pop(key, None)
        found.append((new, len(new.shape) - len(shape)))
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
    pair = _mean_and_variance(name, [v for v in values if isinstance(v, Term)])
    if pair is not None:
        mean, variance = pair
        fact(Expectation(x), mean)
        fact(Expectation(Pow(x, 2)), variance + Pow(mean, 2))
    return found


def _mean_and_variance(name: str, v: list[Term]) -> tuple[Term, Term] | None:
    plain = name.replace("\\mathrm", "").replace("\\mathcal", "").replace("\\operatorname", "").strip("{}\\ ").lower()
    if plain in ("n", "normal") and len(v) == 2:
        return v[0], v[1]
    if plain in ("bern", "bernoulli", "ber") and len(v) == 1:
        return v[0], v[0] * (1 - v[0])
    if plain in ("bin", "binomial", "b") and len(v) == 2:
        return v[0] * v[1], v[0] * v[1] * (1 - v[1])
    if plain in ("pois", "poisson", "poi", "po") and len(v) == 1:
        return v[0], v[0]
    if plain in ("exp", "exponential", "expon") and len(v) == 1:
        return Pow(v[0], -1), Pow(v[0], -2)
    if plain in ("u", "unif", "uniform") and len(v) == 2:
        return (v[0] + v[1]) / 2, Pow(v[1] - v[0], 2) / 12
    if plain in ("gamma", "gam") and len(v) == 2:
        return v[0] / v[1], v[0] / Pow(v[1], 2)
    return None
