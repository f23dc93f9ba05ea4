"""False statements of every kind but plain equality: none may be proved. Each is refuted with a witness or left undecided."""

from fractions import Fraction

import pytest

from derive import kernel
from derive.catalogue import D, array, assume, indices
from derive.decide.context import Context
from derive.decide.verdict import decide
from derive.derivation.calc import Calc, CalcError
from derive.derivation.consequences import Statements
from derive.derivation.orders import Ordering
from derive.derivation.reasons import remark
from derive.kernel import KernelError
from derive.terms import (
    POSITIVE,
    Domain,
    Expectation,
    Fn,
    FunctionSymbol,
    Hypothesis,
    Index,
    IntValue,
    Num,
    Relation,
    Size,
    Sum,
    Symbol,
    affine,
    exp,
    log,
    sqrt,
    term,
)
from derive.terms.arrays import add, dot, matmul, norm, norm_squared, scale, transpose

n, d = Size("n"), Size("d")
i, j, k = indices("i j k", n)
x, y, z, a, b, c = (Symbol(s) for s in "xyzabc")
p, q = Symbol("p", (n,), POSITIVE), Symbol("q", (n,), POSITIVE)
u, v = Symbol("u", (n,)), Symbol("v", (n,))
A, M = Symbol("A", (n, n)), Symbol("M", (n, n), properties={"symmetric"})
s, t = Symbol("s", domain=POSITIVE), Symbol("t", domain=Domain(Fraction(0), False, Fraction(1)))
X, Y = Symbol("X", kind="random"), Symbol("Y", kind="random")
f = FunctionSymbol("f")
E = Expectation
p_sums, q_sums = assume(Sum(k, p[k]), 1), assume(Sum(k, q[k]), 1)
kl = Sum(k, p[k] * log(p[k] / q[k]))
ua, va = array(u), array(v)
HALF = term(Fraction(1, 2))


def le(lhs, rhs):
    return Relation("<=", array(lhs), array(rhs))


def lt(lhs, rhs):
    return Relation("<", array(lhs), array(rhs))


def eq(lhs, rhs):
    return Relation("=", array(lhs), array(rhs))


def ne(lhs, rhs):
    return Relation("!=", array(lhs), array(rhs))


FALSE = {
    "log u >= u - 1": (le(s - 1, log(s)), []),
    "log u < u - 1, false at 1": (lt(log(s), s - 1), []),
    "exp u <= 1 + u": (le(exp(x), 1 + x), []),
    "Cauchy-Schwarz reversed": (le(norm_squared(ua) * norm_squared(va), dot(ua, va) ** 2), []),
    "triangle inequality reversed": (le(norm(ua) + norm(va), norm(add(ua, va))), []),
    "the norm of a difference is at most the difference of norms": (le(norm(add(ua, scale(Num(-1), va))), norm(ua) - norm(va)), []),
    "Jensen for the square reversed": (le(E(X**2), E(X) ** 2), []),
    "Jensen for log as if it were convex": (le(log(Sum(k, p[k] * q[k])), Sum(k, p[k] * log(q[k]))), [p_sums]),
    "Jensen with weights that do not sum to 1": (le(exp(Sum(k, p[k] * u[k])), Sum(k, p[k] * exp(u[k]))), []),
    "Jensen with weights of any sign": (le(Sum(k, u[k] * v[k]) ** 2, Sum(k, u[k] * v[k] ** 2)), [assume(Sum(k, u[k]), 1)]),
    "Jensen for the cube on the reals": (le(E(X) ** 3, E(X**3)), []),
    "Gibbs reversed": (le(kl, 0), [p_sums, q_sums]),
    "Gibbs strictly": (lt(0, kl), [p_sums, q_sums]),
    "Gibbs without the sums": (le(0, kl), []),
    "Gibbs with one sum only": (le(0, kl), [q_sums]),
    "entropy is at least log n": (le(log(IntValue(n)), -Sum(k, p[k] * log(p[k]))), [p_sums]),
    "entropy of numbers above 1 is nonnegative": (le(0, -Sum(k, p[k] * log(p[k]))), []),
    "a symmetric matrix is semidefinite": (le(0, dot(ua, matmul(array(M), ua))), []),
    "A squared is semidefinite": (le(0, dot(ua, matmul(matmul(array(A), array(A)), ua))), []),
    "A^T A is definite": (lt(0, dot(ua, matmul(matmul(transpose(array(A)), array(A)), ua))), []),
    "a product of nonnegative forms": (le(0, dot(ua, va)), []),
    "a sum is at least one of its terms": (le(u[i], Sum(k, u[k])), []),
    "a sum is at most one of its terms": (le(Sum(k, p[k]), p[i]), []),
    "a square is positive": (lt(0, x**2), []),
    "x <= x^2": (le(x, x**2), []),
    "x^2 <= x": (le(x**2, x), []),
    "reciprocals of reals are decreasing": (le(1 / term(y), 1 / term(x)), [Hypothesis(le(x, y))]),
    "squares are increasing on the reals": (le(x**2, y**2), [Hypothesis(le(x, y))]),
    "multiplying by any number": (le(a * x, a * y), [Hypothesis(le(x, y))]),
    "dividing by any number": (le(x / a, y / a), [Hypothesis(le(x, y))]),
    "<= used as <": (lt(x, y), [Hypothesis(le(x, y))]),
    "an inequality used backwards": (le(y, x), [Hypothesis(le(x, y))]),
    "LSE is at most the maximum": (le(log(Sum(k, exp(u[k]))), x), [Hypothesis(le(u[k], x), (k,))]),
    "LSE bound for one index only": (le(log(Sum(k, exp(u[k]))), x + log(IntValue(n))), [Hypothesis(le(u[i], x))]),
    "the square root is at most its argument": (le(sqrt(term(s)), s), []),
    "|x| <= x": (le(Fn("abs", term(x)), x), []),
    "AM-GM reversed": (le((a**2 + b**2) / 2, a * b), []),
    "AM-GM without the half": (le(a**2 + b**2, a * b), []),
    "variance of a sum without independence": (eq(E((X + Y - E(X) - E(Y)) ** 2), E((X - E(X)) ** 2) + E((Y - E(Y)) ** 2)), []),
    "the mean of a product without independence": (eq(E(X * Y), E(X) * E(Y)), []),
    "the mean of a reciprocal": (eq(E(1 / (1 + X**2)), 1 / (1 + E(X) ** 2)), []),
    "two different numbers": (ne(x, y), []),
    "a convex chord outside the interval": (le((x * a + (1 - term(x)) * b) ** 2, x * a**2 + (1 - term(x)) * b**2), []),
    "a chord below the graph": (le(t * exp(a) + (1 - term(t)) * exp(b), exp(t * a + (1 - term(t)) * b)), []),
    "the sigmoid's slope is at least 1/4": (le(Fraction(1, 4), exp(x) / (1 + exp(x)) ** 2), []),
    "a concave Hessian taken for convex": (le(0, D(log(s), s, s)), []),
    "cubes are convex": (le(0, D(x**3, x, x)), []),
    "softmax shares above one half": (le(HALF, exp(u[i]) / Sum(k, exp(u[k]))), []),
}  # fmt: skip

