"""Times derivatives and proofs against tensorgrad and SymPy, in one run, and writes its part of docs/benchmarks.md.

usage: python -m benchmarks.derivatives.against_others [--tensorgrad PYTHON] [--rounds N]

PYTHON is the interpreter of an environment with tensorgrad (pip install tensorgrad in a venv of its own); without it
that table is left out. Every round starts one process for each library, which does every task once after a warm-up, so
nothing is remembered from an earlier round. Figures are CPU seconds of the process, the median over rounds.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.derivatives.tasks import TENSORGRAD, Timed, sympy_tasks

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- begin: derivatives -->", "<!-- end: derivatives -->"


def seconds(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def settle() -> None:
    """What was imported is left out of later garbage collections, which would fall on some task by chance."""
    gc.collect()
    gc.freeze()


def ours(tasks: list[Timed]) -> dict[str, dict[str, float]]:
    """For each task: the derivative in normal form; the answer (readable and proved); its steps; a textbook's form proved."""
    from derive.answer import differentiate
    from derive.derivation.notation import jacobian
    from derive.kernel import by_normal_form
    from derive.normal_form.decide import prepare
    from derive.normal_form.derivative import evaluate
    from derive.parse import assume, elaborate, parse_expression
    from derive.terms import Arr, unfold

    def read(task: Timed):
        scope = assume(task.declared, list(task.defined))
        value, textbook = (elaborate(parse_expression(t), scope, t) for t in (task.formula, task.textbook))
        return value, textbook, scope

    def start_of(task: Timed, value, scope):
        for _ in range(task.order):
            value = jacobian(value, scope.symbols[task.wrt])
        return unfold(value, scope.definitions)

    def derivative(task: Timed, value, scope) -> None:
        found = evaluate(start_of(task, value, scope))
        prepare((found,), tuple(scope.hypotheses)).read(found.body if isinstance(found, Arr) else found)

    def proof(task: Timed, value, textbook, scope) -> None:
        start = start_of(task, value, scope)
        by_normal_form(start, unfold(textbook, scope.definitions), tuple(scope.hypotheses))

    def timed(task: Timed) -> dict[str, float]:
        value, textbook, scope = read(task)
        times = {
            "derivative": seconds(partial(derivative, task, value, scope)),
            "proof": seconds(partial(proof, task, value, textbook, scope)),
        }
        start = time.process_time()
        result = answer(task)
        times["answer"] = time.process_time() - start
        assert result.theorem is not None, f"{task.name}: not proved"
        times["steps"] = seconds(result.render)
        return times

    def answer(task: Timed):
        return differentiate(task.formula, task.wrt, task.order, task.declared, task.defined)

    timed(Timed("", r"w^\top w", "w", r"w \in \mathbb{R}^q", "2 w"))  # imports
    settle()
    return {task.name: timed(task) for task in tasks}


def _differentiated(question: Callable[[], object], variable: object) -> object:
    import sympy

    return sympy.diff(question(), variable)


def sympys() -> dict[str, float]:
    import sympy

    warnings.simplefilter("ignore")
    u = sympy.MatrixSymbol("u", 3, 1)
    sympy.diff(u.T * u, u)  # imports
    settle()
    return {
        task.name: seconds(partial(_differentiated, question, variable)) for task, question, variable in sympy_tasks()
    }


