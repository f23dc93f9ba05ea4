"""Terms, arrays, relations and matrix expressions on one line of Unicode, for the terminal.

>>> from derive.terms import Index, Size, Sum, Symbol, exp
>>> K = Size("K"); z = Symbol("z", (K,)); i = Index("i", 1, K); k = Index("k", 1, K)
>>> text(exp(z[i]) / Sum(k, exp(z[k])))
'exp(zᵢ) / Σₖ exp(zₖ)'
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from derive.render.style import ADD, ATOM, BIG, MUL, POW, PREFIX, Doc, Style
from derive.render.unicode_names import subscripts, superscripts, unicode_name
from derive.render.writer import Writer, write

SIGNS = {
    "-": "−",
    "!=": "≠",
    ">=": "≥",
    "<=": "≤",
    "==": "=",
    "->": "→",
    "oo": "∞",
    "partial": "∂",
    "pi": "π",
    "nabla": "∇",
    "odot": "⊙",
    "oslash": "⊘",
    "otimes": "⊗",
    "cdot": "·",
    "one": "𝟏",
    "indicator": "𝟙",
    "identity": "I",
    "delta": "δ",
    "zero": "0",
    "propto": "∝",
    "=>": "⇒",
    "<=>": "⇔",
    "forall": "∀",
}
FUNCTIONS = {"gamma": "Γ", "loggamma": "log Γ", "digamma": "ψ", "trigamma": "ψ₁", "sigmoid": "σ"}
_DIGITS = tuple("0123456789")
VULGAR = {(1, 2): "½", (1, 3): "⅓", (2, 3): "⅔", (1, 4): "¼", (3, 4): "¾"}
_FENCES = {"(": ("(", ")"), "[": ("[", "]"), "|": ("|", "|"), "norm": ("‖", "‖"), "floor": ("⌊", "⌋")}
_MARKS = {"top": "ᵀ", "-1": "⁻¹", "-top": "⁻ᵀ", "'": "′", "''": "″", "'''": "‴"}


class TextStyle(Style):
    """One line of Unicode."""

    inline_fractions = True
    shows_ranges = False

    def name(self, latex: str) -> Doc:
        return Doc(unicode_name(latex), ATOM, scripted="^" in latex or "'" in latex)

    def function(self, name: str) -> str:
        return FUNCTIONS.get(name, name)

    def symbol(self, name: str) -> str:
        return SIGNS.get(name, name)

    def width(self, doc: Doc) -> int:
        return len(doc.text.replace(" ", ""))

    def subscript(self, base: Doc, indices: Sequence[Doc]) -> Doc:
        text = base.text if base.level == ATOM else self.fence(base).text
        parts = [d.text.replace(" ", "") for d in indices]
        plain = all(len(p) == 1 and not p.isdigit() for p in parts) or len(parts) == 1
        small = subscripts("".join(parts)) if plain else None
        if small is None and len(parts) == 1 and len(parts[0]) == 1:
            small = f"_{parts[0]}"
        elif small is not None and subscripts(text[-1:]) is None and text[-1:] in "₀₁₂₃₄₅₆₇₈₉":
            text = f"({text})"
        return Doc(text + (small if small is not None else f"[{','.join(parts)}]"), ATOM, scripted=base.scripted)

    def power(self, base: Doc, exponent: Doc) -> Doc:
        small = superscripts(exponent.text)
        if base.level < ATOM or base.scripted or base.fraction or base.factorial:
            base = self.fence(base)
        if small is not None and exponent.text != "T":
            return Doc(base.text + small, POW, scripted=True)
        body = exponent if exponent.level == ATOM and not exponent.fraction else self.fence(exponent)
        return Doc(f"{base.text}^{body.text}", POW, scripted=True)

    def mark(self, base: Doc, mark: str) -> Doc:
        if base.level < ATOM or ((base.scripted or base.fraction or base.factorial) and mark[0] != "'"):
            base = self.fence(base)
        return Doc(
            base.text + (_MARKS.get(mark) or superscripts(mark) or f"^{mark}"),
            ATOM if mark[0] in "'(" else POW,
            scripted=True,
        )

    def fence(self, body: Doc, kind: str = "(") -> Doc:
        left, right = _FENCES[kind]
        return Doc(f"{left}{body.text}{right}", ATOM)

    def fraction(self, top: Doc, bottom: Doc, inline: bool) -> Doc:
        vulgar = VULGAR.get((int(top.text), int(bottom.text))) if top.text.isdigit() and bottom.text.isdigit() else None
        if vulgar:
            return Doc(vulgar, ATOM, fraction=True)
        if top.level in (ADD, BIG, PREFIX):
            top = self.fence(top)
        alone = bottom.text[:1] in ("Σ", "Π", "∫")  # a sum may be all that one divides by; factors before it may not
        if bottom.level in (ADD, MUL) or bottom.fraction or (bottom.level == BIG and not alone):
            bottom = self.fence(bottom)
        level = BIG if bottom.level in (BIG, PREFIX) else MUL
        slash = "/" if self.width(top) + self.width(bottom) <= 4 else " / "
        text = f"{top.text}{slash}{bottom.text}"
        return Doc(text, level, closed=Doc(f"({text})", ATOM), fraction=True)

    def root(self, body: Doc, degree: int) -> Doc:
        sign = {2: "√", 3: "∛", 4: "∜"}.get(degree)
        if sign is None:
            return self.power(body, Doc(f"1/{degree}", MUL))
        return Doc(
            sign + (body.text if body.level == ATOM and not body.fraction else self.fence(body).text),
            ATOM,
            scripted=True,
        )

    def join(self, factors: Sequence[Doc]) -> str:
        text, before = "", ""
        for doc in factors:
            if not text:
                text = doc.text
            elif doc.text[:1] in _DIGITS and text[-1:] in _DIGITS:
                text += f" · {doc.text}"
            elif _tight(before, doc.text):
                text += doc.text
            else:
                text += f" {doc.text}"
            before = doc.text
        return text

    def big(self, kind: str, lower: str, upper: str, body: Doc, moving: bool = False) -> Doc:
        sign = "Σ" if kind == "sum" else "Π"
        name, start = lower.partition("=")[::2]
        if upper and (moving or not (start == "1" and upper.isalnum() and not upper.isdigit())):
            lower = f"{lower}..{upper}"
        elif upper:
            lower = name
        small = subscripts(lower) or (f"_{lower}" if len(lower) == 1 else f"_{{{lower}}}")
        return Doc(f"{sign}{small} {body.text}", BIG)

    def integral(self, lower: Doc, upper: Doc, body: Doc, variable: Doc) -> Doc:
        low, high = subscripts(lower.text) or f"_{{{lower.text}}}", superscripts(upper.text) or f"^{{{upper.text}}}"
        return Doc(f"∫{low}{high} {body.text} d{variable.text}", BIG)

    def limit(self, variable: Doc, point: Doc, side: str, body: Doc) -> Doc:
        mark = {"": "", "+": "⁺", "-": "⁻"}[side]
        return Doc(f"lim_{{{variable.text}→{point.text}{mark}}} {body.text}", BIG)

    def differential(self, body: Doc | None, variables: Sequence[tuple[Doc, int]], total: bool) -> Doc:
        d = "d" if total else "∂"
        order = sum(k for _, k in variables)
        top = d + (superscripts(str(order)) or "" if order > 1 else "")
        below = "".join(d + (self.power(v, Doc(str(k))).text if k > 1 else v.text) for v, k in variables)
        return Doc(f"{top}{body.text if body else ''}/{below}", BIG if body is None else POW, scripted=True)

    def evaluated(self, body: Doc, variable: Doc, value: Doc) -> Doc:
        shown = body.text if body.level >= POW else self.fence(body).text
        return Doc(f"{shown}|_{{{variable.text} = {value.text}}}", ATOM, scripted=True)

    def binomial(self, top: Doc, bottom: Doc) -> Doc:
        return Doc(f"C({top.text}, {bottom.text})", ATOM)

    def matrix(self, rows: Sequence[Sequence[Doc]]) -> Doc:
        return Doc("[" + "; ".join(", ".join(entry.text for entry in row) for row in rows) + "]", ATOM, fenced=True)

    def call(self, head: str, arguments: Sequence[Doc]) -> Doc:
        return Doc(f"{head}({', '.join(a.text for a in arguments)})", ATOM)

    def prefix(self, head: str, argument: Doc) -> Doc:
        level = BIG if argument.level == BIG else PREFIX
        return Doc(f"{head} {argument.text}", level, closed=self.call(head, [argument]))

    def expectation(self, body: Doc, given: Sequence[Doc]) -> Doc:
        condition = " | " + ", ".join(g.text for g in given) if given else ""
        return Doc(f"𝔼[{body.text}{condition}]", ATOM)


# A name of one letter with marks above the line, and what may follow it without a space: 2λθ, Xᵀ(Xθ − y).
_SHORT = re.compile(r"([^\W\d_ᵀ]|𝟏)[\u0302-\u030c]?(ᵀ|⁻¹|⁻ᵀ|[²³])*")
_MARKED = re.compile(r"[A-Z](ᵀ|⁻¹|⁻ᵀ)*|.(ᵀ|⁻¹|⁻ᵀ)|\(.*\)(ᵀ|⁻¹|⁻ᵀ)*")


def _tight(left: str, right: str) -> bool:
    if _SHORT.fullmatch(right):
        return bool(left.isdigit() or _SHORT.fullmatch(left) or _MARKED.fullmatch(left))
    return right.startswith("(") and bool(_MARKED.fullmatch(left))


STYLE = TextStyle()


def text(value: Any) -> str:
    """A term, array, relation, hypothesis, affine expression or matrix expression as one line of Unicode."""
    return write(Writer(STYLE, value), value)
