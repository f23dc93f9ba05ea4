"""What a hypothesis says of a free name is not used of the variable of an integral, a sum or an expectation."""

import pytest

from derive.decide.witness import Assumptions, find_witness
from derive.kernel import KernelError, by_inequality
from derive.terms import (
    Expectation,
    Fn,
    Hypothesis,
    Index,
    Integral,
    Relation,
    Size,
    Sum,
    Symbol,
    exp,
    term,
)
from derive.terms.term import INFINITY

E = Expectation
n = Size("n")
k, i = Index("k", 1, n), Index("i", 1, n)
x, v = Symbol("x"), Symbol("v", (n,))
X, Y = (Symbol(name, kind="random") for name in "XY")


def le(lhs, rhs):
    return Relation("<=", term(lhs), term(rhs))


def refused(relation, *hypotheses):
    with pytest.raises(KernelError):
        by_inequality(relation, [h if isinstance(h, Hypothesis) else Hypothesis(h) for h in hypotheses])


def test_the_sign_of_a_free_variable_is_not_that_of_the_variable_of_an_integral():
    over_the_reals = Integral(x, -INFINITY, INFINITY, x * exp(-((x + 1) ** 2)) / (1 + x**2))
    refused(le(0, over_the_reals), le(0, x))


def test_a_hypothesis_about_one_entry_is_not_used_of_all_entries():
    refused(le(0, Sum(k, v[k])), le(0, v[k]))
    refused(le(0, Sum(k, Sum(i, v[k] * v[i] ** 2))), le(0, v[k]))
    assert by_inequality(le(0, Sum(k, v[k])), [Hypothesis(le(0, v[k]), (k,))])


def test_a_hypothesis_about_one_outcome_is_not_used_of_an_expectation():
    refused(le(0, E(term(X))), le(0, X))
    refused(le(E(term(X)), E(term(Y))), le(X, Y))
    assert by_inequality(le(0, E(X * Y**2, (X,))), [Hypothesis(le(0, X))])  # X is held fixed there


def test_cases_about_an_outcome_are_not_cases_about_an_expectation():
    size = Fn("abs", term(X))
    refused(le(E(size) * size, Fn("abs", E(term(X))) * size))


def test_a_claim_is_refuted_only_where_its_hypotheses_hold_at_every_outcome():
    assert find_witness(le(E(term(X)), E(term(Y))), Assumptions((Hypothesis(le(X, Y)),)), budget_s=1.0) is None
    assert find_witness(le(E(term(X)), E(term(Y))), Assumptions(), budget_s=1.0) is not None
