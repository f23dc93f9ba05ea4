"""The table and the plot of one run."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

SIZES = ("small", "medium", "large")
OTHERS = ("hand", "lambdify", "torch", "jax")


@dataclass
class Row:
    """One formula: seconds by size and contender, peak bytes at the large size, errors (ours, by hand) in last places."""

    name: str
    values: dict[str, dict[str, float]] = field(default_factory=dict)
    gradients: dict[str, dict[str, float]] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)
    gradient_memory: dict[str, int] = field(default_factory=dict)
    errors: dict[str, tuple[float, float] | None] = field(default_factory=dict)

    def ratio(self, size: str, other: str, gradients: bool = False) -> float | None:
        """Our time over theirs: below 1 the exported function is faster."""
        times = (self.gradients if gradients else self.values).get(size, {})
        return times["ours"] / times[other] if other in times else None

    def __str__(self) -> str:
        parts = [f"{s} {self.ratio(s, 'hand') or math.nan:.2f}" for s in SIZES]
        parts += [f"{s} torch {r:.2f}" for s in SIZES if (r := self.ratio(s, "torch", True)) is not None]
        return f"{self.name}: {', '.join(parts)}; errors {self.errors}"


def mean(found: Iterable[float | None]) -> str:
    numbers = [v for v in found if v is not None]
    return f"{math.exp(sum(map(math.log, numbers)) / len(numbers)):.3g}" if numbers else ""


def number(value: float | None) -> str:
    if value is None:
        return ""
    return "not finite" if math.isinf(value) else f"{value:.2f}" if value >= 0.01 else f"{value:.0e}"


def bytes_(value: int | None) -> str:
    return "" if value is None else f"{value / 1e6:.2f}" if value >= 1e4 else f"{value / 1e6:.4f}"


def summary(rows: list[Row], others: Iterable[str], gradients: bool) -> list[str]:
    lines = []
    for other in others:
        for size in SIZES:
            found = [(r, row.name) for row in rows if (r := row.ratio(size, other, gradients)) is not None]
            if not found:
                continue
            worst, name = max(found)
            over = sum(r > 1.3 for r, _ in found)
            lines.append(
                f"| {other} | {size} | {len(found)} | {mean(r for r, _ in found)} | {number(worst)} ({name}) | {over} |"
            )
    return lines


def table(rows: list[Row], machine: str, lengths: str, picture: str) -> str:
    worse = [r.name for r in rows for e in r.errors.values() if e is not None and e[0] > 4 * max(e[1], 1)]
    failed = [r.name for r in rows for e in r.errors.values() if e is not None and math.isinf(e[0])]
    mended = [
        r.name for r in rows for e in r.errors.values() if e is not None and math.isinf(e[1]) and not math.isinf(e[0])
    ]
    head = "| against | size | formulas | geometric mean | worst | over 1.3 |\n|---|---|---|---|---|---|"
    value_lines = [
        f"| {r.name} | "
        + " | ".join(
            f"{r.values[s]['ours'] * 1e6:,.1f} | " + " | ".join(number(r.ratio(s, o)) for o in OTHERS) for s in SIZES
        )
        + " |"
        for r in rows
    ]
    gradient_lines = [
        f"| {r.name} | "
        + " | ".join(
            f"{r.gradients[s]['ours'] * 1e6:,.1f} | "
            + " | ".join(number(r.ratio(s, o, True)) for o in ("torch", "jax"))
            for s in SIZES
        )
        + " | "
        + " | ".join(bytes_(r.gradient_memory.get(o)) for o in ("ours", "torch", "jax"))
        + " |"
        for r in rows
        if r.gradients
    ]
    more = [
        f"| {r.name} | "
        + " | ".join(bytes_(r.memory.get(o)) for o in ("ours", "hand", "torch", "jax"))
        + " | "
        + " | ".join(number(v) for kind in ("ordinary", "extreme") for v in (r.errors.get(kind) or (None, None)))
        + " |"
        for r in rows
    ]
    sizes3 = "".join(f" {s}, us | / hand | / lambdify | / torch | / jax |" for s in SIZES)
    sizes2 = "".join(f" {s}, us | / torch | / jax |" for s in SIZES)
    return f"""# Exported code against others

Written by `python -m benchmarks.export`; do not edit. {machine}.

{len(rows)} formulas in float64. Sizes: {lengths}. All contenders are called in turns and the shortest time of each counts; on
a machine that others use, ratios between 0.8 and 1.25 say little. Ratios are our time over theirs: below 1 the exported
function is faster. The torch and jax functions are the exported code of those targets (jax compiled by jit before the
clock starts); lambdify gets the same sums as SymPy terms, is called once, and is left out where it needs more than two
seconds or has no code.

![Our time over theirs]({picture})

## Values

{head}
{chr(10).join(summary(rows, OTHERS, False))}

## Value and gradient in one call

Against torch autograd and `jax.jit(jax.value_and_grad)`; the scalar formulas, by their first array.

{head}
{chr(10).join(summary(rows, ("torch", "jax"), True))}

## Errors

Against mpmath with 1000 digits, in units of the last place of the largest entry. "Extreme" is the worst of inputs scaled by
1e4, 300 and 1e-6. More than 4 times the hand-written version's error: {", ".join(worse) or "none"}. Not finite where the true
value is: {", ".join(failed) or "none"}. Finite where the hand-written version is not: {", ".join(mended) or "none"}. (The tests
compare 500 more extreme inputs, `tests/export/extremes.py`.)

Memory is the most that one call holds beyond its arguments, in MB at the large size: tracemalloc for NumPy, torch's
profiler, XLA's analysis of the compiled function.

| formula | memory, ours | hand | torch | jax | error, ordinary | hand | error, extreme | hand |
|---|---|---|---|---|---|---|---|---|
{chr(10).join(more)}

## Values, all formulas

| formula |{sizes3}
|---|{"---|" * 15}
{chr(10).join(value_lines)}

## Gradients, all formulas

| formula |{sizes2} memory, ours | torch | jax |
|---|{"---|" * 12}
{chr(10).join(gradient_lines)}
"""


def plot(rows: list[Row], path: Path) -> None:
    """Our time over theirs at the large size, one dot a formula, for each contender."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(11, 4.2), sharey=True)
    for axis, gradients, others in ((axes[0], False, OTHERS), (axes[1], True, ("torch", "jax"))):
        for place, other in enumerate(others):
            for shift, (size, colour) in enumerate(zip(SIZES, ("#9ecae1", "#4292c6", "#08306b"), strict=True)):
                found = sorted(r for row in rows if (r := row.ratio(size, other, gradients)) is not None)
                if not found:
                    continue
                x = place + 0.26 * (shift - 1)
                spread = [x + 0.09 * math.sin(2.4 * k) for k in range(len(found))]
                axis.plot(spread, found, "o", color=colour, markersize=3.5, label=size if not place else None)
                middle = math.exp(sum(map(math.log, found)) / len(found))
                axis.plot([x - 0.12, x + 0.12], [middle, middle], color="black", linewidth=1.5)
        axis.set_yscale("log")
        axis.axhline(1, color="grey", linewidth=0.8)
        axis.set_xticks(range(len(others)), [{"hand": "NumPy by hand"}.get(o, o) for o in others])
        axis.set_title("value and gradient" if gradients else "value")
    axes[0].set_ylabel("our time / theirs")
    axes[0].legend(title="size", loc="lower left")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
