"""A common slip: A x + b is called linear. It keeps weighted means, but the image of a sum is not the sum of the images."""

from derive.catalogue import Equation, array, remark
from derive.terms import Num, Size, Symbol
from derive.terms.arrays import add, matmul, scale

n, m = Size("n"), Size("m")
A, b, x, y = Symbol("A", (m, n)), Symbol("b", (m,)), Symbol("x", (n,)), Symbol("y", (n,))


def image(v):
    return add(matmul(array(A), v), array(b))


of_the_sum, sum_of_images = image(add(array(x), array(y))), add(image(array(x)), image(array(y)))

equation = Equation(
    ("A x + b is no linear map", "A x + b 不是线性映射"),
    symbols=[A, b, x, y],
    source="S. Boyd and L. Vandenberghe, Convex Optimization, section 2.1",
    depends=["affine_map"],
)


equation.claim(
    "affine_is_not_linear",
    of_the_sum,
    add(sum_of_images, scale(Num(-1), array(b))),
    exported=False,
    title=("True: the image of a sum lacks one b", "正确：和的像少一个 b"),
    because=remark("expand: b stands twice on the right", "展开：右边 b 出现两次"),
)


equation.refutes("additive", of_the_sum, sum_of_images, title=("Claimed: additive", "误作：可加"))
equation.refutes(
    "homogeneous", image(scale(Num(2), array(x))), scale(Num(2), image(array(x))), title=("Claimed: homogeneous", "误作：齐次")
)
