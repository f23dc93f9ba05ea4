"""Times exported NumPy against the hand-written NumPy of the tests: ratio of medians at small, medium and large sizes.

usage: python -m benchmarks.export.against_numpy [NAME...]
"""

from __future__ import annotations

import math
import sys
import time
import warnings

from derive.export import compile_callable
from tests.export.formulas import CASES, K, d, m, n

SIZES = {
    "small": {n: 20, d: 5, K: 4, m: 6},
    "medium": {n: 400, d: 30, K: 10, m: 40},
    "large": {n: 2500, d: 60, K: 20, m: 100},
}
SMALLER = {"pairwise_kernel": {n: 300, d: 20, K: 5, m: 10}}


def seconds(call, arguments, budget: float = 0.05) -> float:
    call(*arguments)
    start = time.perf_counter()
    call(*arguments)
    once = max(time.perf_counter() - start, 1e-7)
    times = []
    for _ in range(5):
        count = max(1, int(budget / 5 / once))
        start = time.perf_counter()
        for _ in range(count):
            call(*arguments)
        times.append((time.perf_counter() - start) / count)
    return min(times)


def main(names: list[str]) -> None:
    warnings.simplefilter("ignore")
    ratios: dict[str, list[float]] = {size: [] for size in SIZES}
    print(f"{'formula':32}" + "".join(f"{size:>22}" for size in SIZES))
    for case in CASES:
        if names and case.name not in names:
            continue
        row = f"{case.name:32}"
        ours = compile_callable(case.function)
        for size, values in SIZES.items():
            values = SMALLER.get(case.name, values) if size == "large" else values
            inputs = list(case.inputs(values).values())
            a, b = seconds(ours, inputs), seconds(case.hand, inputs)
            ratios[size].append(a / b)
            row += f"{a * 1e6:10.1f} us {a / b:7.2f}x"
        print(row, flush=True)
    for size, found in ratios.items():
        mean = math.exp(sum(map(math.log, found)) / len(found))
        print(f"{size}: geometric mean {mean:.2f}, worst {max(found):.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
