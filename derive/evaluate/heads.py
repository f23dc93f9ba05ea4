"""Every head of a term as a function of the values of symbols and indices: terms are compiled to closures once.

A compiled term is called with a `Frame` (values of symbols) and a dict of integers (sizes and indices). What a derivative or an
expectation changes is a child frame; values that do not depend on the change are taken from the parent's cache.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

from flint import arb, fmpq

from derive.evaluate import linear, numeric
from derive.evaluate.elementary import FUNCTIONS, real_power
from derive.evaluate.frame import Compiled, Frame, Integers, affine_value
from derive.evaluate.numbers import (
    ONE,
    ZERO,
    Indeterminate,
    Jet,
    Undefined,
    integer_power,
    is_zero,
    number,
    rational_power,
    reciprocal,
    sign,
    standard,
)
from derive.terms import Affine, Arr, Index, Symbol, children, free_indices
from derive.terms.term import (
    Add,
    Apply,
    At,
    Constant,
    Derivative,
    Determinant,
    Entry,
    Expectation,
    Fn,
    Guard,
    Integral,
    IntValue,
    InverseEntry,
    Limit,
    MatrixPowerEntry,
    Mul,
    Num,
    Pow,
    Prod,
    Sum,
    Term,
)


def compiled(node: Any) -> Compiled:
    """The closure of a term, or of an array (which gives nested lists; a composite axis is one level)."""
    found: Compiled = node.memo("evaluate", _compile)
    return found


def _compile(node: Any) -> Compiled:
    if isinstance(node, Arr):
        return _array(node)
    head = _HEADS.get(type(node))
    if head is None:
        raise TypeError(f"{node!r} is a {type(node).__name__}, not a term or array")
    return head(node)


def _needs(node: Any) -> tuple[frozenset[Symbol], bool]:
    """The symbols a value depends on, and whether it takes an expectation (and so depends on the whole law)."""
    symbols: set[Symbol] = set()
    averaged = isinstance(node, Expectation)
    for child in children(node):
        inner, inner_averaged = child.memo("evaluate.needs", _needs)
        symbols |= inner
        averaged = averaged or inner_averaged
    if isinstance(node, Entry | Derivative):
        symbols.add(node.symbol)
    return frozenset(symbols), averaged


def _cached(node: Any, compute: Compiled, key: Any = None) -> Compiled:
    """``compute`` remembered for each value of the node's free indices, in the outermost frame that gives the same value."""
    symbols, averaged = node.memo("evaluate.needs", _needs)
    free = tuple(free_indices(node))
    name = node if key is None else key

    def run(frame: Frame, ix: Integers) -> Any:
        if not averaged:
            while frame.parent is not None and frame.touched.isdisjoint(symbols):
                frame = frame.parent
        place = (name, *(ix[i] for i in free))
        cache = frame.cache
        if place in cache:
            return cache[place]
        value = cache[place] = compute(frame, ix)
        return value

    return run


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
                raise _located(error, node) from None
        return result

    return run


def _located(error: Undefined, node: Any) -> Undefined:
    if error.where is None:
        error.where = node
    return error


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
                raise _located(error, node) from None

        return constant
    whole = _is_integer(node.exponent)

    def run(frame: Frame, ix: Integers) -> Any:
        b, e = base(frame, ix), exponent(frame, ix)
        try:
            if whole and isinstance(e, fmpq) and e.q == 1:
                return integer_power(b, int(e.p))
            return real_power(b, e, frame.session.conventions.add)
        except Undefined as error:
            raise _located(error, node) from None

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
            raise _located(error, node) from None

    def many(frame: Frame, ix: Integers) -> Any:
        us = [a(frame, ix) for a in arguments]
        try:
            return function(*us)
        except Undefined as error:
            raise _located(error, node) from None

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

    return _cached(node, run)


def _infinite_sum(node: Sum) -> Compiled:
    index, body, lo = node.index, compiled(node.body), affine_value(node.index.lo)

    def run(frame: Frame, ix: Integers) -> Any:
        frame.session.rigorous = False

        def term(k: int) -> Any:
            frame.session.work()
            return body(frame, {**ix, index: k})

        return numeric.infinite_sum(term, lo(ix))

    return _cached(node, run)


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

    return _cached(node, run)


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
            raise _located(error, node) from None

    return run


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
    """By forward-mode jets; with ``session.differences`` by a central difference instead, which shares nothing with them."""
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

    return _cached(node, run)


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

    return _cached(node, run)


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

    return _cached(node, run)


def _expectation(node: Expectation) -> Compiled:
    """The exact finite sum over the atoms of the law; with ``given``, over those that agree with the present values of it."""
    body, given = compiled(node.body), frozenset(node.given)

    def run(frame: Frame, ix: Integers) -> Any:
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
            raise _located(error, node) from None

    return _cached(node, run, (node, function))


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


_HEADS: dict[type, Callable[[Any], Compiled]] = {
    Num: _num, Constant: _constant, IntValue: _int_value, Entry: _entry, Add: _add, Mul: _mul, Pow: _pow, Fn: _fn,
    Apply: _apply, Sum: _sum, Prod: _prod, Guard: _guard, Derivative: _derivative, At: _at, Integral: _integral, Limit: _limit,
    Expectation: _expectation, InverseEntry: _inverse_entry, MatrixPowerEntry: _power_entry, Determinant: _determinant,
}  # fmt: skip
