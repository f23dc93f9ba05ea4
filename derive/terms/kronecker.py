"""A matrix over composite axes taken apart as a Kronecker product.  Imports term and arr.

>>> from derive.terms import Size, Symbol
>>> from derive.terms.arrays import kronecker
>>> m, n = Size("m"), Size("n")
>>> [part.shape for part in kronecker_factors(kronecker(Arr.of(Symbol("A", (m, m))), Arr.of(Symbol("B", (n, n)))))]
[((m,), (m,)), ((n,), (n,))]
"""

from __future__ import annotations

from derive.terms.arr import Arr
from derive.terms.integers import Index, fresh_index
from derive.terms.substitution import free_indices, substitute
from derive.terms.term import Mul, Sum, Term


def kronecker_factors(matrix: Arr) -> list[Arr] | None:
    """One matrix for each pair of composite indices, whose Kronecker product is ``matrix``; None when it is none."""
    (rows, columns), body = matrix.open()
    if len(rows) != len(columns):
        return None
    bound: list[Index] = []
    factors: list[Term] = []
    todo = [body]
    while todo:
        part = todo.pop()
        if isinstance(part, Mul):
            todo.extend(part.fields)
        elif isinstance(part, Sum):
            inner = fresh_index(part.index)
            bound.append(inner)
            todo.append(substitute(part.body, {part.index: inner}))
        else:
            factors.append(part)
    groups = [[frozenset(pair)] for pair in zip(rows, columns, strict=True)]
    names = [set(pair) for pair in zip(rows, columns, strict=True)]
    parts: list[list[Term]] = [[] for _ in groups]
    waiting = factors
    while waiting:
        rest: list[Term] = []
        for f in waiting:
            free = free_indices(f)
            mine = [k for k, known in enumerate(names) if free & known]
            if len(mine) > 1:
                return None
            if mine:
                names[mine[0]] |= free & set(bound)
                parts[mine[0]].append(f)
            else:
                rest.append(f)
        if len(rest) == len(waiting):
            if any(free_indices(f) & set(bound) for f in rest):
                return None  # a factor of its own, summed over what none of the matrices mentions
            parts[0] += rest
            break
        waiting = rest
    if any(a & b for n, a in enumerate(names) for b in names[n + 1 :]) or set(bound) - set().union(*names):
        return None
    found = []
    for row, column, own, mentioned in zip(rows, columns, parts, names, strict=True):
        value: Term = Mul(*own) if own else Mul()
        for index in bound:
            if index in mentioned:
                value = Sum(index, value)
        found.append(Arr(((row,), (column,)), value))
    return found
