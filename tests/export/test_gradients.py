"""Derivatives by the engine, exported: they agree with finite differences, and random ones with a slow loop."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from derive.export import Function, compile_callable
from derive.normal_form.derivative import differentiate, evaluate
from derive.terms import Arr, fresh_index
from tests.export.formulas import CASES, K, d, n
from tests.export.slow import Slow
from tests.export.test_random import SYMBOLS, Generator

SCALAR = [case for case in CASES if not isinstance(case.value, Arr)]
STEP = 1e-6


def gradient(value, symbol):
    indices = tuple(fresh_index(None, 1, size) for size in symbol.shape)
    term = evaluate(differentiate(value, symbol, indices))
    return Arr(tuple((i,) for i in indices), term) if indices else term


def finite_difference(function, values, symbol):
    at = np.asarray(values[symbol], float)
    result = np.zeros_like(at)
    for place in np.ndindex(at.shape):
        up, down = at.copy(), at.copy()
        up[place] += STEP
        down[place] -= STEP
        ends = [function(*{**values, symbol: v}.values()) for v in (up, down)]
        result[place] = (ends[0] - ends[1]) / (2 * STEP)
    return result


@pytest.mark.parametrize("case", SCALAR, ids=[case.name for case in SCALAR])
def test_an_exported_gradient_agrees_with_finite_differences(case):
    function = compile_callable(case.function)
    values = case.inputs({n: 5, d: 3, K: 2}, seed=1)
    for symbol in case.parameters:
        derivative = compile_callable(Function("gradient", case.parameters, gradient(case.value, symbol)))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            got = derivative(*values.values())
        want = finite_difference(function, values, symbol)
        if "positive_definite" in symbol.properties:  # Cholesky reads one triangle: compare along symmetric directions
            got, want = got + got.T, want + want.T
        np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-6 * max(1.0, np.abs(want).max()))


EXTREME = """log_sum_exp scaled_log_sum_exp cross_entropy softmax_mean logistic_loss softmax_regression plackett_luce
log_cosh
pseudo_huber contrastive mixture_nll hinge total_variation rms_norm variance huber""".split()


@pytest.mark.parametrize("name", EXTREME)
@pytest.mark.parametrize("scale", [1e4, -1e4, 300.0, 1e-6, 0.0])
def test_values_and_gradients_are_finite_at_extreme_inputs(name, scale):
    case = next(c for c in CASES if c.name == name)
    values = case.inputs({n: 6, d: 3, K: 4})
    values = {s: v if s.domain.positive or s.name in ("y", "T") else v * scale for s, v in values.items()}
    targets = [case.value, *(gradient(case.value, s) for s in case.parameters)]
    for target in targets:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert np.all(np.isfinite(compile_callable(Function("f", case.parameters, target))(*values.values())))


@pytest.mark.parametrize("block", range(5))
def test_derivatives_of_random_terms_agree_with_a_slow_loop(block):
    for seed in range(1000 + 30 * block, 1030 + 30 * block):
        generator = Generator(seed)
        axes = [fresh_index(None, 1, s) for s in generator.pick([(), (), (n,), (d,)])]
        body = generator.term(list(axes), generator.pick([2, 3, 4]))
        symbol = generator.pick(SYMBOLS)
        places = [fresh_index(None, 1, s) for s in symbol.shape]
        derivative = evaluate(differentiate(body, symbol, tuple(places)))
        indices = [*axes, *places]
        value = Arr(tuple((i,) for i in indices), derivative) if indices else derivative
        function = compile_callable(Function("f", tuple(SYMBOLS), value))
        rng = np.random.default_rng(seed)
        sizes = {n: 3, d: 2}
        values = {s: rng.uniform(0.5, 1.5, tuple(sizes[r.atom] for r in s.shape)) for s in SYMBOLS}
        want = Slow(sizes, values).array(value)
        scale = max(1.0, float(np.abs(want).max(initial=0)))
        np.testing.assert_allclose(function(*values.values()), want, rtol=1e-8, atol=1e-8 * scale, err_msg=repr(body))
