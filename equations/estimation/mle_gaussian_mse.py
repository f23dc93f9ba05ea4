"""Maximum likelihood with Gaussian noise is least squares.

If y_i = f(x_i; theta) + noise with normal noise of one variance, then the parameters under which the data are most likely are
those with the smallest mean squared error, whatever f is.
"""

from derive.catalogue import Equation, array, definition, indices, remark, vector
from derive.rules.exp_log import log_of_exp
from derive.terms import PI, POSITIVE, FunctionSymbol, Prod, Size, Sum, Symbol, exp, log, sqrt

n, d, q = Size("n"), Size("d"), Size("q")
(i,) = indices("i", n)
(a,) = indices("a", d)
x, y = Symbol("x", (n, d)), Symbol("y", (n,))
theta, sigma = Symbol(r"\theta", (q,)), Symbol(r"\sigma", domain=POSITIVE)
f = FunctionSymbol("f", ((d,), (q,)))

prediction = f(vector(x[i, a], a), array(theta))
error = (y[i] - prediction) ** 2
L, J = Symbol("L"), Symbol("J")
density = exp(-error / (2 * sigma**2)) / sqrt(2 * PI * sigma**2)

equation = Equation(
    ("Gaussian maximum likelihood is least squares", "高斯最大似然即最小二乘"),
    symbols=[x, y, theta, sigma],
    definitions={L: Prod(i, density), J: Sum(i, error) / n},
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equations (1.60) to (1.62) and (3.10) to (3.12)",
    depends=["mean_squared_error"],
    related=["map_gaussian_ridge", "normal_equation"],
)


@equation.same_order("mle_gaussian_mse", ("argmax", L), ("argmin", J), [theta])
def mle_gaussian_mse(chain):
    chain.monotone(remark("log is strictly increasing", "log 严格递增"), log(L))
    chain.by(
        remark("the logarithm of a product is a sum", "积的对数为对数之和"),
        -n * log(2 * PI * sigma**2) / 2 - Sum(i, error) / (2 * sigma**2),
    )
    chain.by(remark(r"drop what does not depend on $\theta$", r"舍去与 $\theta$ 无关的项"), -Sum(i, error) / (2 * sigma**2))
    chain.turned(remark(r"multiply by $-2\sigma^2/n < 0$", r"乘以 $-2\sigma^2/n < 0$"), J, scale=2 * sigma**2 / n)


@equation.claim(
    "log_likelihood",
    log(L),
    -n * log(2 * PI * sigma**2) / 2 - Sum(i, error) / (2 * sigma**2),
    title=("Log-likelihood", "对数似然"),
    exported=False,
)
def log_likelihood(calc):
    calc.by(definition(L), log(Prod(i, density)))
    calc.by(remark("the logarithm of a product is a sum", "积的对数为对数之和"), Sum(i, log(density)))
    calc.by(log_of_exp, Sum(i, -error / (2 * sigma**2) - log(2 * PI * sigma**2) / 2))
    calc.by(remark("constants out of the sum", "提出常数"), -n * log(2 * PI * sigma**2) / 2 - Sum(i, error) / (2 * sigma**2))
