r"""Bold ones whose size only the whole formula shows: `I - \frac1n \mathbf{1} \mathbf{1}^\top`, `p \mathbf{1}^\top y`.

A bold 1 first is ones of whatever size fits its neighbour. Where that does not do, each occurrence becomes a vector of a
size of its own, and the sizes are found as those of undeclared arrays are. Imports errors and scope.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from derive.terms import Size, affine

from .errors import ReadError, ShapeError
from .scope import Declaration, Scope, resize

MARK = "?1@"


def of_ones(error: Exception) -> bool:
    """Whether two parts did not fit because one of them is ones without a size."""
    return isinstance(error, ShapeError) and any(s in _KINDS for s in error.shapes)


_KINDS = frozenset({"a vector of ones", "a row of ones", "ones"})


def size_at(scope: Scope, text: str, line: int, start: int) -> Any:
    """The size of the ones at this place of the text."""
    name = f"{MARK}{line}:{start}"
    assert scope.places_of_ones is not None
    scope.places_of_ones[name] = text
    return scope.unknown_size(name[1:])


def with_sizes(scope: Scope, run: Callable[[], Any], error: Exception) -> Any:
    """Runs the work with a size for each occurrence; raises the error when some size is not found.

    Sizes that nothing ties to an array are those of the other ones, where these are all alike, or else the one size that
    the formula mentions; the declarations list that.
    """
    places: dict[str, str] = {}
    scope.places_of_ones = places
    _forget(scope)
    try:
        for _ in range(2):
            try:
                result = run()
            except ReadError:
                raise error from None
            sizes = {name: scope.unknown_size(name[1:]) for name in places}
            loose = [v for v in sizes.values() if _is_loose(v)]
            if not loose:
                return result
            known = {v for v in sizes.values() if not _is_loose(v)} or _mentioned(scope, set(places.values()))
            if len(known) != 1:
                break
            for value in dict.fromkeys(loose):
                resize(scope, value.atom, next(iter(known)))
            _list(scope, next(iter(known)), min(int(name.removeprefix(MARK).split(":")[0]) for name in places))
        raise error
    finally:
        scope.places_of_ones = None
        _forget(scope)


def _is_loose(size: Any) -> bool:
    return isinstance(size.atom, Size) and size.atom.name.startswith(MARK)


def _mentioned(scope: Scope, texts: set[str]) -> set[Any]:
    """The sizes that the formula names."""
    words = {word for text in texts for word in re.findall(r"\\[a-zA-Z]+|[a-zA-Z]", text)}
    return {affine(scope.size(w)) for w in words if w in scope.sizes or (w in scope.size_hints and not scope.known(w))}


def _list(scope: Scope, size: Any, line: int) -> None:
    said = Declaration(f"\\mathbf{{1}} \\in \\mathbb{{R}}^{{{size}}}", line, "inferred")
    if said not in scope.declarations:
        scope.declarations.append(said)


def _forget(scope: Scope) -> None:
    for name in [n for n in scope.merged if n.startswith(MARK)]:
        del scope.merged[name]


__all__ = ["of_ones", "size_at", "with_sizes"]
