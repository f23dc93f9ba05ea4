"""Binary cross-entropy: the loss of a yes-or-no classifier.

From the logit it needs no probability at all, so nothing overflows; its gradient is what is predicted minus what is true.
"""

from fractions import Fraction

import numpy as np
from derive.catalogue import D, Equation, by_result, definition, remark
from derive.rules.differentiation import constant_factor, log_rule, sum_rule
from derive.rules.exp_log import log_of_exp, log_of_quotient
from derive.terms import Num, Symbol, exp, log
from derive.terms.symbols import Domain

z, y, s, L = Symbol("z"), Symbol("y"), Symbol("s"), Symbol("L")
p, J = Symbol("p", domain=Domain(0, True, 1, True)), Symbol("J")

equation = Equation(
    ("Binary cross-entropy", "二元交叉熵"),
    symbols=[z, y, p],
    definitions={s: 1 / (1 + exp(-z)), L: -(y * log(s) + (1 - y) * log(1 - s)), J: -(y * log(p) + (1 - y) * log(1 - p))},
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equation (4.90)",
    depends=["sigmoid"],
    related=["softmax_cross_entropy", "logistic_gradient", "cross_entropy"],
)


@equation.claim("binary_cross_entropy", L, log(1 + exp(z)) - y * z, title=("From the logit", "由 logit 计算"))
def binary_cross_entropy(calc):
    calc.by(definition(L), -(y * log(s) + (1 - y) * log(1 - s)))
    calc.by(
        remark("$s = e^z / (1 + e^z)$ and $1 - s = 1 / (1 + e^z)$", "$s = e^z / (1 + e^z)$，$1 - s = 1 / (1 + e^z)$"),
        -(y * log(exp(z) / (1 + exp(z))) + (1 - y) * log(1 / (1 + exp(z)))),
    )
    calc.by([log_of_quotient, log_of_exp], -(y * (z - log(1 + exp(z))) - (1 - y) * log(1 + exp(z))))
    calc.by(remark("collect the logarithms", "合并对数项"), log(1 + exp(z)) - y * z)


@binary_cross_entropy.reference
def loss(z, y):
    return np.logaddexp(0, z) - y * z


@equation.claim("gradient", D(L, z), s - y, title=("Gradient in the logit", "对 logit 的导数"))
def gradient(calc):
    calc.by(remark("from the logit", "由 logit 计算"), D(log(1 + exp(z)) - y * z, z))
    calc.by([sum_rule, log_rule], D(1 + exp(z), z) / (1 + exp(z)) - y)
    calc.by(remark("derivative of exp", "exp 的导数"), exp(z) / (1 + exp(z)) - y)
    calc.by(definition(s), s - y)


@gradient.reference
def error(z, y):
    return 1 / (1 + np.exp(-z)) - y


@equation.claim("curvature", D(L, z, z), s * (1 - s), title=("Second derivative", "二阶导数"))
def curvature(calc):
    calc.by(remark("the gradient", "梯度"), D(s - y, z))
    calc.by(by_result("sigmoid"), s * (1 - s))


@curvature.reference
def slope(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


@equation.claim("in_probability", D(J, p), (p - y) / (p * (1 - p)), title=("Gradient in the probability", "对概率的导数"))
def in_probability(calc):
    calc.by(definition(J), D(-(y * log(p) + (1 - y) * log(1 - p)), p))
    calc.by([sum_rule, constant_factor, log_rule], (1 - y) / (1 - p) - y / p)
    calc.by(remark("common denominator", "通分"), (p - y) / (p * (1 - p)))


@in_probability.reference
def ratio(y, p):
    return -y / p + (1 - y) / (1 - p)


sure = -log(Num(Fraction(1, 100)))
title = ("A sure mistake: for y = 1 a probability of 0.01 costs about 4.6", "误判的代价：约 4.6")
equation.claim("sure_mistake", sure, Num(Fraction(46, 10)), title, op=">")
equation.claim("sure_mistake_above", sure, Num(Fraction(461, 100)), ("And less than 4.61", "且小于 4.61"), op="<")
