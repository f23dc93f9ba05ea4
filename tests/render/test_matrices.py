"""Index form to matrix notation: the forms a textbook prints, and that they say the same numbers."""

import random
from fractions import Fraction

import numpy as np
import pytest

from derive.parse.grammar import parse_expression
from derive.render.latex import latex
from derive.render.matrices import matrix_form
from derive.render.text import text
from derive.terms import (
    Apply,
    Arr,
    Derivative,
    FunctionSymbol,
    Guard,
    Index,
    InverseEntry,
    Num,
    Pow,
    Size,
    Sum,
    Symbol,
    delta,
    exp,
    log,
    sqrt,
    term,
)  # fmt: skip
from derive.terms import arrays as ar
from tests.render.numeric import World
from tests.render.random_terms import SIZES, fresh_axes, random_matrix_value

n, d, K, m, r = Size("n"), Size("d"), Size("K"), Size("m"), Size("r")
ALL_SIZES = SIZES | {"m": 2, "r": 2}
i, l = Index("i", 1, n), Index("l", 1, n)
j, k = Index("j", 1, d), Index("k", 1, d)
a, b = Index("a", 1, K), Index("b", 1, K)
c, e = Index("c", 1, m), Index("e", 1, m)
X, S, Q, KEY, VALUE = (
    Symbol("X", (n, d)),
    Symbol("S", (n, m)),
    Symbol("Q", (n, d)),
    Symbol("K", (m, d)),
    Symbol("V", (m, r)),
)
y, z, p, theta, mu, x = (
    Symbol("y", (n,)),
    Symbol("z", (K,)),
    Symbol("p", (K,)),
    Symbol(r"\theta", (d,)),
    Symbol(r"\mu", (d,)),
    Symbol("x", (n, d)),
)
A, B = Symbol("A", (n, n)), Symbol("B", (n, n))
SIGMA = Symbol(r"\Sigma", (d, d), properties=frozenset({"positive_definite"}))
lam = term(Symbol(r"\lambda"))
sigma, f = FunctionSymbol(r"\sigma"), FunctionSymbol("f", ((d,),))


def arr(name, *shape):
    return Arr.of(Symbol(name, shape))


def mul(*factors):
    result = factors[0]
    for factor in factors[1:]:
        result = ar.matmul(result, factor)
    return result


def sub(u, v):
    return ar.add(u, ar.scale(Num(-1), v))


def layer(function):
    return ar.broadcast(function, ar.add(mul(arr("W", m, d), Arr.of(theta)), arr("b", m)))


def sigma_prime(u):
    return Apply(sigma, (u,), (), ((0, ()),))


XX, AA, BB, Y, T, v, u = (*map(Arr.of, (X, A, B, y, theta)), arr("v", n), arr("u", n))
R, U, V = arr("R", m, n), arr("U", m, r), arr("V", n, r)
RIDGE = ar.inverse(ar.add(mul(ar.transpose(XX), XX), ar.scale(lam, ar.identity(d))))
SCORES = Arr(((i,), (c,)), Sum(k, Q[i, k] * KEY[c, k]) / sqrt(d))

