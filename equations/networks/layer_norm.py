"""Layer normalisation: every sample is shifted and scaled to mean 0 and variance 1 over its features.

Its gradient removes from what comes back its mean and its part along the output: shifting or scaling the input changes
nothing, so nothing is to be gained in those two directions.
"""

import numpy as np
from derive.catalogue import D, Equation, definition, gradient, indices, remark, vector
from derive.rules.algebra import common_factor
from derive.terms import POSITIVE, Size, Sum, Symbol, delta, sqrt, term

d = Size("d")
i, j, k = indices("i j k", d)
x, g, a, b = (Symbol(name, (d,)) for name in ("x", "g", r"\gamma", r"\beta"))
eps, mu, s, L = Symbol(r"\epsilon", domain=POSITIVE), Symbol(r"\mu"), Symbol("s"), Symbol("L")
u, y, w = (Symbol(name, (d,)) for name in ("u", "y", "w"))

equation = Equation(
    ("Layer normalisation", "层归一化"),
    symbols=[x, a, b, g, eps],
    definitions={
        mu: Sum(k, x[k]) / d,
        s: sqrt(Sum(k, (x[k] - mu) ** 2) / d + eps),
        u: vector((x[i] - mu) / s, i),
        y: vector(a[i] * u[i] + b[i], i),
        w: vector(a[i] * g[i], i),
        L: Sum(i, g[i] * y[i]),
    },
    source="J. L. Ba, J. R. Kiros and G. E. Hinton, Layer Normalization (2016)",
    related=["batch_norm", "rms_norm", "attention"],
)


@equation.claim("layer_norm", y[i], a[i] * (x[i] - mu) / s + b[i])
def layer_norm(calc):
    calc.by([definition(y), definition(u)], a[i] * (x[i] - mu) / s + b[i])


@equation.claim("mean", Sum(i, u[i]), 0, title=("The normalised entries have mean 0", "归一化后均值为零"))
def mean(calc):
    calc.by(definition(u), Sum(i, (x[i] - mu) / s))
    calc.by(remark("deviations from the mean add up to 0", "离差之和为零"), 0)


@equation.claim("jacobian", D(u[i], x[j]), (delta(i, j) - (1 + u[i] * u[j]) / d) / s, title=("Jacobian", "雅可比矩阵"))
def jacobian(calc):
    calc.by(definition(u), D((x[i] - mu) / s, x[j]))
    calc.by(remark("quotient rule", "商法则"), D(x[i] - mu, x[j]) / s - u[i] * D(s, x[j]) / s)
    calc.by(
        remark("the spread moves along the output: $\\partial s / \\partial x_j = u_j / d$", "$\\partial s / \\partial x_j = u_j / d$"),
        (delta(i, j) - 1 / term(d)) / s - u[i] * u[j] / (d * s),
    )
    calc.by(common_factor, (delta(i, j) - (1 + u[i] * u[j]) / d) / s)


result = (w[j] - Sum(i, w[i]) / d - u[j] * Sum(i, w[i] * u[i]) / d) / s


@equation.claim("gradient", D(L, x[j]), result, title=("Gradient in the input", "对输入的梯度"))
def in_input(calc):
    calc.by([definition(L), definition(y)], D(Sum(i, g[i] * (a[i] * u[i] + b[i])), x[j]))
    calc.by(remark("differentiate under the sum", "求和号下求导"), Sum(i, w[i] * D(u[i], x[j])))
    calc.by(remark("the Jacobian", "雅可比矩阵"), Sum(i, w[i] * (delta(i, j) - (1 + u[i] * u[j]) / d) / s))
    calc.by(remark("sum over δ", "对 δ 求和"), result)


in_scale = equation.claim("scale_gradient", gradient(L, a), vector(g[i] * u[i], i), title=("Gradient in the scale", "对缩放参数的梯度"))
in_shift = equation.claim("shift_gradient", gradient(L, b), vector(g[i], i), title=("Gradient in the shift", "对平移参数的梯度"))


def normalised(x, eps):
    spread = np.sqrt(np.var(x) + eps)
    return (x - x.mean()) / spread, spread


def slopes(x, eps):
    u, spread = normalised(x, eps)
    return (np.eye(len(x)) - (1 + np.outer(u, u)) / len(x)) / spread


layer_norm.reference(lambda x, a, b, eps: a * normalised(x, eps)[0] + b)
jacobian.reference(slopes)
in_input.reference(lambda x, a, g, eps: slopes(x, eps) @ (a * g))
in_scale.reference(lambda x, g, eps: g * normalised(x, eps)[0])
in_shift.reference(lambda g: g)
