"""Derivatives of terms by index calculus (Laue, Mitterreiter, Giesen 2018, 2020): an entry gives deltas, the rest is the chain rule.

``differentiate`` takes one partial derivative and evaluates nothing else; ``evaluate`` replaces every `Derivative` and `At` in a
term by its value. Kinks (abs, max, min, sign) are differentiated off the kink; the guards say so.

>>> from derive.terms import Index, Size, Sum, Symbol
>>> n = Size("n"); x = Symbol("x", (n,)); i, k = Index("i", 1, n), Index("k", 1, n)
>>> differentiate(Sum(i, x[i] ** 2), x, (k,))
Sum(i, 2*x[i]*[i - k == 0])
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derive.terms import (
    ONE,
    PI,
    ZERO,
    Add,
    Affine,
    Apply,
    Arr,
    At,
    Constant,
    Derivative,
    Determinant,
    Entry,
    Expectation,
    Fn,
    Guard,
    Index,
    Integral,
    IntValue,
    InverseEntry,
    MatrixPowerEntry,
    Mul,
    Num,
    Pow,
    Prod,
    Sum,
    Symbol,
    Term,
    affine,
    children,
    free_indices,
    free_symbols,
    fresh_index,
    rebuild,
    substitute,
)


class NotDifferentiable(ValueError):
    """No rule differentiates this head by this variable."""


def _relu_guard(u: Term) -> Term:
    return Guard(">", u)


ELEMENTARY: dict[str, Callable[[Term], Term]] = {
    "exp": lambda u: Fn("exp", u),
    "log": lambda u: Pow(u, -1),
    "sin": lambda u: Fn("cos", u),
    "cos": lambda u: -Fn("sin", u),
    "tan": lambda u: 1 + Fn("tan", u) ** 2,
    "sinh": lambda u: Fn("cosh", u),
    "cosh": lambda u: Fn("sinh", u),
    "tanh": lambda u: 1 - Fn("tanh", u) ** 2,
    "arcsin": lambda u: (1 - u**2) ** Fraction(-1, 2),
    "arccos": lambda u: -((1 - u**2) ** Fraction(-1, 2)),
    "arctan": lambda u: (1 + u**2) ** -1,
    "abs": lambda u: Fn("sign", u),
    "sign": lambda u: ZERO,
    "floor": lambda u: ZERO,
    "erf": lambda u: 2 * PI ** Fraction(-1, 2) * Fn("exp", -(u**2)),
    "loggamma": lambda u: Fn("digamma", u),
    "digamma": lambda u: Fn("trigamma", u),
    "gamma": lambda u: Fn("gamma", u) * Fn("digamma", u),
    "softplus": lambda u: Pow(1 + Fn("exp", -u), -1),
}


def differentiate(t: Term, symbol: Symbol, indices: tuple[Any, ...] = ()) -> Term:
    """The partial derivative of ``t`` by the entry ``symbol[indices]``. Raises NotDifferentiable."""
    places = tuple(affine(i) for i in indices)
    return _d(t, symbol, places)


def _d(t: Term, x: Symbol, at: tuple[Affine, ...]) -> Term:
    if x not in free_symbols(t):
        return ZERO
    rule = _RULES.get(type(t))
    if rule is None:
        raise NotDifferentiable(f"no rule differentiates {type(t).__name__}")
    return rule(t, x, at)


def _entry(t: Entry, x: Symbol, at: tuple[Affine, ...]) -> Term:
    return Mul(*(Guard("==", a - b) for a, b in zip(t.indices, at, strict=True)))


def _add(t: Add, x: Symbol, at: tuple[Affine, ...]) -> Term:
    return Add(*(_d(u, x, at) for u in t.fields))


def _mul(t: Mul, x: Symbol, at: tuple[Affine, ...]) -> Term:
    factors = t.fields
    parts = []
    for k, u in enumerate(factors):
        du = _d(u, x, at)
        if du is not ZERO:
            parts.append(Mul(*factors[:k], du, *factors[k + 1 :]))
    return Add(*parts) if parts else ZERO


def _pow(t: Pow, x: Symbol, at: tuple[Affine, ...]) -> Term:
    base, e = t.base, t.exponent
    db, de = _d(base, x, at), _d(e, x, at)
    parts = []
    if db is not ZERO:
        parts.append(Mul(e, Pow(base, e - 1), db))
    if de is not ZERO:
        parts.append(Mul(t, Fn("log", base), de))
    return Add(*parts) if parts else ZERO


def _fn(t: Fn, x: Symbol, at: tuple[Affine, ...]) -> Term:
    if t.name in ("max", "min"):
        u = t.arguments[0]
        if len(t.arguments) > 2:
            return _fn(Fn(t.name, Fn(t.name, *t.arguments[:-1]), t.arguments[-1]), x, at)  # type: ignore[arg-type]
        v = t.arguments[1]
        first = _relu_guard(u - v) if t.name == "max" else _relu_guard(v - u)
        second = _relu_guard(v - u) if t.name == "max" else _relu_guard(u - v)
        return Mul(first, _d(u, x, at)) + Mul(second, _d(v, x, at))
    if t.name not in ELEMENTARY or len(t.arguments) != 1:
        raise NotDifferentiable(f"{t.name} is not differentiated here")
    u = t.arguments[0]
    return Mul(ELEMENTARY[t.name](u), _d(u, x, at))


def _binder(t: Any, x: Symbol, at: tuple[Affine, ...]) -> Any:
    taken = {i for a in at for i in a.indices}
    if t.index in taken:
        new = fresh_index(t.index)
        return type(t)(new, substitute(t.body, {t.index: new}))
    return t


def _sum(t: Sum, x: Symbol, at: tuple[Affine, ...]) -> Term:
    t = _binder(t, x, at)
    return Sum(t.index, _d(t.body, x, at))


def _prod(t: Prod, x: Symbol, at: tuple[Affine, ...]) -> Term:
    t = _binder(t, x, at)
    other = fresh_index(t.index)
    db = _d(t.body, x, at)
    rest = Prod(other, Add(ONE, Mul(Guard("!=", other - t.index), substitute(t.body, {t.index: other}) - 1)))
    return Sum(t.index, Mul(db, rest))


def _guard(t: Guard, x: Symbol, at: tuple[Affine, ...]) -> Term:
    return ZERO  # locally constant off its boundary


def _derivative(t: Derivative, x: Symbol, at: tuple[Affine, ...]) -> Term:
    return _d(differentiate(t.body, t.symbol, t.indices), x, at)


def _at(t: At, x: Symbol, at: tuple[Affine, ...]) -> Term:
    return _d(_put(evaluate(t.body), t.symbol, evaluate(t.value)), x, at)


def _arguments(value: Any) -> tuple[tuple[Index, ...], Term]:
    """An argument's entry at fresh indices."""
    if isinstance(value, Arr):
        axes, body = value.open()
        return tuple(i for axis in axes for i in axis), body
    return (), value


