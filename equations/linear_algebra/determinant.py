"""The determinant: the factor by which a matrix scales volumes, with a sign for orientation.

Volumes multiply when maps are composed; in the plane and in space the determinant is the signed area and volume.
"""

import numpy as np
from derive.catalogue import Equation, array, remark
from derive.terms import ONE, Size, Symbol, term
from derive.terms.arrays import det, inverse, matmul, stack, transpose

n = Size("n")
A, B = Symbol("A", (n, n)), Symbol("B", (n, n))
a, b, u, v, w = (Symbol(name, (k,)) for name, k in (("a", 2), ("b", 2), ("u", 3), ("v", 3), ("w", 3)))
A_, B_ = array(A), array(B)
plane = stack([[term(s[r]) for s in (a, b)] for r in (1, 2)])
space = stack([[term(s[r]) for s in (u, v, w)] for r in (1, 2, 3)])

equation = Equation(
    ("Determinant", "行列式"),
    symbols=[A, B, a, b, u, v, w],
    source="S. Axler, Linear Algebra Done Right, chapter 9",
    related=["matrix_product", "eigenvalues", "matrix_derivatives"],
    axioms=["multiplicativity of the determinant"],
)


determinant = equation.claim(
    "determinant",
    det(matmul(A_, B_)),
    det(A_) * det(B_),
    title=("Product", "乘积"),
    because=remark("the determinant is multiplicative", "行列式的乘法性"),
)


@equation.claim(
    "transpose", det(matmul(transpose(A_), B_)), det(A_) * det(B_), title=("A transpose has the same determinant", "转置不改变行列式")
)
def transposed(calc):
    calc.by(remark("the determinant is multiplicative", "行列式的乘法性"), det(transpose(A_)) * det(B_))
    calc.by(remark("rows and columns play the same part", "行与列地位相同"), det(A_) * det(B_))


@equation.claim("inverse", det(matmul(inverse(A_), B_)), det(B_) / det(A_), title=("An inverse divides", "逆矩阵的行列式"))
def inverted(calc):
    calc.by(remark("the determinant is multiplicative", "行列式的乘法性"), det(inverse(A_)) * det(B_))
    calc.by(remark("$\\det A^{-1} \\det A = \\det I = 1$", "$\\det A^{-1} \\det A = \\det I = 1$"), det(B_) / det(A_))


def inner(s, t):
    return sum((s[r] * t[r] for r in range(1, 4 if s in (u, v, w) else 3)), start=0 * ONE)


area = equation.claim(
    "area", det(plane), a[1] * b[2] - a[2] * b[1], title=("Signed area in the plane", "平面上的有向面积"), because=remark("expand", "展开")
)


equation.claim(
    "area_squared",
    det(plane) ** 2,
    inner(a, a) * inner(b, b) - inner(a, b) ** 2,
    title=("Squared, it is base times height", "其平方等于底乘高的平方"),
    exported=False,
    because=remark("Lagrange's identity", "拉格朗日恒等式"),
)


cross = (v[2] * w[3] - v[3] * w[2], v[3] * w[1] - v[1] * w[3], v[1] * w[2] - v[2] * w[1])
triple = u[1] * cross[0] + u[2] * cross[1] + u[3] * cross[2]


volume = equation.claim(
    "volume",
    det(space),
    triple,
    title=("Signed volume in space", "空间中的有向体积"),
    because=remark("expand along the first column: the triple product", "按第一列展开：混合积"),
)


determinant.reference(lambda A, B: np.linalg.det(A @ B))
transposed.reference(lambda A, B: np.linalg.det(A.T @ B))
inverted.reference(lambda A, B: np.linalg.det(np.linalg.solve(A, B)))
area.reference(lambda a, b: np.linalg.det(np.column_stack([a, b])))
volume.reference(lambda u, v, w: u @ np.cross(v, w))
