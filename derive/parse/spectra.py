"""`symmetric with eigenvalues $\\\\lambda_1, \\\\dots, \\\\lambda_n$`, `$v$ is an eigenvector of $A$ with eigenvalue $\\\\lambda$`.

A symmetric matrix with all its eigenvalues named is Q diag(lambda) Q^T with an orthogonal Q (the spectral theorem); an eigenvector
gives A v = lambda v.  Eigenvalues of which no more is understood are quantities with which nothing may be refuted.

>>> from derive.parse.documents import read_markdown
>>> from derive.parse.declarations import scopes
>>> text = r"Let $A \\in \\mathbb{R}^{n \\times n}$ have the eigenvector $v$ with eigenvalue $c$.\\n\\n$$\\nA v = c v\\n$$\\n"
>>> [h.source for _, scope in scopes(read_markdown(text, "notes")) for h in scope.hypotheses]
['A v = c v', 'v is an eigenvector']
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.terms import REAL, Arr, Domain, Entry, Hypothesis, Relation, Symbol, arrays

from . import membership
from . import syntax as s
from .hypotheses import narrowed
from .names import split_scripts, symbol_key
from .scope import Scope

if TYPE_CHECKING:
    from .declarations import Statement

_WORD = r"eigen(?P<what>values?|vectors?)"
_BEFORE = re.compile(rf"\b{_WORD}(?:\s+(?:is|are|be|equal\s+to))?\s*$", re.IGNORECASE)
_AFTER = re.compile(
    rf"\s*,?\s*(?:be|is|are|denotes?)\s+(?:the\s+|its\s+|an?\s+|some\s+)?(?:(?!with\b)[\w-]+\s+){{0,2}}?{_WORD}\b", re.I
)


def apply(statements: list[Statement], scope: Scope) -> None:
    """Reads what a sentence says of eigenvalues and eigenvectors."""
    values: list[s.Node] = []
    vectors: list[s.Node] = []
    matrices: dict[Symbol, None] = {}
    for statement in statements:
        found = _BEFORE.search(statement.before) or _AFTER.match(statement.after)
        if found is not None:
            (values if found["what"].lower().startswith("value") else vectors).append(statement.node)
            continue
        for name in _names(statement.node):
            symbol = scope.symbols.get(symbol_key(name) or "")
            if symbol is not None and len(symbol.shape) == 2 and symbol.shape[0] == symbol.shape[1]:
                matrices[symbol] = None
    if not values:
        return
    matrix = next(iter(matrices)) if len(matrices) == 1 else None
    if not all(statement.described for statement in statements):
        matrix = None  # a case, or what the sentence denies
    if matrix is not None and len(values) == 1 and len(vectors) == 1 and _pair(matrix, values[0], vectors[0], scope):
        return
    if matrix is not None and len(values) == 1 and not vectors and _decomposed(matrix, values[0], scope):
        return
    for node in values:
        _not_understood(node, scope)


def _not_understood(node: s.Node, scope: Scope) -> None:
    """Declares eigenvalues as quantities with which nothing may be refuted."""
    before = set(scope.symbols)
    names = [n for n in membership.subjects(node) if symbol_key(n) is not None]
    if isinstance(node, s.Relations):  # \\lambda_1 \\ge \\dots \\ge \\lambda_n
        names = [n for n in (node.first, *(x for _, x in node.rest)) if symbol_key(n) is not None]
    listed = any(isinstance(p, s.Ellipsis) for p in s.walk(node))
    if listed and len(names) > 1:
        membership.declare_list(names, (), REAL, scope, "")
    else:
        for name in names:
            if not scope.known(symbol_key(name) or ""):
                membership.declare_name(name, (), REAL, frozenset(), scope, "")
    for key in set(scope.symbols) - before:
        old = scope.symbols[key]
        new = Symbol(old.name, old.shape, old.domain, old.properties, "dependent", old.first)
        scope.replace_symbol(old, new)


def _names(node: s.Node) -> list[s.Node]:
    from .properties import named

    return named(node)


def _pair(matrix: Symbol, value: s.Node, vector: s.Node, scope: Scope) -> bool:
    """A v = c v for one eigenvalue and one eigenvector."""
    if symbol_key(value) is None or symbol_key(vector) is None:
        return False
    for node, shape in ((value, ()), (vector, matrix.shape[:1])):
        known = scope.symbols.get(symbol_key(node) or "")
        if known is not None and known.shape != shape and known not in scope.definitions:
            scope.forget(known.name)
        if symbol_key(node) not in scope.symbols:
            membership.declare_name(node, shape, REAL, frozenset(), scope, "")
    c, v = (scope.symbols.get(symbol_key(node) or "") for node in (value, vector))
    if c is None or v is None or c.shape or v.shape != matrix.shape[:1]:
        return False
    left, right = arrays.matmul(Arr.of(matrix), Arr.of(v)), arrays.scale(Entry(c, ()), Arr.of(v))
    source = f"{matrix.name} {v.name} = {c.name} {v.name}"
    scope.hypotheses.append(Hypothesis(Relation("=", left, right), (), source))
    scope.roles_read |= {matrix.name, c.name, v.name}
    length = arrays.norm_squared(Arr.of(v))
    scope.hypotheses.append(Hypothesis(Relation("!=", length, arrays.zeros()), (), f"{v.name} is an eigenvector"))
    return True


def _decomposed(matrix: Symbol, node: s.Node, scope: Scope) -> bool:
    """A = Q diag(lambda) Q^T for a symmetric matrix whose eigenvalues are all named."""
    if "symmetric" not in matrix.properties or matrix in scope.definitions:
        return False
    names = membership.subjects(node)
    base, _ = split_scripts(names[0])
    if not isinstance(base, s.Name):
        return False
    if base.key not in scope.symbols:
        domain = Domain()
        if "positive_definite" in matrix.properties:
            domain = narrowed(domain, [(">", Fraction(0))])
        elif "positive_semidefinite" in matrix.properties:
            domain = narrowed(domain, [("\\ge", Fraction(0))])
        elif "invertible" in matrix.properties:
            domain = narrowed(domain, [("\\ne", Fraction(0))])
        if isinstance(node, s.Row) and any(isinstance(i, s.Ellipsis) for i in node.items):
            membership.declare_list(names, (), domain, scope, "")
        elif len(names) == 1 and split_scripts(names[0])[1]:
            membership.declare_name(names[0], (), domain, frozenset(), scope, "")
    symbol = scope.symbols.get(base.key)
    if symbol is None or symbol.shape != matrix.shape[:1] or symbol in scope.definitions:
        return False
    basis = Symbol(f"Q_{{{matrix.name}}}", matrix.shape, properties=frozenset({"orthogonal", "invertible"}))
    q = Arr.of(basis)
    scope.symbols[basis.name] = basis
    product = arrays.matmul(arrays.matmul(q, arrays.diag(Arr.of(symbol))), arrays.transpose(q))
    assert isinstance(product, Arr)
    scope.definitions[matrix] = product
    scope.roles_read |= {matrix.name, symbol.name}
    return True
