"""A common slip: the binary cross-entropy is printed as if it were the general formula -sum_k y_k log p_k over the same y and p.

It is that formula for the two classes with shares (p, 1 - p) and (y, 1 - y), not the formula for the vector of K probabilities.
"""

from derive.catalogue import Equation, indices, remark
from derive.terms import Domain, Size, Sum, Symbol, log

K = Size("K")
(k,) = indices("k", K)
open_unit = Domain(0, True, 1, True)
y, p = Symbol("y", (K,), Domain(0, False, 1)), Symbol("p", (K,), open_unit)
binary = -Sum(k, y[k] * log(p[k]) + (1 - y[k]) * log(1 - p[k]))
general = -Sum(k, y[k] * log(p[k]))

equation = Equation(
    ("The binary cross-entropy is not the general one", "二元交叉熵不是一般的交叉熵"),
    symbols=[y, p],
    source="I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, section 6.2",
    depends=["binary_cross_entropy", "cross_entropy"],
)
excess = -Sum(k, (1 - y[k]) * log(1 - p[k]))


equation.claim(
    "binary_is_not_general_cross_entropy",
    binary - general,
    excess,
    exported=False,
    title=("True: it has a second sum", "正确：它多一个和"),
    because=remark("split the sum", "拆分求和"),
)


@equation.claim("larger", binary, general, op=">=", title=("True: it is at least the general one", "正确：它不小于一般式"))
def larger(calc):
    calc.by(remark("split the sum", "拆分求和"), general + excess)
    calc.ge(remark("no term of the second sum is negative", "第二个和的各项非负"), general)


equation.refutes("same", binary, general, title=("Claimed: the same formula", "误作：同一公式"))
