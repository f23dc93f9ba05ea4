"""Derivatives by vectors and matrices: the handful of formulas that most gradients in machine learning are made of.

The gradient of a number has the shape of what it is differentiated by. Written with indices each formula is ordinary
calculus: differentiate under the sums, let the deltas pick out an entry, read the result as matrices again.
"""

import numpy as np
from derive.catalogue import D, Equation, array, gradient, indices, jacobian, slope_of, vector
from derive.terms import FunctionSymbol, InverseEntry, Num, Size, Symbol, log
from derive.terms.arrays import add, det, diag, dot, inverse, matmul, norm, norm_squared, outer, scale, trace, transpose

n, m = Size("n"), Size("m")
i, j, k, l = indices("i j k l", n)
a, b, x, u = Symbol("a", (n,)), Symbol("b", (n,)), Symbol("x", (n,)), Symbol("u", (m,))
A, X, G, Y, B = (Symbol(*s) for s in (("A", (n, n)), ("X", (n, n)), ("G", (m, n)), ("Y", (n, m)), ("B", (m, m))))
f = FunctionSymbol("f", smooth=1)
a_, b_, x_, u_, A_, X_, G_, Y_, B_ = map(array, (a, b, x, u, A, X, G, Y, B))
residual = add(matmul(G_, x_), scale(Num(-1), u_))
below = transpose(inverse(X_))

equation = Equation(
    ("Derivatives by vectors and matrices", "向量与矩阵求导"),
    symbols=[a, b, u, x, A, B, G, Y, X],
    source="K. B. Petersen and M. S. Pedersen, The Matrix Cookbook (2012), section 2",
    related=["hessian", "jacobian_chain_rule", "determinant", "normal_equation"],
    axioms=["Jacobi's formula"],
)


def state(name, titles, value, by, result, **more):
    """A gradient; the engine differentiates and shows how."""
    return equation.claim(name, gradient(value, by), result, title=titles, **more)


twice = add(matmul(matmul(A_, Y_), B_), matmul(matmul(transpose(A_), Y_), transpose(B_)))
outward = scale(Num(-1), matmul(matmul(below, outer(a_, b_)), below))
slope = vector(slope_of(f, x[i]), i)

linear = state("matrix_derivatives", ("Linear form", "线性型"), dot(a_, x_), x, a_)
quadratic = state("quadratic_form", ("Quadratic form", "二次型"), dot(x_, matmul(A_, x_)), x, matmul(add(A_, transpose(A_)), x_))
squares = state("least_squares", ("Least squares", "最小二乘"), norm_squared(residual), x, scale(Num(2), matmul(transpose(G_), residual)))
traced = state("trace_linear", ("Trace, linear", "迹（线性）"), trace(matmul(matmul(G_, Y_), B_)), Y, matmul(transpose(G_), transpose(B_)))
traced_twice = state(
    "trace_quadratic", ("Trace, quadratic", "迹（二次）"), trace(matmul(matmul(matmul(transpose(Y_), A_), Y_), B_)), Y, twice
)
through = state("inverse_form", ("Through the inverse", "经由逆矩阵"), dot(a_, matmul(inverse(X_), b_)), X, outward)
log_det = state("log_det", ("Logarithm of the determinant", "行列式的对数"), log(det(X_)), X, below)
volume = state("determinant_gradient", ("Determinant", "行列式"), det(X_), X, scale(det(X_), below))
entry = equation.claim(
    "inverse_entry",
    D(InverseEntry(X_, i, j), X[k, l]),
    -InverseEntry(X_, i, k) * InverseEntry(X_, l, j),
    title=("Inverse, entry by entry", "逆矩阵的元素"),
)
length = state("frobenius_norm", ("Frobenius norm", "F-范数"), norm(Y_), Y, scale(1 / norm(Y_), Y_))
elementwise = equation.claim(
    "elementwise", jacobian(vector(f(x[i]), i), x), diag(slope), title=("A function of every entry", "逐元素函数"), exported=False
)

linear.reference(lambda a: a)
quadratic.reference(lambda x, A: A @ x + x @ A)
squares.reference(lambda u, x, G: 2 * (G @ x - u) @ G)
traced.reference(lambda B, G: (B @ G).T)
traced_twice.reference(lambda A, B, Y: A @ Y @ B + A.T @ Y @ B.T)
through.reference(lambda a, b, X: -np.outer(np.linalg.solve(X.T, a), np.linalg.solve(X, b)))
log_det.reference(lambda X: np.linalg.inv(X.T))
volume.reference(lambda X: np.linalg.det(X) * np.linalg.inv(X.T))
entry.reference(lambda X: -np.einsum("ik,lj->ijkl", np.linalg.inv(X), np.linalg.inv(X)))
length.reference(lambda Y: Y / np.sqrt(np.sum(Y**2)))
