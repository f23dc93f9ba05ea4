"""Terms to programs: `lower` turns an array of terms into one operation over its axes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from derive.export import lengths, matrices, rearrange, running, stable
from derive.export.contraction import Mask, contract, weight
from derive.export.errors import CompileError
from derive.export.powers import product
from derive.export.prepare import prepare
from derive.export.program import (
    ONE,
    ZERO,
    Operation,
    Value,
    elementwise,
    full,
    length,
    number,
    parameter,
    reduce,
    size,
    straightened,
)
from derive.export.ranges import is_positive, split_coefficient
from derive.export.subscripts import entry, integers
from derive.terms import (
    Add,
    Affine,
    Arr,
    Constant,
    Determinant,
    Entry,
    Fn,
    Guard,
    Index,
    IntValue,
    InverseEntry,
    MatrixPowerEntry,
    Mul,
    Num,
    Pow,
    Prod,
    Sum,
    Term,
    affine,
    alpha_key,
    children,
    free_indices,
    fresh_index,
    substitute,
)

COMPARISONS = {"==": "equal", "!=": "not_equal", ">": "greater", ">=": "greater_equal"}
SPECIAL = {"gamma", "loggamma", "digamma", "trigamma", "erf", "factorial", "binomial"}


def lower(arrays: Sequence[Term | Arr]) -> list[Operation]:
    """One operation for each value, common work shared. Composite axes are still apart (see `composite_shape`)."""
    opened: list[tuple[tuple[Index, ...], Term]] = []
    for value in arrays:
        if isinstance(value, Arr):
            axes, body = value.open()
            opened.append((tuple(i for axis in axes for i in axis), prepare(body)))
        else:
            opened.append(((), prepare(value)))
    shared = _shared([body for _, body in opened])
    result = []
    for free, body in opened:
        low = Lowering(free, shared)
        result.append(straightened(full(low.lower(body), free).operation))
    return result


def _shared(bodies: Iterable[Term]) -> set[Any]:
    """The keys of sums that occur more than once: they are computed once and not dissolved in a larger product."""
    seen: set[Any] = set()
    count: Counter[Any] = Counter()
    stack = list(bodies)
    while stack:
        node = stack.pop()
        if isinstance(node, Sum):
            key = alpha_key(node) if not free_indices(node) else _open_key(node)
            count[key] += 1
        if node not in seen:
            seen.add(node)
            stack.extend(children(node))
    return {k for k, c in count.items() if c > 1}


def _open_key(node: Term) -> Any:
    """A key that does not see what the free indices are called."""
    free = sorted(free_indices(node), key=lambda i: repr(node).find(repr(i)))
    return alpha_key(Arr(tuple((i,) for i in free), node))


class Lowering:
    """The state of one lowering: the order of indices, the values found so far."""

    def __init__(self, free: Sequence[Index], shared: set[Any]) -> None:
        self.order: dict[Index, int] = {}
        self.memo: dict[Any, Any] = {}
        self.shared = shared
        self.bind(free)

    def bind(self, indices: Iterable[Index]) -> None:
        for index in indices:
            self.order.setdefault(index, len(self.order))

    def lower(self, term: Term) -> Value:
        """The value of a prepared term over its free indices."""
        if term not in self.memo:
            self.memo[term] = self._lower(term)
        return self.memo[term]

    def _lower(self, term: Term) -> Value:
        if isinstance(term, Num):
            return Value(number(term.value))
        if isinstance(term, Constant):
            return Value(Operation("constant", (), (term.name,)))
        if isinstance(term, IntValue):
            return integers(term.value, self.order)
        if isinstance(term, Entry):
            return entry(parameter(term.symbol), term.indices, term.symbol.first, self.order)
        if isinstance(term, Mul | Sum):
            summed, factors = self.flatten(term)
            self.bind(summed)
            return self.product(summed, factors)
        if isinstance(term, Add):
            return self.add(term)
        if isinstance(term, Pow):
            return self.pow(term)
        if isinstance(term, Fn):
            return self.function(term)
        if isinstance(term, Guard):
            return self.product((), (term,))
        if isinstance(term, Prod):
            return self.prod(term)
        if isinstance(term, InverseEntry):
            return matrices.inverse_entry(self, term)
        if isinstance(term, MatrixPowerEntry):
            return matrices.power_entry(self, term)
        if isinstance(term, Determinant):
            return matrices.determinant(self, term.matrix)
        raise CompileError(repr(term)[:80], f"{type(term).__name__} has no code")

    log_determinant = matrices.log_determinant

    # --- products and sums ---

    def flatten(self, term: Term, always: bool = False) -> tuple[list[Index], list[Term]]:
        """The summed indices and the factors of a nest of sums and products, with bound names apart."""
        summed: list[Index] = []
        factors: list[Term] = []
        taken = set(free_indices(term))

        def visit(node: Term, top: bool) -> None:
            if isinstance(node, Mul):
                for f in node.fields:
                    visit(f, top and len(node.fields) == 1)
            elif isinstance(node, Sum) and (top or always or not self.kept(node)):
                index, body = node.index, node.body
                if index in taken:
                    index = fresh_index(index)
                    body = substitute(body, {node.index: index})
                taken.add(index)
                summed.append(index)
                visit(body, top)
            else:
                factors.append(node)

        visit(term, True)
        return summed, factors

    def kept(self, node: Sum) -> bool:
        """Whether a sum inside a product is a value of its own: used elsewhere too, and no larger than a vector."""
        if not isinstance(node.body, Mul | Sum | Add | Entry):
            return False
        return len(free_indices(node)) <= 1 and _open_key(node) in self.shared

    def product(self, summed: Sequence[Index], factors: Sequence[Term]) -> Value:
        """The sum over ``summed`` of the product of ``factors``."""
        spread = rearrange.spread(self, summed, factors)
        if spread is not None:
            return self.lower(prepare(spread))
        for position, factor in enumerate(factors):
            deltas = (
                [f for f in factor.fields if any(rearrange.free_delta(self, g, summed) for g in _factors(f))]
                if isinstance(factor, Add)
                else []
            )
            if deltas:
                others = [*factors[:position], *factors[position + 1 :]]
                bare = Add(*(f for f in factor.fields if f not in deltas))
                return self.combine([self._signed(summed, others, f) for f in (*deltas, bare) if f is not Num(0)])
        for guard in factors:
            ends = rearrange.free_delta(self, guard, summed)
            if ends is not None:
                i, j = ends
                rest = [prepare(substitute(f, {j: i})) for f in factors if f is not guard]
                inner = self.product(summed, rest)
                inner = full(inner, (*inner.axes, i)) if i not in inner.axes else inner
                position = inner.axes.index(i)
                axes = (*inner.axes, j)
                return Value(Operation("embed", (inner.operation,), (position,), tuple(length(a) for a in axes)), axes)
        inside = rearrange.inside(self, summed, factors)
        if inside is not None:
            return inside
        pairs = rearrange.pairs(summed, factors)
        if pairs is not None:
            return self.lower(prepare(pairs))
        runs = running.quotients(self, summed, factors)
        if runs is not None:
            return runs
        masks, rest = self.masks(factors)
        above, below = self.fraction(rest, masks)
        return contract(above, summed, self.order, masks, below)

    def _signed(self, summed: Sequence[Index], others: Sequence[Term], factor: Term) -> tuple[Fraction, Value]:
        c, rest = split_coefficient(factor)
        body = rearrange.summed_up(summed, product((*others, Num(abs(c)), rest)))
        return Fraction(-1 if c < 0 else 1), self.lower(prepare(body))

    def masks(self, factors: Sequence[Term]) -> tuple[list[Mask], list[Term]]:
        """The guards among the factors, and the rest. u [u > 0] becomes max(u, 0)."""
        rest = [f for f in factors if not isinstance(f, Guard)]
        masks = []
        for guard in (f for f in factors if isinstance(f, Guard)):
            subject = guard.subject
            if isinstance(subject, Term) and guard.op in (">", ">="):
                plain = next((f for f in rest if f is subject), None)
                if plain is not None:
                    rest[rest.index(plain)] = Fn("max", plain, 0)
                    continue
            masks.append(Mask(self.condition(guard), guard if isinstance(subject, Affine) else None))
        return masks, rest

    def condition(self, guard: Guard) -> Value:
        """The truth of a guard over its indices."""
        subject = guard.subject
        if isinstance(subject, Term):
            sides = [self.lower(prepare(subject)), Value(ZERO)]
            if isinstance(subject, Add) and len(subject.fields) == 2 and sides[0].operation.op == "sub":
                parts = sides[0].operation.arguments  # t - |x| > 0 reads t > |x|
                if all(not p.rank or p.rank == len(sides[0].axes) for p in parts):
                    found = Operation(COMPARISONS[guard.op], parts, (), sides[0].operation.shape)
                    return Value(found, sides[0].axes)
            return elementwise(COMPARISONS[guard.op], sides, self.order)
        left, right = affine(0), affine(0)
        for atom, c in subject.terms:  # i - j >= 1 reads i >= j + 1
            left, right = (left + affine(atom).scale(c), right) if c > 0 else (left, right - affine(atom).scale(c))
        constant = subject.constant
        left, right = (left + constant, right) if constant > 0 else (left, right - constant)
        a, b = integers(left, self.order), integers(right, self.order)
        op = COMPARISONS[guard.op]
        return elementwise(op, [a, b], self.order)

    def fraction(self, factors: Sequence[Term], masks: Sequence[Mask] = ()) -> tuple[list[Value], list[Value]]:
        """The values whose product, over the product of the others, is the product of the factors."""
        above, rest = stable.quotients(self, factors, masks)
        unit, rest = lengths.units(self, rest)
        above += unit
        below: list[Value] = []
        for f in rest:
            if isinstance(f, Pow) and isinstance(f.exponent, Num) and f.exponent.value < 0:
                half = f.exponent.value == Fraction(-1, 2)
                below.append(lengths.root(self, f.base) if half else self.power(self.lower(f.base), -f.exponent.value))
            elif isinstance(f, Fn) and f.name == "log":
                above.append(stable.logarithm(self, f.arguments[0], self._weight(f, factors)))
            else:
                above.append(self.lower(f))
        return above, below

    @staticmethod
    def _weight(logarithm: Fn, factors: Sequence[Term]) -> Term | None:
        """A factor beside a logarithm that may be 0, so that 0 log 0 = 0 is met by continuity."""
        found = []
        for f in factors:
            base = f.base if isinstance(f, Pow) and isinstance(f.exponent, Num) and f.exponent.value > 0 else f
            if isinstance(base, Entry) and base.indices and base.symbol.domain.contains(Fraction(0)):
                found.append(base)
        inside = repr(logarithm)
        return next((f for f in found if repr(f) in inside), found[0] if found else None)

    def add(self, term: Add) -> Value:
        found = stable.addition(self, term)
        if found is not None:
            return found
        fields = list(term.fields)
        values: list[tuple[Fraction, Value]] = []
        for f in list(fields):
            other = next((g for g in fields if g is not f and f in fields and _opposite(f, g)), None)
            if other is not None and f in fields:
                fields.remove(f)
                fields.remove(other)
                values.append((Fraction(1), self._cases(f, other)))
        for f in fields:
            c, rest = split_coefficient(f)
            sign = Fraction(-1 if c < 0 else 1)
            value = self.lower(Mul(abs(c), rest))
            if value.operation.op == "neg":
                sign, value = -sign, Value(value.operation.arguments[0], value.axes)
            values.append((sign, value))
        return self.combine(values)

    def _cases(self, f: Term, g: Term) -> Value:
        """[c] a + [not c] b."""
        guard = next(x for x in _factors(f) if isinstance(x, Guard) and any(_negates(x, y) for y in _factors(g)))
        other = next(y for y in _factors(g) if _negates(guard, y))
        cases = [Mul(*(x for x in _factors(t) if x is not gone)) for t, gone in ((f, guard), (g, other))]
        capped = rearrange.capped(guard, cases[0], cases[1]) or rearrange.capped(other, cases[1], cases[0])  # type: ignore[arg-type]
        if capped is not None:
            return self.lower(prepare(capped))
        a, b = (self.lower(prepare(case)) for case in cases)
        return elementwise("where", [self.condition(guard), a, b], self.order)

    def combine(self, parts: Sequence[tuple[Fraction, Value]]) -> Value:
        """The linear combination: what has the same axes first, then from small to large."""
        parts = _shifts_apart(parts)
        totals = _collect(parts)
        deep = _collect(parts, deep=True)
        if any(not c for c in deep.values()):  # x + s - (y + s)
            totals = deep
        sizes = {abs(c) for c in totals.values() if c}
        if len(totals) > 1 and len(sizes) == 1 and sizes != {1} and len({frozenset(v.axes) for v in totals}) == 1:
            (shared,) = sizes  # 2 a + 2 b
            inner = self.combine([(c / shared, v) for v, c in totals.items()])
            return contract([Value(number(shared)), inner], (), self.order)
        groups: dict[frozenset[Index], list[tuple[Fraction, Value]]] = {}
        for v, c in totals.items():
            if c:
                groups.setdefault(frozenset(v.axes), []).append((c, v))
        total: tuple[int, Value] | None = None
        for axes in sorted(groups, key=lambda g: weight(tuple(g))):
            for c, v in sorted(groups[axes], key=lambda p: (_after_shifts(p[1], groups[axes]), p[0] < 0)):
                value = v if abs(c) == 1 else contract([Value(number(abs(c))), v], (), self.order)
                sign = -1 if c < 0 else 1
                if total is None:
                    total = (sign, value)
                elif total[0] == sign:
                    total = (
                        sign,
                        elementwise(
                            "add",
                            [total[1], value] if total[1].axes or not value.axes else [value, total[1]],
                            self.order,
                        ),
                    )
                elif sign > 0:
                    total = (1, elementwise("sub", [value, total[1]], self.order))
                else:
                    total = (1, elementwise("sub", [total[1], value], self.order))
        if total is None:
            return Value(ZERO)
        return total[1] if total[0] > 0 else elementwise("neg", [total[1]], self.order)

    # --- the rest ---

    def pow(self, term: Pow) -> Value:
        if isinstance(term.exponent, Num):
            if term.exponent.value < 0:
                above, below = self.fraction((term,))
                return contract(above, (), self.order, (), below)
            if term.exponent.value == Fraction(1, 2):
                return lengths.root(self, term.base)
            return self.power(self.lower(term.base), term.exponent.value)
        if isinstance(term.base, Prod) and is_positive(term.base.body):  # (prod x)^a = exp(a sum log x): no overflow
            return self.lower(
                prepare(Fn("exp", product((term.exponent, Sum(term.base.index, Fn("log", term.base.body))))))
            )
        guards = _factors(term.exponent)
        base = self.lower(term.base)
        if all(isinstance(g, Guard) for g in guards):
            for g in guards:
                base = elementwise("where", [self.condition(g), base, Value(ONE)], self.order)  # type: ignore[arg-type]
            return base
        return elementwise("power", [base, self.lower(term.exponent)], self.order)

    def power(self, value: Value, p: Fraction) -> Value:
        """A power by products and square roots where that is exact enough, else by the power function."""
        if p < 0:
            return elementwise("div", [Value(ONE), self.power(value, -p)], self.order)
        if p == 1:
            return value
        if p == 2:
            return elementwise("square", [value], self.order)
        if p == Fraction(1, 2):
            return elementwise("sqrt", [value], self.order)
        if p.denominator == 1 and p <= 8:
            half = self.power(self.power(value, Fraction(p // 2)), Fraction(2))
            return half if p % 2 == 0 else elementwise("mul", [half, value], self.order)
        if p.denominator == 2 and p <= 4:
            return elementwise(
                "mul", [self.power(value, p - Fraction(1, 2)), self.power(value, Fraction(1, 2))], self.order
            )
        return elementwise("power", [value, Value(number(p))], self.order)

    def function(self, term: Fn) -> Value:
        name, arguments = term.name, term.arguments
        if name == "log":
            return stable.logarithm(self, arguments[0])
        if name == "softplus":
            return stable.softplus(self, arguments[0])
        if name in ("max", "min"):
            ordered = sorted(arguments, key=lambda a: isinstance(a, Num))
            value = self.lower(ordered[0])
            for a in ordered[1:]:
                value = elementwise(name + "imum", [value, self.lower(a)], self.order)
            return value
        return elementwise(name, [self.lower(a) for a in arguments], self.order)

    def prod(self, term: Prod) -> Value:
        index, body = term.index, term.body
        if index in self.order:
            index = fresh_index(index)
            body = substitute(body, {term.index: index})
        self.bind((index,))
        value = self.lower(body)
        if index not in value.axes:
            return elementwise("power", [value, Value(size(length(index)))], self.order)
        return reduce("prod", value, (index,))


def _factors(term: Term) -> tuple[Term, ...]:
    return term.fields if isinstance(term, Mul) else (term,)


def _negates(a: Term, b: Term) -> bool:
    """Whether one of two guards holds exactly where the other does not."""
    if not (isinstance(a, Guard) and isinstance(b, Guard)):
        return False
    if {a.op, b.op} == {"==", "!="}:
        return a.subject == b.subject
    if not isinstance(a.subject, Term) or not isinstance(b.subject, Term) or {a.op, b.op} != {">", ">="}:
        return False
    return prepare(Add(a.subject, _negated(_negated(b.subject)))) is Num(0) or alpha_key(
        _negated(a.subject)
    ) == alpha_key(b.subject)


def _negated(term: Term) -> Term:
    return Add(*(Mul(-1, f) for f in term.fields)) if isinstance(term, Add) else Mul(-1, term)


def _opposite(f: Term, g: Term) -> bool:
    return any(_negates(a, b) for a in _factors(f) for b in _factors(g))


def _is_shift(v: Value) -> bool:
    return v.operation.op == "maximum" or (v.operation.op == "reduce" and v.operation.attributes[0] == "max")


def _shifts_apart(parts: Sequence[tuple[Fraction, Value]]) -> Sequence[tuple[Fraction, Value]]:
    """m + log S' opened where more is added: what cancels m shall meet it before log S' is rounded to the size of m."""
    if len(parts) < 2:
        return parts
    found: list[tuple[Fraction, Value]] = []
    for c, v in parts:
        pair = [Value(a, v.axes) for a in v.operation.arguments] if v.operation.op == "add" else []
        logs = [p for p in pair if p.operation.op == "log"]
        shifts = [p for p in pair if _is_shift(p)]
        apart = len(logs) == len(shifts) == 1 and all(p.operation.shape == v.operation.shape for p in pair)
        found += [(c, p) for p in pair] if apart else [(c, v)]
    return found


def _after_shifts(v: Value, group: Sequence[tuple[Fraction, Value]]) -> bool:
    """Whether the value is a logarithm that waits until the shift beside it has met what cancels it."""
    return v.operation.op == "log" and any(_is_shift(other) for _, other in group)


def _collect(parts: Iterable[tuple[Fraction, Value]], deep: bool = False) -> dict[Value, Fraction]:
    """Values with their coefficients, equal ones once; ``deep`` also opens sums over the same axes."""
    totals: dict[Value, Fraction] = {}

    def visit(c: Fraction, v: Value) -> None:
        operation = v.operation
        if operation.op == "neg":
            visit(-c, Value(operation.arguments[0], v.axes))
        elif operation.op == "mul" and operation.arguments[0].op == "number":
            visit(c * operation.arguments[0].attributes[0], Value(operation.arguments[1], v.axes))
        elif deep and operation.op in ("add", "sub") and all(a.shape == operation.shape for a in operation.arguments):
            visit(c, Value(operation.arguments[0], v.axes))
            visit(c if operation.op == "add" else -c, Value(operation.arguments[1], v.axes))
        else:
            totals[v] = totals.get(v, Fraction(0)) + c

    for c, v in parts:
        visit(c, v)
    return totals
