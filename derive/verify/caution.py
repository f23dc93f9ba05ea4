"""When a verdict must not be believed: it rests on a name whose meaning the reader had to guess.  Imports parse and terms.

No false alarms: what is refuted must rest on declared symbols, or on inferred ones that stand for independent variables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from derive.parse import syntax as s
from derive.parse.names import symbol_key
from derive.parse.rows import Step
from derive.parse.steps import ElaboratedStep
from derive.verify.judging import Outcome, differentiates

_SCRIPT = re.compile(r"(?:_|\^)(\{(?:[^{}]|\{[^{}]*\})*\}|\\[a-zA-Z]+|.)")
_LETTER = re.compile(r"\\[a-zA-Z]+|[a-zA-Z]+")


def index_letters(step: Step, e: ElaboratedStep) -> frozenset[str]:
    """The names that run over a range in a step: bound by a sum or product, or free indices."""
    found = {i.name for i in e.indices}
    for side in (step.lhs.node, step.rhs.node):
        for part in s.walk(side) if side is not None else ():
            if isinstance(part, s.BigOperator):
                found |= s.bound_names(part)
    return frozenset(found)


def names_with_an_index(names: Iterable[str], letters: frozenset[str]) -> list[str]:
    """The names that carry an index in a script although they were not read as entries of an array.

    >>> names_with_an_index(["y_j", "x_0", "w_{\\\\mathrm{hx}}"], frozenset("jx"))
    ['y_j']
    """
    found = []
    for name in sorted(names):
        for script in _SCRIPT.findall(name):
            if letters & set(_LETTER.findall(script)):
                found.append(name)
                break
    return found


def bare_and_inferred(step: Step, e: ElaboratedStep) -> str:
    """The name of a symbol that nobody declared and that is a whole side: the step may only say what it is."""
    for side in (step.lhs.node, step.rhs.node):
        key = symbol_key(s.strip_group(side)) if side is not None else None
        if key is not None and key in e.inferred:
            return key
    return ""


def cautious(outcome: Outcome, step: Step, e: ElaboratedStep, unclear: set[str]) -> Outcome:
    """The outcome, or `undecided` with what to declare where it rests on a guess."""
    if outcome.verdict not in ("refuted", "proved"):
        return outcome
    blurred = sorted(e.uses & unclear)
    if blurred and (outcome.verdict == "refuted" or differentiates(e.lhs) or differentiates(e.rhs)):
        names = ", ".join(blurred)
        return _open(outcome, f"it rests on {names}, whose definition is not understood; declare or define {names}")
    letters = index_letters(step, e)
    guessed = names_with_an_index(e.uses, letters)
    if guessed:
        names = ", ".join(guessed)
        return _open(outcome, f"{names} is not declared as an entry of an array; declare the array it belongs to")
    values = (outcome.counterexample or {}).get("values", {})
    observed = sorted(k for k, v in values.items() if isinstance(v, dict) and "observed" in v and k in e.inferred)
    if observed:
        return _open(outcome, f"{', '.join(observed)} is taken for a random variable from its use; declare what is random and what is constant")
    bare = bare_and_inferred(step, e) if outcome.verdict == "refuted" else ""
    if bare:
        return _open(outcome, f"fails unless {bare} stands for the other side; declare or define {bare}")
    return outcome


def _open(outcome: Outcome, reason: str) -> Outcome:
    return replace(Outcome("undecided", reason=reason), seconds=outcome.seconds)


def broadcasts(shapes: Iterable[str]) -> bool:
    """Whether two shapes would fit if the one with a side of length 1 were repeated, as array libraries do.

    >>> broadcasts(("n×q", "1×q")), broadcasts(("n×q", "q×1"))
    (True, False)
    """
    pairs = [text.split("×") for text in shapes]
    if len(pairs) != 2 or any(len(p) != 2 for p in pairs):
        return False
    (a, b), (c, d) = pairs
    return (a == c or b == d) and ((a == c and "1" in (b, d)) or (b == d and "1" in (a, c))) and (a, b) != (c, d)
