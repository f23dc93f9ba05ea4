"""The words beside a symbol: symmetric, invertible, random, independent, differentiable, vector of ones ...

Imports hypotheses, membership and scope.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from derive.terms import (
    NATURAL,
    REAL,
    Domain,
    Entry,
    Expectation,
    FunctionSymbol,
    Hypothesis,
    Mul,
    Relation,
    Symbol,
    arrays,
)

from . import one_hot_words
from . import syntax as s
from .distributions import make_random
from .errors import ReadError
from .hypotheses import add_properties, narrowed
from .intervals import between
from .membership import declare_name, items, put, subjects
from .mood import without_negated
from .named_moments import JOINED, plain_words
from .names import split_scripts, symbol_key
from .random_values import values_of
from .scope import Doubt, Scope

if TYPE_CHECKING:
    from .declarations import Statement

_MATRIX = (
    (r"positive[\s-]+semi-?\s*definite", "positive_semidefinite"),
    (r"positive[\s-]+definite", "positive_definite"),
    (r"symmetric", "symmetric"),
    (r"invertible|non-?singular|full rank", "invertible"),
    (r"orthogonal|orthonormal", "orthogonal"),
    (r"diagonal", "diagonal"),
    (r"lower[\s-]triangular", "lower_triangular"),
    (r"upper[\s-]triangular", "upper_triangular"),
    (r"full column rank|linearly independent columns", "full_column_rank"),
    (r"full row rank", "full_row_rank"),
)
_RANDOM = re.compile(
    r"\brandom\s+(?:variables?|vectors?|matri\w+|numbers?)|\b(?:noise|error)\s+(?:variables?|vectors?|terms?)|\b(?:Bernoulli|Poisson|Gaussian|normal|exponential|binomial|uniform)"
    r"\s+(?:random\s+)?(?:variables?|vectors?)|\biid\b|\bindependent\b(?!\s+(?:of|variable|columns|rows))",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\s*,?\s*(?:(?:be|are|all|both|two|three|which|that)\s+)*(?:mutually\s+|jointly\s+|statistically\s+|stochastically\s+)?"
    r"independent\b(?!\s+(?:of|from|given|conditional))",
    re.IGNORECASE,
)
_TOGETHER_BEFORE = re.compile(
    r"\b(?:mutually\s+)?independent\s+(?:(?:\w+\s+)?random\s+(?:variables|vectors|numbers)\s*)?$", re.IGNORECASE
)
_CONDITIONALLY = re.compile(
    r"\bconditionally\s+independent\b|\bindependent\s+(?:given|conditional\w*)\b", re.IGNORECASE
)
_STOP = re.compile(
    r"[;:.]|\b(?:let|with|where|write|suppose|assume|put|so|then|such|which|while|given|if)\b", re.IGNORECASE
)


def apply(statements: list[Statement], scope: Scope) -> None:
    """Gives each symbol the properties that the words of its sentence state."""
    for position, statement in enumerate(statements):
        before, after = words(statements, position)
        both = without_negated(f"{before} | {after}")
        doubtful = not statement.described
        if re.search(r"\bknown\s+(?:\w+\s+){0,2}$", statement.before, re.IGNORECASE):
            scope.constants |= s.free_names(statement.node)
        if re.search(r"\b(?:events?|statements?|propositions?)\b", after):
            scope.events |= {symbol_key(x) or "" for x in named(statement.node)} - {""}
        for name in named(statement.node):
            give(name, both, statements, position, scope, doubtful)
        if re.search(r"\b(?:independent|iid)\b", both):
            previous = statements[position - 1] if position else None
            note_independent(statement, scope, both, doubtful or bool(_CONDITIONALLY.search(both)), previous)
    note_uncorrelated(statements, scope)


def note_uncorrelated(statements: list[Statement], scope: Scope) -> None:
    """E[XY] = E[X] E[Y] for the variables that a sentence calls uncorrelated; of families it is only kept in mind."""
    found: list[Symbol] = []
    for position, statement in enumerate(statements):
        both = without_negated(" | ".join(words(statements, position)))
        if not statement.described or not re.search(r"\buncorrelated\b", both):
            continue
        for name in named(statement.node):
            base, _ = split_scripts(name)
            symbol = scope.symbols.get(symbol_key(name) or "") or (
                scope.symbols.get(base.key) if isinstance(base, s.Name) else None
            )
            if symbol is not None and symbol.kind == "random" and symbol.shape:
                what = frozenset({"independent"})
                scope.doubts.append(Doubt(f"{symbol.name} independent", statement.line, statement.node, what))
            elif symbol is not None and symbol.kind == "random" and symbol not in found:
                found.append(symbol)
    for n, first in enumerate(found):
        for second in found[:n]:
            x, y = (Entry(v, ()) for v in (second, first))
            law = Relation("=", Expectation(Mul(x, y)), Mul(Expectation(x), Expectation(y)))
            scope.hypotheses.append(Hypothesis(law, (), f"{second.name} and {first.name} are uncorrelated"))


def words(statements: list[Statement], position: int) -> tuple[str, str]:
    """The words that describe this formula: the end of what stands before, the beginning of what stands after.

    Formulas joined by `and` or a comma share what follows the last of them.
    """
    before = plain_words(statements[position].before)
    cut = max(
        (
            m.end()
            for m in re.finditer(
                r"[,;:.]|\b(?:and|let|with|where|for|be|is|are|has|have|write|suppose|assume)\b", before, re.IGNORECASE
            )
        ),
        default=0,
    )
    front = before[cut:] if len(before[cut:].split()) <= 6 else " ".join(before[cut:].split()[-6:])
    first = position
    while first > 0 and JOINED.fullmatch(statements[first].before or "") and is_bare(statements[first].node):
        first -= 1
    if first != position and is_bare(statements[first].node):
        front = words(statements[: first + 1], first)[0]
    last = position
    while (
        last + 1 < len(statements) and JOINED.fullmatch(statements[last].after or "") and is_bare(statements[last].node)
    ):
        last += 1
    after = plain_words(statements[last].after)
    match = re.match(
        r"\s*,?\s*(?:be|is|are|has|have|a\b|an\b|\(|constant|fixed|real|symmetric|invertible|positive|random|independent|differentiable|convex|known|both"
        r"|orthogonal|orthonormal|diagonal|(?:lower|upper)[\s-]triangular|non-?singular|full\s+(?:column\s+|row\s+)?rank)",
        after,
    )
    if match is None:
        return front, ""
    stop = _STOP.search(after, match.end())
    tail = after[: stop.start()] if stop else after
    return front, tail


def _said_of_all(statements: list[Statement], position: int) -> str:
    """What the verb after the last of several memberships says of each: `$A \\in ..$ and $B \\in ..$ be invertible`."""
    last = position
    while last + 1 < len(statements) and JOINED.fullmatch(statements[last].after or ""):
        last += 1
    if last == position or not all(_about_names(st.node) for st in statements[position : last + 1]):
        return ""
    after = statements[last].after
    match = re.match(
        r"\s*,?\s*(?:both\s+|all\s+)?(?:(?:be|are)\s+(?!an?\b)|(?=(?:symmetric|orthogonal|invertible|diagonal)\b))",
        after,
    )
    if match is None:
        return ""
    stop = _STOP.search(after, match.end())
    return after[: stop.start()] if stop else after


def _about_names(node: s.Node) -> bool:
    return is_bare(node) or all(isinstance(i, s.Relations) and i.rest[0][0] == "\\in" for i in items(node))


def runs(statements: list[Statement]) -> Iterator[tuple[int, int]]:
    """Formulas that only `and` or a comma stands between: the first and the last of each run."""
    first = 0
    for k, statement in enumerate(statements):
        if k + 1 == len(statements) or not JOINED.fullmatch(statement.after or ""):
            if k > first:
                yield first, k
            first = k + 1


def together_independent(run: list[Statement], scope: Scope) -> None:
    """`$X \\sim A$ and $Y \\sim B$ be independent` says so of both, though the word stands behind the second only."""
    if not all(statement.described for statement in run):
        return
    found = _TOGETHER.match(run[-1].after) or _TOGETHER_BEFORE.search(run[0].before)
    if found is None or not re.search(r"\bindependent\b", without_negated(found[0])):
        return
    symbols = [scope.symbols.get(symbol_key(name) or "") for x in run for name in named(x.node)]
    random = frozenset(x for x in symbols if x is not None and x.kind == "random")
    if len(random) > 1 and not any(random <= group for group in scope.independent):
        scope.independent.append(random)


def is_bare(node: s.Node) -> bool:
    return all(
        symbol_key(i) is not None
        for i in (node.items if isinstance(node, s.Row) else (node,))
        if not isinstance(i, s.Ellipsis)
    )


def named(node: s.Node) -> list[s.Node]:
    """The symbols that a formula is about: the left sides of its memberships, or the bare names."""
    found: list[s.Node] = []
    for item in items(node):
        if isinstance(item, s.Relations):
            if item.rest[0][0] in ("\\in", ":", "\\sim", ">", "<", "\\ge", "\\le", "\\succ"):
                found.extend(subjects(item.first))
        elif isinstance(item, s.Row):
            found.extend(subjects(item))
        elif symbol_key(item) is not None or isinstance(item, s.ApplyOrProduct):
            found.append(item)
    return found


_NOT_OF_THE_MATRIX = re.compile(
    r"\b(?:not|never|neither)\s+(?:necessarily\s+|always\s+)?[\w-]+|\bnon-?(?!singular)\w+|\b(?:off|block)-?\s*diagonal\w*"
    r"|\b(?:skew|anti|centro|per|semi|quasi|pseudo|nearly|almost|approximately|conditionally|close\s+to)[-\s]*(?:positive\s+)?(?:semi-?\s*)?"
    r"(?:symmetric|orthogonal|orthonormal|diagonal|triangular|definite|invertible)\b"
    r"|\b(?:orthogonal|orthonormal|symmetric|diagonal|triangular|definite|invertible)(?:ly)?\s+"
    r"(?:to|with|about|in|of|entr\w+|elements?|terms?|parts?|complements?|projections?|bas[ei]s|vectors?|columns?|rows?|eigenvectors?)\b",
    re.IGNORECASE,
)


_COUNTED = re.compile(
    r"\s*(?:\w+ly\s+)?(?:independent|i\.?i\.?d\.?)\s+(?:and\s+identically\s+distributed\s+)?(?:\w+\s+){0,2}?\w{3,}s\b",
    re.IGNORECASE,
)


def is_count(statement: Statement) -> bool:
    """Whether a letter says how many there are: `$n$ independent trials`."""
    node = statement.node
    return isinstance(node, s.Name) and len(node.text) == 1 and _COUNTED.match(statement.after) is not None


def give(
    name: s.Node, both: str, statements: list[Statement], position: int, scope: Scope, doubtful: bool = False
) -> None:
    """What the words say of a name; what is doubtful is noted only (it stays random, whatever is said of its law)."""
    applied = isinstance(name, s.ApplyOrProduct)
    if isinstance(name, s.ApplyOrProduct):
        name = name.head
    base, ends = split_scripts(name)
    key = symbol_key(name)
    if key is None:
        return
    if key not in scope.symbols and isinstance(base, s.Name) and base.key in scope.symbols and ends:
        key = base.key
    random = _RANDOM.search(both) and not is_count(statements[position])
    if random and key not in scope.functions:
        randomise(name, key, both, statements, position, scope)
    function = scope.functions.get(key)
    if doubtful and (function is not None or key not in scope.symbols):
        return
    if function is not None:
        smooth_function(key, function, _NOT_SO.sub(" ", both), scope, _conditional(statements[position]))
        return
    if re.search(r"vectors?\s+of\s+(?:all\s+)?ones|all-?ones", both):
        symbol = scope.symbols.get(key)
        if symbol is not None and len(symbol.shape) == 1:
            scope.definitions[symbol] = arrays.ones(symbol.shape[0])  # type: ignore[assignment]
            scope.ones.add(key)
    symbol = scope.symbols.get(key)
    if symbol is not None and len(symbol.shape) >= 2:
        found = set()
        rest = _NOT_OF_THE_MATRIX.sub(" ", f"{both} | {without_negated(_said_of_all(statements, position))}")
        for pattern, prop in _MATRIX:
            if re.search(r"\b(?:" + pattern + r")\b", rest, re.IGNORECASE):
                found.add(prop)
                rest = re.sub(pattern, " ", rest, flags=re.IGNORECASE)
        square = symbol.shape[-1] == symbol.shape[-2]
        if not square:
            found -= {"invertible", "symmetric", "positive_definite", "positive_semidefinite", "diagonal"}
        if found and doubtful:
            scope.doubts.append(
                Doubt(
                    f"{key} {', '.join(sorted(found))}".replace("_", " "),
                    statements[position].line,
                    name,
                    frozenset(found),
                )
            )
        elif found:
            symbol = add_properties(symbol, found, scope)
    if doubtful or applied:  # that p(x) is positive is said of its values
        return
    if not whole_number(name, key, both, scope):
        scalar_words(name, key, both, scope)
    if re.search(r"\bconstants?\b|\bfixed\b", both):
        scope.constants.add(key)


_WHOLE = re.compile(
    r"\b(?:(positive|non-?negative|natural|whole)\s+)?(?:integers?|(?:natural|whole)\s+numbers?)\b(?![\s-]*(?:valued|multiples?|combinations?))"
)


def whole_number(name: s.Node, key: str, both: str, scope: Scope) -> bool:
    """`For a natural number n`, `let n be a positive integer`, `integers p and q`."""
    match = _WHOLE.search(both)
    if match is None or not is_bare(name) or key in scope.symbols or key in scope.indices:
        return False
    kind = match.group(1) or ("natural" if "number" in match.group(0) else "")
    if kind == "positive" or key in scope.sizes or key in scope.size_hints:
        scope.size(key)
    elif kind:
        declare_name(name, (), NATURAL, frozenset(), scope, "")
    else:
        declare_name(name, (), Domain(integer=True), frozenset(), scope, "")
    return True


def scalar_words(name: s.Node, key: str, both: str, scope: Scope) -> None:
    """`For real x`, `with a real`, `positive numbers a and b`, `a positive vector r`."""
    match = re.search(r"\b(real|positive|non-?negative|negative|non-?zero)\b(?!\s*(?:semi|definite|matri))", both)
    if not match or not is_bare(name):
        return
    if re.search(r"positive[\s-]+(?:semi-?)?\s*definite", both):
        return
    symbol = scope.symbols.get(key)
    if symbol is None:
        if scope.known(key):
            return
        called = re.search(r"\bvectors?\b", both)  # of a length that its use will show
        shape = (scope.unknown_size(key),) if called else ()
        declare_name(name, shape, Domain(), frozenset(), scope, "")
        symbol = scope.symbols.get(key)
    word = match.group(1)
    if symbol is None or word == "real":
        return
    from fractions import Fraction

    if word.endswith("zero") and symbol.shape:
        return
    op = {"positive": ">", "negative": "<", "nonzero": "\\ne", "non-zero": "\\ne"}.get(word, "\\ge")
    domain = narrowed(symbol.domain, [(op, Fraction(0))])
    put(scope, key, Symbol(symbol.name, symbol.shape, domain, symbol.properties, symbol.kind, symbol.first))


def randomise(name: s.Node, key: str, both: str, statements: list[Statement], position: int, scope: Scope) -> None:
    """The symbol becomes random; `random vector in $R^n$` gives its shape. A size stays one (`$n$ independent trials`)."""
    if key in scope.sizes or key in scope.size_hints:
        return
    shape, domain, interval = values_of(statements, position, scope)
    symbol = scope.symbols.get(key)
    if symbol is not None:
        if symbol.kind == "random" or symbol in scope.definitions:
            return
        if key in scope.inferred and symbol.shape != shape:
            scope.forget(key)
    node = statements[position].node
    row = node if isinstance(node, s.Row) and any(isinstance(i, s.Ellipsis) for i in node.items) else name
    for made, _ in make_random(row, scope, shape):
        if domain is not REAL and made.domain is REAL:
            put(scope, made.name, Symbol(made.name, made.shape, domain, made.properties, made.kind, made.first))
        if interval is not None:
            try:
                between(s.Name(0, 0, made.name), interval, scope, "")
            except ReadError as error:
                scope.remarks.append(f"the values of {made.name} are not understood: {error}")


_INDEPENDENT_OF = re.compile(r"\bindependent\s+(?:of|from)\b[^.;]*$")


def _random_symbols(node: s.Node, scope: Scope) -> set[Symbol]:
    keys = set()
    for name in named(node):
        base, _ = split_scripts(name)
        key = symbol_key(name)
        symbol = scope.symbols.get(key or "") or (scope.symbols.get(base.key) if isinstance(base, s.Name) else None)
        if symbol is not None and symbol.kind == "random":
            keys.add(symbol)
    return keys


def note_independent(
    statement: Statement, scope: Scope, both: str, doubtful: bool = False, previous: Statement | None = None
) -> None:
    keys = _random_symbols(statement.node, scope)
    if keys and doubtful:
        node = statement.node
        if scope.doubts and "independent" in scope.doubts[-1].properties and re.search(r"\band\b|,", statement.before):
            first = scope.doubts.pop().item
            node = s.Row(node.start, node.end, (first, node))
        names = " and ".join(sorted(x.name for x in keys))
        scope.doubts.append(Doubt(f"{names} independent", statement.line, node, frozenset({"independent"})))
        return
    if keys:
        if isinstance(statement.node, s.Row) and any(isinstance(i, s.Ellipsis) for i in statement.node.items):
            for symbol in keys:  # the members of a listed family are independent of each other
                scope.independent.insert(0, frozenset({symbol}))
        group = frozenset(keys)
        joined = re.search(r"\band\b", statement.before) or _INDEPENDENT_OF.search(statement.before)
        if previous is not None and _INDEPENDENT_OF.search(statement.before):
            group |= _random_symbols(previous.node, scope)  # X, independent of Y
        if scope.independent and joined and not scope.independent[-1] & group:
            group = scope.independent.pop() | group
        scope.independent.append(group)
    if re.search(r"identically|iid", both):
        scope.identically_distributed |= keys


_NOT_SO = re.compile(
    r"\b(?:not|never|neither|nor|without|no)\s+(?:necessarily\s+|always\s+|even\s+|be\s+)*[\w-]+|\b(?:non|quasi|pseudo|weakly|locally)-?\s*\w+",
    re.IGNORECASE,
)
_IF = re.compile(r"\b(?:if|when|whenever|unless|whether|not\s+(?:all|any|every))\s*$", re.IGNORECASE)
_ONLY_IF = re.compile(r"^\s*(?:is|are|were)\b[^.;]*\b(?:if|iff|when|whenever|unless|only)\b|^\s*were\b", re.IGNORECASE)


def _conditional(statement: Statement) -> bool:
    """Whether the words only say what holds under a condition: `if f is convex`, `f is convex if`."""
    return bool(_IF.search(statement.before) or _ONLY_IF.search(statement.after))


_NOT_OF_THE_FUNCTION = re.compile(
    r"\b(?:quasi|pseudo|log|poly|bi|weakly|locally|geodesically|partially|separately|piecewise|almost|nearly)[-\s]*\w+"
    r"|\b(?:even|odd)\s+(?:if|though|when|for|as|so|more|less|number|integer)\b",
    re.IGNORECASE,
)


def smooth_function(key: str, function: FunctionSymbol, both: str, scope: Scope, asked: bool = False) -> None:
    """Order of smoothness and properties that the words give; what is only asked of the function serves no proof."""
    smooth = function.smooth
    both = _NOT_OF_THE_FUNCTION.sub(" ", both)
    if re.search(r"\btwice\b|C\^2|smooth", both):
        smooth = max(2, smooth)
    props = set(function.properties)
    if re.search(r"\bconvex\b", both):
        props.add("perhaps convex" if asked and "convex" not in props else "convex")
        scope.convex.add(key)
    for word in ("increasing", "odd", "even", "continuous", "differentiable"):
        if re.search(rf"\b{word}\b", both):
            props.add(word)
    new = FunctionSymbol(function.name, function.arguments, function.shape, smooth, frozenset(props))
    scope.functions[key] = new


def after_definitions(statements: list[Statement], scope: Scope) -> None:
    """Words about what the sentence itself declared: quantities (C = ... be invertible), laws (X ~ A and Y ~ B be independent)."""
    from derive.terms import ZERO, Arr, Hypothesis, Relation

    for first, end in runs(statements):
        together_independent(statements[first : end + 1], scope)
    one_hot_words.note(statements, scope)
    for position, statement in enumerate(statements):
        _, after = words(statements, position)
        if not re.search(r"\binvertible\b|non-?singular", after):
            continue
        for item in items(statement.node):
            if isinstance(item, s.Relations) and item.rest[0][0] in ("=", ":="):
                symbol = scope.symbols.get(symbol_key(item.first) or "")
                if symbol is not None and symbol in scope.definitions and len(symbol.shape) == 2:
                    scope.hypotheses.append(
                        Hypothesis(Relation("!=", arrays.det(Arr.of(symbol)), ZERO), (), statement.text)
                    )
