"""The words "one-hot" beside a vector or a family of vectors: one entry is 1, the others are 0.

Imports hypotheses, membership, mood, names and scope.

>>> from derive.verify import verify_text
>>> text = r"Let $y \\in \\{0, 1\\}^K$ be one-hot. $$ \\sum_{k=1}^K y_k = 1 $$"
>>> verify_text(text).steps[0].verdict
'proved'
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import syntax as s
from .hypotheses import add_properties
from .membership import is_range, items, subjects
from .mood import without_negated
from .names import split_scripts, symbol_key
from .scope import Scope

if TYPE_CHECKING:
    from .declarations import Statement

_WORD = r"one[\s-]*hot\b"
_AFTER = re.compile(
    rf"\s*,?\s*(?:(?:be|is|are|being|denotes?|which|that|an?|the|its|their|given\s+as|in|with)\s+)*\(?\s*(?:\w+\s+)?{_WORD}",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"\b{_WORD}(?:[\s-]+(?:encoded|encodings?|coded|vectors?|labels?|targets?|class|indicators?|representations?|ground[\s-]truth))*"
    r"(?:\s+(?:of|by|be|as)(?:\s+the)?(?:\s+\w+)?)?\s*$",
    re.IGNORECASE,
)


def note(statements: list[Statement], scope: Scope) -> None:
    """Gives the property to the symbol that the words stand beside: a vector, or a family or matrix whose rows are vectors."""
    for position, statement in enumerate(statements):
        if not statement.described:
            continue
        about = position
        if is_range(statement.node) and position > 0:  # `$t_i$, $i = 1, \\dots, n$, are one-hot`
            about = position - 1
        behind, before = _AFTER.match(statement.after), _BEFORE.search(statement.before)
        found = behind[0] if behind else before[0] if before else ""
        if not found or not re.search(_WORD, without_negated(found), re.IGNORECASE):
            continue
        for name in _names(statements[about].node):
            base, _ = split_scripts(name)
            key = symbol_key(name)
            key = key if key in scope.symbols else base.key if isinstance(base, s.Name) else None
            symbol = scope.symbols.get(key or "")
            if symbol is not None and len(symbol.shape) in (1, 2) and symbol not in scope.definitions:
                add_properties(symbol, {"one_hot"}, scope)


def _names(node: s.Node) -> list[s.Node]:
    """The left sides of memberships, or the bare names."""
    found: list[s.Node] = []
    for item in items(node):
        if isinstance(item, s.Relations):
            if item.rest[0][0] in ("\\in", "="):
                found.extend(subjects(item.first))
        elif symbol_key(item) is not None:
            found.append(item)
    return found
