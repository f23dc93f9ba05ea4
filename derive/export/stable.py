"""Rewrites that keep exported code finite and accurate: how they are found in a formula (`rewrites` proves them).

The heart is one idea: a sum of exponentials ``S = sum_k w_k exp(v_k)`` is held as ``exp(m) S'`` with ``m = max_k v_k``
and ``S' = sum_k w_k exp(v_k - m)``. Then ``log S = m + log S'``, and ``exp(u) / S = exp(u - m) / S'`` is softmax with
the maximum subtracted, whatever the weights, batch axes and masks are, and wherever in a formula it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeGuard

from derive.export import logits, running
from derive.export.contraction import Mask, contract, masked
from derive.export.powers import is_exp, logistic, product, root_of, unpaired
from derive.export.prepare import prepare
from derive.export.program import ONE, ZERO, Value, elementwise, number, reduce
from derive.export.ranges import is_positive, split_coefficient
from derive.export.running import MINUS_INFINITY
from derive.terms import ONE as ONE_TERM
from derive.terms import (
    Add,
    Affine,
    Determinant,
    Entry,
    Fn,
    Guard,
    Index,
    Mul,
    Num,
    Pow,
    Prod,
    Sum,
    Term,
    alpha_key,
    free_indices,
    log,
    substitute,
)

if TYPE_CHECKING:
    from derive.export.lower import Lowering


# --- sums of exponentials ----


@dataclass(frozen=True)
class Piece:
    """One addend of a sum of exponentials: the sum over ``summed`` of ``weights`` times exp(``exponent``)."""

    summed: tuple[Index, ...]
    exponent: Term | None  # None is exp(0)
    weights: tuple[Term, ...]


@dataclass(frozen=True)
class Scaled:
    """A sum of exponentials as exp(``shift``) * ``value``; ``guarded`` when guards leave some of them out."""

    shift: Value
    value: Value
    guarded: bool = False


def pieces(low: Lowering, body: Term) -> tuple[Piece, ...] | None:
    """The addends of a sum that holds at least one exponential in ``Sum`` or two addends, else None."""
    if not isinstance(body, Add | Sum):
        return None
    found = []
    for addend in body.fields if isinstance(body, Add) else (body,):
        summed, factors = low.flatten(addend, always=True)
        exps = [f.arguments[0] for f in factors if is_exp(f)]
        exponent = prepare(Add(*exps)) if exps else None
        found.append(Piece(tuple(summed), exponent, tuple(f for f in factors if not is_exp(f))))
    return tuple(found) if any(p.exponent is not None for p in found) else None


def scaled(low: Lowering, body: Term, parts: Sequence[Piece]) -> Scaled:
    """The sum with its largest exponent taken out."""
    key = ("scaled", body)
    if key in low.memo:
        return low.memo[key]
    shift: Value | None = None
    guarded = any(isinstance(f, Guard) for part in parts for f in part.weights)
    lowered = []
    for part in parts:
        low.bind(part.summed)
        masks, rest = low.masks(part.weights)
        exponent = low.lower(part.exponent) if part.exponent is not None else Value(ZERO)
        hidden = exponent
        for mask in masks:
            hidden = masked(mask.value, hidden, low.order, MINUS_INFINITY)
        top = reduce("max", hidden, [a for a in part.summed if a in hidden.axes])
        if part.exponent is not None and masks:  # exp(-inf) = 0 stands for the guard
            exponent, masks = hidden, []
        lowered.append((part, masks, rest, exponent))
        if shift is None:
            shift = top
        elif top.operation is not shift.operation:
            shift = elementwise("maximum", [shift, top], low.order)
    assert shift is not None
    total: Value | None = None
    for part, masks, rest, exponent in lowered:
        above, below = low.fraction(rest)
        lifted = exponential(low, exponent, shift)
        value = contract([*above, *([lifted] if lifted is not None else [])], part.summed, low.order, masks, below)
        total = value if total is None else elementwise("add", [total, value], low.order)
    assert total is not None
    low.memo[key] = Scaled(shift, total, guarded)
    return low.memo[key]


def difference(low: Lowering, exponent: Value, shift: Value) -> Value | None:
    """exponent - shift, None for 0."""
    if exponent == shift:
        return None
    if exponent.is_number and exponent.operation is ZERO:
        return elementwise("neg", [shift], low.order)
    return elementwise("sub", [exponent, shift], low.order)


def exponential(low: Lowering, exponent: Value, shift: Value, masks: Sequence[Mask] = ()) -> Value | None:
    """exp(exponent - shift), None for 1; 0 outside the masks, where it might overflow."""
    lifted = difference(low, exponent, shift)
    for mask in masks:
        if lifted is not None and set(mask.value.axes) <= set(lifted.axes):
            lifted = masked(mask.value, lifted, low.order, MINUS_INFINITY)
    return None if lifted is None else elementwise("exp", [lifted], low.order)


# --- quotients ----


def quotients(low: Lowering, factors: Sequence[Term], masks: Sequence[Mask] = ()) -> tuple[list[Value], list[Term]]:
    """Pairs exponentials with sums of exponentials below them: the values of the pairs, and the factors left over."""
    values: list[Value] = []
    rest = list(factors)
    for divisor in [f for f in factors if _below(f)]:
        base, (count, _) = divisor.base, split_coefficient(-divisor.exponent)
        x = logistic(base)
        parts = pieces(low, base)
        if x is None and parts is None:
            continue
        rest.remove(divisor)
        tangent = _tangent(low, rest, divisor)
        if tangent is not None:
            values.append(tangent[0])
            rest = tangent[1]
            continue
        rest, moved = _moved_inside(rest, divisor)
        if moved:
            continue
        exps = [f for f in rest if is_exp(f)]
        if x is not None:
            taken, matched = _matching(exps, x, count)
            values += _sigmoid_powers(low, x, matched, count - matched)
        else:
            assert parts is not None
            values_, taken = _softmax(low, base, parts, exps, count, masks)
            values += values_
        rest = [f for f in rest if f not in taken]
    return values, rest


def _tangent(low: Lowering, rest: list[Term], divisor: Pow) -> tuple[Value, list[Term]] | None:
    """a (e^u - e^-u) / (b (e^u + e^-u)) as a/b tanh(u), and the factors left over."""
    below = _hyperbolic(divisor.base)
    if below is None or divisor.exponent != Num(-1) or below[1] != below[2]:
        return None
    for position, f in enumerate(rest):
        above = _hyperbolic(f)
        if above is None or above[1] != -above[2] or above[0] is not below[0]:
            continue
        value = elementwise("tanh", [low.lower(above[0])], low.order)
        scaled_by = contract([Value(number(above[1] / below[1])), value], (), low.order)
        return scaled_by, [*rest[:position], *rest[position + 1 :]]
    return None


def _hyperbolic(body: Term) -> tuple[Term, Fraction, Fraction] | None:
    """(u, a, b) of a e^u + b e^-u, where u has the sign that makes its repr the shorter one."""
    if not isinstance(body, Add) or len(body.fields) != 2:
        return None
    (a, left), (b, right) = (split_coefficient(f) for f in body.fields)
    if not (is_exp(left) and is_exp(right)):
        return None
    u, v = left.arguments[0], right.arguments[0]
    if prepare(product((Num(-1), v))) is not u and prepare(product((Num(-1), u))) is not v:
        return None
    return (u, a, b) if (len(repr(u)), repr(u)) <= (len(repr(v)), repr(v)) else (v, b, a)


def _moved_inside(rest: list[Term], divisor: Term) -> tuple[list[Term], bool]:
    """(a e^x + b) / S as a e^x / S + b / S, when the exponential in the sum has no divisor of its own to meet."""
    for position, f in enumerate(rest):
        if isinstance(f, Add) and any(unpaired(g) > 0 for g in f.fields):
            return [*rest[:position], Add(*(product((g, divisor)) for g in f.fields)), *rest[position + 1 :]], True
    return rest, False


def _below(f: Term) -> TypeGuard[Pow]:
    return isinstance(f, Pow) and isinstance(f.exponent, Num) and f.exponent.value < 0


def _matching(exps: Sequence[Fn], x: Term, count: Fraction) -> tuple[list[Term], Fraction]:
    taken: list[Term] = []
    matched = Fraction(0)
    for f in exps:
        c = logits.multiple(f.arguments[0], x)
        if c is not None and 0 < c <= count - matched:
            taken.append(f)
            matched += c
    return taken, matched


def _sigmoid_powers(low: Lowering, x: Term, up: Fraction, down: Fraction) -> list[Value]:
    """sigmoid(x)^up sigmoid(-x)^down."""
    result = []
    for count, argument in ((up, x), (down, prepare(product((Num(-1), x))))):
        if count:
            result.append(low.power(elementwise("expit", [low.lower(argument)], low.order), count))
    return result


def _softmax(
    low: Lowering, base: Term, parts: Sequence[Piece], exps: Sequence[Fn], count: Fraction, masks: Sequence[Mask]
) -> tuple[list[Value], list[Term]]:
    held = scaled(low, base, parts)
    masks = masks if held.guarded else ()
    taken: list[Term] = []
    left = count
    values: list[Value] = []
    for f in exps:
        u = f.arguments[0]
        c = next((c for c in map(Fraction, range(1, int(left) + 1)) if any(_instance(u, p, c) for p in parts)), None)
        if c is None:
            continue
        unit = exponential(low, low.lower(prepare(product((Num(1 / c), u)))), held.shift, masks)
        share = elementwise("div", [unit or Value(ONE), held.value], low.order)
        values.append(low.power(share, c))
        taken.append(f)
        left -= c
        if not left:
            break
    if left:
        others = [f for f in exps if f not in taken]
        shift = held.shift if left == 1 else elementwise("mul", [Value(number(left)), held.shift], low.order)
        exponent = Value(ZERO)
        if others:
            exponent = low.lower(prepare(Add(*(f.arguments[0] for f in others))))
            taken += others
        lifted = exponential(low, exponent, shift, masks)
        values.append(elementwise("div", [lifted or Value(ONE), low.power(held.value, left)], low.order))
    return values, taken


def _instance(u: Term, part: Piece, c: Fraction) -> bool:
    """Whether u is c times the piece's exponent at some value of its bound indices."""
    if part.exponent is None:
        return False
    target = alpha_key(prepare(product((Num(1 / c), u))) if c != 1 else u)
    candidates = [part.exponent]
    for index in part.summed:
        places = {a for i in free_indices(u) for a in (i,)} | set(_subscripts(u))
        candidates = (
            [substitute(v, {index: p}) for v in candidates for p in places]
            if index in free_indices(part.exponent)
            else candidates
        )
    return any(alpha_key(v) == target for v in candidates)


