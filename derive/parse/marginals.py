r"""The integral of a joint density over one of its variables is the density of the others: \int p(x, y) dy is p(x).

Only over all values (no ends, or a named set), only where the letter names densities (a document conditions in it), and only
where no other factor depends on the variable.  Part of the elaborator.

>>> without(["x", "y"], "y"), joint_parts("p(x, y) of y")
(['x'], ('p', ['x', 'y'], ['y']))
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derive.terms import Apply, Mul, Num, Pow, Symbol, Term, free_symbols, term

from . import syntax as s
from .errors import ReadError

if TYPE_CHECKING:
    from .elaborate import Elaborator

_JOINT = re.compile(r"^(p|q)\(([^();|]*)\) of ([^()]*)$")


def joint_parts(name: str) -> tuple[str, list[str], list[str]] | None:
    """The letter, the events and the bound names of a joint density."""
    found = _JOINT.match(name)
    return None if found is None else (found[1], found[2].split(", "), found[3].split(", "))


def without(events: list[str], event: str) -> list[str]:
    """The other events."""
    return [x for x in events if x != event]


def is_whole(node: s.Integral) -> bool:
    """Whether an integral is over all values: it has no ends, or names a set such as \\Theta or \\mathcal{X}."""
    if node.lower is None and node.upper is None:
        return True
    return node.upper is None and node.lower is not None and is_named_set(node.lower)


def is_named_set(node: s.Node, key: str = "") -> bool:
    """Whether a name is that of all values of a variable: \\mathcal{X} is of x, \\Theta of any; \\mathcal{A} may be an event."""
    if not isinstance(node, s.Name):
        return False
    if node.font != "cal":
        return node.text == "\\Theta"
    return not key or node.text.lower() == key.lower() or (node.text in "XYZSP" and key.lower() not in "xyzsp")


def marginal(e: Elaborator, node: s.Integral, key: str, shape: tuple[object, ...]) -> Term | None:
    """The density of the other variables, times what does not depend on this one; None for another integral."""
    from .elaborate_calls import names_densities
    from .elaborate_probability import joint
    from .names import symbol_key

    heads = {symbol_key(p.head) for p in s.walk(node.body) if isinstance(p, s.ApplyOrProduct)}
    if not is_whole(node) or not any(names_densities(h or "", e.scope) for h in heads):
        return None
    variable = Symbol(key, shape)  # type: ignore[arg-type]
    saved = dict(e.local)
    e.local[key] = variable
    try:
        body = e.value(node.body)
    except ReadError:  # nothing is said of an integral that is not understood; a readable one is read again
        return None
    finally:
        e.local = saved
    if not isinstance(body, Term):
        return None
    inside = [f for f in without_pairs(factors(body)) if variable in free_symbols(f)]
    outside = [f for f in without_pairs(factors(body)) if variable not in free_symbols(f)]
    if len(inside) != 1 or not isinstance(inside[0], Apply):
        return None
    parts = joint_parts(inside[0].function.name)
    if parts is None or parts[1].count(key) != 1 or key not in parts[2] or not names_densities(parts[0], e.scope):
        return None
    rest = without(parts[1], key)
    if any(re.search(rf"(?<![a-zA-Z\\]){re.escape(key)}(?![a-zA-Z])", x) for x in rest):
        return None  # another event depends on the variable
    e.remarks.append(f"the integral over {key} of a density is the density of the other variables")
    return Mul(joint(e, parts[0], rest, "", node.body) if rest else term(1), *outside)


def factors(t: Term) -> list[Term]:
    """The factors of a product."""
    return [x for f in t.fields for x in factors(f)] if isinstance(t, Mul) else [t]


def without_pairs(factors: list[Term]) -> list[Term]:
    """The factors without pairs of one and its reciprocal (a condition p(x | y) needs p(y) not to vanish)."""
    left = list(factors)
    for f in factors:
        inverse = f.base if isinstance(f, Pow) and f.exponent == Num(-1) else None
        if inverse is not None and f in left and inverse in left:
            left.remove(f)
            left.remove(inverse)
    return left
