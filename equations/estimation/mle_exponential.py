"""Maximum likelihood for an exponential sample: the rate is one over the sample mean."""

import numpy as np
from derive.catalogue import D, Equation, definition, indices, relation, remark, suppose
from derive.rules.exp_log import log_of_indexed_product
from derive.terms import POSITIVE, At, IntValue, Prod, Size, Sum, Symbol, exp, log
from derive.terms.symbols import Domain
from scipy import stats

n, N = Size("n"), IntValue(Size("n"))
(i,) = indices("i", n)
x, rate = Symbol("x", (n,), Domain(0)), Symbol(r"\lambda", domain=POSITIVE)
L, l, best = Symbol("L"), Symbol(r"\ell"), Symbol(r"\hat{\lambda}")
total = Sum(i, x[i])

equation = Equation(
    ("Maximum likelihood for an exponential sample", "指数分布样本的最大似然"),
    symbols=[x, rate],
    definitions={L: Prod(i, rate * exp(-rate * x[i])), l: N * log(rate) - rate * total, best: N / total},
    source="L. Wasserman, All of Statistics, chapter 9",
    related=["mle_poisson", "mle_gaussian_mean_variance"],
)
some = suppose(0, "<", total, source="not all x are 0")


@equation.claim("mle_exponential", log(L), l, title=("Exponential sample: log-likelihood", "指数分布样本的对数似然"))
def of_likelihood(calc):
    calc.by(definition(L), log(Prod(i, rate * exp(-rate * x[i]))))
    calc.by(log_of_indexed_product, Sum(i, log(rate * exp(-rate * x[i]))))
    calc.by(remark("logarithms of a product and of exp", "积与指数的对数"), l)


slope = equation.claim("derivative", D(l, rate), N / rate - total, title=("Derivative", "导数"))


@equation.implication(
    "stationary",
    relation(D(l, rate), "=", 0),
    relation(rate, "=", best),
    ("It is 0 at one rate only", "仅在一处为零"),
    hypotheses=[some],
    op="<=>",
)
def stationary(chain):
    chain.iff(remark("the derivative", "导数"), relation(N / rate, "=", total))
    chain.iff(remark(r"multiply by $\lambda / \sum_i x_i$", r"乘以 $\lambda / \sum_i x_i$"), relation(rate, "=", best))


@equation.claim("concave", D(l, rate, rate), 0, op="<", title=("Second derivative: negative everywhere", "二阶导数处处为负"))
def concave(calc):
    calc.by(remark("derivative of a reciprocal", "倒数的导数"), -N / rate**2)
    calc.lt(remark("a square", "平方"), 0)


@equation.claim("maximum", l, At(l, rate, best), op="<=", hypotheses=[some], title=("A global maximum", "全局最大"))
def maximum(calc):
    calc.le(
        remark(r"$\log u \le u - 1$ with $u = \lambda / \hat{\lambda}$", r"$\log u \le u - 1$，其中 $u = \lambda / \hat{\lambda}$"),
        N * log(best) - N,
    )
    calc.by(remark("the log-likelihood there", "该处的对数似然"), At(l, rate, best))


of_likelihood.reference(lambda x, rate: np.sum(stats.expon.logpdf(x, scale=1 / rate)))
slope.reference(lambda x, rate: np.sum(1 / rate - x))
