r"""Fisher information: how sharply the data tell one parameter from its neighbours.

The score is the gradient of the log-density in the parameters. Its mean is 0, its covariance is minus the mean Hessian, and no
unbiased estimator varies less than one over it (Cramer-Rao). The density is any positive one: e^f over its integral Z. Derivatives and
integrals are exchanged, and the integrals that appear are taken to exist.
"""

from derive.catalogue import D, Equation, array, given, indices, remark, suppose
from derive.terms import Constant, Expectation, FunctionSymbol, Integral, Size, Symbol, exp, log, term

k = Size("k")
i, j = indices("i j", k)
x, theta, oo = Symbol("x"), Symbol(r"\theta", (k,)), Constant("oo")
f = FunctionSymbol("f", ((), (k,)), smooth=2)
Z, p = Symbol("Z"), Symbol("p")
T = FunctionSymbol("T")(term(x))


t, s, m = Symbol("T", kind="random"), Symbol("S", kind="random"), Symbol("m")
E = Expectation


def over(body):
    return Integral(x, -oo, oo, body)


equation = Equation(
    ("Fisher information", "费希尔信息"),
    symbols=[theta],
    definitions={Z: over(exp(f(term(x), array(theta)))), p: exp(f(term(x), array(theta))) / Z, m: E(t)},
    source="E. L. Lehmann and G. Casella, Theory of Point Estimation, section 2.5",
    axioms=["exchange of derivative and integral"],
    related=["mle_gaussian_mean_variance", "exponential_family"],
)
score = D(log(p), theta[i])
exchange = remark("exchange derivative and integral", "交换求导与积分")
total = remark("$p$ integrates to 1", "$p$ 的积分为 1")


@equation.claim("fisher_information", over(score * p), 0, ("The score has mean 0", "得分函数均值为零"))
def mean_of_score(calc):
    calc.by(remark(r"$p \, \partial \log p = \partial p$", r"$p \, \partial \log p = \partial p$"), over(D(p, theta[i])))
    calc.by(exchange, D(over(p), theta[i]))
    calc.by(total, D(term(1), theta[i]))
    calc.by(remark("a constant", "常数"), 0)


hess = D(log(p), theta[i], theta[j])
both = over((score * D(log(p), theta[j]) + hess) * p)


@equation.claim("covariance_of_score", both, 0, ("Its covariance is minus the mean Hessian: their sum is 0", "协方差与平均海森之和为零"))
def covariance(calc):
    calc.by(remark(r"derivatives of $\log p$", r"$\log p$ 的导数"), over(D(p, theta[i], theta[j])))
    calc.by(exchange, D(over(p), theta[i], theta[j]))
    calc.by(total, D(term(1), theta[i], theta[j]))
    calc.by(remark("a constant", "常数"), 0)


slope, title = (D(over(T * p), theta[i]), ("The covariance with the score is the slope of a mean", "与得分的协方差即均值的变化率"))


@equation.claim("slope_of_a_mean", over(T * score * p), slope, title, exported=False)
def slope_of_a_mean(calc):
    calc.by(remark(r"$p \, \partial \log p = \partial p$", r"$p \, \partial \log p = \partial p$"), over(T * D(p, theta[i])))
    calc.by(exchange, slope)


centred = suppose(E(s), "=", 0, source="as shown: the score has mean 0")
unbiased = suppose(E(t * s), "=", 1, source="as shown, where the mean of T is theta: the slope of theta is 1")
title = ("Cramer-Rao: an unbiased T varies at least as 1 over the information", "克拉默-拉奥下界")


@equation.claim("cramer_rao", E((t - m) ** 2) * E(s**2), 1, title, op=">=", hypotheses=[centred, unbiased])
def cramer_rao(calc):
    calc.ge(remark("Cauchy-Schwarz inequality", "柯西-施瓦茨不等式"), E((t - m) * s) ** 2)
    calc.by(remark("expectation is linear", "期望线性"), (E(t * s) - m * E(s)) ** 2)
    calc.by(given(centred, unbiased), 1)
