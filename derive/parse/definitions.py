"""Definitions: `p_i = ...`, `f(x) := ...`, `H = ...` with a left side that is new.  Imports elaborate and scope.

>>> from derive.parse.declarations import assume
>>> scope = assume(r"z \\in \\mathbb{R}^K", r"p_k = e^{z_k}")
>>> scope.symbols["p"].shape
(K,)
"""

from __future__ import annotations

from fractions import Fraction

from derive.terms import (
    Affine,
    Apply,
    Arr,
    Expectation,
    Index,
    Pow,
    Relation,
    Symbol,
    Term,
    Value,
    affine,
    fresh_index,
    substitute,
    term,
)

from . import syntax as s
from .elaborate import Elaborator, Unify, with_unification
from .elaborate_binders import usage
from .elaborate_calls import arguments, names_densities, primed_whole
from .elaborate_probability import joint_key
from .errors import ReadError, ShapeError
from .events import events
from .flexible import Flex
from .laws import is_measure, of_laws
from .names import family_key, is_index, is_transpose, split_scripts, symbol_key, text_key
from .parameters import parameter
from .scope import FunctionDefinition, Law, Scope


def new_left_side(node: s.Node, scope: Scope, strict: bool = True) -> str | None:
    """The key that `node = ...` would define, None when the left side is no new name.

    With `strict` false, a declared symbol that has no definition yet counts as new.
    """
    if is_measure(node, scope) or of_laws(node, scope) is not None:
        return None
    if isinstance(node, s.ApplyOrProduct):
        return _new_function(node, scope, strict)
    key = symbol_key(node)
    if key is None:
        return None
    base, items = split_scripts(node)
    if isinstance(base, s.Name) and base.key in scope.sequences and len(items) == 1 and isinstance(items[0], s.Add):
        return None
    if isinstance(base, s.Name) and is_reserved(base) and not items and base.text != "e":
        return None
    if scope.known(key):
        if key in scope.inferred and not _used_as_size(key, scope) and not _is_a_moment(key, scope):
            return key
        symbol = scope.symbols.get(key)
        if not strict and symbol is not None and symbol not in scope.definitions and symbol.kind != "random":
            return key
        return None
    if not items or not isinstance(base, s.Name):
        return key
    if _is_delta(base, items):
        return None
    symbol = scope.symbols.get(base.key)
    if scope.symbols.get(family_key(base)) in scope.definitions:
        return None
    free = all(is_index(i) and not _fixed(symbol_key(i) or "", scope) for i in items)
    distinct = len({symbol_key(i) for i in items}) == len(items)
    if symbol is not None and symbol.shape:
        if len(items) <= len(symbol.shape) and any(map(_before, items, symbol.first)):
            return key  # alpha_0 = sum of all alpha_k: a name of its own
        known = base.key not in scope.inferred
        if (
            free
            and distinct
            and symbol not in scope.definitions
            and (not known or not strict)
            and symbol.kind != "random"
        ):
            return base.key
        return None
    if base.key in scope.family_hints and not any(symbol_key(i) in scope.range_hints for i in items):
        return key  # \Sigma_c beside declared \Sigma_1 and \Sigma_2
    if symbol is None and not scope.known(base.key) and free and distinct:
        return base.key
    if symbol is not None and base.key not in scope.inferred and free and distinct and _counted(items, scope):
        return family_key(base)
    return key


def _counted(items: tuple[s.Node, ...], scope: Scope) -> bool:
    """Whether every index runs over a range that the document gives: u_i for i = 1, ..., n beside a number u."""
    return all((symbol_key(i) or "") in scope.range_hints for i in items)


