"""Forward diffusion: many small steps of noise are one large step.

A step shrinks the sample by the root of alpha and adds noise of variance 1 - alpha. After t steps the mean is x_0 times the product of
their roots, the variance 1 minus that product; sums of independent Gaussians are Gaussian, so these two are the law of x_t given x_0.
"""

import numpy as np
from derive.catalogue import Equation, assume, given, remark
from derive.terms import Expectation, Index, Prod, Size, Symbol, sqrt, term
from derive.terms.symbols import Domain

T = Size("T", 0)
t, s = Index("t", 0, T), Index("s", 1, T)
share = Domain(0, True, 1, True)
a, g, b = Symbol(r"\alpha", (T,), domain=share), Symbol("g", (T,), domain=share), Symbol("b", domain=share)
m, v = Symbol("m", (T + 1,), first=(0,)), Symbol("v", (T + 1,), first=(0,))
x, e, x0 = Symbol("x", kind="random"), Symbol(r"\epsilon", kind="random"), Symbol("x_0")
E = Expectation

equation = Equation(
    ("Forward diffusion", "前向扩散"), symbols=[a, g, x0, m, v, b],
    source="J. Ho, A. Jain and P. Abbeel, Denoising Diffusion Probabilistic Models (2020), equation (4)",
    related=["diffusion_reverse", "variance_identity"],
)  # fmt: skip
step = sqrt(term(b)) * x + sqrt(1 - b) * e


def variance(u):
    return E(u**2) - E(u) ** 2


def kept(t):
    """The product of the alphas up to step t."""
    r = Index("r", 1, t)
    return Prod(r, a[r])


def shrunk(t):
    """The product of the factors g up to step t; g is the root of alpha."""
    r = Index("r", 1, t)
    return Prod(r, g[r])


equation.claim(
    "diffusion_forward", E(step), sqrt(term(b)) * E(term(x)) + sqrt(1 - b) * E(term(e)),
    title=("One step: the mean", "一步：均值"), independent=[[x, e]], exported=False, because=remark("linearity", "期望的线性"),
)  # fmt: skip

equation.claim(
    "variance_of_step", variance(step), b * variance(term(x)) + (1 - b) * variance(term(e)),
    title=("One step: variances add up; with noise of variance 1 a sample of variance 1 keeps it", "一步：方差相加"),
    independent=[[x, e]], exported=False, because=remark("the noise is independent of the sample", "噪声与样本独立"),
)  # fmt: skip

start_mean = assume(m[0], x0, source="it starts at x_0")
step_mean = assume(m[s], g[s] * m[s - 1], s, source="one step")
start_variance = assume(v[0], 0, source="it starts without noise")
step_variance = assume(v[s], a[s] * v[s - 1] + 1 - a[s], s, source="one step")


@equation.claim("mean", m[t], shrunk(t) * x0, title=("Mean after t steps", "t 步后的均值"), hypotheses=[start_mean, step_mean])
def mean(calc):
    def first(case):
        case.by(given(start_mean), shrunk(0) * x0)

    def one_more(case, k, claim):
        case.by(given(step_mean), g[k + 1] * m[k])
        case.by(given(claim), g[k + 1] * (shrunk(k) * x0))

    calc.induction_over(t, shrunk(t) * x0, first, one_more)


@equation.claim("variance", v[t], 1 - kept(t), title=("Variance after t steps", "t 步后的方差"), hypotheses=[start_variance, step_variance])
def variance_after(calc):
    def first(case):
        case.by(given(start_variance), 1 - kept(0))

    def one_more(case, k, claim):
        case.by(given(step_variance), a[k + 1] * v[k] + 1 - a[k + 1])
        case.by(given(claim), a[k + 1] * (1 - kept(k)) + 1 - a[k + 1])

    calc.induction_over(t, 1 - kept(t), first, one_more)


def products(a):
    return np.cumprod(np.concatenate([[1.0], a]))


mean.reference(lambda g, x0: products(g) * x0)
variance_after.reference(lambda a: 1 - products(a))
