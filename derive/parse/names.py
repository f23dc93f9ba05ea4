"""Canonical keys of symbols, and which nodes are symbols at all.  Imports syntax.

>>> from derive.parse.grammar import parse_expression
>>> symbol_key(parse_expression(r"\\hat{x}_{0}")), symbol_key(parse_expression(r"W^{(1)}"))
('\\\\hat{x}_0', 'W^{(1)}')
"""

from __future__ import annotations

from dataclasses import fields

from .syntax import (
    Accent,
    Add,
    ApplyOrProduct,
    Call,
    Conditional,
    Ellipsis,
    Group,
    Label,
    Mark,
    Name,
    Node,
    Number,
    Prime,
    Product,
    Relations,
    Row,
    Subscript,
    Superscript,
    children,
    walk,
)

INDEX_LETTERS = frozenset("ijklmnstrpqabcuv")
NAME_MARKS = frozenset(
    {"*", "\\star", "\\ast", "\\dagger", "\\prime", "+", "-", "\\circ", "\\bullet", "\\diamond", "\\perp"}
)


UPPER_GREEK = frozenset("\\Gamma \\Delta \\Theta \\Lambda \\Xi \\Pi \\Sigma \\Upsilon \\Phi \\Psi \\Omega".split())


def is_capital(key: str) -> bool:
    """Whether a name is one capital letter, perhaps with scripts: a matrix or a quantity rather than a parameter.

    >>> [is_capital(k) for k in ("A", "L_1", "\\\\Sigma", "x", "\\\\lambda")]
    [True, True, True, False, False]
    """
    letter = key.partition("_")[0].partition("^")[0]
    return (len(letter) == 1 and letter.isupper()) or letter in UPPER_GREEK


def text_key(node: Node) -> str:
    """A short canonical text of a script: letters, digits and signs."""
    if isinstance(node, Name):
        return node.key
    if isinstance(node, (Number, Mark, Label)):
        return node.text
    if isinstance(node, Product):
        return "".join(text_key(f) for f in node.factors)
    if isinstance(node, Row):
        return ",".join(text_key(f) for f in node.items)
    if isinstance(node, Group):
        inner = text_key(node.body) if node.body is not None else ""
        return f"{node.open}{inner}{node.close}"
    if isinstance(node, Add):
        return "".join(
            (s if i or s != "+" else "") + text_key(t)
            for i, (s, t) in enumerate(zip(node.signs, node.terms, strict=True))
        )
    if isinstance(node, Subscript):
        return f"{text_key(node.base)}_{braced(text_key(node.index))}"
    if isinstance(node, Superscript):
        return f"{text_key(node.base)}^{braced(text_key(node.exponent))}"
    if isinstance(node, Prime):
        return text_key(node.base) + "'" * node.count
    if isinstance(node, Relations):
        return text_key(node.first) + "".join(op + text_key(x) for op, x in node.rest)
    if isinstance(node, Conditional):
        return f"{text_key(node.left)}{node.bar}{text_key(node.right)}"
    if isinstance(node, Accent):
        return f"\\{node.accent}{{{text_key(node.body)}}}"
    if isinstance(node, Ellipsis):
        return "\\dots"
    if isinstance(node, ApplyOrProduct):
        return text_key(node.head) + text_key(node.group)
    return f"?{type(node).__name__}({','.join(_content(node))})"


def _content(node: Node) -> list[str]:
    """The content of a node without its place: two formulas must not share a key because something stands at one offset."""

    def text(value: object) -> str:
        if isinstance(value, Node):
            return text_key(value)
        if isinstance(value, tuple):
            return "[" + ",".join(map(text, value)) + "]"
        return str(value)

    return [text(getattr(node, f.name)) for f in fields(node) if f.name not in ("start", "end")]


def braced(text: str) -> str:
    return text if len(text) == 1 else "{" + text + "}"


def symbol_key(node: Node) -> str | None:
    """The key of a node that can be a symbol of its own (name, name with scripts), else None."""
    if isinstance(node, Name):
        return node.key
    if isinstance(node, Prime):
        inner = symbol_key(node.base)
        return None if inner is None else inner + "'" * node.count
    if isinstance(node, Subscript):
        inner = symbol_key(node.base)
        return None if inner is None else f"{inner}_{braced(text_key(node.index))}"
    if isinstance(node, Superscript):
        inner = symbol_key(node.base)
        if inner is None or not is_name_script(node.exponent):
            return None
        return f"{inner}^{braced(text_key(node.exponent))}"
    if isinstance(node, Accent):
        inner = symbol_key(node.body)
        return None if inner is None else f"\\{node.accent}{{{inner}}}"
    return None


