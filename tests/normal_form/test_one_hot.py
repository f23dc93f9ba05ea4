"""One-hot vectors and indicators: partitions, categorical variables, inequalities by cases."""

from fractions import Fraction

import pytest

from derive.audit import audit
from derive.decide.witness import Assumptions, find_witness
from derive.kernel import KernelError, by_inequality, by_normal_form
from derive.terms import (
    BIT,
    POSITIVE,
    Domain,
    Expectation,
    Fn,
    Guard,
    Index,
    Relation,
    Size,
    Sum,
    Symbol,
    delta,
    term,
)

E = Expectation
n, K = Size("n"), Size("K")
i, k, j = Index("i", 1, n), Index("k", 1, K), Index("j", 1, K)
A = Symbol("A", domain=BIT, kind="random")
b, w = Symbol("b", (K,), properties={"one_hot"}, kind="random"), Symbol("w", (K,))
Y = Symbol("Y", (n, K), properties={"one_hot"})
X = Symbol("X", domain=Domain(Fraction(0)), kind="random")
Z = Symbol("Z", kind="random")
a = Symbol("a", domain=POSITIVE)


def test_an_event_is_the_sum_of_its_parts_in_a_partition():
    claim = by_normal_form(E(term(A)), Sum(k, E(A * b[k])))
    assert audit(claim).checked
    with pytest.raises(KernelError):
        by_normal_form(E(term(A)), Sum(k, w[k] * E(A * b[k])))
    with pytest.raises(KernelError):  # a part of the axis is not a partition
        by_normal_form(E(term(A)), Sum(Index("k", 1, K - 1), E(A * b[Index("k", 1, K - 1)])))


def test_the_entries_of_a_one_hot_vector_exclude_each_other():
    assert by_normal_form(b[k] * b[j], delta(k, j) * b[k])
    assert by_normal_form(Y[i, k] * Y[i, j], delta(k, j) * Y[i, k])
    with pytest.raises(KernelError):  # rows of a matrix are vectors of their own
        by_normal_form(Y[i, k] * Y[Index("l", 1, n), j], delta(k, j) * Y[i, k])
    with pytest.raises(KernelError):
        by_normal_form(Sum(i, Y[i, k]), term(1))


def test_witnesses_are_one_hot():
    assert find_witness(Relation("=", Sum(k, b[k]), term(1)), Assumptions(), budget_s=0.5) is None
    wrong = Relation("=", E(Sum(k, w[k] * b[k]) ** 2), Sum(k, w[k] * E(b[k])))
    assert find_witness(wrong, Assumptions(), budget_s=0.5) is not None


def test_an_indicator_is_bounded_case_by_case():
    reaches = Guard(">=", X - a)
    assert by_inequality(Relation("<=", E(a * reaches), E(term(X))))
    far = Guard(">=", Fn("abs", Z - E(term(Z))) - a)
    assert by_inequality(Relation("<=", E(a**2 * far), E((Z - E(term(Z))) ** 2)))
    for wrong in (
        Relation("<=", E(a * Guard(">=", Z - a)), E(term(Z))),  # Z may be negative
        Relation("<=", E(X * reaches), E(a * reaches)),
        Relation("<=", E(a * Guard(">=", a - X)), E(term(X))),
        Relation("<=", E(a**2 * Guard(">=", a - Fn("abs", Z - E(term(Z))))), E((Z - E(term(Z))) ** 2)),
    ):
        with pytest.raises(KernelError):
            by_inequality(wrong)
        assert find_witness(wrong, Assumptions(), budget_s=1.0) is not None
