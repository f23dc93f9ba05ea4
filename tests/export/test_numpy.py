"""Exported NumPy agrees with hand-written NumPy and with a slow loop over entries."""

from __future__ import annotations

import ast
import warnings

import numpy as np
import pytest

from derive.export import compile_callable, compile_module
from tests.export.formulas import CASES, K, d, n
from tests.export.slow import Slow

IDS = [case.name for case in CASES]


def close(got, want, tolerance=1e-12):
    want = np.asarray(want)
    assert np.shape(got) == want.shape
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance * max(1.0, np.abs(want).max(initial=0)))


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_agrees_with_hand_written_numpy(case):
    function = compile_callable(case.function)
    for sizes in ({n: 1, d: 1, K: 1}, {n: 5, d: 3, K: 2}, {n: 40, d: 7, K: 9}):
        values = case.inputs(sizes)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            got = function(*values.values())
        close(got, case.hand(*values.values()), 2e-12)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_agrees_with_the_term_entry_by_entry(case):
    sizes = {n: 4, d: 3, K: 2}
    values = case.inputs(sizes, seed=3)
    close(compile_callable(case.function)(*values.values()), Slow(sizes, values).array(case.value), 1e-11)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_module_is_plain_code(case):
    tree = ast.parse(compile_module([case.function]))
    for node in ast.walk(tree):
        assert not isinstance(node, ast.For | ast.While | ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp)
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module]
            assert {name.split(".")[0] for name in names} <= {"numpy", "scipy", "math"}
