"""Immutable, hash-consed records: equal records are one object, so equality and hashing cost nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from weakref import ref

_TABLE: dict[tuple[Any, ...], _Entry] = {}
_GONE: list[_Entry] = []  # whose records are gone, until their rows are cleared away
MOST_GONE = 256


class _Entry(ref["Node"]):
    """What the table holds of a record: it does not keep it alive."""

    __slots__ = ("key",)
    key: tuple[Any, ...]


def _clear_away() -> None:
    """Take the rows of records that are gone out of the table. Not done the moment they go: a time limit may strike then."""
    while True:
        try:
            entry = _GONE.pop()
        except IndexError:
            return
        if _TABLE.get(entry.key) is entry:
            del _TABLE[entry.key]


class Node:
    """A record with positional fields. ``cls(*fields)`` returns the one object that has these fields."""

    __slots__ = ("__weakref__", "_cache", "fields")
    fields: tuple[Any, ...]
    _cache: dict[str, Any]

    def __new__(cls, *fields: Any) -> Any:
        key = (cls, fields)
        entry = _TABLE.get(key)
        if entry is not None:
            found = entry()
            if found is not None:
                return found
        found = object.__new__(cls)
        _set_fields(found, fields)
        _set_cache(found, {})
        if len(_GONE) > MOST_GONE:
            _clear_away()
        entry = _Entry(found, _GONE.append)
        entry.key = key
        # setdefault is one step for other threads too: two of them get one record
        other = _TABLE.setdefault(key, entry)
        if other is not entry:
            kept = other()
            if kept is not None:
                return kept
            _TABLE[key] = entry
        return found

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), self.fields)

    def __copy__(self) -> Node:
        return self

    def __deepcopy__(self, memo: Any) -> Node:
        return self

    def memo(self, name: str, compute: Any) -> Any:
        """The value of ``compute(self)``, computed once for this object."""
        found = self._cache.get(name)
        if found is None:
            found = self._cache[name] = compute(self)
        return found

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.fields))})"


def remembered(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function of one record with its value remembered by the record: it may depend on nothing else.

    What is remembered lives as long as the record. A record that is its own value does not refer to itself.
    """
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def once(node: Any) -> Any:
        found = node._cache.get(name)
        if found is None:
            found = function(node)
            node._cache[name] = _ITSELF if found is node else _NOTHING if found is None else found
            return found
        return node if found is _ITSELF else None if found is _NOTHING else found

    return once


_ITSELF, _NOTHING = object(), object()
_set_fields, _set_cache = Node.fields.__set__, Node._cache.__set__  # type: ignore[attr-defined, misc]
