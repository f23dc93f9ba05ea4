r"""Terms, arrays, relations and matrix expressions as LaTeX that needs amsmath (and amssymb's \mathbb) alone.

>>> from derive.terms import Index, Size, Sum, Symbol, exp
>>> K = Size("K"); z = Symbol("z", (K,)); i = Index("i", 1, K); k = Index("k", 1, K)
>>> latex(exp(z[i]) / Sum(k, exp(z[k])))
'\\frac{e^{z_i}}{\\sum_{k=1}^{K} e^{z_k}}'
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from derive.render.style import ATOM, BIG, MUL, POW, PREFIX, Doc, Style
from derive.render.writer import Writer, write

NAMED = frozenset("exp log sin cos tan sinh cosh tanh arcsin arccos arctan max min det".split())
SIGNS = {
    "-": "-",
    "!=": r"\ne",
    ">=": r"\ge",
    "<=": r"\le",
    "==": "=",
    "->": r"\to",
    "oo": r"\infty",
    "pi": r"\pi",
    "nabla": r"\nabla",
    "partial": r"\partial",
    "odot": r"\odot",
    "oslash": r"\oslash",
    "otimes": r"\otimes",
    "cdot": r"\cdot",
    "one": r"\mathbf{1}",
    "indicator": r"\mathbf{1}",
    "identity": "I",
    "delta": r"\delta",
    "zero": "0",
    "propto": r"\propto",
    "=>": r"\Rightarrow",
    "<=>": r"\Leftrightarrow",
    "forall": r"\forall",
}
FUNCTIONS = {
    "gamma": r"\Gamma",
    "loggamma": r"\log \Gamma",
    "digamma": r"\psi",
    "trigamma": r"\psi_1",
    "sigmoid": r"\sigma",
}
_FENCES = {
    "(": ("(", ")"),
    "[": ("[", "]"),
    "|": (r"\lvert", r"\rvert"),
    "norm": (r"\lVert", r"\rVert"),
    "floor": (r"\lfloor", r"\rfloor"),
}
_MARKS = {"top": r"\top", "-top": r"-\top"}
_STARTS_WITH_DIGIT = re.compile(r"\d")
_MACRO_END = re.compile(r"\\[A-Za-z]+\Z")


class LatexStyle(Style):
    """LaTeX with amsmath."""

    inline_fractions = False
    shows_ranges = True

    def name(self, latex: str) -> Doc:
        return Doc(latex, ATOM, scripted="^" in latex or "'" in latex)

    def apart(self, doc: Doc) -> Doc:
        return replace(doc, text=rf"\, {doc.text}")

    def function(self, name: str) -> str:
        if name in NAMED:
            return "\\" + name
        return FUNCTIONS.get(name, rf"\operatorname{{{name}}}")

    def symbol(self, name: str) -> str:
        return SIGNS.get(name, name)

    def width(self, doc: Doc) -> int:
        text = re.sub(
            r"\\(left|right|top|mathbf|mathrm|operatorname|frac|sqrt|hat|bar|tilde|lVert|rVert|lvert|rvert)(?![A-Za-z])",
            "",
            doc.text,
        )
        return len(re.sub(r"[{}^_\s]|\\,", "", re.sub(r"\\[A-Za-z]+", "m", text)))

    def subscript(self, base: Doc, indices: Sequence[Doc]) -> Doc:
        text, group = base.text, base.group
        if base.level < ATOM or base.fraction:
            text = self.fence(base).text
        elif not base.fenced and "_" in _outside_braces(text):
            text = f"({text})"
        group = group or text.startswith(("(", r"\left("))
        return Doc(
            f"{text}_{_script(_list(indices))}", ATOM, base.tall, scripted=base.scripted and not group, group=group
        )

    def power(self, base: Doc, exponent: Doc) -> Doc:
        if base.level < ATOM or base.scripted or base.fraction or base.factorial:
            base = self.fence(base)
        return Doc(f"{base.text}^{_script(exponent.text)}", POW, base.tall, scripted=True, group=base.group)

    def mark(self, base: Doc, mark: str) -> Doc:
        if set(mark) == {"'"}:
            return Doc(base.text + mark, ATOM, base.tall, scripted=True)
        if base.level < ATOM or base.scripted or base.fraction or base.factorial:
            base = self.fence(base)
        return Doc(f"{base.text}^{_script(_MARKS.get(mark, mark))}", POW, base.tall, scripted=True)

    def fence(self, body: Doc, kind: str = "(") -> Doc:
        left, right = _FENCES[kind]
        gap = "" if kind in "([" else " "
        if body.tall:
            return Doc(rf"\left{left} {body.text} \right{right}", ATOM, True, fenced=True)
        return Doc(f"{left}{gap}{body.text}{gap}{right}", ATOM, fenced=True)

    def fraction(self, top: Doc, bottom: Doc, inline: bool) -> Doc:
        if inline:
            if top.level < MUL or top.level in (BIG, PREFIX):
                top = self.fence(top)
            if bottom.level < POW or bottom.fraction:
                bottom = self.fence(bottom)
            return Doc(f"{top.text}/{bottom.text}", MUL, fraction=True)
        return Doc(rf"\frac{{{top.text}}}{{{bottom.text}}}", ATOM, True, fraction=True)

    def root(self, body: Doc, degree: int) -> Doc:
        index = "" if degree == 2 else f"[{degree}]"
        return Doc(rf"\sqrt{index}{{{body.text}}}", ATOM, body.tall)

    def join(self, factors: Sequence[Doc]) -> str:
        text = ""
        for doc in factors:
            if not text:
                text = doc.text
            elif _STARTS_WITH_DIGIT.match(doc.text) or doc.group:
                text += rf" \cdot {doc.text}"
            elif doc.text.startswith("(") and not text.endswith(")") and not _MACRO_END.search(text):
                text += doc.text
            else:
                text += f" {doc.text}"
        return text

    def big(self, kind: str, lower: str, upper: str, body: Doc, moving: bool = False) -> Doc:
        ends = (f"_{{{lower}}}" if lower else "") + (f"^{{{upper}}}" if upper else "")
        return Doc(rf"\{kind}{ends} {body.text}", BIG, True)

    def integral(self, lower: Doc, upper: Doc, body: Doc, variable: Doc) -> Doc:
        ends = f"_{{{lower.text}}}^{{{upper.text}}}"
        return Doc(rf"\int{ends} {body.text} \, d{variable.text}", BIG, True)

    def limit(self, variable: Doc, point: Doc, side: str, body: Doc) -> Doc:
        end = f"{point.text}^{{{side}}}" if side else point.text
        return Doc(rf"\lim_{{{variable.text} \to {end}}} {body.text}", BIG, True)

    def differential(self, body: Doc | None, variables: Sequence[tuple[Doc, int]], total: bool) -> Doc:
        d = "d" if total else r"\partial"
        order = sum(k for _, k in variables)
        top = d + (f"^{_script(str(order))}" if order > 1 else "")
        if body is not None:
            top = f"{top} {body.text}" if not total or order > 1 else f"d{body.text}"
        below = []
        for v, k in variables:
            powered = self.power(v, Doc(str(k))).text if k > 1 else v.text
            below.append(f"d{powered}" if total else rf"\partial {powered}")
        denominator = r" \, ".join(below)
        return Doc(rf"\frac{{{top}}}{{{denominator}}}", BIG if body is None else ATOM, True, fraction=True)

    def evaluated(self, body: Doc, variable: Doc, value: Doc) -> Doc:
        return Doc(rf"\left. {body.text} \right|_{{{variable.text} = {value.text}}}", ATOM, True, scripted=True)

    def binomial(self, top: Doc, bottom: Doc) -> Doc:
        return Doc(rf"\binom{{{top.text}}}{{{bottom.text}}}", ATOM, True)

    def matrix(self, rows: Sequence[Sequence[Doc]]) -> Doc:
        body = r" \\ ".join(" & ".join(entry.text for entry in row) for row in rows)
        return Doc(rf"\begin{{pmatrix}} {body} \end{{pmatrix}}", ATOM, True, fenced=True)

    def call(self, head: str, arguments: Sequence[Doc]) -> Doc:
        body = Doc(", ".join(a.text for a in arguments), ATOM, any(a.tall for a in arguments))
        fenced = self.fence(body)
        return Doc(f"{head}{fenced.text}", ATOM, fenced.tall, scripted=False)

    def prefix(self, head: str, argument: Doc) -> Doc:
        level = BIG if argument.level == BIG else PREFIX
        return Doc(f"{head} {argument.text}", level, argument.tall, closed=self.call(head, [argument]))

    def expectation(self, body: Doc, given: Sequence[Doc]) -> Doc:
        if given:
            body = Doc(rf"{body.text} \mid {', '.join(g.text for g in given)}", ATOM, body.tall)
        return Doc(r"\mathbb{E}" + self.fence(body, "[").text, ATOM, body.tall)


STYLE = LatexStyle()


def latex(value: Any) -> str:
    """A term, array, relation, hypothesis, affine expression or matrix expression as LaTeX without dollar signs.

    An array is written in matrix notation when it has a readable matrix form and otherwise by its entries.
    """
    return write(Writer(STYLE, value), value)


def _list(docs: Sequence[Doc]) -> str:
    simple = all(re.fullmatch(r"[A-Za-z]|\\[A-Za-z]+", d.text) for d in docs)
    if not simple:
        return ",".join(d.text.replace(" ", "") if re.fullmatch(r"[\w +-]*", d.text) else d.text for d in docs)
    text = ""
    for doc in docs:
        text += (" " if _MACRO_END.search(text) else "") + doc.text
    return text


def _script(text: str) -> str:
    return text if len(text) == 1 or re.fullmatch(r"\\[A-Za-z]+", text) else f"{{{text}}}"


def _outside_braces(text: str) -> str:
    """``text`` without what stands in braces."""
    depth, kept = 0, []
    for character in text:
        depth += character == "{"
        if depth == 0:
            kept.append(character)
        depth -= character == "}"
    return "".join(kept)
