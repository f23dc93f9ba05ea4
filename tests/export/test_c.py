"""Exported C compiles without a warning as C99 and agrees with exported NumPy."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest

from derive.export import Function, compile_callable
from derive.export.c import CSource, c_files
from derive.terms import (
    Arr,
    Determinant,
    Index,
    InverseEntry,
    MatrixPowerEntry,
    Size,
    Sum,
    Symbol,
    delta,
    exp,
    log,
    term,
)
from tests.export.formulas import CASES

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
n, d = Size("n"), Size("d")
SYMMETRIC = {"gaussian_nll", "gaussian_nll_gradient", "log_abs_det_gradient", "inverse_form_gradient"}
USABLE = [c for c in CASES if c.name not in SYMMETRIC]


def made_up(*shape):
    count = int(np.prod(shape))
    return (0.5 + (7 * np.arange(count) % 11) / 11).reshape(shape)


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    return compiled(tmp_path_factory.mktemp("c"), [c.function for c in USABLE])


@pytest.fixture
def run(tmp_path):
    return lambda functions: compiled(tmp_path, functions)


def compiled(folder, functions):
    """What the generated test program prints, by function."""
    for name, text in c_files(functions).items():
        (folder / name).write_text(text)
    flags = ["-std=c99", "-O1", "-Wall", "-Wextra", "-Werror", "-pedantic"]
    subprocess.run(
        ["cc", *flags, "formulas.c", "formulas_test.c", "-o", "run", "-lm"], cwd=folder, check=True, timeout=120
    )
    lines = subprocess.run(
        ["./run"], cwd=folder, check=True, capture_output=True, text=True, timeout=20
    ).stdout.splitlines()
    found, current = {}, []
    for line in lines:
        if line[0].isalpha() and line not in ("nan", "inf"):
            current = found.setdefault(line, [])
        else:
            current.append(float(line))
    return found


@pytest.mark.parametrize("case", USABLE, ids=[c.name for c in USABLE])
def test_c_agrees_with_numpy(printed, case):
    source = CSource(case.function)
    sizes = {size: k + 3 for k, size in enumerate(source.every_size)}
    values = [
        made_up(*(r.constant + sum(f * sizes[a] for a, f in r.terms) for r in p.shape)) if p.shape else 0.5
        for p in case.parameters
    ]
    want = compile_callable(case.function)(*values)
    np.testing.assert_allclose(printed[source.name], np.ravel(want), rtol=1e-11, atol=1e-12)


def test_matrix_functions_agree(run):
    X, B, y = Symbol("X", (n, d)), Symbol("B", (d, d)), Symbol("y", (d,))
    a, b, c, e = (Index(s, 1, d) for s in "abce")
    i = Index("i", 1, n)
    gram = Arr(((a,), (b,)), Sum(i, X[i, a] * X[i, b]) + delta(a, b))
    plain = Arr(((a,), (b,)), B[a, b] + 3 * delta(a, b))
    quadratic = Sum(c, Sum(e, y[c] * InverseEntry(gram, c, e) * y[e]))
    functions = [
        Function("gaussian", (X, y), log(Determinant(gram)) + quadratic),
        Function("determinant", (B,), Determinant(plain)),
        Function("log_determinant", (B,), log(Determinant(plain))),
        Function("inverse", (B,), Arr(((c,), (e,)), InverseEntry(plain, c, e))),
        Function(
            "both", (B, y), (quadratic_form(plain, y, c, e), Arr(((c,),), Sum(e, InverseEntry(plain, e, c) * y[e])))
        ),
        Function("third_power", (B,), Arr(((c,), (e,)), MatrixPowerEntry(plain, 3, c, e))),
    ]
    found = run(functions)
    for function in functions:
        values = [made_up(*(4 if r == n + 0 else 3 for r in p.shape)) for p in function.parameters]
        if any(n in {at for s in p.shape for at, _ in s.terms} for p in function.parameters):
            sizes = {s: k + 3 for k, s in enumerate(CSource(function).every_size)}
            values = [made_up(*(sizes[r.atom] for r in p.shape)) for p in function.parameters]
        want = compile_callable(function)(*values)
        want = np.concatenate([np.ravel(w) for w in want]) if isinstance(want, tuple) else np.ravel(want)
        np.testing.assert_allclose(found[CSource(function).name], want, rtol=1e-11)


def quadratic_form(matrix, vector, c, e):
    return Sum(c, Sum(e, vector[c] * InverseEntry(matrix, c, e) * vector[e]))


def test_keywords_and_library_names_are_renamed():
    symbol = Symbol("double")
    text = c_files([Function("exp", (symbol,), exp(term(symbol)))])["formulas.c"]
    assert "double exp_(double double_)" in text
