"""The gradient: all partial derivatives together, and the direction in which a function rises fastest.

Along a direction v the slope is the inner product of v with the gradient, so among unit directions none rises faster than the
length of the gradient, and its own direction does.
"""

from derive.catalogue import D, Equation, array, indices, remark, slope_of, vector
from derive.terms import At, FunctionSymbol, Size, Symbol, term
from derive.terms.arrays import add, dot, norm, norm_squared, scale

n = Size("n")
(i,) = indices("i", n)
x, v, t, f = Symbol("x", (n,)), Symbol("v", (n,)), Symbol("t"), FunctionSymbol("f", ((n,),), smooth=1)

g = Symbol("g", (n,))
x_, v_, g_ = array(x), array(v), array(g)
slope = vector(slope_of(f, x, i), i)

equation = Equation(
    ("Gradient and directional derivative", "梯度与方向导数"),
    symbols=[x, v, g, t],
    source="W. Rudin, Principles of Mathematical Analysis, section 9.18",
    related=["hessian", "norms", "gradient_descent"],
)


equation.claim(
    "partial_derivative_gradient",
    D(f(x_), x[i]),
    slope.at(i),
    title=("Components", "分量"),
    exported=False,
    because=remark("the others are held fixed", "其余变量固定"),
)


equation.claim(
    "directional",
    At(D(f(add(x_, scale(term(t), v_))), t), t, term(0)),
    dot(slope, v_),
    title=("Slope along a direction", "沿某方向的斜率"),
    exported=False,
    because=remark("chain rule, then t = 0", "链式法则，再取 t = 0"),
)


equation.claim(
    "steepest",
    dot(g_, v_),
    norm(g_) * norm(v_),
    op="<=",
    title=("No unit direction rises faster than the length of the gradient", "任何单位方向的斜率不超过梯度的长度"),
    because=remark("Cauchy-Schwarz", "柯西–施瓦茨不等式"),
)


@equation.claim(
    "attained", dot(g_, scale(1 / norm(g_), g_)), norm(g_), title=("The gradient's own direction does", "沿梯度方向达到"), exported=False
)
def attained(calc):
    calc.by(remark("inner product with itself", "与自身的内积"), norm_squared(g_) / norm(g_))
    calc.by(remark("cancel", "约分"), norm(g_))
