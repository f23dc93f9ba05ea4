"""Definite matrices: what is called definite has positive eigenvalues at random values, what is not stays unknown."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pytest

from derive.catalogue import array as whole
from derive.derivation.conditions import holds
from derive.normal_form.decide import prepare
from derive.normal_form.definedness import Condition
from derive.normal_form.definite import DEFINITE, SEMIDEFINITE, UNKNOWN, definiteness
from derive.normal_form.derivative import evaluate
from derive.normal_form.read import array
from derive.parse import assume, elaborate, parse_expression
from derive.terms import Determinant, Size, Symbol
from derive.terms.arrays import matmul, transpose

DECLARED = (
    r"X, Y, Z \in \mathbb{R}^{n \times d}; S \in \mathbb{R}^{n \times n}; S \succeq 0; B \in \mathbb{R}^{d \times d}; B \succ 0; "
    r"C \in \mathbb{R}^{n \times n}; C \succ 0; M \in \mathbb{R}^{d \times d}; v, x \in \mathbb{R}^d; w \in \mathbb{R}^n; "
    r"w_i \ge 0; \lambda > 0; c \ge 0"
)
CASES = {
    r"X^\top X": SEMIDEFINITE,
    r"X^\top X + \lambda I": DEFINITE,
    r"\frac{1}{n} X X^\top + \lambda I": DEFINITE,
    r"X^\top X + c I": SEMIDEFINITE,
    r"X^\top X - \lambda I": UNKNOWN,
    r"X^\top \operatorname{diag}(w) X + B": DEFINITE,
    r"X^\top \operatorname{diag}(w) X": SEMIDEFINITE,
    r"X^\top S X + B^{-1}": DEFINITE,
    r"X^\top Y + B": UNKNOWN,
    r"X B X^\top + C": DEFINITE,
    r"X M X^\top + C": UNKNOWN,
    r"B + x x^\top": DEFINITE,
    r"B - x x^\top": UNKNOWN,
    r"B + x v^\top": UNKNOWN,
    r"(B + x x^\top)^{-1} + X^\top S X": DEFINITE,
    r"(X^\top S X)^{-1}": UNKNOWN,
    r"X^\top (X B X^\top + S) X + B": DEFINITE,
    r"\operatorname{diag}(v) + B": UNKNOWN,
    r"\operatorname{diag}(e^v)": DEFINITE,
    r"B \odot B": DEFINITE,
    r"B \odot (x x^\top)": SEMIDEFINITE,
    r"S C": UNKNOWN,
    r"-B": UNKNOWN,
    r"M": UNKNOWN,
    r"Z^\top C X + X^\top C Z + B": UNKNOWN,
}


def known(latex: str, declared: str = DECLARED) -> str:
    scope = assume(declared)
    value = elaborate(parse_expression(latex), scope, latex)
    setting = prepare((), tuple(scope.hypotheses))
    return definiteness(array(setting.normalizer, evaluate(value)), setting.normalizer.facts)


def at_random(latex: str, seed: int) -> np.ndarray:
    """The matrix at n = 3, d = 4 (so that X^T X is singular), written by hand."""
    rng = np.random.default_rng(seed)
    n, d = 3, 4
    X = rng.normal(size=(n, d))
    S, C, B = (q @ q.T for q in (rng.normal(size=(n, 1)), rng.normal(size=(n, n)), rng.normal(size=(d, d))))
    v, x, w, lam, c = rng.normal(size=d), rng.normal(size=d), rng.random(n), 0.3, 0.0
    inv, diag = np.linalg.inv, np.diag
    return {
        r"X^\top X": X.T @ X,
        r"X^\top X + \lambda I": X.T @ X + lam * np.eye(d),
        r"\frac{1}{n} X X^\top + \lambda I": X @ X.T / n + lam * np.eye(n),
        r"X^\top X + c I": X.T @ X + c * np.eye(d),
        r"X^\top \operatorname{diag}(w) X + B": X.T @ diag(w) @ X + B,
        r"X^\top \operatorname{diag}(w) X": X.T @ diag(w) @ X,
        r"X^\top S X + B^{-1}": X.T @ S @ X + inv(B),
        r"X B X^\top + C": X @ B @ X.T + C,
        r"B + x x^\top": B + np.outer(x, x),
        r"(B + x x^\top)^{-1} + X^\top S X": inv(B + np.outer(x, x)) + X.T @ S @ X,
        r"X^\top (X B X^\top + S) X + B": X.T @ (X @ B @ X.T + S) @ X + B,
        r"\operatorname{diag}(e^v)": diag(np.exp(v)),
        r"B \odot B": B * B,
        r"B \odot (x x^\top)": B * np.outer(x, x),
    }[latex]


@pytest.mark.parametrize("latex", CASES)
def test_a_matrix_is_definite_semidefinite_or_unknown_by_its_form(latex):
    assert known(latex) == CASES[latex]


@pytest.mark.parametrize("latex", [t for t, k in CASES.items() if k])
def test_what_is_called_definite_has_positive_eigenvalues(latex):
    for seed in range(20):
        lowest = np.linalg.eigvalsh(at_random(latex, seed)).min()
        assert lowest > 0 if CASES[latex] == DEFINITE else lowest > -1e-9


def test_independent_columns_make_the_gram_matrix_definite():
    n, d = Size("n"), Size("d")
    tall, plain = whole(Symbol("X", (n, d), properties={"full_column_rank"})), whole(Symbol("X", (n, d)))
    weight = whole(Symbol("C", (n, n), properties={"positive_definite"}))
    half = whole(Symbol("S", (n, n), properties={"positive_semidefinite"}))
    normalizer = prepare(()).normalizer

    def of(*factors):
        return definiteness(array(normalizer, reduce(matmul, factors)), normalizer.facts)

    assert of(transpose(tall), tall) == of(transpose(tall), weight, tall) == DEFINITE
    assert (
        of(transpose(plain), plain) == of(transpose(plain), weight, plain) == of(tall, transpose(tall)) == SEMIDEFINITE
    )
    assert of(transpose(tall), half, tall) == SEMIDEFINITE


@pytest.mark.parametrize(
    ("latex", "given"),
    [
        (r"X^\top X + \lambda I", True),
        (r"X X^\top + \lambda I", True),
        (r"X^\top X - \lambda I", False),
        (r"X^\top X", False),
        (r"X B X^\top + I", True),
        (r"B + \operatorname{diag}(e^v)", True),
        (r"B + \operatorname{diag}(v)", False),
    ],
)
def test_the_declarations_give_that_a_definite_matrix_is_invertible(latex, given):
    scope = assume(DECLARED)
    matrix = elaborate(parse_expression(latex), scope, latex)
    assert holds(Condition("nonzero", Determinant(matrix)), tuple(scope.hypotheses)) is given


def test_a_sum_that_reads_the_same_from_both_ends_is_nonnegative():
    scope = assume(DECLARED)

    def nonnegative(latex: str) -> bool:
        setting = prepare((), tuple(scope.hypotheses))
        value = elaborate(parse_expression(latex), scope, latex)
        return setting.normalizer.facts.nonnegative(setting.read(evaluate(value)))

    assert nonnegative(r"x^\top B x") and nonnegative(r"x^\top X^\top S X x") and nonnegative(r"x^\top B^{-1} x")
    assert not nonnegative(r"x^\top B v")
    assert not nonnegative(r"x^\top M x")
    assert not nonnegative(r"\sum_{i=1}^d \sum_{j=1}^i x_i B_{ij} x_j")
    assert not nonnegative(r"\sum_{i=1}^n \sum_{k=1}^d \sum_{l=1}^d X_{ik} B_{kl} Y_{il}")
