"""Reports of a verification as text, JSON, SARIF, JUnit XML and HTML; exit codes.  Imports verify.results only.

>>> from derive.verify.results import FileResult, Report, StepResult
>>> report = Report((FileResult("a.md", steps=(StepResult(3, 1, "1", "=", "2", "refuted"),)),))
>>> exit_code(report)
1
>>> print(render_report(report))
a.md:3  ✗ refuted   1 = 2
1 step: 1 refuted.
"""

from __future__ import annotations

import importlib
import json

from derive.verify.results import Report

FORMATS = ("text", "json", "sarif", "junit", "html")


def render_report(report: Report, format: str = "text", color: bool = False) -> str:
    """The report in one of `FORMATS`; raises ValueError for another."""
    if format == "json":
        return json.dumps(report.json(), ensure_ascii=False, indent=2)
    if format == "text":
        from derive.verify.report.text import render_text

        return render_text(report, color)
    if format not in FORMATS:
        raise ValueError(f"{format} is not one of {', '.join(FORMATS)}")
    module = importlib.import_module(f"derive.verify.report.{format}")
    rendered: str = getattr(module, f"render_{format}")(report)
    return rendered


def exit_code(report: Report, strict: bool = False) -> int:
    """0 when nothing is refuted, 1 when something is (strict: or not proved), 2 when a file could not be used."""
    if any(f.error for f in report.files):
        return 2
    if report.count("refuted") or (strict and (report.count("undecided") or report.count("unread"))):
        return 1
    return 0
