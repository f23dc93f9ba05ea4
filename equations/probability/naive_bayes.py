"""Gaussian naive Bayes: given the class, the features are taken to be independent and Gaussian.

When all classes share the variances the squares of x cancel between classes, and what separates them is a hyperplane.
"""

import numpy as np
import scipy.special
import scipy.stats
from derive.catalogue import Equation, definition, indices, remark, vector
from derive.derivation.gaussians import gaussian, gaussian_log
from derive.terms import POSITIVE, Prod, Size, Sum, Symbol, log

K, d = Size("K"), Size("d")
a, b, c = indices("a b c", K)
(j,) = indices("j", d)
x, prior = Symbol("x", (d,)), Symbol(r"\pi", (K,), POSITIVE)
mu, v, s = Symbol(r"\mu", (K, d)), Symbol("v", (K, d), POSITIVE), Symbol("s", (d,), POSITIVE)
r, Z, q = Symbol("r", (K,)), Symbol("Z"), Symbol("q", (K,))


def joint(c, variance):
    """Prior of the class times the densities of the features."""
    return prior[c] * Prod(j, gaussian(x[j], mu[c, j], variance))


equation = Equation(
    ("Gaussian naive Bayes", "高斯朴素贝叶斯"),
    symbols=[x, prior, mu, v, s],
    definitions={
        Z: Sum(b, joint(b, v[b, j])),
        r: vector(joint(c, v[c, j]) / Sum(b, joint(b, v[b, j])), c),
        q: vector(joint(c, s[j]) / Sum(b, joint(b, s[j])), c),
    },
    source="K. P. Murphy, Machine Learning: A Probabilistic Perspective, section 3.5",
    depends=["bayes_theorem"],
    related=["linear_discriminant", "gaussian_density"],
)
scores = log(prior[c]) + Sum(j, gaussian_log(x[j], mu[c, j], v[c, j]))


@equation.claim("naive_bayes", log(r[c]), scores - log(Z), title=("Log-posterior of a class", "类别的对数后验"))
def naive_bayes(calc):
    calc.by(definition(r), log(joint(c, v[c, j]) / Z))
    calc.by(
        remark("logarithm of a quotient and of products", "商与积的对数"),
        log(prior[c]) + Sum(j, log(gaussian(x[j], mu[c, j], v[c, j]))) - log(Z),
    )
    calc.by(remark("logarithm of the density", "密度的对数"), scores - log(Z))


@naive_bayes.reference
def log_posterior(x, prior, mu, v):
    scores = np.log(prior) + scipy.stats.norm(mu, np.sqrt(v)).logpdf(x).sum(axis=1)
    return scores - scipy.special.logsumexp(scores)


slope = (mu[a, j] - mu[b, j]) / s[j]
offset = log(prior[a] / prior[b]) - Sum(j, (mu[a, j] ** 2 - mu[b, j] ** 2) / (2 * s[j]))


@equation.claim(
    "shared_variance",
    log(q[a] / q[b]),
    Sum(j, slope * x[j]) + offset,
    title=("Shared variances s: the log-odds are affine in x", "共享方差 s：对数几率关于 x 仿射"),
)
def shared_variance(calc):
    gap = gaussian_log(x[j], mu[a, j], s[j]) - gaussian_log(x[j], mu[b, j], s[j])
    calc.by(definition(q), log(prior[a] / prior[b]) + Sum(j, gap))
    calc.by(remark("the squares of $x_j$ cancel", "$x_j$ 的平方项相消"), Sum(j, slope * x[j]) + offset)


@shared_variance.reference
def log_odds(x, prior, mu, s):
    scores = log_posterior(x, prior, mu, s)
    return np.subtract.outer(scores, scores)
