"""The descent lemma: where the gradient is L-Lipschitz, f stays below a parabola, and so a step below 2/L lowers f.

Between x and y the slope along the segment differs from the slope at x by at most L times the way gone; the integral of that is the
parabola. On the parabola itself a step of 2/L lowers nothing: `gradient_descent` shows it.
"""

from derive.catalogue import Equation, array, every, for_all, indices, lemma, remark, slope_of, suppose, vector
from derive.terms import POSITIVE, Domain, FunctionSymbol, Integral, Size, Symbol, term
from derive.terms.arrays import add, dot, norm, norm_squared, scale

d = Size("d")
(i,) = indices("i", d)
x, y, u, v = (Symbol(name, (d,)) for name in "xyuv")
eta, L = Symbol(r"\eta", domain=POSITIVE), Symbol("L", domain=POSITIVE)
t, between = Symbol("t"), Symbol("t", domain=Domain(lower=0, upper=1))
f = FunctionSymbol("f", ((d,),), smooth=1)
x_, y_ = array(x), array(y)


def minus(a, b, c=1):
    return add(a, scale(-term(c), b))


def grad(point):
    return vector(slope_of(f, point, i), i)


way, slope = minus(y_, x_), grad(x_)
smooth = for_all(
    norm(minus(grad(array(u)), grad(array(v)))), "<=", L * norm(minus(array(u), array(v))), u, v, source="f is L-smooth"
)  # fmt: skip

equation = Equation(
    ("Descent lemma", "下降引理"),
    symbols=[x, y, eta, L],
    source="Y. Nesterov, Introductory Lectures on Convex Optimization, lemma 1.2.3",
    depends=["fundamental_theorem", "norms"],
    related=["gradient_descent", "gradient_descent_rates"],
)


def on_the_way(s):
    return add(x_, scale(term(s), way))


parabola = f(x_) + dot(slope, way) + L / 2 * norm_squared(way)


@equation.claim(
    "descent_lemma", f(y_), parabola, ("f stays below a parabola of curvature L", "f 位于曲率为 L 的抛物线之下"), op="<=",
    hypotheses=[smooth],
)  # fmt: skip
def descent_lemma(calc):
    calc.by(
        remark("the integral of the slope along the segment", "沿线段的导数之积分"),
        f(x_) + Integral(t, 0, 1, dot(grad(on_the_way(t)), way)),
    )
    calc.by(
        remark("take out the slope at x", "分出 x 处的导数"),
        f(x_) + dot(slope, way) + Integral(t, 0, 1, dot(minus(grad(on_the_way(t)), slope), way)),
    )

    def bound(inside):
        inside.le(remark("Cauchy-Schwarz", "柯西–施瓦茨不等式"), norm(minus(grad(on_the_way(between)), slope)) * norm(way))
        inside.le(every(smooth, {u: on_the_way(between), v: x_}), L * norm(minus(on_the_way(between), x_)) * norm(way))
        inside.by(remark("the way gone is $t (y - x)$", "已走的路为 $t (y - x)$"), L * between * norm_squared(way))

    calc.within(remark("for $t$ in $[0, 1]$", "对 $[0, 1]$ 中的 $t$"), between, bound)
    calc.by(remark("integrate", "积分"), parabola)


after = minus(x_, slope, eta)
lower = f(x_) - eta * (1 - L * eta / 2) * norm_squared(slope)
short = suppose(eta, "<", 2 / term(L), source="step below 2/L")
steep = suppose(0, "<", norm_squared(slope), source="x is not stationary")


@equation.claim(
    "step_gain", f(after), lower, ("What a step against the gradient gains", "梯度下降一步的下降量"), op="<=", hypotheses=[smooth]
)
def step(calc):
    calc.le(lemma(descent_lemma, {y: after}), f(x_) + dot(slope, minus(after, x_)) + L / 2 * norm_squared(minus(after, x_)))
    calc.by(remark(r"the way is $-\eta \nabla f(x)$", r"步长向量为 $-\eta \nabla f(x)$"), lower)


@equation.claim("step_bound", f(after), f(x_), ("A step below 2/L lowers f", "小步则下降"), op="<", hypotheses=[smooth, short, steep])
def step_bound(calc):
    calc.le(lemma(step), lower)
    calc.lt(remark(r"$\eta > 0$, $1 - L \eta / 2 > 0$", r"$\eta > 0$，$1 - L \eta / 2 > 0$"), f(x_))
