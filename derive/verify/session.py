"""What one document carries from display to display, and a judged step as later rows look back at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from derive.terms import Hypothesis
from derive.verify.earlier import Equations
from derive.verify.facts import Fact
from derive.verify.judging import Outcome, Statement
from derive.verify.limits import Budget
from derive.verify.results import StepResult


@dataclass
class Judged:
    """A step with its verdict, as later rows look back at it."""

    statement: Statement
    outcome: Outcome
    number: int
    above: bool = False  # it was proved only as a consequence of a row above

    @property
    def usable(self) -> bool:
        """Whether a later row may rest on it: it is no wrong step, and it says something."""
        return self.outcome.verdict in ("assumption", "undecided", "proved", "definition")


@dataclass
class Session:
    """What one document carries from display to display."""

    limit: float = 5.0
    budget: Budget = field(default_factory=lambda: Budget(5.0))
    results: list[StepResult] = field(default_factory=list)
    chains: int = 0
    unclear: set[str] = field(default_factory=set)
    assumed: list[Hypothesis] = field(default_factory=list)
    last: Judged | None = None
    section: tuple[str, ...] = ()
    repairs: int = 30  # refuted steps of this document for which a suggestion is still looked for
    defined: dict[str, tuple[str, ...]] = field(default_factory=dict)
    equations: Equations = field(default_factory=Equations)
    skip: frozenset[int] = frozenset()
    announce: Callable[[int], object] | None = None
    facts: list[Fact] = field(default_factory=list)
    several: dict[str, set[tuple[int, ...]]] = field(
        default_factory=dict
    )  # functions given for several kinds of arguments
    environment: str = ""  # the theorem, definition or proof of LaTeX that a display stands in
    iterates: list[str] = field(default_factory=list)  # what a row of this section gave as the next iterate
    given: set[tuple[tuple[str, ...], str]] = field(default_factory=set)  # left sides of iterates, by section
    part: tuple[str, ...] = ()  # the theorem, proof or section a display stands in; its kind is the last item
