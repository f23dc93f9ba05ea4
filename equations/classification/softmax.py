"""Softmax: turns logits into probabilities.

Larger logits get larger shares, only differences of logits matter, and with two classes it is the sigmoid.
"""

import numpy as np
from derive.catalogue import Equation, definition, indices, remark, vector
from derive.rules.algebra import cancel
from derive.rules.exp_log import exp_of_sum
from derive.rules.sums import constant_out_of_sum
from derive.terms import Size, Sum, Symbol, exp

K = Size("K")
i, k = indices("i k", K)
z, p = Symbol("z", (K,)), Symbol("p", (K,))
S, c = Symbol("S"), Symbol("c")
logits = Symbol("u", (2,))

equation = Equation(
    ("Softmax", "softmax 函数"),
    symbols=[z, c, logits],
    definitions={S: Sum(k, exp(z[k])), p: vector(exp(z[i]) / S, i)},
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equation (4.62)",
    related=["softmax_gradient", "softmax_cross_entropy", "sigmoid"],
)


@equation.claim("softmax", p[i], exp(z[i]) / Sum(k, exp(z[k])))
def softmax(calc):
    calc.by([definition(p), definition(S)], exp(z[i]) / Sum(k, exp(z[k])))


@softmax.reference
def reference(z):
    shares = np.exp(z - np.max(z))
    return shares / np.sum(shares)


@equation.claim("sums_to_one", Sum(i, p[i]), 1, title=("The shares sum to 1", "份额之和为 1"))
def sums_to_one(calc):
    calc.by(definition(p), Sum(i, exp(z[i]) / S))
    calc.by(constant_out_of_sum, Sum(i, exp(z[i])) / S)
    calc.by(definition(S), 1)


@equation.claim("positive", p[i], 0, op=">", title=("Every share is positive", "每个份额为正"))
def positive(calc):
    calc.by([definition(p), definition(S)], exp(z[i]) / Sum(k, exp(z[k])))
    calc.gt(remark("exponentials are positive", "指数为正"), 0)


shifted = exp(z[i] + c) / Sum(k, exp(z[k] + c))


@equation.claim("shift_invariance", shifted, p[i], title=("Only differences of logits matter", "平移不变性"), exported=False)
def shift_invariance(calc):
    calc.by(exp_of_sum, exp(z[i]) * exp(c) / Sum(k, exp(z[k]) * exp(c)))
    calc.by(constant_out_of_sum, exp(z[i]) * exp(c) / (exp(c) * S))
    calc.by([cancel, definition(p)], p[i])


equation.claim(
    "two_classes",
    exp(logits[1]) / (exp(logits[1]) + exp(logits[2])),
    1 / (1 + exp(-(logits[1] - logits[2]))),
    title=("Two classes: the sigmoid of the difference", "两类情形即 sigmoid"),
    exported=False,
    because=remark("divide above and below by $e^{u_1}$", "分子分母同除以 $e^{u_1}$"),
)
