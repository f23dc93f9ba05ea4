"""Independence is a hypothesis of the theorem that rests on it, and only groups of symbols can state it."""

from __future__ import annotations

import pytest

from derive.audit import audit
from derive.kernel import (
    KernelError,
    by_inequality,
    by_normal_form,
    congruence,
    cut,
    discharge,
    instantiate,
    sym,
    trans,
)
from derive.normal_form.independence import Independence
from derive.normal_form.poly import ZERO as NOTHING
from derive.terms import Entry, Expectation, Hypothesis, Independent, Index, Relation, Size, Sum, Symbol, term

X, Y, Z = (Symbol(s, kind="random") for s in "XYZ")
x, y, z = (Entry(s, ()) for s in (X, Y, Z))
n = Size("n")
F = Symbol("W", (n,), kind="random")
i, j = Index("i", 1, n), Index("j", 1, n)
LAW = Independence([frozenset((X, Y)), frozenset((X, Z))])


def E(t):
    return Expectation(t)


def product_theorem():
    return by_normal_form(E(x * y), E(x) * E(y), (), LAW)


def test_a_theorem_says_which_symbols_it_takes_to_be_independent():
    assert product_theorem().hypotheses == (Independent(frozenset((X, Y))),)
    assert repr(product_theorem()).startswith("X, Y independent |- ")


def test_a_theorem_that_does_not_use_independence_does_not_assume_it():
    assert by_normal_form(E(x + y), E(x) + E(y), (), LAW).hypotheses == ()
    assert by_inequality(Relation("<=", term(0), E(x**2)), (), LAW).hypotheses == ()


def test_a_family_with_independent_entries_is_a_hypothesis_of_its_own():
    law = Independence([frozenset((F,))])
    square = Sum(i, Sum(j, E(F[i] * F[j])))
    split = Sum(i, Sum(j, E(F[i]) * E(F[j]))) + Sum(i, E(F[i] ** 2) - E(F[i]) ** 2)
    assert by_normal_form(square, split, (), law).hypotheses == (Independent(frozenset((F,))),)


def test_pairwise_groups_do_not_make_three_symbols_independent():
    pairs = Independence([frozenset((X, Y)), frozenset((X, Z)), frozenset((Y, Z))])
    with pytest.raises(KernelError):
        by_normal_form(E(x * y * z), E(x) * E(y) * E(z), (), pairs)


def test_the_kernel_takes_no_splitting_from_its_caller():
    with pytest.raises(KernelError, match="groups of random symbols"):
        by_normal_form(E(x * y), term(0), (), lambda nz, moving, given: NOTHING)

    class Lying(Independence):
        def __call__(self, nz, moving, given):
            return NOTHING

        def _uses(self, symbols):
            return True

    with pytest.raises(KernelError):
        by_normal_form(E(x * y), term(0), (), Lying([]))


def test_the_hypothesis_is_carried_by_every_step_and_can_neither_be_discharged_nor_cut():
    t = product_theorem()
    independent = t.hypotheses[0]
    hole = Symbol("hole")
    assert independent in sym(t).hypotheses
    assert independent in trans(t, sym(t)).hypotheses
    assert independent in congruence(t, Entry(hole, ()) + 1, hole).hypotheses
    with pytest.raises(KernelError):
        discharge(t, independent)
    with pytest.raises(KernelError):
        cut(t, by_normal_form(x, x))


def test_an_independent_symbol_cannot_be_replaced():
    with pytest.raises(KernelError):
        instantiate(product_theorem(), {}, {Y: x})
    assert instantiate(product_theorem(), {}, {}).hypotheses == product_theorem().hypotheses


def test_the_audit_lists_independence_among_the_hypotheses():
    assert "X, Y independent" in audit(product_theorem()).hypotheses


def test_independence_stands_beside_relations_among_the_hypotheses():
    mean = Hypothesis(Relation("=", E(x), term(0)), (), "mean")
    t = by_normal_form(E(x * y), term(0), (mean,), LAW)
    assert t.hypotheses == (mean, Independent(frozenset((X, Y))))
    assert audit(t).hypotheses == ("mean", "X, Y independent")
