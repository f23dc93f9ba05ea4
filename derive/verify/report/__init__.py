"""Reports of a verification as text, JSON, SARIF, JUnit XML and HTML; exit codes.  Imports verify.results only."""

from __future__ import annotations

import json

from derive.verify.results import Report


def render_report(report: Report, format: str = "text", color: bool = False) -> str:
    """The report in one of the formats text, json, sarif, junit, html."""
    if format == "json":
        return json.dumps(report.json(), ensure_ascii=False, indent=2)
    from derive.verify.report.text import render_text

    return render_text(report, color)


def exit_code(report: Report, strict: bool = False) -> int:
    """0 when nothing is refuted, 1 when something is (strict: or not proved), 2 when a file could not be used."""
    if any(f.error for f in report.files):
        return 2
    if report.count("refuted") or (strict and (report.count("undecided") or report.count("unread"))):
        return 1
    return 0
