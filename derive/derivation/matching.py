"""Matching a rule's statement against a term: index-aware, up to bound names, sums and products up to order and
grouping.

In a pattern a scalar symbol stands for a term that mentions no index bound by the pattern (and, under a derivative,
does not depend on its variable); ``f[i]`` with bound ``i`` for a term that may mention it; ``f(x)`` for a term that
may depend on x. A match is a suggestion: the kernel proves the instance.

>>> from derive.terms import Index, Size, Sum, Symbol, exp
>>> K = Size("K"); f, z = Symbol("f", (K,)), Symbol("z", (K,)); i, k = Index("i", 1, K), Index("k", 1, K)
>>> found = next(match(Sum(i, f[i]), Sum(k, exp(z[k])), Binding(), Scope(), frozenset()))
>>> found.terms[f].body
exp(z[k])
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from derive.terms import (
    Add,
    Affine,
    Apply,
    Arr,
    Derivative,
    Determinant,
    Entry,
    Fn,
    FunctionSymbol,
    Guard,
    Index,
    IntValue,
    InverseEntry,
    Mul,
    Num,
    Pow,
    Prod,
    Size,
    Sum,
    Symbol,
    Term,
    alpha_equal,
    children,
    free_indices,
    free_symbols,
    remembered,
    substitute,
)
from derive.terms.substitution import bound_indices

Depends = Callable[[Any, Symbol], bool]
MOST = 400  # how many ways of grouping a sum or product are tried at one place


def mentions(value: Any, symbol: Symbol) -> bool:
    """Whether a value may depend on a symbol: here, whether it mentions it."""
    return symbol in free_symbols(value)


@dataclass(frozen=True)
class Abstraction:
    """A term as a function of indices: what a family of a pattern stands for."""

    indices: tuple[Index, ...]
    body: Term

    def at(self, places: tuple[Affine, ...]) -> Term:
        result: Term = substitute(self.body, dict(zip(self.indices, places, strict=True)))
        return result


@dataclass(frozen=True)
class Binding:
    """What the schematic parts of a pattern stand for. ``variable`` is what the pattern differentiates by: symbol and
    subscripts.
    """

    terms: Mapping[Any, Abstraction] = field(default_factory=dict)
    functions: Mapping[FunctionSymbol, FunctionSymbol] = field(default_factory=dict)
    indices: Mapping[Index, Affine] = field(default_factory=dict)
    sizes: Mapping[Size, Affine] = field(default_factory=dict)
    ranges: Mapping[Index, Index] = field(default_factory=dict)
    variables: Mapping[Symbol, tuple[Symbol, tuple[Affine, ...]]] = field(default_factory=dict)

    def with_(self, name: str, key: Any, value: Any) -> Binding:
        new = object.__new__(Binding)
        vars(new).update(vars(self))
        vars(new)[name] = {**vars(self)[name], key: value}
        return new


@dataclass(frozen=True)
class Scope:
    """The indices and variables that the pattern has bound on the way down: pattern index to term index.

    With ``rigid`` only the free indices of the pattern are schematic; its symbols and functions stand for themselves.
    """

    indices: Mapping[Index, Index] = field(default_factory=dict)
    variables: tuple[Symbol, ...] = ()
    depends: Depends = mentions
    rigid: bool = False


@remembered
def variables(value: Any) -> frozenset[Symbol]:
    """The symbols by which a pattern differentiates."""
    own = frozenset({value.symbol}) if isinstance(value, Derivative) else frozenset()
    return own.union(*(variables(c) for c in children(value)))


HEADS: tuple[Any, ...] = (Add, Mul, Sum, Prod, Derivative, Determinant, Fn, InverseEntry, Pow)


def may_match(pattern: Any, target: Any) -> bool:
    """False where the heads alone show that a pattern of a rule (not a rigid one) does not match."""
    if isinstance(pattern, Fn):
        return isinstance(target, Fn) and target.name == pattern.name
    if not isinstance(pattern, HEADS):
        return True
    if type(target) is not type(pattern):
        return False
    return may_match(pattern.body, target.body) if type(pattern) in (Derivative, Sum, Prod) else True


# -- matching ---------------------------------------------------------------------------------------------------------


def match(pattern: Any, target: Any, binding: Binding, scope: Scope, by: frozenset[Symbol]) -> Iterator[Binding]:
    """All bindings (extending ``binding``) under which the pattern is the target. ``by``: its variables."""
    if scope.rigid and isinstance(pattern, Entry | Apply | Derivative | IntValue):
        yield from _match_rigid(pattern, target, binding, scope)
    elif isinstance(pattern, Entry) and pattern.symbol in by:
        yield from _match_variable(pattern, target, binding, scope)
    elif isinstance(pattern, Entry):
        yield from _match_schematic(pattern.symbol, pattern.indices, target, binding, scope, constant=True)
    elif isinstance(pattern, Apply) and of_variable(pattern, by):
        yield from _match_schematic(pattern.function, pattern.indices, target, binding, scope, constant=False)
    elif isinstance(pattern, Derivative):
        if isinstance(target, Derivative) and len(pattern.indices) in (0, len(target.indices)):
            yield from _match_derivative(pattern, target, binding, scope, by)
    elif isinstance(pattern, Sum | Prod | Arr):
        if type(target) is type(pattern):
            yield from _match_binder(pattern, target, binding, scope, by)
    elif isinstance(pattern, Add | Mul):
        for found, rest in match_some(pattern, target, binding, scope, by):
            if not rest:
                yield found
    elif isinstance(pattern, Guard) and isinstance(pattern.subject, Affine):
        if isinstance(target, Guard) and target.op == pattern.op and isinstance(target.subject, Affine):
            yield from _match_delta(pattern.subject, target.subject, binding, scope)
    elif isinstance(pattern, Apply):
        if (
            isinstance(target, Apply)
            and not pattern.indices
            and not target.indices
            and not pattern.partials
            and not target.partials
        ):
            known = binding.functions.get(pattern.function)
            if known in (None, target.function) and len(target.arguments) == len(pattern.arguments):
                yield from _match_all(
                    pattern.arguments,
                    target.arguments,
                    binding.with_("functions", pattern.function, target.function),
                    scope,
                    by,
                )
    elif isinstance(pattern, IntValue):
        atom = pattern.value.atom
        if isinstance(atom, Size) and isinstance(target, IntValue | Num):
            value = target.value if isinstance(target, IntValue) else None
            if value is not None and binding.sizes.get(atom, value) is value:
                yield binding.with_("sizes", atom, value)
    elif type(pattern) is type(target) and len(pattern.fields) == len(target.fields):
        yield from _match_all(pattern.fields, target.fields, binding, scope, by)


def _match_rigid(pattern: Any, target: Any, binding: Binding, scope: Scope) -> Iterator[Binding]:
    if type(pattern) is not type(target):
        return
    if isinstance(pattern, Entry | Derivative) and pattern.symbol is not target.symbol:
        return
    if isinstance(pattern, Apply):
        same = (pattern.function, len(pattern.partials)) == (target.function, len(target.partials))
        if not same or any(p != t for (p, _), (t, _) in zip(pattern.partials, target.partials, strict=True)):
            return
    yield from _match_all(_flat(pattern.fields), _flat(target.fields), binding, scope, frozenset())


def _flat(fields: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(x for f in fields for x in (_flat(f) if isinstance(f, tuple) else (f,)))


def _match_all(
    patterns: tuple[Any, ...], targets: tuple[Any, ...], binding: Binding, scope: Scope, by: frozenset[Symbol]
) -> Iterator[Binding]:
    if len(patterns) != len(targets):
        return
    if not patterns:
        yield binding
        return
    p, t = patterns[0], targets[0]
    if isinstance(p, Term | Arr):
        firsts: Iterator[Binding] = match(p, t, binding, scope, by) if isinstance(t, Term | Arr) else iter(())
    elif isinstance(p, Affine):
        firsts = _match_affine(p, t, binding, scope)
    else:
        firsts = iter((binding,) if p == t else ())
    for found in firsts:
        yield from _match_all(patterns[1:], targets[1:], found, scope, by)


def of_variable(pattern: Apply, by: frozenset[Symbol]) -> bool:
    arguments = pattern.arguments
    return (
        len(arguments) == 1 and isinstance(arguments[0], Entry) and arguments[0].symbol in by and not pattern.partials
    )


def _match_variable(pattern: Entry, target: Any, binding: Binding, scope: Scope) -> Iterator[Binding]:
    known = binding.variables.get(pattern.symbol)
    if not isinstance(target, Entry) or known is None or target.symbol is not known[0]:
        return
    if pattern.indices:
        yield from _match_affines(pattern.indices, target.indices, binding, scope)
    elif target.indices == known[1]:
        yield binding


def _match_schematic(
    key: Any, places: tuple[Affine, ...], target: Any, binding: Binding, scope: Scope, constant: bool
) -> Iterator[Binding]:
    """A schematic variable at distinct bound indices of the pattern (or at fixed ones when it is known already)."""
    if not isinstance(target, Term):
        return
    if constant and any(scope.depends(target, binding.variables[v][0]) for v in scope.variables):
        return
    known = binding.terms.get(key)
    mapped = tuple(_mapped(p, binding, scope) for p in places)
    if None in mapped:
        return
    if known is not None:
        if alpha_equal(known.at(mapped), target):  # type: ignore[arg-type]
            yield binding
        return
    atoms = tuple(m.atom for m in mapped)  # type: ignore[union-attr]
    inside = frozenset(scope.indices.values())
    if len(set(atoms)) != len(atoms) or not all(isinstance(a, Index) for a in atoms):
        return
    if (free_indices(target) & inside) <= set(atoms):
        yield binding.with_("terms", key, Abstraction(atoms, target))


def _mapped(place: Affine, binding: Binding, scope: Scope) -> Affine | None:
    values: dict[Any, Any] = {}
    for index in place.indices:
        value = scope.indices.get(index, binding.indices.get(index))
        if value is None:
            return None
        values[index] = value
    return place.substitute({k: v if isinstance(v, Affine) else v + 0 for k, v in values.items()})


def _match_affine(pattern: Affine, target: Any, binding: Binding, scope: Scope) -> Iterator[Binding]:
    known = _mapped(pattern, binding, scope)
    if known is not None:
        if known == target:
            yield binding
    elif isinstance(pattern.atom, Index) and not (frozenset(target.indices) & frozenset(scope.indices.values())):
        yield binding.with_("indices", pattern.atom, target)


def _match_affines(
    patterns: tuple[Affine, ...], targets: tuple[Affine, ...], binding: Binding, scope: Scope
) -> Iterator[Binding]:
    if not patterns:
        yield binding
        return
    for found in _match_affine(patterns[0], targets[0], binding, scope):
        yield from _match_affines(patterns[1:], targets[1:], found, scope)


def _match_delta(pattern: Affine, target: Affine, binding: Binding, scope: Scope) -> Iterator[Binding]:
    """``i - j`` of the pattern against ``a - b + shift``, either way round."""
    if len(pattern.terms) != 2 or pattern.constant or sorted(c for _, c in pattern.terms) != [-1, 1]:
        return
    i, j = (next(x for x, c in pattern.terms if c == sign) for sign in (1, -1))
    positive = [x for x, c in target.terms if c == 1]
    for sign in (1, -1):
        for x in positive if sign == 1 else [x for x, c in target.terms if c == -1]:
            left, right = x + 0, (x + 0) - target.scale(sign)
            for found in _match_affine(i + 0, left, binding, scope):
                yield from _match_affine(j + 0, right, found, scope)


def _match_derivative(
    pattern: Derivative, target: Derivative, binding: Binding, scope: Scope, by: frozenset[Symbol]
) -> Iterator[Binding]:
    known = binding.variables.get(pattern.symbol)
    variable = (target.symbol, target.indices)
    if known is not None and known != variable:
        return
    found = binding.with_("variables", pattern.symbol, variable)
    inner = replace(scope, variables=(*scope.variables, pattern.symbol))
    for places in _match_affines(pattern.indices, target.indices, found, scope) if pattern.indices else (found,):
        yield from match(pattern.body, target.body, places, inner, by)


def _match_binder(
    pattern: Any, target: Any, binding: Binding, scope: Scope, by: frozenset[Symbol]
) -> Iterator[Binding]:
    mine, theirs = bound_indices(pattern), bound_indices(target)
    if len(mine) != len(theirs):
        return
    for p, t in zip(mine, theirs, strict=True):
        if scope.rigid and (
            _mapped(p.lo, binding, scope) != t.lo or (None if p.hi is None else _mapped(p.hi, binding, scope)) != t.hi
        ):
            return
        size = p.hi.atom if p.hi is not None else None
        if isinstance(size, Size):
            if t.length is None or binding.sizes.get(size, t.length) != t.length:
                return
            binding = binding.with_("sizes", size, t.length).with_("ranges", size, t)
        binding = binding.with_("ranges", p, t)
    inner = replace(scope, indices={**scope.indices, **dict(zip(mine, theirs, strict=True))})
    yield from match(pattern.body, target.body, binding, inner, by)


# -- sums and products ------------------------------------------------------------------------------------------------


def match_some(
    pattern: Add | Mul, target: Any, binding: Binding, scope: Scope, by: frozenset[Symbol]
) -> Iterator[tuple[Binding, tuple[Term, ...]]]:
    """Bindings under which the pattern is a part of a sum or product, with what is left over."""
    if type(target) is not type(pattern):
        return
    parts = sorted(pattern.fields, key=lambda p: _freedom(p, by, scope.rigid))
    tries = 0
    for found in _assign(type(pattern), parts, target.fields, binding, scope, by):
        yield found
        tries += 1
        if tries > MOST:
            return


def _freedom(pattern: Term, by: frozenset[Symbol], rigid: bool) -> int:
    """Rigid parts first, then constants, then what matches anything."""
    if rigid:
        return 0
    if isinstance(pattern, Entry) and pattern.symbol not in by:
        return 2 if pattern.indices else 1
    return 2 if isinstance(pattern, Apply) and of_variable(pattern, by) else 0


def _assign(
    head: type, parts: list[Any], fields: tuple[Term, ...], binding: Binding, scope: Scope, by: frozenset[Symbol]
) -> Iterator[tuple[Binding, tuple[Term, ...]]]:
    if not parts:
        yield binding, fields
        return
    first, others = parts[0], parts[1:]
    for chosen in _groups(first, others, fields, scope, binding, by):
        group = tuple(fields[k] for k in chosen)
        rest = tuple(f for k, f in enumerate(fields) if k not in chosen)
        for found in match(first, group[0] if len(group) == 1 else head(*group), binding, scope, by):
            yield from _assign(head, others, rest, found, scope, by)


def _groups(
    first: Any, others: list[Any], fields: tuple[Term, ...], scope: Scope, binding: Binding, by: frozenset[Symbol]
) -> Iterator[tuple[int, ...]]:
    """Which factors a part of the pattern may take: the last free part all, a constant all constants, else one."""
    freedom = _freedom(first, by, scope.rigid)
    everything = range(len(fields))
    singles = [(k,) for k in everything]
    if freedom and not others and len(fields) > 1:
        yield tuple(everything)
    elif freedom == 1 and others:
        inside = frozenset(scope.indices.values())
        constants = tuple(
            k
            for k in everything
            if free_indices(fields[k]).isdisjoint(inside)
            and not any(
                scope.depends(fields[k], binding.variables[v][0]) for v in scope.variables if v in binding.variables
            )
        )
        if (inside or scope.variables) and 1 < len(constants) <= len(fields) - len(others):
            yield constants
    yield from singles
