"""Sums over all others: in linear time, exact where one entry is large, in every target."""

import numpy as np
import pytest

from derive.export import compile_callable, compile_module
from derive.export.source import Function
from derive.terms import Arr, Guard, Index, Mul, Size, Sum, Symbol, affine

n, d = Size("n"), Size("d")
i, j, k = Index("i", 1, n), Index("j", 1, n), Index("k", 1, d)
a, X = Symbol("a", (n,)), Symbol("X", (n, d))
APART = Guard("!=", affine(i) - affine(j))
OTHERS = Arr(((i,),), Sum(j, Mul(APART, a[j])))
ROWS = Arr(((i,), (k,)), Sum(j, Mul(APART, X[j, k] * a[j])))
HALVES = Arr(
    ((i,),),
    Sum(Index("j", 1, affine(i) - 1), a[Index("j", 1, affine(i) - 1)] ** 2)
    + Sum(Index("j", affine(i) + 1, n), a[Index("j", affine(i) + 1, n)] ** 2),
)
WEIGHTED = Arr(((i,),), Sum(j, Mul(APART, a[j] * (a[i] + a[j]) ** 2)))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 64, 101])
@pytest.mark.parametrize("target", ["numpy", "torch", "jax"])
def test_every_entry_gets_the_sum_of_all_others(target, size):
    as_array = pytest.importorskip("torch").tensor if target == "torch" else np.asarray
    if target == "jax":
        pytest.importorskip("jax").config.update("jax_enable_x64", True)
    rng = np.random.default_rng(size)
    values, rows = rng.normal(size=size), rng.normal(size=(size, 3))
    apart = 1 - np.eye(size)
    call = compile_callable(Function("f", (a,), OTHERS), target)
    np.testing.assert_allclose(np.asarray(call(as_array(values))), apart @ values, rtol=1e-12, atol=1e-12)
    call = compile_callable(Function("f", (X, a), ROWS), target)
    want = apart @ (rows * values[:, None])
    np.testing.assert_allclose(np.asarray(call(as_array(rows), as_array(values))), want, rtol=1e-12, atol=1e-12)


def test_a_sum_before_and_a_sum_after_are_one_over_all_others():
    text = compile_module([Function("f", (a,), HALVES)])
    assert "_sum_of_others(a**2)" in text and "cumsum" not in text.partition("def f(")[2]
    values = np.array([1.0, 2.0, 5.0])
    np.testing.assert_allclose(compile_callable(Function("f", (a,), HALVES))(values), [29.0, 26.0, 5.0])


def test_a_large_entry_does_not_hide_the_others():
    got = compile_callable(Function("f", (a,), OTHERS))(np.array([1e300, 1.0, 1e-20, 1e300]))
    np.testing.assert_array_equal(got[[0, 3]], [1e300, 1e300])
    got = compile_callable(Function("f", (a,), OTHERS))(np.array([1e20, 1.0, 2.0]))
    np.testing.assert_array_equal(got, [3.0, 1e20, 1e20])


def test_leading_axes_are_kept():
    call = compile_callable(Function("f", (a,), OTHERS))
    batch = np.arange(12.0).reshape(3, 4)
    np.testing.assert_allclose(call(batch), batch.sum(axis=-1, keepdims=True) - batch)


def test_what_depends_on_both_places_is_no_sum_over_others():
    call = compile_callable(Function("f", (a,), WEIGHTED))
    values = np.array([1.0, -2.0, 0.5, 3.0])
    want = [sum(values[q] * (values[p] + values[q]) ** 2 for q in range(4) if q != p) for p in range(4)]
    np.testing.assert_allclose(call(values), want)
