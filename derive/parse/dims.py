"""Numbers of rows and columns of which not all is known yet, and those that a symbol such as I_n states.  Imports syntax and names.

>>> a, b = Dim("n"), Dim()
>>> b.up = a
>>> b.root().value
'n'
"""

from __future__ import annotations

from . import syntax as s
from .names import script_items, symbol_key


class Dim:
    """A number of rows or columns: linked to the one it equals.  `value` is a number or the name of a size; `many`: not one."""

    __slots__ = ("many", "up", "value")

    def __init__(self, value: int | str | None = None, many: bool = False):
        self.up: Dim | None = None
        self.value = value
        self.many = many or (value is not None and value != 1)

    def root(self) -> Dim:
        top = self
        while top.up is not None:
            top = top.up
        return top


Shape = tuple[Dim, Dim]


def open_shape() -> Shape:
    return (Dim(), Dim())


def number_shape() -> Shape:
    return (Dim(1), Dim(1))


def size_of_node(node: s.Node) -> Dim:
    if isinstance(node, s.Number) and node.text.isdigit():
        return Dim(int(node.text))
    key = symbol_key(node)
    return Dim(key if key is not None else None, True)


def is_zero(node: s.Node) -> bool:
    node = s.strip_group(node)
    return isinstance(node, (s.Number, s.Name)) and node.text == "0"


def sized(node: s.Node) -> Shape | None:
    """I_n, 1_n, 0_n, 0_{np}"""
    if not isinstance(node, s.Subscript):
        return None
    base = node.base
    if not isinstance(base, (s.Name, s.Number)) or base.text not in ("I", "1", "0"):
        return None
    items = script_items(node.index)
    if any(symbol_key(i) is None and not isinstance(i, s.Number) for i in items):
        return None
    if base.text == "I" and len(items) == 1:
        side = size_of_node(items[0])
        return (side, side)
    if base.text != "I" and len(items) <= 2:
        return (size_of_node(items[0]), size_of_node(items[1]) if len(items) == 2 else Dim(1))
    return None
