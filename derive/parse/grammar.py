"""The Pratt parser: tokens to the syntax tree of syntax.py.  Imports tokens, syntax, errors, atoms, binders.

Levels, loosest first: arrows and relations, commas (inside fences), + and -, \\odot and \\otimes, products,
prefix minus, applications and scripts.  Speed is linear; recursion is bounded by MAX_NESTING.

>>> parse_expression(r"2 x_i").factors[1].index.text
'i'
"""

from __future__ import annotations

from collections.abc import Sequence

from . import atoms, binders, integrals, scripts
from .errors import ReadError
from .syntax import (
    Add,
    BigOperator,
    Conditional,
    EvaluatedAt,
    Infix,
    Label,
    Limit,
    Mark,
    Node,
    Product,
    Relations,
    Row,
    bound_names,
    free_names,
)
from .tokens import Token, tokenize

MAX_NESTING = 45
END = Token("end of formula", "", -1, -1)
_FACTOR_START = frozenset(
    ["name", "num", "bb", "open", "macro", "fun", "word", "big", "opt", "lim", "int", "font", "oldfont", "accent",
     "lbrace", "text", "begin", "dots"]
)  # fmt: skip


class Parser:
    """State of one parse: the tokens, the position, the fences that are open.

    `fences` holds, innermost last, what closes each open fence; it decides whether a | closes or opens.
    """

    def __init__(self, tokens: Sequence[Token], formula: str, stop: int | None = None):
        self.tokens = list(tokens)
        self.formula = formula
        self.position = 0
        self.stop = len(formula) if stop is None else stop
        self.depth = 0
        self.fences: list[str] = []
        self.font = ""
        self.integrals = 0

    # -- tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.position] if self.position < len(self.tokens) else END

    def peek(self, ahead: int = 1) -> Token:
        at = self.position + ahead
        return self.tokens[at] if at < len(self.tokens) else END

    def advance(self) -> Token:
        token = self.token
        self.position += 1
        return token

    @property
    def last_end(self) -> int:
        return self.tokens[self.position - 1].end if self.position else 0

    def at(self, kind: str, value: str | None = None) -> bool:
        token = self.token
        return token.kind == kind and (value is None or token.value == value)

    def accept(self, kind: str, value: str | None = None) -> bool:
        if self.at(kind, value):
            self.position += 1
            return True
        return False

    def skip_spacing(self) -> None:
        while self.token.kind in ("quad", "note"):
            self.position += 1

    def error(self, message: str, token: Token | None = None, hint: str = "") -> ReadError:
        token = token or self.token
        if token is END:
            return ReadError(message, max(0, self.stop - 1), self.stop, self.formula, hint)
        return ReadError(message, token.start, token.end, self.formula, hint)

    def enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.error(f"the formula is nested more than {MAX_NESTING} deep")

    def leave(self) -> None:
        self.depth -= 1

    # -- levels

    def body(self) -> Node:
        """Everything a fence may hold: rows, conditions, relations."""
        self.enter()
        try:
            left = self.row()
            token = self.token
            if self.at_separator():
                self.advance()
                bar = {"||": "\\|"}.get(token.value, token.value)
                if token.kind == "either" and self.at("either", "|") and self.token.start == token.end:
                    self.advance()
                    bar = "\\|"
                right = self.body()
                return Conditional(left.start, right.end, left, bar, right)
            return left
        finally:
            self.leave()

    def at_separator(self) -> bool:
        token = self.token
        if token.kind == "either":
            return token.value not in self.fences[-1:]
        return token.kind == "mid" or (token.kind == "op" and token.value == ";")

    def row(self) -> Node:
        items = [self.relations()]
        while True:
            self.skip_spacing()
            if not self.accept("comma"):
                break
            self.skip_spacing()
            if self.token.kind in ("close", "rbrace", "end of formula", "amp", "row", "end") or (
                self.token.kind != "either" and self.at_separator()
            ):
                break
            if self.token.kind == "text" and not atoms.is_symbol(self.token):
                break
            items.append(self.relations())
        if len(items) == 1:
            return items[0]
        return Row(items[0].start, items[-1].end, tuple(items))

    def relations(self) -> Node:
        first: Node
        if self.token.kind in ("rel", "arrow"):
            first = Label(self.token.start, self.token.start, "")
        else:
            first = self.sum()
        rest: list[tuple[str, Node]] = []
        while True:
            op = self.relation_sign()
            if op is None:
                break
            self.skip_spacing()
            if self.token.kind in ("comma", "close", "rbrace", "end of formula"):
                if not rest and isinstance(first, Label):
                    return Mark(first.start, self.last_end, op)
                raise self.error(f"nothing follows the sign {op}")
            rest.append((op, self.sum()))
            if len(rest) > 400:
                raise self.error("more than 400 relation signs in one row")
        if not rest:
            return first
        return Relations(first.start, rest[-1][1].end, first, tuple(rest))

    def relation_sign(self) -> str | None:
        """Consumes a relation sign, an arrow, a colon between two terms, or a decorated sign."""
        self.skip_spacing()
        token = self.token
        if token.kind in ("rel", "arrow"):
            self.advance()
            return token.value
        if token.kind == "op" and token.value == ":":
            self.advance()
            return ":"
        if token.kind == "macro" and token.value in (
            "\\overset",
            "\\underset",
            "\\stackrel",
            "\\xrightarrow",
            "\\xleftarrow",
        ):
            return binders.decorated_relation(self)
        return None

    def sum(self) -> Node:
        """Terms joined by + and -; a trailing \\sum takes in a term that holds its index free."""
        self.enter()
        try:
            start = self.token.start
            signs: list[str] = []
            terms: list[Node] = []
            sign = "+"
            explicit = False
            self.skip_spacing()
            if self.token.kind == "op" and self.token.value in ("+", "-", "\\pm", "\\mp"):
                sign, explicit = self.advance().value, True
                if self.token.kind in ("rbrace", "end of formula", "close", "comma"):
                    return Mark(start, self.last_end, sign)
            while True:
                self.skip_spacing()
                term = self.infix()
                if not (terms and self.extend_binder(terms, sign, term)):
                    signs.append(sign)
                    terms.append(term)
                self.skip_spacing()
                token = self.token
                if token.kind != "op" or token.value not in ("+", "-", "\\pm", "\\mp"):
                    break
                following = self.peek()
                if following.kind in ("rbrace", "end of formula", "close") and not self.fences:
                    raise self.error(f"nothing follows the {token.value}")
                sign = self.advance().value
            if len(terms) == 1 and signs[0] == "+" and not (explicit and isinstance(terms[0], Mark)):
                return terms[0]
            return Add(start if explicit else terms[0].start, terms[-1].end, tuple(signs), tuple(terms))
        finally:
            self.leave()

    def extend_binder(self, terms: list[Node], sign: str, term: Node) -> bool:
        """Gives `term` to the innermost trailing sum whose index occurs free in it; False when there is none."""
        path = trailing_binders(terms[-1])
        if not path:
            return False
        free = free_names(term)
        for depth in range(len(path) - 1, -1, -1):
            if bound_names(path[depth]) & free:
                terms[-1] = rebuild(terms[-1], path[depth], sign, term)
                return True
        return False

    def infix(self) -> Node:
        left = self.product()
        while self.token.kind == "infix" or (self.token.kind == "name" and self.token.value in _INFIX_NAMES and
                                             self.starts_factor_at(1)):  # fmt: skip
            op = self.advance().value
            self.skip_spacing()
            right = self.product()
            if isinstance(left, Infix) and left.op == op and len(left.terms) < 500:
                left = Infix(left.start, right.end, op, (*left.terms, right))
            else:
                self.check_height(left)
                left = Infix(left.start, right.end, op, (left, right))
        return left

    def check_height(self, node: Node) -> None:
        height, top = 0, node
        while isinstance(top, Infix):
            height, top = height + 1, top.terms[0]
        if height > MAX_NESTING:
            raise self.error("too many different operators in a row")

    def product(self) -> Node:
        if self.token.kind == "op" and self.token.value in ("+", "-", "\\pm", "\\mp"):
            sign = self.advance()
            self.enter()
            operand = self.product()
            self.leave()
            return Add(sign.start, operand.end, (sign.value,), (operand,))
        factors = [self.factor()]
        ops: list[str] = []
        while True:
            token = self.token
            if token.kind == "op" and token.value in ("\\cdot", "\\times", "*", "/"):
                if self.peek().kind in ("rbrace", "end of formula", "close", "comma"):
                    break
                self.advance()
                self.skip_spacing()
                if self.token.kind == "op" and self.token.value in ("+", "-"):
                    sign = self.advance()
                    operand = self.factor()
                    factors.append(Add(sign.start, operand.end, (sign.value,), (operand,)))
                else:
                    factors.append(self.factor())
                ops.append(token.value)
            elif self.starts_factor():
                factors.append(self.factor())
                ops.append("")
            elif token.kind == "either" and self.peek().kind in ("sub", "sup") and self.fences[-1:] != [token.value]:
                self.advance()
                lower, upper, _ = scripts.scripts(self)
                whole = make_product(factors, ops)
                factors, ops = [EvaluatedAt(whole.start, self.last_end, whole, lower, upper)], []
            elif token.kind == "quad" and self.quad_inside():
                self.advance()
            else:
                break
        return make_product(factors, ops)

    def quad_inside(self) -> bool:
        """A wide space inside a fence is spacing; outside, rows.py has already split there."""
        return self.starts_factor_at(1) and bool(self.fences)

    def starts_factor_at(self, ahead: int) -> bool:
        return self.peek(ahead).kind in _FACTOR_START

    def starts_factor(self) -> bool:
        token = self.token
        if token.kind == "either":
            return self.bar_opens()
        if token.kind not in _FACTOR_START:
            return False
        if token.kind == "macro" and token.value in (
            "\\overset",
            "\\underset",
            "\\stackrel",
            "\\xrightarrow",
            "\\xleftarrow",
        ):
            return not binders.is_decorated_relation(self)
        if token.kind == "text" and not atoms.is_symbol(token):
            return False
        if self.integrals and integrals.at_differential(self):
            return False
        if token.kind == "macro" and token.value in ("\\over", "\\choose", "\\atop"):
            return False
        return not (token.kind == "name" and token.value in _INFIX_NAMES and self.starts_factor_at(1))

    def bar_opens(self) -> bool:
        """Whether a | (or \\|) after a complete term opens an absolute value rather than closing or separating."""
        token = self.token
        if self.fences and self.fences[-1] == token.value:
            return False
        count, depth = 0, 0
        for other in self.tokens[self.position : self.position + 400]:
            if other.kind in ("open", "lbrace", "begin"):
                depth += 1
            elif other.kind in ("close", "rbrace", "end"):
                depth -= 1
                if depth < 0:
                    break
            elif depth == 0:
                if other.kind == "either" and other.value == token.value:
                    count += 1
                elif other.kind in ("rel", "arrow", "row", "amp") and not self.fences:
                    break
        adjacent = self.peek().kind == "either" and self.peek().start == token.end
        if adjacent and count == 2 and self.fences:
            return False
        return count % 2 == 0 and count > 0

    def factor(self) -> Node:
        self.enter()
        try:
            return scripts.postfix(self, atoms.atom(self))
        finally:
            self.leave()


