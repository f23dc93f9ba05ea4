"""The spectral decomposition A = Q L Q^T of a symmetric matrix: in the right coordinates it only stretches.

That every symmetric matrix has one is the spectral theorem, cited below. What follows is proved: powers, the inverse and
quadratic forms act on the eigenvalues alone.
"""

from derive.catalogue import Equation, array, definition, given, indices, remark, vector
from derive.terms import Size, Sum, Symbol
from derive.terms.arrays import diag, dot, identity, matmul, power, trace, transpose

n, m = Size("n"), Size("m", 0)
i, j = indices("i j", n)
Q, c, x = Symbol("Q", (n, n), properties={"orthogonal"}), Symbol(r"\lambda", (n,)), Symbol("x", (n,))
S = Symbol("S", (n, n))
Q_, x_, S_ = map(array, (Q, x, S))


def stretched(values):
    return matmul(Q_, matmul(diag(vector(values, i)), transpose(Q_)))


equation = Equation(
    ("Spectral decomposition", "谱分解"),
    symbols=[Q, c, x],
    definitions={S: stretched(c[i])},
    source="S. Axler, Linear Algebra Done Right, section 7.B (the spectral theorem)",
    related=["eigenvalues", "svd", "positive_definite"],
)


@equation.claim(
    "spectral_decomposition", matmul(S_, Q_), matmul(Q_, diag(array(c))), title=("The columns of Q are eigenvectors", "Q 的列是特征向量")
)
def spectral_decomposition(calc):
    calc.by(definition(S), matmul(stretched(c[i]), Q_))
    calc.by(remark("$Q^\\top Q = I$", "$Q^\\top Q = I$"), matmul(Q_, diag(array(c))))


@equation.claim("symmetric", transpose(S_), S_, title=("It is symmetric", "它是对称的"), exported=False)
def symmetric(calc):
    calc.by(definition(S), transpose(stretched(c[i])))
    calc.by(remark("transposition reverses the order", "转置使次序颠倒"), S_)


@equation.claim("powers", power(S_, m), stretched(c[i] ** m), title=("Powers", "幂"), exported=False)
def powers(calc):
    def start(case):
        case.by(remark("$Q Q^\\top = I$", "$Q Q^\\top = I$"), stretched(c[i] ** 0))

    def step(case, claim):
        case.by(remark("one factor more", "多乘一个因子"), matmul(power(S_, m), S_))
        case.by(given(claim), matmul(stretched(c[i] ** m), S_))
        case.by(remark("$Q^\\top Q = I$", "$Q^\\top Q = I$"), stretched(c[i] ** (m + 1)))

    calc.induction(m, stretched(c[i] ** m), start, step)


@equation.claim(
    "inverse",
    matmul(S_, stretched(1 / c[i])),
    identity(n),
    title=("Inverse, where no eigenvalue is 0", "逆矩阵（特征值均非零）"),
    exported=False,
)
def inverted(calc):
    calc.by(definition(S), matmul(stretched(c[i]), stretched(1 / c[i])))
    calc.by(remark("$Q^\\top Q = I$, then $Q Q^\\top = I$", "$Q^\\top Q = I$，$Q Q^\\top = I$"), identity(n))


along = Sum(i, c[i] * Sum(j, Q[j, i] * x[j]) ** 2)


@equation.claim("quadratic_form", dot(x_, matmul(S_, x_)), along, title=("Quadratic form in its own axes", "主轴形式的二次型"))
def quadratic_form(calc):
    calc.by(definition(S), dot(x_, matmul(stretched(c[i]), x_)))
    calc.by(remark("the coordinates are $Q^\\top x$", "坐标为 $Q^\\top x$"), along)


@equation.claim("trace", trace(S_), Sum(i, c[i]), title=("The trace is the sum of the eigenvalues", "迹等于特征值之和"))
def traced(calc):
    calc.by(definition(S), trace(stretched(c[i])))
    calc.by(remark("the trace is cyclic and $Q^\\top Q = I$", "迹的循环性，$Q^\\top Q = I$"), Sum(i, c[i]))


spectral_decomposition.reference(lambda Q, c: Q * c)
quadratic_form.reference(lambda Q, c, x: c @ (Q.T @ x) ** 2)
traced.reference(lambda c: c.sum())
