"""Comparisons by cases: where an indicator is 1 its condition holds, where it is 0 the opposite holds."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from typing import Any

from derive.normal_form.binders import apart_from_hypotheses
from derive.normal_form.decide import LIMITS, Setting, prepare
from derive.normal_form.forms import put, split_point
from derive.terms import ONE, ZERO, Add, Fn, Guard, Hypothesis, Mul, Pow, Relation, Term, children

SECONDS = 1.0


class Cases:
    """The part of a prover that takes an indicator for 1 and for 0."""

    setting: Setting

    def _by_indicator(self, a: Term, b: Term, depth: int) -> str | None:
        """``a <= b`` in both cases of the first indicator of a condition on reals that stands outside every binder."""
        guard = indicator(a) or indicator(b)
        if guard is None or depth > 3:
            return None
        for value, condition in _alternatives(guard):
            if not self._in_case(put(a, guard, value), put(b, guard, value), [condition], depth):
                return None
        return "where the indicator is 1 and where it is 0"

    def _in_case(self, a: Term, b: Term, conditions: list[Relation], depth: int) -> bool:
        size = next((t for r in conditions for side in (r.lhs, r.rhs) if (t := split_point(side)) is not None), None)
        if size is not None and size.name == "abs":
            return all(
                self._in_case(
                    put(a, size, v),
                    put(b, size, v),
                    [*(_put(r, size, v) for r in conditions), Relation("<=", ZERO, v)],
                    depth,
                )
                for v in (size.fields[1], Mul(-1, size.fields[1]))
            )
        known = [*self.setting.hypotheses, *(Hypothesis(r, (), "case") for r in conditions)]
        try:
            (a, b), known, _ = apart_from_hypotheses((a, b), known)
            setting = prepare((a, b), known, self.setting.independence)
            setting.normalizer.deadline = monotonic() + SECONDS
            shown = type(self)(setting).less(a, b) is not None  # type: ignore[call-arg]
        except LIMITS:
            return False
        return shown and not setting.normalizer.needed

    def less(self, a: Term, b: Term, depth: int = 0) -> str | None:
        raise NotImplementedError


def _put(r: Relation, old: Term, new: Term) -> Relation:
    return Relation(r.op, put(r.lhs, old, new), put(r.rhs, old, new))


def indicator(t: Any) -> Guard | None:
    """The first indicator of a condition on reals that stands outside every binder."""
    if isinstance(t, Guard) and isinstance(t.subject, Term):
        return t
    if isinstance(t, Add | Mul | Fn | Pow):
        return next((found for c in children(t) if (found := indicator(c)) is not None), None)
    return None


def _alternatives(guard: Guard) -> Iterator[tuple[Term, Relation]]:
    u = guard.subject
    yield (
        ONE,
        {">=": Relation("<=", ZERO, u), ">": Relation("<", ZERO, u), "==": Relation("=", u, ZERO)}.get(
            guard.op, Relation("!=", u, ZERO)
        ),
    )
    yield (
        ZERO,
        {">=": Relation("<", u, ZERO), ">": Relation("<=", u, ZERO), "==": Relation("!=", u, ZERO)}.get(
            guard.op, Relation("=", u, ZERO)
        ),
    )
