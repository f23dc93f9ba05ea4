"""Conditions written beside a chain (`x > 0`, `if n > 1`), which hold for its steps only.  Imports parse.

>>> from derive.parse.declarations import assume
>>> from derive.parse.rows import read_display
>>> scope = assume(r"x \\in \\mathbb{R}")
>>> chain = read_display(r"\\sqrt{x^2} = x \\quad \\text{if } x > 0")[0]
>>> conditioned(scope, chain.conditions).symbols["x"].domain.positive, scope.symbols["x"].domain.positive
(True, False)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.parse import syntax as s
from derive.parse.errors import ReadError
from derive.parse.hypotheses import assume_relation, domain_of
from derive.parse.membership import about_indices, is_range, items
from derive.parse.names import symbol_key
from derive.parse.rows import Condition
from derive.parse.scope import Scope
from derive.terms import Symbol

_ORDERS = ("=", "<", ">", "\\le", "\\ge", "\\ne")
_WORDS = ("", "if", "for", "when", "where", "with", "whenever", "provided", "assuming", "given",
          "s.t.", "such", "subject", "since", "because", "as")  # fmt: skip


def conditioned(scope: Scope, conditions: Sequence[Condition], line: int = 0) -> Scope:
    """The scope in which a chain is judged: `scope` itself when nothing is asked of its symbols."""
    relevant = []
    for condition in conditions:
        if condition.node is None or condition.word.lower().split(" ")[0].strip("(.,:;)") not in _WORDS:
            continue
        for item in items(condition.node):
            if isinstance(item, s.Relations) and not is_range(item) and all(op in _ORDERS for op, _ in item.rest):
                relevant.append((condition, item))
    if not relevant:
        return scope
    narrowed = scope.copy()
    for condition, item in relevant:
        text = " " * condition.start + condition.latex
        try:
            if not about_indices(item, narrowed) and not domain_of(item, narrowed, text):
                assume_relation(item, narrowed, text, line)
            elif _is_empty(item, narrowed):  # the other case than the one declared: it alone holds here
                _free(item, narrowed)
                domain_of(item, narrowed, text)
        except ReadError:
            continue
    return narrowed


def _symbols(item: s.Relations, scope: Scope) -> list[Symbol]:
    keys = [symbol_key(x) for x in (item.first, *(side for _, side in item.rest))]
    return [scope.symbols[k] for k in keys if k is not None and k in scope.symbols]


def _is_empty(item: s.Relations, scope: Scope) -> bool:
    for symbol in _symbols(item, scope):
        low, high = symbol.domain.lower, symbol.domain.upper
        if (
            low is not None
            and high is not None
            and (low > high or (low == high and (symbol.domain.lower_open or symbol.domain.upper_open)))
        ):
            return True
    return False


def _free(item: s.Relations, scope: Scope) -> None:
    for symbol in _symbols(item, scope):
        free = replace(symbol.domain, lower=None, upper=None, lower_open=False, upper_open=False)
        scope.replace_symbol(
            symbol, Symbol(symbol.name, symbol.shape, free, symbol.properties, symbol.kind, symbol.first)
        )
