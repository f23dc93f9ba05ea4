"""Expectations, variances, probabilities and normal densities of the elaborator."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derive.terms import (
    PI,
    REAL,
    Add,
    Arr,
    Expectation,
    Fn,
    Mul,
    Pow,
    Symbol,
    Term,
    Value,
    arrays,
    free_symbols,
    term,
)
from derive.terms import ShapeError as TermShapeError

from . import averages, elaborate_calls, elaborate_opaque, likelihoods
from . import syntax as s
from .events import PROBABILITY, Indicator, are_events, conjunction, indicator, is_plain
from .flexible import Flex, Loose, multiply, transpose
from .names import symbol_key, text_key

if TYPE_CHECKING:
    from .elaborate import Elaborator

_ELEMENTARY = {
    "exp": "exp", "log": "log", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh",
    "arcsin": "arcsin", "arccos": "arccos", "arctan": "arctan", "erf": "erf", "sgn": "sign", "softplus": "softplus",
}  # fmt: skip
_RECIPROCAL = {"cot": "tan", "sec": "cos", "csc": "sin", "coth": "tanh", "sech": "cosh", "csch": "sinh"}
_INVERSE = {"sin": "arcsin", "cos": "arccos", "tan": "arctan"}
_FUNCTION_LETTERS = frozenset("f g h F G \\phi \\varphi \\psi \\sigma \\Phi \\Psi \\ell L J \\Gamma".split())
_PROBABILITY = frozenset({"P", "p", "q", "\\mathrm{P}", "\\mathbb{P}", "\\mathrm{Pr}", "\\mathcal{P}", "\\mathrm{p}"})


def expectation_like(e: Elaborator, node: s.ApplyOrProduct) -> Loose:
    base = node.head
    subscript: s.Node | None = None
    power: s.Node | None = None
    while isinstance(base, (s.Subscript, s.Superscript)):
        if isinstance(base, s.Subscript):
            subscript = base.index
        else:
            power = base.exponent
        base = base.base
    assert isinstance(base, s.Name)
    value = moment(e, "E" if base.text == "E" else "Var", node.group, subscript, node)
    if power is None:
        return value
    if isinstance(value, (Arr, Flex)):
        raise e.unsupported("a power of a mean vector", node)
    return Pow(value, e.scalar(power))


def moment(e: Elaborator, kind: str, argument: s.Node, subscript: s.Node | None, node: s.Node) -> Loose:
    """E, Var or Cov of what stands in the fence; a | holds what follows it fixed."""
    body = argument.body if isinstance(argument, s.Group) else argument
    given: tuple[Symbol, ...] = ()
    if isinstance(body, s.Conditional) and body.bar == "|":
        given = given_symbols(e, body.right)
        body = body.left
    if body is None:
        raise e.error("nothing stands in this expectation", node)
    saved = dict(e.local)
    averages.under_a_law(e, body, subscript, node)
    e.averaging += 1
    try:
        return moments(e, kind, body, given, node)
    finally:
        e.averaging -= 1
        e.local = saved


def moments(e: Elaborator, kind: str, body: s.Node, given: tuple[Symbol, ...], node: s.Node) -> Loose:
    """The moment of what is random by now."""
    if kind in ("Cov", "Corr"):
        if not isinstance(body, s.Row) or len(body.items) != 2:
            if kind == "Cov":
                return variance(e.firm(body), given)
            raise e.error(f"{kind} takes two arguments", node)
        first, second = e.firm(body.items[0]), e.firm(body.items[1])
        covariance = cross_moment(e, first, second, given, node)
        if kind == "Corr":
            if not isinstance(covariance, Term):
                raise e.unsupported("a correlation of vectors", node)
            return Mul(covariance, Pow(Mul(variance(first, given), variance(second, given)), Fraction(-1, 2)))
        return covariance
    value = e.firm(body)
    if (
        kind == "Var"
        and symbol_key(body) is not None
        and not any(averages.depends_on_random(e, x) for x in free_symbols(value))
    ):
        raise e.unsupported("the variance of a number (as a function of a parameter?)", node)
    if kind == "Var":
        return variance(value, given)
    return mean(value, given)


def given_symbols(e: Elaborator, node: s.Node) -> tuple[Symbol, ...]:
    items = node.items if isinstance(node, s.Row) else (node,)
    found = []
    for item in items:
        key = symbol_key(item)
        if key is None or isinstance(item, s.Relations):
            raise e.unsupported("this condition of an expectation", node)
        e.random.add(key)
        e.value(item)
        symbol = e.scope.symbols.get(key)
        if symbol is None:
            raise e.unsupported("this condition of an expectation", node)
        found.append(averages.as_random(e, symbol))
    return tuple(found)


def mean(value: Value, given: tuple[Symbol, ...]) -> Value:
    return elaborate_calls.entrywise(value, lambda b: Expectation(b, given))


def variance(value: Value, given: tuple[Symbol, ...] = ()) -> Any:
    """E[(v - E v)^2]; of a vector the matrix E[(v - E v)(v - E v)^T]."""
    centred = arrays.add(value, arrays.scale(term(-1), mean(value, given)))
    if not isinstance(value, Arr):
        return Expectation(Pow(centred, 2), given)
    return mean(multiply(centred, transpose(centred)), given)  # type: ignore[arg-type]


def cross_moment(e: Elaborator, first: Value, second: Value, given: tuple[Symbol, ...], node: s.Node) -> Loose:
    a = arrays.add(first, arrays.scale(term(-1), mean(first, given)))
    b = arrays.add(second, arrays.scale(term(-1), mean(second, given)))
    try:
        return mean(multiply(a, transpose(b)), given)  # type: ignore[arg-type]
    except TermShapeError as error:
        raise e.plain_shape_error(error, node, first) from error


def probability(e: Elaborator, node: s.ApplyOrProduct, head: str) -> Loose:
    """P(A | B) is P(A, B) / P(B); a joint probability is an opaque number named by its sorted events."""
    body = node.group.body
    if body is None:
        raise e.error("nothing stands in this probability", node)
    name = {"\\mathrm{P}": "P", "\\mathbb{P}": "P", "\\mathrm{Pr}": "P"}.get(head, head)
    parameters = ""
    if isinstance(body, s.Conditional) and body.bar == ";":
        parameters, body = text_key(body.right), body.left
    if isinstance(body, s.Conditional) and isinstance(body.right, s.Conditional) and body.right.bar == ";":
        parameters = text_key(body.right.right)
        body = s.Conditional(body.start, body.right.left.end, body.left, body.bar, body.right.left)
    if isinstance(body, s.Conditional):
        if body.bar != "|":
            raise e.unsupported("this probability", node)
        given, asked = indicator_of(e, body.right, node), indicator_of(e, body.left, node)
        if not (is_plain(given) and is_plain(asked)):
            both = conjunction(asked, given)
            return Mul(measure(e, name, both, parameters, node), Pow(measure(e, name, given, parameters, node), -1))
        below = sorted(next(iter(given)))
        above = sorted(next(iter(asked)) | set(below))
        whole = joint(e, name, above, parameters, node)
        law = likelihoods.conditional_key(name, ", ".join(sorted(next(iter(asked)))), below)
        if not parameters and law in e.scope.symbols:
            return elaborate_opaque.named(e, law, bound_names(e, law, node))
        return Mul(whole, Pow(joint(e, name, below, parameters, node), -1))
    return measure(e, name, indicator_of(e, body, node), parameters, node)


def indicator_of(e: Elaborator, body: s.Node, node: s.Node) -> Indicator:
    try:
        return indicator(body)
    except OverflowError as error:
        raise e.unsupported("a probability of so many events", node) from error


def measure(e: Elaborator, name: str, event: Indicator, parameters: str, node: s.Node) -> Term:
    """The probability of an event: additive over the monomials of its indicator, 1 of what is sure."""
    parts = sorted((sorted(m), c) for m, c in event.items())
    terms = [Mul(c, joint(e, name, m, parameters, node)) if m else term(c) for m, c in parts]
    return terms[0] if len(terms) == 1 else Add(*terms) if terms else term(0)


def joint_key(name: str, parts: list[str], parameters: str) -> str:
    """The name of a joint probability: the letter (\\mathrm{p} is p) with its events in order."""
    plain = "p" if name == "\\mathrm{p}" else name
    return f"{plain}({', '.join(parts)}{'; ' + parameters if parameters else ''})"


def joint(e: Elaborator, name: str, parts: list[str], parameters: str, node: s.Node | None = None) -> Term:
    key = joint_key(name, parts, parameters)
    if not parameters:
        likelihoods.give(e, key, name, parts, node)
    domain = PROBABILITY if name != "q" and not parameters and are_events(parts, e.scope.events) else REAL
    return elaborate_opaque.named(e, key, bound_names(e, key, node), domain)


def bound_names(e: Elaborator, key: str, node: s.Node | None) -> list[s.Node]:
    """The names of an application that a sum, an integral or a mean binds, as far as the density mentions them."""
    said = set(re.findall(r"\\?[a-zA-Z]+'*", key[key.index("(") :]))
    if node is None:
        return []
    return [p for p in s.walk(node) if _bound_letter(e, p) in said]


def _bound_letter(e: Elaborator, node: s.Node) -> str:
    """The letter of a name, or of a name with a prime, that is bound here; empty for others."""
    if isinstance(node, s.Prime):
        inner = node.base.text if isinstance(node.base, s.Name) and symbol_key(node) in e.local else ""
        return inner and inner + "'" * node.count
    return node.text if isinstance(node, s.Name) and (node.key in e.local or e.averaging) else ""


def normal_density(e: Elaborator, node: s.ApplyOrProduct) -> Loose:
    """\\mathcal{N}(x; m, v) of numbers: the density."""
    parts = elaborate_calls.arguments(node.group)
    if len(parts) != 3 or not isinstance(node.group.body, s.Conditional):
        raise e.error(
            "\\mathcal{N} stands where a value is needed",
            node,
            "write \\mathcal{N}(x; \\mu, \\sigma^2) for the density",
        )
    values = [e.value(p) for p in parts]
    if any(isinstance(v, (Arr, Flex)) for v in values):
        return multivariate_density(e, values, node)
    x, m, v = values
    gap = Add(x, Mul(-1, m))
    exponent = Mul(Fraction(-1, 2), Pow(gap, 2), Pow(v, -1))
    return Mul(Pow(Mul(2, PI, v), Fraction(-1, 2)), Fn("exp", exponent))


def multivariate_density(e: Elaborator, values: list[Loose], node: s.Node) -> Loose:
    x, m, v = values
    from .flexible import add, fit, negative

    try:
        if not isinstance(x, Arr) or len(x.axes) != 1 or isinstance(m, Flex):
            raise e.unsupported("this normal density", node)
        gap = add(x, negative(m))
        assert isinstance(gap, Arr)
        if len(gap.axes) == 2:  # the mean was declared as a matrix of one column
            axes, entry = gap.open()
            gap = Arr((axes[0],), arrays.substitute(entry, {axes[1][0]: 1}))
        if isinstance(v, Flex):
            v = fit(v, multiply(gap, transpose(gap)))
        if not isinstance(v, Arr):
            raise e.unsupported("this normal density", node)
        merged = e.unify_square(v) or e.unify(v, gap, "times")
        if merged is not None:
            raise merged
        size = arrays.count(x.axes[0][0])
        quadratic = multiply(multiply(transpose(gap), arrays.inverse(v)), gap)
        if not isinstance(quadratic, Term):
            raise e.unsupported("this normal density", node)
        scale = Mul(Pow(Mul(2, PI), Mul(Fraction(-1, 2), size)), Pow(arrays.det(v), Fraction(-1, 2)))
        return Mul(scale, Fn("exp", Mul(Fraction(-1, 2), quadratic)))
    except TermShapeError as error:
        raise e.plain_shape_error(error, node, values[0]) from error
