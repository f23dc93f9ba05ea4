"""Absolute values of products and sums: equal and ordered as NumPy says, and false orders are not shown."""

import numpy as np
import pytest

from derive.export import Function, compile_callable
from derive.kernel import KernelError, by_inequality, by_normal_form
from derive.terms import Fn, Guard, Index, Relation, Size, Sum, Symbol, term

a, b, c = (term(Symbol(name)) for name in "abc")
K = Size("K")
k, j = Index("k", 1, K), Index("j", 1, K)
x, y = Symbol("x", (K,)), Symbol("y", (K,))


def size(u):
    return Fn("abs", term(u))


def relu(u):
    return Fn("max", term(0), term(u))


def at_most(lhs, rhs):
    try:
        by_inequality(Relation("<=", term(lhs), term(rhs)))
    except KernelError:
        return False
    return True


def equal(lhs, rhs):
    try:
        by_normal_form(term(lhs), term(rhs))
    except KernelError:
        return False
    return True


def test_the_size_of_a_product_is_the_product_of_the_sizes():
    assert equal(size(a * b), size(a) * size(b)) and not equal(size(a * b), a * b)
    assert equal(size(a * b * c), size(c) * size(a * b))
    assert equal(size(a * (b + c)), size(a) * size(b + c)) and not equal(
        size(a * (b + c)), size(a) * (size(b) + size(c))
    )
    assert equal(Sum(k, size(a * x[k])), size(a) * Sum(k, size(x[k])))
    assert equal(size(a * a * b), a**2 * size(b))


def test_a_product_is_positive_where_both_factors_are_and_where_neither_is():
    both = Guard(">", a) * Guard(">", b) + Guard(">", -a) * Guard(">", -b)
    assert equal(Guard(">", a * b), both) and not equal(Guard(">", a * b), Guard(">", a) * Guard(">", b))
    assert equal(relu(a * b), relu(a) * relu(b) + relu(-a) * relu(-b)) and not equal(relu(a * b), relu(a) * relu(b))
    assert equal(Guard("==", a * b), Guard("==", a) + Guard("==", b) - Guard("==", a) * Guard("==", b))


@pytest.mark.parametrize(
    "left, right",
    [(size(a * b), size(a) * size(b)), (relu(a * b * c), relu(a) * relu(b * c) + relu(-a) * relu(-b * c))],
)
def test_both_sides_are_the_same_number(left, right):
    symbols = tuple(Symbol(name) for name in "abc")
    functions = [compile_callable(Function("value", symbols, side)) for side in (left, right)]
    for point in np.random.default_rng(0).normal(size=(20, 3)):
        assert functions[0](*point) == pytest.approx(functions[1](*point))


def test_the_triangle_inequality_for_numbers_and_for_sums():
    assert at_most(size(a + b), size(a) + size(b)) and not at_most(size(a) + size(b), size(a + b))
    assert at_most(size(2 * a - 3 * b), 2 * size(a) + 3 * size(b)) and not at_most(
        size(2 * a - 3 * b), size(a) + 3 * size(b)
    )
    assert at_most(Sum(k, size(x[k] + y[k])), Sum(k, size(x[k])) + Sum(k, size(y[k])))
    assert not at_most(Sum(k, size(x[k])) + Sum(k, size(y[k])), Sum(k, size(x[k] + y[k])))


def test_sums_are_not_compared_through_a_name_that_stands_free():
    assert not at_most(Sum(k, size(x[k] + y[j])), Sum(k, size(x[k])) + Sum(k, size(y[k])))
    assert at_most(Sum(k, size(x[k] + y[j])), Sum(k, size(x[k]) + size(y[j])))
