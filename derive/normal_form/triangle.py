"""The triangle inequality, absolute values of products, and sums over one range compared term by term."""

from __future__ import annotations

from derive.normal_form.forms import addends, factors
from derive.terms import Add, Fn, Mul, Num, Sum, Term, fresh_index, substitute


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
        return None

    def _over_one_range(self, a: Term, b: Term, depth: int) -> str | None:
        """``sum f <= sum g + sum h`` over one range, as ``f <= g + h``."""
        left, right = addends(a), addends(b)
        both = [*left, *right]
        if len(both) < 3 or not left or not right or not all(isinstance(u, Sum) for u in both):
            return None
        index = both[0].index  # type: ignore[attr-defined]
        if index.hi is None or any(u.index.lo is not index.lo or u.index.hi is not index.hi for u in both):  # type: ignore[attr-defined]
            return None
        new = fresh_index(index)  # of which no hypothesis speaks
        one, two = (Add(*(substitute(u.body, {u.index: new}) for u in side)) for side in (left, right))  # type: ignore[attr-defined]
        return "term by term" if self.less(one, two, depth + 1) else None

    def less(self, a: Term, b: Term, depth: int = 0) -> str | None:
        raise NotImplementedError


def _size(f: Term) -> Term:
    return Num(abs(f.value)) if isinstance(f, Num) else Fn("abs", f)
