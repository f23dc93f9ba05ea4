"""What a rule is: a record that a reader understands without the engine. Imports derive.terms only.

In a statement, scalar symbols stand for any term that mentions no bound index of the statement, families ``f[i]`` for
any term that may mention the index ``i``, and ``f(x)`` for any term that may depend on the variable ``x``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.terms import ZERO, Relation, term

KINDS = ("definition", "primitive", "cited axiom", "derived")


@dataclass(frozen=True)
class Label:
    """What a reader sees, in English and in Chinese.

    >>> Label("quotient rule", "商法则").of("zh")
    '商法则'
    """

    en: str
    zh: str

    def of(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True)
class Rule:
    """``lhs = rhs`` for all values of the schematic variables that satisfy ``when``.

    ``kind`` says what it rests on: a "definition", a "primitive" (a short fixed list: ring, order, sums, calculus), a
    "cited axiom", or "derived": then the normal form proves it. ``source`` says where a reader finds more.
    """

    name: str
    label: Label
    lhs: Any
    rhs: Any
    when: tuple[Relation, ...] = ()
    source: str = ""
    kind: str = "derived"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.name}: {self.kind} is not one of {', '.join(KINDS)}")


def positive(value: Any) -> Relation:
    """The side condition ``0 < value``."""
    return Relation("<", ZERO, term(value))


def nonzero(value: Any) -> Relation:
    """The side condition ``value != 0``."""
    return Relation("!=", term(value), ZERO)