def _new_function(node: s.ApplyOrProduct, scope: Scope, strict: bool) -> str | None:
    head = primed_whole(node.head, scope)
    key = symbol_key(head)
    if key is None or isinstance(head, s.Prime):
        return None
    base, items = split_scripts(head)
    if names_densities(key, scope):
        return _new_density(node, key, scope)
    if _is_mean(base, node.group, scope):
        return None
    names = [symbol_key(a) for a in arguments(node.group)]
    if any(n is None for n in names) or len(set(names)) != len(names) or not isinstance(base, s.Name):
        return None
    if isinstance(node.group.body, s.Conditional) and node.group.body.bar != ";":
        return None
    if base.font == "bb" or (key in scope.symbols and key not in scope.inferred):
        return None
    if base.text == "E" and not base.accents and node.group.open == "[" and not scope.known(base.key):
        return None  # what a mean is, is known
    if (
        key in scope.sizes
        or key in scope.indices
        or base.key in scope.function_definitions
        or key in scope.function_definitions
    ):
        return None
    if key in scope.functions and key not in scope.inferred and strict:
        return None
    if base.key in scope.symbols and base.key not in scope.inferred:
        return None
    return base.key if _is_family(items, scope) else key


def _is_family(items: tuple[s.Node, ...], scope: Scope) -> bool:
    """Whether the scripts of a function that is being defined are free indices: f_i; the X of f_X says whose it is."""
    keys = [symbol_key(i) or "" for i in items]
    return bool(items) and all(
        is_index(i) and not k.isupper() and not scope.known(k) for i, k in zip(items, keys, strict=True)
    )


def _is_mean(head: s.Node, group: s.Group, scope: Scope) -> bool:
    """`E[X] = 0` says what the mean of X is, and does not define a function E."""
    if not isinstance(head, s.Name) or head.text != "E" or head.accents or scope.known(head.key):
        return False
    random = {k for k, x in scope.symbols.items() if x.kind == "random"}
    return group.open == "[" or bool(s.free_names(group) & random)


def is_number_beside(base: s.Name, right: s.Node, scope: Scope) -> bool:
    """Whether c stands in `c_t = f c + g u` as a number that was declared, and not for earlier values c_{t-1}.

    So does x_0 in `x_t = a^t x_0`.
    """
    symbol = scope.symbols.get(base.key)
    if symbol is None or symbol.shape or base.key in scope.inferred:
        return only_numbered(base, right, scope)
    bases = (split_scripts(p)[0] for p in s.walk(right) if isinstance(p, s.Subscript))
    return not any(isinstance(b, s.Name) and b.key == base.key for b in bases)


def only_numbered(base: s.Name, right: s.Node, scope: Scope) -> bool:
    """Whether x stands in `x_t = a^t x_0` with numbers only, as the first value of a sequence that has no other meaning."""
    if scope.known(base.key):
        return False
    names = [p for p in s.walk(right) if isinstance(p, s.Name) and p.key == base.key]
    numbered = [
        p for p in s.walk(right) if isinstance(p, s.Subscript) and isinstance(p.index, s.Number) and p.base in names
    ]
    return bool(names) and len(names) == len(numbered)


def _before(item: s.Node, first: int) -> bool:
    return isinstance(item, s.Number) and item.text.isdigit() and int(item.text) < first


def _new_density(node: s.ApplyOrProduct, head: str, scope: Scope) -> str | None:
    """`p(x, y) = ...` in a document that conditions in p gives the joint density of x and y, and not that of others."""
    parts = arguments(node.group)
    if isinstance(node.group.body, s.Conditional) or any(symbol_key(a) is None for a in parts):
        return None
    named = events(node.group.body) if node.group.body is not None else []
    key = joint_key(head, named, "") if named else None
    return None if key is None or (scope.known(key) and key not in scope.inferred) else key


def _fixed(key: str, scope: Scope) -> bool:
    return key in scope.sizes or (key in scope.symbols and key not in scope.inferred)


def _is_a_moment(key: str, scope: Scope) -> bool:
    """Whether the prose gave a name as a mean: `E(X_i) = \\mu`."""
    symbol = scope.symbols.get(key)
    return symbol is not None and any(
        h.relation.op == "=" and isinstance(h.relation.lhs, Expectation) and h.relation.rhs is term(symbol)
        for h in scope.hypotheses
        if not symbol.shape
    )


