"""Batch normalisation: every feature is shifted and scaled to mean 0 and variance 1 over the samples of a batch.

Each sample moves the mean and the spread of its batch, so the gradient of one sample depends on all of them.
"""

import numpy as np
from derive.catalogue import D, Equation, definition, gradient, indices, matrix, remark, vector
from derive.terms import POSITIVE, Hypothesis, Relation, Size, Sum, Symbol, sqrt, term

n, d = Size("n"), Size("d")
(r, s, t), (k, l) = indices("r s t", n), indices("k l", d)
X, G, a, b = Symbol("X", (n, d)), Symbol("G", (n, d)), Symbol(r"\gamma", (d,)), Symbol(r"\beta", (d,))
eps = Symbol(r"\epsilon", domain=POSITIVE)
mu, v, U, Y, L = Symbol(r"\mu", (d,)), Symbol("v", (d,)), Symbol("U", (n, d)), Symbol("Y", (n, d)), Symbol("L")

equation = Equation(
    ("Batch normalisation", "批归一化"),
    symbols=[X, a, b, G, eps],
    definitions={
        mu: vector(Sum(s, X[s, k]) / n, k),
        v: vector(Sum(s, (X[s, k] - mu[k]) ** 2) / n, k),
        U: matrix((X[s, k] - mu[k]) / sqrt(v[k] + eps), s, k),
        Y: matrix(a[k] * U[s, k] + b[k], s, k),
        L: Sum(s, Sum(k, G[s, k] * Y[s, k])),
    },
    source="S. Ioffe and C. Szegedy, Batch Normalization (2015), algorithm 1",
    related=["layer_norm"],
)
spread = Hypothesis(Relation("<", term(0), v[k]), (k,), "the feature varies in the batch")


@equation.claim("batch_norm", Y[s, k], a[k] * (X[s, k] - mu[k]) / sqrt(v[k] + eps) + b[k])
def batch_norm(calc):
    calc.by([definition(Y), definition(U)], a[k] * (X[s, k] - mu[k]) / sqrt(v[k] + eps) + b[k])


@equation.claim("mean", Sum(s, U[s, k]) / n, 0, title=("Mean 0 over the batch", "批内均值为零"))
def mean(calc):
    calc.by(definition(U), Sum(s, (X[s, k] - mu[k]) / sqrt(v[k] + eps)) / n)
    calc.by(remark("deviations from the mean add up to 0", "离差之和为零"), 0)


plain = (X[s, k] - mu[k]) / sqrt(v[k])


@equation.claim(
    "variance",
    Sum(s, plain**2) / n,
    1,
    title=("Variance 1 over the batch when nothing is added to it", "不加常数时方差为 1"),
    hypotheses=[spread],
)
def variance(calc):
    calc.by(remark("the root of the variance comes out of the sum", "提出标准差"), Sum(s, (X[s, k] - mu[k]) ** 2) / n / v[k])
    calc.by(definition(v), 1)


pull = (G[r, l] - Sum(s, G[s, l]) / n - U[r, l] * Sum(s, G[s, l] * U[s, l]) / n) * a[l] / sqrt(v[l] + eps)


@equation.claim("gradient", D(L, X[r, l]), pull, title=("Gradient in the input", "对输入的梯度"))
def in_input(calc):
    calc.by([definition(L), definition(Y)], D(Sum(s, Sum(k, G[s, k] * (a[k] * U[s, k] + b[k]))), X[r, l]))
    calc.by(remark("differentiate under the sum", "求和号下求导"), a[l] * Sum(s, G[s, l] * D(U[s, l], X[r, l])))
    calc.by(remark("as in layer normalisation, over the batch", "同层归一化，只是对批求和"), pull)


in_scale = equation.claim(
    "scale_gradient", gradient(L, a), vector(Sum(s, G[s, k] * U[s, k]), k), title=("Gradient in the scale", "对缩放参数的梯度")
)
in_shift = equation.claim("shift_gradient", gradient(L, b), vector(Sum(s, G[s, k]), k), title=("Gradient in the shift", "对平移参数的梯度"))


def normalised(X, eps):
    return (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps)


def backward(X, a, G, eps):
    u = normalised(X, eps)
    return (G - G.mean(axis=0) - u * (G * u).mean(axis=0)) * a / np.sqrt(X.var(axis=0) + eps)


batch_norm.reference(lambda X, a, b, eps: a * normalised(X, eps) + b)
in_input.reference(backward)
in_scale.reference(lambda X, G, eps: (G * normalised(X, eps)).sum(axis=0))
in_shift.reference(lambda G: G.sum(axis=0))
