"""Immutable, hash-consed records: equal records are one object, so equality and hashing cost nothing."""

from __future__ import annotations

from typing import Any
from weakref import WeakValueDictionary

_TABLE: WeakValueDictionary[tuple[Any, ...], Node] = WeakValueDictionary()


class Node:
    """A record with positional fields. ``cls(*fields)`` returns the one object that has these fields."""

    __slots__ = ("__weakref__", "_cache", "fields")
    fields: tuple[Any, ...]
    _cache: dict[str, Any]

    def __new__(cls, *fields: Any) -> Any:
        key = (cls, *fields)
        found = _TABLE.get(key)
        if found is None:
            found = object.__new__(cls)
            object.__setattr__(found, "fields", fields)
            object.__setattr__(found, "_cache", {})
            _TABLE[key] = found
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
