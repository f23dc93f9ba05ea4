r"""Sums and integrals over all values weighed by a law are means; entropies are means of log-densities.

`\sum_{x \in \mathcal{X}} g(x) f_X(x)` and `\int_{\mathcal{X}} g(x) p(x) \, dx` are E[g(X)], whatever X is, and
H(X) is E[-log p(X)].  Under its own law a density is positive with probability one: below a mean p(X) is exp of the function
`\log p(x)`.  Nothing is refuted with these functions.  Part of the elaborator.

>>> from derive.parse.declarations import assume
>>> from derive.parse.rows import steps
>>> from derive.parse.steps import elaborate_step
>>> scope = assume("X \\sim \\mathcal{N}(0, 1)")
>>> e = elaborate_step(steps(r"\sum_{x \in \mathcal{X}} x f_X(x) = \mathrm{E}(X)")[0], scope)
>>> e.lhs, e.rhs
(Expectation(X, ()), Expectation(X, ()))
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from derive.terms import (
    Add,
    Apply,
    Arr,
    Entry,
    Expectation,
    Fn,
    FunctionSymbol,
    Mul,
    Symbol,
    Term,
    children,
    free_symbols,
    rebuild,
    substitute,
    term,
)

from . import syntax as s
from .errors import ReadError
from .marginals import factors, is_named_set, joint_parts, without_pairs
from .names import symbol_key
from .scope import Declaration

if TYPE_CHECKING:
    from .elaborate import Elaborator

_INFORMATION = re.compile(r"\b(?:entrop\w+|information|divergence|surpris\w+)\b", re.IGNORECASE)
_CHANCE = re.compile(
    r"\b(?:probabilit\w+|densit\w+|distribut\w+|random|likelihood|entrop\w+|divergence|posterior|prior|mass function)\b",
    re.IGNORECASE,
)
_DENSITY = re.compile(r"^f_\{?([A-Z](?:,[A-Z])*)\}?$")
_EVENTS = re.compile(r"^P\(([A-Z]=[a-z](?:, [A-Z]=[a-z])*)\) of ")
_LETTER = re.compile(r"^(?:p|q|\\mathrm\{p\}|[pq]_\d)$")


def over_a_law(e: Elaborator, node: s.BigOperator | s.Integral) -> Term | None:
    """The mean that a sum or integral over all values of some variables is; None for another one."""
    found = _layers(node)
    if found is None or not (e.scope.chance or any(x.kind == "random" for x in e.scope.symbols.values())):
        return None
    keys, body = found
    if not _speaks_of_a_law(body, keys) or len(set(keys)) != len(keys) or set(keys) & set(e.local):
        return None
    saved, remarks = dict(e.local), list(e.remarks)
    bound = {key: Symbol(key) for key in keys}
    e.local.update(bound)
    try:
        value = e.value(body)
    except ReadError:  # read again below, where its error belongs
        return None
    finally:
        e.local, e.remarks = saved, remarks
    if not isinstance(value, Term):
        return None
    terms = [mean_of(e, t, bound) for t in (value.fields if isinstance(value, Add) else (value,))]
    if any(t is None for t in terms):
        return None
    e.remarks.append(f"over all values of {', '.join(keys)}, weighed by their law: a mean")
    return terms[0] if len(terms) == 1 else Add(*terms)


def _layers(node: s.Node) -> tuple[list[str], s.Node] | None:
    """The variables of sums and integrals over all values, one within the other, and what stands in the innermost."""
    if isinstance(node, s.BigOperator) and node.kind == "sum" and node.upper is None:
        lower = node.lower
        if isinstance(lower, s.Relations) and len(lower.rest) == 1 and lower.rest[0][0] == "\\in":
            if not is_named_set(lower.rest[0][1], symbol_key(lower.first) or ""):
                return None
            lower = lower.first
        if not isinstance(lower, s.Name) or lower.font or lower.accents:
            return None
        keys = [lower.key]
    elif isinstance(node, s.Integral) and _is_whole(node):
        found = [symbol_key(v) for v in node.variables]
        if any(k is None for k in found):
            return None
        keys = [k for k in found if k is not None]
    else:
        return None
    factors_of = list(node.body.factors) if isinstance(node.body, s.Product) and _is_plain(node.body) else [node.body]
    inner = [n for n, f in enumerate(factors_of) if isinstance(_open(f), (s.BigOperator, s.Integral))]
    if len(inner) == 1:
        deeper = _layers(_open(factors_of[inner[0]]))
        rest = [f for n, f in enumerate(factors_of) if n != inner[0]]
        if deeper is not None and not any(s.free_names(f) & set(deeper[0]) for f in rest):
            parts = (*rest, deeper[1])
            body = s.Product(node.body.start, node.body.end, parts, ("",) * (len(parts) - 1)) if rest else deeper[1]
            return [*keys, *deeper[0]], body
    return keys, node.body


def _is_plain(node: s.Product) -> bool:
    return all(op in ("", "\\cdot", "\\times") for op in node.ops)


def _open(node: s.Node) -> s.Node:
    return s.strip_group(node)


def _is_whole(node: s.Integral) -> bool:
    if node.lower is None and node.upper is None:
        return True
    if node.upper is None:
        key = symbol_key(node.variables[0]) if len(node.variables) == 1 else ""
        return node.lower is not None and is_named_set(node.lower, key or "")
    ends = [_end(x) for x in (node.lower, node.upper) if x is not None]
    return ends == ["-oo", "oo"]


def _end(node: s.Node) -> str:
    while isinstance(node, s.Group) and node.body is not None:
        node = node.body
    sign = ""
    if isinstance(node, s.Add) and len(node.terms) == 1:
        sign, node = ("-" if node.signs[0] == "-" else ""), node.terms[0]
    return f"{sign}oo" if isinstance(node, s.Name) and node.text == "\\infty" else "?"


def _speaks_of_a_law(body: s.Node, keys: Iterable[str]) -> bool:
    """Whether p, q or an f_X of the variables stands in a body."""
    for part in s.walk(body):
        if isinstance(part, s.ApplyOrProduct) and s.free_names(part.group) & set(keys):
            head = symbol_key(part.head) or ""
            if (
                _LETTER.match(head)
                or _DENSITY.match(head)
                or head in ("P", "\\mathrm{P}", "\\mathbb{P}", "\\mathrm{Pr}")
            ):
                return True
        elif isinstance(part, s.Call) and part.function == "Pr" and s.free_names(part.argument) & set(keys):
            return True
    return False


def mean_of(e: Elaborator, value: Term, bound: dict[str, Symbol]) -> Term | None:
    """One product as a mean: its densities must be a law of the bound variables, each in one of them."""
    laws: list[tuple[str, list[str]]] = []
    rest: list[Term] = []
    for factor in without_pairs(factors(value)):
        law = law_of(e, factor, bound)
        (laws.append(law) if law is not None else rest.append(factor))
    covered = [k for _, names in laws for k in names]
    if sorted(covered) != sorted(bound):
        return None
    result: list[Term] = [f for f in rest if not any(x in free_symbols(f) for x in bound.values())]
    if any(x.kind == "random" for f in result for x in free_symbols(f)):
        return None
    rest = [f for f in rest if any(x in free_symbols(f) for x in bound.values())]
    for letter, names in laws:
        mine = [f for f in rest if any(bound[k] in free_symbols(f) for k in names)]
        others = {bound[k] for k in bound if k not in names}
        if any(others & free_symbols(f) for f in mine):
            return None  # the law is a product, what is averaged is not
        if mine:
            chosen = {bound[k]: term(random_of(e, letter, k)) for k in names}
            inside = [under_its_law(e, f, bound) for f in mine]
            if any(x is None for x in inside):
                return None
            result.append(Expectation(substitute(Mul(*inside), {}, chosen), ()))  # type: ignore[arg-type]
    return Mul(*result) if result else term(1)


def law_of(e: Elaborator, factor: Term, bound: dict[str, Symbol]) -> tuple[str, list[str]] | None:
    """The letter of a density and the bound variables it is a density of; None of another factor or a declared function."""
    if (
        not isinstance(factor, Apply)
        or factor.partials
        or factor.indices
        or factor.function.name not in e.scope.inferred
    ):
        return None
    arguments = [a.symbol.name if isinstance(a, Entry) and a.symbol in bound.values() else "" for a in factor.arguments]
    if "" in arguments:
        return None
    parts = joint_parts(factor.function.name)
    if parts is not None:
        return (parts[0], parts[1]) if sorted(parts[1]) == sorted(arguments) else None
    events = _EVENTS.match(factor.function.name)
    if events is not None:  # Pr(X = x, Y = y)
        pairs = [x.split("=") for x in events[1].split(", ")]
        named = [e.scope.symbols.get(a) for a, b in pairs if a.lower() == b]
        sure = len(named) == len(pairs) and all(x is not None and x.kind == "random" for x in named)
        return ("p", [b for _, b in pairs]) if sure and sorted(b for _, b in pairs) == sorted(arguments) else None
    found = _DENSITY.match(factor.function.name)
    if found is not None and [k.lower() for k in found[1].split(",")] == arguments:
        symbols = [e.scope.symbols.get(k) for k in found[1].split(",")]
        return ("p", arguments) if all(x is not None and x.kind == "random" for x in symbols) else None
    if _LETTER.match(factor.function.name) and len(arguments) == 1:
        return factor.function.name, arguments
    return None


def random_of(e: Elaborator, letter: str, key: str) -> Symbol:
    """The random variable of a law: X for x when X is one, else one named after the law."""
    declared = e.scope.symbols.get(key.upper())
    if letter == "p" and declared is not None and declared.kind == "random" and not declared.shape:
        e.used.add(key.upper())
        return declared
    return Symbol(f"{key} \\sim {letter}", kind="random")


def log_density(e: Elaborator, name: str, arguments: tuple[Any, ...]) -> Term:
    """The logarithm of a density at random values, a function of which nothing is known."""
    key = f"\\log {name}"
    function = e.scope.functions.get(key)
    if function is None:
        function = FunctionSymbol(key, ((),) * len(arguments), (), 2)
        e.scope.functions[key] = function
        e.scope.inferred[key] = Declaration(f"{name} \\text{{ the density of a law}}", e.line, "inferred")
        e.scope.declarations.append(e.scope.inferred[key])
    e.used.add(key)
    return Apply(function, arguments, (), ())


def under_its_law(e: Elaborator, value: Term, bound: dict[str, Symbol]) -> Term | None:
    """What is averaged, with each density as exp of its logarithm; None where another quantity stands in it."""
    if isinstance(value, Apply):
        parts, found = joint_parts(value.function.name), _DENSITY.match(value.function.name)
        if parts is not None and len(parts[1]) == len(parts[2]) == len(value.arguments):
            order = dict(zip(parts[2], value.arguments, strict=True))
            if set(order) == set(parts[1]):
                name = f"{parts[0]}({', '.join(parts[1])})"
                return Fn("exp", log_density(e, name, tuple(order[k] for k in parts[1])))
            return None
        if found is not None:
            if [a.symbol.name if isinstance(a, Entry) else "" for a in value.arguments] != found[1].lower().split(","):
                return None  # f_Y(z - x) may vanish where f_X(x) does not
            keys = ", ".join(k.lower() for k in found[1].split(","))
            return Fn("exp", log_density(e, f"p({keys})", value.arguments))
        if _LETTER.match(value.function.name) and len(value.arguments) == 1:
            argument = value.arguments[0]
            key = argument.symbol.name if isinstance(argument, Entry) and argument.symbol in bound.values() else ""
            return Fn("exp", log_density(e, f"{value.function.name}({key})", value.arguments)) if key else None
        if " of " in value.function.name:
            return None
    if isinstance(value, Arr) or not children(value):
        return value
    lost = False

    def go(part: Any) -> Any:
        nonlocal lost
        changed = under_its_law(e, part, bound) if isinstance(part, Term) else part
        lost = lost or changed is None
        return part if changed is None else changed

    result = rebuild(value, go)
    return None if lost else result


# -- entropies


def is_measure(node: s.Node, scope: Any) -> bool:
    """Whether a call is an entropy or mutual information of declared random variables, in a text about these."""
    name, group = _parts(node)
    if (
        name is None
        or not scope.information
        or scope.other_bases
        or not isinstance(group, s.Group)
        or group.body is None
    ):
        return False
    keys = [symbol_key(x) for x in _names(group.body)]
    if name == "I" and len(keys) != 2:
        return False
    symbols = [scope.symbols.get(k or "") for k in keys]
    return bool(keys) and all(
        x is not None and x.kind == "random" and not x.shape and x.name.isupper() for x in symbols
    )


def _parts(node: s.Node) -> tuple[str | None, s.Node | None]:
    if isinstance(node, s.Call) and node.function == "H" and node.power is None and node.subscript is None:
        return "H", node.argument
    if isinstance(node, s.ApplyOrProduct) and isinstance(node.head, s.Name) and node.head.font == "rm":
        if node.head.text in ("H", "h", "I") and not node.head.accents:
            return node.head.text, node.group
    return None, None


def _names(body: s.Node) -> list[s.Node]:
    if isinstance(body, s.Conditional):
        return [*_names(body.left), *_names(body.right)]
    return list(body.items) if isinstance(body, s.Row) else [body]


def measure(e: Elaborator, node: s.Node) -> Term:
    """An entropy, joint, conditional or not, or the mutual information, as a mean of log-densities."""
    name, group = _parts(node)
    assert isinstance(group, s.Group) and group.body is not None
    body = group.body
    if name == "I":
        one, two = _names(body)
        return Add(_mean_log(e, [one, two]), Mul(-1, _mean_log(e, [one])), Mul(-1, _mean_log(e, [two])))
    whole = Mul(-1, _mean_log(e, _names(body)))
    if isinstance(body, s.Conditional):
        return Add(whole, _mean_log(e, _names(body.right)))
    return whole


def _mean_log(e: Elaborator, nodes: list[s.Node]) -> Term:
    keys = sorted({(symbol_key(n) or "").lower() for n in nodes})
    values = tuple(term(e.scope.symbols[k.upper()]) for k in keys)
    for k in keys:
        e.used.add(k.upper())
    return Expectation(log_density(e, f"p({', '.join(keys)})", values), ())


def variables_of_laws(nodes: Iterable[s.Node]) -> dict[str, set[str]]:
    """By the letter of a density the variables that sums and integrals run over it in.

    >>> from derive.parse.grammar import parse_expression as parse
    >>> variables_of_laws([parse(r"\\sum_{x \\in \\mathcal{X}} p(x) \\log q(x)")])
    {'p': {'x'}, 'q': {'x'}}
    """
    found: dict[str, set[str]] = {}
    for node in nodes:
        for part in s.walk(node):
            layers = _layers(part) if isinstance(part, s.BigOperator | s.Integral) else None
            for inside in s.walk(layers[1]) if layers is not None else ():
                if isinstance(inside, s.ApplyOrProduct) and _LETTER.match(symbol_key(inside.head) or ""):
                    names = s.free_names(inside.group) & set(layers[0])  # type: ignore[index]
                    found.setdefault(symbol_key(inside.head) or "", set()).add(", ".join(sorted(names)))
    return found


def with_a_base(nodes: Iterable[s.Node]) -> bool:
    """Whether logarithms of densities have a base: entropies are in its units then, whatever they are.

    >>> from derive.parse.grammar import parse_expression as parse
    >>> with_a_base([parse(r"\\log_b p(x)")]), with_a_base([parse(r"\\log p(x)")])
    (True, False)
    """
    return any(
        isinstance(p, s.Call) and p.function == "log" and p.subscript is not None and _has_density(p.argument)
        for node in nodes
        for p in s.walk(node)
    )


def _has_density(node: s.Node) -> bool:
    heads = [symbol_key(p.head) or "" for p in s.walk(node) if isinstance(p, s.ApplyOrProduct)]
    return any(_LETTER.match(h) or _DENSITY.match(h) for h in heads)


def of_laws(node: s.Node, scope: Any) -> tuple[str, list[tuple[str, str]]] | None:
    """What an entropy or divergence of laws is of: `KL[P || Q]`, `KL[p(x) || q(x)]`, h(P), h(P, Q); letters and variable."""
    if scope.other_bases:
        return None
    if isinstance(node, s.Call) and node.function == "KL" and node.power is None and node.subscript is None:
        body = node.argument.body if isinstance(node.argument, s.Group) else None
        if not isinstance(body, s.Conditional) or "|" not in body.bar:
            return None
        name, parts = "KL", [body.left, body.right]
    else:
        kind, group = _parts(node)
        if kind not in ("H", "h") or not isinstance(group, s.Group) or group.body is None or not scope.information:
            return None
        if isinstance(group.body, s.Conditional):
            return None
        name, parts = kind, _names(group.body)
    found = [_law(x, scope) for x in parts]
    known = [x for x in found if x is not None]
    if len(known) != len(parts) or not 1 <= len(known) <= 2 or len({key for _, key in known}) != 1:
        return None
    return name, known


def _law(node: s.Node, scope: Any) -> tuple[str, str] | None:
    if isinstance(node, s.ApplyOrProduct) and symbol_key(node.head) in ("p", "q"):
        key = symbol_key(node.group.body) if node.group.body is not None else None
        return (symbol_key(node.head) or "", key) if key is not None else None
    letter = (symbol_key(node) or "").replace("P", "p", 1).replace("Q", "q", 1)
    if not _LETTER.match(letter) or (symbol_key(node) or "") in scope.symbols:
        return None
    variables = scope.law_variables.get(letter, set())
    return (letter, next(iter(variables))) if len(variables) == 1 and "," not in next(iter(variables)) else None


def divergence(e: Elaborator, name: str, laws: list[tuple[str, str]]) -> Term:
    """KL is the mean of log p - log q under p, a cross-entropy that of -log q, an entropy that of -log p."""
    letter, key = laws[0]
    x = term(random_of(e, letter, key))
    logs = [log_density(e, f"{one}({key})", (x,)) for one, _ in laws]
    if name == "KL":
        return Expectation(Add(logs[0], Mul(-1, logs[1])), ())
    return Mul(-1, Expectation(logs[-1], ()))


def about_chance(words: str) -> bool:
    """Whether a sentence speaks of probabilities or densities."""
    return bool(_CHANCE.search(words))


def about_information(words: str) -> bool:
    """Whether a sentence speaks of entropies and the like."""
    return bool(_INFORMATION.search(words))
