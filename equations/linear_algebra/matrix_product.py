"""The matrix product: row times column, made so that multiplying matrices means applying one map after the other.

From that meaning come associativity and the reversed order under transposition.
"""

import numpy as np
from derive.catalogue import Equation, array, definition, indices, remark
from derive.rules.matrix import transpose_of_product
from derive.terms import Size, Sum, Symbol
from derive.terms.arrays import identity, matmul, transpose

m, n, p, q = Size("m"), Size("n"), Size("p"), Size("q")
(i,), (k,), (j,) = indices("i", m), indices("k", n), indices("j", p)
A, B, D, x, C = Symbol("A", (m, n)), Symbol("B", (n, p)), Symbol("D", (p, q)), Symbol("x", (p,)), Symbol("C", (m, p))
A_, B_, D_, x_ = map(array, (A, B, D, x))

equation = Equation(
    ("Matrix product", "矩阵乘积"),
    symbols=[A, B, D, x],
    definitions={C: matmul(A_, B_)},
    source="G. Strang, Introduction to Linear Algebra, section 2.4",
    related=["determinant", "affine_map", "jacobian_chain_rule"],
)


matrix_product = equation.claim(
    "matrix_product", C[i, j], Sum(k, A[i, k] * B[k, j]), title=("Row times column", "行乘列"), because=definition(C)
)


composition = equation.claim(
    "composition",
    matmul(matmul(A_, B_), x_),
    matmul(A_, matmul(B_, x_)),
    title=("First B, then A", "先 B 后 A：映射的复合"),
    because=remark("exchange the two sums", "交换两个求和号"),
)


associativity = equation.claim(
    "associative",
    matmul(matmul(A_, B_), D_),
    matmul(A_, matmul(B_, D_)),
    title=("Associativity", "结合律"),
    because=remark("exchange the two sums", "交换两个求和号"),
)


reversed_order = equation.claim(
    "transpose",
    transpose(matmul(A_, B_)),
    matmul(transpose(B_), transpose(A_)),
    title=("Transposition reverses the order", "转置使次序颠倒"),
    because=transpose_of_product,
)


unit = equation.claim(
    "unit",
    matmul(A_, identity(n)),
    A_,
    title=("The identity changes nothing", "单位矩阵不改变任何矩阵"),
    because=remark("only the summand $k = j$ is left", "只剩 $k = j$ 一项"),
)


matrix_product.reference(lambda A, B: np.einsum("ik,kj->ij", A, B))
composition.reference(lambda A, B, x: (A @ B) @ x)
associativity.reference(lambda A, B, D: (A @ B) @ D)
reversed_order.reference(lambda A, B: (A @ B).T)
unit.reference(lambda A: A.copy())
