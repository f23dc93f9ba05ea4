"""The value of a normal form: its data written as a term again, for the evaluator. Shares no code with the normal form."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.normal_form.poly import Comp, Lam, Mono, Poly
from derive.terms import (
    PI,
    Add,
    Apply,
    Arr,
    Constant,
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
    Symbol,
    Term,
)


def as_term(part: Any) -> Any:
    """The term that a polynomial, monomial, component or atom stands for."""
    if isinstance(part, Fraction):
        return Num(part)
    if isinstance(part, Poly):
        return Add(*(Mul(c, as_term(m)) for m, c in part.terms)) if part.terms else Num(0)
    if isinstance(part, Mono):
        return product(part.factors)
    if isinstance(part, Comp):
        body = product(part.factors)
        for index in reversed(_outermost_first(part.bound)):
            body = Sum(index, body)
        return body
    if isinstance(part, Lam):
        return Arr(tuple((i,) for i in part.indices), as_term(part.body))
    return ATOMS[part.head](*part.parts)


def product(factors: Any) -> Term:
    return (
        Mul(*(b if e == 1 else Pow(b, as_term(e)) for b, e in ((as_term(b), e) for b, e in factors)))
        if factors
        else Num(1)
    )


def _outermost_first(bound: Any) -> list[Any]:
    """Indices whose ranges mention others come after them."""
    order: list[Any] = []
    todo = list(bound)
    while todo:
        free = [
            i for i in todo if not any(o in (*i.lo.indices, *(i.hi.indices if i.hi is not None else ())) for o in todo)
        ]
        assert free, "ranges that depend on each other"
        order += free
        todo = [i for i in todo if i not in free]
    return order


def _end(end: Any) -> Term:
    return {"oo": Constant("oo"), "-oo": Mul(-1, Constant("oo"))}[end] if isinstance(end, str) else as_term(end)


def _argument(value: Any) -> Any:
    return as_term(value)


def _symbol(name: str, body: Any) -> Symbol:
    found = [a for a in body.atoms if isinstance(a, Symbol) and a.name == name]
    return found[0] if found else Symbol(name)


ATOMS = {
    "entry": lambda s, ix: Entry(s, ix),
    "int": lambda a: IntValue(a),
    "num": lambda v: Num(v),
    "pi": lambda: PI,
    "constant": lambda name: Constant(name),
    "exp": lambda m: Fn("exp", as_term(m)),
    "log": lambda p: Fn("log", as_term(p)),
    "log_abs": lambda p: Fn("log", Fn("abs", as_term(p))),
    "power": lambda p: as_term(p),
    "guard": lambda op, a: Guard(op, a),
    "positive": lambda p: Guard(">", as_term(p)),
    "zero": lambda p: Guard("==", as_term(p)),
    "fn": lambda name, *args: Fn(name, *map(as_term, args)),
    "prod": lambda lam: Prod(lam.indices[0], as_term(lam.body)),
    "inverse": lambda lam, row, column, _symmetric: InverseEntry(as_term(lam), row, column),
    "matpow": lambda lam, k, row, column: MatrixPowerEntry(as_term(lam), k, row, column),
    "det": lambda lam: Determinant(as_term(lam)),
    "apply": lambda f, args, ix, partials: Apply(f, tuple(map(_argument, args)), ix, partials),
    "expect": lambda m, given: Expectation(as_term(m), given),
    "integral": lambda name, lower, upper, body: Integral(_symbol(name, body), _end(lower), _end(upper), as_term(body)),
    "limit": lambda name, point, side, body: Limit(_symbol(name, body), _end(point), as_term(body), side),
}
