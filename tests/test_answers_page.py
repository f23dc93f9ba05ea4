"""The twenty answers of docs/answers.md: proved, printed as a textbook prints them, and what is printed reads back as true."""

import importlib.util
import re
from pathlib import Path

import pytest

from derive.answer import differentiate
from derive.verify import verify_text

PAGE = Path(__file__).resolve().parent.parent / "docs" / "answers.py"
SIGMOID = r"\sigma(t) = \frac{1}{1 + e^{-t}}"


def page():
    spec = importlib.util.spec_from_file_location("answers", PAGE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ANSWERS = page().ANSWERS
SHOWN = [
    "2 Xᵀ(Xw − y) + 2λw", "(A + Aᵀ)x", "(1 / ‖x − a‖)(x − a)", "(2 / ‖x‖⁴)(‖x‖² Ax − (xᵀAx)x)", "−X⁻ᵀAᵀBᵀX⁻ᵀ", "X⁻ᵀ",
    "2 X(XᵀX)⁻¹", "2 Xᵀ(XW − Y)", "diag(p) − ppᵀ", "p − y", "diag(p) − ppᵀ", "Xᵀ(σ(z) − y)", "Xᵀ diag(σ(z) ⊙ (𝟏 − σ(z))) X",
    "diag(softmax(x)) − softmax(x) softmax(x)ᵀ", "Σ⁻¹ Σᵢ (μ − xᵢ)", "½ (nΣ⁻¹ − Σ⁻¹(Σᵢ (xᵢ − μ)(xᵢ − μ)ᵀ)Σ⁻¹)",
    "(1/s)I − 𝟏𝟏ᵀ / (ds) − (x − μ𝟏)(x − μ𝟏)ᵀ / (ds³)", "PᵀG", "((GVᵀ) ⊙ P − diag((G ⊙ (PV))𝟏) P)K / √d", "2 f′(‖x‖²) x",
]  # fmt: skip
HEADS = {
    9: "∂p/∂z", 10: "∇_z (−Σₖ yₖ log pₖ)", 11: "∇_z² (−Σₖ yₖ log pₖ)", 12: "∇_w (Σᵢ (log(1 + exp(zᵢ)) − yᵢ zᵢ))",
    14: "∇ₓ² (log Σᵢ exp(xᵢ))", 17: "∂/∂x ((1/s)(x − μ𝟏))",
}  # fmt: skip
NUMBERS = range(1, len(ANSWERS) + 1)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_answer_is_printed_as_a_textbook_prints_it_and_reads_back_as_true(number):
    formula, wrt, declared, defined, order = ANSWERS[number - 1]
    answer = differentiate(formula, wrt, order, declared, defined)
    assert answer.theorem is not None
    head, _, result = answer.text().partition(" = ")
    assert result.split("   ")[0] == SHOWN[number - 1]
    assert head == HEADS.get(number, head)
    printed = re.search(r"\\\[ (.*?) \\in [^=]*\\\]", answer.render("latex"), re.DOTALL)[1]
    known = "; ".join(filter(None, [declared, defined, SIGMOID if r"\sigma(" in printed else ""]))
    (step,) = verify_text(f"<!-- derive: {known} -->\n\n$$\n{printed}\n$$\n").steps
    assert step.verdict == "proved", step.reason


def test_the_page_is_current():
    module = page()
    assert module.PAGE.read_text().count("\n## ") == len(ANSWERS)
    for number in (3, 12, 17):
        argv = module.arguments(*ANSWERS[number - 1])
        assert f"## {number}\n\n```\n{module.command(argv)}\n```\n\n{module.markdown(module.answered(argv))}\n" in (
            module.PAGE.read_text()
        )


def test_conditions_on_lengths_are_said_of_the_vectors():
    declared = r"x, a \in \mathbb{R}^n; A \in \mathbb{R}^{n \times n}"
    assert "where x ≠ a" in differentiate(r"\|x - a\|_2", "x", assume=declared).render()
    assert "where x ≠ 0" in differentiate(r"\frac{x^\top A x}{x^\top x}", "x", assume=declared).render()
    assert r"where $A x \ne a$" in differentiate(r"\|A x - a\|_2", "x", assume=declared).render("latex")


def test_a_sigma_that_means_something_else_is_not_written_for_the_logistic_function():
    answer = differentiate(r"\log(1 + e^z) + \sigma(z)", "z", 1, r"z \in \mathbb{R}", r"\sigma(t) = t^2")
    assert "σ" not in answer.text()
    plain = differentiate(r"\log(1 + e^z)", "z", 1, r"z \in \mathbb{R}")
    assert "σ(z)" in plain.text() and "with σ(t) = 1 / (1 + e⁻ᵗ)" in plain.render()


def test_wide_derivations_keep_within_the_page():
    formula, wrt, declared, defined, order = ANSWERS[14]
    wide = differentiate(formula, wrt, order, declared, defined).render("latex", "full")
    assert r"\tag*{product rule}" in wide and r"&\quad =" in wide and "&&" not in wide
    narrow = differentiate(r"\log \det X", "X", 1, r"X \in \mathbb{R}^{n \times n}; \det X > 0").render("latex")
    assert "tag" not in narrow and r"&& \text{Jacobi's formula, derivative of an entry,}" in narrow
