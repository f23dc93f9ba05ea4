"""Derivatives of what was defined: functions that are named or act on vectors, gates of a cell, the trigamma function."""

import numpy as np
import pytest

from derive.answer import differentiate
from derive.parse import assume

RNG = np.random.default_rng(5)


def slope(f, x, h=1e-6):
    """Central differences of a function of an array, over the axes of the array."""
    parts = []
    for k in range(x.size):
        step = np.zeros(x.size)
        step[k] = h
        step = step.reshape(x.shape)
        parts.append((f(x + step) - f(x - step)) / (2 * h))
    return np.moveaxis(np.array(parts), 0, -1).reshape(*np.shape(parts[0]), *x.shape)


@pytest.mark.parametrize("name", ["softplus", "relu", "sigmoid", "sgn", "logit"])
def test_a_named_function_that_is_defined_anew_is_what_it_was_defined_to_be(name):
    answer = differentiate(
        rf"\operatorname{{{name}}}(x)", "x", assume=r"x \in \mathbb{R}", define=rf"\operatorname{{{name}}}(t) = t^3"
    )
    assert answer.to_numpy()(2.0) == pytest.approx(12.0)


def test_the_argument_of_a_function_is_a_vector_where_its_use_says_so():
    answer = differentiate(
        r"\|f(x) - y\|_2^2", "V",
        assume=r"x \in \mathbb{R}^d; y \in \mathbb{R}^m; W \in \mathbb{R}^{p \times d}; V \in \mathbb{R}^{m \times p}",
        define=r"f(u) = V \tanh(W u)",
    )  # fmt: skip
    x, y, W, V = RNG.normal(size=3), RNG.normal(size=2), RNG.normal(size=(4, 3)), RNG.normal(size=(2, 4))
    expected = slope(lambda v: ((v @ np.tanh(W @ x) - y) ** 2).sum(), V)
    assert np.allclose(answer.to_numpy()(x=x, y=y, W=W, V=V), expected, rtol=1e-6)


def test_letters_of_gates_count_nothing():
    answer = differentiate(
        r"g^\top (\tanh(W_f x) \odot c + \tanh(W_i x) \odot \tanh(W_c x))", "W_f",
        assume=r"x \in \mathbb{R}^d; c, g \in \mathbb{R}^n; W_f, W_i, W_c \in \mathbb{R}^{n \times d}",
    )  # fmt: skip
    x, c, g = RNG.normal(size=3), RNG.normal(size=2), RNG.normal(size=2)
    f, i, w = (RNG.normal(size=(2, 3)) for _ in range(3))
    expected = slope(lambda v: g @ (np.tanh(v @ x) * c + np.tanh(i @ x) * np.tanh(w @ x)), f)
    assert np.allclose(answer.to_numpy()(x=x, c=c, g=g, W_f=f, W_i=i, W_c=w), expected, rtol=1e-6)


def test_two_members_of_a_family_have_letters_that_count():
    scope = assume(r"x_i, x_j \in \mathbb{R}^d")
    assert len(scope.symbols["x"].shape) == 2 and "x_i" not in scope.symbols


def test_the_second_derivative_of_log_gamma_is_trigamma():
    answer = differentiate(r"\log \Gamma(a)", "a", assume="a > 0", order=2)
    assert answer.to_numpy()(1.0) == pytest.approx(np.pi**2 / 6)
    assert answer.to_numpy()(0.5) == pytest.approx(np.pi**2 / 2)


def test_the_mixed_norm_sums_the_lengths_of_the_columns():
    answer = differentiate(r"\|X\|_{2,1}", "X", assume=r"X \in \mathbb{R}^{m \times n}")
    x = RNG.normal(size=(3, 4))
    assert np.allclose(answer.to_numpy()(x), x / np.sqrt((x**2).sum(axis=0)))
