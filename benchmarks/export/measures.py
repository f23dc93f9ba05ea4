"""Seconds, peak memory, and errors against mpmath."""

from __future__ import annotations

import math
import signal
import time
import tracemalloc
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

import mpmath as mp
import numpy as np
import torch

from derive.terms import Arr, Constant, Determinant, Fn, IntValue, InverseEntry, Mul, Num
from tests.export.slow import Slow

Call = Callable[[], Any]
SECONDS, ROUNDS = 0.002, 15
DIGITS = 1000  # what cancels in double precision differs by fewer


def shortest(calls: Mapping[str, Call]) -> dict[str, float]:
    """The shortest seconds of each call; they take turns, so that what else the machine does hits all of them.

    More rounds for all while the first two seem far apart: on a busy machine that is mostly chance.
    """
    counts = {}
    for name, call in calls.items():
        call()
        start = time.perf_counter()
        call()
        counts[name] = max(1, int(SECONDS / max(time.perf_counter() - start, 1e-7)))
    best = dict.fromkeys(calls, math.inf)
    for turn in range(3):
        for turn_ in range(ROUNDS if max(counts.values()) > 1 else 5):
            names = list(calls) if turn_ % 2 else list(calls)[::-1]
            for name in names:
                call = calls[name]
                call()  # so that each finds its own data in the caches, not another's
                start = time.perf_counter()
                for _ in range(counts[name]):
                    call()
                best[name] = min(best[name], (time.perf_counter() - start) / counts[name])
        first, second = list(best.values())[:2]
        if turn == 0 and 0.8 < first / second < 1.1:
            break
    return best


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises TimeoutError after some seconds."""

    def stop(*_: Any) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def once(call: Call, seconds: float) -> float | None:
    """The seconds of one call, None where it takes longer than allowed or fails."""
    try:
        with at_most(seconds), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            start = time.perf_counter()
            call()
            return time.perf_counter() - start
    except Exception:  # whatever lambdify's code raises
        return None


# --- memory ---


def peak(name: str, call: Call) -> int:
    """The most bytes that a call holds beyond its arguments, its result included."""
    call()
    if name == "jax":
        found = call.compiled.memory_analysis()  # type: ignore[attr-defined]
        return int(found.temp_size_in_bytes + found.output_size_in_bytes)
    if name == "torch":
        with torch.profiler.profile(profile_memory=True, activities=[torch.profiler.ProfilerActivity.CPU]) as profile:
            kept = call()
        held = most = 0
        for event in profile.profiler.kineto_results.events():
            if event.name() == "[memory]":
                held += event.nbytes()
                most = max(most, held)
        del kept
        return most
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        kept = call()
        most = tracemalloc.get_traced_memory()[1] - before
        del kept
        return most
    finally:
        tracemalloc.stop()


# --- errors ---


class Precise(Slow):
    """The slow evaluator of the tests with mpmath's numbers: entry by entry, as the formula is written."""

    FUNCTIONS: ClassVar[dict[str, Any]] = {
        "exp": mp.exp, "log": mp.log, "cos": mp.cos, "sin": mp.sin, "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh,
        "abs": abs, "max": max, "min": min, "gamma": mp.gamma, "loggamma": mp.loggamma, "erf": mp.erf,
        "softplus": lambda x: mp.log1p(mp.exp(x)),
    }  # fmt: skip

    def array(self, value: Any) -> np.ndarray:
        if not isinstance(value, Arr):
            return np.array(float(self.term(value, {})))
        return np.asarray(super().array(value))

    def term(self, t: Any, at: Any) -> Any:
        if isinstance(t, Num):
            return mp.mpf(t.value.numerator) / t.value.denominator
        if isinstance(t, Constant):
            return +mp.pi
        if isinstance(t, IntValue):
            return mp.mpf(self.integer(t.value, at))
        if isinstance(t, Fn):
            return self.FUNCTIONS[t.name](*(self.term(a, at) for a in t.arguments))
        if isinstance(t, Mul):
            return super().term(t, at) * mp.mpf(1)
        if isinstance(t, InverseEntry):
            rows = mp.inverse(self._rows(t.matrix, at))
            return rows[self.integer(t.row, at) - 1, self.integer(t.column, at) - 1]
        if isinstance(t, Determinant):
            return mp.det(self._rows(t.matrix, at))
        return super().term(t, at)

    def _rows(self, array: Arr, at: Any) -> Any:
        (i,), (j,) = array.axes
        n = self.integer(i.length, at)
        return mp.matrix([[self.term(array.body, {**at, i: a + 1, j: b + 1}) for b in range(n)] for a in range(n)])


def exact(value: Any, sizes: Any, inputs: dict[Any, Any], seconds: float) -> np.ndarray | None:
    """The correctly rounded values; None where they do not exist or take too long."""
    try:
        with at_most(seconds), mp.workdps(DIGITS):
            read = np.vectorize(lambda v: mp.mpf(float(v)), otypes=[object])
            found = Precise(sizes, {s: read(v) if np.ndim(v) else mp.mpf(float(v)) for s, v in inputs.items()})
            result = np.ravel(found.array(value))
    except (TimeoutError, ArithmeticError, ValueError, TypeError):
        return None
    return result if np.all(np.isfinite(result)) else None


def error(call: Callable[..., Any], inputs: dict[Any, Any], want: np.ndarray) -> float:
    """In units of the last place of the largest entry; infinite where the result is not finite."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got = np.ravel(np.asarray(call(*inputs.values()), float))
    scale = max(float(np.abs(want).max()), float(np.finfo(float).tiny))
    worst = float(np.abs(got - want).max()) / (float(np.finfo(float).eps) * scale)
    return math.inf if math.isnan(worst) else worst
