"""Why attention divides its scores by the root of their width.

For independent entries of mean 0 and variance 1 an inner product has variance d, and the softmax of such scores would saturate.
"""

from derive.catalogue import Equation, assume, given, indices, remark
from derive.terms import Expectation, Size, Sum, Symbol, sqrt, term

d = Size("d")
(a,) = indices("a", d)
q, k = Symbol("q", (d,), kind="random"), Symbol("k", (d,), kind="random")
E, root = Expectation, sqrt(term(d))

equation = Equation(
    ("The scale of attention", "注意力的缩放"),
    symbols=[q, k],
    source="A. Vaswani et al., Attention Is All You Need (2017), section 3.2.1",
    related=["attention", "initialization"],
)

standard = [h for s in (q, k) for h in (assume(E(s[a]), 0, a, source="mean 0"), assume(E(s[a] ** 2), 1, a, source="variance 1"))]

product = Sum(a, q[a] * k[a])
title = ("The variance of a score before scaling: its width", "缩放前的方差：即宽度")
equation.claim("attention_scale", E(product**2) - E(product) ** 2, term(d), title, standard, exported=False, independent=[[q], [k], [q, k]])


@equation.claim(
    "scale", E((product / root) ** 2) - E(product / root) ** 2, 1,
    title=("Why the scale: variance 1 whatever the width", "缩放的理由：方差恒为 1"), hypotheses=standard,
    independent=[[q], [k], [q, k]],
)  # fmt: skip
def variance(calc):
    calc.by(remark("products of independent entries average to 0", "独立分量之积均值为零"), Sum(a, E(q[a] ** 2) * E(k[a] ** 2)) / d)
    calc.by(given(*standard), 1)
