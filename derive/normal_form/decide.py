"""Equality of terms and arrays under hypotheses: the one oracle of the kernel.

>>> from derive.terms import Index, Size, Sum, Symbol, exp
>>> K = Size("K"); z = Symbol("z", (K,)); i, k = Index("i", 1, K), Index("k", 1, K)
>>> equal(Sum(i, exp(z[i]) / Sum(k, exp(z[k]))), term(1)).proved
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from time import monotonic
from typing import Any

from derive.normal_form import equal_matrices, guards, one_hot
from derive.normal_form.binders import apart_from_hypotheses, renamed_groups, restored
from derive.normal_form.canonical import TooSymmetric
from derive.normal_form.definedness import Condition, conditions
from derive.normal_form.derivative import NotDifferentiable
from derive.normal_form.equality import Budget, is_zero, rewrite
from derive.normal_form.normalizer import Normalizer, TooLarge, Undefined
from derive.normal_form.poly import Poly, mono
from derive.normal_form.read import normal_form
from derive.normal_form.relations import Rule, relation
from derive.normal_form.signs import Facts
from derive.terms import (
    REAL,
    ZERO,
    Arr,
    Entry,
    Hypothesis,
    Index,
    Mul,
    Num,
    Relation,
    ShapeError,
    Symbol,
    Term,
    affine,
    alpha_key,
    delta,
    free_symbols,
    fresh_index,
    shape_text,
    substitute,
    term,
)
from derive.terms.arr import shape_of

MAX_MULTIPLES = 8
PATIENCE = 20.0  # seconds after which a decision is given up that its count of work has not ended
LIMITS = (Undefined, TooLarge, TooSymmetric, NotDifferentiable, ShapeError, RecursionError)


class NeverDefined(Undefined):
    """A side that has no value at all."""


@dataclass(frozen=True)
class Decision:
    """Whether an equality was shown; under which conditions (of definedness); what else it would need; why not."""

    proved: bool
    conditions: tuple[Condition, ...] = ()
    needed: tuple[tuple[Poly, str], ...] = ()
    reason: str = ""
    cited: tuple[str, ...] = ()


@dataclass
class Setting:
    """A normaliser that knows the declarations, the hypotheses and what definedness gives, and the rules of the hypotheses."""

    normalizer: Normalizer
    rules: list[Rule]
    conditions: list[Condition] = field(default_factory=list)
    hypotheses: tuple[Hypothesis, ...] = ()
    independence: Any = None

    def read(self, t: Term) -> Poly:
        return normal_form(self.normalizer, t)


def prepare(
    values: Sequence[Any], hypotheses: Sequence[Hypothesis] = (), independence: Any = None, by_bits: bool = False
) -> Setting:
    """Learn the hypotheses and what the definedness of ``values`` gives."""
    nz = Normalizer(Facts())
    nz.by_bits = by_bits
    nz.independence = independence
    setting = Setting(nz, [], hypotheses=tuple(hypotheses), independence=independence)
    for h in hypotheses:
        if h.relation.op != "=":
            _learn_inequality(nz, h)
    stated = any(h.relation.op != "=" for h in hypotheses)
    found: dict[Condition, None] = {}
    seen: set[Any] = set()
    for value in (*values, *(side for h in hypotheses for side in (h.relation.lhs, h.relation.rhs))):
        for c in conditions(value):
            found[c] = None
            name = (c.kind, c.guarded, alpha_key(Arr(tuple((i,) for i in c.schematic), c.subject)))
            if name not in seen:
                seen.add(name)
                stated |= _learn(nz, c)
    setting.conditions = list(found)
    sides = (*values, *(x for h in hypotheses for x in (h.relation.lhs, h.relation.rhs)))
    symbols = sorted({s for v in sides for s in free_symbols(v)}, key=lambda s: s.name)
    for symbol in symbols:
        if "orthogonal" in symbol.properties:
            setting.rules += _orthogonal(nz, symbol)
    for h in hypotheses:
        if h.relation.op == "=":
            lhs, rhs, schematic = _aligned(h)
            p = _tidied(nz, normal_form(nz, lhs) - normal_form(nz, rhs))
            over = (*one_hot.over_the_axis(nz, p, schematic), *_at_equal_indices(nz, p, schematic))
            for q, free in ((p, frozenset(schematic)), *over):
                rule = relation(nz, q, free, h.source or "hypothesis")
                if rule is not None:
                    setting.rules.append(rule)
    if any(map(equal_matrices.speaks_of_determinants, values)):
        setting.rules += equal_matrices.determinants(
            nz, hypotheses, [s for s in symbols if "orthogonal" in s.properties]
        )
    nz.rules = setting.rules
    if stated or setting.rules or nz.needed:  # else what was read would be read alike
        nz.cache.clear()
    nz.needed.clear()
    return setting


def _at_equal_indices(nz: Normalizer, p: Poly, schematic: Sequence[Index]) -> Iterator[tuple[Poly, frozenset[Index]]]:
    """A moment E[x_i x_j] at i = j: there the factors merge to a square, which the lead as it is does not match."""
    if "expect" not in p.atoms or len(schematic) > 4:
        return
    for merged in _partitions(list(schematic)):
        if merged:
            yield nz.instantiate(p, {j: affine(i) for j, i in merged.items()}), frozenset(schematic) - set(merged)


def _partitions(indices: list[Index]) -> Iterator[dict[Index, Index]]:
    """Every way to let indices of one range coincide, as a map to the first of each class."""
    if not indices:
        yield {}
        return
    *rest, last = indices
    for merged in _partitions(rest):
        yield merged
        for i in rest:
            if i not in merged and i.lo is last.lo and i.hi is last.hi:
                yield {**merged, last: i}


def _tidied(nz: Normalizer, p: Poly) -> Poly:
    """What a hypothesis says when its inverses are used up, where that needs no condition that is not known."""
    if "inverse" not in p.atoms:
        return p
    known = dict(nz.needed)
    q, _ = rewrite(nz, p, [], Budget(60))
    if nz.needed == known:
        return q
    nz.needed = known
    return p


def _learn(nz: Normalizer, c: Condition) -> bool:
    """Learn a condition of definedness. Whether anything was learnt that is not plain from the declarations."""
    try:
        p = normal_form(nz, c.subject)
        if nz.facts.plain(p, c.kind):
            return False
        nz.guarded.learn(p, c.kind, c.schematic)
        if c.weight is not None:
            nz.weighted.append((p, normal_form(nz, c.weight), frozenset(c.schematic)))
        if not c.guarded:
            _refuse_never(p, c)
            nz.facts.learn(p, c.kind, c.schematic)
    except NeverDefined:
        raise
    except (Undefined, TooLarge, TooSymmetric, NotDifferentiable, ShapeError):
        return True
    return True


def _refuse_never(p: Poly, c: Condition) -> None:
    """Nothing is shown of a term that has no value anywhere: it would hold of every other term too."""
    value = p.constant
    if value is not None and not {"positive": value > 0, "nonnegative": value >= 0, "nonzero": value != 0}[c.kind]:
        raise NeverDefined(f"nowhere defined: {c.subject!r} would have to be {c.kind}")


def _learn_inequality(nz: Normalizer, h: Hypothesis) -> None:
    lhs, rhs, schematic = _aligned(h)
    kind = {"<": "positive", "<=": "nonnegative", "!=": "nonzero"}[h.relation.op]
    p = normal_form(nz, rhs) - normal_form(nz, lhs)
    nz.facts.learn(p, kind, schematic)
    nz.guarded.learn(p, kind, schematic)


def _aligned(h: Hypothesis) -> tuple[Term, Term, tuple[Index, ...]]:
    """Both sides of a hypothesis at the same fresh indices."""
    new = {i: fresh_index(i) for i in h.schematic}
    lhs, rhs, extra = align(h.relation.lhs, h.relation.rhs)
    return substitute(lhs, new), substitute(rhs, new), (*new.values(), *extra)


def align(lhs: Any, rhs: Any) -> tuple[Term, Term, tuple[Index, ...]]:
    """Two values of one shape at common fresh indices (0 stands for an array of zeros). Raises ShapeError."""
    if not isinstance(lhs, Arr) and not isinstance(rhs, Arr):
        return term(lhs), term(rhs), ()
    model = lhs if isinstance(lhs, Arr) else rhs
    axes, _ = model.open()
    indices = tuple(i for axis in axes for i in axis)

    def at(v: Any) -> Term:
        if isinstance(v, Arr):
            if tuple(i.length for i in v.indices) != tuple(i.length for i in indices):
                raise ShapeError(f"{shape_text(shape_of(lhs))} and {shape_text(shape_of(rhs))} differ")
            return v.at(*indices)
        if v is ZERO:
            return ZERO
        raise ShapeError("a number and an array differ in shape")

    return at(lhs), at(rhs), indices


def _orthogonal(nz: Normalizer, q: Symbol) -> list[Rule]:
    from derive.terms import Sum

    i, j, k = (fresh_index(None, 1, q.shape[0]) for _ in range(3))
    rules = []
    if q.shape[0] is not q.shape[1]:  # orthonormal columns
        i, j = (fresh_index(None, 1, q.shape[1]) for _ in range(2))
    products = [Sum(k, q[k, i] * q[k, j])] + ([Sum(k, q[i, k] * q[j, k])] if q.shape[0] is q.shape[1] else [])
    for product in products:
        rule = relation(nz, normal_form(nz, product - delta(i, j)), frozenset((i, j)), f"{q.name} orthogonal")
        if rule is not None:
            rules.append(rule)
    return rules


def symmetric_hypotheses(hypotheses: Sequence[Hypothesis]) -> tuple[dict[Symbol, Arr], list[Hypothesis]]:
    """Hypotheses x_ij = x_ji as a property of the symbol, x_ij = -x_ji as x = (y - y^T)/2 for any y, and the others."""
    new: dict[Symbol, Arr] = {}
    rest: list[Hypothesis] = []
    for h in hypotheses:
        if h.relation.op == "=":
            lhs, rhs, schematic = _aligned(h)
            sign = 1
            for a, b in ((lhs, rhs), (rhs, lhs)):
                if isinstance(b, Mul) and len(b.fields) == 2 and b.fields[0] is Num(-1):
                    lhs, rhs, sign = a, b.fields[1], -1
            if (
                isinstance(lhs, Entry)
                and isinstance(rhs, Entry)
                and lhs.symbol is rhs.symbol
                and len(lhs.indices) == 2
                and lhs.indices == tuple(reversed(rhs.indices))
                and all(i.atom in schematic for i in lhs.indices)
                and lhs.symbol not in new
            ):
                s = lhs.symbol
                if sign == 1:
                    new[s] = Arr.of(Symbol(s.name, s.shape, s.domain, s.properties | {"symmetric"}, s.kind, s.first))
                    continue
                if not s.properties and s.domain == REAL:
                    whole = Arr.of(Symbol(f"{s.name}/2", s.shape, s.domain, s.properties, s.kind, s.first))
                    i, j = whole.indices
                    new[s] = Arr(whole.axes, whole.body - whole.at(j, i))
                    continue
        rest.append(h)
    return new, rest


def equal(
    lhs: Any,
    rhs: Any,
    hypotheses: Sequence[Hypothesis] = (),
    independence: Callable[..., Poly | None] | None = None,
    steps: int = 400,
    seconds: float = PATIENCE,
) -> Decision:
    """Decide ``lhs = rhs`` (terms, or arrays of one shape) for all values where both sides are defined and the hypotheses hold.

    ``proved`` False means "not shown". Raises ShapeError when the shapes differ.
    """
    left, right, _ = align(lhs, rhs)
    hypotheses = list(hypotheses)
    try:
        from derive.normal_form.derivative import differentiation_axioms, evaluate

        symmetric, rest = symmetric_hypotheses(hypotheses)
        cited = differentiation_axioms(left) | differentiation_axioms(right)
        left, right = evaluate(left), evaluate(right)
        found: list[Condition] = []
        if symmetric:
            renamed: dict[Symbol, Any] = dict(symmetric)
            left, right = substitute(left, {}, renamed), substitute(right, {}, renamed)
            rest = [
                Hypothesis(
                    Relation(
                        h.relation.op, substitute(h.relation.lhs, {}, renamed), substitute(h.relation.rhs, {}, renamed)
                    ),
                    h.schematic,
                    h.source,
                )
                for h in rest
            ]
        (left, right), rest, back = apart_from_hypotheses((left, right), rest)
        for by_bits in (False, True) if has_bits((left, right)) else (False,):
            setting = prepare((left, right), rest, renamed_groups(independence, back), by_bits)
            found = restored(setting.conditions, back)
            nz = setting.normalizer
            nz.deadline = monotonic() + seconds
            p = setting.read(left) - setting.read(right)
            shown = is_zero(nz, p, setting.rules, Budget(steps)) or _is_multiple(setting, p, rest, Budget(steps))
            if shown:
                break
    except Undefined as error:
        return Decision(False, reason=str(error))
    except (TooLarge, TooSymmetric, NotDifferentiable, RecursionError) as error:
        return Decision(False, reason=f"{error}" or "too deep")
    if not shown:
        return Decision(False, tuple(found), reason="the normal forms differ")
    if nz.needed:
        return Decision(False, tuple(found), tuple(nz.needed), "needs conditions that are not known")
    return Decision(True, tuple(found), cited=tuple(sorted({*nz.cited, *cited})))


def has_bits(values: Sequence[Any]) -> bool:
    """Whether a number that is 0 or 1 stands anywhere, so that functions of it can be taken apart."""
    symbols = {x for v in values for x in free_symbols(v)}
    return any(guards.is_bit(x) for x in symbols)


def _is_multiple(setting: Setting, p: Poly, hypotheses: Sequence[Hypothesis], budget: Budget) -> bool:
    """Whether ``p`` is a multiple of one equational hypothesis, by a factor read off a pair of their monomials."""
    nz = setting.normalizer
    for h in hypotheses:
        if h.relation.op != "=":
            continue
        lhs, rhs, indices = _aligned(h)
        a = setting.read(lhs) - setting.read(rhs)
        for names in _placements(indices, p):
            q = nz.instantiate(a, names) if names else a
            if not q.terms or not q.free <= p.free:
                continue
            before = dict(nz.needed)
            for factor in _ratios(p, q)[:MAX_MULTIPLES]:
                if is_zero(nz, p - nz.multiply(factor, q), [], budget):
                    _require_defined(nz, factor)
                    return True
                nz.needed = dict(before)
    return False


def _placements(indices: tuple[Index, ...], p: Poly) -> list[dict[Index, Any]]:
    """Ways to read the indices of an array hypothesis, and schematic ones, as free indices of ``p``."""
    from itertools import permutations

    free = sorted(p.free, key=lambda i: i.name)
    if len(indices) > 2 or len(free) > 4:
        return []
    found: list[dict[Index, Any]] = []
    for choice in permutations(free, len(indices)):
        if all(i.lo is j.lo and i.hi is j.hi for i, j in zip(indices, choice, strict=True)):
            found.append(dict(zip(indices, choice, strict=True)))
    return found


def _ratios(p: Poly, q: Poly) -> list[Poly]:
    """Quotients of a monomial of ``p`` by one of ``q``, the simplest first."""
    found: dict[Poly, None] = {}
    for m, x in p.terms:
        for n, y in q.terms:
            total = dict(m.factors)
            for b, e in n.factors:
                own = total.get(b, Fraction(0))
                if isinstance(own, Fraction) and isinstance(e, Fraction):
                    total[b] = own - e
                    if not total[b]:
                        del total[b]
            found[Poly(((mono(total.items()), x / y),))] = None
    return sorted(found, key=lambda f: sum(len(m.factors) for m, _ in f.terms))


def _require_defined(nz: Normalizer, factor: Poly) -> None:
    for m, _ in factor.terms:
        for b, e in m.factors:
            if isinstance(e, Fraction) and e < 0:
                nz.require(b, "nonzero")
