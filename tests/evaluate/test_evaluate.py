"""The evaluator against independent computations: mpmath for random terms and derivatives, SymPy and NumPy for
matrices.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random

import mpmath
import numpy
import pytest
import sympy
from flint import arb

from derive.evaluate import Assignment, Indeterminate, Law, Undefined, evaluate, random_function
from derive.terms import (
    ONE,
    PI,
    ZERO,
    Apply,
    Arr,
    At,
    Constant,
    Derivative,
    Determinant,
    Expectation,
    Fn,
    FunctionSymbol,
    Guard,
    Index,
    Integral,
    InverseEntry,
    Limit,
    MatrixPowerEntry,
    Mul,
    Num,
    Pow,
    Prod,
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

n, m = Size("n"), Size("m")
x, y, t = Symbol("x"), Symbol("y"), Symbol("t")
v = Symbol("v", (n,))
A = Symbol("A", (n, n))
i, j = Index("i", 1, n), Index("j", 1, n)
X, Y = term(x), term(y)
mpmath.mp.dps = 40
OO = Constant("oo")


def value(node, differences=False, precision=64, **given):
    return evaluate(node, Assignment(**given), precision=precision, differences=differences).value


def scalars(**numbers):
    return {"symbols": {{"x": x, "y": y, "t": t}[k]: w for k, w in numbers.items()}}


def mp(number):
    if isinstance(number, Fraction):
        return mpmath.mpf(number.numerator) / number.denominator
    return mpmath.mpf(number.mid().str(40, radius=False)) if isinstance(number, arb) else mpmath.mpf(number)


def agree(ours, theirs, tolerance=1e-12):
    if isinstance(ours, Fraction) and isinstance(theirs, Fraction):
        return ours == theirs
    radius = mp(ours.rad()) if isinstance(ours, arb) else 0
    return abs(mp(ours) - mp(theirs)) <= 2 * radius + tolerance * (1 + abs(mp(theirs)))


# --- random terms, built in step with a function that computes them in mpmath ---

SMOOTH = {
    "exp": mpmath.exp, "sin": mpmath.sin, "cos": mpmath.cos, "tanh": mpmath.tanh, "arctan": mpmath.atan,
    "erf": mpmath.erf,
    "sinh": mpmath.sinh, "cosh": mpmath.cosh, "softplus": lambda u: mpmath.log(1 + mpmath.exp(u)),
}  # fmt: skip
POSITIVE_ONLY = {
    "log": mpmath.log, "loggamma": mpmath.loggamma, "digamma": mpmath.digamma, "gamma": mpmath.gamma,
}  # fmt: skip


def random_term(rng, depth):
    """A term in x, y, v and a function of (x, y, v) that computes it by other means."""
    kind = rng.randrange(4 if depth == 0 else 13)
    if kind == 0:
        q = Fraction(rng.randint(-6, 6), rng.randint(1, 4))
        return Num(q), lambda a, b, c: mp(q)
    if kind == 1:
        return X, lambda a, b, c: a
    if kind == 2:
        return Y, lambda a, b, c: b
    if kind == 3:
        k = rng.randint(1, 3)
        return v[k], lambda a, b, c: c[k - 1]
    f, F = random_term(rng, depth - 1)
    g, G = random_term(rng, depth - 1)
    if kind in (4, 5):
        return f + g, lambda a, b, c: F(a, b, c) + G(a, b, c)
    if kind in (6, 7):
        return f * g, lambda a, b, c: F(a, b, c) * G(a, b, c)
    if kind == 8:
        return f / (1 + g**2), lambda a, b, c: F(a, b, c) / (1 + G(a, b, c) ** 2)
    if kind == 9:
        name = rng.choice(sorted(SMOOTH))
        return Fn(name, f / (1 + f**2)), lambda a, b, c: SMOOTH[name](F(a, b, c) / (1 + F(a, b, c) ** 2))
    if kind == 10:
        name = rng.choice(sorted(POSITIVE_ONLY))
        return Fn(name, 1 + f**2), lambda a, b, c: POSITIVE_ONLY[name](1 + F(a, b, c) ** 2)
    if kind == 11:
        e = rng.choice((Fraction(1, 2), Fraction(-3, 2), Fraction(2, 3), -2, 3))
        return Pow(1 + f**2, e), lambda a, b, c: (1 + F(a, b, c) ** 2) ** mp(Fraction(e))
    return Sum(i, f * v[i]), lambda a, b, c: F(a, b, c) * sum(c)


def point(rng):
    return [Fraction(rng.randint(-8, 8), rng.randint(1, 4)) for _ in range(5)]


def test_400_random_terms_have_the_value_that_mpmath_gives():
    rng = Random(1)
    for _ in range(400):
        node, reference = random_term(rng, 4)
        a, b, *c = point(rng)
        ours = value(node, sizes={n: 3}, symbols={x: a, y: b, v: c})
        theirs = reference(mp(a), mp(b), [mp(w) for w in c])
        assert agree(ours, theirs), node
        if isinstance(ours, arb):
            slack = mpmath.mpf(10) ** -33 * (1 + abs(theirs))
            assert abs(mp(ours) - theirs) <= mp(ours.rad()) * 2 + slack, "the ball does not contain the value"


def test_200_random_derivatives_agree_with_mpmath_and_with_differences():
    rng = Random(2)
    for _ in range(200):
        node, reference = random_term(rng, 3)
        a, b, *c = point(rng)
        given = {"sizes": {n: 3}, "symbols": {x: a, y: b, v: c}}
        ours = value(Derivative(node, x), **given)
        theirs = mpmath.diff(lambda s: reference(s, mp(b), [mp(w) for w in c]), mp(a))  # noqa: B023
        assert agree(ours, theirs, 1e-9), node
        assert agree(value(Derivative(node, x), differences=True, precision=500, **given), mp(ours), 1e-12), node


def test_mixed_second_derivatives_agree_with_mpmath():
    rng = Random(3)
    for _ in range(60):
        node, reference = random_term(rng, 3)
        a, b, *c = point(rng)
        given = {"sizes": {n: 3}, "symbols": {x: a, y: b, v: c}}
        ours = value(Derivative(Derivative(node, x), y), **given)
        theirs = mpmath.diff(lambda s, r: reference(s, r, [mp(w) for w in c]), (mp(a), mp(b)), (1, 1))  # noqa: B023
        assert agree(ours, theirs, 1e-8), node
        assert agree(
            value(Derivative(Derivative(node, x), y), differences=True, precision=640, **given), mp(ours), 1e-12
        )


def test_the_inner_derivative_does_not_confuse_its_infinitesimal_with_the_outer_one():
    inner = Derivative(X + Y, y)  # 1, so d/dx (x * inner) is 1 and not 2
    assert value(Derivative(X * inner, x), **scalars(x=1, y=1)) == 1


def random_matrix(rng, size):
    return [[Fraction(rng.randint(-5, 5), rng.randint(1, 3)) for _ in range(size)] for _ in range(size)]


def exact(matrix):
    return sympy.Matrix([[sympy.Rational(q.numerator, q.denominator) for q in row] for row in matrix])


def test_inverse_determinant_and_powers_agree_with_sympy_exactly():
    rng = Random(4)
    k = Size("k", 0)
    for _ in range(40):
        size = rng.randint(1, 4)
        matrix = random_matrix(rng, size)
        theirs = exact(matrix)
        given = {"sizes": {n: size, k: rng.randint(0, 4)}, "symbols": {A: matrix}}
        assert value(Determinant(Arr.of(A)), **given) == Fraction(str(theirs.det()))
        power = value(Arr(((i,), (j,)), MatrixPowerEntry(Arr.of(A), k, i, j)), **given)
        assert exact(power) == theirs ** given["sizes"][k]
        if theirs.det() == 0:
            with pytest.raises(Undefined):
                value(InverseEntry(Arr.of(A), 1, 1), **given)
        else:
            assert exact(value(arrays.inverse(Arr.of(A)), **given)) == theirs.inv()


def test_derivatives_of_inverse_and_log_determinant_agree_with_the_adjugate_exactly():
    rng = Random(5)
    for _ in range(15):
        size = rng.randint(1, 3)
        matrix = random_matrix(rng, size)
        theirs = exact(matrix)
        if theirs.det() == 0:
            continue
        given = {"sizes": {n: size}, "symbols": {A: matrix}}
        cofactors = value(Arr(((i,), (j,)), Derivative(Determinant(Arr.of(A)), A, (i, j))), **given)
        assert exact(cofactors) == theirs.adjugate().T
        first = Derivative(InverseEntry(Arr.of(A), 1, size), A, (size, 1))
        inverse = theirs.inv()
        assert value(first, **given) == Fraction(str(-inverse[0, size - 1] * inverse[0, size - 1]))


def test_the_derivative_of_a_singular_determinant_exists():
    assert value(Derivative(Determinant(Arr.of(A)), A, (1, 1)), sizes={n: 2}, symbols={A: [[0, 0], [0, 3]]}) == 3


def test_matrix_products_agree_with_numpy():
    rng = numpy.random.default_rng(0)
    B = Symbol("B", (n, m))
    b = rng.integers(-4, 5, (3, 2))
    a = rng.integers(-4, 5, (3, 3))
    given = {"sizes": {n: 3, m: 2}, "symbols": {A: a, B: b}}
    ours = arrays.matmul(arrays.transpose(Arr.of(B)), arrays.matmul(Arr.of(A), Arr.of(B)))
    assert numpy.array_equal(numpy.array(value(ours, **given), dtype=object), b.T @ a @ b)
    kron = value(arrays.kronecker(Arr.of(A), Arr.of(B)), **given)
    assert numpy.array_equal(numpy.array(kron, dtype=object), numpy.kron(a, b))
    assert value(arrays.vec(Arr.of(B)), **given) == list(b.T.reshape(-1))


# --- conventions and traps ---


def test_an_empty_sum_is_0_and_an_empty_product_1():
    empty = Index("k", 1, n - n)
    assert value(Sum(empty, X), sizes={n: 2}) == 0
    assert value(Prod(empty, X), sizes={n: 2}) == 1


def test_zero_to_the_zero_is_1():
    k = Index("k", 0, n)
    assert value(Sum(k, Pow(X, term(k))), sizes={n: 3}, **scalars(x=0)) == 1
    assert value(Pow(X, Y), **scalars(x=0, y=0)) == 1


def test_zero_times_log_zero_is_0_in_a_literal_product_and_is_noted():
    result = evaluate(X * log(X), Assignment(**scalars(x=0)))
    assert result.value == 0 and result.conventions == {"0 log 0"}
    with pytest.raises(Undefined):
        value(log(X), **scalars(x=0))
    with pytest.raises(Undefined):
        value(Derivative(X * log(X), x), **scalars(x=0))


@pytest.mark.parametrize(
    ("node", "number"),
    [
        (1 / X, 0), (log(X), 0), (log(X), -1), (sqrt(X), -2), (Pow(X, Fraction(1, 3)), -8), (Fn("arcsin", X), 2),
        (Fn("gamma", X), -3), (Fn("factorial", X), -1), (Pow(X, Y), -1), (Derivative(sqrt(X), x), 0),
        (Derivative(Fn("abs", X), x), 0), (Derivative(Fn("max", X, 0), x), 0), (Derivative(Guard(">", X), x), 0),
        (Derivative(Fn("sign", X), x), 0), (Derivative(Fn("floor", X), x), 2), (Derivative(sqrt(X**2), x), 0),
    ],
)  # fmt: skip
def test_a_value_that_does_not_exist_is_undefined(node, number):
    with pytest.raises(Undefined):
        value(node, **scalars(x=number, y=Fraction(1, 2)))


def test_an_index_outside_its_range_is_undefined_and_a_guard_protects_from_it():
    given = {"sizes": {n: 2}, "symbols": {v: [1, 2]}}
    with pytest.raises(Undefined):
        value(Sum(i, v[i - 1]), **given)
    assert value(Sum(i, Guard(">=", i - 2) * v[i - 1]), **given) == 1
    assert value(Sum(i, Sum(j, Guard("!=", i - j) / (v[i] - v[j]))), **given) == 0


def test_a_ball_that_touches_zero_is_indeterminate_not_wrong():
    with pytest.raises(Indeterminate):
        value(1 / (exp(X) - exp(X)), **scalars(x=1))


def test_simple_points_stay_exact():
    assert value(exp(X) + log(1 + X) + sqrt(4 + X) + Fn("cos", X), **scalars(x=0)) == Fraction(4)
    assert value(Pow(Num(Fraction(8, 27)), Fraction(2, 3)) + X, **scalars(x=0)) == Fraction(4, 9)
    assert value(Fn("binomial", Num(5), Num(2)) + Fn("factorial", Num(4)) + Fn("floor", Num(Fraction(-1, 2)))) == 33


def test_bound_names_do_not_capture():
    k = Index("k", 1, n)
    inner = Sum(k, v[k])
    assert value(Sum(k, v[k] * inner), sizes={n: 2}, symbols={v: [1, 2]}) == 9
    assert value(Sum(k, Sum(k, v[k])), sizes={n: 2}, symbols={v: [1, 2]}) == 6


def test_an_offset_array_is_read_from_its_first_index():
    p = Symbol("p", (n + 1,), first=(0,))
    k = Index("k", 0, n)
    assert value(Sum(k, term(k) * p[k]), sizes={n: 2}, symbols={p: [5, 7, 11]}) == 29


def test_at_takes_the_derivative_before_it_substitutes():
    assert value(At(Derivative(X**2, x), x, X + 1), **scalars(x=2)) == 6


def test_work_is_limited():
    huge = Index("k", 1, 10**9)
    with pytest.raises(Indeterminate):
        value(Sum(huge, X), **scalars(x=1))
    assert isinstance(value(Pow(X, Num(10**7)), **scalars(x=3)), arb)


# --- functions, expectations, integrals ---


def test_partial_derivatives_of_random_functions_agree_with_jets():
    rng = Random(6)
    f = FunctionSymbol("f", ((), (n,)), (m,), smooth=2)
    for _ in range(30):
        function = random_function(f, {n: 2, m: 2}, rng)
        given = {"sizes": {n: 2, m: 2}, "symbols": {x: Fraction(1, 2), v: [1, -2]}, "functions": {f: function}}
        arguments = (X, Arr.of(v))
        k = rng.randint(1, 2)
        jets = Derivative(Derivative(Apply(f, arguments, (k,)), x), v, (2,))
        slots = Apply(f, arguments, (k,), ((0, ()), (1, (2,))))
        assert agree(value(jets, **given), mp(value(slots, **given)))


def test_an_expectation_is_the_weighted_sum_and_conditions_on_what_is_given():
    a, b = Symbol("X", kind="random"), Symbol("Y", kind="random")
    law = Law(((Fraction(1, 2), {a: 0, b: 1}), (Fraction(1, 4), {a: 1, b: 2}), (Fraction(1, 4), {a: 1, b: 4})))
    E = Expectation
    assert value(E(term(b)), law=law) == 2
    assert value(E(term(b), (a,)), symbols={a: 1}, law=law) == 3
    assert value(E(E(term(b), (a,)) * term(a)), law=law) == Fraction(3, 2)
    assert value(E((term(b) - E(term(b))) ** 2), law=law) == Fraction(3, 2)


def test_a_derivative_goes_through_the_parameters_of_a_law():
    a = Symbol("X", kind="random")
    law = Law(((Fraction(1, 2), {a: X + Y}), (Fraction(1, 2), {a: X - Y})))
    assert value(Derivative(Expectation(term(a) ** 2), y), law=law, **scalars(x=1, y=3)) == 6


@pytest.mark.parametrize(
    ("node", "theirs"),
    [
        (Integral(t, Mul(-1, OO), OO, exp(-(t**2))), mpmath.sqrt(mpmath.pi)),
        (Integral(t, ZERO, OO, exp(-X * t)), mpmath.mpf(1) / 2),
        (Integral(t, ZERO, ONE, log(t)), -1),
        (Integral(t, ONE, ZERO, t**2), -mpmath.mpf(1) / 3),
        (Derivative(Integral(t, ZERO, X, exp(t**2)), x), mpmath.exp(4)),
        (Derivative(Integral(t, ZERO, ONE, exp(X * t)), x), (mpmath.exp(2) + 1) / 4),
        (Limit(t, OO, Pow(1 + X / t, term(t))), mpmath.exp(2)),
        (Limit(t, ZERO, Fn("sin", term(t)) / t), 1),
        (Limit(t, ZERO, t * log(t), "+"), 0),
        (Sum(Index("k", 0), exp(-X) * Pow(X, term(Index("k", 0))) / Fn("factorial", term(Index("k", 0)))), 1),
        (Integral(t, ZERO, PI, Fn("sin", term(t))), 2),
    ],
)
def test_integrals_limits_and_infinite_sums_are_close_and_not_called_rigorous(node, theirs):
    result = evaluate(node, Assignment(**scalars(x=2)))
    assert agree(result.value, theirs, 1e-6) and not result.rigorous


@pytest.mark.parametrize(
    "node",
    [
        Integral(t, ZERO, ONE, 1 / t), Integral(t, ZERO, OO, Fn("sin", term(t))), Limit(t, ZERO, Fn("sin", 1 / t)),
        Limit(t, ZERO, Fn("sign", term(t))), Limit(t, OO, Fn("sin", PI * t)),
        Sum(Index("k", 1), 1 / term(Index("k", 1))),
        Integral(t, ZERO, ONE, Guard(">", t - Fraction(1, 3))),
    ],
)  # fmt: skip
def test_what_does_not_converge_is_indeterminate(node):
    with pytest.raises(Undefined):
        value(node)


def test_delta_picks_one_term():
    assert value(Sum(i, delta(i, j) * v[i]), sizes={n: 3}, indices={j: 2}, symbols={v: [5, 6, 7]}) == 6


def test_every_elementary_function_is_known():
    from derive.evaluate.elementary import FUNCTIONS
    from derive.terms.term import ELEMENTARY

    assert set(FUNCTIONS) == ELEMENTARY
