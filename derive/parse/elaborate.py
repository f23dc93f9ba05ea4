"""Typed elaboration: a syntax tree and a scope to a term or array of derive.terms.

Names, scripts and arithmetic are here; applications in elaborate_calls, derivatives, sums, integrals and expectations
in elaborate_binders.  Imports derive.terms, syntax, names, flexible, scope.

>>> from derive.parse.declarations import assume
>>> from derive.parse.grammar import parse_expression
>>> scope = assume(r"X \\in \\mathbb{R}^{n \\times d}; w \\in \\mathbb{R}^d")
>>> elaborate(parse_expression("X w"), scope, "X w").shape
((n,),)
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derive.terms import (
    ONE,
    PI,
    ZERO,
    Add,
    Affine,
    Arr,
    Constant,
    Entry,
    Fn,
    Guard,
    Index,
    IntValue,
    Mul,
    Num,
    Pow,
    Size,
    Symbol,
    Term,
    Value,
    affine,
    arrays,
    fresh_index,
    term,
)
from derive.terms import ShapeError as TermShapeError

from . import syntax as s
from .errors import ReadError, ShapeError
from .flexible import Flex, Loose, add, describe, inverse, multiply, negative, rank, scale, settle, transpose
from .names import (
    INDEX_LETTERS,
    is_inverse_transpose,
    is_minus_one,
    is_name_script,
    is_transpose,
    script_items,
    split_scripts,
    symbol_key,
    text_key,
)
from .scope import Declaration, Scope, resize


class Unify(Exception):
    """Two sizes that must be one for the formula to type; at least the first was only inferred."""

    def __init__(self, old: Size, new: Any):
        super().__init__()
        self.old, self.new = old, new


class Elaborator:
    """One formula (or one step) being elaborated.

    `local` holds the bound indices and variables, `free` the undeclared indices met so far, `ranges` what the
    subscripts in the formula say about the ranges of index names.
    """

    def __init__(self, scope: Scope, text: str = "", line: int = 0):
        self.scope = scope
        self.text = text
        self.line = line
        self.local: dict[str, Index | Symbol] = {}
        self.free: dict[str, Index] = {}
        self.ranges: dict[str, tuple[Affine, Affine]] = {}
        self.matrices: set[str] = set()
        self.vectors: set[str] = set()
        self.differentiated: set[str] = set()
        self.random: set[str] = set()
        self.used: set[str] = set()
        self.remarks: list[str] = []
        self.bare: set[str] = set()
        self.depth = 0

    # -- errors

    def error(self, message: str, node: s.Node, hint: str = "", kind: str = "meaning") -> ReadError:
        return ReadError(message, node.start, node.end, self.text, hint, kind)

    def unsupported(self, what: str, node: s.Node) -> ReadError:
        return self.error(f"{what} is not understood yet", node, kind="unsupported")

    def quote(self, node: s.Node) -> str:
        return " ".join(self.text[node.start : node.end].split())[:60]

    def shape_error(self, node: s.Node, a: s.Node, left: Loose, b: s.Node, right: Loose, how: str) -> Exception:
        """The two parts and their shapes, or the request to unify an inferred size."""
        merged = self.unify(left, right, how)
        if merged is not None:
            return merged
        hint = ""
        if how == "times" and isinstance(left, Arr) and isinstance(right, Arr):
            turned = arrays.transpose(left)
            try:
                multiply(turned, right)
                hint = f"did you mean {self.quote(a)}^\\top {self.quote(b)}?"
            except TermShapeError:
                try:
                    multiply(left, arrays.transpose(right))
                    hint = f"did you mean {self.quote(a)} {self.quote(b)}^\\top?"
                except TermShapeError:
                    pass
        verb = "cannot be multiplied" if how == "times" else "cannot be added"
        message = (
            f"shapes do not fit: {self.quote(a)} is {describe(left)} and {self.quote(b)} is {describe(right)}; they {verb}"
        )
        return ShapeError(
            message, node.start, node.end, self.text, (describe(left), describe(right)),
            (self.quote(a), self.quote(b)), hint,
        )  # fmt: skip

    def unify(self, left: Loose, right: Loose, how: str) -> Unify | None:
        """A pair of sizes whose identification lets two values meet, when one of them was inferred."""
        if not (isinstance(left, Arr) and isinstance(right, Arr)):
            return None
        if how == "times":
            a, b = arrays.as_matrix(left), arrays.as_matrix(right)
            pairs = [(a.axes[-1], b.axes[0])]
        elif len(left.axes) == len(right.axes):
            pairs = list(zip(left.axes, right.axes, strict=True))
        else:
            return None
        for x, y in pairs:
            if len(x) != 1 or len(y) != 1:
                continue
            p, q = x[0].length, y[0].length
            if p == q or p is None or q is None:
                continue
            for one, other in ((p, q), (q, p)):
                if isinstance(one.atom, Size) and one.atom.name.startswith("?"):
                    return Unify(one.atom, other)
        return None

    # -- preparation

    def prepare(self, *nodes: s.Node) -> None:
        """Collects what the formula says about undeclared names before anything is built."""
        from .elaborate_binders import note_ranges

        for node in nodes:
            for part in s.walk(node):
                self.note(part)
        self.bare = bare_names(nodes)
        for node in nodes:
            note_ranges(self, node)

    def note(self, part: s.Node) -> None:
        if isinstance(part, s.Superscript) and (is_transpose(part.exponent) or is_inverse_transpose(part.exponent)):
            for name in _outer_names(part.base):
                plain = name.text[:1].isupper() or name.text in _UPPER_GREEK
                if isinstance(part.exponent, s.Name) and not plain and part.exponent.font == "" and "T" in self.scope.numbers:
                    continue
                (self.matrices if plain else self.vectors).add(name.key)
        elif isinstance(part, s.Superscript) and is_minus_one(part.exponent):
            for name in _outer_names(part.base):
                if name.font == "bf" and name.text[:1].isupper():
                    self.matrices.add(name.key)
        elif isinstance(part, s.Call) and part.function in ("tr", "det", "vec", "rank", "logdet"):
            for name in _outer_names(part.argument):
                if name.text[:1].isupper() or name.text in _UPPER_GREEK:
                    self.matrices.add(name.key)
        elif isinstance(part, s.Derivative):
            self.note_differentiated(part.body)
        elif isinstance(part, s.Product):
            for before, after in zip(part.factors, part.factors[1:], strict=False):
                if isinstance(before, (s.DerivativeOperator, s.Nabla)):
                    self.note_differentiated(after)

    def note_differentiated(self, node: s.Node) -> None:
        key = symbol_key(node)
        if key is not None and not self.scope.known(key):
            base, items = split_scripts(node)
            self.differentiated.add(base.key if isinstance(base, s.Name) and items else key)
            self.differentiated.add(key)

    # -- dispatch

    def value(self, node: s.Node) -> Loose:
        """The term, array or loose identity that a node means."""
        self.depth += 1
        try:
            if self.depth > 120:
                raise self.error("the formula is nested too deep", node)
            handler = _HANDLERS.get(type(node))
            if handler is None:
                raise self.unsupported(f"this ({type(node).__name__.lower()})", node)
            return handler(self, node)
        except TermShapeError as error:
            raise ShapeError(
                f"{self.quote(node)}: {error}", node.start, node.end, self.text, (error.left, error.right), (self.quote(node),)
            ) from error
        finally:
            self.depth -= 1

    def scalar(self, node: s.Node) -> Term:
        """A number; an array here is a shape error."""
        value = self.value(node)
        if isinstance(value, Flex):
            raise self.error(f"{describe(value)} stands where a number is needed", node)
        if isinstance(value, Arr):
            raise ShapeError(
                f"{self.quote(node)} is {describe(value)} where a number is needed", node.start, node.end, self.text,
                (describe(value), "a number"), (self.quote(node),),
            )  # fmt: skip
        return value

    def firm(self, node: s.Node) -> Value:
        """A value whose size is known."""
        value = self.value(node)
        if isinstance(value, Flex):
            raise self.error(
                f"the size of {describe(value)} is not known here", node, "write its size, I_n or \\mathbf{1}_n"
            )
        return value

    def row_bias(self, a: s.Node, left: Loose, b: s.Node, right: Loose) -> Loose | None:
        """X W + b with b declared as a 1 x h row: the row is added to every row, with a remark."""
        for part, row, other in ((a, left, right), (b, right, left)):
            symbol = self.scope.symbols.get(symbol_key(part) or "")
            if symbol is None or len(symbol.shape) != 2 or symbol.shape[0] != affine(1):
                continue
            if isinstance(row, Arr) and isinstance(other, Arr) and len(other.axes) == 2 and row.shape[1:] == other.shape[1:]:
                self.remarks.append(f"the row {self.quote(part)} is added to every row")
                spread = Arr((other.open()[0][0], row.axes[1]), arrays.substitute(row.body, {row.axes[0][0]: 1}))
                return add(other, spread)
        return None

    def combine(self, node: s.Node, a: s.Node, left: Loose, b: s.Node, right: Loose, how: str) -> Loose:
        try:
            return multiply(left, right) if how == "times" else add(left, right)
        except TermShapeError as error:
            if how == "plus":
                spread = self.row_bias(a, left, b, right)
                if spread is not None:
                    return spread
            problem = self.shape_error(node, a, left, b, right, how)
            raise problem from error

    # -- names

    def name(self, node: s.Name) -> Loose:
        found = self.lookup(node.key, node)
        return found if found is not None else self.infer(node.key, node)

    def lookup(self, key: str, node: s.Node) -> Loose | None:
        """What a key means here: bound, declared, reserved or a free index; None when it is new."""
        scope = self.scope
        bound = self.local.get(key)
        if bound is not None:
            return IntValue(bound) if isinstance(bound, Index) else symbol_value(bound)
        if key == "\\pi" and key in scope.symbols and scope.symbols[key].shape:
            return PI
        if key in scope.symbols:
            self.used.add(key)
            return symbol_value(scope.symbols[key])
        if key in scope.function_definitions:
            definition = scope.function_definitions[key]
            if not definition.indices:
                return definition.body
        if key in scope.functions:
            raise self.error(f"{self.quote(node)} is a function; its argument is missing", node)
        if key in scope.sizes:
            return IntValue(scope.sizes[key])
        if key in scope.indices:
            return IntValue(scope.indices[key])
        if isinstance(node, s.Name):
            reserved = self.reserved(node)
            if reserved is not None:
                return reserved
        if key in self.free:
            return IntValue(self.free[key])
        if key in self.ranges:
            return IntValue(self.free_index(key))
        if key in scope.size_hints:
            return IntValue(scope.size(key))
        return None

    def reserved(self, node: s.Name) -> Loose | None:
        text, font = node.text, node.font
        if node.accents:
            return None
        if text == "e" and font in ("", "rm"):
            return Fn("exp", ONE)
        if text == "\\pi" and font == "":
            return PI
        if text == "\\infty":
            return Constant("oo")
        if text == "I" and font in ("", "bf", "rm"):
            return Flex("I")
        if text == "1" and font in ("bf", "bb"):
            return Flex("column")
        if text == "0" and font in ("bf", "bb"):
            return ZERO
        if text in ("\\mathbb", "R", "N", "Z") and font == "bb":
            raise self.error(f"the set {self.quote(node)} stands where a value is needed", node)
        if text in ("\\forall", "\\exists", "\\partial", "\\nabla", "\\emptyset", "\\varnothing", "\\neg", "\\square", "\\triangle"):
            raise self.error(f"{text} is not expected here", node)
        return None

    def infer(self, key: str, node: s.Node) -> Loose:
        """A symbol never declared: its kind from its use and its letter; listed as inferred."""
        base = node
        while isinstance(base, (s.Subscript, s.Superscript, s.Prime, s.Accent)):
            base = base.body if isinstance(base, s.Accent) else base.base
        upper = isinstance(base, s.Name) and (base.text[:1].isupper() or base.text in _UPPER_GREEK)
        bold = isinstance(base, s.Name) and (base.font == "bf" or "vec" in base.accents)
        plain = key.replace(" ", "")
        shape: tuple[Any, ...] = ()
        kind = "variable"
        if key in self.matrices or (bold and upper):
            shape = (self.scope.unknown_size(f"{plain}1"), self.scope.unknown_size(f"{plain}2"))
        elif key in self.vectors or bold:
            shape = (self.scope.unknown_size(plain),)
        if key in self.random:
            kind = "random"
        elif key in self.differentiated and not shape:
            kind = "dependent"
        elif isinstance(base, s.Name) and base.font in ("cal", "rm", "scr", "frak", "bb") and not shape:
            kind = "dependent"
        return symbol_value(self.declare_inferred(key, Symbol(key, shape, kind=kind)))

    def declare_inferred(self, key: str, symbol: Symbol) -> Symbol:
        self.scope.symbols[key] = symbol
        sizes = " \\times ".join(repr(x).lstrip("?") for x in symbol.shape)
        latex = f"{key} \\in \\mathbb{{R}}" + (f"^{{{sizes}}}" if symbol.shape else "")
        if symbol.kind == "dependent":
            latex = f"{key} \\text{{ a quantity that may depend on the others}}"
        elif symbol.kind == "random":
            latex = f"{key} \\text{{ a random variable}}"
        declaration = Declaration(latex, self.line, "inferred")
        self.scope.inferred[key] = declaration
        self.scope.declarations.append(declaration)
        self.used.add(key)
        return symbol

    # -- indices

    def free_index(self, key: str) -> Index:
        if key not in self.free:
            low, high = self.ranges[key]
            self.free[key] = Index(key, low, high)
        return self.free[key]

    def integer(self, node: s.Node, span: tuple[Any, Any] | None = None) -> Affine:
        """An affine integer expression; a new name becomes a free index over `span`."""
        if isinstance(node, s.Number) and node.text.isdigit():
            return affine(int(node.text))
        if isinstance(node, s.Group) and node.body is not None:
            return self.integer(node.body, span)
        if isinstance(node, s.Add):
            total = affine(0)
            for sign, part in zip(node.signs, node.terms, strict=True):
                if sign not in "+-":
                    raise self.error("an index has no \\pm", node)
                value = self.integer(part, span)
                total = total + value if sign == "+" else total - value
            return total
        if isinstance(node, s.Product) and all(op in ("", "\\cdot") for op in node.ops) and len(node.factors) == 2:
            a, b = node.factors
            if isinstance(a, s.Number) and a.text.isdigit():
                return self.integer(b, span).scale(int(a.text))
        key = symbol_key(node)
        if key is not None:
            bound = self.local.get(key)
            if isinstance(bound, Index):
                return affine(bound)
            if bound is None:
                if key in self.scope.indices:
                    return affine(self.scope.indices[key])
                if key in self.scope.sizes:
                    return affine(self.scope.sizes[key])
                if key in self.free:
                    return affine(self.free[key])
                if key not in self.scope.symbols or (span is not None and self.is_index_name(key)):
                    if key in self.ranges:
                        return affine(self.free_index(key))
                    if key in self.scope.size_hints:
                        return affine(self.scope.size(key))
                    if span is not None and isinstance(node, s.Name) and span[1] is not None:
                        self.ranges[key] = (affine(span[0]), affine(span[1]))
                        return affine(self.free_index(key))
        raise self.error(f"{self.quote(node)} is not an index", node)

    def is_index_name(self, key: str) -> bool:
        symbol = self.scope.symbols.get(key)
        return symbol is not None and key in self.scope.inferred and symbol.shape == () and key in INDEX_LETTERS

    # -- scripts

    def subscript(self, node: s.Subscript) -> Loose:
        key = symbol_key(node)
        if key is not None:
            if key in self.local or self.scope.known(key):
                found = self.lookup(key, node)
                if found is not None:
                    return found
        base, items = split_scripts(node)
        if isinstance(base, s.Number) and base.text in "01" and all(symbol_key(i) or isinstance(i, (s.Number, s.Product)) for i in items):
            sizes = self.size_items(items)
            return arrays.ones(*sizes) if base.text == "1" else arrays.zeros(*sizes)
        if isinstance(base, s.Number) and base.text == "1" and len(items) == 1 and isinstance(items[0], (s.Group, s.Relations)):
            return self.condition(items[0])
        if isinstance(base, s.Name):
            special = self.special_subscript(base, items, node)
            if special is not None:
                return special
            return self.indexed_name(base, items, node, key or base.key)
        if isinstance(base, s.Norm):
            return self.norm(base, node.index, node)
        if isinstance(node.base, s.Superscript) and isinstance(node.base.base, s.Name) and not is_name_script(node.base.exponent):
            return self.superscript(s.Superscript(node.start, node.end, s.Subscript(node.start, node.end, node.base.base, node.index), node.base.exponent))
        value = self.firm(base)
        if not isinstance(value, Arr):
            raise self.error(f"{self.quote(base)} is a number and has no entries", node)
        return self.entries(value, items, node)

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
        if base.text == "I" and not base.accents and items:
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
        if symbol is None and base.key not in self.scope.function_definitions:
            family = self.inferred_family(base, items, node)
            if family is not None:
                return self.symbol_entries(family, items, node)
        return self.infer(key, node)

    def names_another(self, base: s.Name, symbol: Symbol, items: tuple[s.Node, ...]) -> bool:
        """A bold x_t whose t is no index of x: another vector of the same shape (an iterate), not an entry."""
        if not (base.font == "bf" or "vec" in base.accents) or len(items) != 1 or symbol.first != (1,) * len(symbol.shape):
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
        if len(names) != 1 or names[0].font or names[0].accents or isinstance(item, (s.Label, s.Mark, s.Relations, s.Conditional)):
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
        for axis, item in enumerate(items):
            low = affine(symbol.first[axis])
            places.append(self.place(item, low, low + symbol.shape[axis] - 1, node))
        rest = [fresh_index(None, 1, size) for size in symbol.shape[len(items) :]]
        ends = [i + (f - 1) for i, f in zip(rest, symbol.first[len(items) :], strict=True)]
        entry = Entry(symbol, (*places, *ends))
        return Arr(tuple((i,) for i in rest), entry) if rest else entry

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
        for axis, item in zip(axes, items, strict=False):
            if len(axis) != 1 or axis[0].hi is None:
                raise self.unsupported("an entry of a stacked or Kronecker product", node)
            places.append(self.place(item, axis[0].lo, axis[0].hi, node))
        rest = axes[len(items) :]
        body = value.at(*places, *(i for axis in rest for i in axis))
        return Arr(rest, body) if rest else body

    def superscript(self, node: s.Superscript) -> Loose:
        key = symbol_key(node)
        if key is not None:
            if key in self.local or self.scope.known(key):
                found = self.lookup(key, node)
                if found is not None:
                    return found
            base, items = split_scripts(node)
            if isinstance(base, s.Name) and items and isinstance(node.exponent, s.Group):
                return self.indexed_name(base, items, node, key)
            self.refuse_pseudoinverse(node)
            return self.infer(key, node)
        exponent = node.exponent
        if isinstance(node.base, s.Name) and node.base.key not in self.local and self.stands_for_itself(node):
            if node.base.text == "e" and node.base.font in ("", "rm") and not node.base.accents:
                return self.elementwise("exp", exponent, node)
            if node.base.font == "bb" and node.base.text in "RNZ":
                raise self.error("a set stands where a value is needed", node)
        if isinstance(node.base, (s.Norm, s.Subscript)) and isinstance(exponent, s.Number):
            norm = node.base if isinstance(node.base, s.Norm) else node.base.base
            index = None if isinstance(node.base, s.Norm) else node.base.index
            if isinstance(norm, s.Norm):
                return self.norm(norm, index, node, int(exponent.text) if exponent.text.isdigit() else 1)
        from .elaborate_calls import is_application, rebound

        if isinstance(node.base, s.ApplyOrProduct) and not is_application(self, node.base):
            return self.value(rebound(node))
        base = self.value(node.base)
        if is_transpose(exponent) and not self.is_number_exponent(exponent, base):
            return self.transposed(base, node)
        if is_inverse_transpose(exponent) and isinstance(base, (Arr, Flex)):
            return transpose(self.inverted(base, node))
        if is_minus_one(exponent) and isinstance(base, (Arr, Flex)):
            return self.inverted(base, node)
        return self.power(base, exponent, node)

    def stands_for_itself(self, node: s.Superscript) -> bool:
        """Whether the base is no declared symbol, or an array e under a real exponent."""
        assert isinstance(node.base, s.Name)
        symbol = self.scope.symbols.get(node.base.key)
        if symbol is None:
            return True
        return bool(symbol.shape) and node.base.text == "e" and not is_transpose(node.exponent)

    def refuse_pseudoinverse(self, node: s.Superscript) -> None:
        base_key = symbol_key(node.base)
        symbol = self.scope.symbols.get(base_key or "")
        if isinstance(node.exponent, s.Mark) and node.exponent.text in ("+", "\\dagger") and symbol is not None and len(symbol.shape) == 2:
            raise self.unsupported("the pseudoinverse (define it, P = (A^\\top A)^{-1} A^\\top)", node)

    def is_number_exponent(self, exponent: s.Node, base: Loose) -> bool:
        """A plain T is a power when T is declared as a number, or when the base is a number and T a size."""
        if not (isinstance(exponent, s.Name) and exponent.font == "" and exponent.text == "T"):
            return False
        known = self.scope.known("T") or "T" in self.local
        return known or (not isinstance(base, (Arr, Flex)) and "T" in self.scope.size_hints)

    def transposed(self, value: Loose, node: s.Node) -> Loose:
        return transpose(value)

    def inverted(self, value: Loose, node: s.Node) -> Loose:
        try:
            return inverse(value)
        except TermShapeError as error:
            if isinstance(value, Arr) and len(value.axes) == 2:
                merged = self.unify_square(value)
                if merged is not None:
                    raise merged from error
            raise self.plain_shape_error(error, node, value) from error

    def plain_shape_error(self, error: TermShapeError, node: s.Node, value: Loose) -> ShapeError:
        return ShapeError(
            f"{self.quote(node)}: {error}", node.start, node.end, self.text,
            (error.left or describe(value), error.right or describe(value)), (self.quote(node),),
        )  # fmt: skip

    def unify_square(self, value: Arr) -> Unify | None:
        return self.unify(value, arrays.transpose(value), "plus")

    def power(self, base: Loose, exponent: s.Node, node: s.Superscript) -> Loose:
        if isinstance(base, Flex):
            if base.kind == "I":
                return Flex("I", Pow(base.coefficient, self.scalar(exponent)))
            raise self.error("a power of a vector of ones", node)
        if isinstance(base, Arr):
            if len(base.axes) != 2 or arrays.is_unit(base.axes[0]):
                raise ShapeError(
                    f"{self.quote(node.base)} is {describe(base)} and has no power", node.start, node.end, self.text,
                    (describe(base), "a square matrix"), (self.quote(node.base),),
                    "write \\|x\\|^2 for the squared length, x \\odot x for the entries squared",
                )  # fmt: skip
            try:
                count: Any = self.integer(exponent)
            except ReadError:
                raise self.unsupported("this power of a matrix", node) from None
            if count.is_constant and abs(count.constant) > 12:
                raise self.unsupported("a power above 12 of a matrix", node)
            try:
                return arrays.power(base, count)
            except TermShapeError as error:
                merged = self.unify_square(base)
                raise merged or self.plain_shape_error(error, node, base) from error
        return Pow(base, self.scalar(exponent))

    def norm(self, node: s.Norm, index: s.Node | None, whole: s.Node, exponent: int = 1) -> Loose:
        value = self.firm(node.body)
        kind = "2" if index is None else text_key(index)
        if kind in ("2", "F", "\\mathrm{F}", "\\ell_2", "*") and not (kind == "*"):
            if kind == "2" and index is not None and isinstance(value, Arr) and len(value.axes) == 2 and not arrays.is_unit(value.axes[0]):
                raise self.unsupported("the spectral norm", whole)
            if index is None and isinstance(value, Arr) and len(value.axes) == 2:
                self.remarks.append(f"{self.quote(node)} is read as the Frobenius norm")
            if exponent == 2:
                return arrays.norm_squared(value)
            return Pow(arrays.norm(value), exponent) if exponent != 1 else arrays.norm(value)
        if kind == "1":
            return Pow(arrays.norm(value, "1"), exponent)
        matrix = self.scope.symbols.get(kind)
        if matrix is not None and len(matrix.shape) == 2 and isinstance(value, Arr):
            form = multiply(multiply(transpose(value), symbol_value(matrix)), value)
            assert isinstance(form, Term)
            return form if exponent == 2 else Pow(form, Fraction(exponent, 2))
        raise self.unsupported(f"the norm with index {kind}", whole)

    # -- arithmetic

    def sum(self, node: s.Add) -> Loose:
        total: Loose | None = None
        before: s.Node = node
        for sign, part in zip(node.signs, node.terms, strict=True):
            if sign not in "+-":
                raise self.unsupported("the sign " + sign, node)
            value = self.value(part)
            if sign == "-":
                value = negative(value)
            if total is None:
                total = value
            else:
                if isinstance(total, Arr) != isinstance(value, Arr) and ZERO not in (total, value):
                    self.mixed(total, value, before, part)
                total = self.combine(node, before, total, part, value, "plus")
            before = s.Add(node.terms[0].start, part.end, (), ()) if part is not node.terms[0] else part
        assert total is not None
        return total

    def mixed(self, a: Loose, b: Loose, left: s.Node, right: s.Node) -> None:
        """A number added to an array: to a vector a broadcast with a remark, to a matrix an error."""
        if isinstance(a, Flex) or isinstance(b, Flex):
            return
        array = a if isinstance(a, Arr) else b
        if rank(array) == 1:
            self.remarks.append(f"a number is added to every entry of {self.quote(right if array is b else left)}")
            return
        raise ShapeError(
            f"shapes do not fit: {self.quote(left)} is {describe(a)} and {self.quote(right)} is {describe(b)}",
            left.start, right.end, self.text, (describe(a), describe(b)), (self.quote(left), self.quote(right)),
        )  # fmt: skip

    def product(self, node: s.Product) -> Loose:
        from .elaborate_calls import expand_factors

        factors, ops = expand_factors(self, node)
        total: Loose | None = None
        position = 0
        before: s.Node = node
        op = ""
        while position < len(factors):
            start = position
            value, position = self.factor_at(factors, ops, position, node)
            part = factors[start]
            if total is None:
                total = value
            else:
                total = self.joined(op, total, before, value, part, node)
            before = s.Add(factors[0].start, factors[position - 1].end, (), ()) if position > 1 else part
            op = ops[position - 1] if position <= len(ops) else ""
        assert total is not None
        return total

    def factor_at(self, factors: list[s.Node], ops: list[str], position: int, node: s.Node) -> tuple[Loose, int]:
        """The value of the factor at a position, or of an operator with all it acts on."""
        from .elaborate_binders import apply_nabla, apply_operator

        factor = factors[position]
        if isinstance(factor, s.DerivativeOperator):
            rest = factors[position + 1 :]
            if not rest:
                raise self.error("this derivative has nothing to act on", factor)
            body = rest[0] if len(rest) == 1 else s.Product(rest[0].start, rest[-1].end, tuple(rest), tuple(ops[position + 1 :]))
            return apply_operator(self, factor, body), len(factors)
        if isinstance(factor, s.Nabla):
            return apply_nabla(self, factor, factors, ops, position)
        return self.value(factor), position + 1

    def joined(self, op: str, left: Loose, a: s.Node, right: Loose, b: s.Node, node: s.Node) -> Loose:
        if op == "/":
            return self.quotient(left, right, a, b, node)
        if op == "\\cdot" and isinstance(left, Arr) and isinstance(right, Arr) and rank(left) == rank(right) == 1:
            try:
                return arrays.dot(left, right)
            except TermShapeError as error:
                raise self.shape_error(node, a, left, b, right, "plus") from error
        return self.combine(node, a, left, b, right, "times")

    def quotient(self, left: Loose, right: Loose, a: s.Node, b: s.Node, node: s.Node) -> Loose:
        if isinstance(right, Flex):
            raise self.error(f"{self.quote(b)} cannot be divided by", b)
        if isinstance(right, Arr):
            if isinstance(left, Arr) and rank(left) == rank(right) == 1:
                self.remarks.append("vectors are divided entry by entry")
                try:
                    return arrays.broadcast(lambda u, v: Mul(u, Pow(v, -1)), left, right)
                except TermShapeError as error:
                    raise self.shape_error(node, a, left, b, right, "plus") from error
            raise ShapeError(
                f"{self.quote(b)} is {describe(right)}; one cannot divide by it", b.start, b.end, self.text,
                (describe(left), describe(right)), (self.quote(a), self.quote(b)), "write its inverse, A^{-1}",
            )  # fmt: skip
        return scale(Pow(right, -1), left)

    def infix(self, node: s.Infix) -> Loose:
        if node.op == "\\odot":
            return self.fold(node, _hadamard)
        if node.op == "\\otimes":
            return self.fold(node, lambda a, b: arrays.kronecker(a, b))
        if node.op == "*":
            return self.fold(node, lambda a, b: _hadamard(a, b) if rank(a) and rank(b) else multiply(a, b))
        raise self.unsupported(f"the operation {node.op}", node)

    def fold(self, node: s.Infix, function: Callable[[Any, Any], Loose]) -> Loose:
        total = self.value(node.terms[0])
        for before, part in zip(node.terms, node.terms[1:], strict=False):
            value = self.value(part)
            try:
                if node.op == "\\otimes" and (isinstance(total, Flex) or isinstance(value, Flex)):
                    raise self.error("the size of this identity is not known", node, "write I_n")
                total = function(total, value)
            except TermShapeError as error:
                raise self.shape_error(node, before, total, part, value, "plus") from error
        return total

    def fraction(self, node: s.Fraction) -> Loose:
        bottom = self.value(node.denominator)
        top = self.value(node.numerator)
        return self.quotient(top, bottom, node.numerator, node.denominator, node)

    def root(self, node: s.Root) -> Loose:
        degree = self.scalar(node.degree) if node.degree is not None else Num(2)
        value = self.firm(node.body)
        if isinstance(value, Arr) and len(value.axes) != 1:
            raise self.unsupported("the root of a matrix", node)
        return arrays.broadcast(lambda u: Pow(u, Pow(degree, -1)), value)

    def elementwise(self, function: str, argument: s.Node, node: s.Node) -> Loose:
        value = self.value(argument)
        if isinstance(value, Flex):
            if value.kind == "I":
                raise self.error(f"{function} of an identity of unknown size", node)
            return Flex(value.kind, Fn(function, value.coefficient))
        return arrays.elementwise(function, value)

    def group(self, node: s.Group) -> Loose:
        body = node.body
        if body is None:
            raise self.error("nothing stands between these brackets", node)
        if node.open == "<" and isinstance(body, s.Row) and len(body.items) == 2:
            left, right = self.firm(body.items[0]), self.firm(body.items[1])
            try:
                return arrays.dot(left, right)
            except TermShapeError as error:
                raise self.shape_error(node, body.items[0], left, body.items[1], right, "plus") from error
        if node.open == "<":
            raise self.unsupported("these angle brackets", node)
        if isinstance(body, s.Row):
            if node.open == "{":
                raise self.unsupported("a set of values", node)
            return self.column(body)
        if isinstance(body, s.Relations):
            if node.open == "[":
                return self.condition(body)
            raise self.error("a relation stands where a value is needed", node)
        if isinstance(body, s.Conditional):
            raise self.error("a condition stands where a value is needed", node)
        value = self.value(body)
        if node.open in ("floor", "ceil"):
            if not isinstance(value, Term):
                raise self.error("only a number can be rounded", node)
            return Fn("floor", value) if node.open == "floor" else Mul(-1, Fn("floor", Mul(-1, value)))
        return value

    def column(self, body: s.Row) -> Loose:
        if any(isinstance(item, s.Ellipsis) for item in body.items):
            return self.dotted_column(body)
        return self.matrix(s.Matrix(body.start, body.end, "pmatrix", tuple((item,) for item in body.items)))

    def dotted_column(self, body: s.Row) -> Loose:
        """(x_1, \\dots, x_n) is the vector x."""
        first, last = body.items[0], body.items[-1]
        base, items = split_scripts(first)
        other, ends = split_scripts(last)
        if isinstance(base, s.Name) and isinstance(other, s.Name) and base.key == other.key and len(items) == len(ends) == 1:
            symbol = self.scope.symbols.get(base.key)
            if symbol is not None and symbol.shape:
                low, high = self.integer(items[0]), self.integer(ends[0])
                if low == affine(symbol.first[0]) and high == low + symbol.shape[0] - 1:
                    return symbol_value(symbol)
        raise self.unsupported("this list with dots", body)

    def matrix(self, node: s.Matrix) -> Loose:
        if any(isinstance(c, s.Ellipsis) for row in node.rows for c in row):
            raise self.unsupported("a matrix with dots", node)
        cells = [[self.value(cell) for cell in row] for row in node.rows]
        if not any(isinstance(c, (Arr, Flex)) for row in cells for c in row):
            value: Loose = arrays.stack(cells)  # type: ignore[arg-type]
        else:
            value = self.blocks(cells, node)
        if node.environment == "vmatrix":
            return arrays.det(value)  # type: ignore[arg-type]
        return value

    def blocks(self, cells: list[list[Loose]], node: s.Matrix) -> Loose:
        """Blocks; a 0 or I without a size takes that of its row and column."""
        heights = [next((arrays.as_matrix(c).axes[0][0].length for c in row if isinstance(c, Arr)), None) for row in cells]
        widths = [
            next((arrays.as_matrix(row[n]).axes[1][0].length for row in cells if isinstance(row[n], Arr)), None)  # type: ignore[arg-type]
            for n in range(len(cells[0]))
        ]
        filled: list[list[Value]] = []
        for r, row in enumerate(cells):
            line: list[Value] = []
            for c, cell in enumerate(row):
                h, w = heights[r], widths[c]
                if isinstance(cell, Flex):
                    size = h if h is not None else w
                    if size is None:
                        raise self.error("the size of this identity is not known", node)
                    line.append(arrays.scale(cell.coefficient, arrays.identity(size)))
                elif cell is ZERO and h is not None and w is not None:
                    line.append(arrays.zeros(h, w))
                else:
                    line.append(cell)
            filled.append(line)
        try:
            return arrays.stack(filled)
        except TermShapeError as error:
            raise self.plain_shape_error(error, node, filled[0][0]) from error

    # -- conditions

    def condition(self, node: s.Node) -> Term:
        """1 where the condition holds, else 0."""
        if isinstance(node, s.Group) and node.body is not None:
            return self.condition(node.body)
        if isinstance(node, s.Row):
            return Mul(*(self.condition(item) for item in node.items))
        if isinstance(node, s.Infix) and node.op == "\\wedge":
            return Mul(*(self.condition(item) for item in node.terms))
        if not isinstance(node, s.Relations):
            raise self.error(f"{self.quote(node)} is no condition", node)
        parts: list[Term] = []
        left = node.first
        for op, right in node.rest:
            parts.append(self.guard(left, op, right, node))
            left = right
        return Mul(*parts)

    def guard(self, left: s.Node, op: str, right: s.Node, node: s.Node) -> Term:
        try:
            a, b = self.integer(left), self.integer(right)
            difference: Any = a - b
        except ReadError:
            difference = Add(self.scalar(left), Mul(-1, self.scalar(right)))
        other = -difference
        table = {
            "=": ("==", difference), "\\ne": ("!=", difference), ">": (">", difference), "\\ge": (">=", difference),
            "<": (">", other), "\\le": (">=", other), "\\equiv": ("==", difference),
        }  # fmt: skip
        if op not in table:
            raise self.unsupported(f"the condition {self.quote(node)}", node)
        return Guard(*table[op])

    def cases(self, node: s.Cases) -> Loose:
        total: Loose = ZERO
        earlier: list[Term] = []
        for value_node, condition in node.rows:
            value = self.value(value_node)
            if condition is None:
                guard = Mul(*(complement(g) for g in earlier)) if earlier else ONE
                here: Term | None = None
            else:
                here = self.condition(condition)
                guard = here
                for g in earlier:
                    if not exclusive(g, here):
                        guard = Mul(guard, complement(g))
            total = add(total, scale(guard, value))
            if here is not None:
                earlier.append(here)
        return total

    def absolute(self, node: s.Absolute) -> Loose:
        value = self.value(node.body)
        if isinstance(value, Arr) and len(value.axes) == 2:
            self.remarks.append(f"{self.quote(node)} is read as the determinant")
            try:
                return arrays.det(value)
            except TermShapeError as error:
                raise self.plain_shape_error(error, node, value) from error
        if isinstance(value, (Arr, Flex)):
            raise self.error(f"{self.quote(node.body)} is {describe(value)}; write \\|..\\| for its length", node)
        return Fn("abs", value)

    def number(self, node: s.Number) -> Loose:
        return Num(Fraction(node.text))

    def prime(self, node: s.Prime) -> Loose:
        from .elaborate_calls import function_prime

        key = symbol_key(node)
        if key is not None and (key in self.local or self.scope.known(key)):
            found = self.lookup(key, node)
            if found is not None:
                return found
        value = function_prime(self, node)
        if value is not None:
            return value
        if key is None:
            raise self.unsupported("this prime", node)
        base_key = symbol_key(node.base)
        model = self.scope.symbols.get(base_key or "")
        if model is not None:
            symbol = Symbol(key, model.shape, model.domain, model.properties, model.kind, model.first)
            return symbol_value(self.declare_inferred(key, symbol))
        return self.infer(key, node)


def bare_names(nodes: tuple[s.Node, ...]) -> set[str]:
    """Names that stand somewhere as values, not as the head of an application nor under a derivative."""
    heads: set[int] = set()
    found: list[s.Name] = []
    for node in nodes:
        for part in s.walk(node):
            if isinstance(part, s.ApplyOrProduct):
                inner = part.head
                while isinstance(inner, (s.Subscript, s.Superscript, s.Prime)):
                    inner = inner.base
                heads.add(id(inner))
            elif isinstance(part, s.Derivative):
                heads.add(id(part.body))
            elif isinstance(part, s.Product):
                for before, after in zip(part.factors, part.factors[1:], strict=False):
                    if isinstance(before, (s.DerivativeOperator, s.Nabla)):
                        heads.add(id(after))
            elif isinstance(part, s.Name):
                found.append(part)
    return {n.key for n in found if id(n) not in heads}


def complement(guard: Term) -> Term:
    """1 - guard, as a single guard where there is one."""
    if isinstance(guard, Guard):
        op, subject = guard.op, guard.subject
        if op == "==":
            return Guard("!=", subject)
        if op == "!=":
            return Guard("==", subject)
        if op == ">=":
            return Guard(">", Mul(-1, subject) if isinstance(subject, Term) else -subject)
        if op == ">":
            return Guard(">=", Mul(-1, subject) if isinstance(subject, Term) else -subject)
    return Add(ONE, Mul(-1, guard))


def exclusive(a: Term, b: Term) -> bool:
    """Whether two guards plainly exclude each other."""
    if not (isinstance(a, Guard) and isinstance(b, Guard)):
        return False
    if complement(a) is b or complement(b) is a:
        return True
    if isinstance(a.subject, Term) and isinstance(b.subject, Term):
        total = _expanded(Add(a.subject, b.subject))
        if total is ZERO and {a.op, b.op} in ({">=", ">"}, {">"}, {"==", ">"}):
            return True
        same = _expanded(Add(a.subject, Mul(-1, b.subject))) is ZERO
        return same and {a.op, b.op} in ({"==", ">"}, {"==", "!="})
    return False


def _expanded(value: Term) -> Term:
    """Collects the terms of a sum that are equal up to a rational factor."""
    totals: dict[Any, Fraction] = {}
    stack: list[tuple[Term, Fraction]] = [(value, Fraction(1))]
    while stack:
        top, factor = stack.pop()
        if isinstance(top, Add):
            stack.extend((f, factor) for f in top.fields)
        elif isinstance(top, Num):
            totals[ONE] = totals.get(ONE, Fraction(0)) + factor * top.value
        elif isinstance(top, Mul) and isinstance(top.fields[0], Num):
            rest = top.fields[1:]
            inner = rest[0] if len(rest) == 1 else Mul(*rest)
            stack.append((inner, factor * top.fields[0].value))
        else:
            totals[top] = totals.get(top, Fraction(0)) + factor
    return ZERO if not any(totals.values()) else value


def _hadamard(a: Loose, b: Loose) -> Loose:
    if isinstance(a, Flex) and isinstance(b, Arr):
        return arrays.scale(a.coefficient, b) if a.kind != "I" else arrays.hadamard(arrays.identity(*[i.length for i in b.axes[0]]), b)
    if isinstance(b, Flex):
        return _hadamard(b, a)
    return arrays.hadamard(a, b)  # type: ignore[arg-type]


def symbol_value(symbol: Symbol) -> Value:
    """A symbol as a value: a term when it is a number, else the array of its entries."""
    return Arr.of(symbol) if symbol.shape else term(symbol)


def _outer_names(node: s.Node) -> list[s.Name]:
    """The plain names that a transposition or trace stands over."""
    node = s.strip_group(node)
    if isinstance(node, s.Name):
        return [node]
    if isinstance(node, s.Product):
        return [n for f in node.factors for n in _outer_names(f)]
    if isinstance(node, s.Superscript) and is_transpose(node.exponent):
        return _outer_names(node.base)
    return []


_UPPER_GREEK = frozenset("\\Gamma \\Delta \\Theta \\Lambda \\Xi \\Pi \\Sigma \\Upsilon \\Phi \\Psi \\Omega".split())


def _handlers() -> dict[type, Callable[[Elaborator, Any], Loose]]:
    from . import elaborate_binders as b
    from . import elaborate_calls as c

    E = Elaborator
    return {
        s.Number: E.number, s.Name: E.name, s.Subscript: E.subscript, s.Superscript: E.superscript, s.Add: E.sum,
        s.Product: E.product, s.Infix: E.infix, s.Fraction: E.fraction, s.Root: E.root, s.Group: E.group,
        s.Matrix: E.matrix, s.Cases: E.cases, s.Absolute: E.absolute, s.Prime: E.prime,
        s.Norm: lambda e, n: e.norm(n, None, n), s.Row: E.column,
        s.ApplyOrProduct: c.apply_or_product, s.Call: c.call, s.Factorial: c.factorial, s.Binomial: c.binomial,
        s.FunctionName: c.function_name, s.Accent: c.accent, s.Label: c.stray, s.Mark: c.stray, s.Ellipsis: c.stray,
        s.BigOperator: b.big, s.Integral: b.integral, s.Limit: b.limit, s.Optimum: b.optimum,
        s.Derivative: b.derivative, s.EvaluatedAt: b.evaluated_at, s.DerivativeOperator: c.stray, s.Nabla: c.stray,
        s.Relations: c.stray, s.Conditional: c.stray,
    }  # fmt: skip


class _Lazy(dict):  # type: ignore[type-arg]
    """The table of handlers, filled at first use (the other modules import this one)."""

    def get(self, key: Any, default: Any = None) -> Any:
        if not self:
            self.update(_handlers())
        return super().get(key, default)


_HANDLERS: dict[type, Callable[[Elaborator, Any], Loose]] = _Lazy()


def with_unification(scope: Scope, work: Callable[[], Any]) -> Any:
    """Runs `work` again after each identification of an inferred size; at most 24 times."""
    for _ in range(24):
        try:
            return work()
        except Unify as found:
            resize(scope, found.old, found.new)
    raise ReadError("the sizes of the undeclared arrays cannot be worked out; declare them", kind="shape")


def elaborate(node: s.Node, scope: Scope, text: str = "", line: int = 0) -> Value:
    """The term or array of one expression.

    Raises ReadError (ShapeError when two parts do not fit).
    """

    def work() -> Value:
        elaborator = Elaborator(scope, text, line)
        elaborator.prepare(node)
        return elaborator.firm(node)

    result: Value = with_unification(scope, work)
    return result


__all__ = ["Elaborator", "Unify", "elaborate", "script_items", "settle", "with_unification"]
