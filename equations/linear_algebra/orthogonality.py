"""Orthogonality: right angles make lengths add like in Pythagoras' theorem and coordinates come from inner products.

The projection onto the columns of a matrix leaves a residual at a right angle to all of them; Gram-Schmidt is that, one
vector at a time.
"""

from derive.catalogue import Equation, array, assume, given, indices, remark, vector
from derive.terms import Hypothesis, Num, Relation, Size, Sum, Symbol, term
from derive.terms.arrays import add, dot, inverse, matmul, norm_squared, scale, transpose, zeros

n, d = Size("n"), Size("d")
i, j, r = indices("i j r", n)
u, v, x, y = (Symbol(name, (n,)) for name in "uvxy")
Q, X = Symbol("Q", (n, n), properties={"orthogonal"}), Symbol("X", (n, d), properties={"full_column_rank"})
u_, v_, x_, y_, Q_, X_ = map(array, (u, v, x, y, Q, X))
right_angle = assume(dot(u_, v_), 0, source="u and v are orthogonal")

equation = Equation(
    ("Orthogonality", "正交性"),
    symbols=[u, v, x, y, Q, X],
    source="G. Strang, Introduction to Linear Algebra, chapter 4",
    related=["normal_equation", "norms", "spectral_decomposition"],
)


@equation.claim(
    "orthogonality",
    norm_squared(add(u_, v_)),
    norm_squared(u_) + norm_squared(v_),
    title=("Pythagoras", "勾股定理"),
    hypotheses=[right_angle],
    exported=False,
)
def pythagoras(calc):
    calc.by(remark("expand", "展开"), norm_squared(u_) + 2 * dot(u_, v_) + norm_squared(v_))
    calc.by(given(right_angle), norm_squared(u_) + norm_squared(v_))


parts = vector(Sum(j, Sum(i, Q[i, j] * x[i]) * Q[r, j]), r)


@equation.claim("coordinates", parts, x_, title=("Coordinates in an orthonormal basis", "标准正交基下的坐标"))
def coordinates(calc):
    calc.by(remark("exchange the sums", "交换求和次序"), matmul(matmul(Q_, transpose(Q_)), x_))
    calc.by(remark("$Q Q^\\top = I$", "$Q Q^\\top = I$"), x_)


@equation.claim("lengths", norm_squared(matmul(Q_, x_)), norm_squared(x_), title=("Lengths are kept", "保持长度"))
def lengths(calc):
    calc.by(
        remark("$\\|Q x\\|^2 = x^\\top Q^\\top Q x$", "$\\|Q x\\|^2 = x^\\top Q^\\top Q x$"), dot(x_, matmul(matmul(transpose(Q_), Q_), x_))
    )
    calc.by(remark("$Q^\\top Q = I$", "$Q^\\top Q = I$"), norm_squared(x_))


onto = matmul(X_, matmul(inverse(matmul(transpose(X_), X_)), matmul(transpose(X_), y_)))


@equation.claim(
    "projection",
    matmul(transpose(X_), add(y_, scale(Num(-1), onto))),
    zeros(d),
    title=("Projection onto a column space: the residual is orthogonal to it", "投影到列空间：残差与之正交"),
    exported=False,
)
def projection(calc):
    gram = matmul(transpose(X_), X_)
    calc.by(
        remark("expand", "展开"),
        add(matmul(transpose(X_), y_), scale(Num(-1), matmul(matmul(gram, inverse(gram)), matmul(transpose(X_), y_)))),
    )
    calc.by(remark("a matrix times its inverse", "矩阵与其逆相乘"), zeros(d))


nonzero = Hypothesis(Relation("<", term(0), norm_squared(u_)), (), "u is not 0")
rest = add(v_, scale(-dot(u_, v_) / norm_squared(u_), u_))


@equation.claim("gram_schmidt", dot(u_, rest), 0, title=("One Gram-Schmidt step", "一步格拉姆–施密特"), hypotheses=[nonzero])
def gram_schmidt(calc):
    calc.by(remark("expand", "展开"), dot(u_, v_) - dot(u_, v_) / norm_squared(u_) * norm_squared(u_))
    calc.by(remark("cancel", "约分"), 0)


coordinates.reference(lambda x: x + 0.0)
lengths.reference(lambda x: x @ x)
