"""A reference for the tests: terms evaluated entry by entry with Python loops, sharing no code with derive.export."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
from scipy import special

from derive.terms import (
    Add,
    Affine,
    Arr,
    Constant,
    Determinant,
    Entry,
    Fn,
    Guard,
    Index,
    IntValue,
    InverseEntry,
    MatrixPowerEntry,
    Mul,
    Num,
    Pow,
    Prod,
    Size,
    Sum,
    Symbol,
)

FUNCTIONS = {
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "arcsin": np.arcsin,
    "arccos": np.arccos,
    "arctan": np.arctan,
    "abs": abs,
    "sign": np.sign,
    "max": max,
    "min": min,
    "erf": special.erf,
    "gamma": special.gamma,
    "loggamma": special.gammaln,
    "digamma": special.digamma,
    "factorial": lambda x: special.gamma(x + 1),
    "binomial": special.binom,
    "floor": np.floor,
    "softplus": lambda x: np.logaddexp(0, x),
}


class Slow:
    """Evaluates at ``sizes`` (a dict from Size to int) and ``values`` (from Symbol to array or number)."""

    def __init__(self, sizes: dict[Size, int], values: dict[Symbol, Any]) -> None:
        self.sizes, self.values = sizes, values

    def array(self, value: Any) -> np.ndarray | float:
        """The whole array (composite axes row-major), or the number."""
        if not isinstance(value, Arr):
            return float(self.term(value, {}))
        lengths = [[self.integer(n, {}) for n in axis] for axis in value.shape]
        out = np.zeros([n for axis in lengths for n in axis])
        for place in itertools.product(*(range(n) for n in out.shape)):
            at = {i: self.integer(i.lo, {}) + p for i, p in zip(value.indices, place, strict=True)}
            out[place] = self.term(value.body, at)
        return out.reshape([math.prod(axis) for axis in lengths])

    def integer(self, value: Affine, at: dict[Index, int]) -> int:
        return value.constant + sum(c * (at[a] if isinstance(a, Index) else self.sizes[a]) for a, c in value.terms)

    def matrix(self, array: Arr, at: dict[Index, int]) -> np.ndarray:
        (i,), (j,) = array.axes
        n = self.integer(i.length, at)
        return np.array([[self.term(array.body, {**at, i: a + 1, j: b + 1}) for b in range(n)] for a in range(n)])

    def term(self, t: Any, at: dict[Index, int]) -> float:
        if isinstance(t, Num):
            return float(t.value)
        if isinstance(t, Constant):
            return math.pi
        if isinstance(t, IntValue):
            return float(self.integer(t.value, at))
        if isinstance(t, Entry):
            if not t.indices:
                return self.values[t.symbol]
            return self.values[t.symbol][
                tuple(self.integer(a, at) - f for a, f in zip(t.indices, t.symbol.first, strict=True))
            ]
        if isinstance(t, Add):
            return sum(self.term(f, at) for f in t.fields)
        if isinstance(t, Mul):
            factors = sorted(t.fields, key=lambda f: not isinstance(f, Guard))
            result = 1.0
            for f in factors:
                if result == 0.0:
                    return 0.0
                result *= self.term(f, at)
            return result
        if isinstance(t, Pow):
            exponent = self.term(t.exponent, at)
            return 1.0 if exponent == 0 else self.term(t.base, at) ** exponent
        if isinstance(t, Fn):
            return FUNCTIONS[t.name](*(self.term(a, at) for a in t.arguments))
        if isinstance(t, Sum | Prod):
            lo, hi = self.integer(t.index.lo, at), self.integer(t.index.hi, at)
            parts = [self.term(t.body, {**at, t.index: k}) for k in range(lo, hi + 1)]
            return sum(parts) if isinstance(t, Sum) else math.prod(parts)
        if isinstance(t, Guard):
            value = self.term(t.subject, at) if not isinstance(t.subject, Affine) else self.integer(t.subject, at)
            return float({"==": value == 0, "!=": value != 0, ">": value > 0, ">=": value >= 0}[t.op])
        if isinstance(t, InverseEntry):
            return np.linalg.inv(self.matrix(t.matrix, at))[self.integer(t.row, at) - 1, self.integer(t.column, at) - 1]
        if isinstance(t, MatrixPowerEntry):
            power = np.linalg.matrix_power(self.matrix(t.matrix, at), self.integer(t.exponent, at))
            return power[self.integer(t.row, at) - 1, self.integer(t.column, at) - 1]
        if isinstance(t, Determinant):
            return float(np.linalg.det(self.matrix(t.matrix, at)))
        raise TypeError(t)
