"""The report for a terminal: what a person has to look at, each with its place, and one line of figures.

Imports verify.results only.  Colours are ANSI escapes, and never carry what the words do not say.
"""

from __future__ import annotations

from derive.verify.results import VERDICTS, FileResult, Report, StepResult

_LABELS = {"refuted": ("✗ refuted  ", "31"), "undecided": ("? undecided", "33"), "unread": ("! unread   ", "35"),
           "proved": ("✓ proved   ", "32"), "definition": ("· defined  ", "36"), "assumption": ("· assumed  ", "36")}  # fmt: skip
_NAMES = {"definition": "definitions", "assumption": "assumed"}
_WIDTH = 160


def render_text(report: Report, color: bool = False) -> str:
    """Refuted, undecided and unread steps, then a summary; a document without any gives the summary only."""
    lines: list[str] = []
    for file in report.files:
        if file.error:
            lines.append(f"{_short(file.path, 500)}: {file.error}")
            continue
        for step in file.steps:
            if step.verdict in ("refuted", "undecided", "unread"):
                lines.extend(_step(file, step, color))
    lines.append(_summary(report))
    return "\n".join(lines)


def _step(file: FileResult, step: StepResult, color: bool) -> list[str]:
    label, code = _LABELS[step.verdict]
    place = f"{_short(file.path, 500)}:{step.line}"
    if step.verdict == "unread":
        place += f":{step.column}"
    head = f"{_paint(place, '1', color)}  {_paint(label, code, color)} "
    indent = " " * 4
    if step.caret and (step.verdict == "unread" or "shapes" in (step.counterexample or {})):
        told = [x for x in step.caret.splitlines() if not (step.suggestion and x.startswith("did you mean"))]
        lines = [head + _short(step.statement), *(indent + line for line in told)]
    else:
        lines = [head + _short(step.statement)]
        detail = step.witness or step.reason
        if detail:
            lines.append(indent + _short(detail, 400))
        if step.witness and step.reason and step.reason not in (step.witness, ""):
            lines.append(indent + _short(step.reason, 400))
    if step.suggestion:
        lines.append(indent + _paint(f"{step.suggestion['why']}: {step.suggestion['latex']}", "32", color))
    for remark in step.remarks:
        lines.append(indent + f"note: {_short(remark, 300)}")
    return lines


def _paint(text: str, code: str, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color else text


def _short(text: str, width: int = _WIDTH) -> str:
    """One line without control characters, cut in the middle of nothing a terminal could act on."""
    line = "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
    return line if len(line) <= width else line[: width - 1] + "…"


def _summary(report: Report) -> str:
    counts = report.summary
    total = sum(counts.values())
    parts = ", ".join(f"{counts[v]} {_plural(v, counts[v])}" for v in VERDICTS if counts[v])
    line = (
        f"{total} step{'' if total == 1 else 's'}: {parts}."
        if total
        else "no steps: no display formula with a relation was found."
    )
    unusable = sum(bool(f.error) for f in report.files)
    if unusable:
        line += f"  {unusable} file{'s' if unusable > 1 else ''} could not be used."
    inferred = [(f, d) for f in report.files for d in f.declarations if d.origin == "inferred"]
    if inferred:
        several = len(report.files) > 1
        shown = [f"{d.latex} ({f.path}:{d.line})" if several else f"{d.latex} (line {d.line})" for f, d in inferred[:8]]
        more = f" and {len(inferred) - 8} more" if len(inferred) > 8 else ""
        line += f"\nAssumed from use: {', '.join(_short(s, 80) for s in shown)}{more}."
    return line


def _plural(verdict: str, count: int) -> str:
    name = _NAMES.get(verdict, verdict)
    return name[:-1] if count == 1 and name == "definitions" else name
