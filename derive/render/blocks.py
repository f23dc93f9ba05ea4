"""Block matrices and stacked vectors: the blocks of an array that `derive.terms.arrays.stack` has put together.

>>> from derive.terms import Arr, Size, Symbol
>>> from derive.terms.arrays import stack
>>> n, m = Size("n"), Size("m")
>>> u, v = Arr.of(Symbol("u", (n,))), Arr.of(Symbol("v", (m,)))
>>> from derive.render.text import text
>>> [[text(block) for block in row] for row in blocks(stack([[u], [v]]))]
[['u'], ['v']]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derive.terms import Add, Affine, Arr, Guard, Index, Mul, Term, fresh_index, substitute

Place = tuple[Affine, ...]


def blocks(value: Arr) -> list[list[Arr]] | None:
    """The blocks, row by row; None where the array is not made of blocks."""
    if not isinstance(value.body, Add) or any(len(axis) != 1 for axis in value.axes) or len(value.axes) > 2:
        return None
    found: dict[Place, Arr] = {}
    for part in value.body.fields:
        block = _block(part, [axis[0] for axis in value.axes])
        if block is None or block[0] in found:
            return None
        found[block[0]] = block[1]
    rows: dict[Affine, list[Arr]] = {}
    for place, array in found.items():
        rows.setdefault(place[0], []).append(array)
    return list(rows.values()) if len({len(row) for row in rows.values()}) == 1 else None


def _block(part: Term, indices: Sequence[Index]) -> tuple[Place, Arr] | None:
    """Where a summand begins along each axis, and the block that it puts there."""
    factors: list[Any] = list(part.fields) if isinstance(part, Mul) else [part]
    guards = [f for f in factors if isinstance(f, Guard) and f.op == ">=" and isinstance(f.subject, Affine)]
    starts, axes, values = [], [], {}
    for i in indices:
        lower = [g for g in guards if g.subject.coefficient(i) == 1]
        upper = [g for g in guards if g.subject.coefficient(i) == -1]
        if len(lower) != 1 or len(upper) != 1:
            return None
        start, end = i - lower[0].subject - 1, upper[0].subject + i
        new = fresh_index(None, 1, end - start)
        starts.append(start)
        axes.append((new,))
        values[i] = new + start
    rest = Mul(*(f for f in factors if f not in guards))
    return tuple(starts), Arr(tuple(axes), substitute(rest, values))
