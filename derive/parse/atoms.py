"""Atoms, scripts, fences, fractions and matrices: the leaves of the grammar.  Imports syntax and vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import binders, fences, integrals, scripts, structures
from . import vocabulary as v
from .errors import ReadError
from .syntax import (
    Accent,
    ApplyOrProduct,
    Call,
    DerivativeOperator,
    Ellipsis,
    Label,
    Mark,
    Nabla,
    Name,
    Node,
    Number,
    Prime,
    Product,
    Subscript,
    Superscript,
)
from .tokens import Token

if TYPE_CHECKING:
    from .grammar import Parser

_SHOWN = {"floor": "⌊", "ceil": "⌈", "end of formula": "the end"}


def unexpected(p: Parser) -> ReadError:
    token = p.token
    if token.kind == "bad":
        return p.error(token.value, token, token.sized)
    if token.kind == "close":
        return p.error(f"this {_SHOWN.get(token.value, token.value)} closes nothing")
    if token.kind == "row":
        return p.error("a new row begins inside an expression")
    if token.kind == "amp":
        return p.error("an alignment sign & stands outside a matrix")
    shown = (
        "the formula ends here"
        if token.kind == "end of formula"
        else f"{token.value or token.kind} is not expected here"
    )
    return p.error(shown)


def atom(p: Parser) -> Node:
    """One factor without its scripts."""
    token = p.token
    handler = _ATOMS.get(token.kind)
    if handler is None:
        p.skip_spacing()
        if p.token is not token:
            return atom(p)
        if token.kind == "op" and token.value == "\\cdot":
            p.advance()
            return Mark(token.start, token.end, "\\cdot")
        if token.kind == "op" and token.value in ("+", "-"):
            p.advance()
            operand = p.factor()
            from .syntax import Add

            return Add(token.start, operand.end, (token.value,), (operand,))
        if token.kind in ("op", "infix", "rel", "arrow"):
            raise p.error(f"a term is missing before {token.value}")
        if token.kind == "end of formula":
            raise p.error("the formula ends where a term is expected")
        if token.kind in ("sub", "sup"):
            return Label(token.start, token.start, "")
        raise unexpected(p)
    return handler(p)


def name(p: Parser) -> Node:
    token = p.advance()
    if token.value == "d":
        operator = binders.slashed_derivative(p, token)
        if operator is not None:
            return operator
    if token.value in v.MARKS and token.value != "\\ell":
        return Mark(token.start, token.end, token.value)
    return Name(token.start, token.end, token.value, p.font)


def blackboard(p: Parser) -> Node:
    token = p.advance()
    return Name(token.start, token.end, token.value, "bb")


def number(p: Parser) -> Node:
    token = p.advance()
    if p.font in ("bf", "bb") and token.value in ("0", "1"):
        return Name(token.start, token.end, token.value, p.font)
    return Number(token.start, token.end, token.value)


def word(p: Parser) -> Node:
    token = p.advance()
    return upright(p, token.value, token.start, token.end)


_PROSE = frozenset("if for when where with otherwise else and or such that is are the of by then".split())


def is_symbol(token: Token) -> bool:
    """Whether a \\text is one symbol of the formula rather than a remark."""
    words = token.value.lower().split()
    return bool(words) and token.value[:1].strip() != "" and words[0].strip(",.;:(") not in _PROSE


def text(p: Parser) -> Node:
    token = p.advance()
    return upright(p, token.value.strip(), token.start, token.end)


def upright(p: Parser, value: str, start: int, end: int) -> Node:
    """An upright word: a function the reader knows, or a name."""
    value = " ".join(value.replace("~", " ").replace("\\,", "").replace("$", "").split())
    if value in v.WORD_FUNCTIONS:
        function = v.WORD_FUNCTIONS[value]
        if function in ("max", "min", "argmax", "argmin", "sup", "inf"):
            return binders.optimum(p, function, start)
        if function == "lim":
            return binders.limit(p, function, start)
        return call(p, function, start, end, value)
    if not value:
        raise ReadError("an empty word", start, end, p.formula)
    if len(value) == 1:
        if value == "d":
            operator = binders.slashed_derivative(p, Token("name", "d", start, end))
            if operator is not None:
                return operator
        if value in "01":
            return Name(start, end, value, "bf")
    return Name(start, end, value[:60], "rm")


def function(p: Parser) -> Node:
    token = p.advance()
    value = token.value
    if value == "arg":
        if p.token.kind == "opt" and p.token.value in ("max", "min"):
            return binders.optimum(p, "arg" + p.advance().value, token.start)
    if value in ("argmax", "argmin"):
        return binders.optimum(p, value, token.start)
    return call(p, value, token.start, token.end, value)


def call(p: Parser, value: str, start: int, end: int, written: str) -> Node:
    """A named function with its argument: a fence, or one factor.

    A number followed by symbols counts as one factor (\\log 2 \\pi), as it is always meant.
    """
    subscript, power, primes = scripts.scripts(p)
    p.skip_spacing()
    token = p.token
    opens = token.kind == "open" and token.value in ("(", "[", "{")
    if opens:
        argument = fences.fence(p)
    elif value in v.ARGUMENT_ONLY_IN_PARENTHESES or not (
        p.starts_factor() or token.kind == "either" or (token.kind == "op" and token.value == "-" and _sticks(p))
    ):
        base: Node = Name(start, end, written, "rm")
        if value not in v.ARGUMENT_ONLY_IN_PARENTHESES and len(written) > 1 and value not in ("Beta", "span"):
            from .syntax import FunctionName

            base = FunctionName(start, end, value)
        return _scripted(p, base, start, subscript, power, primes)
    else:
        argument = one_factor(p)
    return Call(start, p.last_end, value, subscript, power, argument, primes)


def _sticks(p: Parser) -> bool:
    """`\\ln -x`: a minus directly after a function belongs to its argument when a factor follows."""
    return p.starts_factor_at(1)


def one_factor(p: Parser) -> Node:
    if p.token.kind == "op":
        sign = p.advance()
        operand = p.factor()
        from .syntax import Add

        return Add(sign.start, operand.end, ("-",), (operand,))
    p.enter()
    first = p.factor()
    factors, ops = [first], []
    if isinstance(first, Number) or (isinstance(first, Product)):
        while p.token.kind in ("name", "font", "accent") and p.starts_factor():
            factors.append(p.factor())
            ops.append("")
            if isinstance(factors[-1], (ApplyOrProduct, Nabla, DerivativeOperator)):
                break
    p.leave()
    if len(factors) == 1:
        return first
    return Product(first.start, factors[-1].end, tuple(factors), tuple(ops))


def _scripted(p: Parser, base: Node, start: int, sub: Node | None, sup: Node | None, primes: int) -> Node:
    if primes:
        base = Prime(start, p.last_end, base, primes)
    if sub is not None:
        base = Subscript(start, p.last_end, base, sub)
    if sup is not None:
        base = Superscript(start, p.last_end, base, sup)
    return base


def accent(p: Parser) -> Node:
    opening = p.advance()
    body = scripts.argument(p)
    if opening.value == "underline":
        return body
    return accented(opening.value, body, opening.start, p.last_end)


def accented(mark: str, body: Node, start: int, end: int) -> Node:
    """The accent goes to the name where it stands over one (\\hat{x}_i and \\hat{x_i} are the same symbol)."""
    if isinstance(body, Name):
        return Name(start, end, body.text, body.font, (*body.accents, mark))
    if isinstance(body, Subscript) and isinstance(body.base, Name):
        base = accented(mark, body.base, start, body.base.end)
        return Subscript(start, end, base, body.index)
    return Accent(start, end, mark, body)


def font(p: Parser) -> Node:
    """\\mathbf{x}, \\mathrm{softmax}, \\operatorname{tr}, \\mathbb{E}."""
    opening = p.advance()
    style = opening.value
    p.skip_spacing()
    if style in ("rm", "sf") or (style == "it" and p.token.kind == "lbrace" and p.peek(2).kind != "rbrace"):
        return upright_group(p, opening)
    style = "" if style == "it" else style
    saved, p.font = p.font, style or p.font
    try:
        node = _bold_word(p, opening) if p.token.kind == "lbrace" else None
        if node is None and style in ("cal", "scr"):
            node = _script_word(p, opening, style)
        if node is None:
            node = scripts.argument(p)
    finally:
        p.font = saved
    if isinstance(node, Product) and style == "bf" and p.token.kind in ("sup", "sub", "prime"):
        last = scripts.postfix(p, node.factors[-1])
        return Product(opening.start, p.last_end, (*node.factors[:-1], last), node.ops)
    if isinstance(node, Mark) and node.text in ("\\top", "\\intercal", "\\dagger", "*"):
        return node
    if style in ("bf", "bb") and isinstance(node, Number) and node.text in ("0", "1"):
        return Name(opening.start, p.last_end, node.text, style)
    return _respan(node, opening.start, p.last_end)


def _bold_word(p: Parser, opening: Token) -> Node | None:
    """\\mathbf{KL}, \\mathbb{Var}: several letters in a display font that are a known word."""
    close = scripts.matching(p)
    inner = p.tokens[p.position + 1 : close]
    value = "".join(t.value for t in inner)
    if len(inner) > 1 and all(t.kind in ("name", "word") for t in inner) and value in v.WORD_FUNCTIONS:
        p.position = close + 1
        p.font = ""
        return upright(p, value, opening.start, p.last_end)
    if len(inner) == 1 and inner[0].kind == "word":
        p.position = close + 1
        return upright(p, inner[0].value, opening.start, p.last_end)
    return None


def _script_word(p: Parser, opening: Token, style: str) -> Node | None:
    """\\mathcal{MN}, \\mathcal{GP}: several letters in a script font are one name, that of a law or a set."""
    if p.token.kind != "lbrace":
        return None
    close = scripts.matching(p)
    inner = p.tokens[p.position + 1 : close]
    if len(inner) < 2 or not all(t.kind == "name" and len(t.value) == 1 for t in inner):
        return None
    p.position = close + 1
    return Name(opening.start, p.last_end, "".join(t.value for t in inner), style)


def upright_group(p: Parser, opening: Token) -> Node:
    """\\mathrm{...}: the letters are one word; anything else inside is an ordinary expression."""
    token = p.token
    if token.kind != "lbrace":
        inner = p.advance()
        if inner.kind in ("name", "num") and not inner.value.startswith("\\"):
            if inner.value in ("T", "t") and inner.kind == "name":
                return Name(opening.start, inner.end, inner.value, "rm")
            return upright(p, inner.value, opening.start, inner.end)
        p.position -= 1
        return scripts.argument(p)
    close = scripts.matching(p)
    inner = p.tokens[p.position + 1 : close]
    plain = all(
        t.kind in ("name", "num", "word", "quad", "text", "opt", "fun") or (t.kind == "op" and t.value in ("-", ".", "/", ":", "!"))
        or t.kind in ("prime", "note") for t in inner
    )  # fmt: skip
    if inner and plain and not any(t.value in v.GREEK for t in inner):
        p.position = close + 1
        raw = p.formula[token.end : p.tokens[close].start]
        if inner[0].kind == "fun" or inner[0].kind == "opt":
            value = " ".join(t.value for t in inner) if inner[0].value == "arg" else "".join(t.value for t in inner)
        else:
            value = raw
        for junk in ("\\,", "\\;", "\\!", "\\ ", "\\:", "~", "\\text", "\\mathrm", "{", "}", "\\"):
            value = value.replace(junk, " " if junk == "\\ " or junk == "~" else "")
        return upright(p, value, opening.start, p.last_end)
    node = scripts.argument(p)
    return _respan(node, opening.start, p.last_end)


def _respan(node: Node, start: int, end: int) -> Node:
    if isinstance(node, Name):
        return Name(start, end, node.text, node.font, node.accents)
    return node


def old_font(p: Parser) -> Node:
    p.font = p.advance().value
    return atom(p)


def ellipsis(p: Parser) -> Node:
    token = p.advance()
    return Ellipsis(token.start, token.end)


_ATOMS = {
    "name": name, "num": number, "word": word, "text": text, "fun": function, "open": fences.fence, "either": fences.either,
    "lbrace": structures.group_braces, "accent": accent, "font": font, "oldfont": old_font, "dots": ellipsis, "macro": structures.macro,
    "begin": structures.environment, "bb": lambda p: blackboard(p), "big": lambda p: binders.big(p),
    "opt": lambda p: binders.optimum(p, None, p.token.start),
    "lim": lambda p: binders.limit(p, None, p.token.start), "int": lambda p: integrals.integral(p),
}  # fmt: skip
