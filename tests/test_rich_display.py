"""What a notebook shows: derivations as Markdown, answers as LaTeX, reports as HTML."""

import numpy as np

import derive

ASSUME = r"A \in \mathbb{R}^{n \times n}; x \in \mathbb{R}^n"


def test_an_equation_an_answer_and_a_report_show_themselves():
    assert r"\begin{aligned}" in derive.load("softmax_gradient")._repr_markdown_()
    answer = derive.differentiate(r"x^\top A x", wrt="x", assume=ASSUME)
    assert r"\nabla_x" in answer._repr_latex_()
    assert derive.verify("$$1 + 1 = 3$$")._repr_html_().lower().startswith("<!doctype html>")


def test_an_answer_runs_as_numpy():
    answer = derive.differentiate(r"x^\top A x", wrt="x", assume=ASSUME)
    rng = np.random.default_rng(0)
    A, x = rng.normal(size=(3, 3)), rng.normal(size=3)
    np.testing.assert_allclose(answer.to_numpy()(A, x), (A + A.T) @ x)
    np.testing.assert_allclose(answer.to_numpy("value")(A, x), x @ A @ x)
