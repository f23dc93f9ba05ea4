"""The suites of ../shared: no step is proved or refuted wrongly, and no step is missed but by the clock."""

from __future__ import annotations

import ast
import contextlib
import io
import json
from pathlib import Path

import numpy as np
import pytest

from derive.cli import main
from derive.verify import verify_text

SHARED = Path(__file__).resolve().parents[2] / "shared" / "suites"
SECONDS = 30  # a step: the work that a decision may cost is counted, so that this ends only what hangs


def cases(name: str) -> list:
    path = SHARED / name
    if not path.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason="../shared is absent"))]
    return [pytest.param(case, id=case["id"]) for case in map(json.loads, path.read_text().splitlines())]


@pytest.mark.parametrize("case", [*cases("derivations.jsonl"), *cases("identities.jsonl")])
def test_every_step_has_the_verdict_that_is_known(case):
    steps = verify_text(case["document"], time_limit=SECONDS).steps
    got = [step.verdict for step in steps]
    assert len(got) == len(case["expect"]), got
    for step, expected in zip(steps, case["expect"], strict=True):
        assert step.verdict in expected.split("|"), (step.lhs, step.relation, step.rhs, step.verdict, step.reason)
        if step.verdict == "refuted":
            witness = step.counterexample
            assert witness and (witness.get("shapes") or witness["lhs"] != witness["rhs"])


@pytest.mark.parametrize("case", cases("differentiate.jsonl"))
def test_the_code_of_a_derivative_gives_the_known_numbers(case):
    argv = ["differentiate", case["expression"], "--wrt", case["wrt"], "--order", str(case.get("order", 1))]
    argv += ["--assume", case["assume"], "--target", "numpy"]
    argv += ["--define", "; ".join(case["define"])] if case.get("define") else []
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert main(argv) == 0
    loops = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)
    assert not any(isinstance(node, loops) for node in ast.walk(ast.parse(printed.getvalue()))), "a loop over data"
    module: dict = {}
    exec(compile(printed.getvalue(), case["id"], "exec"), module)
    derivative = next(module[name] for name in ("hessian", "jacobian", "gradient") if name in module)
    for numbers in case["cases"]:
        inputs = {k: v if isinstance(v, int) else np.asarray(v, float) for k, v in numbers["inputs"].items()}
        for function, known in ((module["value"], numbers["value"]), (derivative, numbers["derivative"])):
            known = np.asarray(known, float)
            scale = max(1.0, np.abs(known).max(initial=0))
            np.testing.assert_allclose(function(**inputs), known, rtol=1e-8, atol=1e-10 * scale)
