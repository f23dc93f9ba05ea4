"""What a computer algebra system answers: d log det X / dX = 0. It is X^-T.

(SymPy 1.14: `diff(log(Determinant(X)), X)` is 0.)
"""

import numpy as np
from derive.catalogue import Equation, array, by_result, gradient
from derive.terms import Size, Symbol, log
from derive.terms.arrays import det, inverse, transpose, zeros

n = Size("n")
X = Symbol("X", (n, n), properties=frozenset({"invertible"}))
log_determinant = log(det(array(X)) ** 2) / 2

equation = Equation(
    ("The derivative of log det is not 0", "log det 的导数不为零"),
    symbols=[X],
    source="K. B. Petersen and M. S. Pedersen, The Matrix Cookbook, equation (57)",
    depends=["matrix_derivatives"],
    axioms=["Jacobi's formula"],
)


transposed_inverse = equation.claim(
    "log_det_derivative",
    gradient(log_determinant, X),
    transpose(inverse(array(X))),
    title=("True: the transposed inverse", "正确：逆矩阵的转置"),
    because=by_result("matrix_derivatives"),
)


transposed_inverse.reference(lambda X: np.linalg.inv(X).T)
equation.refutes("zero", gradient(log_determinant, X), zeros(n, n), title=("Claimed: zero", "误作：零"))
