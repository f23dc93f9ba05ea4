"""Equality up to the names of bound indices and variables, by one representative for each class of equal terms.

The bound names of the representative are numbered by how deeply binders are nested inside, so that a closed part has the
same representative wherever it stands: it is found once and remembered with the part.

>>> from derive.terms import Index, Size, Sum, Symbol
>>> K = Size("K"); x = Symbol("x"); k, m = Index("k", 0, K), Index("m", 0, K)
>>> alpha_equal(Sum(k, x * k), Sum(m, x * m))
True
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from hashlib import blake2b
from typing import Any

from derive.terms.arr import Arr
from derive.terms.integers import Affine, Index
from derive.terms.node import Node
from derive.terms.substitution import BINDERS, VALUES, bound_indices, children, free_indices, free_symbols
from derive.terms.symbols import Domain, Symbol
from derive.terms.term import At, Expectation, Integral, Limit

ITSELF = object()  # instead of a reference of a record to itself
MARK = "%"  # no name of LaTeX or of ours starts with it
LONGEST_TEXT = 160
SYMBOL_BINDERS = (Integral, Limit, At)


def alpha_equal(a: Any, b: Any) -> bool:
    """Equality up to the names of bound indices and of the variables of integrals and limits."""
    return a is b or alpha_key(a) is alpha_key(b)


def alpha_key(node: Any) -> Any:
    """The representative: one object for all terms or arrays that are equal up to the names of what they bind."""
    if not isinstance(node, VALUES):
        return node
    found = node._cache.get("alpha")
    if found is None:
        found = _representative(node)
        if found is not node:
            node._cache["alpha"] = found
    return node if found is ITSELF else found


def alpha_text(node: Any) -> str:
    """A text that two terms or arrays share exactly when they are `alpha_equal`; the same in every run."""
    return _text(alpha_key(node))


def _representative(node: Any) -> Any:
    if isinstance(node, BINDERS):
        level = _height(node)
        bound = bound_indices(node)
        names: dict[Any, Any] = {}
        new = []
        for k, i in enumerate(bound):
            new.append(Index(f"{MARK}{level}.{k}", _ends(i.lo, names), None if i.hi is None else _ends(i.hi, names)))
        names = dict(zip(bound, new, strict=True))
        body = _renamed(alpha_key(node.body), names)
        if isinstance(node, Arr):
            count = iter(new)
            return _own(Arr(tuple(tuple(next(count) for _ in axis) for axis in node.axes), body))
        return _own(type(node)(new[0], body))
    if isinstance(node, SYMBOL_BINDERS):
        old = node.symbol
        local = Symbol(f"{MARK}{_height(node)}", old.shape, first=old.first)
        body = _renamed(alpha_key(node.body), {old: local})
        if isinstance(node, Integral):
            return _own(Integral(local, alpha_key(node.lower), alpha_key(node.upper), body))
        if isinstance(node, Limit):
            return _own(Limit(local, alpha_key(node.point), body, node.side))
        return _own(At(body, local, alpha_key(node.value)))
    return _own(_over(node, alpha_key, {}))


def _own(node: Any) -> Any:
    """A representative represents itself."""
    node._cache["alpha"] = ITSELF
    return node


def _height(node: Any) -> int:
    """How deeply binders are nested in a term, itself included."""
    found: int = node.memo("height", _count_height)
    return found


def _count_height(node: Any) -> int:
    inner = max((_height(c) for c in children(node)), default=0)
    return inner + 1 if isinstance(node, BINDERS) or isinstance(node, SYMBOL_BINDERS) else inner


def _free_of(node: Any, names: Mapping[Any, Any]) -> bool:
    """Whether none of the names occurs free; what an expectation is given counts as an occurrence."""
    if not free_indices(node).isdisjoint(names) or not free_symbols(node).isdisjoint(names):
        return False
    return not any(isinstance(n, Symbol) for n in names) or not node.memo("expects", _expects)


def _expects(node: Any) -> bool:
    return isinstance(node, Expectation) or any(c.memo("expects", _expects) for c in children(node))


def _renamed(node: Any, names: Mapping[Any, Any]) -> Any:
    """A representative with free names written otherwise. The names that it binds itself are of a lower level."""
    if _free_of(node, names):
        return node
    if isinstance(node, BINDERS):
        bound = bound_indices(node)
        new = {
            i: Index(i.name, _ends(i.lo, names), None if i.hi is None else _ends(i.hi, names))
            for i in bound
            if not names.keys().isdisjoint(_range_names(i))
        }
        if new:
            names = {**names, **new}
        body = _renamed(node.body, names)
        if isinstance(node, Arr):
            return _own(Arr(tuple(tuple(new.get(i, i) for i in axis) for axis in node.axes), body))
        return _own(type(node)(new.get(node.index, node.index), body))
    return _own(_over(node, lambda c: _renamed(c, names), names))


def _range_names(index: Index) -> tuple[Index, ...]:
    return index.lo.indices + (() if index.hi is None else index.hi.indices)


def _ends(a: Affine, names: Mapping[Any, Any]) -> Affine:
    return a.substitute(names) if names else a


def _over(node: Any, on_value: Any, names: Mapping[Any, Any]) -> Any:
    """The same head over mapped parts; a symbol among the fields is renamed too."""

    def fields(old: tuple[Any, ...]) -> tuple[Any, ...]:
        new = []
        for f in old:
            if isinstance(f, VALUES):
                new.append(on_value(f))
            elif isinstance(f, Affine):
                new.append(_ends(f, names))
            elif type(f) is tuple:
                new.append(fields(f))
            else:
                new.append(names.get(f, f) if isinstance(f, Symbol) else f)
        return tuple(new)

    new = fields(node.fields)
    return node if all(a is b for a, b in zip(new, node.fields, strict=True)) else type(node)(*new)


def _text(value: Any) -> str:
    if isinstance(value, Node):
        found: str = value.memo("text", _node_text)
        return found
    if type(value) is tuple:
        return f"({' '.join(map(_text, value))})"
    if isinstance(value, frozenset):
        return "{" + " ".join(sorted(map(_text, value))) + "}"
    return _text(astuple(value)) if isinstance(value, Domain) else repr(value)


def _node_text(node: Node) -> str:
    text = f"{type(node).__name__}{_text(node.fields)}"
    return text if len(text) <= LONGEST_TEXT else f"~{blake2b(text.encode(), digest_size=20).hexdigest()}"
