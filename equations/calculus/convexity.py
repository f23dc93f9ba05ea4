"""Convexity: a function lies below its chords, and where it is smooth its Hessian is never negative.

Squares, exponentials, logistic losses and norms are convex; sums, positive multiples and affine substitutions of convex functions are too.
"""

from fractions import Fraction

from derive.catalogue import D, Equation, array, given, indices, remark, suppose
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
from derive.terms.arrays import add, dot, matmul, norm, norm_squared, scale

d = Size("d")
i, j, k = indices("i j k", d)
x, y, v, c = (Symbol(name, (d,)) for name in "x y v c".split())
p, w = Symbol("p", (d,), POSITIVE), Symbol("w", (d,), POSITIVE)
t = Symbol("t", domain=Domain(Fraction(0), False, Fraction(1)))
b, q = Symbol("b"), Symbol("q")
T = 1 - t
B, P = Symbol("B", (d, d)), Symbol("P", (d, d), properties=frozenset({"positive_semidefinite"}))
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
h, slope = FunctionSymbol("h"), Symbol("s")
z = Symbol("z", (d,))
mean = Sum(k, w[k] * z[k])
tangent = suppose(
    h(mean) + slope * (z[i] - mean), "<=", h(term(z[i])), i, source="h is convex: above its tangent at the mean"
)


def image(point):
    return add(matmul(array(B), point), array(c))


there = add(scale(term(t), image(array(x))), scale(T, image(array(y))))
f_convex_there = Hypothesis(Relation("<=", f(there), chord_of(lambda u: f(image(u)))), (), "f is convex")
shares = Hypothesis(Relation("=", Sum(k, w[k]), Num(1)), (), "weights sum to 1")

equation = Equation(
    ("Convexity", "凸性"),
    symbols=[x, y, v, c, p, w, t, b, q],
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


@equation.claim("weighted_means", Sum(k, w[k] * h(z[k])), h(mean), op=">=", hypotheses=[shares, tangent],
                title=("Jensen's inequality", "Jensen 不等式"))  # fmt: skip
def jensen(calc):
    calc.ge(remark("h lies above its tangent at the mean", "h 位于均值处切线上方"),
            Sum(i, w[i] * (h(mean) + slope * (z[i] - mean))))  # fmt: skip
    calc.by(remark("weights sum to 1", "权重和为 1"), h(mean))


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


@equation.claim("affine_substitution", f(image(between)), chord_of(lambda u: f(image(u))), op="<=", hypotheses=[f_convex_there],
                title=("Affine substitutions", "仿射复合"))  # fmt: skip
def composition(calc):
    calc.by(remark("an affine map keeps weighted means", "仿射映射保持加权平均"), f(there))
    calc.le(given(f_convex_there), chord_of(lambda u: f(image(u))))


@equation.claim("unique_minimiser", f(middle), f(array(x)), op="<", hypotheses=[strict, both],
                title=("Strictly convex: of two minimisers their middle would be lower", "严格凸：极小点至多一个"))  # fmt: skip
def unique_minimiser(calc):
    calc.lt(given(strict), (f(array(x)) + f(array(y))) / 2)
    calc.by(given(both), f(array(x)))
