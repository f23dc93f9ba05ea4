"""Reasons for a step beside the rules: a definition, hypotheses, words, an induction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from derive.rules import RULES, Label, Rule
from derive.terms import Hypothesis, Relation, Symbol, Universal, substitute


@dataclass(frozen=True)
class Definition:
    """The step that puts a definition in, or recognises it."""

    symbol: Symbol

    @property
    def label(self) -> Label:
        return Label(f"definition of ${self.symbol.name}$", f"${self.symbol.name}$ 的定义")


@dataclass(frozen=True)
class Given:
    """The step that uses hypotheses: those assumed of the statement. They are shown as formulas."""

    hypotheses: tuple[Hypothesis, ...]

    @property
    def label(self) -> Label:
        return Label("given", "已知")


@dataclass(frozen=True)
class Every:
    """The step that uses a hypothesis about all values of its variables, at the values that are given."""

    law: Universal
    values: tuple[tuple[Symbol, Any], ...]

    @property
    def instance(self) -> Relation:
        """What the hypothesis says at the values."""
        values = dict(self.values)
        return Relation(self.law.relation.op, *(substitute(side, {}, values) for side in self.law.values))

    @property
    def label(self) -> Label:
        return Label("given", "已知")


@dataclass(frozen=True)
class Chains:
    """The step that rests on chains that are shown before it, each with its name: under an integral, from below and above."""

    reason: Any
    cases: tuple[tuple[Label, tuple[Any, ...]], ...]  # names and steps

    @property
    def label(self) -> Label:
        found: Label = self.reason.label
        return found


@dataclass(frozen=True)
class Lemma:
    """The step that uses a claim of a catalogue entry that is proved, at the values of its symbols that are given."""

    claim: Any
    values: tuple[tuple[Symbol, Any], ...]

    @property
    def label(self) -> Label:
        title: Label = self.claim.title
        return Label(title.en[:1].lower() + title.en[1:], title.zh)


@dataclass(frozen=True)
class Remark:
    """A step in words, proved by the normal form."""

    label: Label


@dataclass(frozen=True)
class Induction:
    """The step from a base case and an induction step, both of which are shown, to every value of ``name``."""

    name: str
    base: tuple[Any, ...]  # steps
    step: tuple[Any, ...]  # steps

    @property
    def label(self) -> Label:
        return Label(f"induction on ${self.name}$", f"对 ${self.name}$ 作归纳")


Reason = Rule | Definition | Given | Every | Chains | Lemma | Remark | Induction
ALGEBRA = Remark(Label("simplify", "化简"))
DULL = tuple(RULES[n] for n in "constant_rule variable_rule constant_factor sum_rule".split())


def definition(symbol: Symbol) -> Definition:
    """By the definition of a symbol."""
    return Definition(symbol)


def given(*hypotheses: Hypothesis) -> Given:
    """By hypotheses of the statement."""
    return Given(hypotheses)


def every(law: Universal, values: Mapping[Symbol, Any]) -> Every:
    """By a hypothesis about all values of its variables, at these."""
    return Every(law, tuple(values.items()))


def lemma(claim: Any, values: Mapping[Symbol, Any] | None = None) -> Lemma:
    """By a claim that is proved, its symbols at these values."""
    return Lemma(claim, tuple((values or {}).items()))


def remark(en: str, zh: str = "") -> Remark:
    """In words; the normal form proves the step."""
    return Remark(Label(en, zh or en))
