"""What a row means beside its relation: another meaning of a name, a hypothesis, a condition on one entry.  Imports parse, terms."""

from __future__ import annotations

import re
from collections.abc import Iterable

from derive.parse import syntax as s
from derive.parse.definitions import is_number_beside, new_left_side
from derive.parse.elaborate_calls import arguments
from derive.parse.iterates import is_bold
from derive.parse.names import is_index, split_scripts, stands_with_an_index, symbol_key
from derive.parse.rows import Chain, Step
from derive.parse.scope import Scope
from derive.parse.steps import ElaboratedStep
from derive.terms import Relation, Symbol, free_indices, free_symbols, term, unfold
from derive.verify.fresh import names_of
from derive.verify.session import Session


def gives_anew(step: Step, scope: Scope, used_here: set[str]) -> bool:
    """Whether a name with a meaning gets another one: a table of entries, or a formula of things its own does not mention."""
    left, right = step.lhs.node, step.rhs.node
    if step.introduced_by or step.relation not in ("=", ":=", "\\equiv") or left is None or right is None:
        return False
    base = left
    while isinstance(base, s.Subscript):
        base = base.base
    key = symbol_key(left) if symbol_key(left) in scope.symbols else symbol_key(base)
    symbol = scope.symbols.get(key or "")
    if symbol is None or isinstance(left, s.ApplyOrProduct) or _mentions(right, symbol.name, scope):
        return False
    if isinstance(s.strip_group(right), s.Matrix):
        return True
    value = scope.definitions.get(symbol)
    if value is None:
        return False
    known, todo = set(), [value]
    while todo:
        for x in free_symbols(todo.pop()):
            if x not in known:
                known.add(x)
                todo.extend([scope.definitions[x]] if x in scope.definitions else [])
    if not known and all(k in scope.sizes for k in s.free_names(right)):
        return True
    names = {x.name for x in known}
    new = [k for k in s.free_names(right) if k not in names and (k in scope.symbols or k in scope.functions)]
    return bool(new) and symbol.name not in used_here


def _mentions(node: s.Node, key: str, scope: Scope) -> bool:
    """Whether a name stands in a node; `\\beta_0` does not mention `\\beta` where it is a symbol of its own."""
    found = symbol_key(node)
    if found == key:
        return True
    if found is not None and found in scope.symbols:
        return False
    return any(_mentions(child, key, scope) for child in s.children(node))


def is_constant(node: s.Node) -> bool:
    """Whether a side is a number, or an array of zeros or ones: such a row is a condition on a declared name, no definition."""
    node = s.strip_group(node)
    base, _ = split_scripts(node)
    return isinstance(base, s.Number) or (isinstance(base, s.Name) and base.text in ("0", "1") and bool(base.font))


def hypothesis_named(chain: Chain) -> str:
    """`H_0` of a display `H_0: \\beta_1 = 0`, which states what a test supposes; empty elsewhere."""
    for condition in chain.conditions:
        node = condition.node
        if isinstance(node, s.Relations) and node.rest[0][0] == ":":
            base, items = split_scripts(node.first)
            if isinstance(base, s.Name) and base.text == "H" and items:
                return symbol_key(node.first) or "the hypothesis"
    return ""


def speaks_of_one_entry(premises: Iterable[Relation], e: ElaboratedStep) -> bool:
    """Whether an implication has an index that its other side lacks: it may be meant for every value of the index."""
    before = {i for r in premises for i in free_indices(r.lhs) | free_indices(r.rhs)}
    return bool(before ^ e.indices)


def given_by_earlier_entries(step: Step, scope: Scope) -> str:
    """The symbol that `a_t = b_t + c a_{t-1}` gives by its earlier entries."""
    left, right = step.lhs.node, step.rhs.node
    base = left
    while isinstance(base, s.Subscript | s.Superscript):
        base = base.base
    if base is left or not isinstance(base, s.Name) or left is None or right is None:
        return ""
    if step.relation not in ("=", ":=", "\\equiv") or step.introduced_by:
        return ""
    key = base.key
    symbol = scope.symbols.get(key)
    if symbol is not None and (symbol in scope.definitions or symbol.kind == "random"):
        return ""
    if key in scope.function_definitions or key in scope.functions or symbol_key(left) == symbol_key(right):
        return ""
    if (
        symbol is not None
        and key not in scope.inferred
        and isinstance(left, s.Superscript)
        and _stands_bare(right, key)
    ):
        return ""  # A^k = A: a power, since A itself is there
    if key in scope.sequences or is_number_beside(base, right, scope):
        return ""
    letters = {n.key for n in s.walk(left) if isinstance(n, s.Name) and n is not base and is_index(n)}
    named = letters <= set(scope.sizes) and not stands_with_an_index(right, key, letters)  # \\mu_n = \\mu_0 + a_n
    return key if letters and not named and key in s.free_names(right) else ""


def _stands_bare(node: s.Node, key: str) -> bool:
    """Whether a name stands in a node without a script."""
    if isinstance(node, s.Subscript | s.Superscript):
        return any(_stands_bare(c, key) for c in s.children(node) if c is not node.base)
    return (isinstance(node, s.Name) and node.key == key) or any(_stands_bare(c, key) for c in s.children(node))


