"""Integrals, limits and infinite sums by extrapolation: numerical, never rigorous, with a check on convergence.

All three take a function from an exact rational or ball to a number (perhaps a jet) and raise Indeterminate when two
levels of refinement do not agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any

from flint import arb, ctx, fmpq

from derive.evaluate.numbers import ZERO, Indeterminate, Jet, ball, finite

Function = Callable[[Any], Any]
LEVELS = 6
TERMS = 600


def components(value: Any) -> Iterator[arb]:
    """The real numbers inside a jet."""
    if isinstance(value, Jet):
        yield from components(value.re)
        yield from components(value.eps)
    else:
        yield ball(value)


def size_of(value: Any) -> float:
    return max(float(abs(c.mid())) + float(c.rad()) for c in components(value))


def close(a: Any, b: Any, tolerance: float) -> bool:
    return size_of(a - b) <= tolerance * (1 + size_of(b))


def _blur(value: Any, error: float) -> Any:
    """The value with the estimated error added to every radius."""
    if isinstance(value, Jet):
        return Jet(value.tag, _blur(value.re, error), _blur(value.eps, error))
    return ball(value) + arb(0, error)


@lru_cache(maxsize=64)
def _nodes(level: int, precision: int) -> tuple[tuple[arb, arb, arb], ...]:
    """(t, sinh part, its derivative) of the double exponential rule that are new on this level."""
    step = arb(1) / 2**level
    half_pi = arb.pi() / 2
    found = []
    for k in range(-int(4.5 * 2**level), int(4.5 * 2**level) + 1):
        if level and k % 2 == 0:
            continue
        t = step * k
        found.append((t, half_pi * t.sinh(), half_pi * t.cosh()))
    return tuple(found)


SPLITS = ((-4, -1, 1, 4), (-5, -2, 0, 2, 5))  # where integrals are cut


def integral(function: Function, lower: Any, upper: Any) -> Any:
    """The integral; an end is a number, or None for infinity on its side.

    The range is cut at a few points so that a narrow peak near zero is not stepped over; which points depends on the
    precision, so that two precisions are two different rules.
    """
    cuts = [fmpq(c) for c in SPLITS[ctx.prec >= 128]]
    if lower is not None and upper is not None and ball(lower) > ball(upper):
        return -integral(function, upper, lower)
    inside = [c for c in cuts if (lower is None or ball(lower) < c) and (upper is None or ball(upper) > c)]
    ends = [lower, *inside, upper]
    total: Any = ZERO
    for a, b in pairwise(ends):
        total = total + _piece(function, a, b)
    return total


def _piece(function: Function, lower: Any, upper: Any) -> Any:
    """The integral over one piece by the double exponential rule."""
    if lower is not None and upper is not None:
        middle, half = (ball(upper) + ball(lower)) / 2, (ball(upper) - ball(lower)) / 2

        def place(s: arb, d: arb) -> tuple[arb, arb]:
            return middle + half * s.tanh(), half * d / s.cosh() ** 2

    elif lower is not None or upper is not None:
        end, direction = (lower, 1) if lower is not None else (upper, -1)

        def place(s: arb, d: arb) -> tuple[arb, arb]:
            return ball(end) + direction * s.exp(), d * s.exp()

    else:

        def place(s: arb, d: arb) -> tuple[arb, arb]:
            return s.sinh(), d * s.cosh()

    total: Any = ZERO
    previous: Any = None
    tolerance = 2.0 ** (-ctx.prec // 3)
    for level in range(LEVELS + 1):
        for _, s, d in _nodes(level, ctx.prec):
            x, weight = place(s, d)
            if abs(float(s.mid())) > 60 and lower is not None and upper is not None:
                continue
            total = total + function(x.mid()) * weight.mid()
        value = total * (arb(1) / 2**level)
        if level > 3 and close(value, previous, tolerance):
            return _blur(
                value, 4 * size_of(value - previous) + 1e-15 * 2.0 ** (-(ctx.prec - 64) / 3) * (1 + size_of(value))
            )
        previous = value
    raise Indeterminate("the integral did not converge")


# Three distances for a limit, of no common pattern (residues, phases), so that an oscillation does not look settled.
FAR = (fmpq(8, 7) * 2**30, fmpq(13, 9) * 2**60, fmpq(17, 11) * 2**120)
FAR_INTEGERS = (fmpq(10**9 + 7), fmpq(10**18 + 10), fmpq(10**36 + 69))


def limit(function: Function, point: Any, side: str, infinite: int, integer: bool) -> Any:
    """The limit at ``point`` (or at +-infinity), from values at three distances; a limit without side needs both to
    agree.
    """
    with ctx.workprec(ctx.prec + 400):
        if infinite:
            return _settled([function(infinite * far) for far in (FAR_INTEGERS if integer else FAR)])
        ways = [1] if side == "+" else [-1] if side == "-" else [1, -1]
        values = [_settled([function(point + way / far) for far in FAR]) for way in ways]
    if len(values) == 2 and not close(values[0], values[1], 1e-12):
        raise Indeterminate("the limits from the two sides differ")
    return values[0]


def _settled(values: list[Any]) -> Any:
    first, second, third = values
    for value in values:
        for c in components(value):
            finite(c)
    if (
        size_of(third - second) > 1e-6 * (1 + size_of(third))
        or size_of(third - second) > size_of(second - first) + 1e-30
    ):
        raise Indeterminate("the limit was not reached")
    return _blur(third, 2 * size_of(third - second))


def infinite_sum(term: Callable[[int], Any], start: int) -> Any:
    """The sum of ``term(k)`` over ``k >= start`` when the terms decay geometrically."""
    total: Any = ZERO
    sizes: list[float] = []
    target = 2.0 ** (-ctx.prec)
    for k in range(start, start + TERMS):
        value = term(k)
        value = value if isinstance(value, Jet) else ball(value)
        total = total + value
        sizes.append(size_of(value))
        if len(sizes) > 24 and max(sizes[-8:]) <= target * (size_of(total) + 1e-300):
            break
    tail = sizes[-16:]
    ratios = [b / a for a, b in pairwise(tail) if a > 0]
    worst = max(ratios, default=0.0)
    if worst > 0.95 or len(sizes) < 16:
        raise Indeterminate("the infinite sum did not converge fast enough")
    return _blur(total, 4 * sizes[-1] * worst / (1 - worst))
