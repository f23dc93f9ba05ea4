r"""What a display states without claiming it: a definition, the condition that defines a property, a constraint, an iterate.

The words before it say so, or its own sign does; only what is neither proved nor refuted is called so.  Imports parse, terms.

>>> defines_a_property("A function § is called § -Lipschitz if for all §")
True
>>> defines_a_property("The minimum is attained if § , and then we have")
False
>>> announces("The Lagrangian is defined as"), announces("We defined § above, so that")
(True, False)
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.parse import syntax as s
from derive.parse.definitions import define, new_left_side
from derive.parse.errors import ReadError
from derive.parse.iterates import is_bold
from derive.parse.names import split_scripts, symbol_key
from derive.parse.rows import CONSTRAINT, Chain, Step
from derive.parse.steps import ElaboratedStep, elaborate_step
from derive.terms import Entry, Hypothesis, Relation, Term, free_symbols, term, unfold
from derive.terms.symbols import Domain
from derive.verify.judging import Outcome, Statement

if TYPE_CHECKING:
    from derive.verify.blocks import Block

DEFINITION = "definition"
_MADE = ("=", ":=", "\\equiv", "=:")
_TAIL = r"[\s:,]*$"
_NAMED = re.compile(
    r"\b(?:called|said\s+to\s+be|termed|known\s+as|we\s+(?:call|say)|defin(?:e|es|ed|ition)|referred\s+to\s+as)\b", re.I
)
_GENERIC = re.compile(
    r"(?:^|[.:}]\s*|\b(?:that|let)\s+)(?:an?|two|any)\s+[^.;]*?\b(?:is|are|has|have|satisf\w+)\b(?!\s+(?:if|when)\b)",
    re.I,
)
_IF = re.compile(
    r"\b(?:if(?:f|\s+and\s+only\s+if)?|when|whenever|such\s+that|satisf(?:y|ies|ying)|there\s+exists?)\b", re.I
)
_ONLY_IF = re.compile(r"\bif\s+and\s+only\s+if\b|\biff\b|\bequivalent\b", re.I)
_CONCLUDES = re.compile(
    r"\b(?:then|thus|hence|therefore|we\s+(?:have|get|find|obtain|can|know)|it\s+(?:follows|holds\s+that)|implies|yields|gives|"
    r"follows|show\w*|prove\w*|equal\w*\s+to)\b",
    re.I,
)
_ANNOUNCES = re.compile(
    r"\b(?:(?:is|are|be)\s+(?:then\s+|usually\s+|often\s+|formally\s+|commonly\s+|simply\s+)?defined\s+(?:as|by|to\s+be|via|through)"
    r"(?:\s+follows)?|defined\s+(?:as|by)(?:\s+follows)?|(?:we|let\s+us|us)\s+(?:can\s+|now\s+|then\s+|first\s+)?(?:define|denote|introduce|write)"
    r"(?:\s+[^.;,:]{0,60})?|(?:denote|define)\s+by\s+§|by\s+definition|definition\s+of\s+[^.;,:]{1,60}?(?:\s+is)?|"
    r"(?:updat\w+|iterat\w+|initiali[sz]\w+|parametri[sz]\w+|parameteri[sz]\w+|model\w*)\s+(?:by|as|with|via|according\s+to)(?:\s+follows)?|"
    r"(?:update|iteration|updating)\s+(?:rule|step|scheme|equation)s?(?:\s+(?:is|are|reads?|becomes?|by|as|of))?)"
    + _TAIL,
    re.I,
)


def defines_a_property(words: str, environment: str = "") -> bool:
    """Whether a sentence defines a property by the condition that is displayed after it.

    `X is called convex if` does; in a definition, and of `A function is`, a plain `if` is enough.  A theorem's `if and only
    if` says what is to be shown, and words such as `then we have` lead to a consequence.
    """
    found = list(_IF.finditer(words))
    last = found[-1] if found else None
    if last is None or _CONCLUDES.search(words[last.end() :]):
        return False
    if _NAMED.search(words[: last.start()]):
        return True
    if _ONLY_IF.search(words) and environment != DEFINITION:
        return False
    return environment == DEFINITION or bool(_GENERIC.search(words[: last.start()]))


def announces(words: str) -> bool:
    """Whether the words just before a display say that it is a definition."""
    return bool(_ANNOUNCES.search(words))


def is_quantity(node: s.Node | None) -> bool:
    """Whether a side is one quantity, a name or a function of something: an expression such as `x - y` is not defined."""
    while isinstance(node, s.Subscript | s.Superscript | s.Prime):
        node = node.base
    return isinstance(node, s.Name | s.ApplyOrProduct | s.Call | s.Norm | s.Accent)


def is_constraint(step: Step) -> bool:
    """Whether a step stands below `subject to` in its display."""
    return step.note == CONSTRAINT


def is_next_iterate(step: Step) -> bool:
    r"""Whether a row gives the next iterate of a sequence from other things: `\mathbf{x}_{t+1} = \mathbf{y}_t - g_t`."""
    left, right = step.lhs.node, step.rhs.node
    if left is None or right is None or step.relation not in _MADE or step.introduced_by:
        return False
    base, items = split_scripts(left)
    if not isinstance(base, s.Name) or len(items) != 1:
        return False
    return _is_next(items[0])


def _is_next(item: s.Node) -> bool:
    """t + 1, or t + 1/2: a letter and a positive number."""
    item = s.strip_group(item)
    if not isinstance(item, s.Add) or len(item.terms) != 2:
        return False
    letter, number = item.terms
    return (
        isinstance(letter, s.Name)
        and isinstance(number, s.Number | s.Fraction)
        and all(sign in ("", "+") for sign in item.signs)
    )


PROPERTY = "the sentence defines a property by this condition"


def stated(step: Step, words: str, environment: str, position: int, verdict: str, new: bool) -> tuple[str, str] | None:
    """The verdict and the reason of a step that states something; None when it claims.

    `verdict` is what deciding found, `new` whether nothing before in the document gave the left side its meaning.
    """
    if verdict not in ("undecided", "unread", "refuted", "assumption"):
        return None
    if is_constraint(step):
        return "assumption", "a constraint of the optimisation problem"
    if position == 0 and defines_a_property(words, environment):
        return "definition", PROPERTY
    if verdict in ("refuted", "assumption"):
        return None
    if step.relation in (":=", "=:"):
        return "definition", "its sign says that it is a definition"
    if position == 0 and step.relation in _MADE and announces(words) and is_quantity(step.lhs.node):
        return "definition", "the sentence says that it is a definition"
    if position == 0 and new and is_next_iterate(step):
        return "definition", "it gives the next iterate; such a definition is not unfolded"
    return None


# -- in a block


def iterate(block: Block, step: Step, chain: Chain) -> bool:
    """Whether a bold next iterate `x_{t+1} = ...` is understood: a name of its own, given to the end of its section."""
    base, _ = split_scripts(step.lhs.node) if step.lhs.node is not None else (None, ())
    if base is None or not is_bold(base):
        return False
    e = elaborate_step(step, block.scope, block.line(step), chain.conditions)
    if e.error is not None or e.lhs is None or e.rhs is None:
        return False
    _give(block, e, step)
    block.add(Statement(step, e), Outcome("definition", reason="it gives the next iterate, to the end of this section"))
    return True


def _give(block: Block, e: ElaboratedStep, step: Step) -> None:
    """What a row gives to the next iterate; a later row about the same name replaces it."""
    assert e.rhs is not None and step.lhs.node is not None
    symbol = block.scope.symbols.get(symbol_key(step.lhs.node) or "")
    if symbol is not None:
        block.scope.definitions.pop(symbol, None)
        if symbol not in free_symbols(unfold(e.rhs, block.scope.definitions)):
            block.scope.definitions[symbol] = e.rhs
            block.session.iterates.append(symbol.name)
    block.session.given.add((block.session.section, step.lhs.latex))


def settle(block: Block, position: int) -> None:
    """The last result, when its display states something and nothing was shown of it."""
    judged = block.rows[-1]
    step, old = judged.statement.step, judged.outcome
    known = block.scope.symbols.get(symbol_key(step.lhs.node) or "") if step.lhs.node is not None else None
    new = (block.session.section, step.lhs.latex) not in block.session.given and known not in block.scope.definitions
    before = block.rows[-2].outcome if len(block.rows) > 1 else None
    if position > 0 and before is not None and before.reason == PROPERTY:
        position = 0  # a chain of relations is one condition
    found = stated(step, block.words, block.session.environment, position, old.verdict, new)
    if found is not None:
        block.amend(judged, Outcome(found[0], reason=found[1], seconds=old.seconds))
        if found[0] == "definition" and step.relation in _MADE:
            block.session.given.add((block.session.section, step.lhs.latex))
        if step.relation in (":=", "=:") and found[0] == "definition":
            _set(block, judged.statement)
        if found[0] == "definition" and step.relation in _MADE:
            block.session.unclear |= _heads(step.lhs.node) - set(block.scope.function_definitions)


def _heads(node: s.Node | None) -> set[str]:
    """The functions that a side applies: what defines `2 m(w)` says something of m."""
    parts = s.walk(node) if node is not None else ()
    return {k for p in parts if isinstance(p, s.ApplyOrProduct) and (k := symbol_key(p.head)) is not None}


def _set(block: Block, statement: Statement) -> None:
    r"""What `:=` sets: a declared number `\gamma := 1/L` to the end of the section, or a new name `... =: q(\gamma)` for good."""
    step, e = statement.step, statement.elaborated
    left, right = step.lhs.node, step.rhs.node
    assert left is not None and right is not None
    symbol = block.scope.symbols.get(symbol_key(left) or "")
    if symbol is not None and not symbol.shape and isinstance(e.lhs, Entry) and e.rhs is not None:
        if symbol.kind == "variable" and symbol.domain in (Domain(), Domain(lower=Fraction(0), lower_open=True)):
            _give(block, e, step)
            if symbol in block.scope.definitions and symbol.domain.lower is not None and isinstance(e.rhs, Term):
                positive = Hypothesis(Relation("<", term(0), e.rhs), (), step.rhs.latex)
                block.scope.hypotheses.append(positive)
                block.session.assumed.append(positive)
    elif new_left_side(left, block.scope) is None and new_left_side(right, block.scope) is not None:
        try:
            define(right, left, block.scope, block.formula.text, block.line(step))
        except ReadError:
            return
