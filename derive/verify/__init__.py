"""Layer 7, verify: documents to steps to verdicts to reports.

>>> from derive.verify import verify_text
>>> verify_text("Let $x \\\\in \\\\mathbb{R}$.\\n\\n$$(x+1)^2 = x^2 + 2x + 1$$\\n").summary["proved"]
1
"""

from dataclasses import replace

from derive.verify.results import DeclarationResult, FileResult, Report, StepResult
from derive.verify.running import judge_file, verify_paths


def verify_text(text: str, name: str = "<text>", time_limit: float = 5.0) -> Report:
    """The verdicts on a Markdown text, in this process."""
    from derive.verify.documents import verify_text as judged

    return Report((replace(judged(text, name, time_limit), source=text),))


__all__ = ["DeclarationResult", "FileResult", "Report", "StepResult", "judge_file", "verify_paths", "verify_text"]
