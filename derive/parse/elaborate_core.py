"""The base of the elaborator: its state, its errors, and what a formula tells about undeclared names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.terms import (
    Affine,
    Arr,
    Index,
    Size,
    Symbol,
    Term,
    Value,
    affine,
    arrays,
    term,
)
from derive.terms import ShapeError as TermShapeError

from . import syntax as s
from .double_sums import over_pairs
from .errors import ReadError, ShapeError
from .flexible import Flex, Loose, add, describe, multiply, rank
from .loose_ones import of_ones, with_sizes
from .names import (
    UPPER_GREEK,
    is_capital,
    is_inverse_transpose,
    is_minus_one,
    is_transpose,
    split_scripts,
    symbol_key,
)
from .scope import Scope, resize
from .use_hints import shapes_of_arguments, vectors_beside


class Unify(Exception):
    """Two sizes that must be one for the formula to type; at least the first was only inferred."""

    def __init__(self, old: Size, new: Any):
        super().__init__()
        self.old, self.new = old, new


class Core:
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
        self.matrices: set[str] = set(scope.matrix_hints)
        self.vectors: set[str] = set(scope.vector_hints)
        self.shapes: dict[str, tuple[Any, ...]] = {}  # of undeclared names
        self.differentiated: set[str] = set()
        self.summed: frozenset[str] = (
            frozenset()
        )  # what a sum of the formula binds: no size, where another sum ends with it
        self.pairs: set[int] = set()  # the sums that run over all pairs
        self.taken: set[str] = set()  # indices of a left side: the end of a sum over them is no size
        self.random: set[str] = set()
        self.used: set[str] = set()
        self.remarks: list[str] = []
        self.bare: set[str] = set()
        self.free_outside: set[str] = set()
        self.derivatives = False
        self.entrywise = False  # an entrywise product stands in the formula
        self.averaging = 0
        self.families: set[str] = set()
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
        message = f"shapes do not fit: {self.quote(a)} is {describe(left)} and {self.quote(b)} is {describe(right)}; they {verb}"
        return ShapeError(
            message, node.start, node.end, self.text, (describe(left), describe(right)),
            (self.quote(a), self.quote(b)), hint,
        )  # fmt: skip

    def unify(self, left: Loose, right: Loose, how: str) -> Unify | None:
        """A pair of sizes whose identification lets two values meet, when one of them was inferred."""
        for one, other in ((left, right), (right, left)):
            if how == "plus" and isinstance(one, Flex) and one.kind == "I" and rank(other) == 2:
                pairs = [(other.axes[0], other.axes[1])]  # type: ignore[union-attr]
                return self.unify_axes(pairs)
        if not (isinstance(left, Arr) and isinstance(right, Arr)):
            return None
        if how == "times":
            a, b = arrays.as_matrix(left), arrays.as_matrix(right)
            pairs = [(a.axes[-1], b.axes[0])]
        elif len(left.axes) == len(right.axes):
            pairs = list(zip(left.axes, right.axes, strict=True))
        else:
            return None
        return self.unify_axes(pairs)

    def unify_axes(self, pairs: list[tuple[Any, Any]]) -> Unify | None:
        """The first pair of axes with different sizes of which one is not known."""
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
        from .iterates import bound_bases

        for node in nodes:
            for part in s.walk(node):
                self.note(part)
        self.vectors |= vectors_beside(nodes, self.scope, self.vectors)
        self.shapes |= shapes_of_arguments(nodes, self.scope)
        self.entrywise = any(
            isinstance(p, s.Infix) and p.op in ("\\odot", "\\oslash") for node in nodes for p in s.walk(node)
        )
        self.bare = bare_names(nodes)
        self.families = bound_bases(nodes)
        self.pairs = over_pairs(
            nodes, {*self.taken, *self.local, *self.scope.indices, *self.scope.sizes, *self.scope.symbols}
        )
        self.free_outside = {key for node in nodes for key in s.standing_names(node)}
        self.derivatives = any(self.is_derivative(p) for node in nodes for p in s.walk(node))
        for node in nodes:
            note_ranges(self, node)

    def is_derivative(self, part: s.Node) -> bool:
        """Whether a part differentiates: `f'(x)` does, a name x' does not."""
        if isinstance(part, s.ApplyOrProduct):
            return any(isinstance(p, s.Prime) for p in _spine(part.head))
        if isinstance(part, s.Prime):
            key = symbol_key(part.base) or ""
            return key in self.scope.functions or key in self.scope.function_definitions
        return isinstance(part, (s.Derivative, s.DerivativeOperator, s.Nabla))

    def note(self, part: s.Node) -> None:
        if isinstance(part, s.Superscript) and (is_transpose(part.exponent) or is_inverse_transpose(part.exponent)):
            for name in _outer_names(part.base):
                plain = name.text[:1].isupper() or name.text in UPPER_GREEK
                if (
                    isinstance(part.exponent, s.Name)
                    and not plain
                    and part.exponent.font == ""
                    and "T" in self.scope.numbers
                ):
                    continue
                (self.matrices if plain else self.vectors).add(name.key)
        elif isinstance(part, s.Superscript) and is_minus_one(part.exponent):
            for name in _outer_names(part.base):
                if name.font == "bf" and name.text[:1].isupper():
                    self.matrices.add(name.key)
        elif isinstance(part, s.Call) and part.function in ("tr", "det", "vec", "rank", "logdet"):
            for name in _outer_names(part.argument):
                if name.text[:1].isupper() or name.text in UPPER_GREEK:
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
        if key is None:
            self.note_capitals(node)

    def note_capitals(self, node: s.Node) -> None:
        """An undeclared capital in a differentiated formula (2 L, L + |w|^2) is a quantity that may depend on the variable."""
        key = symbol_key(node)
        if key is not None and is_capital(key):
            if not self.scope.known(key):
                self.differentiated.add(key)
            return
        if isinstance(node, s.Superscript) and is_transpose(node.exponent):
            return self.note_capitals(node.base)
        for child in s.children(node):
            self.note_capitals(child)

    # -- dispatch

    def handlers(self) -> Any:
        """The method for each kind of node."""
        raise NotImplementedError

    def value(self, node: s.Node) -> Loose:
        """The term, array or loose identity that a node means."""
        self.depth += 1
        try:
            if self.depth > 120:
                raise self.error("the formula is nested too deep", node)
            handler = self.handlers().get(type(node))
            if handler is None:
                raise self.unsupported(f"this ({type(node).__name__.lower()})", node)
            return handler(self, node)
        except TermShapeError as error:
            raise ShapeError(
                f"{self.quote(node)}: {error}",
                node.start,
                node.end,
                self.text,
                (error.left, error.right),
                (self.quote(node),),
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
            if (
                isinstance(row, Arr)
                and isinstance(other, Arr)
                and len(other.axes) == 2
                and row.shape[1:] == other.shape[1:]
            ):
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


def with_unification(scope: Scope, work: Callable[[], Any]) -> Any:
    """Runs `work` again after each identification of an inferred size; at most 24 times."""
    for _ in range(24):
        try:
            return work()
        except Unify as found:
            resize(scope, found.old, found.new)
        except ShapeError as error:
            if scope.places_of_ones is not None or not of_ones(error):
                raise
            return with_sizes(scope, lambda: with_unification(scope, work), error)
    raise ReadError("the sizes of the undeclared arrays cannot be worked out; declare them", kind="shape")


def _spine(node: s.Node) -> list[s.Node]:
    """A name with scripts and primes, from the outside in."""
    found = [node]
    while isinstance(found[-1], (s.Prime, s.Subscript, s.Superscript)):
        found.append(found[-1].base)
    return found
