"""The singular value decomposition A = U S V^T: any matrix is a rotation, a stretching and a rotation.

That every matrix has one is cited below (r is the rank, singular values are positive); what follows from the form is proved.
"""

import numpy as np
from derive.catalogue import Equation, array, assume, definition, given, indices, remark, vector
from derive.terms import POSITIVE, Hypothesis, Relation, Size, Sum, Symbol, term
from derive.terms.arrays import diag, matmul, norm_squared, transpose

n, d, r = Size("n"), Size("d"), Size("r")
k, l = indices("k l", r)
(a, b) = indices("a b", d)
U, V = (Symbol(name, (size, r), properties={"orthogonal"}) for name, size in (("U", n), ("V", d)))
sigma, x, A, s = (Symbol(r"\sigma", (r,), domain=POSITIVE), Symbol("x", (d,)), Symbol("A", (n, d)), Symbol("s", domain=POSITIVE))
U_, V_, A_, x_ = map(array, (U, V, A, x))


def between(left, values, right):
    return matmul(left, matmul(diag(vector(values, k)), transpose(right)))


equation = Equation(
    ("Singular value decomposition", "奇异值分解"), symbols=[U, sigma, V, x, s],
    definitions={A: between(U_, sigma[k], V_)}, source="L. N. Trefethen and D. Bau, Numerical Linear Algebra, theorem 4.1 (existence)",
    related=["pseudoinverse", "low_rank", "spectral_decomposition", "pca"],
)  # fmt: skip

svd = equation.claim("svd", A_, between(U_, sigma[k], V_), because=definition(A))


@equation.claim(
    "right_gram", matmul(transpose(A_), A_), between(V_, sigma[k] ** 2, V_),
    title=("The squared singular values are eigenvalues", "奇异值的平方是特征值"),
)  # fmt: skip
def right_gram(calc):
    calc.by(definition(A), matmul(between(V_, sigma[k], U_), between(U_, sigma[k], V_)))
    calc.by(remark("$U^\\top U = I$", "$U^\\top U = I$"), between(V_, sigma[k] ** 2, V_))


left_gram = equation.claim(
    "left_gram", matmul(A_, transpose(A_)), between(U_, sigma[k] ** 2, U_), title=("in both orders", "两种次序皆然"),
    because=remark("$V^\\top V = I$", "$V^\\top V = I$"),
)  # fmt: skip


@equation.claim("frobenius", norm_squared(A_), Sum(k, sigma[k] ** 2), title=("Squared Frobenius norm", "F-范数的平方"))
def frobenius(calc):
    calc.by(definition(A), norm_squared(between(U_, sigma[k], V_)))
    calc.by(remark("rotations keep lengths", "旋转保持长度"), Sum(k, sigma[k] ** 2))


coordinates = Sum(a, V[a, k] * x[a])

length = equation.claim(
    "length", norm_squared(matmul(A_, x_)), Sum(k, sigma[k] ** 2 * coordinates**2), title=("How long Ax is", "Ax 的长度"),
    because=remark("$U^\\top U = I$", "$U^\\top U = I$"),
)  # fmt: skip

# Every x is V c and a rest z that is orthogonal to the columns of V.
c, z = Symbol("c", (r,)), Symbol("z", (d,))
whole = vector(Sum(k, V[a, k] * c[k]) + z[a], a)
largest = Hypothesis(Relation("<=", sigma[k], term(s)), (k,), "s is at least every singular value")
orthogonal = assume(Sum(a, V[a, k] * z[a]), 0, k, source="z is orthogonal to the columns of V")


@equation.claim(
    "operator_norm", norm_squared(matmul(A_, whole)), s**2 * norm_squared(whole), op="<=",
    title=("No vector is stretched by more than the largest one", "任何向量的伸长不超过最大奇异值"), hypotheses=[largest, orthogonal],
)  # fmt: skip
def operator_norm(calc):
    calc.by([definition(A), given(orthogonal)], Sum(k, sigma[k] ** 2 * c[k] ** 2))
    calc.le(remark("term by term", "逐项比较"), Sum(k, s**2 * c[k] ** 2))
    calc.le(remark("add what V leaves out", "加上 V 之外的部分"), s**2 * (Sum(k, c[k] ** 2) + norm_squared(array(z))))
    calc.by(given(orthogonal), s**2 * norm_squared(whole))


first = vector(V[a, l], a)

equation.claim(
    "attained", norm_squared(matmul(A_, first)), sigma[l] ** 2, exported=False,
    title=("and a singular vector by exactly its own", "奇异向量恰伸长其奇异值"),
    because=remark("$V^\\top v_l$ is a unit vector", "$V^\\top v_l$ 是单位向量"),
)  # fmt: skip

svd.reference(lambda U, sigma, V: (U * sigma) @ V.T)
right_gram.reference(lambda sigma, V: (V * sigma**2) @ V.T)
left_gram.reference(lambda U, sigma: (U * sigma**2) @ U.T)
frobenius.reference(lambda sigma: np.sum(sigma**2))
length.reference(lambda sigma, V, x: np.sum((sigma * (V.T @ x)) ** 2))
