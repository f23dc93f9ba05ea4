"""Taylor's formula to the first and second order: a function near a point is a line, and then a parabola, up to a smaller remainder."""

from derive.catalogue import D, Equation, array, indices, remark
from derive.terms import Apply, At, FunctionSymbol, Integral, Limit, Num, Size, Sum, Symbol, term
from derive.terms.arrays import add, scale

n = Size("n")
i, j = indices("i j", n)
x, h, t = Symbol("x"), Symbol("h"), Symbol("t")
u, v = Symbol("u", (n,)), Symbol("v", (n,))
f = FunctionSymbol("f", smooth=2, properties=frozenset({"differentiable"}))
g = FunctionSymbol("g", ((n,),), smooth=2)
X, H, T = term(x), term(h), term(t)
slope, curvature = D(f(X), x), D(f(X), x, x)
curvature_at = D(f(X + T), t, t)

equation = Equation(
    ("Taylor's formula of second order", "二阶泰勒公式"),
    symbols=[x, h, u, v],
    source="W. Rudin, Principles of Mathematical Analysis, theorem 5.15",
    depends=["derivative_definition", "fundamental_theorem"],
    related=["hessian", "newton_method"],
)


@equation.claim(
    "taylor_quadratic", f(X + H), f(X) + slope * H + Integral(t, 0, H, (H - T) * curvature_at), exported=False,
    title=("Second order with the remainder as an integral", "二阶展开与积分余项"),
)  # fmt: skip
def with_integral(calc):
    calc.by(remark("integral of a derivative", "导数的积分"), f(X) + Integral(t, 0, H, D(f(X + T), t)))
    calc.by(remark("integration by parts, with $-(h - t)$ as antiderivative of 1", "分部积分"),
            f(X) + slope * H + Integral(t, 0, H, (H - T) * curvature_at))  # fmt: skip


equation.claim(
    "first_order",
    Limit(h, 0, (f(X + H) - f(X) - slope * H) / H),
    Num(0),
    title=("First order: the remainder vanishes against h", "一阶：余项是 h 的高阶无穷小"),
    because=remark("definition of the derivative", "导数的定义"),
)


equation.claim(
    "second_order",
    Limit(h, 0, (f(X + H) - f(X) - slope * H) / H**2),
    curvature / 2,
    exported=False,
    title=("Second order: what is left is f'' / 2 times h^2", "二阶：剩余为 f'' h^2 / 2"),
    because=remark("Taylor's theorem with Peano's remainder", "带皮亚诺余项的泰勒定理"),
)


along = g(add(array(u), scale(T, array(v))))
second = Apply(g, (array(u),), (), ((0, (i + 0,)), (0, (j + 0,))))
quadratic_form = Sum(i, Sum(j, v[i] * v[j] * second))


equation.claim(
    "several_variables",
    At(D(along, t, t), t, term(0)),
    quadratic_form,
    exported=False,
    title=("Of several variables: along a line the curvature is a quadratic form in the Hessian", "多元函数：沿直线的曲率为海森二次型"),
    because=remark("chain rule twice, then t = 0", "两次链式法则，再取 t = 0"),
)
