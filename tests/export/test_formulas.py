"""`export_formula`: any formula in LaTeX as a function of the declared symbols."""

from __future__ import annotations

import ast

import numpy as np
import pytest

from derive.cli import main
from derive.export import CompileError, export_formula
from derive.parse import ReadError


def function(latex, assume="", define="", name="value"):
    namespace = {}
    exec(export_formula(latex, assume, define, name), namespace)
    return namespace[name]


def test_free_indices_are_the_axes_of_the_result():
    softmax = function(r"\frac{e^{z_i}}{\sum_j e^{z_j}}", r"z \in \mathbb{R}^K")
    np.testing.assert_allclose(softmax(np.zeros((2, 4))), np.full((2, 4), 0.25))
    outer = function("x_i y_j", r"x \in \mathbb{R}^n; y \in \mathbb{R}^m")
    np.testing.assert_array_equal(outer(np.arange(2.0), np.arange(3.0)), np.outer(np.arange(2.0), np.arange(3.0)))


def test_definitions_are_put_in_and_told():
    text = export_formula(
        r"r^\top r", r"X \in \mathbb{R}^{n \times d}; w \in \mathbb{R}^d; y \in \mathbb{R}^n", ["r = y - X w"], "loss"
    )
    (node,) = (n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef))
    assert [a.arg for a in node.args.args] == ["X", "w", "y"]
    assert "r = " in text and "with " in ast.get_docstring(node)


def test_a_derivative_in_the_formula_is_carried_out():
    slope = function(r"\frac{d}{dx} x^3", "x > 0")
    assert slope(2.0) == 12.0


def test_renamed_symbols_are_named_in_the_docstring():
    text = export_formula(r"\lambda \hat y", r"\lambda > 0; \hat y \in \mathbb{R}")
    assert r"lambda_: number, written \lambda" in text and r"y_hat: number, written \hat" in text


@pytest.mark.parametrize("name", ["lambda", "print", "np", "a b", "x\ny", '"""', "__import__('os')"])
def test_a_hostile_function_name_is_an_identifier(name):
    (node,) = (n for n in ast.parse(export_formula("x^2", "x > 0", name=name)).body if isinstance(n, ast.FunctionDef))
    assert node.name not in ("lambda", "print", "np") and "Written" in ast.get_docstring(node)


HOSTILE = [r"\input{/etc/passwd} x", 'x"""', "__import__('os')", r"x \% {0} #", "x; import os", "\\", "$x$", "x" * 5000]


@pytest.mark.parametrize("latex", HOSTILE)
def test_hostile_text_is_refused_or_harmless(latex):
    try:
        text = export_formula(latex, r"x \in \mathbb{R}")
    except (ReadError, CompileError):
        return
    kinds = {type(node) for node in ast.parse(text).body}
    assert kinds <= {ast.Expr, ast.Import, ast.ImportFrom, ast.FunctionDef}


@pytest.mark.parametrize(
    "latex, assume, words",
    [
        (r"\int_0^1 f(x) dx", r"f : \mathbb{R} \to \mathbb{R}", "integral"),
        (r"f(x) + 1", r"f : \mathbb{R} \to \mathbb{R}; x \in \mathbb{R}", "no formula"),
        (r"\sum_{k=1}^{\infty} \frac{1}{k^2}", "", "without end"),
        (
            r"\int_0^1 e^{x^2} \lfloor 3 x \rfloor dx",
            "",
            "an integral without a closed form that we can confirm has no code. Export the integrand",
        ),
        (r"\arg\min_x (x - a)^2", r"a \in \mathbb{R}", "an argmin or argmax has no code. Export the objective"),
        (r"1 + \min_x (x - a)^2", r"a \in \mathbb{R}", r"cannot compile \min_x (x - a)^2"),
        (r"2 \max_i x_i", r"x \in \mathbb{R}^n", "Export the objective"),
        (r"\mathbb{E}[X^2] - \mu^2", r"\mu \in \mathbb{R}", "a random variable has no code. Export what is averaged"),
        (r"\lim_{n \to \infty} (1 + \frac{1}{n})^n", "", "a limit has no code"),
    ],
)
def test_what_has_no_code_is_refused_in_a_sentence(latex, assume, words, capsys):
    assert main(["export", "--formula", latex, "--assume", assume]) == 2
    captured = capsys.readouterr()
    assert words in captured.err and "Traceback" not in captured.err and "internal error" not in captured.err
    assert not captured.out


@pytest.mark.parametrize(
    "id_, words",
    [
        ("two_layer_backprop", "no formula is known for g, s"),
        ("map_gaussian_ridge", "where two objectives are least"),
        ("variance_identity", "an expectation"),
        ("convexity", "an inequality"),
    ],
)
def test_an_equation_without_a_value_says_why_and_what_to_do(id_, words, capsys):
    assert main(["export", id_]) == 2
    told = capsys.readouterr().err
    assert words in told and "derive export --formula" in told


@pytest.mark.parametrize("target", ["numpy", "torch", "jax", "c"])
def test_keywords_and_builtins_are_renamed_and_the_docstring_says_so(target):
    names = {"lambda": r"\lambda", "in": r"\mathrm{in}", "print": r"\mathrm{print}", "np": r"\mathrm{np}"}
    if target == "c":
        names = {"double": r"\mathrm{double}", "main": r"\mathrm{main}", "return": r"\mathrm{return}"}
    declared = "; ".join(rf"{latex} \in \mathbb{{R}}" for latex in names.values())
    text = export_formula(" + ".join(names.values()), declared, target=target)
    for plain, latex in names.items():
        assert f"{plain}_: number, written {latex}" in text.replace(" *  ", ""), text
    if target != "c":
        ast.parse(text)


@pytest.mark.parametrize(
    "arguments, code",
    [
        (["softmax"], 0),
        (["softmax", "--target", "c"], 0),
        (["classification/softmax", "--target", "torch"], 0),
        (["sofmax"], 2),
        (["--formula", "x^2", "--assume", "x > 0"], 0),
        (["--formula", "x^{2", "--assume", "x > 0"], 2),
        (["--formula", "x^2", "--assume", "x > 0", "--target", "fortran"], 2),
        (["--formula", "x + y", "--assume", r"x \in \mathbb{R}^n; y \in \mathbb{R}^{n \times n}"], 2),
    ],
)
def test_exit_codes(arguments, code, capsys):
    assert main(["export", *arguments]) == code
    captured = capsys.readouterr()
    assert bool(captured.out) == (code == 0) and bool(captured.err) == (code != 0)
    assert "internal error" not in captured.err
