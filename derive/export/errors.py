"""The error of a formula that has no code."""

from __future__ import annotations

from typing import Any


class CompileError(ValueError):
    """A part that cannot become code. ``part`` is its text, ``instead`` what could be exported in its place.

    ``term`` is the part itself where it is a term: `derive.cli` writes it in LaTeX.
    """

    def __init__(self, part: str, reason: str, instead: str = "", term: Any = None) -> None:
        super().__init__(self.sentence(part, reason, instead))
        self.part, self.reason, self.instead, self.term = part, reason, instead, term

    @staticmethod
    def sentence(part: str, reason: str, instead: str) -> str:
        return f"cannot compile {part}: {reason}" + (f". {instead}" if instead else "")