def is_name_script(node: Node) -> bool:
    """Whether a superscript makes a name (x^\\star, W^{(1)}, x^{\\mathrm{new}}) rather than a power."""
    if isinstance(node, Mark):
        return node.text in NAME_MARKS
    if isinstance(node, Label):
        return True
    if isinstance(node, Group):
        return node.open in ("(", "[") and node.close in (")", "]")
    return isinstance(node, Name) and node.font == "rm" and node.text not in ("T", "t", "H")


def is_transpose(node: Node) -> bool:
    """Whether an exponent is one of the signs of transposition (a plain T is decided by declarations)."""
    if isinstance(node, Mark):
        return node.text in ("\\top", "\\intercal")
    if isinstance(node, Name):
        return (node.text == "T" and not node.accents) or (node.font == "rm" and node.text in ("T", "t", "transpose"))
    return False


def is_inverse_transpose(node: Node) -> bool:
    return isinstance(node, Add) and node.signs == ("-",) and is_transpose(node.terms[0])


def is_minus_one(node: Node) -> bool:
    return (
        isinstance(node, Add)
        and node.signs == ("-",)
        and isinstance(node.terms[0], Number)
        and node.terms[0].text == "1"
    )


def script_items(node: Node) -> tuple[Node, ...]:
    """The single indices of a subscript: `ij`, `i,j`, `i+1,j`.

    >>> from derive.parse.grammar import parse_expression
    >>> [text_key(n) for n in script_items(parse_expression("A_{i+1,j}").index)]
    ['i+1', 'j']
    """
    if isinstance(node, Row):
        return node.items
    if (
        isinstance(node, Product)
        and all(isinstance(f, (Name, Number)) for f in node.factors)
        and isinstance(node.factors[0], Name)
    ):
        if all(op == "" for op in node.ops):
            return node.factors
    if isinstance(node, Group) and node.body is not None and node.open == "(":
        return script_items(node.body)
    return (node,)


def is_index(node: Node) -> bool:
    """Whether a script can be an index: one plain letter."""
    return (
        isinstance(node, Name)
        and not node.font
        and not node.accents
        and (len(node.text) == 1 or node.text in ("\\ell", "\\alpha", "\\beta"))
    )


def family_key(base: Name) -> str:
    """The name of the values u_1, ..., u_n beside a number u."""
    return f"{base.key}_\\bullet"


def split_scripts(node: Node) -> tuple[Node, tuple[Node, ...]]:
    """The base of a symbol with scripts, and its index items: parenthesised superscripts first.

    >>> from derive.parse.grammar import parse_expression
    >>> base, items = split_scripts(parse_expression("x^{(i)}_j"))
    >>> base.key, [text_key(n) for n in items]
    ('x', ['i', 'j'])
    """
    raised: list[Node] = []
    lowered: list[Node] = []
    while True:
        if isinstance(node, Subscript):
            lowered = [*script_items(node.index), *lowered]
            node = node.base
        elif isinstance(node, Superscript) and isinstance(node.exponent, Group) and is_name_script(node.exponent):
            raised = [*script_items(node.exponent), *raised]
            node = node.base
        else:
            return node, (*raised, *lowered)


def stands_with_an_index(node: Node, key: str, letters: set[str]) -> bool:
    """Whether a name stands alone or with one of the letters in a script: a at a number only is another name than a_n.

    >>> from derive.parse.grammar import parse_expression
    >>> [stands_with_an_index(parse_expression(t), "a", {"n"}) for t in ("a_0 + n", "2 a_{n-1}", "a b")]
    [False, True, True]
    """
    base = node
    while isinstance(base, Subscript | Superscript):
        base = base.base
    if isinstance(base, Name) and base.key == key:
        return base is node or bool(letters & {n.key for n in walk(node) if isinstance(n, Name) and n is not base})
    return any(stands_with_an_index(child, key, letters) for child in children(node))


DEFINABLE = frozenset("softplus relu sigmoid logit sign sgn erf".split())
"""Named functions that a text may define for itself: softplus with a sharpness, a leaky ReLU."""


def as_application(node: Node) -> Node:
    """`\\operatorname{softplus}(t)` as the application of a name, which a definition can be given to."""
    if (
        isinstance(node, Call)
        and node.function in DEFINABLE
        and node.power is None
        and node.subscript is None
        and not node.primes
        and isinstance(node.argument, Group)
    ):
        head = Name(node.start, node.start, node.function, "rm")
        return ApplyOrProduct(node.start, node.end, head, node.argument)
    return node
