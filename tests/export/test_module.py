"""Names, docstrings, signatures, batch axes and errors of exported modules."""

from __future__ import annotations

import ast
import keyword

import numpy as np
import pytest

from derive.export import CompileError, Function, compile_callable, compile_module, python_name
from derive.terms import (
    Arr,
    Derivative,
    Expectation,
    FunctionSymbol,
    Index,
    Integral,
    Size,
    Sum,
    Symbol,
    exp,
    log,
    term,
)

n, d = Size("n"), Size("d")
i, j, k = (Index(s, 1, n) for s in "ijk")
z, y = Symbol("z", (n,)), Symbol("y", (n,))

HOSTILE = [
    "__import__('os').system('x')",
    'a"""\nimport os\n"""',
    "lambda",
    "None",
    "print",
    "np",
    "x\x00y",
    "\\",
    "'",
    "1",
    "",
    "é",
    "a b; c",
    "{0}",
    "f'{x}'",
    "__class__",
    "\\text{import os}",
    "\n",
    "#",
    "x" * 500,
    "\\input{/etc/passwd}",
    "self",
    "return",
    "math",
    "expit",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_becomes_a_plain_identifier(name):
    got = python_name(name)
    assert got.isidentifier() and got.isascii() and not keyword.iskeyword(got) and not got.startswith("_")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_stays_inside_names_and_docstrings(name):
    symbol = Symbol(name, (n,))
    code = compile_module(
        [
            Function(
                name or "f", (symbol,), Arr(((i,),), exp(symbol[i])), summary=name, formula=name, conditions=(name,)
            )
        ],
        summary=name,
    )
    tree = ast.parse(code)
    kinds = [type(node) for node in tree.body]
    assert kinds.count(ast.FunctionDef) == 1 and set(kinds) <= {ast.Expr, ast.Import, ast.ImportFrom, ast.FunctionDef}
    (function,) = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    assert [type(s) for s in function.body] == [ast.Expr, ast.Return]


@pytest.mark.parametrize(
    "latex, python",
    [
        (r"\theta", "theta"),
        ("W^{(1)}", "W_1"),
        (r"\hat y", "y_hat"),
        (r"\hat{y}", "y_hat"),
        (r"\lambda", "lambda_"),
        (r"\ell", "ell"),
        ("x_0", "x_0"),
        (r"\bar{x}", "x_bar"),
        (r"\lambda_1", "lambda_1"),
        (r"\mathbf{x}", "x"),
        ("W_Q", "W_Q"),
        (r"\sigma_1", "sigma_1"),
        (r"\tilde{\mu}_k", "mu_tilde_k"),
    ],
)
def test_latex_names_become_readable(latex, python):
    assert python_name(latex) == python


def test_two_symbols_with_one_identifier_stay_apart():
    a, b = Symbol("x_1"), Symbol("x^{(1)}")
    function = compile_callable(Function("f", (a, b), term(a) - 2 * term(b)))
    assert function(x_1=5.0, x_1_2=1.0) == 3.0


def test_names_of_values_do_not_shadow_parameters():
    e, top = Symbol("e", (n,)), Symbol("top", (n,))
    value = Arr(((i,),), exp(e[i]) / Sum(k, exp(e[k])) + top[i])
    got = compile_callable(Function("f", (e, top), value))(np.zeros(2), np.ones(2))
    np.testing.assert_allclose(got, 1.5)


def test_leading_axes_are_batch_axes_for_vectors():
    rng = np.random.default_rng(0)
    values, weights = rng.standard_normal((2, 3, 5)), rng.standard_normal((2, 3, 5))
    s = lambda at: exp(z[at]) / Sum(k, exp(z[k]))  # noqa: E731
    for value in (
        Arr(((i,),), s(i) - y[i]),
        -Sum(i, y[i] * log(s(i))),
        Arr(((i,), (j,)), s(i) * (Index("i", 1, n) - j) * y[j]),
        log(Sum(k, exp(z[k]))),
        Arr(((i,),), (z[i] - Sum(j, z[j]) / n) * Sum(j, y[j] ** 2)),
        Sum(i, z[n + 1 - i] * y[i]),
    ):
        function = compile_callable(Function("f", (z, y), value))
        assert "leading axes" in function.__doc__
        got = function(values, weights)
        want = [[function(v, w) for v, w in zip(vs, ws, strict=True)] for vs, ws in zip(values, weights, strict=True)]
        np.testing.assert_allclose(got, want, rtol=1e-12)


def test_the_docstring_tells_shapes_formula_and_names():
    lam = Symbol(r"\lambda")
    code = compile_module(
        [
            Function(
                "value",
                (Symbol("X", (n, d)), lam),
                term(lam),
                formula=r"\lambda \"quoted\" \\",
                conditions=(r"\lambda > 0",),
            )
        ]
    )
    text = ast.get_docstring(ast.parse(code).body[-1])
    assert "X: array (n, d)" in text and r"lambda_: number, written \lambda" in text and r"\lambda > 0" in text


def test_a_size_that_no_array_shows_is_a_parameter():
    assert compile_callable(Function("f", (), Sum(i, term(i) ** 2)))(n=3) == 14


def test_several_results_share_their_work():
    s = exp(z[i]) / Sum(k, exp(z[k]))
    code = compile_module([Function("both", (z, y), (-Sum(i, y[i] * log(s)), Arr(((i,),), s - y[i])))])
    assert code.count("np.exp") == 1 and code.count(".max(") == 1


def test_float32_stays_float32():
    s = Arr(((i,),), exp(z[i]) / Sum(k, exp(z[k])))
    assert compile_callable(Function("f", (z,), s))(np.zeros(3, np.float32)).dtype == np.float32


def test_a_result_is_never_the_callers_own_array():
    data = np.arange(3.0)
    got = compile_callable(Function("f", (z,), Arr(((i,),), z[i])))(data)
    got[0] = 7.0
    assert data[0] == 0.0


x = Symbol("x")


@pytest.mark.parametrize(
    "value, words",
    [
        (Integral(x, 0, 1, FunctionSymbol("f")(term(x))), "integral"),
        (Expectation(term(x)), "expectation"),
        (Derivative(term(x) ** 2, x), "derivative"),
        (FunctionSymbol("f")(term(x)), "no formula"),
        (Sum(Index("k", 1, None), term(Index("k", 1, None)) ** -2), "without end"),
    ],
)
def test_what_has_no_code_is_refused_with_what_could_be_exported(value, words):
    with pytest.raises(CompileError, match=words) as caught:
        compile_module([Function("f", (x,), value)])
    assert caught.value.instead


def test_an_undeclared_symbol_is_refused():
    with pytest.raises(CompileError, match="not among the parameters"):
        compile_module([Function("f", (), term(x))])


def test_composite_axes_are_row_major():
    from derive.terms import arrays

    X, Y = Symbol("X", (n, d)), Symbol("Y", (d, n))
    left, right = np.arange(6.0).reshape(2, 3), np.arange(6.0).reshape(3, 2) - 2
    kronecker = arrays.kronecker(Arr.of(X), Arr.of(Y))
    np.testing.assert_array_equal(compile_callable(Function("f", (X, Y), kronecker))(left, right), np.kron(left, right))
    columns = compile_callable(Function("f", (X,), arrays.vec(Arr.of(X))))(left)
    np.testing.assert_array_equal(columns, left.ravel(order="F"))
