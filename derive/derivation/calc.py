"""Calculational proofs: a start, then one step after another, each connected by the kernel.

What a reader sees may mention defined symbols (p, S, delta); a theorem is about the terms with all definitions put
in, so that no derivative is ever taken of an opaque defined symbol.

>>> from derive.derivation.reasons import definition
>>> from derive.rules import RULES
>>> from derive.terms import Index, Size, Sum, Symbol, exp
>>> K = Size("K"); z = Symbol("z", (K,)); i, k = Index("i", 1, K), Index("k", 1, K); S = Symbol("S")
>>> calc = Calc(Sum(i, exp(z[i]) / S), {S: Sum(k, exp(z[k]))})
>>> calc.by(RULES["constant_out_of_sum"], Sum(i, exp(z[i])) / S).by(definition(S), 1).done().conclusion.rhs
1
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from derive import kernel
from derive.derivation.bounding import Bounds, settled, unfolded_law
from derive.derivation.folding import fold
from derive.derivation.parts import by_part
from derive.derivation.reasons import (
    ALGEBRA,
    DULL,
    Definition,
    Given,
    Induction,
    Reason,
    Remark,
)
from derive.derivation.replacing import hole_for, with_hole
from derive.derivation.rewriting import rewrites
from derive.derivation.tidy import expand, same
from derive.normal_form.definedness import Condition
from derive.rules import Label, Rule, RuleError, side_conditions
from derive.terms import (
    Arr,
    Derivative,
    Hypothesis,
    Index,
    Relation,
    ShapeError,
    Size,
    Symbol,
    Universal,
    affine,
    alpha_equal,
    free_symbols,
    rebuild,
    substitute,
    term,
    unfold,
)

Definitions = Mapping[Symbol, Any]
Cases = Callable[..., object]
REPEATS = 12  # how many uses of one rule are tried for the one that leads to the next line
MOST_STEPS = 40
HYPOTHESIS = Label("induction hypothesis", "归纳假设")
MIRRORED = {">=": "<=", ">": "<"}


class CalcError(ValueError):
    """A step that the kernel does not connect, or a rule that applies nowhere. Both sides are in the message."""

    def __init__(self, message: str, before: Any, after: Any) -> None:
        super().__init__(f"{message}\n  from {before!r}\n  to   {after!r}")
        self.before, self.after = before, after


@dataclass(frozen=True)
class Step:
    """``before = after`` as shown, by ``reasons``; ``theorem`` is about the unfolded terms; ``detail`` holds the
    smaller steps.

    ``part`` and ``replacement`` are what changed, where one rule was used at one place. ``conditions`` are the ones
    that definedness asks in this step and not in those before; ``when`` are the side conditions of the rules, as
    shown.
    """

    before: Any
    after: Any
    reasons: tuple[Reason, ...]
    theorem: kernel.Theorem
    part: Any = None
    replacement: Any = None
    conditions: tuple[Condition, ...] = ()
    detail: tuple[Step, ...] = ()
    when: tuple[Relation, ...] = ()
    relation: str = "="

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(dict.fromkeys(r.label for r in self.reasons))

    def label(self, lang: str = "en") -> str:
        """The reasons in words; names of symbols stand between dollar signs, as LaTeX."""
        return ("；" if lang == "zh" else ", ").join(dict.fromkeys(label.of(lang) for label in self.labels))


class Calc(Bounds):
    """A chain ``start = ... = end``, with <= and < (or >= and >) where a step says so.

    ``hypotheses`` may be used by every step; ``independence`` says how expectations of products split.
    """

    def __init__(
        self,
        start: Any,
        definitions: Definitions | None = None,
        hypotheses: Sequence[Any] = (),
        independence: Any = None,
    ) -> None:
        self.start = start if isinstance(start, Arr) else term(start)
        self.definitions = dict(definitions or {})
        self.given = tuple(hypotheses)
        self.hypotheses = tuple(unfolded_hypothesis(h, self.definitions) for h in kernel.side.relational(hypotheses))
        self.laws = tuple(unfolded_law(h, self.definitions) for h in hypotheses if isinstance(h, Universal))
        self.independence = independence
        self.steps: list[Step] = []

    @property
    def current(self) -> Any:
        return self.steps[-1].after if self.steps else self.start

    def unfolded(self, value: Any) -> Any:
        return unfold(value, self.definitions)

    def by(self, reasons: Reason | Sequence[Reason], after: Any) -> Calc:
        """The next line, equal by one reason or several. Raises CalcError with both sides when it does not follow."""
        chosen: tuple[Reason, ...] = tuple(reasons) if isinstance(reasons, Sequence) else (reasons,)
        after = after if isinstance(after, Arr) else term(after)
        theorem = self.connect(self.current, after, chosen)
        self._append(self.current, after, chosen, theorem, self._detail(self.current, after, chosen))
        return self

    def replace(self, reason: Reason, part: Any, equal: Any) -> Calc:
        """The next line: this one with ``part`` (a term, or an inverse matrix) replaced by what it equals."""
        part, equal = (v if isinstance(v, Arr) else term(v) for v in (part, equal))
        before, hole = self.current, hole_for(part)
        body = with_hole(before, part, hole)
        after = substitute(body, {}, {hole: equal})
        if after is before:
            raise CalcError(f"by {reason.label.en}: the part does not stand there", before, part)
        lemma = self.connect(part, equal, (reason,))
        unfolded = with_hole(self.unfolded(before), self.unfolded(part), hole)
        theorem = kernel.congruence(lemma, unfolded, hole)
        self._append(before, after, (reason,), theorem, ())
        return self

    def le(self, reason: Reason | Sequence[Reason], after: Any) -> Calc:
        """The next line, which is at least this one, by a certificate that the kernel checks."""
        return self._ordered(reason, after, "<=")

    def lt(self, reason: Reason | Sequence[Reason], after: Any) -> Calc:
        """The next line, which is greater than this one."""
        return self._ordered(reason, after, "<")

    def ge(self, reason: Reason | Sequence[Reason], after: Any) -> Calc:
        """The next line, which is at most this one."""
        return self._ordered(reason, after, ">=")

    def gt(self, reason: Reason | Sequence[Reason], after: Any) -> Calc:
        """The next line, which is less than this one."""
        return self._ordered(reason, after, ">")

    def induction(self, n: Size, after: Any, base: Cases, step: Cases) -> Calc:
        """The next line for every ``n``: ``base`` goes from this line to the next at the least n, ``step`` at n + 1.

        ``step`` is also handed the statement at n, to be used as `given`.
        """
        before = self.current
        after = after if isinstance(after, Arr) else term(after)
        claim = Hypothesis(Relation("=", before, after), (), HYPOTHESIS.en)

        def case(at: Any, hypotheses: Sequence[Hypothesis]) -> Calc:
            start = substitute(before, {n: at})
            return Calc(start, self.definitions, [*self.given, *hypotheses], self.independence)

        first, second = case(n.lower, ()), case(affine(n) + 1, [claim])
        base(first)
        step(second, claim)
        for one, at in ((first, affine(n.lower)), (second, affine(n) + 1)):
            end = substitute(after, {n: at})
            if not alpha_equal(one.current, end):
                one.by(ALGEBRA, end)
        theorem = kernel.induction(n, first.done(), second.done())
        self._append(before, after, (Induction(n.name, tuple(first.steps), tuple(second.steps)),), theorem, ())
        return self

    def induction_over(self, index: Index, after: Any, base: Cases, step: Cases, down: bool = False) -> Calc:
        """The next line for every value of a free index of this one, from the first value up, or ``down`` from the last.

        ``step`` goes from a value to the next (to the one before) and is handed the statement at the value it comes from, to
        be used as `given`; the index then runs over the range without its last value.
        """
        before = self.current
        after = after if isinstance(after, Arr) else term(after)
        r = Index(index.name, index.lo, affine(index.hi) - 1)
        first, last = (index.hi, affine(r)) if down else (index.lo, affine(r) + 1)
        known = affine(r) + 1 if down else affine(r)
        claim = Hypothesis(
            Relation("=", substitute(before, {index: known}), substitute(after, {index: known})), (), HYPOTHESIS.en
        )
        theorems, cases = [], []
        for at, hypotheses, derivation in ((first, [], base), (last, [claim], step)):
            case = Calc(
                substitute(before, {index: at}), self.definitions, [*self.given, *hypotheses], self.independence
            )
            derivation(case, r, claim) if hypotheses else derivation(case)
            end = substitute(after, {index: at})
            if not alpha_equal(case.current, end):
                case.by(ALGEBRA, end)
            theorems.append(case.done())
            cases.append(tuple(case.steps))
        theorem = kernel.induction_over(index, r, theorems[0], theorems[1], down=down)
        self._append(before, after, (Induction(index.name, *cases),), theorem, ())
        return self

    def _ordered(self, reasons: Reason | Sequence[Reason], after: Any, relation: str) -> Calc:
        chosen: tuple[Reason, ...] = tuple(reasons) if isinstance(reasons, Sequence) else (reasons,)
        after = after if isinstance(after, Arr) else term(after)
        before = self.current
        theorem = self.compare(before, after, relation, *chosen)
        self._append(before, after, chosen, theorem, (), relation)
        return self

    def compare(self, before: Any, after: Any, relation: str, *reasons: Reason) -> kernel.Theorem:
        """The kernel's theorem that ``before relation after``; >= and > are written the other way round."""
        sides = (self.unfolded(before), self.unfolded(after))
        claim = Relation(relation, *sides) if relation in ("<=", "<") else Relation(MIRRORED[relation], *sides[::-1])
        last, lemmas = "", self.instances(reasons)
        for hypotheses in self.choices(reasons, lemmas):
            try:
                return settled(kernel.by_inequality(claim, hypotheses, self.independence), lemmas)
            except (kernel.KernelError, ShapeError) as error:
                last = str(error)
        raise CalcError(f"by {reasons[0].label.en}: {relation} is not shown ({last})", before, after)

    def reads(self, after: Any) -> Calc:
        """The last line again, as the term ``after`` that is written in the same way."""
        last = self.steps.pop()
        theorem = self.connect(last.before, after, last.reasons)
        detail = last.detail
        if detail:
            end = detail[-1]
            arrived = replace(end, after=after, theorem=self.connect(end.before, after, end.reasons))
            detail = (*detail[:-1], arrived)
        self._append(last.before, after, last.reasons, theorem, detail)
        return self

    def then(self, steps: Sequence[Step]) -> Calc:
        """Steps that are proved already, such as those of a differentiation."""
        for step in steps:
            self._append(step.before, step.after, step.reasons, step.theorem, step.detail, step.relation)
        return self

    def planned(self, line: Any) -> Calc:
        """A line of a plan (`derive.derivation.differentiation`): proved here, its details too where the kernel shows
        them.
        """
        theorem = self.connect(line.before, line.after, line.reasons)
        detail: list[Step] = []
        for d in line.detail:
            try:
                t = self.connect(d.before, d.after, d.reasons)
            except CalcError:
                detail = []
                break
            detail.append(Step(d.before, d.after, d.reasons, t, d.part, d.replacement, t.conditions))
        self._append(line.before, line.after, line.reasons, theorem, tuple(detail))
        return self

    def _append(
        self,
        before: Any,
        after: Any,
        reasons: tuple[Reason, ...],
        theorem: kernel.Theorem,
        detail: tuple[Step, ...],
        relation: str = "=",
    ) -> None:
        seen = {c for s in self.steps for c in s.theorem.conditions}
        fresh = tuple(c for c in theorem.conditions if c not in seen)
        part = detail[0].part if len(detail) == 1 else None
        replacement = detail[0].replacement if len(detail) == 1 else None
        kept = detail if len(detail) > 1 else ()
        when = tuple(dict.fromkeys(w for d in detail for w in d.when))
        self.steps.append(Step(before, after, reasons, theorem, part, replacement, fresh, kept, when, relation))

    def connect(self, before: Any, after: Any, reasons: Sequence[Reason]) -> kernel.Theorem:
        """The kernel's theorem that the two lines are equal."""
        note = ", ".join(r.name if isinstance(r, Rule) else r.label.en for r in reasons)
        lhs, rhs = self.unfolded(before), self.unfolded(after)
        if alpha_equal(lhs, rhs):
            return kernel.refl(lhs)
        last, lemmas = "", self.instances(reasons)
        for hypotheses in self.choices(reasons, lemmas):
            try:
                return settled(kernel.by_normal_form(lhs, rhs, hypotheses, self.independence, note=note), lemmas)
            except (kernel.KernelError, ShapeError) as error:
                last = str(error)
        inside = by_part(lhs, rhs, lambda a, b: kernel.by_normal_form(a, b, (), self.independence, note=note))
        if inside is not None:
            return inside
        raise CalcError(f"by {note}: not shown equal ({last})", before, after)

    def choices(
        self, reasons: Sequence[Reason], lemmas: Sequence[kernel.Theorem] = ()
    ) -> Sequence[tuple[Hypothesis, ...]]:
        """The sets of hypotheses to try, the smallest first: those that are named, or none; then all."""
        known = tuple(Hypothesis(t.conclusion, (), t.proof.note) for t in lemmas)
        named = [
            unfolded_hypothesis(h, self.definitions) for r in reasons if isinstance(r, Given) for h in r.hypotheses
        ]
        first = tuple(h for h in named if h in self.hypotheses)
        return tuple(dict.fromkeys(((*first, *known), (*self.hypotheses, *known))))

    def _detail(self, before: Any, after: Any, reasons: tuple[Reason, ...]) -> tuple[Step, ...]:
        """The reasons one by one, each used where it applies, and what is left as algebra. Raises CalcError where a
        rule does not.
        """
        steps: list[Step] = []
        used: set[Reason] = set()
        if len(reasons) > 1 or isinstance(reasons[0], Rule):
            self._exhaust(reasons, before, after, steps, used)
        missing = next((r for r in reasons if isinstance(r, Rule) and r not in used), None)
        now = steps[-1].after if steps else before
        if missing is not None and not same(now, after):
            wide = expand(now)
            if not alpha_equal(wide, now):
                steps.append(Step(now, wide, (ALGEBRA,), self.connect(now, wide, (ALGEBRA,))))
                self._exhaust(reasons, wide, after, steps, used)
            missing = next((r for r in reasons if isinstance(r, Rule) and r not in used), None)
            if missing is not None:
                raise CalcError(f"{missing.label.en} applies nowhere", now, after)
        if not steps:
            return ()
        now = steps[-1].after
        if same(now, after):
            steps[-1] = replace(
                steps[-1], after=after, theorem=self.connect(steps[-1].before, after, steps[-1].reasons)
            )
        else:
            others = tuple(r for r in reasons if isinstance(r, Given | Remark)) or (ALGEBRA,)
            steps.append(Step(now, after, others, self.connect(now, after, others)))
        return tuple(steps)

    def _exhaust(self, reasons: tuple[Reason, ...], now: Any, after: Any, steps: list[Step], used: set[Reason]) -> None:
        """Use the reasons in turn until none applies or the next line is reached; constants are differentiated
        without mention.
        """
        silent = DULL if any(_repeatable(r) for r in reasons) else ()
        going = True
        while going and len(steps) < MOST_STEPS:
            going = False
            for reason in (*reasons, *silent):
                if reason in used and not _repeatable(reason):
                    continue
                step = self._use(reason, now, after)
                if step is None:
                    continue
                going = True
                used.add(reason)
                steps.append(step)
                now = step.after
                if same(now, after):
                    return
                if reason in silent:
                    break

    def _use(self, rule: Reason, before: Any, target: Any) -> Step | None:
        """One use of a rule that the kernel confirms, if possible the one that leads to the target."""
        if isinstance(rule, Definition):
            return self._define(rule, before, target)
        if not isinstance(rule, Rule):
            return None
        found: list[Step] = []
        for candidate in self._uses(rule, before):
            found.append(candidate)
            if same(candidate.after, target):
                return candidate
            if _repeatable(rule) or len(found) >= REPEATS:
                break
        return found[0] if found else None

    def _define(self, reason: Definition, before: Any, target: Any) -> Step | None:
        """The definition put in where it is differentiated, else everywhere; or recognised, when it is not there."""
        symbol = reason.symbol
        only = {symbol: self.definitions[symbol]}
        if symbol in free_symbols(before):
            new = _unfold_differentiated(before, symbol, only)
            if new is before:
                if symbol in free_symbols(target):
                    return None
                new = unfold(before, only)
        else:
            new = fold(before, only)
        if new is before:
            return None
        return Step(before, new, (reason,), self.connect(before, new, (reason,)))

    def _uses(self, rule: Rule, before: Any) -> Iterator[Step]:
        for backwards in (False, True) if not _repeatable(rule) else (False,):
            for r in rewrites(rule, before, self.depends, backwards):
                try:
                    side_conditions([self._unfolded_relation(w) for w in r.conditions], (), self.hypotheses)
                    theorem = self.connect(before, r.after, (rule,))
                except (CalcError, RuleError):
                    continue
                yield Step(
                    before, r.after, (rule,), theorem, r.part, r.replacement, theorem.conditions, when=r.conditions
                )

    def _unfolded_relation(self, w: Any) -> Any:
        return type(w)(w.op, self.unfolded(w.lhs), self.unfolded(w.rhs))

    def depends(self, value: Any, symbol: Symbol) -> bool:
        """Whether a value depends on a symbol, also through definitions."""
        return depends(value, symbol, self.definitions)

    @property
    def descending(self) -> bool:
        """Whether the chain goes down (>= and >). A chain that goes both ways proves nothing: CalcError."""
        relations = {step.relation for step in self.steps}
        if relations & {">=", ">"} and relations & {"<=", "<"}:
            raise CalcError("the chain goes up and down", self.start, self.current)
        return bool(relations & {">=", ">"})

    def done(self) -> kernel.Theorem:
        """``start = end`` (or <=, <; for a chain that goes down ``end <= start``) by transitivity."""
        if not self.steps:
            return kernel.refl(self.unfolded(self.start))
        theorems = [step.theorem for step in self.steps]
        if self.descending:
            turned = [kernel.sym(s.theorem) if s.relation == "=" else s.theorem for s in self.steps]
            theorems = turned[::-1]
        theorem = theorems[0]
        for other in theorems[1:]:
            theorem = kernel.trans(theorem, other)
        return theorem


