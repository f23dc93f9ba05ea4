"""A Gaussian prior is ridge regression: what is most probable a posteriori has the smallest penalised squared error.

The prior N(0, tau^2 I) adds lambda ||theta||^2 with lambda = sigma^2 / tau^2 to the sum of squares: a tight prior is a strong penalty.
"""

from derive.catalogue import Equation, array, indices, remark, vector
from derive.terms import PI, POSITIVE, FunctionSymbol, IntValue, Prod, Size, Sum, Symbol, exp, log, sqrt

n, d, q = Size("n"), Size("d"), Size("q")
(i,) = indices("i", n)
(a,) = indices("a", d)
(j,) = indices("j", q)
x, y, theta = Symbol("x", (n, d)), Symbol("y", (n,)), Symbol(r"\theta", (q,))
sigma, tau = Symbol(r"\sigma", domain=POSITIVE), Symbol(r"\tau", domain=POSITIVE)
f = FunctionSymbol("f", ((d,), (q,)))
P, J = Symbol("P"), Symbol("J")
error = (y[i] - f(vector(x[i, a], a), array(theta))) ** 2
likelihood = Prod(i, exp(-error / (2 * sigma**2)) / sqrt(2 * PI * sigma**2))
prior = Prod(j, exp(-(theta[j] ** 2) / (2 * tau**2)) / sqrt(2 * PI * tau**2))
penalised = Sum(i, error) + sigma**2 / tau**2 * Sum(j, theta[j] ** 2)
exponent = -Sum(i, error) / (2 * sigma**2) - Sum(j, theta[j] ** 2) / (2 * tau**2)

equation = Equation(
    ("A Gaussian prior is ridge regression", "高斯先验即岭回归"),
    symbols=[x, y, theta, sigma, tau],
    definitions={P: likelihood * prior, J: penalised},
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equation (1.67)",
    depends=["mle_gaussian_mse", "bayes_theorem"],
    related=["ridge_regression"],
)


@equation.same_order("map_gaussian_ridge", ("argmax", P), ("argmin", J), [theta])
def map_gaussian_ridge(chain):
    chain.monotone(remark("log is strictly increasing", "log 严格递增"), log(P))
    chain.by(
        remark("the logarithm of a product is a sum", "积的对数为对数之和"),
        exponent - n * log(2 * PI * sigma**2) / 2 - q * log(2 * PI * tau**2) / 2,
    )
    chain.by(remark(r"drop what does not depend on $\theta$", r"舍去与 $\theta$ 无关的项"), exponent)
    chain.turned(remark(r"multiply by $-2\sigma^2 < 0$", r"乘以 $-2\sigma^2 < 0$"), J, scale=2 * sigma**2)


@equation.same_order(
    "of_the_mean",
    ("argmax", P),
    ("argmin", Sum(i, error) / n + sigma**2 / (n * tau**2) * Sum(j, theta[j] ** 2)),
    [theta],
    title=("With the mean of squares", "用均方误差"),
)
def of_the_mean(chain):
    map_gaussian_ridge.derivation(chain)
    chain.by(
        remark("divide by $n$", "除以 $n$"), Sum(i, error) / n + sigma**2 / (n * tau**2) * Sum(j, theta[j] ** 2), scale=1 / IntValue(n)
    )


@equation.same_order(
    "of_a_posterior",
    ("argmax", P / Symbol("Z", domain=POSITIVE)),
    ("argmax", P),
    [theta],
    title=("The evidence does not matter", "证据不影响"),
)
def of_a_posterior(chain):
    chain.by(remark("multiply by the evidence, a positive constant", "乘以证据，一个正常数"), P, scale=Symbol("Z", domain=POSITIVE))
