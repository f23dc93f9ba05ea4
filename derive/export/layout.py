"""Long lines of code and docstrings broken where a formatter breaks them.

>>> print(chr(10).join(statement("value = " + " + ".join(["first(a, b)"] * 10), 60)))  # doctest: +ELLIPSIS
value = (
    first(a, b)
    + first(a, b)
...
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

CODE, TEXT = 116, 100  # columns, without the indentation of a function's body
LEVELS = ((" + ", " - "), (" * ", " / ", " @ "))
_HEAD = re.compile(r"return |[\w., \[\]:]+ (?:[-+*/]?=) ")
_SIMPLE = re.compile(r"-?(?:[A-Za-z_][\w.]*|[\d.]+)")


def power(base: str, exponent: str) -> str:
    """``x**2`` for names and numbers, ``f(x) ** 2`` for what is longer, as formatters have it."""
    plain = _SIMPLE.fullmatch(base) and _SIMPLE.fullmatch(exponent)
    return f"{base}**{exponent}" if plain else f"{base} ** {exponent}"


def statement(line: str, width: int = CODE) -> list[str]:
    """A line of code as one line or several."""
    if len(line) <= width or "\n" in line:
        return [line]
    head = _HEAD.match(line)
    if head is None:
        return [line]
    start, body = head.group(), line[head.end() :]
    results = list(_split(body, (", ",)))
    if len(results) > 1:
        inside = [p for r in results for p in _comma(statement("return " + r, width - 4))]
        return [f"{start}(", *("    " + p for p in inside), ")"]
    for operators in LEVELS:
        parts = list(_split(body, operators))
        if len(parts) > 1:
            return [f"{start}(", *("    " + p for p in parts), ")"]
    return [line]


def _comma(lines: list[str]) -> list[str]:
    """One element of a tuple, over some lines."""
    if len(lines) == 1:
        return [lines[0].removeprefix("return ") + ","]
    return [lines[0].removeprefix("return "), *lines[1:-1], lines[-1] + ","]


def _split(body: str, operators: tuple[str, ...]) -> Iterator[str]:
    """The parts between operators outside brackets and strings; an operator leads the part after it, a comma is dropped."""
    depth, start, place, quoted = 0, 0, 0, ""
    while place < len(body):
        c = body[place]
        if quoted:
            quoted = "" if c == quoted else quoted
        elif c in "'\"":
            quoted = c
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif depth == 0:
            found = next((o for o in operators if body.startswith(o, place)), None)
            if found is not None and place > start:
                yield body[start:place]
                start = place + (2 if found == ", " else 1)
                place += len(found)
                continue
        place += 1
    yield body[start:]


def formula(text: str) -> list[str]:
    """LaTeX over some lines."""
    return _filled(text, "    ")


def example(line: str) -> list[str]:
    """A line of a doctest over some lines."""
    return _filled(line, "...     ") if line.startswith(">>> ") else [line]


def _filled(text: str, indent: str) -> list[str]:
    if len(text) <= TEXT:
        return [text]
    return textwrap.wrap(text, TEXT, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
