"""A whole derivation as text for the terminal, LaTeX, Markdown, HTML or a notebook.

The engine hands in a `DerivationView`: plain records with values (terms, arrays, relations, matrix expressions, or
`Shown` for what is written already) and strings (titles, labels, conditions, in whatever language). Nothing is
computed here.

>>> from derive.terms import Size, Symbol, Index
>>> x = Symbol("x")
>>> print(derivation_text(DerivationView("Square", (StepView((x + 1) ** 2, x ** 2 + 2 * x + 1, "binomial formula"),))))
Square
<BLANKLINE>
  (x + 1)²
    = x² + 2x + 1    binomial formula  ∎
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from derive.render.latex import latex
from derive.render.text import text
from derive.render.unicode_names import GREEK

Detail = Literal["brief", "full"]
WIDTH = 100
LABEL_COLUMN = 56
LABEL_WIDTH = 44  # of a label in LaTeX, in characters
PAGE = 100  # what fits on one line of a page, in characters of the Unicode form
END = "∎"
RELATIONS = {
    "=": ("=", "="), "!=": (r"\ne", "≠"), "<=": (r"\le", "≤"), "<": ("<", "<"), ">=": (r"\ge", "≥"), ">": (">", ">"),
    "=>": (r"\Rightarrow", "⇒"), "<=>": (r"\Leftrightarrow", "⇔"), "propto": (r"\propto", "∝"),
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A formula that is written already, in both forms."""

    latex: str
    text: str


@dataclass(frozen=True)
class StepView:
    """One step: ``before relation after`` by a rule. ``conditions`` are values or words; ``detail`` holds the
    smaller steps.
    """

    before: Any
    after: Any
    label: str
    conditions: tuple[Any, ...] = ()
    detail: tuple[StepView, ...] = ()
    relation: str = "="
    rule: str = ""


@dataclass(frozen=True)
class DerivationView:
    """A derivation: title, id, what is declared (formulas), the steps, the conditions under which it is proved,
    closing notes (words).
    """

    title: str
    steps: tuple[StepView, ...]
    id: str = ""
    declarations: tuple[Any, ...] = ()
    statement: Any = None
    notes: tuple[str, ...] = ()
    conditions: tuple[Any, ...] = ()
    depends: tuple[str, ...] = ()


def formula_latex(value: Any) -> str:
    """A value as LaTeX; strings are taken as LaTeX."""
    return value if isinstance(value, str) else value.latex if isinstance(value, Shown) else latex(value)


def formula_text(value: Any) -> str:
    """A value as a line of Unicode; strings are taken as they are."""
    return value if isinstance(value, str) else value.text if isinstance(value, Shown) else text(value)


def flattened(steps: Sequence[StepView], detail: Detail) -> Iterator[StepView]:
    """The steps to show: the given ones in brief, the smallest ones in full."""
    for step in steps:
        if detail == "full" and step.detail:
            yield from flattened(step.detail, detail)
        else:
            yield step


def _chains(steps: Sequence[StepView], detail: Detail) -> list[list[StepView]]:
    """Steps that continue one another."""
    chains: list[list[StepView]] = []
    for step in flattened(steps, detail):
        if chains and formula_latex(chains[-1][-1].after) == formula_latex(step.before):
            chains[-1].append(step)
        else:
            chains.append([step])
    return chains


# -- text -------------------------------------------------------------------------------------------------------------


