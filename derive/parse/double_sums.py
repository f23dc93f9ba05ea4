"""Sums over pairs, `\\sum_{i \\ne j} x_i x_j`: where j occurs nowhere else in a formula, it is summed over as well.  Imports syntax.

>>> from derive.parse.grammar import parse_expression
>>> double, single = (parse_expression(t) for t in (r"\\sum_{i \\ne j} x_i x_j", r"\\sum_{i \\ne j} x_i"))
>>> len(over_pairs([double], set())), len(over_pairs([double, single], set())), len(over_pairs([double], {"j"}))
(1, 0, 0)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import syntax as s


def over_pairs(nodes: Sequence[s.Node], fixed: set[str]) -> set[int]:
    """The (ids of) sums over all pairs among the sums with a script `i \\ne j` in the sides of a formula.

    `fixed` are names that have a value elsewhere. In `\\sum_{j \\ne i}`, which names its index first, i is held fixed.
    """
    found: dict[str, list[s.BigOperator]] = {}
    for node in nodes:
        for part in s.walk(node):
            other = _other(part)
            if other is not None and isinstance(part, s.BigOperator):
                found.setdefault(other, []).append(part)
    pairs: set[int] = set()
    for key, sums in found.items():
        mine = {id(x) for x in sums}
        free = any(name == key for node in nodes for name in _free_beside(node, mine))
        if key not in fixed and not free and all(key in s.free_names(x.body) for x in sums):
            pairs |= mine
    return pairs


def _other(node: s.Node) -> str | None:
    """The j of `\\sum_{i \\ne j}`."""
    lower = node.lower if isinstance(node, s.BigOperator) and node.upper is None else None
    while isinstance(lower, s.Group) and lower.body is not None:
        lower = lower.body
    if not isinstance(lower, s.Relations) or len(lower.rest) != 1 or lower.rest[0][0] != "\\ne":
        return None
    first, second = lower.first, lower.rest[0][1]
    if not (isinstance(first, s.Name) and isinstance(second, s.Name)) or first.key >= second.key:
        return None
    return second.key


def _free_beside(node: s.Node, sums: set[int], bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """The free names of a node outside these sums; of a sum below a binder also what that binder binds."""
    if id(node) in sums:
        yield from bound
        return
    if isinstance(node, s.Name):
        if node.key not in bound:
            yield node.key
        return
    if isinstance(node, (s.BigOperator, s.Limit)):
        bound = bound | s.bound_names(node)
    for child in s.children(node):
        yield from _free_beside(child, sums, bound)
