"""Inequalities and equations stated as conditions: domains of single symbols, matrix properties, hypotheses."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

from derive.terms import (
    ONE,
    Arr,
    Domain,
    Fn,
    Hypothesis,
    Index,
    Num,
    Pow,
    Relation,
    Size,
    Symbol,
    Term,
    arrays,
    free_indices,
    free_symbols,
)
from derive.terms import ShapeError as TermShapeError

from . import syntax as s
from .elaborate import Elaborator, with_unification
from .elaborate_calls import arguments
from .errors import ReadError
from .flexible import Loose, settle
from .membership import declare_name, number, put
from .names import is_transpose, split_scripts, symbol_key, text_key
from .scope import Law, Scope

_FLIP = {"<": ">", ">": "<", "\\le": "\\ge", "\\ge": "\\le", "\\ll": "\\gg", "\\gg": "\\ll"}


def domain_of(item: s.Relations, scope: Scope, text: str, dry: bool = False) -> bool:
    """Reads x > 0, 0 < p < 1, A \\succ 0, \\det A \\ne 0, A^\\top = A, x \\ne 0 as a property of one symbol.

    Returns False when the relation is something else; with `dry` nothing is changed.
    """
    sides = [item.first, *(x for _, x in item.rest)]
    ops = [op for op, _ in item.rest]
    if len(ops) == 1 and ops[0] in ("\\succ", "\\succeq") and text_key(sides[1]) in ("0", "\\mathbf{0}"):
        return matrix_property(
            sides[0], "positive_definite" if ops[0] == "\\succ" else "positive_semidefinite", scope, dry, text
        )
    if (
        len(ops) == 1
        and ops[0] == "\\ne"
        and text_key(sides[1]) == "0"
        and isinstance(sides[0], s.Call)
        and sides[0].function == "det"
    ):
        return matrix_property(s.strip_group(sides[0].argument), "invertible", scope, dry, text)
    if len(ops) == 1 and ops[0] == "=" and _symmetric(sides[0], sides[1]):
        inner = sides[0] if symbol_key(sides[0]) is not None and not _transposed(sides[0]) else sides[1]
        return matrix_property(inner, "symmetric", scope, dry, text)
    inside = _below_a_bar(sides, ops)
    if inside is not None:
        return interval(inside, [ops[0], ops[0]], scope, text, dry)
    return interval(sides, ops, scope, text, dry)


def _below_a_bar(sides: list[s.Node], ops: list[str]) -> list[s.Node] | None:
    """-c, x, c for |x| < c with a number c."""
    if len(ops) != 1 or ops[0] not in ("<", "\\le") or not isinstance(sides[0], s.Absolute):
        return None
    bound, name = sides[1], s.strip_group(sides[0].body)
    if symbol_key(name) is None or any(isinstance(x, s.Name) for x in s.walk(bound)):
        return None
    return [s.Add(bound.start, bound.end, ("-",), (bound,)), name, bound]


def _transposed(node: s.Node) -> bool:
    return isinstance(node, s.Superscript) and is_transpose(node.exponent)


def _symmetric(a: s.Node, b: s.Node) -> bool:
    for x, y in ((a, b), (b, a)):
        if isinstance(x, s.Superscript) and is_transpose(x.exponent):
            key = symbol_key(x.base)
            if key is not None and key == symbol_key(y):
                return True
    return False


def matrix_property(node: s.Node, name: str, scope: Scope, dry: bool, text: str) -> bool:
    key = symbol_key(node)
    if key is None:
        return False
    symbol = scope.symbols.get(key)
    if symbol is None and not dry:
        n = scope.unknown_size(f"{key}1")
        scope.symbols[key] = symbol = Symbol(key, (n, n))
    if symbol is not None and (len(symbol.shape) != 2 or symbol in scope.definitions):
        return False
    if symbol is not None and symbol.shape[0] != symbol.shape[1]:
        return False
    if not dry and symbol is not None:
        add_properties(symbol, {name}, scope)
    return True


def add_properties(symbol: Symbol, names: set[str], scope: Scope) -> Symbol:
    names = set(names)
    if names & {"positive_definite"}:
        names |= {"invertible", "positive_semidefinite"}
    if names & {"positive_definite", "positive_semidefinite"}:
        names |= {"symmetric"}
    if names & {"orthogonal"}:
        names |= {"invertible"}
    new = Symbol(symbol.name, symbol.shape, symbol.domain, symbol.properties | names, symbol.kind, symbol.first)
    scope.replace_symbol(symbol, new)
    return new


def interval(sides: list[s.Node], ops: list[str], scope: Scope, text: str, dry: bool) -> bool:
    """One name (or a list of names) between numbers."""
    if not all(op in ("<", ">", "\\le", "\\ge", "\\ne") for op in ops):
        return False
    renamed = _not_the_constant(sides, ops, scope)
    numbers = [number(x, scope) if not (x is renamed or _is_subject(x, scope)) else None for x in sides]
    places = [n for n, x in enumerate(numbers) if x is None]
    if len(places) != 1 or (len(sides) == 2 and numbers == [None, None]):
        return False
    place = places[0]
    subject = sides[place]
    names = list(subject.items) if isinstance(subject, s.Row) else [subject]
    if not all(x is renamed or _is_subject(x, scope) for x in names):
        return False
    bounds: list[tuple[str, Fraction]] = []
    for n, op in enumerate(ops):
        left, right = numbers[n], numbers[n + 1]
        if left is None and right is not None:
            bounds.append((op, right))
        elif right is None and left is not None:
            bounds.append((_FLIP.get(op, op), left))
    if any(op == "\\ne" and x != 0 for op, x in bounds):
        return False
    for name in names:
        if not _narrow(name, bounds, scope, text, dry):
            return False
    return True


def _not_the_constant(sides: list[s.Node], ops: list[str], scope: Scope) -> s.Node | None:
    """The \\pi or e of `0 < \\pi < 1`: bounds that the constant violates make the name a symbol."""
    values: list[float] = []
    found: s.Node | None = None
    for side in sides:
        key = symbol_key(side)
        if key in _CONSTANTS and key not in scope.symbols and found is None:
            found = side
            values.append(_CONSTANTS[key])
            continue
        value = None if key is not None else number(side, scope)
        if value is None:
            return None
        values.append(float(value))
    holds = {"<": lambda a, b: a < b, "\\le": lambda a, b: a <= b, ">": lambda a, b: a > b, "\\ge": lambda a, b: a >= b}
    wrong = any(op in holds and not holds[op](a, b) for op, a, b in zip(ops, values, values[1:], strict=False))
    return found if wrong else None


_CONSTANTS = {"e": math.e, "\\pi": math.pi}


def _is_subject(node: s.Node, scope: Scope) -> bool:
    if isinstance(node, s.Row):
        return all(_is_subject(x, scope) for x in node.items)
    if isinstance(node, s.Superscript) and symbol_key(node) is None:
        return False
    key = symbol_key(node)
    if key is None or (key in ("e", "\\pi", "\\infty") and key not in scope.symbols):
        return False
    return not isinstance(node, (s.Mark, s.Label))


def _narrow(name: s.Node, bounds: list[tuple[str, Fraction]], scope: Scope, text: str, dry: bool) -> bool:
    key = symbol_key(name) or ""
    base, items = split_scripts(name)
    if key in scope.sizes or (key not in scope.symbols and key in scope.size_hints):
        if dry:
            return all(op in (">", "\\ge", "\\ne") for op, _ in bounds)
        lower = max((int(x) + (1 if op == ">" else 0) for op, x in bounds if op in (">", "\\ge")), default=1)
        return resize_lower(key, lower, scope)
    symbol = scope.symbols.get(key)
    if (
        symbol is None
        and isinstance(base, s.Name)
        and items
        and base.key in scope.symbols
        and scope.symbols[base.key].shape
    ):
        known = scope.symbols[base.key]
        if not all(isinstance(i, s.Name) for i in items) or len(items) != len(known.shape):
            return False
        if any(i.key in scope.indices or i.key in scope.sizes for i in items if isinstance(i, s.Name)):
            return False
        symbol = known
    if symbol is not None and (symbol in scope.definitions or (symbol.kind == "dependent" and not dry and False)):
        return False
    if symbol is not None and symbol.shape and symbol is scope.symbols.get(key):
        if any(op == "\\ne" for op, _ in bounds):
            return False
    if key in scope.functions or key in scope.function_definitions or key in scope.indices:
        return False
    if dry:
        return True
    if symbol is None:
        declare_name(name, (), Domain(), frozenset(), scope, text)
        symbol = scope.symbols.get(
            base.key
            if isinstance(base, s.Name) and base.key in scope.symbols and items and key not in scope.symbols
            else key
        )
        if symbol is None:
            return False
    new = Symbol(
        symbol.name,
        symbol.shape,
        narrowed(symbol.domain, bounds),
        symbol.properties,
        "variable" if symbol.kind == "dependent" else symbol.kind,
        symbol.first,
    )
    inferred = [k for k, x in scope.symbols.items() if x is symbol]
    scope.replace_symbol(symbol, new)
    for k in inferred:
        if k in scope.inferred:
            put(scope, k, new)
    return True


def narrowed(domain: Domain, bounds: list[tuple[str, Fraction]]) -> Domain:
    for op, x in bounds:
        if op in (">", "\\ge") and (domain.lower is None or x >= domain.lower):
            strict = op == ">" or (x == domain.lower and domain.lower_open)
            domain = replace(domain, lower=x, lower_open=strict)
        elif op in ("<", "\\le") and (domain.upper is None or x <= domain.upper):
            strict = op == "<" or (x == domain.upper and domain.upper_open)
            domain = replace(domain, upper=x, upper_open=strict)
        elif op == "\\ne":
            domain = replace(domain, nonzero=True)
    return domain


def resize_lower(key: str, lower: int, scope: Scope) -> bool:
    """n > 1 for a size: the size with its new least value, everywhere."""
    old = scope.size(key)
    new = Size(key, lower)
    if old is new:
        return True
    from .scope import resize

    resize(scope, old, new)
    scope.sizes[key] = new
    for name, span in list(scope.range_hints.items()):
        low, high = span
        scope.range_hints[name] = tuple(x.substitute({old: _affine(new)}) for x in (_affine(low), _affine(high)))  # type: ignore[assignment]
    for name, index in list(scope.indices.items()):
        if index.hi is not None:
            scope.indices[name] = Index(
                name, index.lo.substitute({old: _affine(new)}), index.hi.substitute({old: _affine(new)})
            )
    return True


def _affine(value: object):  # type: ignore[no-untyped-def]
    from derive.terms import affine

    return affine(value)


def assume_relation(item: s.Relations, scope: Scope, text: str, line: int) -> None:
    """Every relation sign of a condition becomes a hypothesis (or a law, when it is about all arguments of a function).

    Raises ReadError when a side cannot be understood.
    """

    if says_finite(item):
        return

    def work() -> None:
        e = Elaborator(scope, text, line)
        sides = [item.first, *(x for _, x in item.rest)]
        variables = law_variables(item, scope)
        for variable in variables:
            e.local[variable.name] = variable
        e.prepare(*sides)
        values = [e.value(x) for x in sides]
        made = []
        for (op, node), left, right in zip(item.rest, values, values[1:], strict=False):
            made.extend(with_both_ends(relations(e, op, left, right, node)))
        for relation in made:
            free = free_indices(relation.lhs) | free_indices(relation.rhs)
            schematic = tuple(sorted((i for i in free if i not in scope.indices.values()), key=lambda i: i.name))
            used = tuple(v for v in variables if v in free_symbols(relation.lhs) | free_symbols(relation.rhs))
            if isinstance(relation.lhs, Num) and isinstance(relation.rhs, Num) and relation.op == "=":
                continue  # it says nothing, or the reader took two different things for numbers
            if used:
                scope.laws.append(Law(relation, used, schematic, text))
            else:
                scope.hypotheses.append(Hypothesis(relation, schematic, text))

    with_unification(scope, work)


def with_both_ends(found: list[Relation]) -> list[Relation]:
    """|u| <= r also as -r <= u and u <= r, and a length below r as its square below r^2."""
    more = []
    for r in found:
        root = r.lhs.base if isinstance(r.lhs, Pow) and r.lhs.exponent == Num(Fraction(1, 2)) else None
        if r.op in ("<=", "<") and root is not None and isinstance(r.rhs, Term):
            more.append(Relation(r.op, root, Pow(r.rhs, 2)))
        if r.op in ("<=", "<") and isinstance(r.lhs, Fn) and r.lhs.name == "abs" and isinstance(r.rhs, Term):
            inner = r.lhs.arguments[0]
            more += [Relation(r.op, -r.rhs, inner), Relation(r.op, inner, r.rhs)]
    return [*found, *more]


def says_finite(item: s.Relations) -> bool:
    """Whether a relation only says that something is finite, as moments that appear are.

    >>> from derive.parse.grammar import parse_expression
    >>> [says_finite(parse_expression(t)) for t in (r"v < \\infty", "v < 3", r"0 < v < \\infty")]
    [True, False, False]
    """
    op, last = item.rest[-1]
    return len(item.rest) == 1 and op == "<" and isinstance(last, s.Name) and last.text == "\\infty"


def law_variables(item: s.Relations, scope: Scope) -> tuple[Symbol, ...]:
    """The undeclared arguments of functions in `\\Phi'(x) = \\varphi(x)`."""
    found: dict[str, Symbol] = {}
    for part in s.walk(item):
        if isinstance(part, s.ApplyOrProduct):
            head = part.head.base if isinstance(part.head, s.Prime) else part.head
            function = scope.functions.get(symbol_key(head) or "")
            if function is None:
                continue
            for n, argument in enumerate(arguments(part.group)):
                key = symbol_key(argument)
                if key is not None and not scope.known(key) and n < len(function.arguments):
                    found.setdefault(key, Symbol(key, function.arguments[n]))
    return tuple(found.values())


def _is_root(value: object) -> bool:
    """Whether a value is the square root of a sum of squares, which is never negative."""
    return isinstance(value, Pow) and isinstance(value.exponent, Num) and value.exponent.value == Fraction(1, 2)


def relations(e: Elaborator, op: str, left: Loose, right: Loose, node: s.Node) -> list[Relation]:
    """The terms.Relation of one sign (two for \\approx and the like: none)."""
    try:
        a, b = settle(left, right)
    except TermShapeError as error:
        raise ReadError(str(error), node.start, node.end, e.text, kind="shape") from error
    for root, other in ((a, b), (b, a)):
        if op in ("=", ":=") and isinstance(other, Num) and other.value >= 0 and _is_root(root):
            assert isinstance(root, Pow)
            return [Relation("=", root.base, Num(other.value**2))]  # |v| = 1 says that v^T v = 1
    table = {"=": "=", ":=": "=", "\\equiv": "=", "\\le": "<=", "<": "<", "\\ll": "<", "\\ne": "!="}
    if op in (">", "\\ge", "\\gg"):
        return [Relation("<" if op != "\\ge" else "<=", b, a)]
    if op == "\\ne" and isinstance(a, Arr):
        return [Relation("!=", arrays.norm_squared(arrays.add(a, arrays.scale(-ONE, b))), arrays.zeros())]
    if op in table:
        return [Relation(table[op], a, b)]
    if op in ("\\in", "\\sim", ":", "\\to", "\\propto", "\\approx", "\\perp"):
        return []
    raise ReadError(f"the condition with {op} is not understood yet", node.start, node.end, e.text, kind="unsupported")
