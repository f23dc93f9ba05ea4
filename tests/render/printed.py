"""Terms, their LaTeX and what the reader makes of it: shared by the tests that read everything printed back.

`read_back` reads a printed value in a scope where everything it mentions is declared; `alike` says whether two values are
the same term: up to bound names, or with one normal form under the definedness of both.
"""

from __future__ import annotations

from typing import Any

from derive.normal_form.decide import equal
from derive.parse.elaborate import elaborate
from derive.parse.errors import ReadError
from derive.parse.grammar import parse_expression
from derive.parse.names import symbol_key
from derive.parse.scope import Scope
from derive.terms import (
    Arr,
    FunctionSymbol,
    Index,
    Node,
    Relation,
    ShapeError,
    Size,
    alpha_equal,
    free_indices,
    free_symbols,
)


def scope_of(*values: Any) -> Scope:
    """Everything that the values mention, declared under its own name."""
    scope = Scope()
    for value in values:
        for symbol in free_symbols(value):
            scope.symbols[key(symbol)] = symbol
        for index in free_indices(value):
            scope.indices[key(index)] = index
        for atom in atoms(value):
            if isinstance(atom, FunctionSymbol):
                scope.functions[key(atom)] = atom
            elif isinstance(atom, Size):
                scope.sizes[key(atom)] = atom
    return scope


def key(named: Any) -> str:
    """The reader's key for a name: \\hat y and \\hat{y} are one."""
    try:
        return symbol_key(parse_expression(named.name)) or named.name
    except ReadError:
        return str(named.name)


def sides(value: Any) -> tuple[Any, ...]:
    """The terms of a statement, or the term itself."""
    return (value.lhs, value.rhs) if isinstance(value, Relation) else (value,)


def atoms(value: Any) -> set[Any]:
    """The function symbols, sizes and indices anywhere in a value."""
    found: set[Any] = set()
    todo, seen = [value], set()
    while todo:
        top = todo.pop()
        if isinstance(top, tuple | frozenset):
            todo.extend(top)
        elif isinstance(top, Node) and id(top) not in seen:
            seen.add(id(top))
            if isinstance(top, FunctionSymbol | Size | Index):
                found.add(top)
            todo.extend(top.fields)
    return found


def read_back(formula: str, scope: Scope) -> Any:
    """The value that the reader makes of a formula."""
    return elaborate(parse_expression(formula), scope.copy(), formula)


def alike(value: Any, back: Any) -> bool:
    """Whether a value and what was read are the same term."""
    if alpha_equal(value, back):
        return True
    try:
        return equal(value, back).proved
    except ShapeError:
        return isinstance(value, Arr) and False
