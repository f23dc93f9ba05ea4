"""The sample variance: why one divides by n - 1.

The deviations from the sample mean are a little smaller than those from the true mean: they miss exactly one sigma^2.
"""

import numpy as np
from derive.catalogue import Equation, assume, definition, given, indices, remark
from derive.terms import POSITIVE, Expectation, IntValue, Size, Sum, Symbol, term

E = Expectation
n = Size("n", 2)
i, j = indices("i j", n)
N = IntValue(n)
x, y, m = Symbol("x", (n,), kind="random"), Symbol("y", (n,)), Symbol(r"\bar{x}")
mu, V = Symbol(r"\mu"), Symbol(r"\sigma^2", domain=POSITIVE)
mean = assume(E(x[i]), mu, i, source="mean $\\mu$")
second = assume(E((x[i] - mu) ** 2), V, i, source="variance $\\sigma^2$")

equation = Equation(
    ("Unbiased sample variance", "无偏样本方差"),
    symbols=[x, mu, V, y],
    definitions={m: Sum(j, x[j]) / N},
    source="L. Wasserman, All of Statistics, theorem 3.17",
    depends=["variance_identity"],
    related=["law_of_large_numbers"],
)


@equation.claim(
    "sample_variance_unbiased", E(Sum(i, (x[i] - m) ** 2) / (N - 1)), V, hypotheses=[mean, second], independent=[[x]], exported=False
)
def sample_variance_unbiased(calc):
    calc.by(
        remark("expand the squares: $\\sum_i x_i = n \\bar{x}$", "展开平方：$\\sum_i x_i = n \\bar{x}$"),
        E(Sum(i, x[i] ** 2) - N * m**2) / (N - 1),
    )
    calc.by(remark("expectation is linear", "期望线性"), (Sum(i, E(x[i] ** 2)) - N * E(m**2)) / (N - 1))
    # Each x_i has the mean square sigma^2 + mu^2, their mean only sigma^2 / n + mu^2.
    calc.by(given(mean, second), (N * (V + mu**2) - N * (V / N + mu**2)) / (N - 1))
    calc.by(remark("collect", "合并"), term(V))


@equation.claim(
    "square_of_the_mean",
    E(m**2),
    V / N + mu**2,
    title=("The mean square of the sample mean", "样本均值的平方均值"),
    hypotheses=[mean, second],
    independent=[[x]],
    exported=False,
)
def square_of_the_mean(calc):
    calc.by(definition(m), Sum(i, Sum(j, E(x[i] * x[j]))) / N**2)
    calc.by(given(mean, second), (N * (V + mu**2) + N * (N - 1) * mu**2) / N**2)
    calc.by(remark("collect", "合并"), V / N + mu**2)


in_one_pass = equation.claim(
    "in_one_pass",
    Sum(i, (y[i] - Sum(j, y[j]) / N) ** 2) / (N - 1),
    (Sum(i, y[i] ** 2) - Sum(i, y[i]) ** 2 / N) / (N - 1),
    title=("In numbers: from the sum and the sum of squares", "数值计算：由和与平方和"),
    because=remark("expand the squares", "展开平方"),
)


in_one_pass.reference(lambda y: np.var(y, ddof=1))
