"""Derivatives, substitutions, integrals, limits, expectations and matrix heads as closures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import fmpq

from derive.evaluate import linear, numeric
from derive.evaluate.compiling import cached, compiled, located
from derive.evaluate.frame import Compiled, Frame, Integers, affine_value
from derive.evaluate.numbers import ONE, ZERO, Indeterminate, Jet, Undefined, is_zero, reciprocal, standard
from derive.terms import Affine, Arr, free_symbols
from derive.terms.term import (
    At,
    Constant,
    Derivative,
    Determinant,
    Expectation,
    Integral,
    InverseEntry,
    Limit,
    MatrixPowerEntry,
    Mul,
    Num,
    Term,
)


def _changed(value: Any, places: list[int], new: Callable[[Any], Any], node: Any) -> Any:
    """A nested list with the entry at ``places`` (from 0) replaced by ``new`` of it."""
    if not places:
        return new(value)
    k = places[0]
    if not 0 <= k < len(value):
        raise Undefined("an index outside its range", node)
    return [*value[:k], _changed(value[k], places[1:], new, node), *value[k + 1 :]]


DIFFERENCE = fmpq(1, 2**80)


def _derivative(node: Derivative) -> Compiled:
    """By forward-mode jets; with ``session.differences`` by a central difference instead, which shares nothing with
    them.
    """
    symbol, body = node.symbol, compiled(node.body)
    places = [(affine_value(a), first) for a, first in zip(node.indices, symbol.first, strict=True)]

    def run(frame: Frame, ix: Integers) -> Any:
        old = frame.values[symbol]
        at = [place(ix) - first for place, first in places]
        if frame.session.differences:
            frame.session.rigorous = False
            step = DIFFERENCE
            up = body(frame.child({symbol: _changed(old, at, lambda x: x + step, node)}), ix)
            down = body(frame.child({symbol: _changed(old, at, lambda x: x - step, node)}), ix)
            return (up - down) * (fmpq(1, 2) / step)
        tag = frame.session.tag()
        value = body(frame.child({symbol: _changed(old, at, lambda x: Jet(tag, x, ONE), node)}), ix)
        return value.eps if isinstance(value, Jet) and value.tag == tag else ZERO

    return cached(node, run)


def _at(node: At) -> Compiled:
    symbol, body, value = node.symbol, compiled(node.body), compiled(node.value)

    def run(frame: Frame, ix: Integers) -> Any:
        return body(frame.child({symbol: value(frame, ix)}), ix)

    return run


def _end(node: Term) -> tuple[Compiled | None, int]:
    """The closure of an end of an integral or limit, or None with the sign of infinity."""
    if isinstance(node, Constant) and node.name == "oo":
        return None, 1
    if (
        isinstance(node, Mul)
        and len(node.fields) == 2
        and node.fields[1] is Constant("oo")
        and isinstance(node.fields[0], Num)
    ):
        return None, 1 if node.fields[0].value > 0 else -1
    return compiled(node), 0


def _integral(node: Integral) -> Compiled:
    symbol, body = node.symbol, compiled(node.body)
    (lower, low), (upper, high) = _end(node.lower), _end(node.upper)

    def run(frame: Frame, ix: Integers) -> Any:
        a = lower(frame, ix) if lower is not None else None
        b = upper(frame, ix) if upper is not None else None
        if low > 0 or high < 0:
            raise Indeterminate("an integral from plus to minus infinity", node)
        frame.session.rigorous = False

        def integrand(x: Any) -> Any:
            frame.session.work(10)
            return body(frame.child({symbol: x}), ix)

        if not isinstance(a, Jet) and not isinstance(b, Jet):
            return numeric.integral(integrand, a, b)
        return _moving_integral(integrand, a, b)

    return cached(node, run)


def _moving_integral(integrand: Callable[[Any], Any], a: Any, b: Any) -> Any:
    """An integral whose finite ends are jets: the rate of change is the integrand at the end (Leibniz)."""
    total = numeric.integral(integrand, None if a is None else standard(a), None if b is None else standard(b))
    for end, direction in ((b, 1), (a, -1)):
        if isinstance(end, Jet):
            if isinstance(end.re, Jet):
                raise Indeterminate("a second derivative by the end of an integral")
            total = total + direction * (integrand(end.re) * Jet(end.tag, ZERO, end.eps))
    return total


def _limit(node: Limit) -> Compiled:
    symbol, body = node.symbol, compiled(node.body)
    point, infinite = _end(node.point)

    def run(frame: Frame, ix: Integers) -> Any:
        frame.session.rigorous = False
        at = point(frame, ix) if point is not None else None
        if isinstance(at, Jet):
            raise Indeterminate("a derivative by the point of a limit", node)

        def function(x: Any) -> Any:
            frame.session.work(10)
            return body(frame.child({symbol: x}), ix)

        return numeric.limit(function, at, node.side, infinite, symbol.domain.integer)

    return cached(node, run)


def _expectation(node: Expectation) -> Compiled:
    """The exact finite sum over the atoms of the law; with ``given``, over those that agree with the present values of
    it.
    """
    body, given = compiled(node.body), frozenset(node.given)
    fixed = not given and not any(s.kind == "random" for s in free_symbols(node.body))

    def run(frame: Frame, ix: Integers) -> Any:
        if fixed:
            return body(frame, ix)
        if frame.law is None:
            raise LookupError("no law for the random symbols")
        total, weight = ZERO, ZERO
        for mass, atom in frame.law.atoms:
            values = {s: _in_frame(v, frame, ix) for s, v in atom.items()}
            if any(frame.values[s] != values[s] for s in given if s in values):
                continue
            frame.session.work()
            weight = weight + mass
            changes = {s: v for s, v in values.items() if s not in given}
            total = total + mass * body(frame.child(changes), ix)
        if is_zero(weight):
            raise Undefined("an expectation given an event of probability zero", node)
        return total if weight == ONE else total * reciprocal(weight)

    return run


def _in_frame(value: Any, frame: Frame, ix: Integers) -> Any:
    return compiled(value)(frame, ix) if isinstance(value, Term | Arr) else value


def _matrix(node: Any, function: Callable[[Any], Any]) -> Compiled:
    entries = compiled(node)

    def run(frame: Frame, ix: Integers) -> Any:
        try:
            return function(entries(frame, ix))
        except Undefined as error:
            raise located(error, node) from None

    return cached(node, run, (node, function))


def _place(matrix: Compiled, row: Affine, column: Affine, node: Any) -> Compiled:
    r, c = affine_value(row), affine_value(column)

    def run(frame: Frame, ix: Integers) -> Any:
        entries = matrix(frame, ix)
        i, j = r(ix) - 1, c(ix) - 1
        if not (0 <= i < len(entries) and 0 <= j < len(entries)):
            raise Undefined("an index outside its range", node)
        return entries[i][j]

    return run


def _inverse_entry(node: InverseEntry) -> Compiled:
    return _place(_matrix(node.matrix, linear.inverse), node.row, node.column, node)


def _determinant(node: Determinant) -> Compiled:
    return _matrix(node.matrix, linear.determinant)


def _power_entry(node: MatrixPowerEntry) -> Compiled:
    entries, exponent, row, column = (
        compiled(node.matrix),
        affine_value(node.exponent),
        affine_value(node.row),
        affine_value(node.column),
    )

    def run(frame: Frame, ix: Integers) -> Any:
        k = exponent(ix)
        frame.session.work(abs(k))
        return linear.power(entries(frame, ix), k)[row(ix) - 1][column(ix) - 1]

    return run


CALCULUS: dict[type, Callable[[Any], Compiled]] = {
    Derivative: _derivative, At: _at, Integral: _integral, Limit: _limit, Expectation: _expectation,
    InverseEntry: _inverse_entry, MatrixPowerEntry: _power_entry, Determinant: _determinant,
}  # fmt: skip
