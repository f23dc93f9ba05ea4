"""Sizes, indices over integer intervals, and affine integer expressions in them.

A size is an integer parameter, at least 1 unless said otherwise; an index ranges over an interval with affine ends; a
subscript is affine in indices and sizes: ``x[t + k - 1]``.

>>> n = Size("n"); i = Index("i", 1, n)
>>> (i + 1) - n
i - n + 1
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from derive.terms.node import Node

_numbers = count(1)


class _Integer(Node):
    """What sizes, indices and affine expressions share: exact integer arithmetic, and promotion to terms."""

    __slots__ = ()

    def __add__(self, other: Any) -> Any:
        return _combine(self, other, 1, "__add__")

    def __radd__(self, other: Any) -> Any:
        return _combine(self, other, 1, "__add__")

    def __sub__(self, other: Any) -> Any:
        return _combine(self, other, -1, "__sub__")

    def __rsub__(self, other: Any) -> Any:
        return (-self) + other

    def __neg__(self) -> Affine:
        return affine(self).scale(-1)

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, int):
            return affine(self).scale(other)
        return _as_term(self) * other

    def __rmul__(self, other: Any) -> Any:
        if isinstance(other, int):
            return affine(self).scale(other)
        return other * _as_term(self)

    def __truediv__(self, other: Any) -> Any:
        return _as_term(self) / other

    def __rtruediv__(self, other: Any) -> Any:
        return other / _as_term(self)

    def __pow__(self, other: Any) -> Any:
        return _as_term(self) ** other

    def __rpow__(self, other: Any) -> Any:
        return _as_term(other) ** _as_term(self)


class Size(_Integer):
    """An integer parameter ``name`` with ``name >= lower``.

    >>> Size("n")
    n
    """

    __slots__ = ()

    def __new__(cls, name: str, lower: int = 1) -> Size:
        return super().__new__(cls, name, lower)

    name = property(lambda self: self.fields[0])
    lower = property(lambda self: self.fields[1])

    def __repr__(self) -> str:
        return self.name


class Index(_Integer):
    """An integer variable ``name`` with ``lo <= name <= hi``; ``hi`` is None for a range without end.

    >>> Index("i", 1, Size("n")).length
    n
    """

    __slots__ = ()

    def __new__(cls, name: str, lo: Any = 1, hi: Any = None) -> Index:
        return super().__new__(cls, name, affine(lo), None if hi is None else affine(hi))

    name = property(lambda self: self.fields[0])
    lo = property(lambda self: self.fields[1])
    hi = property(lambda self: self.fields[2])

    @property
    def length(self) -> Affine | None:
        """How many values it takes (when the interval is not empty), None for a range without end."""
        if self.hi is None:
            return None
        found: Affine = self.memo("length", lambda i: i.hi - i.lo + 1)
        return found

    def renamed(self, name: str) -> Index:
        return Index(name, self.lo, self.hi)

    def __repr__(self) -> str:
        return self.name


class Affine(Node):
    """``constant + sum of coefficient * atom`` with integer coefficients; atoms are sizes and indices."""

    __slots__ = ()

    def __new__(cls, constant: int, terms: tuple[tuple[Any, int], ...] = ()) -> Affine:
        return super().__new__(cls, constant, terms)

    constant = property(lambda self: self.fields[0])
    terms = property(lambda self: self.fields[1])

    __add__: Any = _Integer.__add__
    __radd__: Any = _Integer.__radd__
    __sub__: Any = _Integer.__sub__
    __rsub__: Any = _Integer.__rsub__
    __neg__: Any = _Integer.__neg__
    __mul__: Any = _Integer.__mul__
    __rmul__: Any = _Integer.__rmul__
    __truediv__: Any = _Integer.__truediv__
    __rtruediv__: Any = _Integer.__rtruediv__
    __pow__: Any = _Integer.__pow__
    __rpow__: Any = _Integer.__rpow__

    @property
    def is_constant(self) -> bool:
        return not self.terms

    @property
    def atom(self) -> Any:
        """The size or index that this is, or None when it is a proper expression."""
        if self.constant == 0 and len(self.terms) == 1 and self.terms[0][1] == 1:
            return self.terms[0][0]
        return None

    @property
    def indices(self) -> tuple[Index, ...]:
        found: tuple[Index, ...] | None = self._cache.get("indices")
        if found is None:
            found = self._cache["indices"] = tuple(a for a, _ in self.fields[1] if isinstance(a, Index))
        return found

    def coefficient(self, atom: Any) -> int:
        return next((c for a, c in self.terms if a is atom), 0)

    def scale(self, factor: int) -> Affine:
        if factor == 0:
            return Affine(0)
        return Affine(self.constant * factor, tuple((a, c * factor) for a, c in self.terms))

    def substitute(self, values: Mapping[Any, Affine]) -> Affine:
        """Replace sizes and indices by affine expressions."""
        for atom, _ in self.terms:
            if atom in values:
                break
        else:
            return self
        if len(self.terms) == 1 and self.terms[0][1] == 1 and self.constant == 0:
            return affine(values[self.terms[0][0]])
        total: dict[Any, int] = {}
        constant = self.constant
        for atom, coefficient in self.terms:
            new = values.get(atom)
            if new is None:
                total[atom] = total.get(atom, 0) + coefficient
                continue
            new = affine(new)
            constant += coefficient * new.constant
            for other, c in new.terms:
                total[other] = total.get(other, 0) + coefficient * c
        return _collected(constant, total)

    def __repr__(self) -> str:
        text = ""
        for atom, c in self.terms:
            sign = "-" if c < 0 else "+"
            body = f"{abs(c)}*{atom!r}" if abs(c) != 1 else repr(atom)
            text += f" {sign} {body}" if text else ("-" if c < 0 else "") + body
        if self.constant or not text:
            text += f" {'-' if self.constant < 0 else '+'} {abs(self.constant)}" if text else str(self.constant)
        return text


INTEGERS = (int, Size, Index, Affine)
ATOMS = (Size, Index)


def affine(value: Any) -> Affine:
    """Read an int, a size, an index or an affine expression as an affine expression.

    Raises TypeError for anything else.
    """
    if isinstance(value, Affine):
        return value
    if isinstance(value, ATOMS):
        return Affine(0, ((value, 1),))
    if isinstance(value, int) and not isinstance(value, bool):
        return Affine(value)
    raise TypeError(f"{value!r} is not an affine integer expression")


def fresh_index(like: Index | None = None, lo: Any = 1, hi: Any = None) -> Index:
    """An index whose name occurs nowhere else, with the range of ``like`` or with ``lo..hi``."""
    name = f"_{next(_numbers)}"
    return Index(name, like.lo, like.hi) if like is not None else Index(name, lo, hi)


def atom_key(atom: Any) -> tuple[int, str]:
    return (1 if isinstance(atom, Index) else 2, atom.name)


def _collected(constant: int, total: Mapping[Any, int]) -> Affine:
    """The affine expression with these coefficients, its atoms in order."""
    terms = [t for t in total.items() if t[1]]
    if len(terms) > 1:
        terms.sort(key=_term_key)
    return Affine(constant, tuple(terms))


def _term_key(t: tuple[Any, int]) -> tuple[int, str]:
    return atom_key(t[0])


def _combine(a: Any, b: Any, sign: int, operation: str) -> Any:
    if isinstance(b, INTEGERS) and not isinstance(b, bool):
        a = affine(a)
        if isinstance(b, int):
            return Affine(a.constant + sign * b, a.terms) if b else a
        b = affine(b)
        if not b.terms:
            return Affine(a.constant + sign * b.constant, a.terms)
        total: dict[Any, int] = dict(a.terms)
        for atom, c in b.terms:
            total[atom] = total.get(atom, 0) + sign * c
        return _collected(a.constant + sign * b.constant, total)
    return getattr(_as_term(a), operation)(b)


def _as_term(value: Any) -> Any:
    from derive.terms.term import term

    return term(value)
