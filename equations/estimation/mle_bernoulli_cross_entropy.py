"""Maximum likelihood for yes-or-no labels is binary cross-entropy; with one probability for all, it is the share of yes.

The cross-entropy is the mean of -log of the probability that was given to what happened.
"""

import numpy as np
from derive.catalogue import D, Equation, definition, indices, remark, suppose
from derive.rules.exp_log import log_of_indexed_product
from derive.terms import At, IntValue, Prod, Size, Sum, Symbol, log
from derive.terms.symbols import Domain
from scipy import stats

n, N = Size("n"), IntValue(Size("n"))
(i,) = indices("i", n)
unit = Domain(0, True, 1, True)
y, p, q = Symbol("y", (n,), Domain(values=(0, 1))), Symbol("p", (n,), unit), Symbol("q", domain=unit)
L, M, J, l, share = Symbol("L"), Symbol("M"), Symbol("J"), Symbol(r"\ell"), Symbol(r"\bar{y}")


def mass(chance):
    return chance ** y[i] * (1 - chance) ** (1 - y[i])


equation = Equation(
    ("Bernoulli maximum likelihood is binary cross-entropy", "伯努利最大似然即二元交叉熵"),
    symbols=[y, p, q],
    definitions={
        L: Prod(i, mass(p[i])),
        J: -Sum(i, y[i] * log(p[i]) + (1 - y[i]) * log(1 - p[i])) / n,
        M: Prod(i, mass(q)),
        share: Sum(i, y[i]) / n,
        l: N * (share * log(q) + (1 - share) * log(1 - q)),
    },
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equations (2.5) to (2.7) and (4.90)",
    related=["binary_cross_entropy", "logistic_likelihood", "mle_categorical_cross_entropy"],
)
both = (suppose(0, "<", share, source="some label is 1"), suppose(share, "<", 1, source="some label is 0"))


@equation.claim("mle_bernoulli_cross_entropy", -log(L), n * J)
def mle_bernoulli_cross_entropy(calc):
    calc.by(definition(L), -log(Prod(i, mass(p[i]))))
    calc.by(log_of_indexed_product, -Sum(i, log(mass(p[i]))))
    calc.by(remark("logarithms of a product and of powers", "积与幂的对数"), n * J)


@equation.claim("one_probability", log(M), l, title=("One probability for all", "共同概率"))
def one_probability(calc):
    calc.by(definition(M), log(Prod(i, mass(q))))
    calc.by(log_of_indexed_product, Sum(i, log(mass(q))))
    calc.by(remark("collect; the labels sum to $n$ times their mean", "合并；标签之和为 $n$ 乘均值"), l)


slope = equation.claim(
    "derivative", D(l, q), n * (share - q) / (q * (1 - q)), title=("Derivative: 0 at the share only", "导数：仅在占比处为零")
)


title = ("Second derivative: negative everywhere", "二阶导数处处为负")


@equation.claim("concave", D(l, q, q), 0, op="<", hypotheses=both, title=title)
def concave(calc):
    calc.by(remark("derivatives of the logarithms", "对数的导数"), -n * (share / q**2 + (1 - share) / (1 - q) ** 2))
    calc.lt(remark("positive shares over squares", "正数除以平方"), 0)


equation.claim(
    "maximum",
    l,
    At(l, q, share),
    op="<=",
    hypotheses=both,
    title=("A global maximum", "全局最大"),
    because=remark(r"$\log u \le u - 1$ twice", r"两次用 $\log u \le u - 1$"),
)


mle_bernoulli_cross_entropy.reference(lambda y, p: -np.sum(stats.bernoulli.logpmf(y, p)))
one_probability.reference(lambda y, q: np.sum(stats.bernoulli.logpmf(y, q)))
slope.reference(lambda y, q: np.sum(y / q - (1 - y) / (1 - q)))
