"""Definite and semidefinite relations: proved by the way a matrix is put together, refuted by a vector."""

from __future__ import annotations

import numpy as np
import pytest

from derive.verify import verify_text

DECLARED = (
    r"Let $A, B \in \mathbb{R}^{d \times d}$ with $A \succ 0$ and $B \succeq 0$, $X \in \mathbb{R}^{n \times d}$, $\lambda > 0$, "
    r"$M \in \mathbb{R}^{d \times d}$, $w \in \mathbb{R}^d$, $x_i \in \mathbb{R}^d$ for $i = 1, \dots, n$, "
    r"$\sigma(z) = 1 / (1 + e^{-z})$."
)


def judged(formula: str):
    (step,) = verify_text(f"{DECLARED}\n\n$$ {formula} $$\n", time_limit=30).steps
    return step


@pytest.mark.parametrize(
    "formula",
    [
        r"A + B \succ 0",
        r"A^{-1} \succ 0",
        r"X^\top X + \lambda I \succ 0",
        r"2 (X^\top X + \lambda I) \succ 0",
        r"X A X^\top \succeq 0",
        r"M M^\top \succeq 0",
        r"A + M^\top B M \succ 0",
        r"A \succeq -B",
        r"\sum_{i=1}^n \sigma(w^\top x_i) (1 - \sigma(w^\top x_i)) x_i x_i^\top \succeq 0",
    ],
)
def test_what_is_definite_by_its_form_is_proved(formula):
    assert judged(formula).verdict == "proved"


@pytest.mark.parametrize(
    "formula",
    [
        r"X^\top X \succ 0",  # some column may vanish
        r"M + M^\top \succeq 0",
        r"A - B \succeq 0",
        r"A B \succeq 0",  # not symmetric
        r"\sum_{i=1}^n (1 - 2 \sigma(w^\top x_i)) x_i x_i^\top \succeq 0",
    ],
)
def test_what_is_not_definite_is_refuted_with_a_vector(formula):
    step = judged(formula)
    assert step.verdict == "refuted" and step.counterexample["lhs"] != "" and step.counterexample["values"]


def test_the_vector_of_a_strict_relation_is_not_0():
    values = judged(r"X^\top X \succ 0").counterexample["values"]
    vector = np.array(values["any vector but 0"], float)
    assert np.any(vector != 0) and np.allclose(np.array(values["X"], float) @ vector, 0)
