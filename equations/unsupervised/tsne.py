"""t-SNE: points on a map pull together where the data are closer than the map says, and push apart otherwise.

The similarities q of the map come from a heavy-tailed kernel; the loss is the divergence of q from the data's p.
"""

import numpy as np
from derive.catalogue import D, Equation, assume, indices, matrix, remark
from derive.terms import Guard, Size, Sum, Symbol, log
from derive.terms.symbols import Domain

n, d = Size("n", 2), Size("d")
i, j, k, l = indices("i j k l", n)
a, b = indices("a b", d)
P = Symbol("P", (n, n), properties={"symmetric"}, domain=Domain(0, True))
Y, W, Z, q, C = Symbol("Y", (n, d)), Symbol("W", (n, n)), Symbol("Z"), Symbol("q", (n, n)), Symbol("C")


def pairs(first, second, body):
    """The sum over ordered pairs of different points."""
    return Sum(first, Sum(second, Guard("!=", first - second) * body))


total = assume(pairs(i, j, P[i, j]), 1, source="the similarities sum to 1")

equation = Equation(
    ("Gradient of t-SNE", "t-SNE 的梯度"),
    symbols=[P, Y],
    definitions={
        W: matrix(1 / (1 + Sum(b, (Y[i, b] - Y[j, b]) ** 2)), i, j),
        Z: pairs(i, j, W[i, j]),
        q: matrix(W[i, j] / Z, i, j),
        C: pairs(i, j, P[i, j] * log(P[i, j] / q[i, j])),
    },
    source="L. van der Maaten and G. Hinton, Visualizing Data using t-SNE (2008), equation (5)",
    related=["kl_divergence"],
)
force = 4 * Sum(j, Guard("!=", i - j) * (P[i, j] - q[i, j]) * (Y[i, a] - Y[j, a]) * W[i, j])


@equation.claim("tsne", D(C, Y[i, a]), force, hypotheses=[total])
def tsne(calc):
    constant = pairs(k, l, P[k, l] * log(P[k, l]))
    calc.by(
        remark("p sums to 1, so log Z comes out", "p 之和为 1，提出 log Z"),
        D(constant + log(Z) - pairs(k, l, P[k, l] * log(W[k, l])), Y[i, a]),
    )
    calc.by(remark("every distance from $y_i$ counts twice", "每个到 $y_i$ 的距离出现两次"), force)


@tsne.reference
def pulls(P, Y):
    gap = Y[:, None] - Y[None]
    w = 1 / (1 + (gap**2).sum(axis=2))
    np.fill_diagonal(w, 0)
    return 4 * np.einsum("ij,ij,ija->ia", P - w / w.sum(), w, gap)
