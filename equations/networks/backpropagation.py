"""Backpropagation: the chain rule, from the last layer to the first.

Call F_l the loss as a function of what enters layer l, the layers above it held fixed; then the error delta^l = grad F_l(z^l) follows from
delta^{l+1} alone, and so every gradient of a network of any depth costs one pass backwards. It is a method for gradients, not an
optimiser: it says nothing about the step that is taken with them.

Layers share one width d here; a narrower layer is one whose other weights are 0.
"""

from derive.catalogue import Equation, assume, given, indices, remark, vector
from derive.rules.kronecker import sum_over_delta
from derive.terms import Apply, At, Derivative, FunctionSymbol, Index, Size, Sum, Symbol, affine, delta, term

L, d = Size("L"), Size("d")
l, m = Index("l", 1, L), Index("m", 1, affine(L) - 1)
i, j, k = indices("i j k", d)
W, b, z = Symbol("W", (L, d, d)), Symbol("b", (L, d)), Symbol("z", (L, d))
error, u, x = Symbol(r"\delta", (L, d)), Symbol("u", (d,)), Symbol("x", (d,))
V, c = Symbol("V", (d, d)), Symbol("c", (d,))
s, F = FunctionSymbol(r"\sigma"), FunctionSymbol("F", ((d,),), (L,))


def loss(layer, entering):
    """F_layer at a vector."""
    return Apply(F, (entering,), (layer,))


def slope(layer, entering, entry):
    """The derivative of F_layer by one entry of its argument, at a vector."""
    return Apply(F, (entering,), (layer,), ((0, (affine(entry),)),))


def at(layer):
    """The vector z^layer."""
    return vector(z[layer, k], k)


def derivative_of_s(value):
    return Apply(s, (term(value),), (), ((0, ()),))


def next_layer(layer, entering):
    """W^{layer+1} s(entering) + b^{layer+1}."""
    return vector(Sum(j, W[layer + 1, i, j] * s(entering(j))) + b[layer + 1, i], i)


forward = assume(z[m + 1, i], next_layer(m, lambda j: z[m, j]).at(i), m, i, source="forward pass")
suffix = assume(
    slope(m, at(m), j), At(Derivative(loss(m + 1, next_layer(m, lambda j: u[j])), u, (affine(j),)), u, at(m)), m, j,
    source="F_l is F_{l+1} after layer l + 1",
)  # fmt: skip
output = assume(error[L, j], slope(affine(L), at(affine(L)), j), j, source="error of the last layer")
backward = assume(error[m, j], derivative_of_s(z[m, j]) * Sum(i, W[m + 1, i, j] * error[m + 1, i]), m, j, source="errors go backwards")

equation = Equation(
    ("Backpropagation", "反向传播"), symbols=[W, b, z, error, V, x, c],
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equations (5.53) to (5.56)",
    related=["two_layer_backprop", "multilayer_perceptron"],
)  # fmt: skip


def gradient_at(layer):
    return vector(slope(layer, at(layer), j), j)


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
            vector(Sum(i, slope(l + 1, above, i) * W[l + 1, i, j] * derivative_of_s(z[l, j])), j),
        )
        calc.by(given(forward), vector(Sum(i, slope(l + 1, at(l + 1), i) * W[l + 1, i, j] * derivative_of_s(z[l, j])), j))
        calc.by(given(hypothesis), vector(Sum(i, error[l + 1, i] * W[l + 1, i, j] * derivative_of_s(z[l, j])), j))
        calc.by(given(backward), error_at(l))

    calc.induction_over(l, error_at(l), base=last_layer, step=one_layer_down, down=True)


weighted = vector(Sum(k, V[i, k] * x[k]) + c[i], i)
G = FunctionSymbol("G", ((d,),))


def of_G(entry):
    return Apply(G, (weighted,), (), ((0, (affine(entry),)),))


@equation.claim(
    "weight_gradient", Derivative(G(weighted), V, (affine(i), affine(j))), of_G(i) * x[j],
    title=("Gradient in a weight: error times input", "权重的梯度：误差乘输入"), exported=False,
)  # fmt: skip
def weight_gradient(calc):
    calc.by(
        remark("chain rule through $z = V x + c$", "经由 $z = V x + c$ 的链式法则"),
        Sum(k, of_G(k) * Derivative(weighted.at(k), V, (affine(i), affine(j)))),
    )
    calc.by(remark("only $z_i$ depends on $V_{ij}$", "只有 $z_i$ 依赖 $V_{ij}$"), Sum(k, of_G(k) * delta(k, i) * x[j]))
    calc.by(sum_over_delta, of_G(i) * x[j])


@equation.claim(
    "bias_gradient", Derivative(G(weighted), c, (affine(i),)), of_G(i),
    title=("Gradient in a bias: the error", "偏置的梯度：误差"), exported=False,
)  # fmt: skip
def bias_gradient(calc):
    calc.by(
        remark("chain rule through $z = V x + c$", "经由 $z = V x + c$ 的链式法则"),
        Sum(k, of_G(k) * Derivative(weighted.at(k), c, (affine(i),))),
    )
    calc.by(remark("only $z_i$ depends on $c_i$", "只有 $z_i$ 依赖 $c_i$"), of_G(i))
