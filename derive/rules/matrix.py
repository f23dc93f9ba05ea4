"""Rules of matrices at symbolic size. Capital letters are matrices; statements are between arrays, entry by entry."""

from derive.rules.rule import Label, Rule, nonzero
from derive.terms import Arr, Size, Symbol
from derive.terms.arrays import det, identity, inverse, matmul, norm_squared, trace, transpose

n, m, d = Size("n"), Size("m"), Size("d")
A, B, C = Arr.of(Symbol("A", (n, m))), Arr.of(Symbol("B", (m, d))), Arr.of(Symbol("C", (d, n)))
M, N = Arr.of(Symbol("M", (n, n))), Arr.of(Symbol("N", (n, n)))
v, w = Arr.of(Symbol("v", (n,))), Arr.of(Symbol("w", (n,)))

associative = Rule(
    name="matrix_product_associative",
    label=Label("associativity", "结合律"),
    lhs=matmul(matmul(A, B), C),
    rhs=matmul(A, matmul(B, C)),
)

transpose_of_product = Rule(
    name="transpose_of_product",
    label=Label("transpose of a product", "乘积的转置"),
    lhs=transpose(matmul(A, B)),
    rhs=matmul(transpose(B), transpose(A)),
)

trace_is_cyclic = Rule(
    name="trace_is_cyclic",
    label=Label("the trace is cyclic", "迹的循环性"),
    lhs=trace(matmul(matmul(A, B), C)),
    rhs=trace(matmul(matmul(C, A), B)),
)

norm_as_product = Rule(
    name="norm_as_product",
    label=Label("norm as inner product", "范数即内积"),
    lhs=norm_squared(v),
    rhs=matmul(transpose(v), v),
)

norm_as_trace = Rule(
    name="norm_as_trace",
    label=Label("Frobenius norm as trace", "F-范数即迹"),
    lhs=norm_squared(A),
    rhs=trace(matmul(transpose(A), A)),
)

times_inverse = Rule(
    name="times_inverse",
    label=Label("a matrix times its inverse", "矩阵与其逆相乘"),
    lhs=matmul(M, inverse(M)),
    rhs=identity(n),
    when=(nonzero(det(M)),),
    kind="primitive",
)

inverse_of_product = Rule(
    name="inverse_of_product",
    label=Label("inverse of a product", "乘积的逆"),
    lhs=inverse(matmul(M, N)),
    rhs=matmul(inverse(N), inverse(M)),
    when=(nonzero(det(M)), nonzero(det(N))),
)

inverse_of_transpose = Rule(
    name="inverse_of_transpose",
    label=Label("inverse of a transpose", "转置的逆"),
    lhs=inverse(transpose(M)),
    rhs=transpose(inverse(M)),
    when=(nonzero(det(M)),),
)

RULES = (
    associative, transpose_of_product, trace_is_cyclic, norm_as_product, norm_as_trace, times_inverse,
    inverse_of_product, inverse_of_transpose,
)  # fmt: skip
