"""Subscripts: entries, families, Kronecker deltas, sized identities."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from derive.terms import (
    ZERO,
    Add,
    Affine,
    Arr,
    Entry,
    Guard,
    Index,
    Mul,
    Sum,
    Symbol,
    Term,
    affine,
    arrays,
    free_indices,
    fresh_index,
    substitute,
)

from . import syntax as s
from .elaborate_core import symbol_value
from .elaborate_names import Names
from .elaborate_opaque import bracket_difference
from .errors import ReadError
from .flexible import Flex, Loose, add, describe, scale
from .iterates import scripted
from .matrix_entries import adopt
from .names import (
    braced,
    family_key,
    is_name_script,
    split_scripts,
    symbol_key,
    text_key,
)


class Entries(Names):
    """Subscripts and what they select."""

    # -- scripts

    def subscript(self, node: s.Subscript) -> Loose:
        between = bracket_difference(self, node)  # type: ignore[arg-type]
        if between is not None:
            return between
        key = symbol_key(node)
        if key is not None:
            if key in self.local or self.scope.known(key):
                found = self.lookup(key, node)
                if found is not None:
                    return found
        base, items = split_scripts(node)
        if (
            isinstance(base, s.Number)
            and base.text in "01"
            and all(symbol_key(i) or isinstance(i, (s.Number, s.Product)) for i in items)
        ):
            sizes = self.size_items(items)
            return arrays.ones(*sizes) if base.text == "1" else arrays.zeros(*sizes)
        if (
            isinstance(base, s.Number)
            and base.text == "1"
            and len(items) == 1
            and isinstance(items[0], (s.Group, s.Relations))
        ):
            return self.condition(items[0])
        if isinstance(base, s.Name):
            member = self.member_of_sequence(base, items)
            if member is not None:
                return member
            special = self.special_subscript(base, items, node)
            if special is not None:
                return special
            return self.indexed_name(base, items, node, key or base.key)
        if isinstance(base, s.Norm):
            return self.norm(base, node.index, node)
        if isinstance(base, s.Group) and base.open == "<" and not isinstance(base.body, s.Row):
            return self.angle_mean(base, node.index, node)  # type: ignore[attr-defined]
        if (
            isinstance(node.base, s.Superscript)
            and isinstance(node.base.base, s.Name)
            and not is_name_script(node.base.exponent)
            and self.raised(node.base) is None
        ):
            return self.superscript(
                s.Superscript(
                    node.start,
                    node.end,
                    s.Subscript(node.start, node.end, node.base.base, node.index),
                    node.base.exponent,
                )
            )
        marked = symbol_key(base) if isinstance(base, s.Superscript) and isinstance(base.base, s.Name) else None
        if marked is not None and key is not None:  # \\lambda^\\star_i is an entry of \\lambda^\\star
            return self.indexed_name(s.Name(base.start, base.end, marked), items, node, key)
        value = self.firm(base)
        if not isinstance(value, Arr):
            return self.gathered(value, items, node, base)
        return self.entries(value, items, node)

    def member_of_sequence(self, base: s.Name, items: tuple[s.Node, ...]) -> Loose | None:
        """S_{n+1} where S_n was defined for a whole number n: the value with n + 1 in place of n."""
        letter, value = self.scope.sequences.get(base.key, ("", None))
        if not isinstance(value, s.Node) or len(items) != 1 or base.key in self.local:
            return None
        if not isinstance(items[0], s.Add) or letter not in s.free_names(items[0]):
            return None
        return self.value(s.with_name_replaced(value, letter, items[0]))

    def raised(self, node: s.Superscript) -> Symbol | None:
        """The symbol declared by a name with this superscript, as \\delta^o."""
        base, exponent = node.base, node.exponent
        if not isinstance(base, s.Name) or not isinstance(exponent, (s.Name, s.Number)):
            return None
        script = exponent.key if isinstance(exponent, s.Name) else exponent.text
        return self.scope.symbols.get(f"{base.key}^{script}")

    def gathered(self, value: Term, items: tuple[s.Node, ...], node: s.Subscript, base: s.Node) -> Loose:
        """``(a_i b_j)_{ij}``: the array with these entries, over indices that are free in them."""
        if isinstance(base, s.Call) and isinstance(base.argument, s.Group):  # \det (a_{ij})_{ij}
            inner = s.Subscript(base.argument.start, node.end, base.argument, node.index)
            return self.firm(replace(base, argument=inner, end=node.end))
        free = {i.name: i for i in free_indices(value)}
        indices = [free.get(symbol_key(item) or "") for item in items]
        if None in indices or len(set(indices)) < len(indices) or not isinstance(base, s.Group):
            raise self.error(f"{self.quote(base)} is a number and has no entries", node)
        fresh = [fresh_index(i) for i in indices]
        return Arr(tuple((i,) for i in fresh), substitute(value, dict(zip(indices, fresh, strict=True))))

    def special_subscript(self, base: s.Name, items: tuple[s.Node, ...], node: s.Subscript) -> Loose | None:
        declared = self.scope.symbols.get(base.key)
        if base.text == "\\delta" and not base.accents and (declared is None or not declared.shape):
            if len(items) == 1 and isinstance(items[0], s.Product) and len(items[0].factors) == 2:
                items = items[0].factors
            if len(items) == 2 and (declared is None or not declared.shape):
                pair = self.kronecker_indices(items)
                if pair is not None:
                    return Guard("==", pair[0] - pair[1])
            if len(items) == 1 and isinstance(items[0], s.Number) and len(items[0].text) == 2 and declared is None:
                a, b = items[0].text
                return Guard("==", affine(int(a) - int(b)))
        if declared is not None or base.key in self.local:
            return None
        if base.text == "I" and not base.accents and items and not self.runs(items[0]):
            return arrays.identity(*self.size_items(items[:1]))
        if base.text == "1" and base.font in ("bf", "bb"):
            if len(items) == 1 and isinstance(items[0], (s.Group, s.Relations)):
                inner = items[0].body if isinstance(items[0], s.Group) else items[0]
                if isinstance(inner, s.Relations):
                    return self.condition(inner)
            return arrays.ones(*self.size_items(items))
        if base.text == "0" and base.font in ("bf", "bb"):
            return arrays.zeros(*self.size_items(items))
        return None

    def runs(self, item: s.Node) -> bool:
        """Whether a script is an index that runs over a range: `I_i` is no identity then."""
        key = symbol_key(item)
        if key is None or key in self.scope.sizes or key in self.scope.size_hints:
            return False
        return (
            key in self.free
            or key in self.ranges
            or isinstance(self.local.get(key), Index)
            or (isinstance(item, s.Name) and key in ("i", "j"))
        )

    def kronecker_indices(self, items: tuple[s.Node, ...]) -> tuple[Affine, Affine] | None:
        """Both indices of a Kronecker delta; an index whose range is not known takes that of the other."""
        found: list[Affine | None] = []
        for item in items:
            try:
                found.append(self.integer(item))
            except ReadError:
                found.append(None)
        if found[0] is None and found[1] is None:
            return None
        for n in (0, 1):
            if found[n] is None:
                other = found[1 - n]
                index = other.atom if other is not None else None
                span = (index.lo, index.hi) if isinstance(index, Index) else None
                found[n] = self.integer(items[n], span)
        return found[0], found[1]  # type: ignore[return-value]

    def size_items(self, items: tuple[s.Node, ...]) -> list[Affine]:
        sizes = []
        for item in items:
            parts = item.factors if isinstance(item, s.Product) and item.ops and item.ops[0] == "\\times" else (item,)
            for part in parts:
                key = symbol_key(part)
                if key is not None and not self.scope.known(key) and key not in self.local:
                    self.scope.size(key)
                sizes.append(self.integer(part))
        return sizes

    def indexed_name(self, base: s.Name, items: tuple[s.Node, ...], node: s.Node, key: str) -> Loose:
        bound = self.local.get(base.key)
        symbol = bound if isinstance(bound, Symbol) else self.scope.symbols.get(base.key)
        iterate = scripted(self, base, items, node)
        if iterate is not None:
            return iterate  # type: ignore[no-any-return]
        labelled = self.labelled(base, items, symbol)
        if labelled is not None:
            return self.symbol_entries(*labelled, node)
        numbered = self.numbered(base, items, symbol)
        if numbered is not None:
            return self.entries(numbered, self.split_numbered(items)[1:], node)
        if symbol is not None and symbol.shape:
            self.used.add(base.key)
            if self.names_another(base, symbol, items):
                like = Symbol(key, symbol.shape, symbol.domain, kind=symbol.kind, first=symbol.first)
                return symbol_value(self.declare_inferred(key, like))
            return self.symbol_entries(symbol, items, node)
        definition = self.scope.function_definitions.get(base.key)
        if definition is not None and not definition.indices and isinstance(definition.body, Arr):
            return self.entries(definition.body, items, node)
        members = self.scope.family_hints.get(base.key)
        if members and len(items) == 1 and not isinstance(items[0], s.Number):
            return self.listed_family(base.key, members, items[0], node)
        if symbol is not None and symbol not in self.scope.definitions:
            family = self.family_beside(base, items)
            if family is not None:
                return self.symbol_entries(family, items, node)
        if symbol is None and bound is None and base.key not in self.scope.function_definitions:
            matrix = adopt(base, items, self.scope, self.line)
            if matrix is not None:
                self.used.add(base.key)
                return self.symbol_entries(matrix, items, node)
            family = self.inferred_family(base, items, node)
            if family is not None:
                return self.symbol_entries(family, items, node)
        return self.infer(key, node)

    def numbered(self, base: s.Name, items: tuple[s.Node, ...], symbol: Symbol | None) -> Arr | None:
        """The array beta_1 whose entries `\\beta_{1j}` are, where beta itself has no second index to count columns."""
        items = self.split_numbered(items)
        if len(items) < 2 or not isinstance(items[0], s.Number):
            return None
        known = self.scope.symbols.get(f"{base.key}_{items[0].text}")
        if known is None or not known.shape or (len(known.shape) == 2 and known.shape[1] != affine(1)):
            return None
        column = symbol is None or len(symbol.shape) < 2 or symbol.shape[1] == affine(1)
        if not column or len(items) - 1 > len(known.shape):
            return None
        self.used.add(f"{base.key}_{items[0].text}")
        return Arr.of(known)

    def labelled(
        self, base: s.Name, items: tuple[s.Node, ...], symbol: Symbol | None
    ) -> tuple[Symbol, tuple[s.Node, ...]] | None:
        """One script more than the declared array has indices: a label, as in `\\alpha_{0j}`, `\\alpha_{nj}` and `y_{i1}`."""
        items = self.split_numbered(items)
        if symbol is None or not symbol.shape or len(items) != len(symbol.shape) + 1 or symbol.kind == "random":
            return None
        first, last = items[0], items[-1]
        before = isinstance(first, s.Number) or (isinstance(first, s.Name) and first.key in self.scope.sizes)
        after = isinstance(last, s.Number) and not isinstance(first, s.Number)
        if before == after:
            return None
        label, rest = (first, items[1:]) if before else (last, items[:-1])
        if any(isinstance(i, s.Number) for i in rest):
            return None
        key = f"{base.key}_{braced(text_key(label))}" if before else f"{base.key}_{{\\bullet {text_key(label)}}}"
        known = self.scope.symbols.get(key)
        if known is None:
            known = self.declare_inferred(key, Symbol(key, symbol.shape, first=symbol.first))
        self.used.add(key)
        return (known, rest) if known.shape == symbol.shape and len(known.first) == len(rest) else None

    def split_numbered(self, items: tuple[s.Node, ...]) -> tuple[s.Node, ...]:
        """The scripts 1 and j of `1j`."""
        if len(items) == 1 and isinstance(items[0], s.Product) and isinstance(items[0].factors[0], s.Number):
            return items[0].factors if not any(items[0].ops) else items
        return items

    def family_beside(self, base: s.Name, items: tuple[s.Node, ...]) -> Symbol | None:
        """The values y_1, ..., y_n that a sum runs over, or that were defined, where y itself was taken for a number."""
        defined = self.scope.symbols.get(family_key(base))
        if defined in self.scope.definitions and len(defined.shape) == len(items):
            return defined
        bounds = [self.local.get(symbol_key(i) or "") for i in items]
        if not bounds or not all(isinstance(b, Index) and b.length is not None and b.lo.is_constant for b in bounds):
            return None
        if any(isinstance(a, Index) for b in bounds for a, _ in b.length.terms):  # type: ignore[union-attr]
            return None
        shape = tuple(b.length for b in bounds)  # type: ignore[union-attr]
        key = family_key(base)
        known = self.scope.symbols.get(key)
        if known is not None:
            return known if known.shape == shape else None
        first = tuple(int(b.lo.constant) for b in bounds)  # type: ignore[union-attr]
        return self.declare_inferred(key, Symbol(key, shape, first=first))

    def names_another(self, base: s.Name, symbol: Symbol, items: tuple[s.Node, ...]) -> bool:
        """A bold x_t whose t is no index of x: another vector of the same shape (an iterate), not an entry."""
        if (
            not (base.font == "bf" or "vec" in base.accents)
            or len(items) != 1
            or symbol.first != (1,) * len(symbol.shape)
        ):
            return False
        item = items[0]
        names = [n.key for n in s.walk(item) if isinstance(n, s.Name)]
        if isinstance(item, s.Number):
            return len(symbol.shape) == 2 and len(item.text) == 1
        if len(names) != 1 or not isinstance(item, (s.Name, s.Add)):
            return False
        bound = self.local.get(names[0]) or self.scope.indices.get(names[0])
        if isinstance(bound, Index):
            return bound.hi is not None and bound.hi != symbol.shape[0]
        hint = self.scope.range_hints.get(names[0])
        return names[0] not in self.scope.sizes and (hint is None or affine(hint[1]) != symbol.shape[0])

    def listed_family(self, base: str, members: list[str], item: s.Node, node: s.Node) -> Loose:
        """g_i where only g_1, g_2, g_3 were declared: the one whose number is i."""
        numbers = [int(m.rsplit("_", 1)[1].strip("{}")) for m in members]
        place = self.integer(item, (min(numbers), max(numbers)))
        total: Loose = ZERO
        for number, member in zip(numbers, members, strict=True):
            value = self.lookup(member, node)
            if value is None:
                raise self.error(f"{base} has no member {number}", node)
            total = add(total, scale(Guard("==", place - number), value))
        return total

    def inferred_family(self, base: s.Name, items: tuple[s.Node, ...], node: s.Node) -> Symbol | None:
        """An undeclared name with index subscripts: a vector or matrix over the ranges of its indices."""
        ranges: list[tuple[Affine, Affine]] = []
        for item in items:
            span = self.item_range(item)
            if span is None:
                return None
            ranges.append(span)
        low = tuple(int(a.constant) if a.is_constant else 1 for a, _ in ranges)
        shape = tuple(b - (f - 1) for (_, b), f in zip(ranges, low, strict=True))
        kind = "random" if base.key in self.random else "dependent" if base.key in self.differentiated else "variable"
        return self.declare_inferred(base.key, Symbol(base.key, shape, kind=kind, first=low))

    def item_range(self, item: s.Node) -> tuple[Affine, Affine] | None:
        names = [n for n in s.walk(item) if isinstance(n, s.Name)]
        if (
            len(names) != 1
            or names[0].font
            or names[0].accents
            or isinstance(item, (s.Label, s.Mark, s.Relations, s.Conditional))
        ):
            return None
        key = names[0].key
        bound = self.local.get(key) or self.scope.indices.get(key) or self.free.get(key)
        if isinstance(bound, Index):
            return None if bound.hi is None else (bound.lo, bound.hi)
        if key in self.ranges:
            return self.ranges[key]
        if key in self.scope.range_hints:
            low, high = self.scope.range_hints[key]
            self.ranges[key] = (affine(low), affine(high))
            return self.ranges[key]
        return None

    def symbol_entries(self, symbol: Symbol, items: tuple[s.Node, ...], node: s.Node) -> Loose:
        items = self.split_digits(items, len(symbol.shape))
        if len(items) > len(symbol.shape):
            raise self.error(
                f"{self.quote(node)} has {len(items)} indices, {symbol.name} has {len(symbol.shape)}", node
            )
        places = []
        chosen: list[tuple[Index, Term]] = []
        for axis, item in enumerate(items):
            low = affine(symbol.first[axis])
            places.append(self.place_or_choice(item, low, low + symbol.shape[axis] - 1, node, chosen))
        rest = [fresh_index(None, 1, size) for size in symbol.shape[len(items) :]]
        ends = [i + (f - 1) for i, f in zip(rest, symbol.first[len(items) :], strict=True)]
        entry = gathered(Entry(symbol, (*places, *ends)), chosen)
        return Arr(tuple((i,) for i in rest), entry) if rest else entry

    def place_or_choice(
        self, item: s.Node, low: Affine, high: Affine, node: s.Node, chosen: list[tuple[Index, Term]]
    ) -> Affine:
        """The place that a subscript means; for a declared integer such as the label y_i, an index and what it must equal."""
        base, _ = split_scripts(item)
        symbol = self.scope.symbols.get(base.key) if isinstance(base, s.Name) else None
        if symbol is None or not (symbol.domain.integer or symbol.domain.values) or symbol_key(item) in self.local:
            return self.place(item, low, high, node)
        label = self.value(item)
        if isinstance(label, (Arr, Flex)):
            raise self.error(f"{self.quote(item)} is {describe(label)}, not a number that could be an index", item)
        index = fresh_index(None, low, high)
        chosen.append((index, Guard("==", Add(index, Mul(-1, label)))))
        return affine(index)

    def place(self, item: s.Node, low: Affine, high: Affine, node: s.Node) -> Affine:
        place = self.integer(item, (low, high))
        if place.is_constant and low.is_constant and place.constant < low.constant:
            raise self.error(f"the index of {self.quote(node)} begins at {low}", item)
        if place.is_constant and high.is_constant and place.constant > high.constant:
            raise self.error(f"the index of {self.quote(node)} ends at {high}", item)
        return place

    def split_digits(self, items: tuple[s.Node, ...], axes: int) -> tuple[s.Node, ...]:
        """A_{12} of a matrix is A_{1,2}."""
        if len(items) == 1 and axes > 1 and isinstance(items[0], s.Number) and len(items[0].text) == axes:
            item = items[0]
            return tuple(s.Number(item.start + n, item.start + n + 1, d) for n, d in enumerate(item.text))
        if len(items) == 1 and axes > 1 and isinstance(items[0], s.Product) and len(items[0].factors) == axes:
            return items[0].factors
        return items

    def entries(self, value: Arr, items: tuple[s.Node, ...], node: s.Node) -> Loose:
        items = self.split_digits(items, len(value.axes))
        axes, _ = value.open()
        if len(items) > len(axes):
            raise self.error(f"{self.quote(node)} has {len(items)} indices for {len(axes)} axes", node)
        places: list[Any] = []
        chosen: list[tuple[Index, Term]] = []
        for axis, item in zip(axes, items, strict=False):
            if len(axis) != 1 or axis[0].hi is None:
                raise self.unsupported("an entry of a stacked or Kronecker product", node)
            places.append(self.place_or_choice(item, axis[0].lo, axis[0].hi, node, chosen))
        rest = axes[len(items) :]
        body = gathered(value.at(*places, *(i for axis in rest for i in axis)), chosen)
        return Arr(rest, body) if rest else body


def gathered(entry: Term, chosen: list[tuple[Index, Term]]) -> Term:
    """The entry at a place that is no affine index: a sum over the axis in which one term is left."""
    for index, guard in chosen:
        entry = Sum(index, Mul(guard, entry))
    return entry
