"""Relations between terms or arrays, and hypotheses (relations that hold for every value of their schematic indices)."""

from __future__ import annotations

from dataclasses import dataclass

from derive.terms.arr import Value
from derive.terms.integers import Index
from derive.terms.symbols import Symbol

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