_INFIX_NAMES = frozenset({"\\star", "\\ast", "\\bullet", "\\diamond"})


def make_product(factors: list[Node], ops: list[str]) -> Node:
    if len(factors) == 1:
        return factors[0]
    return Product(factors[0].start, factors[-1].end, tuple(factors), tuple(ops))


def trailing_binders(node: Node) -> list[Node]:
    """The sums, outermost first, whose bodies run to the end of a node."""
    path: list[Node] = []
    while True:
        if isinstance(node, (BigOperator, Limit)):
            path.append(node)
            node = node.body
        elif isinstance(node, Product):
            node = node.factors[-1]
        elif isinstance(node, (Add, Infix)):
            node = node.terms[-1]
        else:
            return path


def rebuild(node: Node, target: Node, sign: str, term: Node) -> Node:
    """`node` with `term` added to the body of the trailing sum `target`."""
    if node is target:
        assert isinstance(node, (BigOperator, Limit))
        body = node.body
        if isinstance(body, Add):
            new = Add(body.start, term.end, (*body.signs, sign), (*body.terms, term))
        else:
            new = Add(body.start, term.end, ("+", sign), (body, term))
        if isinstance(node, BigOperator):
            return BigOperator(node.start, term.end, node.kind, node.lower, node.upper, new, True)
        return Limit(node.start, term.end, node.kind, node.subscript, new, True)
    if isinstance(node, BigOperator):
        inner = rebuild(node.body, target, sign, term)
        return BigOperator(node.start, term.end, node.kind, node.lower, node.upper, inner, node.extended)
    if isinstance(node, Limit):
        return Limit(node.start, term.end, node.kind, node.subscript, rebuild(node.body, target, sign, term))
    if isinstance(node, Product):
        last = rebuild(node.factors[-1], target, sign, term)
        return Product(node.start, term.end, (*node.factors[:-1], last), node.ops)
    assert isinstance(node, (Add, Infix))
    last = rebuild(node.terms[-1], target, sign, term)
    if isinstance(node, Add):
        return Add(node.start, term.end, node.signs, (*node.terms[:-1], last))
    return Infix(node.start, term.end, node.op, (*node.terms[:-1], last))


