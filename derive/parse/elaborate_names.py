"""Names, families and indices of the elaborator."""

from __future__ import annotations

from typing import Any

from derive.terms import (
    ONE,
    PI,
    ZERO,
    Affine,
    Constant,
    Fn,
    Index,
    IntValue,
    Symbol,
    affine,
    arrays,
)

from . import syntax as s
from .averages import sample_mean
from .elaborate_core import Core, symbol_value
from .flexible import Flex, Loose
from .iterates import shape_of_base
from .loose_ones import size_at
from .names import (
    INDEX_LETTERS,
    UPPER_GREEK,
    symbol_key,
)
from .scope import Declaration


class Names(Core):
    """What a name means: bound, declared, reserved, a free index, or new."""

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
            raise self.error(f"{self.quote(node)} is a function; its argument is missing", node, kind="unsupported")
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
            if self.scope.places_of_ones is not None:
                return arrays.ones(size_at(self.scope, self.text, self.line, node.start))
            return Flex("column")
        if text == "0" and font in ("bf", "bb"):
            return ZERO
        if text in ("\\mathbb", "R", "N", "Z") and font == "bb":
            raise self.error(f"the set {self.quote(node)} stands where a value is needed", node)
        if text in (
            "\\forall",
            "\\exists",
            "\\partial",
            "\\nabla",
            "\\emptyset",
            "\\varnothing",
            "\\neg",
            "\\square",
            "\\triangle",
        ):
            raise self.error(f"{text} is not expected here", node)
        return None

    def infer(self, key: str, node: s.Node) -> Loose:
        """A symbol never declared: its kind from its use and its letter; listed as inferred."""
        base = node
        while isinstance(base, (s.Subscript, s.Superscript, s.Prime, s.Accent)):
            base = base.body if isinstance(base, s.Accent) else base.base
        upper = isinstance(base, s.Name) and (base.text[:1].isupper() or base.text in UPPER_GREEK)
        bold = isinstance(base, s.Name) and (base.font == "bf" or "vec" in base.accents)
        plain = key.replace(" ", "")
        shape: tuple[Any, ...] = ()
        kind = "variable"
        hinted = self.scope.hinted_shape(key)
        if hinted is not None:
            shape = hinted
        elif bold and base is not node and isinstance(base, s.Name) and not upper:
            shape = shape_of_base(self, base.key, False)
        elif key in self.shapes:
            shape = self.shapes[key]
        elif key in self.matrices or (bold and upper):
            shape = (self.scope.unknown_size(f"{plain}1"), self.scope.unknown_size(f"{plain}2"))
        elif key in self.vectors or bold:
            shape = (self.scope.unknown_size(plain),)
        if key in self.random:
            kind = "random"
        elif key in self.differentiated and not shape:
            kind = "dependent"
        elif isinstance(base, s.Name) and base.font in ("cal", "rm", "scr", "frak", "bb") and not shape:
            kind = "dependent"
        mean = sample_mean(key, self.scope)
        if mean is not None:
            symbol = self.declare_inferred(key, Symbol(key))
            self.scope.definitions[symbol] = mean
            return symbol_value(symbol)
        definite = hinted is not None and key in self.scope.definite_hints
        properties = frozenset({"symmetric", "positive_definite"}) if definite else frozenset()
        return symbol_value(self.declare_inferred(key, Symbol(key, shape, properties=properties, kind=kind)))

    def declare_inferred(self, key: str, symbol: Symbol) -> Symbol:
        self.scope.symbols[key] = symbol
        sizes = " \\times ".join(repr(x).lstrip("?") for x in symbol.shape)
        latex = f"{key} \\in \\mathbb{{R}}" + (f"^{{{sizes}}}" if symbol.shape else "")
        if symbol.kind == "dependent":
            latex = f"{key} \\text{{ a quantity that may depend on the others}}"
        elif symbol.kind == "random":
            latex = f"{key} \\text{{ a random variable}}"
        if "positive_definite" in symbol.properties:
            latex += f", {key} \\succ 0"
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
