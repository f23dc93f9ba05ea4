"""Rules of the real numbers: sums, products, fractions and powers."""

from derive.rules.rule import Label, Rule, nonzero, positive
from derive.terms import ONE, Symbol, sqrt, term

a, b, c, d = (term(Symbol(name)) for name in "abcd")

distribute = Rule(
    name="distribute",
    label=Label("multiply out", "展开"),
    lhs=a * (b + c),
    rhs=a * b + a * c,
    kind="primitive",
)

common_factor = Rule(
    name="common_factor",
    label=Label("common factor", "提取公因子"),
    lhs=a * b + a * c,
    rhs=a * (b + c),
    kind="primitive",
)

cancel = Rule(
    name="cancel",
    label=Label("cancel", "约分"),
    lhs=a * b / (a * c),
    rhs=b / c,
    when=(nonzero(a),),
)

split_fraction = Rule(
    name="split_fraction",
    label=Label("split the fraction", "拆分分式"),
    lhs=(a + b) / c,
    rhs=a / c + b / c,
)

common_denominator = Rule(
    name="common_denominator",
    label=Label("common denominator", "通分"),
    lhs=a / b + c / d,
    rhs=(a * d + c * b) / (b * d),
    when=(nonzero(b), nonzero(d)),
)

expand_square = Rule(
    name="expand_square",
    label=Label("square of a sum", "和的平方"),
    lhs=(a + b) ** 2,
    rhs=a**2 + 2 * a * b + b**2,
)

difference_of_squares = Rule(
    name="difference_of_squares",
    label=Label("difference of squares", "平方差"),
    lhs=a**2 - b**2,
    rhs=(a - b) * (a + b),
)

complete_the_square = Rule(
    name="complete_the_square",
    label=Label("complete the square", "配方"),
    lhs=a * b**2 + 2 * c * b,
    rhs=a * (b + c / a) ** 2 - c**2 / a,
    when=(nonzero(a),),
)

power_of_product = Rule(
    name="power_of_product",
    label=Label("power of a product", "积的幂"),
    lhs=(a * b) ** c,
    rhs=a**c * b**c,
    when=(positive(a), positive(b)),
)

add_exponents = Rule(
    name="add_exponents",
    label=Label("add exponents", "指数相加"),
    lhs=a**b * a**c,
    rhs=a ** (b + c),
    when=(positive(a),),
)

square_of_root = Rule(
    name="square_of_root",
    label=Label("square of a root", "平方根的平方"),
    lhs=sqrt(a) ** 2,
    rhs=a,
    when=(positive(a),),
)

one_minus_fraction = Rule(
    name="one_minus_fraction",
    label=Label("subtract from 1", "用 1 减"),
    lhs=ONE - a / b,
    rhs=(b - a) / b,
    when=(nonzero(b),),
)

RULES = (
    distribute, common_factor, cancel, split_fraction, common_denominator, expand_square, difference_of_squares,
    complete_the_square,
    power_of_product, add_exponents, square_of_root, one_minus_fraction,
)  # fmt: skip