def _used_as_size(key: str, scope: Scope) -> bool:
    return key in scope.sizes


def _is_delta(base: s.Name, items: tuple[s.Node, ...]) -> bool:
    return base.text == "\\delta" and len(items) == 2


def is_reserved(base: s.Name) -> bool:
    """Whether a name is the identity, ones or zeros unless something else is said of it."""
    if base.accents:
        return False
    return (base.text == "I" and base.font in ("", "bf")) or (base.text in "01" and base.font in ("bf", "bb"))


def is_identity(node: s.Node, other: s.Node, scope: Scope) -> bool:
    """Whether one side is `I_n` (or ones, or zeros) of a declared dimension and the other an array: no new name then.

    `I_n = \\frac{1}{n} \\sum_i f(x_i)` has a number beside it and names an estimate.
    """
    base, items = split_scripts(node)
    if not isinstance(base, s.Name) or not is_reserved(base) or len(items) != 1 or base.key in scope.symbols:
        return False
    size = scope.sizes.get(symbol_key(items[0]) or "")
    shapes = (axis for symbol in scope.symbols.values() for axis in symbol.shape)
    if size is None or not any(size in [atom for atom, _ in axis.terms] for axis in shapes):
        return False
    try:
        e = Elaborator(scope.copy(), "")
        e.prepare(other)
        return isinstance(e.value(other), Arr)
    except (ReadError, Unify):
        return False


def define(left: s.Node, right: s.Node, scope: Scope, text: str, line: int = 0, source: str = "") -> str:
    """Adds the definition `left = right` to the scope and returns the key defined.

    Raises ReadError when the right side cannot be understood; the scope then keeps what was inferred on the way.
    """
    if isinstance(left, s.ApplyOrProduct) and names_densities(symbol_key(left.head) or "", scope):
        return with_unification(scope, lambda: _define_density(left, right, scope, text, line))
    if isinstance(left, s.ApplyOrProduct):
        key: str = with_unification(scope, lambda: _define_function(left, right, scope, text, line, source))
        return key
    key = with_unification(scope, lambda: _define_symbol(left, right, scope, text, line))
    return key


def squared_name(left: s.Node, right: s.Node, scope: Scope) -> s.Node | None:
    r"""The new name whose square a row gives as a sum of squares or a quadratic form: `\hat{\sigma}^2 = \frac{1}{n} \sum_i ...`.

    >>> from derive.parse.grammar import parse_expression as parse
    >>> squared_name(parse("s^2"), parse("\\sum_{i=1}^n y_i^2"), Scope()) is None, squared_name(parse("x^2"), parse("4"), Scope())
    (False, None)
    """
    root: s.Node
    if isinstance(left, s.Superscript) and text_key(left.exponent) == "2":
        root = left.base
    elif isinstance(left, s.Subscript) and isinstance(left.base, s.Superscript) and text_key(left.base.exponent) == "2":
        root = s.Subscript(left.start, left.end, left.base.base, left.index)
    else:
        return None
    base, _ = split_scripts(root)
    key = symbol_key(root)
    if key is None or not isinstance(base, s.Name) or (scope.known(key) and key not in scope.inferred):
        return None
    known = scope.symbols.get(key)
    estimate = "hat" in base.accents or "tilde" in base.accents or base.text in ("s", "S")
    if not estimate or base.font or (known is not None and (known.shape or known in scope.definitions)):
        return None
    squares = any(
        isinstance(p, s.BigOperator) or (isinstance(p, s.Superscript) and is_transpose(p.exponent))
        for p in s.walk(right)
    )
    return root if squares and key not in {symbol_key(p) for p in s.walk(right)} else None


