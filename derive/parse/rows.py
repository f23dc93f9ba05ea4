"""A display formula to chains of relation steps, as DESIGN section 7 says.  Imports tokens and grammar.

Rows are split at \\\\, joined where a row continues the one before, cut into statements, and each statement into
sides and relation signs.  Every side is parsed on its own, so one unreadable side does not hide the others.

>>> [(s.lhs.latex, s.relation, s.rhs.latex) for s in steps(r"a &= b \\\\ &\\le c, \\quad i = 1, \\dots, n")]
[('a', '=', 'b'), ('b', '\\\\le', 'c')]
"""

from __future__ import annotations

from dataclasses import dataclass, field

from . import vocabulary as v
from .binders import decorated_relation, is_decorated_relation
from .errors import ReadError
from .grammar import Parser, parse_tokens
from .syntax import Node
from .tokens import Token, tokenize


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


@dataclass(slots=True)
class _Chain:
    steps: list[Step] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    last: Side | None = None

    def frozen(self) -> Chain:
        bare = self.last if not self.steps else None
        return Chain(tuple(self.steps), tuple(self.conditions), tuple(self.notes), bare)


_CONDITION_WORDS = (
    "if", "for", "when", "where", "with", "whenever", "such", "s.t.", "st", "subject", "provided", "assuming", "given",
    "because", "since", "unless", "by", "using", "as", "in", "on", "under", "over", "at", "from", "otherwise", "all",
    "every", "any", "each", "fixed", "constant",
)  # fmt: skip
_OPEN = frozenset(["open", "lbrace", "begin"])
_CLOSE = frozenset(["close", "rbrace", "end"])
_BINARY = frozenset(["+", "\\cdot", "\\times", "/", "*", "\\pm", "\\mp"])
_ORDER = frozenset(["<", ">", "\\le", "\\ge", "\\ne", "\\ll", "\\gg"])


class _Reader:
    def __init__(self, text: str):
        self.text = text
        self.chains: list[_Chain] = []
        self.chain = _Chain()
        self.row = 0
        self.note = ""

    # -- rows

    def read(self) -> tuple[Chain, ...]:
        try:
            tokens = tokenize(self.text, tolerant=True)
            rows = logical_rows(unfold(tokens))
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
        segments = split_segments(row)
        index = 0
        while index < len(segments):
            lead, word, tokens = segments[index]
            following = segments[index + 1] if index + 1 < len(segments) else None
            kind = classify(main, lead, word, tokens, following)
            if kind == "note":
                self.chain.notes.append(self.source(tokens) or word)
            elif kind == "append":
                if main and lead == "comma":
                    at = tokens[0].start
                    main.append(Token("comma", ",", at, at))
                main.extend(tokens)
            elif kind == "range":
                stop = index + 1
                while stop < len(segments) and not has_relation(segments[stop][2]) and segments[stop][0] == "comma":
                    stop += 1
                joined = join([s[2] for s in segments[index:stop]])
                main = self.flush(main)
                self.condition(joined, word)
                index = stop
                continue
            elif kind == "conditions":
                main = self.flush(main)
                rest = segments[index:]
                for group, w in condition_groups(rest):
                    self.condition(group, w)
                break
            else:
                main = self.flush(main)
                self.note = word
                main = list(tokens)
            index += 1
        self.flush(main)

    def source(self, tokens: list[Token]) -> str:
        return self.text[tokens[0].start : tokens[-1].end].strip() if tokens else ""

    def condition(self, tokens: list[Token], word: str) -> None:
        tokens = trim(tokens)
        if not tokens:
            if word:
                self.chain.notes.append(word)
            return
        node, error = self.parse(tokens)
        self.chain.conditions.append(
            Condition(self.source(tokens), tokens[0].start, tokens[-1].end, word, node, error)
        )

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
        tokens = trim(tokens)
        if tokens:
            self.statement(tokens)
        self.note = ""
        return []

    def statement(self, tokens: list[Token]) -> None:
        parts = split_relations(tokens, self.text)
        arrow = ""
        first_sign, first_sides = parts[0]
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
            if sign in v.JUDGED or sign.startswith("\\not") and sign[4:] in v.JUDGED or sign == "\\overset{d}{=}":
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
        tokens = trim(tokens)
        if not tokens:
            return self.missing(0, "")
        node, error = self.parse(tokens)
        shown = " ".join(
            self.text[a.start : b.end].strip() for a, b in runs(tokens)
        )
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


