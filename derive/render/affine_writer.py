"""Indices in print: affine subscripts, Kronecker deltas, guards, and the conditions under a sum."""

from __future__ import annotations

from typing import Any

from derive.render.naming import Names
from derive.render.products import is_negative
from derive.render.style import ADD, ATOM, MUL, Doc, Style
from derive.terms import Add, Affine, Arr, Entry, Guard, Index, Mul, Prod, Sum, Symbol, Term, affine, children


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

    def limits(self, t: Sum | Prod) -> tuple[str, str, Term]:
        """What stands below and above a sum, and its body. A guard goes there too where it can: ``j != i`` below, j > i
        as ``j = i + 1`` below, j < i as ``i - 1`` above."""
        index, body = t.index, t.body
        name = self.style.name(self.names.of(index)).text
        lower, upper = index.lo, index.hi
        factors = body.fields if isinstance(body, Mul) else (body,)
        for k, f in enumerate(factors if isinstance(t, Sum) else ()):
            if not (isinstance(f, Guard) and f.op in ("!=", ">=") and isinstance(f.subject, Affine)):
                continue
            other = _partner(f, index)
            if other is None:
                continue
            rest = Mul(*factors[:k], *factors[k + 1 :])
            sign = f.subject.coefficient(index)
            here: Any = affine(index).scale(sign)
            end: Affine = (here - f.subject).scale(sign)
            if f.op == "!=":
                if (other.lo, other.hi) == (index.lo, index.hi) and _subscripts(rest, index):
                    return f"{name} {self.style.symbol('!=')} {self.affine(end).text}", "", rest
            elif sign > 0 and other.lo == index.lo:
                lower, body = end, rest
                break
            elif sign < 0 and other.hi == index.hi:
                upper, body = end, rest
                break
        above = self.style.symbol("oo") if upper is None else self._compact(upper)
        return f"{name}={self._compact(lower)}", above, body

    def _compact(self, value: Affine) -> str:
        """An affine expression in small print."""
        text = self.affine(value).text
        return text.replace(" + ", "+").replace(f" {self.style.symbol('-')} ", self.style.symbol("-"))


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


def _subscripts(node: Any, index: Index) -> bool:
    """Whether an index is itself a subscript of an entry, from which a reader learns its range."""
    if isinstance(node, Entry):
        return affine(index) in node.indices
    return any(_subscripts(c, index) for c in children(node))
