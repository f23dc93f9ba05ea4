"""k-means: why its two steps never raise the objective.

The mean of a cluster is the best centre for it, and moving a point to a nearer centre lowers its own term. What is
lowered may also be read as the distances between the points of a cluster, without any centre.
"""

import numpy as np
from derive.catalogue import D, Equation, indices, remark, vector
from derive.terms import Hypothesis, Relation, Size, Sum, Symbol

n, d, K = Size("n"), Size("d"), Size("K")
i, j = indices("i j", n)
a, b = indices("a b", d)
(k,) = indices("k", K)
x, c, m, z = Symbol("x", (n, d)), Symbol("c", (d,)), Symbol("m", (d,)), Symbol("z", (n, K))
C, w, J = Symbol("C", (K, d)), Symbol("w", (n, K)), Symbol("J")

equation = Equation(
    ("k-means", "k 均值聚类"),
    symbols=[x, c, C, z, w],
    definitions={m: vector(Sum(i, x[i, a]) / n, a), J: Sum(i, Sum(a, (x[i, a] - c[a]) ** 2))},
    source="S. P. Lloyd, Least squares quantization in PCM (1982)",
    related=["mean_squared_error", "gaussian_mixture_em"],
)
spread = Sum(i, Sum(a, (x[i, a] - m[a]) ** 2))
moved = spread + n * Sum(a, (c[a] - m[a]) ** 2)


kmeans = equation.claim(
    "kmeans",
    J,
    moved,
    title=("Around any centre: spread plus n times the distance to the mean", "任意中心：离差加上 n 倍到均值的距离"),
    because=remark("$x - c = (x - m) + (m - c)$; the cross term is 0", "$x - c = (x - m) + (m - c)$；交叉项为零"),
)


slope = equation.claim("gradient", D(J, c[b]), 2 * n * (c[b] - m[b]), title=("Gradient in the centre", "对中心的梯度"))


@equation.claim("centre_step", J, spread, op=">=", title=("The mean is the best centre", "均值是最优中心"))
def centre_step(calc):
    calc.by(remark("around any centre", "任意中心的分解"), moved)
    calc.ge(remark("a sum of squares", "平方和"), spread)


distance = Sum(a, (x[i, a] - C[k, a]) ** 2)
nearer = Hypothesis(Relation("<=", Sum(k, w[i, k] * distance), Sum(k, z[i, k] * distance)), (i,), "every point moves to a nearer centre")


equation.claim(
    "assignment_step",
    Sum(i, Sum(k, w[i, k] * distance)),
    Sum(i, Sum(k, z[i, k] * distance)),
    op="<=",
    title=("Moving points to nearer centres does not raise it", "把点移到更近的中心不会增大目标"),
    hypotheses=[nearer],
    because=remark("term by term", "逐项比较"),
)


pairs = Sum(i, Sum(j, Sum(a, (x[i, a] - x[j, a]) ** 2))) / (2 * n)


pairwise = equation.claim(
    "pairwise",
    spread,
    pairs,
    title=("As distances between points", "写成点与点之间的距离"),
    because=remark("expand both sides", "展开两边"),
)


kmeans.reference(lambda x, c: np.sum((x - c) ** 2))
slope.reference(lambda x, c: 2 * (len(x) * c - x.sum(axis=0)))
pairwise.reference(lambda x: len(x) * x.var(axis=0).sum())