def unfold(tokens: list[Token]) -> list[Token]:
    """Drops the \\begin and \\end of alignment environments; a system in cases becomes rows."""
    out: list[Token] = []
    stack: list[bool] = []
    for index, token in enumerate(tokens):
        if token.kind == "begin":
            flat = not any(not f for f in stack) and spreads(tokens, index, out)
            stack.append(flat)
            if flat:
                continue
        elif token.kind == "end":
            if stack and stack.pop():
                nested = any(stack)
                following = tokens[index + 1 : index + 2]
                if not nested and following and following[0].kind not in ("comma", "op", "note", "end"):
                    out.append(Token("row", "\\\\", token.start, token.end))
                continue
        out.append(token)
    if stack:
        raise ReadError("an environment is never closed", tokens[-1].start, tokens[-1].end)
    return without_system_brace(rejoined(out))


def rejoined(tokens: list[Token]) -> list[Token]:
    """\\left( ... \\right. \\\\ \\left. ... \\right): one fence broken over two rows."""
    out: list[Token] = []
    for token in tokens:
        if token.kind == "open" and token.value == ".":
            at = len(out)
            while at and out[at - 1].kind in ("row", "amp", "quad"):
                at -= 1
            if at < len(out) and at and out[at - 1].kind == "close" and out[at - 1].value == ".":
                del out[at - 1 :]
                out.append(Token("joined", "", token.start, token.end))
                continue
        out.append(token)
    return out


def spreads(tokens: list[Token], index: int, before: list[Token]) -> bool:
    name = tokens[index].value.rstrip("*")
    if name in v.MATH_ENVIRONMENTS:
        return sum((t.kind in _OPEN) - (t.kind in _CLOSE) for t in before) <= (
            1 if before and before[-1].kind == "open" and before[-1].sized == "left" else 0
        )
    if name in v.CASE_ENVIRONMENTS or name == "array":
        current = []
        for token in reversed(before):
            if token.kind == "row":
                break
            current.append(token)
        if any(t.kind in ("rel", "arrow", "name", "num", "close", "macro") for t in current):
            return False
        depth = 0
        for token in tokens[index + 1 :]:
            depth += (token.kind in _OPEN) - (token.kind in _CLOSE)
            if depth < 0:
                return False
            if depth == 0 and token.kind == "rel" and token.value in v.JUDGED:
                return True
            if depth == 0 and token.kind == "row" and name != "array":
                return False
    return False


def without_system_brace(tokens: list[Token]) -> list[Token]:
    """\\left\\{ rows \\right. around a system: the fence is layout."""
    opens = [i for i, t in enumerate(tokens) if t.kind == "open" and t.sized == "left" and t.value == "{"]
    if len(opens) == 1 and opens[0] == 0:
        depth = 0
        for i, token in enumerate(tokens):
            depth += (token.kind in _OPEN) - (token.kind in _CLOSE)
            if depth == 0:
                if token.kind == "close" and token.value == ".":
                    return tokens[1:i] + tokens[i + 1 :]
                break
    return tokens


