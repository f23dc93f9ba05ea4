"""Derivatives as the engine's index calculus leaves them, shown in matrix notation and proved equal to it."""

import pytest

from derive.render import matrix_form, text
from derive.render.folding import fold_sigmoid, unfold_sigmoid
from derive.terms import Arr, Derivative, FunctionSymbol, fresh_index, unfold

assume = pytest.importorskip("derive.parse.declarations").assume
elaborate = pytest.importorskip("derive.parse.elaborate").elaborate
parse_expression = pytest.importorskip("derive.parse.grammar").parse_expression
evaluate = pytest.importorskip("derive.normal_form.derivative").evaluate
equal = pytest.importorskip("derive.normal_form.decide").equal
SIGMA = FunctionSymbol(r"\sigma")
LOGISTIC = r"\sigma(t) = \frac{1}{1 + e^{-t}}"
SOFTMAX = r"p_i = \frac{\exp(z_i)}{\sum_{j=1}^{n} \exp(z_j)}"
SQUARE = r"A, X \in \mathbb{R}^{n \times n}; x, a \in \mathbb{R}^n; "
DATA = r"X \in \mathbb{R}^{n \times d}; y \in \mathbb{R}^n; w \in \mathbb{R}^d; \lambda > 0"

ANSWERS = [
    (r"\|y - X w\|_2^2 + \lambda \|w\|_2^2", DATA, "", "w", "2λw − 2 Xᵀ(y − Xw)"),
    (r"x^\top A x", SQUARE, "", "x", "(A + Aᵀ)x"),
    (r"\frac{x^\top A x}{x^\top x}", SQUARE + r"A^\top = A; x \ne 0", "", "x", "2 Ax / ‖x‖² − (2 xᵀAx / ‖x‖⁴)x"),
    (r"\|x\|_2", SQUARE + r"x \ne 0", "", "x", "x/‖x‖"),
    (r"\log \det X", SQUARE + r"\det X > 0", "", "X", "X⁻ᵀ"),
    (r"a^\top X^{-1} x", SQUARE + r"\det X \ne 0", "", "X", "−X⁻ᵀaxᵀX⁻ᵀ"),
    (r"\operatorname{tr}(X^3)", SQUARE, "", "X", "3 (Xᵀ)²"),
    (r"\operatorname{tr}(A X)", SQUARE, "", "X", "Aᵀ"),
    ("p", r"z \in \mathbb{R}^n", SOFTMAX, "z", "diag(softmax(z)) − softmax(z) softmax(z)ᵀ"),
    (r"-\sum_{i=1}^{n} y_i \log p_i", r"y, z \in \mathbb{R}^n", SOFTMAX, "z", "(𝟏ᵀy) softmax(z) − y"),
    (r"\log \sum_{i=1}^{n} \exp(z_i)", r"z \in \mathbb{R}^n", "", "z", "softmax(z)"),
    (r"\sum_{i=1}^n (\log(1 + e^{u_i}) - y_i u_i)", r"u, y \in \mathbb{R}^n", "", "u", "σ(u) − y"),
    (
        r"\frac{1}{2} (v^\top \sigma(W x + b) - y)^2",
        r"W \in \mathbb{R}^{m \times d}; b, v \in \mathbb{R}^m; x \in \mathbb{R}^d; y \in \mathbb{R}",
        LOGISTIC,
        "W",
        "(vᵀ σ(Wx + b) − y)(v ⊙ σ(Wx + b) ⊙ (𝟏 − σ(Wx + b)))xᵀ",
    ),
    (
        r"\|A - U V^\top\|_F^2",
        r"A \in \mathbb{R}^{m \times n}; U \in \mathbb{R}^{m \times k}; V \in \mathbb{R}^{n \times k}",
        "",
        "U",
        "−2 (A − UVᵀ)V",
    ),
    (
        r"\frac{1}{2} \sum_{i=1}^{n} (x_i - \mu)^\top \Sigma^{-1} (x_i - \mu)",
        r"x_i \in \mathbb{R}^d for i = 1, \dots, n; \mu \in \mathbb{R}^d; \Sigma \in \mathbb{R}^{d \times d}; "
        r"\Sigma^\top = \Sigma; \Sigma \succ 0",
        "",
        r"\mu",
        "−Σ⁻¹ Σᵢ (xᵢ − μ)",
    ),
    (
        r"\sum_{i=1}^{m} \sum_{j=1}^{n} G_{ij} A_{ij}",
        r"Q \in \mathbb{R}^{m \times d}; K \in \mathbb{R}^{n \times d}; G \in \mathbb{R}^{m \times n}",
        r"S = \frac{Q K^\top}{\sqrt{d}}; A_{ij} = \frac{\exp(S_{ij})}{\sum_{l=1}^{n} \exp(S_{il})}",
        "K",
        "((softmax(QKᵀ / √d) ⊙ G)ᵀ − softmax(QKᵀ / √d)ᵀ diag((softmax(QKᵀ / √d) ⊙ G)𝟏))Q / √d",
    ),
    (
        r"\tanh(W x + b)",
        r"W \in \mathbb{R}^{m \times n}; x \in \mathbb{R}^n; b \in \mathbb{R}^m",
        "",
        "x",
        "diag(𝟏 − tanh²(Wx + b)) W",
    ),
]


def derivative_by(expression, declarations, definitions, name):
    scope = assume(declarations, definitions)
    value = unfold(elaborate(parse_expression(expression), scope, expression), scope.definitions)
    symbol = scope.symbols[name]
    axes, body = value.open() if isinstance(value, Arr) else ((), value)
    by = tuple(fresh_index(None, 1, size) for size in symbol.shape)
    return Arr((*axes, *((i,) for i in by)), evaluate(Derivative(body, symbol, by)))


@pytest.mark.parametrize(
    ("expression", "declarations", "definitions", "name", "shown"), ANSWERS, ids=[a[-1] for a in ANSWERS]
)
def test_a_derivative_is_shown_in_matrix_notation(expression, declarations, definitions, name, shown):
    derivative = derivative_by(expression, declarations, definitions, name)
    form = matrix_form(fold_sigmoid(derivative, SIGMA))
    assert form is not None and text(form) == shown
    assert equal(derivative, unfold_sigmoid(form.to_arr(), SIGMA)).proved
