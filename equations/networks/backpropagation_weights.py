"""What backpropagation is for: a weight's gradient is the error of its output times its input.

The layer is z = V x + c with activations a = s(z), and G is the loss as a function of a; its error is dG/da_i s'(z_i), which
`backpropagation` hands down from layer to layer.
"""

from derive.catalogue import D, Equation, array, definition, indices, remark, slope_of, vector
from derive.rules.kronecker import sum_over_delta
from derive.terms import FunctionSymbol, Size, Sum, Symbol, delta

m, d = Size("m"), Size("d")
(i, k), (j, l) = indices("i k", m), indices("j l", d)
V, x, c = Symbol("V", (m, d)), Symbol("x", (d,)), Symbol("c", (m,))
z, a, error, L = Symbol("z", (m,)), Symbol("a", (m,)), Symbol(r"\delta", (m,)), Symbol("L")
s, G = FunctionSymbol("s"), FunctionSymbol("G", ((m,),))


def passed_on(k):
    """How the loss moves with one activation."""
    return slope_of(G, a, k)


equation = Equation(
    ("Gradients of a layer's weights", "一层权重的梯度"),
    symbols=[V, x, c],
    definitions={
        z: vector(Sum(l, V[i, l] * x[l]) + c[i], i),
        a: vector(s(z[i]), i),
        error: vector(passed_on(i) * slope_of(s, z[i]), i),
        L: G(array(a)),
    },
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equations (5.50) to (5.53)",
    depends=["backpropagation"],
    related=["two_layer_backprop", "embedding_linear_layer"],
)


@equation.claim(
    "backpropagation_weights", D(L, V[i, j]), error[i] * x[j], ("Gradient in a weight: error times input", "权重的梯度：误差乘输入"),
    exported=False,
)  # fmt: skip
def in_weights(calc):
    calc.by(remark("chain rule through the activations", "经由激活值的链式法则"), Sum(k, passed_on(k) * D(a[k], V[i, j])))
    calc.by(
        remark("chain rule through $z = V x + c$", "经由 $z = V x + c$ 的链式法则"),
        Sum(k, passed_on(k) * slope_of(s, z[k]) * D(z[k], V[i, j])),
    )
    calc.by(
        remark("only $z_i$ depends on $V_{ij}$", "只有 $z_i$ 依赖 $V_{ij}$"), Sum(k, passed_on(k) * slope_of(s, z[k]) * delta(k, i) * x[j])
    )
    calc.by(sum_over_delta, passed_on(i) * slope_of(s, z[i]) * x[j])
    calc.by(definition(error), error[i] * x[j])


equation.claim(
    "factors", D(L, V[i, j]), passed_on(i) * D(a[i], c[i]) * D(z[i], V[i, j]),
    ("The same as three slopes: loss by activation, activation by z, z by weight", "三个导数之积"), exported=False,
    because=remark("the activation moves with $c_i$ as it does with $z_i$", "激活值随 $c_i$ 与随 $z_i$ 的变化相同"),
)  # fmt: skip


@equation.claim("bias", D(L, c[i]), error[i], title=("Gradient in a bias: the error", "偏置的梯度：误差"), exported=False)
def in_bias(calc):
    calc.by(remark("only $z_i$ depends on $c_i$", "只有 $z_i$ 依赖 $c_i$"), passed_on(i) * slope_of(s, z[i]))
    calc.by(definition(error), error[i])
