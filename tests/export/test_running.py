"""Sums of exponentials over triangles are running log-sum-exps: linear, right, and finite at extreme inputs."""

from __future__ import annotations

import warnings

import mpmath
import numpy as np
import pytest

from derive.export import Function, compile_callable, compile_module
from derive.normal_form.derivative import differentiate, evaluate
from derive.terms import POSITIVE, Arr, Index, Size, Sum, Symbol, exp, fresh_index, log
from tests.export.slow import Slow

n, m = Size("n"), Size("m")
s, w, positive = Symbol("s", (n,)), Symbol("w", (n,)), Symbol("q", (n,), domain=POSITIVE)
X = Symbol("X", (m, n))
i, r = Index("i", 1, n), Index("r", 1, m)
after, before = Index("j", i, n), Index("j", 1, i)


def gradient(value, symbol):
    places = tuple(fresh_index(None, 1, size) for size in symbol.shape)
    return Arr(tuple((p,) for p in places), evaluate(differentiate(value, symbol, places)))


def partial(j, weight=1, inner=1):
    """A partial likelihood: every i against the ones after (or before) it."""
    return Sum(i, weight * (log(Sum(j, inner * exp(s[j]))) - s[i]))


LOSSES = {
    "plackett_luce": partial(after),
    "from_the_start": partial(before),
    "cox": partial(after, w[i]),
    "positive_weights": partial(before, positive[i]),
    "weighted_sums": partial(after, 1, positive[after]),
    "rows": Sum(r, Sum(i, log(Sum(after, exp(X[r, after]))) - X[r, i])),
}


@pytest.mark.parametrize("name", LOSSES)
def test_values_and_gradients_agree_with_a_slow_loop_and_make_no_square(name):
    loss = LOSSES[name]
    symbol = X if name == "rows" else s
    slope = gradient(loss, symbol)
    function = Function("f", (s, w, positive, X), (loss, slope))
    text = compile_module([function], examples=False)
    assert "logaddexp.accumulate" in text and "arange" not in text and "max(" not in text, text
    rng = np.random.default_rng(0)
    values = {s: rng.normal(size=7), w: rng.normal(size=7) * [0, 1, 1, 1, 0, 1, 1], positive: rng.random(7) + 0.1}
    values[X] = rng.normal(size=(2, 7))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = compile_callable(function)(*values.values())
    slow = Slow({n: 7, m: 2}, values)
    np.testing.assert_allclose(got[0], slow.array(Arr((), loss)), rtol=1e-13)
    np.testing.assert_allclose(got[1], slow.array(slope), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("target", ["torch", "jax"])
@pytest.mark.parametrize("name", ["plackett_luce", "cox", "rows"])
def test_the_other_targets_agree_with_numpy(target, name):
    library = pytest.importorskip(target, reason=f"{target} is not installed")
    if target == "jax":
        library.config.update("jax_enable_x64", True)
    symbol = X if name == "rows" else s
    function = Function("f", (s, w, X), (LOSSES[name], gradient(LOSSES[name], symbol)))
    rng = np.random.default_rng(1)
    values = [rng.normal(size=5), rng.normal(size=5) * [0, 1, 1, 0, 1], rng.normal(size=(2, 5))]
    want = compile_callable(function)(*values)
    given = [library.tensor(v) for v in values] if target == "torch" else values
    for a, b in zip(compile_callable(function, target)(*given), want, strict=True):
        np.testing.assert_allclose(np.asarray(a), b, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("scores", [[1e4, 0.0, -1e4], [-1e4, 0.0, 1e4], [800.0, 799.0, 0.0, -745.0], [0.0] * 4])
def test_the_gradient_is_right_at_scores_far_apart(scores):
    got = compile_callable(Function("f", (s,), gradient(LOSSES["plackett_luce"], s)))(np.array(scores))
    with mpmath.workdps(50):
        v = [mpmath.mpf(x) for x in scores]
        tails = [mpmath.fsum(mpmath.exp(x) for x in v[k:]) for k in range(len(v))]
        want = [float(mpmath.fsum(mpmath.exp(v[k]) / tails[p] for p in range(k + 1)) - 1) for k in range(len(v))]
    np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-11)


def test_a_mask_over_two_axes_stays_a_mask():
    """Causal attention needs every weight by itself."""
    M = Symbol("M", (n, n))
    weights = Arr(((i,), (k := Index("k", 1, i),)), exp(M[i, k]) / Sum(before, exp(M[i, before])))
    weights = Arr(((i,),), Sum(k, exp(M[i, k]) / Sum(before, exp(M[i, before])) * s[k]))
    rng = np.random.default_rng(2)
    values = {M: rng.normal(size=(4, 4)), s: rng.normal(size=4)}
    got = compile_callable(Function("f", (M, s), weights))(*values.values())
    np.testing.assert_allclose(got, Slow({n: 4}, values).array(weights), rtol=1e-13)
