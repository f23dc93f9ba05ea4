"""What the tasks of this folder are written with: functions of arrays of mpmath numbers, and central differences at 60 digits.

A derivative has the value's shape followed by the variable's (for a number: the variable's).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath as mp
import numpy as np

DIGITS = 60
STEP = mp.mpf(10) ** -20


@dataclass(frozen=True)
class Task:
    """A formula as a person writes it, and the same by hand: ``reference`` takes arrays of mpmath numbers by name.

    ``shapes`` gives each input its shape, or "labels" (1..3), "bits" (0 or 1), "signs" (-1 or 1), "p" (in (0, 1)), "+" and a shape
    (positive), "spd" and a size (symmetric positive definite).
    """

    formula: str
    wrt: str
    assume: str
    shapes: dict[str, Any]
    reference: Callable[..., Any]
    define: tuple[str, ...] = ()
    order: int = 1

    def __str__(self) -> str:
        return f"{self.formula} by {self.wrt}, order {self.order}"

    @property
    def name(self) -> str:
        """The variable as code calls it."""
        return {"\\lambda": "lambda_"}.get(self.wrt, self.wrt.lstrip("\\"))


def entrywise(function: Callable[[Any], Any]) -> Callable[..., Any]:
    return np.vectorize(function, otypes=[object])


exp, log, sqrt, tanh, cosh, erf = map(entrywise, (mp.exp, mp.log, mp.sqrt, mp.tanh, mp.cosh, mp.erf))
loggamma, absolute = entrywise(mp.loggamma), entrywise(abs)
relu = entrywise(lambda t: max(t, mp.mpf(0)))


def sigmoid(x: Any) -> Any:
    return 1 / (1 + exp(-x))


def softmax(z: Any) -> Any:
    e = exp(z)
    return e / e.sum(-1, keepdims=True)


def inv(a: Any) -> Any:
    return np.array(mp.inverse(mp.matrix(a.tolist())).tolist(), dtype=object)


def det(a: Any) -> Any:
    return mp.det(mp.matrix(a.tolist()))


def trace(a: Any) -> Any:
    return sum(a[i, i] for i in range(len(a)))


def eye(n: int) -> Any:
    return np.array([[mp.mpf(int(i == j)) for j in range(n)] for i in range(n)], dtype=object)


def squares(a: Any) -> Any:
    return (a * a).sum()


def norm(a: Any) -> Any:
    return mp.sqrt(squares(a))


def cumulative(x: Any) -> Any:
    return np.array([x[: i + 1].sum() for i in range(len(x))], dtype=object)


def inputs(task: Task, seed: int) -> dict[str, Any]:
    """Random inputs, away from the kinks: floats, so that both sides see the same numbers."""
    rng = random.Random(f"{task}{seed}")

    def one(kind: Any) -> Any:
        if kind == "labels":
            return np.array([2, 1, 3, 2])
        if kind == "bits":
            return np.array([1, 0, 0, 1])
        if kind == "signs":
            return np.array([1.0, -1.0, -1.0, 1.0])
        if kind == "p":
            return rng.uniform(0.2, 0.8)
        if isinstance(kind, tuple) and kind[:1] == ("spd",):
            m = one((kind[1], kind[1]))
            return m @ m.T + np.eye(kind[1])
        positive = isinstance(kind, tuple) and kind[:1] == ("+",)
        shape = kind[1:] if positive else kind
        flat = [rng.uniform(0.3, 1.5) * (1 if positive else rng.choice([-1, 1])) for _ in range(int(np.prod(shape)))]
        return np.array(flat).reshape(shape) if shape else flat[0]

    return {name: one(kind) for name, kind in task.shapes.items()}


def exact(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "i":
            return value
        return np.array([mp.mpf(x) for x in value.ravel()], dtype=object).reshape(value.shape)
    return mp.mpf(value)


def difference(function: Callable[..., Any], values: dict[str, Any], name: str) -> Any:
    """The central difference quotient in every entry of one input; the value's axes come first."""
    x = values[name]
    shape = np.shape(x)
    quotients = []
    for k in range(int(np.prod(shape)) if shape else 1):
        ends = []
        for side in (STEP, -STEP):
            if shape:
                moved = x.copy()
                moved.reshape(-1)[k] += side
            else:
                moved = x + side
            ends.append(np.asarray(function(**{**values, name: moved}), dtype=object))
        quotients.append((ends[0] - ends[1]) / (2 * STEP))
    value_shape = np.shape(function(**values))
    stacked = np.array(quotients, dtype=object).reshape((len(quotients), *value_shape))
    return np.moveaxis(stacked, 0, -1).reshape((*value_shape, *shape))


def derivative(task: Task, values: dict[str, Any]) -> Any:
    if task.order == 2:
        return difference(lambda **v: difference(task.reference, v, task.name), values, task.name)
    return difference(task.reference, values, task.name)


def floats(value: Any) -> Any:
    value = np.asarray(value, dtype=object)
    return np.array([float(x) for x in value.ravel()]).reshape(value.shape)


def check(task: Task, answer: Any) -> None:
    """The printed module gives the value and the derivative of the reference, to 1e-8."""
    namespace: dict[str, Any] = {}
    exec(answer.code("numpy"), namespace)
    for seed in (1, 2):
        plain = inputs(task, seed)
        with mp.workdps(DIGITS):
            values = {k: exact(v) for k, v in plain.items()}
            value, slope = floats(task.reference(**values)), floats(derivative(task, values))
        for got, want in ((namespace["value"](**plain), value), (namespace[answer.kind](**plain), slope)):
            assert np.shape(got) == want.shape
            assert np.allclose(
                np.asarray(got, float), want, rtol=1e-8, atol=1e-10 * max(1.0, np.abs(want).max(initial=0))
            )
