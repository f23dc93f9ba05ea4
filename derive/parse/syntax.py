"""The syntax tree of a formula: frozen nodes, each with its span (start, end) in the formula.

Nothing is decided here that needs a declaration: `f(x)` is an `ApplyOrProduct`, a superscript T is a
superscript.  Imports nothing of ours.

>>> Product(0, 3, (Number(0, 1, "2"), Name(2, 3, "x")), ("",)).factors[1].text
'x'
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cache


@dataclass(frozen=True, slots=True)
class Node:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Number(Node):
    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A symbol: `text` is a letter, a macro such as \\theta, or an upright word (font "rm")."""

    text: str
    font: str = ""
    accents: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Canonical LaTeX; two names are the same symbol when their keys are equal."""
        inner = self.text
        if self.font:
            inner = f"\\math{self.font}{{{inner}}}" if self.font != "rm" else f"\\mathrm{{{inner}}}"
        for accent in self.accents:
            inner = f"\\{accent}{{{inner}}}"
        return inner


@dataclass(frozen=True, slots=True)
class Mark(Node):
    """A sign that stands alone: * \\star \\top \\dagger \\cdot + - in a script or as an argument."""

    text: str


@dataclass(frozen=True, slots=True)
class Label(Node):
    """A script that is no expression (`<t`, `train`): part of a name."""

    text: str


@dataclass(frozen=True, slots=True)
class Ellipsis(Node):
    pass


@dataclass(frozen=True, slots=True)
class Differential(Node):
    """`d(X^{-1})` beside `dX`: the differential of the body; `names` are those that have an increment."""

    body: Node
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscript(Node):
    base: Node
    index: Node


@dataclass(frozen=True, slots=True)
class Superscript(Node):
    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Prime(Node):
    base: Node
    count: int


@dataclass(frozen=True, slots=True)
class Factorial(Node):
    body: Node


@dataclass(frozen=True, slots=True)
class Accent(Node):
    """An accent over more than a name, \\overline{x + y}."""

    accent: str
    body: Node


@dataclass(frozen=True, slots=True)
class Add(Node):
    """Signed terms; signs are + - \\pm \\mp, one per term (a lone minus sign is an Add of one term)."""

    signs: tuple[str, ...]
    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Product(Node):
    """Factors in a row; ops[i] stands between factor i and i+1: "" \\cdot \\times * or /.

    A `DerivativeOperator` or `Nabla` may be a factor: it acts on what follows it.
    """

    factors: tuple[Node, ...]
    ops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Infix(Node):
    """\\odot, \\otimes, \\oplus, \\circ, \\cup, :, ... all of one kind, in a row."""

    op: str
    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Group(Node):
    """Fenced: ( [ { < or a mixture, the body may be a Row, Relations or Conditional."""

    open: str
    close: str
    body: Node | None


@dataclass(frozen=True, slots=True)
class Row(Node):
    """Items separated by commas."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """a | b, a ; b, or a \\| b inside a fence."""

    left: Node
    bar: str
    right: Node


@dataclass(frozen=True, slots=True)
class Relations(Node):
    """first op node op node ...  inside a fence, a script or a declaration."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class ApplyOrProduct(Node):
    """`f(x)`: an application or a product; declarations decide."""

    head: Node
    group: Group


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A named function: \\log x, \\tanh^2(x), \\operatorname{tr}(A), \\max(0, x)."""

    function: str
    subscript: Node | None
    power: Node | None
    argument: Node
    primes: int = 0


@dataclass(frozen=True, slots=True)
class FunctionName(Node):
    """A named function without an argument (\\sigma = \\tanh)."""

    function: str


@dataclass(frozen=True, slots=True)
class Fraction(Node):
    numerator: Node
    denominator: Node


@dataclass(frozen=True, slots=True)
class Binomial(Node):
    top: Node
    bottom: Node


@dataclass(frozen=True, slots=True)
class Root(Node):
    body: Node
    degree: Node | None


@dataclass(frozen=True, slots=True)
class Norm(Node):
    body: Node


@dataclass(frozen=True, slots=True)
class Absolute(Node):
    body: Node


@dataclass(frozen=True, slots=True)
class BigOperator(Node):
    """\\sum, \\prod and their like; `extended` when the body took in a following + or - term."""

    kind: str
    lower: Node | None
    upper: Node | None
    body: Node
    extended: bool = False


@dataclass(frozen=True, slots=True)
class Integral(Node):
    body: Node
    variables: tuple[Node, ...]
    lower: Node | None
    upper: Node | None


@dataclass(frozen=True, slots=True)
class Limit(Node):
    kind: str
    subscript: Node | None
    body: Node
    extended: bool = False


@dataclass(frozen=True, slots=True)
class Optimum(Node):
    """\\max_x f, \\argmin_{w \\in W} ..."""

    kind: str
    subscript: Node | None
    body: Node


@dataclass(frozen=True, slots=True)
class DerivativeOperator(Node):
    """d/dx or \\partial^2/\\partial x \\partial y without its operand."""

    kind: str
    order: int
    variables: tuple[tuple[Node, int], ...]


@dataclass(frozen=True, slots=True)
class Derivative(Node):
    kind: str
    order: int
    body: Node
    variables: tuple[tuple[Node, int], ...]


@dataclass(frozen=True, slots=True)
class Nabla(Node):
    order: int
    subscript: Node | None


@dataclass(frozen=True, slots=True)
class EvaluatedAt(Node):
    """body|_{lower}^{upper}"""

    body: Node
    lower: Node | None
    upper: Node | None


@dataclass(frozen=True, slots=True)
class Matrix(Node):
    environment: str
    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, slots=True)
class Cases(Node):
    """(value, condition) pairs; the condition is None for `otherwise`."""

    rows: tuple[tuple[Node, Node | None], ...]


def children(node: object) -> Iterator[Node]:
    """The nodes directly below a node, in order of writing."""
    return iter(_below(node))


def _below(node: object) -> list[Node]:
    found: list[Node] = []
    for name in _parts(type(node)):
        _collect(getattr(node, name), found)
    return found


@cache
def _parts(kind: type) -> tuple[str, ...]:
    """What a kind of node consists of: its fields but for the place in the text."""
    return tuple(f.name for f in fields(kind) if f.name not in ("start", "end"))


def _collect(value: object, found: list[Node]) -> None:
    if isinstance(value, Node):
        found.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _collect(item, found)


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it, without recursion."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(_below(top)))


def with_name_replaced(node: Node, key: str, value: Node) -> Node:
    """The node with another in place of each name of this key; the places in the text stay those of the original."""
    if isinstance(node, Name):
        return value if node.key == key else node

    def inside(part: object) -> object:
        if isinstance(part, Node):
            return with_name_replaced(part, key, value)
        return tuple(map(inside, part)) if isinstance(part, tuple) else part

    changed = {f.name: inside(getattr(node, f.name)) for f in fields(node) if f.name not in ("start", "end")}
    same = all(changed[name] is getattr(node, name) or changed[name] == getattr(node, name) for name in changed)
    return node if same else replace(node, **changed)


def strip_group(node: Node) -> Node:
    """The expression inside plain parentheses, braces or brackets.

    >>> strip_group(Group(0, 3, "(", ")", Name(1, 2, "x")))
    Name(start=1, end=2, text='x', font='', accents=())
    """
    while isinstance(node, Group) and node.body is not None and node.open in ("(", "["):
        if isinstance(node.body, (Row, Conditional, Relations)):
            break
        node = node.body
    return node


def bound_names(node: Node) -> frozenset[str]:
    """The keys of the indices that a \\sum, \\prod or \\lim binds.

    >>> sorted(bound_names(BigOperator(0, 1, "sum", Row(0, 1, (Name(0, 1, "i"), Name(0, 1, "j"))), None, Number(0, 1, "1"))))
    ['i', 'j']
    """
    lower = node.lower if isinstance(node, BigOperator) else getattr(node, "subscript", None)
    return frozenset(name.key for name in index_names(lower))


def unprimed(node: Node) -> Node:
    """The name i' in place of the name i with a prime: an index with a prime is an index of its own."""
    if isinstance(node, Prime) and isinstance(node.base, Name):
        return replace(node.base, text=node.base.text + "'" * node.count, end=node.end)
    return node


def index_names(lower: Node | None) -> tuple[Name, ...]:
    """The names that the script under a \\sum introduces, in order."""
    if lower is None:
        return ()
    lower = unprimed(lower)
    if isinstance(lower, Name):
        return (lower,)
    if isinstance(lower, Subscript) and isinstance(lower.base, Name):
        return (lower.base,)
    if isinstance(lower, Group) and lower.body is not None:
        return index_names(lower.body)
    if isinstance(lower, Product) and all(isinstance(f, Name) for f in lower.factors):
        return tuple(f for f in lower.factors if isinstance(f, Name))
    if isinstance(lower, Relations):
        ops = [op for op, _ in lower.rest]
        if ops[0] in ("<", "\\le") and len(ops) == 2:
            return index_names(lower.rest[0][1])
        if ops[0] in ("<", "\\le") and ops[-1] in ("<", "\\le") and not isinstance(lower.first, Name):
            return index_names(lower.rest[0][1])
        return index_names(lower.first)
    if isinstance(lower, Conditional):
        return index_names(lower.left)
    if isinstance(lower, Row):
        found: list[Name] = []
        for item in lower.items:
            for name in index_names(item):
                if name.key not in {f.key for f in found}:
                    found.append(name)
        return tuple(found)
    return ()


def standing_names(node: Node) -> frozenset[str]:
    """The free names of a node that stand without a script somewhere: in `\\mu_0 + a` the name `\\mu` does not.

    >>> from derive.parse.grammar import parse_expression
    >>> sorted(standing_names(parse_expression(r"\\mu_0 + a \\mu_n")))
    ['a', 'n']
    """
    found: set[str] = set()
    stack: list[tuple[Node, frozenset[str]]] = [(node, frozenset())]
    while stack:
        top, bound = stack.pop()
        if isinstance(top, Subscript) and isinstance(top.base, Name):
            stack.append((top.index, bound))
            continue
        if isinstance(top, Name):
            found |= {top.key} - bound
            continue
        if isinstance(top, (BigOperator, Limit)):
            bound = bound | bound_names(top)
        elif isinstance(top, Integral):
            bound = bound | {v.key for v in top.variables if isinstance(v, Name)}
        stack.extend((child, bound) for child in children(top))
    return frozenset(found)


def summed_names(node: Node) -> frozenset[str]:
    """The keys that any \\sum or \\prod of a node binds.

    >>> from derive.parse.grammar import parse_expression
    >>> sorted(summed_names(parse_expression(r"\\sum_{i=1}^n \\sum_{j=1}^i x_j")))
    ['i', 'j']
    """
    return frozenset(k for part in walk(node) if isinstance(part, BigOperator) for k in bound_names(part))


def free_names(node: Node) -> frozenset[str]:
    """Keys of the names that occur in a node outside the sums that bind them.

    >>> from derive.parse.grammar import parse_expression
    >>> sorted(free_names(parse_expression(r"\\sum_{i=1}^n x_i + y_j")))
    ['j', 'n', 'x', 'y']
    """
    found: set[str] = set()
    stack: list[tuple[Node, frozenset[str]]] = [(node, frozenset())]
    while stack:
        top, bound = stack.pop()
        if isinstance(top, Name):
            if top.key not in bound:
                found.add(top.key)
            continue
        if isinstance(top, (BigOperator, Limit)):
            bound = bound | bound_names(top)
        elif isinstance(top, Integral):
            bound = bound | {v.key for v in top.variables if isinstance(v, Name)}
        stack.extend((child, bound) for child in children(top))
    return frozenset(found)
