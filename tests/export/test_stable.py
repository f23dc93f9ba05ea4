"""The stable rewrites: equal to the plain formula, and finite and accurate where the plain formula is not."""

from __future__ import annotations

import warnings

import mpmath
import numpy as np
import pytest

from derive.export import Function, compile_callable
from derive.export.rewrites import REWRITES
from derive.terms import (
    POSITIVE,
    Arr,
    Entry,
    Fn,
    Index,
    Size,
    Sum,
    Symbol,
    children,
    exp,
    free_indices,
    free_symbols,
    log,
    sqrt,
    term,
)
from tests.export.slow import Slow

K = Size("K")
z, y, w = (Symbol(s, (K,)) for s in "zyw")
p = Symbol("p", (K,), domain=POSITIVE)
x = Symbol("x")
i, j, k = (Index(s, 1, K) for s in "ijk")
u = term(x)


def vector(body):
    return Arr(((i,),), body)


def call(value, **inputs):
    symbols = sorted(set(free_symbols(value)), key=lambda s: s.name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return compile_callable(Function("f", tuple(symbols), value))(**{s.name: inputs[s.name] for s in symbols})


@pytest.mark.parametrize("rewrite", REWRITES, ids=[r.name for r in REWRITES])
def test_a_rewrite_is_an_identity(rewrite):
    rng = np.random.default_rng(0)
    for size in (1, 2, 3):
        values = {
            s: rng.uniform(0.3, 2, size) if s.shape else rng.uniform(0.3, 2)
            for s in free_symbols(rewrite.before) | free_symbols(rewrite.after)
        }
        slow = Slow(dict.fromkeys(_sizes(rewrite.before), size), values)
        at = dict.fromkeys(free_indices(rewrite.before), 1)
        assert np.isclose(slow.term(rewrite.before, at), slow.term(rewrite.after, at), rtol=1e-12, atol=1e-14)


def _sizes(node):
    found = {a for s in free_symbols(node) for n in s.shape for a, _ in n.terms}
    return found | {a for c in children(node) for a in (_sizes(c) if not isinstance(c, Entry) else ())}


EXTREME = [
    np.array(v)
    for v in (
        [1e4, 0.0, -1e4],
        [1e4, 1e4, 1e4],
        [-1e4, -1e4, -2e4],
        [710.0, 709.0, -745.0],
        [1e-9, 0.0, 3.0],
        [1e300, 0.0, 1.0],
    )
]
SOFTMAX = exp(z[i]) / Sum(k, exp(z[k]))


@pytest.mark.parametrize("logits", EXTREME)
def test_softmax_family_is_finite_and_exact_at_extreme_logits(logits):
    with mpmath.workdps(60):
        top = max(logits)
        parts = [mpmath.exp(mpmath.mpf(v) - mpmath.mpf(top)) for v in logits]
        total = mpmath.fsum(parts)
        softmax = [float(q / total) for q in parts]
        lse = float(mpmath.mpf(top) + mpmath.log(total))
        log_softmax = [float(mpmath.mpf(v) - mpmath.mpf(top) - mpmath.log(total)) for v in logits]
    np.testing.assert_allclose(call(vector(SOFTMAX), z=logits), softmax, rtol=4e-16 * 4, atol=1e-300)
    np.testing.assert_allclose(call(log(Sum(k, exp(z[k]))), z=logits), lse, rtol=1e-15)
    np.testing.assert_allclose(call(vector(log(SOFTMAX)), z=logits), log_softmax, rtol=1e-15)
    np.testing.assert_allclose(call(vector(2 * log(SOFTMAX) + 1), z=logits), 2 * np.array(log_softmax) + 1, rtol=1e-15)
    np.testing.assert_allclose(call(vector(SOFTMAX**2), z=logits), np.array(softmax) ** 2, rtol=1e-14, atol=1e-300)
    np.testing.assert_allclose(call(Sum(i, SOFTMAX * w[i]), z=logits, w=np.ones(3)), 1.0, rtol=1e-15)


SCALAR = {
    "sigmoid": ((1 + exp(-u)) ** -1, lambda t: 1 / (1 + mpmath.exp(-t))),
    "other_sigmoid": (exp(u) / (1 + exp(u)), lambda t: 1 / (1 + mpmath.exp(-t))),
    "sigmoid_derivative": (exp(-u) / (1 + exp(-u)) ** 2, lambda t: mpmath.exp(-t) / (1 + mpmath.exp(-t)) ** 2),
    "complement": (1 - (1 + exp(-u)) ** -1, lambda t: mpmath.exp(-t) / (1 + mpmath.exp(-t))),
    "softplus": (log(1 + exp(u)), lambda t: mpmath.log1p(mpmath.exp(t))),
    "log_sigmoid": (log((1 + exp(-u)) ** -1), lambda t: -mpmath.log1p(mpmath.exp(-t))),
    "log_complement": (log(1 - (1 + exp(-u)) ** -1), lambda t: -mpmath.log1p(mpmath.exp(t))),
    "tanh_by_exponentials": ((exp(u) - exp(-u)) / (exp(u) + exp(-u)), mpmath.tanh),
    "tanh_quotient": (Fn("sinh", u) / Fn("cosh", u), mpmath.tanh),
    "root_difference": (sqrt(u**2 + 1) - u, lambda t: mpmath.sqrt(t**2 + 1) - t),
    "expm1": (exp(u) - 1 if False else 1 - exp(-Fn("abs", u)), lambda t: -mpmath.expm1(-abs(t))),
    "log_cosh": (log(Fn("cosh", u)), lambda t: mpmath.log(mpmath.cosh(t))),
}
POINTS = [0.0, 1e-3, -1e-3, 1.0, -1.0, 20.0, -20.0, 40.0, -40.0, 700.0, -700.0, 1e4, -1e4]


@pytest.mark.parametrize("name", SCALAR)
@pytest.mark.parametrize("point", POINTS)
def test_scalar_forms_match_mpmath(name, point):
    value, exact = SCALAR[name]
    with mpmath.workdps(9000 if abs(point) > 700 else 400):
        want = float(exact(mpmath.mpf(point)))
    got = call(value, x=point)
    floor = 1e-300
    assert abs(got - want) <= 1e-15 * abs(want) + floor, (got, want)


def test_entropy_and_divergence_take_zeros_without_a_warning():
    q = Symbol("q", (K,))
    r = Symbol("r", (K,))
    zeros, other = np.array([0.0, 0.25, 0.75]), np.array([0.0, 0.5, 0.5])
    entropy = -Sum(i, q[i] * log(q[i]))
    assert np.isclose(call(entropy, q=zeros), -(0.25 * np.log(0.25) + 0.75 * np.log(0.75)), rtol=1e-15)
    divergence = Sum(i, q[i] * log(q[i] / r[i]))
    assert np.isclose(call(divergence, q=zeros, r=other), 0.25 * np.log(0.5) + 0.75 * np.log(1.5), rtol=1e-15)
    assert np.isclose(call(-Sum(i, y[i] * log(q[i])), q=zeros, y=np.array([0.0, 0.0, 1.0])), -np.log(0.75))


def test_a_variance_far_from_zero_keeps_its_digits():
    data = 1e9 + np.array([0.0, 1.0, 2.0])
    assert call(Sum(i, z[i] ** 2) / K - (Sum(i, z[i]) / K) ** 2, z=data) == pytest.approx(2 / 3, rel=1e-12)


def test_a_pseudo_huber_residual_near_zero_keeps_its_digits():
    assert call(sqrt(1 + u**2) - 1, x=1e-9) == pytest.approx(5e-19, rel=1e-12)


def test_masked_attention_row_ignores_what_the_mask_hides():
    weights = vector(exp(z[i]) / Sum(Index("k", i, K), exp(z[Index("k", i, K)])))
    got = call(weights, z=np.array([1e4, 0.0, -1e4]))
    np.testing.assert_array_equal(got, [1.0, 1.0, 1.0])
