"""Bounds of sums of products: Cauchy-Schwarz (also with ones, and for means), and the diagonal of a product of sums."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.normal_form.forms import factors, flattened, scaled_in
from derive.terms import ONE, Expectation, Fn, Mul, Num, Pow, Sum, Term, fresh_index, substitute


class SumBounds:
    """The part of a prover that knows sums of products and their sums of squares."""

    def _cauchy_schwarz(self, a: Term, b: Term) -> bool:
        """|sum u v| <= sqrt(sum u^2) sqrt(sum v^2), also squared, without the absolute value, and with v = 1."""
        if self._of_means(a, b):
            return True
        squared = isinstance(a, Pow) and a.exponent == Num(2)
        inner = a.fields[0] if squared else a.fields[1] if isinstance(a, Fn) and a.name == "abs" else a
        indices, parts = flattened(scaled_in(inner))
        if not 1 <= len(indices) <= 2:
            return False
        parts = [*parts, ONE] if len(parts) < 6 else parts
        for mask in range(1, 2 ** len(parts) - 1):
            u = Mul(*(f for k, f in enumerate(parts) if mask >> k & 1))
            v = Mul(*(f for k, f in enumerate(parts) if not mask >> k & 1))
            norms = []
            for w in (u, v):
                total: Term = Pow(w, 2)
                for i in indices:
                    total = Sum(i, total)
                norms.append(total)
            bound = Mul(*norms) if squared else Mul(*(Pow(n, Fraction(1, 2)) for n in norms))
            if self.equal(b, bound):
                return True
        return False

    def _of_means(self, a: Term, b: Term) -> bool:
        """(E uv)^2 <= E u^2 E v^2: a square of a mean and a product of two means of squares, of one law."""
        means = [f for f in factors(b) if isinstance(f, Expectation)]
        if not (isinstance(a, Pow) and a.exponent == Num(2) and isinstance(a.base, Expectation) and len(means) == 2):
            return False
        if len(factors(b)) != 2 or any(e.given != a.base.given for e in means):
            return False
        one, two = (e.body for e in means)
        nonnegative = self.nonnegative(one) and self.nonnegative(two)
        return bool(nonnegative) and self.equal(Pow(a.base.body, 2), Mul(one, two))

    def _diagonal(self, a: Term, b: Term) -> str | None:
        """sum_i f_i g_i <= (sum_i f_i) (sum_i g_i) for f, g >= 0: the product of the sums has these terms and others."""
        sums: list[Sum] = []
        rest: list[Term] = []
        for f in factors(b):
            if isinstance(f, Pow) and f.exponent == Num(2) and isinstance(f.base, Sum):
                sums += [f.base, f.base]
            else:
                (sums if isinstance(f, Sum) else rest).append(f)  # type: ignore[arg-type]
        if len(sums) != 2 or any(isinstance(s.body, Sum) for s in sums):
            return None
        one, two = sums
        if one.index.lo is not two.index.lo or one.index.hi is not two.index.hi or one.index.hi is None:
            return None
        i = fresh_index(one.index)
        f, g = (substitute(s.body, {s.index: i}) for s in sums)
        scale = Mul(*rest) if rest else ONE
        for part in (f, g, scale):
            if not (self.nonnegative(part, 1) or self.interval(part).nonnegative):
                return None
        return "the diagonal of a product of sums" if self.equal(a, Mul(scale, Sum(i, Mul(f, g)))) else None

    def equal(self, a: Term, b: Term) -> bool:
        raise NotImplementedError

    def interval(self, t: Term) -> Any:
        raise NotImplementedError

    def nonnegative(self, t: Term, depth: int = 0) -> str | None:
        raise NotImplementedError
