"""Formulas that fail when they are written down plainly: LaTeX, best-practice NumPy, mpmath, and extreme inputs.

Shared by the tests and by the benchmark. ``best`` is what a careful person writes with NumPy and SciPy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import mpmath as mp
import numpy as np
from mpmath import mpf
from scipy import special
from scipy.linalg import cho_solve


@dataclass(frozen=True)
class Extreme:
    """``points`` are the arguments of one call each, in the order of the declarations."""

    name: str
    latex: str
    assume: str
    best: Callable[..., Any]
    exact: Callable[..., Any]
    points: Sequence[tuple[Any, ...]]
    define: str = ""


def lse(z: Any) -> Any:
    top = max(z)
    return top + mp.log(mp.fsum(mp.exp(v - top) for v in z))


def softmax(z: Any) -> list[Any]:
    return [mp.exp(v - lse(z)) for v in z]


def np_softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max())
    return e / e.sum()


def np_log_1_minus_exp(x: Any) -> Any:
    """M. Maechler, Accurately computing log(1 - exp(-|a|)) (2012)."""
    with np.errstate(divide="ignore"):
        return np.where(x < np.log(2), np.log(-np.expm1(-x)), np.log1p(-np.exp(-x)))


def np_log_cosh(x: Any) -> Any:
    a = np.abs(x)
    return np.where(a < 1, np.log1p(2 * np.sinh(np.minimum(a, 1) / 2) ** 2), a + np.log1p(np.exp(-2 * a)) - np.log(2))


def mean(x: Any) -> Any:
    return mp.fsum(x) / len(x)


def deviation(x: Any, e: Any) -> Any:
    return mp.sqrt(mp.fsum((v - mean(x)) ** 2 for v in x) / len(x) + e)


def np_deviation(x: np.ndarray, e: float) -> Any:
    centred = x - x.mean()
    top = np.abs(centred).max()
    return np.hypot(top * np.sqrt(np.mean((centred / top) ** 2)), np.sqrt(e))


def np_layer_norm_slope(x: np.ndarray, g: np.ndarray, e: float) -> np.ndarray:
    s = np_deviation(x, e)
    u = (x - x.mean()) / s
    return (g - g.mean() - u * np.mean(g * u)) / s


def layer_norm_slope(x: Any, g: Any, e: Any) -> list[Any]:
    s = deviation(x, e)
    u = [(v - mean(x)) / s for v in x]
    along = mp.fsum(a * b for a, b in zip(g, u, strict=True)) / len(x)
    return [(a - mean(g) - b * along) / s for a, b in zip(g, u, strict=True)]


def np_gauss(x: np.ndarray, mu: np.ndarray, S: np.ndarray) -> Any:
    L = np.linalg.cholesky(S)
    r = x - mu
    return -np.log(np.diag(L)).sum() - 0.5 * r @ cho_solve((L, True), r) - 0.5 * len(x) * np.log(2 * np.pi)


def gauss(x: Any, mu: Any, S: Any) -> Any:
    A = mp.matrix(S)
    r = mp.matrix([a - b for a, b in zip(x, mu, strict=True)])
    quadratic = (r.T * mp.lu_solve(A, r))[0]
    return -(mp.log(mp.det(A)) + quadratic + len(x) * mp.log(2 * mp.pi)) / 2


def each(*values: float) -> list[tuple[float]]:
    return [(np.float64(v),) for v in values]


def arrays(*values: Sequence[float]) -> list[tuple[np.ndarray]]:
    return [(np.array(v),) for v in values]


def pairs(*values: tuple[Any, Any]) -> list[tuple[Any, Any]]:
    return [tuple(np.array(v) if isinstance(v, list) else v for v in pair) for pair in values]  # type: ignore[misc]


NUMBERS = each(
    0.0, 1e-300, -1e-300, 1e-16, -1e-16, 1e-8, -1e-8, 1e-3, 1.0, -1.0, 20.0, -20.0, 40.0, -40.0, 700.0, -700.0,
    745.0, -745.0, 800.0, -800.0, 1e4, -1e4, 1e8, -1e8, 1e200, -1e200,
)  # fmt: skip
SMALL = [p for p in NUMBERS if abs(p[0]) <= 700 and p[0]]
LOGITS = arrays(
    [1e4, 0.0, -1e4], [1e4, 1e4, 1e4], [-1e4, -1e4, -2e4], [710.0, 709.0, -745.0], [1e-9, 0.0, 3.0], [1e300, 0.0, 1.0],
    [-1e300, -1e300, 0.0], [800.0, 799.0, 798.0], [-800.0, -801.0, -802.0], [0.0, 0.0, 0.0],
)  # fmt: skip
SHARES = arrays(
    [0.0, 0.25, 0.75], [1.0, 0.0, 0.0], [1e-300, 1e-16, 1.0 - 1e-16], [5e-324, 0.5, 0.5], [1 / 3, 1 / 3, 1 / 3]
)
LONG = arrays([1e200, 1e200], [3e-200, 4e-200], [1e-300, 0.0], [1e300, 1.0], [1e154, 1e154], [3.0, 4.0])
R, K3, N3 = r"x \in \mathbb{R}", r"z \in \mathbb{R}^K", r"x \in \mathbb{R}^n"
PROBABILITY = r"p \in \mathbb{R}^K; p_i \geq 0"

SPREAD = r"x \in \mathbb{R}^n; \epsilon > 0"
MEAN = r"\mu = \frac{1}{n} \sum_j x_j"
FAR = [
    (np.array(x), e)
    for x in (
        [1e155, -3e155, 2e155],
        [4e200, 2e200, -2e200],
        [1e-170, 3e-170, -2e-170],
        [1e300, -1e299, 2e299],
        [1.0, 2.0, 4.0],
        [1e9, 1e9 + 1, 1e9 + 5],
    )
    for e in (1e-5, 1e-300)
]
EXTREMES = [
    Extreme(
        "softplus",
        r"\log(1 + e^x)",
        R,
        lambda x: np.logaddexp(0, x),
        lambda x: x + mp.log1p(mp.exp(-x)) if x > 0 else mp.log1p(mp.exp(x)),
        NUMBERS,
    ),
    Extreme("sigmoid", r"\frac{1}{1 + e^{-x}}", R, special.expit, lambda x: 1 / (1 + mp.exp(-x)), NUMBERS),
    Extreme(
        "log_sigmoid",
        r"\log \frac{1}{1 + e^{-x}}",
        R,
        special.log_expit,
        lambda x: -mp.log1p(mp.exp(-x)) if x > 0 else x - mp.log1p(mp.exp(x)),
        NUMBERS,
    ),
    Extreme(
        "sigmoid_slope",
        r"\frac{e^{-x}}{(1 + e^{-x})^2}",
        R,
        lambda x: special.expit(x) * special.expit(-x),
        lambda x: mp.exp(-abs(x)) / (1 + mp.exp(-abs(x))) ** 2,
        NUMBERS,
    ),
    Extreme(
        "log_1_minus_exp",
        r"\log(1 - e^{-x})",
        "x > 0",
        np_log_1_minus_exp,
        lambda x: mp.log(-mp.expm1(-x)),
        [p for p in NUMBERS if p[0] > 0],
    ),
    Extreme(
        "log_cosh",
        r"\log \cosh x",
        R,
        np_log_cosh,
        lambda x: (
            abs(x) + mp.log1p(mp.expm1(-2 * abs(x)) / 2)
            if abs(x) < 1e-2
            else abs(x) + mp.log1p(mp.exp(-2 * abs(x))) - mp.log(2)
        ),
        NUMBERS,
    ),
    Extreme(
        "expm1_over_x",
        r"\frac{e^x - 1}{x}",
        r"x \in \mathbb{R}; x \neq 0",
        lambda x: np.expm1(x) / x,
        lambda x: mp.expm1(x) / x,
        [*SMALL, (-1e4,), (-1e200,)],
    ),
    Extreme(
        "root_difference",
        r"\sqrt{x^2 + 1} - x",
        R,
        lambda x: 1 / (np.hypot(x, 1) + x) if x > 0 else np.hypot(x, 1) - x,
        lambda x: 1 / (mp.sqrt(x * x + 1) + x) if x > 0 else mp.sqrt(x * x + 1) - x,
        NUMBERS,
    ),
    Extreme(
        "pseudo_huber",
        r"\sqrt{1 + x^2} - 1",
        R,
        lambda x: x * (x / (1 + np.hypot(1, x))),
        lambda x: x * x / (1 + mp.sqrt(1 + x * x)),
        NUMBERS,
    ),
    Extreme(
        "hypotenuse",
        r"\sqrt{x^2 + y^2}",
        r"x, y \in \mathbb{R}",
        np.hypot,
        lambda x, y: mp.sqrt(x * x + y * y),
        pairs((3e200, 4e200), (3e-200, 4e-200), (1e300, 1.0), (0.0, 0.0), (-3.0, 4.0), (1e-320, 0.0)),
    ),
    Extreme("tanh", r"\frac{e^x - e^{-x}}{e^x + e^{-x}}", R, np.tanh, mp.tanh, [p for p in NUMBERS if abs(p[0]) < 1e6]),
    Extreme(
        "tanh_from_sigmoid", r"\frac{2}{1 + e^{-2 x}} - 1", R, np.tanh, mp.tanh, [p for p in NUMBERS if abs(p[0]) < 1e6]
    ),
    Extreme(
        "gelu_slope",
        r"\frac{1}{2}(1 + \tanh(x))",
        R,
        lambda x: special.expit(2 * x),
        lambda x: 1 / (1 + mp.exp(-2 * x)),
        [p for p in NUMBERS if p[0] >= 0],
    ),
    Extreme(
        "swish", r"\frac{x}{1 + e^{-x}}", R, lambda x: x * special.expit(x), lambda x: x / (1 + mp.exp(-x)), NUMBERS
    ),
    Extreme(
        "log_add_exp",
        r"\log(e^x + e^y)",
        r"x, y \in \mathbb{R}",
        np.logaddexp,
        lambda x, y: lse([x, y]),
        pairs(
            (1e4, 1e4 - 1), (-1e4, -1e4), (0.5, 800.0), (-800.0, -801.0), (0.0, 0.0), (1e200, -1e200), (-745.0, 745.0)
        ),
    ),
    Extreme("log_sum_exp", r"\log \sum_k e^{z_k}", K3, special.logsumexp, lse, LOGITS),
    Extreme("softmax", r"\frac{e^{z_i}}{\sum_k e^{z_k}}", K3, np_softmax, softmax, LOGITS),
    Extreme(
        "log_softmax",
        r"\log \frac{e^{z_i}}{\sum_k e^{z_k}}",
        K3,
        special.log_softmax,
        lambda z: [v - lse(z) for v in z],
        LOGITS,
    ),
    Extreme(
        "softmax_mean",
        r"\frac{\sum_k e^{z_k} w_k}{\sum_k e^{z_k}}",
        r"z, w \in \mathbb{R}^K",
        lambda z, w: np_softmax(z) @ w,
        lambda z, w: mp.fdot(softmax(z), w),
        [(z, np.array([1.0, 2.0, 3.0])) for (z,) in LOGITS],
    ),
    Extreme(
        "cross_entropy",
        r"-\sum_i y_i \log \frac{e^{z_i}}{\sum_k e^{z_k}}",
        r"z, y \in \mathbb{R}^K",
        lambda z, y: y @ (special.logsumexp(z) - z),
        lambda z, y: mp.fsum(a * (lse(z) - b) for a, b in zip(y, z, strict=True)),
        [(z, np.array([0.25, 0.5, 0.25])) for (z,) in LOGITS],
    ),
    Extreme(
        "temperature",
        r"t \log \sum_k e^{z_k / t}",
        r"z \in \mathbb{R}^K; t > 0",
        lambda z, t: t * special.logsumexp(z / t),
        lambda z, t: t * lse([v / t for v in z]),
        [(z, t) for (z,) in LOGITS if np.abs(z).max() < 1e5 for t in (1e-4, 1e4)],
    ),
    Extreme(
        "entropy",
        r"-\sum_i p_i \log p_i",
        PROBABILITY,
        lambda p: special.entr(p).sum(),
        lambda p: -mp.fsum(v * mp.log(v) for v in p if v),
        SHARES,
    ),
    Extreme(
        "divergence",
        r"\sum_i p_i \log \frac{p_i}{q_i}",
        r"p, q \in \mathbb{R}^K; p_i \geq 0; q_i > 0",
        lambda p, q: special.rel_entr(p, q).sum(),
        lambda p, q: mp.fsum(a * mp.log(a / b) for a, b in zip(p, q, strict=True) if a),
        [(p, q) for (p,) in SHARES for q in (np.full(3, 1 / 3), np.array([1e-300, 0.5, 0.5]))],
    ),
    Extreme(
        "binary_cross_entropy",
        r"-y \log \frac{1}{1 + e^{-x}} - (1 - y) \log\left(1 - \frac{1}{1 + e^{-x}}\right)",
        r"x, y \in \mathbb{R}",
        lambda x, y: -y * special.log_expit(x) - (1 - y) * special.log_expit(-x),
        lambda x, y: y * mp.log1p(mp.exp(-x)) + (1 - y) * (mp.log1p(mp.exp(-x)) + x),
        [(x, y) for (x,) in NUMBERS if abs(x) < 1e9 for y in (0.0, 1.0)],
    ),
    Extreme(
        "binary_cross_entropy_slope",
        r"\frac{1}{1 + e^{-x}} - y",
        r"x, y \in \mathbb{R}",
        lambda x, y: special.expit(x) - y,
        lambda x, y: 1 / (1 + mp.exp(-x)) - y,
        [(x, 0.0) for (x,) in NUMBERS],
    ),
    Extreme(
        "variance",
        r"\frac{1}{n} \sum_i x_i^2 - \left(\frac{1}{n} \sum_i x_i\right)^2",
        N3,
        np.var,
        lambda x: mp.fsum((v - mp.fsum(x) / len(x)) ** 2 for v in x) / len(x),
        arrays(
            [1e9, 1e9 + 1, 1e9 + 2],
            [1e8 + 0.5, 1e8, 1e8],
            [1e-3, 5.0, 2.0],
            [1e150, 2e150, 3e150],
            [1e15, 1e15 + 1, 1e15 + 2],
            [1e-9, 1e-9, 1e-9],
        ),
    ),
    Extreme(
        "standard_score",
        r"\frac{x_i - \mu}{\sqrt{\frac{1}{n} \sum_j (x_j - \mu)^2 + \epsilon}}",
        SPREAD,
        lambda x, e: (x - x.mean()) / np_deviation(x, e),
        lambda x, e: [(v - mean(x)) / deviation(x, e) for v in x],
        FAR,
        define=MEAN,
    ),
    Extreme(
        "layer_norm_gradient",
        r"\frac{g_i - \frac{1}{n} \sum_j g_j - u_i \frac{1}{n} \sum_j g_j u_j}{s}",
        SPREAD + r"; g \in \mathbb{R}^n",
        np_layer_norm_slope,
        layer_norm_slope,
        [(x, np.array([1.0, -2.0, 0.5]), e) for x, e in FAR],
        define=MEAN + r"; s = \sqrt{\frac{1}{n} \sum_j (x_j - \mu)^2 + \epsilon}; u_i = \frac{x_i - \mu}{s}",
    ),
    Extreme(
        "correlation",
        r"\frac{\sum_i (x_i - \mu)(y_i - \nu)}{\sqrt{\sum_i (x_i - \mu)^2} \sqrt{\sum_i (y_i - \nu)^2}}",
        r"x, y \in \mathbb{R}^n",
        lambda x, y: (x - x.mean()) / np_deviation(x, 0) @ ((y - y.mean()) / np_deviation(y, 0)) / len(x),
        lambda x, y: (
            mp.fsum((a - mean(x)) * (b - mean(y)) for a, b in zip(x, y, strict=True))
            / (deviation(x, 0) * deviation(y, 0) * len(x))
        ),
        [(x, np.array([1.0, 3.0, -2.0])) for x, _ in FAR],
        define=MEAN + r"; \nu = \frac{1}{n} \sum_j y_j",
    ),
    Extreme(
        "norm",
        r"\|x\|_2",
        N3,
        lambda x: np.abs(x).max() * np.sqrt(((x / np.abs(x).max()) ** 2).sum()),
        lambda x: mp.sqrt(mp.fsum(v * v for v in x)),
        LONG,
    ),
    Extreme(
        "distance",
        r"\|x - y\|_2",
        r"x, y \in \mathbb{R}^n",
        lambda x, y: np.hypot(*(x - y)),
        lambda x, y: mp.sqrt(mp.fsum((a - b) ** 2 for a, b in zip(x, y, strict=True))),
        [(x, np.array([0.0, 1.0])) for (x,) in LONG],
    ),
    Extreme(
        "cosine",
        r"\frac{\sum_i x_i y_i}{\|x\|_2 \|y\|_2}",
        r"x, y \in \mathbb{R}^n",
        lambda x, y: (x / np.hypot(*x)) @ (y / np.hypot(*y)),
        lambda x, y: mp.fdot(x, y) / mp.sqrt(mp.fdot(x, x) * mp.fdot(y, y)),
        [(x, np.array([1.0, 2.0])) for (x,) in LONG] + [(x, x) for (x,) in LONG],
    ),
    Extreme(
        "direction",
        r"\frac{x_i}{\|x\|_2}",
        N3,
        lambda x: x / np.hypot(*x),
        lambda x: [v / mp.sqrt(mp.fdot(x, x)) for v in x],
        LONG,
    ),
    Extreme(
        "geometric_mean",
        r"\left(\prod_i q_i\right)^{1/n}",
        r"q \in \mathbb{R}^n; q_i > 0",
        lambda q: np.exp(np.log(q).mean()),
        lambda q: mp.exp(mp.fsum(mp.log(v) for v in q) / len(q)),
        arrays([1e200, 1e200, 2.0], [1e-200, 1e-200, 1e-3], [1e300, 1e-300, 1.0], [1.0, 1.0, 1.0]),
    ),
    Extreme(
        "log_product",
        r"\log \prod_i q_i",
        r"q \in \mathbb{R}^n; q_i > 0",
        lambda q: np.log(q).sum(),
        lambda q: mp.fsum(mp.log(v) for v in q),
        arrays([1e200, 1e200, 2.0], [1e-200, 1e-200, 1e-3], [1e300, 1e300, 1.0]),
    ),
    Extreme(
        "gaussian",
        r"-\frac{1}{2} \log \det \Sigma - \frac{1}{2} (x - \mu)^\top \Sigma^{-1} (x - \mu) - \frac{n}{2} \log(2 \pi)",
        r"x, \mu \in \mathbb{R}^n; \Sigma \in \mathbb{R}^{n \times n}; \Sigma \succ 0",
        np_gauss,
        gauss,
        [
            (np.array([1.0, 2.0]) * a, np.array([0.5, -1.0]), np.array([[2.0, 0.5], [0.5, 1.0]]) * b)
            for a in (1.0, 1e4)
            for b in (1e-150, 1.0, 1e150)
        ],
    ),
    Extreme(
        "mixture",
        r"\log \sum_k w_k e^{-\frac{(x - z_k)^2}{2}}",
        r"x \in \mathbb{R}; z, w \in \mathbb{R}^K; w_k > 0",
        lambda x, z, w: special.logsumexp(np.log(w) - (x - z) ** 2 / 2),
        lambda x, z, w: lse([mp.log(a) - (x - b) ** 2 / 2 for a, b in zip(w, z, strict=True)]),
        [(x, np.array([0.0, 1.0, -1.0]), np.array([0.2, 0.3, 0.5])) for x in (0.0, 1.0, 40.0, -40.0, 1e4, -1e4, 1e8)],
    ),
    Extreme(
        "poisson",
        r"y \log \lambda - \lambda - \log \Gamma(y + 1)",
        r"y \geq 0; \lambda > 0",
        lambda y, l: special.xlogy(y, l) - l - special.gammaln(y + 1),
        lambda y, l: (y * mp.log(l) if y else 0) - l - mp.loggamma(y + 1),
        pairs((0.0, 1e-300), (3.0, 1e-300), (1e4, 1e4), (200.0, 180.0), (0.0, 1e4)),
    ),
    Extreme(
        "binomial_term",
        r"y \log p + (1 - y) \log(1 - p)",
        r"y \in [0, 1]; p \in (0, 1)",
        lambda y, p: special.xlogy(y, p) + special.xlog1py(1 - y, -p),
        lambda y, p: y * mp.log(p) + (1 - y) * mp.log1p(-p),
        pairs((0.0, 1e-300), (1.0, 1e-300), (0.5, 1e-16), (0.0, 1e-9), (1.0, 1 - 1e-16), (0.0, 1 - 1e-16)),
    ),
]


def exactly(case: Extreme, point: tuple[Any, ...]) -> np.ndarray:
    """The correctly rounded values at the exact value of the floats."""
    with mp.workdps(1000):

        def read(v: Any) -> Any:
            return [read(x) for x in v] if isinstance(v, np.ndarray) else mpf(float(v))

        found = case.exact(*(read(v) for v in point))
        return np.array([float(v) for v in (found if isinstance(found, list) else [found])])


def units(got: Any, want: np.ndarray) -> float:
    """The worst error in units of the last place of each exact value; infinite where it is not a number."""
    got = np.ravel(np.asarray(got, float))
    tiny = float(np.finfo(float).tiny)
    scale = np.maximum(np.abs(want), tiny) * np.finfo(float).eps
    with np.errstate(all="ignore"):
        worst = float(np.max(np.abs(got - want) / scale))
    return np.inf if np.isnan(worst) else worst
