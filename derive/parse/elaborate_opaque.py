"""Quantities the elaborator names without taking them apart, and differences [F]_a^b.

An opaque quantity is one number for one text; inside a sum or an integral it is a function of the bound names it mentions.
Nothing is refuted with it. Part of the elaborator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from derive.terms import (
    REAL,
    Add,
    Apply,
    Arr,
    At,
    Constant,
    Domain,
    FunctionSymbol,
    Index,
    IntValue,
    Limit,
    Mul,
    Symbol,
    Term,
    Value,
    affine,
    free_indices,
    free_symbols,
    substitute,
    term,
    unfold,
)

from . import syntax as s
from .errors import ReadError
from .flexible import Loose
from .names import symbol_key
from .scope import Declaration

if TYPE_CHECKING:
    from .elaborate import Elaborator

_SPACING = re.compile(
    r"\\(?:left|right|[bB]igg?[lrm]?|[,;:!]|quad|qquad|displaystyle|limits|nolimits)(?![a-zA-Z])|\s+|\{\}|&"
)


def key_of(e: Elaborator, node: s.Node) -> str:
    """The text of a node without spacing."""
    text = e.text[node.start : node.end]
    return _SPACING.sub(lambda m: " " if m.group().isspace() else "", text).replace("  ", " ").strip()


def opaque(e: Elaborator, node: s.Node, key: str = "") -> Term:
    """The quantity with this text."""
    key = key or key_of(e, node)
    if not key.strip():
        raise e.unsupported("this", node)
    return named(e, key, (p for p in s.walk(node)))


def named(e: Elaborator, key: str, parts: Iterable[s.Node], domain: Domain = REAL) -> Term:
    """The quantity called `key`: a number, or a function of the bound names among the parts."""
    from .averages import depends_on_random

    e.scope.opaque.add(key)
    bound: dict[str, Index | Symbol] = {}
    parts_list = list(parts)
    for part in parts_list:
        name = symbol_key(part)
        if name is not None and name in e.local:
            bound.setdefault(name, e.local[name])
        elif e.averaging and name in e.random and not e.scope.known(name):
            e.infer(name, part)
            bound.setdefault(name, e.scope.symbols[name])
        elif e.averaging and name is not None and (symbol := e.scope.symbols.get(name)) is not None:
            if depends_on_random(e, symbol):
                bound.setdefault(name, symbol)
    defined = e.scope.symbols.get(key)
    if defined is not None and not defined.shape and defined in e.scope.definitions:
        e.used.add(key)
        return _instance(e, defined, bound) if bound else term(defined)
    if e.averaging and not bound:
        raise ReadError(f"{key} may depend on that over which the mean is taken; define it", kind="unsupported")
    if not bound:
        key = f"{key}\\," if e.derivatives else key
        symbol = e.scope.symbols.get(key)
        if symbol is None:
            symbol = e.declare_inferred(key, Symbol(key, (), domain, kind="dependent" if e.derivatives else "variable"))
        e.used.add(key)
        return term(symbol)
    if e.derivatives:
        raise e.error(
            f"{key} may depend on what is differentiated; define it", next(iter(parts_list)), kind="unsupported"
        )
    values: list[Value] = [
        IntValue(x) if isinstance(x, Index) else (Arr.of(x) if x.shape else term(x)) for x in bound.values()
    ]
    shapes = tuple(() if isinstance(x, Index) else x.shape for x in bound.values())
    name = f"{key} of {', '.join(bound)}"
    function = e.scope.functions.get(name)
    if function is None or function.arguments != shapes:
        function = FunctionSymbol(name, shapes, (), 2)
        e.scope.functions[name] = function
        e.scope.inferred[name] = Declaration(
            f"{key} \\text{{ a quantity that depends on }} {', '.join(bound)}", e.line, "inferred"
        )
        e.scope.declarations.append(e.scope.inferred[name])
    e.used.add(name)
    return Apply(function, tuple(values), (), ())


def _instance(e: Elaborator, defined: Symbol, bound: dict[str, Index | Symbol]) -> Term:
    """The value of a defined quantity at the bound names it mentions.

    A bound name stays itself where the document defines it (\\tau = 1 / \\sigma^2 below an integral over \\tau); what its
    definition mentions must then not be left over in the value.
    """
    kept = {k: v for k, v in e.scope.definitions.items() if k.name not in bound}
    value = unfold(term(defined), kept)
    tied = [e.scope.symbols[n] for n in bound if n in e.scope.symbols and e.scope.symbols[n] in e.scope.definitions]
    for symbol in tied:
        if not symbol.shape and free_symbols(unfold(term(symbol), e.scope.definitions)) & free_symbols(value):
            raise ReadError(f"{defined.name} depends on {symbol.name} in more than one way", kind="unsupported")
    free = {i.name: i for i in free_indices(value)}
    indices = {free[n]: affine(x) for n, x in bound.items() if isinstance(x, Index) and n in free}
    outer = {n: e.scope.symbols[n] for n, x in bound.items() if isinstance(x, Symbol) and n in e.scope.symbols}
    symbols: dict[Symbol, Value] = {
        old: Arr.of(bound[n]) if old.shape else term(bound[n])  # type: ignore[arg-type]
        for n, old in outer.items()
    }
    return substitute(value, indices, symbols)  # type: ignore[no-any-return]


# -- [F]_a^b


def bracket_parts(node: s.Node) -> tuple[s.Node, s.Node, s.Node] | None:
    """F, a and b of `\\left[ F \\right]_a^b`, in either order of the scripts."""
    if isinstance(node, s.Superscript) and isinstance(node.base, s.Subscript):
        base, lower, upper = node.base.base, node.base.index, node.exponent
    elif isinstance(node, s.Subscript) and isinstance(node.base, s.Superscript):
        base, lower, upper = node.base.base, node.index, node.base.exponent
    else:
        return None
    if not isinstance(base, s.Group) or base.open not in ("[", "(") or base.body is None:
        return None
    return (base.body, lower, upper) if base.open == "[" or isinstance(lower, s.Add) else None


def bracket_difference(e: Elaborator, node: s.Subscript | s.Superscript) -> Loose | None:
    """The value of `\\left[ F \\right]_a^b`, also after a factor, `c \\left[ F \\right]_a^b`; None of another formula."""
    from .elaborate_calls import is_application, rebound

    parts = bracket_parts(node)
    if parts is not None:
        return difference(e, *parts, node)
    inner: s.Node = node
    while isinstance(inner, (s.Subscript, s.Superscript)):
        inner = inner.base
    if isinstance(inner, s.ApplyOrProduct) and inner.group.open == "[" and not is_application(e, inner):
        product = rebound(node)
        assert isinstance(product, s.Product)
        return e.value(product) if bracket_parts(product.factors[-1]) is not None else None
    return None


def _plain_names(node: s.Node) -> frozenset[str]:
    """The free names of a formula but those that stand with a number only: the r of r_1 is another quantity."""
    numbered = [x.base for x in s.walk(node) if isinstance(x, s.Subscript) and isinstance(x.index, (s.Number, s.Label))]
    plain = {x.key for x in s.walk(node) if isinstance(x, s.Name) and not any(x is b for b in numbered)}
    return s.free_names(node) & plain


def difference(e: Elaborator, body: s.Node, lower: s.Node, upper: s.Node, node: s.Node) -> Loose:
    """F at b less F at a; the variable is the one that a document integrates over and the ends do not mention."""
    from .elaborate_binders import end

    if isinstance(lower, s.Relations) and len(lower.rest) == 1 and lower.rest[0][0] == "=":
        key = symbol_key(lower.first)
        lower = lower.rest[0][1]
    else:
        outside = _plain_names(lower) | _plain_names(upper)
        known = [k for k in _plain_names(body) if k in e.scope.integrated and k not in outside]
        key = known[0] if len(known) == 1 else None
    if key is None:
        raise e.unsupported("this evaluation between two ends (of which variable?)", node)
    low, high = end(e, lower), end(e, upper)
    saved = dict(e.local)
    symbol = Symbol(key)
    e.local[key] = symbol
    try:
        value = e.scalar(body)
    finally:
        e.local = saved
    return Add(_at(value, symbol, high), Mul(-1, _at(value, symbol, low)))


def _at(value: Term, symbol: Symbol, point: Term) -> Term:
    infinite = point is Constant("oo") or (isinstance(point, Mul) and any(f is Constant("oo") for f in point.fields))
    return Limit(symbol, point, value, "") if infinite else At(value, symbol, point)
