"""Eigenvalues: directions that a matrix only stretches.

They are the roots of the characteristic polynomial. A symmetric matrix has real eigenvalues, and eigenvectors of different
eigenvalues are orthogonal.
"""

import numpy as np
from derive.catalogue import Equation, array, assume, given, remark
from derive.terms import Num, Size, Symbol, term
from derive.terms.arrays import add, det, dot, identity, matmul, norm_squared, scale, stack, trace

n = Size("n")
A, M = Symbol("A", (n, n), properties={"symmetric"}), Symbol("M", (2, 2))
x, y, a, b, s, t = Symbol("x", (n,)), Symbol("y", (n,)), Symbol("a"), Symbol("b"), Symbol(r"\lambda"), Symbol(r"\mu")
A_, x_, y_, M_ = map(array, (A, x, y, M))


def shifted(matrix, value):
    return det(add(matrix, scale(-value, identity(2))))


equation = Equation(
    ("Eigenvalues", "特征值"), symbols=[M, A, x, y, a, b, s, t],
    source="S. Axler, Linear Algebra Done Right, chapters 5 and 7",
    related=["spectral_decomposition", "determinant", "pca"],
)  # fmt: skip
polynomial = s**2 - trace(M_) * s + det(M_)


@equation.claim("eigenvalues", shifted(M_, s), polynomial, title=("Characteristic polynomial of a 2 x 2 matrix", "二阶矩阵的特征多项式"))
def eigenvalues(calc):
    calc.by(remark("expand", "展开"), (M[1, 1] - s) * (M[2, 2] - s) - M[1, 2] * M[2, 1])
    calc.by(remark("collect powers of λ", "按 λ 的幂整理"), polynomial)


example = stack([[Num(4), Num(2)], [Num(1), Num(3)]])


@equation.claim(
    "example", shifted(example, s), (s - 5) * (s - 2),
    title=("[[4, 2], [1, 3]] has 5 and 2", "[[4, 2], [1, 3]] 的特征值为 5 与 2"), exported=False,
)  # fmt: skip
def worked(calc):
    calc.by(remark("expand", "展开"), (4 - s) * (3 - s) - 2)
    calc.by(remark("factor", "因式分解"), (s - 5) * (s - 2))


of_x = assume(matmul(A_, x_), scale(term(s), x_), source="x belongs to λ")
of_y = assume(matmul(A_, y_), scale(term(t), y_), source="y belongs to μ")


@equation.claim(
    "orthogonal", (s - t) * dot(x_, y_), 0,
    title=("Different eigenvalues have orthogonal eigenvectors", "不同特征值的特征向量正交"), hypotheses=[of_x, of_y],
)  # fmt: skip
def orthogonal(calc):
    calc.by(remark("expand", "展开"), s * dot(x_, y_) - t * dot(x_, y_))
    calc.by(given(of_x), dot(matmul(A_, x_), y_) - t * dot(x_, y_))
    calc.by(given(of_y), dot(matmul(A_, x_), y_) - dot(x_, matmul(A_, y_)))
    calc.by(remark("A is symmetric", "A 对称"), 0)


real = assume(matmul(A_, x_), add(scale(term(a), x_), scale(-term(b), y_)), source="real part of A(x + iy) = (a + ib)(x + iy)")
imaginary = assume(matmul(A_, y_), add(scale(term(b), x_), scale(term(a), y_)), source="imaginary part")


@equation.claim(
    "real", b * (norm_squared(x_) + norm_squared(y_)), 0,
    title=("A symmetric matrix has real eigenvalues: b = 0", "对称矩阵的特征值为实数：b = 0"), hypotheses=[real, imaginary],
)  # fmt: skip
def real_eigenvalues(calc):
    calc.by(
        remark("add and subtract $a\\, x \\cdot y$", "加减 $a\\, x \\cdot y$"),
        dot(x_, add(scale(term(b), x_), scale(term(a), y_))) - dot(add(scale(term(a), x_), scale(-term(b), y_)), y_),
    )
    calc.by(given(imaginary), dot(x_, matmul(A_, y_)) - dot(add(scale(term(a), x_), scale(-term(b), y_)), y_))
    calc.by(given(real), dot(x_, matmul(A_, y_)) - dot(matmul(A_, x_), y_))
    calc.by(remark("A is symmetric", "A 对称"), 0)


eigenvalues.reference(lambda M, s: np.prod(np.linalg.eigvals(M) - s).real)
