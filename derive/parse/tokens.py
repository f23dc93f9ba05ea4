"""The lexer: LaTeX mathematics to tokens with spans, in one linear pass.

Limits on length, tokens, depth and digits; an unknown macro or a lost backslash is an error with a place.
Styling (spacing, sizes, colours, labels) is dropped here.  Imports errors and vocabulary only.

>>> [(t.kind, t.value) for t in tokenize(r"\\frac12 x_i")]
[('macro', '\\\\frac'), ('num', '12'), ('name', 'x'), ('sub', '_'), ('name', 'i')]
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from . import vocabulary as v
from .errors import ReadError

MAX_LENGTH = 30_000
MAX_TOKENS = 15_000
MAX_DEPTH = 40
MAX_DIGITS = 60


@dataclass(frozen=True, slots=True)
class Token:
    """kind is one of name num sub sup prime lbrace rbrace open close either op rel arrow macro fun big text bb
    begin end amp row quad dots mid comma note bad; `sized` marks \\left, \\right, \\bigl and the like."""

    kind: str
    value: str
    start: int
    end: int
    sized: str = ""


_TOKEN = re.compile(
    r"(?P<space>[ \t\n\r]+)"
    r"|(?P<comment>(?<![0-9])%[^\n]*\n?)"
    r"|(?P<row>\\\\(?:\*)?(?:[ \t]*\[[ \t]*-?[0-9.]+[ \t]*(?:pt|em|ex|mm|cm|in|px|mu|\\jot|\\baselineskip)?[ \t]*\])?|\\cr(?![a-zA-Z])|\\newline(?![a-zA-Z]))"  # noqa: E501  one pattern
    r"|(?P<macro>\\(?:[a-zA-Z]+\*?|.|\n))"
    r"|(?P<num>[0-9]+(?:\{,\}[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+)"
    r"|(?P<dots>\.\.\.)"
    r"|(?P<name>[a-zA-Z])"
    r"|(?P<assign>:=|=:|<=|>=|!=|->|=>)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_SPAN = re.compile(r"[ \t\n\r]*")
_STARRED = frozenset({"\\operatorname*", "\\hspace*", "\\vspace*", "\\tag*"})
_LOST_CONTROL = {"\t": "t", "\f": "f", "\b": "b", "\r": "r", "\a": "a", "\v": "v"}


class Lexer:
    """Turns one formula into tokens; used through `tokenize`."""

    def __init__(self, text: str, tolerant: bool = False):
        self.text = text
        self.tolerant = tolerant
        self.tokens: list[Token] = []
        self.braces: list[int] = []
        self.previous_letters = ""

    def error(self, message: str, start: int, end: int | None = None, hint: str = "") -> ReadError:
        return ReadError(message, start, end, self.text, hint)

    def run(self) -> list[Token]:
        text = self.text
        if len(text) > MAX_LENGTH:
            raise ReadError(f"this formula has {len(text)} characters; the limit is {MAX_LENGTH}", 0, 1, text[:200])
        position = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            assert match is not None
            try:
                position = self.step(match, match.lastgroup or "other", match.start(), match.end())
            except ReadError as error:
                if not self.tolerant or "{" in error.message or "braces" in error.message or "}" in error.message:
                    raise
                position = self.add("bad", error.message, error.start, max(error.end, match.end()), error.hint)
            if len(self.tokens) > MAX_TOKENS:
                raise self.error(f"this formula has more than {MAX_TOKENS} signs", position - 1)
        if self.braces:
            raise self.error("this { is never closed", self.braces[-1])
        return self.tokens

    def add(self, kind: str, value: str, start: int, end: int, sized: str = "") -> int:
        self.tokens.append(Token(kind, value, start, end, sized))
        return end

    def step(self, match: re.Match[str], group: str, start: int, end: int) -> int:
        """Adds the token at `start` and returns where the next begins."""
        value = match.group()
        if group == "space":
            return self.space(value, start, end)
        if group == "comment":
            return end
        if group == "row":
            return self.add("row", "\\\\", start, end)
        if group == "macro":
            return self.macro(value, start, end)
        if group == "num":
            if len(value) > MAX_DIGITS:
                raise self.error(f"a number of more than {MAX_DIGITS} digits", start, end)
            return self.add("num", value.replace("{,}", ""), start, end)
        if group == "dots":
            return self.add("dots", "\\dots", start, end)
        if group == "name":
            return self.letters(start)
        if group == "assign":
            if value == "=>":
                return self.add("arrow", "\\Rightarrow", start, end)
            relation = {"<=": "\\le", ">=": "\\ge", "!=": "\\ne", "->": "\\to"}.get(value, value)
            return self.add("rel", relation, start, end)
        return self.character(value, start, end)

    def space(self, value: str, start: int, end: int) -> int:
        at = value.find("\t")
        if at >= 0 and re.match(
            r"(?:op|ext|heta|au|imes|frac|anh|ilde|o\b)", self.text[start + at + 1 : start + at + 6]
        ):
            raise self.error("a backslash was lost here: a tab stands where \\t... was meant", start + at)
        return end

    def letters(self, start: int) -> int:
        """A run of letters is a product of names, unless it spells a macro or a function's name."""
        run = re.compile(r"[a-zA-Z]+").match(self.text, start)
        assert run is not None
        word, end = run.group(), run.end()
        if len(word) > 1:
            following = _SPAN.match(self.text, end)
            after = self.text[following.end() : following.end() + 1] if following else ""
            escaped = self.text.startswith("\\left", following.end()) if following else False
            if word in v.BARE_WORDS and (after in ("(", "[") or escaped):
                return self.add("word", word, start, end)
            if word in v.LOST_BACKSLASH and not self.after_font():
                raise self.error(
                    f"a backslash seems lost: write \\{word}",
                    start,
                    end,
                    f"the letters {word} would read as a product of {len(word)} symbols",
                )
        for offset, letter in enumerate(word):
            self.add("name", letter, start + offset, start + offset + 1)
        return end

    def after_font(self) -> bool:
        """Letters inside \\operatorname{..} and its like are a word."""
        at = len(self.tokens) - 1
        while at > 0 and self.tokens[at].kind in ("name", "word") and at > len(self.tokens) - 40:
            at -= 1
        kinds = [token.kind for token in self.tokens[max(0, at - 1) : at + 1]]
        return kinds == ["font", "lbrace"] or kinds[-1:] == ["oldfont"]

    def character(self, value: str, start: int, end: int) -> int:
        if value in v.UNICODE:
            value = v.UNICODE[value]
            return self.macro(value, start, end) if value.startswith("\\") else self.add("rel", value, start, end)
        if value == "{":
            self.braces.append(start)
            if len(self.braces) > MAX_DEPTH:
                raise self.error(f"braces nested more than {MAX_DEPTH} deep", start)
            return self.add("lbrace", value, start, end)
        if value == "}":
            if not self.braces:
                raise self.error("this } closes nothing", start)
            self.braces.pop()
            return self.add("rbrace", value, start, end)
        if value == "%":
            return self.add("name", "\\%", start, end)
        simple = {
            "_": "sub", "^": "sup", "&": "amp", ",": "comma", "!": "op", ";": "op", ":": "op", ".": "op",
            "?": "op", '"': "note", "`": "note",
        }  # fmt: skip
        if value in simple:
            return self.add(simple[value], value, start, end)
        if value == "'" or value == "’":
            return self.add("prime", "'", start, end)
        if value in v.RELATIONS:
            return self.add("rel", v.RELATIONS[value], start, end)
        if value in v.ADDITIVE:
            return self.add("op", v.ADDITIVE[value], start, end)
        if value in v.PRODUCT:
            return self.add("op", v.PRODUCT[value], start, end)
        for table, kind in ((v.FENCE_OPEN, "open"), (v.FENCE_CLOSE, "close"), (v.FENCE_EITHER, "either")):
            if value in table:
                return self.add(kind, table[value], start, end)
        if value in ("~", "\u00a0", "\u2009", "\u200b", "\ufeff"):
            return end
        if value in _LOST_CONTROL:
            raise self.error(
                f"a backslash was lost here: a control character stands where \\{_LOST_CONTROL[value]}... was meant",
                start,
            )
        if value == "²":
            self.add("sup", "^", start, end)
            return self.add("num", "2", start, end)
        if value.isalpha():
            return self.add("name", value, start, end)
        raise self.error(f"the character {value!r} has no meaning in a formula", start)

    def macro(self, value: str, start: int, end: int) -> int:
        """One command, looked up in the vocabulary."""
        if value.endswith("*") and value[:-1] in v.SHORTHANDS:
            value = value[:-1]
        if value.endswith("*") and value not in _STARRED and value[:-1] not in ("\\tag", "\\hspace", "\\vspace"):
            value, end = value[:-1], end - 1
        if value in v.SYMBOL_ALIASES:
            return self.add("name", v.SYMBOL_ALIASES[value], start, end)
        if value in v.DROPPED or value == "\\\n":
            return end
        if value in ("\\quad", "\\qquad", "\\enskip"):
            return self.add("quad", value, start, end)
        for handler in (self.sized_fence, self.named, self.with_argument):
            done = handler(value, start, end)
            if done is not None:
                return done
        raise self.unknown(value, start, end)

    def named(self, value: str, start: int, end: int) -> int | None:
        if value == "\\not":
            return self.negated(start, end)
        tables = (
            (v.ARROWS, "arrow"), (v.ADDITIVE, "op"), (v.PRODUCT, "op"), (v.BIG, "big"), (v.OPTIMA, "opt"),
            (v.LIMITS, "lim"), (v.FENCE_OPEN, "open"), (v.FENCE_CLOSE, "close"), (v.FENCE_EITHER, "either"),
            (v.FUNCTIONS, "fun"), (v.ACCENTS, "accent"), (v.FONTS, "font"), (v.OLD_FONTS, "oldfont"),
        )  # fmt: skip
        if value == "\\stackrel" or value in ("\\xrightarrow", "\\xleftarrow"):
            return self.add("macro", value, start, end)
        if value in v.RELATIONS:
            return self.add("rel", v.RELATIONS[value], start, end)
        for table, kind in tables:
            if value in table:
                return self.add(kind, table[value], start, end)
        if value in v.INTEGRALS:
            return self.add("int", value, start, end)
        if value in v.INFIX and value not in v.MARKS:
            return self.add("infix", v.INFIX_ALIASES.get(value, value), start, end)
        if value in v.GREEK or value in v.LETTERLIKE:
            return self.add("name", value, start, end)
        if value in v.DOTS:
            return self.add("dots", value, start, end)
        if value in ("\\mid", "\\middle|", "\\parallel", "\\divides"):
            return self.add("mid", "\\|" if value == "\\parallel" else "|", start, end)
        if value == "\\prime":
            return self.add("prime", "'", start, end)
        if value in ("\\%", "\\$", "\\#", "\\&", "\\_", "\\@"):
            return self.add("name", value, start, end)
        if value in v.BLACKBOARD:
            return self.add("bb", v.BLACKBOARD[value], start, end)
        if value in v.SHORTHANDS or value in v.TRANSPARENT or value in v.BRACES or value in _STRUCTURAL:
            return self.add("macro", value, start, end)
        return None

    def negated(self, start: int, end: int) -> int:
        following = _TOKEN.match(self.text, _SPAN.match(self.text, end).end())  # type: ignore[union-attr]
        value = following.group() if following else ""
        relation = v.RELATIONS.get(value)
        if relation is None or following is None:
            raise self.error("\\not stands before no relation sign", start, end)
        negations = {"=": "\\ne", "\\in": "\\notin", "\\perp": "\\not\\perp", "\\subset": "\\notin", "\\equiv": "\\ne"}
        return self.add("rel", negations.get(relation, "\\not" + relation), start, following.end())

    def sized_fence(self, value: str, start: int, end: int) -> int | None:
        """\\left( \\right) \\middle| \\bigl( \\Big| ..."""
        side = {"\\left": "open", "\\right": "close", "\\middle": "middle", "\\lft": "open", "\\rgt": "close"}.get(
            value
        )
        if side is None:
            if value not in v.SIZERS:
                return None
            side = v.SIZERS[value]
        match = _TOKEN.match(self.text, _SPAN.match(self.text, end).end())  # type: ignore[union-attr]
        delimiter = match.group() if match else ""
        stop = match.end() if match else end
        delimiter = {v_: k for k, v_ in {"\\|": "‖"}.items()}.get(delimiter, delimiter)
        strict = "left" if value in ("\\left", "\\right", "\\lft", "\\rgt") else ("big" if value in v.SIZERS else "")
        if side == "middle":
            if delimiter in v.FENCE_EITHER:
                return self.add("mid", "|" if v.FENCE_EITHER[delimiter] == "|" else "\\|", start, stop)
            if delimiter == "/":
                return self.add("op", "/", start, stop)
            raise self.error(f"{value} needs a bar", start, stop)
        if delimiter[:1] == ".":
            stop = (match.start() if match else end) + 1
            return self.add(side or "op", ".", start, stop, strict)
        if delimiter in v.FENCE_EITHER:
            return self.add(side or "either", v.FENCE_EITHER[delimiter], start, stop, strict)
        if delimiter in v.FENCE_OPEN and side != "close":
            return self.add("open", v.FENCE_OPEN[delimiter], start, stop, strict)
        if delimiter in v.FENCE_CLOSE and side != "open":
            return self.add("close", v.FENCE_CLOSE[delimiter], start, stop, strict)
        if delimiter in v.FENCE_CLOSE or delimiter in v.FENCE_OPEN:
            name = (v.FENCE_CLOSE | v.FENCE_OPEN)[delimiter]
            return self.add(side, {"(": ")", "[": "]"}.get(name, name), start, stop, strict)
        if delimiter in ("<", ">"):
            return self.add(side or "either", delimiter, start, stop, strict)
        if delimiter == "/":
            return self.add("op", "/", start, stop)
        if side == "" and delimiter:
            return end
        raise self.error(f"{value} needs a bracket after it", start, stop)

    def with_argument(self, value: str, start: int, end: int) -> int | None:
        if value in v.TEXTS:
            body, stop = self.braced(end)
            return self.add("text", body, start, stop)
        if value in ("\\begin", "\\end"):
            name, stop = self.braced(end)
            if value == "\\begin":
                self.braces.append(start)
                if len(self.braces) > MAX_DEPTH:
                    raise self.error(f"environments nested more than {MAX_DEPTH} deep", start)
            elif not self.braces or not self.text.startswith("\\begin", self.braces[-1]):
                if self.braces:
                    raise self.error("this { is never closed", self.braces[-1])
                raise self.error(f"\\end{{{name[:30]}}} has no \\begin", start, stop)
            else:
                self.braces.pop()
            stop = self.environment_options(value, name, stop)
            return self.add(value[1:], name.strip(), start, stop)
        if value in v.DROPPED_WITH_ARGUMENT:
            if value in ("\\kern", "\\mkern", "\\mskip", "\\hskip", "\\vskip"):
                length = re.compile(r"[ \t]*-?[0-9.]*[ \t]*[a-z]{2}").match(self.text, end)
                return length.end() if length else end
            if value in ("\\tag", "\\tag*", "\\label"):
                body, stop = self.braced(end)
                return self.add("note", body, start, stop)
            return self.braced(end)[1]
        if value in v.WRAPPERS_WITH_ARGUMENT:
            return self.braced(end)[1]
        if value == "\\pmod" or value == "\\bmod" or value == "\\mod":
            return self.add("rel", "\\bmod", start, end)
        if value in ("\\cancel",):
            return end
        return None

    def environment_options(self, value: str, name: str, stop: int) -> int:
        if value == "\\begin" and name.strip().rstrip("*") in ("array", "alignat", "alignedat", "subarray", "tabular"):
            if self.text[stop : stop + 1] == "[":
                close = self.text.find("]", stop)
                stop = close + 1 if close >= 0 else stop
            if self.text[stop : stop + 1] == "{":
                stop = self.braced(stop)[1]
        return stop

    def braced(self, position: int) -> tuple[str, int]:
        """The raw text of the {...} (or the one sign) at `position`, and where it ends."""
        start = _SPAN.match(self.text, position).end()  # type: ignore[union-attr]
        if start >= len(self.text):
            raise self.error("an argument is missing here", max(0, start - 1))
        if self.text[start] == "[":
            close = self.text.find("]", start)
            start = close + 1 if close >= 0 else start
        if self.text[start : start + 1] != "{":
            match = _TOKEN.match(self.text, start)
            return (match.group(), match.end()) if match else ("", start)
        depth, position = 0, start
        while position < len(self.text):
            character = self.text[position]
            if character == "\\":
                position += 2
                continue
            if character == "{":
                depth += 1
            elif character == "}":
                depth -= 1
                if depth == 0:
                    return self.text[start + 1 : position], position + 1
            position += 1
        raise self.error("this { is never closed", start)

    def unknown(self, value: str, start: int, end: int) -> ReadError:
        known = [name for name in _ALL if abs(len(name) - len(value)) < 3]
        close = difflib.get_close_matches(value[:20], known, 1, 0.75) if len(value) < 21 else []
        hint = f"did you mean {close[0]}?" if close else ""
        return self.error(f"{value[:30]} is not known", start, end, hint)


