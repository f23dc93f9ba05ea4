"""The kernel's rules about all values: hypotheses at given values, orders under integrals and limits, antisymmetry."""

import pytest

from derive.derivation.notation import slope_of, vector
from derive.kernel import (
    KernelError,
    antisymmetric,
    assume,
    by_inequality,
    by_normal_form,
    congruence,
    every,
    induction,
    instantiate,
    monotone,
    trans,
)
from derive.terms import (
    POSITIVE,
    ZERO,
    Constant,
    Domain,
    Entry,
    FunctionSymbol,
    Hypothesis,
    Index,
    Integral,
    Limit,
    Relation,
    Size,
    Sum,
    Symbol,
    Universal,
    affine,
    alpha_equal,
    sqrt,
    term,
)

x, a, hole = Symbol("x"), Symbol("a"), Symbol("#")
X, A, HOLE = term(x), term(a), Entry(hole, ())
t, between = Symbol("t"), Symbol("t", domain=Domain(lower=0, upper=1))
p = Symbol("p", domain=POSITIVE)
f, g = FunctionSymbol("f", smooth=1), FunctionSymbol("g")
BELOW = Universal(Relation("<=", f(X), g(X)), (x,), "f is below g")
OO = Constant("oo")


def order(left, right, *hypotheses):
    return by_inequality(Relation("<=", left, right), hypotheses)


def below_at(value):
    return every(BELOW, {x: value})


# -- hypotheses about all values --------------------------------------------------------------------------------------


def test_what_holds_for_all_values_holds_at_a_value():
    theorem = below_at(A**2)
    assert theorem.hypotheses == (BELOW,)
    assert alpha_equal(theorem.conclusion.lhs, f(A**2)) and alpha_equal(theorem.conclusion.rhs, g(A**2))


def test_it_is_not_used_at_a_value_outside_the_domain_of_its_variable():
    law = Universal(Relation("<=", f(term(p)), g(term(p))), (p,))
    assert every(law, {p: term(Symbol("q", domain=POSITIVE)) + 1})
    with pytest.raises(KernelError, match="not known to lie in"):
        every(law, {p: A})


def test_only_its_own_variables_are_replaced():
    with pytest.raises(KernelError, match="not about all values of a"):
        every(BELOW, {a: X})


def test_a_hypothesis_about_one_value_says_nothing_of_another():
    one = assume(Hypothesis(Relation("<=", f(X), g(X))))
    assert one.hypotheses != (BELOW,)
    with pytest.raises(KernelError):
        by_inequality(Relation("<=", f(A), g(A)), one.hypotheses)
    with pytest.raises(KernelError):
        every(one.hypotheses[0], {x: A})


def test_replacing_the_name_of_its_variable_does_not_touch_the_hypothesis():
    law = Universal(Relation("<=", f(X), A * g(X)), (x,))
    with pytest.raises(KernelError, match="assumed for all values"):
        instantiate(every(law, {x: term(2)}), symbols={a: term(3)})
    with pytest.raises(KernelError, match="assumed for all values"):
        instantiate(every(law, {}), symbols={x: term(3)})


def test_it_is_no_hypothesis_that_congruence_under_a_binder_may_vary():
    law = Universal(Relation("=", f(A * X), f(X)), (x,), "f does not change with scale a")
    equal = every(law, {})
    with pytest.raises(KernelError, match="varied here"):
        congruence(equal, Integral(a, 0, 1, HOLE), hole)


def test_induction_refuses_a_step_whose_law_mentions_the_size():
    n = Size("n")
    i, j = Index("i", 1, n), Index("j", 1, affine(n) + 1)
    law = Universal(Relation("=", f(Sum(i, X)), ZERO), (x,))
    base = by_normal_form(term(1) - 1, ZERO)
    with pytest.raises(KernelError):
        induction(n, base, every(law, {x: Sum(j, X)}))


# -- orders under integrals and limits --------------------------------------------------------------------------------


def test_an_order_for_all_values_holds_under_an_integral():
    theorem = monotone(below_at(term(between)), Integral(between, 0, 1, HOLE), hole)
    assert alpha_equal(theorem.conclusion.lhs, Integral(t, 0, 1, f(term(t))))
    assert theorem.hypotheses == (BELOW,)


def test_it_holds_under_a_limit_from_the_side_of_the_domain():
    theorem = monotone(below_at(term(between)), Limit(between, 0, HOLE, "+"), hole)
    assert alpha_equal(theorem.conclusion.rhs, Limit(t, 0, g(term(t)), "+"))


@pytest.mark.parametrize(
    "body",
    [
        Integral(between, 0, 2, HOLE),
        Integral(between, -1, 1, HOLE),
        Integral(between, 0, OO, HOLE),
        Integral(between, -1 * OO, 1, HOLE),
        Integral(between, 0, A, HOLE),
        Integral(between, 1, 0, HOLE),
        Limit(between, 0, HOLE),
        Limit(between, 0, HOLE, "-"),
        Limit(between, 1, HOLE, "+"),
        Limit(between, 2, HOLE, "-"),
        Limit(between, A, HOLE, "+"),
        Limit(between, OO, HOLE),
    ],
    ids=repr,
)
def test_it_is_refused_where_the_variable_takes_other_values(body):
    with pytest.raises(KernelError):
        monotone(below_at(term(between)), body, hole)


