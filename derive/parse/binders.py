"""Sums, limits, optima and derivatives.  Imports syntax; used by atoms and grammar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .integrals import d_length, variable_start
from .products import reach
from .syntax import (
    BigOperator,
    Call,
    Derivative,
    DerivativeOperator,
    Limit,
    Nabla,
    Name,
    Node,
    Number,
    Optimum,
    Subscript,
    Superscript,
)
from .tokens import Token

if TYPE_CHECKING:
    from .grammar import Parser


def big(p: Parser) -> Node:
    """\\sum_{i=1}^n body: the body is the following product."""
    from .scripts import scripts

    token = p.advance()
    lower, upper, _ = scripts(p)
    body = operand(p, token, f"\\{token.value}")
    return reach(BigOperator(token.start, body.end, token.value, lower, upper, body))


def operand(p: Parser, token: Token, shown: str) -> Node:
    p.skip_spacing()
    if not (p.starts_factor() or (p.token.kind == "op" and p.token.value in ("-", "+")) or p.token.kind == "either"):
        raise p.error(f"{shown} has no body", token)
    p.enter()
    try:
        return p.infix()
    finally:
        p.leave()


def limit(p: Parser, kind: str | None, start: int) -> Node:
    from .scripts import scripts

    token = p.token
    if kind is None:
        kind = p.advance().value
    lower, _, _ = scripts(p)
    body = operand(p, token, f"\\{kind}")
    return Limit(start, body.end, kind, lower, body)


def optimum(p: Parser, kind: str | None, start: int) -> Node:
    """\\max_x f(x) binds x; \\max(a, b) and \\max\\{a, b\\} are functions of their arguments."""
    from .fences import fence
    from .scripts import scripts

    token = p.token
    if kind is None:
        kind = p.advance().value
    lower, power, _ = scripts(p)
    p.skip_spacing()
    if lower is None and p.token.kind == "open" and p.token.value in ("(", "{", "["):
        return Call(start, p.last_end, kind, None, power, fence(p))
    if (
        not p.starts_factor()
        and p.token.kind not in ("either",)
        and not (p.token.kind == "op" and p.token.value == "-")
    ):
        name = Name(start, p.last_end, kind, "rm")
        return Subscript(start, p.last_end, name, lower) if lower is not None else name
    body = operand(p, token, f"\\{kind}")
    return Optimum(start, body.end, kind, lower, body)


# -- derivatives


_VARIABLE = frozenset(["name", "font", "accent", "open", "lbrace", "macro", "oldfont"])


def fraction_derivative(p: Parser, opening: Token) -> Node | None:
    """After \\frac: \\frac{\\partial^2 J}{\\partial x \\partial y}, \\frac{d}{dt}, \\frac{dL}{dz}; else None."""
    from .scripts import matching

    if p.token.kind != "lbrace":
        return None
    kind = derivative_sign(p, 1)
    if not kind:
        return None
    close = matching(p)
    if p.tokens[close + 1 : close + 2] and p.tokens[close + 1].kind == "lbrace":
        below = derivative_sign(p, close + 2 - p.position)
        denominator = close + 1
        if not below or p.tokens[denominator + 1 + below[1]].kind not in _VARIABLE:
            return None
        if p.peek(1 + kind[1]).kind in ("sub", "op", "infix", "prime", "num"):
            return None
    else:
        return None
    saved_tokens_position = p.position
    p.position += 1 + kind[1]
    order = 1
    if p.at("sup"):
        order = _order(p)
        if order < 1:
            p.position = saved_tokens_position
            return None
    body: Node | None = None
    if p.position < close:
        saved = (p.fences, p.integrals)
        p.fences, p.integrals = [], 0
        p.skip_spacing()
        p.enter()
        try:
            body = p.body() if p.position < close else None
        finally:
            p.leave()
            p.fences, p.integrals = saved
        p.skip_spacing()
        if p.position != close:
            from .atoms import unexpected

            raise unexpected(p)
    p.position = denominator + 1
    variables = derivative_variables(p, order)
    if not p.accept("rbrace"):
        from .atoms import unexpected

        raise unexpected(p)
    total = sum(count for _, count in variables)
    name = "partial" if kind[0] == "\\partial" else "total"
    if total != order:
        raise p.error(f"the numerator says order {order}, the denominator {total}", opening)
    if body is None:
        return DerivativeOperator(opening.start, p.last_end, name, order, variables)
    return Derivative(opening.start, p.last_end, name, order, body, variables)


def derivative_sign(p: Parser, ahead: int) -> tuple[str, int] | None:
    """("\\partial", tokens) or ("d", tokens) at the position."""
    token = p.peek(ahead)
    if token.kind == "macro" and token.value == "\\partial":
        return "\\partial", 1
    length = d_length(p, ahead)
    if length:
        return "d", length
    return None


def _order(p: Parser) -> int:
    """^2, ^{2}: the order, as a number; -1 when it is no plain number (then it is no derivative)."""
    from .scripts import script

    p.advance()
    node = script(p)
    if isinstance(node, Number) and node.text.isdigit() and int(node.text) <= 9:
        return int(node.text)
    return -1


def derivative_variables(p: Parser, order: int) -> tuple[tuple[Node, int], ...]:
    """The \\partial x^2 \\partial y of a denominator, up to its closing brace."""
    from .atoms import atom
    from .scripts import postfix, script

    found: list[tuple[Node, int]] = []
    while True:
        sign = derivative_sign(p, 0)
        if sign is None:
            break
        p.position += sign[1]
        p.skip_spacing()
        node = atom(p)
        start = node.start
        while p.token.kind in ("sub", "prime") or (p.at("sup") and order == 1) or p.token.kind == "open":
            if p.at("sub"):
                p.advance()
                node = Subscript(start, p.last_end, node, script(p))
                node = Subscript(start, p.last_end, node.base, node.index)
            else:
                node = postfix(p, node)
        count = 1
        if p.at("sup"):
            saved = p.position
            p.advance()
            exponent = script(p)
            if isinstance(exponent, Number) and exponent.text.isdigit() and int(exponent.text) <= 9:
                count = int(exponent.text)
            else:
                p.position = saved
                node = postfix(p, node)
        found.append((node, count))
        p.skip_spacing()
        if len(found) > 12:
            raise p.error("more than twelve variables in one derivative")
    return tuple(found)


def slashed_derivative(p: Parser, token: Token) -> Node | None:
    """dy/dx and d/dx written in a line, after the first d has been consumed; else None."""
    here = p.token
    if here.kind == "op" and here.value == "/" and d_length(p, 1) and variable_start(p.peek(1 + d_length(p, 1))):
        p.position += 1
        variables = _line_variable(p)
        return DerivativeOperator(token.start, p.last_end, "total", 1, variables)
    if here.kind == "name" and p.peek().kind == "op" and p.peek().value == "/":
        if d_length(p, 2) and variable_start(p.peek(2 + d_length(p, 2))):
            body = Name(here.start, here.end, here.value, p.font)
            p.position += 2
            variables = _line_variable(p)
            return Derivative(token.start, p.last_end, "total", 1, body, variables)
    return None


def _line_variable(p: Parser) -> tuple[tuple[Node, int], ...]:
    from .atoms import atom
    from .scripts import script

    sign = derivative_sign(p, 0)
    p.position += sign[1] if sign else 1
    node = atom(p)
    if p.at("sub"):
        start = node.start
        p.advance()
        index = script(p)
        node = Subscript(start, p.last_end, node, index)
    return ((node, 1),)


def partial(p: Parser) -> Node:
    """\\partial outside a fraction: \\partial_x f, \\partial f / \\partial x, or a mere sign."""
    token = p.advance()
    if p.at("sub"):
        from .scripts import script

        p.advance()
        variable = script(p)
        return DerivativeOperator(token.start, p.last_end, "partial", 1, ((variable, 1),))
    saved = p.position
    order = 1
    if p.at("sup"):
        order = _order(p)
    if p.token.kind in ("name", "font", "accent", "open") and order >= 1:
        body = p.factor()
        if p.at("op", "/") and p.peek().kind == "macro" and p.peek().value == "\\partial":
            p.advance()
            variables = derivative_variables(p, order)
            if sum(count for _, count in variables) == order:
                return Derivative(token.start, p.last_end, "partial", order, body, variables)
    p.position = saved
    if p.at("op", "/") and p.peek().kind == "macro" and p.peek().value == "\\partial":
        p.advance()
        variables = derivative_variables(p, 1)
        return DerivativeOperator(token.start, p.last_end, "partial", 1, variables)
    return Name(token.start, token.end, "\\partial")


def nabla(p: Parser) -> Node:
    """\\nabla, \\nabla_x, \\nabla^2_{w}, \\nabla_{x}^{2}."""
    from .scripts import scripts

    token = p.advance()
    lower, upper, _ = scripts(p)
    order = 1
    if isinstance(upper, Number) and upper.text.isdigit() and 1 <= int(upper.text) <= 4:
        order = int(upper.text)
    elif upper is not None:
        name = Name(token.start, p.last_end, "\\nabla")
        return Superscript(token.start, p.last_end, name, upper)
    return Nabla(token.start, p.last_end, order, lower)


# -- stacked signs


def is_decorated_relation(p: Parser) -> bool:
    """Whether \\overset{..}{=} (or \\xrightarrow{..}) stands here."""
    token = p.token
    if token.value in ("\\xrightarrow", "\\xleftarrow"):
        return True
    ahead = _after_argument(p, 1)
    following = p.peek(ahead)
    if following.kind == "lbrace":
        following = p.peek(ahead + 1)
    return following.kind in ("rel", "arrow")


def _after_argument(p: Parser, ahead: int) -> int:
    if p.peek(ahead).kind != "lbrace":
        return ahead + 1
    depth = 0
    for index in range(p.position + ahead, len(p.tokens)):
        kind = p.tokens[index].kind
        depth += {"lbrace": 1, "rbrace": -1}.get(kind, 0)
        if depth == 0:
            return index + 1 - p.position
    return ahead + 1


def decorated_relation(p: Parser) -> str | None:
    """Consumes \\overset{note}{=} and returns the relation; the note is dropped."""
    if not is_decorated_relation(p):
        return None
    from .structures import skip_argument

    token = p.advance()
    if token.value in ("\\xrightarrow", "\\xleftarrow"):
        skip_argument(p)
        return "\\to" if token.value == "\\xrightarrow" else "\\leftarrow"
    note_start = p.position
    skip_argument(p)
    note = "".join(t.value for t in p.tokens[note_start : p.position])
    if p.accept("lbrace"):
        relation = p.advance().value
        while not p.accept("rbrace"):
            if p.token.kind == "end of formula":
                break
            p.advance()
    else:
        relation = p.advance().value
    plain = note.strip("{} ")
    if relation == "=" and plain in ("def", "\\triangle", "\\Delta", "\\text{def}", "."):
        return ":="
    if relation == "=" and plain == "d":
        return "\\overset{d}{=}"
    return relation


def stacked(p: Parser) -> Node:
    """\\underset{x}{\\max} is \\max_x; \\overset{note}{A} is A with a note."""
    from .atoms import atom
    from .scripts import argument, postfix
    from .structures import skip_argument

    token = p.advance()
    if token.value == "\\underset":
        lower = argument(p)
        saved = p.position
        inside = p.accept("lbrace")
        parts: list[Token] = []
        depth = 1
        while inside and p.token.kind != "end of formula":
            if p.token.kind == "lbrace":
                depth += 1
            if p.token.kind == "rbrace":
                depth -= 1
                if depth == 0:
                    break
            parts.append(p.advance())
        if inside:
            p.advance()
        else:
            parts.append(p.advance())
        word = "".join(t.value for t in parts if t.kind in ("opt", "fun", "name", "lim", "big") and len(t.value) < 12)
        plain = all(t.kind in ("opt", "fun", "name", "lim", "font", "lbrace", "rbrace", "text", "big") for t in parts)
        if any(t.kind == "text" for t in parts):
            word = "".join(t.value for t in parts if t.kind == "text").replace(" ", "")
        if plain and word in ("max", "min", "argmax", "argmin", "sup", "inf", "lim", "sum", "prod"):
            body = operand(p, token, word)
            if word == "lim":
                return Limit(token.start, body.end, word, lower, body)
            if word in ("sum", "prod"):
                return BigOperator(token.start, body.end, word, lower, None, body)
            return Optimum(token.start, body.end, word, lower, body)
        p.position = saved
        return argument(p)
    skip_argument(p)
    if p.token.kind == "lbrace":
        return argument(p)
    return postfix(p, atom(p))