def _apply(t: Apply, x: Symbol, at: tuple[Affine, ...]) -> Term:
    parts = []
    for k, argument in enumerate(t.arguments):
        if x not in free_symbols(argument):
            continue
        if len(t.partials) >= t.function.smooth:
            raise NotDifferentiable(f"{t.function.name} is not declared differentiable {len(t.partials) + 1} times")
        indices, body = _arguments(argument)
        outer: Term = Apply(t.function, t.arguments, t.indices, (*t.partials, (k, indices)))
        inner = Mul(outer, _d(body, x, at))
        for i in reversed(indices):
            inner = Sum(i, inner)
        parts.append(inner)
    return Add(*parts) if parts else ZERO


def _integral(t: Integral, x: Symbol, at: tuple[Affine, ...]) -> Term:
    """Leibniz's rule; exchange of derivative and integral is a cited axiom."""
    parts: list[Term] = [Integral(t.symbol, t.lower, t.upper, _d(t.body, x, at))]
    for end, sign in ((t.upper, 1), (t.lower, -1)):
        if x in free_symbols(end):
            parts.append(Mul(sign, substitute(t.body, {}, {t.symbol: end}), _d(end, x, at)))
    return Add(*parts)


def _expectation(t: Expectation, x: Symbol, at: tuple[Affine, ...]) -> Term:
    if x.kind == "random":
        raise NotDifferentiable(f"an expectation is not differentiated by the random variable {x.name}")
    return Expectation(_d(t.body, x, at), t.given)


def _matrix_entry(m: Arr, row: Any, column: Any, x: Symbol, at: tuple[Affine, ...]) -> Term:
    return _d(m.at(row, column), x, at)


