"""Two jointly Gaussian vectors: y alone is Gaussian, and so is x when y is known.

The mean of x moves with y by B C^-1 (y - nu), and its covariance shrinks to the Schur complement S = A - B C^-1 B^T, whatever y is.
"""

import numpy as np
from derive.catalogue import Equation, array, definition, remark
from derive.derivation.gaussians import form, gaussian_log, minus
from derive.terms import Num, Size, Symbol
from derive.terms.arrays import add, inverse, matmul, scale, stack, transpose

PROPER = {"symmetric", "positive_definite"}
n, m = Size("n"), Size("m")
x, mu, A = Symbol("x", (n,)), Symbol(r"\mu", (n,)), Symbol("A", (n, n), properties=PROPER)
y, nu, C = Symbol("y", (m,)), Symbol(r"\nu", (m,)), Symbol("C", (m, m), properties=PROPER)
B, S, c = Symbol("B", (n, m)), Symbol("S", (n, n)), Symbol("c", (n,))
x_, mu_, A_, y_, nu_, C_, B_, S_, c_ = map(array, (x, mu, A, y, nu, C, B, S, c))
Ci, Si = inverse(C_), inverse(S_)
gain, away = matmul(B_, Ci), minus(y_, nu_)

both, centre, joint = stack([[x_], [y_]]), stack([[mu_], [nu_]]), stack([[A_, B_], [transpose(B_), C_]])
z, w, J, R = (Symbol("z", (n + m,)), Symbol("w", (n + m,)), Symbol("J", (n + m, n + m)), Symbol("R", (n + m, n + m)))
z_, w_, J_, R_ = map(array, (z, w, J, R))
corner = scale(Num(-1), matmul(Si, gain))
blocks = stack([[Si, corner], [transpose(corner), add(Ci, matmul(transpose(gain), matmul(Si, gain)))]])

equation = Equation(
    ("Conditional of a joint Gaussian", "联合高斯的条件分布"),
    symbols=[x, y, mu, nu, A, B, C],
    definitions={z: both, w: centre, J: joint, S: minus(A_, matmul(gain, transpose(B_))), R: blocks, c: add(mu_, matmul(gain, away))},
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equations (2.81), (2.82) and (2.98)",
    depends=["matrix_inversion_lemma", "multivariate_gaussian"],
    related=["diffusion_reverse", "bayes_posterior"],
    axioms=["multiplicativity of the determinant"],
)
completed = form(minus(x_, c_), Si) + form(away, Ci)


@equation.claim(
    "gaussian_conditional",
    gaussian_log(z_, w_, J_),
    gaussian_log(x_, c_, S_) + gaussian_log(y_, nu_, C_),
    title=("Joint density = conditional N(c, S) of x given y times marginal N(nu, C) of y", "联合密度 = 条件密度乘边缘密度"),
    exported=False,
)
def gaussian_conditional(calc):
    calc.replace(remark("inverse by blocks: multiply to check", "分块求逆：相乘验证"), inverse(J_), R_)
    calc.by(
        remark("complete the square; $\\det$ of the blocks is $\\det C \\det S$", "配方；分块行列式为 $\\det C \\det S$"),
        gaussian_log(x_, c_, S_) + gaussian_log(y_, nu_, C_),
    )


equation.claim("square", form(minus(z_, w_), R_), completed, title=("Completing the square", "配方"), exported=False, because=definition(c))


mean = equation.claim("mean", c_, add(mu_, matmul(gain, away)), title=("Mean of x given y", "给定 y 时 x 的均值"), because=definition(c))


@mean.reference
def regression(y, mu, nu, B, C):
    return mu + B @ np.linalg.solve(C, y - nu)
