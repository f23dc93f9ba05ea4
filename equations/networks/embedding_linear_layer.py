"""The linear layer y = W x + b, and its gradients: what goes back through it is a product with the transposed weights.

G is the gradient of the loss in the output. An embedding table is the same layer with a one-hot input: its output is one
column of W, and only that column gets a gradient.
"""

import numpy as np
from derive.catalogue import Equation, array, gradient, indices, matrix, vector
from derive.terms import Size, Sum, Symbol, delta
from derive.terms.arrays import add, matmul, outer, transpose

n, d, m = Size("n"), Size("d"), Size("m")
(s,), (k, l), (a, c) = indices("s", n), indices("k l", m), indices("a c", d)
W, b, x, g = Symbol("W", (m, d)), Symbol("b", (m,)), Symbol("x", (d,)), Symbol("g", (m,))
X, G = Symbol("X", (n, d)), Symbol("G", (n, m))
y, Y, L, J = Symbol("y", (m,)), Symbol("Y", (n, m)), Symbol("L"), Symbol("J")
W_, x_, g_, X_, G_ = map(array, (W, x, g, X, G))

equation = Equation(
    ("Linear layer", "线性层"),
    symbols=[X, x, W, b, G, g],
    definitions={
        y: add(matmul(W_, x_), array(b)),
        Y: matrix(Sum(a, X[s, a] * W[k, a]) + b[k], s, k),
        L: Sum(k, g[k] * y[k]),
        J: Sum(s, Sum(k, G[s, k] * Y[s, k])),
    },
    source="I. Goodfellow, Y. Bengio and A. Courville, Deep Learning, section 6.5",
    related=["backpropagation", "multilayer_perceptron", "matrix_derivatives"],
)

forward = equation.claim("embedding_linear_layer", y[k], Sum(a, W[k, a] * x[a]) + b[k])
weights = equation.claim("weights", gradient(L, W), outer(g_, x_), title=("Gradient in the weights", "对权重的梯度"))
bias = equation.claim("bias", gradient(L, b), g_, title=("Gradient in the bias", "对偏置的梯度"))
inputs = equation.claim("inputs", gradient(L, x), matmul(transpose(W_), g_), title=("Gradient in the input", "对输入的梯度"))
batch_weights = equation.claim(
    "batch_weights", gradient(J, W), matmul(transpose(G_), X_), title=("Gradient in the weights, a batch", "对权重的梯度（批量）")
)
batch_bias = equation.claim(
    "batch_bias", gradient(J, b), vector(Sum(s, G[s, k]), k), title=("Gradient in the bias, a batch", "对偏置的梯度（批量）")
)
batch_inputs = equation.claim(
    "batch_inputs", gradient(J, X), matmul(G_, W_), title=("Gradient in the inputs, a batch", "对输入的梯度（批量）")
)
embedding = equation.claim(
    "embedding",
    vector(Sum(a, W[k, a] * delta(a, c)), k),
    vector(W[k, c], k),
    title=("A one-hot input picks a column", "独热输入选出一列"),
    exported=False,
)
embedding_gradient = equation.claim(
    "embedding_gradient",
    gradient(Sum(k, g[k] * Sum(a, W[k, a] * delta(a, c))), W),
    matrix(g[k] * delta(a, c), k, a),
    title=("Only that column gets a gradient", "只有该列得到梯度"),
    exported=False,
)

forward.reference(lambda x, W, b: W @ x + b)
weights.reference(lambda x, g: np.outer(g, x))
bias.reference(lambda g: g)
inputs.reference(lambda W, g: g @ W)
batch_weights.reference(lambda X, G: sum(np.outer(h, x) for h, x in zip(G, X, strict=True)))
batch_bias.reference(lambda G: G.sum(axis=0))
batch_inputs.reference(lambda W, G: np.stack([h @ W for h in G]))
