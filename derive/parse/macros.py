"""LaTeX sources before scanning: comments out, \\newcommand expanded, with a way back to the original offsets.

Imports nothing of ours.  Expansion is bounded in depth and in size, so no definition can blow up.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

MAX_GROWTH = 4
MAX_EXPANSION = 2000


@dataclass(frozen=True, slots=True)
class Offsets:
    """Pairs (offset in the expanded text, offset in the original), both increasing."""

    new: list[int]
    old: list[int]
    verbatim: list[bool]

    def original(self, offset: int) -> int:
        at = bisect_right(self.new, offset) - 1
        if at < 0:
            return offset
        return self.old[at] + (offset - self.new[at] if self.verbatim[at] else 0)


@dataclass(frozen=True, slots=True)
class Macro:
    arguments: int
    default: str | None
    body: str


_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%([^\n]*)")
_DERIVE = re.compile(r"\s*derive:\s*(.*)")
_DEFINITION = re.compile(
    r"\\(?:re)?(?:newcommand|providecommand|DeclareRobustCommand)\*?[ \t\n]*(?:\{[ \t]*(\\[a-zA-Z]+|\\.)[ \t]*\}|(\\[a-zA-Z]+|\\.))"
    r"[ \t\n]*(?:\[(\d)\])?[ \t\n]*(?:\[([^\]]{0,200})\])?[ \t\n]*(?=\{)"
    r"|\\def[ \t]*(\\[a-zA-Z]+)((?:#\d)*)[ \t]*(?=\{)"
    r"|\\DeclareMathOperator(\*?)[ \t\n]*\{?[ \t]*(\\[a-zA-Z]+)[ \t]*\}?[ \t\n]*(?=\{)"
)
_USE = re.compile(r"\\(?:[a-zA-Z]+|.)", re.DOTALL)


def expand(text: str) -> tuple[str, Offsets]:
    """The text with comments blanked and macros replaced; `derive:` comments are kept between \\x02 and \\x03.

    >>> expand(r"\\def\\R{\\mathbb R}$\\R$ % note")[0].strip()
    '$\\\\mathbb R$'
    """
    text = text.replace("\x02", " ").replace("\x03", " ")
    text = _COMMENT.sub(_blank, text)
    macros, text = definitions(text)
    pieces: list[str] = []
    new: list[int] = [0]
    old: list[int] = [0]
    verbatim: list[bool] = [True]
    length = position = 0
    budget = MAX_GROWTH * len(text) + 10_000
    for match in _USE.finditer(text):
        macro = macros.get(match.group())
        if macro is None or match.start() < position:
            continue
        body, end = use(text, match.end(), macro, macros, 0)
        budget -= len(body)
        if budget < 0:
            break
        pieces.append(text[position : match.start()])
        length += match.start() - position
        new.append(length)
        old.append(match.start())
        verbatim.append(False)
        if body[-1:].isalpha() and text[end : end + 1].isalpha():
            body += " "
        pieces.append(body)
        length += len(body)
        new.append(length)
        old.append(end)
        verbatim.append(True)
        position = end
    pieces.append(text[position:])
    return "".join(pieces), Offsets(new, old, verbatim)


def _blank(match: re.Match[str]) -> str:
    """A comment becomes spaces, so that offsets stay; a derive comment is marked."""
    derive = _DERIVE.fullmatch(match.group(2))
    width = len(match.group(2)) + 1
    if derive:
        body = "\x02" + derive.group(1).rstrip() + "\x03"
        return match.group(1) + (body + " " * width)[: max(width, len(body))]
    return match.group(1) + " " * width


def definitions(text: str) -> tuple[dict[str, Macro], str]:
    """The macros a text defines, and the text with the definitions blanked."""
    macros: dict[str, Macro] = {}
    spans: list[tuple[int, int]] = []
    for match in _DEFINITION.finditer(text):
        end = closing(text, match.end())
        if end is None:
            continue
        body = text[match.end() + 1 : end - 1]
        if match.group(8):
            macros[match.group(8)] = Macro(0, None, f"\\operatorname{{{body}}}")
        elif match.group(5):
            macros[match.group(5)] = Macro(match.group(6).count("#"), None, body)
        else:
            name = match.group(1) or match.group(2)
            macros[name] = Macro(int(match.group(3) or 0), match.group(4), body)
        spans.append((match.start(), end))
    for start, end in reversed(spans):
        blank = re.sub(r"[^\n]", " ", text[start:end])
        text = text[:start] + blank + text[end:]
    return {k: m for k, m in macros.items() if len(m.body) <= MAX_EXPANSION}, text


def closing(text: str, start: int) -> int | None:
    """Offset after the } that closes the { at `start`, None when there is none nearby."""
    depth, position = 0, start
    limit = min(len(text), start + 4 * MAX_EXPANSION)
    while position < limit:
        character = text[position]
        if character == "\\":
            position += 2
            continue
        depth += (character == "{") - (character == "}")
        position += 1
        if depth == 0:
            return position
    return None


def use(text: str, position: int, macro: Macro, macros: dict[str, Macro], depth: int) -> tuple[str, int]:
    """The expansion of one macro call whose name ends at `position`, and where the call ends."""
    values: list[str] = []
    end = position
    if macro.default is not None:
        match = re.compile(r"\s*\[([^\]]{0,500})\]").match(text, end)
        values.append(match.group(1) if match else macro.default)
        end = match.end() if match else end
    while len(values) < macro.arguments:
        start = re.compile(r"[ \t]*\n?[ \t]*").match(text, end).end()  # type: ignore[union-attr]
        if text[start : start + 1] == "{":
            stop = closing(text, start)
            if stop is None:
                values.append("")
                break
            values.append(text[start + 1 : stop - 1])
            end = stop
        else:
            match = _USE.match(text, start)
            stop = match.end() if match else start + 1
            values.append(text[start:stop])
            end = stop
    body = macro.body
    for number, value in enumerate(values, 1):
        body = body.replace(f"#{number}", value)
    if depth < 5 and len(body) <= MAX_EXPANSION:
        body = again(body, macros, depth + 1)
    return body[: 2 * MAX_EXPANSION], end


def again(body: str, macros: dict[str, Macro], depth: int) -> str:
    pieces: list[str] = []
    position = size = 0
    for match in _USE.finditer(body):
        macro = macros.get(match.group())
        if macro is None or match.start() < position:
            continue
        inner, end = use(body, match.end(), macro, macros, depth)
        pieces += [body[position : match.start()], inner]
        if inner[-1:].isalpha() and body[end : end + 1].isalpha():
            pieces.append(" ")
        position = end
        size += len(inner)
        if size > MAX_EXPANSION:
            break
    pieces.append(body[position:])
    return "".join(pieces)
