"""The heads of scalar terms. Constructors flatten sums and products and fold numbers; nothing else is ever evaluated here.

>>> x = term(Symbol("x"))
>>> 2 * x * 3 + 0
6*x
>>> (x ** 2) ** Fraction(1, 2)
(x**2)**(1/2)
"""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any

from derive.terms.integers import Affine, Index, Size, affine
from derive.terms.node import Node
from derive.terms.symbols import FunctionSymbol, Symbol

if TYPE_CHECKING:
    from derive.terms.arr import Arr

ELEMENTARY = frozenset(
    "exp log sin cos tan sinh cosh tanh arcsin arccos arctan abs sign max min erf gamma loggamma digamma trigamma factorial binomial "
    "floor softplus".split()
)


class Term(Node):
    """A real number written with symbols and indices. Terms support ``+ - * / **`` with numbers, sizes and indices."""

    __slots__ = ()

    def __add__(self, other: Any) -> Term:
        return Add(self, other)

    def __radd__(self, other: Any) -> Term:
        return Add(other, self)

    def __sub__(self, other: Any) -> Term:
        return Add(self, Mul(-1, other))

    def __rsub__(self, other: Any) -> Term:
        return Add(other, Mul(-1, self))

    def __mul__(self, other: Any) -> Term:
        return Mul(self, other)

    def __rmul__(self, other: Any) -> Term:
        return Mul(other, self)

    def __truediv__(self, other: Any) -> Term:
        return Mul(self, Pow(other, -1))

    def __rtruediv__(self, other: Any) -> Term:
        return Mul(other, Pow(self, -1))

    def __pow__(self, other: Any) -> Term:
        return Pow(self, other)

    def __rpow__(self, other: Any) -> Term:
        return Pow(other, self)

    def __neg__(self) -> Term:
        return Mul(-1, self)


class Num(Term):
    """An exact rational number: field ``value``."""

    __slots__ = ()

    def __new__(cls, value: Any) -> Num:
        return super().__new__(cls, value if type(value) is Fraction else Fraction(value))

    value: Fraction = property(lambda self: self.fields[0])  # type: ignore[assignment]

    def __repr__(self) -> str:
        return str(self.value) if self.value.denominator == 1 and self.value >= 0 else f"({self.value})"


class Constant(Term):
    """A named real constant: "pi", or "oo" as the end of an integral or limit."""

    __slots__ = ()
    name: str = property(lambda self: self.fields[0])  # type: ignore[assignment]

    def __repr__(self) -> str:
        return self.name


class IntValue(Term):
    """An affine integer expression used as a number."""

    __slots__ = ()

    def __new__(cls, value: Any) -> Term:  # type: ignore[misc]
        value = affine(value)
        return Num(value.constant) if value.is_constant else super().__new__(cls, value)

    value: Affine = property(lambda self: self.fields[0])  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self.value) if self.value.atom is not None else f"({self.value!r})"


class Entry(Term):
    """An entry ``symbol[indices]``; a scalar symbol is the entry with no index."""

    __slots__ = ()

    def __new__(cls, symbol: Symbol, indices: tuple[Any, ...] = ()) -> Entry:
        indices = tuple(affine(i) for i in indices)
        if len(indices) != len(symbol.shape):
            raise ValueError(f"{symbol.name} has {len(symbol.shape)} axes and was given {len(indices)} indices")
        return super().__new__(cls, symbol, indices)

    symbol: Symbol = property(lambda self: self.fields[0])  # type: ignore[assignment]
    indices: tuple[Affine, ...] = property(lambda self: self.fields[1])  # type: ignore[assignment]

    def __repr__(self) -> str:
        return self.symbol.name + (f"[{', '.join(map(repr, self.indices))}]" if self.indices else "")


def _flat(head: type, parts: tuple[Any, ...]) -> tuple[list[Term], list[Fraction]]:
    """The parts of a sum or product with those of the same head opened, and the numbers among them."""
    rest: list[Term] = []
    numbers: list[Fraction] = []
    for t in parts:
        if not isinstance(t, Term):
            t = term(t)
        for part in t.fields if type(t) is head else (t,):
            if type(part) is Num:
                numbers.append(part.value)
            else:
                rest.append(part)
    return rest, numbers


