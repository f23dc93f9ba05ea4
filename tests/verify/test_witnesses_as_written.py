"""A witness gives the values of the sides as the step has them, and a function without a value is no error."""

import math
from fractions import Fraction

import pytest

import derive

SIMPLEX = "Let $p \\in \\mathbb{R}^K$ with $p_k \\ge 0$ and $\\sum_k p_k = 1$.\n\n"


@pytest.mark.parametrize("sign", ["\\ge", ">"])
def test_the_left_side_of_a_lower_bound_is_left(sign):
    (step,) = derive.verify(SIMPLEX + f"$$\\sum_k p_k \\log p_k {sign} \\tfrac12$$\n").steps
    assert step.verdict == "refuted"
    found = step.counterexample
    p = [float(Fraction(x)) for x in found["values"]["p"]]
    assert float(found["lhs"]) == pytest.approx(sum(x * math.log(x) if x else 0 for x in p), abs=1e-5)
    assert found["rhs"] == "1/2"
    assert f"left {found['lhs']}, right 1/2" in step.witness


def test_numbers_too():
    (step,) = derive.verify("$$\\log 2 > 1$$\n").steps
    assert step.verdict == "refuted" and step.counterexample["rhs"] == "1"


def test_an_upper_bound_stays_as_it_is():
    (step,) = derive.verify("$$\\log 3 \\le 1$$\n").steps
    assert step.verdict == "refuted" and step.counterexample["rhs"] == "1"


def test_an_unknown_function_has_no_value_and_no_error():
    text = "Let $f : \\mathbb{R} \\to \\mathbb{R}$ be continuous.\n\n$$\\int_{-\\infty}^{\\infty} f'(x) dx = 0$$\n"
    (step,) = derive.verify(text).steps
    assert "internal error" not in step.reason and step.verdict != "proved"
