"""Losses, sums over indices (windows, gathers, cumulative sums) and small networks."""

import mpmath as mp
import numpy as np
import pytest

from derive.answer import differentiate
from tests.differences.reference import (
    Task,
    absolute,
    check,
    entrywise,
    erf,
    exp,
    log,
    loggamma,
    relu,
    sigmoid,
    softmax,
    sqrt,
    squares,
    tanh,
    trace,
)

TASKS = [
    Task(
        r"\sum_{i=1}^n \log(1 + \exp(-y_i (w^\top x_i + b)))",
        "w",
        r"x_i \in \mathbb{R}^d for i = 1, \dots, n; y_i \in \{-1, 1\} for i = 1, \dots, n; "
        r"w \in \mathbb{R}^d; b \in \mathbb{R}",
        {"x": (4, 3), "y": "signs", "w": (3,), "b": ()},
        lambda x, y, w, b: log(1 + exp(-y * (x @ w + b))).sum(),
    ),
    Task(
        r"\sum_{i=1}^n \log(1 + \exp(-y_i w^\top x_i))",
        "w",
        r"x_i \in \mathbb{R}^d for i = 1, \dots, n; y_i \in \{-1, 1\} for i = 1, \dots, n; w \in \mathbb{R}^d",
        {"x": (4, 3), "y": "signs", "w": (3,)},
        lambda x, y, w: log(1 + exp(-y * (x @ w))).sum(),
        order=2,
    ),
    Task(
        r"-\sum_{i=1}^n (y_i \log \sigma(z_i) + (1 - y_i) \log(1 - \sigma(z_i)))",
        "z",
        r"z, y \in \mathbb{R}^n",
        {"z": (4,), "y": (4,)},
        lambda z, y: -(y * log(sigmoid(z)) + (1 - y) * log(1 - sigmoid(z))).sum(),
        define=(r"\sigma(t) = \frac{1}{1 + e^{-t}}",),
        order=2,
    ),
    Task(
        r"\sum_{i=1}^n \left( \frac{(y_i - \mu_i)^2}{2 \sigma_i^2} + \log \sigma_i \right)",
        r"\sigma",
        r"y, \mu, \sigma \in \mathbb{R}^n; \sigma_i > 0",
        {"y": (4,), "mu": (4,), "sigma": ("+", 4)},
        lambda y, mu, sigma: ((y - mu) ** 2 / (2 * sigma**2) + log(sigma)).sum(),
    ),
    Task(
        r"\frac{1}{2} \sum_{j=1}^d (\mu_j^2 + s_j^2 - \log s_j^2 - 1)",
        "s",
        r"\mu, s \in \mathbb{R}^d; s_j > 0",
        {"mu": (3,), "s": ("+", 3)},
        lambda mu, s: ((mu**2 + s**2 - log(s**2) - 1) / 2).sum(),
    ),
    Task(
        r"\log \Gamma(\alpha_0) - \sum_{k=1}^K \log \Gamma(\alpha_k) + \sum_{k=1}^K (\alpha_k - 1) \log x_k",
        r"\alpha",
        r"\alpha, x \in \mathbb{R}^K; \alpha_k > 0; x_k > 0",
        {"alpha": ("+", 3), "x": ("+", 3)},
        lambda alpha, x: mp.loggamma(alpha.sum()) - loggamma(alpha).sum() + ((alpha - 1) * log(x)).sum(),
        define=(r"\alpha_0 = \sum_{k=1}^K \alpha_k",),
    ),
    Task(
        r"\log \Gamma(a + b) - \log \Gamma(a) - \log \Gamma(b)",
        "a",
        "a > 0; b > 0",
        {"a": ("+",), "b": ("+",)},
        lambda a, b: mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b),
    ),
    Task(
        r"\sum_{i=1}^n \frac{x_i}{2} (1 + \operatorname{erf}(x_i / \sqrt{2}))",
        "x",
        r"x \in \mathbb{R}^n",
        {"x": (4,)},
        lambda x: (x / 2 * (1 + erf(x / mp.sqrt(2)))).sum(),
    ),
    Task(
        r"\sum_{i=1}^n \rho(y_i - x_i^\top w)",
        "w",
        r"x_i \in \mathbb{R}^d for i = 1, \dots, n; y \in \mathbb{R}^n; w \in \mathbb{R}^d; 0 < \tau < 1",
        {"x": (4, 3), "y": (4,), "w": (3,), "tau": "p"},
        lambda x, y, w, tau: entrywise(lambda u: max(tau * u, (tau - 1) * u))(y - x @ w).sum(),
        define=(r"\rho(u) = \max(\tau u, (\tau - 1) u)",),
    ),
    Task(
        r"\sum_{i=1}^n |y_i - x_i^\top w|",
        "w",
        r"x_i \in \mathbb{R}^d for i = 1, \dots, n; y \in \mathbb{R}^n; w \in \mathbb{R}^d",
        {"x": (4, 3), "y": (4,), "w": (3,)},
        lambda x, y, w: absolute(y - x @ w).sum(),
    ),
    Task(
        r"\sum_{k=1}^K p_k \log \frac{p_k}{q_k}",
        "q",
        r"p, q \in \mathbb{R}^K; p_k > 0; q_k > 0",
        {"p": ("+", 4), "q": ("+", 4)},
        lambda p, q: (p * log(p / q)).sum(),
    ),
    Task(
        r"-\sum_{k=1}^K p_k \log p_k",
        "z",
        r"z \in \mathbb{R}^K",
        {"z": (4,)},
        lambda z: -(softmax(z) * log(softmax(z))).sum(),
        define=(r"p = \operatorname{softmax}(z)",),
    ),
    Task(
        r"\|\operatorname{softmax}(W x) - y\|_2^2",
        "W",
        r"W \in \mathbb{R}^{k \times d}; x \in \mathbb{R}^d; y \in \mathbb{R}^k",
        {"W": (3, 2), "x": (2,), "y": (3,)},
        lambda W, x, y: ((softmax(W @ x) - y) ** 2).sum(),
    ),
    Task(
        r"-\frac{1}{n} \sum_{i=1}^n \log \frac{\exp(z_{i y_i})}{\sum_{k=1}^K \exp(z_{ik})}",
        "z",
        r"z \in \mathbb{R}^{n \times K}; y_i \in \{1, \dots, K\} for i = 1, \dots, n",
        {"z": (4, 3), "y": "labels"},
        lambda z, y: -sum(log(softmax(z))[i, int(y[i]) - 1] for i in range(4)) / 4,
    ),
    Task(
        r"\sum_{i=1}^n \sum_{j=1}^n k(x_i, x_j)",
        "x",
        r"x_i \in \mathbb{R}^d for i = 1, \dots, n; \gamma > 0",
        {"x": (4, 2), "gamma": ("+",)},
        lambda x, gamma: sum(mp.exp(-gamma * ((x[i] - x[j]) ** 2).sum()) for i in range(4) for j in range(4)),
        define=(r"k(u, v) = \exp(-\gamma \|u - v\|_2^2)",),
    ),
    Task(
        r"1 - \frac{u^\top v}{\|u\|_2 \|v\|_2}",
        "v",
        r"u, v \in \mathbb{R}^d; u \ne 0; v \ne 0",
        {"u": (3,), "v": (3,)},
        lambda u, v: 1 - (u @ v) / mp.sqrt((u @ u) * (v @ v)),
    ),
    Task(
        r"\frac{1}{n} \sum_{i=1}^n (x_i - \bar{x})^2",
        "x",
        r"x \in \mathbb{R}^n",
        {"x": (4,)},
        lambda x: ((x - x.sum() / 4) ** 2).sum() / 4,
        define=(r"\bar{x} = \frac{1}{n} \sum_{i=1}^n x_i",),
    ),
    Task(
        r"\sum_{i=1}^n w_i \|x_i - c\|_2^2",
        "c",
        r"x_i \in \mathbb{R}^d for i = 1, \dots, n; w \in \mathbb{R}^n; c \in \mathbb{R}^d",
        {"x": (4, 2), "w": (4,), "c": (2,)},
        lambda x, w, c: (w * ((x - c) ** 2).sum(1)).sum(),
    ),
    Task(
        r"\prod_{i=1}^n p^{x_i} (1 - p)^{1 - x_i}",
        "p",
        r"x_i \in \{0, 1\} for i = 1, \dots, n; 0 < p < 1",
        {"x": "bits", "p": "p"},
        lambda x, p: mp.mpf(1) * np.prod([p if v == 1 else 1 - p for v in x]),
    ),
    Task(
        r"\sum_{i=1}^{n} \log \sum_{k=1}^{K} \pi_k \exp(-\frac{1}{2} \|x_i - \mu_k\|_2^2)",
        r"\mu",
        r"x_i \in \mathbb{R}^d for i = 1, \dots, n; \mu_k \in \mathbb{R}^d for k = 1, \dots, K; "
        r"\pi \in \mathbb{R}^K; \pi_k > 0",
        {"x": (4, 2), "mu": (3, 2), "pi": ("+", 3)},
        lambda x, mu, pi: sum(
            mp.log(sum(pi[k] * mp.exp(-((x[i] - mu[k]) ** 2).sum() / 2) for k in range(3))) for i in range(4)
        ),
    ),
    Task(
        r"\sum_{t=1}^{T} g_t \sum_{k=0}^{m-1} w_{k+1} x_{t+m-1-k}",
        "w",
        r"g \in \mathbb{R}^T; w \in \mathbb{R}^m; x \in \mathbb{R}^{T+m-1}",
        {"g": (4,), "w": (3,), "x": (6,)},
        lambda g, w, x: sum(g[t] * w[k] * x[t + 2 - k] for t in range(4) for k in range(3)),
    ),
    Task(
        r"\sum_{a=1}^{p} \sum_{b=1}^{q} G_{ab} \sum_{i=1}^{k} \sum_{j=1}^{k} W_{ij} X_{a+i-1, b+j-1}",
        "W",
        r"G \in \mathbb{R}^{p \times q}; W \in \mathbb{R}^{k \times k}; "
        r"X \in \mathbb{R}^{(p+k-1) \times (q+k-1)}",
        {"G": (3, 2), "W": (2, 2), "X": (4, 3)},
        lambda G, W, X: sum(
            G[a, b] * W[i, j] * X[a + i, b + j] for a in range(3) for b in range(2) for i in range(2) for j in range(2)
        ),
    ),
    Task(
        r"\sum_{a=1}^{p} \sum_{b=1}^{q} G_{ab} \sum_{i=1}^{k} \sum_{j=1}^{k} W_{ij} X_{a+i-1, b+j-1}",
        "X",
        r"G \in \mathbb{R}^{p \times q}; W \in \mathbb{R}^{k \times k}; "
        r"X \in \mathbb{R}^{(p+k-1) \times (q+k-1)}",
        {"G": (3, 2), "W": (2, 2), "X": (4, 3)},
        lambda G, W, X: sum(
            G[a, b] * W[i, j] * X[a + i, b + j] for a in range(3) for b in range(2) for i in range(2) for j in range(2)
        ),
    ),
    Task(
        r"\sum_{i=1}^n \sum_{j=1}^d G_{ij} E_{t_i j}",
        "E",
        r"E \in \mathbb{R}^{v \times d}; G \in \mathbb{R}^{n \times d}; "
        r"t_i \in \{1, \dots, v\} for i = 1, \dots, n",
        {"E": (3, 2), "G": (4, 2), "t": "labels"},
        lambda E, G, t: sum(G[i, j] * E[int(t[i]) - 1, j] for i in range(4) for j in range(2)),
    ),
    Task(
        r"\sum_{i < j} \frac{1}{\|x_i - x_j\|_2}",
        "x",
        r"x_i \in \mathbb{R}^d for i = 1, \dots, n; x_i \ne x_j for i \ne j",
        {"x": (4, 2)},
        lambda x: sum(1 / mp.sqrt(((x[i] - x[j]) ** 2).sum()) for i in range(4) for j in range(i + 1, 4)),
    ),
    Task(
        r"\sum_{i=1}^n \prod_{j=1}^m (x_i - a_j)",
        "x",
        r"x \in \mathbb{R}^n; a \in \mathbb{R}^m",
        {"x": (3,), "a": (4,)},
        lambda x, a: sum(np.prod([x[i] - a[j] for j in range(4)]) for i in range(3)),
    ),
    Task(
        r"\sum_{i=1}^n \sum_{j=1}^i L_{ij} x_j y_i",
        "x",
        r"L \in \mathbb{R}^{n \times n}; x, y \in \mathbb{R}^n",
        {"L": (3, 3), "x": (3,), "y": (3,)},
        lambda L, x, y: sum(L[i, j] * x[j] * y[i] for i in range(3) for j in range(i + 1)),
    ),
    Task(
        r"\sum_{i=1}^n (\sum_{k=1}^i x_k)^2",
        "x",
        r"x \in \mathbb{R}^n",
        {"x": (4,)},
        lambda x: sum(x[: i + 1].sum() ** 2 for i in range(4)),
    ),
    Task(
        r"\sum_{i=1}^{n-1} (x_{i+1} - x_i)^2",
        "x",
        r"x \in \mathbb{R}^n",
        {"x": (4,)},
        lambda x: ((x[1:] - x[:-1]) ** 2).sum(),
        order=2,
    ),
    Task(
        r"\|W_2 \phi(W_1 x)- y\|_2^2",
        "W_1",
        r"W_1 \in \mathbb{R}^{p \times d}; W_2 \in \mathbb{R}^{m \times p}; x \in \mathbb{R}^d; "
        r"y \in \mathbb{R}^m",
        {"W_1": (3, 2), "W_2": (2, 3), "x": (2,), "y": (2,)},
        lambda W_1, W_2, x, y: ((W_2 @ (lambda u: u * sigmoid(u))(W_1 @ x) - y) ** 2).sum(),
        define=(r"\phi(t) = \frac{t}{1 + e^{-t}}",),
    ),
    Task(
        r"\operatorname{tr}(G^\top \operatorname{softmax}(Q K^\top) V)",
        "Q",
        r"Q \in \mathbb{R}^{n \times d}; K \in \mathbb{R}^{m \times d}; V \in \mathbb{R}^{m \times p}; "
        r"G \in \mathbb{R}^{n \times p}",
        {"Q": (2, 3), "K": (3, 3), "V": (3, 2), "G": (2, 2)},
        lambda Q, K, V, G: trace(G.T @ softmax(Q @ K.T) @ V),
    ),
    Task(
        r"\sum_{i=1}^n g_i h_i",
        "U",
        r"W, U \in \mathbb{R}^{n \times n}; x, h_0, g \in \mathbb{R}^n",
        {"W": (3, 3), "U": (3, 3), "x": (3,), "h_0": (3,), "g": (3,)},
        lambda W, U, x, h_0, g: (g * tanh(W @ x + U @ tanh(W @ x + U @ h_0))).sum(),
        define=(
            r"a = \tanh(W x + U h_0)",
            r"h = \tanh(W x + U a)",
        ),
    ),
    Task(
        r"\sum_{i=1}^n \sum_{j=1}^d G_{ij} Y_{ij}",
        "X",
        r"X, G \in \mathbb{R}^{n \times d}; \gamma, \beta \in \mathbb{R}^d; \epsilon > 0",
        {"X": (3, 4), "G": (3, 4), "gamma": (4,), "beta": (4,), "epsilon": ("+",)},
        lambda X, G, gamma, beta, epsilon: (
            G
            * (
                gamma
                * (X - X.sum(1, keepdims=True) / 4)
                / sqrt(((X - X.sum(1, keepdims=True) / 4) ** 2).sum(1, keepdims=True) / 4 + epsilon)
                + beta
            )
        ).sum(),
        define=(
            r"\mu_i = \frac{1}{d} \sum_{j=1}^d X_{ij}",
            r"v_i = \frac{1}{d} \sum_{j=1}^d (X_{ij} - \mu_i)^2",
            r"Y_{ij} = \gamma_j \frac{X_{ij} - \mu_i}{\sqrt{v_i + \epsilon}} + \beta_j",
        ),
    ),
    Task(
        r"g^\top (x + W_2 \max(0, W_1 x))",
        "x",
        r"W_1 \in \mathbb{R}^{p \times d}; W_2 \in \mathbb{R}^{d \times p}; x, g \in \mathbb{R}^d",
        {"W_1": (4, 3), "W_2": (3, 4), "x": (3,), "g": (3,)},
        lambda W_1, W_2, x, g: g @ (x + W_2 @ relu(W_1 @ x)),
    ),
    Task(
        r"\sum_{i=1}^n g_i c_i",
        "x",
        r"x, g \in \mathbb{R}^n",
        {"x": (4,), "g": (4,)},
        lambda x, g: (g * np.array([x[: i + 1].sum() for i in range(4)], dtype=object)).sum(),
        define=(r"c_i = \sum_{k=1}^i x_k",),
    ),
    Task(
        r"(u^\top \tanh(W x)) (v^\top \sigma(W x))",
        "W",
        r"W \in \mathbb{R}^{m \times d}; x \in \mathbb{R}^d; u, v \in \mathbb{R}^m",
        {"W": (3, 2), "x": (2,), "u": (3,), "v": (3,)},
        lambda W, x, u, v: (u @ tanh(W @ x)) * (v @ sigmoid(W @ x)),
        define=(r"\sigma(t) = \frac{1}{1 + e^{-t}}",),
    ),
    Task(
        r"\frac{1}{2} \|X - X W W^\top\|_F^2",
        "W",
        r"X \in \mathbb{R}^{n \times d}; W \in \mathbb{R}^{d \times k}",
        {"X": (4, 3), "W": (3, 2)},
        lambda X, W: squares(X - X @ W @ W.T) / 2,
    ),
]


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_value_and_derivative_agree_with_differences(task):
    answer = differentiate(task.formula, task.wrt, task.order, task.assume, task.define)
    assert answer.theorem is not None
    check(task, answer)
