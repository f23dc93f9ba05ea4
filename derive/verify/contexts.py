"""The reader's scope as the assumptions of a decision.  Imports parse.scope, decide.context and terms.

>>> from derive.parse.declarations import assume
>>> sorted(s.name for s in context_of(assume(r"x \\in \\mathbb{R}", r"y = x^2")).definitions)
['y']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from derive.decide.context import Context, FunctionLaw
from derive.parse import regularity
from derive.parse.distributions import mean_and_variance
from derive.parse.scope import Distribution, Scope
from derive.terms import (
    Add,
    Apply,
    Arr,
    Derivative,
    Entry,
    Expectation,
    FunctionSymbol,
    Hypothesis,
    Integral,
    Limit,
    Mul,
    Num,
    Pow,
    Relation,
    Sum,
    Symbol,
    Term,
    Value,
    arrays,
    children,
    free_indices,
    free_symbols,
    term,
    unfold,
)
from derive.verify.gaussian_moments import exponential_moments, higher_moments

# Quantified vectors; no names of a document, which may be known to be something.
ANY_VECTOR, ANY_VECTOR_BUT_0 = "any vector", "any vector but 0"


def _not_zero(sides: Iterable[Value]) -> list[Hypothesis]:
    """That the sum of squares of a vector which is any but 0 is positive."""
    vectors = [Arr.of(x) for x in {x for side in sides for x in free_symbols(side)} if x.name == ANY_VECTOR_BUT_0]
    return [Hypothesis(Relation("<", term(0), arrays.dot(v, v)), (), "the vector is not 0") for v in vectors]


def context_of(scope: Scope, sides: Iterable[Value] = (), extra: Iterable[Hypothesis] = ()) -> Context:
    """Definitions, hypotheses, laws, what is random, and what nothing may be refuted with in a step with these sides."""
    sides = tuple(sides)
    normal, opaque = _laws_of_random_symbols(scope, sides)
    laws = [law for law in (*scope.laws, *regularity.laws(scope)) if not law.schematic]
    matched = _moments_of_random_numbers(scope, normal)
    functions: set[Any] = {f for k, f in scope.functions.items() if k in scope.inferred}
    dependent = _opaque_functions(scope, sides)
    functions |= {c.function for value in dependent.values() for c in (value, *children(value)) if isinstance(c, Apply)}
    bounded = {
        f for law in laws if law.relation.op in ("<=", "<") for f in _functions(law.relation.lhs, law.relation.rhs)
    }
    bounded |= {scope.functions[k] for k in scope.regular if k in scope.functions}
    functions |= (
        bounded  # no example is looked for that satisfies an inequality at all points (of != only the point matters)
    )
    return Context(
        definitions={**scope.definitions, **dependent},
        hypotheses=[
            *scope.hypotheses,
            *_higher_moments(scope, normal, sides),
            *regularity.stationary(scope),
            *_not_zero(sides),
            *extra,
        ],
        laws=[FunctionLaw(law.relation, law.variables) for law in laws],
        independent=list(scope.independent),
        normal=normal,
        matched=matched,
        iid=frozenset(scope.identically_distributed),
        gaussian=frozenset(scope.distributions[symbol].source for symbol in (*normal, *matched)),
        undeclared=frozenset(functions | opaque),
    )


def symbols_reached(scope: Scope, sides: Iterable[Value]) -> set[Symbol]:
    """The symbols of a step and of the definitions it stands on."""
    found: set[Symbol] = set()
    todo = [s for side in sides for s in free_symbols(side)]
    while todo:
        symbol = todo.pop()
        if symbol not in found:
            found.add(symbol)
            todo.extend(free_symbols(scope.definitions[symbol]) if symbol in scope.definitions else ())
    return found


def _opaque_functions(scope: Scope, sides: tuple[Value, ...]) -> dict[Symbol, Any]:
    """Undeclared quantities in a step with derivatives: functions of every variable of the step, never constants."""
    if not any(_has(side, Derivative) for side in (*sides, *scope.definitions.values())):
        return {}
    reached = symbols_reached(scope, sides)
    dependent = sorted(
        (s for s in reached if s.kind == "dependent" and s not in scope.definitions), key=lambda s: s.name
    )
    if not dependent:
        return {}
    free = sorted((s for s in reached if s.kind != "dependent" and s not in scope.definitions), key=lambda s: s.name)
    arguments = tuple(Arr.of(s) if s.shape else Entry(s, ()) for s in free)
    found: dict[Symbol, Any] = {}
    for symbol in dependent:
        function = FunctionSymbol(symbol.name, tuple(s.shape for s in free), symbol.shape, smooth=2)
        entries = Arr.of(symbol)
        value = Apply(function, arguments, entries.indices, ())
        found[symbol] = Arr(entries.axes, value) if symbol.shape else value
    return found


def _functions(*values: Any) -> set[Any]:
    found = {v.function for v in values if isinstance(v, Apply)}
    return found.union(*(_functions(*children(v)) for v in values if children(v)))


def _has(value: Any, kind: type) -> bool:
    return isinstance(value, kind) or any(_has(c, kind) for c in children(value))


def rests_on_hidden_dependence(scope: Scope, sides: Iterable[Value]) -> str:
    """The undeclared quantity under an integral or limit, whose bound variable it may depend on; empty when there is none."""
    sides = tuple(sides)
    if not any(_has(side, Integral) or _has(side, Limit) for side in (*sides, *scope.definitions.values())):
        return ""
    names = sorted(
        s.name for s in symbols_reached(scope, sides) if s.kind == "dependent" and s not in scope.definitions
    )
    return ", ".join(names)


def _laws_of_random_symbols(scope: Scope, sides: tuple[Value, ...]) -> tuple[dict[Symbol, tuple[Any, Any]], set[Any]]:
    """Gaussian symbols that can be sampled, and random symbols whose law is known by its first two moments only.

    A witness for the latter is a law with these moments: it stands for theirs only where moments of higher order do not
    matter.
    """
    normal: dict[Symbol, tuple[Any, Any]] = {}
    opaque: set[Any] = set()
    for symbol, law in scope.distributions.items():
        if _is_normal(law) and all(isinstance(v, Term) and not free_indices(v) for v in law.parameters):
            normal[symbol] = (law.parameters[0], law.parameters[1])
        elif _is_normal_vector(symbol, law) and not all(
            _quadratic(unfold(v, scope.definitions), symbol) for v in sides
        ):
            normal[symbol] = (law.parameters[0], law.parameters[1])
        elif symbol.domain.values is None and not all(_quadratic(unfold(v, scope.definitions), symbol) for v in sides):
            opaque.add(symbol)
    return normal, opaque


def _moments_of_random_numbers(scope: Scope, normal: Mapping[Symbol, Any]) -> dict[Symbol, tuple[Any, Any]]:
    """Mean and variance of the numbers whose law the reader turned into moments."""
    found: dict[Symbol, tuple[Any, Any]] = {}
    for symbol, law in scope.distributions.items():
        values = [v for v in law.parameters if isinstance(v, Term) and not free_indices(v)]
        if symbol in normal or symbol.shape or symbol.kind != "random" or symbol.domain.values is not None:
            continue
        pair = mean_and_variance(law.name, values) if len(values) == len(law.parameters) else None
        if pair is not None and any(h.source == law.source for h in scope.hypotheses):
            found[symbol] = pair
    return found


def _is_normal(law: Distribution) -> bool:
    plain = law.name.replace("\\mathcal", "").replace("\\mathrm", "").strip("{}\\ ").lower()
    return plain in ("n", "normal") and len(law.parameters) == 2


def _higher_moments(scope: Scope, normal: dict[Symbol, tuple[Any, Any]], sides: tuple[Value, ...]) -> list[Hypothesis]:
    """What the law of a Gaussian symbol says beyond its mean and variance, where the step asks for more."""
    found: list[Hypothesis] = []
    for symbol, (mean, variance) in normal.items():
        degree = max((_highest(unfold(v, scope.definitions), symbol) for v in sides), default=0)
        if degree > 2:
            found += higher_moments(symbol, mean, variance, degree, scope.distributions[symbol].source)
        unfolded = [unfold(v, scope.definitions) for v in sides]
        found += exponential_moments(symbol, mean, variance, unfolded, scope.distributions[symbol].source)
    return found


def _highest(value: Any, symbol: Symbol) -> int:
    """The highest degree of a polynomial in a random symbol that an expectation averages."""
    own = (_degree(value.body, symbol) or 0) if isinstance(value, Expectation) else 0
    return max([own, *(_highest(c, symbol) for c in children(value))])


def _is_normal_vector(symbol: Symbol, law: Distribution) -> bool:
    """Whether a law is that of one Gaussian vector, with its covariance matrix."""
    if not _is_normal(law) or len(symbol.shape) != 1:
        return False
    mean, covariance = law.parameters
    return (
        isinstance(covariance, Arr)
        and len(covariance.axes) == 2
        and not (free_indices(mean) | free_indices(covariance))
    )


def _quadratic(value: Any, symbol: Symbol) -> bool:
    """Whether a random symbol enters only through expectations of polynomials of degree two at most."""
    if isinstance(value, Expectation):
        degree = _degree(value.body, symbol)
        return degree is not None and degree <= 2 and not value.given
    if isinstance(value, Entry) and value.symbol is symbol:
        return False
    return all(_quadratic(c, symbol) for c in children(value))


def _degree(value: Any, symbol: Symbol) -> int | None:
    """The degree of a polynomial in the entries of a symbol; None when it is no polynomial."""
    if isinstance(value, Entry) and value.symbol is symbol:
        return 1
    if symbol not in free_symbols(value):
        return 0
    if isinstance(value, Pow) and isinstance(value.exponent, Num) and value.exponent.value.denominator == 1:
        inner = _degree(value.base, symbol)
        power = int(value.exponent.value)
        return None if inner is None or power < 0 else inner * power
    if isinstance(value, Expectation):
        return 0 if _quadratic(value, symbol) else None
    parts = [_degree(c, symbol) for c in children(value)]
    known = [p for p in parts if p is not None]
    if len(known) < len(parts) or not known:
        return None
    if isinstance(value, Mul):
        return sum(known)
    if isinstance(value, Add | Sum | Arr):
        return max(known)
    return None
