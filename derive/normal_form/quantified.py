"""Side conditions for what holds for all values of a symbol: hypotheses at given values, and orders under integrals and limits.

They make no theorem; the kernel's `every` and `monotone` ask them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from derive.normal_form.decide import prepare
from derive.normal_form.definedness import Condition
from derive.normal_form.order import ordered
from derive.normal_form.poly import constant
from derive.normal_form.side_conditions import KernelError, check_domain, check_scope
from derive.terms import (
    REAL,
    ZERO,
    Arr,
    Constant,
    Entry,
    Independent,
    Integral,
    Limit,
    Mul,
    Num,
    Relation,
    Symbol,
    Universal,
    alpha_equal,
    free_symbols,
    substitute,
)
from derive.terms.symbols import Domain


def at_values(h: Universal, values: Mapping[Symbol, Any]) -> Relation:
    """The relation at values of the variables of the hypothesis; a variable without a value stays as it is."""
    if not isinstance(h, Universal):
        raise KernelError("expected a hypothesis about all values of its variables")
    unknown = [s.name for s in values if s not in h.variables]
    if unknown:
        raise KernelError(f"the hypothesis is not about all values of {', '.join(unknown)}")
    check_scope(h.relation, (), (), {}, values)
    for symbol, new in values.items():
        check_domain(symbol, new)
    return Relation(h.relation.op, *(substitute(side, {}, dict(values)) for side in h.values))


def under(r: Relation, body: Any, hole: Symbol, hypotheses: Sequence[Any]) -> tuple[Any, ...]:
    """``body`` with both sides of ``a <= b`` in its hole, its variable bound: an integral in increasing order, or a limit."""
    if r.op != "<=" or isinstance(r.lhs, Arr) or isinstance(r.rhs, Arr):
        raise KernelError("expected a <= b for two numbers")
    if not isinstance(body, Integral | Limit) or body.body is not Entry(hole, ()):
        raise KernelError("expected an integral or a limit of the hole")
    v, plain = body.symbol, Symbol(body.symbol.name)
    if v.shape or v.properties or v.kind != "variable" or v.domain.integer or v.domain.values is not None:
        raise KernelError(f"{v.name} does not take all values of an interval")
    for h in hypotheses:
        if v in (h.free if isinstance(h, Universal) else _mentioned(h)):
            raise KernelError(f"a hypothesis mentions {v.name}: the order is not known for all its values")
    ends = (body.lower, body.upper) if isinstance(body, Integral) else (body.point,)
    if any(v in free_symbols(end) for end in ends):
        raise KernelError(f"{v.name} stands in its own range")
    if plain is not v and any(plain in free_symbols(side) for side in (r.lhs, r.rhs)):
        raise KernelError(f"two symbols are called {v.name}")
    known = _covers(v.domain, *ends) if isinstance(body, Integral) else _surrounds(v.domain, body.point, body.side)
    if not known:
        raise KernelError(f"{v.name} in {v.domain!r} is not known to take all values that {body!r} asks for")
    sides = (substitute(side, {}, {v: Entry(plain, ())}) for side in (r.lhs, r.rhs))
    if isinstance(body, Integral):
        return tuple(Integral(plain, body.lower, body.upper, side) for side in sides)
    return tuple(Limit(plain, body.point, side, body.side) for side in sides)


def without(conditions: Sequence[Condition], v: Symbol) -> list[Condition]:
    """The conditions that do not mention ``v``; the others must hold for all its values."""
    kept = []
    for c in conditions:
        if v not in free_symbols(c.subject) | (free_symbols(c.weight) if c.weight is not None else frozenset()):
            kept.append(c)
            continue
        op, sides = {
            "nonnegative": ("<=", (ZERO, c.subject)), "positive": ("<", (ZERO, c.subject)), "nonzero": ("!=", (c.subject, ZERO))
        }[c.kind]  # fmt: skip
        known = ordered(Relation(op, *sides)).proved
        if not known:
            raise KernelError(f"{c.subject!r} should be {c.kind} for all values of {v.name}, which is not known")
    return kept


def _mentioned(h: Any) -> set[Symbol]:
    return set(h.symbols) if isinstance(h, Independent) else {s for side in h.values for s in free_symbols(side)}


def _covers(d: Domain, lower: Any, upper: Any) -> bool:
    """Whether ``lower <= upper`` and all between them but single points lies in the domain."""
    unbounded = [_infinite(lower) == -1, _infinite(upper) == 1]
    if (unbounded[0] and d.lower is not None) or (unbounded[1] and d.upper is not None):
        return False
    finite = [end for end in (lower, upper) if not _infinite(end)]
    if len(finite) != 2 - sum(unbounded):
        return False
    setting = prepare(tuple(finite) or (Num(0),))
    ends, facts = [setting.read(end) for end in finite], setting.normalizer.facts
    if not any(unbounded) and not facts.nonnegative(ends[1] - ends[0]):
        return False
    return all(d.lower is None or facts.nonnegative(end - constant(d.lower)) for end in ends) and all(
        d.upper is None or facts.nonnegative(constant(d.upper) - end) for end in ends
    )


def _surrounds(d: Domain, point: Any, side: str) -> bool:
    """Whether all values near the point, on the side of the limit, lie in the domain."""
    if d in (REAL, Domain(nonzero=True)):
        return True
    if not isinstance(point, Num) or (d.nonzero and point.value != 0):
        return False
    above = side == "-" or ((d.lower is None or d.lower <= point.value) and (d.upper is None or d.upper > point.value))
    below = side == "+" or ((d.upper is None or d.upper >= point.value) and (d.lower is None or d.lower < point.value))
    return above and below


def _infinite(end: Any) -> int:
    """1 for oo, -1 for -oo, 0 for a number."""
    if isinstance(end, Constant) and end.name == "oo":
        return 1
    return -int(isinstance(end, Mul) and len(end.fields) == 2 and _infinite(end.fields[1]) == 1)


def both_ways(r: Relation, q: Relation) -> Relation:
    """``a = b`` from ``a <= b`` and ``b <= a``."""
    if (r.op, q.op) != ("<=", "<=") or not (alpha_equal(r.lhs, q.rhs) and alpha_equal(r.rhs, q.lhs)):
        raise KernelError("expected a <= b and b <= a")
    return Relation("=", r.lhs, r.rhs)
