"""Every equation of the catalogue as a module: standalone, its examples run, its values are the references'."""

from __future__ import annotations

import ast
import contextlib
import subprocess
import sys
import warnings

import numpy as np
import pytest

from derive.catalogue import load
from derive.export import CompileError, compile_callable, export_equation
from derive.export.example import inputs
from derive.export.whole import equation_functions
from derive.terms import Arr, Derivative
from tests.export.references import CLAIM_IDS, CLAIMS, EQUATIONS, arrays, assert_same, function_of, referenced

EACH = pytest.mark.parametrize("equation", EQUATIONS, ids=lambda e: e.id)
EACH_CLAIM = pytest.mark.parametrize("equation, claim", CLAIMS, ids=CLAIM_IDS)


ADDED = ("value_and_gradient", "hessian_times_vector")


@pytest.fixture(scope="module")
def doctested(tmp_path_factory):
    """The complaints of ``python -m doctest`` on every module, in a folder without derive."""
    folder = tmp_path_factory.mktemp("modules")
    for e in EQUATIONS:
        with contextlib.suppress(Exception):  # an equation that cannot be exported fails its own tests below
            (folder / f"{e.id}.py").write_text(export_equation(e))
    found = subprocess.run(
        [sys.executable, "-m", "doctest", *sorted(p.name for p in folder.iterdir())],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return found.stdout + found.stderr


@EACH
def test_the_examples_of_a_module_run(equation, doctested):
    assert f"{equation.id}.py" not in doctested and "Traceback (most recent call last)" not in doctested, doctested


@EACH
def test_a_module_stands_alone(equation):
    for target, packages in (
        ("numpy", {"numpy", "scipy", "math"}),
        ("torch", {"torch", "math"}),
        ("jax", {"jax", "math"}),
    ):
        tree = ast.parse(export_equation(equation, target))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module]
                assert {n.split(".")[0] for n in names} <= packages


@EACH
def test_functions_are_named_after_the_claims_and_the_first_like_the_equation(equation):
    tree = ast.parse(export_equation(equation))
    names = [
        n.name if isinstance(n, ast.FunctionDef) else n.targets[0].id
        for n in tree.body
        if isinstance(n, ast.FunctionDef | ast.Assign)
    ]
    names = [n for n in names if not n.startswith("_")]  # helpers
    assert len(set(names)) == len(names)
    wanted = [c.name for c in equation.claims if c.exported]
    assert [n for n in names if n not in ADDED or n in wanted] == wanted
    if equation.claims[0].exported:
        assert names[0] == equation.id


@EACH
def test_every_docstring_has_an_example_shapes_and_the_proof(equation):
    for node in ast.parse(export_equation(equation)).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            text = ast.get_docstring(node)
            assert ">>> " in text and f"Proved: derive show {equation.id}" in text and "Returns " in text, text


@EACH_CLAIM
def test_a_function_agrees_with_its_reference(equation, claim):
    function = function_of(equation, claim)
    call = compile_callable(function)
    compared = 0
    for values, want in referenced(function, claim):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert_same(call(*values.values()), want)
        compared += 1
    assert compared, "the reference is nowhere finite"


@EACH
def test_value_and_gradient_is_both_and_the_slope_of_the_value(equation):
    function = next((f for f in equation_functions(equation) if f.name == "value_and_gradient"), None)
    if function is None:
        return
    claim = next(c for c in equation.claims if c.name == "gradient")
    derivative = claim.lhs.body if isinstance(claim.lhs, Arr) else claim.lhs
    assert isinstance(derivative, Derivative)
    call = compile_callable(function)
    values = arrays(next(inputs(function.parameters, function.hypotheses)))
    value, gradient = call(*values.values())
    at = np.asarray(values[derivative.symbol], float)
    for place in np.ndindex(at.shape):
        ends = []
        for step in (1e-6, -1e-6):
            moved = at.copy()
            moved[place] += step
            ends.append(call(*{**values, derivative.symbol: moved if at.shape else float(moved)}.values())[0])
        assert np.isclose(np.asarray(gradient)[place], (ends[0] - ends[1]) / 2e-6, rtol=1e-6, atol=1e-7)
    assert np.ndim(value) == 0


@EACH
def test_the_hessian_times_a_vector_is_that(equation):
    functions = {f.name: f for f in equation_functions(equation)}
    if "hessian_times_vector" not in functions:
        return
    product = functions["hessian_times_vector"]
    values = arrays(next(inputs(product.parameters, product.hypotheses)))
    matrix = compile_callable(functions["hessian"])(*list(values.values())[:-1])
    want = matrix @ list(values.values())[-1]
    np.testing.assert_allclose(compile_callable(product)(*values.values()), want, rtol=1e-12, atol=1e-14)


def test_the_softmax_cross_entropy_is_finite_and_exact_at_large_logits():
    namespace = {}
    exec(export_equation(load("softmax_cross_entropy")), namespace)
    z, y = np.array([[1e4, 0.0, -1e4], [1e4, 1e4 - 1, 0.0]]), np.eye(3)[[1, 0]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(namespace["softmax_cross_entropy"](z, y), [1e4, np.log1p(np.exp(-1.0))], rtol=4e-16)
        np.testing.assert_allclose(namespace["gradient"](z, y)[0], [1.0, -1.0, 0.0])
        value, gradient = namespace["value_and_gradient"](z, y)
    np.testing.assert_array_equal(value, namespace["softmax_cross_entropy"](z, y))
    np.testing.assert_array_equal(gradient, namespace["gradient"](z, y))


def test_an_equation_without_a_value_says_so():
    class Bare:
        id, title, claims, definitions = "jensen", "Jensen", (), {}

        def functions(self):
            return []

    with pytest.raises(CompileError, match="none of its claims gives a value"):
        export_equation(Bare())


@EACH
@pytest.mark.parametrize("target", ["torch", "jax", "c"])
def test_the_other_targets_are_printed(equation, target):
    assert export_equation(equation, target)
