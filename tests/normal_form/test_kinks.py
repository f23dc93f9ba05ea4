"""Kinks: an answer and a verdict say where the derivative is not taken."""

from __future__ import annotations

import pytest

from derive.answer import differentiate
from derive.verify import verify_text

DECLARED = r"x, y, r \in \mathbb{R}; v, w, b \in \mathbb{R}^n; A \in \mathbb{R}^{n \times n}; p \in \mathbb{R}^n; p_i > 0; \delta > 0"


@pytest.mark.parametrize(
    ("formula", "wrt", "where"),
    [
        (r"|x|", "x", "where x ≠ 0"),
        (r"\|v\|_1", "v", "where vᵢ ≠ 0"),
        (r"\|A v - b\|_1", "v", "where Σⱼ Aᵢⱼ vⱼ ≠ bᵢ"),
        (r"\max(x, y)", "x", "where x ≠ y"),
        (r"\max(0, 1 - y w^\top v)", "w", "where y vᵀw ≠ 1"),
        (r"\operatorname{relu}(A v + b)", "v", "where Σⱼ Aᵢⱼ vⱼ + bᵢ ≠ 0"),
        (r"x^2 + |y|", "x", ""),  # the kink is in another variable
        (r"|x|^2", "x", ""),
        (r"\max(0, x)^2", "x", ""),
        (r"\|p\|_1", "p", ""),  # declared positive
        (r"\sum_{i=1}^n |v_i|^3", "v", ""),
    ],
)
def test_an_answer_says_where_it_has_no_derivative(formula, wrt, where):
    text = differentiate(formula, wrt, assume=DECLARED).render()
    assert where in text if where else "where" not in text


def test_the_second_derivative_of_a_squared_hinge_has_a_kink():
    assert "where x ≠ 0" in differentiate(r"\max(0, x)^2", "x", order=2, assume=DECLARED).render()


def test_a_proved_step_names_the_kink_as_its_condition():
    text = r"Let $x \in \mathbb{R}$." + "\n\n" + r"$$\frac{d}{dx} |x| = \operatorname{sign}(x)$$" + "\n"
    (step,) = verify_text(text).steps
    assert (step.verdict, list(step.conditions)) == ("proved", [r"x \ne 0"])
