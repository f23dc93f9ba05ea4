"""Side conditions of the kernel's rules: what a substitution, a congruence, an induction may not touch. They make no theorem."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from derive.normal_form.decide import align, prepare
from derive.normal_form.definedness import Condition
from derive.normal_form.independence import Independence
from derive.normal_form.integers import implied
from derive.normal_form.poly import constant
from derive.terms import (
    ONE,
    ZERO,
    Add,
    Affine,
    Arr,
    At,
    Derivative,
    Entry,
    Equivalent,
    Expectation,
    Fn,
    Hypothesis,
    Implies,
    Independent,
    Index,
    Integral,
    Limit,
    Mul,
    Relation,
    SameOrder,
    Size,
    Symbol,
    Universal,
    affine,
    alpha_equal,
    children,
    free_indices,
    free_symbols,
    substitute,
)

CHAIN = {("=", "="): "=", ("=", "<="): "<=", ("<=", "="): "<=", ("=", "<"): "<", ("<", "="): "<"} | {
    ("<=", "<="): "<=", ("<", "<="): "<", ("<=", "<"): "<", ("<", "<"): "<", ("=", "!="): "!=", ("!=", "="): "!="
}  # fmt: skip


class KernelError(ValueError):
    """A rule was applied where it does not apply."""


def premises_first(theorem: Any) -> Iterator[Any]:
    """A theorem and those its proof uses, premises before conclusions, each once."""
    seen: set[int] = set()
    stack: list[tuple[Any, bool]] = [(theorem, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((p, False) for p in reversed(node.proof.premises))


def variables_over(body: Any, hole: Symbol, random: set[Symbol]) -> set[Symbol]:
    """The variables of derivatives, integrals, limits and expectations with the hole in their scope (``random`` will fill it)."""
    found: set[Symbol] = set()

    def walk(node: Any, over: frozenset[Symbol]) -> None:
        if isinstance(node, Entry) and node.symbol is hole:
            found.update(over)
        if isinstance(node, Derivative | Integral | Limit | At):
            over = over | {node.symbol}
        elif isinstance(node, Expectation):
            over = over | random | {s for s in free_symbols(node.body) if s.kind == "random"}
        for child in children(node):
            walk(child, over)

    walk(body, frozenset())
    return found


def cofactor(t: Any, c: Any, parts: tuple[Any, Any] | None = None) -> tuple[Any, Any] | None:
    """(f, d) with ``t = c f + d`` as written; ``parts``, where given, if that is so."""
    if parts is not None:
        return parts if alpha_equal(t, Add(Mul(c, parts[0]), parts[1])) else None
    addends = list(t.fields) if isinstance(t, Add) else [t]
    for k, u in enumerate(addends):
        for f in _quotients(u, c):
            rest = addends[:k] + addends[k + 1 :]
            return f, (Add(*rest) if rest else ZERO)
    return None


def _quotients(u: Any, c: Any) -> list[Any]:
    wanted = list(c.fields) if isinstance(c, Mul) else [c]
    own = list(u.fields) if isinstance(u, Mul) else [u]
    for w in wanted:
        if w not in own:
            return []
        own.remove(w)
    return [Mul(*own)] if own else [ONE]


def check_scope(
    r: Relation,
    hypotheses: Sequence[Any],
    conditions: Sequence[Condition],
    values: Mapping[Any, Any],
    symbols: Mapping[Symbol, Any],
) -> None:
    """Nothing that is replaced may stand where substitution does not reach: ranges of free and schematic indices, shapes, conditioning."""
    sides = [
        r.lhs,
        r.rhs,
        *(c.subject for c in conditions),
        *(s for h in hypotheses for s in h.values),
    ]
    quantified: list[Any] = [*hypotheses, *conditions]
    schematic = {i for x in quantified for i in x.schematic}
    incoming = {i for v in values.values() for i in v.indices} | {i for v in symbols.values() for i in free_indices(v)}
    if not schematic.isdisjoint(values) or not schematic.isdisjoint(incoming):
        raise KernelError(
            "an index that a hypothesis or condition quantifies over cannot be replaced, nor stand in what replaces another"
        )
    free = {i for s in sides for i in free_indices(s)} - set(values)
    ranges = [a for i in free | schematic for a in (i.lo, i.hi) if a is not None]
    shapes = [a for s in sides for x in free_symbols(s) for a in x.shape if x not in symbols]
    if any(x in values for a in (*ranges, *shapes) for x, _ in a.terms):
        raise KernelError("a free index or a tensor has a range or shape that mentions what is replaced")
    averaged = [e for s in sides for e in _expectations(s)]
    for symbol, new in symbols.items():
        if isinstance(new, Arr) != bool(symbol.shape) or (isinstance(new, Arr) and new.shape != Arr.of(symbol).shape):
            raise KernelError(f"what replaces {symbol.name} has another shape")
        random = {s for s in free_symbols(new) if s.kind == "random"}
        if any(
            symbol in e.given or (symbol.kind != "random" and random and symbol in free_symbols(e.body))
            for e in averaged
        ):
            raise KernelError(f"{symbol.name} stands in an expectation that would capture it")


def _expectations(value: Any) -> list[Expectation]:
    return ([value] if isinstance(value, Expectation) else []) + [e for c in children(value) for e in _expectations(c)]


def check_domain(symbol: Symbol, value: Any) -> None:
    if symbol.properties:
        raise KernelError(
            f"{symbol.name} is declared {', '.join(sorted(symbol.properties))}: state that as a hypothesis to instantiate it"
        )
    d = symbol.domain
    if d.integer or d.values is not None:
        raise KernelError(f"{symbol.name} takes values in {d!r}: state that as a hypothesis to instantiate it")
    if d.lower is None and d.upper is None and not d.nonzero:
        return
    body = value.open()[1] if isinstance(value, Arr) else align(value, value)[0]
    setting = prepare((body,))
    p, facts = setting.read(body), setting.normalizer.facts
    checks = [(p - constant(d.lower), d.lower_open)] if d.lower is not None else []
    checks += [(constant(d.upper) - p, d.upper_open)] if d.upper is not None else []
    if not all(facts.positive(q) if strict else facts.nonnegative(q) for q, strict in checks) or (
        d.nonzero and not facts.nonzero(p)
    ):
        raise KernelError(f"{value!r} is not known to lie in {d!r}, where {symbol.name} is declared")


def is_successor(p: Relation, q: Relation, n: Size) -> bool:
    up = {n: affine(n) + 1}
    return p.op == q.op and alpha_equal(substitute(p.lhs, up), q.lhs) and alpha_equal(substitute(p.rhs, up), q.rhs)


def mentions(r: Relation, n: Size) -> bool:
    up = {n: affine(n) + 1}
    return not (alpha_equal(substitute(r.lhs, up), r.lhs) and alpha_equal(substitute(r.rhs, up), r.rhs))


def check_induction(n: Size, goal: Hypothesis, rest: Sequence[Any], conditions: Sequence[Condition]) -> None:
    """What is left of an induction step must not depend on ``n``: hypotheses, conditions, ranges and shapes."""
    if any(mentions(h.relation, n) for h in stated(rest)) or goal.schematic:
        raise KernelError(f"a hypothesis of the step mentions {n.name}")
    sides = [s for h in (goal, *rest) for s in h.values] + [c.subject for c in conditions]
    quantified: list[Any] = [*rest, *conditions]
    fixed = {i for s in sides for i in free_indices(s)} | {i for x in quantified for i in x.schematic}
    shapes = [a for s in sides for x in free_symbols(s) for a in x.shape]
    if any(x is n for a in (*shapes, *(e for i in fixed for e in (i.lo, i.hi) if e is not None)) for x, _ in a.terms):
        raise KernelError(f"a free index or a tensor of the statement has a range or shape that mentions {n.name}")
    if any(mentions(Relation("=", c.subject, c.subject), n) for c in conditions):
        raise KernelError(f"a condition of the step mentions {n.name}: it would be needed at every smaller value")


def substituted(r: Relation, indices: Mapping[Any, Any]) -> Relation:
    return Relation(r.op, substitute(r.lhs, indices), substitute(r.rhs, indices))


def same_relation(a: Relation, b: Relation) -> bool:
    return a.op == b.op and alpha_equal(a.lhs, b.lhs) and alpha_equal(a.rhs, b.rhs)


def range_step(
    conclusion: Relation, hypotheses: Sequence[Any], index: Index, r: Index, down: bool
) -> tuple[Hypothesis, Relation]:
    """The premise of a step of an induction over a range, and the statement at ``r``."""
    if index.hi is None or r.lo is not index.lo or r.hi is not index.hi - 1:
        raise KernelError(f"{r.name} must run over the range of {index.name} without its last value")
    up = {r: affine(r) + 1}
    for h in relational(hypotheses):
        statement = conclusion if down else h.relation
        one, two = (h.relation, conclusion) if down else (conclusion, h.relation)
        if not h.schematic and same_relation(one, substituted(two, up)):
            return h, statement
    raise KernelError("the step does not prove its hypothesis at the next value")


def check_range(r: Index, statement: Relation, rest: Sequence[Any], conditions: Sequence[Condition]) -> None:
    """What is left of the step must not depend on ``r``: hypotheses, conditions, ranges and shapes."""
    for h in rest:
        if r in h.schematic or any(r in free_indices(v) for v in h.values):
            raise KernelError(f"a hypothesis of the step mentions {r.name}")
    if any(r in c.schematic or r in free_indices(c.subject) for c in conditions):
        raise KernelError(f"a condition of the step mentions {r.name}: it would be needed at every value")
    sides = [statement.lhs, statement.rhs, *(s for h in rest for s in h.values)]
    sides += [c.subject for c in conditions]
    quantified: list[Any] = [*rest, *conditions]
    fixed = {i for s in sides for i in free_indices(s)} | {i for x in quantified for i in x.schematic}
    ends = [e for i in fixed for e in (i.lo, i.hi) if e is not None]
    shapes = [a for s in sides for x in free_symbols(s) for a in x.shape]
    if any(x is r for a in (*ends, *shapes) for x, _ in a.terms):
        raise KernelError(f"a free index or a tensor of the statement has a range or shape that mentions {r.name}")


def check_values(values: Mapping[Any, Affine]) -> None:
    """Every value must be known to lie in the range of the index or size that it replaces."""
    for old, value in values.items():
        lo, hi = (affine(old.lower), None) if isinstance(old, Size) else (old.lo, old.hi)
        ends = [value - lo.substitute(values)] + ([] if hi is None else [hi.substitute(values) - value])
        if not all(map(implied, ends)):
            raise KernelError(f"{value!r} is not known to be a value of {old.name}")


def unmapped(r: Relation, name: str) -> Relation:
    """``a = b`` from ``exp a = exp b`` or ``log a = log b``."""
    sides = [s.body if isinstance(s, Arr) else s for s in (r.lhs, r.rhs)]
    if r.op != "=" or name not in ("exp", "log") or not all(isinstance(s, Fn) and s.name == name for s in sides):
        raise KernelError("expected an equation of two logarithms or of two exponentials")
    left, right = (Arr(s.axes, s.body.fields[1]) if isinstance(s, Arr) else s.fields[1] for s in (r.lhs, r.rhs))
    return Relation("=", left, right)


def converses(a: Any, b: Any) -> Equivalent:
    """``x iff y`` from ``x implies y`` and ``y implies x``."""
    if not (isinstance(a, Implies) and isinstance(b, Implies)):
        raise KernelError("expected two implications")
    if a.premises != (b.conclusion,) or b.premises != (a.conclusion,):
        raise KernelError("the theorems are not converses of each other")
    return Equivalent(a.premises[0], a.conclusion)


def scaled_order(
    r: Relation, positive: Relation, hypotheses: Sequence[Any], variables: Sequence[Symbol], parts: Any
) -> SameOrder:
    """f ~ g from ``g = c f + d`` and ``0 < c`` with c and d free of the variables (reversed for ``-c``)."""
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
    for h in stated(hypotheses):
        mentioned = free_symbols(h.relation.lhs) | free_symbols(h.relation.rhs)
        if any(v in mentioned for v in variables) and h.source != "domain":
            raise KernelError("a hypothesis restricts the variables")
    return SameOrder(value, r.lhs, tuple(variables), sign)


def mapped_order(r: Relation, f: Any, variables: Sequence[Symbol]) -> SameOrder:
    """f ~ g from ``g = exp(f)`` or ``g = log(f)``."""
    if r.op != "=" or not isinstance(r.rhs, Fn) or r.rhs.name not in ("exp", "log") or r.rhs.fields[1] is not f:
        raise KernelError("expected g = exp(f) or g = log(f)")
    return SameOrder(f, r.lhs, tuple(variables), 1)


def chained_order(a: Any, b: Any) -> SameOrder:
    """f ~ h from f ~ g and g ~ h."""
    if not (isinstance(a, SameOrder) and isinstance(b, SameOrder)):
        raise KernelError("expected two theorems about the same order")
    if a.variables != b.variables or not alpha_equal(a.right, b.left):
        raise KernelError("the two orders do not chain")
    return SameOrder(a.left, b.right, a.variables, a.sign * b.sign)


def induction_goal(n: Size, base: Relation, step: Relation, hypotheses: Sequence[Any]) -> Hypothesis:
    """The hypothesis P(n) of an induction step, when the step is P(n + 1) and the base P(lower)."""
    goal = next((h for h in relational(hypotheses) if is_successor(h.relation, step, n)), None)
    if goal is None:
        raise KernelError("the step does not prove its hypothesis at n + 1")
    if not same_relation(base, substituted(goal.relation, {n: affine(n.lower)})):
        raise KernelError(f"the base case is not the statement at {n.name} = {n.lower}")
    return goal


def check_varied(varied: set[Symbol], hypotheses: Sequence[Any]) -> None:
    """No closed hypothesis may mention a variable that a derivative, integral, limit or expectation varies."""
    for variable in varied:
        for h in stated(hypotheses):  # independence is about laws, and no value of a variable changes it
            r = h.relation
            closed = r.op in ("=", "<=") or variable.kind == "random"
            if closed and variable in free_symbols(r.lhs) | free_symbols(r.rhs):
                said = f"{r.lhs!r} {r.op} {r.rhs!r}"
                raise KernelError(f"the hypothesis {said} mentions {variable.name}, which is varied here")


def strictly(c: Condition, varied: set[Symbol]) -> Condition:
    """The condition on an open set of the varied symbols: >= 0 holds strictly, and where a weight is 0 too."""
    mentioned = free_symbols(c.subject) | (free_symbols(c.weight) if c.weight is not None else set())
    if varied.isdisjoint(mentioned):
        return c
    if c.weight is not None:
        return replace(c, weight=None, guarded=False)
    return replace(c, kind="positive") if c.kind == "nonnegative" else c


def stated(hypotheses: Iterable[Any]) -> list[Hypothesis | Universal]:
    """The hypotheses that are relations of terms, or relations of terms for all values of some symbols."""
    return [h for h in hypotheses if isinstance(h, Hypothesis | Universal)]


def relational(hypotheses: Iterable[Any]) -> list[Hypothesis]:
    """The hypotheses that are relations of terms."""
    return [h for h in hypotheses if isinstance(h, Hypothesis)]


def laws(independence: Independence | None) -> Independence | None:
    """The same groups in an object of our own, which notes those it uses: a caller's own splitting is not trusted."""
    if independence is None:
        return None
    if not isinstance(independence, Independence):
        raise KernelError("independence is stated by groups of random symbols")
    return Independence([frozenset(g) for g in independence.groups])


def used(law: Independence | None) -> list[Independent]:
    """The hypotheses that the splitting of expectations rested on."""
    groups = law.used if law is not None else ()
    return sorted((Independent(g) for g in groups), key=lambda h: h.source)


def instance(h: Any, put: Callable[[Any], Any]) -> Any:
    """A hypothesis after a substitution, which may not touch independent symbols, nor what is assumed for all values."""
    if isinstance(h, Hypothesis):
        return Hypothesis(Relation(h.relation.op, *map(put, h.values)), h.schematic, h.source)
    new = [(v, put(v)) for v in h.values]
    if any(old != value for old, value in new):
        raise KernelError("independent symbols, and what is assumed for all values, cannot be replaced")
    return h


def shown(h: Any) -> str:
    """A hypothesis in one line."""
    return f"{h.relation.lhs!r} {h.relation.op} {h.relation.rhs!r}" if isinstance(h, Hypothesis) else h.source
