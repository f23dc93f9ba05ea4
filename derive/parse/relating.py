"""What a relation in prose is: a definition of its left side, a hypothesis, or something of which the sentence only speaks.

Imports definitions, hypotheses, membership and scope.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from derive.terms import REAL, Arr, free_symbols, term, unfold

from . import membership
from . import syntax as s
from .definitions import define, is_identity, is_number_beside, is_reserved, new_left_side
from .elaborate import elaborate
from .elaborate_calls import _PROBABILITY, names_densities
from .hypotheses import assume_relation, domain_of
from .mood import is_of_one_case
from .names import as_application, is_index, split_scripts, stands_with_an_index, symbol_key
from .scope import Doubt, Scope

if TYPE_CHECKING:
    from .declarations import Statement

_CLAIM = re.compile(
    r"\b(?:hence|thus|therefore|follows|shows?|obtains?|gets?|conclude|verif(?:y|ies)|proves?|impl(?:y|ies)|so that|"
    r"which gives|yields?|because|reduces|becomes|claim|consequently)"
    r"(?:\s+(?:that|the|as|us|to|by|indeed|directly|easily|immediately|equation|identity|formula|result))*\W*$",
    re.IGNORECASE,
)


def is_claimed(statement: Statement) -> bool:
    """Whether the words before a formula make it a conclusion: `hence`, `it follows that`."""
    return statement.concluded or bool(_CLAIM.search(statement.before.rstrip()))


def explicit(scope: Scope) -> set[str]:
    """The names that were declared, not inferred, before a sentence."""
    return {k for k in (*scope.symbols, *scope.functions, *scope.sizes) if k not in scope.inferred}


def spoken_of(item: s.Node, statement: Statement, declared: set[str]) -> bool:
    """Whether a relation is not stated, or is one case of what was declared before (`for $x > 0$`): no assumption."""
    if not isinstance(item, s.Relations) or membership.is_range(item):
        return False
    names = {symbol_key(x) or "" for x in membership.subjects(item.first)}
    spoken = names if "" not in names else s.free_names(item.first) or s.free_names(item)  # of p in 0 < p < 1
    known = all(k in declared for k in spoken)
    if membership.is_membership(item):
        return known and (not statement.stated or is_of_one_case(statement.before))
    if not statement.stated or item.rest[0][0] == "\\sim":
        return not statement.stated
    equation = item.rest[0][0] in ("=", ":=", "\\equiv")
    concluded = not equation and is_claimed(statement)
    return known and (concluded or is_of_one_case(statement.before))


def latex_of(statement: Statement, item: s.Node) -> str:
    """A part of a statement as it was written."""
    return " ".join(statement.text[item.start : item.end].split())


def is_old_value(item: s.Relations, scope: Scope) -> bool:
    """`\\mu = 0` about a symbol that is in use: a case or a hypothesis of a test, not its definition."""
    key = symbol_key(item.first)
    symbol = scope.symbols.get(key or "")
    if symbol is None or len(item.rest) != 1 or item.rest[0][0] != "=" or not isinstance(item.rest[0][1], s.Number):
        return False
    used = any(symbol in free_symbols(v) for d in scope.distributions.values() for v in d.parameters)
    return used or key in scope.inferred


def relate(item: s.Relations, scope: Scope, statement: Statement, claim: bool) -> None:
    """An equation defines its left side when that is new; otherwise relations are hypotheses."""
    op, right = item.rest[0]
    item = replace(item, first=as_application(item.first))
    if membership.about_indices(item, scope):
        return
    if (
        op in ("=", ":=", "\\equiv")
        and not rests_on(right, item.first, scope)
        and not rests_on(item.first, right, scope)
    ):
        sides = ((item.first, right), (right, item.first))
        if any(is_about_one_point(a, b, scope, statement.after) for a, b in sides):
            scope.doubts.append(Doubt(latex_of(statement, item), statement.line, item))
            return
        left = new_left_side(item.first, scope, strict=False)
        new = left is not None and not _mentions(item.first, right, scope) and not (claim and left in explicit(scope))
        plain = not is_identity(item.first, right, scope) and not _by_its_meaning(item.first, right, scope)
        if new and plain and not is_value_of_a_probability(item.first, right):
            define(item.first, right, scope, statement.text, statement.line, statement.text)
            return
        if (
            len(item.rest) == 1
            and new_left_side(right, scope) is not None
            and op == "="
            and not isinstance(right, s.Number)
            and not is_identity(right, item.first, scope)
        ):
            applied = isinstance(right, s.ApplyOrProduct) and not s.free_names(right.group) & s.free_names(item.first)
            if (
                not isinstance(right, s.Superscript)
                and not applied  # Y = g(X) does not make g a constant
                and not _mentions(right, item.first, scope)
                and not _is_moment(item.first)
            ):
                define(right, item.first, scope, statement.text, statement.line, statement.text)
                return
    if claim and op not in (":=",):
        scope.doubts.append(Doubt(latex_of(statement, item), statement.line, item))
        return
    if domain_of(item, scope, statement.text):
        return
    if op == "=" and _is_moment(item.first) and isinstance(right, s.Name) and not scope.known(right.key):
        _as_large(right, item.first, scope, statement)
    assume_relation(item, scope, statement.text, statement.line)
    if op == "=" and _is_moment(item.first):  # E[X] = \\mu says what \\mu is
        for key in s.free_names(right):
            scope.inferred.pop(key, None)


def _as_large(name: s.Name, moment: s.Node, scope: Scope, statement: Statement) -> None:
    r"""Declares the new name in `\\mathbb{E}[x] = \\mu` with the shape of the moment."""
    value = elaborate(moment, scope, statement.text, statement.line)
    if isinstance(value, Arr) and all(len(axis) == 1 for axis in value.axes) and not is_reserved(name):
        membership.declare_name(
            name, tuple(axis[0].length for axis in value.axes), REAL, frozenset(), scope, statement.text
        )


def is_about_one_point(left: s.Node, right: s.Node, scope: Scope, after: str) -> bool:
    """`$f(x) = g(x)$ for some $x$`, or for an x that was declared: it may not define f everywhere by another unknown function."""
    if not isinstance(left, s.ApplyOrProduct) or symbol_key(left.head) not in scope.functions:
        return False
    if re.match(r"\s*,?\s*(?:for\s+(?:some|an?|one)|at)\b", after):
        return True
    names = s.free_names(left.group)
    others = {symbol_key(p.head) for p in s.walk(right) if isinstance(p, s.ApplyOrProduct)}
    unknown = {
        k for k in others if k in scope.functions and k not in scope.function_definitions and k not in scope.inferred
    }
    return bool(unknown) and all(k in explicit(scope) for k in names if scope.known(k)) and any(map(scope.known, names))


def rests_on(node: s.Node, name: s.Node, scope: Scope) -> bool:
    """Whether a formula uses a name whose definition leads to another name, which it must not define in turn.

    `y = \\ln x, i.e. x = e^y` gives y; read as a definition of x too it would go round in a circle.
    """
    goal = scope.symbols.get(symbol_key(name) or "")
    known = [scope.symbols[k] for k in s.free_names(node) if k in scope.symbols]
    return goal is not None and any(
        x in scope.definitions and x is not goal and goal in free_symbols(unfold(term(x), scope.definitions))
        for x in known
        if not x.shape
    )


def _by_its_meaning(left: s.Node, right: s.Node, scope: Scope) -> bool:
    """Whether p(x) = \\int p(x, y) dy only says what densities are."""
    if not isinstance(left, s.ApplyOrProduct):
        return False
    head = symbol_key(left.head)
    return (names_densities(head or "", scope) or head in ("p", "q")) and conditions_in(head, right)


def _of_every_entry(node: s.Node) -> bool:
    return any(isinstance(p, s.Subscript) and is_index(p.index) for p in s.walk(node))


def _is_moment(node: s.Node) -> bool:
    return any(
        (isinstance(p, s.Call) and p.function in ("Var", "Cov"))
        or (isinstance(p, s.Call) and p.function == "E" and _of_every_entry(p))  # E(X_i) = \\mu holds for every i
        or (isinstance(p, s.Name) and p.text == "E")
        for p in s.walk(node)
    )


def is_value_of_a_probability(left: s.Node, right: s.Node) -> bool:
    """`P(B) = 1/2`: the probability of one event, not a function of every argument."""
    if not isinstance(left, s.ApplyOrProduct) or (symbol_key(left.head) or "") not in _PROBABILITY:
        return False
    return not s.free_names(left.group) & s.free_names(right)


def conditions_in(head: str | None, node: s.Node) -> bool:
    """Whether a formula conditions in a letter or integrates its densities: it says what p(x) is by what p means."""
    for part in s.walk(node):
        body = part.group.body if isinstance(part, s.ApplyOrProduct) else None
        if isinstance(part, s.ApplyOrProduct) and isinstance(body, s.Conditional) and body.bar == "|":
            if symbol_key(part.head) == head:
                return True
        if (isinstance(part, s.Integral) or (isinstance(part, s.BigOperator) and part.kind == "sum")) and any(
            isinstance(p, s.ApplyOrProduct) and symbol_key(p.head) == head for p in s.walk(part.body)
        ):
            return True
    return False


def _mentions(left: s.Node, right: s.Node, scope: Scope) -> bool:
    base, _ = split_scripts(left.head if isinstance(left, s.ApplyOrProduct) else left)
    key = symbol_key(left)
    if isinstance(left, s.ApplyOrProduct):
        head, names = symbol_key(left.head), s.free_names(left.group)
        plain = [p for p in s.walk(right) if isinstance(p, s.ApplyOrProduct) and symbol_key(p.head) == head]
        return any(s.free_names(p.group) == names or p is right for p in plain)
    marks = {
        id(p.index) for p in s.walk(right) if isinstance(p, s.Subscript) and isinstance(p.base, s.Norm)
    }  # the F of \\|X\\|_F
    if key is not None and any(
        symbol_key(p) == key and id(p) not in marks
        for p in s.walk(right)
        if isinstance(p, (s.Name, s.Subscript, s.Superscript, s.Prime))
    ):
        return True
    if isinstance(left, s.Name):
        return False
    if isinstance(base, s.Name) and isinstance(left, (s.Subscript, s.Superscript)):
        _, items = split_scripts(left)
        letters = {i.key for i in items if isinstance(i, s.Name)}
        if letters <= set(scope.sizes) and not stands_with_an_index(right, base.key, letters):
            return False  # \\mu_n = \\mu_0 + a for n observations: a name of its own
        if all(isinstance(i, s.Name) for i in items):
            numbered = scope.family_hints.get(base.key, [])
            if is_number_beside(base, right, scope):
                return False
            return base.key in s.free_names(right) and not _only_members(right, base.key, numbered)
    return False


def _only_members(node: s.Node, key: str, members: list[str]) -> bool:
    """Whether a name stands in a node as one of its declared numbered members only."""
    if symbol_key(node) in members:
        return True
    if isinstance(node, s.Name):
        return node.key != key
    return all(_only_members(child, key, members) for child in s.children(node))
