"""Integrals: `\\int_a^b f(x) dx`, with dx at the front, at the end, in a numerator or of an expression, d(2t + 1).

Part of the parser.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import vocabulary as v
from .syntax import (
    ApplyOrProduct,
    Derivative,
    Group,
    Integral,
    Name,
    Node,
    Number,
    Product,
    Subscript,
    Superscript,
    free_names,
    walk,
)
from .tokens import Token

if TYPE_CHECKING:
    from .grammar import Parser


def at_differential(p: Parser, ahead: int = 0) -> bool:
    """Whether `dx`, `d x`, `\\mathrm{d}x` stands at the position (inside an integral)."""
    return differential_length(p, ahead) > 0


def differential_length(p: Parser, ahead: int = 0) -> int:
    """Number of tokens of the d itself, 0 when no variable follows it."""
    length = d_length(p, ahead)
    if not length:
        return 0
    following = p.peek(ahead + length)
    if following.kind == "open" and following.value in ("(", "[") and p.peek(ahead).kind == "font":
        return length
    if following.kind == "sup" and p.peek(ahead + length + 1).kind == "num":
        return length + 2 if variable_start(p.peek(ahead + length + 2)) else 0
    return length if variable_start(following) else 0


def variable_start(token: Token) -> bool:
    return token.kind in ("name", "font", "accent") and token.value not in ("\\infty",)


def d_length(p: Parser, ahead: int = 0) -> int:
    token = p.peek(ahead)
    if token.kind == "name" and token.value == "d":
        return 1
    if token.kind == "font" and token.value in ("rm", ""):
        if p.peek(ahead + 1).kind == "name" and p.peek(ahead + 1).value == "d":
            return 2
        if p.peek(ahead + 1).kind == "lbrace" and p.peek(ahead + 2).value == "d" and p.peek(ahead + 3).kind == "rbrace":
            return 4
        if p.peek(ahead + 1).kind == "lbrace" and p.peek(ahead + 2).kind == "rbrace":
            return 3 + d_length(p, ahead + 3) if d_length(p, ahead + 3) else 0
    if token.kind == "text" and token.value.strip() == "d":
        return 1
    return 0


def integral(p: Parser) -> Node:
    """\\int_a^b f(x) dx, with dx at the front, at the end or in a numerator."""
    from .scripts import scripts

    token = p.advance()
    lower, upper, _ = scripts(p)
    count = v.INTEGRALS[token.value]
    p.integrals += 1
    p.enter()
    try:
        p.skip_spacing()
        variables: list[Node] = []
        while at_differential(p):
            variables.append(differential(p))
            p.skip_spacing()
        if variables:
            if not p.starts_factor() and p.token.kind != "either":
                body: Node = Number(token.end, token.end, "1")
            else:
                body = p.infix()
        else:
            body = p.sum()
            p.skip_spacing()
            while at_differential(p):
                variables.append(differential(p))
                p.skip_spacing()
                if p.integrals > 1 and len(variables) >= count:
                    break
    finally:
        p.integrals -= 1
        p.leave()
    if not variables:
        body, found = differential_inside(body)
        if found is None:
            raise p.error("this integral has no dx", token, "write the variable of integration, \\int f(x) \\, dx")
        variables = [found]
    if len(variables) == 1 and isinstance(variables[0], Group):
        body, variables[0] = of_expression(p, body, variables[0], (lower, upper))
    return Integral(token.start, p.last_end, body, tuple(variables), lower, upper)


def of_expression(p: Parser, body: Node, group: Group, ends: Sequence[Node | None]) -> tuple[Node, Node]:
    """\\int_a^b h(t) d(g(t)) as the integral of h(t) g'(t) over t: the one name of g that the ends do not mention."""
    outside = frozenset[str]().union(*(free_names(end) for end in ends if end is not None))
    names = {x.key: x for x in walk(group) if isinstance(x, Name) and x.key in free_names(group) - outside}
    if len(names) != 1 or group.body is None:
        place = p.tokens[max(0, p.position - 1)]
        raise p.error("over which variable this integral goes is not certain", place, "write it as \\int f(x) \\, dx")
    (variable,) = names.values()
    inner = Group(body.start, body.end, "(", ")", body)
    slope = Derivative(group.start, group.end, "total", 1, group, ((variable, 1),))
    return Product(body.start, group.end, (inner, slope), ("",)), variable


def differential(p: Parser) -> Node:
    from .atoms import atom
    from .scripts import script

    p.position += differential_length(p)
    start = p.token.start
    node = atom(p)
    if p.at("sub"):
        p.advance()
        index = script(p)
        node = Subscript(start, p.last_end, node, index)
    if p.at("sup"):
        p.advance()
        node = Superscript(start, p.last_end, node, script(p))
    if p.at("open", "(") and p.formula[p.token.start : p.token.end] == "(" and isinstance(node, Name):
        from .fences import fence

        return ApplyOrProduct(start, p.last_end, node, fence(p))  # type: ignore[arg-type]
    return node


def differential_inside(body: Node) -> tuple[Node, Node | None]:
    """\\int \\frac{dx}{x}: the differential hides in a numerator."""
    from .syntax import Fraction

    if isinstance(body, Fraction):
        top = body.numerator
        if isinstance(top, Product) and len(top.factors) >= 2:
            d, variable = top.factors[-2], top.factors[-1]
            if isinstance(d, Name) and d.text == "d" and isinstance(variable, (Name, Subscript)):
                rest = top.factors[:-2]
                ops = top.ops[: len(rest) - 1] if rest else ()
                one: Node = Number(top.start, top.start, "1")
                new = one if not rest else rest[0] if len(rest) == 1 else Product(top.start, d.start, rest, ops)
                return Fraction(body.start, body.end, new, body.denominator), variable
    return body, None
