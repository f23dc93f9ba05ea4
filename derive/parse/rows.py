"""A display formula to chains of relation steps, as DESIGN section 7 says.  Imports tokens and grammar.

Rows are split at \\\\, joined where a row continues the one before, cut into statements, and each statement into
sides and relation signs.  Every side is parsed on its own, so one unreadable side does not hide the others.

>>> [(s.lhs.latex, s.relation, s.rhs.latex) for s in steps(r"a &= b \\\\ &\\le c, \\quad i = 1, \\dots, n")]
[('a', '=', 'b'), ('b', '\\\\le', 'c')]
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from . import layout
from . import vocabulary as v
from .binders import decorated_relation, is_decorated_relation
from .errors import ReadError
from .grammar import Parser, parse_tokens
from .syntax import Node
from .tokens import Token, tokenize

CONSTRAINT = "subject to"  # the note of a step below `subject to` in its display


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a relation: its source, its place in the formula, its tree or the reason there is none."""

    latex: str
    start: int
    end: int
    node: Node | None
    error: ReadError | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """lhs REL rhs.  `introduced_by` is the arrow before the statement (\\Rightarrow, \\Leftrightarrow), else "";
    `premise` is then the statement before it in the same display, when there is one."""

    lhs: Side
    relation: str
    rhs: Side
    start: int
    row: int
    introduced_by: str = ""
    premise: Step | None = None
    note: str = ""

    @property
    def error(self) -> ReadError | None:
        return self.lhs.error or self.rhs.error


