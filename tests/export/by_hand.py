"""The formulas of the tests and benchmarks as one writes them by hand for speed, in NumPy and SciPy.

They do what the exported functions do: a function of vectors takes leading axes and keeps them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special
from scipy.linalg import cho_solve, lu_factor, lu_solve


def log_cosh(x: Any, y: Any) -> Any:
    a = np.abs(x - y)
    return (a + np.log1p(np.exp(-2 * a)) - np.log(2)).sum(axis=-1)


def np_softmax(v: np.ndarray) -> np.ndarray:
    e = np.exp(v - v.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def np_softmax_rows(v: np.ndarray) -> np.ndarray:
    """Of a matrix, which is overwritten."""
    v -= v.max(axis=-1, keepdims=True)
    np.exp(v, out=v)
    v /= v.sum(axis=-1, keepdims=True)
    return v


def np_lse(v: np.ndarray) -> Any:
    top = v.max(axis=-1)
    return top + np.log(np.exp(v - top[..., None]).sum(axis=-1))


def np_lse_rows(v: np.ndarray) -> Any:
    """Of a matrix, which is overwritten."""
    top = v.max(axis=-1)
    v -= top[:, None]
    return top + np.log(np.exp(v, out=v).sum(axis=-1))


def np_log_softmax(v: np.ndarray) -> np.ndarray:
    shifted = v - v.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def np_cross_entropy(z: np.ndarray, y: np.ndarray) -> Any:
    return -np.vecdot(y, np_log_softmax(z))


def np_total_variation(x: np.ndarray, t: float) -> Any:
    difference = x[..., 1:] - x[..., :-1]
    return np.sqrt(difference * difference + t).sum(axis=-1)


def np_cosine(x: np.ndarray, y: np.ndarray) -> Any:
    return np.vecdot(x, y) / np.sqrt(np.vecdot(x, x)) / np.sqrt(np.vecdot(y, y))


def np_softmax_jacobian(z: np.ndarray) -> np.ndarray:
    p = np_softmax(z)
    jacobian = -p[..., None] * p[..., None, :]
    diagonal = np.arange(z.shape[-1])
    jacobian[..., diagonal, diagonal] += p
    return jacobian


def np_logistic_loss(X: np.ndarray, y: np.ndarray, theta: np.ndarray) -> Any:
    u = X @ theta
    return (np.maximum(u, 0) - y * u + np.log1p(np.exp(-np.abs(u)))).sum()


def np_logistic_hessian(X: np.ndarray, theta: np.ndarray) -> np.ndarray:
    u = X @ theta
    return (X.T * (special.expit(u) * special.expit(-u))) @ X


def np_softmax_regression(X: np.ndarray, W: np.ndarray, T: np.ndarray) -> Any:
    Z = X @ W
    Z -= Z.max(axis=1, keepdims=True)
    return (T.sum(axis=1) @ np.log(np.exp(Z).sum(axis=1)) - np.vdot(T, Z)) / len(X)


def np_layer_norm_gradient(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    n = x.shape[-1]
    centred = x - x.sum(axis=-1, keepdims=True) / n
    variance = (np.vecdot(centred, centred) / n + 1)[..., None]
    along = np.vecdot(w, centred)[..., None] / (n * variance)
    return (w - w.sum(axis=-1, keepdims=True) / n - centred * along) / np.sqrt(variance)


def np_attention_weights(X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    return np_softmax_rows((X / np.sqrt(X.shape[1])) @ Y.T)


def np_row_gradient(X: np.ndarray, Y: np.ndarray, M: np.ndarray) -> np.ndarray:
    p = np_attention_weights(X, Y)
    return p * (M - np.einsum("ij,ij->i", p, M)[:, None])


def np_inverse_form_gradient(x: np.ndarray, y: np.ndarray, A: np.ndarray) -> np.ndarray:
    factors = lu_factor(A)
    return np.outer(-lu_solve(factors, x, trans=1), lu_solve(factors, y))


def np_factorization_machine(X: np.ndarray, x: np.ndarray) -> Any:
    v = X.T @ x
    return 0.5 * (v @ v - x**2 @ np.einsum("ij,ij->i", X, X))


def np_huber(x: np.ndarray, t: float) -> Any:
    a = np.abs(x)
    near = np.minimum(a, t)
    return 0.5 * np.vecdot(near, near) + t * (a - near).sum(axis=-1)


def np_pseudo_huber(x: np.ndarray, t: float) -> Any:
    r = x / t
    return t**2 * (r * (r / (1 + np.hypot(1, r)))).sum(axis=-1)


def np_variance(x: np.ndarray) -> Any:
    centred = x - x.sum(axis=-1, keepdims=True) / x.shape[-1]
    return np.vecdot(centred, centred) / x.shape[-1]


def np_contrastive(X: np.ndarray, Y: np.ndarray, t: float) -> Any:
    return (np_lse_rows((X / t) @ Y.T) - np.einsum("ij,ij->i", X, Y) / t).sum() / len(X)


def np_mixture_nll(x: np.ndarray, P: np.ndarray, Q: np.ndarray, z: np.ndarray) -> Any:
    logs = x[:, None] - z
    logs /= Q
    logs *= logs
    logs *= -0.5
    logs += np.log(P / Q)
    return len(x) * 0.5 * np.log(2 * np.pi) - np_lse_rows(logs).sum()


def np_identity_plus(A: np.ndarray, lambda_: float) -> np.ndarray:
    result = A.copy()
    result.flat[:: len(A) + 1] += lambda_
    return result


def np_gram_penalty(X: np.ndarray) -> Any:
    G = X.T @ X
    G.flat[:: len(G) + 1] -= 1
    return np.vdot(G, G)


def np_norm(x: np.ndarray) -> np.ndarray:
    centred = x - x.sum(axis=-1, keepdims=True) / x.shape[-1]
    return centred / np.sqrt(np.vecdot(centred, centred) / x.shape[-1] + 1)[..., None]


def np_gauss(X: np.ndarray, mu: np.ndarray, Sigma: np.ndarray) -> float:
    L = np.linalg.cholesky(Sigma)
    R = X - mu
    return len(X) * np.log(np.diag(L)).sum() + 0.5 * np.trace(cho_solve((L, True), R.T @ R))
