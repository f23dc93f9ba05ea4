"""Refutation: what is true is never refuted, what is false gets a small witness, and nothing is concluded from too
little.
"""

from __future__ import annotations

from fractions import Fraction as F
from random import Random

import pytest

from derive.decide.witness import Assumptions, NoSample, Witness, find_witness, one_random_check, search
from derive.terms import (
    NATURAL,
    ONE,
    PI,
    POSITIVE,
    ZERO,
    Add,
    Apply,
    Arr,
    Constant,
    Derivative,
    Domain,
    Expectation,
    Fn,
    FunctionSymbol,
    Guard,
    Hypothesis,
    Index,
    Integral,
    Limit,
    Mul,
    Num,
    Pow,
    Relation,
    ShapeError,
    Size,
    Sum,
    Symbol,
    arrays,
    delta,
    exp,
    log,
    sqrt,
    term,
)
from derive.terms.arrays import identity, inverse, matmul, norm_squared, trace, transpose

K, n, d = Size("K"), Size("n"), Size("d")
x, y, t = Symbol("x"), Symbol("y"), Symbol("t")
mu, sigma = Symbol("mu"), Symbol("sigma", domain=POSITIVE)
z = Symbol("z", (K,))
onehot = Symbol("y", (K,), domain=Domain(values=(F(0), F(1))))
p, q = Symbol("p", (K,), domain=POSITIVE), Symbol("q", (K,), domain=POSITIVE)
v = Symbol("v", (n,))
i, j, k, c = Index("i", 1, K), Index("j", 1, K), Index("k", 1, K), Index("c", 1, K)
a, b = Index("a", 1, n), Index("b", 1, n)
e = Index("e", 1, d)
X, W = Arr.of(Symbol("X", (n, d))), Arr.of(Symbol("W", (n, d)))
w, target = Symbol("w", (d,)), Arr.of(Symbol("y", (n,)))
A = Arr.of(Symbol("A", (n, n)))
S = Arr.of(Symbol("S", (n, n), properties=frozenset({"positive_definite"})))
B_symbol = Symbol("B", (n, n), properties=frozenset({"invertible"}))
B = Arr.of(B_symbol)
Q = Arr.of(Symbol("Q", (n, n), properties=frozenset({"orthogonal"})))
u = Arr.of(v)
RX, RY = Symbol("X", kind="random"), Symbol("Y", kind="random")
EX, E = term(RX), Expectation
SAMPLE = Symbol("x", (n,), kind="random")
f = FunctionSymbol("f", ((),), smooth=2)
g = FunctionSymbol("g", ((n,),), properties=frozenset({"convex"}))
lam = Symbol("lambda", domain=Domain(lower=F(0), upper=F(1)))
OO = Constant("oo")


def eq(left, right):
    return Relation("=", left, right)


def le(left, right):
    return Relation("<=", left, right)


def softmax(index):
    return exp(z[index]) / Sum(k, exp(z[k]))


def sums_to_one(symbol):
    return Hypothesis(eq(Sum(k, symbol[k]), ONE))


LOSS = -Sum(c, onehot[c] * log(softmax(c)))
RESIDUAL = arrays.add(matmul(X, Arr.of(w)), arrays.scale(Num(-1), target))
GRADIENT = Arr(((e,),), Derivative(norm_squared(RESIDUAL), w, (e,)))
NORMAL_EQUATIONS = matmul(transpose(X), RESIDUAL)
ORTHONORMAL = Hypothesis(eq(matmul(transpose(W), W), identity(d)))
EIGEN = Hypothesis(eq(matmul(S, u), arrays.scale(term(x), u)))
BOUND = Hypothesis(le(v[a], term(y)), (a,))
MEAN = Hypothesis(eq(E(EX), term(mu)))
KL = Sum(k, p[k] * log(p[k] / q[k]))
LOGDET = Arr(((a,), (b,)), Derivative(log(arrays.det(B)), B_symbol, (a, b)))
MIX = arrays.add(arrays.scale(term(lam), u), arrays.scale(1 - lam, target))

MOMENTS = {
    "hypotheses": (
        Hypothesis(eq(E(SAMPLE[a]), term(mu)), (a,)),
        Hypothesis(eq(E((SAMPLE[a] - mu) ** 2), sigma**2), (a,)),
    ),
    "iid": frozenset({SAMPLE}),
}
AVERAGE = Sum(b, SAMPLE[b]) / n