def test_an_integral_against_its_direction_turns_the_order_and_is_refused():
    with pytest.raises(KernelError):
        monotone(below_at(term(t)), Integral(t, 1, 0, HOLE), hole)
    with pytest.raises(KernelError):
        monotone(below_at(term(t)), Integral(t, 0, A, HOLE), hole)
    assert monotone(below_at(term(t)), Integral(t, 0, A**2, HOLE), hole)


def test_an_order_at_one_value_is_none_under_the_binder():
    for op, left in (("<=", term(t)), ("<", term(t)), ("<=", f(term(t)))):
        with pytest.raises(KernelError, match="mentions t"):
            monotone(order(left, ZERO, Hypothesis(Relation(op, left, ZERO))), Integral(t, 0, 1, HOLE), hole)


def test_an_order_under_conditions_on_the_variable_is_refused():
    root = order(ZERO, sqrt(term(t)))
    with pytest.raises(KernelError, match="should be nonnegative for all values of t"):
        monotone(root, Integral(t, -1, 1, HOLE), hole)
    inside = order(ZERO, sqrt(term(between)))
    assert monotone(inside, Integral(between, 0, 1, HOLE), hole)


def test_a_strict_order_and_an_equality_are_refused():
    strict = by_inequality(Relation("<", ZERO, term(p)))
    with pytest.raises(KernelError, match="expected a <= b"):
        monotone(strict, Limit(p, 0, HOLE, "+"), hole)


def test_a_symbol_of_the_same_name_is_not_captured():
    outer = order(term(t) * term(between), term(t) * term(between) + 1)
    with pytest.raises(KernelError, match="two symbols are called t"):
        monotone(outer, Integral(between, 0, 1, HOLE), hole)
    with pytest.raises(KernelError, match="its own range"):
        monotone(order(ZERO, term(between)), Integral(between, 0, term(between), HOLE), hole)


def test_only_the_body_of_the_binder_is_the_hole():
    with pytest.raises(KernelError, match="integral or a limit of the hole"):
        monotone(below_at(term(between)), Integral(between, 0, 1, -HOLE), hole)
    with pytest.raises(KernelError, match="integral or a limit of the hole"):
        monotone(below_at(term(between)), -1 * Integral(between, 0, 1, HOLE), hole)


# -- antisymmetry -----------------------------------------------------------------------------------------------------


def test_two_numbers_that_are_at_most_each_other_are_equal():
    up, down = (assume(Hypothesis(Relation("<=", *sides))) for sides in ((X, A), (A, X)))
    both = antisymmetric(up, down)
    assert both.conclusion == Relation("=", X, A) and len(both.hypotheses) == 2


def test_one_direction_twice_is_no_equality():
    up = assume(Hypothesis(Relation("<=", X, A)))
    strict = assume(Hypothesis(Relation("<", A, X)))
    for pair in ((up, up), (up, strict), (up, trans(up, by_normal_form(A, A + 0)))):
        with pytest.raises(KernelError):
            antisymmetric(*pair)


# -- the slope along a curve ------------------------------------------------------------------------------------------


def test_the_integral_of_the_slope_along_a_segment_is_the_difference_of_the_values():
    n = Size("n")
    i = Index("i", 1, n)
    u, v = Symbol("u", (n,)), Symbol("v", (n,))
    h = FunctionSymbol("h", ((n,),), smooth=1)
    way = vector(u[i] + term(t) * v[i], i)
    slope = Sum(i, v[i] * slope_of(h, way, i))
    ends = h(vector(u[i] + v[i], i)) - h(vector(u[i] + 0, i))
    assert by_normal_form(Integral(t, 0, 1, slope), ends)
    assert by_normal_form(Integral(t, 0, 1, 3 * slope + term(t)), 3 * ends + term(1) / 2)
    half = Sum(i, v[i] * slope_of(h, way, i)) + v[1] * slope_of(h, way, 1)
    for wrong, value in ((slope, 2 * ends), (slope, -ends), (half, ends), (term(t) * slope, ends)):
        with pytest.raises(KernelError):
            by_normal_form(Integral(t, 0, 1, wrong), value)


def test_it_is_not_used_for_a_function_without_continuous_derivatives():
    n = Size("n")
    i = Index("i", 1, n)
    v = Symbol("v", (n,))
    rough = FunctionSymbol("r", ((n,),), smooth=0)
    way = vector(term(t) * v[i], i)
    slope = Sum(i, v[i] * slope_of(rough, way, i))
    with pytest.raises(KernelError):
        by_normal_form(Integral(t, 0, 1, slope), rough(vector(v[i] + 0, i)) - rough(vector(0 * v[i], i)))
