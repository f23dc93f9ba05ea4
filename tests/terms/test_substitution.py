"""Substitution, free names and equality up to bound names: checked by evaluating before and after."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.terms import (
    ONE,
    Add,
    Affine,
    Arr,
    At,
    Derivative,
    Entry,
    Index,
    Integral,
    IntValue,
    Limit,
    Num,
    Prod,
    Size,
    Sum,
    Symbol,
    Term,
    affine,
    alpha_equal,
    children,
    exp,
    free_indices,
    free_symbols,
    fresh_index,
    rebuild,
    substitute,
    term,
    unfold,
)
from derive.terms.substitution import NotReached
from tests.normal_form.judging import differ, value
from tests.normal_form.random_terms import (
    MATRICES,
    REALS,
    VECTORS,
    I,
    J,
    K,
    M,
    N,
    leaf,
    mutated,
    random_point,
    random_term,
)
from tests.normal_form.rewriting import rename

SEEDS = st.integers(0, 2**32 - 1)
x, y = Symbol("x"), Symbol("y")
X, Y = term(x), term(y)
n, m = Size("n"), Size("m")
i, j, k = (Index(s, 1, n) for s in "ijk")
v = Symbol("v", (n,))


def agree(t: Term, at: object, u: Term, there: object) -> bool:
    a, b = value(t, at), value(u, there)  # type: ignore[arg-type]
    return a is None or b is None or not differ(a, b)


@settings(max_examples=300)
@given(SEEDS)
def test_replacing_a_symbol_by_a_term_is_evaluating_with_its_value(seed: int):
    rng = Random(seed)
    t, new = random_term(rng, 2), leaf(rng, [I, J, K])
    symbol = rng.choice(REALS)
    point = random_point(rng)
    there = replace(point, symbols={**point.symbols, symbol: value(new, point)})
    if there.symbols[symbol] is not None:
        assert agree(substitute(t, {}, {symbol: new}), point, t, there), (t, new)


@settings(max_examples=300)
@given(SEEDS)
def test_replacing_an_index_is_evaluating_at_its_value(seed: int):
    rng = Random(seed)
    t, point = random_term(rng, 2), random_point(rng)
    old, new = rng.choice([(I, affine(J)), (J, affine(I)), (I, affine(1)), (I, affine(N)), (K, affine(M))])
    number = new.constant + sum(c * {**point.sizes, **point.indices}[a] for a, c in new.terms)
    there = replace(point, indices={**point.indices, old: number})
    assert agree(substitute(t, {old: new}), point, t, there), (t, old, new)


@settings(max_examples=200)
@given(SEEDS)
def test_replacing_a_tensor_by_an_array_is_evaluating_with_its_entries(seed: int):
    rng = Random(seed)
    t, point = random_term(rng, 2, outcome=False), random_point(rng)
    old = rng.choice(VECTORS[:2])
    index = fresh_index(None, 1, N)
    body = random_term(rng, 1, [I, J, index], False)
    entries = [value(substitute(body, {index: affine(e)}), point) for e in range(1, point.sizes[N] + 1)]
    if all(e is not None for e in entries):
        there = replace(point, symbols={**point.symbols, old: entries})
        assert agree(substitute(t, {}, {old: Arr(((index,),), body)}), point, t, there), (t, body)


@settings(max_examples=200)
@given(SEEDS)
def test_terms_equal_up_to_bound_names_have_one_value(seed: int):
    rng = Random(seed)
    t = random_term(rng, 2)
    renamed = rename(rng, t)
    if renamed is not None:
        assert alpha_equal(t, renamed)
        assert free_indices(t) == free_indices(renamed)
    u = mutated(rng, t)
    point = random_point(rng)
    if alpha_equal(t, u) and free_indices(u) <= {I, J, K}:
        assert agree(t, point, u, point)


@settings(max_examples=100)
@given(SEEDS)
def test_a_term_is_one_object_with_its_parts_and_its_pickle(seed: int):
    t = random_term(Random(seed), 2)
    assert rebuild(t, lambda c: c) is t
    assert pickle.loads(pickle.dumps(t)) is t
    assert copy.deepcopy(t) is t
    assert type(t)(*t.fields) is t or isinstance(t, Add | Num)


def test_a_bound_index_is_not_captured():
    t = Sum(k, X * v[k])
    put = substitute(t, {}, {x: v[k]})
    assert k in free_indices(put)
    assert not alpha_equal(put, Sum(k, v[k] * v[k]))
    assert alpha_equal(put, Sum(j, v[k] * v[j]))


def test_an_index_put_into_a_range_renames_the_bound_index():
    inner = Index("l", 1, i)
    t = Sum(inner, v[inner])
    put = substitute(t, {i: affine(n)})
    assert alpha_equal(put, Sum(k, v[k]))


def test_the_variable_of_an_integral_is_not_captured():
    t = Integral(x, 0, 1, X * Y)
    put = substitute(t, {}, {y: X})
    assert x in free_symbols(put)
    z = Symbol("z")
    assert alpha_equal(put, Integral(z, 0, 1, term(z) * X))
    assert alpha_equal(substitute(t, {}, {x: ONE}), t)


def test_the_point_of_a_limit_is_outside_its_scope():
    t = Limit(x, X, X**2)
    assert x in free_symbols(t)
    assert substitute(t, {}, {x: Y}).point is Y


def test_a_derivative_by_a_replaced_symbol_is_taken_first():
    put = substitute(Derivative(X**2, x), {}, {x: term(3)})
    assert isinstance(put, At)
    assert isinstance(substitute(Derivative(X**2, x), {}, {x: Y}), Derivative)


def test_free_indices_of_one_name_and_different_ranges_are_different():
    other = Index("i", 1, m)
    big = Symbol("b", (n + m,))
    assert not alpha_equal(big[i], big[other])
    assert not alpha_equal(IntValue(Size("n")), IntValue(Size("n", 0)))
    assert alpha_equal(Sum(i, v[i]), Sum(j, v[j]))
    assert not alpha_equal(Sum(i, big[i]), Sum(other, big[other]))


def test_a_sum_is_not_a_product_and_ranges_count():
    assert not alpha_equal(Sum(i, v[i]), Prod(i, v[i]))
    assert not alpha_equal(Sum(Index("a", 1, n), X), Sum(Index("a", 0, n), X))


def test_unfolding_stops_at_the_quantity_a_derivative_is_taken_by():
    o, w = Symbol("o"), Symbol("w")
    definitions = {o: X * term(w), y: term(o) ** 2}
    put = unfold(Derivative(Y, o), definitions)
    assert isinstance(put, At)
    with pytest.raises(NotReached):
        unfold(Derivative(Y, o), {o: X, y: X**2})


def test_unfolding_does_not_capture():
    a = Symbol("a")
    put = unfold(Sum(k, term(a) * v[k]), {a: v[k]})
    assert alpha_equal(put, Sum(j, v[k] * v[j]))


def test_affine_expressions_are_canonical():
    assert (i + 1) - i is not None
    assert affine(i) + n - i is affine(n)
    assert affine(2 * i).substitute({i: j + 1}) is affine(2 * j) + 2
    assert isinstance(affine(3), Affine)
    with pytest.raises(TypeError):
        affine(1.5)
    with pytest.raises(TypeError):
        affine(True)


def test_terms_cannot_be_changed():
    t = X + 1
    with pytest.raises(AttributeError):
        t.fields = ()
    assert children(t) == (X, ONE)


def test_floats_are_not_terms():
    with pytest.raises(TypeError):
        term(0.5)
    with pytest.raises(TypeError):
        exp(0.5)


def test_an_entry_has_as_many_indices_as_its_symbol_axes():
    with pytest.raises(ValueError):
        Entry(v, (i, j))
    with pytest.raises(ValueError):
        Derivative(X, v, ())
    assert MATRICES[0][i, j].indices == (affine(i), affine(j))
