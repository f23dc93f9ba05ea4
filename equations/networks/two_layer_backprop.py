"""Two-layer backpropagation: errors of the output and of the hidden layer, and the four gradients.

A hidden layer h = s(W_h x + b_h), an output o = g(W_o h + b_o) and the loss J = ||o - y||^2 / 2, at any widths.
"""

from derive.catalogue import D, Equation, definition, indices, remark, slope_of, vector
from derive.terms import FunctionSymbol, Size, Sum, Symbol, term

d, m, q, n = Size("d"), Size("m"), Size("q"), Size("n")
j, l = indices("j l", d)
i, k = indices("i k", m)
a, c = indices("a c", q)
(r,) = indices("r", n)
x, y = Symbol("x", (d,)), Symbol("y", (q,))
W, b, U, e = Symbol("W_h", (m, d)), Symbol("b_h", (m,)), Symbol("W_o", (q, m)), Symbol("b_o", (q,))
s, g = FunctionSymbol("s"), FunctionSymbol("g")
z, h, v, o = Symbol("z", (m,)), Symbol("h", (m,)), Symbol("v", (q,)), Symbol("o", (q,))
J, out, hidden = Symbol("J"), Symbol(r"\delta^o", (q,)), Symbol(r"\delta^h", (m,))
X, Y, B = Symbol("X", (n, d)), Symbol("Y", (n, q)), Symbol("B")


equation = Equation(
    ("Two-layer backpropagation", "两层网络的反向传播"),
    symbols=[x, y, W, b, U, e, X, Y],
    definitions={
        z: vector(Sum(j, W[i, j] * x[j]) + b[i], i),
        h: vector(s(z[i]), i),
        v: vector(Sum(i, U[a, i] * h[i]) + e[a], a),
        o: vector(g(v[a]), a),
        J: Sum(a, (o[a] - y[a]) ** 2) / 2,
        out: vector((o[a] - y[a]) * slope_of(g, v[a]), a),
        hidden: vector(slope_of(s, z[i]) * Sum(a, U[a, i] * out[a]), i),
    },
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equations (5.65) to (5.67)",
    related=["backpropagation", "multilayer_perceptron"],
)


@equation.claim("two_layer_backprop", D(J, W[i, j]), hidden[i] * x[j], exported=False)
def two_layer_backprop(calc):
    calc.by(remark("chain rule through the output", "经由输出的链式法则"), Sum(a, (o[a] - y[a]) * slope_of(g, v[a]) * D(v[a], W[i, j])))
    calc.by(definition(out), Sum(a, out[a] * D(v[a], W[i, j])))
    calc.by(remark("only $h_i$ depends on $W_{ij}$", "只有 $h_i$ 依赖 $W_{ij}$"), Sum(a, out[a] * U[a, i] * slope_of(s, z[i]) * x[j]))
    calc.by(definition(hidden), hidden[i] * x[j])


@equation.claim("hidden_bias", D(J, b[i]), hidden[i], title=("Hidden bias", "隐藏层偏置"), exported=False)
def hidden_bias(calc):
    calc.by(remark("chain rule through the output", "经由输出的链式法则"), Sum(a, out[a] * D(v[a], b[i])))
    calc.by(remark("only $h_i$ depends on $b_i$", "只有 $h_i$ 依赖 $b_i$"), Sum(a, out[a] * U[a, i] * slope_of(s, z[i])))
    calc.by(definition(hidden), hidden[i])


@equation.claim("output_weights", D(J, U[a, i]), out[a] * h[i], title=("Output weights", "输出层权重"), exported=False)
def output_weights(calc):
    calc.by(remark("chain rule through the output", "经由输出的链式法则"), Sum(c, (o[c] - y[c]) * slope_of(g, v[c]) * D(v[c], U[a, i])))
    calc.by(remark("only $v_a$ depends on $U_{ai}$", "只有 $v_a$ 依赖 $U_{ai}$"), (o[a] - y[a]) * slope_of(g, v[a]) * h[i])
    calc.by(definition(out), out[a] * h[i])


@equation.claim("output_bias", D(J, e[a]), out[a], title=("Output bias", "输出层偏置"), exported=False)
def output_bias(calc):
    calc.by(remark("chain rule through the output", "经由输出的链式法则"), Sum(c, (o[c] - y[c]) * slope_of(g, v[c]) * D(v[c], e[a])))
    calc.by(remark("only $v_a$ depends on $b_a$", "只有 $v_a$ 依赖 $b_a$"), (o[a] - y[a]) * slope_of(g, v[a]))
    calc.by(definition(out), out[a])


def of_sample(value, r):
    """A quantity of the network at sample ``r`` of a batch."""
    from derive.terms import substitute, unfold

    return substitute(unfold(term(value), equation.definitions), {}, {x: vector(X[r, j], j), y: vector(Y[r, a], a)})


equation.claim(
    "batch",
    D(Sum(r, of_sample(J, r)) / n, W[i, j]),
    Sum(r, of_sample(hidden[i], r) * X[r, j]) / n,
    title=("A batch: the mean of the samples' gradients", "批量：各样本梯度的均值"),
    exported=False,
    because=remark("the derivative of a sum, one sample at a time", "逐样本求导"),
)
