"""Backpropagation: the chain rule, from the last layer to the first.

Call F_l the loss as a function of what enters layer l, the layers above it held fixed; then the error delta^l = grad F_l(z^l) follows from
delta^{l+1} alone, and so every gradient of a network of any depth costs one pass backwards (`backpropagation_weights`). It is a method for
gradients, not an optimiser: it says nothing about the step that is taken with them.

Layers share one width d here; a narrower layer is one whose other weights are 0.
"""

from derive.catalogue import Equation, assume, given, indices, remark, slope_of, vector
from derive.terms import Apply, At, Derivative, FunctionSymbol, Index, Size, Sum, Symbol, affine

L, d = Size("L"), Size("d")
l, m = Index("l", 1, L), Index("m", 1, affine(L) - 1)
i, j, k = indices("i j k", d)
W, b, z = Symbol("W", (L, d, d)), Symbol("b", (L, d)), Symbol("z", (L, d))
error, u = Symbol(r"\delta", (L, d)), Symbol("u", (d,))
s, F = FunctionSymbol(r"\sigma"), FunctionSymbol("F", ((d,),), (L,))


def loss(layer, entering):
    """F_layer at a vector."""
    return Apply(F, (entering,), (layer,))


def at(layer):
    """The vector z^layer."""
    return vector(z[layer, k], k)


def next_layer(layer, entering):
    """W^{layer+1} s(entering) + b^{layer+1}."""
    return vector(Sum(j, W[layer + 1, i, j] * s(entering(j))) + b[layer + 1, i], i)


forward = assume(z[m + 1, i], next_layer(m, lambda j: z[m, j]).at(i), m, i, source="forward pass")
suffix = assume(
    slope_of(F, at(m), j, m), At(Derivative(loss(m + 1, next_layer(m, lambda j: u[j])), u, (affine(j),)), u, at(m)), m, j,
    source="F_l is F_{l+1} after layer l + 1",
)  # fmt: skip
output = assume(error[L, j], slope_of(F, at(affine(L)), j, affine(L)), j, source="error of the last layer")
backward = assume(error[m, j], slope_of(s, z[m, j]) * Sum(i, W[m + 1, i, j] * error[m + 1, i]), m, j, source="errors go backwards")

equation = Equation(
    ("Backpropagation", "反向传播"), symbols=[W, b, z, error],
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equations (5.53) to (5.56)",
    related=["backpropagation_weights", "two_layer_backprop", "multilayer_perceptron"],
)  # fmt: skip


def gradient_at(layer):
    return vector(slope_of(F, at(layer), j, layer), j)


def error_at(layer):
    return vector(error[layer, j], j)


@equation.claim("backpropagation", gradient_at(l), error_at(l), hypotheses=[forward, suffix, output, backward], exported=False)
def backpropagation(calc):
    def last_layer(calc):
        calc.by(given(output), error_at(affine(L)))

    def one_layer_down(calc, l, hypothesis):
        above = next_layer(l, lambda j: z[l, j])
        calc.by(
            [given(suffix), remark("chain rule through layer $l + 1$", "经由第 $l + 1$ 层的链式法则")],
            vector(Sum(i, slope_of(F, above, i, l + 1) * W[l + 1, i, j] * slope_of(s, z[l, j])), j),
        )
        calc.by(given(forward), vector(Sum(i, slope_of(F, at(l + 1), i, l + 1) * W[l + 1, i, j] * slope_of(s, z[l, j])), j))
        calc.by(given(hypothesis), vector(Sum(i, error[l + 1, i] * W[l + 1, i, j] * slope_of(s, z[l, j])), j))
        calc.by(given(backward), error_at(l))

    calc.induction_over(l, error_at(l), base=last_layer, step=one_layer_down, down=True)
