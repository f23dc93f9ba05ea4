"""Gradient descent: step against the gradient, again and again.

The step minimises the linear model of f with a price on the distance; how long it may be says `descent_lemma`.
"""

import numpy as np
from derive.catalogue import Equation, array, gradient, remark
from derive.terms import POSITIVE, FunctionSymbol, IntValue, Size, Symbol, term
from derive.terms.arrays import add, dot, matmul, norm_squared, scale, transpose

n, d = Size("n"), Size("d")
X, y, theta = Symbol("X", (n, d)), Symbol("y", (n,)), Symbol(r"\theta", (d,))
x, z, eta, L = Symbol("x", (d,)), Symbol("z", (d,)), Symbol(r"\eta", domain=POSITIVE), Symbol("L", domain=POSITIVE)
f, J, u = FunctionSymbol("f", ((d,),)), Symbol("J"), Symbol("x^+", (d,))
x_, z_, u_, X_, y_, t_ = map(array, (x, z, u, X, y, theta))
slope = gradient(f(x_), x)


def minus(a, b, c=1):
    return add(a, scale(-term(c), b))


equation = Equation(
    ("Gradient descent", "梯度下降"),
    symbols=[X, y, theta, x, z, eta, L],
    definitions={u: minus(x_, slope, eta), J: norm_squared(minus(matmul(X_, t_), y_)) / n},
    source="Y. Nesterov, Introductory Lectures on Convex Optimization, section 1.2.3",
    related=["descent_lemma", "gradient_descent_rates", "mean_squared_error", "convexity"],
)


def model(v):
    return f(x_) + dot(slope, minus(v, x_)) + norm_squared(minus(v, x_)) / (2 * eta)


@equation.claim(
    "gradient_descent", model(z_), model(u_), ("Gradient descent: the step minimises a model", "梯度下降：一步极小化模型"), op=">="
)
def step(calc):
    calc.by(remark("complete the square", "配方"), model(u_) + norm_squared(minus(z_, u_)) / (2 * eta))
    calc.ge(remark("a squared length", "长度的平方"), model(u_))


after = minus(t_, scale(2 / IntValue(n), matmul(transpose(X_), minus(matmul(X_, t_), y_))), eta)
squares = equation.claim("least_squares", minus(t_, gradient(J, theta), eta), after, ("On least squares", "用于最小二乘"))
squares.reference(lambda X, y, theta, eta: theta - 2 * eta / len(X) * X.T @ (X @ theta - y))


def parabola(v):
    return L / 2 * norm_squared(v)


sharp = equation.claim(
    "sharp",
    parabola(minus(x_, gradient(parabola(x_), x), eta)),
    (1 - eta * L) ** 2 * parabola(x_),
    ("No step beyond 2/L: on the parabola of curvature L f changes by this factor", "步长不可超过 2/L"),
)
sharp.reference(lambda x, eta, L: L / 2 * np.sum((x - eta * L * x) ** 2))
