"""Intervals of reals, with open and closed ends, and what is known of 0: their sums, products, hulls and meets."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Interval:
    """Reals between two ends (None: no end), each possibly excluded; ``nonzero`` excludes 0 as well."""

    lo: Fraction | None = None
    lo_open: bool = False
    hi: Fraction | None = None
    hi_open: bool = False
    nonzero: bool = False

    @property
    def positive(self) -> bool:
        return self.lo is not None and (self.lo > 0 or (self.lo == 0 and (self.lo_open or self.nonzero)))

    @property
    def nonnegative(self) -> bool:
        return self.lo is not None and self.lo >= 0

    @property
    def negative(self) -> bool:
        return self.hi is not None and (self.hi < 0 or (self.hi == 0 and (self.hi_open or self.nonzero)))

    @property
    def nonpositive(self) -> bool:
        return self.hi is not None and self.hi <= 0

    @property
    def without_zero(self) -> bool:
        return self.nonzero or self.positive or self.negative

    def scaled(self, c: Fraction) -> Interval:
        if c == 0:
            return POINT_ZERO
        if c > 0:
            return Interval(_times(self.lo, c), self.lo_open, _times(self.hi, c), self.hi_open, self.nonzero)
        return Interval(_times(self.hi, c), self.hi_open, _times(self.lo, c), self.lo_open, self.nonzero)

    def plus(self, other: Interval) -> Interval:
        lo = None if self.lo is None or other.lo is None else self.lo + other.lo
        hi = None if self.hi is None or other.hi is None else self.hi + other.hi
        return Interval(lo, self.lo_open or other.lo_open, hi, self.hi_open or other.hi_open)

    def meet(self, other: Interval) -> Interval:
        lo, lo_open = max(((i.lo, i.lo_open) for i in (self, other) if i.lo is not None), default=(None, False))  # type: ignore[type-var]
        hi, hi_open = min(((i.hi, not i.hi_open) for i in (self, other) if i.hi is not None), default=(None, True))  # type: ignore[type-var]
        return Interval(lo, lo_open, hi, not hi_open, self.nonzero or other.nonzero)

    def hull(self, other: Interval) -> Interval:
        """The least interval that holds both."""
        lo = None if self.lo is None or other.lo is None else min(self.lo, other.lo)
        hi = None if self.hi is None or other.hi is None else max(self.hi, other.hi)
        lo_open = all(i.lo_open for i in (self, other) if i.lo == lo)
        hi_open = all(i.hi_open for i in (self, other) if i.hi == hi)
        return Interval(lo, lo_open, hi, hi_open, self.without_zero and other.without_zero)

    def times(self, other: Interval) -> Interval:
        if any(i.lo == i.hi == 0 for i in (self, other)):
            return POINT_ZERO
        if self.nonnegative and other.nonnegative:
            assert self.lo is not None and other.lo is not None
            lo = self.lo * other.lo
            hi = None if self.hi is None or other.hi is None else self.hi * other.hi
            both = self.without_zero and other.without_zero
            return Interval(
                lo,
                (lo == 0 and both) or ((self.lo_open or other.lo_open) and lo > 0),
                hi,
                (self.hi_open or other.hi_open) and bool(hi),
                both,
            )
        if self.nonpositive:
            return self.scaled(Fraction(-1)).times(other).scaled(Fraction(-1))
        if other.nonpositive:
            return self.times(other.scaled(Fraction(-1))).scaled(Fraction(-1))
        ends = [self.lo, self.hi, other.lo, other.hi]
        nonzero = self.without_zero and other.without_zero
        if any(e is None for e in ends):
            return Interval(nonzero=nonzero)
        corners = [
            (a * b, (i or j) and a * b != 0)  # type: ignore[operator]
            for a, i in ((self.lo, self.lo_open), (self.hi, self.hi_open))
            for b, j in ((other.lo, other.lo_open), (other.hi, other.hi_open))
        ]
        low, high = min(v for v, _ in corners), max(v for v, _ in corners)
        low_open, high_open = (all(o for v, o in corners if v == end) for end in (low, high))
        return Interval(low, low_open, high, high_open, nonzero)


def _times(a: Fraction | None, c: Fraction) -> Fraction | None:
    return None if a is None else a * c


POINT_ZERO = Interval(Fraction(0), False, Fraction(0), False)
