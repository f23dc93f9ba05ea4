"""Convexity: a function lies below its chords, and where it is smooth its Hessian is never negative.

Squares, exponentials, logistic losses and norms are convex; `convexity_rules` builds others from them.
"""

from fractions import Fraction

from derive.catalogue import D, Equation, array, indices, remark
from derive.terms import POSITIVE, Domain, Expectation, Num, Size, Sum, Symbol, exp, log, term
from derive.terms.arrays import add, dot, matmul, norm, norm_squared, scale

d = Size("d")
i, j, k = indices("i j k", d)
x, y, v, c = (Symbol(name, (d,)) for name in "x y v c".split())
p = Symbol("p", (d,), POSITIVE)
t = Symbol("t", domain=Domain(Fraction(0), False, Fraction(1)))
b, q = Symbol("b"), Symbol("q")
T = 1 - t
P = Symbol("P", (d, d), properties=frozenset({"positive_semidefinite"}))
between = add(scale(term(t), array(x)), scale(T, array(y)))
X = Symbol("X", kind="random")


equation = Equation(
    ("Convexity", "凸性"), symbols=[x, y, v, c, p, t, b, q],
    source="S. Boyd and L. Vandenberghe, Convex Optimization, sections 3.1 and 3.2",
    related=["convexity_rules", "log_sum_exp", "normal_equation"],
)  # fmt: skip


@equation.claim(
    "convexity", norm_squared(between), t * norm_squared(array(x)) + T * norm_squared(array(y)), op="<=",
    title=("Convexity: the squared norm", "凸性：平方范数"),
)  # fmt: skip
def convexity(calc):
    chord = t * norm_squared(array(x)) + T * norm_squared(array(y))
    gap = t * T * norm_squared(add(array(x), scale(Num(-1), array(y))))
    calc.by(remark("expand, complete the square", "展开并配方"), chord - gap)
    calc.le(remark("$t (1 - t) \\ge 0$ and a sum of squares", "$t (1 - t) \\ge 0$，平方和非负"), chord)


equation.claim(
    "affine", dot(array(c), between) + b, t * (dot(array(c), array(x)) + b) + T * (dot(array(c), array(y)) + b),
    title=("Affine functions: equality", "仿射函数取等"), exported=False,
    because=remark("linear in each part, weights sum to 1", "逐项线性，权重和为 1"),
)  # fmt: skip


equation.claim(
    "norm", norm(between), t * norm(array(x)) + T * norm(array(y)), op="<=", title=("Norms", "范数"),
    because=remark("triangle inequality", "三角不等式"),
)  # fmt: skip


@equation.claim(
    "quadratic", Sum(i, Sum(j, v[i] * D(dot(array(x), matmul(array(P), array(x))) / 2, x[i], x[j]) * v[j])), 0, op=">=",
    title=("Quadratic with a positive semidefinite matrix", "半正定二次型"),
)  # fmt: skip
def quadratic(calc):
    calc.by(remark("the Hessian is $P$", "海森矩阵为 $P$"), dot(array(v), matmul(array(P), array(v))))
    calc.ge(remark("$P$ is positive semidefinite", "$P$ 半正定"), 0)


@equation.claim("logistic", D(log(1 + exp(q)), q, q), 0, op=">", title=("Logistic loss", "逻辑损失"))
def logistic(calc):
    calc.by(remark("derivative of the sigmoid", "sigmoid 的导数"), exp(q) / (1 + exp(q)) ** 2)
    calc.gt(remark("exp is positive", "指数为正"), 0)


@equation.claim("negative_entropy", Sum(i, Sum(j, v[i] * D(Sum(k, p[k] * log(p[k])), p[i], p[j]) * v[j])), 0, op=">=",
                title=("Negative entropy", "负熵"))  # fmt: skip
def negative_entropy(calc):
    calc.by(remark("the Hessian is diagonal", "海森矩阵为对角阵"), Sum(i, v[i] ** 2 / p[i]))
    calc.ge(remark("squares over positive numbers", "平方除以正数"), 0)


equation.claim(
    "jensen_for_expectations", Expectation(X) ** 2, Expectation(X**2), op="<=",
    title=("Jensen's inequality, for the square of a random variable", "Jensen 不等式（期望）"),
    because=remark("Jensen's inequality: the square is convex", "Jensen 不等式：平方为凸函数"),
)  # fmt: skip
