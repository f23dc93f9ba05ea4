"""False statements that are met in well-read texts: each is refuted by a witness, beside what is true.

A refutation is no theorem: it is an assignment that satisfies every hypothesis and at which the relation fails, confirmed by exact
or ball arithmetic (`derive.decide.witness`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derive.decide.witness import Assumptions, NoSample, Witness, find_witness
from derive.derivation.calc import unfolded_hypothesis
from derive.rules import Label
from derive.terms import Hypothesis, Relation, ShapeError, Symbol, unfold

SECONDS = 5.0


class NotRefuted(AssertionError):
    """No witness against a statement that the catalogue calls false."""


@dataclass(frozen=True)
class Refutation:
    """``relation``, claimed for all values that satisfy the hypotheses, is false."""

    name: str
    title: Label
    relation: Relation
    hypotheses: tuple[Hypothesis, ...]
    equation: Any  # the `derive.catalogue.Equation` that refutes it
    independent: tuple[frozenset[Symbol], ...] = ()

    @property
    def unfolded(self) -> Relation:
        """What is refuted: definitions put in."""
        definitions, r = self.equation.definitions, self.relation
        return Relation(r.op, unfold(r.lhs, definitions), unfold(r.rhs, definitions))

    def witness(self) -> Witness:
        """An assignment at which the relation fails. Raises NotRefuted when none is found."""
        assumptions = Assumptions(
            tuple(unfolded_hypothesis(h, self.equation.definitions) for h in self.hypotheses),
            tuple(tuple(sorted(group, key=lambda s: s.name)) for group in self.independent),
        )
        try:
            found = find_witness(self.unfolded, assumptions, SECONDS)
        except (NoSample, ShapeError) as error:
            raise NotRefuted(f"{self.equation.id}, {self.name}: {error}") from error
        if found is None:
            raise NotRefuted(f"{self.equation.id}, {self.name}: no counterexample was found")
        return found

    def off_by(self) -> str:
        """The distance of the two sides at the witness; empty where a side is no plain number."""
        found = self.witness()
        try:
            gap = abs(Fraction(found.lhs) - Fraction(found.rhs))
        except ValueError:
            return ""
        return str(gap) if gap.denominator < 1000 else f"{float(gap):.6g}"
