"""Differentiation with steps: a derivative is taken by one rule after another, then put in the form that people like.

The plan is made without the kernel (`plan`); `prove` has the kernel connect every line of it. Brief lines are the
moves of a textbook: definitions, the outermost rule, the pieces, recognised names, common factors; each holds every
single rule as detail.

>>> from derive.terms import Symbol, exp, term
>>> x = Symbol("x")
>>> for line in plan(exp(term(x) ** 2), x).lines:
...     print(", ".join(r.label.en for r in line.reasons), line.after, sep=": ")
derivative of exp: exp(x**2)*Derivative(x**2, x, ())
derivative of a square, derivative of the variable: 2*exp(x**2)*x
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from derive.derivation.calc import Calc, CalcError, depends
from derive.derivation.reasons import ALGEBRA, Definition, Reason, Remark
from derive.derivation.rewriting import at_root, positions
from derive.derivation.simplify import Path, paths
from derive.normal_form.derivative import differentiate as evaluate_derivative
from derive.normal_form.derivative import evaluate
from derive.rules import RULES, Label
from derive.terms import (
    ZERO,
    Arr,
    Derivative,
    Entry,
    Guard,
    Hypothesis,
    Sum,
    Symbol,
    Term,
    alpha_equal,
    children,
    rebuild,
    remembered,
    unfold,
)

Definitions = Mapping[Symbol, Any]
MOST_RULES = 200

# The order in which rules are tried on a derivative: what needs no further derivative first, the general rules last.
LINEAR = tuple(RULES[n] for n in "constant_rule constant_factor sum_rule under_the_sum".split())
SPLIT = LINEAR[:3]
ENDS = tuple(RULES[n] for n in "variable_rule derivative_of_component derivative_of_entry".split())
SHARP = tuple(
    RULES[n]
    for n in (
        "reciprocal_rule quotient_rule square_rule root_rule power_rule exponent_rule exp_rule log_rule sin_rule "
        "cos_rule tanh_rule softplus_rule arctan_rule abs_rule maximum_rule chain_rule chain_rule_of_vector "
        "chain_rule_of_two derivative_of_inverse jacobis_formula under_the_product product_rule"
    ).split()
)
OTHERWISE = Remark(Label("differentiate", "求导"))
COLLAPSE = RULES["sum_over_delta"]


@dataclass(frozen=True)
class Line:
    """One line of a plan: ``before = after`` by ``reasons``; ``part`` became ``replacement``; not proved yet."""

    before: Any
    after: Any
    reasons: tuple[Reason, ...]
    part: Any = None
    replacement: Any = None
    detail: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A derivative and the lines to its readable form.

    ``opening`` are the lines to where all derivatives are taken, ``endings`` the ways on from there, the best first;
    ``lines`` are the opening and the best ending.
    """

    start: Any
    lines: tuple[Line, ...]
    opening: tuple[Line, ...] = ()
    endings: tuple[Path, ...] = ()

    def ending_in(self, path: Path) -> Plan:
        """The same derivative with another ending."""
        lines = list(self.opening)
        now = lines[-1].after if lines else self.start
        for reasons, after in path.lines:
            if reasons == (ALGEBRA,) and lines and lines[-1].after is now:
                lines[-1] = _with_collapse(lines[-1], after)
            else:
                lines.append(Line(now, after, reasons))
            now = after
        return replace(self, lines=tuple(_without_trifles(lines)))

    @property
    def result(self) -> Any:
        return self.lines[-1].after if self.lines else self.start


def plan(body: Term, symbol: Symbol, indices: Sequence[Any] = (), definitions: Definitions | None = None) -> Plan:
    """The lines of the derivative of ``body`` by ``symbol[indices]``."""
    return plan_of(Derivative(body, symbol, tuple(indices)), definitions)


def plan_of(
    value: Any,
    definitions: Definitions | None = None,
    hypotheses: Sequence[Hypothesis] = (),
    rank: Callable[[list[Path]], list[Path]] = list,
) -> Plan:
    """The lines of a term or array that holds derivatives. ``rank`` puts the endings in order, which are given shortest
    first.
    """
    definitions = definitions or {}
    small = list(_single_rules(value, definitions))
    raw = small[-1].after if small else value
    lines = _textbook(small)
    endings = tuple(rank(paths(raw, definitions, hypotheses)))
    return Plan(value, (), tuple(lines), endings).ending_in(endings[0])


