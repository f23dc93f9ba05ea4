"""A Laplace prior is the lasso: what is most probable a posteriori has the smallest squared error with an L1 penalty.

The prior has a kink at 0, and so has the penalty: this is why some coefficients come out exactly 0.
"""

from derive.catalogue import Equation, array, indices, remark, vector
from derive.terms import PI, POSITIVE, Fn, FunctionSymbol, Prod, Size, Sum, Symbol, exp, log, sqrt

n, d, q = Size("n"), Size("d"), Size("q")
(i,) = indices("i", n)
(a,) = indices("a", d)
(j,) = indices("j", q)
x, y, theta = Symbol("x", (n, d)), Symbol("y", (n,)), Symbol(r"\theta", (q,))
sigma, tau = Symbol(r"\sigma", domain=POSITIVE), Symbol(r"\tau", domain=POSITIVE)
f = FunctionSymbol("f", ((d,), (q,)))
P, J = Symbol("P"), Symbol("J")
error = (y[i] - f(vector(x[i, a], a), array(theta))) ** 2
size = Sum(j, Fn("abs", theta[j]))
likelihood = Prod(i, exp(-error / (2 * sigma**2)) / sqrt(2 * PI * sigma**2))
prior = Prod(j, exp(-Fn("abs", theta[j]) / tau) / (2 * tau))
exponent = -Sum(i, error) / (2 * sigma**2) - size / tau

equation = Equation(
    ("A Laplace prior is the lasso", "拉普拉斯先验即 Lasso"),
    symbols=[x, y, theta, sigma, tau],
    definitions={P: likelihood * prior, J: Sum(i, error) + 2 * sigma**2 / tau * size},
    source="R. Tibshirani, Regression shrinkage and selection via the lasso (1996), section 5",
    depends=["mle_gaussian_mse", "bayes_theorem"],
    related=["map_gaussian_ridge", "lasso_soft_threshold", "mle_laplace_mae"],
)


@equation.same_order("map_laplace_lasso", ("argmax", P), ("argmin", J), [theta])
def map_laplace_lasso(chain):
    chain.monotone(remark("log is strictly increasing", "log 严格递增"), log(P))
    chain.by(
        remark("the logarithm of a product is a sum", "积的对数为对数之和"), exponent - n * log(2 * PI * sigma**2) / 2 - q * log(2 * tau)
    )
    chain.by(remark(r"drop what does not depend on $\theta$", r"舍去与 $\theta$ 无关的项"), exponent)
    chain.turned(remark(r"multiply by $-2\sigma^2 < 0$", r"乘以 $-2\sigma^2 < 0$"), J, scale=2 * sigma**2)