class Add(Term):
    """A sum of two or more terms, flat, numbers folded. Fields are the terms."""

    __slots__ = ()

    def __new__(cls, *terms: Any) -> Term:  # type: ignore[misc]
        rest, numbers = _flat(Add, terms)
        number = sum(numbers) if numbers else 0
        if number or not rest:
            rest.append(Num(number))
        return rest[0] if len(rest) == 1 else super().__new__(cls, *rest)

    def __repr__(self) -> str:
        return "(" + " + ".join(map(repr, self.fields)) + ")"


class Mul(Term):
    """A product of two or more terms, flat, numbers folded to the front. Fields are the factors."""

    __slots__ = ()

    def __new__(cls, *factors: Any) -> Term:  # type: ignore[misc]
        rest, numbers = _flat(Mul, factors)
        if numbers:
            number = prod(numbers)
            if number == 0:
                return ZERO
            if number != 1 or not rest:
                rest.insert(0, Num(number))
        elif not rest:
            return ONE
        return rest[0] if len(rest) == 1 else super().__new__(cls, *rest)

    def __repr__(self) -> str:
        return "*".join(map(repr, self.fields))


class Pow(Term):
    """``base ** exponent``. A power of a number by an integer is folded (but never 0 by a negative one)."""

    __slots__ = ()

    def __new__(cls, base: Any, exponent: Any) -> Term:  # type: ignore[misc]
        base, exponent = term(base), term(exponent)
        if exponent is ONE:
            return base
        if isinstance(base, Num) and isinstance(exponent, Num) and exponent.value.denominator == 1:
            k = int(exponent.value)
            if abs(k) <= 64 and (base.value or k >= 0):
                return Num(base.value**k)
        return super().__new__(cls, base, exponent)

    base: Term = property(lambda self: self.fields[0])  # type: ignore[assignment]
    exponent: Term = property(lambda self: self.fields[1])  # type: ignore[assignment]

    def __repr__(self) -> str:
        def wrap(t: Term) -> str:
            text = repr(t)
            return f"({text})" if isinstance(t, Mul | Pow) else text

        return f"{wrap(self.base)}**{wrap(self.exponent)}"


class Fn(Term):
    """An elementary function: ``Fn("exp", u)``. Names are in `ELEMENTARY`; log is natural; max and min take two or more."""

    __slots__ = ()

    def __new__(cls, name: str, *arguments: Any) -> Fn:
        if name not in ELEMENTARY:
            raise ValueError(f"{name} is not an elementary function; declare it as a FunctionSymbol")
        return super().__new__(cls, name, *map(term, arguments))

    name: str = property(lambda self: self.fields[0])  # type: ignore[assignment]
    arguments: tuple[Term, ...] = property(lambda self: self.fields[1:])  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(map(repr, self.arguments))})"


class Apply(Term):
    """An entry of a declared function's value, or of one of its partial derivatives.

    ``Apply(f, (x,), (i,), ((0, (j,)),))`` is the derivative of ``f(x)[i]`` by entry ``j`` of its argument number 0.
    ``arguments`` are terms (scalar arguments) or arrays; ``partials`` is sorted when f is C^2.
    """

    __slots__ = ()

    def __new__(
        cls,
        function: FunctionSymbol,
        arguments: tuple[Any, ...],
        indices: tuple[Any, ...] = (),
        partials: tuple[Any, ...] = (),
    ) -> Apply:
        indices = tuple(affine(i) for i in indices)
        partials = tuple((p, tuple(affine(i) for i in ix)) for p, ix in partials)
        if function.smooth >= 2:
            partials = tuple(sorted(partials, key=repr))
        return super().__new__(cls, function, tuple(arguments), indices, partials)

    function: FunctionSymbol = property(lambda self: self.fields[0])  # type: ignore[assignment]
    arguments: tuple[Any, ...] = property(lambda self: self.fields[1])  # type: ignore[assignment]
    indices: tuple[Affine, ...] = property(lambda self: self.fields[2])  # type: ignore[assignment]
    partials: tuple[tuple[int, tuple[Affine, ...]], ...] = property(lambda self: self.fields[3])  # type: ignore[assignment]

    def __repr__(self) -> str:
        marks = "".join(
            "'" + (f"{p}{list(ix)}" if ix or len(self.function.arguments) > 1 else "") for p, ix in self.partials
        )
        entry = f"[{', '.join(map(repr, self.indices))}]" if self.indices else ""
        return f"{self.function.name}{marks}({', '.join(map(repr, self.arguments))}){entry}"


