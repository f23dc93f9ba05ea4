"""The chain rule in many dimensions: the Jacobian of a composition is the product of the Jacobians.

A layer of a network is an affine map followed by a function of every entry: its Jacobian is a diagonal matrix times
the weights.
"""

import numpy as np
from derive.catalogue import D, Equation, array, by_result, definition, indices, jacobian, matrix, remark, slope_of, vector
from derive.terms import Apply, FunctionSymbol, Size, Sum, Symbol, exp
from derive.terms.arrays import add, diag, matmul

n, m, r = Size("n"), Size("m"), Size("r")
(i,), (k,), (p,) = indices("i", n), indices("k", m), indices("p", r)
x, A, b = Symbol("x", (n,)), Symbol("A", (m, n)), Symbol("b", (m,))
g, f = FunctionSymbol("g", ((n,),), (m,), smooth=1), FunctionSymbol("f", ((m,),), (r,), smooth=1)
act = FunctionSymbol(r"\phi", smooth=1)
x_, A_, b_ = map(array, (x, A, b))
inner = vector(Apply(g, (x_,), (k,)), k)
outer = vector(Apply(f, (inner,), (p,)), p)
outer_jacobian = slope_of(f, inner, k, p)
z, s = Symbol("z", (m,)), Symbol("h", (m,))

equation = Equation(
    ("Chain rule for Jacobians", "雅可比矩阵的链式法则"),
    symbols=[x, A, b],
    definitions={z: add(matmul(A_, x_), b_), s: vector(1 / (1 + exp(-z[k])), k)},
    source="W. Rudin, Principles of Mathematical Analysis, theorem 9.15",
    depends=["sigmoid"],
    related=["backpropagation", "matrix_derivatives", "multilayer_perceptron"],
)


equation.claim(
    "jacobian_chain_rule",
    D(outer.at(p), x[i]),
    Sum(k, outer_jacobian * D(inner.at(k), x[i])),
    exported=False,
    because=remark("every intermediate value passes the change on", "每个中间变量都传递变化"),
)


layer = vector(act(z[k]), k)
slopes = diag(vector(slope_of(act, z[k]), k))


@equation.claim("layer", jacobian(layer, x), matmul(slopes, A_), title=("A layer of a network", "神经网络的一层"), exported=False)
def layer_jacobian(calc):
    place = calc.current.axes[1][0]
    calc.by(definition(z), calc.unfolded(calc.current))
    calc.by(
        remark("chain rule; only the entry's own z moves it", "链式法则；每个分量只依赖自己的 z"),
        matrix(slope_of(act, z[k]) * A[k, place], k, place),
    )
    calc.by(remark("matrix form", "矩阵形式"), matmul(slopes, A_))


@equation.claim(
    "sigmoid_layer", jacobian(array(s), x), matmul(diag(vector(s[k] * (1 - s[k]), k)), A_), title=("A layer of sigmoids", "sigmoid 层")
)
def sigmoid_layer(calc):
    place = calc.current.axes[1][0]
    calc.by(by_result("sigmoid"), matrix(s[k] * (1 - s[k]) * D(z[k], x[place]), k, place))
    calc.by(remark("matrix form", "矩阵形式"), matmul(diag(vector(s[k] * (1 - s[k]), k)), A_))


@sigmoid_layer.reference
def slopes_times_weights(x, A, b):
    out = 1 / (1 + np.exp(-(A @ x + b)))
    return (out * (1 - out))[:, None] * A
