"""`differentiate` as code: value and gradient at once, and Hessians times vectors without the Hessian."""

from __future__ import annotations

import ast
import math

import numpy as np
import pytest

from derive.answer import differentiate

LOGISTIC = (
    r"\sum_{i=1}^n \left(\log(1 + e^{\sum_j X_{ij} \theta_j}) - y_i \sum_j X_{ij} \theta_j\right)",
    r"\theta",
    r"X \in \mathbb{R}^{n \times d}; y \in \mathbb{R}^n; \theta \in \mathbb{R}^d",
)
CASES = {
    "least_squares": (
        r"\|y - X\theta\|_2^2",
        r"\theta",
        r"X \in \mathbb{R}^{n \times d}; y \in \mathbb{R}^n; \theta \in \mathbb{R}^d",
    ),
    "logistic": LOGISTIC,
    "log_sum_exp": (r"\log \sum_{k=1}^K e^{z_k}", "z", r"z \in \mathbb{R}^K"),
    "matrix": (
        r"\|A - X B\|_F^2",
        "X",
        r"A \in \mathbb{R}^{n \times d}; X \in \mathbb{R}^{n \times m}; B \in \mathbb{R}^{m \times d}",
    ),
}
SIZES = {"n": 5, "d": 3, "m": 2, "K": 4}


def module(latex, wrt, assume, order, target="numpy"):
    namespace = {}
    code = differentiate(latex, wrt=wrt, assume=assume, order=order).code(target)
    exec(code, namespace)
    return namespace, code


def arguments(code):
    """Random values by the shapes that the docstring tells."""
    text = ast.get_docstring(next(f for f in ast.parse(code).body if isinstance(f, ast.FunctionDef)))
    rng = np.random.default_rng(0)
    lines = [line for line in text.splitlines() if ": array (" in line]
    shapes = [line.partition("(")[2].partition(")")[0].rstrip(",").split(", ") for line in lines]
    return [rng.normal(size=tuple(SIZES[s] for s in shape)) for shape in shapes]


@pytest.mark.parametrize("name", CASES)
def test_value_and_gradient_together_are_the_two_apart(name):
    functions, code = module(*CASES[name], order=1)
    given = arguments(code)
    value, gradient = functions["value_and_gradient"](*given)
    np.testing.assert_allclose(value, functions["value"](*given), rtol=1e-14)
    np.testing.assert_allclose(gradient, functions["gradient"](*given), rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("target", ["numpy", "torch", "jax"])
@pytest.mark.parametrize("name", CASES)
def test_the_hessian_times_an_array_needs_no_hessian_and_is_that(name, target):
    if target != "numpy":
        library = pytest.importorskip(target, reason=f"{target} is not installed")
        if target == "jax":
            library.config.update("jax_enable_x64", True)
    functions, code = module(*CASES[name], order=2)
    given = arguments(code)
    hessian = functions["hessian"](*given)
    v = np.random.default_rng(1).normal(size=hessian.shape[: hessian.ndim // 2])
    want = np.tensordot(hessian, v, v.ndim)
    if target != "numpy":
        functions = module(*CASES[name], order=2, target=target)[0]
        given, v = ([library.tensor(x) for x in given], library.tensor(v)) if target == "torch" else (given, v)
    np.testing.assert_allclose(np.asarray(functions["hessian_times_vector"](*given, v)), want, rtol=1e-12, atol=1e-13)


def test_the_product_with_a_softmax_hessian_makes_no_square():
    """A thousand logits in batches of two hundred: a Hessian each would be 1.6 GB."""
    functions, _ = module(*CASES["log_sum_exp"], order=2)
    z = np.random.default_rng(2).normal(size=(200, 1000))
    assert functions["hessian_times_vector"](z, z).shape == (200, 1000)


def test_a_number_has_no_product_of_that_kind():
    functions, _ = module("x^4", "x", r"x \in \mathbb{R}", 2)
    assert "hessian_times_vector" not in functions and functions["hessian"](2.0) == 48.0


def test_a_parameter_or_a_named_value_may_be_called_like_a_special_function():
    answer = differentiate(r"\Gamma(\gamma x) + \gamma \operatorname{erf}(x)", "x", assume=r"x > 0; \gamma > 0")
    namespace = {}
    exec(answer.code("numpy"), namespace)
    value, slope = namespace["value_and_gradient"](1.5, 0.7)
    assert value == pytest.approx(math.gamma(0.7 * 1.5) + 0.7 * math.erf(1.5), rel=1e-12)
    h = 1e-6
    ends = [math.gamma(0.7 * t) + 0.7 * math.erf(t) for t in (1.5 + h, 1.5 - h)]
    assert slope == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-7)