class Sum(Term):
    """The sum of ``body`` over the values of ``index``, which it binds. An empty sum is 0."""

    __slots__ = ()

    def __new__(cls, index: Index, body: Any) -> Sum:
        return super().__new__(cls, index, term(body))

    index: Index = property(lambda self: self.fields[0])  # type: ignore[assignment]
    body: Term = property(lambda self: self.fields[1])  # type: ignore[assignment]


class Prod(Term):
    """The product of ``body`` over the values of ``index``, which it binds. An empty product is 1."""

    __slots__ = ()

    def __new__(cls, index: Index, body: Any) -> Prod:
        return super().__new__(cls, index, term(body))

    index: Index = property(lambda self: self.fields[0])  # type: ignore[assignment]
    body: Term = property(lambda self: self.fields[1])  # type: ignore[assignment]


class Guard(Term):
    """1 where ``subject op 0`` holds, else 0. ``subject`` is affine (indices) or a term (reals); ``op`` is == != > >=."""

    __slots__ = ()

    def __new__(cls, op: str, subject: Any) -> Guard:
        if op not in ("==", "!=", ">", ">="):
            raise ValueError(f"{op} is not a guard relation")
        if not isinstance(subject, Term):
            subject = affine(subject)
            if op == ">":
                op, subject = ">=", subject - 1
        return super().__new__(cls, op, subject)

    op: str = property(lambda self: self.fields[0])  # type: ignore[assignment]
    subject: Any = property(lambda self: self.fields[1])

    def __repr__(self) -> str:
        return f"[{self.subject!r} {self.op} 0]"


class Derivative(Term):
    """The partial derivative of ``body`` by the entry ``symbol[indices]``. It binds nothing: the value is taken at the symbol."""

    __slots__ = ()

    def __new__(cls, body: Any, symbol: Symbol, indices: tuple[Any, ...] = ()) -> Derivative:
        indices = tuple(affine(i) for i in indices)
        if len(indices) != len(symbol.shape):
            raise ValueError(f"{symbol.name} has {len(symbol.shape)} axes and was given {len(indices)} indices")
        return super().__new__(cls, term(body), symbol, indices)

    body: Term = property(lambda self: self.fields[0])  # type: ignore[assignment]
    symbol: Symbol = property(lambda self: self.fields[1])  # type: ignore[assignment]
    indices: tuple[Affine, ...] = property(lambda self: self.fields[2])  # type: ignore[assignment]


class At(Term):
    """``body`` with ``symbol`` replaced by ``value`` (a term, or an array of the symbol's shape) *after* differentiation."""

    __slots__ = ()

    def __new__(cls, body: Any, symbol: Symbol, value: Any) -> At:
        from derive.terms.arr import Arr

        if isinstance(value, Symbol) and value.shape:
            value = Arr.of(value)
        return super().__new__(cls, term(body), symbol, value if isinstance(value, Arr) else term(value))

    body: Term = property(lambda self: self.fields[0])  # type: ignore[assignment]
    symbol: Symbol = property(lambda self: self.fields[1])  # type: ignore[assignment]
    value: Any = property(lambda self: self.fields[2])


class Integral(Term):
    """The integral of ``body`` over ``symbol`` (a scalar, bound) from ``lower`` to ``upper``, which may be +-oo."""

    __slots__ = ()

    def __new__(cls, symbol: Symbol, lower: Any, upper: Any, body: Any) -> Integral:
        return super().__new__(cls, symbol, term(lower), term(upper), term(body))

    symbol: Symbol = property(lambda self: self.fields[0])  # type: ignore[assignment]
    lower: Term = property(lambda self: self.fields[1])  # type: ignore[assignment]
    upper: Term = property(lambda self: self.fields[2])  # type: ignore[assignment]
    body: Term = property(lambda self: self.fields[3])  # type: ignore[assignment]


