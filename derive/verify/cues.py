"""What the words around a display say of it: a condition that is supposed, an equation to be solved, a case of the indices.

Imports parse and terms.

>>> supposes("Now suppose that")
True
>>> supposes("We do not assume that")
False
>>> supposes("Suppose this was a mistake; then we find")
False
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from derive.parse import syntax as s
from derive.parse.documents import Formula, Heading, Sentence
from derive.parse.elaborate import Elaborator
from derive.parse.errors import ReadError
from derive.parse.grammar import parse_expression
from derive.parse.membership import items
from derive.parse.mood import is_stated
from derive.parse.rows import Condition
from derive.parse.scope import Scope
from derive.terms import Affine, Guard, Index, Term

_TAIL = (
    r"(?:\s+(?:that|now|also|we|have|moreover|in\s+addition|the\s+(?:constraints?|conditions?|equations?|system)|of|§|both|for\s+all\s+§))*"
    r"\s*[:,]?\s*$"
)
_SUPPOSE = re.compile(
    r"\b(?:suppose|assume|assuming|subject\s+to|such\s+that|s\.t\.|requir(?:e|es|ing)|impos(?:e|es|ing)|provided|given\s+that|"
    r"under\s+the\s+(?:constraint|condition|assumption)s?|(?:constraint|condition|assumption)s?\s+(?:is|are|that)|let)\b"
    + _TAIL,
    re.IGNORECASE,
)
_SYSTEM = re.compile(
    r"\b(?:solv(?:e|es|ing)|satisf(?:y|ies|ying))\s+(?:the|this|these|those)\s+(?:\w+\s+)?"
    r"(?:equations?|systems?|conditions?|equation\s+system|systems?\s+of\s+(?:\w+\s+)?equations?)"
    r"(?:\s+(?:for|in|with\s+respect\s+to)\s+§(?:(?:\s*,|\s+and|,\s+and)\s+§)*)?\s*[:,]?\s*$",
    re.IGNORECASE,
)
_HINT = re.compile(
    r"\b(?:set|setting|satisf(?:y|ies|ying)|obeys?|obeying|solves?|solving|if|when)\b" + _TAIL, re.IGNORECASE
)
_SOLVE = re.compile(
    r"\b(?:set(?:ting|s)?|equat\w+|suppos\w+|assum\w+|subject\s+to|requir\w+|solv\w+|vanish\w*|stationar\w*|"
    r"first[-\s]order|optimal\w*|optimum|minimi[sz]er|maximi[sz]er|critical|root|satisf\w+|obey\w*|constraint\w*|"
    r"normal\s+equations?|kkt|to\s+zero|equals?\s+zero|condition\w*)\b",
    re.IGNORECASE,
)
_CASE = re.compile(
    r"\b(?:case|for|if|when|whenever|where|with|let|suppose|assume|consider|take|fix)\b[^§]*$", re.IGNORECASE
)


def supposes(words: str) -> bool:
    """Whether the unfinished sentence before a display introduces it as a condition, or as equations to be solved.

    >>> supposes("Matching the moments requires us to solve the following equation system for § and §:")
    True
    """
    return bool(_SUPPOSE.search(words) and is_stated(words, "")) or bool(_SYSTEM.search(words))


def hints(words: str) -> bool:
    """Whether a display is perhaps a condition: only when it is no identity (`the minimiser satisfies`)."""
    return bool(_HINT.search(words))


def solves(words: str) -> bool:
    """Whether a sentence speaks of setting something to a value or of conditions at all."""
    return bool(_SOLVE.search(words))


@dataclass(frozen=True)
class Case:
    """A condition on indices under which a step is stated: its indicator and its source."""

    guard: Term
    latex: str


def heading_case(heading: Heading) -> Sentence | None:
    """A heading such as `Case $i = j$` as a sentence."""
    pieces = heading.text.split("$")
    if len(pieces) < 3 or "case" not in heading.text.lower():
        return None
    parts = [Formula(p, "", (heading.line,), (1,)) if n % 2 else p for n, p in enumerate(pieces)]
    return Sentence(tuple(parts), heading.line)


def index_guards(conditions: Sequence[Condition], scope: Scope, indices: Iterable[Index]) -> list[Case]:
    """Guards of the conditions on a step's free indices written beside it: `i \\ne j`, `j = k`, `i < j`."""
    table = {i.name: i for i in indices}
    found: list[Case] = []
    for condition in conditions:
        if condition.node is not None and table:
            found.extend(_guards(condition.node, scope, " " * condition.start + condition.latex, table))
    return found


def sentence_guards(sentences: Sequence[Sentence], scope: Scope, indices: Iterable[Index]) -> list[Case]:
    """The same for the words around a display: `For $i \\ne j$ we have`."""
    table = {i.name: i for i in indices}
    found: list[Case] = []
    for sentence in sentences if table else ():
        for position, part in enumerate(sentence.parts):
            before = sentence.parts[position - 1] if position else ""
            if not isinstance(part, Formula) or not isinstance(before, str) or not _CASE.search(before):
                continue
            try:
                found.extend(_guards(parse_expression(part.text), scope, part.text, table))
            except ReadError:
                continue
    return found


_WHERE = re.compile(r"(?:^|[,;.]\s*|\bcase\s+)(?:and\s+)?(?:if|when|whenever|for)(?:\s+all)?\s*$", re.IGNORECASE)


def sentence_conditions(sentences: Sequence[Sentence]) -> list[Condition]:
    """The relations of a sentence `If $x < 0$, we have` that leads to a display; one after `let` is declared instead."""
    found: list[Condition] = []
    for sentence in sentences:
        open_list = False
        for position, part in enumerate(sentence.parts):
            before = sentence.parts[position - 1] if position else ""
            if not isinstance(part, Formula) or not isinstance(before, str):
                continue
            joined = open_list and re.fullmatch(r"\s*,?\s*(?:and|,)\s*", before)
            open_list = bool(joined or _WHERE.search(before.lstrip()))
            if not open_list:
                continue
            try:
                node = parse_expression(part.text)
            except ReadError:
                continue
            found.append(Condition(part.text, 0, len(part.text), "if", node))
    return found


_OPS = {"=": "==", "\\ne": "!=", "<": ">", "\\le": ">=", ">": ">", "\\ge": ">="}


def _guards(node: s.Node, scope: Scope, text: str, table: dict[str, Index]) -> list[Case]:
    found: list[Case] = []
    while isinstance(node, s.Group) and node.body is not None:
        node = node.body
    for item in items(node):
        if not isinstance(item, s.Relations):
            continue
        sides = [item.first, *(x for _, x in item.rest)]
        for (op, right), left in zip(item.rest, sides, strict=False):
            if op not in _OPS:
                continue
            a, b = _integer(left, scope, text, table), _integer(right, scope, text, table)
            if a is None or b is None:
                continue
            gap = b - a if op in ("<", "\\le") else a - b
            if gap.indices:
                found.append(Case(Guard(_OPS[op], gap), " ".join(text[left.start : right.end].split())))
    return found


def _integer(node: s.Node, scope: Scope, text: str, table: dict[str, Index]) -> Affine | None:
    """An affine expression in the step's free indices, sizes and whole numbers."""
    for name in s.walk(node):
        if isinstance(name, s.Name) and name.key not in table and name.key not in scope.sizes:
            return None
        if not isinstance(name, s.Name | s.Number | s.Add | s.Group):
            return None
    e = Elaborator(scope, text)
    e.local.update(table)
    try:
        return e.integer(node)
    except ReadError:
        return None
