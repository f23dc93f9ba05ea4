"""Rules as theorems: the proof of a rule, and its side conditions at an instance. Imports derive.terms, normal_form,
kernel.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from derive import kernel
from derive.normal_form.decide import align, prepare
from derive.rules.rule import Rule
from derive.terms import Hypothesis, Relation, free_indices


class RuleError(ValueError):
    """A rule was used where it does not apply."""


@cache
def proof(rule: Rule) -> kernel.Theorem:
    """``when |- lhs = rhs`` by the normal form. Raises KernelError when it is not shown.

    >>> from derive.rules import RULES
    >>> proof(RULES["quotient_rule"]).proof.kind
    'oracle'
    """
    bound = frozenset().union(*(free_indices(side) for side in (rule.lhs, rule.rhs)))
    hypotheses = tuple(
        Hypothesis(w, tuple(sorted(_indices(w) - bound, key=lambda i: i.name)), "side condition") for w in rule.when
    )
    return kernel.by_normal_form(rule.lhs, rule.rhs, hypotheses, note=rule.name)


def _indices(relation: Relation) -> frozenset[Any]:
    return free_indices(relation.lhs) | free_indices(relation.rhs)


def side_conditions(
    when: Sequence[Relation], values: Sequence[Any], hypotheses: Sequence[Hypothesis] = ()
) -> tuple[Relation, ...]:
    """The side conditions of an instance that the declarations do not give. Raises RuleError where one is known to
    fail.

    ``values`` are the two sides of the instance; the instance's own definedness is not used to discharge its
    conditions.
    """
    open_: list[Relation] = []
    for condition in when:
        lhs, rhs, _ = align(condition.lhs, condition.rhs)
        setting = prepare((), hypotheses)
        gap, facts = setting.read(rhs) - setting.read(lhs), setting.normalizer.facts
        holds, fails = {
            "<": (facts.positive(gap), facts.nonnegative(-gap)),
            "<=": (facts.nonnegative(gap), facts.positive(-gap)),
            "!=": (facts.nonzero(gap), not gap.terms),
        }[condition.op]
        if fails:
            raise RuleError(f"the side condition {condition.lhs!r} {condition.op} {condition.rhs!r} fails here")
        if not holds:
            open_.append(condition)
    return tuple(open_)
