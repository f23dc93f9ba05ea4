"""Layer 2, the independent evaluator: a term or array at concrete sizes and values, in exact rationals and balls.

It imports `derive.terms` and python-flint and shares no code with the normal form, so that each can check the other.
Values stay exact while every operation is rational, and become rigorous enclosures otherwise; integrals, limits and
infinite sums are numerical and say so (``rigorous=False``).

>>> from derive.terms import Index, Size, Sum, Symbol, exp
>>> n = Size("n"); x = Symbol("x", (n,)); i = Index("i", 1, n)
>>> evaluate(Sum(i, x[i] ** 2), Assignment({n: 3}, symbols={x: [1, 2, "1/2"]})).value
Fraction(21, 4)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from derive.evaluate.calculus import CALCULUS
from derive.evaluate.compiling import HEADS, compiled
from derive.evaluate.frame import Frame, Session
from derive.evaluate.functions import SmoothFunction, random_function
from derive.evaluate.heads import ALGEBRA
from derive.evaluate.numbers import Indeterminate, Jet, Undefined, fraction, number
from derive.terms import Arr, FunctionSymbol, Index, Size, Symbol, Term

__all__ = [
    "Assignment", "Indeterminate", "Jet", "Law", "Result", "SmoothFunction", "Undefined", "evaluate", "random_function",
    "raw_value",
]  # fmt: skip


HEADS.update(ALGEBRA | CALCULUS)


@dataclass(frozen=True)
class Law:
    """A finite joint law of the random symbols: ``atoms`` are (weight, value of each symbol), the weights sum to 1.

    A value is a number, a nested list, or a term or array (evaluated where the expectation stands).
    """

    atoms: tuple[tuple[Any, Mapping[Symbol, Any]], ...]

    def __post_init__(self) -> None:
        atoms = tuple((number(w), {s: _numbers(v) for s, v in atom.items()}) for w, atom in self.atoms)
        if sum((w for w, _ in atoms), fmpq(0)) != 1:
            raise ValueError("the weights of a law must sum to 1")
        object.__setattr__(self, "atoms", atoms)


@dataclass(frozen=True)
class Assignment:
    """Concrete values: sizes, free indices, symbols (nested lists start at ``symbol.first``), functions, a law."""

    sizes: Mapping[Size, int] = field(default_factory=dict)
    indices: Mapping[Index, int] = field(default_factory=dict)
    symbols: Mapping[Symbol, Any] = field(default_factory=dict)
    functions: Mapping[FunctionSymbol, SmoothFunction] = field(default_factory=dict)
    law: Law | None = None

    def frame(self, differences: bool = False) -> Frame:
        values = {s: _numbers(v) for s, v in self.symbols.items()}
        return Frame(values, dict(self.functions), self.law, Session(differences))

    def integers(self) -> dict[Any, int]:
        return {**self.sizes, **self.indices}


@dataclass(frozen=True)
class Result:
    """``value`` is a Fraction, a ball (``flint.arb``) or nested lists of them.

    ``rigorous`` says that it is exact or certainly enclosed; ``conventions`` names what was used of "0 log 0" and
    "0^0".
    """

    value: Any
    rigorous: bool
    conventions: frozenset[str]


def evaluate(value: Term | Arr, assignment: Assignment, precision: int = 64, differences: bool = False) -> Result:
    """The value of a term or array; an array gives nested lists, one level an axis (a composite axis row-major).

    ``precision`` is that of balls in bits. ``differences`` takes derivatives by central differences instead of jets
    (then use a precision of 400 or more). Raises Undefined where the value does not exist, Indeterminate (a kind of
    Undefined) where it was not enclosed, LookupError where the assignment lacks a value.
    """
    frame = assignment.frame(differences)
    found = raw_value(value, frame, assignment.integers(), precision)
    return Result(_public(found), frame.session.rigorous, frozenset(frame.session.conventions))


def raw_value(value: Term | Arr, frame: Frame, integers: dict[Any, int], precision: int = 64) -> Any:
    """The value in a frame as fmpq or arb (nested lists of them for an array): for those who evaluate many terms at one
    point.
    """
    try:
        with ctx.workprec(precision):
            return compiled(value)(frame, integers)
    except RecursionError:
        raise Indeterminate("the formula is nested too deeply") from None
    except KeyError as missing:
        raise LookupError(f"no value for {missing.args[0]!r}") from None


def _numbers(value: Any) -> Any:
    if isinstance(value, Term | Arr):
        return value
    if isinstance(value, list | tuple) or hasattr(value, "tolist"):
        parts = value.tolist() if hasattr(value, "tolist") else value
        return [_numbers(v) for v in parts] if isinstance(parts, list | tuple) else number(parts)
    return number(value)


def _public(value: Any) -> Fraction | arb | list[Any]:
    if isinstance(value, list):
        return [_public(v) for v in value]
    return fraction(value) if isinstance(value, fmpq) else value
