"""The fundamental theorem: differentiation undoes integration and integration undoes differentiation.

Integration by parts is the product rule read backwards.
"""

from derive.catalogue import D, Equation, remark
from derive.terms import FunctionSymbol, Integral, Limit, Symbol, term

a, b, x, t, h = (Symbol(name) for name in "abxth")
f = FunctionSymbol("f", properties=frozenset({"continuous"}))
u, v = FunctionSymbol("u"), FunctionSymbol("v")
A, B, X, T = map(term, (a, b, x, t))

equation = Equation(
    ("Fundamental theorem of calculus", "微积分基本定理"),
    symbols=[a, b, x],
    source="W. Rudin, Principles of Mathematical Analysis, theorems 6.20 to 6.22",
    depends=["derivative_definition", "differentiation_rules"],
    related=["taylor_quadratic"],
)


@equation.claim(
    "fundamental_theorem", Limit(h, 0, Integral(t, X, X + h, f(T)) / h), f(X), exported=False,
    title=("The derivative of an integral: the mean over [x, x + h] tends to f(x)", "积分的导数：[x, x + h] 上的平均趋于 f(x)"),
)  # fmt: skip
def derivative_of_an_integral(calc):
    calc.by(remark("substitute $t = x + h s$", "换元 $t = x + h s$"), Limit(h, 0, Integral(t, 0, 1, f(X + h * T))))
    calc.by(remark("f is continuous, uniformly near x", "f 连续，在 x 附近一致连续"), f(X))


equation.claim(
    "moving_end",
    D(Integral(t, A, X, f(T)), x),
    f(X),
    exported=False,
    title=("As a derivative", "写成导数"),
    because=remark("the increment is the integral over $[x, x + h]$", "增量为 $[x, x + h]$ 上的积分"),
)


equation.claim(
    "integral_of_a_derivative",
    Integral(t, A, B, D(f(T), t)),
    f(B) - f(A),
    exported=False,
    title=("The integral of a derivative", "导数的积分"),
    because=remark("f is an antiderivative of its derivative", "f 是其导数的原函数"),
)


whole = u(T) * v(T)
ends = u(B) * v(B) - u(A) * v(A)


@equation.claim(
    "by_parts", Integral(t, A, B, D(u(T), t) * v(T)), ends - Integral(t, A, B, u(T) * D(v(T), t)), exported=False,
    title=("Integration by parts", "分部积分"),
)  # fmt: skip
def by_parts(calc):
    calc.by(remark("product rule: $u' v = (u v)' - u v'$", "乘积法则：$u' v = (u v)' - u v'$"),
            Integral(t, A, B, D(whole, t)) - Integral(t, A, B, u(T) * D(v(T), t)))  # fmt: skip
    calc.by(remark("integral of a derivative", "导数的积分"), ends - Integral(t, A, B, u(T) * D(v(T), t)))
