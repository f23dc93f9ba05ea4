"""The scan under documents.py: where the mathematics, headings, comments and prose of a text stand.

One pass, linear in the length; imports nothing of ours but `macros`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from . import macros
from . import vocabulary as v

MAX_DOCUMENT = 3_000_000


@dataclass(frozen=True, slots=True)
class Mathematics:
    """A stretch of the text: kind is prose, break, heading, inline, display, comment or problem."""

    kind: str
    start: int
    end: int
    note: str = ""
    level: int = 0


class Source:
    """A text with its line starts; for LaTeX, with comments blanked and macros expanded place by place."""

    def __init__(self, text: str, path: str, kind: str):
        self.path = path
        self.kind = kind
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.original = text
        self.offsets: macros.Offsets | None = None
        if kind == "latex":
            text, self.offsets = macros.expand(text)
        self.text = text
        self.starts = [0] + [m.end() for m in re.finditer("\n", self.original)]

    def place(self, offset: int) -> tuple[int, int]:
        """(line, column) of an offset, both from 1."""
        if self.offsets is not None:
            offset = self.offsets.original(offset)
        row = bisect_right(self.starts, offset) - 1
        return row + 1, offset - self.starts[row] + 1

    def line_text(self, line: int) -> str:
        end = self.starts[line] - 1 if line < len(self.starts) else len(self.original)
        return self.original[self.starts[line - 1] : end]

    def clean(self, start: int, end: int) -> tuple[str, list[int], list[int], list[int]]:
        """The text of a formula without quotation prefixes, with the place of each of its lines."""
        first = self.text.rfind("\n", 0, start) + 1
        prefix = re.compile(r"[ \t]*(?:>[ \t]?)+").match(self.text[first:start][:40])
        quoted = prefix is not None and self.kind == "markdown"
        pieces: list[str] = []
        starts: list[int] = []
        lines: list[int] = []
        columns: list[int] = []
        position, length = start, 0
        while position <= end:
            stop = self.text.find("\n", position, end)
            stop = end if stop < 0 else stop
            begin = position
            if quoted and position > start:
                match = re.compile(r"[ \t]*(?:>[ \t]?)+").match(self.text, position, stop)
                begin = match.end() if match else position
            starts.append(length)
            line, column = self.place(begin)
            lines.append(line)
            columns.append(column)
            piece = self.text[begin:stop]
            if self.kind == "markdown":
                piece = piece.replace("\\_", " _").replace("\\'", " '").replace("\\*", " *")
            pieces.append(piece)
            length += stop - begin + 1
            position = stop + 1
        return "\n".join(pieces), starts, lines, columns


_DISPLAY = "|".join(
    sorted(v.DISPLAY_ENVIRONMENTS | {"math", "split", "aligned", "gathered", "alignedat"}, key=len, reverse=True)
)
_MARKDOWN = re.compile(
    r"(?P<fence>^[ \t]{0,3}(?:>[ \t]?)*(?:```+|~~~+)[^\n]*)"
    r"|(?P<heading>^[ ]{0,3}(?:>[ \t]?)*#{1,6}[ \t][^\n]*)"
    r"|(?P<htmlcomment><!--)"
    r"|(?P<front>\A---[ \t]*\n)"
    r"|(?P<blank>\n[ \t]*(?:>[ \t]*)*(?=\n))"
    r"|(?P<item>\n[ \t]*(?:>[ \t]?)*(?:[-*+]|\d{1,3}[.)])[ \t]+)"
    r"|(?P<role>:math:`)"
    r"|(?P<rstblock>^[ \t]*\.\. math::[^\n]*\n)"
    r"|(?P<code>`+)"
    r"|(?P<escape>\\(?:[_%*#&`~!.>+-]|\\(?=[^\[\](]|\Z)))"
    r"|(?P<dollar>\\\$)"
    r"|(?P<double>\$\$)"
    r"|(?P<single>\$)"
    r"|(?P<open>\\\\\[(?![ \t]*-?[0-9.]+[ \t]*(?:pt|em|ex|mm|cm)\])|\\\\\((?!\\)|\\\[|\\\()"
    r"|(?P<env>\\begin\{(?P<envname>(?:" + _DISPLAY + r")\*?)\})",
    re.MULTILINE,
)
_LATEX = re.compile(
    r"(?P<derive>\x02[^\n\x03]*\x03)"
    r"|(?P<section>\\(?P<level>part|chapter|section|subsection|subsubsection|paragraph)\*?[ \t]*(?=\{))"
    r"|(?P<verbatim>\\begin\{(?P<vname>verbatim|lstlisting|minted|tikzpicture|algorithmic|algorithm|comment)\*?\})"
    r"|(?P<blank>\n[ \t]*(?=\n))"
    r"|(?P<item>\\item(?![a-zA-Z])|\\par(?![a-zA-Z])|\\(?:begin|end)\{(?:theorem|proof|lemma|definition|proposition|corollary|remark|example|itemize|enumerate|document|abstract|quote|frame|minipage|figure|table|tabular|center)\*?\})"
    r"|(?P<dollar>\\\$)"
    r"|(?P<escape>\\\\(?=[^\[\](]|\Z))"
    r"|(?P<double>\$\$)"
    r"|(?P<single>\$)"
    r"|(?P<open>\\\[|\\\()"
    r"|(?P<env>\\begin\{(?P<envname>(?:" + _DISPLAY + r")\*?)\})",
    re.MULTILINE,
)
_LEVELS = {"part": 0, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5}
_PARAGRAPH_END = re.compile(r"\n[ \t]*(?:>[ \t]*)*\n")


def scan(source: Source) -> Iterator[Mathematics]:
    """The stretches of a text, in order."""
    text = source.text
    pattern = _LATEX if source.kind == "latex" else _MARKDOWN
    position = prose = 0
    while True:
        match = pattern.search(text, position)
        if match is None:
            break
        found, after = _handle(source, match)
        if found is None:
            position = max(after, match.start() + 1)
            continue
        if prose < match.start():
            yield Mathematics("prose", prose, match.start())
        yield from found
        position = prose = after
    if prose < len(text):
        yield Mathematics("prose", prose, len(text))


def _handle(source: Source, match: re.Match[str]) -> tuple[list[Mathematics] | None, int]:
    """What a mark begins: the stretches found and where to go on; None keeps it prose."""
    text, kind, start, end = source.text, match.lastgroup or "", match.start(), match.end()
    if kind in ("envname", "vname", "level"):
        kind = {"envname": "env", "vname": "verbatim", "level": "section"}[kind]
    if kind == "fence":
        return _fence(text, match)
    if kind == "front":
        close = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE).search(text, end)
        return ([Mathematics("break", start, end)], close.end()) if close else (None, end)
    if kind == "heading":
        body = text[start:end].lstrip("> \t")
        level = len(body) - len(body.lstrip("#"))
        return [Mathematics("heading", start, end, body.strip("# \t"), level)], end
    if kind == "section":
        close = _matching(text, end)
        return [
            Mathematics("heading", start, close, text[end + 1 : close - 1][:200], _LEVELS[match.group("level")])
        ], close
    if kind == "htmlcomment":
        return _comment(text, start, end)
    if kind == "derive":
        return [Mathematics("comment", start + 1, end - 1)], end
    if kind in ("blank", "item"):
        return [Mathematics("break", start, end, match.group().strip())], end
    if kind == "verbatim":
        close = text.find(f"\\end{{{match.group('vname')}", end)
        return [Mathematics("break", start, end)], len(text) if close < 0 else close
    if kind == "role":
        close = text.find("`", end)
        return ([Mathematics("inline", end, close)], close + 1) if 0 <= close < end + 2000 else (None, end)
    if kind == "rstblock":
        block = re.compile(r"(?:[ \t]*\n|[ \t]+[^\n]*\n?)*").match(text, end)
        stop = block.end() if block else end
        return [Mathematics("display", end, stop)], stop
    if kind == "code":
        ticks = text[start:end]
        close = text.find(ticks, end)
        return None, close + len(ticks) if 0 <= close < end + 2000 else end
    if kind == "double":
        return _double(text, start, end)
    if kind == "single":
        return _single(text, start, end)
    if kind == "open":
        return _bracket(text, match)
    if kind == "env":
        return _environment(text, match)
    return None, end


def _fence(text: str, match: re.Match[str]) -> tuple[list[Mathematics], int]:
    marker = match.group().lstrip("> \t")
    ticks = marker[: len(marker) - len(marker.lstrip(marker[0]))]
    end = match.end()
    close = re.compile(r"^[ \t]{0,3}(?:>[ \t]?)*" + re.escape(ticks) + r"[`~]*[ \t]*$", re.MULTILINE).search(text, end)
    stop = close.end() if close else len(text)
    if marker[len(ticks) :].strip().lower() in ("math", "{math}") and close:
        return [Mathematics("display", end, close.start())], stop
    return [Mathematics("break", match.start(), stop)], stop


def _comment(text: str, start: int, end: int) -> tuple[list[Mathematics], int]:
    close = text.find("-->", end)
    stop = len(text) if close < 0 else close
    body = re.compile(r"\s*derive:\s*").match(text, end, stop)
    after = stop if close < 0 else close + 3
    if body:
        return [Mathematics("comment", body.end(), stop)], after
    return [], after


def _double(text: str, start: int, end: int) -> tuple[list[Mathematics] | None, int]:
    close = text.find("$$", end)
    if close < 0:
        paragraph = _PARAGRAPH_END.search(text, end)
        stop = paragraph.start() if paragraph else len(text)
        return [Mathematics("problem", start, end, "this $$ is never closed")], max(stop, end)
    return [Mathematics("display", end, close, "$$")], close + 2


_SINGLE_CLOSE = re.compile(r"(?<!\\)\$|\n[ \t]*(?:>[ \t]*)*(?=\n)")


def _single(text: str, start: int, end: int) -> tuple[list[Mathematics] | None, int]:
    if text[end : end + 1] == "`":
        close = text.find("`$", end + 1)
        if 0 <= close < end + 2000:
            return [Mathematics("inline", end + 1, close)], close + 2
    position = end
    while True:
        match = _SINGLE_CLOSE.search(text, position)
        if match is None or match.group() != "$":
            if text[end : end + 1].isdigit() or text[end : end + 1].isspace() or end >= len(text):
                return None, end
            stop = match.start() if match else len(text)
            return [Mathematics("problem", start, end, "this $ is never closed")], max(end, stop)
        close = match.start()
        if text[end : end + 1].isdigit() and (
            text[close + 1 : close + 2].isdigit() or (text[close - 1 : close].isspace() and " " in text[end:close])
        ):
            return None, end
        return [Mathematics("inline", end, close)], close + 1


def _bracket(text: str, match: re.Match[str]) -> tuple[list[Mathematics] | None, int]:
    opening = match.group()
    closing = {"\\[": "\\]", "\\(": "\\)", "\\\\[": "\\\\]", "\\\\(": "\\\\)"}[opening]
    close = text.find(closing, match.end())
    kind = "display" if "[" in opening else "inline"
    if opening in ("\\[", "\\("):
        while close > 0 and text[close - 1] == "\\":
            close = text.find(closing, close + 1)
    paragraph = _PARAGRAPH_END.search(text, match.end()) if kind == "inline" or close < 0 else None
    if close < 0 or (paragraph and kind == "inline" and paragraph.start() < close):
        if opening.startswith("\\\\"):
            return None, match.end()
        stop = paragraph.start() if paragraph else len(text)
        return [Mathematics("problem", match.start(), match.end(), f"this {opening} is never closed")], stop
    return [Mathematics(kind, match.end(), close, opening)], close + len(closing)


def _environment(text: str, match: re.Match[str]) -> tuple[list[Mathematics] | None, int]:
    name = match.group("envname")
    closing = f"\\end{{{name}}}"
    close = text.find(closing, match.end())
    if close < 0:
        paragraph = _PARAGRAPH_END.search(text, match.end())
        stop = paragraph.start() if paragraph else len(text)
        return [Mathematics("problem", match.start(), match.end(), f"this \\begin{{{name}}} is never closed")], stop
    stop = close + len(closing)
    if name.rstrip("*") == "math":
        return [Mathematics("inline", match.end(), close)], stop
    return [Mathematics("display", match.start(), stop, name)], stop


def _matching(text: str, start: int) -> int:
    """Offset after the } that closes the { at `start`."""
    depth = 0
    for position in range(start, min(len(text), start + 2000)):
        if text[position] == "{":
            depth += 1
        elif text[position] == "}":
            depth -= 1
            if depth == 0:
                return position + 1
    return min(len(text), start + 1)
