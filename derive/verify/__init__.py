"""Layer 7, verify: documents to steps to verdicts to reports."""

from __future__ import annotations


def verify_text(text, name="<text>", time_limit=5.0):
    from derive.verify.documents import verify_text as one
    from derive.verify.results import Report
    return Report((one(text, name, time_limit),))


def verify_paths(paths, time_limit=5.0, jobs=1, progress=None):
    from derive.verify.documents import verify_file
    from derive.verify.results import Report
    return Report(tuple(verify_file(p, time_limit) for p in paths))
