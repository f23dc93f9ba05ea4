"""Writes docs/export_benchmarks.md: exported NumPy against the hand-written NumPy of the tests, time and error, in one run.

usage: python -m benchmarks.export.table [-o FILE] [NAME...]

Times: the two are called in turns, the shortest time of each counts. Errors: against the independent evaluator
`derive.evaluate` (exact rationals and balls of 20,000 bits), in units of the last place of the largest entry.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: threads make small sizes a lottery

import argparse
import math
import platform
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.export.against_lambdify import measure
from derive.evaluate import Assignment, Undefined, evaluate
from derive.export import compile_callable
from tests.export.formulas import CASES, Case, K, d, m, n

SIZES = {
    "small": {n: 20, d: 5, K: 4, m: 6},
    "medium": {n: 300, d: 30, K: 10, m: 40},
    "large": {n: 1000, d: 50, K: 20, m: 100},
}
SMALLER = {"pairwise_kernel": {n: 300, d: 20, K: 5, m: 10}}
TINY = {n: 4, d: 3, K: 3, m: 3}
EPSILON = float(np.finfo(float).eps)
SECONDS, ROUNDS = 0.001, 25
BITS, PATIENCE = 20_000, 6


def once(call: Callable[..., Any], arguments: list[Any], count: int) -> float:
    start = time.perf_counter()
    for _ in range(count):
        call(*arguments)
    return (time.perf_counter() - start) / count


def in_turns(ours: Callable[..., Any], hand: Callable[..., Any], arguments: list[Any]) -> tuple[float, float]:
    """The shortest seconds a call of both."""
    for call in (ours, hand):
        call(*arguments)
    count = max(1, int(SECONDS / max(once(hand, arguments, 1), 1e-7)))
    rounds = ROUNDS if count > 1 else 5
    pairs: list[tuple[float, float]] = []
    for _ in range(3):  # more rounds for both while they seem far apart: on a busy machine that is mostly chance
        pairs += [(once(ours, arguments, count), once(hand, arguments, count)) for _ in range(rounds)]
        best = min(p[0] for p in pairs), min(p[1] for p in pairs)
        if 0.8 < best[0] / best[1] < 1.2:
            break
    return best


def numbers(value: Any) -> list[Any]:
    return [x for v in value for x in numbers(v)] if isinstance(value, list) else [value]


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Raises TimeoutError after some seconds."""

    def stop(*_: Any) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def exact(case: Case, values: dict[Any, Any]) -> np.ndarray | None:
    """The values of a formula in double precision, correctly rounded; None where they do not exist or take too long."""
    symbols = {}
    for symbol, value in values.items():
        found = np.vectorize(Fraction, otypes=[object])(np.asarray(value, float)).tolist()
        symbols[symbol] = found
    try:
        with at_most(PATIENCE):
            result = evaluate(case.value, Assignment(TINY, {}, symbols), precision=BITS).value
    except (Undefined, TimeoutError, LookupError):
        return None
    return np.array([float(v.mid()) if hasattr(v, "mid") else float(v) for v in numbers([result])])