FORMS = [
    # least squares and quadratic forms
    (
        Arr(
            ((j,),),
            2 * Sum(i, Sum(k, X[i, j] * X[i, k] * theta[k])) - 2 * Sum(i, X[i, j] * y[i]) + 2 * lam * theta[j],
        ),
        r"2 X^\top (X \theta - y) + 2 \lambda \theta",
    ),
    (Arr(((j,),), Sum(i, X[i, j] * (Sum(k, X[i, k] * theta[k]) - y[i]))), r"X^\top (X \theta - y)"),
    (
        ar.norm_squared(sub(Y, mul(XX, T))) + lam * ar.norm_squared(T),
        r"\lVert y - X \theta \rVert^2 + \lambda \lVert \theta \rVert^2",
    ),
    (
        Sum(i, Sum(j, Sum(k, X[i, j] * theta[j] * X[i, k] * theta[k]))) - 2 * Sum(i, Sum(j, y[i] * X[i, j] * theta[j])),
        r"\lVert X \theta \rVert^2 - 2 y^\top X \theta",
    ),
    (mul(RIDGE, mul(ar.transpose(XX), Y)), r"(X^\top X + \lambda I)^{-1} X^\top y"),
    (mul(XX, ar.inverse(mul(ar.transpose(XX), XX)), ar.transpose(XX)), r"X(X^\top X)^{-1} X^\top"),
    (mul(ar.transpose(u), AA, u), r"u^\top A u"),
    (mul(ar.transpose(u), AA, u) * lam / 2, r"\frac{\lambda}{2} u^\top A u"),
    (ar.add(mul(AA, v), mul(ar.transpose(AA), v)), r"(A + A^\top) v"),
    (
        Arr(
            T.axes,
            2 * mul(Arr.of(SIGMA), T).at(T.indices[0]) / ar.dot(T, T)
            - 2 * mul(ar.transpose(T), Arr.of(SIGMA), T) * T.body / ar.dot(T, T) ** 2,
        ),
        r"\frac{2 \Sigma \theta}{\lVert \theta \rVert^2}"
        r" - \frac{2 \theta^\top \Sigma \theta}{\lVert \theta \rVert^4} \theta",
    ),
    # softmax and its derivative
    (Arr(((a,), (b,)), delta(a, b) * p[a] - p[a] * p[b]), r"\operatorname{diag}(p) - p p^\top"),
    (Arr(((a,), (b,)), p[a] * (delta(a, b) - p[b])), r"\operatorname{diag}(p) - p p^\top"),
    (Arr(((a,),), exp(z[a]) / Sum(b, exp(z[b])) - p[a]), r"\operatorname{softmax}(z) - p"),
    (Arr(((i,), (c,)), exp(S[i, c]) / Sum(e, exp(S[i, e]))), r"\operatorname{softmax}(S)"),
    (
        mul(Arr(((i,), (c,)), exp(SCORES.at(i, c)) / Sum(e, exp(SCORES.at(i, e)))), Arr.of(VALUE)),
        r"\operatorname{softmax}\left( \frac{Q K^\top}{\sqrt{d}} \right) V",
    ),
    (Arr(((a,),), p[a] * (z[a] - Sum(b, p[b] * z[b]))), r"p \odot (z - (p^\top z) \mathbf{1})"),
    (Sum(a, p[a] * log(p[a])), r"p^\top \log(p)"),
    # traces, determinants, norms
    (ar.det(AA), r"\det A"),
    (log(ar.det(mul(ar.transpose(XX), XX))), r"\log \det(X^\top X)"),
    (ar.trace(mul(AA, BB)), r"\operatorname{tr}(A B)"),
    (ar.trace(mul(ar.transpose(AA), BB)), r"\operatorname{tr}(A^\top B)"),
    (ar.trace(mul(AA, AA, AA)), r"\operatorname{tr}(A^3)"),
    (ar.norm(XX), r"\lVert X \rVert_F"),
    (ar.norm_squared(XX), r"\lVert X \rVert_F^2"),
    (ar.norm(v, "1"), r"\lVert v \rVert_1"),
    (Arr(v.axes, v.body * Pow(ar.norm_squared(v), Fraction(-1, 2))), r"\frac{v}{\lVert v \rVert}"),
    (ar.scale(Num(Fraction(1, 2)), ar.norm_squared(v)), r"\frac{1}{2} \lVert v \rVert^2"),
    # Hadamard, diagonal, ones
    (ar.hadamard(v, u), r"v \odot u"),
    (ar.hadamard(AA, BB), r"A \odot B"),
    (mul(ar.diag(v), AA), r"\operatorname{diag}(v) A"),
    (mul(AA, ar.diag(v), BB), r"A \operatorname{diag}(v) B"),
    (ar.diag(AA), r"\operatorname{diag}(A)"),
    (ar.total(AA), r"\mathbf{1}^\top A \mathbf{1}"),
    (mul(AA, ar.ones(n)), r"A \mathbf{1}"),
    (Arr(((j,),), Sum(i, X[i, j])), r"X^\top \mathbf{1}"),
    (Arr(((i,),), y[i] - Sum(l, y[l]) / n), r"y - \frac{\mathbf{1}^\top y}{n} \mathbf{1}"),
    (ar.outer(u, v), r"u v^\top"),
    (ar.transpose(v), r"v^\top"),
    (ar.identity(n), "I_n"),
    (ar.add(AA, ar.scale(Num(-2), ar.identity(n))), "A - 2 I"),
    (Arr(v.axes, Pow(v.body, -1) * u.at(v.indices[0])), r"u \oslash v"),
    # matrix factorisation, inverse
    (
        ar.scale(Num(-2), mul(sub(R, mul(U, ar.transpose(V))), V)),
        r"-2(R - U V^\top) V",
    ),
    (
        mul(ar.hadamard(arr("M", m, n), sub(mul(U, ar.transpose(V)), R)), V),
        r"(M \odot (U V^\top - R)) V",
    ),
    (
        ar.scale(Num(-1), mul(ar.transpose(ar.inverse(AA)), u, ar.transpose(v), ar.transpose(ar.inverse(AA)))),
        r"-A^{-\top} u v^\top A^{-\top}",
    ),
    (mul(AA, AA, AA, v), "A^3 v"),
    # functions of a matrix expression
    (layer(lambda t: Apply(sigma, (t,))), r"\sigma(W \theta + b)"),
    (ar.hadamard(arr(r"\delta", m), layer(sigma_prime)), r"\delta \odot \sigma'(W \theta + b)"),
    (ar.elementwise("max", Num(0), layer(lambda t: t)), r"\max(0, W \theta + b)"),
    (layer(lambda t: Guard(">", t)), r"\mathbf{1}[W \theta + b > 0]"),
    (Arr(T.axes, Apply(f, (T,), (), ((0, (T.indices[0],)),))), r"\nabla f(\theta)"),
    # families of vectors
    (
        Sum(i, Sum(j, (x[i, j] - mu[j]) * Sum(k, InverseEntry(Arr.of(SIGMA), j, k) * (x[i, k] - mu[k])))),
        r"\sum_{i=1}^{n} (x_i - \mu)^\top \Sigma^{-1}(x_i - \mu)",
    ),
    (Arr(((j,),), Sum(i, x[i, j] * y[i])), r"\sum_{i=1}^{n} y_i x_i"),
    (Arr(((j,),), Sum(i, x[i, j]) / n - mu[j]), r"\frac{1}{n} \sum_{i=1}^{n} x_i - \mu"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), FORMS, ids=[e for _, e in FORMS])