def parse_tokens(tokens: Sequence[Token], formula: str, stop: int | None = None) -> Node:
    """One complete body (rows, relations allowed) from all of the tokens."""
    kept = (
        [t for t in tokens if t.kind not in ("amp", "note", "joined")]
        if not _has_matrix(tokens)
        else [t for t in tokens if t.kind != "joined"]
    )
    while kept and (kept[-1].kind in ("comma", "quad") or (kept[-1].kind == "op" and kept[-1].value in ".;:")):
        kept.pop()
    parser = Parser(kept, formula, stop)
    parser.skip_spacing()
    if parser.token is END:
        raise parser.error("nothing to read here")
    node = parser.body()
    parser.skip_spacing()
    if parser.token is not END:
        raise atoms.unexpected(parser)
    return node


def _has_matrix(tokens: Sequence[Token]) -> bool:
    return any(t.kind == "begin" for t in tokens)


def parse_expression(text: str) -> Node:
    """The syntax tree of one formula, relations and commas included.

    >>> type(parse_expression(r"p(x \\mid y) = \\frac{1}{2}")).__name__
    'Relations'
    >>> parse_expression(r"\\frac{a}{b")
    Traceback (most recent call last):
    ...
    derive.parse.errors.ReadError: this { is never closed
    """
    try:
        return parse_tokens(tokenize(text), text)
    except RecursionError:
        raise ReadError("the formula is nested too deep", 0, 1, text) from None
