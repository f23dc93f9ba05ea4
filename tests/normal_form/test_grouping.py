"""Signs by collecting terms and by balls: what they show holds at random points, and what is false is not shown."""

from fractions import Fraction

import mpmath
import pytest

from derive.normal_form.decide import prepare
from derive.normal_form.order import ordered
from derive.terms import POSITIVE, Domain, Fn, Hypothesis, Index, Relation, Size, Sum, Symbol, exp, log, sqrt, term

x, y = Symbol("x"), Symbol("y")
t = Symbol("t", domain=Domain(0, False, 1))
K = Size("K")
k = Index("k", 1, K)
q, p = Symbol("q", (K,), Domain(0, False, 1)), Symbol("p", (K,), Domain(0, True, 1, True))
a = Symbol("a", domain=POSITIVE)


def at_most(lhs, rhs, *given):
    hypotheses = [Hypothesis(Relation("<=", term(u), term(v)), (), "given") for u, v in given]
    return ordered(Relation("<=", term(lhs), term(rhs)), hypotheses).proved


def test_a_weighted_mean_of_nonpositive_numbers_is_nonpositive():
    assert at_most(t * x + (1 - t) * y, 0, (x, 0), (y, 0))
    assert not at_most(t * x + (1 - t) * y, 0, (x, 0))
    assert not at_most(t * x - (1 - t) * y, 0, (x, 0), (y, 0))


def test_relu_is_convex_and_not_concave():
    relu = lambda u: Fn("max", term(0), term(u))  # noqa: E731
    chord = t * relu(x) + (1 - t) * relu(y)
    assert at_most(relu(t * x + (1 - t) * y), chord)
    assert not at_most(chord, relu(t * x + (1 - t) * y))


def test_sums_over_one_range_are_compared_term_by_term():
    second = -Sum(k, log(1 - p[k])) + Sum(k, q[k] * log(1 - p[k]))
    assert at_most(0, second)
    assert not at_most(second, 0)
    assert not at_most(0, -Sum(k, log(1 - p[k])) + 2 * Sum(k, q[k] * log(1 - p[k])))


def test_sums_over_different_ranges_are_not_put_together():
    other = Index("j", 1, Size("J"))
    r = Symbol("r", (Size("J"),), POSITIVE)
    s = Symbol("s", (K,), POSITIVE)
    assert not at_most(Sum(other, r[other]), 2 * Sum(k, s[k]))


@pytest.mark.parametrize(
    "value, number",
    [
        (3 * log(term(2)) - 2, 3 * mpmath.log(2) - 2),
        (sqrt(term(2)) - Fraction(141421, 100000), mpmath.sqrt(2) - mpmath.mpf(141421) / 100000),
        (exp(term(1)) - Fraction(27182818, 10000000), mpmath.e - mpmath.mpf(27182818) / 10000000),
        (Fn("erf", term(1)) - Fraction(8427, 10000), mpmath.erf(1) - mpmath.mpf(8427) / 10000),
        (log(log(term(3))) - Fraction(94, 1000), mpmath.log(mpmath.log(3)) - mpmath.mpf("0.094")),
    ],
)
def test_the_sign_of_a_number_is_what_mpmath_says(value, number):
    positive = number > 0
    assert ordered(Relation("<", term(0), value)).proved == positive
    assert ordered(Relation("<", value, term(0))).proved == (not positive)


def test_a_ball_around_zero_decides_nothing():
    from derive.normal_form.enclosures import ends

    assert ends(prepare((), ()).read(log(term(2)) + a)) is None
    assert not ordered(Relation("<", term(0), log(log(term(Fraction(1, 2)))))).proved  # it has no value
