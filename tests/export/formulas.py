"""Formulas for the tests and benchmarks: a term, its inputs, and best hand-written NumPy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from scipy import special
from scipy.spatial.distance import cdist

from derive.export import Function
from derive.terms import (
    PI,
    POSITIVE,
    ZERO,
    Arr,
    Determinant,
    Fn,
    Guard,
    Index,
    InverseEntry,
    Prod,
    Size,
    Sum,
    Symbol,
    cos,
    delta,
    exp,
    log,
    sqrt,
    tanh,
)
from derive.terms import arrays as la
from tests.export.by_hand import (
    log_cosh,
    np_attention_weights,
    np_contrastive,
    np_cosine,
    np_cross_entropy,
    np_factorization_machine,
    np_gauss,
    np_gram_penalty,
    np_huber,
    np_identity_plus,
    np_inverse_form_gradient,
    np_layer_norm_gradient,
    np_log_softmax,
    np_logistic_hessian,
    np_logistic_loss,
    np_lse,
    np_mixture_nll,
    np_norm,
    np_pseudo_huber,
    np_row_gradient,
    np_softmax,
    np_softmax_jacobian,
    np_softmax_regression,
    np_softmax_rows,
    np_total_variation,
    np_variance,
)

n, d, K, m = Size("n"), Size("d"), Size("K"), Size("m")
i, j, l, o = (Index(c, 1, n) for c in "ijlo")
a, b, c, e = (Index(x, 1, d) for x in "abce")
k, h, g = (Index(x, 1, K) for x in "khg")
z, y, x, w, s, p, q = (Symbol(v, (n,)) for v in "zyxwspq")
P, Q = (Symbol(v, (n,), domain=POSITIVE) for v in "PQ")
X, Y = Symbol("X", (n, d)), Symbol("Y", (n, d))
M, A = Symbol("M", (n, n)), Symbol("A", (n, n))
S = Symbol(r"\Sigma", (d, d), properties=frozenset({"symmetric", "positive_definite"}))
W, theta, mu = Symbol("W", (d, K)), Symbol(r"\theta", (d,)), Symbol(r"\mu", (d,))
T = Symbol("T", (n, K))
lam, t = Symbol(r"\lambda", domain=POSITIVE), Symbol("t", domain=POSITIVE)
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Case:
    """One formula. ``make(rng, sizes)`` gives special inputs by name; the others are standard normal."""

    name: str
    parameters: tuple[Symbol, ...]
    value: Any
    hand: Callable[..., Any]
    make: dict[str, Callable[..., Any]] = field(default_factory=dict)

    @property
    def function(self) -> Function:
        return Function(self.name, self.parameters, self.value)

    def inputs(self, sizes: dict[Size, int], seed: int = 0) -> dict[Symbol, Any]:
        rng = np.random.default_rng(seed)
        values = {}
        for symbol in self.parameters:
            shape = tuple(r.constant + sum(f * sizes[at] for at, f in r.terms) for r in symbol.shape)
            value = self.make[symbol.name](rng, shape) if symbol.name in self.make else rng.standard_normal(shape)
            values[symbol] = np.abs(value) + 0.1 if symbol.domain.positive else value
        return values


def vector(body: Any, *indices: Index) -> Arr:
    return Arr(tuple((index,) for index in indices), body)


def softmax_of(u: Callable[[Any], Any], at: Any, over: Index) -> Any:
    return exp(u(at)) / Sum(over, exp(u(over)))


def sigmoid_of(u: Any) -> Any:
    return (1 + exp(-u)) ** -1


def spd(rng: Any, shape: tuple[int, ...]) -> np.ndarray:
    root = rng.standard_normal(shape)
    return root @ root.T + shape[0] * np.eye(shape[0])


def simplex(rng: Any, shape: tuple[int, ...]) -> np.ndarray:
    v = rng.random(shape) + 0.05
    return v / v.sum(axis=-1, keepdims=True)


def bits(rng: Any, shape: tuple[int, ...]) -> np.ndarray:
    return rng.integers(0, 2, shape).astype(float)


r = Sum(b, X[i, b] * theta[b]) - y[i]
logit = Sum(b, X[i, b] * theta[b])
sm = softmax_of(lambda v: z[v], i, j)
smj = softmax_of(lambda v: z[v], j, l)
score = lambda u, v: Sum(a, X[u, a] * Y[v, a]) / sqrt(d)  # noqa: E731
attention = exp(score(i, j)) / Sum(l, exp(score(i, l)))
ZT = lambda u, v: Sum(a, X[u, a] * W[a, v])  # noqa: E731
class_p = exp(ZT(i, k)) / Sum(h, exp(ZT(i, h)))
mean = Sum(j, x[j]) / n
variance = Sum(j, (x[j] - mean) ** 2) / n


CASES = [
    Case("softmax", (z,), vector(sm, i), np_softmax),
    Case(
        "softmax_jacobian",
        (z,),
        vector(sm * (delta(i, j) - smj), i, j),
        np_softmax_jacobian,
    ),
    Case("log_softmax", (z,), vector(log(sm), i), np_log_softmax),
    Case("log_sum_exp", (z,), log(Sum(j, exp(z[j]))), np_lse),
    Case("scaled_log_sum_exp", (z, t), t * log(Sum(j, exp(z[j] / t))), lambda z, t: t * np_lse(z / t)),
    Case("cross_entropy", (z, y), -Sum(i, y[i] * log(sm)), np_cross_entropy, {"y": simplex}),
    Case("cross_entropy_gradient", (z, y), vector(sm - y[i], i), lambda z, y: np_softmax(z) - y, {"y": simplex}),
    Case("softmax_mean", (z, w), Sum(i, sm * w[i]), lambda z, w: np.vecdot(np_softmax(z), w)),
    Case("least_squares", (X, y, theta), HALF * Sum(i, r**2), lambda X, y, theta: 0.5 * np.dot(r := X @ theta - y, r)),
    Case(
        "least_squares_gradient",
        (X, y, theta),
        vector(Sum(i, X[i, a] * r), a),
        lambda X, y, theta: X.T @ (X @ theta - y),
    ),
    Case(
        "ridge_gradient",
        (X, y, theta, lam),
        vector(2 * Sum(i, X[i, a] * Sum(b, X[i, b] * theta[b])) - 2 * Sum(i, X[i, a] * y[i]) + 2 * lam * theta[a], a),
        lambda X, y, theta, lambda_: 2 * (X.T @ (X @ theta - y) + lambda_ * theta),
    ),
    Case(
        "ridge_solution",
        (X, y, lam),
        vector(
            Sum(
                b,
                InverseEntry(Arr(((a,), (c,)), Sum(j, X[j, a] * X[j, c]) + lam * delta(a, c)), e, b)
                * Sum(i, X[i, b] * y[i]),
            ),
            e,
        ),
        lambda X, y, lambda_: np.linalg.solve(X.T @ X + lambda_ * np.eye(X.shape[1]), X.T @ y),
    ),
    Case(
        "logistic_loss",
        (X, y, theta),
        -Sum(i, y[i] * log(sigmoid_of(logit)) + (1 - y[i]) * log(1 - sigmoid_of(logit))),
        np_logistic_loss,
        {"y": bits},
    ),
    Case(
        "logistic_gradient",
        (X, y, theta),
        vector(Sum(i, (sigmoid_of(logit) - y[i]) * X[i, a]), a),
        lambda X, y, theta: X.T @ (special.expit(X @ theta) - y),
        {"y": bits},
    ),
    Case(
        "logistic_hessian",
        (X, theta),
        vector(Sum(i, X[i, a] * X[i, c] * exp(-logit) / (1 + exp(-logit)) ** 2), a, c),
        np_logistic_hessian,
    ),
    Case(
        "softmax_regression",
        (X, W, T),
        -Sum(i, Sum(k, T[i, k] * log(class_p))) / n,
        np_softmax_regression,
        {"T": simplex},
    ),
    Case(
        "softmax_regression_gradient",
        (X, W, T),
        vector(Sum(i, X[i, a] * (class_p - T[i, k])) / n, a, k),
        lambda X, W, T: X.T @ (np_softmax_rows(X @ W) - T) / len(X),
        {"T": simplex},
    ),
    Case(
        "attention",
        (X, Y, T),
        vector(Sum(j, attention * T[j, k]), i, k),
        lambda X, Y, T: np_attention_weights(X, Y) @ T,
    ),
    Case(
        "attention_row_gradient",
        (X, Y, M),
        vector(
            attention * (M[i, j] - Sum(o, attention_o := exp(score(i, o)) / Sum(l, exp(score(i, l))) * M[i, o])), i, j
        ),
        np_row_gradient,
    ),
    Case("layer_norm", (x,), vector((x[i] - mean) / sqrt(variance + 1), i), np_norm),
    Case(
        "layer_norm_gradient",
        (x, w),
        vector(
            Sum(i, w[i] * (delta(i, o) - Fraction(1) / n - (x[i] - mean) * (x[o] - mean) / (variance + 1) / n))
            / sqrt(variance + 1),
            o,
        ),
        np_layer_norm_gradient,
    ),
    Case(
        "rms_norm",
        (x, w),
        Sum(i, w[i] * x[i] / sqrt(Sum(j, x[j] ** 2) / n + 1)),
        lambda x, w: np.vecdot(w, x) / np.sqrt(np.vecdot(x, x) / x.shape[-1] + 1),
    ),
    Case("entropy", (p,), -Sum(i, p[i] * log(p[i])), lambda p: special.entr(p).sum(axis=-1), {"p": simplex}),
    Case(
        "kl",
        (p, q),
        Sum(i, p[i] * log(p[i] / q[i])),
        lambda p, q: special.rel_entr(p, q).sum(axis=-1),
        {"p": simplex, "q": simplex},
    ),
    Case(
        "gaussian_nll",
        (X, mu, S),
        n * HALF * log(Determinant(Arr.of(S)))
        + HALF * Sum(i, Sum(a, Sum(b, (X[i, a] - mu[a]) * InverseEntry(Arr.of(S), a, b) * (X[i, b] - mu[b])))),
        np_gauss,
        {r"\Sigma": spd},
    ),
    Case(
        "gaussian_nll_gradient",
        (X, mu, S),
        vector(-Sum(i, Sum(b, InverseEntry(Arr.of(S), a, b) * (X[i, b] - mu[b]))), a),
        lambda X, mu, Sigma: -np.linalg.solve(Sigma, (X - mu).sum(0)),
        {r"\Sigma": spd},
    ),
    Case(
        "inverse_form_gradient",
        (x, y, A),
        vector(-Sum(l, Sum(o, InverseEntry(Arr.of(A), l, i) * x[l] * InverseEntry(Arr.of(A), j, o) * y[o])), i, j),
        np_inverse_form_gradient,
        {"A": spd},
    ),
    Case(
        "log_abs_det_gradient",
        (A,),
        vector(InverseEntry(Arr.of(A), j, i), i, j),
        lambda A: np.linalg.inv(A).T,
        {"A": spd},
    ),
    Case(
        "frobenius_gradient",
        (A, X, Y),
        vector(-2 * Sum(j, (A[i, j] - Sum(b, X[i, b] * Y[j, b])) * Y[j, a]), i, a),
        lambda A, X, Y: -2 * (A - X @ Y.T) @ Y,
    ),
    Case(
        "trace_form",
        (X, A, S),
        Sum(a, Sum(i, Sum(j, Sum(b, X[i, a] * A[i, j] * X[j, b] * S[b, a])))),
        lambda X, A, Sigma: np.vdot(X, A @ X @ Sigma.T),
        {r"\Sigma": spd},
    ),
    Case(
        "two_layer_gradient",
        (X, W, s, T),
        vector(Sum(i, Sum(k, T[i, k] * (1 - tanh(ZT(i, k)) ** 2) * s[i] * X[i, a])), a),
        lambda X, W, s, T: (s * (T * (1 - np.tanh(X @ W) ** 2)).sum(1)) @ X,
    ),
    Case(
        "pairwise_kernel",
        (X, t),
        vector(exp(-Sum(a, (X[i, a] - X[j, a]) ** 2) / (2 * t**2)), i, j),
        lambda X, t: np.exp(cdist(X, X, "sqeuclidean") * (-0.5 / t**2)),
    ),
    Case(
        "laplacian_gradient",
        (X, M),
        vector(2 * Sum(j, M[i, j] * (X[i, a] - X[j, a])), i, a),
        lambda X, M: 2 * (M.sum(1)[:, None] * X - M @ X),
    ),
    Case(
        "factorization_machine",
        (X, x),
        Sum(
            i, Sum(Index("j", i + 1, n), Sum(a, X[i, a] * X[Index("j", i + 1, n), a] * x[i] * x[Index("j", i + 1, n)]))
        ),
        np_factorization_machine,
    ),
    Case(
        "plackett_luce",
        (s,),
        Sum(i, log(Sum(Index("j", i, n), exp(s[Index("j", i, n)]))) - s[i]),
        lambda s: (np.logaddexp.accumulate(s[..., ::-1], axis=-1)[..., ::-1] - s).sum(axis=-1),
    ),
    Case(
        "total_variation",
        (x, t),
        Sum(Index("i", 1, n - 1), sqrt((x[Index("i", 1, n - 1) + 1] - x[Index("i", 1, n - 1)]) ** 2 + t)),
        np_total_variation,
    ),
    Case(
        "hinge",
        (X, y, theta),
        Sum(i, Fn("max", 0, 1 - y[i] * logit)) / n,
        lambda X, y, theta: np.maximum(0, 1 - y * (X @ theta)).sum() / len(X),
    ),
    Case(
        "hinge_gradient",
        (X, y, theta),
        vector(-Sum(i, Guard(">", 1 - y[i] * logit) * y[i] * X[i, a]) / n, a),
        lambda X, y, theta: -(np.where(y * (X @ theta) < 1, y, 0) @ X) / len(X),
    ),
    Case(
        "huber",
        (x, t),
        Sum(
            i,
            Guard(">=", t - Fn("abs", x[i])) * HALF * x[i] ** 2
            + Guard(">", Fn("abs", x[i]) - t) * t * (Fn("abs", x[i]) - t * HALF),
        ),
        np_huber,
    ),
    Case(
        "pseudo_huber",
        (x, t),
        Sum(i, t**2 * (sqrt(1 + (x[i] / t) ** 2) - 1)),
        np_pseudo_huber,
    ),
    Case("log_cosh", (x, y), Sum(i, log(Fn("cosh", x[i] - y[i]))), log_cosh),
    Case(
        "gelu",
        (x,),
        vector(HALF * x[i] * (1 + tanh(sqrt(2 / PI) * (x[i] + x[i] ** 3 / 10))), i),
        lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + x * x * x / 10))),
    ),
    Case(
        "geometric_mean",
        (P,),
        Prod(i, P[i]) ** (Fraction(1) / n),
        lambda P: np.exp(np.log(P).sum(axis=-1) / P.shape[-1]),
    ),
    Case("variance", (x,), Sum(i, x[i] ** 2) / n - (Sum(i, x[i]) / n) ** 2, np_variance),
    Case(
        "cosine",
        (x, y),
        Sum(i, x[i] * y[i]) / (sqrt(Sum(j, x[j] ** 2)) * sqrt(Sum(j, y[j] ** 2))),
        np_cosine,
    ),
    Case(
        "contrastive",
        (X, Y, t),
        -Sum(i, log(exp(Sum(a, X[i, a] * Y[i, a]) / t) / Sum(j, exp(Sum(a, X[i, a] * Y[j, a]) / t)))) / n,
        np_contrastive,
    ),
    Case(
        "mixture_nll",
        (x, P, Q, z),
        -Sum(i, log(Sum(j, P[j] / (sqrt(2 * PI) * Q[j]) * exp(-((x[i] - z[j]) ** 2) / (2 * Q[j] ** 2))))),
        np_mixture_nll,
    ),
    Case(
        "positional",
        (x,),
        vector(cos(i * x[i]) + i - 1, i),
        lambda x: np.cos((k := np.arange(1, x.shape[-1] + 1)) * x) + (k - 1),
    ),
    Case(
        "identity_plus",
        (A, lam),
        vector(A[i, j] + lam * delta(i, j), i, j),
        np_identity_plus,
    ),
    Case(
        "gram_penalty",
        (X,),
        la.norm_squared(la.add(la.matmul(la.transpose(Arr.of(X)), Arr.of(X)), la.scale(-1 + ZERO, la.identity(d)))),
        np_gram_penalty,
    ),
]
