r"""LaTeX names as Unicode: ``\theta`` is θ, ``\hat{y}`` is ŷ, ``W^{(1)}`` is W⁽¹⁾. Imports nothing of ours.

>>> unicode_name(r"\hat{\theta}_1")
'θ̂₁'
"""

from __future__ import annotations

import re
import unicodedata

GREEK = dict(
    zip(
        "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma "
        "tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell".split(),
        "α β γ δ ε ε ζ η θ ϑ ι κ λ μ ν ξ π ρ σ τ υ φ φ χ ψ ω Γ Δ Θ Λ Ξ Π Σ Υ Φ Ψ Ω ℓ".split(),
        strict=True,
    )
)
SIGNS = {
    "star": "⋆",
    "ast": "*",
    "top": "ᵀ",
    "prime": "′",
    "infty": "∞",
    "dagger": "†",
    "nabla": "∇",
    "partial": "∂",
    "cdot": "·",
    "to": "→",
    "mid": "|",
    "cap": "∩",
    "ge": "≥",
    "le": "≤",
    "neg": "¬",
    "in": "∈",
}
ACCENTS = {
    "hat": "\u0302",
    "bar": "\u0304",
    "tilde": "\u0303",
    "dot": "\u0307",
    "ddot": "\u0308",
    "vec": "\u20d7",
    "overline": "\u0304",
    "widehat": "\u0302",
    "widetilde": "\u0303",
    "check": "\u030c",
    "breve": "\u0306",
}
FONTS = {
    "mathbf",
    "mathrm",
    "mathcal",
    "mathbb",
    "mathsf",
    "mathit",
    "boldsymbol",
    "bm",
    "operatorname",
    "text",
    "textbf",
    "mathfrak",
    "mathscr",
    "mathtt",
}
SUBSCRIPTS = dict(zip("0123456789aehijklmnoprstuvxβγρφχ+-−=()", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ₊₋₋₌₍₎", strict=True))
SUPERSCRIPTS = dict(
    zip(
        "0123456789abcdefghijklmnoprstuvwxyzαβγδθφχ+-−=()TA*⋆ᵀ′†",
        "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵅᵝᵞᵟᶿᵠᵡ⁺⁻⁻⁼⁽⁾ᵀᴬ*⋆ᵀ′†",
        strict=True,
    )
)
_BOLD = {
    **{chr(65 + k): chr(0x1D400 + k) for k in range(26)},
    **{chr(97 + k): chr(0x1D41A + k) for k in range(26)},
    **{chr(48 + k): chr(0x1D7CE + k) for k in range(10)},
}
_SCRIPT = {c: chr(0x1D49C + ord(c) - 65) for c in "ACDGJKNOPQSTUVWXYZ"} | dict(zip("BEFHILMR", "ℬℰℱℋℐℒℳℛ", strict=True))
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)


def subscripts(text: str) -> str | None:
    """``text`` in subscript characters, or None where Unicode lacks one."""
    return _translated(text, SUBSCRIPTS)


def superscripts(text: str) -> str | None:
    """``text`` in superscript characters, or None where Unicode lacks one."""
    return _translated(text, SUPERSCRIPTS)


def unicode_name(latex: str) -> str:
    """A LaTeX name in Unicode; what has no such character keeps a readable ASCII form."""
    tokens = [t for t in _TOKEN.findall(latex.replace(" + ", "\ue000").replace(" - ", "\ue001")) if not t.isspace()]
    text, _ = _read(tokens, 0)
    return unicodedata.normalize("NFC", text).replace("\ue000", " + ").replace("\ue001", " − ")


def _translated(text: str, table: dict[str, str]) -> str | None:
    compact = text.replace(" ", "")
    return "".join(table[c] for c in compact) if compact and all(c in table for c in compact) else None


def _read(tokens: list[str], start: int) -> tuple[str, int]:
    """The tokens up to the closing brace, and where it is."""
    out, k = "", start
    while k < len(tokens) and tokens[k] != "}":
        piece, k = _argument(tokens, k)
        out += piece
    return out, k


def _argument(tokens: list[str], k: int) -> tuple[str, int]:
    if k >= len(tokens):
        return "", k
    token = tokens[k]
    if token == "{":
        inner, end = _read(tokens, k + 1)
        return inner, end + 1
    if token in "_^":
        inner, end = _argument(tokens, k + 1)
        raised = token == "^"
        small = (superscripts if raised else subscripts)(inner)
        if small is not None:
            return small, end
        return (f"{token}({inner})" if len(inner) > 1 and raised else f"{token}{inner}"), end
    if token == "'":
        return "′", k + 1
    if not token.startswith("\\"):
        return token, k + 1
    name = token[1:]
    if name in ACCENTS:
        inner, end = _argument(tokens, k + 1)
        return (inner[:1] + ACCENTS[name] + inner[1:] if inner else ""), end
    if name in FONTS:
        inner, end = _argument(tokens, k + 1)
        table = (
            _BOLD
            if name in ("mathbf", "boldsymbol", "bm", "textbf")
            else _SCRIPT
            if name in ("mathcal", "mathscr")
            else {}
        )
        return "".join(table.get(c, c) for c in inner), end
    return GREEK.get(name) or SIGNS.get(name) or (name if name.isalpha() else ""), k + 1
