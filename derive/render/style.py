"""What a back end of the pretty printer offers: a `Doc` is a piece of output with its binding strength, a `Style`
joins them.

`derive.render.writer` decides what is written and where parentheses stand; a style (`derive.render.latex`,
`derive.render.text`) decides with which characters. Imports nothing of ours.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace

# Binding strengths, weakest first. BIG: a sum, limit or derivative operator that swallows what follows it.
# PREFIX: a function written without parentheses, which takes one factor.
ADD, BIG, MUL, PREFIX, POW, ATOM = range(6)


@dataclass(frozen=True)
class Doc:
    """A piece of output: how strongly it binds, whether it is taller than a line, and how it is written where it
    must not
    swallow what follows (``closed``)."""

    text: str
    level: int = ATOM
    tall: bool = False
    closed: Doc | None = None
    scripted: bool = False  # it has a superscript already
    fraction: bool = False
    factorial: bool = False
    fenced: bool = False  # stands in parentheses
    group: bool = False  # parentheses with a subscript: not to be read as an argument of what stands before

    def at(self, level: int) -> Doc:
        return replace(self, level=level)


class Style(ABC):
    """The characters of one output format."""

    inline_fractions: bool
    shows_ranges: bool

    # Names and numbers
    @abstractmethod
    def name(self, latex: str) -> Doc: ...

    def apart(self, doc: Doc) -> Doc:
        """What stands a little apart from a factor before it, as dx does."""
        return doc

    def number(self, value: int) -> Doc:
        return Doc(str(value))

    @abstractmethod
    def function(self, name: str) -> str:
        """The name of an elementary function."""

    @abstractmethod
    def symbol(self, name: str) -> str:
        """A sign by its plain name: "!=", ">=", "->", "oo", "pi", "d", "partial", "nabla", "top", "odot", "E", ..."""

    @abstractmethod
    def width(self, doc: Doc) -> int:
        """About how many characters wide it is set."""

    # Scripts
    @abstractmethod
    def subscript(self, base: Doc, indices: Sequence[Doc]) -> Doc: ...

    @abstractmethod
    def power(self, base: Doc, exponent: Doc) -> Doc: ...

    @abstractmethod
    def mark(self, base: Doc, mark: str) -> Doc:
        """A superscript that is a sign: "top", "-1", "-top", "'", "''", "(3)"."""

    # Building
    @abstractmethod
    def fence(self, body: Doc, kind: str = "(") -> Doc:
        """``kind`` is one of ( [ | norm floor."""

    @abstractmethod
    def fraction(self, top: Doc, bottom: Doc, inline: bool) -> Doc: ...

    @abstractmethod
    def root(self, body: Doc, degree: int) -> Doc: ...

    @abstractmethod
    def join(self, factors: Sequence[Doc]) -> str:
        """Factors in a row, already wrapped."""

    @abstractmethod
    def big(self, kind: str, lower: str, upper: str, body: Doc, moving: bool = False) -> Doc:
        """``kind`` is "sum" or "prod"; lower and upper may be empty; ``moving``: the upper end is itself an index."""

    @abstractmethod
    def integral(self, lower: Doc, upper: Doc, body: Doc, variable: Doc) -> Doc: ...

    @abstractmethod
    def limit(self, variable: Doc, point: Doc, side: str, body: Doc) -> Doc: ...

    @abstractmethod
    def differential(self, body: Doc | None, variables: Sequence[tuple[Doc, int]], total: bool) -> Doc:
        """The derivative of ``body``, or with None the operator alone."""

    @abstractmethod
    def evaluated(self, body: Doc, variable: Doc, value: Doc) -> Doc: ...

    @abstractmethod
    def binomial(self, top: Doc, bottom: Doc) -> Doc: ...

    @abstractmethod
    def matrix(self, rows: Sequence[Sequence[Doc]]) -> Doc:
        """A matrix written out."""

    @abstractmethod
    def call(self, head: str, arguments: Sequence[Doc]) -> Doc: ...

    @abstractmethod
    def prefix(self, head: str, argument: Doc) -> Doc: ...

    @abstractmethod
    def expectation(self, body: Doc, given: Sequence[Doc]) -> Doc: ...

    def relation(self, left: Doc, op: str, right: Doc) -> str:
        return f"{left.text} {self.symbol(op)} {right.text}"

    def sum(self, parts: Sequence[tuple[bool, Doc]]) -> Doc:
        """Signed terms in a row; True is a minus."""
        text = ""
        for negative, doc in parts:
            if not text:
                text = (self.symbol("-") if negative else "") + doc.text
            else:
                text += f" {self.symbol('-') if negative else '+'} {doc.text}"
        if len(parts) == 1 and not parts[0][0]:
            return parts[0][1]
        return Doc(text, ADD, any(d.tall for _, d in parts))