def display_width(line: str) -> int:
    """How many columns a terminal gives a line."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def _pad(line: str, width: int) -> str:
    return line + " " * max(0, width - display_width(line))


def _wrapped(parts: list[str], width: int) -> list[str]:
    """Formulas side by side, on as many lines as they need."""
    lines: list[str] = []
    for part in parts:
        if lines and display_width(lines[-1]) + 3 + display_width(part) <= width:
            lines[-1] += "   " + part
        else:
            lines.append("  " + part)
    return lines


def derivation_text(view: DerivationView, detail: Detail = "brief", width: int = WIDTH) -> str:
    """The derivation as it is shown in a terminal."""
    lines = [_pad(view.title, width - display_width(view.id)) + view.id if view.id else view.title]
    if view.declarations:
        lines += _wrapped(list(map(formula_text, view.declarations)), width)
    chains = _chains(view.steps, detail)
    for number, chain in enumerate(chains):
        lines += ["", f"  {formula_text(chain[0].before)}"]
        shown = [
            (f"    {RELATIONS.get(s.relation, (s.relation, s.relation))[1]} {formula_text(s.after)}", s) for s in chain
        ]
        column = min(max((display_width(line) for line, _ in shown), default=0) + 4, LABEL_COLUMN)
        for k, (line, step) in enumerate(shown):
            label = step.label + (f"  ({', '.join(map(formula_text, step.conditions))})" if step.conditions else "")
            end = f"  {END}" if number == len(chains) - 1 and k == len(chain) - 1 else ""
            if display_width(line) + 2 > column:
                lines += [line, " " * column + label + end]
            else:
                lines.append((_pad(line, column) + label + end).rstrip())
    if view.statement is not None:
        lines += ["", f"  {formula_text(view.statement)}"]
    if view.notes:
        lines += ["", *(f"  {note}" for note in view.notes)]
    return "\n".join(lines)


# -- LaTeX ------------------------------------------------------------------------------------------------------------

_SPECIAL = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)


_MATHEMATICS = {
    **{letter: f"$\\{name}$" for name, letter in GREEK.items() if not name.startswith("var")},
    "≥": r"$\ge$", "≤": r"$\le$", "≠": r"$\ne$", "∞": r"$\infty$", "→": r"$\to$", "⇒": r"$\Rightarrow$", "∈": r"$\in$",
    "ℝ": r"$\mathbb{R}$", "×": r"$\times$", "·": r"$\cdot$", "−": "$-$", "∇": r"$\nabla$", "∂": r"$\partial$",
}  # fmt: skip


def escape_latex(words: str) -> str:
    """Words made safe for LaTeX; pieces between dollar signs are mathematics and stay, mathematical characters
    become it.
    """
    pieces = words.split("$")
    if len(pieces) % 2 == 0:
        return _escape(words)
    return "$".join(p if k % 2 else _escape(p) for k, p in enumerate(pieces))


def _escape(words: str) -> str:
    return "".join(_MATHEMATICS.get(c, c) for c in words.translate(_SPECIAL))


def _is_cjk(words: str) -> bool:
    return any("\u2e80" <= c <= "\u9fff" for c in words)


def broken(label: str, width: int = LABEL_WIDTH) -> list[str]:
    """A label on as many lines as it needs, broken behind commas; mathematics between dollar signs stays whole.

    >>> broken("differentiate under the sum, derivative of a square, sum over $a, b$", 40)
    ['differentiate under the sum,', 'derivative of a square, sum over $a, b$']
    """
    lines = [""]
    for part in re.findall(r"(?:\$[^$]*\$|[^$,]|,(?! )|\$)+(?:, |$)", label) or [label]:
        if lines[-1] and len(lines[-1]) + len(part.rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return [line.rstrip() for line in lines]


def align(chain: Sequence[StepView], tags: bool = True) -> str:
    """One chain as an ``align*`` environment.

    A derivation that is too wide for a page starts on a line of its own; if that does not help, its reasons become tags
    at the margin (unless there may be no ``tags``, as inside ``aligned``).
    """
    reasons = [_reason(step) for step in chain]
    widest = max(len(formula_text(step.after)) for step in chain)
    beside = max(min(len(r), LABEL_WIDTH) for r in reasons)
    alone = len(formula_text(chain[0].before)) + widest + beside > PAGE
    tagged = tags and alone and widest + beside > PAGE - 8
    rows = []
    for step, reason in zip(chain, reasons, strict=True):
        relation = RELATIONS.get(step.relation, (step.relation, ""))[0]
        sign = rf"&\quad {relation}" if alone else f"&{relation}"
        lines = broken(reason) if reason else []
        if tagged:
            rows.append(f"  {sign} {formula_latex(step.after)}" + (f"\n    \\tag*{{{reason}}}" if reason else ""))
            continue
        rows.append(f"  {sign} {formula_latex(step.after)}" + (f"\n    && \\text{{{lines[0]}}}" if lines else ""))
        rows += [f"  & && \\text{{{line}}}" for line in lines[1:]]
    first = formula_latex(chain[0].before)
    rows = [f"& {first}", *rows] if alone else [f"{first}\n{rows[0]}", *rows[1:]]
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"


def _reason(step: StepView) -> str:
    """The label of a step with its conditions, as LaTeX text."""
    words = [escape_latex(c) if isinstance(c, str) else f"${formula_latex(c)}$" for c in step.conditions]
    return ", ".join(filter(None, [escape_latex(step.label), *words]))


def derivation_latex(view: DerivationView, detail: Detail = "brief", document: bool = False) -> str:
    """The derivation in ``align*`` environments; with ``document`` a complete file that compiles with amsmath and
    amssymb alone.
    """
    parts = [align(chain) for chain in _chains(view.steps, detail)]
    if view.declarations:
        parts.insert(0, ", \\quad ".join(f"${formula_latex(d)}$" for d in view.declarations))
    if view.statement is not None:
        parts.append(f"\\[ {formula_latex(view.statement)} \\]")
    parts += [escape_latex(note) for note in view.notes]
    if not document:
        return "\n\n".join(parts)
    chinese = ["\\usepackage{ctex}"] if _is_cjk("".join([view.title, *parts])) else []
    head = [
        "\\documentclass{article}",
        "\\usepackage{amsmath, amssymb}",
        *chinese,
        "\\begin{document}",
        f"\\section*{{{escape_latex(view.title)}}}",
    ]
    return "\n".join([*head, "\n\n".join(parts), "\\end{document}", ""])


# -- Markdown, HTML, notebook -----------------------------------------------------------------------------------------


def derivation_markdown(view: DerivationView, detail: Detail = "brief") -> str:
    """The derivation in Markdown with dollar mathematics."""
    parts = [f"# {view.title}"]
    if view.declarations:
        parts.append(", ".join(f"${formula_latex(d)}$" for d in view.declarations))
    parts += [f"$$\n{_aligned(chain)}\n$$" for chain in _chains(view.steps, detail)]
    if view.statement is not None:
        parts.append(f"$$\n{formula_latex(view.statement)}\n$$")
    if view.notes:
        parts.append("\n".join(f"- {note}" for note in view.notes))
    return "\n\n".join(parts) + "\n"


def _aligned(chain: Sequence[StepView]) -> str:
    return align(chain, tags=False).replace("{align*}", "{aligned}")


MATHJAX = "https://cdn.jsdelivr.net/npm/mathjax@3/es5/tex-mml-chtml.js"


def derivation_html(view: DerivationView, detail: Detail = "brief", page: bool = True) -> str:
    """The derivation in HTML for MathJax or KaTeX; with ``page`` a complete page that loads MathJax."""
    parts = [f"<h1>{html.escape(view.title)}</h1>"]
    if view.declarations:
        parts.append("<p>" + ", ".join(rf"\({html.escape(formula_latex(d))}\)" for d in view.declarations) + "</p>")
    parts += [f'<div class="derivation">\n{html.escape(align(chain))}\n</div>' for chain in _chains(view.steps, detail)]
    if view.statement is not None:
        parts.append(rf"<p>\[ {html.escape(formula_latex(view.statement))} \]</p>")
    parts += [f"<p>{html.escape(note)}</p>" for note in view.notes]
    body = "\n".join(parts)
    if not page:
        return body
    head = f'<meta charset="utf-8">\n<title>{html.escape(view.title)}</title>\n<script async src="{MATHJAX}"></script>'
    return f"<!doctype html>\n<html>\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n"


def derivation_notebook(view: DerivationView, detail: Detail = "brief") -> dict[str, Any]:
    """The derivation as a Jupyter notebook of one Markdown cell, ready for ``json.dump``."""
    cell = {"cell_type": "markdown", "id": "derivation", "metadata": {}, "source": derivation_markdown(view, detail)}
    return {"cells": [cell], "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}


def derivation_json(view: DerivationView, detail: Detail = "brief") -> dict[str, Any]:
    """The derivation as the object of ``derive show --format json``, with LaTeX strings."""
    steps = [
        {
            "before": formula_latex(s.before),
            "after": formula_latex(s.after),
            "relation": RELATIONS.get(s.relation, (s.relation, ""))[0],
            "rule": s.rule,
            "label": s.label,
            "conditions": [formula_latex(c) for c in s.conditions],
        }
        for s in flattened(view.steps, detail)
    ]
    return {
        "schema": "derive.show/1",
        "id": view.id,
        "title": view.title,
        "statement": None if view.statement is None else formula_latex(view.statement),
        "conditions": [formula_latex(c) for c in view.conditions],
        "steps": steps,
        "depends": list(view.depends),
    }


def render_derivation(view: DerivationView, format: str = "text", detail: Detail = "brief") -> str:
    """The derivation as a string in one of the formats text, latex, markdown, html, json, ipynb."""
    if format == "text":
        return derivation_text(view, detail)
    if format == "latex":
        return derivation_latex(view, detail)
    if format == "markdown":
        return derivation_markdown(view, detail)
    if format == "html":
        return derivation_html(view, detail)
    if format in ("json", "ipynb"):
        made = derivation_json(view, detail) if format == "json" else derivation_notebook(view, detail)
        return json.dumps(made, ensure_ascii=False, indent=1)
    raise ValueError(f"{format} is not one of text, latex, markdown, html, json, ipynb")
