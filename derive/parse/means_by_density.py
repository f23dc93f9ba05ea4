r"""The integral of g(x) f_X(x) over all values is the mean of g(X); so is the sum of g(x) Pr(X = x).

Only where f_X is the density of a declared random variable X that no formula has given, and only over all values: no ends,
the whole line, the set \mathcal{X} of X, or the ends that the values of its law have.  Part of the elaborator.

>>> support("gam", ()), support("bin", (term(5), term(1)))
((0, oo), (0, 5))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.terms import (
    ONE,
    POSITIVE,
    ZERO,
    At,
    Constant,
    Derivative,
    Entry,
    Expectation,
    Fn,
    Mul,
    Pow,
    Symbol,
    Term,
    term,
)

from . import syntax as s
from .names import symbol_key, text_key

if TYPE_CHECKING:
    from .elaborate import Elaborator

INFINITY = Constant("oo")
BELOW = Mul(-1, INFINITY)
_SUPPORTS = {
    "gam": (ZERO, INFINITY), "gamma": (ZERO, INFINITY), "exp": (ZERO, INFINITY), "bet": (ZERO, ONE), "beta": (ZERO, ONE),
    "poiss": (ZERO, INFINITY), "poisson": (ZERO, INFINITY), "pois": (ZERO, INFINITY), "bern": (ZERO, ONE),
    "wald": (ZERO, INFINITY), "chi2": (ZERO, INFINITY), "n": (BELOW, INFINITY), "normal": (BELOW, INFINITY),
}  # fmt: skip


def support(name: str, parameters: tuple[object, ...]) -> tuple[Term, Term] | None:
    """The least and greatest value of a law."""
    first = parameters[0] if parameters and isinstance(parameters[0], Term) else None
    if name in ("bin", "binomial"):
        return None if first is None else (ZERO, first)
    if name in ("u", "unif", "uniform") and first is not None and isinstance(parameters[-1], Term):
        return first, parameters[-1]
    return _SUPPORTS.get(name)


def mean(e: Elaborator, body: s.Node, key: str, ends: tuple[s.Node | None, s.Node | None]) -> Term | None:
    """The mean of what stands beside the density of a random variable; None for another integral or sum over `key`."""
    factors = list(body.factors) if isinstance(body, s.Product) else [body]
    if isinstance(body, s.Product) and "/" in body.ops:
        return None
    found = [(n, x) for n, f in enumerate(factors) if (x := _whose_density(e, f, key)) is not None]
    if len(found) != 1 or key in e.local:
        return None
    place, symbol = found[0]
    if not _over_all_values(e, symbol, ends):
        return None
    rest = [f for n, f in enumerate(factors) if n != place]
    if any(_is_another_density(e, p) for f in rest for p in s.walk(f)):
        return None  # f_Y(z - x) f_X(x) below an integral is a convolution
    saved = dict(e.local)
    e.local[key] = symbol
    e.averaging += 1
    try:
        values = [e.scalar(f) for f in rest]
    finally:
        e.averaging -= 1
        e.local = saved
    e.remarks.append(f"the values of {symbol.name} weighed with its density are its mean")
    return Expectation(Mul(*values) if values else ONE)


def summed(e: Elaborator, node: s.BigOperator) -> Term | None:
    """The mean that a sum over all values of a random variable is."""
    lower = node.lower
    key = symbol_key(lower.first) if isinstance(lower, s.Relations) and len(lower.rest) == 1 else None
    return None if key is None or node.kind != "sum" else mean(e, node.body, key, (lower, node.upper))


def generating(
    e: Elaborator, base: s.Node, items: tuple[s.Node, ...], node: s.ApplyOrProduct, primes: int
) -> Term | None:
    """M_X(t) = E[e^{t X}] and G_X(z) = E[z^X] of a random X, where nothing else gives them, and their derivatives."""
    symbol = _random(e, text_key(items[0])) if len(items) == 1 and isinstance(base, s.Name) else None
    letter = base.key if isinstance(base, s.Name) else ""
    if symbol is None or letter not in ("M", "G") or node.group.body is None or isinstance(node.group.body, s.Row):
        return None
    place = e.scalar(node.group.body)
    variable = Symbol("?t") if letter == "M" else Symbol("?z", domain=POSITIVE)
    kind = "moment-generating" if letter == "M" else "probability-generating"
    e.remarks.append(f"{letter}_{symbol.name} is read as the {kind} function of {symbol.name}")
    t, x = Entry(variable, ()), Entry(symbol, ())
    body: Term = Expectation(Fn("exp", Mul(t, x)) if letter == "M" else Pow(t, x))
    for _ in range(primes):
        body = Derivative(body, variable, ())
    return At(body, variable, place)


def _whose_density(e: Elaborator, node: s.Node, key: str) -> Symbol | None:
    """X where the node is f_X(x) or Pr(X = x) for the bound x, and nothing else gives it."""
    node = s.strip_group(node)
    if isinstance(node, s.ApplyOrProduct):
        body, head = node.group.body, node.head
        whole = symbol_key(head)
        if isinstance(head, s.Subscript) and body is not None and symbol_key(body) == key:
            if whole in e.scope.function_definitions or (whole in e.scope.functions and whole not in e.scope.inferred):
                return None
            return _random(e, text_key(head.index)) if symbol_key(head.base) in ("f", "p") else None
        return _event(e, body, key) if symbol_key(head) in ("P", "\\mathrm{P}", "\\mathbb{P}", "\\mathrm{Pr}") else None
    if isinstance(node, s.Call) and node.function == "Pr" and isinstance(node.argument, s.Group):
        return _event(e, node.argument.body, key)
    return None


def _is_another_density(e: Elaborator, node: s.Node) -> bool:
    """Whether a node is the density of a random variable at something else than a name."""
    if not isinstance(node, s.ApplyOrProduct) or not isinstance(node.head, s.Subscript) or node.group.body is None:
        return False
    named = symbol_key(node.head.base) == "f" and _random(e, text_key(node.head.index)) is not None
    return named and symbol_key(node.group.body) is None


def _event(e: Elaborator, body: s.Node | None, key: str) -> Symbol | None:
    if not isinstance(body, s.Relations) or len(body.rest) != 1 or body.rest[0][0] != "=":
        return None
    if symbol_key(body.rest[0][1]) != key:
        return None
    return _random(e, symbol_key(body.first) or "")


def _random(e: Elaborator, name: str) -> Symbol | None:
    name = name[8:-1] if name.startswith("\\mathrm{") else name
    symbol = e.scope.symbols.get(name)
    return symbol if symbol is not None and symbol.kind == "random" and not symbol.shape else None


def _over_all_values(e: Elaborator, symbol: Symbol, ends: tuple[s.Node | None, s.Node | None]) -> bool:
    from .distributions import plain_name
    from .elaborate_binders import end

    lower, upper = ends
    if isinstance(lower, s.Relations) and len(lower.rest) == 1:  # x \\in \\mathcal{X}, or i = 0
        lower = lower.rest[0][1]
    if upper is None:
        if lower is None:
            return True
        return isinstance(lower, s.Name) and (
            (lower.font == "bb" and lower.text == "R") or (lower.font == "cal" and lower.text == symbol.name)
        )
    if lower is None:
        return False
    given = end(e, lower), end(e, upper)
    law = e.scope.distributions.get(symbol)
    values = None if law is None else support(plain_name(law.name), law.parameters)
    return given == (BELOW, INFINITY) or given == values


__all__ = ["mean", "support", "term"]