TRUE = {
    "variance of an average": (eq(E((AVERAGE - mu) ** 2), sigma**2 / n), MOMENTS),
    "second moments": (eq(E(SAMPLE[a] * SAMPLE[b]), mu**2 + delta(a, b) * sigma**2), MOMENTS),
    "exp of log": (eq(exp(log(x)), term(x)), {}),
    "square root of a square": (eq(sqrt(x**2), Fn("abs", x)), {}),
    "softmax jacobian": (eq(Derivative(softmax(i), z, (j,)), softmax(i) * (delta(i, j) - softmax(j))), {}),
    "cross entropy": (eq(Derivative(LOSS, z, (j,)), softmax(j) - onehot[j]), {"hypotheses": (sums_to_one(onehot),)}),
    "least squares": (eq(GRADIENT, arrays.scale(Num(2), NORMAL_EQUATIONS)), {}),
    "inverse of a product": (eq(inverse(matmul(S, B)), matmul(inverse(B), inverse(S))), {}),
    "log determinant": (eq(LOGDET, transpose(inverse(B))), {}),
    "orthogonal": (eq(matmul(Q, transpose(Q)), identity(n)), {}),
    "orthonormal columns": (eq(trace(matmul(transpose(W), W)), term(d)), {"hypotheses": (ORTHONORMAL,)}),
    "entropy": (le(-Sum(k, p[k] * log(p[k])), log(K)), {"hypotheses": (sums_to_one(p),)}),
    "divergence": (le(ZERO, KL), {"hypotheses": (sums_to_one(p), sums_to_one(q))}),
    "maximum": (le(Sum(a, v[a]), n * term(y)), {"hypotheses": (BOUND,)}),
    "eigenvalue of a square": (eq(matmul(S, matmul(S, u)), arrays.scale(x**2, u)), {"hypotheses": (EIGEN,)}),
    "expectation of a product": (eq(E(EX * RY), E(EX) * E(term(RY))), {"independent": ((RX,), (RY,))}),
    "tower": (eq(E(E(term(RY), (RX,))), E(term(RY))), {}),
    "variance": (eq(E((EX - mu) ** 2), E(EX**2) - mu**2), {"hypotheses": (MEAN,)}),
    "gaussian": (eq(E(EX**2), mu**2 + sigma**2), {"normal": {RX: (term(mu), sigma**2)}}),
    "gaussian fourth moment": (eq(E(EX**4), 3 * sigma**4), {"normal": {RX: (ZERO, sigma**2)}}),
    "chain rule": (eq(Derivative(f(x**2), x), 2 * x * Apply(f, (x**2,), (), ((0, ()),))), {}),
    "jensen": (le(g(MIX), lam * g(u) + (1 - lam) * g(target)), {}),
    "relu": (eq(Derivative(Fn("max", x, 0), x), Guard(">", term(x))), {}),
    "gaussian integral": (eq(Integral(t, Mul(-1, OO), OO, exp(-(t**2))), sqrt(PI)), {}),
    "shifted narrow gaussian": (
        eq(Integral(t, Mul(-1, OO), OO, exp(-((t - mu) ** 2) / sigma**2)), sigma * sqrt(PI)),
        {},
    ),
    "euler": (eq(Limit(t, OO, Pow(1 + x / t, term(t))), exp(x)), {}),
    "premise": (eq(term(y), term(x)), {"hypotheses": (Hypothesis(eq(2 * y + 1, 2 * x + 1)),)}),
    "softmax sums to one, twice assumed": (
        eq(Sum(k, p[k]) ** 2, ONE),
        {"hypotheses": (Hypothesis(eq(p[i], softmax(i)), (i,)), sums_to_one(p))},
    ),
    "one minus a one-hot entry": (eq(onehot[1] * (1 - onehot[1]), ZERO), {"hypotheses": (sums_to_one(onehot),)}),
    "empty sum": (eq(Sum(Index("s", K + 1, K), x), ZERO), {}),
    "zero to the zero": (eq(Pow(ZERO, term(Symbol("N", domain=NATURAL))) * Symbol("N", domain=NATURAL), ZERO), {}),
    "power of a power": (eq(Pow(Pow(sigma, x), y), Pow(sigma, x * y)), {}),
    "logarithm of a product": (eq(log(x * y), log(x) + log(y)), {}),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_not_refuted(name):
    relation, given = TRUE[name]
    found = search(relation, Assumptions(**given), budget_s=0.3)
    assert found.witness is None
    assert found.samples or found.reason.startswith("moments of a Gaussian")
    assert one_random_check(relation, Assumptions(**given), seed=3).holds in (True, None)


def test_most_true_statements_are_confirmed_by_one_random_check():
    checks = [one_random_check(r, Assumptions(**given), seed=s).holds for r, given in TRUE.values() for s in range(3)]
    assert checks.count(False) == 0 and checks.count(True) > 0.9 * len(checks)


FALSE = {
    "variance of an average": (eq(E((AVERAGE - mu) ** 2), sigma**2), MOMENTS, "n = 2"),
    "square root of a square": (eq(sqrt(x**2), term(x)), {}, "x = -1:   left 1, right -1"),
    "softmax jacobian": (
        eq(Derivative(softmax(i), z, (j,)), softmax(i) * (1 - softmax(j))), {}, "K = 2, z = (0, 0), i = 2, j = 1",
    ),
    "cross entropy": (
        eq(Derivative(LOSS, z, (j,)), onehot[j] - softmax(j)), {"hypotheses": (sums_to_one(onehot),)}, "K = 2",
    ),
    "least squares": (eq(GRADIENT, NORMAL_EQUATIONS), {}, "d = 1, n = 1"),
    "inverse of a product": (eq(inverse(matmul(S, B)), matmul(inverse(S), inverse(B))), {}, "n = 2"),
    "log determinant": (eq(LOGDET, inverse(B)), {}, "n = 2"),
    "orthonormal rows": (eq(matmul(W, transpose(W)), identity(n)), {"hypotheses": (ORTHONORMAL,)}, "d = 1, n = 2"),
    "strict entropy": (Relation("<", -Sum(k, p[k] * log(p[k])), log(K)), {"hypotheses": (sums_to_one(p),)}, "K = 1"),
    "divergence": (eq(KL, Sum(k, q[k] * log(q[k] / p[k]))), {"hypotheses": (sums_to_one(p), sums_to_one(q))}, "K = 2"),
    "maximum": (le(Sum(a, v[a]), term(y)), {"hypotheses": (BOUND,)}, "n = "),
    "eigenvalue": (eq(matmul(S, matmul(S, u)), arrays.scale(2 * x, u)), {"hypotheses": (EIGEN,)}, "n = 1"),
    "expectation of a product": (eq(E(EX * RY), E(EX) * E(term(RY))), {}, "X = "),
    "expectation of a function": (eq(E(f(EX)), f(E(EX))), {}, ""),
    "variance": (eq(E((EX - mu) ** 2), E(EX**2)), {"hypotheses": (MEAN,)}, ""),
    "gaussian": (eq(E(EX**2), sigma**2), {"normal": {RX: (term(mu), sigma**2)}}, ""),
    "chain rule": (eq(Derivative(f(x**2), x), Apply(f, (x**2,), (), ((0, ()),))), {}, ""),
    "jensen the wrong way": (le(lam * g(u) + (1 - lam) * g(target), g(MIX)), {}, ""),
    "symmetric": (eq(A, transpose(A)), {}, "n = 2"),
    "gaussian integral": (eq(Integral(t, Mul(-1, OO), OO, exp(-(t**2))), PI), {}, "left 1.77245, right 3.14159"),
    "premise": (eq(term(y), term(x)), {"hypotheses": (Hypothesis(eq(y**2, x**2)),)}, ""),
    "sum with a captured index": (eq(Sum(k, z[k]) ** 2, Sum(k, z[k] ** 2)), {}, "K = 2"),
    "shifted range": (eq(Sum(k, z[k]), Sum(Index("k", 2, K), z[Index("k", 2, K)])), {}, "K = 1"),
    "unequal": (Relation("!=", term(x), term(y)), {}, "x = 0, y = 0"),
    "numbers": (eq(Num(2), Num(3)), {}, "always:   left 2, right 3"),
    "binary labels": (eq(onehot[1], ONE), {"hypotheses": (sums_to_one(onehot),)}, "K = 2"),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_gets_a_small_witness(name):
    relation, given, text = FALSE[name]
    witness = find_witness(relation, Assumptions(**given), budget_s=2.0)
    assert isinstance(witness, Witness)
    assert text in witness.sentence()


def test_random_polynomials_are_refuted_exactly_when_they_differ():
    rng = Random(0)
    symbols = [x, y, t]
    for _ in range(120):
        terms = [Mul(rng.randint(1, 3), *(rng.choice(symbols) for _ in range(rng.randint(0, 3)))) for _ in range(4)]
        factor = Add(rng.choice(symbols), rng.randint(-2, 2))
        left = Mul(factor, Add(*terms))
        right = Add(*(Mul(factor, s) for s in rng.sample(terms, 4)))
        assert search(eq(left, right), Assumptions(), budget_s=0.02).witness is None
        wrong = Add(right, Mul(rng.choice((-1, 1)), *rng.sample(symbols, rng.randint(0, 2))))
        assert find_witness(eq(left, wrong), Assumptions(), budget_s=1.0) is not None


# --- too little to conclude anything ---


def test_contradicting_hypotheses_have_no_sample():
    wrong = Assumptions((Hypothesis(eq(term(x), ZERO)), Hypothesis(eq(x**2, ONE))))
    with pytest.raises(NoSample):
        find_witness(eq(term(x), Num(5)), wrong)
    assert one_random_check(eq(term(x), Num(5)), wrong).holds is None


def test_a_hypothesis_about_something_else_does_not_matter():
    unrelated = Assumptions((Hypothesis(eq(y**2, Num(-1))),))
    assert find_witness(eq(term(x), Num(5)), unrelated).values == {"x": 0}


def test_nothing_is_refuted_with_an_undeclared_quantity():
    L = Symbol("L", kind="dependent")
    found = search(eq(Derivative(term(L), x), ONE), Assumptions())
    assert found.witness is None and found.depends_on_undeclared and found.undeclared == ("L",)
    h = FunctionSymbol("h", ((),))
    assert search(eq(h(x), term(x)), Assumptions(undeclared=frozenset({h}))).witness is None
    assert one_random_check(eq(h(x), term(x)), Assumptions(undeclared=frozenset({h})), seed=5).holds is not False


def test_a_symbol_tied_to_the_variable_of_a_derivative_is_no_constant():
    tied = Assumptions((Hypothesis(eq(term(y), x**2)),))
    found = search(eq(Derivative(term(y), x), 2 * x), tied)
    assert found.witness is None and found.depends_on_undeclared


def test_a_function_that_may_be_a_density_refutes_nothing():
    density = FunctionSymbol("r", ((), ()), smooth=2)
    score = E(Derivative(log(density(EX, x)), x))
    assert search(eq(score, ZERO), Assumptions()).witness is None


def test_a_hypothesis_that_restricts_a_function_prevents_a_refutation():
    odd = Assumptions((Hypothesis(eq(f(Mul(-1, x)), -f(x))),))
    assert search(eq(f(x), ZERO), odd).witness is None


def test_two_quantities_of_one_name_prevent_a_refutation():
    assert search(eq(term(Symbol("s")), term(Symbol("s", domain=POSITIVE))), Assumptions()).witness is None


def test_points_where_a_convention_is_used_are_skipped():
    closed = Symbol("s", domain=Domain(values=(F(0),)))
    assert search(eq(closed * log(closed), ONE), Assumptions()).witness is None


def test_sides_of_different_shapes_raise():
    with pytest.raises(ShapeError):
        search(eq(X, transpose(X)), Assumptions())


# --- the witness itself ---


def test_a_witness_satisfies_the_domain_and_the_hypotheses():
    inside = Symbol("s", domain=Domain(lower=F(0), lower_open=True, upper=F(1), upper_open=True))
    witness = find_witness(eq(term(inside), term(x)), Assumptions((Hypothesis(eq(x + inside, ONE)),)))
    assert 0 < F(witness.values["s"]) < 1 and F(witness.values["x"]) + F(witness.values["s"]) == 1


def test_the_json_has_sizes_values_and_both_sides():
    witness = find_witness(eq(Derivative(LOSS, z, (j,)), onehot[j] - softmax(j)), Assumptions((sums_to_one(onehot),)))
    found = witness.json()
    assert found["sizes"] == {"K": 2}
    assert set(found["values"]) == {"y", "z", "j"} and sorted(found["values"]["y"]) == [0, 1]
    assert {found["lhs"], found["rhs"]} == {"1/2", "-1/2"}


def test_an_array_witness_names_the_entry():
    assert find_witness(eq(A, transpose(A)), Assumptions()).entry == (1, 2)


def test_irrational_values_are_shown_to_six_digits():
    witness = find_witness(eq(exp(x), ONE + x), Assumptions())
    assert witness.json()["lhs"] in ("2.71828", "0.367879", "7.38906")


def test_a_random_symbol_is_shown_with_its_law():
    value = find_witness(eq(E(EX**2), E(EX) ** 2), Assumptions()).values["X"]
    assert sum(F(w) for w in value["probabilities"]) == 1 and len(value["outcomes"]) > 1


@pytest.mark.parametrize(
    "prop", ["symmetric", "positive_definite", "positive_semidefinite", "orthogonal", "diagonal", "lower_triangular"]
)
def test_matrix_properties_are_sampled(prop):
    M = Arr.of(Symbol("M", (n, n), properties=frozenset({prop})))
    true = {
        "orthogonal": eq(matmul(transpose(M), M), identity(n)),
        "diagonal": eq(matmul(M, M), arrays.hadamard(M, M)),
        "lower_triangular": eq(arrays.det(M), arrays.det(arrays.diag(arrays.diag(M)))),
    }.get(prop, eq(M, transpose(M)))
    found = search(true, Assumptions(), budget_s=0.3)
    assert found.witness is None and found.samples > 20
    assert find_witness(eq(M, identity(n)), Assumptions()) is not None
