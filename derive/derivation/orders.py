"""Chains of objectives with the same minimisers or maximisers: constants dropped, positive factors, logarithms, signs.

>>> from derive.derivation.reasons import remark
>>> from derive.terms import Symbol
>>> x, c = Symbol("x"), Symbol("c")
>>> chain = Ordering(-((x - 1) ** 2) + c, (x,), "argmax").by(remark("drop the constant"), -((x - 1) ** 2))
>>> chain.turned(remark("change the sign"), (x - 1) ** 2).done().conclusion.sign
-1
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derive import kernel
from derive.derivation.calc import Calc, CalcError, Definitions, Step
from derive.derivation.reasons import Reason
from derive.terms import ONE, ZERO, Add, Fn, Hypothesis, Mul, Num, Relation, Symbol, Term, free_symbols, term

OPPOSITE = {"argmin": "argmax", "argmax": "argmin"}


class Ordering(Calc):
    """``argmin start = argmin ... = argmin end`` over ``variables``; where a step changes the sign, argmin becomes argmax."""

    def __init__(
        self,
        start: Any,
        variables: Sequence[Symbol],
        kind: str = "argmin",
        definitions: Definitions | None = None,
        hypotheses: Sequence[Hypothesis] = (),
        independence: Any = None,
    ) -> None:
        super().__init__(start, definitions, hypotheses, independence)
        self.variables = tuple(variables)
        self.kinds = [kind]

    def by(self, reasons: Reason | Sequence[Reason], after: Any, scale: Any = ONE) -> Ordering:
        """The next objective: this one times ``scale`` > 0, up to what does not depend on the variables."""
        return self._next(reasons, after, term(scale), 1)

    def turned(self, reasons: Reason | Sequence[Reason], after: Any, scale: Any = ONE) -> Ordering:
        """The next objective: this one times ``-scale`` < 0; minimisers and maximisers change places."""
        return self._next(reasons, after, term(scale), -1)

    def monotone(self, reason: Reason, after: Any, function: str = "log") -> Ordering:
        """The next objective: the logarithm (or exponential) of this one."""
        after, f = term(after), self.unfolded(self.current)
        t = self._equal(self.unfolded(after), Fn(function, f), reason, after)
        return self._add((reason,), after, kernel.same_order_by_function(t, f, self.variables), 1)

    def _next(self, reasons: Any, after: Any, scale: Term, sign: int) -> Ordering:
        chosen = tuple(reasons) if isinstance(reasons, list | tuple) else (reasons,)
        after = term(after)
        f, g, c = self.unfolded(self.current), self.unfolded(after), self.unfolded(scale)
        positive = self._positive(c, after)
        difference = self._constants(g, ONE) + self._constants(f, Mul(Num(-sign), c))
        error: Exception | None = None
        for rest in (ZERO, difference):
            rhs = Add(Mul(c, f) if sign > 0 else Mul(-1, c, f), rest)
            try:
                t = self._equal(g, rhs, chosen[0], after)
                order = kernel.same_order(t, positive, self.variables, (f, rest))
            except (CalcError, kernel.KernelError) as failed:
                error = failed
                continue
            return self._add(chosen, after, order, sign)
        raise CalcError(str(error).partition("\n")[0], self.current, after)

    def _constants(self, value: Term, factor: Term) -> Term:
        """The addends that do not depend on the variables, times a factor."""
        parts = value.fields if isinstance(value, Add) else (value,)
        fixed = [Mul(factor, u) for u in parts if free_symbols(u).isdisjoint(self.variables)]
        return Add(*fixed) if fixed else ZERO

    def _positive(self, c: Term, after: Any) -> kernel.Theorem:
        try:
            return kernel.by_inequality(Relation("<", ZERO, c), self.hypotheses)
        except kernel.KernelError as error:
            raise CalcError(f"the scale {c!r} is not known to be positive ({error})", self.current, after) from None

    def _equal(self, lhs: Term, rhs: Term, reason: Reason, after: Any) -> kernel.Theorem:
        last = ""
        for hypotheses in ((), self.hypotheses) if self.hypotheses else ((),):
            try:
                return kernel.by_normal_form(lhs, rhs, hypotheses, self.independence, note=reason.label.en)
            except kernel.KernelError as error:
                last = str(error)
        raise CalcError(f"by {reason.label.en}: not the same up to scale and constants ({last})", self.current, after)

    def _add(self, reasons: tuple[Reason, ...], after: Term, theorem: kernel.Theorem, sign: int) -> Ordering:
        seen = {c for s in self.steps for c in s.theorem.conditions}
        fresh = tuple(c for c in theorem.conditions if c not in seen)
        self.steps.append(Step(self.current, after, reasons, theorem, conditions=fresh))
        self.kinds.append(self.kinds[-1] if sign > 0 else OPPOSITE[self.kinds[-1]])
        return self

    def done(self) -> kernel.Theorem:
        """That the first and the last objective order all values of the variables alike (or reversed)."""
        if not self.steps:
            raise CalcError("no step", self.start, self.start)
        theorem = self.steps[0].theorem
        for step in self.steps[1:]:
            theorem = kernel.same_order_trans(theorem, step.theorem)
        return theorem