def depends(value: Any, symbol: Symbol, definitions: Definitions) -> bool:
    """Whether a value mentions a symbol, directly or through definitions."""
    reached: set[Symbol] = set()
    todo = list(free_symbols(value))
    while todo:
        s = todo.pop()
        if s is symbol:
            return True
        if s not in reached:
            reached.add(s)
            todo.extend(free_symbols(definitions[s]) if s in definitions else ())
    return False


def _unfold_differentiated(value: Any, symbol: Symbol, only: Definitions) -> Any:
    """A definition put in where the symbol stands under a derivative by something else."""
    if isinstance(value, Derivative) and value.symbol is not symbol and symbol in free_symbols(value.body):
        return Derivative(unfold(value.body, only), value.symbol, value.indices)
    return rebuild(value, lambda c: _unfold_differentiated(c, symbol, only))


def _repeatable(reason: Reason) -> bool:
    """Whether every use brings the end nearer: a derivative is taken or a delta used up."""
    return isinstance(reason, Rule) and (isinstance(reason.lhs, Derivative) or reason.name == "sum_over_delta")


def unfolded_hypothesis(h: Hypothesis, definitions: Definitions) -> Hypothesis:
    """A hypothesis about the unfolded terms."""
    r = h.relation
    return Hypothesis(type(r)(r.op, unfold(r.lhs, definitions), unfold(r.rhs, definitions)), h.schematic, h.source)
