"""Log-sum-exp: a smooth maximum, whose gradient is the softmax.

Subtracting any number m from all logits and adding it again changes nothing; with m = max z no exponential overflows.
"""

import numpy as np
from derive.catalogue import D, Equation, by_result, definition, indices, remark, vector
from derive.rules.differentiation import exp_rule, log_rule, under_the_sum
from derive.rules.exp_log import exp_of_sum, log_of_exp, log_of_product
from derive.rules.kronecker import derivative_of_component, sum_over_delta
from derive.rules.sums import constant_out_of_sum
from derive.terms import Hypothesis, IntValue, Relation, Size, Sum, Symbol, delta, exp, log, term

K = Size("K")
i, j, k = indices("i j k", K)
z, p = Symbol("z", (K,)), Symbol("p", (K,))
S, L, m = Symbol("S"), Symbol("L"), Symbol("m")
v = Symbol("v", (K,))
bound = Hypothesis(Relation("<=", z[k], term(m)), (k,), "m is the largest logit")

equation = Equation(
    ("Log-sum-exp", "log-sum-exp 函数"), symbols=[z, m, v],
    definitions={S: Sum(k, exp(z[k])), L: log(S), p: vector(exp(z[i]) / S, i)},
    source="S. Boyd and L. Vandenberghe, Convex Optimization, section 3.1.5", depends=["softmax_gradient"],
    related=["softmax", "softmax_cross_entropy"],
)  # fmt: skip

shifted = m + log(Sum(k, exp(z[k] - m)))


@equation.claim("log_sum_exp", shifted, log(Sum(k, exp(z[k]))), title=("Stable form", "稳定形式"))
def log_sum_exp(calc):
    calc.by(exp_of_sum, m + log(Sum(k, exp(z[k]) * exp(-m))))
    calc.by(constant_out_of_sum, m + log(exp(-m) * Sum(k, exp(z[k]))))
    calc.by([log_of_product, log_of_exp], log(Sum(k, exp(z[k]))))


log_sum_exp.reference(lambda z: np.max(z) + np.log(np.sum(np.exp(z - np.max(z)))))


@equation.claim("gradient", D(L, z[i]), p[i], title=("The gradient is the softmax", "梯度为 softmax"))
def gradient(calc):
    calc.by(definition(L), D(log(S), z[i]))
    calc.by(log_rule, D(S, z[i]) / S)
    calc.by([definition(S), under_the_sum, exp_rule, derivative_of_component, sum_over_delta], exp(z[i]) / S)
    calc.by(definition(p), p[i])


@gradient.reference
def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


@equation.claim("hessian", D(L, z[i], z[j]), p[i] * (delta(i, j) - p[j]), title=("Hessian", "海森矩阵"))
def hessian(calc):
    calc.by(remark("the gradient is the softmax", "梯度为 softmax"), D(p[i], z[j]))
    calc.by(by_result("softmax_gradient"), p[i] * (delta(i, j) - p[j]))


hessian.reference(lambda z: np.diag(softmax(z)) - np.outer(softmax(z), softmax(z)))


@equation.claim("convex", Sum(i, Sum(j, v[i] * D(L, z[i], z[j]) * v[j])), 0, op=">=", title=("Convex", "凸函数"))
def convex(calc):
    calc.by(remark("the Hessian", "海森矩阵"), Sum(i, Sum(j, v[i] * p[i] * (delta(i, j) - p[j]) * v[j])))
    mean = Sum(j, p[j] * v[j])
    calc.by(remark("the variance of $v$ under $p$", "$v$ 在 $p$ 下的方差"), Sum(i, p[i] * (v[i] - mean) ** 2))
    calc.ge(remark("a sum of squares with positive weights", "正权平方和"), 0)


@equation.claim("at_least_every_logit", z[i], L, op="<=", title=("At least the maximum", "不小于最大值"))
def at_least_every_logit(calc):
    calc.by(remark("exp and log undo each other", "指数与对数互逆"), log(exp(z[i])))
    calc.le(
        remark("a sum of positive numbers is at least each of them; log is increasing", "正数之和不小于每一项；log 递增"),
        log(Sum(k, exp(z[k]))),
    )
    calc.by([definition(L), definition(S)], L)


@equation.claim(
    "at_most_maximum_and_log", L, m + log(IntValue(K)), op="<=",
    title=("At most the maximum plus log K", "至多最大值加 log K"), hypotheses=[bound],
)  # fmt: skip
def at_most_maximum_and_log(calc):
    calc.by(remark("stable form", "稳定形式"), m + log(Sum(k, exp(z[k] - m))))
    calc.le(remark("$e^{z_k - m} \\le 1$ and log is increasing", "$e^{z_k - m} \\le 1$，且 log 递增"), m + log(Sum(k, 1)))
    calc.by(remark("count the terms", "计数"), m + log(IntValue(K)))
