"""Norms: the length of a vector, measured as the sum, the root of squares or the largest of its entries.

Each is 0 only at 0, scales and satisfies the triangle inequality; the parallelogram law tells the Euclidean one from the others.
The largest entry is the least M with |x_i| <= M for all i; what is said of it is said of every such bound.
"""

from functools import partial

import numpy as np
from derive.catalogue import Equation, array, given, indices, remark, suppose
from derive.terms import Domain, Fn, Size, Symbol, term
from derive.terms.arrays import add, dot, norm, norm_squared, scale

n = Size("n")
(i,) = indices("i", n)
x, y, t = Symbol("x", (n,)), Symbol("y", (n,)), Symbol("t")
M, L = Symbol("M", domain=Domain(0)), Symbol("L", domain=Domain(0))
x_, y_ = array(x), array(y)
plus, minus, multiple = add(x_, y_), add(x_, scale(term(-1), y_)), scale(term(t), x_)
bound_x = suppose(Fn("abs", x[i]), "<=", M, i, source="M bounds the entries of x")
bound_y = suppose(Fn("abs", y[i]), "<=", L, i, source="L bounds the entries of y")
absolute = partial(Fn, "abs")

equation = Equation(
    ("Norms", "范数"),
    symbols=[x, y, t, M, L],
    source="S. Boyd and L. Vandenberghe, Convex Optimization, section A.1",
    related=["orthogonality", "partial_derivative_gradient"],
)


def statement(name, lhs, rhs, title, reason, op="<=", **more):
    """A claim that one step shows."""
    claim = equation.claim(name, lhs, rhs, op=op, title=title, **more)

    @claim
    def derivation(calc):
        {"<=": calc.le, ">=": calc.ge, "=": calc.by}[op](reason, rhs)

    return claim


CAUCHY = remark("Cauchy-Schwarz", "柯西–施瓦茨不等式")
ENTRYWISE = remark("for each entry", "逐项")
statement("norms", norm(plus), norm(x_) + norm(y_), ("Euclidean: triangle inequality", "欧氏范数：三角不等式"), CAUCHY)
length = statement("scaled", norm(multiple), absolute(term(t)) * norm(x_), ("Euclidean: scaling", "欧氏范数：齐次性"),
                   remark("a factor out of the root", "因子移出根号"), "=")  # fmt: skip
statement("separates", absolute(x[i]), norm(x_), ("Euclidean: 0 only at 0, as no entry is larger", "欧氏范数：仅在零处为零"),
          remark("one square of the sum", "和中的一个平方"))  # fmt: skip
statement("sum_triangle", norm(plus, "1"), norm(x_, "1") + norm(y_, "1"), ("L1: triangle inequality", "L1：三角不等式"), ENTRYWISE)
taxicab = statement("sum_scaled", norm(multiple, "1"), absolute(term(t)) * norm(x_, "1"), ("L1: scaling", "L1：齐次性"), ENTRYWISE, "=")
statement("sum_separates",
    absolute(x[i]) - norm(x_, "1"),
    0, ("L1: 0 only at 0, as no entry is larger", "L1：仅在零处为零"),
          remark("one term of the sum", "和中的一项"))  # fmt: skip
statement("largest_triangle", absolute(x[i] + y[i]), M + L, ("Largest entry: triangle inequality", "最大范数：三角不等式"),
          given(bound_x, bound_y), hypotheses=[bound_x, bound_y])  # fmt: skip
statement("largest_scaled", absolute(t * x[i]), absolute(term(t)) * M, ("Largest entry: scaling", "最大范数：齐次性"),
          given(bound_x), hypotheses=[bound_x])  # fmt: skip
statement("inner_product",
    norm(x_) ** 2,
    dot(x_, x_), ("From an inner product", "由内积导出"),
          remark("definition", "定义"), "=", exported=False)  # fmt: skip
statement("cauchy_schwarz", absolute(dot(x_, y_)), norm(x_) * norm(y_), ("Cauchy-Schwarz", "柯西–施瓦茨不等式"), CAUCHY)
parallelogram = statement(
    "parallelogram", norm_squared(plus) + norm_squared(minus), 2 * norm_squared(x_) + 2 * norm_squared(y_),
    ("Parallelogram law", "平行四边形法则"), remark("the mixed terms cancel", "混合项抵消"), "=",
)  # fmt: skip
polarization = statement(
    "polarization", (norm_squared(plus) - norm_squared(minus)) / 4, dot(x_, y_), ("Polarization", "极化恒等式"),
    remark("the squares cancel", "平方项抵消"), "=",
)  # fmt: skip

length.reference(lambda x, t: abs(t) * np.linalg.norm(x))
taxicab.reference(lambda x, t: np.linalg.norm(t * x, 1))
parallelogram.reference(lambda x, y: np.linalg.norm(x + y) ** 2 + np.linalg.norm(x - y) ** 2)
polarization.reference(np.dot)
equation.refutes(
    "parallelogram_of_sums", norm(plus, "1") ** 2 + norm(minus, "1") ** 2, 2 * norm(x_, "1") ** 2 + 2 * norm(y_, "1") ** 2,
    title=("The L1 norm has no parallelogram law", "L1 范数不满足平行四边形法则"),
)  # fmt: skip
