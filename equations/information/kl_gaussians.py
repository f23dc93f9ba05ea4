"""The divergence between two Gaussians: in one dimension, in d dimensions, and from the standard one.

The last is the term that pulls the latent code of a variational autoencoder towards the standard Gaussian.
"""

import scipy.integrate
import scipy.stats
from derive.catalogue import Equation, array, indices, matrix, remark, vector
from derive.derivation.gaussians import form, gaussian, gaussian_log, minus
from derive.terms import POSITIVE, Expectation, Integral, IntValue, Size, Sum, Symbol, log, term
from derive.terms.arrays import det, diag, identity, inverse, matmul, trace, zeros
from derive.terms.term import INFINITY

E = Expectation
d = Size("d")
i, j = indices("i j", d)
x, mu, nu = Symbol("x"), Symbol(r"\mu"), Symbol(r"\nu")
X, m, S = Symbol("X", (d,), kind="random"), Symbol("m", (d,)), Symbol("S", (d, d))
n, T = Symbol("n", (d,)), Symbol("T", (d, d), properties={"symmetric", "positive_definite"})
v, w = Symbol("v", (d,), POSITIVE), Symbol("w", (d,))
X_, m_, S_, n_, T_ = map(array, (X, m, S, n, T))
s, t = Symbol(r"\sigma", domain=POSITIVE), Symbol(r"\tau", domain=POSITIVE)

p = gaussian(x, mu, s**2)
gap = gaussian_log(x, mu, s**2) - gaussian_log(x, nu, t**2)
equation = Equation(
    ("Divergence between Gaussians", "高斯分布间的 KL 散度"), symbols=[mu, s, nu, t, X, n, T, v, w],
    definitions={m: vector(E(X[i]), i), S: matrix(E((X[i] - E(X[i])) * (X[j] - E(X[j]))), i, j)},
    source="D. P. Kingma and M. Welling, Auto-Encoding Variational Bayes (2014), appendix B",
    depends=["gaussian_density", "multivariate_gaussian"], related=["kl_divergence", "vae"],
    axioms=["Gaussian integral"],
)  # fmt: skip
one = log(t / s) + (s**2 + (mu - nu) ** 2) / (2 * t**2) - term(1) / 2


@equation.claim("kl_gaussians", Integral(x, -INFINITY, INFINITY, p * gap), one, title=("In one dimension", "一维"))
def one_dimension(calc):
    inside = log(t / s) + (x - nu) ** 2 / (2 * t**2) - (x - mu) ** 2 / (2 * s**2)
    calc.by(remark("difference of the logarithms", "对数之差"), Integral(x, -INFINITY, INFINITY, p * inside))
    calc.by(
        remark(
            "mean and variance: $E[(x - \\nu)^2] = \\sigma^2 + (\\mu - \\nu)^2$",
            "均值与方差：$E[(x - \\nu)^2] = \\sigma^2 + (\\mu - \\nu)^2$",
        ),
        one,
    )


@one_dimension.reference
def by_quadrature(mu, s, nu, t):
    p, q = scipy.stats.norm(mu, s), scipy.stats.norm(nu, t)
    return scipy.integrate.quad(lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), mu - 12 * s, mu + 12 * s)[0]


def divergence(m, S, n, T):
    return (log(det(T) / det(S)) - IntValue(d) + trace(matmul(inverse(T), S)) + form(minus(n, m), inverse(T))) / 2


# X has mean m and covariance S; its density is compared with that of mean n and covariance T.
@equation.claim(
    "many_dimensions", E(gaussian_log(X_, m_, S_) - gaussian_log(X_, n_, T_)), divergence(m_, S_, n_, T_),
    title=("In d dimensions", "d 维"), exported=False,
)  # fmt: skip
def many_dimensions(calc):
    logs = log(det(T_) / det(S_)) / 2
    inner, outer = form(minus(X_, m_), inverse(S_)), form(minus(X_, n_), inverse(T_))
    calc.by(remark("difference of the logarithms", "对数之差"), logs + E(outer) / 2 - E(inner) / 2)
    calc.by(
        remark(
            "$E[(X - m)^\\top S^{-1} (X - m)] = \\mathrm{tr}(S^{-1} S) = d$",
            "$E[(X - m)^\\top S^{-1} (X - m)] = \\mathrm{tr}(S^{-1} S) = d$",
        ),
        logs + E(outer) / 2 - IntValue(d) / 2,
    )
    calc.by(remark("$E[X X^\\top] = S + m m^\\top$", "$E[X X^\\top] = S + m m^\\top$"), divergence(m_, S_, n_, T_))


squares, centre = diag(vector(v[i] ** 2, i)), vector(w[i], i)

against_standard = equation.claim(
    "against_standard", divergence(centre, squares, zeros(d), identity(d)),
    Sum(i, v[i] ** 2 + w[i] ** 2 - 1 - log(v[i] ** 2)) / 2,
    title=("From mean w and deviations v to the standard Gaussian", "均值 w、标准差 v 与标准高斯"),
    because=remark("determinant, trace and inverse of a diagonal matrix", "对角矩阵的行列式、迹与逆"),
)  # fmt: skip

against_standard.reference(lambda v, w: sum(by_quadrature(m, s, 0.0, 1.0) for m, s in zip(w, v, strict=True)))
