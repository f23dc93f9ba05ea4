"""RMS normalisation: layer normalisation without the shift; every sample is divided by the root of its mean square.

Its gradient removes from what comes back the part along the input: scaling the input changes nothing.
"""

import numpy as np
from derive.catalogue import D, Equation, definition, gradient, indices, remark, vector
from derive.terms import POSITIVE, Size, Sum, Symbol, delta, sqrt

d = Size("d")
i, j, k = indices("i j k", d)
x, g, a = (Symbol(name, (d,)) for name in ("x", "g", r"\gamma"))
eps, rho, L = Symbol(r"\epsilon", domain=POSITIVE), Symbol(r"\rho"), Symbol("L")
w, y = Symbol("w", (d,)), Symbol("y", (d,))

equation = Equation(
    ("RMS normalisation", "RMS 归一化"),
    symbols=[x, a, g, eps],
    definitions={
        rho: sqrt(Sum(k, x[k] ** 2) / d + eps),
        y: vector(a[i] * x[i] / rho, i),
        w: vector(a[i] * g[i], i),
        L: Sum(i, g[i] * y[i]),
    },
    source="B. Zhang and R. Sennrich, Root Mean Square Layer Normalization (2019)",
    related=["layer_norm", "batch_norm"],
)

forward = equation.claim("rms_norm", y[i], a[i] * x[i] / rho, because=definition(y))
result = (w[j] - x[j] * Sum(i, w[i] * x[i]) / (d * rho**2)) / rho


@equation.claim("gradient", D(L, x[j]), result, title=("Gradient in the input", "对输入的梯度"))
def in_input(calc):
    calc.by([definition(L), definition(y)], D(Sum(i, g[i] * a[i] * x[i] / rho), x[j]))
    slope = r"$\partial \rho / \partial x_j = x_j / (d \rho)$"
    calc.by(remark(f"quotient rule; {slope}", f"商法则；{slope}"), Sum(i, w[i] * (rho * delta(i, j) - x[i] * x[j] / (d * rho))) / rho**2)
    calc.by(remark("sum over δ", "对 δ 求和"), result)


in_scale = equation.claim("scale_gradient", gradient(L, a), vector(g[i] * x[i] / rho, i), title=("Gradient in the scale", "对缩放的梯度"))


def root_mean_square(x, eps):
    return np.sqrt(np.mean(x**2) + eps)


@in_input.reference
def through_the_jacobian(x, a, g, eps):
    rms = root_mean_square(x, eps)
    return (np.eye(len(x)) / rms - np.outer(x, x) / (len(x) * rms**3)) @ (a * g)


forward.reference(lambda x, a, eps: a * x / root_mean_square(x, eps))
in_scale.reference(lambda x, g, eps: g * x / root_mean_square(x, eps))
