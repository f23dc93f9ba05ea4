"""The reasons of a step in one line of English, and back to the single ones.

>>> joined_reasons(["derivative of exp", "derivative of log", "sum over δ"])
'derivative of exp, of log, sum over δ'
>>> reasons_in("derivative of exp, of log, sum over δ")
['derivative of exp', 'derivative of log', 'sum over δ']
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.rules import RULES

MOST_NAMED = 3
DULL = frozenset(
    "derivative_of_component derivative_of_entry variable_rule constant_rule constant_factor sum_rule".split()
)
LINEAR = frozenset("constant_rule constant_factor sum_rule under_the_sum".split())
HEADS = ("derivative of ", "definition of ")
_COMMA = re.compile(r", (?=(?:[^$]*\$[^$]*\$)*[^$]*$)")  # outside of mathematics


def joined_reasons(parts: Sequence[str]) -> str:
    """Reasons one after another; "derivative of exp, derivative of log" is "derivative of exp, of log"."""
    made, before = "", ""
    for part in parts:
        head = next((h for h in HEADS if part.startswith(h)), "")
        made += (", " if made else "") + (part.removeprefix(head[: -len("of ")]) if head and head == before else part)
        before = head
    return made


def reasons_in(line: str) -> list[str]:
    """The reasons that `joined_reasons` made a line of."""
    found: list[str] = []
    head = ""
    for part in _COMMA.split(line):
        part = head + part.removeprefix("of ") if head and part.startswith("of ") else part
        head = next((h for h in HEADS if part.startswith(h)), "")
        found.append(part)
    return found


def worth_naming(parts: Sequence[str]) -> list[str]:
    """Of many reasons in words those that a lecturer names, derivatives side by side."""
    dull = {RULES[name].label.en for name in DULL}
    kept = [p for p in parts if p not in dull] if len(parts) > MOST_NAMED else list(parts)
    kept = kept or list(parts)
    derived = [p for p in kept if p.startswith(HEADS[0])]
    first = next((k for k, p in enumerate(kept) if p in derived), len(kept))
    return [*kept[:first], *derived, *(p for p in kept[first:] if p not in derived)]


def by_linearity(line: str, plain: bool = True) -> str:
    """The reasons of a line about differentials of whole vectors and matrices, where sums need no rules of their own.

    >>> by_linearity("constant factor, differentiate under the sum, derivative of the inverse")
    'derivative of the inverse'
    """
    linear = {"", *(RULES[name].label.en for name in LINEAR)}
    return joined_reasons(
        [r for r in reasons_in(line) if r not in linear] or ["d is linear" if plain else "$d$ is linear"]
    )
