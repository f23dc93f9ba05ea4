"""A second reading of a step in which names that nobody declared are guessed anew, from this step alone.

Elsewhere in a document f may have had another number of arguments, or x another shape.  What is read so may be proved, and is
never refuted.  Imports parse.

>>> from derive.parse.declarations import assume
>>> from derive.parse.rows import steps
>>> scope = assume("")
>>> first = elaborate_step(steps("f(x) = f(x)")[0], scope)
>>> step = steps("f(x, y) + 1 = 1 + f(x, y)")[0]
>>> read_afresh(step, scope)[0].error is None
True
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.parse import syntax as s
from derive.parse.names import split_scripts, symbol_key
from derive.parse.rows import Condition, Step
from derive.parse.scope import Scope
from derive.parse.steps import ElaboratedStep, elaborate_step
from derive.terms import FunctionSymbol


def read_afresh(
    step: Step, scope: Scope, line: int = 0, conditions: Sequence[Condition] = ()
) -> tuple[ElaboratedStep, Scope] | None:
    """The step in a scope without what was inferred of its names; None where that cannot help or loses a matrix."""
    names = names_of(step)
    other = scope.copy()
    shapes: dict[str, int] = {}
    for key in sorted(forgettable(names, scope)):
        shapes[key] = len(scope.symbols[key].shape) if key in scope.symbols else 0
        other.forget(key)
    if not shapes:
        return None
    other.merged = {
        size: value
        for size, value in scope.merged.items()
        if not any(size.lstrip("?").rstrip("12") == key.replace(" ", "") for key in names | set(shapes))
    }
    e = elaborate_step(step, other, line, conditions)
    if e.error is not None or e.lhs is None:
        return None
    for key, rank in shapes.items():
        symbol = other.symbols.get(key)
        if rank == 2 and symbol is not None and len(symbol.shape) < 2:
            return None
    return replace(e, inferred=e.inferred | (e.uses & set(shapes))), other


def names_of(step: Step) -> set[str]:
    """The keys of all names in a step, with and without their scripts."""
    found: set[str] = set()
    for side in (step.lhs.node, step.rhs.node):
        for part in s.walk(side) if side is not None else ():
            key = symbol_key(part)
            if key is not None:
                found.add(key)
                base, _ = split_scripts(part)
                if isinstance(base, s.Name):
                    found.add(base.key)
    return found


def forgettable(names: set[str], scope: Scope) -> set[str]:
    """The names that were inferred, and functions that a display defined."""
    found = {k for k in names if k in scope.inferred or k in scope.function_definitions}
    found |= {
        k for k in scope.inferred if isinstance(scope.functions.get(k), FunctionSymbol) and k.split("(")[0] in names
    }
    return {k for k in found if k not in scope.sizes and k not in scope.indices}
