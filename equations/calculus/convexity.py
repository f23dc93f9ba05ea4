"""Convexity: a function lies below its chords, and where it is smooth its Hessian is never negative.

Squares, exponentials, logistic losses and norms are convex; sums, positive multiples and affine substitutions of convex functions are too.
"""

from fractions import Fraction

from derive.catalogue import D, Equation, array, given, indices, remark
from derive.terms import (
    POSITIVE,
    Domain,
    Expectation,
    FunctionSymbol,
    Hypothesis,
    Num,
    Relation,
    Size,
    Sum,
    Symbol,
    exp,
    log,
    term,
)
from derive.terms.arrays import add, dot, matmul, norm, norm_squared, scale, transpose

n, d = Size("n"), Size("d")
i, j, k = indices("i j k", d)
(a,) = indices("a", n)
x, y, v, c = (Symbol(name, (d,)) for name in "x y v c".split())
p, w = Symbol("p", (d,), POSITIVE), Symbol("w", (d,), POSITIVE)
t = Symbol("t", domain=Domain(Fraction(0), False, Fraction(1)))
b, z, u, s = Symbol("b"), Symbol("z"), Symbol("u"), Symbol("s")
A = Symbol("A", (n, d))
T = 1 - t
gram = matmul(transpose(array(A)), array(A))
between = add(scale(term(t), array(x)), scale(T, array(y)))
f, g = FunctionSymbol("f", ((d,),)), FunctionSymbol("g", ((d,),))
X = Symbol("X", kind="random")
lam = Symbol(r"\lambda", domain=POSITIVE)
middle = scale(term(Fraction(1, 2)), add(array(x), array(y)))


def chord_of(h):
    return t * h(array(x)) + T * h(array(y))


f_convex = Hypothesis(Relation("<=", f(between), chord_of(f)), (), "f is convex")
g_convex = Hypothesis(Relation("<=", g(between), chord_of(g)), (), "g is convex")
strict = Hypothesis(
    Relation("<", f(middle), (f(array(x)) + f(array(y))) / 2), (), "f is strictly convex, x and y differ"
)
both = Hypothesis(Relation("=", f(array(x)), f(array(y))), (), "x and y are both minimisers")
shares = Hypothesis(Relation("=", Sum(k, w[k]), Num(1)), (), "weights sum to 1")

equation = Equation(
    ("Convexity", "凸性"),
    symbols=[x, y, v, c, p, w, t, b, z, A],
    source="S. Boyd and L. Vandenberghe, Convex Optimization, sections 3.1 and 3.2",
    related=["log_sum_exp", "normal_equation"],
)


@equation.claim(
    "convexity", norm_squared(between), t * norm_squared(array(x)) + T * norm_squared(array(y)), op="<=",
    title=("Convexity: the squared norm", "凸性：平方范数"),
)  # fmt: skip
def convexity(calc):
    chord = t * norm_squared(array(x)) + T * norm_squared(array(y))
    gap = t * T * norm_squared(add(array(x), scale(Num(-1), array(y))))
    calc.by(remark("expand, complete the square", "展开并配方"), chord - gap)
    calc.le(remark("$t (1 - t) \\ge 0$ and a sum of squares", "$t (1 - t) \\ge 0$，平方和非负"), chord)


@equation.claim("affine", dot(array(c), between) + b, t * (dot(array(c), array(x)) + b) + T * (dot(array(c), array(y)) + b),
                title=("Affine functions: equality", "仿射函数取等"), exported=False)  # fmt: skip
def affine(calc):
    calc.by(remark("linear in each part, weights sum to 1", "逐项线性，权重和为 1"),
            t * (dot(array(c), array(x)) + b) + T * (dot(array(c), array(y)) + b))  # fmt: skip


@equation.claim("norm", norm(between), t * norm(array(x)) + T * norm(array(y)), op="<=", title=("Norms", "范数"))
def of_norm(calc):
    calc.le(remark("triangle inequality", "三角不等式"), t * norm(array(x)) + T * norm(array(y)))


@equation.claim(
    "quadratic", dot(array(v), matmul(gram, array(v))), 0, op=">=", title=("Quadratic forms of A^T A", "二次型")
)
def quadratic(calc):
    calc.by(remark("the squared length of $A v$", "$A v$ 的平方长度"), norm_squared(matmul(array(A), array(v))))
    calc.ge(remark("a sum of squares", "平方和"), 0)


@equation.claim("logistic", D(log(1 + exp(z)), z, z), 0, op=">", title=("Logistic loss", "逻辑损失"))
def logistic(calc):
    calc.by(remark("derivative of the sigmoid", "sigmoid 的导数"), exp(z) / (1 + exp(z)) ** 2)
    calc.gt(remark("exp is positive", "指数为正"), 0)


@equation.claim("negative_entropy", Sum(i, Sum(j, v[i] * D(Sum(k, p[k] * log(p[k])), p[i], p[j]) * v[j])), 0, op=">=",
                title=("Negative entropy", "负熵"))  # fmt: skip
def negative_entropy(calc):
    calc.by(remark("the Hessian is diagonal", "海森矩阵为对角阵"), Sum(i, v[i] ** 2 / p[i]))
    calc.ge(remark("squares over positive numbers", "平方除以正数"), 0)


@equation.claim("jensen", exp(Sum(k, w[k] * x[k])), Sum(k, w[k] * exp(x[k])), op="<=",
                title=("Jensen's inequality, for exp", "Jensen 不等式（exp）"), hypotheses=[shares])  # fmt: skip
def jensen(calc):
    mean = Sum(k, w[k] * x[k])
    calc.by(remark("weights sum to 1", "权重和为 1"), exp(mean) * Sum(i, w[i] * (1 + x[i] - mean)))
    calc.le(remark("$1 + u \\le e^u$, the tangent lies below", "$1 + u \\le e^u$，切线在下方"),
            exp(mean) * Sum(i, w[i] * exp(x[i] - mean)))  # fmt: skip
    calc.by(remark("exp of a sum", "和的指数"), Sum(i, w[i] * exp(x[i])))


@equation.claim("jensen_for_expectations", Expectation(X) ** 2, Expectation(X**2), op="<=",
                title=("Jensen's inequality, for the square of a random variable", "Jensen 不等式（期望）"))  # fmt: skip
def jensen_for_expectations(calc):
    calc.le(remark("Jensen's inequality: the square is convex", "Jensen 不等式：平方为凸函数"), Expectation(X**2))


@equation.claim("sums", f(between) + g(between), chord_of(f) + chord_of(g), op="<=",
                title=("Sums of convex functions", "凸函数之和"), hypotheses=[f_convex, g_convex])  # fmt: skip
def sums(calc):
    calc.le(given(f_convex), chord_of(f) + g(between))
    calc.le(given(g_convex), chord_of(f) + chord_of(g))


@equation.claim("multiples", lam * f(between), lam * chord_of(f), op="<=",
                title=("Positive multiples", "正数倍"), hypotheses=[f_convex])  # fmt: skip
def multiples(calc):
    calc.le(given(f_convex), lam * chord_of(f))


@equation.claim("unique_minimiser", f(middle), f(array(x)), op="<", hypotheses=[strict, both],
                title=("Strictly convex: of two minimisers their middle would be lower", "严格凸：极小点至多一个"))  # fmt: skip
def unique_minimiser(calc):
    calc.lt(given(strict), (f(array(x)) + f(array(y))) / 2)
    calc.by(given(both), f(array(x)))
