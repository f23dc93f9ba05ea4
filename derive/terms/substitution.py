"""Free indices and symbols, capture-avoiding substitution, and the unfolding of definitions.

>>> from derive.terms import Index, Size, Sum, Symbol
>>> K = Size("K"); x = Symbol("x"); k = Index("k", 0, K); m = Index("m", 0, K)
>>> substitute(Sum(k, x * k), {}, {x: term(m)}).body.fields[0]
m
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from derive.terms.arr import Arr, Value
from derive.terms.integers import Affine, Index, affine, fresh_index
from derive.terms.node import Node
from derive.terms.symbols import Symbol
from derive.terms.term import (
    At,
    Derivative,
    Entry,
    Integral,
    Limit,
    Prod,
    Sum,
    Term,
    term,
)

NO_INDICES: frozenset[Index] = frozenset()
VALUES = (Term, Arr)
BINDERS = (Sum, Prod, Arr)


class NotReached(ValueError):
    """A derivative by a defined quantity through which nothing is reached."""

    def __init__(self, symbol: Symbol) -> None:
        super().__init__(
            f"nothing is reached through {symbol.name}: its definition is not used in what is differentiated"
        )
        self.symbol = symbol


def rebuild(node: Any, on_value: Callable[[Any], Any], on_affine: Callable[[Affine], Any] | None = None) -> Any:
    """The same head over mapped parts (terms and arrays by ``on_value``, affine expressions by ``on_affine``).

    Binders are not treated: the bound indices stay. Returns the node itself when nothing changed.
    """
    old = node.fields
    new = _mapped(old, on_value, on_affine)
    return node if new is old else type(node)(*new)


def _mapped(
    fields: tuple[Any, ...], on_value: Callable[[Any], Any], on_affine: Callable[[Affine], Any] | None
) -> tuple[Any, ...]:
    changed = False
    new = []
    for f in fields:
        if isinstance(f, VALUES):
            g = on_value(f)
        elif isinstance(f, Affine):
            g = f if on_affine is None else on_affine(f)
        elif type(f) is tuple:
            g = _mapped(f, on_value, on_affine)
        else:
            g = f
        if g is not f:
            changed = True
        new.append(g)
    return tuple(new) if changed else fields


def children(node: Any) -> tuple[Any, ...]:
    """The terms and arrays directly inside a term or array."""
    found: tuple[Any, ...] | None = node._cache.get("children")
    if found is None:
        found = node._cache["children"] = _children(node)
    return found


def _children(node: Any) -> tuple[Any, ...]:
    found: list[Any] = []
    _inside(node.fields, found)
    return tuple(found)


def _inside(fields: tuple[Any, ...], found: list[Any]) -> None:
    for f in fields:
        if isinstance(f, VALUES):
            found.append(f)
        elif type(f) is tuple:
            _inside(f, found)


def bound_indices(node: Any) -> tuple[Index, ...]:
    """The indices that this node itself binds."""
    if isinstance(node, Sum | Prod):
        return (node.index,)
    return node.indices if isinstance(node, Arr) else ()


def free_indices(node: Any) -> frozenset[Index]:
    """The indices that occur free in a term, array or affine expression (in subscripts, as numbers, in ranges)."""
    found: frozenset[Index] | None = node._cache.get("free_indices")
    if found is None:
        found = frozenset(node.indices) if isinstance(node, Affine) else _free_indices(node)
        node._cache["free_indices"] = found
    return found


def _free_indices(node: Any) -> frozenset[Index]:
    result: set[Index] = set()
    _collect_indices(node.fields, result)
    bound = bound_indices(node)
    result.difference_update(bound)
    for index in bound:
        result.update(index.lo.indices)
        if index.hi is not None:
            result.update(index.hi.indices)
    if isinstance(node, Arr):
        result.difference_update(bound)
    return frozenset(result)


def _collect_indices(fields: tuple[Any, ...], result: set[Index]) -> None:
    for f in fields:
        if isinstance(f, VALUES):
            result.update(free_indices(f))
        elif isinstance(f, Affine):
            result.update(f.indices)
        elif type(f) is tuple:
            _collect_indices(f, result)


def free_symbols(node: Any) -> frozenset[Symbol]:
    """The scalar and tensor symbols that occur free (the variables of integrals and limits are bound)."""
    found: frozenset[Symbol] | None = node._cache.get("free_symbols")
    if found is None:
        found = node._cache["free_symbols"] = _free_symbols(node)
    return found


def _free_symbols(node: Any) -> frozenset[Symbol]:
    result: set[Symbol] = set()
    for child in children(node):
        result |= free_symbols(child)
    if isinstance(node, Integral | Limit):
        result.discard(node.symbol)
        for end in (node.lower, node.upper) if isinstance(node, Integral) else (node.point,):
            result |= free_symbols(end)
    elif isinstance(node, At):
        if node.symbol in result:
            result.discard(node.symbol)
        result |= free_symbols(node.value)
    elif isinstance(node, Entry | Derivative):
        result.add(node.symbol)
    return frozenset(result)


def substitute(
    value: Any, indices: Mapping[Any, Any] | None = None, symbols: Mapping[Symbol, Value] | None = None
) -> Any:
    """Replace free indices and sizes by affine expressions and symbols by terms or arrays, renaming bound names where needed.

    A scalar symbol is replaced by a term, a tensor by an array of the same axes. A derivative by a replaced symbol is taken
    first and then evaluated there (`At`), unless the symbol is only renamed.
    """
    ix = {k: affine(v) for k, v in (indices or {}).items()}
    sy = {k: (v if isinstance(v, Arr) else term(v)) for k, v in (symbols or {}).items()}
    return _substitute(value, ix, sy) if ix or sy else value


def _touches(node: Any, ix: Mapping[Any, Affine], sy: Mapping[Symbol, Value]) -> bool:
    if sy and not free_symbols(node).isdisjoint(sy):
        return True
    if not ix:
        return False
    if any(not isinstance(k, Index) for k in ix):
        return True  # sizes: they may stand anywhere
    return not free_indices(node).isdisjoint(ix)


def _substitute(node: Any, ix: Mapping[Any, Affine], sy: Mapping[Symbol, Value]) -> Any:
    if not _touches(node, ix, sy):
        return node
    if isinstance(node, Entry):
        places = tuple(a.substitute(ix) for a in node.indices)
        if node.symbol in sy:
            new = sy[node.symbol]
            return (
                new.at(*(p - (f - 1) for p, f in zip(places, node.symbol.first, strict=True)))
                if isinstance(new, Arr)
                else new
            )
        return Entry(node.symbol, places)
    if isinstance(node, Sum | Prod | Arr):
        return _substitute_binder(node, ix, sy)
    if isinstance(node, Integral | Limit):
        return _substitute_symbol_binder(node, ix, sy)
    if isinstance(node, Derivative) and node.symbol in sy:
        return _substitute_derivative(node, ix, sy)
    if isinstance(node, At):
        inner = {k: v for k, v in sy.items() if k is not node.symbol}
        local = Symbol(fresh_index().name, *node.symbol.fields[1:])
        body = _substitute(_rename_symbol(node.body, node.symbol, local), ix, inner)
        return At(body, local, _substitute(node.value, ix, sy))
    return rebuild(node, lambda c: _substitute(c, ix, sy), lambda a: a.substitute(ix))


def _substitute_binder(node: Any, ix: Mapping[Any, Affine], sy: Mapping[Symbol, Value]) -> Any:
    bound = bound_indices(node)
    inner = {k: v for k, v in ix.items() if k not in bound}
    incoming: set[Index] = set()
    for v in (*inner.values(), *sy.values()):
        incoming |= free_indices(v)
    new: dict[Index, Index] = {}
    for index in bound:
        lo, hi = index.lo.substitute(ix), None if index.hi is None else index.hi.substitute(ix)
        if index in incoming or lo is not index.lo or hi is not index.hi:
            new[index] = fresh_index(None, lo, hi)
    inner.update({old: affine(fresh) for old, fresh in new.items()})
    if isinstance(node, Arr):
        axes = tuple(tuple(new.get(i, i) for i in axis) for axis in node.axes)
        return Arr(axes, _substitute(node.body, inner, sy))
    return type(node)(new.get(node.index, node.index), _substitute(node.body, inner, sy))


def _substitute_symbol_binder(node: Any, ix: Mapping[Any, Affine], sy: Mapping[Symbol, Value]) -> Any:
    inner = {k: v for k, v in sy.items() if k is not node.symbol}
    symbol, body = node.symbol, node.body
    if any(symbol in free_symbols(v) for v in inner.values()):
        symbol = Symbol(fresh_index().name, *node.symbol.fields[1:])
        body = _rename_symbol(body, node.symbol, symbol)
    body = _substitute(body, ix, inner)
    if isinstance(node, Integral):
        return Integral(symbol, _substitute(node.lower, ix, sy), _substitute(node.upper, ix, sy), body)
    return Limit(symbol, _substitute(node.point, ix, sy), body, node.side)


def _rename_symbol(node: Any, old: Symbol, new: Symbol) -> Any:
    """``node`` with every free ``old`` written ``new``, also as the variable of derivatives."""
    if old not in free_symbols(node):
        return node
    if isinstance(node, Entry):
        return Entry(new, node.indices)
    if isinstance(node, Derivative) and node.symbol is old:
        return Derivative(_rename_symbol(node.body, old, new), new, node.indices)
    if isinstance(node, At) and node.symbol is old:
        return At(node.body, old, _rename_symbol(node.value, old, new))
    return rebuild(node, lambda c: _rename_symbol(c, old, new))


def _renaming(value: Value) -> Symbol | None:
    body = value.body if isinstance(value, Arr) else value
    if isinstance(body, Entry):
        places = value.indices if isinstance(value, Arr) else ()
        if body.indices == tuple(i + (f - 1) for i, f in zip(places, body.symbol.first, strict=False)):
            return body.symbol
    return None


def _substitute_derivative(node: Derivative, ix: Mapping[Any, Affine], sy: Mapping[Symbol, Value]) -> Term:
    old, new = node.symbol, sy[node.symbol]
    places = tuple(a.substitute(ix) for a in node.indices)
    other = _renaming(new)
    if other is not None and other not in free_symbols(node.body):
        return Derivative(_substitute(node.body, ix, sy), other, places)
    local = Symbol(fresh_index().name, *old.fields[1:])
    inner = {k: v for k, v in sy.items() if k is not old}
    return At(Derivative(_substitute(_rename_symbol(node.body, old, local), ix, inner), local, places), local, new)


def unfold(value: Any, definitions: Mapping[Symbol, Value]) -> Any:
    """Replace defined symbols by their definitions, to the bottom.

    A derivative by a defined quantity ``o`` expands what is differentiated down to ``o``, holds the rest fixed, and puts the
    definition of ``o`` in afterwards. Raises NotReached when nothing is reached through ``o``.
    """
    if not definitions or (isinstance(value, Node) and free_symbols(value).isdisjoint(definitions)):
        return value
    if isinstance(value, Derivative) and value.symbol in definitions:
        symbol = value.symbol
        rest = {k: v for k, v in definitions.items() if k is not symbol}
        body = unfold(value.body, rest)
        if symbol not in free_symbols(body):
            raise NotReached(symbol)
        return At(Derivative(body, symbol, value.indices), symbol, unfold(definitions[symbol], rest))
    if isinstance(value, Entry):
        definition = unfold(definitions[value.symbol], {k: v for k, v in definitions.items() if k is not value.symbol})
        return substitute(value, {}, {value.symbol: definition})
    if isinstance(value, Integral | Limit | At) and value.symbol in definitions:
        inner = {k: v for k, v in definitions.items() if k is not value.symbol}
        local = Symbol(fresh_index().name, *value.symbol.fields[1:])
        body = unfold(_rename_symbol(value.body, value.symbol, local), inner)
        if isinstance(value, At):
            return At(body, local, unfold(value.value, definitions))
        if isinstance(value, Integral):
            return Integral(local, unfold(value.lower, definitions), unfold(value.upper, definitions), body)
        return Limit(local, unfold(value.point, definitions), body, value.side)
    incoming = frozenset(i for s in free_symbols(value) if s in definitions for i in free_indices(definitions[s]))
    if incoming and isinstance(value, Sum | Prod | Arr):
        value = _freshen(value, incoming)
    return rebuild(value, lambda c: unfold(c, definitions))


def _freshen(node: Any, taken: frozenset[Index]) -> Any:
    new = {i: fresh_index(i) for i in bound_indices(node) if i in taken}
    if not new:
        return node
    body = substitute(node.body, new)
    if isinstance(node, Arr):
        return Arr(tuple(tuple(new.get(i, i) for i in axis) for axis in node.axes), body)
    return type(node)(new[node.index], body)
