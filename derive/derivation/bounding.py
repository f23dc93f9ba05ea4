"""Bounds under an integral or a limit, from below and above, and hypotheses about all values: tactics for `derive.derivation.calc`.

>>> from derive.derivation.calc import Calc
>>> from derive.derivation.reasons import every, remark
>>> from derive.terms import Domain, FunctionSymbol, Integral, Relation, Symbol, Universal, term
>>> t, s, L = Symbol("t"), Symbol("t", domain=Domain(lower=0, upper=1)), term(Symbol("L"))
>>> g = FunctionSymbol("g"); law = Universal(Relation("<=", g(t), L * t), (t,))
>>> calc = Calc(Integral(t, 0, 1, g(term(t))), hypotheses=[law])
>>> calc = calc.within(remark("bound"), s, lambda inside: inside.le(every(law, {t: term(s)}), L * s))
>>> calc.by(remark("integrate"), L / 2).done().conclusion.op
'<='
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from derive import kernel
from derive.derivation.reasons import Chains, Every, Lemma, Reason
from derive.derivation.replacing import hole_for, with_hole
from derive.rules import Label
from derive.terms import (
    Arr,
    Entry,
    Hypothesis,
    Integral,
    Limit,
    Relation,
    Symbol,
    Universal,
    alpha_equal,
    children,
    substitute,
    term,
    unfold,
)

INSIDE, UP, DOWN = Label("inside", "内部"), Label("at most", "不大于"), Label("at least", "不小于")

Chain = Callable[..., object]


class Bounds:
    """The steps of a `Calc` that rest on chains of their own, or on statements about all values."""

    current: Any
    definitions: Mapping[Symbol, Any]
    unfolded: Callable[[Any], Any]
    _append: Callable[..., None]

    def within(self, reason: Reason, variable: Symbol, bound: Chain) -> Any:
        """The next line: what stands under this line's integral or limit is bounded, by a chain at a value of its variable."""
        before = self.current
        after, theorem, steps, shown = bounded_within(self, variable, bound)
        self._append(before, after, (Chains(reason, ((INSIDE, steps),)),), theorem, (), shown)
        return self

    def both(self, reason: Reason, after: Any, up: Chain, down: Chain) -> Any:
        """The next line, equal to this one: ``up`` goes there by <=, ``down`` by >=."""
        before, after = self.current, after if isinstance(after, Arr) else term(after)
        theorem, cases = squeezed(self, after, up, down)
        self._append(before, after, (Chains(reason, cases),), theorem, ())
        return self

    def instances(self, reasons: Sequence[Reason]) -> list[kernel.Theorem]:
        """What hypotheses about all values, and claims that are proved, say at the values that the reasons name."""
        made = []
        for r in reasons:
            if isinstance(r, Every | Lemma):
                values = {s: self.unfolded(v) for s, v in r.values}
                made.append(
                    kernel.every(unfolded_law(r.law, self.definitions), values)
                    if isinstance(r, Every)
                    else kernel.instantiate(r.claim.prove().theorem, symbols=values)
                )
        return made


def unfolded_law(law: Universal, definitions: Mapping[Symbol, Any]) -> Universal:
    """A hypothesis about all values of some symbols, with the definitions put in."""
    r = law.relation
    return Universal(Relation(r.op, unfold(r.lhs, definitions), unfold(r.rhs, definitions)), law.variables, law.source)


def settled(theorem: kernel.Theorem, lemmas: Sequence[kernel.Theorem]) -> kernel.Theorem:
    """The theorem with the lemmas among its hypotheses replaced by what these rest on."""
    for lemma in lemmas:
        if any(h.relation == lemma.conclusion for h in kernel.side.relational(theorem.hypotheses)):
            theorem = kernel.cut(theorem, lemma)
    return theorem


def bounded_within(
    calc: Any, variable: Symbol, bound: Callable[..., object]
) -> tuple[Any, kernel.Theorem, tuple[Any, ...], str]:
    """The line with its integral or limit replaced by a bound, the theorem that orders the lines, the steps, the relation."""
    found = [node for node in _binders(calc.current) if node.symbol.name == variable.name]
    if len(found) != 1:
        raise kernel.KernelError(f"the line should have one integral or limit over {variable.name}")
    node = found[0]
    inside = type(calc)(
        substitute(node.body, {}, {node.symbol: Entry(variable, ())}), calc.definitions, calc.given, calc.independence
    )
    bound(inside)
    hole = Symbol("#inside")
    theorem = kernel.monotone(inside.done(), calc.unfolded(_over(node, variable, Entry(hole, ()))), hole)
    plain = Symbol(variable.name)
    after_node = _over(node, plain, substitute(inside.current, {}, {variable: Entry(plain, ())}))
    after = substitute(with_hole(calc.current, node, place := hole_for(node)), {}, {place: after_node})
    lhs, rhs = (calc.unfolded(line) for line in (calc.current, after))
    r = Relation("<=", *((rhs, lhs) if inside.descending else (lhs, rhs)))
    shown = ">=" if inside.descending else "<="
    if alpha_equal(r.lhs, theorem.conclusion.lhs) and alpha_equal(r.rhs, theorem.conclusion.rhs):
        return after, theorem, tuple(inside.steps), shown
    whole = kernel.by_inequality(r, (Hypothesis(theorem.conclusion, (), "bound"),), calc.independence)
    return after, settled(whole, [theorem]), tuple(inside.steps), shown


def squeezed(
    calc: Any, after: Any, up: Callable[..., object], down: Callable[..., object]
) -> tuple[kernel.Theorem, tuple[tuple[Label, tuple[Any, ...]], ...]]:
    """``current = after`` from a chain that goes up to it and one that goes down to it, and the steps of both with their names."""
    chains = []
    for derivation in (up, down):
        chain = type(calc)(calc.current, calc.definitions, calc.given, calc.independence)
        derivation(chain)
        if not alpha_equal(chain.current, after):
            raise kernel.KernelError(f"the chain ends at {chain.current!r}, not at {after!r}")
        chains.append(chain)
    theorem = kernel.antisymmetric(*(c.done() for c in chains))
    return theorem, tuple((name, tuple(c.steps)) for name, c in zip((UP, DOWN), chains, strict=True))


def _over(node: Integral | Limit, variable: Symbol, body: Any) -> Any:
    if isinstance(node, Integral):
        return Integral(variable, node.lower, node.upper, body)
    return Limit(variable, node.point, body, node.side)


def _binders(value: Any) -> list[Any]:
    own = [value] if isinstance(value, Integral | Limit) else []
    return own + [b for child in children(value) for b in _binders(child)]
