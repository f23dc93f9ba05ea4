"""What a claim assumes, in words and formulas: hypotheses beside a step, for which values they hold, independence."""

from __future__ import annotations

from typing import Any

from derive.derivation.calc import HYPOTHESIS
from derive.render.latex import latex
from derive.render.text import text
from derive.render.unicode_names import unicode_name
from derive.terms import Hypothesis, Independent, Symbol, Universal

INDEPENDENT = {"en": ("entries of {} independent", "{} independent"), "zh": ("{} 的分量独立", "{} 独立")}
LONG = 60  # characters of a hypothesis beside a step


def given_label(h: Hypothesis, lang: str, plain: bool = False) -> str:
    """A hypothesis as a formula; by its name where the formula is long."""
    if h.source == HYPOTHESIS.en:
        return HYPOTHESIS.of(lang)
    formula = latex(h.relation)
    if len(formula) > LONG and h.source and lang == "en":
        return h.source
    return text(h.relation) if plain else f"${formula}$"


def for_all(h: Any, plain: bool, lang: str) -> str:
    """For all values of which symbols a hypothesis holds, in their domains, where it does for more than one."""
    if not isinstance(h, Universal):
        return ""
    names = ", ".join(_member(s, plain) for s in h.variables)
    return f" for all {names}" if lang == "en" else f"（对所有 {names}）"


def _member(s: Symbol, plain: bool) -> str:
    d = s.domain
    name = unicode_name(s.name) if plain else s.name
    if d.lower is not None and d.upper is not None:
        shown = f"{'(' if d.lower_open else '['}{d.lower}, {d.upper}{')' if d.upper_open else ']'}"
        name = f"{name} ∈ {shown}" if plain else rf"{name} \in {shown}"
    elif d.positive:
        name += " > 0"
    return name if plain else f"${name}$"


def independence(h: Independent, plain: bool, lang: str) -> str:
    """Which random symbols the claim takes to be independent."""
    names = sorted(s.name for s in h.symbols)
    shown = ", ".join(unicode_name(n) if plain else f"${n}$" for n in names)
    return INDEPENDENT[lang][len(names) > 1].format(shown)
