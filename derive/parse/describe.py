"""What the reader understood of a formula: its tree, its type, and what it had to infer. Imports the rest of parse.

>>> print(describe(r"x^\\top x", r"x \\in \\mathbb{R}^n"))
Product                      x^\\top x
  Superscript                x^\\top
    Name                     x
    Mark                     \\top
  Name                       x
type: a number
inferred: nothing
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from derive.terms import Arr, shape_text
from derive.terms.arr import shape_of

from . import syntax as s
from .declarations import assume as read_assumptions
from .elaborate import elaborate
from .errors import ReadError
from .grammar import parse_expression

SECONDS = 20.0  # with the time that its imports take
READER = "import sys; from latex2sympy2_extended import latex2sympy; print(latex2sympy(sys.stdin.read()))"


def describe(latex: str, assume: str | Iterable[str] = "", backend: str = "own") -> str:
    """The tree of a formula with its source, its type under the declarations, and the inferred declarations.

    ``backend`` "latex2sympy2" asks the second reader instead, in a process of its own. Raises ReadError.
    """
    if backend == "latex2sympy2":
        return _second_reader(latex)
    declared = assume if isinstance(assume, str) else "; ".join(assume)
    scope = read_assumptions(declared)
    tree = parse_expression(latex)
    lines = list(_tree(tree, latex, 0))
    if isinstance(tree, s.Relations):
        parts = [tree.first, *(side for _, side in tree.rest)]
    else:
        parts = [tree]
    kinds = []
    for part in parts:
        try:
            value = elaborate(part, scope, latex)
        except ReadError as error:
            kinds.append(f"not understood: {error}")
            continue
        kinds.append(shape_text(shape_of(value)) if isinstance(value, Arr) else "a number")
    lines.append("type: " + ", ".join(kinds))
    inferred = [d.latex for d in scope.declarations if d.origin == "inferred"]
    lines.append("inferred: " + ("; ".join(inferred) or "nothing"))
    lines += [f"remark: {r}" for r in scope.remarks]
    return "\n".join(lines)


def _tree(node: s.Node, latex: str, depth: int) -> Iterable[str]:
    label = "  " * depth + type(node).__name__
    yield f"{label:<28} {latex[node.start : node.end]}".rstrip()
    for field in fields(node):
        for child in _nodes(getattr(node, field.name)):
            yield from _tree(child, latex, depth + 1)


def _nodes(value: Any) -> list[s.Node]:
    if isinstance(value, s.Node):
        return [value]
    if isinstance(value, tuple):
        return [n for v in value for n in _nodes(v)]
    return []


def _second_reader(latex: str) -> str:
    try:
        done = subprocess.run(
            [sys.executable, "-c", READER], input=latex, capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise ReadError(f"latex2sympy2 gave no answer within {SECONDS:g} s", 0, len(latex), latex) from error
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        hint = " (install the extra: pip install 'derive-ml[crosscheck]')" if "No module named" in last[0] else ""
        raise ReadError(f"latex2sympy2 cannot read this: {last[0][:200]}{hint}", 0, len(latex), latex)
    return done.stdout.rstrip()
