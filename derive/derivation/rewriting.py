"""Using a rule: its statement with the schematic parts put in, at one place of a term. Imports matching.

>>> from derive.rules import RULES
>>> from derive.terms import Derivative, Symbol, exp, term
>>> z = Symbol("z")
>>> found = next(rewrites(RULES["exp_rule"], Derivative(exp(term(z)), z)))
>>> found.after
exp(z)*Derivative(z, z, ())
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from derive.derivation.matching import (
    Binding,
    Depends,
    Scope,
    match,
    match_some,
    may_match,
    mentions,
    of_variable,
    variables,
)
from derive.rules import Rule
from derive.terms import (
    Add,
    Affine,
    Apply,
    Arr,
    Derivative,
    Entry,
    Index,
    Mul,
    Prod,
    Relation,
    Size,
    Sum,
    Symbol,
    children,
    free_indices,
    fresh_index,
    rebuild,
)
from derive.terms.substitution import bound_indices


class Unbound(ValueError):
    """A statement mentions a schematic part that the match did not fix."""


def instance(value: Any, binding: Binding, by: frozenset[Symbol], bound: Mapping[Index, Index] | None = None) -> Any:
    """A statement's side with its schematic parts put in."""
    bound = bound or {}

    def place(a: Affine) -> Affine:
        values: dict[Any, Any] = {}
        for atom, _ in a.terms:
            if isinstance(atom, Size):
                if atom not in binding.sizes:
                    raise Unbound(atom.name)
                values[atom] = binding.sizes[atom]
            elif atom in bound:
                values[atom] = bound[atom] + 0
            elif atom in binding.indices:
                values[atom] = binding.indices[atom]
            else:
                raise Unbound(atom.name)
        return a.substitute(values)

    def put(v: Any) -> Any:
        return instance(v, binding, by, bound)

    if isinstance(value, Entry) and value.symbol in by:
        symbol, places = binding.variables[value.symbol]
        return Entry(symbol, tuple(map(place, value.indices)) if value.indices else places)
    if isinstance(value, Entry):
        if value.symbol not in binding.terms:
            raise Unbound(value.symbol.name)
        return binding.terms[value.symbol].at(tuple(map(place, value.indices)))
    if isinstance(value, Apply) and of_variable(value, by):
        if value.function not in binding.terms:
            raise Unbound(value.function.name)
        return binding.terms[value.function].at(tuple(map(place, value.indices)))
    if isinstance(value, Apply):
        function = binding.functions[value.function]
        return Apply(
            function,
            tuple(map(put, value.arguments)),
            tuple(map(place, value.indices)),
            tuple((p, tuple(map(place, ix))) for p, ix in value.partials),
        )
    if isinstance(value, Derivative):
        symbol, places = binding.variables[value.symbol]
        return Derivative(put(value.body), symbol, tuple(map(place, value.indices)) if value.indices else places)
    if isinstance(value, Sum | Prod | Arr):
        fresh = {i: _fresh(i, binding, place) for i in bound_indices(value)}
        body = instance(value.body, binding, by, {**bound, **fresh})
        if isinstance(value, Arr):
            return Arr(tuple(tuple(fresh[i] for i in axis) for axis in value.axes), body)
        return type(value)(fresh[value.index], body)
    return rebuild(value, put, place)


def _fresh(index: Index, binding: Binding, place: Callable[[Affine], Affine]) -> Index:
    """A new index for a binder of the statement: the range of the matched one."""
    model = binding.ranges.get(index)
    if model is None and index.hi is not None and index.hi.atom is not None:
        model = binding.ranges.get(index.hi.atom)
    if model is not None:
        return fresh_index(model)
    return fresh_index(None, place(index.lo), None if index.hi is None else place(index.hi))


# -- rewriting --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rewrite:
    """One use of a rule: the whole term before and after, the part that changed, and the side conditions there."""

    rule: Rule
    before: Any
    after: Any
    part: Any
    replacement: Any
    conditions: tuple[Relation, ...] = ()


def at_root(
    rule: Rule, target: Any, depends: Depends = mentions, backwards: bool = False
) -> Iterator[tuple[Any, tuple[Relation, ...]]]:
    """What the rule makes of the target as a whole (of a part of a sum or product, the rest kept)."""
    lhs, rhs = (rule.rhs, rule.lhs) if backwards else (rule.lhs, rule.rhs)
    if not may_match(lhs, target):
        return
    by = variables(rule.lhs) | variables(rule.rhs)
    scope = Scope(depends=depends)
    if isinstance(lhs, Add | Mul):
        found = match_some(lhs, target, Binding(), scope, by)
    else:
        found = ((b, ()) for b in match(lhs, target, Binding(), scope, by))
    for binding, rest in found:
        try:
            new = instance(rhs, binding, by)
            when = tuple(_condition(w, binding, by) for w in rule.when)
        except (Unbound, KeyError):
            continue
        yield (type(lhs)(new, *rest) if rest else new), when


def _condition(w: Relation, binding: Binding, by: frozenset[Symbol]) -> Relation:
    """A side condition at the instance; one over a whole family at the index that the match bound."""
    free = free_indices(w.lhs) | free_indices(w.rhs)
    bound = {i: binding.ranges[i] for i in free if i in binding.ranges and i not in binding.indices}
    return Relation(w.op, instance(w.lhs, binding, by, bound), instance(w.rhs, binding, by, bound))


def positions(value: Any) -> Iterator[tuple[Any, Callable[[Any], Any]]]:
    """Every term inside a value, outermost first, with the function that puts another in its place."""
    stack: list[tuple[Any, Callable[[Any], Any]]] = [(value, lambda new: new)]
    while stack:
        node, put = stack.pop(0)
        yield node, put
        for k, child in enumerate(children(node)):
            stack.append((child, _put_child(node, k, put)))


def _put_child(node: Any, place: int, put: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def replaced(new: Any) -> Any:
        count = iter(range(10**9))
        return put(rebuild(node, lambda c: new if next(count) == place else c))

    return replaced


def rewrites(rule: Rule, value: Any, depends: Depends = mentions, backwards: bool = False) -> Iterator[Rewrite]:
    """Every use of the rule inside a term or array, outermost first."""
    for part, put in positions(value):
        for new, when in at_root(rule, part, depends, backwards):
            yield Rewrite(rule, value, put(new), part, new, when)
