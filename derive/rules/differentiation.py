"""Rules of differentiation. ``D(u, x)`` is the partial derivative of u by x; ``f(x)`` is any term that may depend on
x.
"""

from derive.rules.rule import Label, Rule, nonzero, positive
from derive.terms import (
    Apply,
    Derivative,
    Fn,
    FunctionSymbol,
    Guard,
    Index,
    Prod,
    Size,
    Sum,
    Symbol,
    Term,
    cos,
    exp,
    log,
    sin,
    sqrt,
    tanh,
    term,
)

variable = Symbol("x")
x, c = term(variable), term(Symbol("c"))
n, m = Size("n"), Size("m")
i, j = Index("i", 1, n), Index("j", 1, n)
f_ = FunctionSymbol("f", smooth=2)
g_ = FunctionSymbol("g", smooth=2)
f, g = f_(x), g_(x)
family = FunctionSymbol("h", ((),), (n,), smooth=2)


def D(body: Term) -> Term:
    return Derivative(body, variable)


def h(k: Index) -> Term:
    return Apply(family, (x,), (k,))


constant_rule = Rule(
    name="constant_rule",
    label=Label("derivative of a constant", "常数的导数"),
    lhs=D(c),
    rhs=term(0),
    kind="primitive",
)

variable_rule = Rule(
    name="variable_rule",
    label=Label("derivative of the variable", "变量自身的导数"),
    lhs=D(x),
    rhs=term(1),
    kind="primitive",
)

sum_rule = Rule(
    name="sum_rule",
    label=Label("sum rule", "加法法则"),
    lhs=D(f + g),
    rhs=D(f) + D(g),
    kind="primitive",
)

constant_factor = Rule(
    name="constant_factor",
    label=Label("constant factor", "常数因子"),
    lhs=D(c * f),
    rhs=c * D(f),
)

product_rule = Rule(
    name="product_rule",
    label=Label("product rule", "乘法法则"),
    lhs=D(f * g),
    rhs=D(f) * g + f * D(g),
    kind="primitive",
)

quotient_rule = Rule(
    name="quotient_rule",
    label=Label("quotient rule", "商法则"),
    lhs=D(f / g),
    rhs=(g * D(f) - f * D(g)) / g**2,
    when=(nonzero(g),),
)

reciprocal_rule = Rule(
    name="reciprocal_rule",
    label=Label("derivative of a reciprocal", "倒数的导数"),
    lhs=D(1 / f),
    rhs=-D(f) / f**2,
    when=(nonzero(f),),
)

power_rule = Rule(
    name="power_rule",
    label=Label("power rule", "幂法则"),
    lhs=D(f**c),
    rhs=c * f ** (c - 1) * D(f),
    when=(positive(f),),
    kind="primitive",
)

square_rule = Rule(
    name="square_rule",
    label=Label("derivative of a square", "平方的导数"),
    lhs=D(f**2),
    rhs=2 * f * D(f),
)

root_rule = Rule(
    name="root_rule",
    label=Label("derivative of a root", "平方根的导数"),
    lhs=D(sqrt(f)),
    rhs=D(f) / (2 * sqrt(f)),
    when=(positive(f),),
)

exponent_rule = Rule(
    name="exponent_rule",
    label=Label("derivative of an exponential", "指数函数的导数"),
    lhs=D(c**f),
    rhs=c**f * log(c) * D(f),
    when=(positive(c),),
)

chain_rule = Rule(
    name="chain_rule",
    label=Label("chain rule", "链式法则"),
    lhs=D(f_(g)),
    rhs=Apply(f_, (g,), (), ((0, ()),)) * D(g),
    kind="primitive",
)

under_the_sum = Rule(
    name="under_the_sum",
    label=Label("differentiate under the sum", "求和号下求导"),
    lhs=D(Sum(i, h(i))),
    rhs=Sum(i, D(h(i))),
    kind="primitive",
)

under_the_product = Rule(
    name="under_the_product",
    label=Label("product rule over an index", "连乘的乘法法则"),
    lhs=D(Prod(i, h(i))),
    rhs=Sum(i, D(h(i)) * Prod(j, 1 + Guard("!=", j - i) * (h(j) - 1))),
)


def _elementary(name: str, en: str, zh: str, outer: Term, derivative: Term, *when: object) -> Rule:
    return Rule(name, Label(f"derivative of {en}", f"{zh}的导数"), D(outer), derivative * D(f), when, kind="primitive")  # type: ignore[arg-type]


exp_rule = _elementary("exp_rule", "exp", "exp ", exp(f), exp(f))
log_rule = _elementary("log_rule", "log", "log ", log(f), 1 / f, positive(f))
sin_rule = _elementary("sin_rule", "sin", "sin ", sin(f), cos(f))
cos_rule = _elementary("cos_rule", "cos", "cos ", cos(f), -sin(f))
tanh_rule = _elementary("tanh_rule", "tanh", "tanh ", tanh(f), 1 - tanh(f) ** 2)
softplus_rule = _elementary("softplus_rule", "softplus", "softplus ", Fn("softplus", f), 1 / (1 + exp(-f)))
arctan_rule = _elementary("arctan_rule", "arctan", "arctan ", Fn("arctan", f), 1 / (1 + f**2))
abs_rule = _elementary("abs_rule", "the absolute value", "绝对值", Fn("abs", f), Fn("sign", f), nonzero(f))

RULES = (
    constant_rule, variable_rule, sum_rule, constant_factor, product_rule, quotient_rule, reciprocal_rule,
    square_rule, root_rule,
    power_rule, exponent_rule, chain_rule, under_the_sum, under_the_product, exp_rule, log_rule, sin_rule, cos_rule,
    tanh_rule,
    softplus_rule, arctan_rule, abs_rule,
)  # fmt: skip
