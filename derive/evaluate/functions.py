"""Concrete smooth functions that stand for declared function symbols, with every partial derivative.

A `SmoothFunction` is a sum of pieces ``c * g(a . u)`` for each entry of its value, ``u`` all its arguments in a row,
with ``g`` a power or the exponential. It takes exact rationals, balls and jets. `random_function` respects the
properties of the symbol.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from derive.evaluate.elementary import exp
from derive.evaluate.numbers import ZERO, fraction, integer_power, is_zero, number
from derive.terms import FunctionSymbol, Size


@dataclass(frozen=True)
class Piece:
    """``coefficient * g(slopes . u)``, where g is the power ``degree``, or the exponential when ``degree`` is None."""

    coefficient: Any
    slopes: tuple[Any, ...]
    degree: int | None

    def value(self, u: Sequence[Any], wanted: Sequence[int]) -> Any:
        """The partial derivative by the arguments at the positions ``wanted``."""
        factor = self.coefficient
        for place in wanted:
            factor = factor * self.slopes[place]
        degree = self.degree
        for _ in wanted if degree is not None else ():
            if not degree:
                return ZERO
            factor, degree = factor * degree, degree - 1
        if is_zero(factor):
            return ZERO
        inner: Any = sum((a * x for a, x in zip(self.slopes, u, strict=True) if not is_zero(a)), ZERO)
        return factor * (exp(inner) if degree is None else integer_power(inner, degree))


@dataclass(frozen=True)
class SmoothFunction:
    """``arguments`` are the shapes of the arguments at concrete sizes, ``shape`` that of the value; ``pieces`` by
    entry.
    """

    arguments: tuple[tuple[int, ...], ...]
    shape: tuple[int, ...]
    pieces: dict[tuple[int, ...], tuple[Piece, ...]]

    def place(self, argument: int, entry: tuple[int, ...]) -> int:
        """The position of an entry (counted from 1) of an argument among all arguments in a row."""
        offset = sum(_count(s) for s in self.arguments[:argument])
        flat = 0
        for i, n in zip(entry, self.arguments[argument], strict=True):
            if not 1 <= i <= n:
                raise IndexError(i)
            flat = flat * n + i - 1
        return offset + flat

    def __call__(
        self, u: Sequence[Any], entry: tuple[int, ...], partials: Sequence[tuple[int, tuple[int, ...]]] = ()
    ) -> Any:
        wanted = [self.place(p, ix) for p, ix in partials]
        return sum((piece.value(u, wanted) for piece in self.pieces[entry]), ZERO)

    def text(self, entry: tuple[int, ...]) -> str:
        """LaTeX of one entry in the arguments ``u_1, u_2, ...``."""
        return " + ".join(_piece_text(p) for p in self.pieces[entry]) or "0"


def _count(shape: Sequence[int]) -> int:
    total = 1
    for n in shape:
        total *= n
    return total


def _piece_text(piece: Piece) -> str:
    parts = [
        (fraction(a), f"u_{k}" if len(piece.slopes) > 1 else "u")
        for k, a in enumerate(piece.slopes, 1)
        if not is_zero(a)
    ]
    inner = " + ".join(name if a == 1 else f"{_latex(a)} {name}" for a, name in parts) or "0"
    c = fraction(piece.coefficient)
    head = "" if c == 1 else f"{_latex(c)} "
    if piece.degree is None:
        return f"{head}e^{{{inner}}}"
    if piece.degree == 0:
        return _latex(c)
    body = inner if len(parts) == 1 and parts[0][0] == 1 else f"({inner})"
    return f"{head}{body}" + (f"^{{{piece.degree}}}" if piece.degree > 1 else "")


def _latex(value: Fraction) -> str:
    text = str(abs(value)) if value.denominator == 1 else rf"\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"
    return f"({'-' if value < 0 else ''}{text})" if value < 0 else text


def random_function(
    symbol: FunctionSymbol, sizes: dict[Size, int], rng: Random, simple: bool = False
) -> SmoothFunction:
    """A function with the shapes and properties of ``symbol``. ``simple``: a polynomial of low degree, so values
    stay rational.

    Raises ValueError for properties that no function of this family is known to have.
    """
    shapes = tuple(tuple(_at(s, sizes) for s in a) for a in symbol.arguments)
    shape = tuple(_at(s, sizes) for s in symbol.shape)
    width = sum(_count(s) for s in shapes)
    entries = product(*(range(1, n + 1) for n in shape))
    return SmoothFunction(shapes, shape, {e: _pieces(symbol.properties, width, rng, simple) for e in entries})


def _at(size: Any, sizes: dict[Size, int]) -> int:
    total: int = size.constant + sum(c * sizes[a] for a, c in size.terms)
    return total


def _pieces(properties: frozenset[str], width: int, rng: Random, simple: bool) -> tuple[Piece, ...]:
    unknown = properties - {"convex", "perhaps convex", "increasing", "odd", "even", "continuous", "differentiable"}
    if unknown:
        raise ValueError(f"no example of a function that is {', '.join(sorted(unknown))}")
    convex, increasing, odd, even = (p in properties for p in ("convex", "increasing", "odd", "even"))
    convex = convex or "perhaps convex" in properties
    degrees: list[int | None] = [d for d in (0, 1, 2, 3) if not (odd and d % 2 == 0) and not (even and d % 2)]
    if not (odd or even or simple):
        degrees.append(None)
    if increasing:  # an even increasing function does not exist; of squares and constants only the latter would do
        if even:
            raise ValueError("no strictly increasing function is even")
        degrees = [d for d in degrees if d in (1, 3, None)]
    if convex:
        degrees = [d for d in degrees if d != 3]
    signed = not (convex or increasing)
    pieces = []
    for n in range(1 if simple and rng.random() < 0.3 else rng.choice((2, 3))):
        degree = 1 if increasing and n == 0 else rng.choice(degrees)
        slopes = tuple(_slope(rng, simple, increasing) for _ in range(width))
        coefficient = number(Fraction(rng.randint(1, 3), rng.choice((1, 1, 2))))
        negative = rng.random() < 0.4 and (signed or (convex and not increasing and degree in (0, 1)))
        pieces.append(Piece(-coefficient if negative else coefficient, slopes, degree))
    return tuple(pieces)


def _slope(rng: Random, simple: bool, positive: bool) -> Any:
    if positive:
        return number(rng.randint(1, 2))
    return number(rng.choice((0, 1, 1, -1, 2)) if simple else Fraction(rng.randint(-3, 3), rng.choice((1, 2))))