def _subscripts(u: Term) -> set[Affine]:
    from derive.terms import children

    found = set(u.indices) if isinstance(u, Entry) else set()
    for child in children(u):
        found |= _subscripts(child)
    return found


# --- logarithms ----


def logarithm(low: Lowering, argument: Term, weight: Term | None = None) -> Value:
    """log(argument). With a ``weight`` that multiplies it and may be 0: finite where the weight is 0."""
    order = low.order
    parts: list[tuple[Fraction, Value]] = []
    exponents: list[tuple[Fraction, Value]] = []
    shifts: list[tuple[Fraction, Value]] = []
    rest: list[Term] = []
    for factor in logits.flipped(argument.fields if isinstance(argument, Mul) else (argument,)):
        base, p = (
            (factor.base, factor.exponent.value)
            if isinstance(factor, Pow) and isinstance(factor.exponent, Num)
            else (factor, Fraction(1))
        )
        x = logistic(base)
        found = None if x is not None else pieces(low, base)
        if is_exp(base):
            exponents.append((p, low.lower(base.arguments[0])))
        elif x is not None:
            parts.append((p, softplus(low, x)))
        elif isinstance(base, Add) and _one_minus_exp(base) is not None:
            parts.append((p, _log_one_minus_exp(low, _one_minus_exp(base))))  # type: ignore[arg-type]
        elif found is not None and (run := running.logarithm(low, found)) is not None:
            parts.append((p, run))
        elif found is not None:
            held = scaled(low, base, found)
            shifts.append((p, held.shift))
            parts.append((p, elementwise("log", [held.value], order)))
        elif isinstance(base, Fn) and base.name in ("gamma", "factorial"):
            parts.append((p, _log_gamma(low, base)))
        elif isinstance(base, Fn) and base.name == "cosh":
            parts.append((p, _log_cosh(low, base.arguments[0])))
        elif isinstance(base, Determinant) or (
            isinstance(base, Fn) and base.name == "abs" and isinstance(base.arguments[0], Determinant)
        ):
            inside = base if isinstance(base, Determinant) else base.arguments[0]
            assert isinstance(inside, Determinant)
            parts.append((p, low.log_determinant(inside.matrix)))
        elif isinstance(base, Prod) and is_positive(base.body):
            parts.append((p, low.lower(Sum(base.index, prepare(log(base.body))))))
        else:
            rest.append(factor)
    if rest:
        alone = not (parts or exponents)
        parts.append((Fraction(1), _plain_logarithm(low, rest, weight, alone)))
    for p, shift in shifts:  # (u - m) - log S' rather than u - (m + log S'): what cancels meets first
        match = next((e for e in exponents if e[0] == -p), None)
        if match is None:
            parts.append((p, shift))
        else:
            exponents.remove(match)
            lifted = difference(low, match[1], shift)
            parts += [(-p, lifted)] if lifted is not None else []
    return low.combine([*exponents, *parts])


