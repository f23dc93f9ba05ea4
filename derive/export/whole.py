"""Whole modules from what people name: an equation of the catalogue, or any formula in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from derive.export.errors import CompileError
from derive.export.module import compile_module
from derive.export.names import python_name
from derive.export.source import Function
from derive.export.where import used, written
from derive.normal_form.derivative import NotDifferentiable, evaluate
from derive.normal_form.normalizer import Undefined
from derive.parse import ReadError, elaborate, parse_expression
from derive.parse import assume as read_assumptions
from derive.terms import (
    Affine,
    Apply,
    Arr,
    Derivative,
    Entry,
    Expectation,
    FunctionSymbol,
    Index,
    Integral,
    Size,
    Sum,
    Symbol,
    Term,
    Value,
    alpha_equal,
    children,
    free_indices,
    unfold,
)
from derive.terms.substitution import NotReached

CLOSED = (
    "The integral is computed by its closed form, which was confirmed; digits are lost where terms of it nearly cancel."
)
_OPTIMUM = re.compile(r"\\(?:arg)?\s*\\?(?:min|max|sup|inf)(?![A-Za-z])")
OPTIMUM = "Export the objective or its gradient ('derive differentiate'), or the optimum's closed form"


def export_equation(equation: Any, target: str = "numpy") -> str:
    """The module of an equation of the catalogue (`derive.catalogue.Equation`): a function for each claim with a value.

    The first claim's function has the equation's name. Where a scalar claim comes with its ``gradient``, there is a
    function ``value_and_gradient`` too that shares their work, and where there is a ``hessian``, a function
    ``hessian_times_vector``. Raises CompileError when no claim gives a value.
    """
    functions = equation_functions(equation)
    if not functions:
        raise CompileError(
            equation.id,
            f"none of its claims gives a value: {_reasons(equation.claims)}",
            f"'derive show {equation.id}' shows what it says, 'derive export --formula' takes either side of it",
        )
    summary = "\n\n".join(p for p in (_prose(equation), _source(equation)) if p)
    return compile_module(functions, target, summary)


def _reasons(claims: Iterable[Any]) -> str:
    grouped: dict[str, list[str]] = {}
    for claim in claims:
        grouped.setdefault(_without_value(claim), []).append(claim.name)
    return "; ".join(f"{', '.join(names)}: {reason}" for reason, names in grouped.items())


def _without_value(claim: Any) -> str:
    """Why a claim is not exported."""
    if hasattr(claim, "kinds"):
        return "where two objectives are least"
    if getattr(claim, "op", "=") in ("=>", "<=>"):
        return "an implication"
    if claim.op != "=":
        return "an inequality"
    sides = (claim.unfolded.lhs, claim.unfolded.rhs)
    unknown = sorted({f.name for side in sides for f in _functions_in(side)})
    if unknown:
        return f"no formula is known for {', '.join(unknown)}"
    return "an expectation" if any(map(_random, sides)) else "a fact without a value"


def _functions_in(part: Any) -> set[FunctionSymbol]:
    found = {part.function} if isinstance(part, Apply) else set()
    return found.union(*(_functions_in(c) for c in children(part)))


def _random(part: Any) -> bool:
    return isinstance(part, Expectation) or any(_random(c) for c in children(part))


def equation_functions(equation: Any) -> list[Function]:
    """The functions of an equation with all that their docstrings tell."""
    claims = {claim.name: claim for claim in equation.claims}
    definitions = dict(equation.definitions)
    made: list[Function] = []
    for function in equation.functions():
        claim = claims[function.name]
        names = used([claim.lhs, claim.rhs], definitions)
        told = names if not _defines(claim, definitions) else used([claim.rhs], definitions)
        where = [text for s in told if (text := written(s, definitions[s])) and text != function.formula]
        made.append(
            replace(
                function,
                hypotheses=claim.hypotheses,
                definitions=tuple((s, unfold(definitions[s], definitions)) for s in names),
                where=tuple(where),
            )
        )
    more = (_value_and_gradient(made, claims), _hessian_times_vector(made, claims))
    return [*made, *(f for f in more if f is not None)]


def _hessian_times_vector(made: list[Function], claims: dict[str, Any]) -> Function | None:
    """The same for an equation that claims a Hessian, and not this product."""
    hessian = next((f for f in made if f.name == "hessian"), None)
    return hessian_times_vector(hessian) if hessian is not None and "hessian_times_vector" not in claims else None


def hessian_times_vector(hessian: Function) -> Function | None:
    """The product of a Hessian with an array of the variable's shape, without the Hessian; None where it has no axes.

    The function's axes are those of the variable twice; the new parameter comes last.
    """
    if not isinstance(hessian.value, Arr):
        return None
    axes = hessian.value.axes
    rows, columns = axes[: len(axes) // 2], axes[len(axes) // 2 :]
    if any(len(axis) != 1 for axis in axes) or [a[0].length for a in rows] != [a[0].length for a in columns]:
        return None
    taken = {p.name for p in hessian.parameters}
    name = next(name for name in ("v", "u", "w", "direction") if name not in taken)
    vector = Symbol(name, tuple(a[0].length for a in columns), first=tuple(a[0].lo for a in columns))
    body = hessian.value.body * vector[tuple(a[0] for a in columns)]
    for (column,) in reversed(columns):
        body = Sum(column, body)
    return replace(
        hessian,
        name="hessian_times_vector",
        parameters=(*hessian.parameters, vector),
        value=Arr(rows, body),
        summary=f"The Hessian times {name}, without the Hessian.",
        formula=rf"H {name} \text{{ with }} H: {hessian.formula}" if hessian.formula else rf"H {name}",
    )


def _defines(claim: Any, definitions: dict[Symbol, Value]) -> bool:
    """Whether the claim only repeats the definition of its left side."""
    value = claim.value
    return isinstance(claim.lhs, Entry) and any(
        symbol is claim.lhs.symbol and alpha_equal(unfold(body, definitions), value)
        for symbol, body in definitions.items()
    )


def _value_and_gradient(made: list[Function], claims: dict[str, Any]) -> Function | None:
    """The first claim's value with its gradient, where the equation claims that derivative."""
    if not made or "value_and_gradient" in claims or isinstance(made[0].value, Arr):
        return None
    first = claims[made[0].name]
    gradient = next((f for f in made[1:] if f.name == "gradient"), None)
    if gradient is None:
        return None
    derivative = claims["gradient"].lhs
    derivative = derivative.body if isinstance(derivative, Arr) else derivative
    body = getattr(derivative, "body", None)
    if not isinstance(derivative, Derivative) or not isinstance(body, Term):
        return None
    definitions = first.equation.definitions
    if unfold(body, definitions) is not first.unfolded.lhs and unfold(body, definitions) is not first.unfolded.rhs:
        return None
    parameters = tuple(dict.fromkeys((*made[0].parameters, *gradient.parameters)))
    order = [s for s in first.equation.symbols if s in parameters]
    return Function(
        "value_and_gradient",
        tuple(sorted(parameters, key=lambda s: order.index(s) if s in order else len(order))),
        (made[0].value, gradient.value),  # type: ignore[arg-type]
        summary=f"{made[0].name} and gradient at once: what both need is computed once.",
        conditions=tuple(dict.fromkeys((*made[0].conditions, *gradient.conditions))),
        hypotheses=tuple(dict.fromkeys((*made[0].hypotheses, *gradient.hypotheses))),
        definitions=tuple(dict.fromkeys((*made[0].definitions, *gradient.definitions))),
        notes=gradient.notes,
    )


