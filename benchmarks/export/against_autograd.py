"""Times exported NumPy, value and gradient in one function, against torch autograd and jax.jit on the CPU, in float64.

Needs torch and jax; writes docs/export_autograd.md. The formulas are the scalar ones of the tests, differentiated by their
first array. The torch and jax sides are the value's own exported code, so all three compute the same stable formula.

usage: python -m benchmarks.export.against_autograd [-o FILE] [NAME...]
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import argparse
import math
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jax
import numpy as np
import torch

from derive.export import Function, compile_callable
from tests.export.formulas import CASES, Case, K, d, m, n
from tests.export.test_gradients import gradient

SIZES = {
    "small": {n: 20, d: 5, K: 4, m: 6},
    "medium": {n: 300, d: 30, K: 10, m: 40},
    "large": {n: 1000, d: 50, K: 20, m: 100},
}
SECONDS, ROUNDS = 0.002, 15
NAMES = ("ours", "torch", "jax")


def shortest(calls: list[Callable[[], Any]]) -> list[float]:
    """The shortest seconds of each call; they take turns."""
    counts = []
    for call in calls:
        call()
        start = time.perf_counter()
        call()
        counts.append(max(1, int(SECONDS / max(time.perf_counter() - start, 1e-7))))
    best = [math.inf] * len(calls)
    for _ in range(ROUNDS):
        for k, (call, count) in enumerate(zip(calls, counts, strict=True)):
            start = time.perf_counter()
            for _ in range(count):
                call()
            best[k] = min(best[k], (time.perf_counter() - start) / count)
    return best


def calls(case: Case, symbol: Any, inputs: list[Any]) -> list[Callable[[], Any]]:
    """Value and gradient by the three, as functions of nothing."""
    place = case.parameters.index(symbol)
    ours = compile_callable(Function(case.name, case.parameters, (case.value, gradient(case.value, symbol))))
    in_torch, in_jax = (compile_callable(case.function, target) for target in ("torch", "jax"))
    tensors = [torch.tensor(v, dtype=torch.float64) for v in inputs]
    tensors[place].requires_grad_(True)

    def by_torch() -> Any:
        value = in_torch(*tensors)
        return value, torch.autograd.grad(value, tensors[place])[0]

    compiled = jax.jit(jax.value_and_grad(in_jax, argnums=place))
    arrays = [jax.numpy.asarray(v) for v in inputs]
    made = [lambda: ours(*inputs), by_torch, lambda: jax.block_until_ready(compiled(*arrays))]
    results = [call() for call in made]
    for value, slope in results[1:]:
        np.testing.assert_allclose(
            value.detach() if hasattr(value, "detach") else value, results[0][0], rtol=1e-9, atol=1e-9
        )
        np.testing.assert_allclose(np.asarray(slope), results[0][1], rtol=1e-7, atol=1e-9)
    return made


def rows(names: list[str]) -> Iterator[tuple[str, list[list[float]]]]:
    for case in CASES:
        symbol = next((p for p in case.parameters if p.shape and not p.properties), None)
        if (names and case.name not in names) or hasattr(case.value, "axes") or symbol is None:
            continue
        try:
            yield case.name, [shortest(calls(case, symbol, list(case.inputs(s).values()))) for s in SIZES.values()]
        except (AssertionError, RuntimeError, TypeError, NotImplementedError) as error:
            print(
                f"{case.name}: left out, {type(error).__name__}: {str(error).strip().splitlines()[0][:100]}", flush=True
            )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("-o", default="docs/export_autograd.md")
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    jax.config.update("jax_enable_x64", True)
    torch.set_num_threads(1)
    load = os.getloadavg()[0]
    lines, ratios = [], {(s, o): [] for s in SIZES for o in NAMES[1:]}
    for name, times in rows(given.names):
        cells = []
        for size, (ours, *others) in zip(SIZES, times, strict=True):
            cells.append(f"{ours * 1e6:,.1f} us")
            for other, seconds in zip(NAMES[1:], others, strict=True):
                ratios[size, other].append(ours / seconds)
                cells.append(f"{ours / seconds:.2f}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
        print(lines[-1], flush=True)
    means = [
        f"| {size} | {' | '.join(f'{math.exp(np.mean(np.log(ratios[size, o]))):.2f} | {max(ratios[size, o]):.2f}' for o in NAMES[1:])} |"
        for size in SIZES
    ]
    head = " | ".join(f"{size} | / torch | / jax" for size in SIZES)
    Path(given.o).write_text(
        f"""# Exported value and gradient against torch autograd and jax.jit

Written by `python -m benchmarks.export.against_autograd`; do not edit. torch {torch.__version__}, jax {jax.__version__},
NumPy {np.__version__}, float64, one thread each, {os.cpu_count()} cores, load {load:.1f} at the start. The shortest of
{ROUNDS} turns counts. Ratios are our time over theirs: below 1 the exported function is faster.

| size | geometric mean / torch | worst | geometric mean / jax.jit | worst |
|---|---|---|---|---|
{chr(10).join(means)}

| formula | {head} |
|---|{"---|" * 3 * len(SIZES)}
{chr(10).join(lines)}
"""
    )


if __name__ == "__main__":
    main()
