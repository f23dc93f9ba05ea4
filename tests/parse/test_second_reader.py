"""latex2sympy2 as a second reader: on plain scalar formulas that both read, they mean the same number.

One process reads all formulas, so that a formula that hangs the second reader ends with it.
"""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from fractions import Fraction

import pytest

from derive.evaluate import Assignment, Undefined, evaluate
from derive.parse import describe
from derive.parse.declarations import assume
from derive.parse.elaborate import elaborate
from derive.parse.errors import ReadError
from derive.parse.grammar import parse_expression

NAMES = ("x", "y", "z", "a")
POINTS = ({"x": "1/2", "y": "3", "z": "5/4", "a": "2"}, {"x": "3/7", "y": "2/3", "z": "2", "a": "7/5"})
BATCH = """
import json, sys
from latex2sympy2_extended import latex2sympy
import sympy
formulas, points = json.load(sys.stdin)
found = []
for formula in formulas:
    try:
        e = latex2sympy(formula)
        values = [complex(e.xreplace({sympy.Symbol(k): sympy.Rational(v) for k, v in p.items()}).evalf(20)) for p in points]
        found.append([[v.real, v.imag] for v in values])
    except Exception as error:
        found.append(repr(error)[:80])
print(json.dumps(found))
"""


def formula(rng: random.Random, depth: int) -> str:
    """A plain scalar formula as people type them."""
    if depth == 0 or rng.random() < 0.15:
        return rng.choice([*NAMES, str(rng.randrange(1, 10)), "2.5"])

    def part() -> str:
        return formula(rng, depth - 1)

    return rng.choice([
        lambda: f"{part()} + {part()}",
        lambda: f"{part()} - ({part()})",
        lambda: f"{rng.choice(NAMES)} ({part()})",
        lambda: f"{part()} \\cdot {rng.choice(NAMES)}",
        lambda: f"\\frac{{{part()}}}{{{part()}}}",
        lambda: f"({part()})^{rng.randrange(2, 4)}",
        lambda: f"{rng.choice(NAMES)}^{{{part()}}}",
        lambda: f"e^{{-({part()})}}",
        lambda: f"\\sqrt{{{part()}}}",
        lambda: f"\\left( {part()} \\right)^{{-1}}",
        lambda: f"\\{rng.choice(['exp', 'ln', 'sin', 'cos', 'tanh'])}({part()})",
        lambda: f"\\left| {part()} \\right|",
        lambda: f"{rng.randrange(2, 9)} {rng.choice(NAMES)}",
    ])()  # fmt: skip


FORMULAS = list(dict.fromkeys(formula(random.Random(seed), 3) for seed in range(400)))


@pytest.fixture(scope="module")
def second():
    pytest.importorskip("latex2sympy2_extended", reason="the extra crosscheck is not installed")
    done = subprocess.run(
        [sys.executable, "-c", BATCH], input=json.dumps([FORMULAS, POINTS]), capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-500:]
    return dict(zip(FORMULAS, json.loads(done.stdout), strict=True))


def ours(text: str) -> list[float] | None:
    """The values of a formula at the points as we read it; None where it has none."""
    scope = assume(r"x, y, z, a \in \mathbb{R}")
    term = elaborate(parse_expression(text), scope, text)
    try:
        return [
            float(evaluate(term, Assignment({}, {}, {scope.symbols[k]: Fraction(v) for k, v in p.items()})).value)
            for p in POINTS
        ]
    except (Undefined, OverflowError):
        return None


def test_we_read_every_plain_scalar_formula():
    for text in FORMULAS:
        elaborate(parse_expression(text), assume(r"x, y, z, a \in \mathbb{R}"), text)


def test_where_both_read_a_formula_they_agree(second):
    compared = 0
    for text, values in second.items():
        if isinstance(values, str):
            continue
        own = ours(text)
        if own is None or any(abs(im) > 1e-9 or not math.isfinite(re) for re, im in values):
            continue
        compared += 1
        for (re, _), value in zip(values, own, strict=True):
            assert value == pytest.approx(re, rel=1e-9, abs=1e-12), text
    assert compared > len(FORMULAS) // 2


def test_the_command_asks_the_second_reader():
    pytest.importorskip("latex2sympy2_extended", reason="the extra crosscheck is not installed")
    assert describe(r"\frac{x + 1}{y}", backend="latex2sympy2") == "(x + 1)/y"


def test_without_the_extra_the_command_says_what_to_install(monkeypatch):
    monkeypatch.setattr(sys.modules["derive.parse.describe"], "READER", "import latex2sympy2_extended_is_absent")
    with pytest.raises(ReadError, match="crosscheck"):
        describe("x", backend="latex2sympy2")


def test_a_second_reader_that_hangs_is_ended(monkeypatch):
    module = sys.modules["derive.parse.describe"]
    monkeypatch.setattr(module, "READER", "import time; time.sleep(60)")
    monkeypatch.setattr(module, "SECONDS", 0.5)
    with pytest.raises(ReadError, match=r"no answer within 0\.5 s"):
        describe("x", backend="latex2sympy2")
