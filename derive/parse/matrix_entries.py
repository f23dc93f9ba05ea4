r"""Small letters for the entries of a matrix: `$A = (a_{ij})$`, a matrix $W$ of weights `$w_{ij} \ge 0$`.

Imports names and scope.

>>> from derive.verify import verify_text
>>> text = r"Let $A = (a_{ij}) \in \mathbb{R}^{n \times n}$. $$ \sum_{i=1}^n a_{ii} = \operatorname{tr}(A) $$"
>>> verify_text(text).steps[0].verdict
'proved'
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derive.terms import Symbol

from . import syntax as s
from .names import UPPER_GREEK, split_scripts, symbol_key
from .scope import Declaration, Scope

if TYPE_CHECKING:
    from .declarations import Statement

_CALLED = re.compile(r"\b(?:entr\w+|elements?|components?|coefficients?)\b[^.;]*$", re.IGNORECASE)


def adopt(base: s.Name, scripts: tuple[s.Node, ...], scope: Scope, line: int) -> Symbol | None:
    """The matrix whose entries a small letter with two indices means; from then on the letter is a name of it.

    None when the letter has a meaning of its own, or no matrix has the capital letter.
    """
    matrix = _named_matrix(base, scripts, scope)
    if matrix is not None:
        scope.symbols[base.key] = matrix
        text = f"{base.key}_{{ij}} = {matrix.name}_{{ij}}"
        scope.declarations.append(Declaration(text, line, "inferred"))
    return matrix


def _named_matrix(base: s.Name, scripts: tuple[s.Node, ...], scope: Scope) -> Symbol | None:
    if scope.known(base.key) or not _two(scripts):
        return None
    for key in _capitals(base):
        matrix = scope.symbols.get(key)
        if matrix is not None and len(matrix.shape) == 2 and key not in scope.inferred:
            return matrix
    return None


def _two(scripts: tuple[s.Node, ...]) -> bool:
    if len(scripts) == 1:
        only = scripts[0]
        return isinstance(only, s.Number) and only.text.isdigit() and len(only.text) == 2
    return len(scripts) == 2 and all(isinstance(i, (s.Name, s.Number, s.Add)) for i in scripts)


def _capitals(base: s.Name) -> list[str]:
    """The keys of the capital letter in each type face: A and bold A for a."""
    greek = base.text[:1] == "\\" and "\\" + base.text[1:].capitalize()
    if len(base.text) == 1 and base.text.islower():
        upper = base.text.upper()
    elif greek and greek in UPPER_GREEK and greek not in ("\\Delta", "\\Pi"):  # \delta_{ij} is Kronecker's
        upper = greek
    else:
        return []
    return [s.Name(base.start, base.end, upper, font, base.accents).key for font in ("", "bf", "bb", "cal", "rm")]


def without_entries(item: s.Node) -> s.Node:
    r"""`A = (a_{ij}) \in R^{n \times n}` declares A as `A \in R^{n \times n}` does."""
    if (
        isinstance(item, s.Relations)
        and len(item.rest) == 2
        and item.rest[0][0] in ("=", ":=")
        and item.rest[1][0] == "\\in"
        and _listed(item.rest[0][1]) is not None
    ):
        return s.Relations(item.start, item.end, item.first, item.rest[1:])
    return item


def _listed(node: s.Node) -> s.Subscript | None:
    """The entry a_{ij} of `(a_{ij})`, `[a_{ij}]` and `(a_{ij})_{i,j}`."""
    if isinstance(node, s.Subscript) and isinstance(node.base, s.Group):
        node = node.base
    body = node.body if isinstance(node, s.Group) and node.open in "([" else None
    return body if isinstance(body, s.Subscript) and _two(split_scripts(body)[1]) else None


def named_by(item: s.Node, scope: Scope, line: int) -> bool:
    """Whether `A = (a_{ij})` says what the entries of a declared matrix A are called; the letter is noted."""
    if not isinstance(item, s.Relations) or len(item.rest) != 1 or item.rest[0][0] not in ("=", ":="):
        return False
    entry, matrix = _listed(item.rest[0][1]), scope.symbols.get(symbol_key(item.first) or "")
    if entry is None or matrix is None or len(matrix.shape) != 2:
        return False
    base, _ = split_scripts(entry)
    if not isinstance(base, s.Name):
        return False
    if not scope.known(base.key):
        scope.symbols[base.key] = matrix
    return scope.symbols.get(base.key) is matrix


def note(item: s.Node, statement: Statement, scope: Scope, declared: set[str]) -> None:
    r"""Adopts the letters of a statement of prose, before `w_{ij} \ge 0` would declare a family of its own.

    A definition (`w_{ij} = \dots`) is one of the matrix only where its sentence declares the matrix (among `declared`) or speaks
    of entries.
    """
    for part in s.walk(item):
        if not isinstance(part, s.Subscript):
            continue
        base, scripts = split_scripts(part)
        matrix = _named_matrix(base, scripts, scope) if isinstance(base, s.Name) else None
        if matrix is None or not isinstance(base, s.Name):
            continue
        defines = isinstance(item, s.Relations) and item.first is part and item.rest[0][0] in ("=", ":=")
        if not defines or matrix.name in declared or _CALLED.search(statement.before):
            adopt(base, scripts, scope, statement.line)
