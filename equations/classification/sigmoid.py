"""The sigmoid: squeezes any number into a probability.

It turns log-odds z into a probability; its slope is largest, 1/4, in the middle, and dies out on both sides.
"""

from fractions import Fraction

import numpy as np
from derive.catalogue import D, Equation, definition, remark
from derive.rules.differentiation import exp_rule, reciprocal_rule
from derive.rules.exp_log import log_of_exp
from derive.rules.exp_log import sigmoid_of_negative as symmetry_rule
from derive.terms import Symbol, exp, log, tanh, term
from derive.terms.symbols import Domain

z, s, p = Symbol("z"), Symbol("s"), Symbol("p", domain=Domain(0, True, 1, True))

equation = Equation(
    ("Sigmoid", "S 型函数（sigmoid）"), symbols=[z, p], definitions={s: 1 / (1 + exp(-z))},
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equations (4.59) and (4.60)",
    related=["softmax", "binary_cross_entropy", "logistic_gradient", "activations"],
)  # fmt: skip


@equation.claim("sigmoid", term(s), exp(z) / (1 + exp(z)))
def sigmoid(calc):
    calc.by(definition(s), 1 / (1 + exp(-z)))
    calc.by(remark("multiply above and below by $e^z$", "分子分母同乘 $e^z$"), exp(z) / (1 + exp(z)))


@equation.claim("derivative", D(s, z), s * (1 - s), title=("Derivative", "导数"))
def derivative(calc):
    calc.by(definition(s), D(1 / (1 + exp(-z)), z))
    calc.by([reciprocal_rule, exp_rule], exp(-z) / (1 + exp(-z)) ** 2)
    calc.by(definition(s), s**2 * exp(-z))
    calc.by(remark("$e^{-z} = 1/s - 1$", "$e^{-z} = 1/s - 1$"), s * (1 - s))


@equation.claim("symmetry", 1 / (1 + exp(z)), 1 - s, title=("Symmetry: s(-z) = 1 - s(z)", "对称性"))
def symmetry(calc):
    calc.by(symmetry_rule, 1 - 1 / (1 + exp(-z)))
    calc.by(definition(s), 1 - s)


@equation.claim("logit", log(s) - log(1 - s), z, title=("Its inverse: the logit", "反函数：logit"), exported=False)
def logit(calc):
    calc.by(definition(s), log(1 / (1 + exp(-z))) - log(1 - 1 / (1 + exp(-z))))
    calc.by(symmetry_rule, log(1 / (1 + exp(-z))) - log(1 / (1 + exp(z))))
    calc.by(remark("the quotient of the two is $e^z$", "两者之商为 $e^z$"), log(exp(z)))
    calc.by(log_of_exp, z)


@equation.claim("of_logit", 1 / (1 + exp(-log(p / (1 - p)))), p, title=("The logit's inverse", "logit 的反函数"), exported=False)
def of_logit(calc):
    calc.by(remark("exp undoes log", "指数与对数互逆"), 1 / (1 + (1 - p) / p))
    calc.by(remark("common denominator", "通分"), p)


@equation.claim("slope_positive", D(s, z), 0, op=">", title=("It rises everywhere", "处处递增"))
def slope_positive(calc):
    calc.by(remark("the derivative", "导数"), exp(-z) / (1 + exp(-z)) ** 2)
    calc.gt(remark("exponentials are positive", "指数函数为正"), 0)


@equation.claim("slope_bound", D(s, z), Fraction(1, 4), op="<=", title=("Its slope is at most 1/4", "斜率至多为 1/4"))
def slope_bound(calc):
    calc.by(remark("the derivative", "导数"), s * (1 - s))
    calc.by(remark("complete the square", "配方"), Fraction(1, 4) - (s - Fraction(1, 2)) ** 2)
    calc.le(remark("a square is not negative", "平方非负"), Fraction(1, 4))


@equation.claim(
    "tanh_form", tanh(z), 2 / (1 + exp(-2 * z)) - 1, title=("tanh is a stretched sigmoid: 2 s(2z) - 1", "tanh 是拉伸的 sigmoid")
)
def tanh_form(calc):
    calc.by(remark("definition of tanh", "tanh 的定义"), (exp(z) - exp(-z)) / (exp(z) + exp(-z)))
    calc.by(remark("multiply above and below by $e^{-z}$", "分子分母同乘 $e^{-z}$"), (1 - exp(-2 * z)) / (1 + exp(-2 * z)))
    calc.by(remark("numerator: $2 - (1 + e^{-2z})$", "分子：$2 - (1 + e^{-2z})$"), 2 / (1 + exp(-2 * z)) - 1)


@sigmoid.reference
def reference(z):
    return 1 / (1 + np.exp(-z))


derivative.reference(lambda z: reference(z) * reference(-z))

symmetry.reference(lambda z: reference(-z))

tanh_form.reference(lambda z: np.sinh(z) / np.cosh(z))
