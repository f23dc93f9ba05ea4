"""Multilayer perceptron: affine maps with activations between them.

Without activations, any number of layers is one affine map: depth gains nothing. Layers share one width d here.
"""

import numpy as np
from derive.catalogue import Equation, assume, definition, given, indices, remark, vector
from derive.terms import Index, Size, Sum, Symbol, affine, tanh

d, m, q, L = Size("d"), Size("m"), Size("q"), Size("L")
l, t = Index("l", 1, L), Index("t", 1, affine(L) - 1)
i, j, k = indices("i j k", d)
(r,) = indices("r", m)
(c,) = indices("c", q)
x, W_1, b_1 = Symbol("x", (d,)), Symbol("W_1", (m, d)), Symbol("b_1", (m,))
W_2, b_2, h = Symbol("W_2", (q, m)), Symbol("b_2", (q,)), Symbol("h", (m,))
W, b = Symbol("W", (L, d, d)), Symbol("b", (L, d))
a, A, e = Symbol("a", (L, d)), Symbol("A", (L, d, d)), Symbol("c", (L, d))

first = assume(a[1, i], Sum(j, W[1, i, j] * x[j]) + b[1, i], i, source="first layer")
onward = assume(a[t + 1, i], Sum(j, W[t + 1, i, j] * a[t, j]) + b[t + 1, i], t, i, source="next layer")
product = assume(A[t + 1, i, k], Sum(j, W[t + 1, i, j] * A[t, j, k]), t, i, k, source="A^{l+1} = W^{l+1} A^l")
offset = assume(e[t + 1, i], Sum(j, W[t + 1, i, j] * e[t, j]) + b[t + 1, i], t, i, source="c^{l+1} = W^{l+1} c^l + b^{l+1}")
start = assume(A[1, i, j], W[1, i, j], i, j, source="A^1 = W^1")
start_offset = assume(e[1, i], b[1, i], i, source="c^1 = b^1")

equation = Equation(
    ("Multilayer perceptron", "多层感知机"),
    symbols=[x, W_1, b_1, W_2, b_2, W, b, a, A, e],
    definitions={h: vector(tanh(Sum(i, W_1[r, i] * x[i]) + b_1[r]), r)},
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equation (5.9) and section 5.1",
    related=["backpropagation", "two_layer_backprop"],
)


multilayer_perceptron = equation.claim(
    "multilayer_perceptron",
    vector(Sum(r, W_2[c, r] * h[r]) + b_2[c], c),
    vector(Sum(r, W_2[c, r] * tanh(Sum(i, W_1[r, i] * x[i]) + b_1[r])) + b_2[c], c),
    because=definition(h),
)


@multilayer_perceptron.reference
def forward(x, W_1, b_1, W_2, b_2):
    return W_2 @ np.tanh(W_1 @ x + b_1) + b_2


def collapsed(layer):
    return vector(Sum(k, A[layer, i, k] * x[k]) + e[layer, i], i)


@equation.claim(
    "linear_layers_collapse",
    vector(a[l, i], i),
    collapsed(l),
    title=("Without activations: one affine map", "无激活函数：仍为一个仿射映射"),
    hypotheses=[first, onward, product, offset, start, start_offset],
    exported=False,
)
def linear_layers_collapse(calc):
    def one_layer(calc):
        calc.by(given(first), vector(Sum(j, W[1, i, j] * x[j]) + b[1, i], i))
        calc.by(given(start, start_offset), collapsed(1))

    def one_more(calc, l, hypothesis):
        calc.by(given(onward), vector(Sum(j, W[l + 1, i, j] * a[l, j]) + b[l + 1, i], i))
        calc.by(given(hypothesis), vector(Sum(j, W[l + 1, i, j] * (Sum(k, A[l, j, k] * x[k]) + e[l, j])) + b[l + 1, i], i))
        calc.by(
            remark("multiply out", "展开"),
            vector(Sum(k, Sum(j, W[l + 1, i, j] * A[l, j, k]) * x[k]) + Sum(j, W[l + 1, i, j] * e[l, j]) + b[l + 1, i], i),
        )
        calc.by(given(product, offset), collapsed(l + 1))

    calc.induction_over(l, collapsed(l), base=one_layer, step=one_more)
