"""Conditions in words of the reader: the subject on the left, differences as two sides, and of lengths as conditions on vectors.

That x - y is not 0 says x != y, and that the sum of (x_i - a_i)^2 is positive says x != a.

>>> from derive.terms import Index, Size, Sum, Symbol, ZERO
>>> from derive.render.text import text
>>> n = Size("n"); x, a, i = Symbol("x", (n,)), Symbol("a", (n,)), Index("i", 1, n)
>>> [text(side) for side in unequal(Relation("<", ZERO, Sum(i, (x[i] - a[i]) ** 2)))]
['x', 'a']
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.render.latex import latex
from derive.render.matrices import matrix_form
from derive.render.matrix_algebra import plus
from derive.render.matrix_expr import MatrixExpr, Plus, Times
from derive.render.matrix_powers import scaled
from derive.render.text import text
from derive.terms import ZERO, Add, Arr, Index, Mul, Num, Pow, Relation, Sum, Term, free_indices


def condition_text(r: Relation) -> str:
    """A condition with its subject on the left: ``S > 0``; of a squared length ``x ≠ a``."""
    sides = unequal(r)
    if sides is not None:
        return f"{text(sides[0])} ≠ {text(sides[1])}"
    return f"{text(r.rhs)} {'>' if r.op == '<' else '≥'} 0" if _swapped(r) else text(r)


def condition_latex(r: Relation) -> str:
    sides = unequal(r)
    if sides is not None:
        return rf"{latex(sides[0])} \ne {latex(sides[1])}"
    sign = ">" if r.op == "<" else r"\ge"
    return f"{latex(r.rhs)} {sign} 0" if _swapped(r) else latex(r)


def _swapped(r: Relation) -> bool:
    return r.op in ("<", "<=") and r.lhs is ZERO


def unequal(r: Relation) -> tuple[MatrixExpr | Term, MatrixExpr | Term] | None:
    """The two sides that must differ: of a difference, or somewhere for a sum of squares to be positive; else None."""
    if r.op == "<" and r.lhs is ZERO:
        subject: Any = r.rhs
    elif r.op == "!=" and ZERO in (r.lhs, r.rhs):
        subject = r.lhs if r.rhs is ZERO else r.rhs
    else:
        return None
    indices: list[Index] = []
    while isinstance(subject, Sum):
        indices.append(subject.index)
        subject = subject.body
    if not indices:
        return _difference(subject) if r.op == "!=" else None
    root = _root(subject)
    if root is None or not free_indices(root) >= set(indices):
        return None
    form = matrix_form(Arr(tuple((i,) for i in indices), root))
    if form is None:
        return None
    if isinstance(form, Plus):
        less = [t for t in form.terms if isinstance(t, Times) and t.number < 0]
        more = [t for t in form.terms if t not in less]
        if less and more:
            return plus(more), plus([scaled(Fraction(-1), (), t) for t in less])
    return form, ZERO


def _difference(t: Term) -> tuple[Any, Any] | None:
    """The two sides of a difference of numbers that is not 0, a number alone on the right."""
    if isinstance(t, Mul) and len(t.fields) == 2 and isinstance(t.fields[0], Num) and isinstance(t.fields[1], Add):
        t = t.fields[1]
    terms = t.fields if isinstance(t, Add) else ()
    less = [u for u in terms if _negative(u)]
    more = [u for u in terms if u not in less]
    if not less or not more:
        return None
    left, right = Add(*more), Add(*(-u for u in less))
    if isinstance(left, Num):
        left, right = right, left
    return matrix_form(left) or left, matrix_form(right) or right


def _negative(t: Term) -> bool:
    if isinstance(t, Sum):
        return _negative(t.body)
    number = t.fields[0] if isinstance(t, Mul) else t
    return isinstance(number, Num) and number.value < 0


def _root(t: Any) -> Term | None:
    """u for u^2, however it is written."""
    if isinstance(t, Pow) and t.exponent is Num(2):
        base: Term = t.base
        return base
    return t.fields[0] if isinstance(t, Mul) and len(t.fields) == 2 and t.fields[0] is t.fields[1] else None
