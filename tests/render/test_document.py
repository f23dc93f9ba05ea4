"""Derivations in every format."""

import json

import nbformat
import pytest

from derive.render import DerivationView, Shown, StepView, render_derivation
from derive.render.document import derivation_html, derivation_latex, derivation_text, display_width, escape_latex
from derive.terms import ZERO, Derivative, Index, Relation, Size, Sum, Symbol, delta, exp, term

K = Size("K")
z, p, S = Symbol("z", (K,)), Symbol("p", (K,)), Symbol("S")
i, j, k = (Index(name, 1, K) for name in "ijk")
QUOTIENT = Derivative(exp(z[i]) / S, z, (j,))
APPLIED = (delta(i, j) * exp(z[i]) * S - exp(z[i]) * exp(z[j])) / S**2
MIDDLE = (S * Derivative(exp(z[i]), z, (j,)) - exp(z[i]) * Derivative(S + 0, z, (j,))) / S**2
SMALL = (
    StepView(QUOTIENT, MIDDLE, "quotient rule"),
    StepView(
        (S * Derivative(exp(z[i]), z, (j,)) - exp(z[i]) * Derivative(S + 0, z, (j,))) / S**2,
        APPLIED,
        "derivative of exp",
    ),
)
VIEW = DerivationView(
    "Softmax gradient",
    (
        StepView(Derivative(p[i], z, (j,)), QUOTIENT, "definition of p"),
        StepView(QUOTIENT, APPLIED, "quotient rule", (Relation("!=", term(S), ZERO),), SMALL),
        StepView(APPLIED, p[i] * (delta(i, j) - p[j]), "definition of p"),
    ),
    "classification/softmax_gradient",
    (Shown(r"z \in \mathbb{R}^K", "z ∈ ℝᴷ"), Relation("=", p[i], exp(z[i]) / Sum(k, exp(z[k])))),
    notes=("Proved for every K ≥ 1.",),
)

TEXT = """\
Softmax gradient                                                     classification/softmax_gradient
  z ∈ ℝᴷ   pᵢ = exp(zᵢ) / Σₖ exp(zₖ)

  ∂pᵢ/∂zⱼ
    = ∂/∂zⱼ [exp(zᵢ) / S]                       definition of p
    = (S δᵢⱼ exp(zᵢ) − exp(zᵢ) exp(zⱼ)) / S²    quotient rule  (S ≠ 0)
    = pᵢ (δᵢⱼ − pⱼ)                             definition of p  ∎

  Proved for every K ≥ 1."""

LATEX = r"""$z \in \mathbb{R}^K$, \quad $p_i = \frac{e^{z_i}}{\sum_{k=1}^{K} e^{z_k}}$

\begin{align*}
\frac{\partial p_i}{\partial z_j}
  &= \frac{\partial}{\partial z_j} \frac{e^{z_i}}{S}
    && \text{definition of p} \\
  &= \frac{S \delta_{ij} e^{z_i} - e^{z_i} e^{z_j}}{S^2}
    && \text{quotient rule, $S \ne 0$} \\
  &= p_i(\delta_{ij} - p_j)
    && \text{definition of p}
\end{align*}

Proved for every K $\ge$ 1."""


def test_text_is_laid_out_in_columns():
    assert derivation_text(VIEW) == TEXT


def test_latex_is_an_align_environment():
    assert derivation_latex(VIEW) == LATEX


def test_full_detail_shows_the_smaller_steps():
    shown = derivation_text(VIEW, "full")
    assert "derivative of exp" in shown and "(S ∂exp(zᵢ)/∂zⱼ − exp(zᵢ) ∂S/∂zⱼ) / S²" in shown


def test_a_step_that_does_not_continue_starts_a_new_chain():
    steps = (StepView(S + 1, S + 2, "first"), StepView(term(S), 2 * S, "second", relation="<="))
    assert derivation_text(DerivationView("Two", steps)).splitlines()[2:] == [
        "  S + 1",
        "    = S + 2    first",
        "",
        "  S",
        "    ≤ 2S    second  ∎",
    ]


def test_chinese_labels_take_two_columns_a_character():
    assert display_width("商法则 ŷ") == 8
    document = derivation_latex(DerivationView("商", (StepView(S + 1, S + 2, "商法则"),)), document=True)
    assert r"\usepackage{ctex}" in document and r"\text{商法则}" in document


def test_words_are_safe_in_latex_and_html():
    assert escape_latex("50% of a_b, $x_1$, θ ≥ 0") == r"50\% of a\_b, $x_1$, $\theta$ $\ge$ 0"
    assert escape_latex("5$ off") == r"5\$ off"
    page = derivation_html(DerivationView("<b>", (StepView(S + 1, S + 2, "<script>"),)))
    assert "<script>\\" not in page and "&lt;script&gt;" in page


@pytest.mark.parametrize("format", ["text", "latex", "markdown", "html", "json", "ipynb"])
def test_every_format_names_the_rules(format):
    assert "quotient rule" in render_derivation(VIEW, format)


def test_json_and_notebook_are_valid():
    made = json.loads(render_derivation(VIEW, "json"))
    assert made["schema"] == "derive.show/1" and made["steps"][1]["conditions"] == [r"S \ne 0"]
    nbformat.validate(nbformat.reads(render_derivation(VIEW, "ipynb"), as_version=4))


def test_an_unknown_format_is_an_error():
    with pytest.raises(ValueError, match="docx is not one of"):
        render_derivation(VIEW, "docx")
