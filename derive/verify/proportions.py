r"""In which variables `p \propto q` is meant: those that the words name, or the arguments of the density on the left.

Imports parse.

>>> from derive.parse.rows import read_display
>>> variables(read_display(r"p(\theta \mid x) \propto \theta e^{-\theta x}")[0], ())
[('\\theta',), ('x',)]
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.parse import syntax as s
from derive.parse.documents import Formula, Sentence
from derive.parse.errors import ReadError
from derive.parse.grammar import parse_expression
from derive.parse.membership import items, subjects
from derive.parse.names import symbol_key
from derive.parse.rows import Chain

_NAMED = re.compile(
    r"(?:\b(?:depend\w*\s+on|involv\w+|contain\w*|functions?\s+of|independent\s+of|free\s+of|constants?\s+in|with\s+respect\s+to|in\s+terms\s+of)"
    r"|\b(?:posterior|prior|likelihood|density|densities|distribution|law|conditional)\b[\w\s-]*?\b(?:of|for))"
    r"(?:\s+(?:the|a|an|its|parameters?|vectors?|variables?|means?|rates?|weights?))*\s*$",
    re.IGNORECASE,
)


def variables(chain: Chain, around: Sequence[Sentence]) -> list[tuple[str, ...]]:
    """The groups of names that may be meant, the likeliest first; empty when nothing says it."""
    named = [keys for sentence in around for keys in _named(sentence)]
    if named:
        return named[-1:]
    left = chain.steps[0].lhs.node if chain.steps else None
    return _of_density(left) if left is not None else []


def _named(sentence: Sentence) -> list[tuple[str, ...]]:
    found = []
    for position, part in enumerate(sentence.parts):
        before = sentence.parts[position - 1] if position else ""
        if not isinstance(part, Formula) or not isinstance(before, str) or not _NAMED.search(before):
            continue
        try:
            node = parse_expression(part.text)
        except ReadError:
            continue
        keys = [symbol_key(x) for i in items(node) for x in subjects(i.first if isinstance(i, s.Relations) else i)]
        if keys and None not in keys:
            found.append(tuple(k for k in keys if k is not None))
    return found


def _of_density(node: s.Node) -> list[tuple[str, ...]]:
    """The arguments before the bar, those after it (a likelihood), or each of several without a bar and all together."""
    if not isinstance(node, s.ApplyOrProduct):
        return []
    body = node.group.body
    parts = [body.left, body.right] if isinstance(body, s.Conditional) else [body]
    groups = []
    for part in parts:
        names = [symbol_key(x) for x in (part.items if isinstance(part, s.Row) else (part,)) if x is not None]
        groups.append(tuple(n for n in names if n is not None))
    if not isinstance(body, s.Conditional):
        groups += [(n,) for n in groups[0]] if len(groups[0]) > 1 else []
    return [g for g in groups if g]
