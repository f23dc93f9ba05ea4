"""The Hessian: the matrix of second derivatives, which says how a function curves.

For a function with continuous second derivatives it is symmetric; for a quadratic form it does not depend on the point.
"""

from derive.catalogue import D, Equation, array, by_result, gradient, indices, jacobian, remark
from derive.terms import FunctionSymbol, Num, Size, Symbol
from derive.terms.arrays import add, dot, matmul, scale, transpose

n = Size("n")
i, j = indices("i j", n)
x, b, c, A = Symbol("x", (n,)), Symbol("b", (n,)), Symbol("c"), Symbol("A", (n, n))
S = Symbol("S", (n, n), properties=frozenset({"symmetric"}))
f = FunctionSymbol("f", ((n,),), smooth=2)
x_, A_, S_, b_ = map(array, (x, A, S, b))
form = dot(x_, matmul(A_, x_))

equation = Equation(
    ("Hessian", "海森矩阵"),
    symbols=[x, b, A, S],
    source="S. Boyd and L. Vandenberghe, Convex Optimization, section A.4",
    depends=["matrix_derivatives"],
    related=["taylor_quadratic", "convexity", "newton_method"],
)


@equation.claim("hessian", jacobian(gradient(form, x), x), add(A_, transpose(A_)), title=("Of a quadratic form", "二次型"))
def hessian(calc):
    calc.by(by_result("matrix_derivatives"), jacobian(matmul(add(A_, transpose(A_)), x_), x))
    calc.by(remark("derivative of a linear map", "线性映射的导数"), add(A_, transpose(A_)))


@hessian.reference
def twice_symmetric_part(A):
    return 2 * (A + A.T) / 2


quadratic = add(scale(Num(1) / 2, dot(x_, matmul(S_, x_))), dot(b_, x_))
curvature = equation.claim(
    "symmetric_quadratic", jacobian(gradient(quadratic, x), x), S_, title=("Of a quadratic with symmetric matrix", "对称二次函数")
)
curvature.reference(lambda S: (S + S.T) / 2)


equation.claim(
    "symmetry",
    D(f(x_), x[i], x[j]),
    D(f(x_), x[j], x[i]),
    title=("Symmetric when second derivatives are continuous", "二阶导数连续时对称"),
    exported=False,
    because=remark("partial derivatives commute (Schwarz)", "偏导数可交换（施瓦茨定理）"),
)
