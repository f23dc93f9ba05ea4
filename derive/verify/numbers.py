"""Statements about numbers alone: decimals to their printed digits, and comparisons by ball arithmetic.

Imports evaluate, parse and terms.  Balls are enclosures, so what is said here is certain.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb, ctx

from derive.evaluate import Assignment, Undefined, evaluate
from derive.parse import syntax as s
from derive.parse.rows import Step
from derive.parse.steps import ElaboratedStep
from derive.terms import Relation, Size, Term, children, free_indices, free_symbols

_PRECISION = 128


def is_closed(*values: Any) -> bool:
    """No symbol, index or size is left free."""
    return all(not free_symbols(v) and not free_indices(v) and not _sizes(v) for v in values)


def _sizes(value: Any) -> bool:
    from derive.terms import Affine

    fields = getattr(value, "fields", ())
    for f in fields:
        items = f if isinstance(f, tuple) else (f,)
        for item in items:
            if isinstance(item, Affine) and any(isinstance(a, Size) for a, _ in item.terms):
                return True
    return any(_sizes(c) for c in children(value))


def printed_unit(node: s.Node | None) -> Fraction | None:
    """The value of the last printed digit of a number as written; None when it is no number.

    >>> from derive.parse.grammar import parse_expression
    >>> printed_unit(parse_expression("-3.14"))
    Fraction(1, 100)
    """
    if node is None:
        return None
    node = s.strip_group(node)
    if isinstance(node, s.Add) and len(node.terms) == 1:
        return printed_unit(node.terms[0])
    if isinstance(node, s.Number):
        _, _, decimals = node.text.partition(".")
        return Fraction(1, 10 ** len(decimals))
    if isinstance(node, s.Product) and len(node.factors) == 2 and isinstance(node.factors[1], s.Superscript):
        power = node.factors[1]
        unit = printed_unit(node.factors[0])
        if unit is not None and isinstance(power.base, s.Number) and power.base.text == "10":
            exponent = _integer(power.exponent)
            if exponent is not None and abs(exponent) < 400:
                return unit * Fraction(10) ** exponent
    return None


def _integer(node: s.Node) -> int | None:
    node = s.strip_group(node)
    if isinstance(node, s.Add) and len(node.terms) == 1:
        inner = _integer(node.terms[0])
        return None if inner is None else (-inner if node.signs[0] == "-" else inner)
    return int(node.text) if isinstance(node, s.Number) and node.text.isdigit() else None


def is_decimal_claim(step: Step) -> bool:
    """`0.6931 = \\log 2`: one side is a decimal, the other is not a decimal or integer."""
    sides = (step.lhs.node, step.rhs.node)
    units = [printed_unit(n) for n in sides]
    return any(u is not None and u < 1 for u in units) and any(u is None for u in units)


def judge(step: Step, e: ElaboratedStep) -> Any:
    """An approximation, or an equation with a decimal, to half a unit of the last printed digit."""
    from derive.verify.judging import Outcome

    lhs, rhs = e.lhs, e.rhs
    unit = printed_unit(step.rhs.node)
    unit = printed_unit(step.lhs.node) if unit is None else unit
    if unit is None or not isinstance(lhs, Term) or not isinstance(rhs, Term):
        return Outcome("undecided", reason="an approximation can be judged only against a number with its digits")
    if not is_closed(lhs, rhs):
        return Outcome("undecided", reason="an approximation of an expression with variables cannot be judged")
    a, b = value(lhs), value(rhs)
    if a is None or b is None:
        return Outcome("undecided", reason="the sides could not be evaluated")
    exact = isinstance(a, Fraction) and isinstance(b, Fraction)
    if e.relation == "=" and exact:
        if a == b:
            return Outcome("proved", "arithmetic")
    with ctx.workprec(_PRECISION):
        gap = abs(_ball(a) - _ball(b))
        half = _ball(unit / 2)
    remark = () if e.relation == "approx" else (f"read as equal to the printed digits (within {unit / 2})",)
    if bool(gap <= half):
        return Outcome("proved", "evaluated to the printed digits", remarks=remark)
    if bool(gap > half):
        return _refuted(a, b, remark)
    return Outcome("undecided", reason="the sides are too close to half a unit of the last digit")


def compare(goal: Relation) -> Any:
    """A relation between two closed numbers decided by enclosures; None when they overlap."""
    from derive.verify.judging import Outcome

    if not isinstance(goal.lhs, Term) or not isinstance(goal.rhs, Term):
        return None
    a, b = value(goal.lhs), value(goal.rhs)
    if a is None or b is None:
        return None
    x, y = _ball(a), _ball(b)
    holds = {"<=": bool(x <= y), "<": bool(x < y), "!=": bool(x < y) or bool(x > y), "=": False}[goal.op]
    fails = {"<=": bool(x > y), "<": bool(x >= y), "!=": False, "=": bool(x < y) or bool(x > y)}[goal.op]
    if holds:
        return Outcome("proved", "evaluated in ball arithmetic")
    return _refuted(a, b, ()) if fails else None


def _refuted(a: Any, b: Any, remarks: tuple[str, ...]) -> Any:
    from derive.verify.judging import Outcome

    left, right = _shown(a), _shown(b)
    sentence = f"always:   left {left}, right {right}"
    return Outcome(
        "refuted", reason=sentence, witness=sentence, remarks=remarks,
        counterexample={"sizes": {}, "values": {}, "lhs": left, "rhs": right},
    )  # fmt: skip


def _shown(x: Any) -> str:
    if isinstance(x, Fraction):
        return str(x)
    text: str = x.mid().str(8, radius=False)
    return text


def value(t: Term) -> Fraction | arb | None:
    """The value of a closed term, exact or as a ball."""
    try:
        found = evaluate(t, Assignment(), precision=_PRECISION)
    except (Undefined, ArithmeticError, LookupError, RecursionError, ValueError):  # a function has no value of its own
        return None
    sure = found.rigorous and not found.conventions and isinstance(found.value, Fraction | arb)
    return found.value if sure else None


def _ball(x: Any) -> arb:
    if isinstance(x, arb):
        return x
    with ctx.workprec(_PRECISION):
        return arb(x.numerator) / arb(x.denominator)
