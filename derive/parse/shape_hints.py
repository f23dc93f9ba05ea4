"""What a whole document shows about names nobody declared: which are matrices, which are vectors.

`(y - X b)^\\top V^{-1} (y - X b)` anywhere makes X and V matrices and y and b vectors everywhere.  Imports syntax and names.

>>> from derive.parse.grammar import parse_expression
>>> m, v = shown([parse_expression(r"(y - X b)^\\top V^{-1} (y - X b)")])
>>> sorted(m), sorted(v)
(['V', 'X'], ['b', 'y'])
"""

from __future__ import annotations

from collections.abc import Iterable

from . import syntax as s
from .iterates import is_bold
from .names import UPPER_GREEK, is_inverse_transpose, is_minus_one, is_transpose, symbol_key


def shown(nodes: Iterable[s.Node]) -> tuple[set[str], set[str]]:
    """The keys of matrices and of vectors that transpositions in these formulas show."""
    matrices: set[str] = set()
    vectors: set[str] = set()
    nodes = list(nodes)
    bold = any(is_bold(p) and p.text[:1].islower() for node in nodes for p in s.walk(node) if isinstance(p, s.Name))
    direct: set[str] = set()
    for node in nodes:
        for part in s.walk(node):
            if isinstance(part, s.Superscript) and _transposes(part.exponent):
                direct.add(_upper(part.base) or "")
            if isinstance(part, s.Superscript) and _transposes(part.exponent):
                _mark(part.base, matrices, vectors)
            elif isinstance(part, s.Product) and len(part.factors) > 1 and any(_is_transposed(f) for f in part.factors):
                for factor in part.factors:
                    key = _upper(factor)
                    if key is not None:
                        matrices.add(key)
            elif isinstance(part, s.Call) and part.function in ("tr", "det", "logdet"):
                _mark(part.argument, matrices, set())
    if bold:  # beside bold vectors a plain capital is a number, unless it is transposed itself
        matrices = {k for k in matrices if k in direct or k.startswith("\\mathbf")}
    return matrices, vectors - matrices


def integrated(nodes: Iterable[s.Node]) -> set[str]:
    """The variables of all integrals."""
    found = (
        symbol_key(v) for node in nodes for part in s.walk(node) if isinstance(part, s.Integral) for v in part.variables
    )
    return {key for key in found if key is not None}


_SUPPORTS = {"gam": "positive", "gamma": "positive", "exp": "positive", "bet": "unit", "beta": "unit", "n": "real"}


def supports(nodes: Iterable[s.Node]) -> dict[str, str]:
    """Where the densities that a document writes as `\\mathrm{Gam}(x; a, b)` live, by the name of their variable."""
    found: dict[str, set[str]] = {}
    for node in nodes:
        for part in s.walk(node):
            body = part.group.body if isinstance(part, s.ApplyOrProduct) else None
            if not isinstance(part, s.ApplyOrProduct) or not isinstance(body, s.Conditional) or body.bar != ";":
                continue
            head, key = part.head, symbol_key(body.left)
            if isinstance(head, s.Name) and head.font in ("rm", "cal") and key is not None:
                kind = _SUPPORTS.get(head.text.strip("{}\\ ").lower(), "unknown")
                found.setdefault(key, set()).add(kind)
    return {key: kinds.pop() for key, kinds in found.items() if len(kinds) == 1}


def conditioned(nodes: Iterable[s.Node]) -> set[str]:
    """The letters of densities: p where p(y | x) stands anywhere; then p(x) and p(y) are two functions."""
    found = set()
    for node in nodes:
        for part in s.walk(node):
            body = part.group.body if isinstance(part, s.ApplyOrProduct) else None
            if isinstance(part, s.ApplyOrProduct) and isinstance(body, s.Conditional) and body.bar == "|":
                found.add(symbol_key(part.head) or "")
    return found - {""}


def density_arguments(nodes: Iterable[s.Node], letters: Iterable[str]) -> set[str]:
    """The names that stand as arguments of densities with these letters, on either side of a bar."""
    wanted = set(letters)
    found: set[str] = set()
    for node in nodes:
        for part in s.walk(node):
            if isinstance(part, s.ApplyOrProduct) and symbol_key(part.head) in wanted:
                found |= s.free_names(part.group)
                found |= {key for p in s.walk(part.group) if isinstance(p, s.Subscript) and (key := symbol_key(p))}
    return found


def _transposes(exponent: s.Node) -> bool:
    plain = isinstance(exponent, s.Name) and exponent.text == "T" and exponent.font == ""
    return not plain and (is_transpose(exponent) or is_inverse_transpose(exponent))


def _is_transposed(node: s.Node) -> bool:
    return isinstance(node, s.Superscript) and _transposes(node.exponent)


def _upper(node: s.Node) -> str | None:
    """The key of an upper-case name, or of the inverse of one."""
    node = s.strip_group(node)
    if isinstance(node, s.ApplyOrProduct):
        return _upper(node.head)
    if isinstance(node, s.Superscript) and (is_minus_one(node.exponent) or _transposes(node.exponent)):
        return _upper(node.base)
    base = node
    while isinstance(base, s.Subscript):
        base = base.base
    if not isinstance(base, s.Name) or base.font not in ("", "bf"):
        return None
    if base.text == "I" or not (base.text[:1].isupper() or base.text in UPPER_GREEK):
        return None
    return symbol_key(node)


def _mark(node: s.Node, matrices: set[str], vectors: set[str]) -> None:
    """What stands under a transposition: an array in every term, the last factor of a product decides."""
    node = s.strip_group(node)
    if isinstance(node, s.Add):
        for term in node.terms:
            _mark(term, matrices, vectors)
        return
    if isinstance(node, s.Product):
        uppers = [_upper(f) for f in node.factors]
        for key in uppers:
            if key is not None:
                matrices.add(key)
        last = s.strip_group(node.factors[-1])
        if len(uppers) > 1 and uppers[-2] is not None and uppers[-1] is None:
            _mark(last, matrices, vectors)
        return
    key = _upper(node)
    if key is not None:
        matrices.add(key)
        return
    base = node
    while isinstance(base, s.Subscript | s.Prime):
        base = base.base
    if isinstance(base, s.Name) and base.font in ("", "bf") and (base.text[:1].islower() or base.text.startswith("\\")):
        key = symbol_key(node)
        if key is not None and base.text not in ("0", "1"):
            vectors.add(key)
            if base.accents and isinstance(node, s.Name):
                vectors.add(s.Name(node.start, node.end, base.text, base.font).key)
