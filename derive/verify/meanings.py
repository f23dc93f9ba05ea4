"""Whether a row gives a name another meaning, and which two shapes do not fit.  Imports parse and terms.

>>> from derive.parse.errors import ShapeError
>>> shapes_of(ShapeError("", 0, 1, "", ("2×1", "3×1"), ("a", "b")))
('2×1', '3×1')
"""

from __future__ import annotations

from derive.parse import syntax as s
from derive.parse.errors import ShapeError
from derive.parse.names import symbol_key
from derive.parse.rows import Step
from derive.parse.scope import Scope
from derive.terms import free_symbols


def gives_anew(step: Step, scope: Scope, used_here: set[str]) -> bool:
    """Whether a name with a meaning gets another one: a table of entries, or a formula of things its own does not mention."""
    left, right = step.lhs.node, step.rhs.node
    if step.introduced_by or step.relation not in ("=", ":=", "\\equiv") or left is None or right is None:
        return False
    base = left
    while isinstance(base, s.Subscript):
        base = base.base
    key = symbol_key(left) if symbol_key(left) in scope.symbols else symbol_key(base)
    symbol = scope.symbols.get(key or "")
    if symbol is None or isinstance(left, s.ApplyOrProduct) or _mentions(right, symbol.name, scope):
        return False
    if isinstance(s.strip_group(right), s.Matrix):
        return True
    value = scope.definitions.get(symbol)
    if value is None:
        return False
    known, todo = set(), [value]
    while todo:
        for x in free_symbols(todo.pop()):
            if x not in known:
                known.add(x)
                todo.extend([scope.definitions[x]] if x in scope.definitions else [])
    if not known and all(k in scope.sizes for k in s.free_names(right)):
        return True
    names = {x.name for x in known}
    new = [k for k in s.free_names(right) if k not in names and (k in scope.symbols or k in scope.functions)]
    return bool(new) and symbol.name not in used_here


def _mentions(node: s.Node, key: str, scope: Scope) -> bool:
    """Whether a name stands in a node; `\\beta_0` does not mention `\\beta` where it is a symbol of its own."""
    found = symbol_key(node)
    if found == key:
        return True
    if found is not None and found in scope.symbols:
        return False
    return any(_mentions(child, key, scope) for child in s.children(node))


def shapes_of(error: ShapeError) -> tuple[str, str] | None:
    """The two shapes that do not fit, with the parts that have them where the shapes alone look the same."""
    if len(error.shapes) != 2:
        return None
    a, b = error.shapes
    if a == b:
        if len(error.parts) != 2:
            return None
        a, b = (f"{part} is {shape}" for part, shape in zip(error.parts, error.shapes, strict=True))
    return a, b
