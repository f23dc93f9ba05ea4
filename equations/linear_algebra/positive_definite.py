"""Positive definite matrices: those with v^T A v > 0 for every v but 0.

Every X^T X is semidefinite, and adding a multiple of the identity makes it definite: this is why ridge regression always
has a solution. A function with definite Hessian is strictly convex.
"""

import numpy as np
from derive.catalogue import Equation, array, gradient, jacobian, remark
from derive.terms import POSITIVE, Hypothesis, Num, Relation, Size, Symbol, term
from derive.terms.arrays import add, dot, identity, matmul, norm_squared, scale, transpose

n, d = Size("n"), Size("d")
X, v, b = Symbol("X", (n, d)), Symbol("v", (d,)), Symbol("b", (d,))
A = Symbol("A", (d, d), properties={"symmetric", "positive_definite"})
x, y, t, c = Symbol("x", (d,)), Symbol("y", (d,)), Symbol("t", domain=POSITIVE), Symbol(r"\lambda", domain=POSITIVE)
X_, v_, A_, x_, y_, b_ = map(array, (X, v, A, x, y, b))
gram = matmul(transpose(X_), X_)

equation = Equation(
    ("Positive definite matrices", "正定矩阵"), symbols=[X, v, A, b, x, y, t, c],
    source="S. Boyd and L. Vandenberghe, Convex Optimization, section A.5",
    related=["ridge_regression", "convexity", "covariance_matrix"],
)  # fmt: skip
nonzero = Hypothesis(Relation("<", term(0), norm_squared(v_)), (), "v is not 0")


positive_definite = equation.claim(
    "positive_definite", dot(v_, matmul(gram, v_)), norm_squared(matmul(X_, v_)),
    title=("A matrix of inner products gives squared lengths", "格拉姆矩阵的二次型是长度的平方"),
    because=remark("$(X v)^\\top = v^\\top X^\\top$", "$(X v)^\\top = v^\\top X^\\top$"),
)  # fmt: skip


@equation.claim("semidefinite", dot(v_, matmul(gram, v_)), 0, op=">=", title=("Such a matrix is semidefinite", "此类矩阵半正定"))
def semidefinite(calc):
    calc.by(remark("a squared length", "长度的平方"), norm_squared(matmul(X_, v_)))
    calc.ge(remark("a sum of squares", "平方和"), 0)


@equation.claim(
    "regularised", dot(v_, matmul(add(gram, scale(term(c), identity(d))), v_)), 0, op=">",
    title=("A multiple of the identity more makes it definite", "加上单位矩阵的倍数即正定"), hypotheses=[nonzero],
)  # fmt: skip
def regularised(calc):
    calc.by(remark("expand", "展开"), norm_squared(matmul(X_, v_)) + c * norm_squared(v_))
    calc.ge(remark("a sum of squares", "平方和"), c * norm_squared(v_))
    calc.gt(remark("both factors are positive", "两个因子均为正"), 0)


def quadratic(u):
    return dot(u, matmul(A_, u)) / 2 + dot(b_, u)


between = add(scale(term(t), x_), scale(1 - t, y_))
difference = add(x_, scale(Num(-1), y_))
gap = t * (1 - t) / 2 * dot(difference, matmul(A_, difference))


strictly_convex = equation.claim(
    "strictly_convex", t * quadratic(x_) + (1 - t) * quadratic(y_) - quadratic(between), gap,
    title=("Definite Hessian: a chord lies above by a definite amount", "海森矩阵正定：弦严格位于图像之上"),
    because=remark("expand; A is symmetric", "展开；A 对称"),
)  # fmt: skip


@equation.claim("hessian", jacobian(gradient(quadratic(x_), x), x), A_, title=("Its Hessian", "其海森矩阵"))
def hessian(calc):
    calc.by(remark("the gradient", "梯度"), jacobian(add(matmul(A_, x_), b_), x))
    calc.by(remark("derivative of an affine map", "仿射映射的导数"), A_)


def energy(X, v):
    return np.sum((X @ v) ** 2)


def above(A, x, y, t):
    return t * (1 - t) / 2 * (x - y) @ A @ (x - y)


positive_definite.reference(energy)
strictly_convex.reference(above)
hessian.reference(lambda A: (A + A.T) / 2)
