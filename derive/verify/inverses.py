"""Functions that a chain gives in passing, and their inverses: `Y = g(X) = b X`, `X = g^{-1}(Y) = Y / b`.

In a chain `g(X) = b X` says what g is when nothing said so before.  `g^{-1}(Y) = Y / b` says what the inverse is; when g is
known this is a claim: put after g it has to give back the argument of g.

>>> from derive.parse.declarations import assume
>>> from derive.parse.rows import read_display
>>> scope = assume(r"X, b \\in \\mathbb{R}")
>>> (chain,) = read_display("Y = g(X) = b X")
>>> list(note(chain, scope).values()), list(scope.function_definitions)
([None], ['g'])
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from derive.parse import syntax as s
from derive.parse.definitions import define
from derive.parse.errors import ReadError
from derive.parse.names import is_minus_one, symbol_key
from derive.parse.rows import Chain, Side, Step
from derive.parse.scope import Scope
from derive.parse.steps import ElaboratedStep, elaborate_step
from derive.terms import Term, free_symbols, term, unfold
from derive.verify.judging import Outcome, Statement

if TYPE_CHECKING:
    from derive.verify.blocks import Block

Given = dict[int, "tuple[s.Node, s.Node] | None"]


def note(chain: Chain, scope: Scope, line: int = 0) -> Given:
    """The steps of a chain that give a function: None where this defines it, the two sides to judge of an inverse."""
    found: Given = {}
    for position, step in enumerate(chain.steps):
        if step.relation != "=" or step.error is not None:
            continue
        for side, other in ((step.lhs, step.rhs), (step.rhs, step.lhs)):
            parts = _parts(side.node)
            if parts is None or other.node is None or side.node is None:
                continue
            head, inverse, argument = parts
            key = symbol_key(head) or ""
            function = scope.function_definitions.get(key)
            if inverse and function is not None and [p.name for p in function.parameters] == [symbol_key(other.node)]:
                found[id(step)] = (other.node, side.node)  # X = g^{-1}(Y) does not define X, of which g(X) spoke
            if parts[2].key not in s.free_names(other.node):
                continue
            if any(isinstance(x, s.ApplyOrProduct) and key in s.free_names(x.head) for x in s.walk(other.node)):
                continue
            if inverse:
                _inverse(found, step, (head, key, argument), other, scope, line)
            elif position and side is step.lhs and not _has_meaning(key, scope):
                if _defined(head, argument, other, scope, line):
                    found[id(step)] = None
    return found


def _parts(node: s.Node | None) -> tuple[s.Node, bool, s.Name] | None:
    """The function, whether it is inverted, and the one name that it is applied to."""
    if not isinstance(node, s.ApplyOrProduct) or node.group.open != "(" or not isinstance(node.group.body, s.Name):
        return None
    head, inverse = node.head, False
    if isinstance(head, s.Superscript) and is_minus_one(head.exponent):
        head, inverse = head.base, True
    known = isinstance(head, s.Name) or (isinstance(head, s.Subscript) and isinstance(head.base, s.Name))
    return (head, inverse, node.group.body) if known and symbol_key(head) is not None else None


def _has_meaning(key: str, scope: Scope) -> bool:
    return scope.known(key) and not (key in scope.functions and key in scope.inferred)


def _defined(head: s.Node, argument: s.Name, value: Side, scope: Scope, line: int) -> bool:
    assert value.node is not None
    group = s.Group(argument.start, argument.end, "(", ")", argument)
    left = s.ApplyOrProduct(head.start, argument.end, head, group)
    try:
        define(left, value.node, scope, " " * value.start + value.latex, line)
    except (ReadError, RecursionError):
        return False
    return True


def _inverse(found: Given, step: Step, parts: tuple[s.Node, str, s.Name], value: Side, scope: Scope, line: int) -> None:
    head, key, argument = parts
    name = s.Name(argument.start, argument.start, f"{key}^{{-1}}")
    if name.key in scope.function_definitions or not _defined(name, argument, value, scope, line):
        return
    function = scope.function_definitions.get(key)
    found[id(step)] = None
    if function is not None and len(function.parameters) == 1:
        place = s.Name(argument.start, argument.end, function.parameters[0].name)
        inner = s.ApplyOrProduct(place.start, place.end, head, s.Group(place.start, place.end, "(", ")", place))
        outer = s.ApplyOrProduct(place.start, place.end, name, s.Group(place.start, place.end, "(", ")", inner))
        found[id(step)] = (outer, place)


def settle(block: Block, step: Step, chain: Chain, sides: tuple[s.Node, s.Node] | None) -> None:
    """A step that says what a function is, or what the inverse of a known one is: g^{-1}(g(x)) = x is judged."""
    plain = ElaboratedStep("=", None, None)
    if sides is None:
        block.add(Statement(step, plain), Outcome("definition"))
        return
    put = replace(step, lhs=replace(step.lhs, node=sides[0]), rhs=replace(step.rhs, node=sides[1]))
    e = elaborate_step(put, block.scope, block.line(step), chain.conditions)
    if e.error is not None:
        block.add(Statement(step, plain), Outcome("definition"))
        return
    outcome = block.decide(Statement(step, e), block.scope, [], "", ())
    if outcome.verdict == "refuted":
        reason = f"it does not give back the argument of the function: {outcome.witness}"
        outcome = Outcome("undecided", reason=reason, seconds=outcome.seconds)
    if outcome.verdict != "proved":  # nothing below rests on an inverse that is not one
        for name in [k for k in block.scope.function_definitions if k.endswith("^{-1}")]:
            block.scope.forget(name)
    block.add(Statement(step, e), outcome)


_INVERSE = re.compile(r"\binverse\s+(?:functions?|transformations?|relations?|mappings?|maps?)\b[^.;]*$", re.IGNORECASE)


def turn(block: Block, chain: Chain, first: int) -> None:
    """After `the inverse functions X and Y in terms of F and W are` X is a function of F and W, no longer F one of X.

    Only what was proved is turned around, so that it says the same; then dX/dF has a meaning.
    """
    step, scope = chain.steps[0], block.scope
    left, right = step.lhs.node, step.rhs.node
    mine = [j for j in block.rows if j.number >= first]
    if not _INVERSE.search(block.words) or len(mine) != 1 or mine[0].outcome.verdict != "proved":
        return
    symbol = scope.symbols.get(left.key) if isinstance(left, s.Name) else None
    value = mine[0].statement.elaborated.rhs
    if symbol is None or symbol in scope.definitions or symbol.shape or right is None or not isinstance(value, Term):
        return
    names = [x for x in free_symbols(value) if x in scope.definitions]
    ours = [x for x in names if symbol in free_symbols(unfold(term(x), scope.definitions))]
    if ours and symbol not in free_symbols(value):
        for x in ours:
            del scope.definitions[x]
        scope.definitions[symbol] = value