def _prose(equation: Any) -> str:
    """The words of the equation's file, else its title."""
    return str(getattr(equation, "text", "")).strip() or f"{equation.title}."


def _source(equation: Any) -> str:
    source = str(getattr(equation, "source", "")).strip()
    return f"Source: {source}." if source else ""


def export_formula(
    latex: str,
    assume: str | Iterable[str] = (),
    define: str | Iterable[str] = (),
    name: str = "value",
    target: str = "numpy",
) -> str:
    r"""The module of any formula: one function of the declared symbols, in the order of their declaration.

    Free indices become the axes of the result. Raises `derive.parse.ReadError` for what cannot be read and CompileError
    for what has no code.

    >>> text = export_formula(r"\log \sum_{k=1}^K e^{z_k}", r"z \in \mathbb{R}^K", name="log_sum_exp")
    >>> print(text[text.index("    top = "):])
        top = z.max(axis=-1)
        return top + np.log(np.exp(z - top[..., None]).sum(axis=-1))
    <BLANKLINE>
    """
    declared = assume if isinstance(assume, str) else "; ".join(assume)
    defined = [define] if isinstance(define, str) and define else list(define)
    scope = read_assumptions(declared, defined)
    try:
        read = elaborate(parse_expression(latex), scope, latex)
    except ReadError as error:
        if "argm" in str(error):
            raise CompileError(latex[:80], "an argmin or argmax has no code", OPTIMUM) from error
        raise
    if not isinstance(read, Term | Arr):
        raise CompileError(latex[:80], "it has no value of its own", "Declare what its symbols stand for")
    value = _over_free_indices(_without_derivatives(unfold(read, scope.definitions)))
    for symbol in _symbols(value):
        if _OPTIMUM.match(symbol.name):  # the reader takes it as a number of its own
            raise CompileError(symbol.name[:80], "a minimum or maximum over a variable has no code", OPTIMUM)
    given = [s for s in scope.symbols.values() if s not in scope.definitions]
    mentioned = _symbols(value)
    parameters = tuple(dict.fromkeys((*given, *sorted(mentioned - set(given), key=lambda s: s.name))))
    names = used([read], scope.definitions)
    return compile_module(
        [
            Function(
                name,
                parameters,
                value,
                summary=f"{_title(name)}.",
                formula=latex.strip(),
                where=tuple(text for s in names if (text := written(s, scope.definitions[s]))),
                hypotheses=tuple(scope.hypotheses),
                notes=(CLOSED,) if _holds(value, Integral) else (),
                definitions=tuple((s, unfold(scope.definitions[s], scope.definitions)) for s in names),
            )
        ],
        target,
        f"{_title(name)}: exported by derive from a formula.",
    )


