"""Reasons for a step beside the rules: a definition, hypotheses, words, an induction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.rules import RULES, Label, Rule
from derive.terms import Hypothesis, Symbol


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


Reason = Rule | Definition | Given | Remark | Induction
ALGEBRA = Remark(Label("simplify", "化简"))
DULL = tuple(RULES[n] for n in "constant_rule variable_rule constant_factor sum_rule".split())


def definition(symbol: Symbol) -> Definition:
    """By the definition of a symbol."""
    return Definition(symbol)


def given(*hypotheses: Hypothesis) -> Given:
    """By hypotheses of the statement."""
    return Given(hypotheses)


def remark(en: str, zh: str = "") -> Remark:
    """In words; the normal form proves the step."""
    return Remark(Label(en, zh or en))
