"""Markdown, LaTeX and notebooks to headings, sentences with inline mathematics, and displays, in reading order.

One linear scan finds the mathematics first, so that nothing inside it is taken for markup; every formula keeps its
place.  A broken formula is a `Problem`; the rest of the document is still read.  Imports errors, and nbformat for
notebooks.

>>> doc = read_markdown("Let $x > 0$.\\n\\n$$\\nx = x\\n$$\\n")
>>> [type(piece).__name__ for piece in doc.pieces]
['Sentence', 'Display']
>>> doc.pieces[1].formula.place(1)
(4, 1)
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path

from . import scan
from .errors import ReadError
from .scan import MAX_DOCUMENT, Mathematics, Source


@dataclass(frozen=True, slots=True)
class Formula:
    """The text of a formula and where each of its lines stands in the file."""

    text: str
    path: str
    lines: tuple[int, ...]
    columns: tuple[int, ...]
    starts: tuple[int, ...] = (0,)

    def place(self, offset: int) -> tuple[int, int]:
        """(line, column) in the file, both from 1."""
        row = max(0, bisect_right(self.starts, offset) - 1)
        return self.lines[row], self.columns[row] + offset - self.starts[row]


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: int
    line: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words and inline formulas, in order; `open` when a display or the end of the text cut it short."""

    parts: tuple[str | Formula, ...]
    line: int
    open: bool = False

    @property
    def words(self) -> str:
        """The words with a mark in place of each formula.

        >>> Sentence(("let ", Formula("x", "", (1,), (1,))), 1).words
        'let §'
        """
        return "".join(part if isinstance(part, str) else "§" for part in self.parts)


@dataclass(frozen=True, slots=True)
class Display:
    """A display formula; `lead` is the unfinished sentence before it."""

    formula: Formula
    line: int
    lead: Sentence | None = None
    environment: str = ""


@dataclass(frozen=True, slots=True)
class Boundary:
    """\\begin or \\end of a theorem, a lemma, a proof and the like: `name` is the environment."""

    name: str
    begins: bool
    line: int


