"""Bernoulli, Poisson and categorical distributions as exponential families: exp(t T - A(t)) with A' the mean, A'' the variance."""

import scipy.special
from derive.catalogue import D, Equation, remark
from derive.terms import BIT, NATURAL, Fn, Index, Size, Sum, Symbol, exp, log, term

t, x, n = Symbol("t"), Symbol("x", domain=BIT), Symbol("n", domain=NATURAL)
K = Size("K")
i, k, r = Index("i", 1, K), Index("k", 1, K), Index("r", 0)
eta, A = Symbol(r"\eta", (K,)), Symbol("A")
sigmoid, rate = 1 / (1 + exp(-t)), exp(term(t))
partition, share = log(Sum(k, exp(eta[k]))), exp(eta[i]) / Sum(k, exp(eta[k]))
powers = remark("compare exponents", "比较指数")

equation = Equation(
    ("Discrete exponential families", "离散指数族"),
    symbols=[t, eta],
    definitions={A: log(1 + exp(t))},
    source="C. M. Bishop, Pattern Recognition and Machine Learning, section 2.4",
    depends=["exponential_family"],
    related=["bernoulli_categorical", "mle_poisson", "softmax", "sigmoid"],
)
equation.claim(
    "exponential_family_discrete",
    sigmoid**x * (1 - sigmoid) ** (1 - x),
    exp(t * x - A),
    ("Bernoulli: T = x, and t is the logit of the mean", "伯努利：T = x，t 为均值的 logit"),
    exported=False,
    because=powers,
)
bernoulli_mean = equation.claim(
    "bernoulli_mean",
    D(A, t),
    sigmoid,
    ("Bernoulli: the mean", "伯努利：均值"),
    because=remark("derivative of log, of exp", "对数与指数的导数"),
)
bernoulli_variance = equation.claim(
    "bernoulli_variance",
    D(A, t, t),
    sigmoid * (1 - sigmoid),
    ("Bernoulli: the variance", "伯努利：方差"),
    because=remark("derivative of the sigmoid", "S 型函数的导数"),
)
equation.claim(
    "poisson",
    rate**n * exp(-rate) / Fn("factorial", n),
    exp(t * n - rate) / Fn("factorial", n),
    ("Poisson of rate e^t: T = n, A = e^t", "参数为 eᵗ 的泊松：T = n，A = eᵗ"),
    exported=False,
    because=powers,
)
poisson_mean = equation.claim(
    "poisson_mean",
    Sum(r, term(r) * exp(t * r - rate) / Fn("factorial", r)),
    D(rate, t),
    ("Poisson: the mean is A' = e^t", "泊松：均值为 A' = eᵗ"),
    exported=False,
    because=remark("the exponential series", "指数级数"),
)
poisson_variance = equation.claim(
    "poisson_variance",
    Sum(r, term(r) ** 2 * exp(t * r - rate) / Fn("factorial", r)) - D(rate, t) ** 2,
    D(rate, t, t),
    ("Poisson: the variance is A'' = e^t", "泊松：方差为 A'' = eᵗ"),
    exported=False,
    because=remark("the exponential series, with $r^2 = r (r - 1) + r$", "指数级数，$r^2 = r (r - 1) + r$"),
)
equation.claim(
    "categorical",
    share,
    exp(eta[i] - partition),
    ("Categorical: A is log-sum-exp", "类别分布：A 为 log-sum-exp"),
    exported=False,
    because=powers,
)
categorical_mean = equation.claim(
    "categorical_mean",
    D(partition, eta[i]),
    share,
    ("Categorical: the means are the softmax", "类别分布：均值为 softmax"),
    because=remark("derivative of log, of exp", "对数与指数的导数"),
)
bernoulli_mean.reference(scipy.special.expit)
bernoulli_variance.reference(lambda t: scipy.special.expit(t) * scipy.special.expit(-t))
categorical_mean.reference(lambda eta: scipy.special.softmax(eta))
