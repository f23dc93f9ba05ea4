"""Steps in differentials: matrices throughout, confirmed by the kernel, and numbers that agree with finite differences."""

from __future__ import annotations

import numpy as np
import pytest

from derive.answer import differentiate
from derive.render.differentials import Differentials
from derive.terms import Arr, Num

SQUARE = r"X, A, B \in \mathbb{R}^{n \times n}; \det X \ne 0; a, b, x \in \mathbb{R}^n"
TALL = r"X \in \mathbb{R}^{m \times d}; W \in \mathbb{R}^{d \times k}; Y \in \mathbb{R}^{m \times k}"


def lines(formula: str, wrt: str, declared: str) -> list[str]:
    shown = differentiate(formula, wrt, assume=declared).render().splitlines()
    return [line.split("    ")[1].strip() for line in shown if line.startswith("    =")]


@pytest.mark.parametrize(
    ("formula", "wrt", "declared", "expected"),
    [
        (
            r"\operatorname{tr}(A X^{-1} B)", "X", SQUARE,
            ["= tr(A d(X⁻¹) B)", "= −tr(AX⁻¹ dX X⁻¹B)", "= −X⁻ᵀAᵀBᵀX⁻ᵀ"],
        ),
        (r"x^\top A x", "x", SQUARE, ["= (d(Aᵀx))ᵀx + xᵀA dx", "= dxᵀ Ax + xᵀA dx", "= (A + Aᵀ)x"]),
        (
            r"\|X W - Y\|_F^2", "W", TALL,
            ["= 2 tr(d(XW − Y)ᵀ (XW − Y))", "= 2 tr((XW − Y)ᵀX dW)", "= 2 Xᵀ(XW − Y)"],
        ),
    ],
)  # fmt: skip
def test_the_steps_of_a_matrix_derivative_are_written_in_matrices(formula, wrt, declared, expected):
    assert lines(formula, wrt, declared) == expected


def test_full_detail_has_every_rule():
    answer = differentiate(r"\operatorname{tr}(A X^{-1} B)", "X", assume=SQUARE)
    assert "∂Xᵣₛ/∂Xᵢⱼ" not in answer.render() and "∂Xᵣₛ/∂Xᵢⱼ" in answer.render(detail="full")


def test_sums_are_taken_apart_before_entries_are():
    text = differentiate(
        r"\|y - X w\|_2^2 + \lambda \|w\|_2^2",
        "w",
        assume=r"X \in \mathbb{R}^{n \times d}; y \in \mathbb{R}^n; w \in \mathbb{R}^d; \lambda > 0",
    ).render()
    assert "= ∇_w ‖r‖² + λ ∇_w ‖w‖²    sum rule, constant factor" in text
    assert "∂" not in text


def test_a_differential_that_does_not_give_the_gradient_is_not_confirmed():
    answer = differentiate(r"x^\top A x", "x", assume=SQUARE)
    written = Differentials(answer.wrt)
    step = next(d for s in answer.calculation.steps for d in (*s.detail, s) if written.of(d.after) is not None)
    form, right = written.of(step.after), answer.result
    wrong = Arr(right.axes, Num(-1) * right.body)
    assert written.confirms(form, right, {}, ()) and not written.confirms(form, wrong, {}, ())


def test_the_gradient_that_is_read_off_gives_the_change_of_the_value():
    rng = np.random.default_rng(5)
    n, h = 4, 1e-6
    X, A, B, change = rng.normal(size=(4, n, n))
    X += 4 * np.eye(n)

    def value(M):
        return np.trace(A @ np.linalg.inv(M) @ B)

    answer = differentiate(
        r"\operatorname{tr}(A X^{-1} B)", "X", assume=r"X, A, B \in \mathbb{R}^{n \times n}; \det X \ne 0"
    )
    gradient = answer.to_numpy()(X, A, B)
    measured = (value(X + h * change) - value(X - h * change)) / (2 * h)
    assert np.isclose(measured, np.sum(gradient * change), rtol=1e-6)
