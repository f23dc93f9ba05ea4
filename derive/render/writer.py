"""The pretty printer: what of a term is written where, with which parentheses. The characters are a `Style`'s.

Fractions are built from negative powers, signs from negative numbers, factors are put in a textbook's order, bound
indices get names from `derive.render.naming`. Nothing is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derive.render.affine_writer import AffineWriter
from derive.render.products import BEHIND, Factors, is_negative, order_terms, split_product
from derive.render.style import ADD, ATOM, BIG, MUL, POW, PREFIX, Doc, Style
from derive.terms import (
    Add,
    Affine,
    Apply,
    Arr,
    At,
    Constant,
    Derivative,
    Determinant,
    Entry,
    Expectation,
    Fn,
    Guard,
    Hypothesis,
    Index,
    IntValue,
    InverseEntry,
    Limit,
    MatrixPowerEntry,
    Mul,
    Num,
    Pow,
    Prod,
    Relation,
    Size,
    Sum,
    Symbol,
    Term,
    Universal,
    children,
    free_indices,
    free_symbols,
    substitute,
)
from derive.terms import Integral as IntegralTerm

SHORT_EXPONENT = 9


class Writer(AffineWriter):
    """Writes one value in one style."""

    def __init__(self, style: Style, value: Any, matrices: bool = True) -> None:
        super().__init__(style, value)
        self.matrices = matrices
        self.script = 0

    # -- terms ------------------------------------------------------------------------------------------------------

    def term(self, t: Term) -> Doc:
        """Any term as a document."""
        return _HEADS[type(t)](self, t)

    def signed(self, t: Term) -> tuple[bool, Doc]:
        """Whether a minus sign stands in front, and the rest."""
        if isinstance(t, Num):
            return t.value < 0, self.number(abs(t.value))
        if isinstance(t, Mul):
            doc = self.product(split_product(t))
            return is_negative(t), self._after_minus(doc) if is_negative(t) else doc
        return False, self.term(t)

    def number(self, value: Fraction) -> Doc:
        if value < 0:
            return Doc(self.style.symbol("-") + self.number(-value).text, ADD, value.denominator != 1)
        top = self.style.number(value.numerator)
        return top if value.denominator == 1 else self.fraction(top, self.style.number(value.denominator))

    def fraction(self, top: Doc, bottom: Doc) -> Doc:
        return self.style.fraction(top, bottom, bool(self.script) or self.style.inline_fractions)

    def tight(self, doc: Doc, level: int = ATOM) -> Doc:
        """The document, in parentheses if it binds weaker than ``level``."""
        return doc if doc.level >= level else self.style.fence(doc)

    def row(self, docs: list[Doc]) -> Doc:
        """Factors in a row; only the last may swallow what follows."""
        if len(docs) == 1:
            return docs[0]
        wrapped = []
        for k, doc in enumerate(docs):
            last = k == len(docs) - 1
            if doc.level == ADD or (doc.level == BIG and not last) or (doc.fraction and doc.level < ATOM):
                doc = doc.closed or self.style.fence(doc)
            elif doc.level == PREFIX and not last and docs[k + 1].level != PREFIX:
                doc = doc.closed or self.style.fence(doc)
            wrapped.append(doc)
        level = BIG if wrapped[-1].level == BIG else PREFIX if wrapped[-1].level == PREFIX else MUL
        closed = None
        if level in (BIG, PREFIX):
            closed = self.style.fence(Doc(self.style.join(wrapped), ADD, any(d.tall for d in wrapped)))
        return Doc(
            self.style.join(wrapped), MUL if level == PREFIX else level, any(d.tall for d in wrapped), closed=closed
        )

    def product(self, factors: Factors) -> Doc:
        """A product without its sign, laid out as a fraction where a textbook would."""
        p, q = factors.number.numerator, factors.number.denominator
        top = [(rank, self.term(f)) for rank, f in factors.top]
        bottom = [self.term(f) for f in factors.bottom]
        return self.layout(abs(p), q, top, bottom)

    def layout(self, p: int, q: int, top: list[tuple[int, Doc]], bottom: list[Doc]) -> Doc:
        """``p * top / (q * bottom)``; factors of the numerator come with their ranks (see `products`)."""
        number = [self.style.number(p)] if p != 1 else []
        docs = [d for _, d in top]
        if not bottom and q == 1:
            return self.row(number + docs) if number or docs else self.style.number(1)
        below = self.row(([self.style.number(q)] if q != 1 else []) + bottom)
        if not docs or self.script:
            return self.fraction(self.row(number + docs) if number or docs else self.style.number(1), below)
        front = [d for rank, d in top if rank <= 2]
        tail = [d for rank, d in top if rank > 2]
        if self._one_fraction(number, front, tail, bottom, top):
            return self.fraction(self.row(number + docs), below)
        head = self.fraction(self.row(number + front) if number or front else self.style.number(1), below)
        return self.row([head, *tail])

    def _one_fraction(
        self, number: list[Doc], front: list[Doc], tail: list[Doc], bottom: list[Doc], top: list[tuple[int, Doc]]
    ) -> bool:
        """Whether the whole numerator goes above the line, or the factors of the tail stand behind the fraction."""
        if not tail or top[-1][0] == BEHIND:
            return not tail
        if any(d.level == BIG or (d.tall and not d.fraction) for d in bottom):
            return True
        if bottom and len(tail) == 1 and tail[0].level == ADD and not front and not number:
            return True
        heavy = any(d.level in (BIG, PREFIX) or d.tall for d in tail)
        if not bottom:  # a number below: x/2 only for one plain factor
            return (
                not heavy
                and not front
                and not number
                and len(tail) == 1
                and tail[0].level == ATOM
                and self.style.width(tail[0]) <= 4
                and top[-1][0] <= 4
            )
        return not heavy

    def add(self, t: Add) -> Doc:
        return self.style.sum([self.signed(part) for part in order_terms(t.fields)])

    def mul(self, t: Mul) -> Doc:
        negative, doc = self.signed(t)
        return self.style.sum([(True, doc)]) if negative else doc

    def _after_minus(self, doc: Doc) -> Doc:
        return self.style.fence(doc) if doc.level == ADD else doc

    def power(self, t: Pow) -> Doc:
        base, exponent = t.base, t.exponent
        if isinstance(exponent, Num):
            e = exponent.value
            if e < 0:
                return self.product(split_product(t))
            if e.numerator == 1 and 1 < e.denominator <= 4 and not self.script:
                return self.style.root(self.term(base), e.denominator)
            if isinstance(base, Fn) and e.denominator == 1 and len(base.arguments) == 1 and base.name in POWERED:
                head = self.style.power(Doc(self.style.function(base.name)), self.style.number(int(e)))
                return self._call(head.text, base.arguments[0])
        return self.style.power(self.term(base), self.in_script(exponent))

    def in_script(self, t: Term) -> Doc:
        self.script += 1
        try:
            return self.term(t)
        finally:
            self.script -= 1

    def constant(self, t: Constant) -> Doc:
        return Doc(self.style.symbol(t.name))

    def entry(self, t: Entry) -> Doc:
        base = self.style.name(self.names.of(t.symbol))
        return self.style.subscript(base, [self.affine(i) for i in t.indices]) if t.indices else base

    # -- functions --------------------------------------------------------------------------------------------------

    def function(self, t: Fn) -> Doc:
        name, args = t.name, t.arguments
        if name == "exp":
            return self.exponential(args[0])
        if name == "abs":
            return self.style.fence(self.term(args[0]), "|")
        if name == "floor":
            return self.style.fence(self.term(args[0]), "floor")
        if name == "factorial":
            body = self.tight(self.term(args[0]))
            return Doc(body.text + "!", POW, body.tall, factorial=True)
        if name == "binomial":
            return self.style.binomial(self.term(args[0]), self.term(args[1]))
        if len(args) > 1 or name not in POWERED:
            return self.style.call(self.style.function(name), [self.term(a) for a in args])
        return self._call(self.style.function(name), args[0])

    def _call(self, head: str, argument: Term) -> Doc:
        """A named function; the argument stands without parentheses when it is one symbol, a determinant or a sum
        over an index.
        """
        doc = self.term(argument)
        bare = isinstance(argument, Entry) and not doc.scripted and not doc.group and doc.level == ATOM
        bare = (
            bare
            or (isinstance(argument, Determinant | Sum | Prod) and doc.level == BIG)
            or isinstance(argument, Determinant)
        )
        return self.style.prefix(head, doc) if bare else self.style.call(head, [doc])

    def exponential(self, argument: Term) -> Doc:
        if not self.style.inline_fractions and "e" not in self.names.fixed:
            small = self.in_script(argument)
            if not small.tall and self.style.width(small) <= SHORT_EXPONENT:
                return self.style.power(Doc("e"), small)
        return self.style.call(self.style.function("exp"), [self.term(argument)])

    def apply(self, t: Apply) -> Doc:
        function, partials = t.function, t.partials
        by = [s for p, _ in partials if (s := self._argument_variable(t, p)) is not None]
        if partials and len(function.arguments) == 1 and not function.arguments[0]:
            head = self.style.name(function.name)
            head = self.style.mark(head, "'" * len(partials) if len(partials) <= 3 else f"({len(partials)})")
            partials = ()
        elif partials and len(by) == len(partials):
            plain = self.apply(Apply(function, t.arguments, t.indices))
            variables = [self.entry(Entry(s, ix)) for s, (_, ix) in zip(by, partials, strict=True)]
            return self.style.differential(plain, _grouped(variables), total=False)
        else:
            head = self.style.name(function.name)
        if t.indices:
            head = self.style.subscript(head, [self.affine(i) for i in t.indices])
        if partials:
            marks = [Doc(str(p + 1)) for p, _ in partials] if len(function.arguments) > 1 else []
            marks += [self.affine(i) for _, ix in partials for i in ix]
            operator = self.style.subscript(Doc(self.style.symbol("partial")), marks)
            head = Doc(self.style.join([operator, head]))
        return self.style.call(head.text, [self.value(a) for a in t.arguments])

    def _argument_variable(self, t: Apply, place: int) -> Symbol | None:
        """The symbol that stands alone as an argument, so that a derivative by it says the same."""
        argument = t.arguments[place]
        body = argument.body if isinstance(argument, Arr) else argument
        if not isinstance(body, Entry) or self.symbol_of(argument) is None:
            return None
        others = [a for k, a in enumerate(t.arguments) if k != place]
        return None if any(body.symbol in free_symbols(a) for a in others) else body.symbol

    # -- calculus and binders ---------------------------------------------------------------------------------------

    def big(self, t: Sum | Prod) -> Doc:
        index, body = t.index, t.body
        whole = self.contracted(t)
        if whole is not None:
            return whole
        with self.names.bind((index, body)):
            lower, upper, body = self.limits(t)
            doc = self.term(body)
            if doc.level == ADD or (doc.fraction and doc.level < ATOM and isinstance(body, Add)):
                doc = self.style.fence(doc)
            moving = index.hi is not None and bool(index.hi.indices)
            return self.style.big("sum" if isinstance(t, Sum) else "prod", lower, upper, doc, moving)

    def derivative(self, t: Derivative) -> Doc:
        variables, symbols = [], set()
        inner: Term = t
        while isinstance(inner, Derivative):
            variables.append(self.entry(Entry(inner.symbol, inner.indices)))
            symbols.add(inner.symbol)
            inner = inner.body
        total = (
            len(symbols) == 1
            and free_symbols(inner) <= symbols
            and all(not s.shape for s in symbols)
            and not isinstance(inner, Entry)
        )
        doc = self.term(inner)
        short = isinstance(inner, Entry | Apply) or (isinstance(inner, Fn) and self.style.width(doc) <= SHORT_EXPONENT)
        if short and doc.level >= POW and not doc.fraction and not doc.tall:
            return self.style.differential(doc, _grouped(variables), total)
        operator = self.style.differential(None, _grouped(variables), total)
        body_doc = (
            self.style.fence(doc, "[") if self.style.inline_fractions and doc.level < ATOM else self.tight(doc, BIG)
        )
        return Doc(f"{operator.text} {body_doc.text}", BIG, not self.style.inline_fractions)

    def integral(self, t: IntegralTerm) -> Doc:
        lower, upper = self.term(t.lower), self.term(t.upper)
        with self.names.bind((t.symbol, t.body)):
            return self.style.integral(
                lower, upper, self.tight(self.term(t.body), BIG), self.style.name(self.names.of(t.symbol))
            )

    def limit(self, t: Limit) -> Doc:
        point = self.term(t.point)
        with self.names.bind((t.symbol, t.body)):
            return self.style.limit(
                self.style.name(self.names.of(t.symbol)), point, t.side, self.tight(self.term(t.body), BIG)
            )

    def at(self, t: At) -> Doc:
        value = self.value(t.value)
        with self.names.bind((t.symbol, t.body)):
            return self.style.evaluated(self.term(t.body), self.style.name(self.names.of(t.symbol)), value)

    def expectation(self, t: Expectation) -> Doc:
        return self.style.expectation(self.term(t.body), [self.style.name(self.names.of(s)) for s in t.given])

    # -- matrices in terms ------------------------------------------------------------------------------------------

    def inverse_entry(self, t: InverseEntry) -> Doc:
        inverse = self.style.mark(self.value(t.matrix), "-1")
        return self.style.subscript(self.style.fence(inverse), [self.affine(t.row), self.affine(t.column)])

    def matrix_power(self, t: MatrixPowerEntry) -> Doc:
        power = self.style.power(self.value(t.matrix), self.affine(t.exponent))
        return self.style.subscript(self.style.fence(power), [self.affine(t.row), self.affine(t.column)])

    def contracted(self, t: Sum | Prod) -> Doc | None:
        """A sum over entries of an inverse as a product of matrices: nobody reads an inverse by its entries."""
        if not self.matrices or isinstance(t, Prod) or not _inverts(t) or free_indices(t):
            return None
        from derive.render.matrices import matrix_form
        from derive.render.matrix_writer import write_matrix

        form = matrix_form(t)
        return None if form is None else write_matrix(self, form)

    def determinant(self, t: Determinant) -> Doc:
        body = self.value(t.matrix)
        head = self.style.function("det")
        bare = body.level == ATOM and not body.scripted and not body.text.endswith(")")
        return self.style.prefix(head, body) if bare else self.style.call(head, [body])

    def value(self, value: Any) -> Doc:
        """A term, or an array: a symbol's name, its matrix form, or its entries in parentheses."""
        if not isinstance(value, Arr):
            return self.term(value)
        symbol = self.symbol_of(value)
        if symbol is not None:
            return self.style.name(self.names.of(symbol))
        if self.matrices:
            from derive.render.matrices import matrix_form
            from derive.render.matrix_writer import write_whole

            form = matrix_form(value)
            if form is not None:
                return write_whole(self, form)
        rows = small_matrix(value)
        if rows is not None:
            return self.style.matrix([[self.term(entry) for entry in row] for row in rows])
        with self.names.bind(*((i, value.body) for i in value.indices)) as names:
            body = self.style.fence(self.term(value.body))
            return self.style.subscript(body, [self.style.name(n) for n in names])


