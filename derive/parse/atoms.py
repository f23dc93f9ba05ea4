"""Atoms, scripts, fences, fractions and matrices: the leaves of the grammar.  Imports syntax and vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import binders
from . import vocabulary as v
from .errors import ReadError
from .syntax import (
    Absolute,
    Accent,
    ApplyOrProduct,
    Binomial,
    Call,
    Cases,
    Conditional,
    Derivative,
    DerivativeOperator,
    Ellipsis,
    EvaluatedAt,
    Factorial,
    Fraction,
    Group,
    Label,
    Mark,
    Matrix,
    Nabla,
    Name,
    Node,
    Norm,
    Number,
    Prime,
    Product,
    Relations,
    Root,
    Row,
    Subscript,
    Superscript,
)
from .tokens import Token

if TYPE_CHECKING:
    from .grammar import Parser

_PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">", "floor": "floor", "ceil": "ceil", "|": "|", "||": "||"}
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
    shown = "the formula ends here" if token.kind == "end of formula" else f"{token.value or token.kind} is not expected here"
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


# -- leaves


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
    subscript, power, primes = scripts(p)
    p.skip_spacing()
    token = p.token
    opens = token.kind == "open" and token.value in ("(", "[", "{")
    if opens:
        argument = fence(p)
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


# -- scripts


def script(p: Parser) -> Node:
    """The {...} or single sign after _ or ^; what is no expression becomes a Label."""
    p.skip_spacing()
    token = p.token
    if token.kind == "lbrace":
        close = matching(p)
        start = p.position
        saved = (p.fences, p.integrals, p.font)
        p.fences, p.integrals = [], 0
        try:
            p.advance()
            if p.at("rbrace"):
                node: Node = Label(token.start, p.token.end, "")
            else:
                node = p.body()
            p.skip_spacing()
            if not p.at("rbrace"):
                raise unexpected(p)
            p.advance()
        except ReadError as error:
            if error.message.startswith(("the formula is nested", "this {")) or not _labelish(p, start, close):
                raise
            p.position = close + 1
            raw = p.formula[token.end : p.tokens[close].start].strip()
            node = Label(token.start, p.tokens[close].end, raw[:80])
        finally:
            p.fences, p.integrals, p.font = saved
        return node
    return single(p, script=True)


def _labelish(p: Parser, start: int, close: int) -> bool:
    """Whether the tokens of a script may be a mere label (`<t`, `-i`, `k+`, `t:`)."""
    return close - start <= 8 and not any(
        t.kind in ("macro", "begin", "big", "int") for t in p.tokens[start:close]
    )


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
    return atom(p)


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
            if p.token.kind == "comma" or p.token.kind == "op" and p.token.value in (".", ";", ":", "!"):
                p.advance()
                if p.accept("rbrace"):
                    return node
            raise unexpected(p)
        return node
    finally:
        p.fences, p.font, p.integrals = saved
        p.leave()


def letters_as_word(p: Parser) -> Node:
    start, value = p.token.start, ""
    while p.token.kind in ("name", "num") and not p.token.value.startswith("\\"):
        value += p.advance().value
    saved, p.font = p.font, ""
    node = upright(p, value, start, p.last_end) if value else p.body()
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
            node = ApplyOrProduct(start, _after(p, group := fence(p)), node, group)  # type: ignore[arg-type]
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


# -- fences


def fence(p: Parser) -> Node:
    """( ... ), [ ... ], \\{ ... \\}, | ... |, \\langle ... \\rangle and their \\left \\right forms."""
    opening = p.advance()
    closes = _PAIRS.get(opening.value, ")")
    p.enter()
    saved_integrals, p.integrals = p.integrals, 0
    p.fences.append(opening.value if opening.kind == "open" else opening.value)
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
        token.value == closes or token.sized == "left" or (opening.value in "([" and token.value in ")]")
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
    return unexpected(p)


def fenced(p: Parser, opening: Token, close: Token, body: Node | None, double: bool) -> Node:
    start, end = opening.start, p.last_end
    if opening.value == "{" and close.value == "." and isinstance(body, (Matrix, Cases)):
        return body if isinstance(body, Cases) else Cases(start, end, tuple(_case(row) for row in body.rows))
    if opening.value == "." or (opening.sized == "left" and close.value == "."):
        if close.value in ("|", "]", ")") and opening.value == ".":
            lower, upper, _ = scripts(p)
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


# -- structures


def fraction(p: Parser) -> Node:
    opening = p.advance()
    derivative = binders.fraction_derivative(p, opening)
    if derivative is not None:
        return derivative
    top = argument(p)
    bottom = argument(p)
    return Fraction(opening.start, p.last_end, top, bottom)


def binomial(p: Parser) -> Node:
    opening = p.advance()
    top = argument(p)
    bottom = argument(p)
    return Binomial(opening.start, p.last_end, top, bottom)


def root(p: Parser) -> Node:
    opening = p.advance()
    degree: Node | None = None
    if p.at("open", "["):
        p.advance()
        p.fences.append("[")
        degree = p.body()
        p.fences.pop()
        if not p.accept("close", "]"):
            raise unexpected(p)
    body = argument(p)
    return Root(opening.start, p.last_end, body, degree)


def accent(p: Parser) -> Node:
    opening = p.advance()
    body = argument(p)
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
        if node is None:
            node = argument(p)
    finally:
        p.font = saved
    if isinstance(node, Product) and style == "bf" and p.token.kind in ("sup", "sub", "prime"):
        last = postfix(p, node.factors[-1])
        return Product(opening.start, p.last_end, (*node.factors[:-1], last), node.ops)
    if isinstance(node, Mark) and node.text in ("\\top", "\\intercal", "\\dagger", "*"):
        return node
    if style in ("bf", "bb") and isinstance(node, Number) and node.text in ("0", "1"):
        return Name(opening.start, p.last_end, node.text, style)
    return _respan(node, opening.start, p.last_end)


def _bold_word(p: Parser, opening: Token) -> Node | None:
    """\\mathbf{KL}, \\mathbb{Var}: several letters in a display font that are a known word."""
    close = matching(p)
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
        return argument(p)
    close = matching(p)
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
    node = argument(p)
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


def macro(p: Parser) -> Node:
    """Structural commands: \\frac, \\sqrt, \\underbrace, \\overset, \\partial, \\nabla ..."""
    token = p.token
    value = token.value
    if value in ("\\frac", "\\tfrac", "\\dfrac", "\\cfrac", "\\sfrac", "\\nicefrac"):
        return fraction(p)
    if value in ("\\binom", "\\tbinom", "\\dbinom"):
        return binomial(p)
    if value == "\\sqrt":
        return root(p)
    if value == "\\partial":
        return binders.partial(p)
    if value == "\\nabla":
        return binders.nabla(p)
    if value in ("\\overset", "\\underset", "\\stackrel"):
        return binders.stacked(p)
    if value in v.SHORTHANDS:
        return shorthand(p)
    if value in v.BRACES:
        p.advance()
        node = argument(p)
        if p.at("sub") or p.at("sup"):
            p.advance()
            skip_argument(p)
        return node
    if value == "\\substack":
        p.advance()
        return substack(p)
    if value in v.TRANSPARENT or value in ("\\mathllap", "\\mathrlap", "\\mathclap", "\\llap", "\\rlap"):
        p.advance()
        node = argument(p)
        return node if isinstance(node, (Name, Number, Subscript)) else Group(token.start, p.last_end, "(", ")", node)
    raise p.error(f"{value} is not expected here")


def shorthand(p: Parser) -> Node:
    """\\norm{x}, \\abs{x}, \\transpose{A}, \\inv{A}, \\pdv{f}{x}, \\grad{f}{x}, \\hess{f}{x}, \\inner{a}{b}."""
    token = p.advance()
    kind, start = token.value[1:], token.start
    if kind == "grad" and p.token.kind != "lbrace":
        lower, _, _ = scripts(p)
        return Nabla(start, p.last_end, 1, lower)
    order = 1
    if p.at("open", "[") and kind in ("pdv", "dv", "odv"):
        p.advance()
        order = int(p.advance().value) if p.token.kind == "num" and len(p.token.value) == 1 else 1
        if not p.accept("close", "]"):
            raise unexpected(p)
    first = argument(p)
    if kind in ("norm", "abs"):
        return (Norm if kind == "norm" else Absolute)(start, p.last_end, first)
    if kind == "set":
        return Group(start, p.last_end, "{", "}", first)
    if kind == "transpose":
        return Superscript(start, p.last_end, grouped(first), Mark(start, start, "\\top"))
    if kind == "inv":
        from .syntax import Add

        minus = Add(start, start, ("-",), (Number(start, start, "1"),))
        return Superscript(start, p.last_end, grouped(first), minus)
    second = argument(p)
    if kind in ("inner", "ip"):
        return Group(start, p.last_end, "<", ">", Row(first.start, second.end, (first, second)))
    if kind in ("grad", "hess"):
        wrt = None if isinstance(second, Label) and not second.text else second
        nabla = Nabla(start, start, 1 if kind == "grad" else 2, wrt)
        return Group(start, p.last_end, "(", ")", Product(start, p.last_end, (nabla, grouped(first)), ("",)))
    name = "partial" if kind.startswith("p") else "total"
    if isinstance(first, Label):
        return DerivativeOperator(start, p.last_end, name, order, ((second, order),))
    return Derivative(start, p.last_end, name, order, first, ((second, order),))


def grouped(node: Node) -> Node:
    return node if isinstance(node, (Name, Group, ApplyOrProduct)) else Group(node.start, node.end, "(", ")", node)


def skip_argument(p: Parser) -> None:
    p.skip_spacing()
    if p.token.kind == "lbrace":
        p.position = matching(p) + 1
    else:
        p.advance()


def substack(p: Parser) -> Node:
    """\\substack{i < j \\\\ j \\ne k}: conditions as a Row."""
    close = matching(p)
    for index in range(p.position, close):
        if p.tokens[index].kind == "row":
            t = p.tokens[index]
            p.tokens[index] = Token("comma", ",", t.start, t.end)
    return argument(p)


def group_braces(p: Parser) -> Node:
    start = p.token.start
    node = braces(p)
    if isinstance(node, (Name, Number, Subscript, Superscript, Mark, Label, ApplyOrProduct, Call, Norm)):
        if isinstance(node, (Subscript, Superscript)) and (p.at("sub") or p.at("sup")):
            return Group(start, p.last_end, "(", ")", node)
        return node
    if isinstance(node, (Row, Relations, Conditional)):
        return Group(start, p.last_end, "(", ")", node)
    return Group(start, p.last_end, "(", ")", node)


def environment(p: Parser) -> Node:
    """Matrices and cases; other environments are spread by rows.py before the parser sees them."""
    opening = p.advance()
    kind = opening.value.rstrip("*")
    if kind not in v.MATRIX_ENVIRONMENTS and kind not in v.CASE_ENVIRONMENTS and kind not in v.MATH_ENVIRONMENTS:
        raise p.error(f"the environment {opening.value[:30]} is not known", opening)
    p.enter()
    saved = (p.fences, p.integrals)
    p.fences, p.integrals = ["matrix"], 0
    rows: list[tuple[Node, ...]] = []
    try:
        cells: list[Node] = []
        while True:
            cell = _cell(p)
            token = p.advance()
            if token.kind == "amp":
                cells.append(cell or Label(token.start, token.start, ""))
                continue
            if cell is not None or cells:
                cells.append(cell or Label(token.start, token.start, ""))
            if cells:
                rows.append(tuple(cells))
            cells = []
            if token.kind == "end":
                break
            if token.kind != "row":
                p.position -= 1
                if token.kind == "end of formula":
                    raise p.error(f"this \\begin{{{kind}}} is never closed", opening)
                raise unexpected(p)
    finally:
        p.fences, p.integrals = saved
        p.leave()
    end = p.last_end
    if kind in v.CASE_ENVIRONMENTS:
        return Cases(opening.start, end, tuple(_case(row) for row in rows))
    if kind in v.MATH_ENVIRONMENTS:
        if len(rows) == 1 and len(rows[0]) == 1:
            return Group(opening.start, end, "(", ")", rows[0][0])
        raise p.error(f"{kind} inside an expression", opening)
    if not rows:
        raise p.error("this matrix is empty", opening)
    width = max(len(row) for row in rows)
    if any(len(row) != width for row in rows):
        raise p.error("the rows of this matrix have different lengths", opening)
    return Matrix(opening.start, end, kind, tuple(rows))


def _cell(p: Parser) -> Node | None:
    p.skip_spacing()
    if p.token.kind in ("amp", "row", "end"):
        return None
    if p.token.kind == "text":
        token = p.token
        words = token.value.strip().lower().rstrip(",.;:").split()
        if words and words[0] in ("if", "for", "when", "where", "otherwise", "else", "and", "with", "elsewhere"):
            p.advance()
            p.skip_spacing()
            if p.token.kind in ("amp", "row", "end") or words[0] in ("otherwise", "else", "elsewhere"):
                while p.token.kind not in ("amp", "row", "end", "end of formula"):
                    p.advance()
                return Name(token.start, p.last_end, "otherwise", "rm")
    items: list[Node] = []
    while True:
        items.append(p.body())
        p.skip_spacing()
        while p.token.kind == "comma" or (p.token.kind == "op" and p.token.value in (".", ";")):
            p.advance()
            p.skip_spacing()
        if p.token.kind == "text":
            p.advance()
            p.skip_spacing()
        if p.token.kind in ("amp", "row", "end", "end of formula") or not p.starts_factor():
            break
    return items[0] if len(items) == 1 else Row(items[0].start, items[-1].end, tuple(items))


def _case(row: tuple[Node, ...]) -> tuple[Node, Node | None]:
    value = row[0]
    condition: Node | None = row[1] if len(row) > 1 else None
    if condition is None and isinstance(value, Row) and len(value.items) == 2:
        value, condition = value.items
    if isinstance(condition, Name) and condition.text == "otherwise":
        condition = None
    if isinstance(condition, Label) and not condition.text:
        condition = None
    return value, condition


_ATOMS = {
    "name": name, "num": number, "word": word, "text": text, "fun": function, "open": fence, "either": either,
    "lbrace": group_braces, "accent": accent, "font": font, "oldfont": old_font, "dots": ellipsis, "macro": macro,
    "begin": environment, "bb": lambda p: blackboard(p), "big": lambda p: binders.big(p), "opt": lambda p: binders.optimum(p, None, p.token.start),
    "lim": lambda p: binders.limit(p, None, p.token.start), "int": lambda p: binders.integral(p),
}  # fmt: skip
