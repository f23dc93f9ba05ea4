"""Claims about any function that meets a hypothesis about all values, seen at functions that do: how a changed claim is refuted.

An example is a term in the function's argument. It must meet the hypotheses by a proof, for which the kernel is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.catalogue import array
from derive.normal_form.derivative import evaluate
from derive.terms import (
    POSITIVE,
    Apply,
    Derivative,
    Relation,
    Symbol,
    rebuild,
    substitute,
    term,
)
from derive.terms.arrays import norm_squared

Body = Callable[[Any], Any]

_L, _x = term(Symbol("L", domain=POSITIVE)), term(Symbol("x"))

UP_OR_DOWN = [lambda v: _L / 2 * norm_squared(v), lambda v: -_L / 2 * norm_squared(v)]
VALLEYS = [lambda w: (w - _x) ** 2 / 4, lambda w: (w - _x) ** 4 + 1]
# by claim: functions f of the argument that meet what the claim assumes of f
EXAMPLES: dict[str, list[Body]] = {
    "descent_lemma": UP_OR_DOWN,
    "step_gain": UP_OR_DOWN,
    "step_bound": UP_OR_DOWN,
    "critical_points": VALLEYS,
    "curvature_at_a_minimum": VALLEYS,
    "slope_at_a_maximum": [lambda w: -((w - _x) ** 2)],
    "second_derivative_test": [lambda w: (w - _x) ** 2],
}


def with_function(relation: Relation, function: str, body: Body) -> Relation:
    """The relation with a function symbol replaced by the function, its derivatives by those of the function."""
    return Relation(relation.op, *(_put(evaluate(side), function, body) for side in (relation.lhs, relation.rhs)))


def _put(node: Any, function: str, body: Body) -> Any:
    if not (isinstance(node, Apply) and node.function.name == function):
        return rebuild(node, lambda child: _put(child, function, body))
    (argument,) = (_put(a, function, body) for a in node.arguments)
    shape = node.function.arguments[0]
    place = Symbol("argument", shape)
    value = term(body(array(place)))
    for _, entry in node.partials:
        value = evaluate(Derivative(value, place, entry))
    return substitute(value, {}, {place: argument})
