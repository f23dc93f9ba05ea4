"""The pseudoinverse: the inverse on what a matrix does not destroy, zero on the rest.

Built from the singular value decomposition it meets the four conditions of Moore and Penrose, which determine it; with
full column rank it is (X^T X)^-1 X^T, the matrix of least squares.
"""

from derive.catalogue import Equation, array, definition, indices, remark, vector
from derive.terms import POSITIVE, Size, Symbol
from derive.terms.arrays import diag, identity, inverse, matmul, transpose

n, d, r = Size("n"), Size("d"), Size("r")
(k,) = indices("k", r)
U, V = (Symbol(name, (size, r), properties={"orthogonal"}) for name, size in (("U", n), ("V", d)))
sigma, A, B = Symbol(r"\sigma", (r,), domain=POSITIVE), Symbol("A", (n, d)), Symbol("B", (d, n))
X = Symbol("X", (n, d), properties={"full_column_rank"})
U_, V_, A_, B_, X_ = map(array, (U, V, A, B, X))


def between(left, values, right):
    return matmul(left, matmul(diag(vector(values, k)), transpose(right)))


equation = Equation(
    ("Pseudoinverse", "伪逆"),
    symbols=[U, sigma, V, X],
    definitions={A: between(U_, sigma[k], V_), B: between(V_, 1 / sigma[k], U_)},
    source="G. H. Golub and C. F. Van Loan, Matrix Computations, section 5.5",
    depends=["svd"],
    related=["normal_equation", "ridge_regression"],
)
cancel = remark("$U^\\top U = V^\\top V = I$ and $\\sigma_k / \\sigma_k = 1$", "$U^\\top U = V^\\top V = I$，$\\sigma_k / \\sigma_k = 1$")
projection, other = matmul(U_, transpose(U_)), matmul(V_, transpose(V_))


@equation.claim("pseudoinverse", matmul(A_, matmul(B_, A_)), A_, title=("First condition", "条件一"), exported=False)
def pseudoinverse(calc):
    calc.by(
        [definition(A), definition(B)], matmul(between(U_, sigma[k], V_), matmul(between(V_, 1 / sigma[k], U_), between(U_, sigma[k], V_)))
    )
    calc.by(cancel, A_)


@equation.claim("second", matmul(B_, matmul(A_, B_)), B_, title=("Second condition", "条件二"), exported=False)
def second(calc):
    calc.by(
        [definition(A), definition(B)],
        matmul(between(V_, 1 / sigma[k], U_), matmul(between(U_, sigma[k], V_), between(V_, 1 / sigma[k], U_))),
    )
    calc.by(cancel, B_)


@equation.claim("third", transpose(matmul(A_, B_)), matmul(A_, B_), title=("Third condition", "条件三"), exported=False)
def third(calc):
    calc.by(remark("$A A^+$ is the projection $U U^\\top$", "$A A^+$ 是投影 $U U^\\top$"), transpose(projection))
    calc.by(remark("a projection of this form is symmetric", "这种投影是对称的"), projection)
    calc.by(cancel, matmul(A_, B_))


@equation.claim("fourth", transpose(matmul(B_, A_)), matmul(B_, A_), title=("Fourth condition", "条件四"), exported=False)
def fourth(calc):
    calc.by(remark("$A^+ A$ is the projection $V V^\\top$", "$A^+ A$ 是投影 $V V^\\top$"), transpose(other))
    calc.by(remark("a projection of this form is symmetric", "这种投影是对称的"), other)
    calc.by(cancel, matmul(B_, A_))


value = equation.claim("value", B_, between(V_, 1 / sigma[k], U_), title=("From the decomposition", "由奇异值分解给出"))
left = matmul(inverse(matmul(transpose(X_), X_)), transpose(X_))


@equation.claim(
    "full_column_rank", matmul(left, X_), identity(d), title=("Full column rank: a left inverse", "列满秩：左逆"), exported=False
)
def full_column_rank(calc):
    calc.by(remark("associativity", "结合律"), matmul(inverse(matmul(transpose(X_), X_)), matmul(transpose(X_), X_)))
    calc.by(remark("a matrix times its inverse", "矩阵与其逆相乘"), identity(d))


equation.claim(
    "full_column_rank_symmetric",
    transpose(matmul(X_, left)),
    matmul(X_, left),
    title=("and a symmetric projection", "且给出对称投影"),
    exported=False,
    because=remark("$X^\\top X$ is symmetric, so is its inverse", "$X^\\top X$ 及其逆对称"),
)


value.reference(lambda U, sigma, V: (V / sigma) @ U.T)
