"""What a document has already said a quantity equals: `H(X) = a`, and some lines on `H(X) = b`, claims that a = b.

A row is judged so only where neither row is one case of several; the report names the line it rests on.  Imports parse.

>>> equations = Equations()
>>> equations.note(r"\\mathrm{H}(X)", r"a + b", 3, True)
>>> [(e.latex, e.line) for e in equations.about(r"\\mathrm{H} (X)", r"b + a")]
[('a + b', 3)]
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from derive.parse import syntax as s
from derive.parse.membership import is_membership, is_range, items
from derive.parse.rows import Chain, Step, read_display

_SPACING = re.compile(r"\\(?:left|right|[bB]igg?[lrm]?|[,;:!]|quad|qquad|displaystyle)(?![a-zA-Z])|\s+|&|~")
_CASES = re.compile(r"\b(?:if|cases?|when|whenever|unless|otherwise|suppose|assum\w*|for|either)\b", re.IGNORECASE)
_PROOF = re.compile(r"^\W*(?:proof|derivation|solution)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Earlier:
    """One side that a quantity was set equal to; `sure` when the row was no mere statement of what is to be shown."""

    latex: str
    line: int
    sure: bool


@dataclass
class Equations:
    """By the text of the left side, the right sides so far, the latest last."""

    known: dict[str, list[Earlier]] = field(default_factory=dict)

    def note(self, left: str, right: str, line: int, sure: bool) -> None:
        """Keeps that left = right was written on a line."""
        self.known.setdefault(_key(left), []).append(Earlier(right, line, sure))

    def about(self, left: str, right: str) -> list[Earlier]:
        """What the left side was set equal to before, the latest first; not what is written again."""
        return [e for e in reversed(self.known.get(_key(left), [])) if _key(e.latex) != _key(right)]

    def proof_begins(self) -> None:
        """What a theorem states is no longer available, what was defined or proved is."""
        self.known = {k: kept for k, found in self.known.items() if (kept := [e for e in found if e.sure])}


def begins_a_proof(words: str) -> bool:
    """Whether a sentence opens a proof.

    >>> begins_a_proof("**Proof:** The density is"), begins_a_proof("The proof is short.")
    (True, False)
    """
    return bool(_PROOF.search(words))


def is_one_case(chain: Chain, words: str) -> bool:
    """Whether a chain is stated under a condition, beside it or in the words before it."""
    if _CASES.search(words) or any(_CASES.search(note) for note in chain.notes):
        return True
    for condition in chain.conditions:
        if condition.node is None:
            return True
        for item in items(condition.node):
            if not (is_range(item) or is_membership(item)):
                return True
    return False


def instead(step: Step, earlier: Earlier) -> Step | None:
    """The step with what was written earlier as its left side."""
    if step.lhs.node is None or isinstance(step.lhs.node, s.Number):
        return None
    chains = read_display(f"{earlier.latex} {step.relation} {step.rhs.latex}")
    if len(chains) != 1 or len(chains[0].steps) != 1 or chains[0].steps[0].error is not None:
        return None
    return chains[0].steps[0]


def _key(latex: str) -> str:
    return _SPACING.sub("", latex)
