"""Random terms: what is exported agrees with a slow loop over entries."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from derive.export import Function, compile_callable
from derive.terms import (
    Arr,
    Fn,
    Guard,
    Index,
    IntValue,
    Prod,
    Size,
    Sum,
    Symbol,
    Term,
    delta,
    exp,
    fresh_index,
    log,
    sqrt,
    term,
)
from tests.export.slow import Slow

n, d = Size("n"), Size("d")
SYMBOLS = [
    Symbol("t"),
    Symbol("x", (n,)),
    Symbol("y", (n,)),
    Symbol("u", (d,)),
    Symbol("A", (n, n)),
    Symbol("X", (n, d)),
    Symbol("B", (d, d)),
]


class Generator:
    """Terms with sums, products, deltas, guards, dependent ends and shifted subscripts; values stay near 1."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def pick(self, things):
        return self.random.choice(things)

    def index(self, scope: list[Index], size: Size) -> Index | None:
        fitting = [i for i in scope if i.hi is not None and (i.hi == size + 0 or repr(i.hi) == repr(size))]
        return self.pick(fitting) if fitting else None

    def entry(self, scope: list[Index]) -> Term:
        symbols = list(SYMBOLS)
        self.random.shuffle(symbols)
        for symbol in symbols:
            places = [self.index(scope, s.atom) for s in symbol.shape]
            if all(p is not None for p in places):
                if symbol.shape and self.random.random() < 0.15:  # the mirror image n + 1 - i
                    places[0] = symbol.shape[0] + 1 - places[0]
                return symbol[tuple(places)] if symbol.shape else term(symbol)
        return term(SYMBOLS[0])

    def guard(self, scope: list[Index]) -> Term:
        i, j = self.pick(scope), self.pick(scope)
        if i is j:
            return Guard(">=", i - self.pick([1, 2]))
        if i.hi == j.hi and self.random.random() < 0.5:
            return delta(i, j)
        return Guard(self.pick([">=", "!="]), i - j + self.pick([0, 0, 1, -1]))

    def term(self, scope: list[Index], depth: int) -> Term:
        if depth == 0:
            return self.entry(scope)
        kind = self.random.random()
        sub = lambda: self.term(scope, depth - 1)  # noqa: E731
        if kind < 0.18:
            return sub() + self.pick([1, -1, 2]) * sub()
        if kind < 0.42:
            return sub() * sub()
        if kind < 0.5 and scope:
            return self.guard(scope) * sub()
        if kind < 0.78:
            index = self.summation(scope)
            return self.pick([Fraction(1, 2), 1, 1]) * Sum(index, self.term([*scope, index], depth - 1))
        if kind < 0.82:
            index = fresh_index(None, 1, self.pick([n, d]))
            return Prod(index, self.entry([*scope, index]))
        if kind < 0.86 and scope:
            return IntValue(self.pick(scope) + 1) / 3
        inner = sub()
        return self.pick(
            [
                lambda: exp(inner / 4),
                lambda: log(1 + inner**2),
                lambda: sqrt(1 + inner**2),
                lambda: 1 / (1 + inner**2),
                lambda: Fn("abs", inner),
                lambda: Fn("max", inner, 1),
                lambda: (1 + exp(-inner)) ** -1,
                lambda: inner**2,
                lambda: Guard(">", inner - 1) * inner,
                lambda: Fn("tanh", inner),
                lambda: log(1 + exp(inner)),
            ]
        )()

    def summation(self, scope: list[Index]) -> Index:
        if scope and self.random.random() < 0.3:
            outer = self.pick(scope)
            if outer.hi is not None and outer.hi.atom in (n, d) and outer.lo == Index("_", 1).lo:
                return (
                    fresh_index(None, outer + self.pick([0, 1]), outer.hi)
                    if self.random.random() < 0.5
                    else fresh_index(None, 1, outer - self.pick([0, 1]))
                )
        return fresh_index(None, 1, self.pick([n, d]))


def check(seed: int) -> None:
    generator = Generator(seed)
    axes = [fresh_index(None, 1, s) for s in generator.pick([(), (n,), (n, n), (n, d), (d,)])]
    body = generator.term(list(axes), generator.pick([2, 3, 4]))
    value = Arr(tuple((a,) for a in axes), body) if axes else body
    function = compile_callable(Function("f", tuple(SYMBOLS), value))
    rng = np.random.default_rng(seed)
    for sizes in ({n: 3, d: 2}, {n: 1, d: 1}):
        values = {s: rng.uniform(0.5, 1.5, tuple(sizes[r.atom] for r in s.shape)) for s in SYMBOLS}
        want = Slow(sizes, values).array(value)
        got = function(*values.values())
        assert np.shape(got) == np.shape(want), value
        scale = max(1.0, float(np.abs(want).max(initial=0)))
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9 * scale, err_msg=repr(value))


@pytest.mark.parametrize("block", range(10))
def test_random_terms_agree_with_a_slow_loop(block):
    for seed in range(40 * block, 40 * block + 40):
        check(seed)


def test_a_running_sum_over_an_empty_range_is_empty():
    check(5430)
