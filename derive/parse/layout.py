"""Rows and segments of a display: what continues, what is a condition, what a note.  Works on tokens only."""

from __future__ import annotations

from . import vocabulary as v
from .errors import ReadError
from .tokens import Token

_CONDITION_WORDS = (
    "if", "for", "when", "where", "with", "whenever", "such", "s.t.", "s.t", "st", "subject", "provided", "assuming", "given",
    "because", "since", "unless", "by", "using", "as", "in", "on", "under", "over", "at", "from", "otherwise", "all",
    "every", "any", "each", "fixed", "constant",
)  # fmt: skip


OPEN = frozenset(["open", "lbrace", "begin"])


CLOSE = frozenset(["close", "rbrace", "end"])


_BINARY = frozenset(["+", "\\cdot", "\\times", "/", "*", "\\pm", "\\mp"])


_ORDER = frozenset(["<", ">", "\\le", "\\ge", "\\ne", "\\ll", "\\gg"])


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
        return sum((t.kind in OPEN) - (t.kind in CLOSE) for t in before) <= (
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
            depth += (token.kind in OPEN) - (token.kind in CLOSE)
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
            depth += (token.kind in OPEN) - (token.kind in CLOSE)
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
        if token.kind in OPEN:
            depth += 1
        elif token.kind in CLOSE:
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
            rows[-1].extend([join_mark, *drop_leading_space(cleaned)])
        else:
            rows.append(cleaned)
    return rows


def open_tokens(tokens: list[Token]) -> list[Token]:
    """The opening tokens that are still open at the end."""
    stack: list[Token] = []
    for token in tokens:
        if token.kind in OPEN:
            stack.append(token)
        elif token.kind in CLOSE and stack:
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
        depth += (token.kind in OPEN) - (token.kind in CLOSE)
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
        last.kind in ("rel", "arrow", "infix") or (last.kind == "op" and last.value in (_BINARY | {"-"}))
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
        if token.kind in CLOSE:
            depth = max(0, depth - 1)
            continue
        if depth == 0:
            found.append((index, token))
        if token.kind in OPEN:
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
        if index not in outside or token.kind in OPEN:
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
    if is_sign(tokens[0]) or (is_stacked(tokens[0]) and relation):
        return "append"
    last = next((t for t in reversed(main) if t.kind != "joined"), main[-1])
    if last.kind in ("rel", "arrow", "infix") or (last.kind == "op" and last.value in (_BINARY | {"-"})):
        return "append"
    if lead == "quad" and (
        tokens[0].kind == "infix" or (tokens[0].kind == "op" and tokens[0].value in (_BINARY | {"-"}))
    ):
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