def small_matrix(value: Arr) -> list[list[Any]] | None:
    """The entries of a matrix of known size, at most three by three, row by row."""
    spans = [axis[0].length for axis in value.axes if len(axis) == 1]
    if len(value.axes) != 2 or len(spans) != 2 or any(n is None or not n.is_constant or n.constant > 3 for n in spans):
        return None
    (i,), (j,) = value.axes
    rows, columns = (range(int(n.constant)) for n in spans if n is not None)
    return [[substitute(value.body, {i: i.lo + r, j: j.lo + c}) for c in columns] for r in rows]


POWERED = frozenset("log sin cos tan sinh cosh tanh".split())
_HEADS: dict[type, Callable[[Writer, Any], Doc]] = {
    Num: lambda w, t: w.number(t.value),
    Constant: Writer.constant,
    IntValue: lambda w, t: w.affine(t.value),
    Entry: Writer.entry,
    Add: Writer.add,
    Mul: Writer.mul,
    Pow: Writer.power,
    Fn: Writer.function,
    Apply: Writer.apply,
    Sum: Writer.big,
    Prod: Writer.big,
    Guard: lambda w, t: w.guard(t),
    Derivative: Writer.derivative,
    At: Writer.at,
    IntegralTerm: Writer.integral,
    Limit: Writer.limit,
    Expectation: Writer.expectation,
    InverseEntry: Writer.inverse_entry,
    MatrixPowerEntry: Writer.matrix_power,
    Determinant: Writer.determinant,
}


