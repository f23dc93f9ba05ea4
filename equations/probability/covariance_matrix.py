"""The covariance matrix: how the entries of a random vector vary together.

It is symmetric and never negative as a quadratic form, since that form is the variance of a sum, and an affine map changes it
to A Sigma A^T.
"""

from derive.catalogue import Equation, definition, indices, matrix, remark, vector
from derive.terms import Expectation, Size, Sum, Symbol

E = Expectation
n, m = Size("n"), Size("m")
i, j, k = indices("i j k", n)
r, s = indices("r s", m)
X, v = Symbol("X", (n,), kind="random"), Symbol("v", (n,))
A, b = Symbol("A", (m, n)), Symbol("b", (m,))
mu, S, Y = Symbol(r"\mu", (n,)), Symbol(r"\Sigma", (n, n)), Symbol("Y", (m,), kind="random")

equation = Equation(
    ("Covariance matrix", "协方差矩阵"),
    symbols=[X, v, A, b],
    definitions={mu: vector(E(X[i]), i), S: matrix(E((X[i] - E(X[i])) * (X[j] - E(X[j]))), i, j)},
    source="L. Wasserman, All of Statistics, section 14.1",
    related=["variance_identity", "multivariate_gaussian"],
)


@equation.claim("covariance_matrix", S[i, j], E(X[i] * X[j]) - mu[i] * mu[j], exported=False)
def covariance_matrix(calc):
    calc.by([definition(S), definition(mu)], E((X[i] - mu[i]) * (X[j] - mu[j])))
    calc.by(remark("multiply out", "展开"), E(X[i] * X[j] - mu[i] * X[j] - X[i] * mu[j] + mu[i] * mu[j]))
    calc.by(remark("expectation is linear", "期望线性"), E(X[i] * X[j]) - mu[i] * mu[j])


@equation.claim("symmetric", S[i, j], S[j, i], title=("Symmetric", "对称"), exported=False)
def symmetric(calc):
    calc.by(definition(S), E((X[i] - mu[i]) * (X[j] - mu[j])))
    calc.by(remark("factors commute", "因子可交换"), S[j, i])


form = Sum(i, Sum(j, v[i] * S[i, j] * v[j]))


@equation.claim("semidefinite", form, 0, op=">=", title=("Positive semidefinite", "半正定"))
def semidefinite(calc):
    calc.by(
        remark("expectation is linear: the variance of $v^\\top X$", "期望线性：$v^\\top X$ 的方差"), E(Sum(i, v[i] * (X[i] - mu[i])) ** 2)
    )
    calc.ge(remark("the mean of a square", "平方的均值"), 0)


def mapped(r):
    """An entry of A X + b."""
    return Sum(k, A[r, k] * X[k]) + b[r]


@equation.claim(
    "affine",
    E((mapped(r) - E(mapped(r))) * (mapped(s) - E(mapped(s)))),
    Sum(i, Sum(j, A[r, i] * S[i, j] * A[s, j])),
    title=("An affine map: A Sigma A^T", "仿射变换：A Σ Aᵀ"),
    exported=False,
)
def affine(calc):
    centred = Sum(i, A[r, i] * (X[i] - mu[i])) * Sum(j, A[s, j] * (X[j] - mu[j]))
    calc.by(remark("expectation is linear: $b$ cancels", "期望线性：$b$ 消去"), E(centred))
    calc.by(remark("$A$ is not random", "$A$ 非随机"), Sum(i, Sum(j, A[r, i] * E((X[i] - mu[i]) * (X[j] - mu[j])) * A[s, j])))
    calc.by(definition(S), Sum(i, Sum(j, A[r, i] * S[i, j] * A[s, j])))
