"""What a verification found: one record a step, a file, a run, and the JSON of DESIGN section 7.  Imports nothing of ours.

>>> step = StepResult(line=3, chain=1, lhs="2 + 2", relation="=", rhs="4", verdict="proved")
>>> Report((FileResult("notes.md", steps=(step,)),)).json()["summary"]["proved"]
1
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

SCHEMA = "derive.verify/1"
VERDICTS = ("proved", "refuted", "undecided", "definition", "assumption", "unread")


@dataclass(frozen=True)
class StepResult:
    """One relation sign and its verdict. `lhs` and `rhs` are the source of the sides; `seconds` is the time to decide.

    `column` and `end_line` place the step in its file; `witness` is the counterexample as one sentence; `remarks` say how the
    step was read where that mattered.
    """

    line: int
    chain: int
    lhs: str
    relation: str
    rhs: str
    verdict: str
    rule: str = ""
    conditions: tuple[str, ...] = ()
    reason: str = ""
    counterexample: dict[str, Any] | None = None
    suggestion: dict[str, str] | None = None
    seconds: float = 0.0
    column: int = 1
    end_line: int = 0
    witness: str = ""
    caret: str = ""
    remarks: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        return {
            "line": self.line, "chain": self.chain, "lhs": self.lhs, "relation": self.relation, "rhs": self.rhs,
            "verdict": self.verdict, "rule": self.rule, "conditions": list(self.conditions), "reason": self.reason,
            "counterexample": self.counterexample, "suggestion": self.suggestion, "seconds": round(self.seconds, 6),
        }  # fmt: skip

    @property
    def statement(self) -> str:
        """The step in one line of LaTeX."""
        return " ".join(" ".join(part.split()) for part in (self.lhs, self.relation, self.rhs) if part)


@dataclass(frozen=True)
class DeclarationResult:
    latex: str
    line: int
    origin: str


@dataclass(frozen=True)
class FileResult:
    """One document: what it declares, its steps in reading order, or the `error` for which it could not be used."""

    path: str
    declarations: tuple[DeclarationResult, ...] = ()
    steps: tuple[StepResult, ...] = ()
    error: str = ""
    source: str = field(default="", repr=False)

    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "path": self.path,
            "declarations": [asdict(d) for d in self.declarations],
            "steps": [s.json() for s in self.steps],
        }
        return found | ({"error": self.error} if self.error else {})


@dataclass(frozen=True)
class Report:
    """Everything one run of `derive verify` found."""

    files: tuple[FileResult, ...] = ()

    @property
    def steps(self) -> tuple[StepResult, ...]:
        return tuple(s for f in self.files for s in f.steps)

    def count(self, verdict: str) -> int:
        return sum(s.verdict == verdict for s in self.steps)

    @property
    def summary(self) -> dict[str, int]:
        counts = Counter(s.verdict for s in self.steps)
        return {v: counts[v] for v in VERDICTS}

    def json(self) -> dict[str, Any]:
        return {"schema": SCHEMA, "files": [f.json() for f in self.files], "summary": self.summary}

    def _repr_html_(self) -> str:
        """The report as a notebook shows it."""
        from derive.verify.report.html import render_html

        return render_html(self)
