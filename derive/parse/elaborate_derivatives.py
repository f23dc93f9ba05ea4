"""Derivatives and gradients of the elaborator: shape is value.shape + variable.shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.terms import (
    ONE,
    Affine,
    Apply,
    Arr,
    At,
    Derivative,
    Mul,
    Pow,
    Symbol,
    Term,
    Value,
    affine,
    arrays,
    children,
    free_symbols,
    fresh_index,
    term,
    unfold,
)

from . import syntax as s
from .elaborate_calls import entrywise, is_application
from .elaborate_opaque import difference
from .elaborate_partials import by_component, component_of
from .flexible import Flex, Loose, describe, scale, transpose
from .iterates import is_bold
from .names import is_transpose, split_scripts, symbol_key

if TYPE_CHECKING:
    from .elaborate import Elaborator


# -- ranges


def variable(e: Elaborator, node: s.Node) -> tuple[Symbol, tuple[Affine, ...], bool, Term | None]:
    """(symbol, fixed indices, transposed, factor): what a derivative is taken by."""
    turned = False
    factor: Term | None = None
    if (isinstance(node, s.Superscript) and symbol_key(node) is None) or (
        isinstance(node, s.Superscript) and is_transpose(node.exponent)
    ):
        if is_transpose(node.exponent):
            turned, node = True, node.base
        elif isinstance(node.exponent, s.Number) and node.exponent.text == "2":
            inner, places, _, _ = variable(e, node.base)
            if inner.shape and not places:
                raise e.unsupported("a derivative by a square of an array", node)
            from derive.terms import Entry

            factor = Pow(Mul(2, Entry(inner, places)), -1)
            return inner, places, False, factor
    if isinstance(node, s.Group) and node.body is not None:
        return variable(e, node.body)
    if isinstance(node, s.Subscript) and isinstance(node.base, s.Group):  # (W_h)_{ij}
        whole = variable(e, node.base)[0]
        _, items = split_scripts(s.Subscript(node.start, node.end, s.Name(node.start, node.start, "?"), node.index))
        items = e.split_digits(items, len(whole.shape))
        ends = (size + (f - 1) for f, size in zip(whole.first, whole.shape, strict=True))
        at = tuple(e.place(i, affine(f), end, node) for i, f, end in zip(items, whole.first, ends, strict=False))
        return whole, at, turned, factor
    key = symbol_key(node)
    if key is None:
        raise e.error(f"{e.quote(node)} is nothing to differentiate by", node)
    local = e.local.get(key)
    if isinstance(local, Symbol):
        return local, (), turned, factor
    if key not in e.scope.symbols:
        if key in e.scope.sizes or key in e.scope.indices:
            raise e.error(f"{e.quote(node)} is an integer; one cannot differentiate by it", node)
        base, items = split_scripts(node)
        if isinstance(base, s.Name) and items:
            e.value(node)
            symbol = e.scope.symbols.get(base.key)
            if symbol is not None and symbol.shape:
                items = e.split_digits(items, len(symbol.shape))
                places = tuple(
                    e.place(i, affine(f), size + (f - 1), node)
                    for i, f, size in zip(items, symbol.first, symbol.shape, strict=False)
                )
                return symbol, places, turned, factor
        else:
            e.differentiated.discard(key)
            e.value(node)
    symbol = e.scope.symbols.get(key)
    if symbol is None:
        raise e.error(f"{e.quote(node)} is nothing to differentiate by", node)
    e.used.add(key)
    return symbol, (), turned, factor


def differentiate(e: Elaborator, value: Value, node: s.Node) -> Loose:
    """The derivative of a value by a variable: value.shape + variable.shape."""
    symbol, places, turned, factor = variable(e, node)
    first = symbol.first[len(places) :]
    rest = tuple(fresh_index(None, 1, size) for size in symbol.shape[len(places) :])
    ends = tuple(i + (f - 1) for i, f in zip(rest, first, strict=True))
    if isinstance(value, Arr):
        axes, body = value.open()
    else:
        axes, body = (), value
    if symbol not in free_symbols(unfold(body, e.scope.definitions)) and _has_guessed_function(e, body):
        raise e.unsupported(f"how the undeclared function depends on {symbol.name}", node)
    derivative: Term = Derivative(body, symbol, (*places, *ends))
    if factor is not None:
        derivative = Mul(factor, derivative)
    new_axes = (*axes, *((i,) for i in rest))
    if not new_axes:
        return derivative
    result: Loose = Arr(new_axes, derivative)
    if not axes and rest and (turned or e.scope.layout == "numerator"):
        result = transpose(result)
    return result


def _has_guessed_function(e: Elaborator, value: Value) -> bool:
    """Whether a function that nobody declared stands in a value: it may hide the variable of a derivative."""
    if isinstance(value, Apply) and value.function.name in e.scope.inferred:
        return True
    return any(_has_guessed_function(e, c) for c in children(value))


def operand_value(e: Elaborator, body: s.Node, variables: tuple[tuple[s.Node, int], ...]) -> Value:
    """What is differentiated; a bare function name is its value at the variable."""
    key = symbol_key(body)
    if key is not None and key in e.scope.functions and key not in e.local:
        function = e.scope.functions[key]
        if len(function.arguments) == 1:
            name = variables[0][0]
            group = s.Group(name.start, name.end, "(", ")", name)
            return e.firm(s.ApplyOrProduct(body.start, body.end, body, group))
    value = e.value(body)
    if isinstance(value, Flex):
        raise e.error(f"{describe(value)} has no derivative here", body)
    return value


def derivative(e: Elaborator, node: s.Derivative) -> Loose:
    for part, _ in node.variables:
        ensure_variable(e, part)
    return at_places(e, node.body, node.variables, node.variables, node)


def at_places(
    e: Elaborator, body: s.Node, names: tuple[tuple[s.Node, int], ...], variables: tuple[tuple[s.Node, int], ...], node: s.Node
) -> Loose:  # fmt: skip
    """The derivative of a body by its variables, at the places that stand for them in it."""
    places = places_of(e, body, variables)
    saved = dict(e.local)
    e.local.update({key: symbol for key, symbol, _ in places})
    try:
        value: Loose = operand_value(e, body, names)
        value = by_variables(e, value, variables, node)
    finally:
        e.local = saved
    for _, symbol, place in places:
        point = e.firm(place)
        value = entrywise(value, lambda b, x=symbol, at=point: At(b, x, at))  # type: ignore[misc, arg-type]
    return value


def places_of(
    e: Elaborator, body: s.Node, variables: tuple[tuple[s.Node, int], ...]
) -> list[tuple[str, Symbol, s.Node]]:
    """`\\frac{d L(\\hat\\beta)}{d \\beta}` is the derivative of L(\\beta) at \\hat\\beta: the key, the variable, the place.

    So it is for `\\nabla_x f(x^\\star, y)` and for bold iterates `\\mathbf{x}_t`, where x itself does not occur.
    """
    if not isinstance(body, s.ApplyOrProduct) or not is_application(e, body):
        return []
    found: list[tuple[str, Symbol, s.Node]] = []
    for node, _ in variables:
        inner = node.base if isinstance(node, s.Superscript) and symbol_key(node) is None else node
        key = symbol_key(inner)
        symbol = e.scope.symbols.get(key or "")
        if key is None or symbol is None:
            continue
        names: dict[str, s.Node] = {}
        if not _marked(body.group, key, names):
            found.extend((name, symbol, part) for name, part in names.items() if all(name != k for k, _, _ in found))
    return found


def _marked(node: s.Node, key: str, found: dict[str, s.Node]) -> bool:
    """Whether a name occurs as it is; the same name with a mark (a hat, a star, a prime, the number of an iterate) is noted."""
    name = symbol_key(node)
    if name is not None:
        base = node
        while isinstance(base, s.Subscript | s.Superscript | s.Prime):
            base = base.base
        if name == key:
            return True
        if isinstance(base, s.Name) and (base.key == key or name == key.replace(base.text, base.key, 1)):
            marked = base.accents or isinstance(node, s.Superscript | s.Prime) or is_bold(base)
            if marked and (base.key != key or node is not base):
                found[name] = node
                return False
    return any(_marked(child, key, found) for child in s.children(node))


def ensure_variable(e: Elaborator, node: s.Node) -> None:
    """A variable of differentiation never declared becomes a symbol before the body is read."""
    inner = (
        node.base
        if isinstance(node, s.Superscript) and (is_transpose(node.exponent) or symbol_key(node) is None)
        else node
    )
    key = symbol_key(inner)
    if key is not None and key not in e.local and not e.scope.known(key) and isinstance(inner, s.Name):
        e.differentiated.discard(key)
        e.infer(key, inner)


def by_variables(e: Elaborator, value: Loose, variables: tuple[tuple[s.Node, int], ...], node: s.Node) -> Loose:
    for part, count in variables:
        for _ in range(count):
            if isinstance(value, Flex):
                raise e.error(f"{describe(value)} has no derivative here", node)
            value = differentiate(e, value, part)
    return value


def apply_operator(e: Elaborator, operator: s.DerivativeOperator, body: s.Node) -> Loose:
    place = component_of(e, operator)
    if place is not None:
        return by_component(e, place, operator, body)  # type: ignore[no-any-return]
    for part, _ in operator.variables:
        ensure_variable(e, part)
    return at_places(e, body, operator.variables, operator.variables, operator)


def apply_nabla(
    e: Elaborator, nabla: s.Nabla, factors: list[s.Node], ops: list[str], position: int
) -> tuple[Loose, int]:
    """\\nabla before a named or applied function binds only that; before anything else the rest of the product."""
    rest = factors[position + 1 :]
    if not rest:
        raise e.error("this \\nabla has nothing to act on", nabla)
    head, scripts = peel(rest[0])
    if len(rest) == 1 and not scripts:
        return gradient(e, nabla, rest[0]), len(factors)
    if binds_alone(e, head):
        value = gradient(e, nabla, head)
        for script in reversed(scripts):
            value = rescript(e, value, script)
        return value, position + 2
    whole = (
        rest[0] if len(rest) == 1 else s.Product(rest[0].start, rest[-1].end, tuple(rest), tuple(ops[position + 1 :]))
    )
    return gradient(e, nabla, whole), len(factors)


def peel(node: s.Node) -> tuple[s.Node, list[s.Node]]:
    """A function under its outer transposes and entries."""
    scripts: list[s.Node] = []
    while (isinstance(node, s.Superscript) and (is_transpose(node.exponent))) or (
        isinstance(node, s.Subscript) and isinstance(node.base, s.ApplyOrProduct)
    ):
        scripts.append(node)
        node = node.base
    return node, scripts


def rescript(e: Elaborator, value: Loose, script: s.Node) -> Loose:
    if isinstance(script, s.Superscript):
        return transpose(value)
    assert isinstance(script, s.Subscript)
    _, items = split_scripts(
        s.Subscript(script.start, script.end, s.Name(script.start, script.start, "?"), script.index)
    )
    if not isinstance(value, Arr):
        raise e.error("a number has no entries", script)
    return e.entries(value, items, script)


def binds_alone(e: Elaborator, node: s.Node) -> bool:
    if isinstance(node, s.ApplyOrProduct):
        return is_application(e, node)
    if isinstance(node, s.Call):
        return True
    key = symbol_key(node)
    if key is None:
        return False
    symbol = e.scope.symbols.get(key)
    if symbol is None:
        base, _ = split_scripts(node)
        symbol = e.scope.symbols.get(base.key) if isinstance(base, s.Name) else None
    if symbol is None:
        return True
    return symbol in e.scope.definitions or symbol.kind == "dependent"


def gradient(e: Elaborator, nabla: s.Nabla, body: s.Node) -> Loose:
    if nabla.subscript is not None:
        parts = nabla.subscript.items if isinstance(nabla.subscript, s.Row) else (nabla.subscript,)
        if len(parts) != 1:
            raise e.unsupported("a gradient by several variables", nabla)
        if _names_the_parameter(e, parts[0], body):  # \\nabla_x f(\\mu) is the gradient of f(x) at \\mu
            return own_gradient(e, nabla, body)
        ensure_variable(e, parts[0])
        return at_places(e, body, ((parts[0], 1),), ((parts[0], nabla.order),), nabla)
    return own_gradient(e, nabla, body)


def _names_the_parameter(e: Elaborator, by: s.Node, body: s.Node) -> bool:
    """Whether f(a) does not mention the variable of a gradient, but the definition of f calls its argument so."""
    if not isinstance(body, s.ApplyOrProduct) or not is_application(e, body):
        return False
    key = symbol_key(by)
    definition = e.scope.function_definitions.get(symbol_key(body.head) or "")
    if definition is None or definition.indices or key is None or key in s.free_names(body.group):
        return False
    return len(definition.parameters) == 1 and definition.parameters[0].name == key


def own_gradient(e: Elaborator, nabla: s.Nabla, body: s.Node) -> Loose:
    """\\nabla f(a): the derivative of f by its argument, at a."""
    from .elaborate_calls import arguments
    from .put_in import put_in

    head = body.head if isinstance(body, s.ApplyOrProduct) else body
    key = symbol_key(head) or ""
    definition = e.scope.function_definitions.get(key)
    if definition is not None and len(definition.parameters) == 1 and not definition.indices:
        parameter = definition.parameters[0]
        value: Value = definition.body
        for _ in range(nabla.order):
            rest = tuple(fresh_index(None, 1, size) for size in parameter.shape)
            ends = tuple(i + (f - 1) for i, f in zip(rest, parameter.first, strict=True))
            axes, inner = value.open() if isinstance(value, Arr) else ((), value)
            made: Value = Derivative(inner, parameter, ends)
            new_axes = (*axes, *((i,) for i in rest))
            value = Arr(new_axes, made) if new_axes else made
        if isinstance(body, s.ApplyOrProduct):
            parts = arguments(body.group)
            if len(parts) == 1:
                at = e.firm(parts[0])
                from .put_in import is_symbol

                if not is_symbol(at, parameter):
                    if parameter.shape == () and isinstance(at, Arr):
                        return put_in(e, value, (parameter,), [at], parts, body)
                    return entrywise(value, lambda b: At(b, parameter, at))
        return value
    function = e.scope.functions.get(key)
    if function is None and isinstance(body, s.ApplyOrProduct) and is_application(e, body) and key:
        e.value(body)
        function = e.scope.functions.get(key)
    if function is not None and len(function.arguments) == 1 and isinstance(body, s.ApplyOrProduct):
        from derive.terms import Apply

        argument = e.firm(arguments(body.group)[0])
        axes = tuple(fresh_index(None, 1, size) for size in function.shape)
        slots = [tuple(fresh_index(None, 1, size) for size in function.arguments[0]) for _ in range(nabla.order)]
        inner = Apply(function, (argument,), axes, tuple((0, slot) for slot in slots))
        every = (*axes, *(i for slot in slots for i in slot))
        return Arr(tuple((i,) for i in every), inner) if every else inner
    raise e.error("by what is this \\nabla taken?", nabla, "write \\nabla_x")


def evaluated_at(e: Elaborator, node: s.EvaluatedAt) -> Loose:
    """body|_{x = a}, and the difference body|_a^b of one variable."""
    lower = node.lower
    if isinstance(lower, s.Group) and lower.body is not None:
        lower = lower.body
    if lower is not None and node.upper is not None:
        return difference(e, node.body, lower, node.upper, node)
    if not isinstance(lower, s.Relations) or len(lower.rest) != 1 or lower.rest[0][0] != "=" or node.upper is not None:
        raise e.unsupported("this evaluation", node)
    ensure_variable(e, lower.first)
    symbol, places, _, _ = variable(e, lower.first)
    if places:
        raise e.unsupported("an evaluation at an entry", node)
    body = e.firm(node.body)
    at = e.value(lower.rest[0][1])
    if isinstance(at, Flex) or (symbol.shape and not isinstance(at, Arr)):
        at = scale(ONE, arrays.zeros(*symbol.shape)) if at is term(0) else at
    if isinstance(at, Flex):
        raise e.error(f"{describe(at)} stands where a value is needed", node)
    point: Value = at
    return entrywise(body, lambda b: At(b, symbol, point))