def test_the_matrix_form_is_the_textbooks(value, expected):
    form = matrix_form(fresh_axes(value))
    assert form is not None
    assert latex(form) == expected
    world = World(ALL_SIZES)
    assert np.allclose(world.array(value), world.array(form.to_arr()))


def test_text_of_matrix_forms():
    shown = [text(matrix_form(value)) for value, _ in FORMS[:6]]
    assert shown == [
        "2 Xᵀ(Xθ − y) + 2λθ",
        "Xᵀ(Xθ − y)",
        "‖y − Xθ‖² + λ ‖θ‖²",
        "‖Xθ‖² − 2 yᵀXθ",
        "(XᵀX + λI)⁻¹Xᵀy",
        "X(XᵀX)⁻¹Xᵀ",
    ]


def test_the_gradient_of_an_opaque_loss_is_a_nabla():
    loss = Symbol("L", kind="dependent")
    assert latex(matrix_form(Arr(((j,),), Derivative(loss + 0, theta, (j,))))) == r"\nabla_\theta L"


@pytest.mark.parametrize(
    "value",
    [
        y[i] - theta[j],  # entries stay entries
        Sum(k, X[i, k] * theta[k]) - y[i],
        Sum(l, Guard("!=", i - l) * y[l]),
        Arr(((i,),), term(i) * y[i]),
        Arr(((i,),), exp(z[a]) / Sum(b, exp(z[b])) * y[i]),
        Sum(Index("t", 2, n), y[Index("t", 2, n)]),
        Arr(((Index("t", 1, n - 1),),), y[Index("t", 1, n - 1) + 1] - y[Index("t", 1, n - 1)]),
        Symbol("q") ** 2,
    ],
)
def test_no_mixture_is_ever_shown(value):
    assert matrix_form(value) is None


@pytest.mark.parametrize("seed", range(250))
def test_random_matrix_forms_agree_with_the_indices(seed):
    value = fresh_axes(random_matrix_value(random.Random(seed), 3))
    form = matrix_form(value)
    assert form is not None
    for shapes in ({"n": 3, "d": 2, "K": 4}, {"n": 2, "d": 4, "K": 1}):
        world = World(shapes, seed=seed, positive=False)
        assert np.allclose(world.array(value), world.array(form.to_arr()), rtol=1e-6), latex(form)
    parse_expression(latex(form))
    assert text(form)
