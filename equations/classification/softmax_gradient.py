"""Softmax gradient: raising one logit moves every probability.

Its own probability rises by p_i (1 - p_i), every other one falls by p_i p_j, and the changes add up to nothing.
"""

import numpy as np
from derive.catalogue import D, Equation, definition, indices, jacobian, remark, vector
from derive.rules.algebra import common_factor
from derive.rules.differentiation import exp_rule, quotient_rule, under_the_sum
from derive.rules.kronecker import derivative_of_component, sum_over_delta
from derive.terms import Arr, Num, Size, Sum, Symbol, delta, exp
from derive.terms.arrays import add, diag, outer, scale

K = Size("K")
i, j, k = indices("i j k", K)
z, p, S = Symbol("z", (K,)), Symbol("p", (K,)), Symbol("S")
v = Symbol("v", (K,))
softmax = vector(exp(z[i]) / S, i)

equation = Equation(
    ("Softmax gradient", "softmax 的梯度"),
    symbols=[z, v],
    definitions={S: Sum(k, exp(z[k])), p: softmax},
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equation (4.106)",
    depends=["softmax"],
    related=["softmax_cross_entropy", "log_sum_exp"],
)


@equation.claim("softmax_gradient", D(p[i], z[j]), p[i] * (delta(i, j) - p[j]))
def softmax_gradient(calc):
    calc.by(definition(p), D(exp(z[i]) / S, z[j]))
    calc.by(quotient_rule, (S * D(exp(z[i]), z[j]) - exp(z[i]) * D(S, z[j])) / S**2)
    # In S only the summand k = j depends on z_j: the sum over delta picks it out.
    pieces = [exp_rule, derivative_of_component, definition(S), under_the_sum, sum_over_delta]
    calc.by(pieces, (S * delta(i, j) * exp(z[i]) - exp(z[i]) * exp(z[j])) / S**2)
    calc.by(definition(p), delta(i, j) * p[i] - p[i] * p[j])
    calc.by(common_factor, p[i] * (delta(i, j) - p[j]))


p_, J = Arr.of(p), jacobian(Arr.of(p), z)


matrix_form = equation.claim(
    "matrix_form",
    J,
    add(diag(p_), scale(Num(-1), outer(p_, p_))),
    title=("Matrix form", "矩阵形式"),
    because=remark("all entries at once", "所有分量"),
)


@equation.claim("semidefinite", Sum(i, Sum(j, v[i] * D(p[i], z[j]) * v[j])), 0, op=">=", title=("Positive semidefinite", "半正定"))
def semidefinite(calc):
    calc.by(remark("the gradient", "梯度"), Sum(i, Sum(j, v[i] * p[i] * (delta(i, j) - p[j]) * v[j])))
    calc.by(sum_over_delta, Sum(i, p[i] * v[i] ** 2) - Sum(i, p[i] * v[i]) ** 2)
    # The variance of v when its entries are drawn with probabilities p.
    mean = Sum(j, p[j] * v[j])
    calc.by(remark("complete the square, as $\\sum_i p_i = 1$", "配方，因 $\\sum_i p_i = 1$"), Sum(i, p[i] * (v[i] - mean) ** 2))
    calc.ge(remark("a sum of squares with positive weights", "正权平方和"), 0)


@softmax_gradient.reference
@matrix_form.reference
def reference(z):
    e = np.exp(z - z.max())
    p = e / e.sum()
    return np.diag(p) - np.outer(p, p)