def _plain_logarithm(low: Lowering, factors: list[Term], weight: Term | None, alone: bool) -> Value:
    order = low.order
    if (
        len(factors) == 1
        and isinstance(factors[0], Pow)
        and isinstance(factors[0].exponent, Num)
        and is_positive(factors[0].base)
    ):
        power = factors[0]
        inner = _plain_logarithm(low, [power.base], weight, alone)
        return contract([Value(number(split_coefficient(power.exponent)[0])), inner], (), order)
    if len(factors) == 1 and isinstance(factors[0], Add) and ONE_TERM in factors[0].fields:
        rest = prepare(Add(*(f for f in factors[0].fields if f is not ONE_TERM)))
        return elementwise("log1p", [low.lower(rest)], order)
    above, below = low.fraction(factors)
    if weight is not None and not all(is_positive(f) for f in factors):
        zero = elementwise("equal", [low.lower(weight), Value(ZERO)], order)
        above = [v if v.is_number else elementwise("add", [v, zero], order) for v in above]
        below = [v if v.is_number else elementwise("add", [v, zero], order) for v in below]
    value = contract(above, (), order, (), below)
    if not alone and not all(is_positive(f) for f in factors):
        value = elementwise("abs", [value], order)
    return elementwise("log", [value], order)


def softplus(low: Lowering, x: Term) -> Value:
    """log(1 + e^x) = max(x, 0) + log1p(e^-|x|)."""
    value = low.lower(x)
    tail = elementwise("exp", [elementwise("neg", [elementwise("abs", [value], low.order)], low.order)], low.order)
    return elementwise(
        "add",
        [elementwise("maximum", [value, Value(ZERO)], low.order), elementwise("log1p", [tail], low.order)],
        low.order,
    )


