"""Maximum likelihood with Laplace noise is least absolute deviations.

If y_i = f(x_i; theta) + noise with Laplace noise of one scale, the parameters under which the data are most likely are those with the
smallest mean absolute error, whatever f is. Its tails are heavier than the normal law's, so outliers pull less.
"""

from derive.catalogue import Equation, array, indices, remark, vector
from derive.terms import POSITIVE, Fn, FunctionSymbol, Prod, Size, Sum, Symbol, exp, log

n, d, q = Size("n"), Size("d"), Size("q")
(i,) = indices("i", n)
(a,) = indices("a", d)
x, y = Symbol("x", (n, d)), Symbol("y", (n,))
theta, b = Symbol(r"\theta", (q,)), Symbol("b", domain=POSITIVE)
f = FunctionSymbol("f", ((d,), (q,)))
L, J = Symbol("L"), Symbol("J")
error = Fn("abs", y[i] - f(vector(x[i, a], a), array(theta)))

equation = Equation(
    ("Laplace maximum likelihood is least absolute error", "拉普拉斯最大似然即最小平均绝对误差"),
    symbols=[x, y, theta, b],
    definitions={L: Prod(i, exp(-error / b) / (2 * b)), J: Sum(i, error) / n},
    source="K. P. Murphy, Machine Learning: A Probabilistic Perspective, section 7.4",
    related=["mle_gaussian_mse", "map_laplace_lasso"],
)


@equation.same_order("mle_laplace_mae", ("argmax", L), ("argmin", J), [theta])
def mle_laplace_mae(chain):
    chain.monotone(remark("log is strictly increasing", "log 严格递增"), log(L))
    chain.by(remark("the logarithm of a product is a sum", "积的对数为对数之和"), -n * log(2 * b) - Sum(i, error) / b)
    chain.by(remark(r"drop what does not depend on $\theta$", r"舍去与 $\theta$ 无关的项"), -Sum(i, error) / b)
    chain.turned(remark("multiply by $-b/n < 0$", "乘以 $-b/n < 0$"), J, scale=b / n)
