r"""Statements that are no single relation: implications, equivalences, objectives with the same minimisers.

>>> from derive.terms import Relation, SameOrder, Symbol, term
>>> x = Symbol("x")
>>> print(statement_latex(SameOrder(-((x - 1) ** 2), (x - 1) ** 2, (x,), -1), ("argmax", "argmin")))
\arg\max_{x} \left[ -(x - 1)^2 \right] = \arg\min_{x} \left[ (x - 1)^2 \right]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derive.render.document import Shown
from derive.render.latex import latex
from derive.render.text import text
from derive.render.unicode_names import unicode_name
from derive.terms import Equivalent, Implies, SameOrder, Symbol, Value

EXTREMA = {"argmin": r"\arg\min", "argmax": r"\arg\max"}


def extremum(kind: str, variables: Sequence[Symbol], objective: Value) -> Shown:
    """``argmin over the variables`` of an objective, as it is written."""
    names = ", ".join(v.name for v in variables)
    plain = ", ".join(unicode_name(v.name) for v in variables)
    return Shown(
        rf"{EXTREMA[kind]}_{{{names}}} \left[ {latex(objective)} \right]", f"{kind} over {plain} of {text(objective)}"
    )


def statement_latex(statement: Any, kinds: tuple[str, str] = ("argmin", "argmin")) -> str:
    """A claim as LaTeX, whatever kind of statement it is."""
    if isinstance(statement, SameOrder):
        left, right = (
            extremum(kind, statement.variables, side)
            for kind, side in zip(kinds, (statement.left, statement.right), strict=True)
        )
        return f"{left.latex} = {right.latex}"
    if isinstance(statement, Implies):
        return r",\; ".join(map(latex, statement.premises)) + rf" \;\Rightarrow\; {latex(statement.conclusion)}"
    if isinstance(statement, Equivalent):
        return rf"{latex(statement.left)} \;\Leftrightarrow\; {latex(statement.right)}"
    return latex(statement)
