"""Where a differentiable function has an extremum inside its domain, its derivative is zero; the second derivative tells which kind.

If f'(x) is not 0, a small step against it lowers f, and a step along it raises f. At x = 0 the derivative of x^3 is zero, but there is
no extremum.
"""

from derive.catalogue import D, Equation, remark
from derive.terms import FunctionSymbol, Limit, Num, Symbol, term

x, h = Symbol("x"), Symbol("h")
f = FunctionSymbol("f", smooth=2, properties=frozenset({"differentiable"}))
X, H = term(x), term(h)
slope, curvature = D(f(X), x), D(f(X), x, x)

equation = Equation(
    ("Critical points", "临界点"),
    symbols=[x],
    source="W. Rudin, Principles of Mathematical Analysis, theorem 5.8",
    depends=["derivative_definition"],
    related=["taylor_quadratic", "hessian"],
)


equation.claim(
    "critical_points",
    Limit(h, 0, (f(X - H * slope) - f(X)) / H, "+"),
    -(slope**2),
    exported=False,
    title=("A step against the slope lowers f, so at a minimum f' = 0", "沿负斜率方向函数值下降，故极小点处 f' = 0"),
    because=remark("chain rule: $f(x - h f'(x)) = f(x) - h f'(x)^2 + o(h)$", "链式法则"),
)


equation.claim(
    "maximum",
    Limit(h, 0, (f(X + H * slope) - f(X)) / H, "+"),
    slope**2,
    exported=False,
    title=("A step along the slope raises f, so at a maximum f' = 0", "沿斜率方向函数值上升，故极大点处 f' = 0"),
    because=remark("chain rule", "链式法则"),
)


equation.claim(
    "second_derivative_test",
    Limit(h, 0, (f(X + H) - f(X) - slope * H) / H**2),
    curvature / 2,
    exported=False,
    title=("Second derivative test: where f' = 0, f grows like f'' h^2 / 2 on both sides", "二阶导数判别法：f' = 0 处按 f'' h^2 / 2 变化"),
    because=remark("Taylor's theorem with Peano's remainder", "带皮亚诺余项的泰勒定理"),
)


cube = equation.claim("cube", D(X**3, x), 3 * X**2, title=("The slope of x^3 is 0 at 0", "x^3 的导数在 0 处为 0"))
cube.reference(lambda x: 3 * x * x)

equation.refutes("cube_at_least", X**3, Num(0), op=">=", title=("but 0 is no minimum of it: claimed x^3 >= 0", "但 0 不是极小点"))
equation.refutes("cube_at_most", X**3, Num(0), op="<=", title=("and no maximum: claimed x^3 <= 0", "也不是极大点"))
