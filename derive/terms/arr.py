"""Arrays: a term with axes. ``Arr(((i,), (j,)), body)`` is the matrix whose entry ``(i, j)`` is ``body``.

An axis is a tuple of indices, usually one; an axis of two or more is a composite (row-major) index such as that of a Kronecker
product or of ``vec``. Indices of axes run from 1. A row vector is a matrix with a first axis of size 1.

>>> from derive.terms.integers import Size, Index
>>> from derive.terms.symbols import Symbol
>>> n = Size("n"); i = Index("i", 1, n); x = Symbol("x", (n,))
>>> Arr(((i,),), x[i] ** 2).shape
((n,),)
"""

from __future__ import annotations

from typing import Any

from derive.terms.integers import Affine, Index, fresh_index
from derive.terms.node import Node
from derive.terms.symbols import Symbol
from derive.terms.term import Entry, Term, term

Axis = tuple[Index, ...]
Shape = tuple[tuple[Affine, ...], ...]


class ShapeError(ValueError):
    """Two arrays whose shapes do not fit. ``left`` and ``right`` are the shapes as text."""

    def __init__(self, message: str, left: str = "", right: str = "") -> None:
        super().__init__(message)
        self.left, self.right = left, right


class Arr(Node):
    """The array over ``axes`` with entry ``body``; the axes' indices are bound."""

    __slots__ = ()

    def __new__(cls, axes: tuple[Axis, ...], body: Any) -> Arr:
        return super().__new__(cls, tuple(tuple(a) for a in axes), term(body))

    axes: tuple[Axis, ...] = property(lambda self: self.fields[0])  # type: ignore[assignment]
    body: Term = property(lambda self: self.fields[1])  # type: ignore[assignment]

    @property
    def shape(self) -> Shape:
        """The length of each index of each axis: ``((n,), (d,))`` for an n x d matrix."""
        return tuple(tuple(_length(i) for i in axis) for axis in self.axes)

    @property
    def indices(self) -> Axis:
        return tuple(i for axis in self.axes for i in axis)

    @classmethod
    def of(cls, symbol: Symbol) -> Arr:
        """The array of a tensor symbol's entries."""
        indices = tuple(fresh_index(None, 1, s) for s in symbol.shape)
        entries = tuple(i + (f - 1) for i, f in zip(indices, symbol.first, strict=True))
        return cls(tuple((i,) for i in indices), Entry(symbol, entries))

    def at(self, *indices: Any) -> Term:
        """The entry at affine ``indices``, one for each index of each axis in order."""
        from derive.terms.integers import affine
        from derive.terms.substitution import substitute

        return substitute(self.body, dict(zip(self.indices, map(affine, indices), strict=True)))

    def open(self) -> tuple[tuple[Axis, ...], Term]:
        """Fresh axes and the entry at them."""
        axes = tuple(tuple(fresh_index(i) for i in axis) for axis in self.axes)
        return axes, self.at(*(i for axis in axes for i in axis))


Value = Term | Arr


def shape_of(value: Value) -> Shape:
    return value.shape if isinstance(value, Arr) else ()


def shape_text(shape: Shape) -> str:
    """A shape as a person writes it: ``n x d``; a vector of length n is ``n``; a number is ``1``."""
    sizes = [" * ".join(map(repr, axis)) for axis in shape]
    return " x ".join(sizes) if sizes else "1"


def _length(index: Index) -> Affine:
    if index.length is None:
        raise ShapeError(f"the axis {index.name} has no end")
    return index.length
