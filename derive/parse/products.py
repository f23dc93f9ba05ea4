"""How far a product sign reaches: to the last factor that mentions its index, and never over a second sign with that index.

For a sum it does not matter, since what does not mention the index may be taken out.  Imports syntax.

>>> from derive.parse.grammar import parse_expression
>>> node = parse_expression(r"\\prod_{i=1}^n x_i \\cdot c")
>>> type(node).__name__, type(node.factors[0]).__name__
('Product', 'BigOperator')
"""

from __future__ import annotations

from .syntax import BigOperator, Name, Node, Product, free_names, walk


def reach(node: BigOperator) -> Node:
    """The product sign with the factors that belong to it, times the others."""
    if node.kind != "prod" or not isinstance(node.body, Product) or node.lower is None:
        return node
    factors, ops = _flat(node.body)
    letters = {n.key for n in walk(node.lower) if isinstance(n, Name)}
    stop = next((k for k, f in enumerate(factors) if k and _binds(f, letters)), len(factors))
    mentions = [k for k, f in enumerate(factors[:stop]) if letters & free_names(f)]
    if mentions:
        end = mentions[-1] + 1
    else:
        end = next((k + 1 for k, op in enumerate(ops[: stop - 1]) if op in ("\\cdot", "\\times")), stop)
    if end == len(factors):
        return node
    head = (
        factors[0]
        if end == 1
        else Product(factors[0].start, factors[end - 1].end, tuple(factors[:end]), tuple(ops[: end - 1]))
    )
    first = BigOperator(node.start, head.end, node.kind, node.lower, node.upper, head)
    return Product(node.start, node.end, (first, *factors[end:]), tuple(ops[end - 1 :]))


def _flat(body: Product) -> tuple[list[Node], list[str]]:
    """The factors, with those after a product sign inside brought to the same level."""
    factors, ops = list(body.factors), list(body.ops)
    last = factors[-1]
    if isinstance(last, Product) and isinstance(last.factors[0], BigOperator):
        return [*factors[:-1], *last.factors], [*ops, *last.ops]
    return factors, ops


def _binds(node: Node, letters: set[str]) -> bool:
    if not isinstance(node, BigOperator) or node.lower is None:
        return False
    return bool(letters & {n.key for n in walk(node.lower) if isinstance(n, Name)})


def is_uncertain(node: Node) -> bool:
    """Whether factors follow a product sign of which an author may have meant that it reaches over them."""
    return isinstance(node, Product) and any(
        isinstance(f, BigOperator) and f.kind == "prod" and not isinstance(after, BigOperator)
        for f, after in zip(node.factors, node.factors[1:], strict=False)
    )
