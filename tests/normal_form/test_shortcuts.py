"""Shortcuts of the normal form say what the long way says: compared with SymPy's factorisation and with counting."""

from __future__ import annotations

from itertools import product
from random import Random

import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.normal_form.decide import equal, prepare
from derive.normal_form.factoring import _plainly_irreducible
from derive.normal_form.integers import _fails_somewhere, _implied, _plainly, implied
from derive.normal_form.normalizer import Normalizer
from derive.normal_form.read import normal_form
from derive.terms import POSITIVE, Affine, Index, Mul, Pow, Size, Sum, Symbol, Term, affine, exp, log, sqrt, term

SEEDS = st.integers(0, 10**9)
NAMES = [Symbol(a) for a in "abcd"]
n, m = Size("n"), Size("m", 2)
i, j = Index("i", 1, n), Index("j", 0, m)
k = Index("k", i, n)


@settings(max_examples=300)
@given(SEEDS)
def test_what_is_called_irreducible_has_one_factor_in_sympy(seed: int):
    rng = Random(seed)
    total: Term = term(0)
    other = sympy.Integer(0)
    for _ in range(rng.randint(2, 4)):
        c, powers = rng.choice([1, -1, 2, 3]), [rng.choice([0, 0, 1, 2]) for _ in NAMES]
        total = total + Mul(c, *(Pow(s, e) for s, e in zip(NAMES, powers, strict=True) if e))
        other += c * sympy.Mul(*(sympy.Symbol(s.name) ** e for s, e in zip(NAMES, powers, strict=True)))
    p = normal_form(Normalizer(), total)
    if len(p.terms) > 1 and _plainly_irreducible(p):
        _, factors = sympy.factor_list(other)
        assert len(factors) == 1 and factors[0][1] == 1, other


def test_products_are_not_called_irreducible():
    a, b, c, d = map(term, NAMES)
    for p in ((a + b) * (c + d), (a + b) * c, (a + 1) ** 2, a**2 - b**2, a**2 + a * b, (a * b + 1) * (c + 1)):
        assert not _plainly_irreducible(Normalizer().expand(normal_form(Normalizer(), p)))
    for p in (a + b, a * b + c**2, a**2 + 2 * a * b + c):
        assert _plainly_irreducible(normal_form(Normalizer(), p))


@settings(max_examples=300)
@given(SEEDS)
def test_what_one_bound_gives_holds_at_all_values(seed: int):
    rng = Random(seed)
    goal = affine(rng.randint(-3, 3))
    for atom in rng.sample([n, m, i, j, k], rng.randint(1, 3)):
        goal = goal + affine(atom).scale(rng.choice([-2, -1, 1, 2]))
    if not isinstance(goal, Affine) or not goal.terms or not _plainly(goal, frozenset()):
        return
    assert implied(goal)
    for size, other in product(range(1, 5), range(2, 5)):
        for a, b in product(range(1, size + 1), range(other + 1)):
            for c in range(a, size + 1):
                values = {n: affine(size), m: affine(other), i: affine(a), j: affine(b), k: affine(c)}
                assert goal.substitute(values).constant >= 0, goal


def test_what_the_declarations_give_is_not_learnt_again_and_nothing_is_lost():
    z, x, p = Symbol("z", (n,)), term(Symbol("x")), term(Symbol("p", domain=POSITIVE))
    below = Sum(i, exp(z[i]))
    plain = prepare((1 / below + log(p),))
    assert not plain.normalizer.facts.table and plain.normalizer.cache
    assert [c.kind for c in plain.conditions] == ["nonzero", "positive"]
    learnt = prepare((log(x),))
    assert learnt.normalizer.facts.table and not learnt.normalizer.cache
    assert equal(Sum(i, exp(z[i]) / below), term(1)).proved
    assert not equal(sqrt(x**2) / below, x / below).proved
    assert equal(sqrt(p**2) / below, p / below).proved


@settings(max_examples=300)
@given(SEEDS)
def test_what_fails_at_a_point_is_not_implied_by_elimination(seed: int):
    rng = Random(seed)

    def row() -> Affine:
        total = affine(rng.randint(-3, 3))
        for atom in rng.sample([n, m, i, j, k], rng.randint(1, 3)):
            total = total + affine(atom).scale(rng.choice([-2, -1, 1, 2]))
        return total

    goal, constraints = row(), tuple(row() for _ in range(rng.choice([0, 0, 1, 2])))
    slowly = _implied(goal, constraints, frozenset())
    assert not (_fails_somewhere(goal, constraints) and slowly), (goal, constraints)
    assert implied(goal, constraints) == slowly, (goal, constraints)
