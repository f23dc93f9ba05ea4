"""Bernoulli and categorical variables: one of two outcomes, one of K outcomes.

A categorical variable is a one-hot vector; any two of its entries exclude each other, so they are negatively correlated.
"""

from fractions import Fraction

import numpy as np
import scipy.stats
from derive.catalogue import Equation, assume, given, indices, remark
from derive.terms import BIT, Expectation, Index, Prod, Size, Sum, Symbol, delta, term
from derive.terms.symbols import Domain

E = Expectation
LIKELY = Domain(Fraction(0), True, Fraction(1))
K = Size("K")
i, j, k = indices("i j k", K)
x, q = Symbol("x", domain=BIT, kind="random"), Symbol("q", domain=Domain(Fraction(0), True, Fraction(1), True))
o, p = Symbol("o", (K,), properties={"one_hot"}, kind="random"), Symbol("p", (K,), LIKELY)
success = assume(E(term(x)), q, source="$q$ is the probability of 1")
chances = assume(E(o[k]), p[k], k, source="$p_k$ is the probability of outcome $k$")

equation = Equation(
    ("Bernoulli and categorical distributions", "伯努利分布与类别分布"),
    symbols=[x, q, o, p],
    source="C. M. Bishop, Pattern Recognition and Machine Learning, sections 2.1 and 2.2",
    related=["expectation_linearity", "covariance_matrix", "softmax_gradient"],
)
y = Index("y", 0, 1)
pmf = q ** term(y) * (1 - q) ** (1 - y)


@equation.claim("bernoulli_categorical", Sum(y, pmf), 1, title=("Bernoulli: the probabilities add up to 1", "伯努利：概率之和为 1"))
def bernoulli(calc):
    calc.by(remark("the two outcomes", "两个结果"), (1 - q) + q)
    calc.by(remark("cancel", "约去"), 1)


@equation.claim("mean", Sum(y, term(y) * pmf), q, title=("Bernoulli: mean", "伯努利：均值"))
def mean(calc):
    calc.by(remark("only the outcome 1 counts", "只有结果 1 有贡献"), term(q))


@equation.claim("variance", E((x - E(term(x))) ** 2), q * (1 - q), title=("Bernoulli: variance", "伯努利：方差"), hypotheses=[success])
def variance(calc):
    calc.by(remark("mean square minus square of the mean", "平方均值减均值平方"), E(x**2) - E(term(x)) ** 2)
    calc.by(remark("$x^2 = x$, as $x$ is 0 or 1", "$x$ 取 0 或 1，故 $x^2 = x$"), E(term(x)) - E(term(x)) ** 2)
    calc.by(given(success), q * (1 - q))


@equation.claim(
    "covariance",
    E((o[i] - E(o[i])) * (o[j] - E(o[j]))),
    p[i] * delta(i, j) - p[i] * p[j],
    title=("Categorical: the covariance is diag(p) - p p^T", "类别分布：协方差为 diag(p) - p pᵀ"),
    hypotheses=[chances],
)
def covariance(calc):
    calc.by(remark("multiply out", "展开"), E(o[i] * o[j]) - E(o[i]) * E(o[j]))
    calc.by(
        remark("two entries exclude each other: $o_i o_j = \\delta_{ij} o_i$", "两个分量互斥：$o_i o_j = \\delta_{ij} o_i$"),
        delta(i, j) * E(o[i]) - E(o[i]) * E(o[j]),
    )
    calc.by(given(chances), p[i] * delta(i, j) - p[i] * p[j])


categorical = equation.claim(
    "categorical",
    Prod(k, p[k] ** delta(k, i)),
    p[i],
    title=("Categorical: the mass function at outcome i", "类别分布：结果 i 的概率质量"),
    because=remark("all exponents but that of $p_i$ are 0", "除 $p_i$ 外指数均为 0"),
)


@equation.claim(
    "total", Sum(k, p[k]), 1, title=("Categorical: the probabilities add up to 1", "类别分布：概率之和为 1"), hypotheses=[chances]
)
def total(calc):
    calc.by(given(chances), Sum(k, E(o[k])))
    calc.by(remark("one entry of $o$ is 1, the others are 0", "$o$ 恰有一个分量为 1"), 1)


variance.reference(lambda q: scipy.stats.bernoulli(q).var())
covariance.reference(lambda p: np.diag(p) - np.outer(p, p))


mean.reference(lambda q: scipy.stats.bernoulli(q).mean())
categorical.reference(lambda p: p)
