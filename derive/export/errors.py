"""The error of a formula that has no code."""

from __future__ import annotations


class CompileError(ValueError):
    """A part that cannot become code. ``part`` is its text, ``instead`` what could be exported in its place."""

    def __init__(self, part: str, reason: str, instead: str = "") -> None:
        super().__init__(f"cannot compile {part}: {reason}" + (f". {instead}" if instead else ""))
        self.part, self.reason, self.instead = part, reason, instead