def logical_rows(tokens: list[Token]) -> list[list[Token]]:
    """Rows after joining: open brackets, trailing and leading operators, indented continuations."""
    physical: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind in _OPEN:
            depth += 1
        elif token.kind in _CLOSE:
            depth = max(0, depth - 1)
        if token.kind == "row":
            environment = depth and any(t.kind == "begin" for t in open_tokens(physical[-1]))
            if not environment:
                if depth == 0:
                    physical.append([])
                else:
                    t = token
                    physical[-1].append(Token("joined", "", t.start, t.end))
                continue
        physical[-1].append(token)
    rows: list[list[Token]] = []
    for row in physical:
        cleaned = cells(row)
        if not content(cleaned):
            continue
        if rows and continues(rows[-1], cleaned):
            join_mark = Token("joined", "", cleaned[0].start, cleaned[0].start)
            while rows[-1] and rows[-1][-1].kind in ("quad", "comma") and not rows[-1][-1].kind == "comma":
                rows[-1].pop()
            rows[-1].extend([join_mark, *[t for t in drop_leading_space(cleaned)]])
        else:
            rows.append(cleaned)
    return rows


def open_tokens(tokens: list[Token]) -> list[Token]:
    """The opening tokens that are still open at the end."""
    stack: list[Token] = []
    for token in tokens:
        if token.kind in _OPEN:
            stack.append(token)
        elif token.kind in _CLOSE and stack:
            stack.pop()
    return stack


def drop_leading_space(tokens: list[Token]) -> list[Token]:
    index = 0
    while index < len(tokens) and tokens[index].kind in ("quad", "note", "joined"):
        index += 1
    return tokens[index:]


def content(tokens: list[Token]) -> bool:
    return any(t.kind not in ("quad", "note", "amp", "comma", "joined") for t in tokens)


def cells(row: list[Token]) -> list[Token]:
    """Alignment signs dropped; && and a & before a word become a wide space."""
    out: list[Token] = []
    depth = 0
    environments = 0
    for index, token in enumerate(row):
        if token.kind == "begin":
            environments += 1
        elif token.kind == "end":
            environments -= 1
        depth += (token.kind in _OPEN) - (token.kind in _CLOSE)
        if token.kind == "amp" and environments <= 0:
            following = row[index + 1] if index + 1 < len(row) else None
            wide = following is not None and (following.kind == "amp" or following.kind == "text") and out
            if wide and depth <= 0:
                out.append(Token("quad", "&", token.start, token.end))
            continue
        out.append(token)
    return out


def continues(before: list[Token], row: list[Token]) -> bool:
    """Whether a row goes on with the expression of the row before."""
    last = next((t for t in reversed(before) if t.kind not in ("quad", "note", "joined")), None)
    if last is not None and (
        last.kind in ("rel", "arrow", "infix")
        or (last.kind == "op" and last.value in (_BINARY | {"-"}))
    ):
        return True
    index = 0
    while index < len(row) and row[index].kind in ("quad", "note"):
        index += 1
    indented = index > 0 and row[0].kind == "quad"
    first = row[index]
    relation = has_relation(row)
    if first.kind == "infix" or (first.kind == "op" and first.value in _BINARY):
        return True
    if first.kind == "op" and first.value == "-":
        return not relation or indented
    if first.kind == "close":
        return True
    return indented and not relation and first.kind not in ("text", "arrow") and has_relation(before)


def depth_zero(tokens: list[Token]) -> list[tuple[int, Token]]:
    """(index, token) of the tokens outside every bracket."""
    found = []
    depth = 0
    for index, token in enumerate(tokens):
        if token.kind in _CLOSE:
            depth = max(0, depth - 1)
            continue
        if depth == 0:
            found.append((index, token))
        if token.kind in _OPEN:
            depth += 1
    return found


def is_sign(token: Token) -> bool:
    return token.kind in ("rel", "arrow")


def has_relation(tokens: list[Token]) -> bool:
    return any(is_sign(t) or is_stacked(t) for _, t in depth_zero(tokens))


def is_stacked(token: Token) -> bool:
    return token.kind == "macro" and token.value in ("\\overset", "\\stackrel", "\\xrightarrow", "\\xleftarrow")


