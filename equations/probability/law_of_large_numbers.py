"""The weak law of large numbers: the sample mean comes as close to the mean as one likes, with probability as near to 1 as one likes.

Its variance is sigma^2 / n, and Chebyshev's inequality turns a small variance into a small probability of being far.
"""

from derive.catalogue import Equation, assume, by_result, definition, given, indices, remark
from derive.terms import POSITIVE, Expectation, Fn, Guard, Hypothesis, IntValue, Relation, Size, Sum, Symbol, term

E = Expectation
n = Size("n")
N = IntValue(n)
i, j = indices("i j", n)
x, m, P = Symbol("x", (n,), kind="random"), Symbol(r"\bar{x}"), Symbol(r"P(|\bar{x} - \mu| \ge \varepsilon)")
mu, V = Symbol(r"\mu"), Symbol(r"\sigma^2", domain=POSITIVE)
eps, delta = Symbol(r"\varepsilon", domain=POSITIVE), Symbol(r"\delta", domain=POSITIVE)
mean = assume(E(x[i]), mu, i, source="mean $\\mu$")
second = assume(E((x[i] - mu) ** 2), V, i, source="variance $\\sigma^2$")
average = Sum(j, x[j]) / N
far = Guard(">=", Fn("abs", average - mu) - eps)

equation = Equation(
    ("Law of large numbers", "大数定律"),
    symbols=[x, mu, V, eps, delta],
    definitions={m: average, P: E(far)},
    source="L. Wasserman, All of Statistics, theorem 5.6",
    depends=["markov_chebyshev"],
    related=["sample_variance_unbiased"],
)
common = {"hypotheses": [mean, second], "independent": [[x]]}


@equation.claim(
    "law_of_large_numbers", E((m - mu) ** 2), V / N, title=("Variance of the sample mean", "样本均值的方差"), exported=False, **common
)
def variance_of_mean(calc):
    calc.by(definition(m), E(Sum(i, x[i] - mu) ** 2) / N**2)
    calc.by(remark("expand the square of the sum", "展开和的平方"), Sum(i, Sum(j, E((x[i] - mu) * (x[j] - mu)))) / N**2)
    calc.by(remark("independent: only $i = j$ is left", "独立：只剩 $i = j$"), Sum(i, E((x[i] - mu) ** 2)) / N**2)
    calc.by(given(mean, second), V / N)


def by_chebyshev(calc):
    calc.by(definition(P), E(eps**2 * far) / eps**2)
    calc.le(by_result("markov_chebyshev"), E((m - mu) ** 2) / eps**2)
    calc.by(given(mean, second), V / (N * eps**2))


@equation.claim("bound", term(P), V / (N * eps**2), op="<=", title=("Being far from the mean", "偏离均值的概率"), **common)
def bound(calc):
    by_chebyshev(calc)


# For every delta there is a sample size from which on the probability is at most delta: it tends to 0.
enough = Hypothesis(Relation("<=", V / (delta * eps**2), N), (), "$n$ is large enough")


@equation.claim(
    "limit",
    term(P),
    term(delta),
    op="<=",
    title=("It tends to 0: below any delta from some n on", "趋于 0：从某个 n 起小于任意 δ"),
    hypotheses=[mean, second, enough],
    independent=[[x]],
)
def limit(calc):
    by_chebyshev(calc)
    calc.le(given(enough), term(delta))
