"""Arrays are overwritten only where nothing needs them: the result is the same and the arguments are left alone."""

from __future__ import annotations

import ast

import numpy as np
import pytest

from derive.export import Function, compile_callable, compile_module
from derive.terms import Arr, Index, Size, Sum, Symbol, exp
from tests.export.formulas import CASES, K, d, n
from tests.export.slow import Slow
from tests.export.test_gradients import SCALAR, gradient

m = Size("m")
X, Y, M = Symbol("X", (n, m)), Symbol("Y", (n, m)), Symbol("M", (n, n))
i, k = Index("i", 1, n), Index("k", 1, m)
scores = lambda at: exp(X[i, at] * Y[i, at])  # noqa: E731
p = scores(k) / Sum(k, scores(k))


def overwrites(code):
    return [
        n
        for n in ast.walk(ast.parse(code))
        if isinstance(n, ast.AugAssign) or (isinstance(n, ast.keyword) and n.arg == "out")
    ]


def test_a_softmax_over_rows_is_made_in_place():
    code = compile_module([Function("f", (X, Y), Arr(((i,), (k,)), p))], examples=False)
    assert "e /= e.sum(axis=-1, keepdims=True)" in code


@pytest.mark.parametrize(
    "value",
    [
        Arr(((i,), (k,)), p),
        Arr(((i,), (k,)), p * (1 - p)),
        (Arr(((i,), (k,)), p), Arr(((i,), (k,)), scores(k))),
        (Arr(((i,), (k,)), scores(k)), Arr(((i,), (k,)), p), Arr(((k,), (i,)), p**2)),
        (Arr(((i,), (k,)), scores(k) - 1 / Sum(k, scores(k))), Sum(i, Sum(k, scores(k) * X[i, k]))),
        Arr(((k,), (i,)), scores(k) - Sum(k, scores(k))),
    ],
)
def test_what_is_used_again_is_kept(value):
    rng = np.random.default_rng(0)
    values = {X: rng.normal(size=(3, 4)), Y: rng.normal(size=(3, 4))}
    kept = {s: v.copy() for s, v in values.items()}
    found = compile_callable(Function("f", (X, Y), value))(*values.values())
    slow = Slow({n: 3, m: 4}, kept)
    for got, want in zip(
        found if isinstance(value, tuple) else [found], value if isinstance(value, tuple) else [value], strict=True
    ):
        np.testing.assert_allclose(got, slow.array(want if isinstance(want, Arr) else Arr((), want)), rtol=1e-13)
    for s, v in values.items():
        np.testing.assert_array_equal(v, kept[s])


@pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])
def test_arguments_are_never_written_to(case):
    values = case.inputs({n: 5, d: 3, K: 2})
    targets = [case.function]
    if case in SCALAR:
        targets += [
            Function("f", case.parameters, (case.value, gradient(case.value, s))) for s in case.parameters if s.shape
        ]
    for function in targets:
        given = [np.array(v) for v in values.values()]
        for g in given:
            g.setflags(write=False)
        compile_callable(function)(*given)


def test_single_precision_stays_single_precision():
    for value in (Arr(((i,), (k,)), p), Sum(i, Sum(k, p * X[i, k]))):
        call = compile_callable(Function("f", (X, Y), value))
        rng = np.random.default_rng(0)
        given = [rng.normal(size=(3, 4)).astype(np.float32) for _ in range(2)]
        got = call(*given)
        assert np.asarray(got).dtype == np.float32
        np.testing.assert_allclose(got, call(*[g.astype(float) for g in given]), rtol=1e-5)
