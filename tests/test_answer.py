"""Derivatives as people ask for them: textbook answers in textbook form, proved, with steps, conditions and code."""

import json

import pytest

from derive.answer import AnswerError, differentiate
from derive.kernel import by_normal_form
from derive.parse import ReadError, elaborate, parse_expression
from derive.terms import unfold

S = r"X, A, B \in \mathbb{R}^{n \times n}; \det X \ne 0; a, b, x \in \mathbb{R}^n"
R = (
    r"X \in \mathbb{R}^{n \times d}; A \in \mathbb{R}^{m \times n}; B \in \mathbb{R}^{d \times m}; "
    r"C \in \mathbb{R}^{n \times n}"
)
L = r"A \in \mathbb{R}^{n \times m}; X \in \mathbb{R}^{n \times d}; B \in \mathbb{R}^{d \times m}"
V = r"x, a, b \in \mathbb{R}^n; A \in \mathbb{R}^{n \times n}; c \in \mathbb{R}; x \ne 0"
REG = r"X \in \mathbb{R}^{n \times d}; y \in \mathbb{R}^n; w \in \mathbb{R}^d; \lambda > 0"

# Textbook matrix derivatives: formula, variable, declarations, what a textbook prints. Some that SymPy 1.14 gets wrong
# (mostly 0) or cannot do are marked.
TEXTBOOK = [
    (r"a^\top x", "x", V, "a"),
    (r"x^\top a", "x", V, "a"),
    (r"x^\top x", "x", V, "2 x"),
    (r"x^\top A x", "x", V, r"(A + A^\top) x"),
    (r"a^\top A x", "x", V, r"A^\top a"),
    (r"\|x\|_2^2", "x", V, "2 x"),
    (r"\|x - a\|_2^2", "x", V, "2 (x - a)"),
    (r"\|x\|_2", "x", V, r"\frac{x}{\|x\|_2}"),
    (r"\|A x - b\|_2^2", "x", V, r"2 A^\top (A x - b)"),
    (r"\exp(a^\top x)", "x", V, r"\exp(a^\top x) a"),  # SymPy: 0
    (r"\log(1 + \exp(a^\top x))", "x", V, r"\frac{\exp(a^\top x)}{1 + \exp(a^\top x)} a"),  # SymPy: 0
    (r"(a^\top x)^2", "x", V, "2 (a^\\top x) a"),
    (r"(a^\top x)(b^\top x)", "x", V, r"(b^\top x) a + (a^\top x) b"),
    (r"\frac{a^\top x}{x^\top x}", "x", V, r"\frac{a}{x^\top x} - \frac{2 (a^\top x)}{(x^\top x)^2} x"),
    (r"\operatorname{tr}(X)", "X", S, "I_n"),
    (r"\operatorname{tr}(A X)", "X", S, r"A^\top"),
    (r"\operatorname{tr}(X^\top A)", "X", S, "A"),
    (r"\operatorname{tr}(A X B)", "X", R, r"A^\top B^\top"),
    (r"\operatorname{tr}(X^\top X)", "X", R, "2 X"),
    (r"\operatorname{tr}(X^\top C X)", "X", R, r"(C + C^\top) X"),
    (r"\operatorname{tr}(X^2)", "X", S, r"2 X^\top"),
    (r"\operatorname{tr}(X^3)", "X", S, r"3 (X^\top)^2"),
    (r"\operatorname{tr}(X^{-1})", "X", S, r"-(X^{-2})^\top"),
    (r"\operatorname{tr}(A X^{-1} B)", "X", S, r"-(X^{-1} B A X^{-1})^\top"),
    (r"a^\top X b", "X", S, r"a b^\top"),
    (r"a^\top X^{-1} b", "X", S, r"-X^{-\top} a b^\top X^{-\top}"),
    (r"\det X", "X", S, r"\det(X) X^{-\top}"),
    (r"\log \det X", "X", S, r"X^{-\top}"),  # SymPy: 0
    (r"\det(A X B)", "X", S, r"\det(A X B) A^\top ((A X B)^{-1})^\top B^\top"),  # SymPy: 0
    (r"\log \det(X^\top X)", "X", R, r"2 X (X^\top X)^{-1}"),  # SymPy: 0
    (r"\|X\|_F", "X", R, r"\frac{X}{\|X\|_F}"),  # SymPy: cannot
    (r"\|A - X B\|_F^2", "X", L, r"-2 (A - X B) B^\top"),
    (r"\sum_{i,j} \exp(X_{ij})", "X", R, r"\exp(X)"),  # SymPy: cannot
]  # fmt: skip


