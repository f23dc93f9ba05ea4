"""What two equal square matrices say of each other beside their entries: their determinants are equal.

So Q^T Q = I gives det(Q)^2 = 1, and A = Q D Q^T gives det A = det D.  Asked for only where a determinant is to be judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from derive.normal_form.matrices import MULTIPLICATIVE
from derive.normal_form.poly import ONE
from derive.normal_form.read import normal_form
from derive.normal_form.relations import Rule, relation
from derive.terms import Arr, Determinant, Hypothesis, Symbol, children

if TYPE_CHECKING:
    from derive.normal_form.normalizer import Normalizer


def speaks_of_determinants(value: Any) -> bool:
    return isinstance(value, Determinant) or any(speaks_of_determinants(c) for c in children(value))


def determinants(nz: Normalizer, hypotheses: Sequence[Hypothesis], orthogonal: Sequence[Symbol]) -> Iterator[Rule]:
    """The relations between determinants that equations of square matrices and orthogonal symbols give."""
    sides = [(h.relation.lhs, h.relation.rhs, h.source) for h in hypotheses if h.relation.op == "=" and not h.schematic]
    for lhs, rhs, source in sides:
        if isinstance(lhs, Arr) and isinstance(rhs, Arr) and _is_square(lhs):
            gap = normal_form(nz, Determinant(lhs)) - normal_form(nz, Determinant(rhs))
            rule = relation(nz, gap, name=source or "hypothesis")
            if rule is not None:
                nz.cited[MULTIPLICATIVE] = None
                yield rule
    for q in orthogonal:
        if len(q.shape) == 2 and q.shape[0] is q.shape[1]:
            value = normal_form(nz, Determinant(Arr.of(q)))
            rule = relation(nz, nz.multiply(value, value) - ONE, name=f"{q.name} orthogonal")
            if rule is not None:
                nz.cited[MULTIPLICATIVE] = None
                yield rule


def _is_square(value: Arr) -> bool:
    lengths = [axis[0].length if len(axis) == 1 else None for axis in value.axes]
    return len(lengths) == 2 and lengths[0] is not None and lengths[0] is lengths[1]
