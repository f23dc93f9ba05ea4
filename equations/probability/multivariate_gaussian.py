"""The Gaussian density in d dimensions: its logarithm is a quadratic, and any such quadratic tells mean and covariance.

The matrix of the quadratic is the inverse covariance, and the linear part is that matrix times the mean.
"""

import scipy.stats
from derive.catalogue import Equation, array, assume, given, indices, remark
from derive.derivation.gaussians import form, gaussian_log, minus
from derive.terms import PI, Expectation, IntValue, Size, Sum, Symbol, delta, log
from derive.terms.arrays import add, det, dot, inverse, matmul, transpose

E, PROPER = Expectation, {"symmetric", "positive_definite"}
d = Size("d")
i, j, k = indices("i j k", d)
x, mu, S = Symbol("x", (d,)), Symbol(r"\mu", (d,)), Symbol(r"\Sigma", (d, d), properties=PROPER)
P, h = Symbol("P", (d, d), properties=PROPER), Symbol("h", (d,))
A, b, L, z = Symbol("A", (d, d)), Symbol("b", (d,)), Symbol("L", (d, d)), Symbol("z", (d,), kind="random")
x_, mu_, S_, P_, h_, A_, b_ = map(array, (x, mu, S, P, h, A, b))
Si = inverse(S_)

equation = Equation(
    ("Multivariate Gaussian", "多元高斯分布"), symbols=[x, mu, S, P, h, A, b, L, z],
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equations (2.43) and (2.71)",
    depends=["gaussian_density"],
    related=["gaussian_conditional", "covariance_matrix", "kl_gaussians", "mle_multivariate_gaussian"],
    axioms=["multiplicativity of the determinant"],
)  # fmt: skip
constant = (IntValue(d) * log(2 * PI) + log(det(S_)) + form(mu_, Si)) / 2
expanded = -form(x_, Si) / 2 + form(x_, Si, mu_) - constant

multivariate_gaussian = equation.claim(
    "multivariate_gaussian", gaussian_log(x_, mu_, S_), expanded,
    title=("The log-density is a quadratic", "对数密度为二次型"),
    because=remark("multiply out; $\\Sigma^{-1}$ is symmetric", "展开；$\\Sigma^{-1}$ 对称"),
)  # fmt: skip

multivariate_gaussian.reference(lambda x, mu, S: scipy.stats.multivariate_normal(mu, S).logpdf(x))

away = minus(x_, matmul(inverse(P_), h_))

coefficients = equation.claim(
    "coefficients", -form(x_, P_) / 2 + dot(x_, h_), -form(away, P_) / 2 + form(h_, inverse(P_)) / 2,
    title=("Read backwards: the covariance is P^-1, the mean P^-1 h", "反过来：协方差为 P⁻¹，均值为 P⁻¹ h"),
    because=remark("complete the square", "配方"),
)  # fmt: skip
coefficients.reference(lambda x, P, h: -x @ P @ x / 2 + x @ h)

# y = A x + b has density p(A^-1 (y - b)) / |det A|.
back, image = matmul(inverse(A_), minus(x_, b_)), matmul(A_, matmul(S_, transpose(A_)))

equation.claim(
    "affine_image",
    gaussian_log(back, mu_, S_) - log(det(A_) ** 2) / 2,
    gaussian_log(x_, add(matmul(A_, mu_), b_), image),
    title=("Affine image, by change of variables: mean A mu + b, covariance A Sigma A^T", "仿射像（变量替换）"),
    exported=False,
    because=remark(
        "$(A \\Sigma A^\\top)^{-1} = A^{-\\top} \\Sigma^{-1} A^{-1}$, $\\det(A \\Sigma A^\\top) = (\\det A)^2 \\det \\Sigma$",
        "$(A \\Sigma A^\\top)^{-1} = A^{-\\top} \\Sigma^{-1} A^{-1}$，$\\det(A \\Sigma A^\\top) = (\\det A)^2 \\det \\Sigma$",
    ),
)


# A Gaussian vector is mu + L z with independent standard Gaussian z.
centred = assume(E(z[i]), 0, i, source="$z_i$ has mean 0")
unit = assume(E(z[i] * z[j]), delta(i, j), i, j, source="variance 1, uncorrelated")


def made(i):
    return mu[i] + Sum(k, L[i, k] * z[k])


@equation.claim("mean", E(made(i)), mu[i], title=("Mean", "均值"), hypotheses=[centred])
def mean(calc):
    calc.by(remark("expectation is linear", "期望线性"), mu[i] + Sum(k, L[i, k] * E(z[k])))
    calc.by(given(centred), mu[i])


@equation.claim(
    "covariance", E((made(i) - mu[i]) * (made(j) - mu[j])), Sum(k, L[i, k] * L[j, k]),
    title=("Covariance: L L^T", "协方差：L Lᵀ"), hypotheses=[unit],
)  # fmt: skip
def covariance(calc):
    m = k.renamed("m")
    calc.by(remark("expectation is linear", "期望线性"), Sum(k, Sum(m, L[i, k] * E(z[k] * z[m]) * L[j, m])))
    calc.by(given(unit), Sum(k, L[i, k] * L[j, k]))


mean.reference(lambda mu: mu)
covariance.reference(lambda L: L @ L.T)