# -- one rule after another -------------------------------------------------------------------------------------------


def _single_rules(value: Any, definitions: Definitions) -> Iterator[Line]:
    """Sums are taken apart first, everywhere, as far as the summands are not sums over an index themselves."""
    ways = (_split, _one_rule)
    for way in ways:
        for _ in range(MOST_RULES):
            found = next(way(value, definitions), None)
            if found is None:
                break
            yield found
            value = found.after


def _split(value: Any, definitions: Definitions) -> Iterator[Line]:
    """The outermost derivative of a sum of terms, taken term by term."""

    def needs(t: Any, symbol: Symbol) -> bool:
        return depends(t, symbol, definitions)

    for part, put in positions(value):
        if isinstance(part, Derivative) and not _holds_derivative(part.body):
            for rule in SPLIT:
                for new, _ in at_root(rule, part, needs):
                    yield Line(value, _swept(put(new)), (rule,), part, new)


def _one_rule(value: Any, definitions: Definitions) -> Iterator[Line]:
    """The outermost derivative whose body holds no derivative, by the first rule that fits."""
    for part, put in positions(value):
        if not isinstance(part, Derivative) or _holds_derivative(part.body):
            continue
        if _named(part, definitions) and part is not value and not (isinstance(value, Arr) and part is value.body):
            yield _through(value, part, put, definitions)
            continue
        new, reason = _step(part, definitions)
        yield Line(value, _swept(put(new)), (reason,), part, new)


def _named(d: Derivative, definitions: Definitions) -> bool:
    """Whether a defined quantity is differentiated that depends on the variable."""
    body = d.body
    return (
        isinstance(body, Entry)
        and body.symbol in definitions
        and body.symbol is not d.symbol
        and depends(body, d.symbol, definitions)
    )


def _through(value: Any, part: Derivative, put: Callable[[Any], Any], definitions: Definitions) -> Line:
    """The derivative of a defined quantity inside a larger term, in the form that people like, as one move."""
    inner = plan_of(part, definitions)
    name = part.body.symbol.name  # type: ignore[attr-defined]
    reason = Remark(Label(f"derivative of ${name}$", f"${name}$ 的导数"))
    line = Line(value, _swept(put(inner.result)), (reason,), part, inner.result)
    small = tuple(d for x in inner.lines for d in (x.detail or (x,)))
    return replace(line, detail=(*small, line))


@remembered
def _holds_derivative(t: Any) -> bool:
    return isinstance(t, Derivative) or any(_holds_derivative(c) for c in children(t))


def _step(d: Derivative, definitions: Definitions) -> tuple[Term, Reason]:
    def needs(value: Any, symbol: Symbol) -> bool:
        return depends(value, symbol, definitions)

    body = d.body
    if isinstance(body, Entry) and _named(d, definitions):
        return Derivative(_meaning(body, definitions), d.symbol, d.indices), Definition(body.symbol)
    for rule in (*LINEAR[:1], *ENDS, *LINEAR[1:], *SHARP):
        for new, _ in at_root(rule, d, needs):
            return new, rule
    return evaluate_derivative(evaluate(unfold(body, definitions)), d.symbol, d.indices), OTHERWISE


def _meaning(entry: Entry, definitions: Definitions) -> Term:
    meaning = definitions[entry.symbol]
    if isinstance(meaning, Arr):
        return meaning.at(*(p - (f - 1) for p, f in zip(entry.indices, entry.symbol.first, strict=True)))
    result: Term = meaning
    return result


@remembered
def _swept(t: Any) -> Any:
    """Numbers folded and zeros dropped, nothing else: what a reader does without thinking."""
    t = rebuild(t, _swept)
    return ZERO if isinstance(t, Sum) and t.body is ZERO else t


# -- textbook lines ---------------------------------------------------------------------------------------------------


