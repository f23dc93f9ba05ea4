"""When two terms are plainly the same: up to the order of sums and products, bound names, and signs under even powers.

`same` may answer False for equal terms (that is the normal form's business), never True for different ones.
"""

from __future__ import annotations

from typing import Any

from derive.terms import Add, Affine, Entry, Guard, Index, Mul, Num, Pow, Prod, Sum, Term, alpha_text, substitute

SYMMETRIC = frozenset({"symmetric", "positive_definite", "positive_semidefinite", "diagonal"})


def same(a: Term, b: Term) -> bool:
    return key(a) == key(b)


def key(term: Any, depth: int = 0) -> str:
    """A text that terms share only if they are equal."""
    if isinstance(term, Add | Mul):
        return f"{type(term).__name__}({', '.join(sorted(key(f, depth) for f in term.fields))})"
    if (
        isinstance(term, Pow)
        and isinstance(term.exponent, Num)
        and term.exponent.value % 2 == 0
        and isinstance(term.base, Add)
    ):
        negative = Add(*(Mul(-1, f) for f in term.base.fields))
        return f"even({term.exponent}, {min(key(term.base, depth), key(negative, depth))})"
    if isinstance(term, Entry) and term.symbol.properties & SYMMETRIC:
        return f"entry({term.symbol!r}, {id(term.symbol)}, {sorted(map(repr, term.indices))})"
    if isinstance(term, Guard) and term.op in ("==", "!=") and isinstance(term.subject, Affine):
        return f"guard({term.op}, {min(repr(term.subject), repr(-term.subject))})"
    if isinstance(term, Sum | Prod):
        lo, hi = term.index.lo, term.index.hi
        bound = Index(f"_bound{depth}", lo, hi)
        return f"{type(term).__name__}({lo}, {hi}, {key(substitute(term.body, {term.index: bound}), depth + 1)})"
    if isinstance(term, Term) and not isinstance(term, Entry):
        parts = [
            key(f, depth) if isinstance(f, Term) else alpha_text(f) if hasattr(f, "fields") else repr(f)
            for f in term.fields
        ]
        return f"{type(term).__name__}({', '.join(parts)})"
    return f"{term!r}:{id(term.symbol) if isinstance(term, Entry) else alpha_text(term)}"
