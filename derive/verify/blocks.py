"""A display formula, in the scope in force there, to one result a relation sign: the rules of DESIGN section 7.

Imports parse, decide, terms and the rest of verify below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.decide.repair import repair
from derive.parse import syntax as s
from derive.parse.definitions import new_left_side
from derive.parse.documents import Display, Formula, Sentence
from derive.parse.errors import ReadError, ShapeError
from derive.parse.hypotheses import assume_relation, domain_of
from derive.parse.names import symbol_key
from derive.parse.rows import Chain, Side, Step, read_display
from derive.parse.scope import Scope
from derive.parse.steps import ElaboratedStep, declare_chain, define_step, elaborate_step, is_definition
from derive.terms import Relation, Term
from derive.verify import cues, inverses, proportions, resting, stating
from derive.verify.caution import cautious
from derive.verify.conditions import conditioned
from derive.verify.contexts import context_of
from derive.verify.doubts import at_other_values, where_spoken_of
from derive.verify.earlier import instead, is_one_case
from derive.verify.facts import is_to_be_shown, said
from derive.verify.fresh import read_afresh
from derive.verify.judging import (
    IMPLIED,
    IMPLIES,
    Outcome,
    Statement,
    differentiates,
    expects,
    judge,
    relations_of,
    rests_on_integrals,
    supposes_of_defined_names,
)
from derive.verify.limits import OutOfTime, calm, deadline
from derive.verify.meanings import (
    another_signature,
    defines_variables,
    function_anew,
    given_by_earlier_entries,
    gives_anew,
    hypothesis_named,
    names_a_declared_symbol,
    not_understood,
    of_several_kinds,
    speaks_of_one_entry,
)
from derive.verify.misfits import doubtful, shapes_of
from derive.verify.results import StepResult
from derive.verify.rows_above import settle_row_above
from derive.verify.session import Judged, Session
from derive.verify.wide_logarithms import read_wide

_EQUAL = ("=", ":=", "\\equiv")


class Block:
    """One display being judged."""

    def __init__(
        self, session: Session, display: Display, scope: Scope, around: Sequence[Sentence] = (), words: str = ""
    ) -> None:
        self.session, self.display, self.scope = session, display, scope
        self.formula: Formula = display.formula
        self.around = tuple(around)
        self.words = words
        self.judged: dict[int, Judged] = {}
        self.rows: list[Judged] = []
        self.premises: set[int] = set()

    def run(self) -> None:
        """Judges every step; the results go to the session in reading order."""
        chains = read_display(self.formula.text)
        self.premises = {id(step.premise) for c in chains for step in c.steps if step.premise is not None}
        for chain in chains:
            declare_chain(chain, self.scope, self.display.line)
            if not chain.steps:
                if chain.bare is not None and chain.bare.error is not None and "=" in chain.bare.latex:
                    self.session.chains += 1
                    end = Side("", chain.bare.end, chain.bare.end, None)
                    self.unread(Step(chain.bare, "", end, chain.bare.start, 0), chain.bare.error)
                continue
            self.session.chains += 1
            first = len(self.session.results)
            given = inverses.note(chain, self.scope, self.display.line)
            for position, step in enumerate(chain.steps):
                if id(step) in given:
                    inverses.settle(self, step, chain, given[id(step)])
                else:
                    self.step(step, chain, position)
            settle_row_above(self, chain, first)
            resting.remember(self, chain, first)
            self.remember(chain, first)
            inverses.turn(self, chain, first)

    def remember(self, chain: Chain, first: int) -> None:
        """Keeps what the left side of a chain of equations was found equal to."""
        mine = [j for j in self.rows if j.number >= first]
        if is_one_case(chain, self.words) or is_to_be_shown(self.words) or chain.steps[0].introduced_by or not mine:
            return
        if any(st.relation not in _EQUAL or st.error for st in chain.steps) or hypothesis_named(chain):
            return
        if any(j.outcome.verdict in ("refuted", "unread") for j in mine):
            return
        sure = all(j.outcome.verdict in ("proved", "definition") for j in mine)
        for side in dict.fromkeys((chain.steps[0].rhs.latex, chain.steps[-1].rhs.latex)):
            self.session.equations.note(chain.steps[0].lhs.latex, side, self.line(chain.steps[-1]), sure)

    # -- one step

    def step(self, step: Step, chain: Chain, position: int) -> None:
        if self.session.announce is not None:
            self.session.announce(len(self.session.results))
        if len(self.session.results) in self.session.skip:
            outcome = Outcome("undecided", reason="stopped: it went over the limit of time or memory")
            self.add(Statement(step, ElaboratedStep("", None, None)), outcome)
            return
        error = step.error
        if error is not None or step.lhs.node is None or step.rhs.node is None:
            self.unread(
                step,
                error or ReadError("there is no relation to judge here", step.start, step.start + 1, self.formula.text),
            )
            return
        if position == 0 and self.defines(step):
            self.definition(step, chain)
            return
        if position == 0 and another_signature(step, self.scope, self.session.several):
            self.redefinition(step, chain)
            return
        recursive = given_by_earlier_entries(step, self.scope) if position == 0 else ""
        if recursive and not stating.iterate(self, step, chain):
            self.session.unclear.add(recursive)
            reason = f"{recursive} is given by its earlier entries; such a definition is not unfolded"
            self.add(Statement(step, ElaboratedStep("=", None, None)), Outcome("definition", reason=reason))
        if recursive:
            return
        e = elaborate_step(step, self.scope, self.line(step), chain.conditions)
        statement = Statement(step, e)
        if e.error is not None:
            if not self.proved_afresh(step, chain):
                self.not_elaborated(statement, e, chain if position == 0 else None)
                stating.settle(self, position)
            return
        if self.supposed(step, position):
            self.assume(step, statement)
            return
        self.claim(statement, chain, position)

    def proved_afresh(self, step: Step, chain: Chain) -> bool:
        """Whether a step that does not fit what was inferred before is proved when its names are guessed anew."""
        found = None if step.introduced_by else read_afresh(step, self.scope, self.line(step), chain.conditions)
        if found is None or is_one_case(chain, ""):
            return False
        statement = Statement(step, found[0])
        outcome = cautious(self.decide(statement, found[1], [], "", ()), step, found[0], self.session.unclear, found[1])
        if outcome.verdict == "proved":
            names = ", ".join(sorted(found[0].inferred))
            self.add(
                statement, replace(outcome, remarks=(*outcome.remarks, f"read without what was inferred of {names}"))
            )
        return outcome.verdict == "proved"

    def defines(self, step: Step) -> bool:
        """Whether the first step of a chain defines its left side."""
        if is_definition(step, self.scope):
            return not resting.has_said(self, step)
        claims = any(j.outcome.verdict != "definition" for j in self.rows)
        if step.relation in _EQUAL and defines_variables(step, self.scope, self.words):
            return True
        return not step.introduced_by and step.relation in _EQUAL and names_a_declared_symbol(step, self.scope, claims)

    def redefines(self, step: Step) -> bool:
        """Whether a name that an earlier section defined is given another meaning here."""
        left = step.lhs.node
        if step.introduced_by or step.relation not in _EQUAL or left is None:
            return False
        key = symbol_key(left.head) if isinstance(left, s.ApplyOrProduct) else symbol_key(left)
        where = self.session.defined.get(key or "")
        if where is None or where == self.session.section[: len(where)]:
            return False
        return step.rhs.node is not None and key not in s.free_names(step.rhs.node)

    def redefinition(self, step: Step, chain: Chain) -> None:
        left = step.lhs.node
        key = (
            (symbol_key(left.head) if isinstance(left, s.ApplyOrProduct) else symbol_key(left))
            if left is not None
            else None
        )
        if key is not None:
            self.scope.forget(key)
        self.definition(step, chain)

    def definition(self, step: Step, chain: Chain) -> None:
        assert step.lhs.node is not None
        key = new_left_side(step.lhs.node, self.scope, strict=False)
        try:
            define_step(step, self.scope, self.line(step), chain.conditions)
            outcome = Outcome("definition")
            self.session.defined[key or ""] = self.session.section
        except ReadError as error:
            outcome = Outcome("definition", reason=f"what it defines is not understood: {error}")
            not_understood(self.session, self.scope, key)
        except RecursionError:
            outcome = Outcome("definition", reason="what it defines is nested too deep to be understood")
            not_understood(self.session, self.scope, key)
        self.session.unclear.discard(key or "") if not outcome.reason else None
        e = ElaboratedStep("=", None, None)
        self.add(Statement(step, e), outcome)

    def not_elaborated(self, statement: Statement, e: ElaboratedStep, chain: Chain | None) -> None:
        error = e.error
        assert error is not None
        shapes = shapes_of(error) if isinstance(error, ShapeError) else None
        if isinstance(error, ShapeError) and shapes is not None:
            stale = {k for k in e.uses if self.is_stale(k)}
            doubt = doubtful(error, shapes, statement.step, e, self.scope, self.session.unclear, stale)
            doubt = of_several_kinds(self.session, statement.step) or doubt
            if doubt:
                self.add(statement, Outcome("undecided", reason=f"{error.message}; {doubt}"))
                return
            if chain is not None and gives_anew(statement.step, self.scope, set()):
                self.redefinition(statement.step, chain)
                return
            cx = {"sizes": self.sizes(e), "shapes": list(shapes)}
            self.add(statement, Outcome("refuted", reason=error.message, counterexample=cx), error)
            self.suggest(statement, self.scope, ())
            return
        if error.kind in ("unsupported", "shape") or error.hint or e.uses & self.session.unclear:
            self.add(statement, Outcome("undecided", reason=str(error)), error)
        else:
            self.unread(statement.step, error)

    def is_stale(self, key: str) -> bool:
        """Whether a name was defined in another section."""
        where = self.session.defined.get(key)
        return where is not None and where != self.session.section[: len(where)]

    def sizes(self, e: ElaboratedStep) -> dict[str, int]:
        """Distinct small sizes, at which shapes that may differ do differ."""
        names = [n for n in self.scope.sizes if any(n in text for text in (e.shapes or ()))]
        return {name: 2 + k for k, name in enumerate(names)}

    def unread(self, step: Step, error: ReadError) -> None:
        line, column = self.formula.place(min(error.start, max(0, len(self.formula.text) - 1)))
        reason = f"{error} (line {line}, column {column})"
        self.add(Statement(step, ElaboratedStep("", None, None)), Outcome("unread", reason=reason), error)

    # -- assumptions

    def supposed(self, step: Step, position: int) -> bool:
        if step.introduced_by or not cues.supposes(self.words):
            return False
        return position == 0 or self.rows[-1].outcome.verdict == "assumption"

    def assume(self, step: Step, statement: Statement) -> None:
        """A display in a `suppose` sentence: a hypothesis to the end of its section."""
        assert step.lhs.node is not None and step.rhs.node is not None
        before = len(self.scope.hypotheses)
        item = s.Relations(step.lhs.start, step.rhs.end, step.lhs.node, ((step.relation, step.rhs.node),))
        try:
            if not domain_of(item, self.scope, self.formula.text):
                assume_relation(item, self.scope, self.formula.text, self.line(step))
        except ReadError as error:
            self.add(statement, Outcome("assumption", reason=f"not used below: {error}"))
            return
        self.session.assumed.extend(self.scope.hypotheses[before:])
        self.add(statement, Outcome("assumption", reason="the sentence states it as a condition"))

    # -- claims

    def claim(self, statement: Statement, chain: Chain, position: int) -> None:
        step, e = statement.step, statement.elaborated
        cases = cues.index_guards(chain.conditions, self.scope, e.indices)
        cases += cues.sentence_guards(self.around, self.scope, e.indices)
        guards = list(dict.fromkeys(c.guard for c in cases))
        beside = (*chain.conditions, *cues.sentence_conditions(self.around))
        scope = conditioned(self.scope, beside, self.display.line)
        if scope is not self.scope:  # a narrowed symbol is another symbol
            narrowed = elaborate_step(step, scope, self.line(step), chain.conditions)
            if narrowed.error is None:
                statement, e = Statement(step, narrowed), narrowed
        statement = self.about(statement, chain)
        e = statement.elaborated
        arrow = step.introduced_by
        premises: list[Relation] = []
        if arrow:
            before = self.judged.get(id(step.premise)) if step.premise is not None else self.session.last
            if before is not None and before.outcome.verdict != "refuted":
                premises = relations_of(before.statement)
        if arrow and not premises:
            arrow = ""
        outcome = self.decide(statement, scope, premises, arrow, guards)
        above = False
        if not arrow and position == 0 and outcome.verdict in ("undecided", "refuted"):
            outcome, above = self.from_above(statement, scope, outcome, guards)
        if outcome.verdict in ("refuted", "undecided"):
            hypothesis = hypothesis_named(chain)
            note = f"; as an identity it fails at {outcome.witness}" if outcome.witness else ""
            if hypothesis and not arrow:
                outcome = Outcome("assumption", reason=f"what {hypothesis} says{note}", seconds=outcome.seconds)
            elif self.is_equation(statement, chain, position):
                outcome = Outcome("assumption", reason=f"an equation to be solved{note}", seconds=outcome.seconds)
            elif outcome.verdict == "refuted" and arrow and speaks_of_one_entry(premises, e):
                reason = "whether the condition is meant for one index or for all of them is not certain"
                outcome = Outcome("undecided", reason=reason, seconds=outcome.seconds)
        outcome = cautious(outcome, step, e, self.session.unclear, scope)
        if outcome.verdict == "undecided" and position == 0 and not arrow and scope is self.scope and not guards:
            outcome = self.from_earlier(step, chain, outcome)
        if outcome.verdict == "undecided" and not arrow and not guards:
            outcome = resting.from_earlier(self, statement, scope, outcome)
        if cases and outcome.verdict == "proved":
            outcome = replace(
                outcome, conditions=tuple(dict.fromkeys((*(c.latex for c in cases), *outcome.conditions)))
            )
        if outcome.verdict == "refuted":
            limit = self.session.budget.allowance
            outcome = at_other_values(outcome, statement, scope, premises, arrow, guards, limit)
            outcome = where_spoken_of(outcome, statement, scope, premises, arrow, guards, limit, self.line(step))
        used = {k for r in self.rows for k in r.statement.elaborated.uses}
        if (
            outcome.verdict == "refuted"
            and position == 0
            and (
                self.redefines(step)
                or gives_anew(step, self.scope, used)
                or function_anew(step, self.scope, self.words)
            )
        ):
            self.redefinition(step, chain)
            return
        self.add(statement, outcome, above=above)
        stating.settle(self, position if not arrow else -1)
        if self.rows[-1].outcome.verdict == "refuted" and not guards:
            self.suggest(statement, scope, premises)

    def about(self, statement: Statement, chain: Chain) -> Statement:
        """A proportionality with the variables in which it may be meant."""
        e = statement.elaborated
        if e.relation != "proportional":
            return statement
        return Statement(statement.step, replace(e, about=tuple(proportions.variables(chain, self.around))))

    def suggest(self, statement: Statement, scope: Scope, premises: Sequence[Relation]) -> None:
        """Adds the slip after which the step just refuted is proved, when one is found quickly."""
        if self.session.repairs <= 0:
            return
        self.session.repairs -= 1
        found = None
        try:
            with deadline(min(4.0, self.session.limit)):
                context = context_of(
                    scope, [x for x in (statement.elaborated.lhs, statement.elaborated.rhs) if x is not None]
                )
                found = repair(statement.step, scope, context, premises)
        except (OutOfTime, Exception):  # a suggestion is a courtesy; without one the verdict stands
            calm()
            found = None
        if found is not None:
            last = self.session.results[-1]
            self.session.results[-1] = replace(last, suggestion={"latex": found.latex, "why": found.why})

    def decide(
        self, statement: Statement, scope: Scope, premises: Sequence[Relation], arrow: str, guards: Sequence[Term]
    ) -> Outcome:
        before, alone = 0.0, not premises and not guards
        heavy = alone and ((rests_on_integrals(statement, scope) and not arrow) or supposes_of_defined_names(scope))
        if heavy:  # Bayes' theorem holds whatever the evidence p(y) is: the integral that it is need not be found
            outcome = judge(statement, scope, self.session.budget.allowance / 2, folded=True)
            if outcome.verdict == "proved":
                return outcome
            before = outcome.seconds
        outcome = judge(statement, scope, self.session.budget.allowance, premises, arrow, guards=guards)
        outcome = replace(outcome, seconds=outcome.seconds + before)
        left = min(self.session.budget.allowance, self.session.limit - outcome.seconds)
        if outcome.verdict == "undecided" and alone and not heavy and left > 0.02:
            folded = judge(statement, scope, left, folded=True)
            best = folded if folded.verdict == "proved" else outcome
            outcome = replace(best, seconds=outcome.seconds + folded.seconds)
        if outcome.verdict != "proved" and alone:
            outcome = read_wide(statement, scope, self.line(statement.step), outcome, left)
        if outcome.verdict == "undecided":
            self.session.budget.spent(outcome.seconds)
        return outcome

    def from_above(
        self, statement: Statement, scope: Scope, alone: Outcome, guards: Sequence[Term]
    ) -> tuple[Outcome, bool]:
        """A row with its own left side that is no identity may follow from the row above it in the block."""
        above = [j for j in self.rows if j.outcome.verdict in ("assumption", "undecided") or j.above]
        if not above:
            return alone, False
        found = alone
        for chosen in (above[-1:], above[-4:]):
            premises = [r for j in chosen for r in relations_of(j.statement)]
            if not premises or (len(above) == 1 and chosen is not above[-1:] and found is not alone):
                continue
            found = self.decide(statement, scope, premises, IMPLIED, guards)
            found = replace(found, seconds=found.seconds + alone.seconds)
            if found.verdict == "proved":
                return replace(found, reason=resting.from_rows(chosen)), True
            if found.verdict == "refuted" and chosen == above[-4:]:
                return found, False
            if len(above) == 1:
                break
        if alone.verdict == "refuted":
            reason = f"not shown to follow from the row above; on its own it fails at {alone.witness}"
            return Outcome("undecided", reason=reason, seconds=found.seconds), False
        return alone, False

    def from_earlier(self, step: Step, chain: Chain, alone: Outcome) -> Outcome:
        """A row about a quantity that was set equal to something before may follow from that row."""
        if is_one_case(chain, self.words) or alone.seconds > self.session.limit / 2:
            return alone
        for earlier in self.session.equations.about(step.lhs.latex, step.rhs.latex)[:3]:
            other = instead(step, earlier)
            e = elaborate_step(other, self.scope, self.line(step), chain.conditions) if other is not None else None
            if other is None or e is None or e.error is not None:
                continue
            found = self.decide(self.about(Statement(other, e), chain), self.scope, [], "", ())
            found = cautious(found, other, e, self.session.unclear, self.scope)
            if found.verdict == "proved":
                return replace(found, reason=said([earlier.line], () if earlier.sure else [earlier.line]))
        return alone

    def is_equation(self, statement: Statement, chain: Chain, position: int) -> bool:
        """A statement that is no identity, but a condition: an arrow goes on from it, or it is set to a constant."""
        step = statement.step
        last = position == len(chain.steps) - 1
        zero = isinstance(step.rhs.node, s.Number) and step.rhs.node.text == "0"
        to_zero = zero and differentiates(statement.elaborated.lhs)
        if step.introduced_by or not (last or to_zero):
            return False
        if position == len(chain.steps) - 2 and to_zero and id(chain.steps[-1]) in self.premises:
            return True  # f'(x) = 0 = ..., and an arrow goes on from it: one equation, with 0 between its sides
        if id(step) in self.premises:
            return True
        constant = isinstance(step.rhs.node, s.Number) or isinstance(step.lhs.node, s.Number)
        if step.relation == "=" and constant and cues.solves(self.words):
            return True
        e = statement.elaborated
        plain = not any(differentiates(x) or expects(x) for x in (e.lhs, e.rhs))
        return len(chain.steps) == 1 and plain and cues.hints(self.words)

    # -- results

    def line(self, step: Step) -> int:
        return self.formula.place(min(step.start, max(0, len(self.formula.text) - 1)))[0]

    def add(self, statement: Statement, outcome: Outcome, error: ReadError | None = None, above: bool = False) -> None:
        step = statement.step
        number = len(self.session.results)
        line, column = self.formula.place(min(step.start, max(0, len(self.formula.text) - 1)))
        end = self.formula.place(min(max(step.rhs.end - 1, step.start), max(0, len(self.formula.text) - 1)))[0]
        lhs, relation, rhs = step.lhs.latex, step.relation, step.rhs.latex
        if step.introduced_by:
            before = step.premise or (self.session.last.statement.step if self.session.last else None)
            lhs, rhs = _written(before) if before is not None else "", _written(step)
            relation = step.introduced_by
        result = StepResult(
            line, self.session.chains, lhs, relation, rhs, outcome.verdict, outcome.rule, outcome.conditions, outcome.reason,
            outcome.counterexample, None, outcome.seconds, column, end, outcome.witness, self.caret(error),
            tuple(dict.fromkeys((*outcome.remarks, *statement.elaborated.remarks))),
        )  # fmt: skip
        self.session.results.append(result)
        judged = Judged(statement, outcome, number, above)
        self.judged[id(step)] = judged
        self.rows.append(judged)
        self.session.last = judged

    def caret(self, error: ReadError | None) -> str:
        """The line of the display with a caret under the place of an error."""
        if error is None:
            return ""
        return ReadError(error.message, error.start, error.end, self.formula.text, error.hint).caret()

    def amend(self, judged: Judged, outcome: Outcome) -> None:
        """Another verdict on a step, in the light of a later row."""
        judged.outcome = outcome
        old = self.session.results[judged.number]
        self.session.results[judged.number] = replace(
            old, verdict=outcome.verdict, rule=outcome.rule, conditions=outcome.conditions, reason=outcome.reason,
            counterexample=outcome.counterexample, witness=outcome.witness, suggestion=None, seconds=outcome.seconds,
        )  # fmt: skip


def _written(step: Step) -> str:
    return " ".join(part for part in (step.lhs.latex, step.relation, step.rhs.latex) if part)


__all__ = ["IMPLIES", "Block", "Session"]