_STRUCTURAL = frozenset(
    "\\frac \\tfrac \\dfrac \\cfrac \\sfrac \\nicefrac \\binom \\tbinom \\dbinom \\choose \\over \\atop \\sqrt "
    "\\overset \\underset \\stackrel \\partial \\nabla \\substack \\xrightarrow \\xleftarrow \\genfrac \\sideset "
    "\\cancelto \\mathllap \\mathrlap \\mathclap \\llap \\rlap".split()
)
_ALL = sorted(
    v.GREEK | v.LETTERLIKE | set(v.RELATIONS) | set(v.ARROWS) | v.INFIX | set(v.FUNCTIONS) | set(v.BIG)
    | set(v.INTEGRALS) | set(v.OPTIMA) | set(v.FONTS) | v.TEXTS | set(v.ACCENTS) | _STRUCTURAL | v.DOTS
    | v.DROPPED_WITH_ARGUMENT | set(v.LIMITS) | {"\\quad", "\\left", "\\right", "\\begin", "\\end", "\\mid"}
)  # fmt: skip


def tokenize(text: str, tolerant: bool = False) -> list[Token]:
    """The tokens of one formula; `tolerant` leaves `bad` tokens for the parser to report where they stand.

    >>> tokenize(r"\\alhpa + 1")
    Traceback (most recent call last):
    ...
    derive.parse.errors.ReadError: \\alhpa is not known. did you mean \\alpha?
    """
    return Lexer(text, tolerant).run()
