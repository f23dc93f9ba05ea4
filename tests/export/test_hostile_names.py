"""Names and texts of a formula reach no generated code unescaped: keywords, dunders, quotes, comments, other modules' names."""

from __future__ import annotations

import ast
import re

import pytest

from derive.cli import main

HOSTILE = {
    r"\lambda x + 1": r"\lambda, x \in \mathbb{R}",
    r"\mathrm{class} + \mathrm{None} x": r"\mathrm{class}, \mathrm{None}, x \in \mathbb{R}",
    r"\mathrm{np} + \mathrm{sum} x + \mathrm{print}": r"\mathrm{np}, \mathrm{sum}, \mathrm{print}, x \in \mathbb{R}",
    r'x \text{"""} + 1': r"x \in \mathbb{R}",
    r'x_{"""} + x': r"x \in \mathbb{R}",
    'x + 1 % """ + __import__("os").system("id")': r"x \in \mathbb{R}",
    'x + \\mathrm{a"b}': r"x \in \mathbb{R}",
    r'x \label{"""; import os} + 1': r"x \in \mathbb{R}",
    r"x \text{*/ int owned; /*} + 1": r"x \in \mathbb{R}",
    "x' + x''": r"x \in \mathbb{R}",
    "x\\ + 1\\ ": r"x \in \mathbb{R}",
}
MODULES = {"numpy": {"numpy", "np"}, "torch": {"torch"}, "jax": {"jax", "jax.numpy", "jnp"}}


def exported(capsys, formula: str, declarations: str, target: str) -> str:
    code = main(["export", "--formula", formula, "--assume", declarations, "--target", target])
    out = capsys.readouterr()
    if code == 2:
        assert out.err and "Traceback" not in out.err
        pytest.skip("not read as a formula: nothing is generated")
    assert code == 0
    return out.out


@pytest.mark.parametrize("target", MODULES)
@pytest.mark.parametrize("formula", HOSTILE)
def test_python_code_parses_and_imports_and_calls_nothing_of_the_formula(formula, target, capsys):
    tree = ast.parse(exported(capsys, formula, HOSTILE[formula], target))
    imported = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom) for a in n.names}
    assert imported <= MODULES[target] | {"annotations"}
    calls = [ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)]
    assert all(c.split(".")[0] in MODULES[target] | {"float"} or re.fullmatch(r"[a-z_0-9]+\.\w+", c) for c in calls)
    assert not {"__import__", "eval", "exec", "os"} & {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    assert [type(n) for n in tree.body if not isinstance(n, ast.Import | ast.ImportFrom | ast.FunctionDef)] == [
        ast.Expr
    ]


@pytest.mark.parametrize("formula", HOSTILE)
def test_c_comments_end_where_they_should(formula, capsys):
    code = exported(capsys, formula, HOSTILE[formula], "c")
    assert "int owned" not in re.sub(r"/\*.*?\*/|//[^\n]*", "", code, flags=re.S)


@pytest.mark.parametrize("name", ["x; import os", 'a"b', "{0}", "x' + y", "a.b", "", "f(", "\n"])
def test_a_name_that_is_none_is_refused(name, capsys):
    assert main(["export", "--formula", "x^2", "--assume", r"x \in \mathbb{R}", "--name", name]) == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("name", ["lambda", "class", "None", "__import__", "__class__"])
def test_a_keyword_or_dunder_as_a_name_is_made_harmless(name, capsys):
    assert main(["export", "--formula", "x^2", "--assume", r"x \in \mathbb{R}", "--name", name]) == 0
    (function,) = [n for n in ast.parse(capsys.readouterr().out).body if isinstance(n, ast.FunctionDef)]
    assert function.name != name and function.name.isidentifier()
