"""Gradient descent: step against the gradient, again and again.

The step minimises the linear model of f with a price on the distance. If f stays below the parabola of curvature L that touches it at
x, as it does for L-smooth f, a step below 2/L lowers f, and on the parabola itself no longer step does.
"""

import numpy as np
from derive.catalogue import Equation, array, gradient, remark, suppose
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
    related=["gradient_descent_rates", "mean_squared_error", "convexity"],
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
above = f(x_) + dot(slope, minus(u_, x_)) + L / 2 * norm_squared(minus(u_, x_))
smooth = suppose(f(u_), "<=", above, source="below the parabola of curvature L")
short = suppose(eta, "<", 2 / term(L), source="step below 2/L")
steep = suppose(0, "<", norm_squared(slope), source="x is not stationary")
lower = f(x_) - eta * (1 - L * eta / 2) * norm_squared(slope)


@equation.claim("descent_lemma", f(u_), lower, ("Descent lemma", "下降引理"), op="<=", hypotheses=[smooth])
def descent_lemma(calc):
    calc.le(remark("below the parabola", "在抛物线之下"), above)
    calc.by(remark(r"the step is $-\eta \nabla f(x)$", r"步长向量为 $-\eta \nabla f(x)$"), lower)


@equation.claim("step_bound", f(u_), f(x_), ("A step below 2/L lowers f", "步长小于 2/L 则下降"), op="<", hypotheses=[smooth, short, steep])
def step_bound(calc):
    calc.le(remark("descent lemma", "下降引理"), lower)
    calc.lt(remark(r"$\eta > 0$, $1 - L \eta / 2 > 0$", r"$\eta > 0$，$1 - L \eta / 2 > 0$"), f(x_))


def parabola(v):
    return L / 2 * norm_squared(v)


stepped = minus(x_, gradient(parabola(x_), x), eta)
sharp = equation.claim(
    "sharp",
    parabola(stepped),
    (1 - eta * L) ** 2 * parabola(x_),
    ("2/L cannot be bettered: on the parabola f changes by this factor", "2/L 不可改进"),
)
squares.reference(lambda X, y, theta, eta: theta - 2 * eta / len(X) * X.T @ (X @ theta - y))
sharp.reference(lambda x, eta, L: L / 2 * np.sum((x - eta * L * x) ** 2))
