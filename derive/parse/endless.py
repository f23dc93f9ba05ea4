"""Ends of integrals and limits that are written with \\infty: (\\infty - \\mu) / \\sigma with \\sigma > 0 is \\infty.

>>> from derive.terms import Domain, Symbol, term
>>> m, s = term(Symbol("m")), term(Symbol("s", domain=Domain(lower=0, lower_open=True)))
>>> at_infinity((INFINITY - m) / s), at_infinity((m - INFINITY) / s), at_infinity(m / s) is m / s, at_infinity(m * INFINITY)
(oo, (-1)*oo, True, None)
"""

from __future__ import annotations

from derive.terms import Add, Constant, Entry, Fn, IntValue, Mul, Num, Pow, Term, children

INFINITY = Constant("oo")
BELOW = Mul(-1, INFINITY)


def at_infinity(value: Term) -> Term | None:
    """The end of the line that a value with \\infty in it stands for, the value itself without one; None when it is not known."""
    if not mentions(value):
        return value
    if value is INFINITY:
        return value
    parts = value.fields if isinstance(value, (Add, Mul)) else ()
    endless = [p for p in parts if mentions(p)]
    ends = [at_infinity(p) for p in endless]
    if not ends or any(x is None or x is not ends[0] for x in ends):
        return None
    if isinstance(value, Add):
        return ends[0]
    signs = [_sign(p) for p in parts if not mentions(p)]
    if len(endless) != 1 or 0 in signs:
        return None
    up = (ends[0] is INFINITY) == (signs.count(-1) % 2 == 0)
    return INFINITY if up else BELOW


def mentions(value: Term) -> bool:
    """Whether \\infty stands anywhere in a value."""
    return value is INFINITY or any(mentions(c) for c in children(value) if isinstance(c, Term))


def _sign(value: Term) -> int:
    """1 or -1 where the declarations give it, 0 where they do not."""
    if isinstance(value, Num):
        return (value.value > 0) - (value.value < 0)
    if isinstance(value, Entry):
        return int(value.symbol.domain.positive)
    if isinstance(value, IntValue):
        return int(value.value.atom is not None and getattr(value.value.atom, "lower", 0) > 0)
    if isinstance(value, Pow):
        return int(_sign(value.base) == 1)
    if isinstance(value, Constant):
        return int(value.name in ("pi", "e"))
    if isinstance(value, Mul):
        signs = [_sign(f) for f in value.fields]
        return 0 if 0 in signs else 1 - 2 * (signs.count(-1) % 2)
    return int(isinstance(value, Fn) and value.name == "exp")
