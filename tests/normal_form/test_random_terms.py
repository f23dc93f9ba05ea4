"""The normal form on random terms of every construct, against the independent evaluator.

The seeds are drawn by hypothesis; `random_terms` makes a term, a point and a change of the term from one.
"""

from __future__ import annotations

from collections import Counter
from random import Random
from time import monotonic
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from derive.evaluate import Assignment
from derive.normal_form.canonical import TooSymmetric
from derive.normal_form.decide import equal, prepare
from derive.normal_form.derivative import NotDifferentiable
from derive.normal_form.equality import Budget, rewrite
from derive.normal_form.normalizer import TooLarge, Undefined
from derive.terms import Fn, Guard, Hypothesis, Relation, Term, free_indices
from tests.normal_form.judging import condition_holds, differ, value
from tests.normal_form.random_terms import I, J, K, leaf, mutated, nodes, random_point, random_term
from tests.normal_form.reading_back import as_term
from tests.normal_form.rewriting import rewritten

REFUSALS = (Undefined, TooLarge, TooSymmetric, NotDifferentiable)
SEEDS = st.integers(0, 2**32 - 1)
FREE = frozenset((I, J, K))


def cases(count: int) -> Any:
    return settings(max_examples=count, suppress_health_check=list(HealthCheck), deadline=None)


def agree_at(points: int, rng: Random, t: Term, u: Term, conditions: Any) -> tuple[int, Assignment | None]:
    """At how many random points that satisfy the conditions both have a value; a point where the values differ."""
    met = 0
    for _ in range(points):
        point = random_point(rng)
        a = value(t, point)
        if a is None or not all(condition_holds(c, point) for c in conditions):
            continue
        b = value(u, point)
        if b is not None:
            met += 1
            if differ(a, b):
                return met, point
    return met, None


@cases(1400)
@given(SEEDS)
def test_the_normal_form_of_a_term_has_its_value(seed: int):
    rng = Random(seed)
    t = random_term(rng, rng.choice((2, 3, 3)))
    try:
        setting = prepare((t,))
        nz = setting.normalizer
        nz.deadline = monotonic() + 2
        p = setting.read(t)
        forms = [p, nz.tidy(p), rewrite(nz, nz.expand(p), [], Budget(60))[0]]
    except REFUSALS:
        return
    if nz.needed:
        return
    for form in dict.fromkeys(forms):
        _, point = agree_at(4, rng, t, as_term(form), setting.conditions)
        assert point is None, (t, as_term(form), point)


@cases(900)
@given(SEEDS)
def test_a_changed_term_is_not_shown_equal(seed: int):
    rng = Random(seed)
    t = random_term(rng, rng.choice((1, 2, 2, 3)))
    u = mutated(rng, t) if rng.random() < 0.7 else trap(rng, t)
    if not free_indices(u) <= FREE:
        return
    decision = equal(t, u, seconds=1.0)
    if decision.proved:
        _, point = agree_at(8, rng, t, u, decision.conditions)
        assert point is None, (t, u, point)


def trap(rng: Random, t: Term) -> Term:
    """The term plus something that vanishes nearly everywhere: what a condition of the term must not rule out elsewhere."""
    inside = [s for s in nodes(t) if isinstance(s, Term) and free_indices(s) <= FREE]
    s = rng.choice(inside)
    return t + rng.choice([Guard("==", s), s * Guard(">", -s), Fn("abs", s) - s, (s**2) ** 0 * Guard("==", s) * s])


@cases(500)
@given(SEEDS)
def test_a_hypothesis_does_not_prove_what_it_does_not_imply(seed: int):
    """One random equation or inequality as a hypothesis: where it holds, what is shown from it holds."""
    rng = Random(seed)
    a, b = leaf(rng, [I, J, K]), random_term(rng, 1, outcome=False)
    schematic = tuple(rng.sample([I, J, K], rng.randint(0, 2)))
    h = Hypothesis(Relation(rng.choice(["=", "=", "<", "<=", "!="]), a, b), schematic)
    t = random_term(rng, 2)
    u = mutated(rng, t)
    if rng.random() < 0.5:
        from tests.normal_form.random_terms import replaced

        u = replaced(t, a, b)
    if not free_indices(u) <= FREE:
        return
    try:
        decision = equal(t, u, [h], seconds=1.0)
    except REFUSALS:
        return
    if not decision.proved:
        return
    for _ in range(12):
        point = random_point(rng)
        if holds(h, point) and all(condition_holds(c, point) for c in decision.conditions):
            x, y = value(t, point), value(u, point)
            assert x is None or y is None or not differ(x, y), (h, t, u, point)


def holds(h: Hypothesis, point: Assignment) -> bool:
    from derive.normal_form.definedness import Condition

    kinds = {"<": "positive", "<=": "nonnegative", "!=": "nonzero"}
    gap = h.relation.rhs - h.relation.lhs
    if h.relation.op != "=":
        return condition_holds(Condition(kinds[h.relation.op], gap, h.schematic), point)
    return all(condition_holds(Condition("nonnegative", s, h.schematic), point) for s in (gap, -gap))


SEEN: Counter[str] = Counter()


@cases(500)
@given(SEEDS)
def test_what_true_rewrites_reach_is_mostly_shown(seed: int):
    rng = Random(seed)
    t = random_term(rng, rng.choice((1, 2)))
    u, names = rewritten(rng, t)
    if not names:
        return
    decision = equal(t, u, seconds=1.0)
    SEEN[f"proved {decision.proved}"] += 1
    if decision.proved:
        _, point = agree_at(2, rng, t, u, decision.conditions)
        assert point is None, (t, u, names, point)


def test_the_share_of_true_rewrites_that_are_shown_is_high():
    shown, not_shown = SEEN["proved True"], SEEN["proved False"]
    assert not_shown + shown == 0 or shown >= 0.75 * (shown + not_shown), SEEN