IMPLICATIONS = {
    "dividing by a possible zero": (eq(a * x, a * y), eq(x, y)),
    "a root without its sign": (eq(x**2, y**2), eq(x, y)),
    "one factor of a product": (eq(x * y, 0), eq(x, 0)),
    "multiplying by zero gives an equivalence": (eq(a * x, a * b), eq(x, b)),
    "a singular matrix cancelled": (eq(matmul(array(A), ua), matmul(array(A), va)), eq(ua, va)),
    "equal sums, equal terms": (eq(Sum(k, u[k]), Sum(k, v[k])), eq(u[i], v[i])),
    "equal sines": (eq(Fn("sin", term(x)), Fn("sin", term(y))), eq(x, y)),
    "an inequality from its square": (le(x**2, y**2), le(x, y)),
    "an inequality multiplied by a negative number": (le(x, y), le(-term(x), -term(y))),
    "a bound of a sum bounds its terms": (le(Sum(k, u[k]), 1), le(u[i], 1)),
    "a zero derivative at one place": (eq(D(f(term(x)), x), 0), eq(f(term(x)), 0)),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_false_relation_is_not_proved(name):
    relation, hypotheses = FALSE[name]
    assert decide(relation, Context(hypotheses=hypotheses), time_limit=2.0).kind in ("refuted", "undecided")


@pytest.mark.parametrize("name", IMPLICATIONS)
def test_a_false_implication_is_not_proved(name):
    premise, conclusion = IMPLICATIONS[name]
    assert decide(conclusion, Context(), [premise], time_limit=2.0).kind in ("refuted", "undecided")


@pytest.mark.parametrize("name", IMPLICATIONS)
def test_a_false_implication_is_no_step_of_a_chain(name):
    premise, conclusion = IMPLICATIONS[name]
    with pytest.raises(CalcError):
        Statements(premise).follows(remark("wrong"), conclusion)


def test_most_false_relations_have_a_witness():
    found = [decide(r, Context(hypotheses=h), time_limit=2.0).kind for r, h in FALSE.values()]
    assert found.count("refuted") >= 0.8 * len(found), found


@pytest.mark.parametrize(
    "start, end, scale",
    [
        (x**2, x**2 + a * x, 1),  # what is dropped depends on the variable
        (x**2, a * x**2, a),  # the scale may be negative
        (x**2, x**3, x),  # the scale depends on the variable
        (x**2, -(x**2), 1),  # a changed sign
        (x**2, 0 * x**2, 0),  # scaled by 0
    ],
    ids=["dropped", "negative", "varying", "sign", "zero"],
)
def test_an_objective_is_not_changed_so_that_its_minimisers_move(start, end, scale):
    with pytest.raises(CalcError):
        Ordering(start, (x,)).by(remark("wrong"), end, scale=scale)


@pytest.mark.parametrize("function", ["sin", "abs", "square"])
def test_a_map_that_is_not_increasing_keeps_no_order(function):
    t_ = term(x)
    image = t_**2 if function == "square" else Fn(function, t_)
    with pytest.raises(ValueError):
        Ordering(t_, (x,)).monotone(remark("wrong"), image, function)
    with pytest.raises(KernelError):
        kernel.same_order_by_function(kernel.refl(image), t_, (x,))


def test_an_objective_under_a_hypothesis_about_its_variable_keeps_no_order():
    on_the_line = Hypothesis(eq(x + y, 1))
    with pytest.raises(CalcError):
        Ordering(x**2, (x,), hypotheses=[on_the_line]).by(remark("wrong"), x**2 + x + y)


# -- induction --------------------------------------------------------------------------------------------------------

m = Size("m")
l = Index("l", 1, m)
r = Index("l", 1, affine(m) - 1)
k2 = Index("k", 1, affine(m) - 1)
g = Symbol("g", (m,))


def test_an_induction_with_a_wrong_base_case_is_refused():
    total = Sum(l, IntValue(l))
    claimed = IntValue(m) * (IntValue(m) + 1) / 2 + 1
    with pytest.raises(CalcError):
        Calc(total).induction(m, claimed, lambda c: None, lambda c, h: c.by(remark("wrong"), claimed))


def test_an_induction_over_a_range_needs_its_base_case():
    onward = assume(g[r + 1], g[r], r)
    with pytest.raises((CalcError, KernelError)):
        Calc(g[l], {}, [onward]).induction_over(l, term(0), lambda c: None, lambda c, r, h: c.by([remark("same")], 0))


def test_a_step_that_jumps_over_a_value_is_refused():
    same = Hypothesis(eq(g[r], 0))
    step = kernel.by_normal_form(g[r], 0, [same])  # from P(r) only P(r)
    base = kernel.by_normal_form(g[1], 0, [Hypothesis(eq(g[1], 0))])
    with pytest.raises(KernelError):
        kernel.induction_over(l, r, base, step)


def test_an_induction_over_a_range_refuses_a_hypothesis_about_its_index():
    fixed = Hypothesis(eq(g[r + 1], g[r]))  # for this r only, not for all
    known = Hypothesis(eq(g[r], 0))
    step = kernel.trans(kernel.assume(fixed), kernel.assume(known))
    base = kernel.assume(Hypothesis(eq(g[1], 0)))
    with pytest.raises(KernelError, match="mentions"):
        kernel.induction_over(l, r, base, step)


def test_an_induction_over_a_range_needs_the_whole_range():
    short = Index("l", 1, affine(m) - 2)
    step = kernel.trans(
        kernel.by_normal_form(g[short + 1], g[short], [assume(g[k2 + 1], g[k2], k2)]),
        kernel.assume(Hypothesis(eq(g[short], 0))),
    )
    base = kernel.assume(Hypothesis(eq(g[1], 0)))
    with pytest.raises(KernelError, match="range"):
        kernel.induction_over(l, short, base, step)


def test_an_induction_over_a_range_proves_what_it_should():
    step = kernel.trans(
        kernel.by_normal_form(g[r + 1], g[r], [assume(g[k2 + 1], g[k2], k2)]), kernel.assume(Hypothesis(eq(g[r], 0)))
    )
    base = kernel.assume(Hypothesis(eq(g[1], 0)))
    theorem = kernel.induction_over(l, r, base, step)
    assert theorem.conclusion == eq(g[l], 0)
    assert len(theorem.hypotheses) == 2


def test_a_hypothesis_is_not_used_under_its_own_binder():
    constraint = Hypothesis(eq(Sum(k, p[k]), 1))
    wrong = eq(D(Sum(k, p[k]), p[i]), D(term(1), p[i]))
    assert decide(wrong, Context(hypotheses=[constraint])).kind != "proved"
    closed = Hypothesis(le(x, 0))
    assert decide(le(D(x**2 + x, x), D(x**2, x)), Context(hypotheses=[closed])).kind != "proved"


def test_a_chain_that_goes_up_and_down_proves_nothing():
    calc = Calc(term(x))
    calc.le(remark("up"), x + s).ge(remark("down"), term(x) - s)
    with pytest.raises(CalcError, match="up and down"):
        calc.done()
