"""Recognising named quantities: an instance of a definition's body is written as its symbol again.

>>> from derive.terms import Arr, Index, Size, Sum, Symbol, exp
>>> K = Size("K"); z = Symbol("z", (K,)); i, j, k = (Index(a, 1, K) for a in "ijk"); p = Symbol("p", (K,))
>>> softmax = Arr(((i,),), exp(z[i]) / Sum(k, exp(z[k])))
>>> fold(2 * exp(z[j]) / Sum(i, exp(z[i])), {p: softmax})
2*p[j]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from derive.derivation.matching import Binding, Scope, match, match_some
from derive.derivation.tidy import product
from derive.terms import (
    Add,
    Affine,
    Arr,
    Entry,
    Index,
    Mul,
    Num,
    Pow,
    Sum,
    Symbol,
    Term,
    alpha_key,
    free_indices,
    free_symbols,
    rebuild,
    substitute,
    unfold,
)

Definitions = Mapping[Symbol, Any]
Known = dict[Symbol, dict[Any, Any]]
ROUNDS = 8
MOST_COPIES = 4
NOTHING: frozenset[Symbol] = frozenset()


def fold(value: Any, definitions: Definitions, known: Known | None = None) -> Any:
    """The value with every instance of a definition's body written as the symbol, until nothing changes.

    Whoever folds several values by the same definitions gives one ``known`` for all: their common parts are folded once.
    """
    known = {} if known is None else known
    for _ in range(ROUNDS):
        new = value
        for symbol, meaning in definitions.items():
            new = _fold(new, symbol, *_pattern(symbol, meaning), known.setdefault(symbol, {}))
        if new is value:
            break
        value = new
    return value


def named_arrays(value: Any, definitions: Definitions) -> Any:
    """The value with arrays that are just what a symbol is defined to be (the matrix of a determinant) written as the symbol."""
    names = {alpha_key(unfold(m, definitions)): s for s, m in definitions.items() if isinstance(m, Arr)}

    def name(node: Any) -> Any:
        if isinstance(node, Arr) and names and (symbol := names.get(alpha_key(node))) is not None:
            return Arr.of(symbol)
        return rebuild(node, name)

    return name(value)


def _pattern(symbol: Symbol, meaning: Any) -> tuple[tuple[Affine, ...], Term]:
    """The subscripts of a symbol and the body of its definition there."""
    if isinstance(meaning, Arr):
        return tuple(i + (f - 1) for i, f in zip(meaning.indices, symbol.first, strict=True)), meaning.body
    return (), meaning


def rewritten(value: Any, lhs: Term, rhs: Term, schematic: Sequence[Index] = ()) -> Any:
    """The value with every instance of ``lhs`` (at any values of the schematic indices) written as ``rhs``."""
    start = Binding(indices={i: i + 0 for i in free_indices(lhs) if i not in schematic})

    def put(binding: Binding) -> Term:
        result: Term = substitute(rhs, dict(binding.indices))
        return result

    return _rewrite(value, lhs, start, put, {})


def _fold(value: Any, symbol: Symbol, places: tuple[Affine, ...], body: Term, known: dict[Any, Any]) -> Any:
    return _rewrite(value, body, _start(places, body), lambda binding: _entry(symbol, places, binding), known)


def _rewrite(value: Any, body: Term, start: Binding, put: Callable[[Binding], Term], known: dict[Any, Any]) -> Any:
    """``known`` holds what was rewritten already, with this body."""
    if not free_symbols(body) <= free_symbols(value):
        return value  # the symbols of the body stand for themselves: no instance is in here
    found = known.get(value)
    if found is None:
        inner = rebuild(value, lambda c: _rewrite(c, body, start, put, known))
        found = known[value] = _at_top(inner, body, start, put, known) if isinstance(inner, Term) else inner
    return found


def _at_top(value: Term, body: Term, start: Binding, put: Callable[[Binding], Term], known: dict[Any, Any]) -> Any:
    if isinstance(body, Add | Mul) and type(value) is type(body):
        found = next(match_some(body, _spread(value), start, Scope(rigid=True), NOTHING), None)
        if found is None:
            return _under_a_sum(value, body, start, put) if isinstance(value, Mul) else value
        binding, rest = found
        head: Any = type(value)
        left = product(rest) if head is Mul else head(*rest)
        return _rewrite(head(put(binding), left), body, start, put, known) if rest else put(binding)
    whole = next(match(body, value, start, Scope(rigid=True), NOTHING), None)
    return _as_power(value, body, start, put) if whole is None else put(whole)


def _under_a_sum(value: Mul, body: Term, start: Binding, put: Callable[[Binding], Term]) -> Term:
    """A denominator taken into a sum beside it, where that makes an instance: (sum_l e^{z_l} k_l) / S is sum_l p_l k_l."""
    for total in value.fields:
        if not isinstance(total, Sum):
            continue
        for below in value.fields:
            if not (isinstance(below, Pow) and isinstance(below.exponent, Num) and below.exponent.value < 0):
                continue
            if total.index in free_indices(below):
                continue
            inside = total.body.fields if isinstance(total.body, Mul) else (total.body,)
            together = Mul(below, *inside)
            if not isinstance(body, Mul) or not isinstance(together, Mul):
                continue
            found = next(match_some(body, together, start, Scope(rigid=True), NOTHING), None)
            if found is not None and below not in found[1]:
                new = Sum(total.index, Mul(put(found[0]), product(found[1])))
                return Mul(*(f for f in value.fields if f is not total and f is not below), new)
    return value


def _as_power(value: Term, body: Term, start: Binding, put: Callable[[Binding], Term]) -> Term:
    """A power of what a definition takes the root of: with s = sqrt(v), v^(-3/2) is s^(-3)."""
    if not (isinstance(value, Pow) and isinstance(body, Pow)):
        return value
    if not (isinstance(value.exponent, Num) and isinstance(body.exponent, Num)) or body.exponent.value.denominator == 1:
        return value
    times = value.exponent.value / body.exponent.value
    if times.denominator != 1:
        return value
    found = next(match(body.base, value.base, start, Scope(rigid=True), NOTHING), None)
    return value if found is None else Pow(put(found), Num(times))


def _spread(value: Any) -> Any:
    """A product with powers written as repeated factors, so that a factor may be taken out of a square."""
    if not isinstance(value, Mul):
        return value
    factors: list[Term] = []
    for f in value.fields:
        k = f.exponent.value if isinstance(f, Pow) and isinstance(f.exponent, Num) else Fraction(1)
        if k.denominator == 1 and 1 < abs(k) <= MOST_COPIES and isinstance(f, Pow):
            factors += [Pow(f.base, Num(1 if k > 0 else -1))] * int(abs(k))
        else:
            factors.append(f)
    return Mul(*factors)


def _start(places: tuple[Affine, ...], body: Term) -> Binding:
    """Free indices of the definition that are not its axes stand for themselves."""
    own = {i for p in places for i in p.indices}
    return Binding(indices={i: i + 0 for i in free_indices(body) if i not in own})


def _entry(symbol: Symbol, places: tuple[Affine, ...], binding: Binding) -> Entry:
    return Entry(symbol, tuple(p.substitute({i: binding.indices[i] for i in p.indices}) for p in places))
