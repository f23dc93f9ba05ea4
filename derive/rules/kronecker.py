"""Rules of Kronecker's delta, and derivatives of entries by entries."""

from derive.rules.rule import Label, Rule
from derive.terms import Derivative, Entry, Index, IntValue, Mul, Size, Sum, Symbol, delta

n, m = Size("n"), Size("m")
i, j, k = (Index(name, 1, n) for name in "ijk")
r, s = Index("r", 1, m), Index("s", 1, m)
f = Symbol("f", (n,))
x, X = Symbol("x", (n,)), Symbol("X", (n, m))

derivative_of_component = Rule(
    name="derivative_of_component",
    label=Label("derivative of a component", "分量的导数"),
    lhs=Derivative(Entry(x, (i,)), x, (j,)),
    rhs=delta(i, j),
    kind="primitive",
)

derivative_of_entry = Rule(
    name="derivative_of_entry",
    label=Label("derivative of an entry", "矩阵元素的导数"),
    lhs=Derivative(Entry(X, (i, r)), X, (j, s)),
    rhs=Mul(delta(i, j), delta(r, s)),
    kind="primitive",
)

sum_over_delta = Rule(
    name="sum_over_delta",
    label=Label("sum over δ", "对 δ 求和"),
    lhs=Sum(i, delta(i, j) * f[i]),
    rhs=f[j],
    kind="primitive",
)

delta_renames = Rule(
    name="delta_renames",
    label=Label("δ renames an index", "δ 替换指标"),
    lhs=delta(i, j) * f[i],
    rhs=delta(i, j) * f[j],
)

delta_squared = Rule(
    name="delta_squared",
    label=Label("δ times itself", "δ 的平方"),
    lhs=delta(i, j) ** 2,
    rhs=delta(i, j),
)

trace_of_delta = Rule(
    name="trace_of_delta",
    label=Label("sum of the diagonal of δ", "δ 的迹"),
    lhs=Sum(i, Sum(j, delta(i, j))),
    rhs=IntValue(n),
)

RULES = (derivative_of_component, derivative_of_entry, sum_over_delta, delta_renames, delta_squared, trace_of_delta)
