r"""The values that words give to random variables: with values in `$[0, 1]$`, that takes the values `$0$` and `$1$`.

Imports membership and intervals.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derive.terms import REAL, Domain

from . import syntax as s
from .intervals import is_interval
from .membership import number, read_set
from .named_moments import JOINED
from .scope import Scope

if TYPE_CHECKING:
    from .declarations import Statement

_VALUES_IN = re.compile(
    r"random\s+(?:vectors?|matri\w+|variables?|numbers?)\s*,?\s+(?:in|on|(?:(?:with|having|taking|(?:that|which)\s+takes?)\s+(?:only\s+)?)?"
    r"values\s+(?:in|on|from))\s*(?:the\s+(?:set|interval)\s*)?$"
)
_VALUES = re.compile(r"(?:takes?|taking|with|has|have|having)\s+(?:only\s+)?the\s+(?:two\s+)?values\s*$")


def values_of(
    statements: list[Statement], position: int, scope: Scope
) -> tuple[tuple[object, ...], Domain, s.Node | None]:
    """The shape and the domain of what the words call random (with values in $[0, 1]$, that takes the values $0$ and $1$), and
    an interval whose ends are no numbers.
    """
    last = position
    while last + 1 < len(statements):
        after, following = statements[last].after, statements[last + 1].node
        if _VALUES_IN.search(after):
            found = read_set(following, scope)
            if found is None:
                return (), REAL, following if is_interval(following) else None
            return found[0], found[1], None
        if _VALUES.search(after):
            return (), _listed_values(statements[last + 1 :], scope), None
        if not JOINED.fullmatch(after or ""):
            break
        last += 1
    return (), REAL, None


def _listed_values(statements: list[Statement], scope: Scope) -> Domain:
    values = []
    for statement in statements:
        nodes = statement.node.items if isinstance(statement.node, s.Row) else (statement.node,)
        known = [number(n, scope) for n in nodes]
        values += [v for v in known if v is not None]
        if None in known or not JOINED.fullmatch(statement.after or ""):
            break
    if len(values) < 2:
        return REAL
    return Domain(integer=all(v.denominator == 1 for v in values), values=tuple(values))
