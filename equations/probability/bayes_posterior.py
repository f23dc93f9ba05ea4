"""The posterior: what is known after the data is the likelihood times what was known before, divided by its total.

A Gaussian prior of a Gaussian mean gives a Gaussian posterior: precisions add up, and the mean is weighted by them.
"""

import numpy as np
from derive.catalogue import Equation, definition, indices, remark, vector
from derive.derivation.gaussians import gaussian
from derive.terms import POSITIVE, Integral, IntValue, Prod, Size, Sum, Symbol, term
from derive.terms.term import INFINITY

n, K = Size("n"), Size("K")
(i,), (j, k, l) = indices("i", n), indices("j k l", K)
prior, likelihood, r = Symbol(r"\pi", (K,), POSITIVE), Symbol(r"\ell", (K,), POSITIVE), Symbol("r", (K,))
x, mu, m = Symbol("x", (n,)), Symbol(r"\mu"), Symbol("m")
s, t = Symbol(r"\sigma^2", domain=POSITIVE), Symbol(r"\tau^2", domain=POSITIVE)
V, M = Symbol("v"), Symbol("c")
variance = 1 / (IntValue(n) / s + 1 / term(t))

equation = Equation(
    ("Posterior distribution", "后验分布"),
    symbols=[likelihood, prior, mu, x, s, m, t],
    definitions={
        r: vector(likelihood[k] * prior[k] / Sum(l, likelihood[l] * prior[l]), k),
        V: variance,
        M: variance * (Sum(i, x[i]) / s + m / t),
    },
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equations (2.141) and (2.142)",
    depends=["bayes_theorem"],
    related=["gaussian_conditional", "map_gaussian_ridge"],
    axioms=["Gaussian integral"],
)


bayes_posterior = equation.claim(
    "bayes_posterior",
    r[j] / r[k],
    likelihood[j] * prior[j] / (likelihood[k] * prior[k]),
    title=("Proportional to likelihood times prior: the evidence cancels in every ratio", "正比于似然乘先验"),
    because=definition(r),
)


@bayes_posterior.reference
def ratios(likelihood, prior):
    posterior = likelihood * prior / np.dot(likelihood, prior)
    return np.divide.outer(posterior, posterior)


total = equation.claim("total", Sum(k, r[k]), 1, ("It adds up to 1", "总和为 1"), because=definition(r))

# Data x_i of variance sigma^2 around an unknown mean mu, which has the prior N(m, tau^2).
product = Prod(i, gaussian(x[i], mu, s)) * gaussian(mu, m, t)
squares = Sum(i, (x[i] - mu) ** 2) / s + (mu - m) ** 2 / t
rest = Sum(i, x[i] ** 2) / s + m**2 / t - M**2 / V


@equation.claim("square", squares, (mu - M) ** 2 / V + rest, title=("Gaussian: completing the square in mu", "高斯：对 μ 配方"))
def square(calc):
    line = mu**2 / V - 2 * mu * (Sum(i, x[i]) / s + m / t) + Sum(i, x[i] ** 2) / s + m**2 / t
    calc.by(remark("multiply out and collect powers of $\\mu$", "展开并按 $\\mu$ 的幂合并"), line)
    calc.by(definition(M), (mu - M) ** 2 / V + rest)


square.reference(lambda mu, x, s, m, t: np.sum((x - mu) ** 2) / s + (mu - m) ** 2 / t)


equation.claim(
    "gaussian_posterior",
    product / Integral(mu, -INFINITY, INFINITY, product),
    gaussian(mu, M, V),
    title=("Gaussian: the posterior is N(c, v)", "高斯：后验为 N(c, v)"),
    exported=False,
    because=remark("complete the square; what is free of $\\mu$ cancels", "配方，与 $\\mu$ 无关的因子约去"),
)