def error(call: Callable[..., Any], values: dict[Any, Any], want: np.ndarray) -> float:
    """In units of the last place of the largest entry; infinite where the result is not finite."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got = np.ravel(np.asarray(call(*values.values()), float))
    scale = max(float(np.abs(want).max()), float(np.finfo(float).tiny))
    worst = float(np.abs(got - want).max()) / (EPSILON * scale)
    return math.inf if math.isnan(worst) else worst


SCALES = {"ordinary": (1.0,), "extreme": (1e4, 300.0, 1e-6)}


def errors(case: Case, ours: Callable[..., Any]) -> dict[str, tuple[float, float] | None]:
    found: dict[str, tuple[float, float] | None] = {}
    for name, scales in SCALES.items():
        pairs = []
        for scale in scales:
            values = case.inputs(TINY, seed=5)
            values = {
                s: v * scale if not s.domain.positive and not s.properties and s.name not in case.make else v
                for s, v in values.items()
            }
            want = exact(case, values)
            if want is not None and np.all(np.isfinite(want)):
                pairs.append((error(ours, values, want), error(case.hand, values, want)))
        found[name] = (max(p[0] for p in pairs), max(p[1] for p in pairs)) if pairs else None
    return found


def shown(pair: tuple[float, float] | None) -> list[str]:
    if pair is None:
        return ["", ""]
    return ["**not finite**" if math.isinf(v) else f"{v:.1f}" if v < 1000 else f"{v:.1e}" for v in pair]


def geometric(ratios: list[float]) -> float:
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def rows(names: list[str]) -> Iterator[tuple[str, list[tuple[float, float]], dict[str, tuple[float, float] | None]]]:
    for case in CASES:
        if names and case.name not in names:
            continue
        ours = compile_callable(case.function)
        times = []
        with np.errstate(all="ignore"):
            for size, values in SIZES.items():
                inputs = case.inputs(SMALLER.get(case.name, values) if size == "large" else values)
                times.append(in_turns(ours, case.hand, list(inputs.values())))
        yield case.name, times, errors(case, ours)


def document(names: list[str]) -> str:
    warnings.simplefilter("ignore")
    load = os.getloadavg()[0]
    lines, ratios = [], [[] for _ in SIZES]
    worse, fails, saved = [], [], []
    for name, times, wrong in rows(names):
        for column, (a, b) in zip(ratios, times, strict=True):
            column.append(a / b)
        cells = [f"{a * 1e6:,.1f} us | {a / b:.2f}" for a, b in times]
        lines.append(
            f"| {name} | {' | '.join(cells)} | {' | '.join(shown(wrong['ordinary']) + shown(wrong['extreme']))} |"
        )
        print(lines[-1], flush=True)
        for pair in wrong.values():
            if pair is None:
                continue
            ours, hand = pair
            if math.isinf(ours):
                fails.append(name)
            elif math.isinf(hand):
                saved.append(name)
            elif ours > 4 * max(hand, 1):
                worse.append(name)
    summary = [
        f"| {size} "
        f"| {geometric(column):.2f} | {sorted(column)[len(column) // 2]:.2f} | {max(column):.2f} | {sum(r > 1.3 for r in column)} |"
        for size, column in zip(SIZES, ratios, strict=True)
    ]
    versus = [f"| {a} | {b * 1e3:,.2f} ms | {c * 1e6:.1f} us | {b / c:,.0f} |" for a, b, c in measure()]
    say = lambda found: ", ".join(dict.fromkeys(found)) or "none"  # noqa: E731
    sizes = "; ".join(f"{s}: {', '.join(f'{a} = {b}' for a, b in v.items())}" for s, v in SIZES.items())
    machine = f"Python {platform.python_version()}, NumPy {np.__version__}, {os.cpu_count()} cores, load {load:.1f} at the start"
    return f"""# Exported NumPy against hand-written NumPy

Written by `python -m benchmarks.export.table`; do not edit. {machine}
(at most 1 would be a quiet machine), one BLAS thread. Ours and the hand-written function are called in turns and the shortest
time of each counts; on a machine that others use, ratios between 0.8 and 1.25 say nothing.

{len(lines)} formulas. Sizes: {sizes}.

| size | geometric mean of ours / hand | median | worst | over 1.3 |
|---|---|---|---|---|
{chr(10).join(summary)}

Errors are in units of the last place of the largest entry, against exact arithmetic (`derive.evaluate`); "extreme" is
the worst of inputs scaled by 1e4, 300 and 1e-6; empty: no finite exact value, or none within {PATIENCE} s.

- More than 4 times the hand-written version's error: {say(worse)}.
- Not finite where the true value is: {say(fails)}.
- Finite where the hand-written version is not: {say(saved)}.

## Against sympy.lambdify, softmax cross-entropy at n = 1000

| sums | lambdify | exported | times faster |
|---|---|---|---|
{chr(10).join(versus)}

"As defined" is -sum_k y_k log(exp(z_k) / sum_j exp(z_j)); lambdify computes the inner sum anew for every k.

## All formulas

| formula | small | ratio | medium | ratio | large | ratio | error, ordinary | hand | error, extreme | hand |
|---|---|---|---|---|---|---|---|---|---|---|
{chr(10).join(lines)}
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("-o", default="docs/export_benchmarks.md")
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    Path(given.o).write_text(document(given.names))


if __name__ == "__main__":
    main()
