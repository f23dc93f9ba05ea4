"""What a compiled term is called with: values of symbols (a `Frame`), integers, and what one evaluation shares (a
`Session`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.evaluate.numbers import Indeterminate
from derive.terms import Affine, Symbol

Integers = dict[Any, int]


class Session:
    """What one evaluation shares: how derivatives are taken, tags handed out, work left, what was noticed."""

    __slots__ = ("conventions", "differences", "rigorous", "steps_left", "tags")

    def __init__(self, differences: bool = False, steps: int = 400_000) -> None:
        self.differences, self.steps_left, self.tags = differences, steps, 0
        self.rigorous = True
        self.conventions: set[str] = set()

    def tag(self) -> int:
        self.tags += 1
        return self.tags

    def work(self, steps: int = 1) -> None:
        self.steps_left -= steps
        if self.steps_left < 0:
            raise Indeterminate("too much work at these sizes")


class Frame:
    """Values of symbols (numbers or nested lists), of functions, and the law of the random symbols."""

    __slots__ = ("cache", "functions", "law", "parent", "session", "touched", "values")

    def __init__(self, values: dict[Symbol, Any], functions: dict[Any, Any], law: Any, session: Session) -> None:
        self.values, self.functions, self.law, self.session = values, functions, law, session
        self.parent: Frame | None = None
        self.touched: frozenset[Symbol] = frozenset()
        self.cache: dict[Any, Any] = {}

    def child(self, changes: dict[Symbol, Any]) -> Frame:
        frame = Frame({**self.values, **changes}, self.functions, self.law, self.session)
        frame.parent, frame.touched = self, frozenset(changes)
        return frame


Compiled = Callable[[Frame, Integers], Any]


def affine_value(a: Affine) -> Callable[[Integers], int]:
    """The closure of an affine integer expression."""
    if a.is_constant:
        constant: int = a.constant
        return lambda ix: constant
    if a.atom is not None:
        atom = a.atom
        return lambda ix: ix[atom]
    base, terms = a.constant, a.terms

    def value(ix: Integers) -> int:
        total: int = base
        for atom, c in terms:
            total += c * ix[atom]
        return total

    return value
