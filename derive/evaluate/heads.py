"""Entries, arithmetic, functions, sums and guards as closures.

A compiled term is called with a `Frame` (values of symbols) and a dict of integers (sizes and indices). What a
derivative or an expectation changes is a child frame; values that do not depend on the change are taken from the
parent's cache.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

from flint import arb, fmpq

from derive.evaluate import numeric
from derive.evaluate.compiling import cached, compiled, located
from derive.evaluate.elementary import FUNCTIONS, real_power
from derive.evaluate.frame import Compiled, Frame, Integers, affine_value
from derive.evaluate.numbers import (
    ONE,
    ZERO,
    Indeterminate,
    Undefined,
    integer_power,
    is_zero,
    number,
    rational_power,
    reciprocal,
    sign,
)
from derive.terms import Affine, Arr, Index
from derive.terms.term import (
    Add,
    Apply,
    Constant,
    Entry,
    Fn,
    Guard,
    IntValue,
    Mul,
    Num,
    Pow,
    Prod,
    Sum,
)


def _array(node: Arr) -> Compiled:
    body = compiled(node.body)

    def level(axes: tuple[tuple[Index, ...], ...]) -> Compiled:
        if not axes:
            return body
        inner, axis = level(axes[1:]), axes[0]
        ends = [(i, affine_value(i.lo), affine_value(i.hi)) for i in axis if i.hi is not None]
        if len(ends) != len(axis):
            raise Undefined("an axis without end", node)

        def run(frame: Frame, ix: Integers) -> Any:
            result = []
            ix = dict(ix)
            for places in product(*(range(lo(ix), hi(ix) + 1) for _, lo, hi in ends)):
                frame.session.work()
                for (i, _, _), place in zip(ends, places, strict=True):
                    ix[i] = place
                result.append(inner(frame, ix))
            return result

        return run

    return level(node.axes)


def _entry(node: Entry) -> Compiled:
    symbol = node.symbol
    places = [(affine_value(a), first) for a, first in zip(node.indices, symbol.first, strict=True)]

    def run(frame: Frame, ix: Integers) -> Any:
        value = frame.values[symbol]
        for place, first in places:
            k = place(ix) - first
            if not 0 <= k < len(value):
                raise Undefined("an index outside its range", node)
            value = value[k]
        return value

    return run


def _add(node: Add) -> Compiled:
    parts = [compiled(t) for t in node.fields]

    def run(frame: Frame, ix: Integers) -> Any:
        total = parts[0](frame, ix)
        for part in parts[1:]:
            total = total + part(frame, ix)
        return total

    return run


def _mul(node: Mul) -> Compiled:
    guards = [compiled(f) for f in node.fields if isinstance(f, Guard) and isinstance(f.subject, Affine)]
    guards += [compiled(f) for f in node.fields if isinstance(f, Guard) and not isinstance(f.subject, Affine)]
    logs = [compiled(f.fields[1]) for f in node.fields if isinstance(f, Fn) and f.name == "log"]
    plain = [
        compiled(f) for f in node.fields if not isinstance(f, Guard) and not (isinstance(f, Fn) and f.name == "log")
    ]
    logarithm = FUNCTIONS["log"]

    def run(frame: Frame, ix: Integers) -> Any:
        for guard in guards:
            if guard(frame, ix) == 0:
                return ZERO
        result: Any = ONE
        for part in plain:
            result = result * part(frame, ix)
        for argument in logs:
            u = argument(frame, ix)
            if is_zero(u) and is_zero(result):
                frame.session.conventions.add("0 log 0")
                continue
            try:
                result = result * logarithm(u)
            except Undefined as error:
                raise located(error, node) from None
        return result

    return run


def _is_integer(node: Any) -> bool:
    """Is the term an integer by its form? Then its power needs no positive base."""
    if isinstance(node, Num):
        return bool(node.value.denominator == 1)
    if isinstance(node, Entry):
        domain = node.symbol.domain
        return domain.integer or (domain.values is not None and all(v.denominator == 1 for v in domain.values))
    if isinstance(node, Add | Mul):
        return all(_is_integer(f) for f in node.fields)
    return isinstance(node, IntValue | Guard)


def _pow(node: Pow) -> Compiled:
    base, exponent = compiled(node.base), compiled(node.exponent)
    if isinstance(node.exponent, Num):
        k = number(node.exponent.value)
        if k == -1:
            apply: Callable[[Any], Any] = reciprocal
        elif k.q == 1:
            count = int(k.p)

            def apply(x: Any) -> Any:
                return integer_power(x, count)
        else:

            def apply(x: Any) -> Any:
                return rational_power(x, k)

        def constant(frame: Frame, ix: Integers) -> Any:
            value = base(frame, ix)
            try:
                return apply(value)
            except Undefined as error:
                raise located(error, node) from None

        return constant
    whole = _is_integer(node.exponent)

    def run(frame: Frame, ix: Integers) -> Any:
        b, e = base(frame, ix), exponent(frame, ix)
        try:
            if whole and isinstance(e, fmpq) and e.q == 1:
                return integer_power(b, int(e.p))
            return real_power(b, e, frame.session.conventions.add)
        except Undefined as error:
            raise located(error, node) from None

    return run


def _fn(node: Fn) -> Compiled:
    function = FUNCTIONS[node.name]
    arguments = [compiled(a) for a in node.arguments]
    first = arguments[0]

    def one(frame: Frame, ix: Integers) -> Any:
        u = first(frame, ix)
        try:
            return function(u)
        except Undefined as error:
            raise located(error, node) from None

    def many(frame: Frame, ix: Integers) -> Any:
        us = [a(frame, ix) for a in arguments]
        try:
            return function(*us)
        except Undefined as error:
            raise located(error, node) from None

    return one if len(arguments) == 1 else many


def _flatten(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [x for part in value for x in _flatten(part)]
    return [value]


def _apply(node: Apply) -> Compiled:
    arguments = [compiled(a) for a in node.arguments]
    indices = [affine_value(a) for a in node.indices]
    partials = [(p, [affine_value(a) for a in ix]) for p, ix in node.partials]
    symbol = node.function

    def run(frame: Frame, ix: Integers) -> Any:
        function = frame.functions[symbol]
        u = [x for a in arguments for x in _flatten(a(frame, ix))]
        entry = tuple(i(ix) for i in indices)
        if not all(1 <= i <= n for i, n in zip(entry, function.shape, strict=True)):
            raise Undefined("an index outside its range", node)
        try:
            return function(u, entry, [(p, tuple(i(ix) for i in places)) for p, places in partials])
        except IndexError:
            raise Undefined("an index outside its range", node) from None

    return run


def _sum(node: Sum) -> Compiled:
    index, body, lo = node.index, compiled(node.body), affine_value(node.index.lo)
    if index.hi is None:
        return _infinite_sum(node)
    hi = affine_value(index.hi)

    def run(frame: Frame, ix: Integers) -> Any:
        total: Any = ZERO
        inner = dict(ix)
        for k in range(lo(ix), hi(ix) + 1):
            frame.session.work()
            inner[index] = k
            total = total + body(frame, inner)
        return total

    return cached(node, run)


def _infinite_sum(node: Sum) -> Compiled:
    index, body, lo = node.index, compiled(node.body), affine_value(node.index.lo)

    def run(frame: Frame, ix: Integers) -> Any:
        frame.session.rigorous = False

        def term(k: int) -> Any:
            frame.session.work()
            return body(frame, {**ix, index: k})

        return numeric.infinite_sum(term, lo(ix))

    return cached(node, run)


def _prod(node: Prod) -> Compiled:
    index, body, lo = node.index, compiled(node.body), affine_value(node.index.lo)
    if index.hi is None:
        raise Indeterminate("an infinite product is not evaluated", node)
    hi = affine_value(index.hi)

    def run(frame: Frame, ix: Integers) -> Any:
        total: Any = ONE
        inner = dict(ix)
        for k in range(lo(ix), hi(ix) + 1):
            frame.session.work()
            inner[index] = k
            total = total * body(frame, inner)
        return total

    return cached(node, run)


def _holds(op: str, direction: int) -> bool:
    return (
        direction == 0
        if op == "=="
        else direction != 0
        if op == "!="
        else direction > 0
        if op == ">"
        else direction >= 0
    )


def _guard(node: Guard) -> Compiled:
    op = node.op
    if isinstance(node.subject, Affine):
        place = affine_value(node.subject)
        return lambda frame, ix: ONE if _holds(op, place(ix)) else ZERO
    subject = compiled(node.subject)

    def run(frame: Frame, ix: Integers) -> Any:
        value = subject(frame, ix)
        try:
            return ONE if _holds(op, sign(value)) else ZERO
        except Undefined as error:
            raise located(error, node) from None

    return run


def _constant(node: Constant) -> Compiled:
    if node.name != "pi":
        raise Undefined(f"{node.name} is not a number", node)
    return lambda frame, ix: arb.pi()


def _num(node: Num) -> Compiled:
    value = number(node.value)
    return lambda frame, ix: value


def _int_value(node: IntValue) -> Compiled:
    place = affine_value(node.value)
    return lambda frame, ix: fmpq(place(ix))


ALGEBRA: dict[type, Callable[[Any], Compiled]] = {
    Arr: _array, Num: _num, Constant: _constant, IntValue: _int_value, Entry: _entry, Add: _add, Mul: _mul, Pow: _pow,
    Fn: _fn, Apply: _apply, Sum: _sum, Prod: _prod, Guard: _guard,
}  # fmt: skip
