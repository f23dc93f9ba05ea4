"""Bounds that take logarithms away: log u >= 1 - 1/u under nonnegative factors, log u <= u - 1 under negative ones."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from typing import Any

from derive.normal_form.forms import addends, factors, has_log, logs, without_logs
from derive.terms import ONE, Add, Expectation, Fn, Mul, Num, Pow, Sum, Term, fresh_index, rebuild, substitute


class _NoBound(Exception):
    """No bound of this kind."""


class LogBounds:
    """The part of a prover that bounds logarithms; the prover gives intervals and equality."""

    def interval(self, t: Term) -> Any:
        raise NotImplementedError

    def equal(self, a: Term, b: Term) -> bool:
        raise NotImplementedError

    def _by_logarithm(self, t: Term) -> str | None:
        """log u >= 1 - 1/u under nonnegative factors, and log u <= u - 1 under negative ones, in every logarithm at once."""
        for joined in dict.fromkeys((self._joined_logs(t), self._joined_sums(t), self._joined_pairs(t))):
            try:
                bound = self._bounded(joined, 1)
            except _NoBound:
                continue
            if bound is not joined and self.interval(bound).nonnegative:
                return "log u <= u - 1"
        return None

    def _joined_pairs(self, t: Term) -> Term:
        """c log u - c log v as c log(u / v), as often as there are such pairs."""
        parts = [a for u in addends(t) for a in _multiplied_out(u)]
        joined: list[Term] = []
        while True:
            found = [(_cofactor(u), logs(u)[0].fields[1], u) for u in parts if len(logs(u)) == 1]
            pair = next(
                (p for p in permutations(found, 2) if not has_log(p[0][0]) and self.equal(p[0][0], Mul(-1, p[1][0]))),
                None,
            )
            if pair is None:
                return Add(*joined, *parts) if joined else t
            (c, u, a), (_, v, b) = pair
            joined.append(Mul(c, Fn("log", Mul(u, Pow(v, -1)))))
            parts = [r for r in parts if r is not a and r is not b]

    def _joined_sums(self, t: Term) -> Term:
        """c sum w log u - c sum w log v as c sum w log(u / v)."""
        found: list[tuple[Fraction, Sum, Term]] = []
        for u in addends(t):
            number = Fraction(1)
            for f in factors(u):
                number *= f.value if isinstance(f, Num) else 1
            rest = [f for f in factors(u) if not isinstance(f, Num)]
            if len(rest) == 1 and isinstance(rest[0], Sum) and len(logs(rest[0].body)) == 1:
                found.append((number, rest[0], u))
        for (c, one, a), (e, two, b) in permutations(found, 2):
            if c + e == 0 and c > 0 and one.index.lo is two.index.lo and one.index.hi is two.index.hi:
                i = fresh_index(one.index)
                bodies = [substitute(s.body, {s.index: i}) for s in (one, two)]
                w, v = map(_cofactor, bodies)
                if self.equal(w, v):
                    u, x = (logs(body)[0].fields[1] for body in bodies)
                    left = [r for r in addends(t) if r is not a and r is not b]
                    return Add(*left, Mul(Num(c), Sum(i, Mul(w, Fn("log", Mul(u, Pow(x, -1)))))))
        return t

    def _joined_logs(self, t: Term) -> Term:
        """c log v + sum w log u as sum w log(u v) where c = sum w (and with a minus sign as sum w log(u / v))."""
        sums = [u for u in addends(t) if isinstance(u, Sum) and len(logs(u.body)) == 1]
        plain = [u for u in addends(t) if len(logs(u)) == 1 and u not in sums and not has_log(_cofactor(u))]
        if len(sums) != 1 or not plain:
            return t
        whole = sums[0]
        w = _cofactor(whole.body)
        argument = logs(whole.body)[0].fields[1]
        left = [u for u in addends(t) if u is not whole]
        for u in plain:
            c = _cofactor(u)
            v = logs(u)[0].fields[1]
            if self.equal(c, Sum(whole.index, w)):
                argument = Mul(argument, v)
            elif self.equal(Mul(-1, c), Sum(whole.index, w)):
                argument = Mul(argument, Pow(v, -1))
            else:
                continue
            left.remove(u)
        return Add(*left, Sum(whole.index, Mul(w, Fn("log", argument))))

    def _bounded(self, t: Term, sign: int) -> Term:
        """A lower (sign 1) or upper (sign -1) bound of ``t`` without logarithms of what varies."""
        if not has_log(t):
            return t
        if isinstance(t, Fn) and t.name == "log":
            u = t.arguments[0]
            return 1 - 1 / u if sign > 0 else u - 1
        if isinstance(t, Add):
            return Add(*(self._bounded(u, sign) for u in t.fields))
        if isinstance(t, Sum | Expectation):
            return rebuild(t, lambda b: self._bounded(b, sign))
        if isinstance(t, Mul):
            logs = [f for f in t.fields if has_log(f)]
            if len(logs) != 1:
                raise _NoBound
            rest = Mul(*(f for f in t.fields if f is not logs[0]))
            own = self.interval(rest)
            if not own.nonnegative and not own.nonpositive:
                raise _NoBound
            return Mul(rest, self._bounded(logs[0], sign if own.nonnegative else -sign))
        raise _NoBound


def _cofactor(t: Term) -> Term:
    """The factors beside the logarithm."""
    rest = without_logs(t)
    return Mul(*rest) if rest else ONE


def _multiplied_out(t: Term) -> list[Term]:
    """A product with a sum of logarithms as the sum of products."""
    parts = factors(t)
    k = next((k for k, f in enumerate(parts) if isinstance(f, Add) and has_log(f)), None)
    if k is None:
        return [t]
    return [v for u in parts[k].fields for v in _multiplied_out(Mul(*parts[:k], u, *parts[k + 1 :]))]