@pytest.mark.parametrize("formula, wrt, assume, textbook", TEXTBOOK, ids=[t[0] for t in TEXTBOOK])
def test_a_textbook_derivative_is_proved_equal_to_what_the_textbook_prints(formula, wrt, assume, textbook):
    answer = differentiate(formula, wrt, assume=assume)
    assert answer.theorem is not None
    expected = elaborate(parse_expression(textbook), answer.scope, textbook)
    by_normal_form(unfold(answer.result, answer.definitions), expected, answer.hypotheses)


@pytest.mark.parametrize(
    "formula, wrt, assume, define, shown",
    [
        (r"\|y - X w\|_2^2 + \lambda \|w\|_2^2", "w", REG, "", "2 Xᵀ(Xw − y) + 2λw"),
        (r"\|y - X w\|_2^2", "w", REG, "", "2 Xᵀ(Xw − y)"),
        (r"\log \det(X^\top X)", "X", R, "", "2 X(XᵀX)⁻¹"),
        (r"x^\top A x", "x", V, "", "(A + Aᵀ)x"),
        (r"-\sum_k y_k \log p_k", "z", r"z, y \in \mathbb{R}^K; \sum_k y_k = 1",
         r"p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}", "p − y"),
        ("p", "z", r"z \in \mathbb{R}^K", r"p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}", "diag(p) − ppᵀ"),
        (r"\frac{1}{n} \sum_{i=1}^n (\log(1 + e^{z_i}) - y_i z_i)", "z", r"z, y \in \mathbb{R}^n", "",
         "(1/n)(σ(z) − y)"),
        (r"f(x)^2", "x", r"x \in \mathbb{R}", "", "2 f(x) f′(x)"),
    ],
)  # fmt: skip
def test_an_answer_is_written_as_a_person_would(formula, wrt, assume, define, shown):
    first = differentiate(formula, wrt, assume=assume, define=define).text()
    assert first.split(" = ")[-1].split("  ")[0].strip() == shown


def test_the_hessian_of_log_sum_exp_is_the_covariance_of_softmax():
    answer = differentiate(r"\log \sum_i e^{x_i}", "x", order=2, assume=r"x \in \mathbb{R}^n")
    assert "diag(softmax(x)) − softmax(x) softmax(x)ᵀ" in answer.text()
    assert answer.kind == "hessian" and len(answer.shape) == 2


def test_every_step_is_a_theorem_and_the_steps_reach_the_result():
    answer = differentiate(r"\|y - X w\|_2^2", "w", assume=REG)
    assert answer.steps and answer.steps[-1].after is answer.result
    assert all(step.theorem.conclusion.op == "=" for step in answer.steps)


def test_conditions_name_what_the_declarations_do_not_give():
    free = differentiate(r"\log \det X", "X", assume=r"X \in \mathbb{R}^{n \times n}")
    assert "det X" in free.render()
    definite = differentiate(r"\log \det X", "X", assume=r"X \in \mathbb{R}^{n \times n}; X \succ 0")
    assert not definite.conditions


def test_json_follows_its_schema():
    record = json.loads(differentiate(r"\|x\|_2^2", "x", assume=r"x \in \mathbb{R}^n").render("json"))
    assert record["schema"] == "derive.differentiate/1"
    assert record["result"] == "2 x" and record["shape"] == ["n"] and record["conditions"] == []
    assert record["steps"][-1]["after"] == record["result"]


def test_latex_has_the_result_and_an_align_environment():
    written = differentiate(r"\|y - X w\|_2^2", "w", assume=REG).render("latex")
    assert r"\begin{align*}" in written and r"\nabla_w" in written


def test_code_has_value_and_gradient_with_the_declared_parameters_in_order():
    module = {}
    exec(compile(differentiate(r"\|y - X w\|_2^2", "w", assume=REG).code(), "answer", "exec"), module)
    assert module["value"].__code__.co_varnames[:4] == ("X", "y", "w", "lambda_")
    assert module["gradient"].__code__.co_varnames[:4] == ("X", "y", "w", "lambda_")


@pytest.mark.parametrize(
    "formula, wrt, assume, error, words",
    [
        ("A A", "A", r"A \in \mathbb{R}^{m \times n}", ReadError, "shapes do not fit"),
        ("x^2", "2", r"x \in \mathbb{R}", AnswerError, "not a variable"),
        (r"\frac{x", "x", r"x \in \mathbb{R}", ReadError, ""),
        (r"x^2", "x^2", r"x \in \mathbb{R}", AnswerError, "not a variable"),
    ],
)  # fmt: skip
def test_an_error_says_what_is_wrong(formula, wrt, assume, error, words):
    with pytest.raises(error, match=words):
        differentiate(formula, wrt, assume=assume)
