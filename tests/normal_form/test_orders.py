"""Inequalities that estimation needs: each true one has a certificate, and no changed one has."""

import pytest

from derive.kernel import KernelError, by_inequality, by_normal_form
from derive.normal_form.order import ordered
from derive.terms import (
    POSITIVE,
    Domain,
    Expectation,
    Fn,
    Hypothesis,
    Index,
    IntValue,
    Num,
    Prod,
    Relation,
    Size,
    Sum,
    Symbol,
    exp,
    log,
    term,
)

n = Size("n")
N, i = IntValue(n), Index("i", 1, n)
x, y, z = (term(Symbol(name)) for name in "xyz")
p, q, s = (term(Symbol(name, domain=POSITIVE)) for name in "pqs")
u, w = Symbol("u", (n,)), Symbol("w", (n,), POSITIVE)
zero = Num(0)


def shown(lhs, op, rhs):
    return ordered(Relation(op, term(lhs), term(rhs))).proved


@pytest.mark.parametrize(
    ("lhs", "rhs", "true"),
    [
        (N * log(p) - s * p, N * log(N / s) - N, True),
        (N * log(p) - s * p, N * log(N / s), True),
        (N * log(p) - s * p, N * log(N / s) - 2 * N, False),
        (N * log(N / s) - N, N * log(p) - s * p, False),
        (s * log(q) - N * q + log(x**2 + 1), s * log(s / N) - s + log(x**2 + 1), True),
        (s * log(q) - N * q + log(x**2 + 1), s * log(s / N) - s + log(x**2 + 2), False),
    ],
)
def test_two_logarithms_with_opposite_factors_are_compared_by_their_quotient(lhs, rhs, true):
    assert shown(lhs, "<=", rhs) is true


@pytest.mark.parametrize(
    ("value", "positive"),
    [
        (exp(-Fn("abs", x)), True),
        (exp(-Fn("abs", x)) / (2 * p) + Fn("max", y, zero), True),
        (1 + Fn("max", x, zero) - Fn("max", y, zero), False),
        (exp(-Fn("abs", x)) - 1, False),
        (Fn("sign", x) + 1, False),
        (Fn("sign", x) + 2, True),
    ],
)
def test_a_term_with_kinks_is_positive_when_it_is_on_every_side_of_them(value, positive):
    assert shown(zero, "<", value) is positive


def test_the_logarithm_of_a_product_of_laplace_densities_is_a_sum():
    density = exp(-Fn("abs", u[i]) / p) / (2 * p)
    assert by_normal_form(log(Prod(i, density)), -N * log(2 * p) - Sum(i, Fn("abs", u[i])) / p).conclusion.op == "="


def test_where_a_product_of_negative_factors_has_a_logarithm_it_is_that_of_their_sizes():
    assert by_normal_form(log(Prod(i, -w[i])), Sum(i, log(w[i]))).conditions
    with pytest.raises(KernelError):
        by_normal_form(log(Prod(i, u[i])), Sum(i, log(w[i])))
    with pytest.raises(KernelError):
        by_normal_form(Prod(i, -w[i]), Prod(i, w[i]))
    real = term(Symbol("e", domain=Domain(0)))
    with pytest.raises(KernelError):
        by_normal_form(log(Num(-1) ** real * p), log(p))


def test_a_power_of_minus_one_has_no_sign():
    with pytest.raises(KernelError):
        by_inequality(Relation("<", zero, Num(-1) ** N))


def test_several_pairs_of_logarithms_are_bounded_at_once():
    share, chance = (term(Symbol(name, domain=Domain(0, True, 1, True))) for name in ("share", "chance"))
    inside = N * (share * log(chance) + (1 - share) * log(1 - chance))
    best = N * (share * log(share) + (1 - share) * log(1 - share))
    assert shown(inside, "<=", best)
    assert not shown(best, "<=", inside)
    assert not shown(inside, "<=", best - chance)


def test_an_equation_at_every_index_is_used_at_the_one_that_is_asked_for():
    k, r = Index("k", 1, n), Index("r", 1, n)
    every = Hypothesis(Relation("=", Sum(i, u[i]) * w[k], p * q), (k,))
    at_one = Hypothesis(Relation("=", Sum(i, u[i]) * w[1], p * q))
    assert by_normal_form(Sum(i, u[i]), p * q / w[r], [every]).hypotheses == (every,)
    with pytest.raises(KernelError):
        by_normal_form(Sum(i, u[i]), p * q / w[r], [at_one])
    with pytest.raises(KernelError):
        by_normal_form(Sum(i, u[i]), p / w[r], [every])


def test_a_power_of_a_power_is_one_power():
    assert shown(zero, "<", 1 / ((1 - Symbol("t", domain=Domain(0, True, 1, True))) ** 2))
    assert not shown(zero, "<", ((1 - x) ** 2) ** 3)


def test_the_square_of_a_mean_of_products_is_at_most_the_product_of_the_means_of_squares():
    S, T = Symbol("S", kind="random"), Symbol("T", kind="random")
    E = Expectation
    assert shown(E(S * T) ** 2, "<=", E(S**2) * E(T**2))
    assert not shown(E(S * T) ** 2, "<=", E(S**2) * E(T) ** 2)
    assert not shown(E(S * T) ** 2, "<=", E(S) * E(S * T**2))
    assert not shown(E(S**2) * E(T**2), "<=", E(S * T) ** 2)
