"""Do two terms have one value at a point? By the independent evaluator, exactly or by balls."""

from __future__ import annotations

from typing import Any

from flint import arb, fmpq

from derive.evaluate import Assignment, Undefined, evaluate
from derive.evaluate.numbers import number


def value(t: Any, point: Assignment, precision: int = 90) -> Any:
    """The value as fmpq or arb, None where there is none."""
    try:
        result = evaluate(t, point, precision)
    except (Undefined, OverflowError, ZeroDivisionError):
        return None
    return number(result.value) if not isinstance(result.value, arb) else result.value


def differ(a: Any, b: Any) -> bool:
    """Certainly different numbers."""
    if isinstance(a, fmpq) and isinstance(b, fmpq):
        return bool(a != b)
    return not (arb(a) if isinstance(a, fmpq) else a).overlaps(arb(b) if isinstance(b, fmpq) else b)


def condition_holds(c: Any, point: Assignment) -> bool:
    """Whether a condition holds at a point for all values of its schematic indices (one under a guard is passed)."""
    if c.guarded:
        return True
    for choice in _choices(c.schematic, point):
        v = value(
            c.subject, Assignment(point.sizes, {**point.indices, **choice}, point.symbols, point.functions, point.law)
        )
        if v is None:
            return False
        ball = arb(v) if isinstance(v, fmpq) else v
        if c.kind == "positive" and not ball > 0:
            return False
        if c.kind == "nonnegative" and not ball >= 0:
            return False
        if c.kind == "nonzero" and ball.contains(0):
            return False
    return True


def _choices(schematic: Any, point: Assignment) -> list[dict[Any, int]]:
    """All values of the schematic indices, ranges that depend on earlier ones included."""
    found: list[dict[Any, int]] = [{}]
    todo = list(schematic)
    while todo:
        i = next((i for i in todo if not any(o in todo for o in (*i.lo.indices, *i.hi.indices) if o is not i)), todo[0])
        todo.remove(i)
        new = []
        for c in found:
            known = {**point.sizes, **point.indices, **c}
            try:
                lo, hi = (a.constant + sum(k * known[x] for x, k in a.terms) for a in (i.lo, i.hi))
            except KeyError:
                return []
            new += [{**c, i: k} for k in range(lo, hi + 1)]
        found = new
    return found