def _one_minus_exp(body: Add) -> Term | None:
    if len(body.fields) == 2 and ONE_TERM in body.fields:
        (other,) = (f for f in body.fields if f is not ONE_TERM)
        c, rest = split_coefficient(other)
        if c == -1 and is_exp(rest):
            return rest.arguments[0]
    return None


def _log_one_minus_exp(low: Lowering, x: Term) -> Value:
    value = low.lower(x)
    near = elementwise("log", [elementwise("neg", [elementwise("expm1", [value], low.order)], low.order)], low.order)
    half = Value(number(Fraction(-693, 1000)))
    below = elementwise("minimum", [value, half], low.order)  # log(1 - 1) is not taken where it is not used
    far = elementwise("log1p", [elementwise("neg", [elementwise("exp", [below], low.order)], low.order)], low.order)
    return elementwise("where", [elementwise("greater", [value, half], low.order), near, far], low.order)


def _log_gamma(low: Lowering, base: Fn) -> Value:
    """log gamma(u), and log u! = log gamma(u + 1): gamma itself overflows at 171."""
    value = low.lower(base.arguments[0])
    if base.name == "factorial":
        value = elementwise("add", [value, Value(ONE)], low.order)
    return elementwise("loggamma", [value], low.order)


def _log_cosh(low: Lowering, x: Term) -> Value:
    """log1p(2 sinh(x/2)^2), from |x| = 20 on continued by |x| - 20: there |x| - log 2 is exact to e^-40."""
    order = low.order
    a = elementwise("abs", [low.lower(x)], order)
    near = elementwise("minimum", [a, Value(number(20))], order)
    half = elementwise("sinh", [elementwise("mul", [Value(number(Fraction(1, 2))), near], order)], order)
    double = elementwise("mul", [Value(number(2)), elementwise("square", [half], order)], order)
    return elementwise("add", [elementwise("sub", [a, near], order), elementwise("log1p", [double], order)], order)