def split_segments(row: list[Token]) -> list[tuple[str, str, list[Token]]]:
    """(what stands before: "", quad, comma or text; the word; tokens) for each part of a row."""
    parts: list[tuple[str, str, list[Token]]] = []
    lead, word = "", ""
    current: list[Token] = []
    outside = {index for index, _ in depth_zero(row)}

    def close(next_lead: str, next_word: str = "") -> None:
        nonlocal current, lead, word
        if current or (word and lead == "text"):
            parts.append((lead, word, current))
            current, lead, word = [], next_lead, next_word
        elif lead != "text" or next_lead == "text":
            lead = "comma" if lead == "comma" and next_lead == "quad" else next_lead
            word = next_word or word
        elif next_word:
            word = f"{word} {next_word}"

    for index, token in enumerate(row):
        if index not in outside or token.kind in _OPEN:
            current.append(token)
        elif token.kind == "quad":
            close("quad")
        elif token.kind == "comma" or (token.kind == "op" and token.value in (";", ".", "?")):
            close("comma")
        elif token.kind == "note":
            continue
        elif token.kind == "text" and separates(row, index, current):
            close("text", token.value.strip())
        else:
            current.append(token)
    close("end")
    return parts


def separates(row: list[Token], index: int, current: list[Token]) -> bool:
    """Whether a text is a word between statements (or a note) rather than a symbol."""
    value = row[index].value.strip()
    before = row[index - 1] if index else None
    after = row[index + 1] if index + 1 < len(row) else None
    words = value.lower().strip("(.,:;) ").split()
    if not words:
        return True
    if before is not None and (before.kind in ("rel", "infix", "fun", "font", "accent", "sub", "sup", "macro", "oldfont") or (
        before.kind == "op" and before.value not in (";", ".")
    )):  # fmt: skip
        return False
    if after is not None and (after.kind in ("sub", "sup") or (after.kind == "open" and len(words) == 1)):
        return words[0] in _CONDITION_WORDS and words[0] not in ("st",)
    if words[0] in _CONDITION_WORDS or words[0] in ("and", "or", "iff", "so", "hence", "thus", "then", "therefore"):
        return True
    if after is not None and (is_sign(after) or (after.kind == "op" and after.value in "+-/*" and after.value)):
        return False
    if not current and before is None and after is not None and after.kind in ("op", "infix"):
        return False
    if len(words) == 1 and current and before is not None and before.kind not in ("quad", "comma", "amp"):
        return value.startswith(("(", "[")) or row[index].value.startswith((" ", "~"))
    return True


def classify(
    main: list[Token], lead: str, word: str, tokens: list[Token], following: tuple[str, str, list[Token]] | None
) -> str:
    """What a segment of a row is: append (to the statement so far), new, range, conditions or note."""
    words = word.lower().strip("(.,:;) ").split()
    inside = depth_zero(tokens)
    relation = any(is_sign(t) or is_stacked(t) for _, t in inside)
    if words:
        if words[0] == "where" and relation and any(t.kind == "rel" and t.value in ("=", ":=") for _, t in inside):
            return "range" if followed_by_dots(tokens, following) else "new"
        if words[0] in _CONDITION_WORDS:
            return "conditions"
        if not tokens:
            return "note"
        if not main or relation:
            return "append" if not has_relation(main) and main else "new"
        return "note"
    if not tokens:
        return "note"
    if tokens[0].kind == "name" and tokens[0].value in ("\\forall", "\\exists"):
        return "conditions"
    if not main:
        return "range" if followed_by_dots(tokens, following) and relation else "append"
    if is_sign(tokens[0]) or is_stacked(tokens[0]) and relation:
        return "append"
    last = next((t for t in reversed(main) if t.kind != "joined"), main[-1])
    if last.kind in ("rel", "arrow", "infix") or (last.kind == "op" and last.value in (_BINARY | {"-"})):
        return "append"
    if lead == "quad" and (tokens[0].kind == "infix" or (tokens[0].kind == "op" and tokens[0].value in (_BINARY | {"-"}))):
        return "append"
    if not has_relation(main):
        return "append"
    if relation and followed_by_dots(tokens, following):
        return "range"
    if relation:
        return "conditions" if is_condition(tokens) else "new"
    if lead == "quad" and tokens[0].kind == "open" and len(inside) == 1:
        return "conditions" if not any(t.kind == "text" for t in tokens) else "note"
    return "append" if not any(t.kind == "text" for t in tokens) else "note"


