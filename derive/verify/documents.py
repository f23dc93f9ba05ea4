"""One document to its result: every display judged in the scope in force there.  Imports parse and the rest of verify.

>>> verify_text("Let $x \\\\in \\\\mathbb{R}$.\\n\\n$$(x+1)^2 = x^2 + 2x + 1$$\\n").steps[0].verdict
'proved'
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from derive.parse.declarations import scopes
from derive.parse.documents import Boundary, Display, Document, Heading, Problem, Sentence, read_file, read_markdown
from derive.parse.scope import Scope
from derive.verify import cues
from derive.verify.blocks import Block, Session
from derive.verify.earlier import begins_a_proof
from derive.verify.facts import part_of
from derive.verify.limits import Budget
from derive.verify.results import DeclarationResult, FileResult, StepResult

Announce = Callable[[int], object]


def verify_text(text: str, name: str = "<text>", time_limit: float = 5.0) -> FileResult:
    """The verdicts on a Markdown text."""
    return verify_document(read_markdown(text, name), time_limit)


def verify_file(
    path: str | Path, time_limit: float = 5.0, skip: frozenset[int] = frozenset(), announce: Announce | None = None
) -> FileResult:
    """The verdicts on a .md, .tex or .ipynb file; a file that cannot be used gives a result with an `error`."""
    try:
        document = read_file(path)
    except OSError as error:
        return FileResult(str(path), error=f"{error.strerror or error}")
    return verify_document(document, time_limit, skip, announce)


def verify_document(
    document: Document, time_limit: float = 5.0, skip: frozenset[int] = frozenset(), announce: Announce | None = None
) -> FileResult:
    """The verdicts on a document, in reading order. Steps whose numbers are in `skip` are given up at once."""
    unusable = _unusable(document)
    if unusable:
        return FileResult(document.path, error=unusable)
    session = Session(limit=time_limit, budget=Budget(time_limit), skip=skip, announce=announce)
    places = {id(piece): n for n, piece in enumerate(document.pieces)}
    problems = [(n, p) for n, p in enumerate(document.pieces) if isinstance(p, Problem)]
    scope = Scope()
    section: tuple[str, ...] = ()
    before = 0
    for display, scope in scopes(document):
        place = places[id(display)]
        while problems and problems[0][0] < place:
            session.results.append(_problem(problems.pop(0)[1], session))
        here = _section(document, place)
        if here[: len(section)] != section or any(_is_absurd(p) for p in document.pieces[before:place]):
            _forget(session, scope)
        section = session.section = here
        if any(_opens_a_proof(p) for p in document.pieces[before:place]):
            session.equations.proof_begins()
        before = place
        session.part = _part(document, place, here)
        session.environment = _environment(document, place)
        leading = _leading(document, place)
        words = leading.words if leading is not None else ""
        for symbol in scope.definitions:
            session.defined.setdefault(symbol.name, here)
        Block(session, display, scope, _around(document, place), words).run()
    session.results.extend(_problem(p, session) for _, p in problems)
    return FileResult(document.path, _declarations(scope), tuple(session.results))


def _is_absurd(piece: object) -> bool:
    """`This is a contradiction`: what was supposed to reach it holds no longer."""
    return isinstance(piece, Sentence) and "contradict" in piece.words.lower()


def _opens_a_proof(piece: object) -> bool:
    if isinstance(piece, Boundary):
        return piece.begins and piece.name == "proof"
    return isinstance(piece, Sentence) and begins_a_proof(piece.words)


def _unusable(document: Document) -> str:
    """Why nothing of a document can be judged."""
    if len(document.pieces) == 1 and isinstance(document.pieces[0], Problem):
        problem = document.pieces[0]
        if not problem.error.formula:
            return problem.error.message
    return ""


def _problem(problem: Problem, session: Session) -> StepResult:
    session.chains += 1
    text = " ".join(problem.error.formula.split())[:200]
    return StepResult(
        problem.line, session.chains, text, "", "", "unread",
        reason=f"{problem.error.message} (line {problem.line}, column {problem.column})",
        column=problem.column, end_line=problem.line, caret=problem.error.caret(),
    )  # fmt: skip


def _section(document: Document, place: int) -> tuple[str, ...]:
    """The headings above a piece, outermost first."""
    path: list[tuple[int, str]] = []
    for n, piece in enumerate(document.pieces[:place]):
        if isinstance(piece, Heading):
            path = [p for p in path if p[0] < piece.level] + [(piece.level, f"{n}")]
    return tuple(name for _, name in path)


def _part(document: Document, place: int, section: tuple[str, ...]) -> tuple[str, ...]:
    """The theorem or proof that a piece stands in, with its kind last."""
    for n in range(place, -1, -1):
        piece = document.pieces[n]
        if isinstance(piece, Heading):
            break
        words = piece.words if isinstance(piece, Sentence) else ""
        if isinstance(piece, Display) and piece.lead is not None:
            words = piece.lead.words
        kind = part_of(words)
        if kind:
            return (*section, f"{n}", kind)
    return (*section, "")


def _environment(document: Document, place: int) -> str:
    """The innermost theorem, definition or proof of LaTeX around a piece."""
    closed: list[str] = []
    for piece in reversed(document.pieces[:place]):
        if isinstance(piece, Heading):
            break
        if isinstance(piece, Boundary) and not piece.begins:
            closed.append(piece.name)
        elif isinstance(piece, Boundary):
            if piece.name not in closed:
                return piece.name
            closed.remove(piece.name)
    return ""


def _forget(session: Session, scope: Scope) -> None:
    """Displayed conditions and iterates end with their section."""
    for name in session.iterates:
        if name in scope.symbols:
            scope.definitions.pop(scope.symbols[name], None)
    session.iterates.clear()
    gone = set(map(id, session.assumed))
    if gone:
        scope.hypotheses[:] = [h for h in scope.hypotheses if id(h) not in gone]
        session.assumed.clear()


def _around(document: Document, place: int) -> list[Sentence]:
    """The sentence that leads to a display, the words that go on after it, and the case that is being treated."""
    found: list[Sentence] = []
    leading = _leading(document, place)
    before = document.pieces[place - 1] if place else None
    if leading is not None:
        found.append(leading)
    elif isinstance(before, Sentence) and "case" in before.words.lower():
        found.append(before)
    after = document.pieces[place + 1] if place + 1 < len(document.pieces) else None
    if isinstance(after, Sentence):
        words = after.words.lstrip(" ,\n")
        leads_on = words[:1].isupper() and not words.rstrip().endswith((".", "!", "?"))  # to the next display
        if not leads_on and words.lower().startswith(("for ", "if ", "when ", "whenever ", "where ", "with ")):
            found.append(after)
    headings = [p for p in document.pieces[:place] if isinstance(p, Heading)]
    case = cues.heading_case(headings[-1]) if headings else None
    return [*found, case] if case is not None else found


def _leading(document: Document, place: int) -> Sentence | None:
    """The sentence that a display interrupts, or one before it that has no full stop."""
    display = document.pieces[place]
    assert isinstance(display, Display)
    if display.lead is not None:
        return display.lead
    before = document.pieces[place - 1] if place else None
    unfinished = isinstance(before, Sentence) and not before.words.rstrip().endswith((".", "!", "?"))
    return before if unfinished else None  # type: ignore[return-value]


def _declarations(scope: Scope) -> tuple[DeclarationResult, ...]:
    found = [DeclarationResult(d.latex, d.line, d.origin) for d in scope.declarations]
    found += [DeclarationResult(d.latex, d.line, d.origin) for d in scope.inferred.values()]
    return tuple(dict.fromkeys(found))
