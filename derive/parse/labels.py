"""Names that differ in a letter which counts nothing: the W_f, W_i and W_o of a cell.  Imports names and scope."""

from __future__ import annotations

from collections.abc import Iterable

from . import syntax as s
from .names import INDEX_LETTERS, is_index, split_scripts, symbol_key
from .scope import Scope


def note_labels(nodes: Iterable[s.Node], scope: Scope) -> None:
    """Names of one list that differ in a letter which counts nothing: the W_f, W_i and W_o of a cell.

    Two members x_i and x_j of one family have letters that count; a letter with a range counts too.
    """
    letters: dict[str, dict[str, str]] = {}
    for node in nodes:
        base, ends = split_scripts(node)
        if isinstance(base, s.Name) and len(ends) == 1 and is_index(ends[0]) and base.key not in scope.symbols:
            letters.setdefault(base.key, {})[symbol_key(ends[0]) or ""] = symbol_key(node) or ""
    for base_key, found in letters.items():
        ranged = any(k in scope.range_hints or k in scope.indices for k in found)
        names = base_key[-1:].isupper() and len(found) > 2
        if len(found) > 1 and not ranged and (names or not all(k in INDEX_LETTERS for k in found)):
            scope.labelled.update(found.values())
