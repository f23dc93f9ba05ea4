"""Brackets of every kind: what opens, what closes, what stands between.  Part of the grammar; imports syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import atoms, scripts, structures
from .errors import ReadError
from .syntax import (
    Absolute,
    Cases,
    EvaluatedAt,
    Group,
    Matrix,
    Node,
    Norm,
)
from .tokens import Token

if TYPE_CHECKING:
    from .grammar import Parser

_PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">", "floor": "floor", "ceil": "ceil", "|": "|", "||": "||"}
_SHOWN = {"floor": "⌊", "ceil": "⌈", "end of formula": "the end"}


def fence(p: Parser) -> Node:
    """( ... ), [ ... ], \\{ ... \\}, | ... |, \\langle ... \\rangle and their \\left \\right forms."""
    opening = p.advance()
    closes = _PAIRS.get(opening.value, ")")
    p.enter()
    saved_integrals, p.integrals = p.integrals, 0
    p.fences.append(opening.value)
    double = opening.kind == "either" and p.at("either", "|") and p.token.start == opening.end
    if double and opening.value == "|":
        p.advance()
        p.fences[-1] = "|"
    try:
        p.skip_spacing()
        body: Node | None = None
        if not (p.token.kind == "close" or (p.token.kind == "either" and opening.kind == "either")):
            body = p.body()
        p.skip_spacing()
        while p.token.kind == "op" and p.token.value in (".", "!", ";"):
            p.advance()
        token = p.token
        if not closing(p, opening, closes):
            raise _unclosed(p, opening)
        if double and opening.value == "|" and not p.accept("either", "|"):
            raise _unclosed(p, opening)
    finally:
        p.fences.pop()
        p.integrals = saved_integrals
        p.leave()
    return fenced(p, opening, token, body, double)


def closing(p: Parser, opening: Token, closes: str) -> bool:
    token = p.token
    if opening.kind == "either" or opening.value in ("|", "||"):
        if token.kind in ("either", "close") and token.value == opening.value:
            p.advance()
            return True
        return False
    if token.kind == "close" and (
        token.value == closes
        or token.sized == "left"
        or (opening.value in "([" and token.value in ")]")
        or opening.value == "."
    ):
        p.advance()
        return True
    if opening.sized and token.kind == "either" and token.sized:
        p.advance()
        return True
    if token.kind == "rel" and token.value == ">" and closes == ">":
        p.advance()
        return True
    return False


def _unclosed(p: Parser, opening: Token) -> ReadError:
    shown = {"floor": "\\lfloor", "||": "\\|", "<": "\\langle"}.get(opening.value, opening.value)
    if p.token.kind == "end of formula" or p.token.kind in ("row", "amp", "rbrace", "close"):
        return p.error(f"this {shown} is never closed", opening)
    return atoms.unexpected(p)


def fenced(p: Parser, opening: Token, close: Token, body: Node | None, double: bool) -> Node:
    start, end = opening.start, p.last_end
    if opening.value == "{" and close.value == "." and isinstance(body, (Matrix, Cases)):
        return body if isinstance(body, Cases) else Cases(start, end, tuple(structures._case(row) for row in body.rows))
    if opening.value == "." or (opening.sized == "left" and close.value == "."):
        if close.value in ("|", "]", ")") and opening.value == ".":
            lower, upper, _ = scripts.scripts(p)
            if body is None:
                raise p.error("nothing stands before this bar", close)
            if lower is None and upper is None:
                return body
            return EvaluatedAt(start, p.last_end, body, lower, upper)
        return Group(start, end, "(", ")", body)
    if opening.value in ("|", "||") or opening.kind == "either":
        if body is None:
            raise p.error("nothing stands between these bars", opening)
        if opening.value == "||" or double:
            return Norm(start, end, body)
        return Absolute(start, end, body)
    if body is None and opening.value not in ("(", "[", "{"):
        raise p.error("nothing stands between these brackets", opening)
    return Group(start, end, opening.value, close.value, body)


def either(p: Parser) -> Node:
    return fence(p)