def worker(python: str, *arguments: str) -> dict:
    done = subprocess.run([python, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def own(which: str) -> dict:
    return worker(sys.executable, "-m", "benchmarks.derivatives.against_others", "--worker", which)


def medians(rounds: list[dict]) -> dict:
    first = rounds[0]
    return {
        name: medians([r[name] for r in rounds])
        if isinstance(first[name], dict)
        else statistics.median(r[name] for r in rounds)
        for name in first
    }


def table(theirs: dict[str, float], mine: dict[str, dict[str, float]], whom: str, code: bool) -> str:
    """A Markdown table in milliseconds, with the ratio of theirs to ours and its geometric mean."""
    columns = ("derivative", "proof", "answer", "steps")
    lines = [
        f"| task | {whom} | derivative | | proof | | answer | | its steps |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, other in theirs.items():
        shown = name.replace("\\|", "\\Vert ").replace("|", "\\vert ")
        cells = [f"`{shown}`" if code else name, f"{other * 1e3:.1f}"]
        for column in columns:
            cells.append(f"{mine[name][column] * 1e3:.1f}")
            if column != "steps":
                cells.append(f"{other / mine[name][column]:.2g} x")
        lines.append("| " + " | ".join(cells) + " |")
    means = [statistics.geometric_mean(other / mine[name][c] for name, other in theirs.items()) for c in columns[:3]]
    lines.append("| **geometric mean** | | | " + " | | ".join(f"**{mean:.2g} x**" for mean in means) + " | |")
    return "\n".join(lines)


def reached(theirs: dict[str, float], mine: dict[str, dict[str, float]], bar: float = 10) -> str:
    """A sentence: which of our columns is that many times faster than theirs, in geometric mean, and which is not."""
    means = {
        c: statistics.geometric_mean(other / mine[name][c] for name, other in theirs.items())
        for c in ("derivative", "proof", "answer")
    }
    said = [f"the {c} {'is' if mean >= bar else 'is not'} ({mean:.2g} x)" for c, mean in means.items()]
    return f"The bar is {bar:g} times faster in geometric mean: " + ", ".join(said) + "."


def write(part: str) -> None:
    """Put the part into the page, between its marks; the rest of the page stays."""
    page = PAGE.read_text() if PAGE.exists() else "# Benchmarks\n"
    if BEGIN not in page:
        page = f"{page.rstrip()}\n\n{BEGIN}\n{END}\n"
    before, rest = page.split(BEGIN, 1)
    PAGE.write_text(f"{before}{BEGIN}\n{part}\n{END}{rest.split(END, 1)[1]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tensorgrad", metavar="PYTHON")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--worker", choices=["examples", "textbook", "sympy"])
    options = parser.parse_args()
    if options.worker:
        tasks = TENSORGRAD if options.worker == "examples" else [t for t, _, _ in sympy_tasks()]
        print(json.dumps(sympys() if options.worker == "sympy" else ours(tasks)))
        return
    script = str(Path(__file__).with_name("with_tensorgrad.py"))
    runs: dict[str, list[dict]] = {"examples": [], "textbook": [], "sympy": [], "tensorgrad": []}
    for _ in range(options.rounds):
        for which in ("examples", "textbook", "sympy"):
            runs[which].append(own(which))
        if options.tensorgrad:
            runs["tensorgrad"].append(worker(options.tensorgrad, script))
    found = {which: medians(rounds) for which, rounds in runs.items() if rounds}
    parts = [
        "## Derivatives and proofs\n\n"
        f"CPU milliseconds, median of {options.rounds} rounds on {platform.machine()}, Python {platform.python_version()}; "
        "written by `python -m benchmarks.derivatives.against_others`. Every round is a fresh process for each library "
        "that does every task once after its imports. *Derivative*: differentiated and in normal form, from terms as the "
        "others. *Proof*: the derivative proved equal to a textbook's closed form, from terms. *Answer*: `differentiate`, "
        "that is LaTeX read, the shortest readable form chosen, and proved. *Its steps*: the derivation, every step "
        "proved, and printed. The factors are their time over ours: above 1 we are faster. CPU time, since the machine "
        "may be shared with other work; that work still shows in the figures through caches and clocks, so compare "
        "factors of one run, not milliseconds of two."
    ]
    if options.tensorgrad:
        parts.append(
            "### tensorgrad's examples\n\nTheirs: built, differentiated (`grad`) and simplified (`full_simplify`) in its own "
            "environment; it proves nothing and names no rule. "
            + reached(found["tensorgrad"], found["examples"])
            + "\n\n"
            + table(found["tensorgrad"], found["examples"], "tensorgrad", False)
        )
    parts.append(
        "### SymPy 1.14\n\nThe 23 of 33 textbook derivatives that SymPy gets right (`tests/test_sympy_reasons.py` names the others). "
        "Theirs: `diff`, for a problem that is already in SymPy's terms.\n\n"
        + table(found["sympy"], found["textbook"], "SymPy", True)
    )
    write("\n\n".join(parts))
    print("\n\n".join(parts))


if __name__ == "__main__":
    main()
