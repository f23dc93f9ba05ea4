"""The derivative is the limit of difference quotients: how steep the chord gets as its ends come together.

From that limit come the derivatives of powers, exponentials, sines and logarithms; a kink, as in |x| at 0, has no such limit.
"""

from derive.catalogue import D, Equation, remark
from derive.terms import POSITIVE, Fn, FunctionSymbol, IntValue, Limit, Num, Size, Symbol, cos, exp, log, sin, term

n = Size("n")
x, h, a = Symbol("x"), Symbol("h"), Symbol("a", domain=POSITIVE)
N = IntValue(n)
f = FunctionSymbol("f", properties=frozenset({"differentiable"}))

equation = Equation(
    ("Derivative as a limit", "导数的定义"),
    symbols=[x, a],
    source="W. Rudin, Principles of Mathematical Analysis, definition 5.1",
    related=["differentiation_rules", "taylor_quadratic"],
)


def slope(function, at):
    return Limit(h, 0, (function(at + h) - function(at)) / h)


equation.claim(
    "derivative_definition", slope(f, term(x)), D(f(term(x)), x), exported=False,
    title=("The limit of difference quotients", "差商的极限"),
)  # fmt: skip


equation.claim(
    "power",
    slope(lambda u: u**N, term(x)),
    N * x ** (N - 1),
    title=("Powers", "幂函数"),
    exported=False,
    because=remark("binomial theorem: $(x + h)^n = x^n + n x^{n-1} h + h^2 (\\dots)$", "二项式定理"),
)


@equation.claim("exponential", slope(exp, term(x)), exp(x), title=("Exponential", "指数函数"), exported=False)
def exponential(calc):
    calc.by(remark("$e^{x + h} = e^x e^h$", "$e^{x + h} = e^x e^h$"), exp(x) * Limit(h, 0, (exp(h) - 1) / h))
    calc.by(remark("standard limit: $(e^h - 1) / h \\to 1$", "标准极限：$(e^h - 1) / h \\to 1$"), exp(x))


@equation.claim("sine", slope(sin, term(x)), cos(x), title=("Sine", "正弦"), exported=False)
def sine(calc):
    calc.by(remark("addition theorem", "和角公式"), sin(x) * Limit(h, 0, (cos(h) - 1) / h) + cos(x) * Limit(h, 0, sin(h) / h))
    calc.by(remark("standard limits: $\\sin h / h \\to 1$, $(\\cos h - 1) / h \\to 0$", "标准极限"), cos(x))


@equation.claim("logarithm", slope(log, term(a)), 1 / term(a), title=("Logarithm", "对数"), exported=False)
def logarithm(calc):
    calc.by(remark("$\\log(a + h) - \\log a = \\log(1 + h / a)$", "对数之差"), Limit(h, 0, log(1 + h / a) / h))
    calc.by(remark("standard limit: $\\log(1 + u) / u \\to 1$", "标准极限：$\\log(1 + u) / u \\to 1$"), 1 / term(a))


equation.claim(
    "right_of_a_kink",
    Limit(h, 0, (Fn("abs", term(0) + h) - 0) / h, "+"),
    Num(1),
    title=("At the kink of |x|: 1 from the right, -1 from the left", "|x| 在尖点处：右极限为 1"),
    because=remark("$|h| = h$ for $h > 0$", "$h > 0$ 时 $|h| = h$"),
)


equation.refutes(
    "left_of_a_kink", Limit(h, 0, (Fn("abs", term(0) + h) - 0) / h, "-"), Num(1),
    title=("So |x| has no derivative at 0: from the left the limit is not 1", "故 |x| 在 0 处不可导：左极限不为 1"),
)  # fmt: skip
