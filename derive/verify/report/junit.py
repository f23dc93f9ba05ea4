"""JUnit XML: a document is a suite, a step a case; refuted is a failure, undecided and unread are skipped.

Imports verify.results only.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from derive.verify.results import Report


def render_junit(report: Report) -> str:
    """The report as one <testsuites> element."""
    root = ET.Element("testsuites", name="derive verify")
    for file in report.files:
        count = {v: sum(s.verdict == v for s in file.steps) for v in ("refuted", "undecided", "unread")}
        suite = ET.SubElement(
            root, "testsuite", name=_clean(file.path), tests=str(len(file.steps) + bool(file.error)),
            failures=str(count["refuted"]), errors=str(int(bool(file.error))),
            skipped=str(count["undecided"] + count["unread"]), time=f"{sum(s.seconds for s in file.steps):.3f}",
        )  # fmt: skip
        if file.error:
            case = ET.SubElement(suite, "testcase", name="the document", classname=_clean(file.path), time="0")
            ET.SubElement(case, "error", message=_clean(file.error))
        for step in file.steps:
            name = _clean(f"line {step.line}: {step.statement}")
            case = ET.SubElement(suite, "testcase", name=name, classname=_clean(file.path), time=f"{step.seconds:.3f}")
            words = _clean(step.witness or step.reason)
            if step.verdict == "refuted":
                failure = ET.SubElement(case, "failure", message=words)
                if step.suggestion:
                    failure.text = _clean(f"{step.suggestion['why']}: {step.suggestion['latex']}")
            elif step.verdict in ("undecided", "unread"):
                ET.SubElement(case, "skipped", message=f"{step.verdict}: {words}")
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode")


def _clean(text: str) -> str:
    """Without the characters that XML does not allow."""
    allowed = (
        c in "\t\n\r" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) not in (0xFFFE, 0xFFFF))
        for c in text
    )
    return "".join(c if fine else "�" for c, fine in zip(text, allowed, strict=True))