def _inverse(t: InverseEntry, x: Symbol, at: tuple[Affine, ...]) -> Term:
    """d(M^-1) = -M^-1 dM M^-1."""
    a, b = (fresh_index(i) for i in t.matrix.indices)
    body = Mul(
        -1, InverseEntry(t.matrix, t.row, a), _matrix_entry(t.matrix, a, b, x, at), InverseEntry(t.matrix, b, t.column)
    )
    return Sum(a, Sum(b, body))


def _determinant(t: Determinant, x: Symbol, at: tuple[Affine, ...]) -> Term:
    """Jacobi's formula where the matrix is invertible: d det M = det M tr(M^-1 dM)."""
    inner = t.matrix.body
    if isinstance(inner, MatrixPowerEntry) and (inner.row, inner.column) == tuple(map(affine, t.matrix.indices)):
        if free_indices(inner.matrix).isdisjoint(t.matrix.indices):  # det(M^k) = det(M)^k
            return _d(Pow(Determinant(inner.matrix), IntValue(inner.exponent)), x, at)
    if len(t.matrix.indices) != 2:
        raise NotDifferentiable("the determinant of a Kronecker product: write it by the determinants of its factors")
    a, b = (fresh_index(i) for i in t.matrix.indices)
    return Mul(t, Sum(a, Sum(b, InverseEntry(t.matrix, b, a) * _matrix_entry(t.matrix, a, b, x, at))))


def _matrix_power(t: MatrixPowerEntry, x: Symbol, at: tuple[Affine, ...]) -> Term:
    """d(M^k) = sum_{r=0}^{k-1} M^r dM M^(k-1-r)."""
    a, b = (fresh_index(i) for i in t.matrix.indices)
    r = fresh_index(None, 0, t.exponent - 1)
    body = Mul(
        MatrixPowerEntry(t.matrix, r, t.row, a),
        _matrix_entry(t.matrix, a, b, x, at),
        MatrixPowerEntry(t.matrix, t.exponent - 1 - r, b, t.column),
    )
    return Sum(r, Sum(a, Sum(b, body)))


def _zero(t: Any, x: Symbol, at: tuple[Affine, ...]) -> Term:
    return ZERO


_RULES: dict[type, Callable[[Any, Symbol, tuple[Affine, ...]], Term]] = {
    Num: _zero, Constant: _zero, IntValue: _zero, Entry: _entry, Add: _add, Mul: _mul, Pow: _pow, Fn: _fn, Sum: _sum, Prod: _prod,
    Guard: _guard, Derivative: _derivative, At: _at, Apply: _apply, Integral: _integral, Expectation: _expectation,
    InverseEntry: _inverse, Determinant: _determinant, MatrixPowerEntry: _matrix_power,
}  # fmt: skip


def evaluate(t: Any) -> Any:
    """The term or array with every derivative carried out and every `At` put in."""
    if not t.memo("derived", _has_derivative):
        return t
    if isinstance(t, Derivative):
        return differentiate(evaluate(t.body), t.symbol, t.indices)
    if isinstance(t, At):
        return _put(evaluate(t.body), t.symbol, evaluate(t.value))
    return rebuild(t, evaluate)


def _has_derivative(t: Any) -> bool:
    return isinstance(t, Derivative | At) or any(c.memo("derived", _has_derivative) for c in children(t))


def _put(body: Term, symbol: Symbol, value: Any) -> Term:
    result: Term = substitute(body, {}, {symbol: value})
    return result


def differentiation_axioms(t: Any) -> set[str]:
    """The cited axioms that carrying out the derivatives in ``t`` uses."""
    if isinstance(t, Derivative):
        heads = _heads_inside(t.body)
        found = {"Jacobi's formula"} if Determinant in heads else set()
        return found | ({"exchange of derivative and integral"} if _under_an_integral(t.body, t.symbol) else set())
    return {a for c in children(t) for a in differentiation_axioms(c)}


def _under_an_integral(t: Any, symbol: Symbol) -> bool:
    """Whether an integrand depends on the symbol (ends that do are no exchange)."""
    if isinstance(t, Integral) and symbol in free_symbols(t.body):
        return True
    return any(_under_an_integral(c, symbol) for c in children(t))


def _heads_inside(t: Any) -> set[type]:
    return {type(t)}.union(*(_heads_inside(c) for c in children(t)))