def names_a_declared_symbol(step: Step, scope: Scope, claims_above: bool) -> bool:
    """`x = f(y)` for a declared symbol about which nothing is known yet: such a row can only give it its value."""
    left, right = step.lhs.node, step.rhs.node
    assert left is not None and right is not None
    key = new_left_side(left, scope, strict=False)
    if key is None or isinstance(left, s.ApplyOrProduct) or symbol_key(right) is not None or is_constant(right):
        return False
    symbol = scope.symbols.get(key)
    if symbol is None or symbol in scope.definitions or symbol.kind == "random" or symbol.properties:
        return False
    if claims_above or key in s.free_names(right):
        return False
    known = (side for h in scope.hypotheses for side in (h.relation.lhs, h.relation.rhs))
    return not any(symbol in free_symbols(side) for side in known)


_VARIABLES = re.compile(
    r"\b(?:define|introduce|consider)\s+(?:the|a|an|two|new)\s+(?:new\s+)?(?:random\s+)?(?:variables?|quantit(?:y|ies)|vectors?)\b[^.;:]*$",
    re.IGNORECASE,
)


def defines_variables(step: Step, scope: Scope, words: str) -> bool:
    """Whether the words `Define the random variables § and § as functions of § and §` are about the left side.

    A name may have a law already; the formula then says of what it is a function.
    """
    left, right = step.lhs.node, step.rhs.node
    if not isinstance(left, s.Name) or right is None or step.introduced_by or not _VARIABLES.search(words):
        return False
    symbol = scope.symbols.get(left.key)
    behind = {x for k in s.free_names(right) if k in scope.symbols for x in _behind(scope.symbols[k], scope)}
    return symbol is not None and symbol not in scope.definitions and symbol not in behind


def _behind(symbol: Symbol, scope: Scope) -> set[Symbol]:
    """A symbol and the symbols of what it is defined to be."""
    return {symbol} | free_symbols(unfold(term(symbol), scope.definitions)) if not symbol.shape else {symbol}


_EQUAL = ("=", ":=", "\\equiv")
_ANEW = re.compile(
    r"\b(?:we\s+use|used|arrive\s+at|(?:re)?defin\w+|choose|instead|replac\w+|modif\w+|drop|rescal\w+)\b", re.IGNORECASE
)


def function_anew(step: Step, scope: Scope, words: str) -> bool:
    """Whether the words before a display say that a function is replaced: `we arrive at the scoring function`."""
    left, right = step.lhs.node, step.rhs.node
    if not isinstance(left, s.ApplyOrProduct) or right is None or step.introduced_by or not _ANEW.search(words):
        return False
    key = symbol_key(left.head)
    return (
        step.relation in ("=", ":=", "\\equiv") and key in scope.function_definitions and key not in s.free_names(right)
    )


def not_understood(session: Session, scope: Scope, key: str | None) -> None:
    """A symbol with a meaning that was not understood: nothing may be refuted with it."""
    if key is None:
        return
    session.unclear.add(key)
    if not scope.known(key):
        scope.symbols[key] = Symbol(key, (), kind="dependent")
        return
    old = scope.symbols.get(key)
    if old is not None and old.kind == "variable":
        scope.replace_symbol(old, Symbol(old.name, old.shape, old.domain, old.properties, "dependent", old.first))


def another_signature(step: Step, scope: Scope, seen: dict[str, set[tuple[int, ...]]]) -> str:
    """The function that a row gives anew for other arguments than it has: `f(x, y) = ...` after f(x), numbers after vectors.

    `seen` has the arguments for which functions were given so far, and is extended: what was given once is given.
    """
    left, right = step.lhs.node, step.rhs.node
    if not isinstance(left, s.ApplyOrProduct) or right is None or step.introduced_by or step.relation not in _EQUAL:
        return ""
    key = symbol_key(left.head) or ""
    definition, function = scope.function_definitions.get(key), scope.functions.get(key)
    if (definition is None and function is None) or isinstance(left.group.body, s.Conditional):
        return ""
    parts = arguments(left.group)
    names = [symbol_key(p) for p in parts]
    if None in names or len(set(names)) != len(names) or key in s.free_names(right):
        return ""
    known = (
        tuple(len(p.shape) for p in definition.parameters)
        if definition is not None
        else tuple(len(a) for a in function.arguments)  # type: ignore[union-attr]
    )
    here = tuple(_rank(p, scope) for p in parts)
    if here == known or here in seen.get(key, ()):
        return ""
    seen.setdefault(key, set()).update((known, here))
    return key


def of_several_kinds(session: Session, step: Step) -> str:
    """Why an error of shapes in a step says nothing: a function of it was given for several kinds of arguments."""
    several = sorted(set(session.several) & names_of(step))
    return f"{several[0]} is a function of several kinds of arguments here; declare them" if several else ""


def _rank(node: s.Node, scope: Scope) -> int:
    """The number of indices that a name has by its declaration, or by how it is written."""
    key = symbol_key(node) or ""
    if key in scope.symbols:
        return len(scope.symbols[key].shape)
    base, _ = split_scripts(node)
    if not is_bold(base):
        return 0
    assert isinstance(base, s.Name)
    return 2 if base.text[:1].isupper() else 1