class Limit(Term):
    """The limit of ``body`` as ``symbol`` (a scalar, bound) tends to ``point``; ``side`` is "", "+" or "-"."""

    __slots__ = ()

    def __new__(cls, symbol: Symbol, point: Any, body: Any, side: str = "") -> Limit:
        return super().__new__(cls, symbol, term(point), term(body), side)

    symbol: Symbol = property(lambda self: self.fields[0])  # type: ignore[assignment]
    point: Term = property(lambda self: self.fields[1])  # type: ignore[assignment]
    body: Term = property(lambda self: self.fields[2])  # type: ignore[assignment]
    side: str = property(lambda self: self.fields[3])  # type: ignore[assignment]


class Expectation(Term):
    """The expectation of ``body`` over its random symbols, those in ``given`` held fixed."""

    __slots__ = ()

    def __new__(cls, body: Any, given: tuple[Symbol, ...] = ()) -> Expectation:
        return super().__new__(cls, term(body), tuple(given))

    body: Term = property(lambda self: self.fields[0])  # type: ignore[assignment]
    given: tuple[Symbol, ...] = property(lambda self: self.fields[1])  # type: ignore[assignment]


class InverseEntry(Term):
    """Entry ``(row, column)`` of the inverse of a square matrix ``matrix`` (an array)."""

    __slots__ = ()

    def __new__(cls, matrix: Arr, row: Any, column: Any) -> InverseEntry:
        return super().__new__(cls, matrix, affine(row), affine(column))

    matrix: Arr = property(lambda self: self.fields[0])  # type: ignore[assignment]
    row: Affine = property(lambda self: self.fields[1])  # type: ignore[assignment]
    column: Affine = property(lambda self: self.fields[2])  # type: ignore[assignment]


class MatrixPowerEntry(Term):
    """Entry ``(row, column)`` of ``matrix ** exponent`` with a symbolic natural exponent; the power 0 is the identity."""

    __slots__ = ()

    def __new__(cls, matrix: Arr, exponent: Any, row: Any, column: Any) -> MatrixPowerEntry:
        return super().__new__(cls, matrix, affine(exponent), affine(row), affine(column))

    matrix: Arr = property(lambda self: self.fields[0])  # type: ignore[assignment]
    exponent: Affine = property(lambda self: self.fields[1])  # type: ignore[assignment]
    row: Affine = property(lambda self: self.fields[2])  # type: ignore[assignment]
    column: Affine = property(lambda self: self.fields[3])  # type: ignore[assignment]


class Determinant(Term):
    """The determinant of a square matrix ``matrix`` (an array)."""

    __slots__ = ()
    matrix: Arr = property(lambda self: self.fields[0])  # type: ignore[assignment]


def term(value: Any) -> Term:
    """Read a number, size, index, affine expression or scalar symbol as a term. Raises TypeError for anything else."""
    if isinstance(value, Term):
        return value
    if isinstance(value, Symbol):
        if value.shape:
            raise TypeError(f"{value.name} is a tensor; write one of its entries")
        return Entry(value, ())
    if isinstance(value, Size | Index | Affine):
        return IntValue(value)
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return Num(value)
    raise TypeError(f"{value!r} is not a term (floats are not exact: write a Fraction)")


ZERO, ONE, PI = Num(0), Num(1), Constant("pi")
INFINITY = Constant("oo")


def exp(u: Any) -> Term:
    return Fn("exp", u)


def log(u: Any) -> Term:
    """The natural logarithm."""
    return Fn("log", u)


def sin(u: Any) -> Term:
    return Fn("sin", u)


def cos(u: Any) -> Term:
    return Fn("cos", u)


def tanh(u: Any) -> Term:
    return Fn("tanh", u)


def sqrt(u: Any) -> Term:
    return Pow(u, Fraction(1, 2))


def delta(i: Any, j: Any) -> Term:
    """Kronecker's delta: 1 where ``i == j``, else 0."""
    return Guard("==", affine(i) - affine(j))
