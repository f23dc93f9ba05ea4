"""Fractions, roots, shorthand macros, matrices and cases.  Part of the grammar; imports syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import atoms, binders, scripts
from . import vocabulary as v
from .syntax import (
    Absolute,
    ApplyOrProduct,
    Binomial,
    Call,
    Cases,
    Conditional,
    Derivative,
    DerivativeOperator,
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


def fraction(p: Parser) -> Node:
    opening = p.advance()
    derivative = binders.fraction_derivative(p, opening)
    if derivative is not None:
        return derivative
    top = scripts.argument(p)
    bottom = scripts.argument(p)
    return Fraction(opening.start, p.last_end, top, bottom)


def binomial(p: Parser) -> Node:
    opening = p.advance()
    top = scripts.argument(p)
    bottom = scripts.argument(p)
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
            raise atoms.unexpected(p)
    body = scripts.argument(p)
    return Root(opening.start, p.last_end, body, degree)


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
        node = scripts.argument(p)
        if p.at("sub") or p.at("sup"):
            p.advance()
            skip_argument(p)
        return node
    if value == "\\substack":
        p.advance()
        return substack(p)
    if value in v.TRANSPARENT or value in ("\\mathllap", "\\mathrlap", "\\mathclap", "\\llap", "\\rlap"):
        p.advance()
        node = scripts.argument(p)
        return node if isinstance(node, (Name, Number, Subscript)) else Group(token.start, p.last_end, "(", ")", node)
    raise p.error(f"{value} is not expected here")


def shorthand(p: Parser) -> Node:
    """\\norm{x}, \\abs{x}, \\transpose{A}, \\inv{A}, \\pdv{f}{x}, \\grad{f}{x}, \\hess{f}{x}, \\inner{a}{b}."""
    token = p.advance()
    kind, start = token.value[1:], token.start
    if kind == "grad" and p.token.kind != "lbrace":
        lower, _, _ = scripts.scripts(p)
        return Nabla(start, p.last_end, 1, lower)
    order = 1
    if p.at("open", "[") and kind in ("pdv", "dv", "odv"):
        p.advance()
        order = int(p.advance().value) if p.token.kind == "num" and len(p.token.value) == 1 else 1
        if not p.accept("close", "]"):
            raise atoms.unexpected(p)
    first = scripts.argument(p)
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
    second = scripts.argument(p)
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
        p.position = scripts.matching(p) + 1
    else:
        p.advance()


def substack(p: Parser) -> Node:
    """\\substack{i < j \\\\ j \\ne k}: conditions as a Row."""
    close = scripts.matching(p)
    for index in range(p.position, close):
        if p.tokens[index].kind == "row":
            t = p.tokens[index]
            p.tokens[index] = Token("comma", ",", t.start, t.end)
    return scripts.argument(p)


def group_braces(p: Parser) -> Node:
    start = p.token.start
    node = scripts.braces(p)
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
                raise atoms.unexpected(p)
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
