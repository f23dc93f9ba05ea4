"""Chains of statements, each implied by the one before or equivalent to it: how an equation is solved.

>>> from derive.derivation.reasons import remark
>>> from derive.terms import POSITIVE, Relation, Symbol, term
>>> a, x = Symbol("a", domain=POSITIVE), Symbol("x")
>>> chain = Statements(Relation("=", a * x, term(1)), ()).iff(remark("divide by a"), Relation("=", term(x), 1 / term(a)))
>>> type(chain.done().conclusion).__name__
'Equivalent'
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from derive import kernel
from derive.derivation.calc import Calc, CalcError, Definitions, Step
from derive.derivation.reasons import Reason
from derive.terms import (
    Arr,
    Entry,
    Hypothesis,
    Relation,
    ShapeError,
    Symbol,
    alpha_equal,
    free_symbols,
    substitute,
    term,
)

STATEMENT = "the statement before"
Map = Callable[[Any], Any]


class Statements(Calc):
    """``start`` implies (or is equivalent to) ... ``end``. Statements are relations of terms or arrays."""

    start: Relation  # type: ignore[assignment]

    def __init__(
        self,
        start: Relation,
        definitions: Definitions | None = None,
        hypotheses: Sequence[Hypothesis] = (),
        independence: Any = None,
    ) -> None:
        super().__init__(0, definitions, hypotheses, independence)
        self.start = start
        self.ways: list[tuple[kernel.Theorem, kernel.Theorem | None]] = []

    def follows(self, reason: Reason, after: Relation, through: Map | None = None) -> Statements:
        """The next statement, implied by this one; by ``through`` applied to both of its sides, where that is given."""
        return self._add(reason, after, "=>", through)

    def iff(self, reason: Reason, after: Relation, through: Map | None = None, back: Map | None = None) -> Statements:
        """The next statement, equivalent to this one; ``through`` a map of both sides of this one, ``back`` of the next."""
        return self._add(reason, after, "<=>", through, back)

    def _add(
        self, reason: Reason, after: Relation, relation: str, through: Map | None = None, back: Map | None = None
    ) -> Statements:
        before: Relation = self.current
        there = self._sequent(before, after, reason, through)
        again = self._sequent(after, before, reason, back) if relation == "<=>" else None
        self.ways.append((there, again))
        conditions = tuple(c for c in there.conditions if not any(c in w.conditions for w, _ in self.ways[:-1]))
        self.steps.append(Step(before, after, (reason,), there, conditions=conditions, relation=relation))
        return self

    def relation_unfolded(self, r: Relation) -> Relation:
        lhs, rhs = (s if isinstance(s, Arr) else term(s) for s in (r.lhs, r.rhs))
        return Relation(r.op, self.unfolded(lhs), self.unfolded(rhs))

    def _sequent(self, before: Relation, after: Relation, reason: Reason, through: Map | None = None) -> kernel.Theorem:
        """``before |- after`` with the hypotheses of the chain."""
        if through is not None:
            return self._mapped(before, after, reason, through)
        premise = Hypothesis(self.relation_unfolded(before), (), STATEMENT)
        goal = self.relation_unfolded(after)
        last = ""
        for others in ((), self.hypotheses) if self.hypotheses else ((),):
            try:
                return self._shown(goal, premise, others, reason)
            except (kernel.KernelError, ShapeError) as error:
                last = str(error)
        raise CalcError(f"by {reason.label.en}: it does not follow ({last})", before, after)

    def _mapped(self, before: Relation, after: Relation, reason: Reason, through: Map) -> kernel.Theorem:
        """``before |- after`` by the same map of both sides of ``before``, such as a multiplication by a matrix."""
        premise = Hypothesis(self.relation_unfolded(before), (), STATEMENT)
        side = premise.relation.lhs
        hole = Symbol("both sides", tuple(i.length for i in side.indices) if isinstance(side, Arr) else ())
        body = through(Arr.of(hole) if hole.shape else term(hole))
        mapped = kernel.congruence(kernel.assume(premise), self.unfolded(body), hole)
        given = Hypothesis(mapped.conclusion, (), "both sides")
        last = ""
        for others in ((), self.hypotheses) if self.hypotheses else ((),):
            try:
                return kernel.cut(self._shown(self.relation_unfolded(after), given, others, reason), mapped)
            except (kernel.KernelError, ShapeError) as error:
                last = str(error)
        raise CalcError(f"by {reason.label.en}: it does not follow ({last})", before, after)

    def _shown(
        self, goal: Relation, premise: Hypothesis, others: Sequence[Hypothesis], reason: Reason
    ) -> kernel.Theorem:
        hypotheses = (premise, *others)
        if goal.op != "=":
            return kernel.by_inequality(goal, hypotheses, self.independence)
        try:
            return kernel.by_normal_form(goal.lhs, goal.rhs, hypotheses, self.independence, note=reason.label.en)
        except kernel.KernelError:
            replaced = self._replaced(goal, premise, others, reason)
            if replaced is None:
                raise
            return replaced

    def _replaced(
        self, goal: Relation, premise: Hypothesis, others: Sequence[Hypothesis], reason: Reason
    ) -> kernel.Theorem | None:
        """The goal with a symbol replaced by what the premise says it equals."""
        solved = solved_for(premise.relation)
        if solved is None:
            return None
        symbol, _ = solved
        hole = Symbol(symbol.name + "#", symbol.shape, first=symbol.first)
        rename = {symbol: Arr.of(hole) if symbol.shape else term(hole)}
        left, right = (
            kernel.congruence(kernel.assume(premise), substitute(side, {}, rename), hole)
            for side in (goal.lhs, goal.rhs)
        )
        middle = kernel.by_normal_form(
            left.conclusion.rhs, right.conclusion.rhs, others, self.independence, note=reason.label.en
        )
        return kernel.trans(kernel.trans(left, middle), kernel.sym(right))

    def done(self) -> kernel.Theorem:
        """``start implies end``, or ``start iff end`` when every step goes both ways."""
        if not self.ways:
            raise CalcError("no step", self.start, self.start)
        there = self._through([t for t, _ in self.ways])
        backs = [b for _, b in self.ways]
        if any(b is None for b in backs):
            return there
        return kernel.equivalent(there, self._through([b for b in reversed(backs) if b is not None]))

    def _through(self, sequents: Sequence[kernel.Theorem]) -> kernel.Theorem:
        theorem = sequents[0]
        for following in sequents[1:]:
            theorem = kernel.cut(following, theorem)
        first = sequents[0].hypotheses[0]
        return kernel.discharge(theorem, first)


def solved_for(r: Relation) -> tuple[Symbol, Any] | None:
    """The symbol and its value where the left side is a symbol that the right side does not mention."""
    body = r.lhs.body if isinstance(r.lhs, Arr) else r.lhs
    if r.op != "=" or not isinstance(body, Entry) or body.symbol in free_symbols(r.rhs):
        return None
    whole = Arr.of(body.symbol) if body.symbol.shape else term(body.symbol)
    return (body.symbol, r.rhs) if alpha_equal(r.lhs, whole) else None