def followed_by_dots(tokens: list[Token], following: tuple[str, str, list[Token]] | None) -> bool:
    if following is None or following[0] != "comma":
        return False
    signs = [t for _, t in depth_zero(tokens) if is_sign(t)]
    if len(signs) != 1 or signs[0].value not in ("=", "\\in"):
        return False
    first = trim(following[2])
    if first and first[0].kind == "dots":
        return True
    return signs[0].value == "=" and len(first) == 1 and first[0].kind == "num" and tokens[-1].kind == "num"


def is_condition(tokens: list[Token]) -> bool:
    """Whether a statement after a comma or wide space is a condition: memberships, and orders between names."""
    signs = [t.value for _, t in depth_zero(tokens) if is_sign(t)]
    if not signs:
        return False
    if all(s not in v.JUDGED for s in signs):
        return True
    return all(s in _ORDER or s in ("\\succ", "\\succeq") for s in signs) and simple(tokens)


def simple(tokens: list[Token]) -> bool:
    """Names, numbers and scripts only."""
    return all(
        t.kind in ("name", "num", "sub", "sup", "lbrace", "rbrace", "rel", "font", "accent", "dots", "comma", "prime")
        or (t.kind == "op" and t.value in "+-")
        for t in tokens
    )


def condition_groups(
    segments: list[tuple[str, str, list[Token]]],
) -> list[tuple[list[Token], str]]:
    """Joins the parts of lists such as i = 1, \\dots, n; a new relation after a comma starts a new condition."""
    groups: list[tuple[list[Token], str]] = []
    for lead, word, tokens in segments:
        body = trim(tokens)
        extends = groups and not word and lead == "comma" and (
            not has_relation(body) or not has_relation(groups[-1][0])
        )  # fmt: skip
        if extends and body:
            previous, w = groups[-1]
            groups[-1] = (join([previous, body]), w)
        else:
            groups.append((body, word))
    return groups


def join(parts: list[list[Token]]) -> list[Token]:
    out: list[Token] = []
    for part in parts:
        part = trim(part)
        if out and part:
            out.append(Token("comma", ",", part[0].start, part[0].start))
        out.extend(part)
    return out


def trim(tokens: list[Token]) -> list[Token]:
    """Without spacing and punctuation at the ends."""
    start, stop = 0, len(tokens)

    def idle(token: Token) -> bool:
        return token.kind in ("quad", "comma", "note", "joined", "amp") or (
            token.kind == "op" and token.value in (".", ";", "?")
        )

    while start < stop and idle(tokens[start]):
        start += 1
    while stop > start and idle(tokens[stop - 1]):
        stop -= 1
    return tokens[start:stop]


def split_relations(tokens: list[Token], text: str) -> list[tuple[str, list[Token]]]:
    """[("", first side), (sign, side), ...]; stacked signs such as \\overset{a}{=} count as their sign."""
    parts: list[tuple[str, list[Token]]] = [("", [])]
    parser = Parser(tokens, text)
    depth = 0
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if depth == 0:
            if is_sign(token):
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
        if token.kind in _OPEN:
            depth += 1
        elif token.kind in _CLOSE:
            depth = max(0, depth - 1)
        parts[-1][1].append(token)
        index += 1
    return [(sign, trim(side)) for sign, side in parts]


def sign_place(tokens: list[Token], sign: str, side: list[Token]) -> int:
    """Offset of the sign before a side."""
    end = side[0].start if side else tokens[-1].end + 1
    place = tokens[0].start
    for token in tokens:
        if token.start >= end:
            break
        if is_sign(token) or is_stacked(token):
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
