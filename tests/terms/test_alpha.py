"""Representatives of terms: one object for what is equal up to bound names, and only for that."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from derive.terms import (
    REAL,
    Affine,
    Arr,
    At,
    Derivative,
    Expectation,
    Index,
    Integral,
    Limit,
    Node,
    Prod,
    Size,
    Sum,
    Symbol,
    alpha_equal,
    alpha_key,
    alpha_text,
    exp,
    substitute,
    term,
)
from tests.normal_form.random_terms import mutated, random_term
from tests.normal_form.rewriting import rename

SEEDS = st.integers(0, 10**9)
n, m = Size("n"), Size("m")
i, j, k = (Index(a, 1, n) for a in "ijk")
x, v, A = Symbol("x"), Symbol("v", (n,)), Symbol("A", (n, n))


def equal_by_definition(a: Any, b: Any, names: tuple[tuple[Any, Any], ...] = ()) -> bool:
    """The textbook's definition: both walked at once, bound names compared by where they are bound."""
    if isinstance(a, Index | Symbol) or isinstance(b, Index | Symbol):
        for left, right in reversed(names):
            if a is left or b is right:
                return a is left and b is right
        return a is b
    if type(a) is not type(b):
        return False
    if isinstance(a, Affine):
        rest = list(b.terms)
        for atom, c in a.terms:
            found = next((t for t in rest if t[1] == c and equal_by_definition(atom, t[0], names)), None)
            if found is None:
                return False
            rest.remove(found)
        return not rest and a.constant == b.constant
    if isinstance(a, tuple):
        return len(a) == len(b) and all(equal_by_definition(p, q, names) for p, q in zip(a, b, strict=True))
    if not isinstance(a, Node):
        return a == b
    if isinstance(a, Sum | Prod | Arr):
        mine, theirs = (t.indices if isinstance(t, Arr) else (t.index,) for t in (a, b))
        if isinstance(a, Arr) and [len(p) for p in a.axes] != [len(p) for p in b.axes]:
            return False
        ranges = all(equal_by_definition((p.lo, p.hi), (q.lo, q.hi), names) for p, q in zip(mine, theirs, strict=True))
        return ranges and equal_by_definition(a.body, b.body, (*names, *zip(mine, theirs, strict=True)))
    if isinstance(a, Integral | Limit | At):
        inner = (*names, (a.symbol, b.symbol))
        ends = [f for f in ("lower", "upper", "point", "value", "side") if hasattr(a, f)]
        outside = all(equal_by_definition(getattr(a, f), getattr(b, f), names) for f in ends)
        return outside and equal_by_definition(a.body, b.body, inner)
    return equal_by_definition(a.fields, b.fields, names)


@settings(max_examples=300)
@given(SEEDS)
def test_one_representative_for_what_the_definition_calls_equal_and_for_nothing_else(seed: int):
    rng = Random(seed)
    t = random_term(rng, 3)
    u = rename(rng, t) or t
    w = mutated(rng, t)
    for a, b in ((t, u), (t, w), (u, w)):
        assert (alpha_key(a) is alpha_key(b)) == equal_by_definition(a, b), (a, b)
        assert (alpha_text(a) == alpha_text(b)) == equal_by_definition(a, b), (a, b)
    assert alpha_key(alpha_key(t)) is alpha_key(t)
    assert equal_by_definition(t, alpha_key(t))


@settings(max_examples=100)
@given(SEEDS)
def test_a_part_has_one_representative_wherever_it_stands(seed: int):
    t = random_term(Random(seed), 2)
    assert alpha_key(Sum(Index("fresh", 1, n), t)).body is alpha_key(t)


def test_an_inner_name_is_not_taken_for_an_outer_one():
    inner = Index("l", 1, i)
    assert alpha_equal(Sum(i, Sum(j, A[i, j])), Sum(j, Sum(i, A[j, i])))
    assert not alpha_equal(Sum(i, Sum(j, A[i, j])), Sum(i, Sum(j, A[j, i])))
    assert not alpha_equal(Sum(i, v[i] * Sum(j, v[j])), Sum(i, v[i] * Sum(j, v[i])))
    assert not alpha_equal(Sum(i, Sum(inner, v[inner])), Sum(i, Sum(j, v[j])))
    assert alpha_equal(Sum(i, Sum(inner, v[inner])), substitute(Sum(k, Sum(Index("q", 1, k), v[Index("q", 1, k)])), {}))


def test_free_names_stand_for_themselves():
    short = Index("i", 1, m)
    assert not alpha_equal(v[i], v[j])
    assert not alpha_equal(term(i + 0), term(short + 0))
    assert not alpha_equal(Sum(j, v[i]), Sum(i, v[i]))
    assert alpha_text(term(i + 0)) != alpha_text(term(short + 0))


def test_variables_of_integrals_limits_and_evaluations_are_bound():
    y, z = Symbol("y"), Symbol("z")
    for make in (
        lambda s: Integral(s, 0, term(x), exp(term(s)) * term(x)),
        lambda s: Limit(s, 0, term(s) * term(x)),
        lambda s: At(Derivative(exp(term(s) * term(x)), s), s, term(x)),
        lambda s: Integral(s, 0, 1, Expectation(term(x), (s,))),
    ):
        assert alpha_equal(make(y), make(z))
        assert not alpha_equal(make(y), substitute(make(y), {}, {x: term(z)}))
    assert not alpha_equal(Integral(y, 0, term(y), term(y)), Integral(z, 0, term(z), term(z)))
    assert alpha_equal(Integral(y, 0, 1, term(y)), Integral(Symbol("z", (), REAL), 0, 1, term(z)))
