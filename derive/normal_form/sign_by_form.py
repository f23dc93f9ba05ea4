"""Signs that can be read off the way a term is written, without a normal form.  Imports terms only."""

from __future__ import annotations

from typing import Any

from derive.terms import Add, Constant, Entry, Fn, IntValue, Mul, Num, Pow, Sum, Term


def sign_by_form(t: Any) -> bool | None:
    """True where a term is positive by the way it is written (1 + u^2, a sum of exponentials), False where only
    nonnegative, None where the form does not tell.

    >>> from derive.terms import Symbol, term
    >>> x = term(Symbol("x"))
    >>> sign_by_form(1 + (x - 2) ** 2), sign_by_form((x - 2) ** 2), sign_by_form(x + 1)
    (True, False, None)
    """
    if isinstance(t, Num):
        return None if t.value < 0 else t.value > 0
    if isinstance(t, IntValue):
        return True if t.value.atom is not None and getattr(t.value.atom, "lower", 0) > 0 else None
    if isinstance(t, Entry):
        d = t.symbol.domain
        return True if d.positive else False if d.nonnegative else None
    if isinstance(t, Fn):
        return True if t.name == "exp" else False if t.name == "abs" else None
    if isinstance(t, Pow):
        base, e = sign_by_form(t.base), t.exponent
        if base:
            return True
        even = isinstance(e, Num) and e.value.denominator == 1 and e.value % 2 == 0 and e.value > 0
        return False if even or (base is False and isinstance(e, Num) and e.value > 0) else None
    if isinstance(t, Sum):
        nonempty = t.index.length is not None and getattr(t.index.length.atom, "lower", 0) > 0
        inner = sign_by_form(t.body)
        return None if inner is None else inner and nonempty
    if isinstance(t, Add | Mul):
        signs = [sign_by_form(u) for u in t.fields]
        if None in signs:
            return None
        return any(signs) if isinstance(t, Add) else all(signs)
    return None


def never_zero(t: Term) -> bool:
    """Whether a term cannot vanish where it is defined, by the way it is written.

    >>> from derive.terms import Symbol, term
    >>> x = term(Symbol("x"))
    >>> never_zero(1 / x), never_zero(x)
    (True, False)
    """
    if isinstance(t, Pow) and isinstance(t.exponent, Num) and t.exponent.value < 0:
        return True
    if isinstance(t, Constant):
        return True
    if isinstance(t, Entry):
        d = t.symbol.domain
        return d.nonzero or d.positive or (d.values is not None and 0 not in d.values)
    if isinstance(t, Mul):
        return all(never_zero(f) for f in t.fields)
    if isinstance(t, Num):
        return t.value != 0
    return sign_by_form(t) is True
