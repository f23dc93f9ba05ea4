"""Free indices in code: a declared one is an integer that the caller gives, others are axes of the result."""

import numpy as np
import pytest

from derive.answer import differentiate

SOFTMAX = r"p_k = \frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}"
Z = np.array([0.3, -1.2, 2.0, 0.1])
P = np.exp(Z) / np.exp(Z).sum()


def module(target, formula, assume, define=()):
    answer = differentiate(formula, wrt="z", assume=assume, define=define)
    found = {}
    exec(answer.code(target), found)
    return found


@pytest.mark.parametrize("target", ["numpy", "torch", "jax"])
def test_a_declared_index_is_an_integer_parameter(target):
    library = pytest.importorskip("jax.numpy" if target == "jax" else target)
    found = module(target, r"-\log p_c", r"z \in \mathbb{R}^K; c \in \{1, \dots, K\}", SOFTMAX)
    z = library.tensor(Z) if target == "torch" else library.asarray(Z)
    for c in range(1, 5):
        assert np.allclose(float(found["value"](z, c)), -np.log(P[c - 1]), rtol=1e-5)
        assert np.allclose(np.asarray(found["gradient"](z, c)), P - np.eye(4)[c - 1], atol=1e-5)


def test_an_index_that_nobody_declared_is_an_axis():
    found = module("numpy", "p_i z_i", r"z \in \mathbb{R}^K", SOFTMAX)
    assert np.allclose(found["value"](Z), P * Z)
    assert np.allclose(found["jacobian"](Z), np.diag(P) + Z[:, None] * (np.diag(P) - np.outer(P, P)))
