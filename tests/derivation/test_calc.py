"""Calculations: steps that the kernel connects, rules that really apply, errors with both sides."""

import pytest

from derive.derivation.calc import Calc, CalcError
from derive.derivation.notation import D, assume, indices, vector
from derive.derivation.reasons import definition, given, remark
from derive.rules import RULES
from derive.terms import Size, Sum, Symbol, alpha_equal, exp, log, sqrt, term, unfold

K = Size("K")
i, j, k = indices("i j k", K)
z, y, p, S = Symbol("z", (K,)), Symbol("y", (K,)), Symbol("p", (K,)), Symbol("S")
a, b = term(Symbol("a")), term(Symbol("b"))
DEFINITIONS = {S: Sum(k, exp(z[k])), p: vector(exp(z[i]) / S, i)}


def test_a_chain_ends_in_one_theorem_about_unfolded_terms():
    calc = Calc(Sum(i, p[i]), DEFINITIONS)
    calc.by(definition(p), Sum(i, exp(z[i])) / S).by(definition(S), 1)
    theorem = calc.done()
    assert theorem.conclusion.lhs == unfold(Sum(i, p[i]), DEFINITIONS)
    assert theorem.conclusion.rhs == term(1)
    assert [s.proof.rule for s in theorem.steps()].count("transitivity") == 1


def test_a_false_step_is_refused_with_both_sides():
    with pytest.raises(CalcError, match="not shown equal") as caught:
        Calc((a + b) ** 2).by(remark("binomial formula"), a**2 + b**2)
    assert repr((a + b) ** 2) in str(caught.value) and repr(a**2 + b**2) in str(caught.value)


def test_a_rule_that_does_not_apply_is_refused_even_when_the_step_is_true():
    with pytest.raises(CalcError, match="quotient rule applies nowhere"):
        Calc((a + b) ** 2).by(RULES["quotient_rule"], a**2 + 2 * a * b + b**2)


def test_a_rule_whose_side_condition_fails_is_refused():
    with pytest.raises(CalcError):
        Calc(sqrt(term(-2)) ** 2).by(RULES["square_of_root"], -2)


def test_a_hypothesis_is_used_only_where_it_is_given():
    one = assume(Sum(k, y[k]), 1)
    calc = Calc(Sum(k, y[k]) * a, {}, [one]).by(given(one), a)
    assert calc.done().hypotheses
    with pytest.raises(CalcError):
        Calc(Sum(k, y[k]) * a).by(given(one), a)


def test_a_hypothesis_is_not_used_under_a_derivative_by_its_own_variable():
    one = assume(Sum(k, y[k]), 1)
    with pytest.raises(CalcError):
        Calc(D(Sum(k, y[k]), y[j]), {}, [one]).by(given(one), 0)


def test_steps_record_what_changed_and_the_side_condition():
    calc = Calc(D(exp(z[i]) / S, z[j]), DEFINITIONS)
    calc.by(RULES["quotient_rule"], (S * D(exp(z[i]), z[j]) - exp(z[i]) * D(S, z[j])) / S**2)
    (step,) = calc.steps
    assert step.part is D(exp(z[i]) / S, z[j])
    assert [(w.op, w.lhs) for w in step.when] == [("!=", term(S))]


def test_several_reasons_become_detail():
    calc = Calc(D(log(S), z[i]), DEFINITIONS)
    reasons = [RULES["log_rule"], definition(S), RULES["under_the_sum"], RULES["exp_rule"]]
    calc.by([*reasons, RULES["derivative_of_component"], RULES["sum_over_delta"]], exp(z[i]) / S)
    assert len(calc.steps) == 1 and len(calc.steps[0].detail) == 6
    assert calc.steps[0].detail[-1].after is calc.current


def test_a_missing_rule_in_a_list_is_named():
    with pytest.raises(CalcError, match="quotient rule"):
        Calc(D(log(S), z[i]), DEFINITIONS).by([RULES["log_rule"], RULES["quotient_rule"]], p[i])


def test_a_derivative_of_a_defined_symbol_is_never_zero():
    with pytest.raises(CalcError):
        Calc(D(p[i], z[j]), DEFINITIONS).by(RULES["constant_rule"], 0)
    assert not alpha_equal(unfold(D(p[i], z[j]), DEFINITIONS), D(p[i], z[j]))
