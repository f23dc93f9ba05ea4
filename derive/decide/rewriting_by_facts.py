"""Equations that are given for a quantity nobody declared, used where the quantity stands.  Imports terms.

`log p(y | m) = A` is given for the joint p(m, y), as `p(m, y) = p(m) exp A`; `F(x) = 1 - exp(-x)` is given for every x.

>>> from derive.terms import Relation, Symbol, exp, log
>>> p, m, a = Symbol("p(m, y)"), Symbol("p(m)"), Symbol("a")
>>> given(Relation("=", log(p / m), a + 1), lambda atom: "p(" in repr(atom))
(p(m, y), exp((a + 1))*(p(m)**(-1))**(-1))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from derive.terms import (
    Apply,
    Arr,
    Derivative,
    Entry,
    Expectation,
    Fn,
    Index,
    Integral,
    Limit,
    Mul,
    Pow,
    Prod,
    Relation,
    Sum,
    Symbol,
    Term,
    children,
    free_indices,
    free_symbols,
    rebuild,
    substitute,
)
from derive.terms.substitution import bound_indices
from derive.terms.term import At, IntValue

Opaque = Callable[[Term], bool]
_ROUNDS = 5
_DEEP = 6


def given(relation: Relation, opaque: Opaque) -> tuple[Term, Term] | None:
    """The undeclared quantity that an equation gives, and its value; None when its left side has no such form."""
    if relation.op != "=" or isinstance(relation.lhs, Arr) or isinstance(relation.rhs, Arr):
        return None
    left, right = relation.lhs, relation.rhs
    for _ in range(_DEEP):
        if _is_atom(left):
            known = not opaque(left) or left in atoms(right, opaque)
            return None if known else (left, right)
        if isinstance(left, Fn) and left.name == "log":
            left, right = left.arguments[0], Fn("exp", right)
        elif isinstance(left, Mul):
            wanted = [f for f in left.fields if _leads(f, opaque)]
            if not wanted:
                return None
            chosen = max(wanted, key=lambda f: len(repr(f)))
            others = list(left.fields)
            others.remove(chosen)
            left, right = chosen, Mul(right, *(Pow(f, -1) for f in others))
        else:
            return None
    return None


def _leads(factor: Term, opaque: Opaque) -> bool:
    if isinstance(factor, Fn) and factor.name == "log":
        return True
    return _is_atom(factor) and opaque(factor)


def _is_atom(t: Any) -> bool:
    if isinstance(t, Entry):
        return not t.symbol.shape
    return isinstance(t, Apply) and not t.partials and not t.indices


def _parameters(t: Apply) -> tuple[Symbol | Index, ...] | None:
    """The different variables an application is about; None when it is about something else."""
    found: list[Symbol | Index] = []
    for a in t.arguments:
        if isinstance(a, Entry) and not a.symbol.shape:
            found.append(a.symbol)
        elif isinstance(a, IntValue) and isinstance(a.value.atom, Index):
            found.append(a.value.atom)
        else:
            return None
    return tuple(found) if len(set(found)) == len(found) else None


def atoms(value: Any, opaque: Opaque) -> set[Term]:
    """The undeclared quantities in a value."""
    found: set[Term] = {value} if isinstance(value, Entry | Apply) and opaque(value) else set()
    for c in children(value):
        found |= atoms(c, opaque)
    return found


def rewritten(value: Any, facts: Iterable[tuple[Term, Term]], fixed: Callable[[Symbol], bool]) -> tuple[Any, set[int]]:
    """A value with what is given for its quantities put in, and the positions of the facts that were used.

    A fact about a variable holds for every value of it unless the variable is `fixed` (something is assumed of it).
    """
    facts = list(facts)
    used: set[int] = set()
    for _ in range(_ROUNDS):
        before = value
        for number, (atom, right) in enumerate(facts):
            new = _replace(value, atom, right, fixed, frozenset())
            if new is not value:
                used.add(number)
                value = new
        if value is before:
            break
    return value, used


def _replace(node: Any, atom: Term, right: Term, fixed: Callable[[Symbol], bool], bound: frozenset[Any]) -> Any:
    found = _instance(node, atom, right, fixed, bound)
    if found is not None:
        return found
    if isinstance(node, Integral | Limit | At):
        bound = bound | {node.symbol}
    elif isinstance(node, Derivative):
        bound = bound | {node.symbol} if fixed(node.symbol) else bound
    elif isinstance(node, Sum | Prod | Arr):
        bound = bound | set(bound_indices(node))
    elif isinstance(node, Expectation):
        bound = bound | {s for s in free_symbols(right) if s.kind == "random"}
    return rebuild(node, lambda c: _replace(c, atom, right, fixed, bound))


def _instance(
    node: Any, atom: Term, right: Term, fixed: Callable[[Symbol], bool], bound: frozenset[Any]
) -> Term | None:
    """What is given for a node, where it is the quantity or an instance of it."""
    if node is atom and not (bound & (free_symbols(right) | free_indices(right))):
        return right
    if not isinstance(node, Apply) or node.partials or node.indices:
        return None
    if isinstance(atom, Apply) and atom.function is node.function:
        parameters: tuple[Symbol | Index | None, ...] | None = _parameters(atom)
    elif isinstance(atom, Entry) and node.function.name.startswith(f"{atom.symbol.name} of "):
        parameters = _named(node.function.name[len(atom.symbol.name) + 4 :].split(", "), right)
    else:
        return None
    if parameters is None or len(parameters) != len(node.arguments):
        return None
    symbols: dict[Symbol, Any] = {}
    indices: dict[Index, Any] = {}
    for p, a in zip(parameters, node.arguments, strict=True):
        if p is None:
            continue
        if isinstance(p, Symbol) and isinstance(a, Term) and not isinstance(a, IntValue):
            alike = isinstance(a, Entry) and a.symbol.domain == p.domain
            if a is not Entry(p, ()) and (fixed(p) or not (alike or _unbounded(p))):
                return None
            symbols[p] = a
        elif isinstance(p, Index) and isinstance(a, IntValue):
            indices[p] = a.value
        else:
            return None
    rest = (free_symbols(right) - set(symbols)) | (free_indices(right) - set(indices))
    if bound & rest or any(p in bound and a is Entry(p, ()) and fixed(p) for p, a in symbols.items()):
        return None
    return substitute(right, indices, symbols)  # type: ignore[no-any-return]


def _named(names: list[str], right: Term) -> tuple[Symbol | Index | None, ...]:
    """The variables of a value that have these names; None for one that it does not mention."""
    table: dict[str, Any] = {s.name: s for s in free_symbols(right) if not s.shape}
    table |= {i.name: i for i in free_indices(right)}
    return tuple(table.get(n) for n in names)


def _unbounded(s: Symbol) -> bool:
    d = s.domain
    return d.lower is None and d.upper is None and d.values is None


__all__ = ["atoms", "given", "rewritten"]
