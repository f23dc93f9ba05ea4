"""Bold names with an index: `\\mathbf{x}_t`, `\\mathbf{x}_{t+1}`, `\\mathbf{x}^\\star`, `\\mathbf{W}_k` are arrays, not entries.

Each is a symbol of its own with the shape of the bare name; where a sum binds the index they are one function of it.  Part
of the elaborator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from derive.terms import Apply, Arr, FunctionSymbol, Index, IntValue, affine, fresh_index

from . import syntax as s
from .names import family_key, split_scripts, symbol_key
from .scope import Declaration

if TYPE_CHECKING:
    from .elaborate_core import Core


def is_bold(node: s.Node) -> bool:
    """Whether a name is bold or has an arrow: a vector or a matrix."""
    return isinstance(node, s.Name) and (node.font == "bf" or "vec" in node.accents)


def bound_bases(nodes: tuple[s.Node, ...]) -> set[str]:
    """The bold names in a step with a script that a sum or product of the step binds."""
    parts = [p for node in nodes for p in s.walk(node)]
    bound = {k for p in parts if isinstance(p, s.BigOperator) for k in s.bound_names(p)}
    found: set[str] = set()
    for part in parts if bound else ():
        if isinstance(part, s.Subscript):
            base, items = split_scripts(part)
            if is_bold(base) and len(items) == 1 and s.free_names(items[0]) & bound:
                found.add(base.key)  # type: ignore[attr-defined]
    return found


def scripted(e: Core, base: s.Name, items: tuple[s.Node, ...], node: s.Node) -> Any:
    """The array that a bold name with one index is; None where it is an entry or a declared family."""
    if not is_bold(base) or len(items) != 1 or base.key in e.local:
        return None
    symbol = e.scope.symbols.get(base.key)
    item = items[0]
    if symbol is not None and base.key not in e.scope.inferred:
        matrix = base.text[:1].isupper()
        if len(symbol.shape) != (2 if matrix else 1) or symbol.first != (1,) * len(symbol.shape) or matrix:
            return None
        if is_entry(e, item, symbol.shape[0]):
            return None
    if base.key in e.families:
        return member(e, base, item)
    key = symbol_key(node)
    return None if key is None else e.infer(key, node)


def is_entry(e: Core, item: s.Node, size: Any) -> bool:
    """Whether a script can count the entries of a declared vector: a small number, or an index with its range."""
    names = [n.key for n in s.walk(item) if isinstance(n, s.Name)]
    if not names:
        return isinstance(item, s.Number) and item.text.isdigit() and int(item.text) >= 1
    if len(names) != 1 or not isinstance(item, (s.Name, s.Add)):
        return True
    bound = e.local.get(names[0]) or e.scope.indices.get(names[0])
    if isinstance(bound, Index):
        return bound.hi == size
    if names[0] in e.scope.sizes:
        return affine(e.scope.sizes[names[0]]) == size
    hint = e.scope.range_hints.get(names[0])
    return hint is not None and affine(hint[1]) == size


def member(e: Core, base: s.Name, item: s.Node) -> Any:
    """The member of a family of arrays at an index."""
    place = e.integer(item)  # type: ignore[attr-defined]
    shape = shape_of_base(e, base.key, base.text[:1].isupper())
    name = family_key(base)
    function = e.scope.functions.get(name)
    if function is None or function.shape != shape:
        function = FunctionSymbol(name, ((),), shape, 2)
        e.scope.functions[name] = function
        if name not in e.scope.inferred:
            text = f"{base.key} \\text{{ a family of arrays}}"
            e.scope.inferred[name] = Declaration(text, e.line, "inferred")
            e.scope.declarations.append(e.scope.inferred[name])
    e.used.add(name)
    axes = tuple(fresh_index(None, 1, size) for size in shape)
    return Arr(tuple((i,) for i in axes), Apply(function, (IntValue(place),), axes, ()))


def shape_of_base(e: Core, key: str, matrix: bool) -> tuple[Any, ...]:
    """The shape of a bold name: that of its declaration, or sizes named after it."""
    symbol = e.scope.symbols.get(key)
    if symbol is not None and len(symbol.shape) == (2 if matrix else 1):
        return symbol.shape
    plain = key.replace(" ", "")
    if matrix:
        return (e.scope.unknown_size(f"{plain}1"), e.scope.unknown_size(f"{plain}2"))
    return (e.scope.unknown_size(plain),)


def raised(e: Core, node: s.Superscript) -> Any:
    """`\\mathbf{x}^{t+1}`: an iterate, since a vector has no powers; None for another superscript."""
    base, exponent = node.base, node.exponent
    if not is_bold(base) or base.text[:1].isupper() or base.key in e.local:  # type: ignore[attr-defined]
        return None
    symbol = e.scope.symbols.get(base.key)  # type: ignore[attr-defined]
    if symbol is not None and len(symbol.shape) != 1:
        return None
    names = [p for p in s.walk(exponent) if isinstance(p, s.Name)]
    plain = isinstance(exponent, (s.Name, s.Add)) and len(names) == 1 and not names[0].font
    if not plain or names[0].text == "T" or (isinstance(exponent, s.Add) and exponent.signs[0] == "-"):
        return None
    from .names import braced, text_key

    key = f"{base.key}^{braced(text_key(exponent))}"  # type: ignore[attr-defined]
    found = e.lookup(key, node) if e.scope.known(key) else None  # type: ignore[attr-defined]
    return found if found is not None else e.infer(key, node)  # type: ignore[attr-defined]
