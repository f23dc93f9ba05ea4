"""Applications: named functions, declared and defined functions, indicators, expectations, probabilities.

Part of the elaborator; imports elaborate's class only for typing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from derive.terms import (
    ONE,
    Apply,
    Arr,
    Derivative,
    Fn,
    FunctionSymbol,
    Pow,
    Symbol,
    Term,
    Value,
    arrays,
    fresh_index,
    substitute,
    term,
)

from . import array_arguments, densities, elaborate_opaque, elaborate_probability, laws, means_by_density
from . import syntax as s
from .errors import ShapeError
from .flexible import Flex, Loose, describe
from .matrix_densities import matrix_density, multivariate_gamma
from .names import is_minus_one, split_scripts, symbol_key, text_key
from .put_in import put_in
from .scope import Declaration, FunctionDefinition, Scope

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


def is_expectation(e: Elaborator, head: s.Node, group: s.Group) -> bool:
    base, _ = split_scripts(head)
    if not isinstance(base, s.Name) or e.scope.known(base.key) or base.key in e.local:
        return False
    if base.text in ("E", "V") and base.font in ("bb", "rm", "cal", "bf", "sf"):
        return True
    return base.text == "E" and group.open in ("[", "{", "(") and not isinstance(group.body, s.Row)


def is_indicator(e: Elaborator, head: s.Node, group: s.Group) -> bool:
    base, items = split_scripts(head)
    if not isinstance(base, s.Name) or items or e.scope.known(base.key):
        return False
    is_one = base.text in ("1", "I", "\\mathbb{1}") and base.font in ("bb", "bf", "rm", "")
    return is_one and isinstance(group.body, (s.Relations, s.Row)) and _all_relations(group.body)


def _all_relations(node: s.Node | None) -> bool:
    if isinstance(node, s.Row):
        return all(isinstance(i, s.Relations) for i in node.items)
    return isinstance(node, s.Relations)


def is_application(e: Elaborator, node: s.ApplyOrProduct) -> bool:
    """Whether declarations (or, for a new name, its letter and argument) make `f(x)` an application."""
    head, group = primed_whole(node.head, e.scope), node.group
    if is_expectation(e, head, group) or is_indicator(e, head, group):
        return True
    if isinstance(group.body, s.Conditional) and group.body.bar in ("|", "\\|", "||") and group.open in ("(", "["):
        return True
    inner = head
    primed = False
    while isinstance(inner, (s.Prime, s.Superscript, s.Subscript)):
        primed = primed or isinstance(inner, s.Prime)
        if isinstance(inner, s.Superscript) and e.raised(inner) is not None:
            return False
        key = symbol_key(inner)
        if key is not None and not primed:
            if key in e.scope.sizes and key in e.scope.conditioned and key in _PROBABILITY:
                return True  # p(b, t) in a text with p(y | b, t), which also counts p columns
            if key in e.local or key in e.scope.symbols:
                row = isinstance(group.body, s.Row) and group.open == "("
                return row and key in e.scope.inferred and key in _PROBABILITY and not e.scope.symbols[key].shape
            if key in e.scope.functions or key in e.scope.function_definitions:
                return True
        inner = inner.base
    if not isinstance(inner, s.Name):
        return isinstance(inner, s.ApplyOrProduct) and False
    key = inner.key
    scope = e.scope
    if key in e.local:
        return False
    if key in scope.functions or key in scope.function_definitions:
        return True
    if key in scope.symbols or key in scope.sizes or key in scope.indices or key in scope.size_hints or key in e.ranges:
        return key in scope.size_hints and key in scope.conditioned and key in _PROBABILITY
    if group.open != "(" and not (inner.font == "rm"):
        return False
    if inner.text in ("e", "\\pi", "i") and not inner.font and not inner.accents:
        return False
    if inner.text in ("I", "1", "0") and inner.font in ("", "bf", "bb"):
        return False
    if isinstance(group.body, (s.Row, s.Conditional, s.Relations)):
        return True
    if key in e.bare and not primed:
        return False
    if inner.font in ("rm", "cal", "scr", "sf") or primed:
        return True
    if inner.text in _FUNCTION_LETTERS or key in _PROBABILITY:
        return True
    return group.body is not None and symbol_key(group.body) is not None and not isinstance(head, s.Subscript)


def rebound(node: s.Node) -> s.Node:
    """x (A y)^T parsed as (x(A y))^T becomes the product x * (A y)^T."""
    scripts: list[s.Node] = []
    inner = node
    while isinstance(inner, (s.Superscript, s.Subscript, s.Factorial, s.Prime)):
        scripts.append(inner)
        inner = inner.body if isinstance(inner, s.Factorial) else inner.base
    assert isinstance(inner, s.ApplyOrProduct)
    wrapped: s.Node = inner.group
    for script in reversed(scripts):
        if isinstance(script, s.Superscript):
            wrapped = s.Superscript(inner.group.start, script.end, wrapped, script.exponent)
        elif isinstance(script, s.Subscript):
            wrapped = s.Subscript(inner.group.start, script.end, wrapped, script.index)
        elif isinstance(script, s.Factorial):
            wrapped = s.Factorial(inner.group.start, script.end, wrapped)
        else:
            wrapped = s.Prime(inner.group.start, script.end, wrapped, script.count)
    return s.Product(node.start, node.end, (inner.head, wrapped), ("",))


def expand_factors(e: Elaborator, node: s.Product) -> tuple[list[s.Node], list[str]]:
    """The factors with every `a(b)` that is a product taken apart."""
    factors: list[s.Node] = []
    ops: list[str] = []
    for position, factor in enumerate(node.factors):
        parts = _apart(e, factor)
        factors.extend(parts)
        ops.extend([""] * (len(parts) - 1))
        if position < len(node.ops):
            ops.append(node.ops[position])
    return factors, ops


def _apart(e: Elaborator, node: s.Node) -> list[s.Node]:
    inner = node
    while isinstance(inner, (s.Superscript, s.Subscript, s.Factorial, s.Prime)):
        inner = inner.body if isinstance(inner, s.Factorial) else inner.base
    if isinstance(inner, s.ApplyOrProduct) and not is_application(e, inner):
        product = rebound(node)
        assert isinstance(product, s.Product)
        return [*_apart(e, product.factors[0]), product.factors[1]]
    return [node]


def apply_or_product(e: Elaborator, node: s.ApplyOrProduct) -> Loose:
    if not is_application(e, node):
        return e.value(rebound(node))
    head, group = node.head, node.group
    if is_expectation(e, head, group):
        return elaborate_probability.expectation_like(e, node)
    if is_indicator(e, head, group):
        assert group.body is not None
        return e.condition(group.body)
    return application(e, node)


def arguments(group: s.Group) -> list[s.Node]:
    """The arguments in a fence; those after ; count too."""
    body = group.body
    found: list[s.Node] = []
    while isinstance(body, s.Conditional):
        found.extend(body.left.items if isinstance(body.left, s.Row) else [body.left])
        body = body.right
    if body is not None:
        found.extend(body.items if isinstance(body, s.Row) else [body])
    return found


def application(e: Elaborator, node: s.ApplyOrProduct) -> Loose:
    head = node.head
    primes = 0
    power: s.Node | None = None
    if isinstance(head, s.Superscript) and symbol_key(head) is None:
        power, head = head.exponent, head.base
    head = primed_whole(head, e.scope)
    if isinstance(head, s.Prime):
        primes, head = head.count, head.base
    if not primes and power is None and laws.is_measure(node, e.scope):
        return laws.measure(e, node)
    if not primes and power is None and (found := laws.of_laws(node, e.scope)) is not None:
        return laws.divergence(e, *found)
    key = symbol_key(head) or ""
    base, items = split_scripts(head)
    base_key = base.key if isinstance(base, s.Name) else key
    if isinstance(base, s.Name) and base.text == "N" and base.font == "cal" and base_key not in e.scope.functions:
        return elaborate_probability.normal_density(e, node)
    if (
        power is not None
        and is_minus_one(power)
        and (key in e.scope.functions or key in e.scope.function_definitions or not e.scope.known(key))
    ):
        name = f"{key}^{{-1}}"
        if name in e.scope.function_definitions:
            return defined_application(e, e.scope.function_definitions[name], (), node, 0)
        known = e.scope.functions.get(name)
        return new_function(e, name, node, 0) if known is None else opaque_application(e, known, node, 0)
    if not primes and power is None and names_densities(key, e.scope) and not isinstance(base, s.Subscript):
        return elaborate_probability.probability(e, node, base_key)
    definition = e.scope.function_definitions.get(key) or e.scope.function_definitions.get(base_key)
    events = _all_relations(node.group.body)  # no function of numbers has them as arguments
    declared = key in e.scope.functions and not (events and (key in e.scope.inferred or base_key in _PROBABILITY))
    if not primes and not declared and is_probability(e, node, base_key, definition):
        return elaborate_probability.probability(e, node, base_key)
    if definition is not None:
        value = defined_application(
            e, definition, items if definition.name != key or definition.indices else (), node, primes
        )
    elif not primes and (value := named_density(e, node, base)) is not None:
        pass
    elif isinstance(node.group.body, s.Conditional) and not primes:
        if base_key in _PROBABILITY:
            return elaborate_probability.probability(e, node, base_key)
        value = elaborate_opaque.opaque(e, s.ApplyOrProduct(node.start, node.end, head, node.group))
    elif key in e.scope.functions or base_key in e.scope.functions:
        value = opaque_application(e, e.scope.functions.get(key) or e.scope.functions[base_key], node, primes)
        if key not in e.scope.functions and items:
            if not isinstance(value, Arr):
                raise e.error(f"{e.quote(head)} has an index, but the value of {base_key} is a number", node)
            value = e.entries(value, items, node)
    elif isinstance(base, s.Name) and base.text == "\\Gamma" and not primes and len(items) == 1:
        value = multivariate_gamma(e.scalar(arguments(node.group)[0]), e.integer(items[0]))
    elif isinstance(base, s.Name) and base.text == "\\Gamma" and not primes and not items:
        value = arrays.broadcast(lambda u: Fn("gamma", u), e.firm(arguments(node.group)[0]))
    elif base_key in _PROBABILITY and not primes:
        return elaborate_probability.probability(e, node, base_key)
    elif (mean := means_by_density.generating(e, base, items, node, primes)) is not None:
        value = mean
    else:
        value = new_function(e, key, node, primes)
    if power is not None:
        if isinstance(value, (Arr, Flex)):
            return e.power(value, power, s.Superscript(node.start, node.end, node, power))
        return Pow(value, e.scalar(power))
    return value


def names_densities(key: str, scope: Scope) -> bool:
    """Whether p(x) and p(y) are the densities of x and of y: the document conditions in p, and nobody declared it."""
    return bool(
        key in ("p", "q", "\\mathrm{p}")
        and (key in scope.conditioned or (key != "q" and scope.conditioned & {"p", "\\mathrm{p}"}))
        and key not in scope.function_definitions
        and (key not in scope.functions or key in scope.inferred)
    )


def named_density(e: Elaborator, node: s.ApplyOrProduct, base: s.Node) -> Term | None:
    """\\mathrm{Gam}(x; a, b) and \\mathrm{B}(a, b), unless the name was declared."""
    if (
        not isinstance(base, s.Name)
        or (base.font not in ("rm", "cal") and base.text != "t")
        or (e.scope.known(base.key) and base.key not in e.scope.inferred)
    ):
        return None
    parts = arguments(node.group)
    given = isinstance(node.group.body, s.Conditional)
    if given and node.group.body.bar == ";":  # type: ignore[union-attr]
        values = [e.value(p) for p in parts]
        matrix = matrix_density(e, distributions_name(base.text), values, node)
        if matrix is not None:
            return matrix
        if all(isinstance(v, Term) for v in values):
            densities.presupposed(e, distributions_name(base.text), values)  # type: ignore[arg-type]
            return densities.density(distributions_name(base.text), values)  # type: ignore[arg-type]
    elif base.text == "B" and not given and len(parts) == 2:
        a, b = (e.value(p) for p in parts)
        if isinstance(a, Term) and isinstance(b, Term):
            return densities.beta(a, b)
    return None


def distributions_name(text: str) -> str:
    return text.strip("{}\\ ").lower()


def is_probability(e: Elaborator, node: s.ApplyOrProduct, head: str, definition: FunctionDefinition | None) -> bool:
    """Events and conditions stand in probabilities; p and P of something else than their definition's argument too."""
    body = node.group.body
    if head in _PROBABILITY and _all_relations(body):
        return True
    if (isinstance(body, s.Conditional) and body.bar == "|") or _all_relations(body):
        return definition is None or len(arguments(node.group)) != len(definition.parameters)
    if head not in _PROBABILITY:
        return False
    return definition is not None and len(arguments(node.group)) != len(definition.parameters)


