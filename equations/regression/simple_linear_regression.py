"""Simple linear regression: the line of least squares has slope Cov(x, y) / Var(x) and passes through the mean point."""

import numpy as np
from derive.catalogue import D, Equation, assume, definition, indices, remark
from derive.terms import Hypothesis, Relation, Size, Sum, Symbol, term

n = Size("n")
i, j = indices("i j", n)
x, y, a, b = Symbol("x", (n,)), Symbol("y", (n,)), Symbol("a"), Symbol("b")
xbar, ybar, S, C, slope, J = Symbol(r"\bar x"), Symbol(r"\bar y"), Symbol("S"), Symbol("C"), Symbol("m"), Symbol("J")

equation = Equation(
    ("Simple linear regression", "一元线性回归"),
    symbols=[x, y, a, b],
    definitions={
        xbar: Sum(i, x[i]) / n,
        ybar: Sum(i, y[i]) / n,
        S: Sum(i, (x[i] - xbar) ** 2),
        C: Sum(i, (x[i] - xbar) * (y[i] - ybar)),
        slope: C / S,
        J: Sum(i, (y[i] - a * x[i] - b) ** 2),
    },
    source="T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning, section 3.2",
    related=["normal_equation", "mean_squared_error"],
)
varies = Hypothesis(Relation("<", term(0), term(S)), (), "the x are not all equal")


def squares(a, b):
    return Sum(i, (y[i] - a * x[i] - b) ** 2)


best = squares(slope, ybar - slope * xbar)


@equation.claim(
    "simple_linear_regression", slope, Sum(i, (x[i] - xbar) * y[i]) / S,
    title=("Slope: covariance over variance", "斜率：协方差除以方差"), hypotheses=[varies],
)  # fmt: skip
def simple_linear_regression(calc):
    calc.by([definition(slope), definition(C)], Sum(i, (x[i] - xbar) * (y[i] - ybar)) / S)
    calc.by(remark("deviations from the mean add up to 0", "离差之和为零"), Sum(i, (x[i] - xbar) * y[i]) / S)


in_a = equation.claim(
    "gradient_slope", D(J, a), -2 * Sum(i, x[i] * (y[i] - a * x[i] - b)), title=("Derivative in the slope", "对斜率的导数")
)
in_b = equation.claim(
    "gradient_intercept", D(J, b), -2 * Sum(i, y[i] - a * x[i] - b), title=("Derivative in the intercept", "对截距的导数")
)


@equation.implication(
    "intercept", assume(D(J, b), 0).relation, assume(b, ybar - a * xbar).relation,
    title=("The best intercept: the line passes through the mean point", "最优截距：直线过均值点"), op="<=>",
)  # fmt: skip
def intercept(chain):
    chain.iff(remark("differentiate", "求导"), assume(-2 * Sum(i, y[i] - a * x[i] - b), 0).relation)
    chain.iff(remark("divide by 2n", "除以 2n"), assume(b, ybar - a * xbar).relation)


@equation.claim(
    "normal_slope", Sum(i, x[i] * (y[i] - slope * x[i] - (ybar - slope * xbar))), 0,
    title=("There the derivative in the slope is 0 too", "此时对斜率的导数也为零"), hypotheses=[varies],
)  # fmt: skip
def normal_slope(calc):
    calc.by(
        remark("$\\sum x (x - \\bar x) = S$ and $\\sum x (y - \\bar y) = C$", "$\\sum x (x - \\bar x) = S$，$\\sum x (y - \\bar y) = C$"),
        C - slope * S,
    )
    calc.by(definition(slope), 0)


@equation.claim("minimum", J, best, op=">=", title=("A global minimum", "全局最小"), hypotheses=[varies])
def minimum(calc):
    away = S * (a - slope) ** 2 + n * (b - (ybar - a * xbar)) ** 2
    calc.by(remark("complete the squares in b and in a", "对 b 与 a 配方"), best + away)
    calc.ge(remark("squares", "平方项非负"), best)


simple_linear_regression.reference(lambda x, y: np.cov(x, y)[0, 1] / np.var(x, ddof=1) if len(x) > 1 else np.nan)
in_a.reference(lambda x, y, a, b: -2 * x @ (y - a * x - b))
in_b.reference(lambda x, y, a, b: -2 * np.sum(y - a * x - b))
