"""The scatter matrix is the best covariance: no other gives a Gaussian sample a higher likelihood, and no Gaussian is nearer than itself.

Any two positive definite matrices can be written as A = R R' and S = R diag(l) R' with one invertible R and positive l (the eigenvalues
of A^-1 S). Then the trace of A^-1 S is the sum of the l, and its determinant their product, so that log l <= l - 1 compares the two.
"""

from derive.catalogue import Equation, array, indices, remark
from derive.terms import POSITIVE, IntValue, Size, Sum, Symbol, log
from derive.terms.arrays import det, diag, dot, inverse, matmul, trace, transpose

d = Size("d")
(i,) = indices("i", d)
R = Symbol("R", (d, d), properties=frozenset({"invertible"}))
l, n, m = Symbol("l", (d,), POSITIVE), Symbol("n", domain=POSITIVE), Symbol("m", (d,))
A, S = Symbol("A", (d, d)), Symbol("S", (d, d))
R_, A_, S_, m_ = map(array, (R, A, S, m))
below = matmul(inverse(A_), S_)
size = IntValue(d)

equation = Equation(
    ("The best covariance", "最优协方差"),
    symbols=[R, l, n, m],
    definitions={A: matmul(R_, transpose(R_)), S: matmul(matmul(R_, diag(array(l))), transpose(R_))},
    source="R. A. Horn and C. R. Johnson, Matrix Analysis, theorem 7.6.4",
    depends=["mle_multivariate_gaussian"],
    related=["kl_gaussians"],
    axioms=["multiplicativity of the determinant"],
)

at_scatter, at_any = n / 2 * (log(det(S_)) + size), n / 2 * (log(det(A_)) + trace(below))
traces = remark("$A^{-1} S$ is $R^{-T} \\mathrm{diag}(l) R^T$", "$A^{-1} S = R^{-T} \\mathrm{diag}(l) R^T$")
determinants = remark("the determinant of a product", "乘积的行列式")
bound = remark("$\\log l \\le l - 1$", "$\\log l \\le l - 1$")


@equation.claim(
    "mle_covariance_maximum", at_scatter, at_any, op="<=",
    title=("Minus the log-likelihood, up to a constant, is smallest where the covariance is the scatter S", "负对数似然在 A = S 处最小"),
)  # fmt: skip
def maximum(calc):
    calc.by(determinants, n / 2 * (log(det(A_)) + Sum(i, log(l[i]) + 1)))
    calc.le(bound, n / 2 * (log(det(A_)) + Sum(i, l[i])))
    calc.by(traces, at_any)


equation.claim(
    "trace", trace(below), Sum(i, l[i]), ("The trace is the sum of the eigenvalues", "迹为特征值之和"), exported=False, because=traces
)
equation.claim(
    "determinant", log(det(S_)), log(det(A_)) + Sum(i, log(l[i])), ("The determinant is their product", "行列式为其积"), exported=False,
    because=determinants,
)  # fmt: skip
distance = (trace(below) - size + log(det(A_)) - log(det(S_)) + dot(m_, matmul(inverse(A_), m_))) / 2


@equation.claim(
    "kl", distance, 0, op=">=", title=("The divergence of two Gaussians with means m apart is not negative", "两个高斯分布的 KL 散度非负")
)
def kl(calc):
    whitened = matmul(inverse(R_), m_)
    calc.by([traces, determinants], (Sum(i, l[i] - 1 - log(l[i])) + dot(whitened, whitened)) / 2)
    calc.ge(bound, 0)
