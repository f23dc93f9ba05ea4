"""Relations between terms or arrays, and hypotheses (relations that hold for every value of their schematic indices)."""

from __future__ import annotations

from dataclasses import dataclass

from derive.terms.arr import Value
from derive.terms.integers import Index

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
