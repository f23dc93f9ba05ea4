"""`x \\in \\mathbb{R}^n`, `f : A \\to B`, `X \\sim \\mathcal{N}(..)`, `i = 1, \\dots, n`.  Imports elaborate and scope."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.terms import (
    NATURAL,
    REAL,
    Affine,
    Domain,
    Entry,
    FunctionSymbol,
    Hypothesis,
    Index,
    IntValue,
    Num,
    Relation,
    Size,
    Symbol,
    affine,
    fresh_index,
)

from . import syntax as s
from .elaborate import Elaborator, Unify
from .errors import ReadError
from .intervals import between, is_interval
from .names import is_index, split_scripts, symbol_key
from .scope import Scope

Shape = tuple[Any, ...]
COUNTING = frozenset("ijkl")  # letters that stand for nothing else where nobody declared them


def items(node: s.Node) -> list[s.Node]:
    """The statements of a row: `x, y \\in R^n, z > 0` is two; lists with dots stay with their relation."""
    if isinstance(node, s.Conditional) and node.bar == ";":
        return [*items(node.left), *items(node.right)]
    if not isinstance(node, s.Row):
        return [node]
    if is_range(node):
        return [node]
    found: list[s.Node] = []
    pending: list[s.Node] = []
    position = 0
    parts = list(node.items)
    while position < len(parts):
        part = parts[position]
        if isinstance(part, s.Relations):
            following = parts[position + 1] if position + 1 < len(parts) else None
            if isinstance(following, s.Ellipsis) and part.rest[-1][0] == "=":
                stop = position + 2
                while stop < len(parts) and not isinstance(parts[stop], s.Relations):
                    stop += 1
                found.append(s.Row(part.start, parts[stop - 1].end, tuple(parts[position:stop])))
                position = stop
                continue
            if pending:
                first = s.Row(pending[0].start, part.first.end, (*pending, part.first))
                part = s.Relations(first.start, part.end, first, part.rest)
                pending = []
            found.append(part)
        else:
            pending.append(part)
        position += 1
    return [*found, *pending]


def subjects(node: s.Node) -> list[s.Node]:
    return [i for i in (node.items if isinstance(node, s.Row) else (node,)) if not isinstance(i, s.Ellipsis)]


def is_range(node: s.Node) -> bool:
    """i = 1, \\dots, n"""
    if not isinstance(node, s.Row) or len(node.items) < 3 or not any(isinstance(i, s.Ellipsis) for i in node.items):
        return False
    head = node.items[0]
    return isinstance(head, s.Relations) and head.rest[0][0] == "=" and len(head.rest) == 1


def is_membership(item: s.Node) -> bool:
    return isinstance(item, s.Relations) and item.rest[0][0] in ("\\in", ":")


def note_list(node: s.Node, scope: Scope, override: bool = False) -> None:
    """Ranges: i = 1, \\dots, n and k \\in \\{1, \\dots, K\\}, also for several names at once."""
    for item in items(node):
        names: list[s.Node] = []
        low = high = None
        if is_range(item):
            assert isinstance(item, s.Row)
            head = item.items[0]
            assert isinstance(head, s.Relations)
            names, low, high = subjects(head.first), head.rest[0][1], item.items[-1]
        elif isinstance(item, s.Relations) and item.rest[0][0] == "\\in" and isinstance(item.rest[0][1], s.Group):
            body = item.rest[0][1].body
            if isinstance(body, s.Row) and any(isinstance(i, s.Ellipsis) for i in body.items):
                names, low, high = subjects(item.first), body.items[0], body.items[-1]
        if low is None or high is None:
            continue
        for name in s.walk(high):
            if isinstance(name, s.Name) and not scope.known(name.key):
                scope.size_hints.add(name.key)
        e = Elaborator(scope)
        try:
            span = (e.integer(low), e.integer(high))
        except ReadError:
            continue
        for name in names:
            key = symbol_key(name)
            if key is not None and (override or key not in scope.range_hints):
                scope.range_hints[key] = span


def share_range(node: s.Relations, scope: Scope) -> None:
    """j \\ne i: both run over the same range."""
    keys = [symbol_key(x) for x in (node.first, node.rest[0][1])]
    for key, other in (keys, keys[::-1]):
        if key and other and key in scope.range_hints and other not in scope.range_hints and not scope.known(other):
            if len(other) == 1 and other.islower():
                scope.range_hints[other] = scope.range_hints[key]


def about_indices(item: s.Relations, scope: Scope) -> bool:
    """i \\ne j, k = i, j = 1: talk about indices, not a statement about values."""
    sides = [item.first, *(x for _, x in item.rest)]
    if not isinstance(item.first, s.Name) or not is_index(item.first):
        return False
    key = item.first.key
    if all(op == "\\ne" and symbol_key(x) in COUNTING and key in COUNTING for op, x in item.rest) and not any(
        (symbol_key(x) or "") in scope.symbols and symbol_key(x) not in scope.inferred for x in sides
    ):
        return True  # `for i \\ne j`
    if key in scope.symbols or key in scope.sizes or key not in scope.range_hints:
        return False
    return all(isinstance(x, s.Number) or (isinstance(x, s.Name) and x.key not in scope.symbols) for x in sides[1:])


def left_indices(node: s.Node) -> set[str]:
    """The names in the subscript of the left side of a relation: they count what is defined."""
    _, ends = split_scripts(node.first) if isinstance(node, s.Relations) else (node, ())
    return {symbol_key(i) or "" for i in ends}


def note_sizes(node: s.Node, scope: Scope) -> None:
    """Names in exponents of \\mathbb{R} and at the upper end of sums are sizes (not the indices of a left side)."""
    own = left_indices(node) | s.summed_names(node)
    for part in s.walk(node):
        if (
            isinstance(part, s.Superscript)
            and isinstance(part.base, s.Name)
            and part.base.font == "bb"
            and part.base.text in "RSC"
        ):
            for name in _size_names(part.exponent):
                scope.size_hints.add(name)
        elif isinstance(part, s.Superscript) and isinstance(part.exponent, s.Name) and part.exponent.text == "T":
            continue
        elif isinstance(part, s.BigOperator) and isinstance(part.upper, s.Name) and part.upper.text != "\\infty":
            if part.upper.key not in own:
                scope.size_hints.add(part.upper.key)
        elif isinstance(part, s.BigOperator) and _has_a_word(part.upper):
            scope.size_hints.add(symbol_key(part.upper) or "")  # type: ignore[arg-type]
        elif (
            isinstance(part, s.Relations)
            and isinstance(part.first, s.Name)
            and part.rest[0][0] in ("\\in", ">", "\\ge")
        ):
            right = part.rest[0][1]
            if not (isinstance(right, s.Name) and right.font == "bb" and right.text in "NZ"):
                if part.first.key == "T":
                    scope.numbers.add("T")


def _has_a_word(node: s.Node | None) -> bool:
    """`n_\\mathrm{in}`: a letter whose subscript is a word."""
    if not isinstance(node, s.Subscript) or not isinstance(node.base, s.Name):
        return False
    index = s.strip_group(node.index)
    return isinstance(index, s.Label) or (isinstance(index, s.Name) and index.font == "rm" and len(index.text) > 1)


def _size_names(node: s.Node) -> list[str]:
    parts = node.factors if isinstance(node, s.Product) else (node,)
    found = []
    for part in parts:
        for inner in part.terms if isinstance(part, s.Add) else (part,):
            key = symbol_key(inner)
            if key is not None and key not in ("+", "-"):
                found.append(key)
    return found


def size_of(node: s.Node, scope: Scope, text: str = "") -> Affine:
    """A dimension: new names become sizes."""
    for name in _size_names(node) if isinstance(node, (s.Add, s.Product)) else [symbol_key(node)]:
        if name is not None and name not in scope.sizes and name not in scope.indices:
            old = scope.symbols.get(name)
            if old is not None and name in scope.inferred and not old.shape:
                scope.forget(name)
            scope.size(name)
    return Elaborator(scope, text).integer(node)


def by_times(node: s.Node) -> tuple[s.Node, ...]:
    """The dimensions of 2 p \\times q: factors that stand together belong to one."""
    if not (isinstance(node, s.Product) and "\\times" in node.ops):
        return (node,)
    groups = [[node.factors[0]]]
    for op, factor in zip(node.ops, node.factors[1:], strict=True):
        groups.append([factor]) if op == "\\times" else groups[-1].append(factor)
    return tuple(
        g[0] if len(g) == 1 else s.Product(g[0].start, g[-1].end, tuple(g), ("",) * (len(g) - 1)) for g in groups
    )


def read_set(node: s.Node, scope: Scope, text: str = "") -> tuple[Shape, Domain, frozenset[str]] | None:
    """The shape, domain and properties that a set gives its elements; None for a set the reader does not know."""
    exponent: s.Node | None = None
    base = node
    mark = ""
    while isinstance(base, (s.Superscript, s.Subscript)):
        if isinstance(base, s.Superscript):
            if isinstance(base.exponent, s.Mark):
                mark += base.exponent.text
            else:
                exponent = base.exponent
        else:
            from .names import text_key

            mark += text_key(base.index)
        base = base.base
    if isinstance(base, s.Name) and base.font == "bb" and base.text in ("R", "N", "Z", "S"):
        domain = {"R": REAL, "N": NATURAL, "Z": Domain(integer=True), "S": REAL}[base.text]
        properties: frozenset[str] = frozenset()
        if base.text == "S":
            properties = frozenset({"symmetric"})
            if mark.startswith("++"):
                properties |= {"positive_definite"}
            elif mark.startswith("+"):
                properties |= {"positive_semidefinite"}
        elif mark in ("+", "\\ge0", "\\geq0", "≥0"):
            domain = Domain(lower=Fraction(0), integer=domain.integer)
        elif mark in ("++", ">0"):
            domain = Domain(lower=Fraction(0), lower_open=True, integer=domain.integer)
        shape: Shape = ()
        if exponent is not None:
            parts = by_times(exponent)
            shape = tuple(size_of(p, scope, text) for p in parts)
            if base.text == "S":
                shape = (shape[0], shape[0])
        return shape, domain, properties
    if isinstance(node, s.Superscript) and isinstance(node.base, s.Group):
        inner = read_set(node.base, scope, text)
        if inner is not None and not inner[0]:
            return (size_of(node.exponent, scope, text),), inner[1], inner[2]
        return None
    if isinstance(node, s.Group) and isinstance(node.body, s.Row):
        return _listed(node, scope, text)
    return None


def _listed(node: s.Group, scope: Scope, text: str) -> tuple[Shape, Domain, frozenset[str]] | None:
    assert isinstance(node.body, s.Row)
    parts = node.body.items
    if node.open in ("[", "(") and len(parts) == 2:
        ends = [number(p, scope) for p in parts]
        infinite = [any(isinstance(x, s.Name) and x.text == "\\infty" for x in s.walk(p)) for p in parts]
        if (ends[0] is None and not infinite[0]) or (ends[1] is None and not infinite[1]):
            return None
        domain = Domain(
            lower=ends[0], lower_open=node.open == "(" and ends[0] is not None,
            upper=ends[1], upper_open=node.close == ")" and ends[1] is not None,
        )  # fmt: skip
        return (), domain, frozenset()
    if node.open == "{":
        values = [number(p, scope) for p in parts]
        if all(x is not None for x in values):
            integer = all(x.denominator == 1 for x in values if x is not None)
            return (), Domain(integer=integer, values=tuple(x for x in values if x is not None)), frozenset()
    return None


def number(node: s.Node, scope: Scope) -> Fraction | None:
    """The exact rational that a node is, None when it is not one."""
    from derive.terms import Num

    if any(isinstance(p, (s.ApplyOrProduct, s.Call)) or symbol_key(p) in scope.symbols for p in s.walk(node)):
        return None
    try:
        value = Elaborator(scope.copy()).value(node)
    except (ReadError, Unify):
        return None
    if isinstance(value, Num):
        return value.value
    return None


def declare(item: s.Node, scope: Scope, text: str) -> None:
    """One membership or function declaration."""
    assert isinstance(item, s.Relations)
    op, right = item.rest[0]
    if op == ":":
        if len(item.rest) == 2 and item.rest[1][0] in ("\\to", "\\mapsto"):
            declare_function(item.first, right, item.rest[1][1], scope, text)
        return
    body = right.body if isinstance(right, s.Group) else None
    listed = isinstance(body, s.Row) and any(isinstance(i, s.Ellipsis) for i in body.items)
    names = subjects(item.first)
    if listed and isinstance(body, s.Row):
        for name in names:
            declare_index(name, body.items[0], body.items[-1], scope, text)
        return
    found = read_set(right, scope, text)
    if found is None:
        if is_interval(right):
            for name in names:
                declare_name(name, (), REAL, frozenset(), scope, text)
                between(name, right, scope, text)
        return
    shape, domain, properties = found
    dotted = isinstance(item.first, s.Row) and any(isinstance(i, s.Ellipsis) for i in item.first.items)
    if dotted and isinstance(item.first, s.Row):
        for run in runs(item.first):
            if len(run) > 1:
                declare_list(run, shape, domain, scope, text)
            else:
                declare_name(run[0], shape, domain, properties, scope, text)
        return
    numbered: dict[str, list[str]] = {}
    for name in names:
        declare_name(name, shape, domain, properties, scope, text)
        base, ends = split_scripts(name)
        if isinstance(base, s.Name) and len(ends) == 1 and isinstance(ends[0], s.Number):
            numbered.setdefault(base.key, []).append(symbol_key(name) or "")
    for base_key, members in numbered.items():
        if len(members) > 1:
            scope.family_hints[base_key] = members
    for op, extra in item.rest[1:]:
        if op not in ("\\in",):
            del op, extra
            break


def declare_index(name: s.Node, low: s.Node, high: s.Node, scope: Scope, text: str) -> None:
    key = symbol_key(name)
    if key is None:
        return
    base, ends = split_scripts(name)
    for part in s.walk(high):
        if isinstance(part, s.Name) and not scope.known(part.key):
            scope.size(part.key)
    span = (size_of(low, scope, text), size_of(high, scope, text))
    if isinstance(base, s.Name) and ends and not isinstance(ends[0], s.Number):
        first, last = span
        lower = Fraction(first.constant) if first.is_constant else None
        upper = Fraction(last.constant) if last.is_constant else None
        declare_name(name, (), Domain(lower=lower, upper=upper, integer=True), frozenset(), scope, text)
        bounded(scope.symbols[base.key], span, scope)
        return
    scope.forget(key)
    scope.indices[key] = Index(key, *span)
    scope.range_hints[key] = span


def bounded(symbol: Symbol, span: tuple[Affine, Affine], scope: Scope) -> None:
    """Ends of a range that are no numbers, as hypotheses: y_i <= K for every i."""
    places = tuple(fresh_index(None, f, n + (f - 1)) for f, n in zip(symbol.first, symbol.shape, strict=True))
    entry = Entry(symbol, places)
    for low, high in ((IntValue(span[0]), entry), (entry, IntValue(span[1]))):
        if not isinstance(low, Num) and not isinstance(high, Num):
            scope.hypotheses.append(Hypothesis(Relation("<=", low, high), places, f"range of {symbol.name}"))


def declare_name(
    name: s.Node, shape: Shape, domain: Domain, properties: frozenset[str], scope: Scope, text: str
) -> None:
    """x, x_i (a family over the range of i), W^{(l)}, x_0 (a name of its own)."""
    if isinstance(name, s.Row):
        for part in name.items:
            declare_name(part, shape, domain, properties, scope, text)
        return
    base, ends = split_scripts(name)
    key = symbol_key(name)
    if key is None:
        return
    counts = key not in scope.labelled and bool(ends) and all(is_index(i) and not is_label(i, scope) for i in ends)
    if isinstance(base, s.Name) and counts:
        spans = [index_range(i, scope) for i in ends]
        first = tuple(int(a.constant) if a.is_constant else 1 for a, _ in spans)
        leading = tuple(b - (f - 1) for (_, b), f in zip(spans, first, strict=True))
        every = leading + shape
        if not shape and len(leading) == 1:
            scope.families.add(base.key)
        put(scope, base.key, Symbol(base.key, every, domain, properties, first=first + (1,) * len(shape)))
        return
    if domain is NATURAL and not shape and not isinstance(name, s.Subscript):
        old = scope.sizes.get(key)
        scope.forget(key)
        scope.sizes[key] = old or Size(key, 0)
        return
    put(scope, key, Symbol(key, shape, domain, properties))


def is_label(node: s.Node, scope: Scope) -> bool:
    """A capital letter without a range names the symbol (W_Q, W_K), it does not count."""
    key = symbol_key(node) or ""
    return len(key) == 1 and key.isupper() and key not in scope.range_hints and key not in scope.indices


def put(scope: Scope, key: str, symbol: Symbol) -> None:
    """Declares a symbol; one that was inferred, or has the same shape, is replaced everywhere."""
    old = scope.symbols.get(key)
    scope.functions.pop(key, None)
    scope.indices.pop(key, None)
    scope.inferred.pop(key, None)
    scope.declarations[:] = [
        d for d in scope.declarations if not (d.origin == "inferred" and d.latex.split(" ")[0] == key)
    ]
    if old is not None and old.shape == symbol.shape:
        kind = old.kind if old.kind == "random" else symbol.kind
        symbol = Symbol(
            symbol.name, symbol.shape, symbol.domain, symbol.properties | old.properties, kind, symbol.first
        )
        scope.replace_symbol(old, symbol)
    elif old is not None:
        scope.forget(key)
    if key in scope.sizes and not symbol.shape and key not in scope.size_hints:
        scope.sizes.pop(key, None)
    scope.symbols[key] = symbol


def index_range(node: s.Node, scope: Scope) -> tuple[Affine, Affine]:
    key = symbol_key(node) or "i"
    if key in scope.range_hints:
        low, high = scope.range_hints[key]
        return affine(low), affine(high)
    index = scope.indices.get(key)
    if index is not None and index.hi is not None:
        return index.lo, index.hi
    size = scope.unknown_size(key)
    scope.range_hints[key] = (affine(1), size)
    return affine(1), size


def runs(row: s.Row) -> list[list[s.Node]]:
    """The lists with dots of a row and its other names: q alone, and k_1, ..., k_n together."""
    found: list[list[s.Node]] = []
    dotted = False
    for item in row.items:
        if isinstance(item, s.Ellipsis):
            dotted = bool(found)
            continue
        last = found[-1] if found else []
        if last and (dotted or (len(last) >= 1 and _base(last[0]) is not None and _base(last[0]) == _base(item))):
            last.append(item)
        else:
            found.append([item])
        dotted = False
    return found


def _base(node: s.Node) -> str | None:
    base, ends = split_scripts(node)
    return base.key if isinstance(base, s.Name) and ends else None


def declare_list(names: list[s.Node], shape: Shape, domain: Domain, scope: Scope, text: str) -> None:
    """x_1, \\dots, x_n: one family."""
    base, first = split_scripts(names[0])
    other, last = split_scripts(names[-1])
    if not (
        isinstance(base, s.Name)
        and isinstance(other, s.Name)
        and base.key == other.key
        and len(first) == len(last) == 1
    ):
        return
    low, high = size_of(first[0], scope, text), size_of(last[0], scope, text)
    start = int(low.constant) if low.is_constant else 1
    put(scope, base.key, Symbol(base.key, (high - (start - 1), *shape), domain, first=(start, *(1,) * len(shape))))


def declare_function(first: s.Node, domain: s.Node, image: s.Node, scope: Scope, text: str) -> None:
    source = domain.factors if isinstance(domain, s.Product) and "\\times" in domain.ops else (domain,)
    shapes = [read_set(part, scope, text) for part in source]
    value = read_set(image, scope, text)
    for name in subjects(first):
        key = symbol_key(name)
        if key is None or value is None or any(x is None for x in shapes):
            continue
        scope.forget(key)
        arguments = tuple(x[0] for x in shapes if x is not None)
        scope.functions[key] = FunctionSymbol(key, arguments, value[0], 1)
