"""0 log 0 = 0, so p log p teaches p >= 0 and not p > 0: nothing that fails where a probability is 0 is proved."""

from __future__ import annotations

import pytest

from derive.decide.context import Context
from derive.decide.verdict import decide
from derive.kernel import by_normal_form, congruence
from derive.normal_form.decide import equal
from derive.terms import Derivative, Domain, Fn, Guard, Index, Relation, Size, Sum, Symbol, exp, log, sqrt, term

K = Size("K")
k, i = Index("k", 1, K), Index("i", 1, K)
p, y, u = (term(Symbol(s)) for s in "pyu")
q = term(Symbol("q", (), Domain(lower=0, lower_open=True)))
r = term(Symbol("r", (), Domain(lower=0)))
P, Y, Q = Symbol("p", (K,)), Symbol("y", (K,)), Symbol("q", (K,), Domain(lower=0, lower_open=True))
R = Symbol("r", (K,), Domain(lower=0))


def proved(a: object, b: object) -> bool:
    return equal(a, b).proved


@pytest.mark.parametrize(
    "t",
    [
        p * log(p),
        p * log(p / q),
        p**2 * log(p),
        sqrt(p) * log(p),
        p * log(p**2),
        p * (log(p) - log(q)),
        p * (log(p) + 1) ** 2,
        y * p * log(p),
        p * log(p) + y,
        (1 - p) * log(1 - p) + p * log(p),
        exp(p * log(p)),
    ],
    ids=repr,
)
def test_an_indicator_of_p_being_0_does_not_vanish_beside_p_log_p(t):
    assert not proved(t + Guard("==", p), t)


def test_a_weight_that_may_be_0_lets_the_logarithm_be_of_0():
    assert not proved(y * log(p) + Guard("==", p) * Guard("==", y), y * log(p))


def test_entropies_of_vectors_allow_entries_that_are_0():
    entropy = Sum(k, P[k] * log(P[k]))
    assert not proved(entropy + Sum(k, Guard("==", P[k])), entropy)
    cross = Sum(k, Y[k] * log(P[k]))
    assert not proved(cross + Sum(k, Guard("==", P[k]) * Guard("==", Y[k])), cross)


def test_a_logarithm_without_a_weight_or_with_one_that_never_vanishes_still_asks_for_a_positive_argument():
    assert proved(log(p) + Guard("==", p), log(p))
    assert proved(q * log(p) + Guard("==", p), q * log(p))
    assert proved(term(2) * log(p) + Guard("==", p), term(2) * log(p))
    assert [c.kind for c in equal(exp(log(u)), u).conditions] == ["positive"]


def test_logarithms_split_beside_a_factor_of_their_argument():
    assert proved(p * log(p / q), p * log(p) - p * log(q))
    assert proved(r * log(r * q), r * log(r) + r * log(q))
    assert proved(r * log(r**2), 2 * r * log(r))
    assert proved(y * log(r * q), y * log(r) + y * log(q))
    assert proved(Sum(k, R[k] * log(R[k] / Q[k])), Sum(k, R[k] * log(R[k])) - Sum(k, R[k] * log(Q[k])))
    assert proved(Sum(k, Y[k] * log(R[k] * Q[k])), Sum(k, Y[k] * log(R[k])) + Sum(k, Y[k] * log(Q[k])))


def test_a_square_under_a_logarithm_keeps_its_sign_unknown():
    assert not proved(y * log(p**2) + Fn("abs", y), 2 * y * log(q) + Fn("abs", y))
    assert not proved(p**2 * log(p**2), 2 * p**2 * log(-p) + Guard("==", p))


def test_the_conditions_of_an_entropy_say_nonnegative():
    kinds = {c.kind for c in equal(p * log(p) + 0, log(p) * p).conditions}
    assert kinds == {"nonnegative"}


def test_the_indicator_is_not_proved_by_decide_and_not_refuted_by_convention_either():
    assert decide(Relation("=", p * log(p) + Guard("==", p), p * log(p)), Context()).kind == "undecided"


def test_under_a_derivative_by_the_weight_the_argument_is_positive_everywhere():
    a, hole = Symbol("a"), Symbol("hole")
    s, t = (term(Symbol(name, (), Domain(lower=0))) for name in "st")
    split = by_normal_form(term(a) * log(s * t), term(a) * log(s) + term(a) * log(t))
    varied = congruence(split, Derivative(term(hole), a), hole)
    assert any(c.kind == "positive" and not c.guarded and c.subject == s * t for c in varied.conditions)