def _grouped(variables: list[Doc]) -> list[tuple[Doc, int]]:
    """Equal neighbours counted."""
    grouped: list[tuple[Doc, int]] = []
    for v in variables:
        if grouped and grouped[-1][0] == v:
            grouped[-1] = (v, grouped[-1][1] + 1)
        else:
            grouped.append((v, 1))
    return grouped


def _inverts(t: Any) -> bool:
    """Whether entries of an inverse stand in a term."""
    found: bool = t.memo("inverts", lambda t: isinstance(t, InverseEntry) or any(_inverts(c) for c in children(t)))
    return found


def write(writer: Writer, value: Any) -> str:
    """Any value that has a written form, as a string."""
    from derive.render.matrix_expr import MatrixExpr

    if isinstance(value, Hypothesis | Universal):
        return write(writer, value.relation)
    if isinstance(value, Relation):
        return _relation(writer, value)
    if isinstance(value, MatrixExpr):
        from derive.render.matrix_writer import write_whole

        return write_whole(writer, value).text
    if isinstance(value, Affine | Index | Size):
        return writer.affine(value).text
    if isinstance(value, Symbol):
        return writer.style.name(value.name).text
    return _whole(writer, value).text


def _whole(writer: Writer, value: Any) -> Doc:
    """A value on its own, as a side of a relation or a line."""
    from derive.render.matrices import matrix_form
    from derive.render.matrix_writer import write_whole

    form = matrix_form(value) if isinstance(value, Arr) and writer.matrices else None
    return write_whole(writer, form) if form is not None else writer.value(value)


def _relation(writer: Writer, relation: Relation) -> str:
    lhs, rhs = relation.lhs, relation.rhs
    if isinstance(lhs, Arr) and isinstance(rhs, Arr) and not _both_matrices(lhs, rhs):
        with writer.names.bind(*((i, (lhs, rhs)) for i in lhs.indices)):
            return writer.style.relation(writer.term(lhs.body), relation.op, writer.term(rhs.at(*lhs.indices)))
    return writer.style.relation(_whole(writer, lhs), relation.op, _whole(writer, rhs))


def _both_matrices(*values: Arr) -> bool:
    from derive.render.matrices import matrix_form

    return all(matrix_form(v) is not None for v in values)
