r"""Gauss-Markov: least squares is unbiased, and no other linear unbiased estimator varies less.

Nothing is said of the law of the noise but its mean 0, and that its entries are uncorrelated with one variance.
"""

import numpy as np
from derive.catalogue import Equation, array, assume, given, indices, matrix, remark, vector
from derive.terms import POSITIVE, Expectation, Size, Sum, Symbol, delta
from derive.terms.arrays import add, identity, inverse, matmul, norm_squared, scale, transpose

n, d = Size("n"), Size("d")
i, j = indices("i j", n)
k, l = indices("k l", d)
X = Symbol("X", (n, d), properties={"full_column_rank"})
b, v, e = Symbol(r"\beta", (d,)), Symbol("v", (d,)), Symbol(r"\epsilon", (n,), kind="random")
C, s = Symbol("C", (d, n)), Symbol(r"\sigma^2", domain=POSITIVE)
y, h, A, w = Symbol("y", (n,)), Symbol(r"\hat{\beta}", (d,)), Symbol("A", (d, n)), Symbol("w", (d,))
E = Expectation
X_, C_, A_, b_, e_ = map(array, (X, C, A, b, e))
gram = matmul(transpose(X_), X_)
centred = assume(E(e[i]), 0, i, source="noise of mean 0")
white = assume(E(e[i] * e[j]), s * delta(i, j), i, j, source="uncorrelated, of one variance")
unbiased = assume(matmul(C_, X_), identity(d), source="C y is unbiased whatever beta is")

equation = Equation(
    ("Gauss-Markov theorem", "高斯-马尔可夫定理"),
    symbols=[X, b, e, C, v, s],
    definitions={A: matmul(inverse(gram), transpose(X_)), y: add(matmul(X_, b_), e_), h: matmul(A_, array(y)), w: matmul(C_, array(y))},
    source="T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning, section 3.2.2",
    depends=["normal_equation"],
    related=["covariance_matrix", "bias_variance"],
)


def covariance(u):
    return matrix(E((u[k] - b[k]) * (u[l] - b[l])), k, l)


title = ("Least squares is unbiased", "最小二乘无偏")


@equation.claim("gauss_markov", vector(E(h[k]), k), b_, title, hypotheses=[centred], exported=False)
def mean(calc):
    calc.by(remark("$A X = I$", "$A X = I$"), vector(E(b[k] + Sum(i, A[k, i] * e[i])), k))
    calc.by(remark("expectation is linear", "期望线性"), vector(b[k] + Sum(i, A[k, i] * E(e[i])), k))
    calc.by(given(centred), b_)


@equation.claim("covariance", covariance(h), scale(s, inverse(gram)), ("Its covariance", "其协方差"), hypotheses=[white])
def of_least_squares(calc):
    calc.by(remark("the error is $A \\epsilon$", "误差为 $A \\epsilon$"), matrix(Sum(i, Sum(j, A[k, i] * A[l, j] * E(e[i] * e[j]))), k, l))
    calc.by(given(white), scale(s, matmul(A_, transpose(A_))))
    calc.by(remark("$A A^\\top = (X^\\top X)^{-1}$", "$A A^\\top = (X^\\top X)^{-1}$"), scale(s, inverse(gram)))


rest = add(C_, scale(-1, A_))


least = E(Sum(k, v[k] * (h[k] - b[k])) ** 2)
title = ("And best: whatever combination v of the coefficients is estimated, C y varies at least as much", "且为最佳")


@equation.claim("best", E(Sum(k, v[k] * (w[k] - b[k])) ** 2), least, title, op=">=", hypotheses=[white, unbiased])
def best(calc):
    length = norm_squared(matmul(transpose(rest), array(v)))
    calc.by(remark("$C C^\\top - A A^\\top = (C - A)(C - A)^\\top$, as $C X = A X = I$", "由 $C X = A X = I$"), least + s * length)
    calc.ge(remark("a squared length", "长度的平方"), least)


of_least_squares.reference(lambda X, s: s * np.linalg.inv(X.T @ X))
