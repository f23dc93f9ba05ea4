"""SARIF 2.1.0, which code hosts show beside the lines of a pull request.  Imports verify.results only."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from derive.verify.results import Report, StepResult

_LEVELS = {"refuted": "error", "undecided": "note", "unread": "warning"}
_RULES = {
    "refuted": "A step is false for an allowed assignment, which is shown.",
    "undecided": "A step was neither proved nor refuted within the limits.",
    "unread": "A step or a formula could not be read.",
    "unusable": "A document could not be used.",
}


def render_sarif(report: Report) -> str:
    """One result for each refuted, undecided or unread step and each unusable document."""
    results: list[dict[str, Any]] = []
    for file in report.files:
        uri = quote(PurePath(file.path).as_posix(), safe="/")
        if file.error:
            results.append(_result("unusable", "error", file.error, uri, 1, 1, 1))
        for step in file.steps:
            if step.verdict in _LEVELS:
                end = max(step.line, step.end_line)
                results.append(
                    _result(step.verdict, _LEVELS[step.verdict], _message(step), uri, step.line, step.column, end)
                )
    rules = [{"id": f"derive/{name}", "shortDescription": {"text": text}} for name, text in _RULES.items()]
    tool = {"driver": {"name": "derive", "rules": rules}}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": tool, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(log, ensure_ascii=False, indent=2)


def _result(name: str, level: str, text: str, uri: str, line: int, column: int, end: int) -> dict[str, Any]:
    region: dict[str, int] = {"startLine": max(1, line), "startColumn": max(1, column)}
    if end > line:
        region["endLine"] = end
    location = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
    return {"ruleId": f"derive/{name}", "level": level, "message": {"text": text}, "locations": [location]}


def _message(step: StepResult) -> str:
    parts = [f"{step.verdict}: {step.statement}"]
    parts.append(step.witness or step.reason)
    if step.suggestion:
        parts.append(f"{step.suggestion['why']}: {step.suggestion['latex']}")
    return "\n".join(p for p in parts if p)
