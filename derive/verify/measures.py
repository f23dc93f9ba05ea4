r"""What probabilities of events are known to satisfy: they grow with the event, and those of two events overlap in what goes over 1.

Part of judging inequalities between joint probabilities.  Imports parse.scope and terms.

>>> from derive.parse.scope import Scope
>>> from derive.terms import Domain, Symbol, term
>>> scope = Scope()
>>> for key in ("p(A)", "p(A, B)", "p(B)"):
...     scope.symbols[key] = Symbol(key, (), PROBABILITY)
>>> [h.source for h in facts(scope, [term(x) for x in scope.symbols.values()])]
['p(A, B) \\le p(A)', 'p(A, B) \\le p(B)', 'p(A) + p(B) - p(A, B) \\le 1']
"""

from __future__ import annotations

from collections.abc import Iterable

from derive.parse.events import PROBABILITY
from derive.parse.scope import Scope
from derive.terms import Hypothesis, Mul, Relation, Symbol, Value, free_symbols, term

_MOST = 12


def facts(scope: Scope, sides: Iterable[Value]) -> list[Hypothesis]:
    """Inclusion and the sum of two, for the joint probabilities that stand in these sides."""
    known: dict[tuple[str, frozenset[str]], Symbol] = {}
    for symbol in sorted({x for side in sides for x in free_symbols(side)}, key=lambda x: (len(x.name), x.name)):
        if symbol.domain == PROBABILITY and not symbol.shape and symbol not in scope.definitions and "(" in symbol.name:
            head, inside = symbol.name.rstrip("\\,").split("(", 1)
            known[head, frozenset(inside[:-1].split(", "))] = symbol
    found: list[Hypothesis] = []
    for (head, small), a in known.items():
        for (other, large), b in known.items():
            if head == other and small < large:
                found.append(Hypothesis(Relation("<=", term(b), term(a)), (), f"{b.name} \\le {a.name}"))
    for (head, one), a in known.items():
        for (other, two), b in known.items():
            both = known.get((head, one | two))
            if head == other and a.name < b.name and both is not None and both not in (a, b):
                total = term(a) + term(b) + Mul(-1, term(both))
                found.append(
                    Hypothesis(Relation("<=", total, term(1)), (), f"{a.name} + {b.name} - {both.name} \\le 1")
                )
    return found[:_MOST]
