"""A small evaluator for the tests of the printer: terms at concrete sizes, in floating point, sharing no code with
the engine."""

import math
from itertools import product

import numpy as np

from derive.terms import (
    Add,
    Affine,
    Apply,
    Arr,
    Constant,
    Determinant,
    Entry,
    Fn,
    Guard,
    Index,
    IntValue,
    InverseEntry,
    Mul,
    Num,
    Pow,
    Prod,
    Size,
    Sum,
)  # fmt: skip

FUNCTIONS = {
    "exp": math.exp, "log": lambda x: math.log(abs(x) + 1e-300), "sin": math.sin, "cos": math.cos, "tanh": math.tanh,
    "abs": abs, "sign": lambda x: (x > 0) - (x < 0), "max": max, "min": min, "erf": math.erf,
}  # fmt: skip


class World:
    """Sizes and values: ``values`` maps symbols to NumPy arrays, made up at random when missing."""

    def __init__(self, sizes, seed=0, positive=True):
        self.sizes, self.values, self.rng, self.positive = dict(sizes), {}, np.random.default_rng(seed), positive

    def integer(self, a, env):
        if isinstance(a, Size):
            return self.sizes[a.name]
        if isinstance(a, Index):
            return env[a]
        return a.constant + sum(c * self.integer(x, env) for x, c in a.terms)

    def value(self, symbol):
        if symbol not in self.values:
            shape = tuple(self.integer(s, {}) for s in symbol.shape)
            x = self.rng.uniform(0.3, 1.7, shape) if self.positive else self.rng.normal(size=shape)
            if symbol.properties:
                x = (x + x.T) / 2 + 3 * np.eye(len(x))
            self.values[symbol] = x
        return self.values[symbol]

    def range(self, index, env):
        return range(self.integer(index.lo, env), self.integer(index.hi, env) + 1)

    def term(self, t, env=None):
        env = env or {}

        def go(u):
            return self.term(u, env)

        if isinstance(t, Num):
            return float(t.value)
        if isinstance(t, Constant):
            return math.pi
        if isinstance(t, IntValue):
            return float(self.integer(t.value, env))
        if isinstance(t, Entry):
            return float(
                self.value(t.symbol)[
                    tuple(self.integer(i, env) - f for i, f in zip(t.indices, t.symbol.first, strict=False))
                ]
            )
        if isinstance(t, Add):
            return sum(map(go, t.fields))
        if isinstance(t, Mul):
            return math.prod(map(go, t.fields))
        if isinstance(t, Pow):
            return go(t.base) ** go(t.exponent)
        if isinstance(t, Fn):
            return float(FUNCTIONS[t.name](*map(go, t.arguments)))
        if isinstance(t, Sum | Prod):
            parts = [self.term(t.body, {**env, t.index: k}) for k in self.range(t.index, env)]
            return sum(parts) if isinstance(t, Sum) else math.prod(parts)
        if isinstance(t, Guard):
            s = self.integer(t.subject, env) if isinstance(t.subject, Affine) else go(t.subject)
            return float({"==": s == 0, "!=": s != 0, ">": s > 0, ">=": s >= 0}[t.op])
        if isinstance(t, InverseEntry):
            return float(
                np.linalg.inv(self.array(t.matrix, env))[self.integer(t.row, env) - 1, self.integer(t.column, env) - 1]
            )
        if isinstance(t, Determinant):
            return float(np.linalg.det(self.array(t.matrix, env)))
        if isinstance(t, Apply):
            inner = sum(float(np.sum(self.array(a, env) if isinstance(a, Arr) else go(a))) for a in t.arguments)
            shift = sum(3.1 * self.integer(i, env) for i in t.indices) + sum(
                1.7 + sum(self.integer(i, env) for i in ix) for _, ix in t.partials
            )
            return math.sin(inner + shift + len(t.function.name))
        raise TypeError(type(t))

    def array(self, a, env=None):
        env = env or {}
        if not isinstance(a, Arr):
            return np.array(self.term(a, env))
        ranges = [self.range(i, env) for i in a.indices]
        flat = [self.term(a.body, {**env, **dict(zip(a.indices, p, strict=False))}) for p in product(*ranges)]
        return np.array(flat).reshape([len(r) for r in ranges])
