"""Every exported claim of the catalogue agrees with its reference in torch, jax and C too, in float64 to 1e-12.

The equations are found by walking the catalogue. torch and jax are optional: their tests skip where they are absent.
"""

from __future__ import annotations

import ast
import ctypes
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from derive.export import CompileError, compile_callable, export_equation
from derive.export.c import CSource, c_text
from derive.terms import Size
from tests.export.references import CLAIM_IDS, CLAIMS, EQUATIONS, assert_same, function_of, referenced

EACH = pytest.mark.parametrize("equation", EQUATIONS, ids=lambda e: e.id)
EACH_CLAIM = pytest.mark.parametrize("equation, claim", CLAIMS, ids=CLAIM_IDS)
C99 = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"]
LEAST_IN_C = 20
needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="torch is not installed")


@pytest.fixture(scope="module")
def jax():
    jax = pytest.importorskip("jax", reason="jax is not installed")
    jax.config.update("jax_enable_x64", True)
    return jax


@EACH_CLAIM
def test_torch_agrees_with_the_reference(torch, equation, claim):
    function = function_of(equation, claim)
    call = compile_callable(function, "torch")
    compared = 0
    for values, want in referenced(function, claim):
        given = [v if isinstance(p, Size) else torch.tensor(v, dtype=torch.float64) for p, v in values.items()]
        got = call(*given)
        assert not hasattr(got, "dtype") or got.dtype == torch.float64
        assert_same(got, want)
        compared += 1
    assert compared, "the reference is nowhere finite"


@EACH_CLAIM
def test_jax_agrees_with_the_reference(jax, equation, claim):
    function = function_of(equation, claim)
    sizes = tuple(k for k, p in enumerate(function.parameters) if isinstance(p, Size))
    call = jax.jit(compile_callable(function, "jax"), static_argnums=sizes)
    compared = 0
    for values, want in referenced(function, claim):
        assert_same(call(*values.values()), want)
        compared += 1
    assert compared, "the reference is nowhere finite"


def in_c():
    """The claims that have C, with their functions under names of their own."""
    found = {}
    for (equation, claim), id_ in zip(CLAIMS, CLAIM_IDS, strict=True):
        function = replace(function_of(equation, claim), name=id_.replace("-", "_"))
        try:
            CSource(function).source()
        except CompileError:
            continue
        found[id_] = function
    return found


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """All C functions in one shared library, with their sources."""
    folder = tmp_path_factory.mktemp("c")
    functions = in_c()
    (folder / "all.c").write_text(c_text(list(functions.values())))
    subprocess.run(
        ["gcc", *C99, "-O1", "-shared", "-fPIC", "all.c", "-o", "all.so", "-lm"], cwd=folder, check=True, timeout=300
    )
    return ctypes.CDLL(str(folder / "all.so")), {id_: CSource(f) for id_, f in functions.items()}


def call_c(loaded, source, values, shape):
    """The value by the compiled function: sizes first, row-major doubles, the result through a pointer."""
    sizes = {p: v for p, v in values.items() if isinstance(p, Size)}
    axes = [
        (n, extent)
        for p, v in values.items()
        if not isinstance(p, Size)
        for n, extent in zip(p.shape, np.shape(v), strict=True)
    ]
    for length, extent in axes * len(axes):  # n - K + 1 tells n once K is known
        unknown = [a for a, _ in length.terms if a not in sizes]
        if len(unknown) == 1:
            rest = sum(c * sizes[a] for a, c in length.terms if a is not unknown[0])
            sizes[unknown[0]] = (extent - length.constant - rest) // length.coefficient(unknown[0])
    pointer = np.ctypeslib.ndpointer(np.float64, flags="C_CONTIGUOUS")
    call = getattr(loaded, source.name)
    given = [ctypes.c_size_t(sizes[s]) for s in source.every_size]
    kinds = [ctypes.c_size_t] * len(given)
    for p, v in values.items():
        if not isinstance(p, Size):
            given.append(np.ascontiguousarray(v, float) if p.shape else ctypes.c_double(v))
            kinds.append(pointer if p.shape else ctypes.c_double)
    call.restype = None if source.outs else ctypes.c_double
    out = np.full(shape, np.nan)
    call.argtypes = [*kinds, pointer] if source.outs else kinds
    result = call(*given, out) if source.outs else call(*given)
    return out if source.outs else result


@needs_gcc
@EACH_CLAIM
def test_c_agrees_with_the_reference(library, equation, claim):
    loaded, sources = library
    source = sources.get(f"{equation.id}-{claim.name}")
    if source is None:
        pytest.skip("it has no C: CompileError names the part")
    compared = 0
    for values, want in referenced(source.function, claim):
        assert_same(call_c(loaded, source, values, want.shape), want)
        compared += 1
    assert compared, "the reference is nowhere finite"


def test_most_claims_have_c():
    functions = in_c()
    assert len({id_.partition("-")[0] for id_ in functions}) >= LEAST_IN_C
    assert len(functions) >= 0.9 * len(CLAIMS)


@needs_gcc
@EACH
def test_the_c_of_an_equation_compiles_without_a_warning(equation, tmp_path):
    (tmp_path / "one.c").write_text(export_equation(equation, "c"))
    subprocess.run(["gcc", *C99, "-fsyntax-only", "one.c"], cwd=tmp_path, check=True, timeout=60)


@EACH
@pytest.mark.parametrize("target", ["numpy", "torch", "jax"])
def test_every_parameter_and_result_has_a_type(equation, target):
    for node in ast.parse(export_equation(equation, target)).body:
        if isinstance(node, ast.FunctionDef):
            assert node.returns is not None and all(a.annotation is not None for a in node.args.args)
