"""Exponential families: the derivatives of one function, the log-partition A, are the mean and the covariance of the statistic.

So A is convex. Here T has d entries and K outcomes; the well-known distributions have pages of their own.
"""

import numpy as np
from derive.catalogue import D, Equation, definition, indices, remark, vector
from derive.terms import POSITIVE, Size, Sum, Symbol, exp, log

K, d = Size("K"), Size("d")
k, l = indices("k l", K)
a, b, c = indices("a b c", d)
T, h, eta, u = Symbol("T", (K, d)), Symbol("h", (K,), POSITIVE), Symbol(r"\eta", (d,)), Symbol("u", (d,))
A, p, m = Symbol("A"), Symbol("p", (K,)), Symbol("m", (d,))
weight = h[k] * exp(Sum(a, eta[a] * T[k, a]))
share = weight / Sum(l, h[l] * exp(Sum(a, eta[a] * T[l, a])))

equation = Equation(
    ("Exponential family", "指数族"),
    symbols=[eta, T, h, u],
    definitions={A: log(Sum(k, weight)), p: vector(share, k), m: vector(Sum(k, share * T[k, b]), b)},
    source="C. M. Bishop, Pattern Recognition and Machine Learning, section 2.4",
    related=["exponential_family_discrete", "exponential_family_density", "log_sum_exp", "softmax_gradient", "bernoulli_categorical"],
)


@equation.claim("exponential_family", D(A, eta[b]), m[b], title=("The gradient of A is the mean of T", "A 的梯度是 T 的均值"))
def mean(calc):
    calc.by(definition(A), D(log(Sum(k, weight)), eta[b]))
    calc.by(remark("derivative of log, then of exp", "先对 log 求导，再对 exp 求导"), Sum(k, weight * T[k, b]) / Sum(k, weight))
    calc.by([definition(p), definition(m)], m[b])


covariance = equation.claim(
    "covariance",
    D(A, eta[b], eta[c]),
    Sum(k, p[k] * (T[k, b] - m[b]) * (T[k, c] - m[c])),
    title=("Its Hessian is the covariance of T", "其海森矩阵是 T 的协方差"),
    because=remark("differentiate the mean", "对均值求导"),
)


@equation.claim("convex", Sum(b, Sum(c, u[b] * D(A, eta[b], eta[c]) * u[c])), 0, op=">=", title=("So A is convex", "故 A 为凸函数"))
def convex(calc):
    calc.by(remark("the variance of $u^\\top T$", "$u^\\top T$ 的方差"), Sum(k, p[k] * Sum(b, u[b] * (T[k, b] - m[b])) ** 2))
    calc.ge(remark("a sum of squares with positive weights", "正权平方和"), 0)


@mean.reference
def by_weights(eta, T, h):
    w = h * np.exp(T @ eta)
    return np.average(T, axis=0, weights=w)


@covariance.reference
def by_numpy(eta, T, h):
    w = h * np.exp(T @ eta)
    return np.cov(T.T, aweights=w, ddof=0)
