"""Differentiation with steps: right, proved, readable."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.derivation.calc import CalcError
from derive.derivation.differentiation import plan, prove
from derive.derivation.notation import indices, vector
from derive.kernel import KernelError, by_normal_form
from derive.normal_form.derivative import NotDifferentiable, evaluate
from derive.terms import Derivative, Size, Sum, Symbol, alpha_equal, delta, exp, log, sqrt, tanh, term, unfold
from derive.terms.term import Fn

K, n, d = Size("K"), Size("n"), Size("d")
i, j, k = indices("i j k", K)
z, y, p, S = Symbol("z", (K,)), Symbol("y", (K,)), Symbol("p", (K,)), Symbol("S")
x_ = Symbol("x")
x, c = term(x_), term(Symbol("c"))
SOFTMAX = {S: Sum(k, exp(z[k])), p: vector(exp(z[i]) / S, i)}


def test_the_softmax_gradient_is_found_in_the_names_of_the_definitions():
    found = plan(p[i], z, (j,), SOFTMAX)
    assert alpha_equal(found.result, p[i] * (delta(i, j) - p[j]))
    assert next(r.label.en for line in found.lines for r in line.reasons) == "definition of $p$"


def test_the_cross_entropy_gradient_uses_the_constraint_after_differentiating():
    from derive.derivation.differentiation import plan_of
    from derive.derivation.notation import assume

    one = assume(Sum(k, y[k]), 1)
    found = plan_of(Derivative(-Sum(k, y[k] * log(p[k])), z, (j,)), SOFTMAX, [one])
    assert repr(found.result) in (repr(p[j] - y[j]), repr(-y[j] + p[j]))
    assert prove(found, SOFTMAX, [one]).done().hypotheses


@pytest.mark.parametrize(
    "body, derivative",
    [
        (c * x**3, 3 * c * x**2),
        (exp(c * x), c * exp(c * x)),
        (log(1 + exp(x)), exp(x) / (1 + exp(x))),
        (tanh(x) ** 2, 2 * tanh(x) * (1 - tanh(x) ** 2)),
        (sqrt(1 + x**2), x / sqrt(1 + x**2)),
        (x / (1 + x**2), (1 - x**2) / (1 + x**2) ** 2),
        (Fn("softplus", x), 1 / (1 + exp(-x))),
        (Fn("abs", x), Fn("sign", x)),
        (c, term(0)),
    ],
)
def test_a_derivative_by_steps_is_the_known_one(body, derivative):
    found = plan(body, x_)
    calc = prove(found)
    by_normal_form(calc.current, derivative)
    by_normal_form(calc.done().conclusion.rhs, derivative)


def random_smooth(rng, depth):
    """A random term in x and c that is smooth where it is defined."""
    if depth == 0:
        return rng.choice([x, x, c, term(2), x + 1])
    a, b = random_smooth(rng, depth - 1), random_smooth(rng, depth - 1)
    return rng.choice(
        [
            lambda: a + b,
            lambda: a * b,
            lambda: a / (1 + b**2),
            lambda: exp(a),
            lambda: tanh(a) - b,
            lambda: log(1 + a**2),
            lambda: a**2,
        ]
    )()


@settings(max_examples=60)
@given(st.integers(0, 10**9))
def test_a_random_derivative_by_steps_is_the_trusted_one(seed):
    body = random_smooth(Random(seed), 3)
    found = plan(body, x_)
    trusted = evaluate(Derivative(body, x_))
    try:
        by_normal_form(unfold(found.result, {}), trusted)
    except KernelError as error:
        assert "differ" not in str(error)  # too large is no error; different is


def test_detail_holds_every_rule():
    (last, *_) = [line for line in plan(log(S), z, (j,), SOFTMAX).lines if len(line.detail) > 3]
    names = [r.label.en for line in last.detail for r in line.reasons]
    assert "differentiate under the sum" in names and "sum over δ" in names


def test_a_line_that_is_wrong_is_not_proved():
    from dataclasses import replace

    found = plan(exp(x) * x, x_)
    wrong = replace(found, lines=(*found.lines[:-1], replace(found.lines[-1], after=exp(x))))
    with pytest.raises(CalcError):
        prove(wrong)


def test_what_cannot_be_differentiated_says_so():
    with pytest.raises(NotDifferentiable):
        plan(Fn("floor", x) * Fn("factorial", x), x_)
