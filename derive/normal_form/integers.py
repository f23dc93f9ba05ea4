"""Linear arithmetic over indices and sizes: signs of affine expressions, and redundancy among constraints.

Variables are bounded by their declarations: a size by its lower end, an index by its interval. Reasoning is over the rationals, so
"implied" is always right and "not implied" may only miss integer consequences.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from derive.terms import Affine, Index, Size, affine

MAX_ROWS = 400
HIGH = (7, 0)  # how far above their least values sizes stand at the points that are tried


def _declared(atoms: Iterable[Any], skip: frozenset[Any]) -> list[Affine]:
    """The declared bounds of the atoms, and of the atoms in those bounds, as expressions that are >= 0."""
    rows: list[Affine] = []
    seen: set[Any] = set()
    todo = list(atoms)
    while todo:
        a = todo.pop()
        if a in seen:
            continue
        seen.add(a)
        if isinstance(a, Size):
            rows.append(affine(a) - a.lower)
        elif a not in skip:
            for end in (a - a.lo, None if a.hi is None else a.hi - a):
                if end is not None:
                    rows.append(end)
                    todo.extend(x for x, _ in end.terms)
    return rows


def implied(goal: Affine, constraints: Sequence[Affine] = (), free: frozenset[Any] = frozenset()) -> bool:
    """Whether ``goal >= 0`` follows from ``constraints`` (each >= 0) and the declared bounds (not of atoms in ``free``)."""
    if goal.is_constant and not constraints:
        return bool(goal.constant >= 0)
    if not constraints and _plainly(goal, free):
        return True
    if _fails_somewhere(goal, constraints):
        return False
    return _implied(goal, tuple(constraints), free)


def _plainly(goal: Affine, free: frozenset[Any]) -> bool:
    """Whether ``goal >= 0`` is one declared bound of one atom, or weaker."""
    for a, c in goal.terms:
        if a in free and not isinstance(a, Size):
            continue
        if len(goal.terms) == 1 and c > 0:
            low = affine(a.lower) if isinstance(a, Size) else a.lo
            return bool(low.is_constant and c * low.constant + goal.constant >= 0)
        if isinstance(a, Index) and c in (1, -1):
            end = a.lo if c == 1 else a.hi
            if end is not None:
                rest = goal - (a - end if c == 1 else end - a)
                if rest.is_constant and rest.constant >= 0:
                    return True
    return False


def _fails_somewhere(goal: Affine, constraints: Sequence[Affine]) -> bool:
    """Whether one of two points within all declared ranges meets the constraints and makes ``goal`` negative.

    Indices stand at the end that makes the goal small, sizes at their least or high.
    """
    return any(_fails_at({}, high, goal, constraints) for high in HIGH)


def _fails_at(at: dict[Any, int], high: int, goal: Affine, constraints: Sequence[Affine]) -> bool:
    for a, c in goal.terms:
        _place(a, c < 0, high, at)
    if _value(goal, high, at) >= 0 or any(_value(r, high, at) < 0 for r in constraints):
        return False
    atoms = list(at)
    for a in atoms:  # grows while the ends of ranges are met
        if isinstance(a, Index):
            if at[a] < _value(a.lo, high, at) or (a.hi is not None and at[a] > _value(a.hi, high, at)):
                return False
            atoms += [x for x in at if x not in atoms]
    return True


def _place(atom: Any, up: bool, high: int, at: dict[Any, int]) -> int:
    """The value of an atom at the point, chosen when it is first met."""
    found = at.get(atom)
    if found is None:
        if isinstance(atom, Size):
            found = atom.lower + high if up else atom.lower
        else:
            end = atom.hi if up else atom.lo
            found = high if end is None else _value(end, high, at)
        at[atom] = found
    return found


def _value(a: Affine, high: int, at: dict[Any, int]) -> int:
    total: int = a.constant
    for x, c in a.terms:
        total += c * _place(x, c > 0, high, at)
    return total


@lru_cache(maxsize=20000)
def _implied(goal: Affine, constraints: tuple[Affine, ...], free: frozenset[Any]) -> bool:
    atoms = {a for row in (goal, *constraints) for a, _ in row.terms}
    rows = [*constraints, *_declared(atoms, free), -goal - 1]
    return _infeasible(rows)


def _infeasible(rows: Sequence[Affine]) -> bool:
    """Fourier-Motzkin: whether no rational point makes all rows >= 0."""
    system = [({a: Fraction(c) for a, c in r.terms}, Fraction(r.constant)) for r in rows]
    while True:
        system = [(t, c) for t, c in system if t or c < 0]
        if any(not t and c < 0 for t, c in system):
            return True
        variables: dict[Any, tuple[int, int]] = {}
        for t, _ in system:
            for a, c in t.items():
                up, down = variables.get(a, (0, 0))
                variables[a] = (up + (c > 0), down + (c < 0))
        if not variables or len(system) > MAX_ROWS:
            return False
        v = min(variables, key=lambda a: variables[a][0] * variables[a][1])
        lower = [(t, c) for t, c in system if t.get(v, 0) > 0]
        upper = [(t, c) for t, c in system if t.get(v, 0) < 0]
        system = [(t, c) for t, c in system if v not in t]
        for t1, c1 in lower:
            for t2, c2 in upper:
                p, q = t1[v], -t2[v]
                new = {a: q * t1.get(a, 0) + p * t2.get(a, 0) for a in (*t1, *t2) if a is not v}
                system.append(({a: c for a, c in new.items() if c}, q * c1 + p * c2))


def sign_of(a: Affine) -> str:
    """What the declared bounds say of an affine expression: "+" "0" "-" ">=0" "<=0" or "?"."""
    if a.is_constant:
        return "+" if a.constant > 0 else "-" if a.constant < 0 else "0"
    if implied(a - 1):
        return "+"
    if implied(-a - 1):
        return "-"
    if implied(a):
        return "0" if implied(-a) else ">=0"
    return "<=0" if implied(-a) else "?"


def minimal(constraints: Sequence[Affine], free: frozenset[Any]) -> list[Affine]:
    """The constraints without those that follow from the others, in a fixed order."""
    rows = sorted(set(constraints), key=repr)
    for row in list(rows):
        others = [r for r in rows if r is not row]
        if implied(row, others, free):
            rows = others
    return rows


def nonempty(index: Index) -> bool:
    """Whether the interval of an index has at least one value, by its declared ends."""
    return index.hi is None or implied(index.hi - index.lo)
