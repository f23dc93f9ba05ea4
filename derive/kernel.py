"""Layer 3, the kernel: the only place where a theorem can be made. Trusted; the rest of derive is not.

A theorem says: for all values of the free symbols and indices that satisfy its hypotheses and its conditions, its conclusion holds.
Conditions are what definedness asks (denominators that are not 0, positive arguments of logarithms, invertible matrices).

>>> from derive.terms import Symbol, term
>>> x = term(Symbol("x"))
>>> by_normal_form((x + 1) ** 2, x**2 + 2 * x + 1).conclusion.op
'='
>>> Theorem((), None, (), None)  # doctest: +IGNORE_EXCEPTION_DETAIL
Traceback (most recent call last):
derive.kernel.KernelError: a theorem can only be made by the rules of derive.kernel
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakSet

from derive.normal_form import quantified
from derive.normal_form import side_conditions as side
from derive.normal_form.decide import align, equal
from derive.normal_form.definedness import Condition
from derive.normal_form.definedness import conditions as definedness
from derive.normal_form.order import ordered
from derive.normal_form.side_conditions import KernelError
from derive.terms import Arr, Entry, Hypothesis, Index, Relation, Size, Symbol, affine, alpha_equal, free_symbols
from derive.terms.statements import Implies, Universal
from derive.terms.substitution import substitute

_KEY = object()
_MADE: WeakSet[Theorem] = WeakSet()


@dataclass(frozen=True)
class Proof:
    """How a theorem was made: rule, kind of step, the theorems it used, a note, the cited axioms inside an oracle."""

    rule: str
    kind: str  # "primitive", "definition", "oracle", "axiom", "hypothesis"
    premises: tuple[Theorem, ...] = ()
    note: str = ""
    cites: tuple[str, ...] = ()


class Theorem:
    """``hypotheses |- conclusion`` under ``conditions``. Immutable; made only by the functions of this module."""

    _FIELDS = ("hypotheses", "conclusion", "conditions", "proof")
    __slots__ = ("__weakref__", "conclusion", "conditions", "hypotheses", "proof")
    hypotheses: tuple[Any, ...]  # Hypothesis, Independent or Universal
    conclusion: Any
    conditions: tuple[Condition, ...]
    proof: Proof

    def __init__(self, hypotheses: Any, conclusion: Any, conditions: Any, proof: Any, key: object = None) -> None:
        if key is not _KEY:
            raise KernelError("a theorem can only be made by the rules of derive.kernel")
        for name, value in zip(Theorem._FIELDS, (hypotheses, conclusion, conditions, proof), strict=True):
            object.__setattr__(self, name, value)
        _MADE.add(self)

    def _immutable(self, *_: Any) -> None:
        raise KernelError("a theorem is immutable")

    __setattr__ = __delattr__ = _immutable

    def __reduce__(self) -> Any:
        raise KernelError("a theorem cannot be copied out of the kernel: prove it again")

    def __deepcopy__(self, memo: Any = None) -> Theorem:
        return self

    __copy__ = __deepcopy__

    def __init_subclass__(cls) -> None:
        raise KernelError("Theorem cannot be subclassed")

    def __repr__(self) -> str:
        left = ", ".join(map(side.shown, self.hypotheses))
        c = self.conclusion
        return f"{left} |- " + (f"{c.lhs!r} {c.op} {c.rhs!r}" if isinstance(c, Relation) else repr(c))

    def steps(self) -> Iterator[Theorem]:
        """The theorems of the proof, premises before conclusions, each once."""
        return side.premises_first(self)


def _make(hypotheses: Any, conclusion: Any, conditions: Any, proof: Proof) -> Theorem:
    return Theorem(tuple(dict.fromkeys(hypotheses)), conclusion, tuple(dict.fromkeys(conditions)), proof, _KEY)


def refl(value: Any) -> Theorem:
    """``value = value``."""
    return _make((), Relation("=", value, value), (), Proof("reflexivity", "primitive"))


def sym(t: Theorem) -> Theorem:
    """From ``a = b``, ``b = a``."""
    r = _relation(t)
    if r.op not in ("=", "!="):
        raise KernelError(f"{r.op} is not symmetric")
    return _derive(Relation(r.op, r.rhs, r.lhs), "symmetry", t)


def trans(s: Theorem, t: Theorem) -> Theorem:
    """From ``a R b`` and ``b S c``, ``a (R then S) c``; conditions and hypotheses are united."""
    r, q = _relation(s), _relation(t)
    op = side.CHAIN.get((r.op, q.op))
    if op is None:
        raise KernelError(f"{r.op} and {q.op} do not chain")
    if not alpha_equal(r.rhs, q.lhs):
        raise KernelError(f"{r.rhs!r} and {q.lhs!r} are not the same term")
    return _derive(Relation(op, r.lhs, q.rhs), "transitivity", s, t)


def congruence(t: Theorem, body: Any, hole: Symbol) -> Theorem:
    """From ``a = b``, ``body[hole := a] = body[hole := b]``. Arrays fill a tensor hole: their indices are universally quantified.

    Under a derivative, integral, limit or expectation no hypothesis may mention its variable unless it is open (< or !=).
    """
    r = _relation(t)
    if r.op != "=":
        raise KernelError("congruence needs an equality")
    varied = side.variables_over(
        body, hole, {s for s in free_symbols(r.lhs) | free_symbols(r.rhs) if s.kind == "random"}
    )
    side.check_varied(varied, t.hypotheses)
    strict = [side.strictly(c, varied) for c in t.conditions]
    left, right = substitute(body, {}, {hole: r.lhs}), substitute(body, {}, {hole: r.rhs})
    conditions = [*strict, *definedness(left), *definedness(right)]
    return _make(t.hypotheses, Relation("=", left, right), conditions, Proof("congruence", "primitive", (t,)))


def monotone(t: Theorem, body: Any, hole: Symbol) -> Theorem:
    """From ``a <= b`` for all values of v, ``body[a] <= body[b]`` for an integral over v or a limit in v of the hole.

    No hypothesis may mention v, nor a condition that its domain does not give; the domain must hold the interval, or all near the point.
    """
    left, right = quantified.under(_relation(t), body, hole, t.hypotheses)
    conditions = [*quantified.without(t.conditions, body.symbol), *definedness(left), *definedness(right)]
    return _make(t.hypotheses, Relation("<=", left, right), conditions, Proof("monotone binder", "primitive", (t,)))


def by_normal_form(
    lhs: Any, rhs: Any, hypotheses: Sequence[Hypothesis] = (), independence: Any = None, note: str = ""
) -> Theorem:
    """The one oracle: ``hypotheses |- lhs = rhs`` when the normal form shows it. Raises KernelError with the reason."""
    law = side.laws(independence)
    decision = equal(lhs, rhs, hypotheses, law)
    if not decision.proved:
        raise KernelError(decision.reason)
    proof = Proof("normal form", "oracle", (), note, decision.cited)
    return _make([*hypotheses, *side.used(law)], Relation("=", lhs, rhs), decision.conditions, proof)


def by_inequality(relation: Relation, hypotheses: Sequence[Hypothesis] = (), independence: Any = None) -> Theorem:
    """The oracle for <=, < and !=: a certificate (signs, squares, monotone functions, Jensen, log u <= u - 1, ...) that it checks."""
    law = side.laws(independence)
    order = ordered(relation, hypotheses, law)
    if not order.proved:
        raise KernelError(order.reason)
    proof = Proof("certificate", "oracle", (), order.rule)
    return _make([*hypotheses, *side.used(law)], relation, order.conditions, proof)


def injective(t: Theorem, name: str) -> Theorem:
    """From ``exp a = exp b``, ``a = b``; from ``log a = log b`` with a and b positive (conditions of the logarithm), ``a = b``."""
    return _derive(side.unmapped(_relation(t), name), f"{name} is injective", t)


def cut(t: Theorem, lemma: Theorem) -> Theorem:
    """From ``H, h |- c`` and ``G |- h``, ``H, G |- c`` (h without schematic indices)."""
    goal = next((h for h in side.relational(t.hypotheses) if not h.schematic and h.relation == _relation(lemma)), None)
    if goal is None:
        raise KernelError("the lemma is no hypothesis of the theorem")
    return _derive(_conclusion(t), "cut", t, lemma, without=goal)


def discharge(t: Theorem, h: Hypothesis) -> Theorem:
    """From ``H, h |- c``, ``H |- h implies c`` (h without schematic indices)."""
    if h not in side.relational(t.hypotheses) or h.schematic:
        raise KernelError("only a hypothesis of the theorem without schematic indices can be discharged")
    return _derive(Implies((h.relation,), _relation(t)), "discharge", t, without=h)


def equivalent(s: Theorem, t: Theorem) -> Theorem:
    """From ``a implies b`` and ``b implies a``, ``a iff b``."""
    return _derive(side.converses(_conclusion(s), _conclusion(t)), "equivalence", s, t)


def same_order(t: Theorem, scale: Theorem, variables: Sequence[Symbol], parts: Any = None) -> Theorem:
    """From ``g = c f + d`` and ``0 < c`` (c and d free of the variables): f and g order all values of the variables alike.

    So they have the same minimisers and maximisers; for ``g = -c f + d`` the order is reversed. ``parts`` is (f, d), where the
    right side does not show them as a factor and an addend.
    """
    hypotheses = (*t.hypotheses, *scale.hypotheses)
    order = side.scaled_order(_relation(t), _relation(scale), hypotheses, variables, parts)
    return _derive(order, "positive scale and constant", t, scale)


def same_order_by_function(t: Theorem, f: Any, variables: Sequence[Symbol]) -> Theorem:
    """From ``g = exp(f)`` or ``g = log(f)`` (f positive by the conditions): f and g order all values of the variables alike."""
    return _derive(side.mapped_order(_relation(t), f, variables), "strictly increasing function", t)


def same_order_trans(s: Theorem, t: Theorem) -> Theorem:
    """From f ~ g and g ~ h (the same or reversed order over the same variables), f ~ h."""
    return _derive(side.chained_order(_conclusion(s), _conclusion(t)), "orders chain", s, t)


def assume(h: Hypothesis) -> Theorem:
    """``h |- h``."""
    return _make((h,), h.relation, (), Proof("assumption", "hypothesis", (), h.source))


def every(h: Universal, values: Mapping[Symbol, Any]) -> Theorem:
    """``h |- P(values)`` for the hypothesis h that P holds for all values of its variables (domains are checked)."""
    return _make((h,), quantified.at_values(h, values), (), Proof("for all", "hypothesis", (), h.source))


def antisymmetric(s: Theorem, t: Theorem) -> Theorem:
    """From ``a <= b`` and ``b <= a``, ``a = b``."""
    return _derive(quantified.both_ways(_relation(s), _relation(t)), "antisymmetry", s, t)


def instantiate(t: Theorem, indices: Any = None, symbols: Mapping[Symbol, Any] | None = None) -> Theorem:
    """The theorem at given values of its free indices, sizes and symbols (ranges and domains are checked, matrix properties refused)."""
    values = {old: affine(new) for old, new in (indices or {}).items()}
    side.check_values(values)
    side.check_scope(_relation(t), t.hypotheses, t.conditions, values, symbols or {})
    for symbol, new in (symbols or {}).items():
        side.check_domain(symbol, new)

    def put(value: Any) -> Any:
        return substitute(value, indices, symbols)

    hypotheses = [side.instance(h, put) for h in t.hypotheses]
    conditions = [replace(c, subject=put(c.subject), weight=c.weight and put(c.weight)) for c in t.conditions]
    r = _relation(t)
    return _make(hypotheses, Relation(r.op, put(r.lhs), put(r.rhs)), conditions, Proof("instance", "primitive", (t,)))


def definition(symbol: Symbol, value: Any) -> Theorem:
    """``symbol = value`` for a new symbol that its value does not mention. The definition is carried as a hypothesis."""
    if symbol in free_symbols(value):
        raise KernelError(f"{symbol.name} occurs in its own definition: unfold recursive definitions by a named step")
    lhs = Arr.of(symbol) if symbol.shape else Entry(symbol, ())
    align(lhs, value)
    h = Hypothesis(Relation("=", lhs, value), (), f"definition of {symbol.name}")
    return _make((h,), h.relation, definedness(value), Proof("definition", "definition", (), symbol.name))


def axiom(name: str, relation: Relation, hypotheses: Sequence[Hypothesis], source: str) -> Theorem:
    """A cited axiom; the audit lists it. Only `derive.rules` calls this (checked by a test)."""
    return _make(hypotheses, relation, (), Proof(name, "axiom", (), source))


def induction(n: Size, base: Theorem, step: Theorem) -> Theorem:
    """From P(lower) and P(n) |- P(n + 1), P(n) for every n. ``step`` has P(n) among its hypotheses; ``base`` must not mention n."""
    goal = side.induction_goal(n, _relation(base), _relation(step), step.hypotheses)
    side.check_induction(n, goal, [h for h in step.hypotheses if h is not goal], step.conditions)
    return _derive(goal.relation, "induction", base, step, without=goal, note=n.name)


def induction_over(index: Index, r: Index, base: Theorem, step: Theorem, down: bool = False) -> Theorem:
    """From P(first) and P(r) |- P(r + 1), P(index) for every index of a range, r in the range without its last value.

    ``down``: from P(last) and P(r + 1) |- P(r). ``step`` has the premise among its hypotheses, without schematic indices.
    """
    goal, statement = side.range_step(_relation(step), step.hypotheses, index, r, down)
    if not side.same_relation(_relation(base), side.substituted(statement, {r: index.hi if down else index.lo})):
        raise KernelError(f"the base case is not the statement at the {'last' if down else 'first'} {index.name}")
    side.check_range(r, statement, [h for h in step.hypotheses if h is not goal], step.conditions)
    everywhere = side.substituted(statement, {r: affine(index)})
    return _derive(everywhere, "induction over a range", base, step, without=goal, note=index.name)


def _derive(conclusion: Any, rule: str, *premises: Theorem, without: Any = None, note: str = "") -> Theorem:
    """A primitive step: the hypotheses (but ``without``) and conditions of the premises, united."""
    rest = [h for t in premises for h in t.hypotheses if without is None or (h is not without and h != without)]
    conditions = [c for t in premises for c in t.conditions]
    return _make(rest, conclusion, conditions, Proof(rule, "primitive", premises, note))


def _conclusion(t: Theorem) -> Any:
    if type(t) is not Theorem or t not in _MADE:
        raise KernelError("expected a theorem")
    return t.conclusion


def _relation(t: Theorem) -> Relation:
    conclusion = _conclusion(t)
    if not isinstance(conclusion, Relation):
        raise KernelError("expected a theorem about a relation of two terms")
    return conclusion
