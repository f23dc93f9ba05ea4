"""Subscripts, superscripts, primes, braces and arguments.  Part of the grammar; imports syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import atoms, fences
from .errors import ReadError
from .syntax import (
    ApplyOrProduct,
    Binomial,
    DerivativeOperator,
    Factorial,
    Fraction,
    Infix,
    Label,
    Mark,
    Nabla,
    Name,
    Node,
    Number,
    Prime,
    Subscript,
    Superscript,
)
from .tokens import Token

if TYPE_CHECKING:
    from .grammar import Parser


def script(p: Parser) -> Node:
    """The {...} or single sign after _ or ^; what is no expression becomes a Label."""
    p.skip_spacing()
    token = p.token
    if token.kind == "lbrace":
        close = matching(p)
        start = p.position
        saved = (p.fences, p.integrals, p.font)
        depth = p.depth
        p.fences, p.integrals = [], 0
        try:
            p.advance()
            if p.at("rbrace"):
                node: Node = Label(token.start, p.token.end, "")
            elif p.at("infix", "\\odot"):  # x^{\\odot 2}, the entries squared
                p.advance()
                node = p.body()
                node = Infix(token.start, node.end, "\\odot", (node,))
            else:
                node = p.body()
            p.skip_spacing()
            if not p.at("rbrace"):
                raise atoms.unexpected(p)
            p.advance()
        except ReadError as error:
            if error.message.startswith(("the formula is nested", "this {")) or not _labelish(p, start, close):
                raise
            p.position, p.depth = close + 1, depth
            raw = p.formula[token.end : p.tokens[close].start].strip()
            node = Label(token.start, p.tokens[close].end, raw[:80])
        finally:
            p.fences, p.integrals, p.font = saved
        return node
    return single(p, script=True)


def _labelish(p: Parser, start: int, close: int) -> bool:
    """Whether the tokens of a script may be a mere label (`<t`, `-i`, `k+`, `t:`)."""
    return close - start <= 8 and not any(t.kind in ("macro", "begin", "big", "int") for t in p.tokens[start:close])


def matching(p: Parser) -> int:
    """Index of the token that closes the { at the position."""
    depth = 0
    for index in range(p.position, len(p.tokens)):
        kind = p.tokens[index].kind
        if kind == "lbrace":
            depth += 1
        elif kind == "rbrace":
            depth -= 1
            if depth == 0:
                return index
    raise p.error("this { is never closed")


def single(p: Parser, script: bool = False) -> Node:
    """One argument without braces: \\frac12, x^2, x_i."""
    p.skip_spacing()
    token = p.token
    if token.kind == "num" and len(token.value) > 1 and token.value.isdigit():
        digit = Token("num", token.value[0], token.start, token.start + 1)
        p.tokens[p.position] = Token("num", token.value[1:], token.start + 1, token.end)
        return Number(digit.start, digit.end, digit.value)
    if token.kind == "op" and token.value in ("+", "-", "*", "\\cdot", "\\pm", "\\times"):
        p.advance()
        return Mark(token.start, token.end, "*" if token.value == "\\times" else token.value)
    if token.kind in ("infix", "rel", "arrow", "amp") and script and token.kind != "amp":
        p.advance()
        return Mark(token.start, token.end, token.value)
    if token.kind == "prime":
        p.advance()
        return Mark(token.start, token.end, "\\prime")
    if token.kind == "either" and script:
        p.advance()
        return Mark(token.start, token.end, "\\|")
    if token.kind in ("fun", "word"):
        p.advance()
        return Name(token.start, token.end, token.value, "rm")
    if token.kind in ("end of formula", "rbrace", "close", "sub", "sup", "amp", "row"):
        raise p.error("a script or an argument is missing here")
    return atoms.atom(p)


def argument(p: Parser) -> Node:
    """A required {...} or single sign."""
    p.skip_spacing()
    if p.token.kind == "lbrace":
        return braces(p)
    return single(p)


def braces(p: Parser) -> Node:
    """{...}: the body itself, with the font switched where \\bf stands inside."""
    opening = p.token
    p.enter()
    p.advance()
    saved = (p.fences, p.font, p.integrals)
    p.fences = []
    p.integrals = 0 if not p.integrals else p.integrals
    try:
        p.skip_spacing()
        if p.accept("rbrace"):
            return Label(opening.start, p.last_end, "")
        while p.token.kind == "oldfont":
            p.font = p.advance().value
        if p.font == "rm" and p.token.kind == "name":
            node: Node = letters_as_word(p)
        else:
            node = p.body()
        p.skip_spacing()
        if p.token.kind == "macro" and p.token.value in ("\\over", "\\choose", "\\atop"):
            kind = p.advance().value
            bottom = p.body()
            make = Binomial if kind == "\\choose" else Fraction
            node = make(node.start, bottom.end, node, bottom)
        if not p.accept("rbrace"):
            if p.token.kind == "comma" or (p.token.kind == "op" and p.token.value in (".", ";", ":", "!")):
                p.advance()
                if p.accept("rbrace"):
                    return node
            raise atoms.unexpected(p)
        return node
    finally:
        p.fences, p.font, p.integrals = saved
        p.leave()


def letters_as_word(p: Parser) -> Node:
    start, value = p.token.start, ""
    while p.token.kind in ("name", "num") and not p.token.value.startswith("\\"):
        value += p.advance().value
    saved, p.font = p.font, ""
    node = atoms.upright(p, value, start, p.last_end) if value else p.body()
    p.font = saved
    return node


def scripts(p: Parser) -> tuple[Node | None, Node | None, int]:
    """_a, ^b and primes in any order after a function or a sum."""
    lower: Node | None = None
    upper: Node | None = None
    primes = 0
    while True:
        if p.at("sub") and lower is None:
            p.advance()
            lower = script(p)
        elif p.at("sup") and upper is None:
            p.advance()
            upper = script(p)
        elif p.at("prime"):
            p.advance()
            primes += 1
        else:
            return lower, upper, primes


def postfix(p: Parser, node: Node) -> Node:
    """Scripts, primes, factorials and applications after an atom."""
    start = node.start
    subscripted = superscripted = False
    rounds = 0
    while True:
        token = p.token
        rounds += 1
        if rounds > 60:
            raise p.error("too many scripts on one symbol")
        if token.kind == "sub":
            if subscripted:
                raise p.error("a second subscript on the same symbol", hint="write {x_a}_b or x_{ab}")
            p.advance()
            node, subscripted = Subscript(start, _after(p, index := script(p)), node, index), True
        elif token.kind == "sup":
            if superscripted and not isinstance(node, Prime):
                raise p.error("a second superscript on the same symbol")
            p.advance()
            exponent = script(p)
            count = _prime_count(exponent)
            node = Prime(start, p.last_end, node, count) if count else Superscript(start, p.last_end, node, exponent)
            superscripted = True
        elif token.kind == "prime":
            count = 0
            while p.accept("prime"):
                count += 1
            node = Prime(start, p.last_end, node, count)
        elif token.kind == "op" and token.value == "!" and not isinstance(node, (Nabla, DerivativeOperator)):
            p.advance()
            node = Factorial(start, p.last_end, node)
        elif token.kind == "open" and applicable(node, token):
            node = ApplyOrProduct(start, _after(p, group := fences.fence(p)), node, group)  # type: ignore[arg-type]
            subscripted = superscripted = False
        else:
            return node


def _after(p: Parser, _: Node) -> int:
    return p.last_end


def _prime_count(exponent: Node) -> int:
    if isinstance(exponent, Mark) and exponent.text == "\\prime":
        return 1
    return 0


def applicable(node: Node, token: Token) -> bool:
    """Whether a fence after this node may hold its arguments."""
    if token.value not in ("(", "[", "{"):
        return False
    while isinstance(node, (Subscript, Superscript, Prime)):
        node = node.base
    if isinstance(node, ApplyOrProduct):
        return token.value == "("
    if token.value == "{":
        return isinstance(node, Name) and (node.font in ("bf", "bb", "rm") or node.text in "IEP1")
    return isinstance(node, Name) and node.text not in ("\\infty", "\\partial")