def define_square(root: s.Node, right: s.Node, scope: Scope, text: str, line: int = 0) -> str:
    """Gives the square of a new name: the square is a quantity of its own, and the name its root, which is not negative."""
    key = symbol_key(root) or ""

    def work() -> None:
        e = Elaborator(scope, text, line)
        e.prepare(right)
        value = e.scalar(right)
        square = Symbol(f"{key}^2")
        old, symbol = scope.symbols.get(key), Symbol(key)
        scope.symbols[key], scope.squares[key] = symbol, square
        scope.inferred.pop(key, None)
        scope.definitions[square], scope.definitions[symbol] = value, Pow(term(square), Fraction(1, 2))
        if old is not None and old is not symbol:
            scope.replace_symbol(old, symbol)

    with_unification(scope, work)
    return key


def _define_symbol(left: s.Node, right: s.Node, scope: Scope, text: str, line: int) -> str:
    key = symbol_key(left)
    base, items = split_scripts(left)
    assert key is not None
    e = Elaborator(scope, text, line)
    names = (base.key, family_key(base)) if items and isinstance(base, s.Name) else ()
    name = new_left_side(left, scope, strict=False) or key
    if name not in names:
        name, items = key, ()
    old = scope.symbols.get(name)
    declared = None if name in scope.inferred else old
    hidden = _hide(scope, name) if name in scope.inferred else None
    try:
        e.taken |= {symbol_key(item) or "" for item in items}
        e.prepare(right)
        indices = [_bound(e, item, declared, n, right) for n, item in enumerate(items)]
        value = e.value(right)
    except ReadError:
        if hidden is not None:
            scope.symbols[name] = hidden
        raise
    if isinstance(value, Flex):
        raise e.error("the size of this identity is not known", right, "write I_n")
    axes, body = value.open() if isinstance(value, Arr) else ((), value)
    if any(len(a) != 1 for a in axes):
        raise e.unsupported("a definition of a stacked vector", left)
    first = tuple(int(i.lo.constant) if i.lo.is_constant else 1 for i in indices)
    shape = tuple(_length(e, i, left) for i in indices) + tuple(a[0].length for a in axes)
    fresh = tuple(fresh_index(None, 1, size) for size in shape[: len(indices)])
    body = substitute(body, {i: j + (f - 1) for i, j, f in zip(indices, fresh, first, strict=True)})
    if declared is not None and declared.shape == shape:
        symbol = declared
    else:
        symbol = Symbol(name, shape, first=first + (1,) * len(axes))
    scope.symbols[name] = symbol
    scope.inferred.pop(name, None)
    every = tuple((i,) for i in fresh) + axes
    scope.definitions[symbol] = Arr(every, body) if every else body
    if hidden is not None and hidden is not symbol and hidden.shape == symbol.shape:
        scope.replace_symbol(hidden, symbol)
    scope.declarations[:] = [
        d for d in scope.declarations if not (d.origin == "inferred" and d.latex.split(" ")[0] == name)
    ]
    _note_sequence(left, right, scope)
    return name


def _note_sequence(left: s.Node, right: s.Node, scope: Scope) -> None:
    """S_n = 1 + 2 + ... + n, where n is a whole number, gives S_{n+1} and S_{n-1} too."""
    base, items = split_scripts(left)
    if isinstance(base, s.Name) and len(items) == 1 and isinstance(items[0], s.Name) and items[0].key in scope.sizes:
        if not scope.known(base.key) and items[0].key in s.free_names(right) and not _names_others(base, right):
            scope.sequences[base.key] = (items[0].key, right)


def _names_others(base: s.Name, right: s.Node) -> bool:
    """Whether a definition speaks of other members of its sequence (but for the first, S_0)."""
    return any(
        isinstance(p, s.Subscript)
        and isinstance(b := split_scripts(p)[0], s.Name)
        and b.key == base.key
        and not isinstance(p.index, s.Number)
        for p in s.walk(right)
    )


def _hide(scope: Scope, name: str) -> Symbol | None:
    """An inferred symbol that is now being defined: its definition must not mention itself."""
    return scope.symbols.get(name)


def _length(e: Elaborator, index: Index, node: s.Node) -> Affine:
    if index.length is None:
        raise e.error(f"the range of {index.name} is not known", node)
    return index.length