def primed_whole(head: s.Node, scope: Scope) -> s.Node:
    """The f'_X of a known function f_X as the derivative (f_X)', unless f'_X has a meaning of its own."""
    if not isinstance(head, s.Subscript) or not isinstance(head.base, s.Prime):
        return head
    whole = s.Subscript(head.base.start, head.end, head.base.base, head.index)
    key, own = symbol_key(whole), symbol_key(head)
    if own in scope.function_definitions or (scope.known(own or "") and own not in scope.inferred):
        return head
    if key not in scope.function_definitions and key not in scope.functions:
        return head
    return s.Prime(head.start, head.end, whole, head.base.count)


def another_function(
    e: Elaborator, name: str, count: int, items: tuple[s.Node, ...], node: s.ApplyOrProduct, primes: int
) -> Loose:
    """f with other arguments than f takes elsewhere is a function of its own; nothing is known of it, nor refuted with it."""
    parts = arguments(node.group)
    if items or primes or not parts or any(isinstance(p, s.Ellipsis) for p in parts):
        raise e.error(f"{name} takes {count} arguments, here are {len(parts)}", node)
    key = name + "(" + ", ".join(["\\cdot"] * len(parts)) + ")"
    known = e.scope.functions.get(key)
    if known is None:
        e.remarks.append(f"{name} takes {count} arguments elsewhere; here it is a function of its own")
        return new_function(e, key, node, 0)
    return opaque_application(e, known, node, 0)


