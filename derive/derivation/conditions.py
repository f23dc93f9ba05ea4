"""Which conditions of definedness the declarations already give, and which remain.

>>> from derive.normal_form.definedness import Condition
>>> from derive.terms import Index, Size, Sum, Symbol, exp, term
>>> K = Size("K"); z = Symbol("z", (K,)); k = Index("k", 1, K); x = term(Symbol("x"))
>>> given, open_ = sorted_out([Condition("nonzero", Sum(k, exp(z[k]))), Condition("nonzero", x)])
>>> [c.subject for c in given], [c.subject for c in open_]
([Sum(k, exp(z[k]))], [x])
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derive.derivation.calc import Calc
from derive.kernel import KernelError, by_inequality
from derive.normal_form.canonical import TooSymmetric
from derive.normal_form.decide import prepare
from derive.normal_form.definedness import Condition
from derive.normal_form.definite import DEFINITE, definiteness
from derive.normal_form.derivative import NotDifferentiable, evaluate
from derive.normal_form.kinks import kinks_inside
from derive.normal_form.normalizer import TooLarge, Undefined
from derive.normal_form.read import array
from derive.normal_form.sign_by_form import sign_by_form
from derive.terms import (
    ZERO,
    Determinant,
    Hypothesis,
    IntValue,
    Relation,
    ShapeError,
    alpha_key,
    unfold,
)


def sorted_out(
    conditions: Sequence[Condition], hypotheses: Sequence[Hypothesis] = ()
) -> tuple[list[Condition], list[Condition]]:
    """The conditions that always hold under the hypotheses, and the others; each once, those about sizes left out."""
    unique = {(c.kind, alpha_key(c.subject)): c for c in reversed(conditions) if not isinstance(c.subject, IntValue)}
    always: list[Condition] = []
    others: list[Condition] = []
    for c in reversed(unique.values()):
        (always if holds(c, hypotheses, others) else others).append(c)
    return always, others


def conditions_of(calc: Calc) -> tuple[list[Condition], list[Condition]]:
    """Of all steps of a calculation and of the derivatives that it is about: what always holds, and what is left open."""
    always, others = sorted_out([c for step in calc.steps for c in step.theorem.conditions], calc.hypotheses)
    start = calc.start
    sides = (start.lhs, start.rhs) if isinstance(start, Relation) else (start,)
    return always, others + open_kinks([unfold(side, calc.definitions) for side in sides], calc.hypotheses)


def holds(c: Condition, hypotheses: Sequence[Hypothesis] = (), assumed: Sequence[Condition] = ()) -> bool:
    """Whether a condition follows from the declarations, the hypotheses and other conditions."""
    sign = sign_by_form(c.subject)
    if sign is not None and (sign or c.kind == "nonnegative"):
        return True
    try:
        setting = prepare((), hypotheses)
        facts = setting.normalizer.facts
        for other in assumed:
            if not other.guarded:
                facts.learn(setting.read(evaluate(other.subject)), other.kind, other.schematic)
        if isinstance(c.subject, Determinant):
            matrix = array(setting.normalizer, evaluate(c.subject.matrix))
            if definiteness(matrix, facts) == DEFINITE:
                return True
        p = setting.read(evaluate(c.subject))
        if {"positive": facts.positive, "nonnegative": facts.nonnegative, "nonzero": facts.nonzero}[c.kind](p):
            return True
        by_inequality(relation(c), hypotheses)
        return True
    except KernelError:
        return False
    except (Undefined, TooLarge, TooSymmetric, NotDifferentiable, ShapeError):
        return False


def open_kinks(values: Sequence[Any], hypotheses: Sequence[Hypothesis] = ()) -> list[Condition]:
    """What must not vanish for the derivatives in some values to exist, as far as the hypotheses leave it open."""
    found = {c: None for v in values for c in (Condition("nonzero", u, i) for u, i in kinks_inside(v))}
    return [c for c in found if not holds(c, hypotheses)]


def relation(c: Condition) -> Relation:
    """A condition as it is written: ``u > 0``, ``u >= 0``, ``u != 0``."""
    if c.kind == "nonzero":
        return Relation("!=", c.subject, ZERO)
    return Relation("<" if c.kind == "positive" else "<=", ZERO, c.subject)
