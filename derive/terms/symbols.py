"""Scalar and tensor symbols with their domains, and function symbols.

>>> from derive.terms.integers import Size
>>> n, d = Size("n"), Size("d")
>>> X = Symbol("X", (n, d)); X[1, 2]
X[1, 2]
>>> Symbol("sigma", domain=POSITIVE).domain.positive
True
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derive.terms.integers import Affine, affine
from derive.terms.node import Node

MATRIX_PROPERTIES = frozenset(
    "symmetric positive_definite positive_semidefinite invertible orthogonal diagonal lower_triangular upper_triangular "
    "full_column_rank full_row_rank one_hot".split()
)


@dataclass(frozen=True)
class Domain:
    """The reals between two rational bounds, each open or closed or absent; perhaps integers only, nonzero, or listed values."""

    lower: Fraction | None = None
    lower_open: bool = False
    upper: Fraction | None = None
    upper_open: bool = False
    nonzero: bool = False
    integer: bool = False
    values: tuple[Fraction, ...] | None = None

    @property
    def positive(self) -> bool:
        if self.values is not None:
            return min(self.values) > 0
        return self.lower is not None and (self.lower > 0 or (self.lower == 0 and (self.lower_open or self.nonzero)))

    @property
    def nonnegative(self) -> bool:
        if self.values is not None:
            return min(self.values) >= 0
        return self.lower is not None and self.lower >= 0

    def contains(self, value: Fraction | float) -> bool:
        if self.values is not None and value not in self.values:
            return False
        if self.integer and value != int(value):
            return False
        if self.lower is not None and (value < self.lower or (self.lower_open and value == self.lower)):
            return False
        if self.upper is not None and (value > self.upper or (self.upper_open and value == self.upper)):
            return False
        return not (self.nonzero and value == 0)

    def __repr__(self) -> str:
        if self.values is not None:
            return "{" + ", ".join(map(str, self.values)) + "}"
        if self == REAL:
            return "real"
        low = "-oo" if self.lower is None else str(self.lower)
        high = "oo" if self.upper is None else str(self.upper)
        kind = " integer" if self.integer else ""
        left = "(" if self.lower_open or self.lower is None else "["
        right = ")" if self.upper_open or self.upper is None else "]"
        return f"{left}{low}, {high}{right}{kind}"


REAL = Domain()
POSITIVE = Domain(lower=Fraction(0), lower_open=True)
BIT = Domain(values=(Fraction(0), Fraction(1)))
NATURAL = Domain(lower=Fraction(0), integer=True)


class Symbol(Node):
    """A real scalar (``shape == ()``), vector, matrix or tensor called ``name``.

    ``shape`` is a tuple of sizes, an index of axis ``a`` runs from ``first[a]`` (1 unless said otherwise). ``domain`` holds for
    every entry. ``properties`` are from `MATRIX_PROPERTIES`
    (one_hot: along the last axis one entry is 1, the others 0). ``kind`` is "variable", "random" (a random variable), or
    "dependent" (an undeclared quantity that may depend on anything: nothing may be refuted with it). The name is LaTeX.
    A scalar symbol is used as a term through `derive.terms.term.term` or arithmetic; a tensor through its entries.
    """

    __slots__ = ()

    def __new__(
        cls,
        name: str,
        shape: tuple[Any, ...] = (),
        domain: Domain = REAL,
        properties: frozenset[str] = frozenset(),
        kind: str = "variable",
        first: tuple[int, ...] | None = None,
    ) -> Symbol:
        properties = frozenset(properties)
        unknown = properties - MATRIX_PROPERTIES
        if unknown:
            raise ValueError(f"{name}: no such matrix property: {', '.join(sorted(unknown))}")
        shape = tuple(affine(s) for s in shape)
        if "one_hot" in properties:
            domain = BIT
        return super().__new__(cls, name, shape, domain, properties, kind, first or (1,) * len(shape))

    name: str = property(lambda self: self.fields[0])  # type: ignore[assignment]
    shape: tuple[Affine, ...] = property(lambda self: self.fields[1])  # type: ignore[assignment]
    domain: Domain = property(lambda self: self.fields[2])  # type: ignore[assignment]
    properties: frozenset[str] = property(lambda self: self.fields[3])  # type: ignore[assignment]
    kind: str = property(lambda self: self.fields[4])  # type: ignore[assignment]
    first: tuple[int, ...] = property(lambda self: self.fields[5])  # type: ignore[assignment]

    def __getitem__(self, indices: Any) -> Any:
        from derive.terms.term import Entry

        return Entry(self, tuple(affine(i) for i in (indices if isinstance(indices, tuple) else (indices,))))

    def _scalar(self) -> Any:
        from derive.terms.term import Entry

        return Entry(self, ())

    def __add__(self, other: Any) -> Any:
        return self._scalar() + other

    def __radd__(self, other: Any) -> Any:
        return other + self._scalar()

    def __sub__(self, other: Any) -> Any:
        return self._scalar() - other

    def __rsub__(self, other: Any) -> Any:
        return other - self._scalar()

    def __mul__(self, other: Any) -> Any:
        return self._scalar() * other

    def __rmul__(self, other: Any) -> Any:
        return other * self._scalar()

    def __truediv__(self, other: Any) -> Any:
        return self._scalar() / other

    def __rtruediv__(self, other: Any) -> Any:
        return other / self._scalar()

    def __pow__(self, other: Any) -> Any:
        return self._scalar() ** other

    def __neg__(self) -> Any:
        return -self._scalar()

    def __repr__(self) -> str:
        return self.name


class FunctionSymbol(Node):
    """A function called ``name`` of arguments with shapes ``arguments`` and a value of shape ``shape``.

    ``smooth`` is the order up to which continuous derivatives exist (partial derivatives commute from 2 on).
    ``properties`` may hold "convex", "perhaps convex" (a sentence asks it of the function), "increasing", "odd", "even", and
    "continuous" or "differentiable" where that was said in words:
    limits rest on what was said only.
    """

    __slots__ = ()

    def __new__(
        cls,
        name: str,
        arguments: tuple[tuple[Any, ...], ...] = ((),),
        shape: tuple[Any, ...] = (),
        smooth: int = 1,
        properties: frozenset[str] = frozenset(),
    ) -> FunctionSymbol:
        arguments = tuple(tuple(affine(s) for s in a) for a in arguments)
        return super().__new__(cls, name, arguments, tuple(affine(s) for s in shape), smooth, frozenset(properties))

    name: str = property(lambda self: self.fields[0])  # type: ignore[assignment]
    arguments: tuple[tuple[Affine, ...], ...] = property(lambda self: self.fields[1])  # type: ignore[assignment]
    shape: tuple[Affine, ...] = property(lambda self: self.fields[2])  # type: ignore[assignment]
    smooth: int = property(lambda self: self.fields[3])  # type: ignore[assignment]
    properties: frozenset[str] = property(lambda self: self.fields[4])  # type: ignore[assignment]

    def __call__(self, *values: Any) -> Any:
        """The value at ``values`` (terms or arrays) of a function with a scalar value."""
        from derive.terms.arr import Arr
        from derive.terms.term import Apply, term

        return Apply(self, tuple(v if isinstance(v, Arr) else term(v) for v in values), (), ())

    def __repr__(self) -> str:
        return self.name
