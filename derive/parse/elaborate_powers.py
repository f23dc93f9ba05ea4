"""Superscripts and norms: powers, transposes, inverses."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.terms import (
    Add,
    Arr,
    IntValue,
    Mul,
    Pow,
    Prod,
    Sum,
    Term,
    arrays,
    fresh_index,
    term,
)
from derive.terms import ShapeError as TermShapeError

from . import syntax as s
from .elaborate_core import Unify, symbol_value
from .elaborate_entries import Entries
from .elaborate_opaque import bracket_difference
from .errors import ReadError, ShapeError
from .flexible import Flex, Loose, describe, inverse, multiply, transpose
from .names import (
    is_inverse_transpose,
    is_minus_one,
    is_transpose,
    split_scripts,
    symbol_key,
    text_key,
)


class Powers(Entries):
    """Superscripts and norms."""

    def superscript(self, node: s.Superscript) -> Loose:
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
            if isinstance(base, s.Name) and items and isinstance(node.exponent, s.Group):
                return self.indexed_name(base, items, node, key)
            self.refuse_pseudoinverse(node)
            if isinstance(node.exponent, s.Mark) and isinstance(node.base, s.Subscript) and self.runs(node.base.index):
                inner = s.Superscript(node.start, node.end, node.base.base, node.exponent)
                return self.subscript(s.Subscript(node.start, node.end, inner, node.base.index))
            return self.infer(key, node)
        exponent = node.exponent
        square = self.scope.squares.get(symbol_key(node.base) or "") if text_key(exponent) == "2" else None
        if square is not None and square in self.scope.definitions and symbol_key(node.base) not in self.local:
            self.used.add(symbol_key(node.base) or "")
            return term(square)
        if "\\underline" in self.text[node.base.end : exponent.start]:  # m (m - 1) ... (m - n + 1)
            index = fresh_index(None, 0, self.integer(exponent) - 1)
            return Prod(index, Add(self.scalar(node.base), Mul(-1, IntValue(index))))
        raised = self.raised(node)
        if raised is not None:
            return symbol_value(raised)
        if isinstance(exponent, s.Infix) and exponent.op == "\\odot" and len(exponent.terms) == 1:
            by = self.scalar(exponent.terms[0])
            return arrays.broadcast(lambda u: Pow(u, by), self.firm(node.base))
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
        from .iterates import raised

        iterate = raised(self, node)
        if iterate is not None:
            return iterate  # type: ignore[no-any-return]
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
        if (
            isinstance(node.exponent, s.Mark)
            and node.exponent.text in ("+", "\\dagger")
            and symbol is not None
            and len(symbol.shape) == 2
        ):
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
        shape, needed = error.left or describe(value), error.right or describe(value)
        text = str(error)
        if isinstance(value, Arr) and len(value.axes) == 2 and error.left == error.right != "":
            shape = describe(value)
            rows = shape.split("×")[0]
            text, needed = text.replace(error.left, shape), f"{rows}×{rows}"  # the square matrix that it had to be
        return ShapeError(
            f"{self.quote(node)}: {text}", node.start, node.end, self.text, (shape, needed), (self.quote(node),)
        )

    def unify_square(self, value: Arr) -> Unify | None:
        return self.unify(value, arrays.transpose(value), "plus")

    def power(self, base: Loose, exponent: s.Node, node: s.Superscript) -> Loose:
        if isinstance(base, Flex):
            if base.kind == "I":
                return Flex("I", Pow(base.coefficient, self.scalar(exponent)))
            raise self.error("a power of a vector of ones", node)
        if isinstance(base, Arr):
            if len(base.axes) == 1 and self.entrywise and isinstance(exponent, s.Number):
                self.remarks.append(f"{self.quote(node)} is read entry by entry, as \\odot is")
                power = self.scalar(exponent)
                return arrays.broadcast(lambda u: Pow(u, power), base)
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
            if (
                kind == "2"
                and index is not None
                and isinstance(value, Arr)
                and len(value.axes) == 2
                and not arrays.is_unit(value.axes[0])
            ):
                raise self.unsupported("the spectral norm", whole)
            if index is None and isinstance(value, Arr) and len(value.axes) == 2:
                self.remarks.append(f"{self.quote(node)} is read as the Frobenius norm")
            if exponent == 2:
                return arrays.norm_squared(value)
            return Pow(arrays.norm(value), exponent) if exponent != 1 else arrays.norm(value)
        if kind == "2,1" and isinstance(value, Arr) and len(value.axes) == 2 and all(len(a) == 1 for a in value.axes):
            self.remarks.append(f"{self.quote(node)} is read as the sum of the lengths of the columns")
            ((row,), (column,)), body = value.open()
            return Pow(Sum(column, Pow(Sum(row, Pow(body, 2)), Fraction(1, 2))), exponent)
        if kind == "1":
            return Pow(arrays.norm(value, "1"), exponent)
        matrix = self.scope.symbols.get(kind)
        if matrix is not None and len(matrix.shape) == 2 and isinstance(value, Arr):
            form = multiply(multiply(transpose(value), symbol_value(matrix)), value)
            assert isinstance(form, Term)
            return form if exponent == 2 else Pow(form, Fraction(exponent, 2))
        raise self.unsupported(f"the norm with index {kind}", whole)
