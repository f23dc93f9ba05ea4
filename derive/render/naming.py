"""Display names of indices and bound variables: no name clashes with one that is free or bound further out.

A bound index keeps its own name where that is free; otherwise the range's size suggests one (k for 1..K, i for 1..n,
t for 1..T), and after that the usual letters follow. Names are never used again in a nested scope; neighbouring sums
share them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from typing import Any

from derive.terms import Affine, FunctionSymbol, Index, Size, Symbol, free_indices
from derive.terms.node import Node
from derive.terms.substitution import bound_indices

LETTERS = "i j k l m r s t u v p q h a b c g w o".split()
VARIABLES = "t u s v x y z w r".split()
# What a range called so is usually walked by.
BY_SIZE = {
    "n": "ijkl", "N": "ijkl", "m": "ijkl", "M": "mijk", "d": "jklm", "D": "jklm", "p": "jklm", "q": "jklm", "r": "klmr",
    "K": "klmj", "k": "lmrj", "T": "tsru", "L": "lkmj", "C": "cklm", "B": "bijk", "H": "hklm", "V": "vwkl", "R": "rkl",
}  # fmt: skip
_RESERVED = frozenset("e d".split())


def is_fresh(name: str) -> bool:
    """Whether a name was made by the engine (`fresh_index`) and must not be shown."""
    return name.startswith("_")


def mentioned(value: Any) -> tuple[frozenset[str], frozenset[str]]:
    """Names that a value mentions outside binders (symbols, sizes, functions, free indices), and names of its
    binders.
    """
    fixed: set[str] = set()
    bound: set[str] = set()
    seen: set[int] = set()
    stack = [value]
    while stack:
        top = stack.pop()
        if isinstance(top, tuple) or is_dataclass(top):
            stack.extend(_parts(top))
            continue
        if not isinstance(top, Node) or id(top) in seen:
            continue
        seen.add(id(top))
        if isinstance(top, Index):
            continue  # free ones are collected by their scope
        if isinstance(top, Size | Symbol | FunctionSymbol):
            fixed.add(top.name)
            stack.extend(f for f in top.fields if isinstance(f, tuple))
        elif isinstance(top, Affine):
            stack.extend(a for a, _ in top.terms)
        else:
            bound.update(i.name for i in bound_indices(top))
            stack.extend(e for i in bound_indices(top) for e in (i.lo, i.hi))
            stack.extend(top.fields)
    return frozenset(fixed), frozenset(bound)


def _head(name: str) -> str:
    """The letter that a name like ``k_1`` begins with."""
    head = re.match(r"\\?[A-Za-z]+", name)
    return head.group() if head else name


def candidates(index: Index) -> Iterator[str]:
    """Names for an index, best first, without end."""
    if not is_fresh(index.name):
        yield index.name
    size = index.hi.terms[0][0].name if index.hi is not None and index.hi.terms else ""
    yield from BY_SIZE.get(size, "")
    yield from LETTERS
    n = 1
    while True:
        yield from (f"{letter}_{{{n}}}" for letter in "ijkl")
        n += 1


class Names:
    """The display names while one value is written. ``of`` looks a name up, ``bind`` opens the scope of a binder."""

    def __init__(self, value: Any) -> None:
        self.fixed, _ = mentioned(value)
        # A sum over k reaches over a following k_1 (DESIGN 6), so the letters of decorated names are not for bound
        # indices.
        self.heads = frozenset(map(_head, self.fixed))
        self.shown: dict[Any, str] = {}
        self.active: list[str] = []
        free = sorted(_free(value), key=lambda i: (is_fresh(i.name), len(i.name), i.name))
        for index in free:
            self.shown[index] = self._choose(candidates(index), frozenset(), own=index.name, free=True)
            self.active.append(self.shown[index])

    def of(self, item: Any) -> str:
        """The name of an index, size or symbol as LaTeX."""
        found = self.shown.get(item)
        if found is None:
            if isinstance(item, Size) or not is_fresh(item.name):
                return str(item.name)
            options = candidates(item) if isinstance(item, Index) else iter(VARIABLES)
            found = self.shown[item] = self._choose(options, frozenset())
            self.active.append(found)
        return found

    @contextmanager
    def bind(self, *binders: tuple[Any, Any]) -> Iterator[list[str]]:
        """Open a scope for ``(index or variable, body)`` pairs and give their names."""
        names, before = [], []
        for item, body in binders:
            inside = mentioned(body)[1]
            if isinstance(item, Index):
                name = self._choose(candidates(item), inside - {item.name}, own=item.name)
            else:
                # The variable's own name is among the value's fixed names: it is free unless an outer scope took it.
                own = not is_fresh(item.name) and item.name not in self.active
                name = item.name if own else self._choose(iter(VARIABLES), inside)
            before.append((item, self.shown.get(item)))
            self.shown[item] = name
            self.active.append(name)
            names.append(name)
        try:
            yield names
        finally:
            for item, old in reversed(before):
                self.active.remove(self.shown[item])
                if old is None:
                    del self.shown[item]
                else:
                    self.shown[item] = old

    def _choose(self, options: Iterator[str], avoid: frozenset[str], own: str = "", free: bool = False) -> str:
        taken = self.fixed | set(self.active) | (frozenset() if free else self.heads)
        avoid = avoid | self.heads | _RESERVED
        for name in options:
            if name not in taken and (name == own or name not in avoid):
                return name
        k = 1
        while f"t_{{{k}}}" in taken:
            k += 1
        return f"t_{{{k}}}"


def _free(value: Any) -> frozenset[Index]:
    if isinstance(value, Node):
        return (
            free_indices(value)
            if not isinstance(value, Index | Size)
            else frozenset({value} if isinstance(value, Index) else ())
        )
    parts = _parts(value)
    bound = frozenset(p for p in parts if isinstance(p, Index))
    return frozenset(i for p in parts for i in _free(p)) - (bound if is_dataclass(value) else frozenset())


def _parts(value: Any) -> tuple[Any, ...]:
    """What a tuple or record (a relation, a matrix expression) holds; an index among a record's fields is bound by
    it.
    """
    if isinstance(value, tuple):
        return value
    return tuple(getattr(value, f.name) for f in fields(value)) if is_dataclass(value) else ()
