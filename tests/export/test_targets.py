"""The other targets agree with hand-written NumPy. Skipped where the library is not installed."""

from __future__ import annotations

import numpy as np
import pytest

from derive.export import compile_callable
from tests.export.formulas import CASES, K, d, n

IDS = [case.name for case in CASES]
SIZES = ({n: 5, d: 3, K: 2}, {n: 12, d: 4, K: 3})


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="torch is not installed")


@pytest.fixture(scope="module")
def jax():
    jax = pytest.importorskip("jax", reason="jax is not installed")
    jax.config.update("jax_enable_x64", True)
    return jax


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_torch_agrees_with_hand_written_numpy(torch, case):
    function = compile_callable(case.function, "torch")
    for sizes in SIZES:
        values = case.inputs(sizes)
        got = function(*(torch.tensor(v, dtype=torch.float64) for v in values.values()))
        np.testing.assert_allclose(np.asarray(got), case.hand(*values.values()), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_jax_agrees_with_hand_written_numpy(jax, case):
    function = jax.jit(compile_callable(case.function, "jax"))
    for sizes in SIZES[:1]:
        values = case.inputs(sizes)
        np.testing.assert_allclose(
            np.asarray(function(*values.values())), case.hand(*values.values()), rtol=1e-11, atol=1e-11
        )
