"""Terms to SymPy and back: every construct comes back equal, and what SymPy says is ordinary."""

from random import Random

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from derive.normal_form.decide import equal
from derive.terms import Derivative, Index, Relation, Size, Sum, Symbol, alpha_equal, delta, exp, term
from derive.terms.sympy_bridge import Opaque, from_sympy, names, to_sympy
from tests.normal_form.random_terms import random_term

n = Size("n")
x, y = Symbol("x", (n,)), Symbol("y")
i, j = Index("i", 1, n), Index("j", 1, n)


@given(st.integers(0, 10**9))
def test_a_random_term_comes_back_equal(seed):
    t = random_term(Random(seed), 3)
    back = from_sympy(to_sympy(t), names(t))
    assert alpha_equal(t, back) or equal(t, back).proved or same_up_to_order(t, back)


def same_up_to_order(a, b):
    from derive.derivation.tidy import same, tidy

    return same(tidy(a), tidy(b))


def test_a_sum_is_a_sympy_sum_over_an_indexed_base():
    made = to_sympy(Sum(i, x[i] ** 2))
    assert isinstance(made, sympy.Sum)
    assert isinstance(made.function.base, sympy.Indexed)
    assert made.function.base.shape == (sympy.Symbol("n", integer=True, positive=True),)


def test_a_delta_is_a_kronecker_delta():
    assert to_sympy(delta(i, j)).func is sympy.KroneckerDelta


def test_a_derivative_stays_unevaluated():
    made = to_sympy(Derivative(Sum(i, exp(x[i])), x, (j,)))
    assert isinstance(made, sympy.Derivative)


def test_a_relation_is_an_equation():
    made = to_sympy(Relation("=", term(y), Sum(i, x[i])))
    assert isinstance(made, sympy.Eq)
    back = from_sympy(made, names(term(y), Sum(i, x[i])))
    assert back.op == "=" and alpha_equal(back.rhs, Sum(i, x[i]))


def test_what_sympy_lacks_keeps_itself():
    from derive.terms import Guard

    positive = Guard(">", term(y))
    assert isinstance(to_sympy(positive), Opaque)
    assert from_sympy(to_sympy(2 * positive), names(positive)) is 2 * positive


def test_an_unknown_name_is_an_error():
    with pytest.raises(KeyError):
        from_sympy(sympy.Symbol("stranger"), {})
