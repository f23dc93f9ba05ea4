"""Exported functions take float32 and float64 and leading axes; the result has their dtype and their axes."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from derive.export import compile_callable, compile_module
from tests.export.formulas import CASES, K, d, m, n

SIZES = {n: 6, d: 3, K: 4, m: 2}
VECTORS = [c for c in CASES if "Arrays may have leading axes" in compile_module([c.function], examples=False)]
SINGLE = [c for c in CASES if c.name not in ("positional", "factorization_machine")]


def arrays(case, **options):
    return [np.asarray(v, **options) for v in case.inputs(SIZES).values()]


@pytest.mark.parametrize("case", SINGLE, ids=[c.name for c in SINGLE])
def test_single_precision_in_single_precision_out(case):
    call = compile_callable(case.function)
    given = [v.astype(np.float32) if v.ndim else float(v) for v in arrays(case)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = np.asarray(call(*given))
    want = np.asarray(call(*(np.asarray(v, float) for v in given)))
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, want, rtol=2e-3, atol=2e-4 * max(1.0, np.abs(want).max()))


@pytest.mark.parametrize("case", VECTORS, ids=[c.name for c in VECTORS])
def test_functions_of_vectors_keep_leading_axes(case):
    call = compile_callable(case.function)
    several = [list(case.inputs(SIZES, seed=k).values()) for k in range(3)]
    numbers = {k for k, p in enumerate(case.parameters) if not p.shape}
    given = [several[0][k] if k in numbers else np.stack([s[k] for s in several]) for k in range(len(case.parameters))]
    got = np.asarray(call(*given))
    for place, one in enumerate(several):
        alone = [several[0][k] if k in numbers else one[k] for k in range(len(one))]
        np.testing.assert_allclose(got[place], call(*alone), rtol=1e-13, atol=1e-14)
