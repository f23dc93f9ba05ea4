"""Times exported softmax cross-entropy against `sympy.lambdify` of the same sums at n = 1000.

usage: python -m benchmarks.export.against_lambdify [N]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy

from derive.catalogue import load

FEW = 5  # entries of the gradient that lambdify is timed on; each costs the same


def best(call: Callable[[], Any], rounds: int) -> float:
    """The shortest of several times of a call, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def sums(n: int) -> dict[str, Any]:
    """The loss as it is defined, as it is proved to be, and its gradient by the logit z[i], as SymPy terms."""
    z, y = sympy.IndexedBase("z"), sympy.IndexedBase("y")
    i, j, k = sympy.symbols("i j k", integer=True)
    total = sympy.Sum(sympy.exp(z[j]), (j, 0, n - 1))
    return {
        "loss, as defined": -sympy.Sum(y[k] * sympy.log(sympy.exp(z[k]) / total), (k, 0, n - 1)),
        "loss, log-sum-exp": sympy.log(total) - sympy.Sum(y[k] * z[k], (k, 0, n - 1)),
        "gradient": sympy.exp(z[i]) / total - y[i],
    }


def measure(n: int = 1000) -> list[tuple[str, float, float]]:
    """Name, seconds of lambdify, seconds of the exported function."""
    z_, y_, i_ = sympy.IndexedBase("z"), sympy.IndexedBase("y"), sympy.Symbol("i", integer=True)
    rng = np.random.default_rng(0)
    z, y = rng.standard_normal(n), rng.dirichlet(np.ones(n))
    equation = load("softmax_cross_entropy")
    ours = {"loss": equation.to_numpy(), "gradient": equation.to_numpy("gradient")}
    rows = []
    for name, term in sums(n).items():
        exported = ours["gradient" if name == "gradient" else "loss"]
        exported(z, y)
        fast = best(lambda f=exported: [f(z, y) for _ in range(200)], 7) / 200
        if name == "gradient":
            plain = sympy.lambdify((z_, y_, i_), term, "numpy")
            slow = best(lambda f=plain: [f(z, y, i) for i in range(FEW)], 3) * n / FEW
            assert np.isclose(plain(z, y, 3), exported(z, y)[3])
        else:
            plain = sympy.lambdify((z_, y_), term, "numpy")
            slow = best(lambda f=plain: f(z, y), 2)
            assert np.isclose(plain(z, y), exported(z, y))
        rows.append((name, slow, fast))
    return rows


def main(arguments: list[str]) -> None:
    for name, slow, fast in measure(int(arguments[0]) if arguments else 1000):
        print(f"{name:20} lambdify {slow * 1e3:10.2f} ms   exported {fast * 1e6:8.1f} us   {slow / fast:10,.0f} times")


if __name__ == "__main__":
    main(sys.argv[1:])
