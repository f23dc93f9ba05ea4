"""Numbers that are 0 or 1: functions of them are taken apart, f(y) = y f(1) + (1 - y) f(0)."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from derive.kernel import KernelError, by_normal_form
from derive.parse import assume, elaborate, parse_expression
from derive.terms import unfold

DECLARED = (
    r"y, t \in \{0, 1\}; u, v \in \mathbb{R}; 0 < p < 1; "
    r"x_i \in \mathbb{R} for i = 1, \dots, n; b_i \in \{0, 1\} for i = 1, \dots, n"
)
CASES = [
    (r"\log(1 + e^{-(2y-1) u})", r"y \log(1 + e^{-u}) + (1-y) \log(1 + e^u)", True),
    (r"p^y (1-p)^{1-y}", r"y p + (1-y) (1-p)", True),
    (r"p^y (1-p)^{1-y}", r"y p - (1-y) (1-p)", False),
    (r"e^{y u}", r"1 + y (e^u - 1)", True),
    (r"e^{y u}", r"1 + y e^u", False),
    (r"\frac{1}{1 + y}", r"1 - \frac{y}{2}", True),
    (r"\frac{1}{1 + y}", r"1 - y", False),
    (r"e^{y t u}", r"1 + y t (e^u - 1)", True),
    (r"e^{(y + t) u}", r"(1 + y (e^u - 1)) (1 + t (e^u - 1))", True),
    (r"\sin(y u)", r"y \sin u", True),
    (r"\cos(y u)", r"y \cos u", False),
    (r"\log(p^y)", r"y \log p", True),
    (r"\sqrt{y u^2 + (1 - y) v^2}", r"y |u| + (1 - y) |v|", True),
    (r"\sqrt{y u^2 + (1 - y) v^2}", r"y u + (1 - y) v", False),
]


def decided(left: str, right: str) -> bool:
    scope = assume(DECLARED)
    sides = [unfold(elaborate(parse_expression(t), scope, t), scope.definitions) for t in (left, right)]
    try:
        by_normal_form(*sides, tuple(scope.hypotheses))
    except KernelError:
        return False
    return True


@pytest.mark.parametrize(("left", "right", "true"), CASES)
def test_a_function_of_a_bit_is_taken_apart(left, right, true):
    assert decided(left, right) is true


VALUES = {
    r"\log(1 + e^{-(2y-1) u})": lambda y, t, u, v, p: np.log(1 + np.exp(-(2 * y - 1) * u)),
    r"y \log(1 + e^{-u}) + (1-y) \log(1 + e^u)": lambda y, t, u, v, p: (
        y * np.log(1 + np.exp(-u)) + (1 - y) * np.log(1 + np.exp(u))
    ),
    r"\sqrt{y u^2 + (1 - y) v^2}": lambda y, t, u, v, p: np.sqrt(y * u**2 + (1 - y) * v**2),
    r"y |u| + (1 - y) |v|": lambda y, t, u, v, p: y * abs(u) + (1 - y) * abs(v),
    r"e^{(y + t) u}": lambda y, t, u, v, p: np.exp((y + t) * u),
    r"(1 + y (e^u - 1)) (1 + t (e^u - 1))": lambda y, t, u, v, p: (1 + y * np.expm1(u)) * (1 + t * np.expm1(u)),
}


@pytest.mark.parametrize(("left", "right"), [(a, b) for a, b, true in CASES if true and a in VALUES and b in VALUES])
def test_what_is_proved_holds_at_all_bits(left, right):
    for y, t, u, v in product((0, 1), (0, 1), (-1.3, 0.4), (-0.2, 2.0)):
        assert np.isclose(VALUES[left](y, t, u, v, 0.3), VALUES[right](y, t, u, v, 0.3))


def test_the_loss_of_labels_in_two_notations_is_one():
    left = r"-\sum_{i=1}^n (b_i \log \frac{1}{1 + e^{-x_i}} + (1 - b_i) \log(1 - \frac{1}{1 + e^{-x_i}}))"
    assert decided(left, r"\sum_{i=1}^n \log(1 + e^{-(2 b_i - 1) x_i})")
    assert not decided(left, r"\sum_{i=1}^n \log(1 + e^{(2 b_i - 1) x_i})")


def test_likelihoods_of_bits_stay_powers():
    assert decided(r"\prod_{i=1}^n p^{b_i} (1-p)^{1-b_i}", r"p^{\sum_{i=1}^n b_i} (1-p)^{n - \sum_{i=1}^n b_i}")