def _title(name: str) -> str:
    words = python_name(name).strip("_").replace("_", " ")
    return words[:1].upper() + words[1:]


def _symbols(value: Value) -> set[Symbol]:
    from derive.terms import free_symbols

    return set(free_symbols(value))


def _without_derivatives(value: Value) -> Value:
    """The value with its derivatives carried out."""
    if not _holds(value, Derivative):
        return value
    try:
        return evaluate(value)
    except (NotDifferentiable, NotReached, Undefined) as error:
        raise CompileError(repr(value)[:80], f"a derivative has no closed form here: {error}") from error


def _holds(value: Any, head: type) -> bool:
    return isinstance(value, head) or any(_holds(c, head) for c in children(value))


def _over_free_indices(value: Value) -> Value:
    """Free indices as axes: as an array that bears all of them has them, else in the order in which the formula mentions them."""
    free = free_indices(value)
    if not free:
        return value
    order = _borne_together(value, free) or [i for i in _mentioned(value) if i in free]
    axes = tuple((i,) for i in order)
    if isinstance(value, Arr):
        return Arr((*axes, *value.axes), value.body)
    return Arr(axes, value)


def _borne_together(value: Any, free: Collection[Index]) -> list[Index] | None:
    """The order of the free indices at the first entry that has all of them, such as X_ij."""
    if isinstance(value, Entry):
        found = [i for a in value.indices for i in a.indices if i in free]
        if len(found) == len(value.indices) == len(set(found)) == len(free):
            return found
    return next((o for c in children(value) if (o := _borne_together(c, free))), None)


def _mentioned(value: Any) -> list[Index]:
    found: dict[Index, None] = {}

    def walk(part: Any) -> None:
        if isinstance(part, Affine):
            found.update(dict.fromkeys(part.indices))
        elif isinstance(part, tuple):
            for p in part:
                walk(p)
        elif hasattr(part, "fields") and not isinstance(part, Symbol | Index | Size):
            for p in part.fields[1:] if isinstance(part, Entry) else part.fields:
                walk(p)

    walk(value)
    return list(found)
