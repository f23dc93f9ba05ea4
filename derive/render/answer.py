"""An answer to "differentiate this": the result with its shape, the steps, the conditions; as text, LaTeX or JSON.

Works on what `derive.answer` hands in. A logistic sigmoid is written by its name unless that name means something else.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from derive.derivation.calc import Calc, CalcError, Step
from derive.render.conditions import condition_latex, condition_text
from derive.render.differentials import Differentials, differential_of, is_reduced, read_off
from derive.render.document import (
    DerivationView,
    Detail,
    StepView,
    derivation_latex,
    derivation_text,
    flattened,
    formula_text,
)
from derive.render.equation import (
    folded_relation,
    shape_latex,
    shape_text,
    step_label,
    step_views,
)
from derive.render.folding import fold_sigmoid
from derive.render.latex import latex
from derive.render.matrices import matrix_form
from derive.render.matrix_expr import Gradient, Scalar
from derive.render.reasons import by_linearity, joined_reasons, reasons_in, worth_naming
from derive.render.text import text
from derive.render.unicode_names import unicode_name
from derive.terms import Apply, Arr, Derivative, Entry, FunctionSymbol, IntValue, Relation, children, free_indices

SIGMA = r"\sigma"
STRUCTURED = {
    "symmetric": "a symmetric", "orthogonal": "an orthogonal", "diagonal": "a diagonal",
    "lower_triangular": "a lower triangular", "upper_triangular": "an upper triangular",
}  # fmt: skip


def render_answer(answer: Any, format_: str = "text", detail: Detail = "brief") -> str:
    """The answer as text, latex or json; the steps as a textbook has them, or (``full``) every rule."""
    if format_ == "json":
        return json.dumps(_record(answer), ensure_ascii=False, indent=1)
    if format_ == "latex":
        return _latex(answer, detail)
    if format_ == "text":
        return _text(answer, detail)
    raise ValueError(f"{format_} is not one of text, latex, json")


def shown(answer: Any, value: Any) -> Any:
    """A value as it is written in an answer: sigmoids by name."""
    if not _free_for_sigmoid(answer):
        return value
    if isinstance(value, Relation):
        return Relation(value.op, shown(answer, value.lhs), shown(answer, value.rhs))
    return fold_sigmoid(value, FunctionSymbol(SIGMA))


def _free_for_sigmoid(answer: Any) -> bool:
    """Whether sigma means nothing yet, or is defined as the logistic function."""
    scope = answer.scope
    if SIGMA in scope.functions or SIGMA in {s.name for s in scope.symbols.values()}:
        return False
    meaning = scope.function_definitions.get(SIGMA)
    return meaning is None or isinstance(fold_sigmoid(meaning.body, FunctionSymbol(SIGMA)), Apply)


def _calculation(answer: Any) -> Calc | None:
    try:
        found: Calc = answer.calculation
        return found
    except CalcError:
        return None


def _text(answer: Any, detail: Detail) -> str:
    head = f"{text(_start(answer))} = {text(shown(answer, answer.result))}"
    if answer.shape:
        head += f"            {shape_text(answer.shape)}"
    parts = [f"  {head}".rstrip()]
    calc = _calculation(answer)
    if calc is not None and len(calc.steps) > 1:
        if answer.named:
            parts.append("  with " + ", ".join(text(shown(answer, r)) for r in meanings(answer.named)))
        view = DerivationView("", _views(answer, calc, True, detail))
        parts.append(derivation_text(view, detail).partition("\n")[2].rstrip())
    parts += [f"  {line}" for line in _notes(answer, plain=True)]
    return "\n".join(parts)


def _latex(answer: Any, detail: Detail) -> str:
    calc = _calculation(answer)
    head = f"{latex(_start(answer))} = {latex(shown(answer, answer.result))}"
    if answer.shape:
        head += rf" \in {shape_latex(answer.shape)}"
    parts = [f"\\[ {head} \\]"]
    if calc is not None and len(calc.steps) > 1:
        if answer.named:
            parts.append("with " + ", ".join(f"${latex(shown(answer, r))}$" for r in meanings(answer.named)))
        parts.append(derivation_latex(DerivationView("", _views(answer, calc, False, detail)), detail))
    return "\n\n".join([*parts, *_notes(answer, plain=False)])


def meanings(definitions: Any) -> list[Relation]:
    """Definitions as equations between whole vectors or numbers."""
    made = []
    for symbol, meaning in definitions.items():
        whole = Arr.of(symbol) if symbol.shape else Entry(symbol, ())
        made.append(Relation("=", whole, meaning))
    return made


def _views(answer: Any, calc: Calc, plain: bool, detail: Detail) -> tuple[StepView, ...]:
    views = _without_detours(_without_loops([_shown_step(answer, v) for v in step_views(calc, plain)]))
    if views and text(views[0].before) == text(shown(answer, answer.plan.start)):
        views[0] = replace(views[0], before=_start(answer))
    return tuple(views if detail == "full" else _in_one_notation(answer, views, plain))


def _start(answer: Any) -> Any:
    """The derivative that is asked for; sums stay sums where the reader wrote them."""
    start = shown(answer, answer.plan.start)
    form = matrix_form(start) if isinstance(start, Arr) else None
    if isinstance(form, Gradient) and "\\sum" in answer.latex:
        value = shown(answer, answer.value)
        asked = answer.latex.count("\\sum")
        if latex(form.body).count("\\sum") != asked and latex(Scalar(value)).count("\\sum") == asked:
            return replace(form, body=Scalar(value))
    return start


def _in_one_notation(answer: Any, views: list[StepView], plain: bool) -> list[StepView]:
    """Lines in which derivatives of entries stand amid matrices are left to the full detail, or written with differentials."""
    if not views or _mixed(views[0].before) or _mixed(views[-1].after):
        return views
    kept = _gathered(views, lambda view: None if _mixed(view.after) else view.after)
    return kept if len(kept) > 1 else _by_differentials(answer, views, plain) or views


def _gathered(views: list[StepView], written: Callable[[StepView], Any]) -> list[StepView]:
    """The views that can be written, each with what led to it."""
    kept: list[StepView] = []
    waiting: list[StepView] = []
    for view in views:
        waiting.append(view)
        form = written(view)
        if form is not None:
            kept.append(replace(_joined(waiting), after=form))
            waiting = []
    return kept


def _by_differentials(answer: Any, views: list[StepView], plain: bool) -> list[StepView]:
    """A gradient read off from d f = tr(G^T dX), the lines in differentials; none where no line can be written so."""
    start = views[0].before
    form = matrix_form(start) if isinstance(start, Arr) else start
    if not isinstance(form, Gradient) or form.order > 1:
        return []
    chain: list[StepView] = []
    waiting: list[StepView] = []
    before: Any = differential_of(form)
    written = Differentials(answer.wrt)
    for view in views:
        small = list(flattened([view], "full"))
        forms = [written.of(v.after) for v in small]
        last = max((k for k, f in enumerate(forms) if f is not None), default=-1)
        line = _joined([*waiting, *small[: last + 1]]) if last >= 0 else view
        if last >= 0 and formula_text(forms[last]) != formula_text(before):
            chain.append(replace(line, before=before, after=forms[last], label=by_linearity(line.label, plain)))
            before = forms[last]
        waiting = [*([] if last >= 0 else waiting), *small[last + 1 :]]
    if not chain:
        return []
    reduced = next(
        (f for v in reversed(list(flattened(views, "full"))) if (f := written.of(v.after, reduced=True))), None
    )
    if reduced is not None and formula_text(reduced) != formula_text(before):
        if len(chain) > 1 and chain[-1].label == by_linearity("", plain):
            before = chain.pop().before
        chain.append(StepView(before, reduced, by_linearity("", plain)))
        before = reduced
    gradient, definitions = answer.plan.result, answer.calculation.definitions
    if not all(written.confirms(line.after, gradient, definitions, answer.hypotheses) for line in chain):
        return []
    rule = "as " + read_off(answer.wrt, plain)
    if waiting and not is_reduced(before, answer.wrt):
        rule = f"{_joined(waiting).label}, {rule}"
    return [*chain, StepView(start, views[-1].after, rule)]


def _mixed(value: Any) -> bool:
    return isinstance(value, Arr) and _takes_derivatives(value) and matrix_form(value) is None


def _joined(views: list[StepView]) -> StepView:
    """Lines as one: what all of them used, each said once."""
    if len(views) == 1:
        return views[0]
    said = list(dict.fromkeys(r for v in views for r in reasons_in(v.label)))
    conditions = tuple(dict.fromkeys(c for v in views for c in v.conditions))
    label = joined_reasons(worth_naming(said))
    return replace(views[-1], before=views[0].before, label=label, conditions=conditions, detail=tuple(views))


def _without_detours(views: list[StepView]) -> list[StepView]:
    """A long line of algebra that the next one makes half as long is joined with it."""
    kept: list[StepView] = []
    for view in views:
        last = kept[-1] if kept else None
        if last is not None and not _takes_derivatives(last.after) and len(kept) > 1:
            if len(text(last.after)) > max(60, 2 * len(text(view.after))):
                kept[-1] = _joined([last, view])
                continue
        kept.append(view)
    return kept


def _takes_derivatives(value: Any) -> bool:
    return isinstance(value, Derivative) or any(_takes_derivatives(c) for c in children(value))


def _without_loops(views: list[StepView]) -> list[StepView]:
    """Steps that come back to what stood there before are left out, with what lies between."""
    kept: list[StepView] = []
    written = [text(views[0].before)] if views else []
    for view in views:
        now = text(view.after)
        if now in written:
            back = written.index(now)
            del kept[back:], written[back + 1 :]
        else:
            kept.append(view)
            written.append(now)
    return kept


def _shown_step(answer: Any, v: StepView) -> StepView:
    detail = tuple(_shown_step(answer, d) for d in v.detail)
    return StepView(shown(answer, v.before), shown(answer, v.after), v.label, v.conditions, detail, v.relation, v.rule)


def _notes(answer: Any, plain: bool) -> list[str]:
    notes = []
    conditions = _conditions(answer, plain)
    if conditions:
        notes.append("where " + ", ".join(conditions))
    structure = next((p for p in STRUCTURED if p in answer.wrt.properties), None)
    if structure is not None:
        notes.append(f"entries of {STRUCTURED[structure]} matrix vary independently here")
    if _names_sigmoid(answer):
        meaning = "σ(t) = 1 / (1 + e⁻ᵗ)" if plain else r"$\sigma(t) = \frac{1}{1 + e^{-t}}$"
        notes.append(f"with {meaning}")
    for index in sorted(free_indices(answer.value), key=lambda i: i.name):
        name = (text if plain else latex)(IntValue(index))
        start, end = ((text if plain else latex)(IntValue(x)) for x in (index.lo, index.hi))
        dots = "…" if plain else r"\dots"
        notes.append(
            _math(name, plain) + " is free: this holds for each " + _math(f"{name} = {start}, {dots}, {end}", plain)
        )
    inferred = answer.scope.inferred.values()
    if inferred:
        written = [
            " ".join(map(unicode_name, d.latex.split())) if plain else _inferred_latex(d.latex) for d in inferred
        ]
        notes.append("assumed from use: " + ", ".join(written))
    if answer.theorem is None:
        notes.append("the kernel did not confirm this result within its limits")
    return notes


def _names_sigmoid(answer: Any) -> bool:
    """Whether sigma stands for the logistic function in what is shown, without the reader having named it so."""
    if SIGMA in answer.scope.function_definitions or not _free_for_sigmoid(answer):
        return False
    return any(_applies(shown(answer, v), SIGMA) for v in (answer.plan.start, answer.result))


def _applies(value: Any, name: str) -> bool:
    return (isinstance(value, Apply) and value.function.name == name) or any(_applies(c, name) for c in children(value))


def _math(written: str, plain: bool) -> str:
    return written if plain else f"${written}$"


def _inferred_latex(words: str) -> str:
    """What was inferred about a symbol: the symbol as mathematics, the words behind it as words."""
    symbol, _, rest = words.partition(" ")
    return f"${words}$" if not rest or rest.startswith("\\") else f"${symbol}$ {rest}"


def _conditions(answer: Any, plain: bool) -> list[str]:
    relations = [folded_relation(r, answer.definitions) for r in answer.conditions]
    relations = [Relation(r.op, shown(answer, r.lhs), shown(answer, r.rhs)) for r in relations]
    written = [condition_text(r) if plain else f"${condition_latex(r)}$" for r in relations]
    return list(dict.fromkeys(written))


def _record(answer: Any) -> dict[str, Any]:
    calc = _calculation(answer)
    return {
        "schema": "derive.differentiate/1",
        "result": latex(shown(answer, answer.result)),
        "shape": [latex(s) for axis in answer.shape for s in (axis if isinstance(axis, tuple) else (axis,))],
        "conditions": [c.strip("$") for c in _conditions(answer, plain=False)],
        "steps": [_step(answer, s) for s in calc.steps] if calc is not None else [],
    }


def _step(answer: Any, step: Step) -> dict[str, Any]:
    return {
        "before": latex(shown(answer, step.before)),
        "after": latex(shown(answer, step.after)),
        "rule": ", ".join(getattr(r, "name", "") or r.label.en for r in step.reasons),
        "label": step_label(step),
    }
