"""Normal equation: least squares solved in one line.

The gradient vanishes exactly where X^T X theta = X^T y; the residual is then orthogonal to every column of X.
"""

import numpy as np
from derive.catalogue import Equation, array, assume, gradient, indices, remark
from derive.terms import Num, Size, Symbol
from derive.terms.arrays import add, dot, inverse, matmul, norm_squared, scale, transpose, zeros

n, d = Size("n"), Size("d")
j, k = indices("j k", d)
X = Symbol("X", (n, d), properties={"full_column_rank"})
y, theta, v = Symbol("y", (n,)), Symbol(r"\theta", (d,)), Symbol("v", (d,))
J = norm_squared(add(matmul(array(X), array(theta)), scale(Num(-1), array(y))))
Xt = transpose(array(X))
gram = matmul(Xt, array(X))
solution = matmul(inverse(gram), matmul(Xt, array(y)))
hat = matmul(matmul(array(X), inverse(gram)), Xt)
slope = scale(Num(2), matmul(Xt, add(matmul(array(X), array(theta)), scale(Num(-1), array(y)))))

equation = Equation(
    ("Normal equation", "正规方程"), symbols=[X, y, theta, v],
    source="T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning, equation (3.6)",
    related=["mean_squared_error", "ridge_regression"],
)  # fmt: skip

normal_equation = equation.claim(
    "normal_equation", solution, matmul(matmul(inverse(gram), Xt), array(y)), because=remark("products are associative", "结合律")
)

normal_equation.reference(lambda X, y: np.linalg.lstsq(X, y, rcond=None)[0])

of_squares = equation.claim(
    "gradient", gradient(J, theta), slope, title=("Gradient", "梯度"),
    because=remark("chain rule for the squared norm", "平方范数的链式法则"),
)  # fmt: skip

of_squares.reference(lambda X, y, theta: 2 * X.T @ (X @ theta - y))


@equation.implication(
    "stationary_where", assume(slope, zeros(d)).relation, assume(theta, solution).relation,
    title=("The gradient is 0 exactly at the solution", "梯度为零当且仅当"), op="<=>",
)  # fmt: skip
def stationary_where(chain):
    chain.iff(remark("divide by 2, expand", "除以 2 并展开"), assume(matmul(gram, array(theta)), matmul(Xt, array(y))).relation)
    chain.iff(remark(r"multiply by $(X^\top X)^{-1}$", r"左乘 $(X^\top X)^{-1}$"), assume(theta, solution).relation)


@equation.claim(
    "convex", 2 * dot(array(v), matmul(gram, array(v))), 0, op=">=",
    title=("Convex: the Hessian is positive semidefinite", "凸：海森矩阵半正定"),
)  # fmt: skip
def convex(calc):
    calc.by(remark("the squared length of $X v$", "$X v$ 的平方长度"), 2 * norm_squared(matmul(array(X), array(v))))
    calc.ge(remark("a sum of squares", "平方和"), 0)


@equation.claim(
    "orthogonal_residual", matmul(Xt, add(array(y), scale(Num(-1), matmul(array(X), solution)))), zeros(d),
    title=("The residual is orthogonal to the columns", "残差与各列正交"), exported=False,
)  # fmt: skip
def orthogonal_residual(calc):
    calc.by(remark("expand", "展开"), add(matmul(Xt, array(y)), scale(Num(-1), matmul(gram, solution))))
    calc.by(remark(r"$X^\top X (X^\top X)^{-1} = I$", r"$X^\top X (X^\top X)^{-1} = I$"), zeros(d))


equation.claim(
    "hat_symmetric", transpose(hat), hat, title=("The hat matrix is symmetric", "帽子矩阵对称"), exported=False,
    because=remark("the inverse of a symmetric matrix is symmetric", "对称阵之逆对称"),
)  # fmt: skip

equation.claim(
    "hat_idempotent", matmul(hat, hat), hat, title=("The hat matrix is idempotent", "帽子矩阵幂等"), exported=False,
    because=remark(r"$(X^\top X)^{-1} X^\top X = I$", r"$(X^\top X)^{-1} X^\top X = I$"),
)  # fmt: skip


@equation.claim(
    "minimum", J, norm_squared(add(matmul(array(X), solution), scale(Num(-1), array(y)))), op=">=", title=("A global minimum", "全局最小")
)
def minimum(calc):
    best = norm_squared(add(matmul(array(X), solution), scale(Num(-1), array(y))))
    away = norm_squared(matmul(array(X), add(array(theta), scale(Num(-1), solution))))
    calc.by(remark("Pythagoras: the residual is orthogonal to the columns", "勾股定理"), best + away)
    calc.ge(remark("a sum of squares", "平方和"), best)
