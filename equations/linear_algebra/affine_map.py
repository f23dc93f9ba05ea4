"""The affine map A x + b: it keeps weighted means, but it is linear only when b = 0.

A layer of a network is often called linear all the same; what fails is that the image of a sum is the sum of the images.
"""

import numpy as np
from derive.catalogue import D, Equation, array, assume, indices, remark
from derive.terms import Num, Size, Symbol, term
from derive.terms.arrays import add, matmul, scale, zeros

n, m = Size("n"), Size("m")
(i,), (j,) = indices("i", m), indices("j", n)
A, b, x, y, t = Symbol("A", (m, n)), Symbol("b", (m,)), Symbol("x", (n,)), Symbol("y", (n,)), Symbol("t")
A_, b_, x_, y_ = map(array, (A, b, x, y))


def image(v):
    return add(matmul(A_, v), b_)


equation = Equation(
    ("Affine map", "仿射映射"),
    symbols=[A, b, x, y, t],
    source="S. Boyd and L. Vandenberghe, Convex Optimization, section 2.1",
    related=["matrix_product", "embedding_linear_layer"],
)
mean = add(scale(term(t), x_), scale(1 - t, y_))
mean_of_images = add(scale(term(t), image(x_)), scale(1 - t, image(y_)))


affine_map = equation.claim(
    "affine_map",
    image(mean),
    mean_of_images,
    title=("It keeps weighted means", "保持加权平均"),
    because=remark("distribute; the weights of b add up to 1", "展开；b 的权重之和为 1"),
)


excess = add(image(add(x_, y_)), scale(Num(-1), image(x_)), scale(Num(-1), image(y_)))


not_additive = equation.claim(
    "not_additive",
    excess,
    scale(Num(-1), b_),
    title=("What it lacks to be additive is b", "与可加性相差 b"),
    because=remark("expand: b stands once and is taken away twice", "展开：b 出现一次、减去两次"),
)


@equation.implication(
    "linear_where",
    assume(excess, zeros(m)).relation,
    assume(b_, zeros(m)).relation,
    title=("Linear exactly when b = 0", "当且仅当 b = 0 时线性"),
    op="<=>",
)
def linear_where(chain):
    chain.iff(remark("what it lacks is b", "所差为 b"), assume(scale(Num(-1), b_), zeros(m)).relation)
    chain.iff(remark("change the sign", "变号"), assume(b_, zeros(m)).relation)


slope = equation.claim("jacobian", D(image(x_).at(i), x[j]), A[i, j], title=("Jacobian", "雅可比矩阵"))

affine_map.reference(lambda A, b, x, y, t: A @ (t * x + (1 - t) * y) + b)
not_additive.reference(lambda b: -b)
slope.reference(np.copy)
