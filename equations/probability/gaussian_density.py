"""The Gaussian density: it integrates to 1, and its two letters are its mean and its variance.

All of it comes from one integral, that of exp(-x^2), by completing the square.
"""

import numpy as np
import scipy.integrate
import scipy.stats
from derive.catalogue import Equation, remark
from derive.derivation.gaussians import gaussian
from derive.terms import POSITIVE, Integral, Symbol, exp, term
from derive.terms.term import INFINITY

x, mu, t = Symbol("x"), Symbol(r"\mu"), Symbol("t")
s = Symbol(r"\sigma", domain=POSITIVE)
u = Symbol("u")


def over(x, body):
    """The integral over the whole line."""
    return Integral(x, -INFINITY, INFINITY, body)


density = gaussian(x, mu, s**2)
equation = Equation(
    ("Gaussian density", "高斯密度"),
    symbols=[x, mu, s, t],
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equations (1.46) to (1.50)",
    related=["multivariate_gaussian", "gaussian_conditional", "kl_gaussians"],
    axioms=["Gaussian integral"],
)
standard = gaussian(u, 0, 1)


@equation.claim("gaussian_density", over(x, density), 1, title=("It integrates to 1", "积分为 1"))
def total(calc):
    calc.by(remark("substitute $x = \\mu + \\sigma u$", "换元 $x = \\mu + \\sigma u$"), over(u, standard))
    calc.by(remark("the Gaussian integral", "高斯积分"), 1)


@equation.claim("mean", over(x, x * density), mu, title=("Its mean is mu", "均值为 μ"), exported=False)
def mean(calc):
    calc.by(remark("substitute $x = \\mu + \\sigma u$", "换元 $x = \\mu + \\sigma u$"), over(u, (mu + s * u) * standard))
    calc.by(remark("split", "拆分"), mu * over(u, standard) + s * over(u, u * standard))
    calc.by(remark("the second integrand is odd", "第二个被积函数为奇函数"), term(mu))


@equation.claim("variance", over(x, (x - mu) ** 2 * density), s**2, title=("Its variance is sigma^2", "方差为 σ²"), exported=False)
def variance(calc):
    calc.by(remark("substitute $x = \\mu + \\sigma u$", "换元 $x = \\mu + \\sigma u$"), s**2 * over(u, u**2 * standard))
    calc.by(remark("by parts, it is the Gaussian integral again", "分部积分，仍为高斯积分"), s**2)


@equation.claim(
    "moment_generating_function",
    over(x, exp(t * x) * density),
    exp(mu * t + s**2 * t**2 / 2),
    title=("Moment generating function", "矩母函数"),
)
def moment_generating_function(calc):
    shift = exp(mu * t + s**2 * t**2 / 2)
    calc.by(remark("complete the square in the exponent", "对指数配方"), shift * over(x, gaussian(x, mu + s**2 * t, s**2)))
    calc.by(remark("a density integrates to 1", "密度积分为 1"), shift)


@moment_generating_function.reference
def by_quadrature(mu, s, t):
    law = scipy.stats.norm(mu, s)
    return scipy.integrate.quad(lambda x: np.exp(t * x) * law.pdf(x), mu - 12 * s, mu + s * s * t + 12 * s)[0]
