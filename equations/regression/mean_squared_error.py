"""Mean squared error: the average squared distance between predictions and targets.

Each prediction is pulled towards its target with a force proportional to the error.
"""

import numpy as np
from derive.catalogue import D, Equation, array, definition, indices, remark
from derive.rules.differentiation import constant_factor, square_rule, sum_rule, under_the_sum
from derive.rules.kronecker import derivative_of_component, sum_over_delta
from derive.terms import Num, Size, Sum, Symbol
from derive.terms.arrays import add, norm_squared, scale

n = Size("n")
i, j = indices("i j", n)
prediction, y, J = Symbol(r"\hat y", (n,)), Symbol("y", (n,)), Symbol("J")
t, u, v = Symbol("t"), Symbol("u"), Symbol("v", (n,))
errors = add(array(prediction), scale(Num(-1), array(y)))

equation = Equation(
    ("Mean squared error", "均方误差"),
    symbols=[prediction, y, u, t, v],
    definitions={J: Sum(i, (prediction[i] - y[i]) ** 2) / n},
    source="T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning, section 2.3",
    related=["normal_equation", "simple_linear_regression"],
)


mean_squared_error = equation.claim("mean_squared_error", J, norm_squared(errors) / n, because=definition(J))


@mean_squared_error.reference
def mean(y_hat, y):
    return np.mean((y_hat - y) ** 2)


@equation.claim("gradient", D(J, prediction[j]), 2 * (prediction[j] - y[j]) / n, title=("Gradient", "梯度"))
def gradient(calc):
    calc.by(definition(J), D(Sum(i, (prediction[i] - y[i]) ** 2) / n, prediction[j]))
    calc.by([constant_factor, under_the_sum, square_rule], Sum(i, 2 * (prediction[i] - y[i]) * D(prediction[i] - y[i], prediction[j])) / n)
    calc.by([sum_rule, derivative_of_component, sum_over_delta], 2 * (prediction[j] - y[j]) / n)


@gradient.reference
def pull(y_hat, y):
    return 2 * (y_hat - y) / len(y)


@equation.claim("one_sample", D((t - u) ** 2 / 2, u), u - t, title=("One sample", "单个样本"), parameters=[u, t])
def one_sample(calc):
    calc.by(square_rule, (t - u) * D(t - u, u))
    calc.by(sum_rule, u - t)


@equation.claim("nonnegative", J, 0, op=">=", title=("Never negative", "非负"))
def nonnegative(calc):
    calc.by(definition(J), Sum(i, (prediction[i] - y[i]) ** 2) / n)
    calc.ge(remark("a sum of squares", "平方和"), 0)


@equation.claim(
    "convex",
    Sum(i, Sum(j, v[i] * D(J, prediction[i], prediction[j]) * v[j])),
    0,
    op=">=",
    title=("Convex: the Hessian is 2/n times the identity", "凸：海森矩阵为 2/n 倍单位阵"),
)
def convex(calc):
    calc.by(remark("the gradient's derivative", "梯度的导数"), 2 * Sum(i, v[i] ** 2) / n)
    calc.ge(remark("a sum of squares", "平方和"), 0)
