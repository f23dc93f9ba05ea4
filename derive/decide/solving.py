"""Solutions of a scalar equation for one symbol: SymPy suggests, putting the solution in confirms."""

from __future__ import annotations

from typing import Any

from derive.decide.context import Context
from derive.decide.proof import prove_equality
from derive.terms import Arr, Entry, Relation, Symbol, children, free_symbols, substitute
from derive.terms.sympy_bridge import from_sympy, names, to_sympy

MAX_SOLUTIONS = 3
MAX_NODES = 60


def solutions(equation: Relation, symbol: Symbol, context: Context) -> list[Any]:
    """Terms that solve the (unfolded, scalar) equation for ``symbol``, each confirmed by the kernel; perhaps not all."""
    if equation.op != "=" or isinstance(equation.lhs, Arr) or isinstance(equation.rhs, Arr) or symbol.shape:
        return []
    if (
        symbol not in free_symbols(equation.lhs) | free_symbols(equation.rhs)
        or _size(equation.lhs) + _size(equation.rhs) > MAX_NODES
    ):
        return []
    import sympy

    try:
        unknown = to_sympy(Entry(symbol, ()))
        found = sympy.solve(to_sympy(equation.lhs) - to_sympy(equation.rhs), unknown)
        candidates = [
            from_sympy(s, names(equation.lhs, equation.rhs)) for s in found[:MAX_SOLUTIONS] if not s.has(sympy.I)
        ]
    except (NotImplementedError, TypeError, ValueError, KeyError, AttributeError, RecursionError):
        return []
    confirmed = []
    for value in candidates:
        if symbol in free_symbols(value):
            continue
        left, right = (substitute(side, {}, {symbol: value}) for side in (equation.lhs, equation.rhs))
        if prove_equality(left, right, context) is not None:
            confirmed.append(value)
    return confirmed


def _size(t: Any) -> int:
    return 1 + sum(map(_size, children(t)))