@dataclass(frozen=True, slots=True)
class Condition:
    """What is no step: a range, a membership, a distribution, `for all`, `if`.  `word` is the word before it."""

    latex: str
    start: int
    end: int
    word: str
    node: Node | None
    error: ReadError | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps that share sides from one to the next, with the conditions and notes written beside them."""

    steps: tuple[Step, ...]
    conditions: tuple[Condition, ...] = ()
    notes: tuple[str, ...] = ()
    bare: Side | None = None


_CONSTRAINS = re.compile(r"\W*(?:subject\b|s\.\s?t\b|st\b)")


@dataclass(slots=True)
class _Chain:
    steps: list[Step] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    last: Side | None = None

    def frozen(self) -> Chain:
        bare = self.last if not self.steps else None
        return Chain(tuple(self.steps), tuple(self.conditions), tuple(self.notes), bare)


class _Reader:
    def __init__(self, text: str):
        self.text = text
        self.chains: list[_Chain] = []
        self.chain = _Chain()
        self.row = 0
        self.note = ""
        self.constrained = False  # a row above says `subject to`

    # -- rows

    def read(self) -> tuple[Chain, ...]:
        try:
            tokens = tokenize(self.text, tolerant=True)
            rows = layout.logical_rows(layout.unfold(tokens))
        except ReadError as error:
            side = Side(self.text.strip(), 0, len(self.text), None, error)
            empty = Side("", len(self.text), len(self.text), None)
            return (Chain((Step(side, "", empty, error.start, 0),)),)
        for number, row in enumerate(rows):
            self.row = number
            self.read_row(row)
        self.finish()
        return tuple(c.frozen() for c in self.chains)

    def finish(self) -> None:
        chain = self.chain
        if chain.steps or chain.conditions or chain.notes or chain.last is not None:
            self.chains.append(chain)
        self.chain = _Chain()

    def read_row(self, row: list[Token]) -> None:
        main: list[Token] = []
        segments = layout.split_segments(row)
        index = 0
        self.note = CONSTRAINT if self.constrained and segments and not segments[0][1] else self.note
        while index < len(segments):
            lead, word, tokens = segments[index]
            following = segments[index + 1] if index + 1 < len(segments) else None
            kind = layout.classify(main, lead, word, tokens, following)
            if kind == "note":
                self.chain.notes.append(self.source(tokens) or word)
            elif kind == "append":
                if main and lead == "comma":
                    at = tokens[0].start
                    main.append(Token("comma", ",", at, at))
                main.extend(tokens)
            elif kind == "range":
                stop = index + 1
                while (
                    stop < len(segments) and not layout.has_relation(segments[stop][2]) and segments[stop][0] == "comma"
                ):
                    stop += 1
                joined = layout.join([s[2] for s in segments[index:stop]])
                main = self.flush(main)
                self.condition(joined, word)
                index = stop
                continue
            elif kind == "conditions":
                main = self.flush(main)
                rest = segments[index:]
                for group, w in layout.condition_groups(rest):
                    self.condition(group, w)
                self.constrained = self.constrained or _CONSTRAINS.match(word.lower()) is not None
                break
            else:
                main = self.flush(main)
                self.note = word or (CONSTRAINT if self.constrained else "")
                main = list(tokens)
            index += 1
        self.flush(main)

    def source(self, tokens: list[Token]) -> str:
        return self.text[tokens[0].start : tokens[-1].end].strip() if tokens else ""

    def condition(self, tokens: list[Token], word: str) -> None:
        tokens = layout.trim(tokens)
        if not tokens:
            if word:
                self.chain.notes.append(word)
            return
        node, error = self.parse(tokens)
        self.chain.conditions.append(Condition(self.source(tokens), tokens[0].start, tokens[-1].end, word, node, error))

    def parse(self, tokens: list[Token]) -> tuple[Node | None, ReadError | None]:
        try:
            return parse_tokens(tokens, self.text, tokens[-1].end if tokens else None), None
        except ReadError as error:
            return None, error
        except RecursionError:
            return None, ReadError("the formula is nested too deep", tokens[0].start, tokens[0].end, self.text)

    # -- statements

    def flush(self, tokens: list[Token]) -> list[Token]:
        """Turns one statement into steps."""
        tokens = layout.trim(tokens)
        if tokens:
            self.statement(tokens)
        self.note = ""
        return []

    def statement(self, tokens: list[Token]) -> None:
        parts = split_relations(tokens, self.text)
        arrow = ""
        _, first_sides = parts[0]
        starts_new = bool(first_sides) or (len(parts) > 1 and parts[1][0] in v.ARROWS.values())
        if starts_new and first_sides:
            self.finish()
            self.chain.last = self.side(first_sides)
        fresh = True
        for sign, side_tokens in parts[1:]:
            at = sign_place(tokens, sign, side_tokens)
            if sign in ("\\Rightarrow", "\\Leftrightarrow", "\\Leftarrow"):
                premise = self.last_step()
                follows_bare = self.chain.last if not self.chain.steps else None
                if premise is not None or follows_bare is None:
                    self.finish()
                arrow, fresh = sign, True
                self.premise = premise
                self.chain.last = self.side(side_tokens) if side_tokens else None
                continue
            left = self.chain.last
            right = self.side(side_tokens) if side_tokens else self.missing(at, sign)
            if left is None:
                left = self.missing(at, sign)
            self.chain.last = right
            if sign in v.JUDGED or (sign.startswith("\\not") and sign[4:] in v.JUDGED) or sign == "\\overset{d}{=}":
                premise = self.premise if arrow and fresh else None
                step = Step(left, sign, right, at, self.row, arrow if fresh else "", premise, self.note)
                self.chain.steps.append(step)
                arrow = ""
            else:
                self.membership(left, sign, right)
                arrow = ""
            fresh = False
        if arrow and self.chain.last is not None:
            side = self.chain.last
            end = Side("", side.end, side.end, None)
            self.chain.steps.append(Step(side, "", end, side.start, self.row, arrow, self.premise, self.note))

    premise: Step | None = None

    def last_step(self) -> Step | None:
        if self.chain.steps:
            return self.chain.steps[-1]
        for chain in reversed(self.chains):
            if chain.steps:
                return chain.steps[-1]
        return None

    def membership(self, left: Side, sign: str, right: Side) -> None:
        latex = self.text[left.start : right.end].strip()
        error = left.error or right.error
        node: Node | None = None
        if left.node is not None and right.node is not None:
            from .syntax import Relations

            node = Relations(left.start, right.end, left.node, ((sign, right.node),))
        self.chain.conditions.append(Condition(latex, left.start, right.end, "", node, error))

    def side(self, tokens: list[Token]) -> Side:
        tokens = layout.trim(tokens)
        if not tokens:
            return self.missing(0, "")
        node, error = self.parse(tokens)
        shown = " ".join(self.text[a.start : b.end].strip() for a, b in runs(tokens))
        return Side(shown, tokens[0].start, tokens[-1].end, node, error)

    def missing(self, at: int, sign: str) -> Side:
        message = f"nothing stands beside the sign {sign}" if sign else "nothing to read here"
        return Side("", at, at, None, ReadError(message, at, at + 1, self.text))


def runs(tokens: list[Token]) -> list[tuple[Token, Token]]:
    """Stretches of tokens between the row breaks and alignment signs that were dropped."""
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "joined":
            found.append([])
        else:
            found[-1].append(token)
    return [(run[0], run[-1]) for run in found if run]


def split_relations(tokens: list[Token], text: str) -> list[tuple[str, list[Token]]]:
    """[("", first side), (sign, side), ...]; stacked signs such as \\overset{a}{=} count as their sign."""
    parts: list[tuple[str, list[Token]]] = [("", [])]
    parser = Parser(tokens, text)
    depth = 0
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if depth == 0:
            if layout.is_sign(token):
                parts.append((token.value, []))
                index += 1
                continue
            if token.kind == "op" and token.value == ":":
                parts.append((":", []))
                index += 1
                continue
            parser.position = index
            if token.kind == "macro" and token.value in ("\\overset", "\\underset", "\\stackrel", "\\xrightarrow", "\\xleftarrow") and (
                is_decorated_relation(parser)
            ):  # fmt: skip
                sign = decorated_relation(parser) or "="
                parts.append((sign, []))
                index = parser.position
                continue
        if token.kind in layout.OPEN:
            depth += 1
        elif token.kind in layout.CLOSE:
            depth = max(0, depth - 1)
        parts[-1][1].append(token)
        index += 1
    return [(sign, layout.trim(side)) for sign, side in parts]


def sign_place(tokens: list[Token], sign: str, side: list[Token]) -> int:
    """Offset of the sign before a side."""
    end = side[0].start if side else tokens[-1].end + 1
    place = tokens[0].start
    for token in tokens:
        if token.start >= end:
            break
        if layout.is_sign(token) or layout.is_stacked(token):
            place = token.start
    return place


def read_display(text: str) -> tuple[Chain, ...]:
    """The chains of one display formula, in reading order; never raises for bad input.

    >>> chains = read_display(r"2x &= 4 \\\\ \\Rightarrow \\quad x &= 2")
    >>> [(s.introduced_by, s.lhs.latex, s.rhs.latex) for c in chains for s in c.steps]
    [('', '2x', '4'), ('\\\\Rightarrow', 'x', '2')]
    """
    return _Reader(text).read()


def steps(text: str) -> tuple[Step, ...]:
    """All steps of a display, in reading order."""
    return tuple(step for chain in read_display(text) for step in chain.steps)
