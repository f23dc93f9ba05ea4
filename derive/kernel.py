"""Layer 3, the kernel: the only place where a theorem can be made. Trusted; the rest of derive is not.

A theorem says: for all values of the free symbols and indices that satisfy its hypotheses and its conditions, its conclusion holds.
Conditions are what definedness asks (denominators that are not 0, positive arguments of logarithms, invertible matrices).

>>> from derive.terms import Symbol, term
>>> x = term(Symbol("x"))
>>> by_normal_form((x + 1) ** 2, x**2 + 2 * x + 1).conclusion.op
'='
>>> Theorem((), None, (), None)
Traceback (most recent call last):
derive.kernel.KernelError: a theorem can only be made by the rules of derive.kernel
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakSet

from derive.normal_form.decide import align, equal
from derive.normal_form.definedness import Condition
from derive.normal_form.definedness import conditions as definedness
from derive.normal_form.order import ordered
from derive.normal_form.side_conditions import (
    KernelError,
    check_domain,
    check_induction,
    check_range,
    check_scope,
    cofactor,
    is_successor,
    range_step,
    same_relation,
    substituted,
    variables_over,
)
from derive.terms import (
    ZERO,
    Arr,
    Entry,
    Fn,
    Hypothesis,
    Index,
    Mul,
    Relation,
    Size,
    Symbol,
    affine,
    alpha_equal,
    free_symbols,
    substitute,
)
from derive.terms.statements import Equivalent, Implies, SameOrder

_KEY = object()
_MADE: WeakSet[Theorem] = WeakSet()


@dataclass(frozen=True)
class Proof:
    """How a theorem was made: the rule, what kind of step it is, the theorems it used, and a note (a rule's name, a citation)."""

    rule: str
    kind: str  # "primitive", "definition", "oracle", "axiom", "hypothesis"
    premises: tuple[Theorem, ...] = ()
    note: str = ""


class Theorem:
    """``hypotheses |- conclusion`` under ``conditions``. Immutable; made only by the functions of this module."""

    __slots__ = ("__weakref__", "conclusion", "conditions", "hypotheses", "proof")
    hypotheses: tuple[Hypothesis, ...]
    conclusion: Any
    conditions: tuple[Condition, ...]
    proof: Proof

    def __init__(self, hypotheses: Any, conclusion: Any, conditions: Any, proof: Any, key: object = None) -> None:
        if key is not _KEY:
            raise KernelError("a theorem can only be made by the rules of derive.kernel")
        for name, value in (
            ("hypotheses", hypotheses),
            ("conclusion", conclusion),
            ("conditions", conditions),
            ("proof", proof),
        ):
            object.__setattr__(self, name, value)
        _MADE.add(self)

    def __setattr__(self, name: str, value: Any) -> None:
        raise KernelError("a theorem is immutable")

    def __delattr__(self, name: str) -> None:
        raise KernelError("a theorem is immutable")

    def __reduce__(self) -> Any:
        raise KernelError("a theorem cannot be copied out of the kernel: prove it again")

    def __copy__(self) -> Theorem:
        return self

    def __deepcopy__(self, memo: Any) -> Theorem:
        return self

    def __init_subclass__(cls) -> None:
        raise KernelError("Theorem cannot be subclassed")

    def __repr__(self) -> str:
        left = ", ".join(f"{h.relation.lhs!r} {h.relation.op} {h.relation.rhs!r}" for h in self.hypotheses)
        c = self.conclusion
        return f"{left} |- " + (f"{c.lhs!r} {c.op} {c.rhs!r}" if isinstance(c, Relation) else repr(c))

    def steps(self) -> Iterator[Theorem]:
        """The theorems of the proof, premises before conclusions, each once."""
        seen: set[int] = set()
        stack: list[tuple[Theorem, bool]] = [(self, False)]
        while stack:
            node, ready = stack.pop()
            if ready:
                yield node
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((p, False) for p in reversed(node.proof.premises))


def _make(hypotheses: Any, conclusion: Any, conditions: Any, proof: Proof) -> Theorem:
    return Theorem(tuple(dict.fromkeys(hypotheses)), conclusion, tuple(dict.fromkeys(conditions)), proof, _KEY)


def _union(*theorems: Theorem) -> tuple[list[Hypothesis], list[Condition]]:
    return [h for t in theorems for h in t.hypotheses], [c for t in theorems for c in t.conditions]


# ---- equality
def refl(value: Any) -> Theorem:
    """``value = value``."""
    return _make((), Relation("=", value, value), (), Proof("reflexivity", "primitive"))


def sym(t: Theorem) -> Theorem:
    """From ``a = b``, ``b = a``."""
    r = _relation(t)
    if r.op not in ("=", "!="):
        raise KernelError(f"{r.op} is not symmetric")
    return _make(t.hypotheses, Relation(r.op, r.rhs, r.lhs), t.conditions, Proof("symmetry", "primitive", (t,)))


_CHAIN = {("=", "="): "=", ("=", "<="): "<=", ("<=", "="): "<=", ("=", "<"): "<", ("<", "="): "<"} | {
    ("<=", "<="): "<=", ("<", "<="): "<", ("<=", "<"): "<", ("<", "<"): "<", ("=", "!="): "!=", ("!=", "="): "!="
}  # fmt: skip


def trans(s: Theorem, t: Theorem) -> Theorem:
    """From ``a R b`` and ``b S c``, ``a (R then S) c``; conditions and hypotheses are united."""
    r, q = _relation(s), _relation(t)
    op = _CHAIN.get((r.op, q.op))
    if op is None:
        raise KernelError(f"{r.op} and {q.op} do not chain")
    if not alpha_equal(r.rhs, q.lhs):
        raise KernelError(f"{r.rhs!r} and {q.lhs!r} are not the same term")
    hypotheses, conditions = _union(s, t)
    return _make(hypotheses, Relation(op, r.lhs, q.rhs), conditions, Proof("transitivity", "primitive", (s, t)))


def congruence(t: Theorem, body: Any, hole: Symbol) -> Theorem:
    """From ``a = b``, ``body[hole := a] = body[hole := b]``. Arrays fill a tensor hole: their indices are universally quantified.

    Under a derivative, integral, limit or expectation no hypothesis may mention its variable unless it is open (< or !=); a
    condition that something is >= 0 is asked to hold strictly there.
    """
    r = _relation(t)
    if r.op != "=":
        raise KernelError("congruence needs an equality")
    varied = variables_over(body, hole, {s for s in free_symbols(r.lhs) | free_symbols(r.rhs) if s.kind == "random"})
    for variable in varied:
        for h in t.hypotheses:
            closed = h.relation.op in ("=", "<=") or variable.kind == "random"
            if closed and variable in free_symbols(h.relation.lhs) | free_symbols(h.relation.rhs):
                raise KernelError(
                    f"the hypothesis {h.relation.lhs!r} {h.relation.op} {h.relation.rhs!r} mentions {variable.name}, which is varied here"
                )
    strict = [
        replace(c, kind="positive") if c.kind == "nonnegative" and not varied.isdisjoint(free_symbols(c.subject)) else c
        for c in t.conditions
    ]
    left, right = substitute(body, {}, {hole: r.lhs}), substitute(body, {}, {hole: r.rhs})
    conditions = [*strict, *definedness(left), *definedness(right)]
    return _make(t.hypotheses, Relation("=", left, right), conditions, Proof("congruence", "primitive", (t,)))


def by_normal_form(
    lhs: Any, rhs: Any, hypotheses: Sequence[Hypothesis] = (), independence: Any = None, note: str = ""
) -> Theorem:
    """The one oracle: ``hypotheses |- lhs = rhs`` when the normal form shows it. Raises KernelError with the reason."""
    decision = equal(lhs, rhs, hypotheses, independence)
    if not decision.proved:
        raise KernelError(decision.reason)
    return _make(hypotheses, Relation("=", lhs, rhs), decision.conditions, Proof("normal form", "oracle", (), note or ("independence as declared" if independence else "")))


def injective(t: Theorem, name: str) -> Theorem:
    """From ``exp a = exp b``, ``a = b``; from ``log a = log b`` with a and b positive (conditions of the logarithm), ``a = b``."""
    r = _relation(t)
    sides = [s.body if isinstance(s, Arr) else s for s in (r.lhs, r.rhs)]
    if r.op != "=" or name not in ("exp", "log") or not all(isinstance(s, Fn) and s.name == name for s in sides):
        raise KernelError("expected an equation of two logarithms or of two exponentials")
    left, right = (Arr(s.axes, s.body.fields[1]) if isinstance(s, Arr) else s.fields[1] for s in (r.lhs, r.rhs))
    return _make(
        t.hypotheses, Relation("=", left, right), t.conditions, Proof(f"{name} is injective", "primitive", (t,))
    )


def cut(t: Theorem, lemma: Theorem) -> Theorem:
    """From ``H, h |- c`` and ``G |- h``, ``H, G |- c`` (h without schematic indices)."""
    goal = next((h for h in t.hypotheses if not h.schematic and h.relation == lemma.conclusion), None)
    if goal is None:
        raise KernelError("the lemma is no hypothesis of the theorem")
    rest = [h for h in t.hypotheses if h is not goal]
    return _make(
        (*rest, *lemma.hypotheses),
        t.conclusion,
        (*t.conditions, *lemma.conditions),
        Proof("cut", "primitive", (t, lemma)),
    )


def by_inequality(relation: Relation, hypotheses: Sequence[Hypothesis] = (), independence: Any = None) -> Theorem:
    """The oracle for <=, < and !=: a certificate (signs, squares, monotone functions, Jensen, log u <= u - 1, ...) that it checks."""
    order = ordered(relation, hypotheses, independence)
    if not order.proved:
        raise KernelError(order.reason)
    return _make(hypotheses, relation, order.conditions, Proof("certificate", "oracle", (), order.rule))


def discharge(t: Theorem, h: Hypothesis) -> Theorem:
    """From ``H, h |- c``, ``H |- h implies c`` (h without schematic indices)."""
    if h not in t.hypotheses or h.schematic:
        raise KernelError("only a hypothesis of the theorem without schematic indices can be discharged")
    rest = [x for x in t.hypotheses if x is not h and x != h]
    return _make(rest, Implies((h.relation,), _relation(t)), t.conditions, Proof("discharge", "primitive", (t,)))


def equivalent(s: Theorem, t: Theorem) -> Theorem:
    """From ``a implies b`` and ``b implies a``, ``a iff b``."""
    a, b = s.conclusion, t.conclusion
    if not (
        isinstance(a, Implies)
        and isinstance(b, Implies)
        and a.premises == (b.conclusion,)
        and b.premises == (a.conclusion,)
    ):
        raise KernelError("the theorems are not converses of each other")
    hypotheses, conditions = _union(s, t)
    return _make(
        hypotheses, Equivalent(a.premises[0], a.conclusion), conditions, Proof("equivalence", "primitive", (s, t))
    )


def same_order(
    t: Theorem, scale: Theorem, variables: Sequence[Symbol], parts: tuple[Any, Any] | None = None
) -> Theorem:
    """From ``g = c f + d`` and ``0 < c`` (c and d free of the variables): f and g order all values of the variables alike.

    So they have the same minimisers and maximisers; for ``g = -c f + d`` the order is reversed. ``parts`` is (f, d), where the
    right side does not show them as a factor and an addend.
    """
    r, positive = _relation(t), _relation(scale)
    if r.op != "=" or positive.op != "<" or positive.lhs is not ZERO:
        raise KernelError("expected g = c f + d and 0 < c")
    c = positive.rhs
    f, sign = cofactor(r.rhs, c, parts), 1
    if f is None:
        f, sign = cofactor(r.rhs, Mul(-1, c), parts), -1
    if f is None:
        raise KernelError(f"{r.rhs!r} is not {c!r} times a term plus a constant")
    value, rest = f
    if any(v in free_symbols(c) | free_symbols(rest) for v in variables):
        raise KernelError("the scale and the constant must not depend on the variables")
    for h in (*t.hypotheses, *scale.hypotheses):
        if (
            any(v in free_symbols(h.relation.lhs) | free_symbols(h.relation.rhs) for v in variables)
            and h.source != "domain"
        ):
            raise KernelError("a hypothesis restricts the variables")
    hypotheses, conditions = _union(t, scale)
    conclusion = SameOrder(value, r.lhs, tuple(variables), sign)
    return _make(hypotheses, conclusion, conditions, Proof("positive scale and constant", "primitive", (t, scale)))


def same_order_by_function(t: Theorem, f: Any, variables: Sequence[Symbol]) -> Theorem:
    """From ``g = exp(f)`` or ``g = log(f)`` (f positive by the conditions): f and g order all values of the variables alike."""
    r = _relation(t)
    if r.op != "=" or not isinstance(r.rhs, Fn) or r.rhs.name not in ("exp", "log") or r.rhs.fields[1] is not f:
        raise KernelError("expected g = exp(f) or g = log(f)")
    return _make(
        t.hypotheses,
        SameOrder(f, r.lhs, tuple(variables), 1),
        t.conditions,
        Proof("strictly increasing function", "primitive", (t,)),
    )


def same_order_trans(s: Theorem, t: Theorem) -> Theorem:
    """From f ~ g and g ~ h (the same or reversed order over the same variables), f ~ h."""
    a, b = s.conclusion, t.conclusion
    if not (
        isinstance(a, SameOrder)
        and isinstance(b, SameOrder)
        and a.variables == b.variables
        and alpha_equal(a.right, b.left)
    ):
        raise KernelError("the two orders do not chain")
    hypotheses, conditions = _union(s, t)
    return _make(
        hypotheses,
        SameOrder(a.left, b.right, a.variables, a.sign * b.sign),
        conditions,
        Proof("orders chain", "primitive", (s, t)),
    )


# ---- hypotheses, instances, definitions
def assume(h: Hypothesis) -> Theorem:
    """``h |- h``."""
    return _make((h,), h.relation, (), Proof("assumption", "hypothesis", (), h.source))


def instantiate(
    t: Theorem, indices: Mapping[Any, Any] | None = None, symbols: Mapping[Symbol, Any] | None = None
) -> Theorem:
    """The theorem at given values of its free indices, sizes and symbols (ranges and domains are checked, matrix properties refused)."""
    from derive.normal_form.integers import implied

    values = {old: affine(new) for old, new in (indices or {}).items()}
    for old, value in values.items():
        lo, hi = (affine(old.lower), None) if isinstance(old, Size) else (old.lo, old.hi)
        ends = [value - lo.substitute(values)] + ([] if hi is None else [hi.substitute(values) - value])
        if not all(map(implied, ends)):
            raise KernelError(f"{value!r} is not known to be a value of {old.name}")
    check_scope(_relation(t), t.hypotheses, t.conditions, values, symbols or {})
    for symbol, new in (symbols or {}).items():
        check_domain(symbol, new)

    def put(value: Any) -> Any:
        return substitute(value, indices, symbols)

    hypotheses = [
        Hypothesis(Relation(h.relation.op, put(h.relation.lhs), put(h.relation.rhs)), h.schematic, h.source)
        for h in t.hypotheses
    ]
    conditions = [Condition(c.kind, put(c.subject), c.schematic, c.guarded) for c in t.conditions]
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
    goal = next((h for h in step.hypotheses if is_successor(h.relation, step.conclusion, n)), None)
    if goal is None:
        raise KernelError("the step does not prove its hypothesis at n + 1")
    start = {n: affine(n.lower)}
    r = _relation(base)
    if not (
        alpha_equal(r.lhs, substitute(goal.relation.lhs, start))
        and alpha_equal(r.rhs, substitute(goal.relation.rhs, start))
        and r.op == goal.relation.op
    ):
        raise KernelError(f"the base case is not the statement at {n.name} = {n.lower}")
    rest = [h for h in step.hypotheses if h is not goal]
    check_induction(n, goal, rest, step.conditions)
    return _make(
        (*base.hypotheses, *rest),
        goal.relation,
        (*base.conditions, *step.conditions),
        Proof("induction", "primitive", (base, step), n.name),
    )


def induction_over(index: Index, r: Index, base: Theorem, step: Theorem, down: bool = False) -> Theorem:
    """From P(first) and P(r) |- P(r + 1), P(index) for every index of a range, r in the range without its last value.

    ``down``: from P(last) and P(r + 1) |- P(r). ``step`` has the premise among its hypotheses, without schematic indices.
    """
    goal, statement = range_step(_relation(step), step.hypotheses, index, r, down)
    start = substituted(statement, {r: index.hi if down else index.lo})
    if not same_relation(_relation(base), start):
        raise KernelError(f"the base case is not the statement at the {'last' if down else 'first'} {index.name}")
    rest = [h for h in step.hypotheses if h is not goal]
    check_range(r, statement, rest, step.conditions)
    return _make(
        (*base.hypotheses, *rest),
        substituted(statement, {r: affine(index)}),
        (*base.conditions, *step.conditions),
        Proof("induction over a range", "primitive", (base, step), index.name),
    )


def _relation(t: Theorem) -> Relation:
    if type(t) is not Theorem or t not in _MADE or not isinstance(t.conclusion, Relation):
        raise KernelError("expected a theorem about a relation of two terms")
    return t.conclusion
