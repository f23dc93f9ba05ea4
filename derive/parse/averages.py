"""Over what a mean is taken: the variables and the law that its subscript names; and the mean of a sample.

`E_{x \\sim p}` and `E_{x \\sim q}` are means over different variables, `E_p[f(x)]` one over what is random in f(x).  Part of
the elaborator.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derive.terms import Entry, Mul, Pow, Sum, Symbol, Term, free_symbols, fresh_index, term

from . import syntax as s
from .names import split_scripts, symbol_key, text_key

if TYPE_CHECKING:
    from .elaborate import Elaborator
    from .scope import Scope


def law_and_variables(body: s.Node, subscript: s.Node | None) -> tuple[str, list[s.Node]]:
    """The text of the law in a subscript, and the variables it names.

    >>> from derive.parse.grammar import parse_expression as parse
    >>> [law_and_variables(parse("x^2 y"), parse(t))[0] for t in (r"x \\sim p", "q(x)", "p", "x", "x, y")]
    ['p', 'q(x)', 'p', '', '']
    """
    if subscript is None:
        return "", []
    if isinstance(subscript, s.Relations):
        return text_key(subscript.rest[0][1]), _parts(subscript.first)
    if isinstance(subscript, s.ApplyOrProduct) and subscript.group.body is not None:
        inside = subscript.group.body
        return _text(subscript), _parts(inside.left if isinstance(inside, s.Conditional) else inside)
    parts = [p for p in _parts(subscript) if symbol_key(p) in keys_of(body)]
    return ("" if parts else _text(subscript)), parts


def _parts(node: s.Node) -> list[s.Node]:
    return list(node.items) if isinstance(node, s.Row) else [node]


def _text(node: s.Node) -> str:
    if isinstance(node, s.ApplyOrProduct):
        return text_key(node.head) + text_key(node.group)
    return text_key(node)


def keys_of(node: s.Node) -> set[str]:
    """The names of a node, with and without their scripts."""
    return s.free_names(node) | {symbol_key(p) or "" for p in s.walk(node) if isinstance(p, s.Subscript)}


def under_a_law(e: Elaborator, body: s.Node, subscript: s.Node | None, node: s.Node) -> None:
    """Decides what is random in a mean; a variable under a second law is bound to a symbol of its own."""
    law, parts = law_and_variables(body, subscript)
    keys = make_random(e, body, parts)
    if law and not keys:
        raise e.unsupported(f"what is random under {law}", node)
    for key in sorted(keys) if law else ():
        if e.scope.averages.setdefault(key, law) == law:
            continue
        if key not in e.scope.symbols:
            e.infer(key, next((p for p in s.walk(body) if symbol_key(p) == key), body))
        old = e.scope.symbols[key]
        if any(old in _behind(e, e.scope.symbols[k]) for k in keys_of(body) - {key} if k in e.scope.symbols):
            raise e.unsupported(f"a second law of {key}, which definitions mention,", node)
        e.local[key] = Symbol(f"{key} \\sim {law}", old.shape, old.domain, kind="random", first=old.first)


def _behind(e: Elaborator, symbol: Symbol, depth: int = 0) -> set[Symbol]:
    value = e.scope.definitions.get(symbol)
    found: set[Symbol] = set()
    for x in free_symbols(value) if value is not None and depth < 8 else ():
        found |= {x} | _behind(e, x, depth + 1)
    return found


def make_random(e: Elaborator, body: s.Node, parts: list[s.Node]) -> set[str]:
    """Makes random what a mean is taken over: the parts named, else what is random already, else the new names."""
    from .elaborate_calls import is_application

    named = {key for p in parts if (key := symbol_key(p)) is not None}
    for key in named:
        symbol = e.scope.symbols.get(key)
        if symbol is None:
            e.random.add(key)
        elif symbol.kind != "random" and symbol not in e.scope.definitions:
            as_random(e, symbol)
    if named:
        return named
    random = {
        key
        for key in keys_of(body)
        if (symbol := e.scope.symbols.get(key)) is not None and depends_on_random(e, symbol)
    }
    if random:
        return random
    found: set[str] = set()
    heads = {symbol_key(p.head) for p in s.walk(body) if isinstance(p, s.ApplyOrProduct) and is_application(e, p)}
    for part in s.walk(body):
        if isinstance(part, (s.Name, s.Subscript)):
            base, _ = split_scripts(part)
            if isinstance(base, s.Name) and not e.scope.known(base.key) and base.key not in e.local:
                found |= {base.key} | ({key} if (key := symbol_key(part)) is not None else set())
    found = without_constants(found)
    e.random |= found
    return found - heads


_CAPITAL = re.compile(r"^[U-Z](?:_|$)")
_CONSTANT = re.compile(r"^(?:[a-dk]|\\alpha|\\beta|\\gamma|\\lambda)(?:_\w|_\{\w+\})?$")


def without_constants(names: set[str]) -> set[str]:
    """What is random among names that nobody declared: beside X and Y, an a or b is a constant.

    >>> sorted(without_constants({"a", "X", "b", "Y"})), sorted(without_constants({"a", "x"}))
    (['X', 'Y'], ['a', 'x'])
    """
    if not any(_CAPITAL.match(k) for k in names):
        return names
    return {k for k in names if not _CONSTANT.match(k)}


def depends_on_random(e: Elaborator, symbol: Symbol, depth: int = 0) -> bool:
    if symbol.kind == "random":
        return True
    value = e.scope.definitions.get(symbol)
    return value is not None and depth < 8 and any(depends_on_random(e, x, depth + 1) for x in free_symbols(value))


def as_random(e: Elaborator, symbol: Symbol) -> Symbol:
    if symbol.kind == "random":
        return symbol
    new = Symbol(symbol.name, symbol.shape, symbol.domain, symbol.properties, "random", symbol.first)
    e.scope.replace_symbol(symbol, new)
    return new


def sample_mean(key: str, scope: Scope) -> Term | None:
    """What \\bar{y} is where y_1, ..., y_n are a sample and nobody says otherwise: their mean."""
    found = re.fullmatch(r"\\bar\{(\\?[a-zA-Z]+)\}", key)
    y = scope.symbols.get(found[1]) if found is not None else None
    if found is None or y is None or found[1] not in scope.samples or len(y.shape) != 1:
        return None
    index = fresh_index(None, y.first[0], y.shape[0] + (y.first[0] - 1))
    return Mul(Pow(term(y.shape[0]), -1), Sum(index, Entry(y, (index,))))
