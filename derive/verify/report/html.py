"""One HTML page: each document as it was written, its steps marked beside their lines; a mark opens to the witness.

Readable without colour and without scripts: every mark is a sign and a word.  Imports verify.results and formula.
"""

from __future__ import annotations

from html import escape

from derive.verify.report.formula import formula
from derive.verify.results import VERDICTS, FileResult, Report, StepResult

_SIGNS = {"proved": "✓", "refuted": "✗", "undecided": "?", "definition": "≔", "assumption": "∗", "unread": "!"}
_WORDS = {"definition": "defined", "assumption": "assumed"}
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2.5rem; }
.lines { border: 1px solid #8886; border-radius: 4px; padding: .5rem 0; overflow-x: auto; }
.line { display: flex; font: 14px/1.6 ui-monospace, monospace; padding: 0 .75rem; }
.line .number { flex: 0 0 3rem; color: #767676; user-select: none; text-align: right; }
.line .sign { flex: 0 0 2rem; text-align: center; user-select: none; font-weight: 700; }
.line .text { white-space: pre-wrap; overflow-wrap: anywhere; }
.line[data-worst] { background: #c0202018; }
details { margin: .1rem .75rem .3rem 5.7rem; font-size: 14px; }
summary { cursor: pointer; border-left: 4px solid #999; padding: .1rem 0 .1rem .6rem; overflow-x: auto; }
summary b { display: inline-block; min-width: 6.2rem; }
summary .why { color: #666; padding-left: 1rem; }
.proved > summary { border-color: #2a7d3f; }
.refuted > summary { border-color: #c02020; border-left-style: double; border-left-width: 6px; }
.undecided > summary { border-color: #b07800; border-left-style: dashed; }
.unread > summary { border-color: #803090; border-left-style: dotted; }
dl { margin: .3rem 0 .6rem 1.2rem; display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; } code { font: 13px ui-monospace, monospace; }
pre { font: 13px/1.4 ui-monospace, monospace; margin: 0; overflow-x: auto; }
math { font-size: 1.1em; }
table { border-collapse: collapse; }
.counts td, .counts th { padding: .1rem .8rem; text-align: right; border-bottom: 1px solid #8886; }
.counts td:first-child, .counts th:first-child { text-align: left; }
@media (prefers-color-scheme: dark) { summary .why, .line .number { color: #aaa; } }
@media print { details { break-inside: avoid; } }
"""


def render_html(report: Report) -> str:
    """The page; nothing in it is fetched from anywhere."""
    body = "".join(_file(f) for f in report.files)
    return (
        "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
        f"<title>derive verify</title><style>{_STYLE}</style></head>\n<body><h1>derive verify</h1>\n{_table(report)}{body}</body></html>\n"
    )


def _table(report: Report) -> str:
    head = "".join(f"<th>{_SIGNS[v]} {v}</th>" for v in VERDICTS)
    rows = ""
    for file in report.files:
        counts = [sum(s.verdict == v for s in file.steps) for v in VERDICTS]
        cells = "".join(f"<td>{n or ''}</td>" for n in counts)
        rows += f"<tr><td><a href='#{_name(file)}'>{_name(file)}</a></td>{cells}</tr>\n"
    return f"<table class='counts'><tr><th>document</th>{head}</tr>\n{rows}</table>\n"


def _name(file: FileResult) -> str:
    """The path of a document without control characters, safe inside of an attribute."""
    return escape("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in file.path), quote=True)


def _file(file: FileResult) -> str:
    title = f"<h2 id='{_name(file)}'>{_name(file)}</h2>\n"
    if file.error:
        return f"{title}<p>! {escape(file.error)}</p>\n"
    by_line: dict[int, list[StepResult]] = {}
    for step in file.steps:
        by_line.setdefault(max(step.line, step.end_line), []).append(step)
    out = []
    lines = file.source.split("\n") if file.source else []
    while lines and not lines[-1]:
        lines.pop()
    for number, line in enumerate(lines, 1):
        steps = by_line.pop(number, [])
        out.append(_line(number, line, steps))
        out.extend(_mark(s) for s in steps)
    out.extend(_mark(s) for steps in by_line.values() for s in steps)
    inferred = [d for d in file.declarations if d.origin == "inferred"]
    note = ""
    if inferred:
        items = ", ".join(f"{formula(d.latex)} (line {d.line})" for d in inferred)
        note = f"<p>Assumed from use: {items}.</p>\n"
    return f"{title}<div class='lines'>\n{''.join(out)}</div>\n{note}"


def _line(number: int, line: str, steps: list[StepResult]) -> str:
    signs = "".join(dict.fromkeys(_SIGNS[s.verdict] for s in steps))
    refuted = " data-worst='refuted'" if any(s.verdict == "refuted" for s in steps) else ""
    return (
        f"<div class='line'{refuted}><span class='number'>{number}</span><span class='sign'>{signs}</span>"
        f"<span class='text'>{escape(line) or '&nbsp;'}</span></div>\n"
    )


def _mark(step: StepResult) -> str:
    """A step: sign, verdict and formula; opened, what it rests on or what breaks it.  Refuted steps are open."""
    facts: list[tuple[str, str]] = []
    if step.witness:
        facts.append(("counterexample", escape(step.witness)))
    elif step.counterexample and "shapes" in step.counterexample:
        sizes = ", ".join(f"{k} = {v}" for k, v in step.counterexample.get("sizes", {}).items())
        shapes = " and ".join(map(str, step.counterexample["shapes"]))
        facts.append(("shapes", escape(f"{shapes}{f' (at {sizes})' if sizes else ''}")))
    if step.rule:
        facts.append(("rule", escape(step.rule)))
    if step.conditions:
        facts.append(("conditions", ", ".join(map(formula, step.conditions))))
    if step.caret and (step.verdict == "unread" or "shapes" in (step.counterexample or {})):
        told = "\n".join(x for x in step.caret.splitlines() if not (step.suggestion and x.startswith("did you mean")))
        facts.append(("place", f"<pre>{escape(told)}</pre>"))
    elif step.reason and step.reason != step.witness:
        facts.append(("reason", escape(step.reason)))
    if step.suggestion:
        facts.append(("suggestion", f"{escape(step.suggestion['why'])}: {formula(step.suggestion['latex'])}"))
    facts.extend(("note", escape(remark)) for remark in step.remarks)
    facts.append(("source", f"<code>{escape(step.statement)}</code>"))
    rows = "".join(f"<dt>{k}</dt><dd>{v}</dd>" for k, v in facts)
    read = f"<code>{escape(step.statement)}</code>" if step.verdict == "unread" else formula(step.statement)
    why = step.rule if step.verdict == "proved" else step.reason if step.verdict in ("undecided", "unread") else ""
    words = f"<span class='why'>{escape(why)}</span>" if why else ""
    opened = " open" if step.verdict == "refuted" else ""
    verdict = _WORDS.get(step.verdict, step.verdict)
    summary = f"<summary><b>{_SIGNS[step.verdict]} {verdict}</b> {read}{words}</summary>"
    return f"<details class='{step.verdict}'{opened}>{summary}<dl>{rows}</dl></details>\n"
