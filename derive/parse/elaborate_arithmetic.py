"""Sums, products, quotients, matrices, conditions and cases of the elaborator."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derive.terms import (
    ONE,
    ZERO,
    Add,
    Arr,
    Fn,
    Guard,
    Mul,
    Num,
    Pow,
    Symbol,
    Term,
    affine,
    arrays,
)
from derive.terms import ShapeError as TermShapeError

from . import syntax as s
from .elaborate_core import symbol_value
from .elaborate_powers import Powers
from .errors import ReadError, ShapeError
from .flexible import Flex, Loose, add, describe, multiply, negative, rank, scale, sized_blocks
from .names import (
    split_scripts,
    symbol_key,
)

BY_ENTRIES = "taken entry by entry, not as a power series"  # nothing is refuted on this reading


class Arithmetic(Powers):
    """Arithmetic of numbers, arrays and loose identities."""

    # -- arithmetic

    def sum(self, node: s.Add) -> Loose:
        total: Loose | None = None
        before: s.Node = node
        read: list[tuple[s.Node, Loose]] = []
        for sign, part in zip(node.signs, node.terms, strict=True):
            if sign not in "+-":
                raise self.unsupported("the sign " + sign, node)
            value = self.value(part)
            read.append((part, negative(value) if sign == "-" else value))
        loose = sum(isinstance(v, Flex) for _, v in read)
        if 1 < loose < len(read):  # I - 1 1^T / n + A: what has a size gives it to the others
            read.sort(key=lambda pair: isinstance(pair[1], Flex))
        for part, value in read:
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
        from .elaborate_derivatives import apply_nabla, apply_operator

        factor = factors[position]
        if isinstance(factor, s.DerivativeOperator):
            rest = factors[position + 1 :]
            if not rest:
                raise self.error("this derivative has nothing to act on", factor)
            body = (
                rest[0]
                if len(rest) == 1
                else s.Product(rest[0].start, rest[-1].end, tuple(rest), tuple(ops[position + 1 :]))
            )
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
        if node.op == "\\oslash":
            return self.fold(node, lambda a, b: _hadamard(a, arrays.broadcast(lambda u: Pow(u, -1), b)))
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
                loose = isinstance(total, Flex) or isinstance(value, Flex)
                if loose and (node.op == "\\otimes" or not (isinstance(total, Arr) or isinstance(value, Arr))):
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
        if isinstance(value, Arr) and len(value.shape) == 2 and value.shape[0] == value.shape[1]:
            self.remarks.append(f"{function} of a square matrix is {BY_ENTRIES}")
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
            return self.angle_mean(node, None, node)
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

    def angle_mean(self, node: s.Group, subscript: s.Node | None, whole: s.Node) -> Loose:
        """\\langle f(x) \\rangle_{p(x)}: the mean of f(x), where something in it is random."""
        from .elaborate_probability import moment

        known = {k for p in s.walk(node) if (k := symbol_key(p)) is not None}
        if subscript is None and not any(
            self.scope.symbols[k].kind == "random" for k in known if k in self.scope.symbols
        ):
            raise self.unsupported("a mean in angle brackets without a law", node)
        return moment(self, "E", node, subscript, whole)  # type: ignore[arg-type]

    def column(self, body: s.Row) -> Loose:
        if any(isinstance(item, s.Ellipsis) for item in body.items):
            return self.dotted_column(body)
        return self.matrix(s.Matrix(body.start, body.end, "pmatrix", tuple((item,) for item in body.items)))

    def dotted_column(self, body: s.Row) -> Loose:
        """(x_1, \\dots, x_n) is the vector x."""
        first, last = body.items[0], body.items[-1]
        base, items = split_scripts(first)
        other, ends = split_scripts(last)
        if (
            isinstance(base, s.Name)
            and isinstance(other, s.Name)
            and base.key == other.key
            and len(items) == len(ends) == 1
        ):
            symbol = self.scope.symbols.get(base.key)
            if symbol is None and not self.scope.known(base.key) and base.key not in self.local:
                if isinstance(ends[0], s.Name) and not self.scope.known(ends[0].key) and ends[0].key not in self.local:
                    self.scope.size(ends[0].key)
                span = self.integer(items[0]), self.integer(ends[0])
                if span[0].is_constant:
                    first_place = int(span[0].constant)
                    symbol = Symbol(base.key, (span[1] - (first_place - 1),), first=(first_place,))
                    symbol = self.declare_inferred(base.key, symbol)
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
        """Blocks; a 0, I or bold 1 without a size takes that of its row and column."""
        try:
            return arrays.stack(sized_blocks(cells))
        except TermShapeError as error:
            said, left, right = (t.replace(" x ", "×") for t in (str(error), error.left, error.right))
            raise self.plain_shape_error(TermShapeError(said, left, right), node, cells[0][0]) from error

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
                merged = self.unify_square(value)
                raise merged or self.plain_shape_error(error, node, value) from error
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
        return (
            arrays.scale(a.coefficient, b)
            if a.kind != "I"
            else arrays.hadamard(arrays.identity(*[i.length for i in b.axes[0]]), b)
        )
    if isinstance(b, Flex):
        return _hadamard(b, a)
    return arrays.hadamard(a, b)  # type: ignore[arg-type]
