"""Attention: every query takes a weighted mean of the values, with more weight on keys that point its way.

The weights of a query are a softmax over its scores, so they sum to 1. The scores are divided by the root of their width:
for independent entries of mean 0 and variance 1 an inner product has variance d, and the softmax would saturate.
"""

import numpy as np

from derive.catalogue import D, Equation, array, assume, definition, gradient, indices, matrix, remark
from derive.terms import Expectation, Index, Size, Sum, Symbol, exp, sqrt
from derive.terms.arrays import add, hadamard, matmul, scale, transpose

n, m, d, v, h, r = Size("n"), Size("m"), Size("d"), Size("v"), Size("h"), Size("r")
(i,), (j, l), (a, b), (c,), (t,), (o,) = (indices(*x) for x in (("i", n), ("j l", m), ("a b", d), ("c", v), ("t", h), ("o", r)))
Q, K, V, G = Symbol("Q", (n, d)), Symbol("K", (m, d)), Symbol("V", (m, v)), Symbol("G", (n, v))
Z, P, O, H, dZ, L = (Symbol(*x) for x in (("Z", (n, m)), ("P", (n, m)), ("O", (n, v)), ("H", (n, m)), ("R", (n, m)), ("L",)))
Q_, K_, V_, G_, P_, R_ = map(array, (Q, K, V, G, P, dZ))
root = sqrt(d + 0 * Sum(i, 1)) if False else sqrt(d / 1)

equation = Equation(
    ("Attention", "注意力机制"),
    symbols=[Q, K, V, G],
    definitions={
        Z: matrix(Sum(a, Q[i, a] * K[j, a]) / root, i, j),
        P: matrix(exp(Z[i, j]) / Sum(l, exp(Z[i, l])), i, j),
        O: matmul(P_, V_),
        L: Sum(i, Sum(c, G[i, c] * O[i, c])),
        H: matmul(G_, transpose(V_)),
        dZ: matrix(P[i, j] * (H[i, j] - Sum(l, P[i, l] * H[i, l])), i, j),
    },
    source="A. Vaswani et al., Attention Is All You Need (2017), equation (1)",
    depends=["softmax_gradient"],
    related=["softmax", "layer_norm", "embedding_linear_layer"],
)