def opaque_number(e: Elaborator, node: s.ApplyOrProduct) -> Term:
    """A use of an undeclared function that does not fit its other uses: a quantity of its own."""
    key = f"{text_key(node.head)}({text_key(node.group.body) if node.group.body is not None else ''})"
    if "?" in key:  # no text of its own: a function of arguments with these shapes
        values = [e.firm(a) for a in arguments(node.group)]
        ranks = ", ".join("\\cdot" + "'" * (len(v.axes) if isinstance(v, Arr) else 0) for v in values)
        name = f"{text_key(node.head)}({ranks})"
        known = e.scope.functions.get(name)
        shapes = tuple(tuple(_plain_shape(e, v, node)) for v in values)
        if known is not None and known.arguments != shapes:
            raise e.error(
                f"{e.quote(node.head)} is used with different arguments; declare it", node, kind="unsupported"
            )
        found = new_function(e, name, node, 0) if known is None else opaque_application(e, known, node, 0)
        return found  # type: ignore[return-value]
    symbol = e.scope.symbols.get(key)
    e.scope.opaque.add(key)
    if symbol is None:
        symbol = e.declare_inferred(key, Symbol(key, kind="dependent"))
    e.used.add(key)
    return term(symbol)


def new_function(e: Elaborator, key: str, node: s.ApplyOrProduct, primes: int) -> Loose:
    """A function never declared: opaque, listed as inferred."""
    parts = [e.firm(a) for a in arguments(node.group)]
    shapes = tuple(tuple(_plain_shape(e, p, node)) for p in parts)
    function = FunctionSymbol(key, shapes, (), 2)
    e.scope.functions[key] = function
    declaration = Declaration(
        f"{key} \\text{{ a function of {len(parts)} argument{'s' if len(parts) > 1 else ''}}}", e.line, "inferred"
    )
    e.scope.inferred[key] = declaration
    e.scope.declarations.append(declaration)
    e.used.add(key)
    return opaque_application(e, function, node, primes)


