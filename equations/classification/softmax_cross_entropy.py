"""Softmax cross-entropy: the loss of a classifier in terms of its logits.

Its gradient is what is predicted minus what is true, p - y, for any targets that sum to 1.
"""

import numpy as np
from derive.catalogue import D, Equation, assume, by_result, definition, given, indices, remark, vector
from derive.rules.differentiation import constant_factor, log_rule, under_the_sum
from derive.rules.exp_log import log_of_exp, log_of_quotient
from derive.rules.kronecker import derivative_of_entry, sum_over_delta
from derive.terms import Size, Sum, Symbol, delta, exp, log

K, d = Size("K"), Size("d")
i, j, k = indices("i j k", K)
a, l = indices("a l", d)
z, y, p = Symbol("z", (K,)), Symbol("y", (K,)), Symbol("p", (K,))
S, L = Symbol("S"), Symbol("L")
W, x, b = Symbol("W", (K, d)), Symbol("x", (d,)), Symbol("b", (K,))
o, q, loss_ = Symbol("o", (K,)), Symbol("q", (K,)), Symbol(r"\ell")
targets = assume(Sum(k, y[k]), 1, source="targets sum to 1")

equation = Equation(
    ("Softmax cross-entropy", "softmax 交叉熵"),
    symbols=[z, y, W, x, b],
    definitions={
        S: Sum(k, exp(z[k])),
        p: vector(exp(z[i]) / S, i),
        L: -Sum(k, y[k] * log(p[k])),
        o: vector(Sum(a, W[i, a] * x[a]) + b[i], i),
        q: vector(exp(o[i]) / Sum(k, exp(o[k])), i),
        loss_: log(Sum(k, exp(o[k]))) - Sum(k, y[k] * o[k]),
    },
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equations (4.108) and (4.109)",
    depends=["softmax_gradient", "log_sum_exp"],
    related=["binary_cross_entropy"],
)


@equation.claim("softmax_cross_entropy", L, log(Sum(k, exp(z[k]))) - Sum(k, y[k] * z[k]), hypotheses=[targets])
def softmax_cross_entropy(calc):
    calc.by([definition(L), definition(p)], -Sum(k, y[k] * log(exp(z[k]) / S)))
    calc.by([log_of_quotient, log_of_exp], -Sum(k, y[k] * (z[k] - log(S))))
    calc.by(remark("split the sum", "拆分求和"), Sum(k, y[k]) * log(S) - Sum(k, y[k] * z[k]))
    calc.by([given(targets), definition(S)], log(Sum(k, exp(z[k]))) - Sum(k, y[k] * z[k]))


softmax_cross_entropy.reference(lambda z, y: -np.sum(y * (z - np.max(z) - np.log(np.sum(np.exp(z - np.max(z)))))))


@equation.claim("gradient", D(L, z[j]), p[j] - y[j], title=("Gradient in the logits", "对 logits 的梯度"), hypotheses=[targets])
def gradient(calc):
    calc.by([definition(L), under_the_sum, constant_factor, log_rule], -Sum(k, y[k] * D(p[k], z[j]) / p[k]))
    calc.by(by_result("softmax_gradient"), -Sum(k, y[k] * (delta(k, j) - p[j])))
    calc.by(sum_over_delta, p[j] * Sum(k, y[k]) - y[j])
    calc.by(given(targets), p[j] - y[j])


@gradient.reference
def difference(z, y):
    e = np.exp(z - z.max())
    return e / e.sum() - y


@equation.claim(
    "hessian", D(L, z[j], z[k]), p[j] * (delta(j, k) - p[k]), title=("Hessian in the logits", "对 logits 的海森矩阵"), hypotheses=[targets]
)
def hessian(calc):
    calc.by(remark("the gradient", "梯度"), D(p[j] - y[j], z[k]))
    calc.by(by_result("softmax_gradient"), p[j] * (delta(j, k) - p[k]))


@hessian.reference
def covariance(z):
    e = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    return np.diag(e) - np.outer(e, e)


@equation.claim("layer_gradient", D(loss_, W[j, l]), (q[j] - y[j]) * x[l], title=("Gradient in the weights, o = Wx + b", "对权重的梯度"))
def layer_gradient(calc):
    calc.by(remark("chain rule through $o = W x + b$", "经由 $o = W x + b$ 的链式法则"), Sum(k, (q[k] - y[k]) * D(o[k], W[j, l])))
    calc.by([definition(o), under_the_sum, derivative_of_entry, sum_over_delta], Sum(k, (q[k] - y[k]) * delta(k, j) * x[l]))
    calc.by(sum_over_delta, (q[j] - y[j]) * x[l])


layer_gradient.reference(lambda y, W, x, b: np.outer(difference(W @ x + b, y), x))


bias_gradient = equation.claim("bias_gradient", D(loss_, b[j]), q[j] - y[j], title=("Gradient in the bias", "对偏置的梯度"))
bias_gradient.reference(lambda y, W, x, b: difference(W @ x + b, y))
