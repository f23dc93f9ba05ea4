"""Exported code against hand-written NumPy, SymPy's lambdify, torch autograd and jax.jit, in one run on the CPU in float64.

usage: python -m benchmarks.export [-o docs/export_benchmarks.md] [NAME...]

Writes a table and, beside it, a plot. Needs torch, jax and matplotlib.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: threads make small sizes a lottery
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import argparse
import math
import platform
import time
import warnings
from pathlib import Path
from typing import Any

import jax
import numpy as np
import sympy
import torch

from benchmarks.export.contenders import gradients, values
from benchmarks.export.measures import error, exact, once, peak, shortest
from benchmarks.export.report import Row, plot, table
from derive.export import compile_callable
from derive.terms import Arr
from tests.export.formulas import CASES, Case, K, d, m, n

SIZES = {
    "small": {n: 20, d: 5, K: 4, m: 6},
    "medium": {n: 300, d: 30, K: 10, m: 40},
    "large": {n: 1000, d: 50, K: 20, m: 100},
}
TINY = {n: 4, d: 3, K: 3, m: 3}
SCALES = {"ordinary": (1.0,), "extreme": (1e4, 300.0, 1e-6)}
PATIENCE, PATIENCE_EXACT = 2.0, 10.0


def measured(case: Case) -> Row:
    row = Row(case.name)
    symbol = next((p for p in case.parameters if p.shape and not p.properties), None)
    for size, lengths in SIZES.items():
        inputs = case.inputs(lengths)
        calls = values(case, inputs)
        plain = calls.pop("lambdify", None)
        agree(calls)
        row.values[size] = shortest(calls)
        if plain is not None:
            seconds = once(plain, PATIENCE)
            if seconds is not None:
                row.values[size]["lambdify"] = seconds
        slopes = None
        if symbol is not None and not isinstance(case.value, Arr):
            slopes = gradients(case, inputs, symbol)
            agree(slopes)
            row.gradients[size] = shortest(slopes)
        if size == "large":
            row.memory = {name: peak(name, call) for name, call in calls.items()}
            row.gradient_memory = {name: peak(name, call) for name, call in (slopes or {}).items()}
    ours = compile_callable(case.function)
    for kind, scales in SCALES.items():
        pairs = []
        for scale in scales:
            inputs = {
                s: v * scale if not s.domain.positive and not s.properties and s.name not in case.make else v
                for s, v in case.inputs(TINY, seed=5).items()
            }
            want = exact(case.value, TINY, inputs, PATIENCE_EXACT)
            if want is not None:
                pairs.append((error(ours, inputs, want), error(case.hand, inputs, want)))
        row.errors[kind] = max(pairs, key=lambda p: p[0] / max(p[1], 1)) if pairs else None
    return row


def agree(calls: dict[str, Any]) -> None:
    """All contenders compute one thing."""
    results = {name: call() for name, call in calls.items()}
    for name, result in results.items():
        for got, want in zip(flat(result), flat(results["ours"]), strict=True):
            scale = np.abs(want).max(initial=0)
            np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-9 * max(1.0, scale), err_msg=name)


def flat(result: Any) -> list[np.ndarray]:
    parts = result if isinstance(result, tuple) else (result,)
    return [np.asarray(p.detach() if hasattr(p, "detach") else p) for p in parts]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("-o", default="docs/export_benchmarks.md")
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    jax.config.update("jax_enable_x64", True)
    torch.set_num_threads(1)
    load, start = os.getloadavg()[0], time.time()
    rows = []
    for case in CASES:
        if given.names and case.name not in given.names:
            continue
        rows.append(measured(case))
        print(rows[-1], flush=True)
    machine = (
        f"{platform.machine()}, {os.cpu_count()} cores, one thread each, load {load:.1f} at the start, "
        f"Python {platform.python_version()}, NumPy {np.__version__}, SymPy {sympy.__version__}, torch {torch.__version__}, "
        f"jax {jax.__version__}; {math.ceil((time.time() - start) / 60)} minutes"
    )
    lengths = "; ".join(f"{s}: " + ", ".join(f"{a.name} = {v}" for a, v in at.items()) for s, at in SIZES.items())
    path = Path(given.o)
    path.write_text(table(rows, machine, lengths, path.with_suffix(".png").name))
    plot(rows, path.with_suffix(".png"))


if __name__ == "__main__":
    main()
