"""What a document has declared so far: symbols, sizes, functions, definitions, hypotheses and random variables.

Imports derive.terms, syntax and names.  A `Scope` is built by declarations.py and read by elaborate.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from derive.terms import (
    Affine,
    Arr,
    FunctionSymbol,
    Hypothesis,
    Index,
    Relation,
    Size,
    Symbol,
    Value,
)
from derive.terms.node import Node

from . import syntax as s
from .names import symbol_key

if TYPE_CHECKING:
    from .regularity import Regularity


@dataclass(frozen=True)
class Declaration:
    """One thing the reader took for granted: origin is prose, comment or inferred."""

    latex: str
    line: int
    origin: str


@dataclass(frozen=True)
class FunctionDefinition:
    """`f_k(x) = body`: `indices` and `parameters` are bound in `body`."""

    name: str
    parameters: tuple[Symbol, ...]
    body: Value
    indices: tuple[Index, ...] = ()
    source: str = ""
    nodes: tuple[Any, ...] = field(default=(), compare=False)  # its right side and text, to be read for other arguments


@dataclass(frozen=True)
class Law:
    """A relation assumed for every value of `variables` and `schematic` indices (`f(-x) = f(x)` for all x)."""

    relation: Relation
    variables: tuple[Symbol, ...]
    schematic: tuple[Index, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Doubt:
    """A formula of which the prose speaks without assuming it, or a word (`properties`) that it does not clearly give a name.

    No proof rests on it, and nothing is refuted at values that it excludes.
    """

    latex: str
    line: int
    item: s.Node
    properties: frozenset[str] = frozenset()

    @property
    def names(self) -> set[str]:
        """The names that it speaks of."""
        return {k for p in s.walk(self.item) if (k := symbol_key(p)) is not None}


@dataclass(frozen=True)
class Distribution:
    """`X \\sim name(parameters)`; the moments that follow are among the hypotheses."""

    name: str
    parameters: tuple[Value, ...]
    source: str = ""


@dataclass
class Scope:
    """Everything declared; `copy` before a heading, so that a section may declare anew.

    >>> scope = Scope()
    >>> scope.symbols["x"] = Symbol("x")
    >>> scope.copy().symbols["x"]
    x
    """

    symbols: dict[str, Symbol] = field(default_factory=dict)
    functions: dict[str, FunctionSymbol] = field(default_factory=dict)
    sizes: dict[str, Size] = field(default_factory=dict)
    indices: dict[str, Index] = field(default_factory=dict)
    definitions: dict[Symbol, Value] = field(default_factory=dict)
    function_definitions: dict[str, FunctionDefinition] = field(default_factory=dict)
    hypotheses: list[Hypothesis] = field(default_factory=list)
    laws: list[Law] = field(default_factory=list)
    distributions: dict[Symbol, Distribution] = field(default_factory=dict)
    independent: list[frozenset[Symbol]] = field(default_factory=list)
    identically_distributed: set[Symbol] = field(default_factory=set)
    constants: set[str] = field(default_factory=set)
    declarations: list[Declaration] = field(default_factory=list)
    inferred: dict[str, Declaration] = field(default_factory=dict)
    size_hints: set[str] = field(default_factory=set)
    range_hints: dict[str, tuple[object, object]] = field(default_factory=dict)
    family_hints: dict[str, list[str]] = field(default_factory=dict)
    integrated: set[str] = field(default_factory=set)
    supports: dict[str, str] = field(default_factory=dict)
    conditioned: set[str] = field(default_factory=set)
    arguments: set[str] = field(default_factory=set)  # the names that stand as arguments of a density anywhere
    events: set[str] = field(default_factory=set)  # names of events, whose probabilities lie between 0 and 1
    law_variables: dict[str, set[str]] = field(default_factory=dict)  # letter of a density: what sums over it run in
    other_bases: bool = False  # logarithms of densities have a base
    chance: bool = False  # the text speaks of probabilities
    information: bool = False  # the text speaks of entropies
    squares: dict[str, Symbol] = field(default_factory=dict)  # s_x: the symbol s_x^2 that a row gave
    samples: set[str] = field(default_factory=set)  # families introduced as a set of observations
    matrix_hints: set[str] = field(default_factory=set)
    vector_hints: set[str] = field(default_factory=set)
    shape_hints: dict[str, tuple[int | str, ...]] = field(default_factory=dict)
    definite_hints: set[str] = field(default_factory=set)
    convex: set[str] = field(default_factory=set)
    regular: dict[str, list[Regularity]] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)
    ones: set[str] = field(default_factory=set)
    merged: dict[str, Affine] = field(default_factory=dict)
    outdated: set[str] = field(default_factory=set)
    families: set[str] = field(default_factory=set)
    roles_read: set[str] = field(
        default_factory=set
    )  # names whose part as a moment, eigenvalue or eigenvector was understood
    labelled: set[str] = field(default_factory=set)  # names such as W_f beside W_o, whose letter counts nothing
    averages: dict[str, str] = field(default_factory=dict)
    opaque: set[str] = field(
        default_factory=set
    )  # texts that were named and not taken apart: they may depend on anything
    doubts: list[Doubt] = field(default_factory=list)
    sequences: dict[str, tuple[str, object]] = field(
        default_factory=dict
    )  # S_n: the letter n and the node of its value
    restricted: dict[str, tuple[str, int]] = field(
        default_factory=dict
    )  # a word that asks something of a name, and its line
    layout: str = "denominator"
    places_of_ones: dict[str, str] | None = None  # bold ones whose sizes are being worked out, with their formula

    def copy(self) -> Scope:
        """A scope with the same content whose changes do not reach this one."""
        values = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            values[name] = value.copy() if hasattr(value, "copy") else value
        return replace(self, **values)

    def known(self, key: str) -> bool:
        """Whether a name has a meaning here (declared, defined, a function, a size or an index)."""
        return (
            key in self.symbols or key in self.functions or key in self.sizes or key in self.indices
            or key in self.function_definitions
        )  # fmt: skip

    def size(self, key: str) -> Size:
        """The size of this name, made when it is new."""
        if key not in self.sizes:
            self.sizes[key] = Size(key)
        return self.sizes[key]

    def unknown_size(self, name: str) -> Affine:
        """The size of an axis nobody declared: a new size ?name, or what it was found to equal."""
        from derive.terms import affine

        value = affine(Size(f"?{name}"))
        for _ in range(20):
            atom = value.atom
            if not (isinstance(atom, Size) and atom.name in self.merged):
                break
            value = self.merged[atom.name]
        return value

    def hinted_shape(self, key: str) -> tuple[Affine, ...] | None:
        """The shape that all formulas of the document together give to a name nobody declared."""
        from derive.terms import affine

        found = self.shape_hints.get(key)
        if found is None:
            return None
        return tuple(
            affine(x) if isinstance(x, int) else affine(self.size(x)) if x in self.size_hints else self.unknown_size(x)
            for x in found
        )

    def forget(self, key: str) -> None:
        """Drops what is known of a name, so that it can be declared anew."""
        old = self.symbols.pop(key, None)
        self.sequences.pop(key.partition("_")[0], None)
        for table in (self.functions, self.indices, self.function_definitions, self.inferred, self.sizes):
            table.pop(key, None)
        if old is not None:
            self.definitions.pop(old, None)
            self.distributions.pop(old, None)
            for other in [k for k, symbol in self.symbols.items() if symbol is old]:  # a, for the entries of A
                del self.symbols[other]

    def renew(self, key: str) -> None:
        """Forgets a name that a new section declares again, with all that was assumed of it."""
        old, function = self.symbols.get(key), self.functions.get(key)
        self.forget(key)

        for wanted in (old, function):
            if wanted is not None:
                self.hypotheses[:] = [h for h in self.hypotheses if not _about(h.relation, wanted)]
                self.laws[:] = [w for w in self.laws if not _about(w.relation, wanted)]
        if old is not None:
            self.independent[:] = [g for g in self.independent if old not in g]
            self.identically_distributed.discard(old)
        for names in (self.constants, self.convex, self.ones):
            names.discard(key)
        self.regular.pop(key, None)
        self.restricted.pop(key, None)
        self.doubts[:] = [d for d in self.doubts if key not in d.names]

    def replace_symbol(self, old: Symbol, new: Symbol) -> None:
        """Gives a symbol another domain, properties, kind or shape everywhere."""
        if old is new:
            return
        for key, symbol in list(self.symbols.items()):
            if symbol is old:
                self.symbols[key] = new
        self.definitions = {(new if s is old else s): swap(v, old, new) for s, v in self.definitions.items()}
        self.hypotheses = [
            Hypothesis(
                Relation(h.relation.op, swap(h.relation.lhs, old, new), swap(h.relation.rhs, old, new)),
                h.schematic, h.source,
            )
            for h in self.hypotheses
        ]  # fmt: skip
        self.laws = [
            Law(Relation(w.relation.op, swap(w.relation.lhs, old, new), swap(w.relation.rhs, old, new)),
                tuple(new if v is old else v for v in w.variables), w.schematic, w.source)
            for w in self.laws
        ]  # fmt: skip
        self.function_definitions = {
            k: replace(f, parameters=tuple(new if p is old else p for p in f.parameters), body=swap(f.body, old, new))
            for k, f in self.function_definitions.items()
        }
        self.distributions = {
            (new if s is old else s): replace(d, parameters=tuple(swap(v, old, new) for v in d.parameters))
            for s, d in self.distributions.items()
        }
        self.independent = [frozenset(new if s is old else s for s in g) for g in self.independent]
        self.identically_distributed = {new if s is old else s for s in self.identically_distributed}


def swap(value: Value, old: Symbol, new: Symbol) -> Value:
    """A value with one symbol written for another of the same rank, also as the variable of derivatives."""

    done: dict[int, object] = {}  # terms share their parts: each part is looked at once

    def go(item: object) -> object:
        if item is old:
            return new
        if isinstance(item, Node) and not isinstance(item, Symbol):
            if id(item) not in done:
                fields = tuple(go(f) for f in item.fields)
                same = all(a is b for a, b in zip(fields, item.fields, strict=True))
                done[id(item)] = item if same else type(item)(*fields)
            return done[id(item)]
        if isinstance(item, tuple):
            return tuple(go(f) for f in item)
        return item

    if len(old.shape) != len(new.shape):
        return value
    result = go(value)
    assert isinstance(result, (Arr, Node))
    return result  # type: ignore[return-value]


def _about(relation: Relation, wanted: object) -> bool:
    return mentions(relation.lhs, wanted) or mentions(relation.rhs, wanted)


def mentions(value: object, wanted: object) -> bool:
    """Whether a symbol or a function stands anywhere in a value."""
    if value is wanted:
        return True
    if isinstance(value, Node) and not isinstance(value, Symbol):
        return any(mentions(f, wanted) for f in value.fields)
    return isinstance(value, tuple) and any(mentions(f, wanted) for f in value)


def resize(scope: Scope, old: Size, new: object) -> None:
    """One inferred size turned out to be another: every symbol of that size changes shape."""
    from derive.terms import affine

    if old.name.startswith("?"):
        scope.merged[old.name] = affine(new)
    for name, span in list(scope.range_hints.items()):
        scope.range_hints[name] = tuple(affine(x).substitute({old: affine(new)}) for x in span)  # type: ignore[arg-type,assignment]

    for symbol in list(scope.symbols.values()):
        if any(old in [a for a, _ in s.terms] for s in symbol.shape):
            shape = tuple(s.substitute({old: affine(new)}) for s in symbol.shape)
            scope.replace_symbol(
                symbol, Symbol(symbol.name, shape, symbol.domain, symbol.properties, symbol.kind, symbol.first)
            )
