"""The reverse step of diffusion: where a noisy sample came from, when the clean one is known.

Bayes' theorem multiplies two Gaussian densities; completing the square in x_{t-1} shows a Gaussian again, with a mean
between x_t and x_0. Here a is alpha_t, c is the product of the alphas before t, and a c the product up to t.
"""

import numpy as np
from derive.catalogue import Equation, array, definition, indices, remark, vector
from derive.terms import Hypothesis, Num, Relation, Size, Symbol, sqrt, term
from derive.terms.arrays import add, norm_squared, scale
from derive.terms.symbols import Domain

d = Size("d")
(i,) = indices("i", d)
x, u, w, e = Symbol("x_t", (d,)), Symbol("x_{t-1}", (d,)), Symbol("x_0", (d,)), Symbol(r"\epsilon", (d,))
a, c = (Symbol(name, domain=Domain(0, True, 1, True)) for name in ("a", "c"))
mu, h = Symbol(r"\mu", (d,)), Symbol("h")
x_, u_, w_, mu_ = map(array, (x, u, w, mu))


def squared(p, factor, q):
    """The squared length of p minus a multiple of q."""
    return norm_squared(add(p, scale(-factor, q)))


equation = Equation(
    ("Reverse step of diffusion", "扩散模型的逆向一步"),
    symbols=[x, u, w, e, a, c],
    definitions={
        h: (1 - a * c) / ((1 - a) * (1 - c)),
        mu: vector((sqrt(term(a)) * (1 - c) * x[i] + sqrt(term(c)) * (1 - a) * w[i]) / (1 - a * c), i),
    },
    source="J. Ho, A. Jain and P. Abbeel, Denoising Diffusion Probabilistic Models (2020), equations (6) and (7)",
    related=["diffusion_forward", "gaussian_conditional"],
)
below = Hypothesis(Relation("<", a * c, term(1)), (), "as a and c are less than 1")
forward = squared(x_, sqrt(term(a)), u_) / (1 - a)
before, after = squared(u_, sqrt(term(c)), w_) / (1 - c), squared(x_, sqrt(a * c), w_) / (1 - a * c)

diffusion_reverse = equation.claim(
    "diffusion_reverse", forward + before - after, h * squared(u_, Num(1), mu_),
    title=("q(x_{t-1} | x_t, x_0): completing the square", "q(x_{t-1} | x_t, x_0)：配方"), hypotheses=[below],
    because=remark("complete the square in $x_{t-1}$; nothing is left over", "对 $x_{t-1}$ 配方，没有余项"),
)  # fmt: skip


@equation.claim(
    "precision", term(h), a / (1 - a) + 1 / (1 - c), title=("The precision h: precisions add up", "精度 h：两个精度之和"),
    hypotheses=[below],
)  # fmt: skip
def precision(calc):
    calc.by(definition(h), (1 - a * c) / ((1 - a) * (1 - c)))
    calc.by(remark("partial fractions", "部分分式"), a / (1 - a) + 1 / (1 - c))


variance = (1 - a) * (1 - c) / (1 - a * c)


@equation.claim("variance", h * variance, 1, title=("The variance is (1 - a)(1 - c) / (1 - a c)", "方差"), hypotheses=[below])
def of_variance(calc):
    calc.by(definition(h), (1 - a * c) / ((1 - a) * (1 - c)) * variance)
    calc.by(remark("cancel", "约分"), 1)


clean = (x[i] - sqrt(1 - a * c) * e[i]) / sqrt(a * c)
by_noise = (x[i] - (1 - a) / sqrt(1 - a * c) * e[i]) / sqrt(term(a))

mean_by_noise = equation.claim(
    "mean_by_noise",
    (sqrt(term(a)) * (1 - c) * x[i] + sqrt(term(c)) * (1 - a) * clean) / (1 - a * c),
    by_noise,
    title=("The mean in terms of the noise", "用噪声表示均值"),
    hypotheses=[below],
    because=remark("$\\sqrt{a c} = \\sqrt{a} \\sqrt{c}$; collect $x_t$ and the noise", "$\\sqrt{a c} = \\sqrt{a} \\sqrt{c}$；合并同类项"),
)


def posterior(x, w, a, c):
    k = 1 / (a / (1 - a) + 1 / (1 - c))
    return k * (np.sqrt(a) * x / (1 - a) + np.sqrt(c) * w / (1 - c)), k


@diffusion_reverse.reference
def energy(x, u, w, a, c):
    mean, k = posterior(x, w, a, c)
    return np.sum((u - mean) ** 2) / k


precision.reference(lambda a, c: 1 / posterior(0.0, 0.0, a, c)[1])
mean_by_noise.reference(lambda x, e, a, c: posterior(x, (x - np.sqrt(1 - a * c) * e) / np.sqrt(a * c), a, c)[0])
