"""Indices in print: affine subscripts, Kronecker deltas, guards, and the conditions under a sum."""

from __future__ import annotations

from typing import Any

from derive.render.naming import Names
from derive.render.products import is_negative
from derive.render.style import ADD, ATOM, MUL, Doc, Style
from derive.terms import ONE, Add, Affine, Arr, Entry, Guard, Index, Mul, Prod, Sum, Symbol, Term, affine


class AffineWriter:
    """The part of the writer that deals with indices."""

    script: int

    def __init__(self, style: Style, value: Any) -> None:
        self.style = style
        self.names = Names(value)

    def term(self, t: Term) -> Doc:
        raise NotImplementedError

    def affine(self, value: Any) -> Doc:
        """An affine expression: i, j+1, 2k - n."""
        value = affine(value)
        parts = [(c < 0, self._scaled(atom, abs(c))) for atom, c in value.terms]
        parts.sort(key=lambda p: p[0])
        if value.constant or not parts:
            number = self.style.number(abs(value.constant))
            first = value.constant > 0 and bool(parts) and parts[0][0]
            parts.insert(0 if first else len(parts), (value.constant < 0, number))
        return self.style.sum(parts)

    def _scaled(self, atom: Any, count: int) -> Doc:
        name = self.style.name(self.names.of(atom))
        return name if count == 1 else Doc(self.style.join([self.style.number(count), name]), MUL)

    def unicode(self, lower: str, index: Index) -> str:
        """The lower end of a sum in a style that has no LaTeX names."""
        name = self.names.of(index)
        return self.style.name(name).text + lower[len(name) :] if lower.startswith(name) else lower

    def symbol_of(self, value: Any) -> Symbol | None:
        """The symbol of which a value is the plain array of entries."""
        if isinstance(value, Entry):
            return None if value.indices else value.symbol
        if not isinstance(value, Arr) or not isinstance(value.body, Entry) or any(len(a) != 1 for a in value.axes):
            return None
        symbol = value.body.symbol
        indices: tuple[Any, ...] = value.indices
        if len(set(indices)) != len(symbol.shape) or tuple(i.length for i in indices) != symbol.shape:
            return None
        places = tuple(affine(i + (f - 1)) for i, f in zip(indices, symbol.first, strict=True))
        return symbol if value.body.indices == places else None

    # -- guards -----------------------------------------------------------------------------------------------------

    def guard(self, t: Guard) -> Doc:
        """An indicator; the equality of two indices is Kronecker's delta."""
        if t.op == "==" and isinstance(t.subject, Affine):
            left, right = _sides(t.subject)
            if right is not None and t.subject.indices and r"\delta" not in self.names.fixed:
                docs = sorted(
                    (self.affine(left), self.affine(right)), key=lambda d: (d.level < ATOM, d.text.isdigit(), d.text)
                )
                return self.style.subscript(Doc(self.style.symbol("delta")), docs)
        body = Doc(self.comparison(t), ADD)
        return Doc(self.style.symbol("indicator") + self.style.fence(body, "[").text)

    def comparison(self, t: Guard) -> str:
        """``i != j``, ``x > y``: negative parts go to the other side."""
        op, subject = t.op, t.subject
        if isinstance(subject, Affine):
            if op == ">=" and subject.constant == -1 and len(subject.terms) > 1:
                op, subject = ">", Affine(0, subject.terms)
            plus: Any = Affine(max(subject.constant, 0), tuple((a, c) for a, c in subject.terms if c > 0))
            minus = plus - subject
            left, right = self.affine(plus), self.affine(minus)
            flip = not plus.indices and bool(minus.indices)
        else:
            parts = subject.fields if isinstance(subject, Add) else (subject,)
            here = [p for p in parts if not is_negative(p)]
            there = [Mul(-1, p) for p in parts if is_negative(p)]
            left, right = self.term(Add(*here)), self.term(Add(*there))
            flip = not here
        if flip:
            left, right, op = right, left, {">": "<", ">=": "<=", "==": "==", "!=": "!="}[op]
        return f"{left.text} {self.style.symbol(op)} {right.text}"

    def condition(self, t: Sum | Prod) -> tuple[str | None, Term]:
        """A guard that relates the bound index to another of the same range goes under the sum: ``j != i``."""
        factors = t.body.fields if isinstance(t.body, Mul) else (t.body,)
        if isinstance(t, Prod):
            return None, t.body
        for k, f in enumerate(factors):
            if isinstance(f, Guard) and f.op in ("!=", ">=") and isinstance(f.subject, Affine):
                other = _partner(f, t.index)
                if other is None or (other.lo, other.hi) != (t.index.lo, t.index.hi):
                    continue
                rest = Mul(*factors[:k], *factors[k + 1 :])
                return self._ordered(f, t.index), rest if len(factors) > 1 else ONE
        return None, t.body

    def _ordered(self, guard: Guard, index: Index) -> str:
        """The comparison with the bound index on the left."""
        sign = guard.subject.coefficient(index)
        rest = (affine(index).scale(sign) - guard.subject).scale(sign)
        op = guard.op
        if op == ">=":
            strict = rest.constant == sign
            rest = rest - sign if strict else rest
            op = (">" if strict else ">=") if sign > 0 else ("<" if strict else "<=")
        return f"{self.names.of(index)} {self.style.symbol(op)} {self.affine(rest).text}"


def _sides(subject: Any) -> tuple[Any, Any]:
    """``left == right`` for a subject that is a difference of two subscripts, else ``(subject, None)``."""
    plus = [a for a, c in subject.terms if c == 1]
    minus = [a for a, c in subject.terms if c == -1]
    indices = [a for a in (*plus, *minus) if isinstance(a, Index)]
    if len(plus) + len(minus) != len(subject.terms) or not indices or len(subject.terms) > 2:
        return subject, None
    first = indices[0]
    sign = subject.coefficient(first)
    other = (affine(first).scale(sign) - subject).scale(sign)
    return affine(first), other


def _partner(guard: Guard, index: Index) -> Index | None:
    """The index that a guard compares ``index`` with, both with coefficient 1 and -1 and at most a strict inequality
    apart.
    """
    subject = guard.subject
    if len(subject.terms) != 2 or abs(subject.coefficient(index)) != 1:
        return None
    other = next(a for a, _ in subject.terms if a is not index)
    allowed = (0,) if guard.op == "!=" else (0, -1)
    if (
        not isinstance(other, Index)
        or subject.coefficient(other) != -subject.coefficient(index)
        or subject.constant not in allowed
    ):
        return None
    return other
