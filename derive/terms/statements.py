"""Relations between terms or arrays, and hypotheses (relations that hold for every value of their schematic indices)."""

from __future__ import annotations

from dataclasses import dataclass

from derive.terms.arr import Arr, Value
from derive.terms.integers import Index
from derive.terms.substitution import free_symbols
from derive.terms.symbols import Symbol
from derive.terms.term import Entry

RELATIONS = ("=", "<=", "<", "!=")


@dataclass(frozen=True)
class Relation:
    """``lhs op rhs``; for arrays, entry by entry. ``op`` is one of = <= < != (>= and > are written the other way round)."""

    op: str
    lhs: Value
    rhs: Value

    def __post_init__(self) -> None:
        if self.op not in RELATIONS:
            raise ValueError(f"{self.op} is not one of {RELATIONS}")


@dataclass(frozen=True)
class Hypothesis:
    """A relation assumed for all values of the ``schematic`` indices; its other free indices are fixed."""

    relation: Relation
    schematic: tuple[Index, ...] = ()
    source: str = ""

    @property
    def values(self) -> tuple[Value, ...]:
        """The terms and arrays it speaks of."""
        return (self.relation.lhs, self.relation.rhs)


@dataclass(frozen=True)
class Universal:
    """A hypothesis about all values of its ``variables`` in their domains, such as a gradient that is Lipschitz: for all x and y.

    Only the kernel's `every` uses it, at given values; the oracles never see it, so its variables are nobody else's.

    >>> x, y = Symbol("x"), Symbol("y")
    >>> Universal(Relation("<=", x - y, y - x), (y,)).free == {x}
    True
    """

    relation: Relation
    variables: tuple[Symbol, ...]
    source: str = ""

    @property
    def schematic(self) -> tuple[Index, ...]:
        return ()

    @property
    def values(self) -> tuple[Value, ...]:
        """The terms and arrays it speaks of."""
        return (self.relation.lhs, self.relation.rhs)

    @property
    def free(self) -> set[Symbol]:
        """The symbols whose values it says something about."""
        return set(free_symbols(self.relation.lhs) | free_symbols(self.relation.rhs)) - set(self.variables)


@dataclass(frozen=True)
class Independent:
    """A hypothesis on laws: these random symbols are mutually independent; of a tensor alone, the entries of its first axis.

    >>> Independent(frozenset((Symbol("y"), Symbol("x")))).source
    'x, y independent'
    """

    symbols: frozenset[Symbol]

    @property
    def source(self) -> str:
        names = ", ".join(sorted(s.name for s in self.symbols))
        return f"{names} independent" if len(self.symbols) > 1 else f"entries of {names} independent"

    @property
    def schematic(self) -> tuple[Index, ...]:
        return ()

    @property
    def values(self) -> tuple[Value, ...]:
        """The random symbols, as arrays or entries."""
        return tuple(Arr.of(s) if s.shape else Entry(s, ()) for s in sorted(self.symbols, key=lambda s: s.name))


@dataclass(frozen=True)
class Implies:
    """Where the premises hold, the conclusion holds."""

    premises: tuple[Relation, ...]
    conclusion: Relation


@dataclass(frozen=True)
class Equivalent:
    """``left`` holds exactly where ``right`` holds."""

    left: Relation
    right: Relation


@dataclass(frozen=True)
class SameOrder:
    """For all values s, t of ``variables``: left(s) <= left(t) iff right(s) <= right(t) (``sign`` 1), or iff right(t) <= right(s) (-1).

    So with sign 1 both have the same minimisers, with sign -1 the minimisers of one are the maximisers of the other.
    """

    left: Value
    right: Value
    variables: tuple[Symbol, ...]
    sign: int = 1
