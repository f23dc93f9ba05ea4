"""Ridge regression: least squares with a penalty on large coefficients.

The penalty makes the matrix positive definite, so there is always exactly one solution; along a direction with singular
value s it shrinks the coefficient by s^2 / (s^2 + lambda).
"""

import numpy as np
from derive.catalogue import Equation, array, assume, gradient, indices, remark, vector
from derive.terms import POSITIVE, Hypothesis, Num, Relation, Size, Symbol, term
from derive.terms.arrays import add, diag, dot, identity, inverse, matmul, norm_squared, scale, transpose, zeros

n, d, r = Size("n"), Size("d"), Size("r")
(k,) = indices("k", r)
X, y, theta, v = Symbol("X", (n, d)), Symbol("y", (n,)), Symbol(r"\theta", (d,)), Symbol("v", (d,))
c = Symbol(r"\lambda", domain=POSITIVE)
U, V = (Symbol(name, (s, r), properties={"orthogonal"}) for name, s in (("U", n), ("V", d)))
sigma = Symbol(r"\sigma", (r,), domain=POSITIVE)
X_, y_, theta_, v_, U_, V_ = map(array, (X, y, theta, v, U, V))
Xt = transpose(X_)


def penalised(gram, size):
    return add(gram, scale(term(c), identity(size)))


M = penalised(matmul(Xt, X_), d)
solution = matmul(inverse(M), matmul(Xt, y_))
J = norm_squared(add(matmul(X_, theta_), scale(Num(-1), y_))) + c * norm_squared(theta_)
slope = scale(Num(2), add(matmul(M, theta_), scale(Num(-1), matmul(Xt, y_))))
dual = matmul(Xt, matmul(inverse(penalised(matmul(X_, Xt), n)), y_))

equation = Equation(
    ("Ridge regression", "岭回归"), symbols=[X, y, theta, v, U, V, sigma, c],
    source="T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning, equation (3.44)",
    depends=["matrix_inversion_lemma", "svd"], related=["normal_equation", "map_gaussian_ridge", "kernel_ridge"],
)  # fmt: skip


ridge_regression = equation.claim(
    "ridge_regression", solution, dual, title=("Dual form: one equation a sample", "对偶形式"),
    because=remark("push-through identity", "推过恒等式"),
)  # fmt: skip


of_loss = equation.claim("gradient", gradient(J, theta), slope, title=("Gradient", "梯度"))


@equation.implication(
    "stationary_where", assume(slope, zeros(d)).relation, assume(theta, solution).relation,
    title=("The gradient is 0 exactly at the solution", "梯度为零当且仅当"), op="<=>",
)  # fmt: skip
def stationary_where(chain):
    chain.iff(remark("divide by 2", "除以 2"), assume(matmul(M, theta_), matmul(Xt, y_)).relation)
    chain.iff(remark("multiply by the inverse", "左乘逆矩阵"), assume(theta, solution).relation)


nonzero = Hypothesis(Relation("<", term(0), norm_squared(v_)), (), "v is not 0")
energy = norm_squared(matmul(X_, v_)) + c * norm_squared(v_)


@equation.claim(
    "definite", dot(v_, matmul(M, v_)), 0, op=">",
    title=("The matrix is positive definite, so invertible", "矩阵正定，故可逆"), hypotheses=[nonzero],
)  # fmt: skip
def definite(calc):
    calc.by(remark("$v^\\top X^\\top X v = \\|X v\\|^2$", "$v^\\top X^\\top X v = \\|X v\\|^2$"), energy)
    calc.ge(remark("a sum of squares", "平方和"), c * norm_squared(v_))
    calc.gt(remark("both factors are positive", "两个因子均为正"), 0)


A = matmul(U_, matmul(diag(array(sigma)), transpose(V_)))
shrunk = vector(sigma[k] / (sigma[k] ** 2 + c), k)
through = matmul(V_, matmul(diag(shrunk), matmul(transpose(U_), y_)))


equation.claim(
    "shrinkage", matmul(penalised(matmul(transpose(A), A), d), through), matmul(transpose(A), y_),
    title=("Through the singular values: how much each direction shrinks", "经由奇异值：各方向的收缩"), exported=False,
    because=remark("$U^\\top U = V^\\top V = I$", "$U^\\top U = V^\\top V = I$"),
)  # fmt: skip


ridge_regression.reference(lambda X, y, c: np.linalg.solve(X.T @ X + c * np.eye(X.shape[1]), X.T @ y))
of_loss.reference(lambda X, y, theta, c: 2 * X.T @ (X @ theta - y) + 2 * c * theta)
