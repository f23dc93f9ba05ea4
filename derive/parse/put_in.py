"""The arguments of an application put into the body of the function: shapes compared, sizes nobody declared identified.

Part of the elaborator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from derive.terms import Affine, Arr, Num, Size, Symbol, Term, Value, arrays, substitute, term
from derive.terms import ShapeError as TermShapeError

from . import syntax as s
from .errors import ShapeError
from .flexible import Loose, describe

if TYPE_CHECKING:
    from .elaborate import Elaborator


def put_in(
    e: Elaborator, body: Value, parameters: tuple[Symbol, ...], values: list[Value], parts: list[s.Node], node: s.Node
) -> Loose:
    scalars = all(not p.shape for p in parameters)
    if scalars and any(isinstance(v, Arr) for v in values):
        if isinstance(body, Arr):
            raise e.error("a function of numbers with an array value cannot act on an array", node)
        try:
            return arrays.broadcast(lambda *us: substitute(body, {}, dict(zip(parameters, us, strict=True))), *values)
        except TermShapeError as error:
            raise e.plain_shape_error(error, node, values[0]) from error
    mapping: dict[Symbol, Value] = {}
    sizes = generic_sizes(e, parameters, values)
    for parameter, value, part in zip(parameters, values, parts, strict=True):
        wanted = tuple((size.substitute(sizes),) for size in parameter.shape)
        got = value.shape if isinstance(value, Arr) else ()
        if wanted != got:
            if isinstance(value, Term) and isinstance(value, Num) and value.value == 0 and parameter.shape:
                value = arrays.zeros(*parameter.shape)
            else:
                merged = (
                    e.unify(arrays_of(parameter), value, "plus") if isinstance(value, Arr) and parameter.shape else None
                )
                if merged is not None:
                    raise merged
                raise ShapeError(
                    f"{e.quote(part)} is {describe(value)}, the argument is {describe(arrays_of(parameter))}",
                    part.start, part.end, e.text, (describe(value), describe(arrays_of(parameter))), (e.quote(part),),
                )  # fmt: skip
        if not (isinstance(value, (Term, Arr)) and is_symbol(value, parameter)):
            mapping[parameter] = value
    return substitute(body, sizes, mapping) if mapping else body


def generic_sizes(e: Elaborator, parameters: tuple[Symbol, ...], values: list[Value]) -> dict[Any, Affine]:
    """The sizes of undeclared vector arguments in one application: k(u, v) serves vectors of any length."""
    shared = {a for symbol in e.scope.symbols.values() for size in symbol.shape for a, _ in size.terms}
    found: dict[Any, Affine] = {}
    for parameter, value in zip(parameters, values, strict=True):
        if not isinstance(value, Arr) or len(value.shape) != len(parameter.shape):
            continue
        for size, axis in zip(parameter.shape, value.shape, strict=True):
            atom = size.atom
            if isinstance(atom, Size) and atom.name.startswith("?") and atom not in shared and len(axis) == 1:
                found.setdefault(atom, axis[0])
    return found


def is_symbol(value: Value, symbol: Symbol) -> bool:
    if isinstance(value, Arr):
        from derive.terms import alpha_equal

        return bool(symbol.shape) and alpha_equal(value, Arr.of(symbol))
    return not symbol.shape and value is term(symbol)


def arrays_of(symbol: Symbol) -> Value:
    return Arr.of(symbol) if symbol.shape else term(symbol)


def symbol_shape(symbol: Symbol) -> Any:
    return tuple((size,) for size in symbol.shape)