def _textbook(small: list[Line]) -> list[Line]:
    """Single rules gathered: definitions, linear moves, the outermost rule, the pieces."""
    apart = next((k for k, line in enumerate(small) if line.reasons[0] not in SPLIT), 0)
    groups: list[list[Line]] = []
    kinds: list[str] = []
    if any(line.reasons[0] is RULES["sum_rule"] for line in small[:apart]):
        groups, kinds, small = [small[:apart]], ["apart"], small[apart:]
    sharp = 0
    for line in small:
        reason = line.reasons[0]
        kind = (
            "definition"
            if isinstance(reason, Definition)
            else "linear"
            if reason in LINEAR[1:]
            else "end"
            if reason in ENDS or reason is LINEAR[0]
            else "sharp"
        )
        if kind == "definition" and not groups:
            groups.append([line])
            kinds.append("start")
            continue
        if kind == "linear" and sharp == 0:
            target = "linear"
        elif kind == "sharp" and sharp == 0:
            target, sharp = "first", 1
        else:
            target = "pieces" if sharp else "linear"
        if kinds and kinds[-1] == target and target != "first":
            groups[-1].append(line)
        elif (
            target == "first"
            and kinds
            and kinds[-1] == "linear"
            and all(x.reasons[0] is RULES["constant_factor"] for x in groups[-1])
        ):
            groups[-1].append(line)
            kinds[-1] = "first"
        else:
            groups.append([line])
            kinds.append(target)
    return [_gathered(g) for g in groups]


def _gathered(group: list[Line]) -> Line:
    if len(group) == 1:
        return group[0]
    reasons = tuple(dict.fromkeys(r for line in group for r in line.reasons))
    detail = tuple(d for line in group for d in (line.detail or (line,)))
    return Line(group[0].before, group[-1].after, _worth_saying(reasons), detail=detail)


def _worth_saying(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """What a lecturer would name: not the constants, not the plain variable, where something else is there to name."""
    dull = {RULES["constant_rule"], RULES["constant_factor"], RULES["sum_rule"]}
    kept = tuple(r for r in reasons if r not in dull)
    return kept or reasons


def _with_collapse(line: Line, after: Any) -> Line:
    """A line that is put in order at once; sums over deltas are named."""
    collapsed = _delta_sums(line.after) and not _delta_sums(after)
    reasons = (*line.reasons, COLLAPSE) if collapsed and COLLAPSE not in line.reasons else line.reasons
    last = Line(line.after, after, (COLLAPSE,) if collapsed else (ALGEBRA,))
    return replace(
        line,
        after=after,
        reasons=reasons,
        detail=(*(line.detail or (replace(line, detail=()),)), last),
        part=None,
        replacement=None,
    )


@remembered
def _delta_sums(t: Any) -> bool:
    """Whether a delta stands under a sum over one of its indices."""
    if isinstance(t, Sum) and _delta_of(t.body, t.index):
        return True
    return any(_delta_sums(c) for c in children(t))


def _delta_of(t: Any, index: Any) -> bool:
    if isinstance(t, Guard):
        return t.op == "==" and not isinstance(t.subject, Term) and index in t.subject.indices
    return any(_delta_of(c, index) for c in children(t))


def _without_trifles(lines: list[Line]) -> list[Line]:
    """Lines that change nothing dropped."""
    return [line for line in lines if not alpha_equal(line.before, line.after)]


# -- proof ------------------------------------------------------------------------------------------------------------


def prove(p: Plan, definitions: Definitions | None = None, hypotheses: Sequence[Hypothesis] = ()) -> Calc:
    """The plan as a calculation, every line connected by the kernel.

    A line that is not shown by itself is joined with the next one. Raises CalcError when the last one is not shown
    either.
    """
    calc = Calc(p.start, definitions, hypotheses)
    waiting: Line | None = None
    for number, line in enumerate(p.lines):
        joined = line if waiting is None else Line(waiting.before, line.after, (*waiting.reasons, *line.reasons))
        try:
            calc.planned(joined)
            waiting = None
        except CalcError:
            if number == len(p.lines) - 1:
                raise
            waiting = joined
    return calc
