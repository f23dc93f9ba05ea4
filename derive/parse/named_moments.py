"""`a random vector with mean $\\\\mu$ and covariance matrix $\\\\Sigma$`: moments that the prose names.

The names are declared with the shape that they must have, and the moments become hypotheses.  Imports distributions, membership,
hypotheses and elaborate.

>>> from derive.parse.documents import read_markdown
>>> from derive.parse.declarations import scopes
>>> text = r"Let $x$ be a random variable with mean $m$ and variance $v$.\\n\\n$$\\nx = x\\n$$\\n"
>>> [scope.symbols["v"].domain.nonnegative for _, scope in scopes(read_markdown(text, "notes"))]
[True]
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derive.terms import ONE, ZERO, Arr, Domain, Pow, Symbol, Term, Value, arrays

from . import distributions, membership
from . import syntax as s
from .definitions import is_reserved
from .elaborate import Elaborator, with_unification
from .hypotheses import add_properties, narrowed
from .names import is_index, split_scripts, symbol_key
from .scope import Distribution, Scope

if TYPE_CHECKING:
    from .declarations import Statement

_MEAN = re.compile(r"\b(?:mean|expectation|expected\s+value)s?(?:\s+vector)?\s*$", re.IGNORECASE)
_SPREAD = re.compile(
    r"\b(?P<deviation>standard\s+deviation)s?\s*$|\b(?:variance|covariance(?:\s+matri(?:x|ces))?|variance-covariance\s+matrix)s?\s*$",
    re.IGNORECASE,
)
_WITH = re.compile(r"\b(?:with|having|has|have)\b[^.;:]*$", re.IGNORECASE)
_ZERO_MEAN = re.compile(r"\b(?:zero[\s-]means?|means?\s+zero|expectations?\s+zero|cent(?:red|ered))\b", re.IGNORECASE)
_UNIT = re.compile(r"\b(?:unit[\s-]+variances?|variances?\s+(?:one|1))\b", re.IGNORECASE)
_STANDARD = re.compile(
    r"\bstandard\s+(?:normal|Gaussian)\b(?!\s+(?:density|distribution\s+function|cdf|pdf|prior))", re.IGNORECASE
)
_NORMAL = re.compile(r"\b(?:normal|Gaussian)\b", re.IGNORECASE)

JOINED = re.compile(r"\s*(?:,|and|or|,\s*and)\s*")
_NOT_UNDERSTOOD = Distribution("?", ())


def apply(statements: list[Statement], scope: Scope) -> None:
    """Reads the moments that a sentence gives to its random symbols."""
    for position, statement in enumerate(statements):
        subjects = _random_names(statement.node, scope)
        if subjects and statement.described:
            _describe(subjects, statements, position, scope)


def plain_words(text: str) -> str:
    """The text without the full stops of `i.i.d.`, which end no sentence."""
    return re.sub(r"\bi\.\s?i\.\s?d\b\.?", "iid", text)


def _random_names(node: s.Node, scope: Scope) -> list[tuple[Symbol, int]]:
    """The random symbols that a formula names, each with the number of axes that count the members of a family."""
    from .properties import named

    found: dict[Symbol, int] = {}
    listed = any(isinstance(p, s.Ellipsis) for p in s.walk(node))
    for name in named(node):
        base, ends = split_scripts(name)
        for key in (symbol_key(name), base.key if isinstance(base, s.Name) else None):
            symbol = scope.symbols.get(key or "")
            if symbol is not None:
                if symbol.kind == "random" and symbol not in scope.definitions and symbol not in scope.distributions:
                    found[symbol] = 1 if listed or any(map(is_index, ends)) else 0
                break
    return list(found.items())


def _describe(subjects: list[tuple[Symbol, int]], statements: list[Statement], position: int, scope: Scope) -> None:
    """Finds `with mean M and variance V` behind the statement at `position` and gives both to the subjects."""
    mean: s.Node | None = None
    spread: s.Node | None = None
    words, deviation, line, text = "", False, statements[position].line, statements[position].text
    last = position
    for statement in statements[position + 1 :]:
        if not words.strip() and JOINED.fullmatch(statement.before or "") and _random_names(statement.node, scope):
            last += 1
            continue  # X and Y share what is said of them
        before = plain_words(statement.before)
        words += f" {before}"
        if re.search(r"[.;:]", before) or re.search(r"\b(?:let|where|suppose|assume)\b", before, re.I):
            break
        if mean is None and _WITH.search(words) and _MEAN.search(before):
            mean, line, text = statement.node, statement.line, statement.text
        elif spread is None and _WITH.search(words) and (found := _SPREAD.search(before)):
            spread, deviation = statement.node, found["deviation"] is not None
            line, text = statement.line, statement.text
        elif not (isinstance(statement.node, s.Superscript) and mean is None):  # the space that a random vector is in
            break
    stops = r"[.;:]|\b(?:let|where|suppose|assume)\b"
    said = re.split(stops, plain_words(statements[last].after), flags=re.IGNORECASE)[0]
    lead = re.split(stops + "|,", plain_words(statements[position].before), flags=re.IGNORECASE)[-1]
    words = f"{lead} {words} {said}"
    standard = mean is None and spread is None and bool(_STANDARD.search(words))
    centred = standard or (mean is None and bool(_ZERO_MEAN.search(words)))
    unit = standard or (spread is None and bool(_UNIT.search(words)))
    unit = unit and (centred or mean is not None)
    if mean is None and spread is None and not centred:
        return
    for symbol, family in subjects:

        def work(symbol: Symbol = symbol, family: int = family) -> None:
            _give(
                symbol, family, mean, spread, deviation, centred, unit, bool(_NORMAL.search(words)), scope, line, text
            )

        with_unification(scope, work)


def _give(
    symbol: Symbol, family: int, mean: s.Node | None, spread: s.Node | None, deviation: bool, centred: bool, unit: bool, normal: bool,
    scope: Scope, line: int, text: str,
) -> None:  # fmt: skip
    rest = symbol.shape[family:]
    if len(rest) > 1:
        scope.distributions[symbol] = _NOT_UNDERSTOOD
        return
    source = f"the moments of {symbol.name}"
    m = ZERO if centred else _read(mean, rest, "", scope, line, text) if mean is not None else None
    v = (
        _read(spread, rest * 2, "spread", scope, line, text)
        if spread is not None
        else ONE
        if unit and not rest
        else None
    )
    if v is not None and deviation:
        v = Pow(v, 2) if isinstance(v, Term) else None
    symbol = next((x for x in scope.symbols.values() if x.name == symbol.name and x.kind == "random"), symbol)
    if (m is None and (unit or mean is not None)) or (v is None and (unit or spread is not None)):
        scope.distributions[symbol] = _NOT_UNDERSTOOD  # so that nothing is refuted with it
    elif m is not None and v is not None:
        scope.distributions[symbol] = Distribution("\\mathcal{N}" if normal else "", (m, v), source)
        symbol = distributions.positive_parameters("normal", [m, v], symbol, scope)
        values = list(scope.distributions[symbol].parameters)
        scope.hypotheses.extend(distributions.moments(symbol, family, "N", values, source))
        scope.roles_read.add(symbol.name)
        for node in (mean, spread):  # the prose said what these names are
            scope.roles_read |= s.free_names(node) if node is not None else set()
            for key in s.free_names(node) if node is not None else ():
                scope.inferred.pop(key, None)
    elif m is not None:
        scope.hypotheses.extend(distributions.mean_only(symbol, family, m, source))


def _read(node: s.Node, shape: tuple[Any, ...], role: str, scope: Scope, line: int, text: str) -> Value | None:
    """A moment as a value of the shape it must have; an undeclared name is declared so."""
    key = symbol_key(node)
    if key is not None and key not in scope.symbols and not scope.known(key) and not isinstance(node, s.Number):
        base, _ = split_scripts(node)
        if not (isinstance(base, s.Name) and is_reserved(base)):
            domain = narrowed(Domain(), [("\\ge", Fraction(0))]) if role and not shape else Domain()
            properties = frozenset({"positive_semidefinite", "symmetric"}) if role and shape else frozenset()
            membership.declare_name(node, shape, domain, properties, scope, text)
    if role and shape:
        known = scope.symbols.get(key or "")
        if known is not None and known.shape == shape and known not in scope.definitions:
            add_properties(known, {"positive_semidefinite"}, scope)
    e = Elaborator(scope, text, line)
    e.prepare(node)
    value: Any = e.value(node)
    if not isinstance(value, Arr | Term):
        value = arrays.identity(shape[0]) if len(shape) == 2 and getattr(value, "kind", "") == "I" else None
    if isinstance(value, Arr) != bool(shape) and not (value is ZERO and not role):
        return None
    return value  # type: ignore[no-any-return]
