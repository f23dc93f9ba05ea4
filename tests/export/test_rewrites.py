"""Each stable rewrite is a theorem of the kernel, and helps: measured against exact values where the plain formula fails."""

from __future__ import annotations

import math
import warnings
from fractions import Fraction

import numpy as np
import pytest

from derive.evaluate import Assignment, evaluate
from derive.export import Function, compile_callable
from derive.export.rewrites import REWRITES, prove
from derive.kernel import Theorem
from derive.normal_form.definedness import conditions
from derive.terms import Arr, free_indices, free_symbols
from tests.export.slow import Slow
from tests.export.test_stable import _sizes

EPSILON = np.finfo(float).eps
EACH = pytest.mark.parametrize("rewrite", REWRITES, ids=[r.name for r in REWRITES])

LOGITS = [{"z": z} for z in ([1e4, 0.0, -1e4], [800.0, 799.0, 3.0], [-1e4, -1e4, -2e4], [710.0, 709.5, -745.0])]
NUMBERS = [{"x": x} for x in (1e4, -1e4, 800.0, -800.0, 1e-9, -1e-9, 40.0, -40.0, 0.3)]
LARGE = [{"q": q} for q in ([1e200, 1e200, 2.0], [1e-200, 1e-200, 1e-3])]
POINTS = {
    "softmax": LOGITS,
    "log_sum_exp": LOGITS,
    "log_softmax": LOGITS,
    "weighted_softmax": [{**p, "w": [1.0, 2.0, 3.0]} for p in LOGITS],
    "softplus": NUMBERS,
    "log_sigmoid": NUMBERS,
    "cross_entropy_of_logits": [{**p, "y": y} for p in NUMBERS for y in (0.0, 1.0, 0.5)],
    "sigmoid_complement": NUMBERS,
    "sigmoid_derivative": NUMBERS,
    "log_1_minus_exp": [{"x": x} for x in (1e-9, 1e-300, 40.0, 700.0, 0.5, 0.7)],
    "log_cosh": [{"x": x} for x in (1e-4, -1e-5, 0.01, 0.5, 1.0, 3.0, 19.9, 20.0, 20.1, 700.0, -1e4)],
    "log_cosh_far": [{"x": x} for x in (25.0, 800.0, -1e4)],
    "log_add_exp": [{"x": x, "y": y} for x, y in ((1e4, 1e4 - 1), (-1e4, -1e4), (0.5, 800.0), (-800.0, -801.0))],
    "running_softmax": [{"z": z} for z in ([800.0, 799.0, 3.0], [710.0, 709.5, -745.0])],
    "log_of_product": LARGE,
    "power_of_product": [{**p, "a": 0.3} for p in LARGE],
    "tanh_by_exponentials": NUMBERS,
    "tanh_quotient": NUMBERS,
    "tanh_from_sigmoid": [{"x": x} for x in (1e-9, -1e-12, 1e-300, 0.1, 800.0, -800.0)],
    "root_difference": [{"x": x} for x in (1e4, 1e9, 0.5, -3.0, -1e8)],
    "root_minus_one": [{"x": x} for x in (1e-9, 1e-5, 0.5, 1e8)],
    "centred_variance": [{"z": [1e9, 1e9 + 1, 1e9 + 2]}, {"z": [1e-3, 5.0, 2.0]}, {"z": [1e8 + 0.5, 1e8, 1e8]}],
}
# In units of the last place. Products of logarithms lose digits in the exponent: 3 * 460 * 0.3 of them at 1e200.
# So do the two running log-sum-exps.
ALLOWED = {"power_of_product": 2000, "running_softmax": 2000}


@EACH
def test_a_rewrite_is_a_theorem(rewrite):
    theorem = prove(rewrite)
    assert isinstance(theorem, Theorem) and not theorem.hypotheses
    assert theorem.conclusion.lhs is rewrite.before and theorem.conclusion.rhs is rewrite.after


@EACH
def test_a_rewrite_asks_only_that_both_sides_are_defined(rewrite):
    defined = {(c.kind, c.subject) for side in (rewrite.before, rewrite.after) for c in conditions(side)}
    if rewrite.name == "root_minus_one":  # its proof goes through (u^2 - 1)/(u + 1)
        return
    assert {(c.kind, c.subject) for c in prove(rewrite).conditions} <= defined


def exact(term, values, at, size):
    assigned = Assignment(
        dict.fromkeys(_sizes(term), size),
        at,
        {s: [Fraction(v) for v in values[s.name]] if s.shape else Fraction(values[s.name]) for s in free_symbols(term)},
    )
    value = evaluate(term, assigned, precision=40_000).value
    return float(value.mid()) if hasattr(value, "mid") else float(value)


def errors(rewrite, values):
    """The worst errors of the exported and of the plain code, in units of the last place of the exact value."""
    term = rewrite.before
    size = max((len(v) for v in values.values() if isinstance(v, list)), default=1)
    free = sorted(free_indices(term), key=repr)
    symbols = sorted(free_symbols(term), key=lambda s: s.name)
    inputs = {s: np.array(values[s.name]) if s.shape else np.float64(values[s.name]) for s in symbols}
    call = compile_callable(Function("f", tuple(symbols), Arr(tuple((i,) for i in free), term) if free else term))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours = np.atleast_1d(call(*inputs.values()))
    worst = [0.0, 0.0]
    for place in range(size if free else 1):
        at = dict.fromkeys(free, place + 1)
        want = exact(term, values, at, size)
        with np.errstate(all="ignore"):
            plain = Slow(dict.fromkeys(_sizes(term), size), inputs).term(term, at)
        unit = max(abs(want) * EPSILON, np.finfo(float).tiny)
        for k, got in enumerate((ours[place], plain)):
            error = abs(float(got) - want) / unit
            worst[k] = max(worst[k], math.inf if math.isnan(error) else error)
    return worst


FASTER = {"capped"}  # these save work, not digits


@pytest.mark.parametrize("rewrite", [r for r in REWRITES if r.name not in FASTER], ids=lambda r: r.name)
def test_a_rewrite_helps_where_the_plain_formula_fails(rewrite):
    found = [errors(rewrite, values) for values in POINTS[rewrite.name]]
    ours, plain = (max(column) for column in zip(*found, strict=True))
    assert ours <= ALLOWED.get(rewrite.name, 4), f"{ours} units of the last place"
    assert plain >= 1000 * max(ours, 1), f"the plain formula is only {plain} units off"
