"""An equation of the catalogue as a document: declarations, the derivation of every claim, conditions, what is near.

Works on what the catalogue hands in (titles, claims with their calculations); imports no catalogue.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from derive.derivation.calc import Calc, Step
from derive.derivation.conditions import conditions_of, relation
from derive.derivation.folding import fold, named_arrays
from derive.derivation.orders import Ordering
from derive.derivation.reasons import Chains, Definition, Every, Given, Induction
from derive.render.assumptions import for_all, given_label, independence
from derive.render.blocks import blocks
from derive.render.conditions import condition_latex, condition_text
from derive.render.document import (
    RELATIONS,
    DerivationView,
    Detail,
    Shown,
    StepView,
    derivation_html,
    derivation_latex,
    derivation_markdown,
    derivation_notebook,
    derivation_text,
    escape_latex,
    flattened,
    formula_latex,
)
from derive.render.latex import latex
from derive.render.reasons import DULL, MOST_NAMED, joined_reasons
from derive.render.statements import extremum, statement_latex
from derive.render.text import text
from derive.render.unicode_names import subscripts, unicode_name
from derive.terms import NATURAL, Arr, Entry, Hypothesis, Independent, Relation, Size, Symbol

WORDS = {
    "en": {"proved": "Proved for every {}.", "always": "Always true: {}.", "under": "Under the condition {}.",
           "given": "Given {}.", "rests": "Rests on: {}.", "related": "Related: {}.", "source": "Source: {}.",
           "refuted": "Refuted: {}.", "off": "; off by {}"},
    "zh": {"proved": "对每个 {} 成立。", "always": "恒成立：{}。", "under": "条件：{}。", "given": "已知 {}。",
           "rests": "依据：{}。", "related": "相关：{}。", "source": "出处：{}。", "refuted": "不成立：{}。", "off": "；相差 {}"},
}  # fmt: skip
_MATH = re.compile(r"\$([^$]*)\$")


def render_equation(equation: Any, format_: str = "text", detail: Detail = "brief", lang: str = "en") -> str | bytes:
    """The equation in one of the formats text, latex, markdown, html, pdf, json, ipynb."""
    if format_ == "json":
        return json.dumps(_record(equation, detail, lang), ensure_ascii=False, indent=1)
    plain = format_ == "text"
    views = list(equation_views(equation, plain, lang))
    if format_ == "text":
        return "\n\n".join(derivation_text(v, detail) for v in views)
    if format_ == "latex":
        return "\n\n".join(_section(v, detail, first=k == 0) for k, v in enumerate(views))
    if format_ == "markdown":
        return "\n".join(_lower(derivation_markdown(v, detail), k) for k, v in enumerate(views))
    if format_ == "html":
        first, *rest = (derivation_html(v, detail, page=k == 0) for k, v in enumerate(views))
        return first.replace("\n</body>", "\n" + "\n".join(r.replace("h1>", "h2>") for r in rest) + "\n</body>")
    if format_ == "ipynb":
        books = [derivation_notebook(v, detail) for v in views]
        for k, book in enumerate(books[1:], start=1):
            cell = book["cells"][0]
            cell["id"], cell["source"] = f"derivation{k}", _lower(cell["source"], k)
            books[0]["cells"].append(cell)
        return json.dumps(books[0], ensure_ascii=False, indent=1)
    if format_ == "pdf":
        return _pdf(document(views, detail))
    raise ValueError(f"{format_} is not one of text, latex, markdown, html, pdf, json, ipynb")


def equation_views(equation: Any, plain: bool, lang: str = "en") -> Iterable[DerivationView]:
    """One view a claim and a refutation; the first carries the declarations, the last what is near."""
    claims, refutations = list(equation.claims), list(equation.refutations)
    for number, claim in enumerate(claims):
        calc = claim.calculate()
        first, last = number == 0, number == len(claims) - 1 and not refutations
        yield DerivationView(
            title=equation.label.of(lang) if first else claim.title.of(lang),
            id=f"{equation.topic}/{equation.id}" if first else "",
            declarations=tuple(declarations(equation)) if first else (),
            steps=step_views(calc, plain, lang),
            notes=(*_claim_notes(claim, calc, plain, lang), *(_nearby(equation, lang) if last else ())),
        )
    for number, refutation in enumerate(refutations):
        near = _nearby(equation, lang) if number == len(refutations) - 1 else ()
        yield DerivationView(
            title=refutation.title.of(lang),
            steps=(),
            statement=Shown(latex(refutation.relation), text(refutation.relation)),
            notes=(*_refutation_notes(refutation, plain, lang), *near),
        )


def _refutation_notes(refutation: Any, plain: bool, lang: str) -> Iterable[str]:
    """The witness against a false statement, and by how much it is off there."""
    say = WORDS[lang]
    show = condition_text if plain else (lambda v: f"${condition_latex(v)}$")
    if refutation.hypotheses:
        yield say["given"].format(", ".join(show(h.relation) for h in refutation.hypotheses))
    off = refutation.off_by()
    witness = re.sub(r"\\(\w+)", lambda m: unicode_name(m[0]), refutation.witness().sentence())
    yield say["refuted"].format(witness + (say["off"].format(off) if off else ""))


def step_views(calc: Calc, plain: bool, lang: str = "en") -> tuple[StepView, ...]:
    """The steps of a calculation as they are shown."""
    if not calc.steps:
        return (StepView(calc.start, calc.start, "definition" if lang == "en" else "定义"),)
    views: list[StepView] = []
    for number, step in enumerate(calc.steps):
        views += _inner(step, calc, plain, lang)
        view = _step(step, calc, plain, lang)
        if isinstance(calc, Ordering):
            before, after = (
                extremum(calc.kinds[number + k], calc.variables, v) for k, v in enumerate((step.before, step.after))
            )
            view = replace(view, before=before, after=after)
        views.append(view)
    return tuple(views)


def _case(steps: Sequence[Step], name: str, calc: Calc, plain: bool, lang: str) -> list[StepView]:
    """The steps of one case of an induction, or of a chain within another; the first says which it is."""
    views: list[StepView] = []
    for k, s in enumerate(steps):
        view = _step(s, calc, plain, lang)
        views += [*_inner(s, calc, plain, lang), replace(view, label=f"{name}: {view.label}") if k == 0 else view]
    return views


def _inner(step: Step, calc: Calc, plain: bool, lang: str) -> list[StepView]:
    """The chains that a step rests on, which are shown before it."""
    cases: list[tuple[str, tuple[Step, ...]]] = []
    for reason in step.reasons:
        if isinstance(reason, Induction):
            cases += [("base case" if lang == "en" else "奠基", reason.base)]
            cases += [("induction step" if lang == "en" else "归纳步", reason.step)]
        elif isinstance(reason, Chains):
            cases += [(name.of(lang), steps) for name, steps in reason.cases]
    return [view for name, steps in cases for view in _case(steps, name, calc, plain, lang)]


def _step(step: Step, calc: Calc, plain: bool, lang: str) -> StepView:
    label = words(step_label(step, lang, plain), plain)
    when = tuple(
        Shown(condition_latex(r), condition_text(r)) for r in dict.fromkeys(_folded(w, calc) for w in step.when)
    )
    rule = ", ".join(getattr(r, "name", "") or r.label.en for r in step.reasons)
    detail = tuple(_step(d, calc, plain, lang) for d in step.detail)
    return StepView(step.before, step.after, label, when, detail, step.relation, rule)


def step_label(step: Step, lang: str = "en", plain: bool = False) -> str:
    """The reasons in words; hypotheses as formulas, between dollar signs or (``plain``) in Unicode."""
    parts: list[str] = []
    for reason in _main(step.reasons):
        if isinstance(reason, Given):
            parts += [given_label(h, lang, plain) for h in reason.hypotheses]
        elif isinstance(reason, Every):
            parts.append(given_label(Hypothesis(reason.instance, (), reason.law.source), lang, plain))
        else:
            parts.append(reason.label.of(lang))
    return "；".join(dict.fromkeys(parts)) if lang == "zh" else joined_reasons(list(dict.fromkeys(parts)))


def _main(reasons: Sequence[Any]) -> Sequence[Any]:
    """Of many reasons those that a lecturer names; full detail names all."""
    if len(reasons) <= MOST_NAMED:
        return reasons
    kept = [r for r in reasons if not isinstance(r, Definition) and getattr(r, "name", "") not in DULL]
    return kept or reasons


def declarations(equation: Any) -> Iterable[Any]:
    """Shapes of the symbols and the definitions, as formulas."""
    yield from (declared(s) for s in equation.symbols)
    for symbol, meaning in equation.definitions.items():
        if isinstance(meaning, Arr) and (rows := blocks(meaning)) is not None:
            lines = [[latex(block) for block in row] for row in rows], [[text(block) for block in row] for row in rows]
            inside = r" \\ ".join(" & ".join(row) for row in lines[0])
            plain = "; ".join(", ".join(row) for row in lines[1])
            yield Shown(
                rf"{symbol.name} = \begin{{pmatrix}} {inside} \end{{pmatrix}}",
                f"{unicode_name(symbol.name)} = [{plain}]",
            )
        elif isinstance(meaning, Arr):
            places = tuple(i + (f - 1) for i, f in zip(meaning.indices, symbol.first, strict=True))
            yield Relation("=", symbol[places], meaning.body)
        else:
            yield Relation("=", symbol[()] if symbol.shape else symbol + 0, meaning)


def declared(symbol: Symbol) -> Shown:
    r"""A symbol with its shape: ``z \in \mathbb{R}^K``."""
    name, plain = symbol.name, unicode_name(symbol.name)
    if symbol.domain.values is not None and "one_hot" not in symbol.properties:
        values = ", ".join(map(str, symbol.domain.values))
        power = r"\}" + ("^{" + r" \times ".join(_lengths(symbol.shape, latex)) + "}" if symbol.shape else "")
        small = _super("×".join(_lengths(symbol.shape, text))) if symbol.shape else ""
        return Shown(rf"{name} \in \{{{values}{power}", f"{plain} ∈ {{{values}}}{small}")
    inside = _interval(symbol.domain)
    if not symbol.shape and inside is not None:
        return Shown(inside(name, r"\le"), inside(plain, "≤"))
    more = [(form.format(name), form_text.format(plain)) for p, form, form_text in PROPERTIES if p in symbol.properties]
    if symbol.shape and inside is not None:
        more.append((inside(entry_latex(symbol), r"\le"), inside(entry_text(symbol), "≤")))
    return Shown(
        ", ".join([rf"{name} \in {shape_latex(symbol.shape, *_numbers(symbol.domain)[:1])}", *(m for m, _ in more)]),
        ", ".join([f"{plain} ∈ {shape_text(symbol.shape, *_numbers(symbol.domain)[1:])}", *(m for _, m in more)]),
    )


PROPERTIES = (
    ("symmetric", r"{0}^\top = {0}", "{0}ᵀ = {0}"),
    ("positive_definite", r"{0} \succ 0", "{0} ≻ 0"),
    ("positive_semidefinite", r"{0} \succeq 0", "{0} ⪰ 0"),
    ("orthogonal", r"{0}^\top {0} = I", "{0}ᵀ{0} = I"),
    ("invertible", r"\det {0} \ne 0", "det {0} ≠ 0"),
    ("one_hot", r"\text{{one-hot}}", "one-hot"),
    ("full_column_rank", r"\det {0}^\top {0} \ne 0", "det {0}ᵀ{0} ≠ 0"),
)


def entry_latex(symbol: Symbol) -> str:
    return symbol.name + "_{" + "ijk"[: len(symbol.shape)] + "}"


def entry_text(symbol: Symbol) -> str:
    return unicode_name(symbol.name) + "".join("ᵢⱼₖ"[: len(symbol.shape)])


def _interval(domain: Any) -> Any:
    """How a name is written between the bounds of its domain; None without bounds."""
    if domain.values is not None or domain == NATURAL or (domain.lower is None and domain.upper is None):
        return None

    def write(name: str, at_most: str) -> str:
        at_least = ">" if domain.lower_open or domain.nonzero else ("≥" if at_most == "≤" else r"\ge")
        below, above = ("<" if open_ else at_most for open_ in (domain.lower_open, domain.upper_open))
        if domain.upper is None:
            return f"{name} {at_least} {domain.lower}"
        left = "" if domain.lower is None else f"{domain.lower} {below} "
        return f"{left}{name} {above} {domain.upper}"

    return write


def _numbers(domain: Any) -> tuple[str, str]:
    """The set that the entries are from, as LaTeX and as text."""
    if domain.values is not None:
        listed = ", ".join(map(str, domain.values))
        return rf"\{{{listed}\}}", "{" + listed + "}"
    return (r"\mathbb{N}", "ℕ") if domain == NATURAL else (r"\mathbb{R}", "ℝ")


def shape_latex(shape: Sequence[Any], numbers: str = r"\mathbb{R}") -> str:
    r"""``\mathbb{R}^{n \times d}`` for the lengths of the axes."""
    return numbers + ("^{" + r" \times ".join(_lengths(shape, latex)) + "}" if shape else "")


def shape_text(shape: Sequence[Any], numbers: str = "ℝ") -> str:
    """ℝⁿˣᵈ for the lengths of the axes."""
    return numbers + (_super("×".join(_lengths(shape, text))) if shape else "")


def _lengths(shape: Sequence[Any], write: Any) -> list[str]:
    return [write(s) for axis in shape for s in (axis if isinstance(axis, tuple) else (axis,))]


def _super(shape: str) -> str:
    from derive.render.unicode_names import superscripts

    capitals = dict(zip("ABDEGHIJKLMNOPRTUVW", "ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ", strict=True))
    made = [capitals.get(c) or ("ˣ" if c == "×" else superscripts(c)) for c in shape]
    return "".join(m for m in made if m) if all(made) else f"^({shape})"


def _claim_notes(claim: Any, calc: Calc, plain: bool, lang: str) -> Iterable[str]:
    say = WORDS[lang]
    show = condition_text if plain else (lambda v: f"${condition_latex(v)}$")
    sizes = sorted({*_sizes(claim.lhs), *_sizes(claim.rhs)}, key=lambda s: s.name)
    always, others = conditions_of(calc)
    parts = []
    if sizes:
        at_least = (
            (lambda s: f"{unicode_name(s.name)} ≥ {s.lower}") if plain else (lambda s: rf"${s.name} \ge {s.lower}$")
        )
        parts.append(say["proved"].format(", ".join(map(at_least, sizes))))
    given = [show(h.relation) + for_all(h, plain, lang) for h in claim.hypotheses]
    laws = {h for step in calc.steps for h in step.theorem.hypotheses if isinstance(h, Independent)}
    given += [independence(h, plain, lang) for h in sorted(laws, key=lambda h: h.source)]
    if given:
        parts.append(say["given"].format(", ".join(given)))
    named = [r for r in (_folded(relation(c), calc) for c in always) if _has_name(r, calc)]
    if named:
        parts.append(say["always"].format(", ".join(dict.fromkeys(show(r) for r in named))))
    if others:
        parts.append(say["under"].format(", ".join(dict.fromkeys(show(_folded(relation(c), calc)) for c in others))))
    if parts:
        yield "  ".join(parts)


def _has_name(r: Relation, calc: Calc) -> bool:
    """Whether one side is a defined symbol, so that the condition is short."""
    return any(isinstance(side, Entry) and side.symbol in calc.definitions for side in (r.lhs, r.rhs))


def _sizes(value: Any) -> Iterable[Size]:
    seen: set[int] = set()
    stack = [value]
    while stack:
        top = stack.pop()
        if isinstance(top, Size):
            yield top
        elif isinstance(top, tuple):
            stack.extend(top)
        elif isinstance(top, Relation):
            stack += [top.lhs, top.rhs]
        elif hasattr(top, "fields") and id(top) not in seen:
            seen.add(id(top))
            stack.extend(f for f in top.fields if not isinstance(f, str))


def _nearby(equation: Any, lang: str) -> Iterable[str]:
    say = WORDS[lang]
    near = []
    if equation.depends:
        near.append(say["rests"].format(", ".join(equation.depends)))
    if equation.related:
        near.append(say["related"].format(", ".join(equation.related)))
    if near:
        yield "  ".join(near)
    if equation.source:
        yield say["source"].format(equation.source)


def _folded(r: Relation, calc: Calc) -> Relation:
    return folded_relation(r, calc.definitions)


def folded_relation(r: Relation, definitions: Any) -> Relation:
    """A relation in the words of the definitions."""
    return Relation(r.op, *(fold(named_arrays(side, definitions), definitions) for side in (r.lhs, r.rhs)))


def words(label: str, plain: bool) -> str:
    """A label for the terminal (mathematics between dollar signs as Unicode) or as it is for LaTeX."""
    return _MATH.sub(lambda m: _unicode(m[1]), label) if plain else label


def _unicode(math: str) -> str:
    signs = {r"\sum": "Σ", r"\prod": "Π", r"\le": "≤", r"\ge": "≥", r"\ne": "≠", r"\in": "∈"}
    for macro, sign in signs.items():
        math = re.sub(re.escape(macro) + r"(?![A-Za-z])", sign, math)
    math = re.sub(r"\\[dt]?frac\{(\w+)\}\{(\w+)\}", r"\1/\2", math)
    math = re.sub(r"(Σ|Π)_\{(\w)=1\}\^\{?\w+\}?", lambda m: m[1] + (subscripts(m[2]) or f"_{m[2]}"), math)
    return " ".join(unicode_name(part) for part in math.split(" "))


def _section(view: DerivationView, detail: Detail, first: bool) -> str:
    body = derivation_latex(view, detail)
    return body if first else f"\\paragraph{{{escape_latex(view.title)}}}\n{body}"


def document(views: Sequence[DerivationView], detail: Detail) -> str:
    """A complete LaTeX file with all views."""
    whole = derivation_latex(views[0], detail, document=True)
    rest = "\n\n".join(_section(v, detail, first=False) for v in views[1:])
    return whole.replace("\\end{document}", f"{rest}\n\\end{{document}}") if rest else whole


def _lower(markdown: str, number: int) -> str:
    """Claims after the first stand a heading level lower."""
    return "#" + markdown if number and markdown.startswith("# ") else markdown


def _pdf(source: str) -> bytes:
    """A LaTeX file compiled; needs pdflatex (xelatex for Chinese) on the path. Raises RuntimeError with its last
    lines.
    """
    program = "xelatex" if "ctex" in source else "pdflatex"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "derivation.tex"
        path.write_text(source, encoding="utf-8")
        try:
            done = subprocess.run(
                [program, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", path.name],
                cwd=folder, capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip
        except FileNotFoundError:
            raise OSError(
                2, f"--format pdf needs {program} on the path; --format latex prints the source", program
            ) from None
        made = path.with_suffix(".pdf")
        if done.returncode or not made.exists():
            raise RuntimeError("pdflatex failed: " + "\n".join(done.stdout.splitlines()[-8:]))
        return made.read_bytes()


def _record(equation: Any, detail: Detail, lang: str) -> dict[str, Any]:
    """The JSON object of `derive show`."""
    calcs = [claim.calculate() for claim in equation.claims]
    steps = list(_records(calcs[0], detail, lang))
    _, others = conditions_of(calcs[0])
    return {
        "schema": "derive.show/1",
        "id": equation.id,
        "title": equation.label.of(lang),
        "statement": _statement(equation.claims[0]),
        "conditions": [condition_latex(_folded(relation(c), calcs[0])) for c in others],
        "steps": steps,
        "depends": list(equation.depends),
        "claims": [
            {
                "name": claim.name,
                "title": claim.title.of(lang),
                "statement": _statement(claim),
                "hypotheses": [latex(h.relation) for h in claim.hypotheses],
                "steps": list(_records(c, detail, lang)),
            }
            for claim, c in zip(equation.claims, calcs, strict=True)
        ],
        "refuted": [
            {
                "name": one.name,
                "title": one.title.of(lang),
                "statement": latex(one.relation),
                "hypotheses": [latex(h.relation) for h in one.hypotheses],
                "counterexample": one.witness().json(),
                "off_by": one.off_by(),
            }
            for one in equation.refutations
        ],
    }


def _statement(claim: Any) -> str:
    return statement_latex(claim.relation, getattr(claim, "kinds", ("argmin", "argmin")))


def _records(calc: Calc, detail: Detail, lang: str) -> Iterable[dict[str, Any]]:
    """The steps as they are shown, as records; a claim that needs no step has none."""
    if not calc.steps:
        return
    for view in flattened(step_views(calc, False, lang), detail):
        yield {
            "before": formula_latex(view.before),
            "after": formula_latex(view.after),
            "relation": RELATIONS.get(view.relation, (view.relation, ""))[0],
            "rule": view.rule,
            "label": view.label,
            "conditions": [formula_latex(w) for w in view.conditions],
        }
