"""Errors of the reader: what was read, where, and what was expected.  Imports nothing of ours."""

from __future__ import annotations


class ReadError(Exception):
    """A formula or declaration could not be read; `start` and `end` are offsets into `formula`.

    >>> print(ReadError("this { is never closed", 5, 6, formula=r"\\frac{a").caret())
    \\frac{a
         ^ this { is never closed
    """

    def __init__(
        self,
        message: str,
        start: int = 0,
        end: int | None = None,
        formula: str = "",
        hint: str = "",
        kind: str = "syntax",
        shapes: tuple[str, ...] = (),
    ):
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = start + 1 if end is None else end
        self.formula = formula
        self.hint = hint
        self.kind = kind
        self.shapes = shapes

    def caret(self, width: int = 100) -> str:
        """The line of the formula that holds the place, a caret under it, and the message."""
        before = self.formula[: self.start]
        line_start = before.rfind("\n") + 1
        line_end = self.formula.find("\n", self.start)
        if line_end < 0:
            line_end = len(self.formula)
        line = self.formula[line_start:line_end].replace("\t", " ")
        at = self.start - line_start
        if len(line) > width:
            cut = max(0, at - width // 2)
            line = ("..." if cut else "") + line[cut : cut + width]
            at = at - cut + (3 if cut else 0)
        text = f"{line}\n{' ' * at}^ {self.message}"
        return f"{text}\n{self.hint}" if self.hint else text

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message

    def shifted(self, by: int, formula: str) -> ReadError:
        """The same error inside a longer formula."""
        return ReadError(self.message, self.start + by, self.end + by, formula, self.hint, self.kind, self.shapes)


class ShapeError(ReadError):
    """Two parts whose shapes cannot be combined; `shapes` names both, `parts` quotes both."""

    def __init__(
        self,
        message: str,
        start: int,
        end: int,
        formula: str = "",
        shapes: tuple[str, ...] = (),
        parts: tuple[str, ...] = (),
        hint: str = "",
        sizes: tuple[tuple[object, object], ...] = (),
    ):
        super().__init__(message, start, end, formula, hint, "shape", shapes)
        self.parts = parts
        self.sizes = sizes
