"""What convexity gives: Jensen's inequality, sums, positive multiples, affine substitutions, one minimiser where it is strict.

Convex alone does not make a minimiser unique (`convex_without_unique_minimiser`).
"""

from fractions import Fraction

from derive.catalogue import Equation, array, given, indices, remark, suppose
from derive.terms import POSITIVE, Domain, FunctionSymbol, Num, Size, Sum, Symbol, term
from derive.terms.arrays import add, matmul, scale

d = Size("d")
i, k = indices("i k", d)
x, y, c, z = (Symbol(name, (d,)) for name in "xycz")
w, B = Symbol("w", (d,), POSITIVE), Symbol("B", (d, d))
t = Symbol("t", domain=Domain(0, False, 1))
slope, lam = Symbol("s"), Symbol(r"\lambda", domain=POSITIVE)
f, g, h = FunctionSymbol("f", ((d,),)), FunctionSymbol("g", ((d,),)), FunctionSymbol("h")
mean = Sum(k, w[k] * z[k])
between = add(scale(term(t), array(x)), scale(1 - t, array(y)))
middle = scale(term(Fraction(1, 2)), add(array(x), array(y)))


def image(point):
    return add(matmul(array(B), point), array(c))


def chord_of(function):
    return t * function(array(x)) + (1 - t) * function(array(y))


def f_there(u):
    return f(image(u))


there = add(scale(term(t), image(array(x))), scale(1 - t, image(array(y))))
f_convex = suppose(f(between), "<=", chord_of(f), source="f is convex")
g_convex = suppose(g(between), "<=", chord_of(g), source="g is convex")
f_convex_there = suppose(f(there), "<=", chord_of(f_there), source="f is convex")
strict = suppose(f(middle), "<", (f(array(x)) + f(array(y))) / 2, source="f is strictly convex, x and y differ")
both = suppose(f(array(x)), "=", f(array(y)), source="x and y are both minimisers")
tangent = suppose(h(mean) + slope * (z[i] - mean), "<=", h(term(z[i])), i, source="h is convex: above its tangent at the mean")
shares = suppose(Sum(k, w[k]), "=", Num(1), source="weights sum to 1")

equation = Equation(
    ("Convexity: Jensen and what keeps it", "凸性：Jensen 不等式与保凸运算"), symbols=[x, y, z, w, c, B, t],
    source="S. Boyd and L. Vandenberghe, Convex Optimization, sections 3.1.8 and 3.2", depends=["convexity"],
    related=["convex_without_unique_minimiser", "kl_divergence"],
)  # fmt: skip


@equation.claim("convexity_rules", Sum(k, w[k] * h(z[k])), h(mean), op=">=", hypotheses=[shares, tangent],
                title=("Jensen's inequality", "Jensen 不等式"))  # fmt: skip
def jensen(calc):
    calc.ge(remark("h lies above its tangent at the mean", "h 位于均值处切线上方"),
            Sum(i, w[i] * (h(mean) + slope * (z[i] - mean))))  # fmt: skip
    calc.by(remark("weights sum to 1", "权重和为 1"), h(mean))


@equation.claim("sums", f(between) + g(between), chord_of(f) + chord_of(g), op="<=",
                title=("Sums of convex functions", "凸函数之和"), hypotheses=[f_convex, g_convex])  # fmt: skip
def sums(calc):
    calc.le(given(f_convex), chord_of(f) + g(between))
    calc.le(given(g_convex), chord_of(f) + chord_of(g))


equation.claim(
    "multiples", lam * f(between), lam * chord_of(f), op="<=", title=("Positive multiples", "正数倍"),
    hypotheses=[f_convex], because=given(f_convex),
)  # fmt: skip


@equation.claim("affine_substitution", f_there(between), chord_of(f_there), op="<=", hypotheses=[f_convex_there],
                title=("Affine substitutions", "仿射复合"))  # fmt: skip
def composition(calc):
    calc.by(remark("an affine map keeps weighted means", "仿射映射保持加权平均"), f(there))
    calc.le(given(f_convex_there), chord_of(f_there))


@equation.claim("unique_minimiser", f(middle), f(array(x)), op="<", hypotheses=[strict, both],
                title=("Strictly convex: of two minimisers their middle would be lower", "严格凸：极小点至多一个"))  # fmt: skip
def unique_minimiser(calc):
    calc.lt(given(strict), (f(array(x)) + f(array(y))) / 2)
    calc.by(given(both), f(array(x)))