@dataclass(frozen=True, slots=True)
class Comment:
    """A `derive:` comment: its text is read as declarations."""

    formula: Formula
    line: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A place that could not be read; the rest of the document was."""

    error: ReadError
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    path: str
    pieces: tuple[Heading | Sentence | Display | Comment | Problem | Boundary, ...] = ()


_ABBREVIATIONS = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|resp|w\.r\.t|s\.t|a\.s|i\.i\.d|Eq|Eqs|eq|Fig|Sec|Thm|Lem|vs|etc|al|approx|Prop|Def|p|pp|Ch|St|Dr|Mr)\.)$"
)
_BOUNDARY = re.compile(r"\\(begin|end)\{(theorem|lemma|proposition|corollary|definition|proof)\*?\}")
_SENTENCE_END = re.compile(r"[.!?][)\"'’*_]*(?=\s|$)")


@dataclass(slots=True)
class _Builder:
    source: Source
    pieces: list[Heading | Sentence | Display | Comment | Problem | Boundary] = field(default_factory=list)
    parts: list[str | Formula] = field(default_factory=list)
    line: int = 0

    def word(self, text: str, line: int) -> None:
        """Prose: cut into sentences at . ! ? followed by space."""
        position = 0
        for match in _SENTENCE_END.finditer(text):
            if _ABBREVIATIONS.search(text[max(0, match.start() - 8) : match.start() + 1]):
                continue
            if match.end() >= len(text):
                following = ""
            else:
                following = text[match.end() :].lstrip()[:1]
            if following.islower():
                continue
            self.push(text[position : match.end()], line)
            self.close()
            position = match.end()
        self.push(text[position:], line)

    def push(self, part: str | Formula, line: int) -> None:
        if isinstance(part, str) and not part.strip():
            if self.parts:
                self.parts.append(part)
            return
        if not self.parts:
            self.line = line
        self.parts.append(part)

    def close(self, cut: bool = False) -> Sentence | None:
        parts, self.parts = self.parts, []
        if not parts:
            return None
        sentence = Sentence(tuple(parts), self.line, cut)
        self.pieces.append(sentence)
        return sentence

    def formula(self, item: Mathematics) -> Formula:
        text, starts, lines, columns = self.source.clean(item.start, item.end)
        return Formula(text, self.source.path, tuple(lines), tuple(columns), tuple(starts))

    def problem(self, message: str, offset: int, end: int) -> None:
        line, column = self.source.place(offset)
        shown = self.source.line_text(line)
        start = min(column - 1, len(shown))
        error = ReadError(message, start, start + max(1, min(end - offset, 40)), shown[:400])
        self.pieces.append(Problem(error, line, column))


def _build(source: Source) -> Document:
    builder = _Builder(source)
    for item in scan.scan(source):
        line = source.place(item.start)[0]
        if item.kind == "prose":
            builder.word(source.text[item.start : item.end], line)
        elif item.kind == "break":
            builder.close()
            boundary = _BOUNDARY.match(item.note)
            if boundary:
                builder.pieces.append(Boundary(boundary[2], boundary[1] == "begin", line))
        elif item.kind == "heading":
            builder.close()
            builder.pieces.append(Heading(item.note, item.level, line))
        elif item.kind == "inline":
            formula = builder.formula(item)
            if formula.text.strip():
                builder.push(formula, line)
        elif item.kind == "display":
            formula = builder.formula(item)
            lead = builder.close(cut=True)
            if formula.text.strip():
                start = len(formula.text) - len(formula.text.lstrip())
                builder.pieces.append(Display(formula, formula.place(start)[0], lead, item.note))
        elif item.kind == "comment":
            formula = builder.formula(item)
            builder.pieces.append(Comment(formula, line))
        elif item.kind == "problem":
            builder.problem(item.note, item.start, item.end)
    builder.close()
    return Document(source.path, tuple(builder.pieces))


def read_markdown(text: str, path: str = "<text>") -> Document:
    """A Markdown document; dollar signs, \\( \\), \\[ \\], bare environments and :math: roles are mathematics.

    >>> [p.error.message for p in read_markdown("An open $x formula\\n\\nThen $y$.").pieces if isinstance(p, Problem)]
    ['this $ is never closed']
    """
    return _guarded(text, path, "markdown")


def read_latex(text: str, path: str = "<text>") -> Document:
    """A LaTeX document: comments removed, \\newcommand without or with simple arguments expanded.

    >>> doc = read_latex(r"\\newcommand{\\R}{\\mathbb{R}} Let $x \\in \\R$. % gone")
    >>> doc.pieces[0].parts[1].text
    'x \\\\in \\\\mathbb{R}'
    """
    return _guarded(text, path, "latex")


def read_notebook(text: str, path: str = "<text>") -> Document:
    """The Markdown cells of a notebook, one after the other; lines are those of the cells laid end to end."""
    import warnings

    import nbformat

    try:
        with warnings.catch_warnings():  # about cells without ids, which a reader of notes has no use for
            warnings.simplefilter("ignore")
            notebook = nbformat.reads(text, as_version=4)
        cells = [str(c.get("source", "")) for c in notebook.get("cells", []) if c.get("cell_type") == "markdown"]
    except Exception as error:  # nbformat raises many kinds for damaged input
        return _failed(path, f"this is no notebook: {str(error).splitlines()[0][:80] if str(error) else 'damaged'}")
    return read_markdown("\n\n".join(cells), path)


def _guarded(text: str, path: str, kind: str) -> Document:
    if len(text) > MAX_DOCUMENT:
        return _failed(path, f"this document has {len(text)} characters; the limit is {MAX_DOCUMENT}")
    if "\x00" in text:
        return _failed(path, "this is a binary file, not text")
    return _build(Source(text, path, kind))


def _failed(path: str, message: str) -> Document:
    return Document(path, (Problem(ReadError(message, 0, 1, ""), 1, 1),))


def read_file(path: str | Path) -> Document:
    """A .md, .tex or .ipynb file; anything unreadable becomes a Problem.

    Raises OSError when the file cannot be opened.
    """
    path = Path(path)
    data = path.read_bytes()
    if len(data) > 4 * MAX_DOCUMENT:
        return _failed(str(path), f"this file has {len(data)} bytes; the limit is {4 * MAX_DOCUMENT}")
    if b"\x00" in data[:8192]:
        return _failed(str(path), "this is a binary file, not text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _failed(str(path), f"this file is not UTF-8 text (byte {error.start})")
    if not text.strip():
        return _failed(str(path), "this file is empty")
    suffix = path.suffix.lower()
    if suffix == ".ipynb":
        return read_notebook(text, str(path))
    if suffix == ".tex":
        return read_latex(text, str(path))
    return read_markdown(text, str(path))
