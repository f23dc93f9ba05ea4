"""Statements of earlier displays on which a later step may rest: an equation with the same left side, one that gives a
quantity nobody declared, and one that the text cites by its label.

A theorem's own claim is no reason for the steps of its proof, nor is a display that says what is to be shown.
Imports parse, decide and terms.

>>> labels_of(r"x = y \\\\label{eq:a}"), citations("Applying \\\\eqref{eq:a} to")
(frozenset({'eq:a'}), frozenset({'eq:a'}))
>>> claims("Then, the mean is"), claims("Let"), claims("it remains to show that")
(True, False, True)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from derive.decide.rewriting_by_facts import atoms, given, rewritten
from derive.parse.scope import Scope
from derive.terms import Apply, Arr, Entry, Relation, Symbol, Term, free_symbols
from derive.verify.caution import is_plain

_LABEL = re.compile(r"\\label\s*\{([^{}]*)\}")
_CITED = re.compile(r"\\(?:eqref|ref|cref|Cref|autoref)\s*\{([^{}]*)\}")
_PART = re.compile(
    r"^\W*(theorem|proposition|lemma|corollary|claim|proof|solution|exercise|problem|example|question|answer)\b",
    re.IGNORECASE,
)
_CLAIMING = frozenset({"theorem", "proposition", "lemma", "corollary", "claim", "exercise", "problem", "question"})
_GIVEN = re.compile(
    r"\b(?:let|assum\w+|suppos\w+|consider\w*|where|denot\w+|defined|definition|given(?!\s+by)|recall)\b", re.I
)
_TO_SHOW = re.compile(
    r"\b(?:to\s+(?:show|prove|be\s+shown|be\s+proven)|(?:will|shall|must|can|need\s+to)\s+(?:show|prove)|suffices|"
    r"conjectur\w+|want\s+to|aim|goal)\b",
    re.I,
)


def labels_of(text: str) -> frozenset[str]:
    """The labels that a display carries."""
    return frozenset(m.strip() for m in _LABEL.findall(text))


def citations(text: str) -> frozenset[str]:
    """The labels that a text refers to."""
    return frozenset(k.strip() for m in _CITED.findall(text) for k in m.split(","))


def part_of(words: str) -> str:
    """`theorem`, `proof`, ... when a sentence begins such a part; empty otherwise."""
    found = _PART.match(words)
    return found[1].lower() if found else ""


def is_claiming(part: str) -> bool:
    """Whether what such a part states is to be shown."""
    return part in _CLAIMING


def claims(words: str) -> bool:
    """Whether the sentence before a display of a theorem, or of any text, states what is still to be shown."""
    return bool(_TO_SHOW.search(words)) or not _GIVEN.search(words)


def is_to_be_shown(words: str, part: str = "") -> bool:
    """Whether a display states what is still to be shown: a theorem's claim, or what a proof announces."""
    return claims(words) if is_claiming(part) else bool(_TO_SHOW.search(words))


@dataclass(frozen=True)
class Fact:
    """An equation of an earlier display, of this part of the document."""

    relation: Relation
    line: int
    part: tuple[str, ...]
    labels: frozenset[str]
    left: str = ""  # the text of its left side
    open: bool = False  # it is not proved itself, or rests on a line that is not


OPEN = "not proved itself"  # what a reason says of a line that is open


def said(lines: Sequence[int], open_lines: Iterable[int] = ()) -> str:
    """The reason of a step that rests on lines, which says what is open about them.

    >>> said([3]), said([3, 5], [5])
    ('follows from line 3', 'follows from lines 3, 5; line 5 is not proved itself')
    """
    where = ", ".join(map(str, lines))
    still = sorted(set(open_lines) & set(lines))
    more = (
        f"; line{'s' if len(still) > 1 else ''} {', '.join(map(str, still))} {'are' if len(still) > 1 else 'is'} {OPEN}"
    )
    return f"follows from line{'s' if len(lines) > 1 else ''} {where}" + (more if still else "")


@dataclass(frozen=True)
class Rewritten:
    """A step with what earlier displays say put in, and the lines where they say it."""

    relation: Relation
    lines: tuple[int, ...]


def opaque_in(scope: Scope) -> Callable[[Term], bool]:
    """Whether a quantity is one that nobody declared or defined, named by its text."""

    def opaque(t: Term) -> bool:
        if isinstance(t, Entry):
            x = t.symbol
            return x.name in scope.inferred and not x.shape and x not in scope.definitions and not is_plain(x.name)
        return isinstance(t, Apply) and t.function.name in scope.inferred

    return opaque


def fixed_in(scope: Scope) -> Callable[[Symbol], bool]:
    """Whether something is assumed of a variable, so that an equation about it does not hold for every value."""
    bound = set(scope.definitions)
    for h in scope.hypotheses:
        found = free_symbols(h.relation.lhs) | free_symbols(h.relation.rhs)
        if not any(x.kind == "random" for x in found):  # the law of a random variable asks nothing of its parameters
            bound |= found
    return lambda x: x in bound or x.kind == "random"


def consequences(goal: Relation, facts: Sequence[Fact], scope: Scope) -> Iterable[Rewritten]:
    """The goal with earlier equations used, the likeliest way first; nothing that restates the goal."""
    usable = [f for f in facts if not _same(f.relation, goal)]
    same = [f for f in usable if f.relation.lhs is goal.lhs]
    for f in same[-1:-3:-1]:
        yield Rewritten(Relation(goal.op, f.relation.rhs, goal.rhs), (f.line,))
    if isinstance(goal.lhs, Arr) or isinstance(goal.rhs, Arr):
        return
    opaque, fixed = opaque_in(scope), fixed_in(scope)
    if not atoms(goal.lhs, opaque) and not atoms(goal.rhs, opaque):
        return
    for ordered in (list(reversed(usable)), usable):
        table: dict[Term, tuple[Term, int]] = {}
        for f in ordered:
            found = given(f.relation, opaque)
            if found is not None:
                table.setdefault(found[0], (found[1], f.line))
        pairs = [(atom, value) for atom, (value, _) in table.items()]
        lines = [line for _, line in table.values()]
        left, first = rewritten(goal.lhs, pairs, fixed)
        right, second = rewritten(goal.rhs, pairs, fixed)
        if first | second:
            yield Rewritten(Relation(goal.op, left, right), tuple(sorted({lines[n] for n in first | second})))


def _same(a: Relation, b: Relation) -> bool:
    return a.op == b.op and ((a.lhs is b.lhs and a.rhs is b.rhs) or (a.lhs is b.rhs and a.rhs is b.lhs))
