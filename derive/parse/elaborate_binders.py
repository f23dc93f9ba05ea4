"""Sums, products, integrals, limits and derivatives of the elaborator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from derive.terms import (
    ONE,
    ZERO,
    Affine,
    Arr,
    Constant,
    Index,
    Integral,
    Limit,
    Mul,
    Pow,
    Prod,
    Sum,
    Symbol,
    Term,
    Value,
    affine,
)

from . import endless, laws, marginals, means_by_density
from . import syntax as s
from .elaborate_calls import entrywise
from .elaborate_opaque import key_of, named, opaque
from .errors import ReadError
from .flexible import Loose
from .names import split_scripts, symbol_key

if TYPE_CHECKING:
    from .elaborate import Elaborator


# -- ranges


def note_ranges(e: Elaborator, root: s.Node) -> None:
    """Collects ranges of free index names: from the axes they index, from sums, from what the document said."""
    bound: dict[str, None] = {}
    e.summed = s.summed_names(root)
    for node in s.walk(root):
        if isinstance(node, s.BigOperator):
            for name in s.index_names(node.lower):
                bound.setdefault(name.key)
            span = script_range(e, node)
            if span is not None:
                for name in s.index_names(node.lower)[:1]:
                    e.scope.range_hints.setdefault(name.key, span)
    for node in s.walk(root):
        if isinstance(node, (s.Subscript, s.Superscript)):
            note_axes(e, node)
    for node in s.walk(root):
        if isinstance(node, s.Subscript) and isinstance(node.base, s.Name) and node.base.text == "\\delta":
            _, items = split_scripts(node)
            known = [e.ranges.get(symbol_key(i) or "") for i in items]
            for item, other in zip(items, reversed(known), strict=False):
                key = symbol_key(item)
                if key and other and key not in e.ranges and not e.scope.known(key):
                    e.ranges[key] = other
            for item in items:
                key = symbol_key(item)
                hint = e.scope.range_hints.get(key or "")
                if (
                    key
                    and key not in e.ranges
                    and hint is not None
                    and not e.scope.known(key)
                    and isinstance(item, s.Name)
                ):
                    e.ranges[key] = (affine(hint[0]), affine(hint[1]))


def script_range(e: Elaborator, node: s.BigOperator) -> tuple[Affine, Affine] | None:
    """The range `i = a .. b` of a sum, when its ends mention no other index."""
    lower = node.lower
    if not (
        isinstance(lower, s.Relations) and len(lower.rest) == 1 and lower.rest[0][0] == "=" and node.upper is not None
    ):
        return None
    key = symbol_key(node.upper)
    if key in e.taken or key in e.summed:
        return None
    if key is not None and isinstance(node.upper, s.Name) and key != "\\infty":
        if not e.scope.known(key) or (
            key in e.scope.inferred and e.scope.symbols.get(key) is not None and not e.scope.symbols[key].shape
        ):
            if key in e.scope.inferred and key in e.scope.symbols and key not in e.scope.size_hints:
                return None
            e.scope.size_hints.add(key)
    try:
        low, high = e.integer(lower.rest[0][1]), e.integer(node.upper)
    except ReadError:
        return None
    if any(isinstance(a, Index) for a, _ in (*low.terms, *high.terms)):
        return None
    return low, high


def note_axes(e: Elaborator, node: s.Node) -> None:
    base, items = split_scripts(node)
    if not items:
        return
    spans: list[tuple[Affine, Affine] | None] = []
    if isinstance(base, s.Name):
        full = symbol_key(node)
        if full is not None and full in e.scope.symbols:
            return
        symbol = e.scope.symbols.get(base.key)
        if symbol is None or not symbol.shape:
            return
        items = e.split_digits(items, len(symbol.shape))
        spans = [(affine(f), size + (f - 1)) for f, size in zip(symbol.first, symbol.shape, strict=True)]
    elif not isinstance(base, (s.Norm, s.BigOperator, s.Nabla)):
        spans = shape_guess(e, base)
        items = e.split_digits(items, len(spans))
    for item, span in zip(items, spans, strict=False):
        if span is None:
            continue
        names = [item] if isinstance(item, s.Name) else [n for n in s.walk(item) if isinstance(n, s.Name)]
        for name in names:
            key = name.key
            if key in e.local or (e.scope.known(key) and not e.is_index_name(key)) or key in e.scope.size_hints:
                continue
            if key not in e.ranges:
                shift = 0
                if isinstance(item, s.Add):
                    try:
                        shift = offset(item)
                    except ValueError:
                        continue
                e.ranges[key] = (span[0] - min(shift, 0) if shift < 0 else span[0], span[1] - max(shift, 0))


def offset(item: s.Add) -> int:
    """The constant in i + 1 or i - 1."""
    total = 0
    for sign, part in zip(item.signs, item.terms, strict=True):
        if isinstance(part, s.Number) and part.text.isdigit():
            total += int(part.text) if sign == "+" else -int(part.text)
    return total


def shape_guess(e: Elaborator, base: s.Node) -> list[tuple[Affine, Affine] | None]:
    """The axes of a compound base such as (X^{-1})_{kl}, elaborated on trial."""
    from .elaborate import Elaborator as New

    try:
        trial = New(e.scope.copy(), e.text, e.line)
        trial.local = dict(e.local)
        trial.prepare(base)
        value = trial.value(base)
    except Exception:  # a trial only: the real elaboration will report
        return []
    if not isinstance(value, Arr):
        return []
    return [(axis[0].lo, axis[0].hi) if len(axis) == 1 and axis[0].hi is not None else None for axis in value.axes]


def big(e: Elaborator, node: s.BigOperator) -> Loose:
    if node.kind not in ("sum", "prod"):
        raise e.unsupported(f"\\{node.kind}", node)
    mean = laws.over_a_law(e, node) or means_by_density.summed(e, node)
    if mean is not None:
        return mean
    saved = dict(e.local)
    try:
        bindings = bind(e, node)
        if node.extended:
            names = ", ".join(i.name for i, _ in bindings)
            e.remarks.append(f"the sum over {names} is read as far as {e.quote(node.body)[-25:]}")
        value = e.firm(node.body)
        for index, guard in reversed(bindings):
            value = over(node.kind, index, guard, value, e, node)
        return value
    finally:
        e.local = saved


def over(kind: str, index: Index, guard: Term | None, value: Value, e: Elaborator, node: s.Node) -> Value:
    if kind == "sum":
        return entrywise(value, lambda b: Sum(index, b if guard is None else Mul(guard, b)))
    if isinstance(value, Arr):
        raise e.unsupported("a product of matrices", node)
    if guard is None:
        return Prod(index, value)
    return Prod(index, Pow(value, guard))


def bind(e: Elaborator, node: s.BigOperator) -> list[tuple[Index, Term | None]]:
    """The indices that a sum binds, each with a guard or None; e.local is extended."""
    lower = node.lower
    if lower is None:
        raise e.error("this sum has no index", node, "write \\sum_{i=1}^n")
    if isinstance(lower, s.Group) and lower.body is not None:
        lower = lower.body
    parts = lower.items if isinstance(lower, s.Row) else (lower,)
    found: list[tuple[Index, Term | None]] = []
    guards: list[Term] = []
    for part in parts:
        if isinstance(part, s.Relations):
            bind_relation(e, part, node, found, guards)
        else:
            for name in s.index_names(part):
                found.append((plain_index(e, name, node), None))
    if not found:
        raise e.error("this sum has no index", node)
    if guards:
        index, guard = found[-1]
        found[-1] = (index, Mul(*guards) if guard is None else Mul(guard, *guards))
    return found


def bind_relation(
    e: Elaborator, part: s.Relations, node: s.BigOperator, found: list[tuple[Index, Term | None]], guards: list[Term]
) -> None:
    op, right = part.rest[0]
    first = s.unprimed(part.first)
    names = first.items if isinstance(first, s.Row) else (first,)
    if op == "=" and len(part.rest) == 1 and isinstance(first, s.Name):
        if node.upper is None:
            raise e.error("this sum has no upper end", node)
        low = e.integer(right)
        high = None if _infinite(node.upper) else upper_end(e, node.upper)
        found.append((local_index(e, first.key, low, high), None))
        return
    if op == "\\in" and len(part.rest) == 1:
        span = set_range(e, right, part)
        for name in names:
            name = s.unprimed(name)
            if not isinstance(name, s.Name):
                raise e.error("this is no index", name)
            if span is None:
                found.append((plain_index(e, name, node), None))
            else:
                found.append((local_index(e, name.key, *span), None))
        return
    introduced = []
    sides = [part.first, *(side for _, side in part.rest)]
    for side in sides:
        side = s.unprimed(side)
        key = symbol_key(side)
        if isinstance(side, s.Name) and key is not None and key not in e.local and new_in_sum(e, key, node, op):
            introduced.append(side)
            if op == "\\ne" and id(node) not in e.pairs:
                break
    for name in introduced:
        span = order_range(part, name, e)
        if span is not None:
            found.append((local_index(e, name.key, *span), None))
        else:
            found.append((plain_index(e, name, node), None))
    left = part.first
    for sign, side in part.rest:
        guards.append(e.guard(left, sign, side, part))
        left = side


def new_in_sum(e: Elaborator, key: str, node: s.BigOperator, op: str) -> bool:
    if op == "\\ne":
        return True
    if key in e.scope.sizes or key in e.scope.size_hints:
        return False
    return key not in e.ranges_outside(node) if hasattr(e, "ranges_outside") else key not in e.scope.indices


def order_range(part: s.Relations, name: s.Name, e: Elaborator) -> tuple[Affine, Affine] | None:
    """1 \\le i \\le n gives the range of i."""
    if (
        len(part.rest) == 2
        and part.rest[0][1] is name
        and part.rest[0][0] in ("\\le", "<")
        and part.rest[1][0] in ("\\le", "<")
    ):
        try:
            low, high = e.integer(part.first), e.integer(part.rest[1][1])
        except ReadError:
            return None
        return low + (1 if part.rest[0][0] == "<" else 0), high - (1 if part.rest[1][0] == "<" else 0)
    return None


def local_index(e: Elaborator, key: str, low: Affine, high: Affine | None) -> Index:
    index = Index(key, low, high)
    e.local[key] = index
    return index


def plain_index(e: Elaborator, name: s.Name, node: s.BigOperator) -> Index:
    """An index without ends: the range of the axis it runs over in the body."""
    span = usage(e, name.key, node.body)
    if span is None:
        hint = e.scope.range_hints.get(name.key)
        declared = e.scope.indices.get(name.key)
        if declared is not None and declared.hi is not None:
            span = (declared.lo, declared.hi)
        elif hint is not None:
            span = (affine(hint[0]), affine(hint[1]))
    if span is None:
        span = (affine(1), e.scope.unknown_size(name.key))
    return local_index(e, name.key, *span)


def usage(e: Elaborator, key: str, body: s.Node) -> tuple[Affine, Affine] | None:
    """The range of the axes that an index without ends runs over; an error when two declared axes differ."""
    found: dict[tuple[Affine, Affine], s.Node] = {}
    for span, node in _axes_under(e, key, body):
        found.setdefault(span, node)
    known = [
        (x, node) for x, node in found.items() if not any(str(a).startswith("?") for end in x for a, _ in end.terms)
    ]
    if len(known) > 1:
        (first, a), (other, b) = known[:2]
        raise e.error(
            f"{key} runs over {first[0]}..{first[1]} in {e.quote(a)} and over {other[0]}..{other[1]} in {e.quote(b)}",
            b, f"declare {split_text(a)} and {split_text(b)} with one length, or write the ends of the sum", "shape",
        )  # fmt: skip
    return next(iter(found), None)


def split_text(node: s.Node) -> str:
    base, _ = split_scripts(node)
    return symbol_key(base) or ""


def _axes_under(e: Elaborator, key: str, body: s.Node) -> Iterator[tuple[tuple[Affine, Affine], s.Node]]:
    if isinstance(body, s.BigOperator) and any(n.key == key for n in s.index_names(body.lower)):
        return
    if isinstance(body, (s.Subscript, s.Superscript)):
        base, items = split_scripts(body)
        symbol = e.scope.symbols.get(base.key) if isinstance(base, s.Name) else None
        if symbol is not None and symbol.shape and items:
            items = e.split_digits(items, len(symbol.shape))
            for axis, item in enumerate(items[: len(symbol.shape)]):
                if isinstance(item, s.Name) and item.key == key:
                    first = symbol.first[axis]
                    yield (affine(first), symbol.shape[axis] + (first - 1)), body
            for item in items:  # a gather x_{k_i}
                yield from _axes_under(e, key, item)
            return
    for child in s.children(body):
        yield from _axes_under(e, key, child)


def upper_end(e: Elaborator, node: s.Node) -> Affine:
    key = symbol_key(node)
    if (
        key is not None
        and isinstance(node, s.Name)
        and key not in e.local
        and not e.scope.known(key)
        and key not in e.ranges
    ):
        e.scope.size(key)
    if isinstance(node, (s.Add, s.Product)):
        for name in s.walk(node):
            if (
                isinstance(name, s.Name)
                and not e.scope.known(name.key)
                and name.key not in e.local
                and name.key not in e.ranges
            ):
                e.scope.size(name.key)
    return e.integer(node)


def _infinite(node: s.Node) -> bool:
    return isinstance(node, s.Name) and node.text == "\\infty"


def set_range(e: Elaborator, node: s.Node, part: s.Node) -> tuple[Affine, Affine] | None:
    """{1, ..., n} and [n] as ranges."""
    if (
        isinstance(node, s.Group)
        and isinstance(node.body, s.Row)
        and any(isinstance(i, s.Ellipsis) for i in node.body.items)
    ):
        return e.integer(node.body.items[0]), upper_end(e, node.body.items[-1])
    if isinstance(node, s.Group) and node.open == "[" and node.body is not None and not isinstance(node.body, s.Row):
        return affine(1), upper_end(e, node.body)
    if isinstance(node, s.Group) and isinstance(node.body, s.Row) and node.open == "{":
        numbers = [int(i.text) for i in node.body.items if isinstance(i, s.Number) and i.text.isdigit()]
        if len(numbers) == len(node.body.items) and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
            return affine(numbers[0]), affine(numbers[-1])
    return None


def integral(e: Elaborator, node: s.Integral) -> Loose:
    mean = laws.over_a_law(e, node)
    if mean is not None:
        return mean
    if len(node.variables) != 1:
        if not 2 <= len(node.variables) <= 4 or (node.lower is not None and node.upper is not None):
            raise e.unsupported("an integral over several variables", node)
        inner = s.Integral(node.start, node.end, node.body, node.variables[:-1], node.lower, node.upper)
        return integral(e, s.Integral(node.start, node.end, inner, node.variables[-1:], node.lower, node.upper))
    variable = node.variables[0]
    key = symbol_key(variable)
    if key is None:
        raise e.unsupported("this variable of integration", variable)
    declared = e.scope.symbols.get(key)
    known = marginals.marginal(e, node, key, () if declared is None else declared.shape)
    if known is None:
        known = means_by_density.mean(e, node.body, key, (node.lower, node.upper))
    if known is not None:
        return known
    bold = isinstance(variable, s.Name) and (variable.font == "bf" or "vec" in variable.accents)
    if bold or (declared is not None and declared.shape and (node.lower is None or node.upper is None)):
        raise e.unsupported("an integral over a vector", node)  # between two ends the variable is a number of its own
    if node.lower is None and node.upper is None and key in e.free_outside:
        raise e.unsupported("an antiderivative (an integral without ends whose variable goes on)", node)
    low, high = ends(e, node)
    saved = dict(e.local)
    symbol = Symbol(key)
    e.local[key] = symbol
    try:
        body = e.scalar(node.body)
    finally:
        e.local = saved
    return Integral(symbol, low, high, body)


def ends(e: Elaborator, node: s.Integral) -> tuple[Term, Term]:
    """The ends of an integral; a named set is an interval of which nothing is known."""
    whole = Mul(-1, Constant("oo")), Constant("oo")
    if node.lower is None and node.upper is None:
        support = e.scope.supports.get(symbol_key(node.variables[0]) or "")
        if support in ("positive", "unit"):
            high: Term = Constant("oo") if support == "positive" else ONE
            shown = "the positive numbers" if support == "positive" else "the numbers from 0 to 1"
            e.remarks.append(f"the integral over {symbol_key(node.variables[0])} without ends is taken over {shown}")
            return ZERO, high
        e.remarks.append("an integral without ends is taken over the whole line")
        return whole
    if node.lower is not None and node.upper is not None:
        return end(e, node.lower), end(e, node.upper)
    place = node.lower if node.lower is not None else node.upper
    assert place is not None
    if isinstance(place, s.Name) and place.font == "bb" and place.text == "R":
        return whole
    if isinstance(place, s.Relations) and place.rest[0][0] != "\\in":
        raise e.unsupported("an integral over this set", node)
    if e.derivatives:
        raise e.unsupported("an integral over a named set", node)
    text = key_of(e, place)
    return named(e, f"\\inf {text}", ()), named(e, f"\\sup {text}", ())


def end(e: Elaborator, node: s.Node) -> Term:
    if isinstance(node, s.Add) and len(node.terms) == 1 and _infinite(node.terms[0]):
        return Mul(-1, Constant("oo")) if node.signs[0] == "-" else Constant("oo")
    value = e.scalar(node)
    known = endless.at_infinity(value)
    if known is None:
        raise e.unsupported("at which end of the line this lies", node)
    return known


def limit(e: Elaborator, node: s.Limit) -> Loose:
    relation = node.subscript
    if (
        node.kind != "lim"
        or not isinstance(relation, s.Relations)
        or len(relation.rest) != 1
        or relation.rest[0][0] != "\\to"
    ):
        raise e.unsupported("this limit", node)
    if node.extended and symbol_key(relation.first) in e.free_outside:
        raise e.unsupported("how far this limit reaches", node)
    key = symbol_key(relation.first)
    if key is None:
        raise e.unsupported("this limit", node)
    target, side = relation.rest[0][1], ""
    if isinstance(target, s.Superscript) and isinstance(target.exponent, s.Mark) and target.exponent.text in "+-":
        target, side = target.base, target.exponent.text
    point = end(e, target)
    saved = dict(e.local)
    symbol = Symbol(key)
    e.local[key] = symbol
    try:
        body = e.firm(node.body)
    finally:
        e.local = saved
    return entrywise(body, lambda b: Limit(symbol, point, b, side))


def optimum(e: Elaborator, node: s.Optimum) -> Loose:
    """The greatest or least value: an opaque number; where it lies is not one."""
    if node.kind not in ("max", "min", "sup", "inf") or e.derivatives:
        raise e.unsupported(f"\\{node.kind} over a variable", node)
    return opaque(e, node)
