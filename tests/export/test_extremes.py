"""At extreme inputs exported code is finite where the true value is, and within 4 times best practice's error (mpmath)."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from derive.export import export_formula
from tests.export.extremes import EXTREMES, exactly, units

CASES = pytest.mark.parametrize("case", EXTREMES, ids=[c.name for c in EXTREMES])
LEAST = 200
TIMES = 4


def function(case, target="numpy"):
    namespace = {}
    exec(export_formula(case.latex, case.assume, case.define, target=target), namespace)
    return namespace["value"]


def given(point):
    return [np.float64(v) if isinstance(v, float) else v for v in point]


def test_there_are_enough_extreme_inputs():
    assert sum(len(c.points) for c in EXTREMES) >= LEAST


@CASES
def test_finite_where_the_true_value_is_and_as_exact_as_best_practice(case):
    call = function(case)
    for point in case.points:
        want = exactly(case, point)
        assert np.all(np.isfinite(want)), f"{point}: the true value is not representable; choose another input"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with np.errstate(all="ignore"):
                got, best = call(*given(point)), case.best(*given(point))
        assert np.all(np.isfinite(got)), f"{point}: {got} for {want}"
        assert units(got, want) <= TIMES * max(units(best, want), 1), f"{point}: {got} for {want}, by hand {best}"


@CASES
@pytest.mark.parametrize("target", ["torch", "jax"])
def test_the_other_targets_are_finite_and_close(case, target):
    library = pytest.importorskip(target, reason=f"{target} is not installed")
    if target == "jax":
        library.config.update("jax_enable_x64", True)
    call = function(case, target)
    for point in case.points:
        want = exactly(case, point)
        if np.any((np.abs(want) < 1e-300) & (want != 0)) or any(
            np.any((np.abs(v) < 1e-300) & (v != 0)) for v in given(point)
        ):
            continue  # these libraries may flush subnormal numbers to 0
        values = [library.tensor(v, dtype=library.float64) for v in given(point)] if target == "torch" else given(point)
        got = np.asarray(call(*values))
        assert np.all(np.isfinite(got)), f"{point}: {got} for {want}"
        # their exp, log and gamma are a few units off, times the size of an exponent or of what cancels: 14 bits at 1e4
        assert units(got, want) <= 2**14, f"{point}: {got} for {want}"
