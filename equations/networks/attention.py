"""Attention: every query takes a weighted mean of the values, with more weight on keys that point its way.

The weights of a query are a softmax over its scores, so they sum to 1; `attention_scale` says why the scores are divided by a root.
"""

import numpy as np
from derive.catalogue import D, Equation, array, by_result, definition, gradient, indices, matrix, remark
from derive.rules.sums import constant_out_of_sum
from derive.terms import Arr, Size, Sum, Symbol, exp, sqrt, term
from derive.terms.arrays import matmul, scale, transpose

n, m, d, v, h, r = (Size(name) for name in "nmdvhr")
(i,), (j, l), (a,), (c,), (t,) = (indices(*x) for x in (("i", n), ("j l", m), ("a", d), ("c", v), ("t", h)))
Q, K, V, G = Symbol("Q", (n, d)), Symbol("K", (m, d)), Symbol("V", (m, v)), Symbol("G", (n, v))
Z, P, O, H, R = (Symbol(name, s) for name, s in zip("ZPOHR", ((n, m), (n, m), (n, v), (n, m), (n, m)), strict=True))
L = Symbol("L")
heads, W = Symbol("T", (h, n, v)), Symbol("W", (h, v, r))
G_, P_, V_, R_ = map(array, (G, P, V, R))
root = sqrt(term(d))

equation = Equation(
    ("Attention", "注意力机制"),
    symbols=[Q, K, V, G, heads, W],
    definitions={
        Z: scale(1 / root, matmul(array(Q), transpose(array(K)))),
        P: matrix(exp(Z[i, j]) / Sum(l, exp(Z[i, l])), i, j),
        O: matmul(P_, V_),
        L: Sum(i, Sum(c, G[i, c] * O[i, c])),
        H: matmul(G_, transpose(V_)),
        R: matrix(P[i, j] * (H[i, j] - Sum(l, P[i, l] * H[i, l])), i, j),
    },
    source="A. Vaswani et al., Attention Is All You Need (2017), equation (1)",
    depends=["softmax_gradient"],
    related=["attention_scale", "softmax", "layer_norm", "embedding_linear_layer"],
)

attention = equation.claim("attention", array(O), matmul(P_, V_), because=definition(O))


@equation.claim("rows_sum_to_one", Sum(j, P[i, j]), 1, title=("The weights of a query sum to 1", "每行权重之和为 1"))
def rows_sum_to_one(calc):
    calc.by(definition(P), Sum(j, exp(Z[i, j]) / Sum(l, exp(Z[i, l]))))
    calc.by(constant_out_of_sum, Sum(j, exp(Z[i, j])) / Sum(l, exp(Z[i, l])))
    calc.by(remark("cancel", "约分"), 1)


values = equation.claim(
    "values", gradient(L, V), matmul(transpose(P_), G_), title=("Gradient in the values", "对 V 的梯度"),
    because=remark("the loss is linear in the values", "损失关于 V 线性"),
)  # fmt: skip


def through_weights(calc, by, result):
    place = [axis[0] for axis in calc.current.axes]
    step = Sum(i, Sum(j, H[i, j] * D(P[i, j], by[place[0], place[1]])))
    calc.by(remark("chain rule through the weights", "经由权重的链式法则"), matrix(step, *place))
    calc.by(by_result("softmax_gradient"), result)


by_queries, by_keys = scale(1 / root, matmul(R_, array(K))), scale(1 / root, matmul(transpose(R_), array(Q)))
queries = equation.claim("queries", gradient(L, Q), by_queries, title=("Gradient in the queries", "对 Q 的梯度"))
queries(lambda calc: through_weights(calc, Q, by_queries))
keys = equation.claim("keys", gradient(L, K), by_keys, title=("Gradient in the keys", "对 K 的梯度"))
keys(lambda calc: through_weights(calc, K, by_keys))

(o,) = indices("o", r)
side_by_side, stacked = Arr(((i,), (t, c)), heads[t, i, c]), Arr(((t, c), (o,)), W[t, c, o])

multi_head = equation.claim(
    "multi_head", matmul(side_by_side, stacked), matrix(Sum(t, Sum(c, heads[t, i, c] * W[t, c, o])), i, o),
    title=("Heads side by side, then projected: a sum over heads", "多头：拼接后投影等于各头投影之和"),
    because=remark("the joint axis is (head, entry)", "联合轴为（头，分量）"),
)  # fmt: skip


def weights(Q, K):
    s = np.exp(Q @ K.T / np.sqrt(Q.shape[1]))
    return s / s.sum(axis=1, keepdims=True)


def through(Q, K, V, G):
    p, h = weights(Q, K), G @ V.T
    return p * (h - (p * h).sum(axis=1, keepdims=True)) / np.sqrt(Q.shape[1])


attention.reference(lambda Q, K, V: weights(Q, K) @ V)
values.reference(lambda Q, K, G: weights(Q, K).T @ G)
queries.reference(lambda Q, K, V, G: through(Q, K, V, G) @ K)
keys.reference(lambda Q, K, V, G: through(Q, K, V, G).T @ Q)
multi_head.reference(lambda T, W: sum(a @ b for a, b in zip(T, W, strict=True)))
