"""The audit: what a proof rests on, and a loud error when a theorem is false."""

import pytest

from derive.audit import Disagreement, audit, recheck
from derive.derivation.notation import indices
from derive.kernel import assume, axiom, by_normal_form, trans
from derive.terms import Hypothesis, Relation, Size, Sum, Symbol, exp, log, term

n = Size("n")
i, j = indices("i j", n)
x, y = Symbol("x", (n,)), Symbol("y", (n,))
a, b = term(Symbol("a")), term(Symbol("b"))


def test_oracles_hypotheses_and_axioms_are_listed():
    h = Hypothesis(Relation("=", a, b), (), "a is b")
    theorem = trans(assume(h), by_normal_form(b, b * 1 + 0))
    found = audit(theorem)
    assert found.hypotheses == ("a is b",) and not found.axioms
    assert audit(axiom("Jensen", Relation("=", a, a), (), "cited")).axioms == ("Jensen",)


def test_every_size_up_to_three_is_checked():
    theorem = by_normal_form(Sum(i, x[i]) ** 2, Sum(i, Sum(j, x[i] * x[j])))
    assert recheck(theorem, samples=1) == 3


def test_a_false_theorem_is_a_loud_error():
    lie = axiom("a lie", Relation("=", Sum(i, x[i] * y[i]), Sum(i, x[i]) * Sum(i, y[i])), (), "nobody")
    with pytest.raises(Disagreement, match="was proved and fails at"):
        audit(lie)


def test_a_lie_about_transcendental_values_is_found_by_balls():
    lie = axiom("a lie", Relation("=", exp(a + b), exp(a) + exp(b)), (), "nobody")
    with pytest.raises(Disagreement):
        audit(lie)


def test_a_hypothesis_is_met_before_anything_is_judged():
    h = Hypothesis(Relation("=", Sum(i, x[i]), term(1)), (), "x sums to 1")
    theorem = by_normal_form(Sum(i, Sum(j, x[i] * x[j])), term(1), (h,))
    assert recheck(theorem) > 0


def test_where_a_side_is_undefined_nothing_is_judged():
    theorem = by_normal_form(log(exp(a)), a)
    assert recheck(theorem) > 0
    assert recheck(axiom("vacuous", Relation("=", log(term(-1)), a), (), "")) == 0
