"""The Gaussian as an exponential family: exp(t y - w y^2 / 2 - A(t, w)) with the precision w and t = w times the mean.

The derivatives of A are the means of the statistics y and -y^2 / 2, its second derivative by t is the variance 1/w.
"""

import scipy.stats
from derive.catalogue import D, Equation, definition, remark
from derive.derivation.gaussians import gaussian
from derive.terms import PI, POSITIVE, Integral, Symbol, exp, log, sqrt
from derive.terms.term import INFINITY

t, w, y, A = Symbol("t"), Symbol("w", domain=POSITIVE), Symbol("y"), Symbol("A")
mean, variance = t / w, 1 / (w + 0)

equation = Equation(
    ("The Gaussian as an exponential family", "高斯分布作为指数族"),
    symbols=[y, t, w],
    definitions={A: t**2 / (2 * w) - log(w) / 2},
    source="C. M. Bishop, Pattern Recognition and Machine Learning, section 2.4",
    depends=["exponential_family", "gaussian_density"],
    related=["exponential_family_discrete"],
    axioms=["Gaussian integral"],
)


@equation.claim("exponential_family_gaussian", gaussian(y, mean, variance), exp(t * y - w * y**2 / 2 - A) / sqrt(2 * PI))
def density(calc):
    calc.by(remark("multiply out the square", "展开平方"), exp(t * y - w * y**2 / 2 - t**2 / (2 * w)) * sqrt(w) / sqrt(2 * PI))
    calc.by(definition(A), exp(t * y - w * y**2 / 2 - A) / sqrt(2 * PI))


@equation.claim(
    "log_partition",
    log(Integral(y, -INFINITY, INFINITY, exp(t * y - w * y**2 / 2) / sqrt(2 * PI))),
    A,
    title=("A makes it integrate to 1", "A 使其积分为 1"),
    exported=False,
)
def log_partition(calc):
    calc.by(remark("complete the square; the Gaussian integral", "配方，高斯积分"), t**2 / (2 * w) - log(w) / 2)
    calc.by(definition(A), A)


of_t = equation.claim("mean", D(A, t), mean, ("By t: the mean", "对 t：均值"))
of_w = equation.claim("mean_square", D(A, w), -(mean**2 + variance) / 2, ("By w: minus half the mean square", "对 w"))
twice = equation.claim("variance", D(A, t, t), variance, ("Twice by t: the variance", "对 t 两次：方差"))
density.reference(lambda y, t, w: law(t, w).pdf(y))
of_t.reference(lambda t, w: law(t, w).mean())
of_w.reference(lambda t, w: -law(t, w).moment(2) / 2)
twice.reference(lambda w: law(0.0, w).var())


def law(t, w):
    return scipy.stats.norm(t / w, w**-0.5)
