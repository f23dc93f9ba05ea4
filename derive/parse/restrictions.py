"""What the words beside a name ask of it beyond its type: some of it becomes a hypothesis, the rest restricts the name.

Nothing is refuted with a restricted name: `let $P$ be a permutation matrix` excludes witnesses that nobody wrote as a formula.
Imports hypotheses, properties and scope.

>>> restricting("be an idempotent matrix", "matrix"), restricting("be the design matrix", "matrix")
('idempotent', '')
>>> restricting("be linear", "function"), restricting("be linear", "matrix")
('linear', '')
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derive.terms import Expectation, children
from derive.terms.node import Node

from . import syntax as s
from .errors import ReadError
from .grammar import parse_expression
from .hypotheses import assume_relation
from .membership import items
from .named_moments import JOINED
from .names import split_scripts, symbol_key
from .properties import is_bare, named, words
from .scope import Doubt, Scope, Symbol, mentions

if TYPE_CHECKING:
    from .declarations import Statement

_ANY = (
    r"distinct|different|unequal|coprime|primes?|roots?|solutions?|minimi[sz]ers?|maximi[sz]ers?|minimum|maximum|optimum|optimal|critical|"
    r"stationary|eigenvalues?|eigenvectors?|singular\s+v\w+|sorted|ordered|monoton\w+|decreasing|bounded|rational|irrational|complementary|"
    r"sum(?:s|ming)?\s+(?:up\s+)?to|lie\w*\s+(?:on|in|between)|between|at\s+(?:least|most)|less\s+than|greater\s+than|larger\s+than|smaller\s+than|"
    r"probabilit\w+|equal|unique|proportional|restricted|constrained|feasible|fixed\s+points?|multiples?"
)
_KINDS = {
    "matrix": r"project(?:ion|or)s?|idempotent|involut\w+|nilpotent|permutation|(?:doubly|row|column)?-?\s*stochastic|circulant|"
    r"toeplitz|hankel|vandermonde|hadamard\s+matrix|hermitian|unitary|skew\S*|anti-?symmetric|centro-?symmetric|per-?symmetric|normal|singular|rank|rotations?|"
    r"reflections?|householder|negative\s+(?:semi-?)?definite|indefinite|trace-?(?:less|free|one)|unimodular|sparse|banded|tridiagonal|"
    r"hollow|similar|congruent|commut\w+|anti-?commut\w+|inverses?|adjugate|laplacian|adjacency|incidence|gram|covariance|correlation|kernel|"
    r"precision|unit|unipotent|orthonormal|orthogonal|normali[sz]ed|cent(?:er|r)ed|whitened|binary|integer|non-?negative|positive|nonzero|"
    r"diagonali[sz]able|diagonally\s+dominant|blocks?|factors?|decomposition|square\s+root",
    "vector": r"unit|normali[sz]ed|standardi[sz]ed|cent(?:er|r)ed|zero[-\s]mean|simplex|one-?hot|orthonormal|orthogonal|parallel|"
    r"nonzero|non-zero|binary|integer|indicator|linearly\s+(?:in)?dependent",
    "size": r"even|odd|divisible|powers?|squares?",
    "number": r"integers?|natural|whole|even|odd|negative|nonnegative|binary|eigenvalues?|unit|squares?|powers?",
    "function": r"lipschitz|concave|strongly|strictly|linear|affine|homogeneous|additive|multiplicative|periodic|coercive|quadratic|"
    r"polynomial|harmonic|analytic|holomorphic|injective|surjective|bijecti\w+|invertible|inverse|densit\w+|distribution|cdf|pdf|kernel|norm|metric|"
    r"distance|measure|symmetric|antisymmetric|positive|nonnegative|non-negative|negative|nonzero|unimodal|contracti\w+|constant|[A-Za-z\\§]-smooth|"
    r"expansive|separable|submodular|log-?\w+|quasi\S*|pseudo\S*|integrable|identity|indicator|increasing|odd|even|degree|characteristic|generating",
    "random": r"bernoulli|poisson|gaussian|normal(?:ly)?|exponential|binomial|uniform(?:ly)?|geometric|gamma|beta|rademacher|laplace|"
    r"cauchy|binary|indicator|constant|degenerate|deterministic|identical(?:ly)?|exchangeable|cop(?:y|ies)|orthogonal|martingale|noise|symmetric|discrete|standard|"
    r"standardi[sz]ed|normali[sz]ed|cent(?:er|r)ed|(?:zero|unit|common|same)[-\s](?:mean|variance)|mean\s+(?:zero|one|0)|variance|mean|"
    r"sub-?gaussian|increments|positive|negative|integer|i\.?i\.?d|dependent|correlated|moments?|uncorrelated|conditional\w*",
}  # fmt: skip
_WORDS = {
    k: re.compile(rf"\b(?:{v}|{'primes?|multiples?' if k == 'size' else _ANY})(?!\w)", re.IGNORECASE)
    for k, v in _KINDS.items()
}
_UNDERSTOOD = re.compile(
    r"\b(?:(?:strictly\s+)?positive|non-?negative)\s+(?:(?:real|random|scalar)\s+)?(?:numbers?|variables?|scalars?|reals?|constants?|parameters?)|"
    r"(?<!ly )positive[-\s]+(?:semi-?\s*)?definite|"
    r"full\s+(?:row\s+|column\s+)?rank|random\s+variables?|probability\s+(?:space|theory)|common\s+law|"
    r"(?:covariance|precision|correlation|gram|kernel)\s+(?:matri\w+|functions?)(?=.*definite)|different\w+",
    re.IGNORECASE,
)


def restricting(text: str, kind: str) -> str:
    """The first word that asks something of a matrix, vector, number, function or random variable; empty when none does."""
    found = _WORDS[kind].search(_UNDERSTOOD.sub(" ", text))
    return " ".join(found[0].split()) if found else ""


_HYPOTHESES = (
    ("square", r"idempotent|projection\s+(?:matrix|matrices)|projectors?", (r"@ @ = @",)),
    ("square", r"orthogonal\s+project(?:ion|or)\w*(?:\s+matri\w+)?", (r"@ @ = @", r"@^\top = @")),
    ("square", r"(?:skew|anti)-?\s*symmetric", (r"@^\top = -@",)),
    ("square", r"involutory|involutions?", (r"@ @ = I",)),
    ("matrix", r"orthonormal\s+columns|semi-orthogonal", (r"@^\top @ = I",)),
    ("matrix", r"orthonormal\s+rows", (r"@ @^\top = I",)),
    ("vector", r"unit(?:[-\s](?:length|norm))?\s+vectors?|unit\s+(?:length|norm)", (r"@^\top @ = 1",)),
    ("random", r"zero[-\s]mean|mean\s+(?:zero|0)|cent(?:er|r)ed", (r"\mathbb{E}[@] = 0",)),
    ("random", r"unit\s+variance|variance\s+(?:one|1)", (r"\mathrm{Var}(@) = 1",)),
    ("random", r"standardi[sz]ed", (r"\mathbb{E}[@] = 0", r"\mathrm{Var}(@) = 1")),
)  # fmt: skip


# what may be meant, but not for certain: a refutation has to stand under each of these
_PERHAPS = (
    ("matrix", r"cent(?:er|r)ed|zero[-\s]mean", (r"\mathbf{1}^\top @ = 0", r"@ \mathbf{1} = 0")),
    (
        "matrix",
        r"(?:doubly|row|column)?-?\s*stochastic",
        (r"\mathbf{1}^\top @ = \mathbf{1}^\top", r"@ \mathbf{1} = \mathbf{1}"),
    ),
    ("vector", r"cent(?:er|r)ed|zero[-\s]mean", (r"\mathbf{1}^\top @ = 0",)),
    ("vector", r"probabilit\w+|simplex", (r"\mathbf{1}^\top @ = 1",)),
    ("vector", r"normali[sz]ed", (r"\mathbf{1}^\top @ = 1", r"@^\top @ = 1")),
)
_ROLES = r"\b(?:means?|expectations?|expected|variances?|covariance|deviation|eigenvalues?|eigenvectors?)\b"
# the covariance between x and y asks nothing of x; a number between 0 and 1 does
_RELATES = re.compile(
    r"\b(?:covariance|correlation|distance|difference|divergence|relation\w*|dependence|information|similarity|angle)(?:\]\(\S*\))?\s+between\b",
    re.IGNORECASE,
)
_GIVEN = {"positive_semidefinite": r"positive[-\s]+semi-?\s*definite", "orthogonal": r"orthogonal|orthonormal"}


def restrict(key: str, described: str, line: int, scope: Scope) -> None:
    """Notes what the words ask of a name: a hypothesis where it can be written as one, and else that the name is restricted."""
    symbol = scope.symbols.get(key)
    if symbol is not None and (symbol in scope.definitions or symbol in scope.distributions):
        return
    rest = _RELATES.sub(" ", described)
    if key in scope.roles_read:
        rest = re.sub(_ROLES, " ", rest, flags=re.IGNORECASE)
    if symbol is not None and symbol.kind == "random" and has_moments(symbol, scope):
        rest = re.sub(r"\b(?:means?|expectations?|variances?|covariance|moments?|zero[-\s]mean)\b", " ", rest)
    if symbol is not None and symbol.shape and symbol in scope.identically_distributed:
        rest = re.sub(r"\b(?:identical\w*(?:\s+distributed)?|i\.?i\.?d\b\.?)", " ", rest)
    if symbol is not None:
        for kind, pattern, formulas in _HYPOTHESES:
            found = re.search(rf"(?<![\w-])(?:{pattern})\b", rest, re.IGNORECASE)
            if found and _is(symbol, kind) and all(_assumed(f.replace("@", key), line, scope) for f in formulas):
                rest = rest[: found.start()] + " " + rest[found.end() :]
        for prop in symbol.properties:
            rest = re.sub(_GIVEN.get(prop, prop.replace("_", r"[-\s]+")), " ", rest, flags=re.IGNORECASE)
        if symbol.domain.lower is not None and symbol.domain.upper is not None:
            rest = re.sub(r"\b(?:probabilit\w+|bounded|between)\b", " ", rest, flags=re.IGNORECASE)
        if symbol.domain.values is not None:
            rest = re.sub(r"\b(?:bernoulli|binary|indicator|discrete)\b", " ", rest, flags=re.IGNORECASE)
        for kind, pattern, formulas in _PERHAPS:
            found = re.search(rf"\b(?:{pattern})\b", rest, re.IGNORECASE)
            if found and _is(symbol, kind):
                rest = rest[: found.start()] + " " + rest[found.end() :]
                for f in formulas:
                    latex = f.replace("@", key)
                    scope.doubts.append(Doubt(latex, line, parse_expression(latex)))
    for kind in kinds(key, scope):
        word = restricting(rest, kind)
        if word:
            scope.restricted[key] = (word, line)


def has_moments(symbol: Symbol, scope: Scope) -> bool:
    """Whether a hypothesis says what a mean of the symbol is."""

    def mean_in(value: object) -> bool:
        if isinstance(value, Expectation):
            return mentions(value, symbol)
        return isinstance(value, Node) and any(map(mean_in, children(value)))

    return any(mean_in(h.relation.lhs) for h in scope.hypotheses)


def kinds(key: str, scope: Scope) -> list[str]:
    """What a name is, as far as words may restrict it."""
    symbol = scope.symbols.get(key)
    if key in scope.functions:
        return ["function"]
    if symbol is None:
        return ["size"] if key in scope.sizes else []
    shaped = {0: "number", 1: "vector"}.get(len(symbol.shape), "matrix")
    return ["random", shaped] if symbol.kind == "random" else [shaped]


def _is(symbol: Symbol, kind: str) -> bool:
    rank = len(symbol.shape)
    if kind == "random":
        return symbol.kind == "random" and rank == 0
    if kind == "square":
        return rank == 2 and symbol.shape[0] == symbol.shape[1]
    return rank == (1 if kind == "vector" else 2)


def _assumed(latex: str, line: int, scope: Scope) -> bool:
    try:
        assume_relation(parse_expression(latex), scope, latex, line)  # type: ignore[arg-type]
    except ReadError:
        return False
    return True


def restrict_names(statements: list[Statement], scope: Scope) -> None:
    """Notes what the words ask of the names beside them, once it is known what was understood of it."""
    for position, statement in enumerate(statements):
        described = _OPEN.sub(" ", description(statements, position)) if statement.described else ""
        for name in named(statement.node) if described.strip() else ():
            base, ends = split_scripts(name.head if isinstance(name, s.ApplyOrProduct) else name)
            key = symbol_key(name.head if isinstance(name, s.ApplyOrProduct) else name) or ""
            if not scope.known(key) and isinstance(base, s.Name) and ends:
                key = base.key
            if not scope.known(key):
                continue
            restrict(key, described, statement.line, scope)


_OPEN = re.compile(
    r"\b(?:not\s+necessarily|need\s+not\s+be|not\s+assumed\s+to\s+be|neither|nor)\s+[\w-]+", re.IGNORECASE
)
_DESCRIBES = re.compile(
    r"\s*,?\s*(?:\(?(?:be|is|are|has|have|having|denotes?|with|whose|which|that|commutes?|anti-?commute|sums?|lies?)\b|an?\b|both\b|all\b)|\s*,\s*the\b",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"[;:.]|\b(?:let|where|write|suppose|assume|put|so|then|while|if|as\s+well\s+as|such\s+that|we|for|and\s+let)\b",
    re.I,
)
_LOOSE = re.compile(r"\b(?:of|to|in|by|on|over|from|under|than|with|between|into|that|as)\b", re.IGNORECASE)


def description(statements: list[Statement], position: int) -> str:
    """All the words that say what a formula's names are: the adjectives before it, and what follows up to the next formula."""
    front = _LOOSE.split(words(statements, position)[0])[-1]
    last = position
    while (
        last + 1 < len(statements)
        and JOINED.fullmatch(statements[last].after or "")
        and all(is_bare(x.node) or _is_declared(x.node) for x in statements[last : last + 2])
    ):
        last += 1
    after = statements[last].after
    if not _DESCRIBES.match(after):
        return front
    stop = _ENDS.search(after)
    return f"{front} | {after[: stop.start()] if stop else after}"


def _is_declared(node: s.Node) -> bool:
    return any(isinstance(i, s.Relations) and i.rest[0][0] == "\\in" for i in items(node))
