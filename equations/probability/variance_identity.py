"""Variance: the mean square minus the square of the mean.

Shifting a random variable leaves its variance, scaling by a multiplies it by a^2, and variances of independent variables add up.
"""

from derive.catalogue import Equation, definition, indices, remark
from derive.terms import Expectation, Size, Sum, Symbol

n = Size("n")
i, j = indices("i j", n)
X, x = Symbol("X", kind="random"), Symbol("x", (n,), kind="random")
a, b, mu, V = Symbol("a"), Symbol("b"), Symbol(r"\mu"), Symbol("V")
E = Expectation


def variance(value):
    return E((value - E(value)) ** 2)


equation = Equation(
    ("Variance identity", "方差恒等式"),
    symbols=[X, a, b, x],
    definitions={mu: E(X), V: E((X - E(X)) ** 2)},
    source="L. Wasserman, All of Statistics, theorem 3.15",
    related=["expectation_linearity"],
)


@equation.claim("variance_identity", V, E(X**2) - E(X) ** 2, exported=False)
def variance_identity(calc):
    calc.by(definition(V), E((X - mu) ** 2))
    calc.by(remark("expand the square", "展开平方"), E(X**2 - 2 * mu * X + mu**2))
    calc.by(remark("expectation is linear, $\\mu$ is a number", "期望线性，$\\mu$ 为常数"), E(X**2) - 2 * mu * E(X) + mu**2)
    calc.by(definition(mu), E(X**2) - E(X) ** 2)


@equation.claim("affine", variance(a * X + b), a**2 * V, title=("Shift and scale", "平移与缩放"), exported=False)
def affine(calc):
    calc.by(remark("expectation is linear", "期望线性"), E((a * X + b - a * mu - b) ** 2))
    calc.by(remark("common factor", "公因子"), E(a**2 * (X - mu) ** 2))
    calc.by(remark("$a$ is a number", "$a$ 为常数"), a**2 * V)


@equation.claim(
    "of_independent_sum",
    variance(Sum(i, x[i])),
    Sum(i, variance(x[i])),
    title=("Independent: variances add up", "独立变量方差相加"),
    exported=False,
    independent=[[x]],
)
def of_independent_sum(calc):
    centred = Sum(i, Sum(j, E((x[i] - E(x[i])) * (x[j] - E(x[j])))))
    calc.by(remark("expand the square of the sum", "展开和的平方"), centred)
    calc.by(remark("independent: for $i \\ne j$ the mean of the product is 0", "独立：$i \\ne j$ 时乘积均值为 0"), Sum(i, variance(x[i])))


@equation.claim(
    "nonnegative", E(X) ** 2, E(X**2), op="<=", title=("So the square of the mean is at most the mean square", "故均值平方不超过平方均值")
)
def nonnegative(calc):
    calc.by(remark("the identity", "恒等式"), E(X**2) - V)
    calc.le(remark("a mean of squares", "平方的均值"), E(X**2))
