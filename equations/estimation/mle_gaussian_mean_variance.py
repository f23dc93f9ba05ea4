"""Maximum likelihood for a normal sample: the sample mean, and the mean squared distance from it (divided by n, not by n - 1).

The derivatives vanish there and nowhere else, the Hessian there is negative, and no other mean and variance do better.
"""

import numpy as np
from derive.catalogue import D, Equation, definition, indices, relation, remark, suppose
from derive.rules.exp_log import log_of_indexed_product
from derive.terms import PI, POSITIVE, At, IntValue, Prod, Size, Sum, Symbol, exp, log, sqrt
from scipy import stats

n, N = Size("n"), IntValue(Size("n"))
i, j = indices("i j", n)
x, mu, v, a, b = Symbol("x", (n,)), Symbol(r"\mu"), Symbol("v", domain=POSITIVE), Symbol("a"), Symbol("b")
L, l, m, s = Symbol("L"), Symbol(r"\ell"), Symbol(r"\bar{x}"), Symbol("s")
density = exp(-((x[i] - mu) ** 2) / (2 * v)) / sqrt(2 * PI * v)

equation = Equation(
    ("Maximum likelihood for a normal sample", "正态样本的最大似然"),
    symbols=[x, mu, v, a, b],
    definitions={
        L: Prod(i, density),
        l: -N * log(2 * PI * v) / 2 - Sum(i, (x[i] - mu) ** 2) / (2 * v),
        m: Sum(i, x[i]) / n,
        s: Sum(i, (x[i] - Sum(j, x[j]) / n) ** 2) / n,
    },
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equations (1.54) to (1.56)",
    depends=["mle_gaussian_mse"],
    related=["sample_variance_unbiased", "mle_multivariate_gaussian"],
)
spread = suppose(0, "<", s, source="not all x are equal")
top = At(At(l, v, s), mu, m)
second = a**2 * D(l, mu, mu) + 2 * a * b * D(l, mu, v) + b**2 * D(l, v, v)
curved = -N * (a**2 / s + b**2 / (2 * s**2))


@equation.claim("mle_gaussian_mean_variance", log(L), l, title=("Normal sample: log-likelihood", "正态样本的对数似然"))
def of_likelihood(calc):
    calc.by(definition(L), log(Prod(i, density)))
    calc.by(log_of_indexed_product, Sum(i, log(density)))
    calc.by(remark("logarithms of a quotient, of exp and of a root", "商、指数与根的对数"), l)


by_mean = equation.claim("by_mean", D(l, mu), n * (m - mu) / v, title=("Derivative by the mean", "对均值的导数"))
slope = n * (s + (m - mu) ** 2 - v) / (2 * v**2)
by_variance = equation.claim("by_variance", D(l, v), slope, title=("Derivative by the variance", "对方差的导数"))


@equation.implication(
    "mean", relation(D(l, mu), "=", 0), relation(mu, "=", m), ("It is 0 at the mean only", "仅在样本均值处为零"), op="<=>"
)
def mean(chain):
    chain.iff(remark("the derivative", "导数"), relation(n * (m - mu) / v, "=", 0))
    chain.iff(remark("multiply by $v/n$", "乘以 $v/n$"), relation(mu, "=", m))


@equation.implication(
    "variance", relation(At(D(l, v), mu, m), "=", 0), relation(v, "=", s), ("It is 0 at s only", "仅在 s 处为零"), op="<=>"
)
def variance(chain):
    chain.iff(remark("the derivative", "导数"), relation(n * (s - v) / (2 * v**2), "=", 0))
    chain.iff(remark("multiply by $2v^2/n$", "乘以 $2v^2/n$"), relation(v, "=", s))


@equation.claim("maximum", l, top, op="<=", hypotheses=[spread], title=("A global maximum", "全局最大"))
def maximum(calc):
    around = (s + (m - mu) ** 2) / (2 * v)
    calc.by(remark("squares around the sample mean", "以样本均值为中心展开"), -N * log(2 * PI * v) / 2 - n * around)
    calc.le(remark("drop a square", "舍去平方项"), -N * log(2 * PI * v) / 2 - n * s / (2 * v))
    calc.le(remark(r"$\log (s/v) \le s/v - 1$", r"$\log (s/v) \le s/v - 1$"), -N * log(2 * PI * s) / 2 - N / 2)
    calc.by(remark("the log-likelihood there", "该处的对数似然"), top)


title = ("Hessian there, as a quadratic form: minus squares over positive numbers", "该处的海森二次型：负的平方和")
hessian = equation.claim("hessian", At(At(second, v, s), mu, m), curved, title, hypotheses=[spread])

of_likelihood.reference(lambda x, mu, v: np.sum(stats.norm.logpdf(x, mu, np.sqrt(v))))
by_mean.reference(lambda x, mu, v: np.sum(x - mu) / v)
by_variance.reference(lambda x, mu, v: np.sum((x - mu) ** 2 - v) / (2 * v**2))
hessian.reference(lambda x, a, b: -len(x) * (a**2 / np.var(x) + b**2 / (2 * np.var(x) ** 2)))
