"""Logistic regression: gradient and Hessian of the mean cross-entropy in the weights.

Every sample pulls the weights along its features with a force proportional to its error; the Hessian weighs the
samples by their uncertainty s (1 - s), which is never negative, so the loss is convex.
"""

import numpy as np
from derive.catalogue import D, Equation, array, by_result, gradient, indices, jacobian, remark, vector
from derive.terms import Num, Size, Sum, Symbol, exp, log
from derive.terms.arrays import add, diag, dot, matmul, scale, transpose

n, d = Size("n"), Size("d")
(i,), (a,) = indices("i", n), indices("a", d)
X, y, theta, v = Symbol("X", (n, d)), Symbol("y", (n,)), Symbol(r"\theta", (d,)), Symbol("v", (d,))
z, s, w, J = Symbol("z", (n,)), Symbol("s", (n,)), Symbol("w", (n,)), Symbol("J")

equation = Equation(
    ("Gradient of logistic regression", "逻辑回归的梯度"),
    symbols=[X, y, theta, v],
    definitions={
        z: matmul(array(X), array(theta)),
        s: vector(1 / (1 + exp(-z[i])), i),
        w: vector(s[i] * (1 - s[i]), i),
        J: Sum(i, log(1 + exp(z[i])) - y[i] * z[i]) / n,
    },
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equations (4.91) and (4.97)",
    depends=["sigmoid", "binary_cross_entropy"],
    related=["logistic_likelihood", "irls"],
)
errors = add(array(s), scale(Num(-1), array(y)))
pull = scale(1 / n, matmul(transpose(array(X)), errors))
curvature = scale(1 / n, matmul(transpose(array(X)), matmul(diag(array(w)), array(X))))


@equation.claim("logistic_gradient", gradient(J, theta), pull)
def logistic_gradient(calc):
    places = calc.current.axes[0][0]
    calc.by(
        remark("differentiate under the sum, chain rule", "求和号下求导，链式法则"),
        vector(Sum(i, (s[i] - y[i]) * D(z[i], theta[places])) / n, places),
    )
    calc.by(remark("$z_i$ is linear in $\\theta$", "$z_i$ 关于 $\\theta$ 是线性的"), pull)


@equation.claim("hessian", jacobian(gradient(J, theta), theta), curvature, title=("Hessian", "海森矩阵"), parameters=[X, theta])
def hessian(calc):
    calc.by(remark("the gradient", "梯度"), jacobian(pull, theta))
    calc.by(by_result("sigmoid"), curvature)


bend = Sum(i, s[i] * (1 - s[i]) * Sum(a, X[i, a] * v[a]) ** 2) / n


@equation.claim(
    "convex",
    dot(array(v), matmul(curvature, array(v))),
    0,
    op=">=",
    title=("The Hessian is semidefinite: the loss is convex", "海森矩阵半正定，损失是凸的"),
)
def convex(calc):
    calc.by(remark("$v^\\top X^\\top S X v$ is a weighted sum of squares", "$v^\\top X^\\top S X v$ 是加权平方和"), bend)
    calc.ge(remark("weights s (1 - s) are not negative", "权重 s (1 - s) 非负"), 0)


@logistic_gradient.reference
def pulled(X, y, theta):
    return X.T @ (1 / (1 + np.exp(-X @ theta)) - y) / len(y)


@hessian.reference
def weighted(X, theta):
    p = 1 / (1 + np.exp(-X @ theta))
    return (X.T * (p * (1 - p))) @ X / len(p)
