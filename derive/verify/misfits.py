"""Two shapes that do not fit: whether that is an error of the author or a guess of the reader.  Imports parse and terms.

>>> from derive.parse.errors import ShapeError
>>> shapes_of(ShapeError("", 0, 1, "", ("2×1", "3×1"), ("a", "b")))
('2×1', '3×1')
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from derive.parse import syntax as s
from derive.parse.elaborate_calls import arguments
from derive.parse.errors import ShapeError
from derive.parse.names import split_scripts, symbol_key
from derive.parse.rows import Step
from derive.parse.scope import Scope
from derive.parse.steps import ElaboratedStep
from derive.verify.caution import rests_on
from derive.verify.judging import Outcome


def doubtful(
    error: ShapeError, shapes: tuple[str, str], step: Step, e: ElaboratedStep, scope: Scope, unclear: set[str],
    stale: Iterable[str],
) -> str:  # fmt: skip
    """What to declare or write otherwise when a misfit rests on a guess; empty when it rests on declarations only."""
    if "added" in error.message and broadcasts(error.shapes):
        return "repeating the shorter one is not a sum of matrices: write it with a vector of ones"
    factor = guessed_factor(step, scope)
    if factor:
        return f"{factor} stands before a parenthesis and is not declared; declare it"
    blurred = sorted(e.uses & unclear)
    old = sorted({*stale, *(e.uses & scope.outdated)})
    scripts = ((p, re.search(r"_(\w|\{\w\})$", p)) for p in error.parts)
    row = next((p for p, m in scripts if m is not None and m[1].strip("{}") not in scope.sizes), "")
    parts = [x for x in (*bare_families(step, scope), *parts_of_arrays(step, scope)) if x]
    names = {*rests_on(Outcome("refuted"), e, scope), *e.uses} - arguments_of_functions(step, scope)
    guessed = [k for k in sorted(names) if has_a_guessed_shape(k, scope, e)]
    guessed += [k for k in guessed_functions(step, scope) if k not in guessed]
    vague = any("?" in text or not ("×" in text or "number" in text) for text in shapes)
    reasons = blurred or guessed or old or ([row] if row else parts)
    if reasons or vague or "the argument" in error.message or "1×1" in shapes:
        return f"declare {', '.join(reasons or sorted(e.uses))} with its shape"
    return ""


def arguments_of_functions(step: Step, scope: Scope) -> set[str]:
    """Names that stand as an argument of a declared function: its declaration gives their shape."""
    found: set[str] = set()
    for side in (step.lhs.node, step.rhs.node):
        for part in s.walk(side) if side is not None else ():
            if isinstance(part, s.ApplyOrProduct):
                key = symbol_key(part.head) or ""
                if key in scope.functions and key not in scope.inferred:
                    found.update(k for a in arguments(part.group) if (k := symbol_key(a)) is not None)
    return found


def guessed_factor(step: Step, scope: Scope) -> str:
    """An undeclared name before a parenthesis, taken for a number or a function of numbers: `r(y - x)` may have a vector."""
    for side in (step.lhs.node, step.rhs.node):
        for part in s.walk(side) if side is not None else ():
            if isinstance(part, s.ApplyOrProduct):
                key = symbol_key(part.head) or ""
                number = key in scope.symbols and not scope.symbols[key].shape
                if key in scope.inferred and (number or key in scope.functions):
                    return key
    return ""


def guessed_functions(step: Step, scope: Scope) -> list[str]:
    """Functions nobody declared that the step applies: what they make of an array is not known (they need not act on its entries)."""
    found: dict[str, None] = {}
    for side in (step.lhs.node, step.rhs.node):
        for part in s.walk(side) if side is not None else ():
            key = symbol_key(part.head) if isinstance(part, s.ApplyOrProduct) else None
            if key is not None and key in scope.functions and key in scope.inferred:
                found[key] = None
    return list(found)


def bare_families(step: Step, scope: Scope) -> list[str]:
    """Names declared by their entries (`a_i \\ge 0`) that stand without an index: elsewhere a may be a number."""
    found: dict[str, None] = {}
    for side in (step.lhs.node, step.rhs.node):
        heads = {id(split_scripts(p)[0]) for p in s.walk(side) if isinstance(p, s.Subscript)} if side else set()
        for part in s.walk(side) if side is not None else ():
            if isinstance(part, s.Name) and part.key in scope.families and id(part) not in heads:
                found[part.key] = None
    return list(found)


def parts_of_arrays(step: Step, scope: Scope) -> list[str]:
    """`C_1` of a declared matrix C, read as its first row: it may be another matrix."""
    found: dict[str, None] = {}
    for side in (step.lhs.node, step.rhs.node):
        for part in s.walk(side) if side is not None else ():
            if isinstance(part, s.Subscript) and symbol_key(part) not in scope.symbols:
                base, items = split_scripts(part)
                symbol = scope.symbols.get(base.key) if isinstance(base, s.Name) else None
                if symbol is not None and len(items) < len(symbol.shape) and isinstance(items[-1], s.Number):
                    found[symbol_key(part) or symbol.name] = None
    return list(found)


def has_a_guessed_shape(key: str, scope: Scope, e: ElaboratedStep) -> bool:
    """Whether the shape of an inferred name is a guess: a number, or an array whose size no declared matrix of the step has."""
    symbol = scope.symbols.get(key)
    if symbol is not None and symbol.kind == "random" and not symbol.shape:
        return True
    if key not in scope.inferred:
        return False
    declared = [scope.symbols[k] for k in e.uses if k in scope.symbols and k not in scope.inferred]
    sizes = {size for x in declared if len(x.shape) == 2 and x not in scope.definitions for size in x.shape}
    return symbol is None or not symbol.shape or any("?" in repr(size) or size not in sizes for size in symbol.shape)


def shapes_of(error: ShapeError) -> tuple[str, str] | None:
    """The two shapes that do not fit, with the parts that have them where the shapes alone look the same."""
    if len(error.shapes) != 2:
        return None
    a, b = error.shapes
    if a == b:
        if len(error.parts) != 2:
            return None
        a, b = (f"{part} is {shape}" for part, shape in zip(error.parts, error.shapes, strict=True))
    return a, b


def broadcasts(shapes: Iterable[str]) -> bool:
    """Whether two shapes would fit if the one with a side of length 1 were repeated, as array libraries do.

    >>> broadcasts(("n×q", "1×q")), broadcasts(("n×q", "q×1"))
    (True, False)
    """
    pairs = [text.split("×") for text in shapes]
    if len(pairs) != 2 or any(len(p) != 2 for p in pairs):
        return False
    (a, b), (c, d) = pairs
    return (a == c or b == d) and ((a == c and "1" in (b, d)) or (b == d and "1" in (a, c))) and (a, b) != (c, d)
