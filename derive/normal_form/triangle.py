"""The triangle inequality, absolute values of products, and sums over one range compared term by term."""

from __future__ import annotations

from fractions import Fraction

from derive.normal_form.forms import addends, factors, is_root, scaled_in, vector
from derive.terms import Add, Fn, Mul, Num, Pow, Sum, Term, fresh_index, substitute


class Triangle:
    """The part of a prover that knows absolute values and sums of the same length."""

    def _absolute(self, a: Term, b: Term, depth: int) -> str | None:
        """``|u v| = |u| |v|`` and ``|u + v| <= |u| + |v|``, on the smaller side."""
        if not isinstance(a, Fn) or a.name != "abs":
            return None
        inside = a.arguments[0]
        spread = factors(inside)
        if len(spread) > 1:
            return self.less(Mul(*(_size(f) for f in spread)), b, depth + 1)
        parts = addends(inside)
        if len(parts) > 1 and self.less(Add(*(Mul(*(_size(f) for f in factors(u))) for u in parts)), b, depth + 1):
            return "triangle inequality"
        if isinstance(inside, Sum) and self.less(Sum(inside.index, Fn("abs", inside.body)), b, depth + 1):
            return "triangle inequality"
        return None

    def _over_one_range(self, a: Term, b: Term, depth: int) -> str | None:
        """``sum f <= sum g + sum h`` over one range, as ``f <= g + h``."""
        left, right = ([scaled_in(u) for u in addends(t)] for t in (a, b))
        both = [*left, *right]
        if len(both) < 3 or not left or not right or not all(isinstance(u, Sum) for u in both):
            return None
        index = both[0].index  # type: ignore[attr-defined]
        if index.hi is None or any(u.index.lo is not index.lo or u.index.hi is not index.hi for u in both):  # type: ignore[attr-defined]
            return None
        new = fresh_index(index)  # of which no hypothesis speaks
        one, two = (Add(*(substitute(u.body, {u.index: new}) for u in side)) for side in (left, right))  # type: ignore[attr-defined]
        if self.less(one, two, depth + 1) or (depth <= 1 and self.nonnegative(two - one, 1)):
            return "term by term"
        return None

    def _longest_way(self, a: Term, b: Term, depth: int) -> str | None:
        """|u + v| <= |u| + |v| for lengths, where the right side is larger than the sum of the lengths."""
        whole = vector(a) if depth <= 2 and is_root(a) else None
        parts = addends(whole[1]) if whole is not None else []
        if whole is None or not 2 <= len(parts) <= 4:
            return None
        lengths = []
        for part in parts:
            total: Term = Pow(part, 2)
            for i in whole[0]:
                new = fresh_index(i)
                total = Sum(new, substitute(total, {i: new}))
            lengths.append(Pow(total, Fraction(1, 2)))
        return "triangle inequality" if self.less(Add(*lengths), b, depth + 2) else None

    def nonnegative(self, t: Term, depth: int = 0) -> str | None:
        raise NotImplementedError

    def less(self, a: Term, b: Term, depth: int = 0) -> str | None:
        raise NotImplementedError


def _size(f: Term) -> Term:
    return Num(abs(f.value)) if isinstance(f, Num) else Fn("abs", f)
