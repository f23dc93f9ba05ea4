"""Proofs of equalities: the kernel's oracle, with the hypotheses and independence of a context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from derive.decide.context import Context
from derive.kernel import KernelError, Theorem, by_normal_form
from derive.terms import Hypothesis


@dataclass(frozen=True)
class Proved:
    """A theorem found for a statement, the rule's label, and its conditions."""

    theorem: Theorem | None
    rule: str
    conditions: tuple[Any, ...] = ()


def prove_equality(
    lhs: Any, rhs: Any, context: Context, extra: Sequence[Hypothesis] = (), rule: str = ""
) -> Proved | None:
    """``lhs = rhs`` (unfolded) under the context's hypotheses and ``extra``; None when it is not shown."""
    try:
        theorem = by_normal_form(lhs, rhs, [*context.unfolded_hypotheses(), *extra], context.independence())
    except KernelError:
        return None
    return Proved(theorem, rule or "normal form", theorem.conditions)
