"""Rules of finite sums and products over an index."""

from derive.rules.rule import Label, Rule
from derive.terms import Index, IntValue, Prod, Size, Sum, Symbol, term

n, m = Size("n"), Size("m")
i, j = Index("i", 1, n), Index("j", 1, m)
f, g, h = Symbol("f", (n,)), Symbol("g", (n,)), Symbol("h", (m,))
q = Symbol("q", (n, m))
c = term(Symbol("c"))

sum_of_sum = Rule(
    name="sum_of_sum",
    label=Label("split the sum", "拆分求和"),
    lhs=Sum(i, f[i] + g[i]),
    rhs=Sum(i, f[i]) + Sum(i, g[i]),
    kind="primitive",
)

constant_out_of_sum = Rule(
    name="constant_out_of_sum",
    label=Label("constant out of the sum", "提出常数"),
    lhs=Sum(i, c * f[i]),
    rhs=c * Sum(i, f[i]),
    kind="primitive",
)

sum_of_constant = Rule(
    name="sum_of_constant",
    label=Label("sum of a constant", "常数求和"),
    lhs=Sum(i, c),
    rhs=IntValue(n) * c,
    kind="primitive",
)

exchange_sums = Rule(
    name="exchange_sums",
    label=Label("exchange the sums", "交换求和次序"),
    lhs=Sum(i, Sum(j, q[i, j])),
    rhs=Sum(j, Sum(i, q[i, j])),
    kind="primitive",
)

product_of_sums = Rule(
    name="product_of_sums",
    label=Label("product of sums", "和的乘积"),
    lhs=Sum(i, f[i]) * Sum(j, h[j]),
    rhs=Sum(i, Sum(j, f[i] * h[j])),
)

product_of_products = Rule(
    name="product_of_products",
    label=Label("split the product", "拆分连乘"),
    lhs=Prod(i, f[i] * g[i]),
    rhs=Prod(i, f[i]) * Prod(i, g[i]),
    kind="primitive",
)

product_of_constant = Rule(
    name="product_of_constant",
    label=Label("product of a constant", "常数连乘"),
    lhs=Prod(i, c),
    rhs=c ** IntValue(n),
    kind="primitive",
)

RULES = (
    sum_of_sum, constant_out_of_sum, sum_of_constant, exchange_sums, product_of_sums, product_of_products,
    product_of_constant,
)  # fmt: skip
