"""Named functions of the elaborator: log, max, tr, det, diag, vec, softmax, factorials."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.terms import (
    ONE,
    Add,
    Arr,
    At,
    Derivative,
    Fn,
    Mul,
    Pow,
    Prod,
    Sum,
    Symbol,
    Term,
    Value,
    arrays,
    fresh_index,
    log,
    substitute,
    term,
)
from derive.terms import ShapeError as TermShapeError

from . import elaborate_calls, elaborate_opaque, elaborate_probability, laws
from . import syntax as s
from .flexible import Flex, Loose, rank
from .names import DEFINABLE, as_application, symbol_key, text_key

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


def stray(e: Elaborator, node: s.Node) -> Loose:
    if isinstance(node, s.Ellipsis):
        raise e.unsupported("an expression with dots", node)
    raise e.error(f"{e.quote(node) or 'nothing'} stands where a value is needed", node)


def call(e: Elaborator, node: s.Call) -> Loose:
    function = node.function
    if function in DEFINABLE and f"\\mathrm{{{function}}}" in e.scope.function_definitions:
        return e.value(as_application(node))
    minus_one = isinstance(node.power, s.Add) and node.power.signs == ("-",) and text_key(node.power.terms[0]) == "1"
    if function == "E" or function in ("Var", "Cov", "Corr"):
        value = elaborate_probability.moment(e, function, node.argument, node.subscript, node)
    elif laws.is_measure(node, e.scope):
        return laws.measure(e, node)
    elif (found := laws.of_laws(node, e.scope)) is not None:
        return laws.divergence(e, *found)
    elif function in ("H", "KL", "rank", "dim", "mod") or _has_condition(node.argument):
        value = elaborate_opaque.opaque(
            e,
            replace(node, power=None),
            elaborate_opaque.key_of(e, node.argument) and function + elaborate_opaque.key_of(e, node.argument),
        )
    elif function in ("max", "min"):
        value = extreme(e, node)
    elif function in ("tr", "det", "diag", "vec", "softmax", "logdet", "logsumexp", "blockdiag", "rank"):
        value = of_matrix(e, node)
    elif function == "Pr":
        group = (
            node.argument
            if isinstance(node.argument, s.Group)
            else s.Group(node.start, node.end, "(", ")", node.argument)
        )
        head = s.Name(node.start, node.start, "Pr", "rm")
        return elaborate_probability.probability(e, s.ApplyOrProduct(node.start, node.end, head, group), "P")
    else:
        if minus_one and function in _INVERSE:
            return e.elementwise(_INVERSE[function], node.argument, node)
        value = elementary(e, node)
    if node.power is None:
        return value
    if isinstance(value, (Arr, Flex)):
        if isinstance(value, Arr) and rank(value) == 1 and function in _ELEMENTARY:
            exponent = e.scalar(node.power)
            return arrays.broadcast(lambda u: Pow(u, exponent), value)
        return e.power(value, node.power, s.Superscript(node.start, node.end, node, node.power))
    return Pow(value, e.scalar(node.power))


def _has_condition(node: s.Node) -> bool:
    return isinstance(node, s.Group) and isinstance(node.body, s.Conditional)


def elementary(e: Elaborator, node: s.Call) -> Loose:
    function = node.function
    if isinstance(node.argument, s.Group) and isinstance(node.argument.body, s.Row):
        raise e.error(f"{function} takes one argument", node)
    if node.primes:
        return primed_elementary(e, node)
    if function in _ELEMENTARY:
        value = e.elementwise(_ELEMENTARY[function], node.argument, node)
        if function == "log" and node.subscript is not None:
            base = e.scalar(node.subscript)
            if isinstance(value, Flex):
                raise e.unsupported("this logarithm", node)
            return arrays.scale(Pow(log(base), -1), value)
        return value
    value = e.firm(node.argument)
    if function in _RECIPROCAL:
        return arrays.broadcast(lambda u: Pow(Fn(_RECIPROCAL[function], u), -1), value)
    if function == "relu":
        return arrays.broadcast(lambda u: Fn("max", term(0), u), value)
    if function == "sigmoid":
        return arrays.broadcast(lambda u: Pow(Add(ONE, Fn("exp", Mul(-1, u))), -1), value)
    if function == "logit":
        return arrays.broadcast(lambda u: log(Mul(u, Pow(Add(ONE, Mul(-1, u)), -1))), value)
    if function == "lg":
        return arrays.broadcast(lambda u: Mul(log(u), Pow(log(term(10)), -1)), value)
    if function == "artanh":
        half = Fraction(1, 2)
        return arrays.broadcast(lambda u: Mul(half, log(Mul(Add(ONE, u), Pow(Add(ONE, Mul(-1, u)), -1)))), value)
    raise e.unsupported(f"the function {function}", node)


def primed_elementary(e: Elaborator, node: s.Call) -> Loose:
    variable = Symbol("?prime")
    body: Term = Fn(_ELEMENTARY[node.function], term(variable)) if node.function in _ELEMENTARY else ONE
    if body is ONE:
        raise e.unsupported(f"the derivative of {node.function}", node)
    for _ in range(node.primes):
        body = Derivative(body, variable, ())
    return arrays.broadcast(lambda u: At(body, variable, u), e.firm(node.argument))


def extreme(e: Elaborator, node: s.Call) -> Loose:
    group = node.argument
    parts = elaborate_calls.arguments(group) if isinstance(group, s.Group) else [group]
    if len(parts) < 2:
        raise e.unsupported(f"{node.function} of one argument", node)
    values = [e.firm(p) for p in parts]
    return arrays.broadcast(lambda *us: Fn(node.function, *us), *values)


def of_matrix(e: Elaborator, node: s.Call) -> Loose:
    function = node.function
    argument = node.argument
    if isinstance(argument, s.Group) and isinstance(argument.body, s.Row) and function == "diag":
        argument = s.Group(argument.start, argument.end, "(", ")", argument.body)
    value = e.firm(argument)
    try:
        if function == "tr":
            return arrays.trace(value)
        if function == "det":
            return arrays.det(value)
        if function == "logdet":
            return log(arrays.det(value))
        if function == "diag":
            return arrays.diag(value)
        if function == "vec":
            return arrays.vec(value)
        if function == "softmax":
            return softmax(e, value, node)
        if function == "logsumexp":
            return log(arrays.total(arrays.elementwise("exp", value)))
    except TermShapeError as error:
        if isinstance(value, Arr) and len(value.axes) == 2:
            merged = e.unify_square(value)
            if merged is not None:
                raise merged from error
        raise e.plain_shape_error(error, node, value) from error
    raise e.unsupported(f"the function {function}", node)


def softmax(e: Elaborator, value: Value, node: s.Node) -> Loose:
    """exp of every entry over the sum along the last axis."""
    if not isinstance(value, Arr) or len(value.axes[-1]) != 1:
        raise e.error("softmax needs a vector", node)
    axes, body = value.open()
    inner = fresh_index(axes[-1][0])
    total = Sum(inner, Fn("exp", substitute(body, {axes[-1][0]: inner})))
    return Arr(axes, Mul(Fn("exp", body), Pow(total, -1)))


def factorial(e: Elaborator, node: s.Factorial) -> Loose:
    body = node.body
    if isinstance(body, s.ApplyOrProduct) and not elaborate_calls.is_application(e, body):
        return e.value(elaborate_calls.rebound(node))
    return Fn("factorial", e.scalar(body))


def binomial(e: Elaborator, node: s.Binomial) -> Loose:
    bottom = node.bottom.body if isinstance(node.bottom, s.Group) else node.bottom
    if isinstance(bottom, s.Row):
        return multinomial(e, node.top, bottom)
    return Fn("binomial", e.scalar(node.top), e.scalar(node.bottom))


def multinomial(e: Elaborator, top: s.Node, bottom: s.Row) -> Loose:
    """n over x_1, \\dots, x_k: n! over the product of the factorials."""
    whole = Fn("factorial", e.scalar(top))
    if any(isinstance(i, s.Ellipsis) for i in bottom.items):
        family = e.column(bottom)
        if not isinstance(family, Arr):
            raise e.unsupported("this list with dots", bottom)
        axes, body = family.open()
        return Mul(whole, Pow(Prod(axes[0][0], Fn("factorial", body)), -1))
    return Mul(whole, *(Pow(Fn("factorial", e.scalar(i)), -1) for i in bottom.items))


def function_name(e: Elaborator, node: s.FunctionName) -> Loose:
    raise e.error(f"{node.function} needs an argument", node)


def accent(e: Elaborator, node: s.Accent) -> Loose:
    key = symbol_key(node)
    if key is not None:
        found = e.lookup(key, node)
        return found if found is not None else e.infer(key, node)
    raise e.unsupported("an accent over an expression", node)
