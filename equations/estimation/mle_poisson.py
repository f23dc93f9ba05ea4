"""Maximum likelihood for a Poisson sample: the rate is the sample mean."""

import numpy as np
from derive.catalogue import D, Equation, definition, indices, relation, remark, suppose
from derive.rules.exp_log import log_of_indexed_product
from derive.terms import NATURAL, POSITIVE, At, Fn, IntValue, Prod, Size, Sum, Symbol, exp, log
from scipy import stats

n, N = Size("n"), IntValue(Size("n"))
(i,) = indices("i", n)
x, rate = Symbol("x", (n,), NATURAL), Symbol(r"\lambda", domain=POSITIVE)
L, l, mean = Symbol("L"), Symbol(r"\ell"), Symbol(r"\bar{x}")
total, constant = Sum(i, x[i]), Sum(i, log(Fn("factorial", x[i])))
mass = rate ** x[i] * exp(-rate) / Fn("factorial", x[i])

equation = Equation(
    ("Maximum likelihood for a Poisson sample", "泊松样本的最大似然"),
    symbols=[x, rate],
    definitions={L: Prod(i, mass), l: log(rate) * total - N * rate - constant, mean: total / n},
    source="L. Wasserman, All of Statistics, chapter 9",
    related=["mle_exponential", "exponential_family"],
)
some = suppose(0, "<", total, source="not all x are 0")


@equation.claim("mle_poisson", log(L), l, title=("Poisson sample: log-likelihood", "泊松样本的对数似然"))
def of_likelihood(calc):
    calc.by(definition(L), log(Prod(i, mass)))
    calc.by(log_of_indexed_product, Sum(i, log(mass)))
    calc.by(remark("logarithms of a product, a power and exp", "积、幂与指数的对数"), l)


slope = equation.claim("derivative", D(l, rate), total / rate - N, title=("Derivative", "导数"))


@equation.implication(
    "stationary", relation(D(l, rate), "=", 0), relation(rate, "=", mean), ("It is 0 at the mean only", "仅在样本均值处为零"), op="<=>"
)
def stationary(chain):
    chain.iff(remark("the derivative", "导数"), relation(total / rate, "=", N))
    chain.iff(remark(r"multiply by $\lambda / n$", r"乘以 $\lambda / n$"), relation(rate, "=", mean))


@equation.claim(
    "concave", D(l, rate, rate), 0, op="<", hypotheses=[some], title=("Second derivative: negative everywhere", "二阶导数处处为负")
)
def concave(calc):
    calc.by(remark("derivative of a reciprocal", "倒数的导数"), -total / rate**2)
    calc.lt(remark("a square", "平方"), 0)


@equation.claim("maximum", l, At(l, rate, mean), op="<=", hypotheses=[some], title=("A global maximum", "全局最大"))
def maximum(calc):
    calc.le(
        remark(r"$\log u \le u - 1$ with $u = \lambda / \bar{x}$", r"$\log u \le u - 1$，其中 $u = \lambda / \bar{x}$"),
        log(mean) * total - total - constant,
    )
    calc.by(remark("the log-likelihood there", "该处的对数似然"), At(l, rate, mean))


of_likelihood.reference(lambda x, rate: np.sum(stats.poisson.logpmf(x, rate)))
slope.reference(lambda x, rate: np.sum(x / rate - 1))
