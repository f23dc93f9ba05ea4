"""Rules of the exponential and the natural logarithm."""

from derive.rules.rule import Label, Rule, nonzero, positive
from derive.terms import Index, Prod, Size, Sum, Symbol, exp, log, tanh, term

n = Size("n")
i = Index("i", 1, n)
f = Symbol("f", (n,))
a, b, c = (term(Symbol(name)) for name in "abc")

exp_of_sum = Rule(
    name="exp_of_sum",
    label=Label("exponential of a sum", "和的指数"),
    lhs=exp(a + b),
    rhs=exp(a) * exp(b),
    kind="primitive",
)

exp_of_negative = Rule(
    name="exp_of_negative",
    label=Label("exponential of a negative", "负数的指数"),
    lhs=exp(-a),
    rhs=1 / exp(a),
)

power_of_exp = Rule(
    name="power_of_exp",
    label=Label("power of an exponential", "指数的幂"),
    lhs=exp(a) ** b,
    rhs=exp(a * b),
)

exp_of_log = Rule(
    name="exp_of_log",
    label=Label("exp undoes log", "指数与对数互逆"),
    lhs=exp(log(a)),
    rhs=a,
    when=(positive(a),),
    kind="primitive",
)

log_of_exp = Rule(
    name="log_of_exp",
    label=Label("log undoes exp", "对数与指数互逆"),
    lhs=log(exp(a)),
    rhs=a,
    kind="primitive",
)

log_of_product = Rule(
    name="log_of_product",
    label=Label("logarithm of a product", "积的对数"),
    lhs=log(a * b),
    rhs=log(a) + log(b),
    when=(positive(a), positive(b)),
)

log_of_quotient = Rule(
    name="log_of_quotient",
    label=Label("logarithm of a quotient", "商的对数"),
    lhs=log(a / b),
    rhs=log(a) - log(b),
    when=(positive(a), positive(b)),
)

log_of_power = Rule(
    name="log_of_power",
    label=Label("logarithm of a power", "幂的对数"),
    lhs=log(a**b),
    rhs=b * log(a),
    when=(positive(a),),
)

exp_of_indexed_sum = Rule(
    name="exp_of_indexed_sum",
    label=Label("exponential of a sum", "和的指数"),
    lhs=exp(Sum(i, f[i])),
    rhs=Prod(i, exp(f[i])),
)

log_of_indexed_product = Rule(
    name="log_of_indexed_product",
    label=Label("logarithm of a product", "积的对数"),
    lhs=log(Prod(i, f[i])),
    rhs=Sum(i, log(f[i])),
    when=(positive(f[i]),),
)

sigmoid_of_negative = Rule(
    name="sigmoid_of_negative",
    label=Label("symmetry of the sigmoid", "S 型函数的对称性"),
    lhs=1 / (1 + exp(a)),
    rhs=1 - 1 / (1 + exp(-a)),
)

multiply_by_exp = Rule(
    name="multiply_by_exp",
    label=Label("multiply above and below by an exponential", "分子分母同乘指数"),
    lhs=b / c,
    rhs=b * exp(a) / (c * exp(a)),
    when=(nonzero(c),),
)

tanh_as_exp = Rule(
    name="tanh_as_exp",
    label=Label("definition of tanh", "tanh 的定义"),
    lhs=tanh(a),
    rhs=(exp(a) - exp(-a)) / (exp(a) + exp(-a)),
    kind="definition",
)

RULES = (
    exp_of_sum, exp_of_negative, power_of_exp, exp_of_log, log_of_exp, log_of_product, log_of_quotient, log_of_power,
    exp_of_indexed_sum, log_of_indexed_product, sigmoid_of_negative, tanh_as_exp,
)  # fmt: skip
