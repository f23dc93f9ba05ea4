"""Where an array may be overwritten: matrices made inside the function that nothing needs any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from derive.export.program import Operation, is_floating, walk

VIEWS = frozenset("align slices diagonal window broadcast".split())
FRESH = frozenset("exp log log1p expm1 sqrt expit tanh sinh cosh add sub mul div neg square contract".split())
LEAST_RANK = 2  # vectors are too short to gain


class Lifetimes:
    """Who uses what in a program."""

    def __init__(self, roots: Sequence[Operation]) -> None:
        self.roots = set(roots)
        self.parents: dict[Operation, list[Operation]] = {}
        self.symbols: dict[Operation, frozenset[Any]] = {}
        for o in walk(roots):
            mine = frozenset(o.attributes[:1]) if o.op == "parameter" else frozenset()
            self.symbols[o] = mine.union(*(self.symbols[a] for a in o.arguments))
            for a in dict.fromkeys(o.arguments):
                self.parents.setdefault(a, []).append(o)

    def may_overwrite(self, target: Operation, operation: Operation, written: Collection[Operation]) -> bool:
        """Whether ``operation`` can be computed in the memory of its argument ``target``, a value with a name.

        Everything else that reads the target is either computed already (``written``) or a part of this operation; and
        the result has the target's shape and dtype, for it depends on no array that the target does not depend on.
        """
        return (
            target.rank >= LEAST_RANK
            and target.op in FRESH
            and target in written
            and target.shape == operation.shape
            and is_floating(target)
            and operation in self.symbols
            and self.symbols[operation] <= self.symbols[target]
            and self._last(target, operation, written)
        )

    def _last(self, target: Operation, operation: Operation, written: Collection[Operation]) -> bool:
        if target in self.roots:
            return False
        for parent in self.parents.get(target, ()):
            if parent is operation:
                continue
            if parent.op in VIEWS:
                if not self._last(parent, operation, written):
                    return False
            elif parent not in written and not self._inside(parent, operation):
                return False
        return True

    def _inside(self, part: Operation, operation: Operation) -> bool:
        """Whether the part is computed within this operation and nowhere else."""
        while part is not operation:
            above = self.parents.get(part, [])
            if part in self.roots or len(above) != 1:
                return False
            part = above[0]
        return True