# --- sums that cancel ----


def addition(low: Lowering, body: Add) -> Value | None:
    """A sum that cancels, computed without: expm1, and differences with a root."""
    order = low.order
    if len(body.fields) != 2:
        return None
    paired = logits.both(low, body)
    if paired is not None:
        return paired
    (a, left), (b, right) = (split_coefficient(f) for f in body.fields)
    for (c, u), (d, v) in (((a, left), (b, right)), ((b, right), (a, left))):
        inside = logistic(u.base) if isinstance(u, Pow) and u.exponent == Num(-1) else None
        if inside is not None and v is ONE_TERM and c == -2 * d:  # c/(1 + e^x) - c/2
            half = prepare(product((Num(Fraction(-1, 2)), inside)))
            value = elementwise("tanh", [low.lower(half)], order)
            return contract([Value(number(c / 2)), value], (), order)
        if is_exp(u) and v is ONE_TERM and c == -d:  # c (e^x - 1)
            value = elementwise("expm1", [low.lower(u.arguments[0])], order)
            return contract([Value(number(c)), value], (), order)
        if isinstance(u, Pow) and u.exponent == Num(Fraction(1, 2)) and c == -d and isinstance(u.base, Add):
            rest = prepare(Add(u.base, product((Num(-1), Pow(v, 2)))))
            if v is ONE_TERM or (not isinstance(rest, Add) and is_positive(rest)):
                root, x = low.lower(u), low.lower(v)
                below = elementwise("add", [root, elementwise("abs", [x], order)], order)
                factor = root_of(rest)
                if factor is None or factor is ONE_TERM:
                    quotient = elementwise("div", [low.lower(rest), below], order)
                else:  # w (w / below): w^2 may overflow
                    w = low.lower(factor)
                    quotient = elementwise("mul", [w, elementwise("div", [w, below], order)], order)
                if not is_positive(v):
                    cond = elementwise("greater", [x, Value(ZERO)], order)
                    quotient = elementwise("where", [cond, quotient, elementwise("sub", [root, x], order)], order)
                return contract([Value(number(c)), quotient], (), order)
    return None


__all__ = ["addition", "logarithm", "quotients", "softplus"]
