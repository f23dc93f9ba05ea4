"""What holds for all points, at the points of a goal: the laws of a context, and the tangents of a convex function.

Imports terms and what is assumed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Any

from derive.decide.context import Context
from derive.terms import (
    Add,
    Apply,
    Arr,
    FunctionSymbol,
    Hypothesis,
    Mul,
    Relation,
    Sum,
    Symbol,
    Term,
    alpha_key,
    children,
    free_indices,
    fresh_index,
    substitute,
)

MOST = 12  # points of one function


def instances(goal: Relation, context: Context, given: Sequence[Hypothesis] = ()) -> list[Hypothesis]:
    """Inequalities that hold for all points, at the points at which the (unfolded) goal has their function."""
    found: list[Hypothesis] = []
    points: dict[FunctionSymbol, dict[Any, Any]] = {}
    sides = [goal.lhs, goal.rhs, *(side for h in given for side in (h.relation.lhs, h.relation.rhs))]
    for side in sides:
        for applied in _applications(side):
            if len(applied.arguments) == 1 and not free_indices(applied.arguments[0]):
                at = applied.arguments[0]
                points.setdefault(applied.function, {}).setdefault(alpha_key(at), at)
    for function, table in points.items():
        places = list(table.values())[:MOST]
        above = [law for law in context.laws if isinstance(law.relation.rhs, Apply) and len(law.variables) == 2]
        if "convex" in function.properties and not any(law.relation.rhs.function is function for law in above):  # type: ignore[union-attr]
            found += [_tangent(function, x, y) for x, y in permutations(places, 2)]
        for law in context.laws:
            if law.relation.op in ("<=", "<") and _is_about(law.relation, function, law.variables):
                for chosen in permutations(places, len(law.variables)):
                    r = context.relation(_at(law.relation, law.variables, chosen))
                    found.append(Hypothesis(r, (), "what holds for all points, at these"))
    return found


def _applications(value: Any) -> Iterator[Apply]:
    if isinstance(value, Apply):
        yield value
    for child in children(value):
        yield from _applications(child)


def _is_about(r: Relation, function: FunctionSymbol, variables: tuple[Symbol, ...]) -> bool:
    shapes = {v.shape for v in variables}
    return shapes == {function.arguments[0]} and any(
        a.function is function for side in (r.lhs, r.rhs) for a in _applications(side)
    )


def _at(r: Relation, variables: tuple[Symbol, ...], places: tuple[Any, ...]) -> Relation:
    table = dict(zip(variables, places, strict=True))
    return Relation(r.op, substitute(r.lhs, {}, table), substitute(r.rhs, {}, table))


def _tangent(function: FunctionSymbol, x: Any, y: Any) -> Hypothesis:
    """``f(x) + <grad f(x), y - x> <= f(y)`` for a convex f, where it is differentiable."""
    slope = slope_along(function, x, y)
    left = Add(Apply(function, (x,), (), ()), slope)
    return Hypothesis(Relation("<=", left, Apply(function, (y,), (), ())), (), f"{function.name} is convex")


def slope_along(function: FunctionSymbol, x: Any, y: Any) -> Term:
    """``<grad f(x), y - x>``."""
    shape = function.arguments[0]
    indices = tuple(fresh_index(None, 1, size) for size in shape)
    gap = Add(_entry(y, indices), Mul(-1, _entry(x, indices)))
    body: Term = Mul(Apply(function, (x,), (), ((0, indices),)), gap)
    for i in indices:
        body = Sum(i, body)
    return body


def _entry(value: Any, indices: tuple[Any, ...]) -> Term:
    if not isinstance(value, Arr):
        return value  # type: ignore[no-any-return]
    axes, body = value.open()
    return substitute(body, {a[0]: i for a, i in zip(axes, indices, strict=True)})  # type: ignore[no-any-return]


__all__ = ["instances"]
