"""Integrals as code: a closed form is suggested by SymPy and confirmed by the kernel, or by our own differentiation and continuity.

>>> from derive.terms import POSITIVE, Constant, Integral, Symbol, exp, term
>>> x, a = Symbol("x"), term(Symbol("a", domain=POSITIVE))
>>> closed_form(Integral(x, 0, Constant("oo"), exp(-a * x)))
a**(-1)
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from derive.terms import (
    REAL,
    Add,
    Constant,
    Derivative,
    Domain,
    Entry,
    Fn,
    Integral,
    IntValue,
    Mul,
    Num,
    Pow,
    Relation,
    Symbol,
    Term,
    children,
    free_indices,
    free_symbols,
    rebuild,
    substitute,
)

SECONDS = 20
SMOOTH = frozenset("exp log sin cos sinh cosh tanh arctan erf".split())  # continuous where they are defined


def closed_form(integral: Integral) -> Term | None:
    """A term without the integral that was shown equal to it; None where none was found."""
    found: Term | None = integral.memo("export.closed", _closed_form)
    return found


def _closed_form(integral: Integral) -> Term | None:
    from derive.terms.sympy_bridge import from_sympy, names, to_sympy

    plain, meanings = _with_numbers_for_arrays(integral)
    if not all(isinstance(node, Add | Mul | Pow | Fn | Num | Constant | Entry | IntValue) for node in _inside(plain)):
        return None
    x, ends = plain.symbol, (plain.lower, plain.upper)
    values, antiderivatives = _asked(*(to_sympy(t) for t in (plain.body, Entry(x, ()), *ends)))
    known = names(plain.body, *ends, Entry(x, ()))

    def read(suggestions: list[Any]) -> Iterator[Term]:
        for s in suggestions:
            try:
                yield from_sympy(s, known)
            except (KeyError, ValueError, TypeError):
                continue

    for value in read(values):
        if _equal(plain, value):
            return substitute(value, {}, meanings)
    for whole in read(antiderivatives):
        upper, lower = (substitute(whole, {}, {x: end}) for end in (plain.upper, plain.lower))
        if _equal(plain, upper - lower) or _is_antiderivative(whole, plain):
            return substitute(upper - lower, {}, meanings)
    return None


def _asked(*parts: Any) -> tuple[list[Any], list[Any]]:
    """SymPy's suggestions, from a process that is ended when it takes too long."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "derive.export.suggestions"],
            input=pickle.dumps(parts), capture_output=True, timeout=SECONDS, check=True,
        )  # fmt: skip
        found: tuple[list[Any], list[Any]] = pickle.loads(done.stdout)
    except (subprocess.SubprocessError, pickle.PickleError, EOFError, AttributeError, TypeError):
        return [], []
    return found


def _inside(t: Any) -> Iterator[Any]:
    for child in children(t):
        yield child
        yield from _inside(child)


def _with_numbers_for_arrays(integral: Integral) -> tuple[Integral, dict[Symbol, Term]]:
    """The integral with a number for every entry of an array and every sum that is free of the variable, and what they stand for."""
    meanings: dict[Symbol, Term] = {}

    def put(node: Any) -> Any:
        plain = isinstance(node, Num | Constant) or (isinstance(node, Entry) and not node.symbol.shape)
        if isinstance(node, Term) and not plain and integral.symbol not in free_symbols(node):
            if isinstance(node, Add | Mul | Pow) and not free_indices(node):
                return rebuild(node, put)
            from derive.export.ranges import is_positive

            known = next((s for s, t in meanings.items() if t is node), None)
            domain = Domain(lower=0, lower_open=True) if is_positive(node) else REAL  # type: ignore[arg-type]
            symbol = known or Symbol(f"number{len(meanings)}", domain=domain)
            meanings[symbol] = node
            return Entry(symbol, ())
        return rebuild(node, put)

    body, lower, upper = (put(t) for t in (integral.body, integral.lower, integral.upper))
    return Integral(integral.symbol, lower, upper, body), meanings


def _equal(one: Term, other: Term) -> bool:
    from derive.kernel import KernelError, by_normal_form

    try:
        by_normal_form(one, other)
    except KernelError:
        return False
    return True


def _is_antiderivative(whole: Term, integral: Integral) -> bool:
    """Whether its derivative is the integrand, and both are continuous on the interval, which has finite ends."""
    from derive.normal_form.definedness import conditions
    from derive.normal_form.order import ordered

    ends = (integral.lower, integral.upper)
    if any(isinstance(node, Constant) and node.name == "oo" for end in ends for node in (end, *_inside(end))):
        return False
    if any(isinstance(n, Fn) and n.name not in SMOOTH for n in (whole, *_inside(whole), *_inside(integral.body))):
        return False
    x = integral.symbol
    if all(isinstance(end, Num) for end in ends):
        low, high = sorted(end.value for end in ends if isinstance(end, Num))
        inside = Symbol(x.name, (), Domain(lower=low, upper=high))
    else:
        inside = Symbol(x.name, (), REAL)
    here = {x: Entry(inside, ())}
    body, whole = substitute(integral.body, {}, here), substitute(whole, {}, here)
    for c in (*conditions(body), *conditions(whole)):
        if inside in free_symbols(c.subject):
            op, sides = {
                "nonnegative": ("<=", (Num(0), c.subject)), "positive": ("<", (Num(0), c.subject)), "nonzero": ("!=", (c.subject, Num(0)))
            }[c.kind]  # fmt: skip
            if not ordered(Relation(op, *sides)).proved:
                return False
    return _equal(Derivative(whole, inside, ()), body)
