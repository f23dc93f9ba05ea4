r"""Maximum likelihood for a normal sample in d dimensions: the mean vector, and the scatter matrix over n.

Both come out of matrix calculus, and no other matrix does better (`mle_covariance_maximum`). The scatter matrix must be positive definite,
or the likelihood has no maximum.
"""

import numpy as np
from derive.catalogue import Equation, array, definition, gradient, indices, matrix, relation, remark, vector
from derive.rules.exp_log import log_of_indexed_product
from derive.terms import PI, At, IntValue, Prod, Size, Sum, Symbol, exp, log, sqrt
from derive.terms.arrays import add, det, dot, inverse, matmul, scale, zeros
from scipy import stats

n, d, N = Size("n"), Size("d"), IntValue(Size("n"))
(i,) = indices("i", n)
a, b = indices("a b", d)
x, mu = Symbol("x", (n, d)), Symbol(r"\mu", (d,))
S = Symbol(r"\Sigma", (d, d), properties={"symmetric", "positive_definite"})
L, l, m, W = Symbol("L"), Symbol(r"\ell"), Symbol(r"\bar{x}", (d,)), Symbol("W", (d, d))
S_, W_, P = array(S), array(W), inverse(array(S))
away = vector(x[i, a] - mu[a], a)

q = dot(away, matmul(P, away))
density = exp(-q / 2) / sqrt((2 * PI) ** IntValue(d) * det(S_))

equation = Equation(
    ("Maximum likelihood for a multivariate normal sample", "多元正态样本的最大似然"),
    symbols=[x, mu, S],
    definitions={
        L: Prod(i, density),
        l: -N * IntValue(d) * log(2 * PI) / 2 - N * log(det(S_)) / 2 - Sum(i, q) / 2,
        m: vector(Sum(i, x[i, a]) / n, a),
        W: matrix(Sum(i, (x[i, a] - mu[a]) * (x[i, b] - mu[b])) / n, a, b),
    },
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equations (2.118) to (2.122)",
    axioms=["Jacobi's formula", "multiplicativity of the determinant"],
    related=["mle_covariance_maximum", "mle_gaussian_mean_variance", "matrix_derivatives", "multivariate_gaussian"],
)


@equation.claim("mle_multivariate_gaussian", log(L), l, ("Log-likelihood", "对数似然"))
def of_likelihood(calc):
    calc.by([definition(L), log_of_indexed_product], Sum(i, log(density)))
    calc.by(remark("logarithms of a quotient, of exp and of a root", "商、指数与根的对数"), l)


pull = scale(N, matmul(P, add(array(m), scale(-1, array(mu)))))
by_mean = equation.claim("by_mean", gradient(l, mu), pull, ("Gradient by the mean", "对均值的梯度"))
zero, title = relation(gradient(l, mu), "=", zeros(d)), ("0 at the sample mean only", "仅在样本均值处为零")


@equation.implication("mean", zero, relation(mu, "=", m), title, op="<=>")
def mean(chain):
    chain.iff(remark("the gradient", "梯度"), relation(pull, "=", zeros(d)))
    by = remark(r"multiply by $\Sigma / n$", r"左乘 $\Sigma / n$")
    chain.iff(by, relation(mu, "=", m), through=lambda v: scale(1 / N, matmul(S_, v)))


slope = scale(N / 2, add(matmul(matmul(P, W_), P), scale(-1, P)))
by_covariance = equation.claim("by_covariance", gradient(l, S), slope, ("Gradient by the covariance", "对协方差的梯度"))
zero, title = relation(gradient(l, S), "=", zeros(d, d)), ("0 at the scatter over n only", "仅在散布矩阵除以 n 处为零")


@equation.implication("covariance", zero, relation(S, "=", W_), title, op="<=>")
def covariance(chain):
    chain.iff(remark("the gradient", "梯度"), relation(slope, "=", zeros(d, d)))
    by = remark(r"multiply by $\Sigma$ on both sides", r"两边各乘 $\Sigma$")
    there, back = (lambda v, M=M: matmul(matmul(M, v), M) for M in (S_, P))
    chain.iff(by, relation(S, "=", W_), there, back)


title = ("For any covariance the sample mean is the best mean", "对任意协方差，样本均值最优")


@equation.claim("maximum", l, At(l, mu, m), title, op="<=")
def maximum(calc):
    off = add(array(m), scale(-1, array(mu)))
    why = remark("around the sample mean; the cross terms sum to 0", "以样本均值为中心，交叉项和为零")
    calc.by(why, At(l, mu, m) - N * dot(off, matmul(P, off)) / 2)
    calc.le(remark("a positive definite quadratic form", "正定二次型"), At(l, mu, m))


of_likelihood.reference(lambda x, mu, S: np.sum(stats.multivariate_normal.logpdf(x, mu, S)))
by_mean.reference(lambda x, mu, S: np.linalg.solve(S, (x - mu).sum(axis=0)))


@by_covariance.reference
def of_scatter(x, mu, S):
    p, w = np.linalg.inv(S), (x - mu).T @ (x - mu)
    return (p @ w @ p - len(x) * p) / 2
