"""Terms to polynomials: the normal form of every head."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derive.normal_form import guards, matrices, matrix_powers
from derive.normal_form.derivative import evaluate
from derive.normal_form.functions import elementary
from derive.normal_form.integers import implied
from derive.normal_form.normalizer import EXPAND_RANGE, Normalizer, Undefined, integer_poly, make_lambda
from derive.normal_form.poly import (
    ONE,
    ZERO,
    Lam,
    Poly,
    add_polys,
    atom,
    constant,
    single,
)
from derive.terms import (
    Add,
    Apply,
    Arr,
    Constant,
    Determinant,
    Entry,
    Expectation,
    Fn,
    Guard,
    Index,
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
    Symbol,
    Term,
    fresh_index,
    substitute,
)


def normal_form(nz: Normalizer, t: Term) -> Poly:
    """The normal form of a term under the facts of ``nz``. Derivatives are carried out first."""
    return _read(nz, evaluate(t))


def _read(nz: Normalizer, t: Term) -> Poly:
    found = nz.cache.get(t)
    if found is None:
        found = nz.cache[t] = _HEADS[type(t)](nz, t)
    return found


def _num(nz: Normalizer, t: Num) -> Poly:
    return constant(t.value)


def _constant(nz: Normalizer, t: Constant) -> Poly:
    if t.name == "oo":
        raise Undefined("infinity is not a number")
    return single(atom("pi")) if t.name == "pi" else single(atom("constant", t.name))


def _integer(nz: Normalizer, t: IntValue) -> Poly:
    return integer_poly(t.value)


def entry(nz: Normalizer, symbol: Symbol, indices: tuple[Any, ...]) -> Poly:
    """An entry of a symbol, with what its matrix properties say of it."""
    base = single(atom("entry", symbol, indices))
    if len(indices) == 2:
        gap = indices[0] - indices[1]
        if "diagonal" in symbol.properties:
            return nz.multiply(base, guards.integer_guard("==", gap))
        if "lower_triangular" in symbol.properties:
            return nz.multiply(base, guards.integer_guard(">=", gap))
        if "upper_triangular" in symbol.properties:
            return nz.multiply(base, guards.integer_guard(">=", -gap))
    return base


def _entry(nz: Normalizer, t: Entry) -> Poly:
    return entry(nz, t.symbol, t.indices)


def _add(nz: Normalizer, t: Add) -> Poly:
    return add_polys([_read(nz, u) for u in t.fields])


def _mul(nz: Normalizer, t: Mul) -> Poly:
    # guards first: what they exclude needs no value
    conditions = [u for u in t.fields if isinstance(u, Guard)]
    if conditions:
        guard = nz.multiply_all(_read(nz, u) for u in conditions)
        if not guard.terms:
            return ZERO
        return nz.multiply(guard, nz.multiply_all(_read(nz, u) for u in t.fields if not isinstance(u, Guard)))
    return nz.multiply_all(_read(nz, u) for u in t.fields)


def _whole(e: Term) -> bool:
    return isinstance(e, Num) and e.value.denominator == 1


def _pow(nz: Normalizer, t: Pow) -> Poly:
    if isinstance(t.base, Pow) and _whole(t.exponent) and _whole(t.base.exponent):  # ((1 - q)^2)^-1, not expanded
        return _read(nz, Pow(t.base.base, t.base.exponent * t.exponent))
    base, e = _read(nz, t.base), _read(nz, t.exponent)
    value = e.constant
    if value is None:
        return nz.symbolic_power(nz.tidy(base), e)
    if value.denominator > 1 or value < 0:
        base = nz.tidy(base)
    return nz.power(base, value)


def _fn(nz: Normalizer, t: Fn) -> Poly:
    return elementary(nz, t.name, [nz.tidy(_read(nz, u)) for u in t.arguments])


def _sum(nz: Normalizer, t: Sum) -> Poly:
    index, body = t.index, t.body
    length = index.length
    if length is not None and length.is_constant and length.constant <= EXPAND_RANGE:
        return add_polys(_read(nz, substitute(body, {index: index.lo + k})) for k in range(max(0, length.constant)))
    new = fresh_index(index)
    return nz.sum_over(new, _read(nz, substitute(body, {index: new})))


def _prod(nz: Normalizer, t: Prod) -> Poly:
    index, body = t.index, t.body
    length = index.length
    if length is not None and length.is_constant and length.constant <= EXPAND_RANGE:
        return nz.multiply_all(
            _read(nz, substitute(body, {index: index.lo + k})) for k in range(max(0, length.constant))
        )
    extra = 0 if index.hi is None or index.hi.is_constant else index.hi.constant
    last: list[Poly] = []
    if 0 < extra <= EXPAND_RANGE and implied(index.hi - extra - index.lo + 1):  # the last factors stand alone
        last = [_read(nz, substitute(body, {index: index.hi - k})) for k in range(extra)]
        shorter = Index(index.name, index.lo, index.hi - extra)
        index, body = shorter, substitute(body, {index: shorter})
    new = fresh_index(index)
    return nz.multiply_all([product_over(nz, new, _read(nz, substitute(body, {index: new}))), *last])


def product_over(nz: Normalizer, index: Any, p: Poly) -> Poly:
    """The product of ``p`` over all values of ``index``."""
    from derive.normal_form.poly import factor_free

    if not p.terms:
        return ZERO if nz.facts.positive(nz.length(index)) else nz.power(ZERO, nz.length(index))
    if index not in p.free:
        return nz.power(p, nz.length(index))
    if len(p.terms) > 1:
        if nz.facts.positive(p):
            return nz.exp(nz.sum_over(index, nz.log(p)))
        return single(atom("prod", make_lambda((index,), p)))
    m, c = p.terms[0]
    result = ONE
    if c != 1:
        result = nz.power(constant(c), nz.length(index))
    for b, e in m.factors:
        if index not in factor_free((b, e)):
            result = nz.multiply(result, nz.power(single(b, e), nz.length(index)))
        elif b.head == "exp" if hasattr(b, "head") else False:
            inner = Poly(((b.parts[0], Fraction(1)),))
            inner = nz.multiply(inner, e if isinstance(e, Poly) else constant(e))
            result = nz.multiply(result, nz.exp(nz.sum_over(index, inner)))
        elif nz.facts.positive(b):
            exponent = e if isinstance(e, Poly) else constant(e)
            base = b.parts[0] if getattr(b, "head", "") == "power" else single(b)
            result = nz.multiply(result, nz.exp(nz.sum_over(index, nz.multiply(exponent, nz.log(base)))))
        elif isinstance(e, Fraction):
            result = nz.multiply(result, single(atom("prod", make_lambda((index,), single(b))), e))
        else:
            result = nz.multiply(result, single(atom("prod", make_lambda((index,), single(b, e)))))
    return result


def _guard(nz: Normalizer, t: Guard) -> Poly:
    if not isinstance(t.subject, Term):
        return guards.integer_guard(t.op, t.subject)
    p = _read(nz, t.subject)
    if t.op == ">":
        return guards.positive(nz, p) if p.terms else ZERO
    if t.op == ">=":
        return ONE - guards.positive(nz, -p) if p.terms else ONE
    equal = guards.zero(nz, p)
    return equal if t.op == "==" else ONE - equal


def array(nz: Normalizer, a: Arr) -> Lam:
    """An array as a lambda in normal form (composite axes flattened)."""
    axes, body = a.open()
    return make_lambda([i for axis in axes for i in axis], nz.tidy(_read(nz, body)))


def _argument(nz: Normalizer, value: Any) -> Any:
    return array(nz, value) if isinstance(value, Arr) else nz.tidy(_read(nz, value))


def _apply(nz: Normalizer, t: Apply) -> Poly:
    arguments = tuple(_argument(nz, a) for a in t.arguments)
    if len(arguments) == 1 and isinstance(arguments[0], Poly):
        done = guards.split(nz, arguments[0])
        if done is not None:
            guard, yes, no = done
            return nz.multiply(guard, apply_atom(t, (yes,))) + nz.multiply(ONE - guard, apply_atom(t, (no,)))
    return apply_atom(t, arguments)


def apply_atom(t: Apply, arguments: tuple[Any, ...]) -> Poly:
    return single(atom("apply", t.function, arguments, t.indices, t.partials))


def _inverse(nz: Normalizer, t: InverseEntry) -> Poly:
    return matrices.inverse_entry(nz, array(nz, t.matrix), t.row, t.column)


def _determinant(nz: Normalizer, t: Determinant) -> Poly:
    axes = t.matrix.axes
    if any(len(axis) > 1 for axis in axes):
        return matrices.kronecker_determinant(nz, t.matrix)
    return matrices.determinant(nz, array(nz, t.matrix))


def _matrix_power(nz: Normalizer, t: MatrixPowerEntry) -> Poly:
    return matrix_powers.power_entry(nz, array(nz, t.matrix), t.exponent, t.row, t.column)


def _expectation(nz: Normalizer, t: Expectation) -> Poly:
    from derive.normal_form.expectation import expectation

    return expectation(nz, _read(nz, t.body), t.given)


def _integral(nz: Normalizer, t: Integral) -> Poly:
    from derive.normal_form.integrals import integral

    return integral(nz, t, _read)


def _limit(nz: Normalizer, t: Limit) -> Poly:
    from derive.normal_form.integrals import limit

    return limit(nz, t, _read)


_HEADS: dict[type, Callable[[Normalizer, Any], Poly]] = {
    Num: _num, Constant: _constant, IntValue: _integer, Entry: _entry, Add: _add, Mul: _mul, Pow: _pow, Fn: _fn, Sum: _sum,
    Prod: _prod, Guard: _guard, Apply: _apply, InverseEntry: _inverse, Determinant: _determinant,
    MatrixPowerEntry: _matrix_power, Expectation: _expectation, Integral: _integral, Limit: _limit,
}  # fmt: skip
