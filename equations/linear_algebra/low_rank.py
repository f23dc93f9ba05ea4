"""Low rank: keeping the largest singular values, and learning small factors.

Cutting a singular value decomposition short leaves as squared error just the squares of what was dropped (that no matrix of
that rank does better is the theorem of Eckart and Young). LoRA learns W + B A with thin B and A, whose gradients pass
through the other factor.
"""

import numpy as np
from derive.catalogue import Equation, array, definition, gradient, indices, matrix, remark
from derive.terms import POSITIVE, Index, Num, Size, Sum, Symbol, term
from derive.terms.arrays import add, dot, matmul, norm_squared, scale, transpose

n, d, m, q, r = (Size(name) for name in "ndmqr")
(i,), (j,) = indices("i", n), indices("j", d)
kept, dropped = Index("k", 1, m), Index("k", m + 1, m + q)
U, V = (Symbol(name, (size, m + q), properties={"orthogonal"}) for name, size in (("U", n), ("V", d)))
sigma, M, T, L = Symbol(r"\sigma", (m + q,), domain=POSITIVE), Symbol("M", (n, d)), Symbol("T", (n, d)), Symbol("L")
W, B, A, G = Symbol("W", (n, d)), Symbol("B", (n, r)), Symbol("A", (r, d)), Symbol("G", (n, d))
M_, T_, W_, B_, A_, G_ = map(array, (M, T, W, B, A, G))


def part(k):
    return Sum(k, U[i, k] * sigma[k] * V[j, k])


equation = Equation(
    ("Low-rank approximation and LoRA", "低秩近似与 LoRA"),
    symbols=[U, sigma, V, W, B, A, G],
    definitions={M: matrix(part(kept) + part(dropped), i, j), T: matrix(part(kept), i, j), L: dot(G_, add(W_, matmul(B_, A_)))},
    source="C. Eckart and G. Young (1936); E. J. Hu et al., LoRA (2021), equation (3)",
    depends=["svd"],
    related=["pca", "embedding_linear_layer"],
)


@equation.claim(
    "low_rank",
    norm_squared(add(M_, scale(Num(-1), T_))),
    Sum(dropped, sigma[dropped] ** 2),
    title=("Error of the truncated decomposition", "截断分解的误差"),
    parameters=[sigma, m, q],
)
def low_rank(calc):
    calc.by([definition(M), definition(T)], norm_squared(matrix(part(dropped), i, j)))
    calc.by(remark("columns of U and of V are orthonormal", "U 与 V 的列标准正交"), Sum(dropped, sigma[dropped] ** 2))


left = equation.claim("left_factor", gradient(L, B), matmul(G_, transpose(A_)), title=("LoRA: gradient in B", "LoRA：对 B 的梯度"))
right = equation.claim("right_factor", gradient(L, A), matmul(transpose(B_), G_), title=("LoRA: gradient in A", "LoRA：对 A 的梯度"))


equation.claim(
    "parameters",
    n * d - (n * r + r * d) * term(1),
    (n - r * term(1)) * (d - r * term(1)) - r * term(r),
    title=("LoRA: parameters saved", "LoRA：节省的参数个数"),
    exported=False,
    because=remark("multiply out", "展开"),
)


low_rank.reference(lambda sigma, m: np.sum(sigma[m:] ** 2))
left.reference(lambda A, G: G @ A.T)
right.reference(lambda B, G: B.T @ G)
