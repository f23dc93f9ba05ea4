"""The matrix inversion lemma: how an inverse changes when the matrix changes by a little.

When the change has low rank, a small inverse replaces a large one: this is what makes recursive least squares,
Gaussian processes and kernel ridge regression affordable.
"""

import numpy as np
from derive.catalogue import Equation, array, definition, remark
from derive.terms import Num, Size, Symbol
from derive.terms.arrays import add, dot, identity, inverse, matmul, outer, scale, zeros
from numpy.linalg import inv

n, m = Size("n"), Size("m")
A, U, C, V = Symbol("A", (n, n)), Symbol("U", (n, m)), Symbol("C", (m, m)), Symbol("V", (m, n))
D, u, v, S = Symbol("D", (m, m)), Symbol("u", (n,)), Symbol("v", (n,)), Symbol("S", (m, m))
A_, U_, C_, V_, D_, u_, v_, S_ = map(array, (A, U, C, V, D, u, v, S))
Ai, Si = inverse(A_), inverse(S_)


def times(*factors):
    product = factors[0]
    for f in factors[1:]:
        product = matmul(product, f)
    return product


def minus(a, b):
    return add(a, scale(Num(-1), b))


equation = Equation(
    ("Matrix inversion lemma", "矩阵求逆引理"), symbols=[A, U, C, V, D, u, v],
    definitions={S: minus(D_, times(V_, Ai, U_))},
    source="G. H. Golub and C. F. Van Loan, Matrix Computations, section 2.1.4",
    related=["ridge_regression", "kernel_ridge", "gaussian_conditional"],
    axioms=["multiplicativity of the determinant"],
)  # fmt: skip

small = inverse(add(inverse(C_), times(V_, Ai, U_)))
woodbury = equation.claim(
    "matrix_inversion_lemma", inverse(add(A_, times(U_, C_, V_))), minus(Ai, times(Ai, U_, small, V_, Ai)),
    title=("Woodbury's identity", "伍德伯里恒等式"),
)  # fmt: skip


@woodbury
def matrix_inversion_lemma(calc):
    calc.by(
        remark("multiplied by $A + U C V$ both sides are the identity", "两边同乘 $A + U C V$ 均为单位矩阵"),
        minus(Ai, times(Ai, U_, small, V_, Ai)),
    )


correction = scale(1 / (1 + dot(v_, matmul(Ai, u_))), times(Ai, outer(u_, v_), Ai))

sherman_morrison = equation.claim(
    "sherman_morrison", inverse(add(A_, outer(u_, v_))), minus(Ai, correction),
    title=("Sherman-Morrison: a change of rank one", "谢尔曼–莫里森公式：秩一更新"),
    because=remark("Woodbury with $m = 1$ and $C = 1$", "伍德伯里恒等式取 $m = 1$，$C = 1$"),
)  # fmt: skip

push_through = equation.claim(
    "push_through", times(inverse(add(identity(n), times(U_, V_))), U_),
    times(U_, inverse(add(identity(m), times(V_, U_)))), title=("Push-through identity", "推过恒等式"),
    because=remark("because $(I + U V) U = U (I + V U)$", "因为 $(I + U V) U = U (I + V U)$"),
)  # fmt: skip


# The inverse of [[A, U], [V, D]] by blocks, with the Schur complement S of A: the four blocks of the product with it.
top_left, top_right = add(Ai, times(Ai, U_, Si, V_, Ai)), scale(Num(-1), times(Ai, U_, Si))
bottom_left = scale(Num(-1), times(Si, V_, Ai))
blocks = {
    "block_top_left": (add(times(A_, top_left), times(U_, bottom_left)), identity(n), "top left", "左上块"),
    "block_top_right": (add(times(A_, top_right), times(U_, Si)), zeros(n, m), "top right", "右上块"),
    "block_bottom_left": (add(times(V_, top_left), times(D_, bottom_left)), zeros(m, n), "bottom left", "左下块"),
    "block_bottom_right": (add(times(V_, top_right), times(D_, Si)), identity(m), "bottom right", "右下块"),
}
for name, (product, value, en, zh) in blocks.items():
    titles = (f"Inverse by blocks, {en}", f"分块求逆：{zh}")

    @equation.claim(name, product, value, title=titles, exported=False)
    def multiply_out(calc, value=value):
        calc.by(definition(S), calc.unfolded(calc.current))
        calc.by(remark("$S S^{-1} = I$ and $A A^{-1} = I$", "$S S^{-1} = I$，$A A^{-1} = I$"), value)


woodbury.reference(lambda A, U, C, V: inv(A + U @ C @ V))
sherman_morrison.reference(lambda A, u, v: inv(A + np.outer(u, v)))
push_through.reference(lambda U, V: inv(np.eye(len(U)) + U @ V) @ U)