def _plain_shape(e: Elaborator, value: Value, node: s.Node) -> list[Any]:
    if not isinstance(value, Arr):
        return []
    if any(len(axis) != 1 for axis in value.axes):
        raise e.unsupported("a function of a stacked vector", node)
    return [axis[0].length for axis in value.axes]


def defined_application(
    e: Elaborator, definition: FunctionDefinition, items: tuple[s.Node, ...], node: s.ApplyOrProduct, primes: int
) -> Loose:
    """f(value): the definition with the value put in; a function of numbers acts entry by entry."""
    parts = arguments(node.group)
    parameters = definition.parameters
    if len(parts) != len(parameters):
        return another_function(e, definition.name, len(parameters), items, node, primes)
    values = [e.firm(p) for p in parts]
    if isinstance(definition.body, Arr) and any(isinstance(v, Arr) for v in values):
        definition = array_arguments.for_arrays(e, definition, values)
        parameters = definition.parameters
    body = definition.body
    if definition.indices:
        if len(items) != len(definition.indices):
            raise e.error(f"{definition.name} has {len(definition.indices)} indices", node)
        places = [
            e.place(i, x.lo, x.hi if x.hi is not None else x.lo, node)
            for i, x in zip(items, definition.indices, strict=True)
        ]
        body = substitute(body, dict(zip(definition.indices, places, strict=True)))
    elif items:
        if not isinstance(body, Arr):
            raise e.error(f"the value of {definition.name} is a number and has no entries", node)
    for _ in range(primes):
        body = derivative_by_parameter(e, body, parameters, node)
    value = put_in(e, body, parameters, values, parts, node)
    if items and not definition.indices and isinstance(value, Arr):
        return e.entries(value, items, node)
    return value


