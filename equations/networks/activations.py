"""Activation functions and their derivatives: what a unit makes of its input, and how much of a change it passes on.

ReLU and leaky ReLU have a kink at 0, where they have no derivative; the others are smooth everywhere.
"""

import math

import numpy as np
from derive.catalogue import D, Equation
from derive.terms import PI, Fn, Guard, Symbol, exp, log, sqrt, tanh, term
from derive.terms.symbols import Domain

z, x = Symbol("z"), Symbol("x", domain=Domain(nonzero=True))
a, s = Symbol("a", domain=Domain(0, True, 1, True)), Symbol("s")
positive, negative = Guard(">", term(x)), Guard(">", -x)

equation = Equation(
    ("Activation functions", "激活函数"),
    symbols=[x, z, a],
    definitions={s: 1 / (1 + exp(-z))},
    source="I. Goodfellow, Y. Bengio and A. Courville, Deep Learning, section 6.3",
    depends=["sigmoid"],
    related=["vanishing_gradient", "multilayer_perceptron"],
)
bell = exp(-(z**2) / 2) / sqrt(2 * PI)
below = (1 + Fn("erf", z / sqrt(term(2)))) / 2

relu = equation.claim("activations", D(Fn("max", term(x), term(0)), x), positive, title=("ReLU, off 0", "ReLU（零点除外）"))
leaky = equation.claim(
    "leaky_relu",
    D(Fn("max", term(x), term(0)) + a * Fn("min", term(x), term(0)), x),
    positive + a * negative,
    title=("Leaky ReLU, off 0", "Leaky ReLU（零点除外）"),
)
hyperbolic = equation.claim("tanh", D(tanh(z), z), 1 - tanh(z) ** 2, title=("tanh", "tanh"))
softplus = equation.claim("softplus", D(log(1 + exp(z)), z), s, title=("Softplus: its slope is the sigmoid", "softplus：导数为 sigmoid"))
silu = equation.claim("silu", D(z * s, z), s * (1 + z * (1 - s)), title=("SiLU", "SiLU"))
gelu = equation.claim("gelu", D(z * below, z), below + z * bell, title=("GELU", "GELU"))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


relu.reference(lambda x: float(x > 0))
leaky.reference(lambda x, a: 1.0 if x > 0 else a)
hyperbolic.reference(lambda z: 1 / np.cosh(z) ** 2)
softplus.reference(sigmoid)
silu.reference(lambda z: sigmoid(z) + z * sigmoid(z) * sigmoid(-z))
gelu.reference(lambda z: (1 + math.erf(z / math.sqrt(2))) / 2 + z * math.exp(-z * z / 2) / math.sqrt(2 * math.pi))
