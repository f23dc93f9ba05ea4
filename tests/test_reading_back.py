"""What we print is valid: every printed term of the catalogue and of the suites reads back to itself, and the LaTeX compiles."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from derive.catalogue import all_equations
from derive.parse.errors import ReadError
from derive.render.latex import latex
from derive.terms import Arr, Term, children, free_symbols
from derive.verify import blocks, verify_text
from derive.verify.judging import Outcome
from tests.render.printed import alike, key, read_back, scope_of, sides

EQUATIONS = sorted(all_equations(), key=lambda e: e.id)


def shown_in(equation) -> list:
    """Every term that a derivation of an equation shows."""
    found: dict = {}
    for claim in equation.claims:
        steps = [v for step in claim.calculate().steps for v in (step.before, step.after)]
        found |= dict.fromkeys(side for v in (claim.lhs, claim.rhs, *steps) for side in sides(v))
    return [v for v in found if isinstance(v, Term | Arr)]


def names_an_event(value) -> bool:
    """Whether a symbol stands for a probability and is called by its formula, P(A | B): that reads as what it says."""
    return any(re.match(r"P\(", s.name) for s in free_symbols(value))


def has_blocks(value) -> bool:
    """Whether an array inside has an axis of pairs or of several blocks: by entries, it has no notation that is read yet."""
    if isinstance(value, Arr):
        for axis in value.axes:
            if len(axis) > 1 or (axis[0].length is not None and len(axis[0].length.terms) > 1):
                return True
    return any(has_blocks(child) for child in children(value))


@pytest.mark.parametrize("equation", EQUATIONS, ids=lambda e: e.id)
def test_every_term_that_an_equation_shows_reads_back_to_itself(equation):
    for value in shown_in(equation):
        if not names_an_event(value):
            assert alike(value, read_back(latex(value), scope_of(value))), latex(value)


@pytest.mark.parametrize("suite", ["derivations", "identities"])
def test_every_term_of_a_suite_is_printed_so_that_it_reads_back(suite, shared, monkeypatch):
    statements: list = []
    monkeypatch.setattr(
        blocks,
        "judge",
        lambda statement, scope, *a, **k: statements.append((statement, scope.copy())) or Outcome("proved"),
    )
    for line in (shared / "suites" / f"{suite}.jsonl").read_text().splitlines():
        verify_text(json.loads(line)["document"])
    wrong, values = [], {}
    for statement, scope in statements:
        for value in (statement.elaborated.lhs, statement.elaborated.rhs):
            if isinstance(value, Term | Arr) and not (has_blocks(value) and r"\det (" in latex(value)):
                values.setdefault(value, scope)
    for value, scope in values.items():
        whole = scope_of(value)
        whole.functions |= {k: f for k, f in scope.functions.items() if k not in whole.functions}
        text = latex(value)
        try:
            same = alike(value, read_back(text, whole))
        except ReadError as error:
            wrong.append((text, str(error).splitlines()[0]))
            continue
        if not same:
            wrong.append((text, "reads as another term"))
    assert len(values) > 100
    assert not wrong, f"{len(wrong)} of {len(values)}: {wrong[:10]}"


def test_the_latex_of_the_whole_catalogue_compiles(tmp_path):
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not installed")
    from derive.render.equation import render_equation

    bodies = [str(render_equation(equation, "latex", detail="full")) for equation in EQUATIONS]
    packages = "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n\\allowdisplaybreaks\n"
    text = packages + "\\begin{document}\n" + "\n\n\\clearpage\n".join(bodies) + "\n\\end{document}\n"
    (tmp_path / "all.tex").write_text(text, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "all.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", timeout=300)
    assert done.returncode == 0, "\n".join(x for x in done.stdout.splitlines() if x.startswith(("!", "l.")))[:2000]
    assert "Missing character" not in (tmp_path / "all.log").read_text(errors="replace")


def test_a_key_is_the_readers():
    class Named:
        name = r"\hat y"

    assert key(Named) == r"\hat{y}"