def derivative_by_parameter(e: Elaborator, body: Value, parameters: tuple[Symbol, ...], node: s.Node) -> Value:
    if len(parameters) != 1 or parameters[0].shape:
        raise e.error("a prime needs a function of one number", node, "write \\nabla or \\partial")
    return entrywise(body, lambda b: Derivative(b, parameters[0], ()))


def entrywise(value: Value, function: Any) -> Value:
    """A function of the entry, axes kept."""
    if isinstance(value, Arr):
        axes, body = value.open()
        return Arr(axes, function(body))
    result: Value = function(value)
    return result


def opaque_application(e: Elaborator, function: FunctionSymbol, node: s.ApplyOrProduct, primes: int) -> Loose:
    parts = arguments(node.group)
    guessed = function.name in e.scope.inferred
    if guessed and len(parts) != len(function.arguments) and not primes:
        return opaque_number(e, node)
    if len(parts) != len(function.arguments):
        return another_function(e, function.name, len(function.arguments), (), node, primes)
    values = [e.firm(p) for p in parts]
    if primes and (len(values) != 1 or function.arguments[0]):
        raise e.error("a prime needs a function of one number", node)
    partials = tuple((0, ()) for _ in range(primes))
    if any(isinstance(v, Arr) for v in values) and all(not a for a in function.arguments) and not function.shape:
        return arrays.broadcast(lambda *us: Apply(function, us, (), partials), *values)
    for value, shape, part in zip(values, function.arguments, parts, strict=True):
        got = value.shape if isinstance(value, Arr) else ()
        wanted = tuple((size,) for size in shape)
        if got != wanted:
            model: Value = Arr.of(Symbol("?", shape)) if shape else ONE
            merged = e.unify(model, value, "plus")
            if merged is not None:  # a size that nobody declared is that of the argument
                raise merged
            if guessed and not primes:
                return opaque_number(e, node)
            raise ShapeError(
                f"{e.quote(part)} is {describe(value)}, the argument of {function.name} is {describe(model)}",
                part.start, part.end, e.text, (describe(value), describe(model)), (e.quote(part),),
            )  # fmt: skip
    axes = tuple(fresh_index(None, 1, size) for size in function.shape)
    body = Apply(function, tuple(values), axes, partials)
    return Arr(tuple((i,) for i in axes), body) if axes else body


def function_prime(e: Elaborator, node: s.Prime) -> Loose | None:
    """f' without an argument: the derivative at the function's own variable."""
    key = symbol_key(node.base)
    definition = e.scope.function_definitions.get(key or "")
    if definition is None:
        return None
    body = definition.body
    for _ in range(node.count):
        body = derivative_by_parameter(e, body, definition.parameters, node)
    return body
