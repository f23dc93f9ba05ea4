"""One HTML page: each document as it was written, its steps marked beside their lines; a mark opens to the witness.

Readable without colour and without scripts: every mark is a sign and a word.  Imports verify.results only.
"""

from __future__ import annotations

from html import escape

from derive.verify.results import VERDICTS, FileResult, Report, StepResult

_SIGNS = {"proved": "✓", "refuted": "✗", "undecided": "?", "definition": "≔", "assumption": "∗", "unread": "!"}
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2.5rem; }
.lines { border: 1px solid #8886; border-radius: 4px; padding: .5rem 0; overflow-x: auto; }
.line { display: flex; font: 14px/1.6 ui-monospace, monospace; padding: 0 .75rem; }
.line .number { flex: 0 0 3.5rem; color: #777; user-select: none; text-align: right; padding-right: 1rem; }
.line .text { white-space: pre-wrap; overflow-wrap: anywhere; }
details, .mark { margin: .1rem .75rem .3rem 5.2rem; font-size: 14px; }
summary { cursor: pointer; }
summary, .mark { border-left: 4px solid #999; padding-left: .6rem; }
.proved > summary { border-color: #2a7d3f; }
.refuted > summary { border-color: #c02020; border-left-style: double; border-left-width: 6px; }
.undecided > summary { border-color: #b07800; border-left-style: dashed; }
.unread > summary { border-color: #803090; border-left-style: dotted; }
dl { margin: .3rem 0 .6rem 1rem; display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; } code { font: 13px ui-monospace, monospace; }
table { border-collapse: collapse; }
td, th { padding: .1rem .8rem; text-align: right; border-bottom: 1px solid #8886; }
td:first-child, th:first-child { text-align: left; }
"""


def render_html(report: Report) -> str:
    """The page; nothing in it is fetched from anywhere."""
    body = "".join(_file(f) for f in report.files)
    return (
        "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
        f"<title>derive verify</title><style>{_STYLE}</style></head><body><h1>derive verify</h1>{_table(report)}{body}</body></html>\n"
    )


def _table(report: Report) -> str:
    head = "".join(f"<th>{_SIGNS[v]} {v}</th>" for v in VERDICTS)
    rows = ""
    for file in report.files:
        counts = [sum(s.verdict == v for s in file.steps) for v in VERDICTS]
        cells = "".join(f"<td>{n or ''}</td>" for n in counts)
        rows += f"<tr><td><a href='#{escape(file.path, quote=True)}'>{escape(file.path)}</a></td>{cells}</tr>"
    return f"<table><tr><th>document</th>{head}</tr>{rows}</table>"


def _file(file: FileResult) -> str:
    title = f"<h2 id='{escape(file.path, quote=True)}'>{escape(file.path)}</h2>"
    if file.error:
        return f"{title}<p>! {escape(file.error)}</p>"
    by_line: dict[int, list[StepResult]] = {}
    for step in file.steps:
        by_line.setdefault(max(step.line, step.end_line), []).append(step)
    out = []
    lines = file.source.split("\n") if file.source else []
    while lines and not lines[-1]:
        lines.pop()
    for number, line in enumerate(lines, 1):
        out.append(
            f"<div class='line'><span class='number'>{number}</span><span class='text'>{escape(line) or '&nbsp;'}</span></div>"
        )
        out.extend(_mark(s) for s in by_line.pop(number, ()))
    out.extend(_mark(s) for steps in by_line.values() for s in steps)
    inferred = [d for d in file.declarations if d.origin == "inferred"]
    note = ""
    if inferred:
        items = ", ".join(f"<code>{escape(d.latex)}</code> (line {d.line})" for d in inferred)
        note = f"<p>Assumed from use: {items}.</p>"
    return f"{title}<div class='lines'>{''.join(out)}</div>{note}"


def _mark(step: StepResult) -> str:
    facts: list[tuple[str, str]] = [("step", f"<code>{escape(step.statement)}</code>")]
    if step.rule:
        facts.append(("rule", escape(step.rule)))
    if step.conditions:
        facts.append(("conditions", ", ".join(f"<code>{escape(c)}</code>" for c in step.conditions)))
    if step.witness:
        facts.append(("counterexample", escape(step.witness)))
    elif step.counterexample and "shapes" in step.counterexample:
        sizes = ", ".join(f"{k} = {v}" for k, v in step.counterexample.get("sizes", {}).items())
        shapes = " and ".join(map(str, step.counterexample["shapes"]))
        facts.append(("shapes", escape(f"{shapes}{f' (at {sizes})' if sizes else ''}")))
    if step.reason and step.reason != step.witness:
        facts.append(("reason", escape(step.reason)))
    if step.suggestion:
        facts.append(
            ("suggestion", f"{escape(step.suggestion['why'])}: <code>{escape(step.suggestion['latex'])}</code>")
        )
    for remark in step.remarks:
        facts.append(("note", escape(remark)))
    rows = "".join(f"<dt>{k}</dt><dd>{v}</dd>" for k, v in facts)
    short = (
        step.witness
        if step.verdict == "refuted"
        else step.reason
        if step.verdict in ("undecided", "unread")
        else step.rule
    )
    words = f" — {escape(short)}" if short else ""
    opened = " open" if step.verdict == "refuted" else ""
    summary = f"<summary>{_SIGNS[step.verdict]} {step.verdict}{words}</summary>"
    return f"<details class='{step.verdict}'{opened}>{summary}<dl>{rows}</dl></details>"