def _bound(e: Elaborator, item: s.Node, declared: Symbol | None, axis: int, right: s.Node) -> Index:
    key = symbol_key(item)
    assert key is not None
    if key in e.ranges:
        low, high = e.ranges[key]
    elif declared is not None and axis < len(declared.shape):
        low = affine(declared.first[axis])
        high = low + declared.shape[axis] - 1
    elif key in e.scope.indices and e.scope.indices[key].hi is not None:
        low, high = e.scope.indices[key].lo, e.scope.indices[key].hi
    elif (span := _as_end(e, key, right)) is not None:
        low, high = span
    elif key in e.scope.range_hints:
        low, high = (affine(x) for x in e.scope.range_hints[key])  # type: ignore[misc]
    else:
        raise e.error(f"the range of the index {key} is not known", item, f"write {key} = 1, \\dots, n")
    index = Index(key, low, high)
    e.local[key] = index
    return index


def _as_end(e: Elaborator, key: str, right: s.Node) -> tuple[Affine, Affine] | None:
    """The range of an index that is the end of a sum over an axis: i in the sum of x_k for k = 1, ..., i."""
    for part in s.walk(right):
        lower = part.lower if isinstance(part, s.BigOperator) else None
        if not (isinstance(part, s.BigOperator) and isinstance(lower, s.Relations) and isinstance(lower.first, s.Name)):
            continue
        if any(isinstance(x, s.Name) and x.key == key for x in (part.upper, lower.rest[0][1])):
            return usage(e, lower.first.key, part.body)
    return None


def _define_function(left: s.ApplyOrProduct, right: s.Node, scope: Scope, text: str, line: int, source: str) -> str:
    e = Elaborator(scope, text, line)
    base, items = split_scripts(left.head)
    key = symbol_key(left.head) or ""
    indexed = isinstance(base, s.Name) and _is_family(items, scope)
    name = base.key if indexed and isinstance(base, s.Name) else key
    e.taken |= {symbol_key(item) or "" for item in items if indexed}
    e.prepare(right)
    indices = [_bound(e, item, None, n, right) for n, item in enumerate(items)] if indexed else []
    parameters = tuple(parameter(e, node, right, scope, key, n) for n, node in enumerate(arguments(left.group)))
    try:
        value = e.firm(right)
    except ShapeError:
        if any(p.shape for p in parameters) or key in scope.functions:
            raise
        parameters = tuple(Symbol(p.name, (e.scope.unknown_size(p.name),)) for p in parameters)  # f(u) = W u + b
        e.local.update({p.name: p for p in parameters})
        value = e.firm(right)
    _note_earlier_use(scope, name, parameters, value, source)
    scope.functions.pop(name, None)
    scope.symbols.pop(name, None)
    scope.inferred.pop(name, None)
    scope.function_definitions[name] = FunctionDefinition(
        name, parameters, value, tuple(indices), source, (right, text)
    )
    return name


def _note_earlier_use(scope: Scope, name: str, parameters: tuple[Symbol, ...], value: Value, source: str) -> None:
    r"""What was written with the function before it was defined (`f = \\sigma(a)`, where `\\sigma(x) = \\dots`) means it too."""
    old = scope.functions.get(name) if name in scope.inferred else None
    if old is None or old.shape or len(parameters) != 1 or parameters[0].shape or not isinstance(value, Term):
        return
    use = Apply(old, (term(parameters[0]),), (), ())
    scope.laws.append(Law(Relation("=", use, value), parameters, (), source))


def _define_density(left: s.ApplyOrProduct, right: s.Node, scope: Scope, text: str, line: int) -> str:
    key = _new_density(left, symbol_key(left.head) or "", scope)
    assert key is not None
    e = Elaborator(scope, text, line)
    e.prepare(left, right)
    value = e.scalar(right)
    hidden = scope.symbols.get(key)
    symbol = Symbol(key)
    scope.inferred.pop(key, None)
    scope.symbols[key] = symbol
    if hidden is not None and hidden is not symbol:
        scope.replace_symbol(hidden, symbol)
    scope.definitions[symbol] = value
    return key
