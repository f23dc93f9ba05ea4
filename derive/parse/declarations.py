"""Prose, comments and --assume strings to a Scope.  Imports elaborate, definitions, documents and scope.

Inline mathematics declares, assumes and defines; it is never judged.

>>> scope = assume(r"X \\in \\mathbb{R}^{n \\times d}; \\sigma > 0; y_i \\in \\{0, 1\\} for i = 1, \\dots, n")
>>> scope.symbols["X"].shape, scope.symbols["\\\\sigma"].domain.positive, scope.symbols["y"].shape
((n, d), True, (n,))
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from derive.terms import REAL, Expectation, Hypothesis, Symbol

from . import (
    distributions,
    document_shapes,
    labels,
    matrix_entries,
    membership,
    named_moments,
    properties,
    regularity,
    restrictions,
    shape_hints,
    spectra,
)
from . import syntax as s
from .documents import Boundary, Comment, Display, Document, Formula, Heading, Sentence
from .elaborate import Elaborator, Unify
from .elaborate_binders import script_range
from .errors import ReadError
from .events import combined
from .grammar import parse_expression
from .hypotheses import domain_of
from .laws import about_chance, about_information, variables_of_laws, with_a_base
from .mood import is_stated
from .names import split_scripts, symbol_key
from .relating import explicit, is_claimed, is_old_value, latex_of, relate, spoken_of
from .scope import Declaration, Doubt, Scope

_CONDITIONAL = re.compile(
    r"(?:\b(?:if|when|whenever|unless|whether|case|cases|hypothes[ie]s|versus|against|either|e\.g\.)"
    r"(?:\s+(?:and|only|if|either|both|that|of|the|all|any|in|which|where|also|case|special|null|alternative|[:,(]))*[\s,:(]*"
    r"|\b(?:null|alternative)\s+hypothes[ie]s\b[^.]*)$",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:points?|extrem(?:a|um)|max(?:imum|ima)|min(?:imum|ima)|kinks?|peaks?|roots?|zeros?|inflections?)\b[^.;]*\bat\s*$"
)
_THEN = re.compile(r"\b(?:let|if|suppose|assume|given|when)\b.*\bthen\b", re.IGNORECASE | re.DOTALL)
_RANGE_WORDS = re.compile(r"\s+(?:for(?:\s+(?:all|every|each|any))?|where|with)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """One inline formula with the words around it."""

    node: s.Node
    text: str
    line: int
    before: str = ""
    after: str = ""
    concluded: bool = False  # it stands after `then`: what is to be shown, not what is supposed
    stated: bool = True  # the sentence does not only speak of it
    sentence: str = ""  # the words of the sentence
    described: bool = True  # nor do the words before it deny what the words after it say


def split_declarations(text: str) -> list[str]:
    """Pieces between semicolons outside braces and parentheses.

    >>> split_declarations(r"p(x; y) > 0; z > 0")
    ['p(x; y) > 0', 'z > 0']
    """
    pieces: list[str] = []
    depth, start = 0, 0
    for position, character in enumerate(text):
        if character in "{([":
            depth += 1
        elif character in "})]":
            depth -= 1
        elif character == ";" and depth <= 0 and text[position - 1 : position] != "\\":
            pieces.append(text[start:position])
            start = position + 1
    pieces.append(text[start:])
    return [p.strip() for p in pieces if p.strip()]


def assume(
    text: str, definitions: str | Iterable[str] = "", scope: Scope | None = None, line: int = 1, origin: str = "comment"
) -> Scope:
    """The scope of a `;`-separated list of declarations and one of definitions.

    Raises ReadError for a piece that cannot be read.
    """
    scope = scope if scope is not None else Scope()
    definitions = split_declarations(definitions) if isinstance(definitions, str) else list(definitions)
    statements: list[Statement] = []
    for piece in [*split_declarations(text), *definitions]:
        match = re.fullmatch(r"layout:\s*(numerator|denominator)", piece)
        if match:
            scope.layout = match.group(1)
            continue
        statements.extend(_statements(piece, line))
    hint(statements, scope)
    declare(statements, scope, origin, strict=True)
    return scope


def _statements(piece: str, line: int) -> list[Statement]:
    """`a_i \\in R^n for i = 1, ..., m`: the statement and its range; trailing words are properties."""
    found: list[Statement] = []
    parts = _RANGE_WORDS.split(piece)
    for part in parts:
        words = re.search(
            r"\s+((?:(?:is|be|are|a|an|and|symmetric|invertible|positive|definite|semidefinite|orthogonal|orthonormal|diagonal|lower|upper|"
            r"triangular|nonsingular|differentiable|"
            r"convex|independent|constant|random|variable|vector|full|column|row|rank|real|fixed|twice)\b[\s,]*)+)$",
            " " + part,
        )
        after = ""
        if words and set(re.findall(r"[a-z]+", words.group(1))) - {"a", "an", "and", "is", "be", "are"}:
            after, part = " " + words.group(1), (" " + part)[: words.start()].strip()
        if part.strip():
            found.append(Statement(parse_expression(part), part, line, "", after))
    return found


# -- documents


def scopes(document: Document) -> Iterator[tuple[Display, Scope]]:
    """Each display with the scope in force there (one object that grows; copy it to keep it).

    A sentence right after a display that begins with `where`, `with` or `for` is read before the display is given.
    """
    scope = Scope()
    levels: list[tuple[int, set[str]]] = []
    prepare_document(document, scope)
    done: set[int] = set()
    pieces = document.pieces
    before_proof: Scope | None = None  # as it was when the proof began
    statement = concluded = False
    caption = 0
    for position, piece in enumerate(pieces):
        if isinstance(piece, Heading):
            scope.outdated = set(scope.symbols) | set(scope.function_definitions)
            levels = [x for x in levels if x[0] < piece.level]
            levels.append((piece.level, set(scope.symbols) | set(scope.functions) | set(scope.function_definitions)))
        elif isinstance(piece, Comment):
            try:
                assume(piece.formula.text, (), scope, piece.line, "comment")
            except ReadError as error:
                scope.remarks.append(f"line {piece.line}: {error}")
        elif isinstance(piece, Boundary):
            statement, concluded = piece.begins and piece.name not in ("proof", "definition"), False
            if piece.name == "proof" and piece.begins:
                before_proof = scope.copy()
            elif piece.name == "proof" and before_proof is not None:  # what a proof supposes ends with it
                end_proof(scope, before_proof)
                before_proof = None
        elif isinstance(piece, Sentence) and (
            caption or "\\caption" in piece.words
        ):  # it describes a figure, not what follows
            caption = caption_depth(piece.words, caption)
        elif isinstance(piece, Sentence) and position not in done:
            read_sentence(piece, scope, levels[-1][1] if levels else None, concluded, statement)
            concluded = statement and (concluded or bool(_THEN.search(piece.words)))
        elif isinstance(piece, Display):
            following = pieces[position + 1] if position + 1 < len(pieces) else None
            if isinstance(following, Sentence) and re.match(
                r"\s*,?\s*(?:where|with|for|here|in which|and|using)\b", following.words
            ):
                read_sentence(following, scope, levels[-1][1] if levels else None)
                done.add(position + 1)
            yield piece, scope


def caption_depth(words: str, depth: int) -> int:
    r"""How many braces of a `\\caption{` are open after these words.

    >>> caption_depth("\\caption{Plot of §, where", 0), caption_depth("§ is 1.} More", 1)
    (1, 0)
    """
    begun = words.find("\\caption{") if depth == 0 else 0
    for character in words[max(begun, 0) :] if depth or begun >= 0 else "":
        depth += (character == "{") - (character == "}")
        if character == "}" and depth <= 0:
            return 0
    return depth


def prepare_document(document: Document, scope: Scope) -> None:
    """Sizes and index ranges that the whole document shows: ends of sums, lists such as i = 1, ..., n."""
    statements: list[Statement] = []
    equations: list[tuple[s.Node, s.Node]] = []
    for piece in document.pieces:
        formulas: list[Formula] = []
        if isinstance(piece, Sentence):
            scope.information |= about_information(piece.words)
            scope.chance |= about_chance(piece.words)
            formulas = [p for p in piece.parts if isinstance(p, Formula)]
        for formula in formulas:
            try:
                statements.append(Statement(parse_expression(formula.text), formula.text, piece.line))
            except ReadError:
                continue
        if isinstance(piece, Display):
            from .rows import read_display

            for chain in read_display(piece.formula.text):
                equations.extend(
                    (st.lhs.node, st.rhs.node)
                    for st in chain.steps
                    if st.lhs.node is not None and st.rhs.node is not None and st.relation in ("=", ":=")
                )
                sides = [x.node for st in chain.steps for x in (st.lhs, st.rhs)] + [c.node for c in chain.conditions]
                statements.extend(Statement(n, piece.formula.text, piece.line) for n in sides if n is not None)
    hint(statements, scope)
    scope.integrated |= shape_hints.integrated(statement.node for statement in statements)
    scope.supports |= shape_hints.supports(statement.node for statement in statements)
    scope.conditioned |= shape_hints.conditioned(statement.node for statement in statements)
    scope.other_bases = with_a_base(st.node for st in statements)
    scope.law_variables = variables_of_laws(st.node for st in statements)
    scope.events |= combined(st.node for st in statements)
    scope.arguments |= shape_hints.density_arguments((st.node for st in statements), scope.conditioned)
    nodes = [statement.node for statement in statements]
    scope.matrix_hints, scope.vector_hints = shape_hints.shown(nodes)
    scope.shape_hints, sizes, scope.definite_hints = document_shapes.shapes(
        nodes, equations, scope.size_hints, scope.range_hints
    )
    scope.size_hints |= sizes


def hint(statements: list[Statement], scope: Scope) -> None:
    """Collects sizes and ranges from memberships, sums and lists."""
    for statement in statements:
        membership.note_sizes(statement.node, scope)
    for statement in statements:
        membership.note_list(statement.node, scope)
    for statement in statements:
        e = Elaborator(scope, statement.text, statement.line)
        e.taken = membership.left_indices(statement.node) | s.summed_names(statement.node)
        for part in s.walk(statement.node):
            if isinstance(part, s.BigOperator):
                span = script_range(e, part)
                if span is not None:
                    for name in s.index_names(part.lower)[:1]:
                        scope.range_hints.setdefault(name.key, span)
    for statement in statements:
        for part in s.walk(statement.node):
            if isinstance(part, s.Relations) and part.rest[0][0] == "\\ne":
                membership.share_range(part, scope)


def end_proof(scope: Scope, before: Scope) -> None:
    """Drops the relations that a proof supposed, and the values it gave to names that were declared before it."""
    kept = {id(h) for h in before.hypotheses}
    scope.hypotheses[:] = [h for h in scope.hypotheses if id(h) in kept or _is_moment_law(h)]
    for key, symbol in before.symbols.items():
        if symbol not in before.definitions and scope.symbols.get(key) is symbol and key not in before.inferred:
            scope.definitions.pop(symbol, None)


def _is_moment_law(hypothesis: Hypothesis) -> bool:
    """Whether a hypothesis says what the moments of a random variable are: declared once, it stays."""
    return isinstance(hypothesis.relation.lhs, Expectation)


def read_sentence(
    sentence: Sentence, scope: Scope, outdated: set[str] | None = None, concluded: bool = False, theorem: bool = False
) -> None:
    """Reads the declarations, assumptions and definitions of one sentence of prose."""
    statements: list[Statement] = []
    parts = sentence.parts
    for position, part in enumerate(parts):
        if not isinstance(part, Formula):
            continue
        before = parts[position - 1] if position else ""
        after = parts[position + 1] if position + 1 < len(parts) else ""
        line = part.lines[0]
        try:
            node = parse_expression(part.text)
        except ReadError as error:
            if not re.fullmatch(r"\s*\\?[a-zA-Z]*\W?\s*", part.text):
                scope.remarks.append(f"line {line}: {error}")
            continue
        lead, tail = (Sentence(x, line).words for x in (parts[:position], parts[position + 1 :]))
        statements.append(
            Statement(
                node, part.text, line,
                before if isinstance(before, str) else "",
                after if isinstance(after, str) else "",
                concluded or bool(_THEN.search(" ".join(p for p in parts[:position] if isinstance(p, str)))),
                is_stated(lead, tail), f"{lead}§{tail}", is_stated(lead, "?" if tail.rstrip().endswith("?") else ""),
            )
        )  # fmt: skip
    if (
        sentence.words.rstrip().endswith((".", "!", "?")) and not theorem
    ):  # what a sentence says of one case ends with it
        cases = conditional(statements)
        statements = [replace(x, described=False) if id(x) in cases else x for x in statements]
    if outdated:
        for key in sorted(outdated & declared_anew(statements)):
            scope.renew(key)
            outdated.discard(key)
    for statement in statements:
        membership.note_sizes(statement.node, scope)
        membership.note_list(statement.node, scope, override=True)
    declare(statements, scope, "prose", strict=False)
    if not concluded:
        regularity.note(sentence, scope)


def declared_anew(statements: list[Statement]) -> set[str]:
    """The names that a sentence declares: members of a set, values of a law, a listed family, what it calls random."""
    found: set[str] = set()
    for statement in statements:
        node = statement.node
        listed = isinstance(node, s.Row) and any(isinstance(i, s.Ellipsis) for i in node.items)
        called = re.match(r"\s*,?\s*(?:be|is|are)\b[^.;]*\b(?:random|independent|i\.?i\.?d)", statement.after)
        if (
            listed and re.search(r"\b(?:let|given|sample|observ\w+|data)\b[^.;]*$", statement.before, re.IGNORECASE)
        ) or called:
            for name in membership.subjects(node):
                base, _ = split_scripts(name)
                if isinstance(base, s.Name):
                    found.add(base.key)
        for item in membership.items(statement.node):
            if isinstance(item, s.Relations) and item.rest[0][0] in ("\\in", ":", "\\sim"):
                for name in membership.subjects(item.first):
                    base, _ = split_scripts(name)
                    if isinstance(base, s.Name):
                        found.add(base.key)
    return found


def declare(statements: list[Statement], scope: Scope, origin: str, strict: bool) -> None:
    """Memberships first, then words, distributions and simple bounds, then equations and the rest in order.

    With `strict` a statement that cannot be understood raises; in prose it is noted and skipped.
    """
    work: list[tuple[Statement, s.Node]] = []
    for statement in statements:
        for item in membership.items(statement.node):
            work.append((statement, matrix_entries.without_entries(item)))
    defined = {
        symbol_key(item.first)
        for _, item in work
        if isinstance(item, s.Relations) and item.rest[0][0] in ("=", ":=", "\\equiv")
    }
    members = [i.first for _, i in work if isinstance(i, s.Relations) and membership.is_membership(i)]
    labels.note_labels((x for first in members for x in membership.subjects(first)), scope)
    later: list[tuple[Statement, s.Node]] = []
    cases = set() if strict else conditional(statements)
    declared = explicit(scope)
    sets = {
        symbol_key(name) or ""
        for _, item in work
        if membership.is_membership(item) and isinstance(item, s.Relations)
        for name in membership.subjects(item.first)
    }
    for statement, item in work:
        if not strict and spoken_of(item, statement, declared):
            doubt = Doubt(latex_of(statement, item), statement.line, item)
            scope.doubts.extend([] if statement.stated and id(statement) in cases else [doubt])
            continue
        matrix_entries.note(item, statement, scope, sets)
        if is_sample(item, scope):
            _try(lambda st=statement, it=item: declare_sample(it, scope, st.text), statement, scope, strict)
            _record(scope, statement, item, origin)
        elif membership.is_membership(item):
            _try(lambda st=statement, it=item: membership.declare(it, scope, st.text), statement, scope, strict)
            _record(scope, statement, item, origin)
        elif not matrix_entries.named_by(item, scope, statement.line):
            later.append((statement, item))
    properties.apply(statements, scope)
    for statement in statements[:1]:
        _try(lambda: named_moments.apply(statements, scope), statement, scope, strict)
        _try(lambda: spectra.apply(statements, scope), statement, scope, strict)
    rest: list[tuple[Statement, s.Node]] = []
    for statement, item in later:
        if isinstance(item, s.Relations) and item.rest[0][0] == "\\sim":
            _try(
                lambda st=statement, it=item: distributions.distribute(it, scope, st.text, st.line, st.sentence),
                statement,
                scope,
                strict,
            )
            _record(scope, statement, item, origin)
        elif (
            isinstance(item, s.Relations)
            and symbol_key(item.first) not in defined
            and (strict or id(statement) not in cases)
            and domain_of(item, scope, statement.text, dry=True)
        ):
            _try(lambda st=statement, it=item: domain_of(it, scope, st.text), statement, scope, strict)
            _record(scope, statement, item, origin)
        else:
            rest.append((statement, item))
    for statement, item in rest:
        if isinstance(item, s.Relations) and not membership.is_range(item):
            if not strict and (id(statement) in cases or is_old_value(item, scope)):
                continue
            claim = not strict and is_claimed(statement)
            _try(lambda st=statement, it=item, c=claim: relate(it, scope, st, c), statement, scope, strict)
            _record(scope, statement, item, origin)
        elif strict and isinstance(item, s.Product):
            raise ReadError(
                f"{statement.text.strip()} declares nothing", item.start, item.end, statement.text,
                r"a declaration is X \in \mathbb{R}^{m \times n}, x > 0, \sum_i p_i = 1, or a symbol with symmetric, diagonal, "
                "orthogonal, invertible, positive definite, lower triangular, differentiable, ...",
            )  # fmt: skip
    properties.after_definitions(statements, scope)
    restrictions.restrict_names(statements, scope)


def is_sample(item: s.Node, scope: Scope) -> bool:
    """`y = \\{y_1, \\dots, y_n\\}`: the sample y is the family of its values."""
    if not isinstance(item, s.Relations) or len(item.rest) != 1 or item.rest[0][0] not in ("=", ":="):
        return False
    right, key = item.rest[0][1], symbol_key(item.first)
    body = right.body if isinstance(right, s.Group) and right.open in "{[(" else None
    if (
        key is None
        or not isinstance(item.first, s.Name)
        or not isinstance(body, s.Row)
        or not isinstance(body.items[-1], s.Subscript)
    ):
        return False
    if not any(isinstance(x, s.Ellipsis) for x in body.items):
        return False
    if key in scope.symbols and key not in scope.inferred and not is_family(scope.symbols[key], scope):
        return False
    first, ends = split_scripts(body.items[0])
    return isinstance(first, s.Name) and first.key == key and len(ends) == 1


def is_family(symbol: Symbol, scope: Scope) -> bool:
    """Whether a symbol may be the family that a set lists: `y_i \\sim ...` beside the set has declared it already."""
    return len(symbol.shape) == 1 and symbol not in scope.definitions


def declare_sample(item: s.Node, scope: Scope, text: str) -> None:
    """The family y_1, ..., y_n is a sample; what its values were declared to follow stays."""
    assert isinstance(item, s.Relations) and isinstance(item.rest[0][1], s.Group)
    key = symbol_key(item.first) or ""
    scope.samples.add(key)
    old = scope.symbols.get(key)
    if old is not None and key not in scope.inferred and is_family(old, scope):
        return
    scope.forget(key)
    membership.declare_list(membership.subjects(item.rest[0][1].body), (), REAL, scope, text)  # type: ignore[arg-type]


def conditional(statements: list[Statement]) -> set[int]:
    """The formulas that speak of one case (`if $\\alpha > 1$`) or place (`a maximum at $x = 0$`): they hold there only."""
    found: set[int] = set()
    for position, statement in enumerate(statements):
        joined = position and re.fullmatch(r"\s*,?\s*(?:and|or|,)\s*", statement.before or "")
        if (
            _CONDITIONAL.search(statement.before)
            or _PLACE.search(statement.before)
            or (joined and id(statements[position - 1]) in found)
        ):
            found.add(id(statement))
    return found


def _try(work: object, statement: Statement, scope: Scope, strict: bool) -> None:
    try:
        work()  # type: ignore[operator]
    except Unify:
        scope.remarks.append(f"line {statement.line}: the sizes in {statement.text[:60]} cannot be worked out")
    except ReadError as error:
        if strict:
            raise
        scope.remarks.append(f"line {statement.line}: {error}")


def _record(scope: Scope, statement: Statement, item: s.Node, origin: str) -> None:
    scope.declarations.append(Declaration(latex_of(statement, item), statement.line, origin))
