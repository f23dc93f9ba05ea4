"""The shapes of names nobody declared, worked out from all formulas of a document together.

`X \\sim \\mathcal{N}(\\mu, \\Sigma)`, `(y - X\\beta)^\\top V^{-1}(y - X\\beta)` and `\\mathrm{tr}(V)` say that \\Sigma and V
are square, \\mu, y and \\beta columns and X as wide as \\beta is long.  Every name gets a number of rows and of columns,
which what the formulas say identify; a number is one by one.  Sizes are identified inside expressions and by laws only:
an equation, which may be wrong, tells what is a number, a column or a matrix, and not which sizes are equal.  Where the
formulas contradict each other about a name, nothing is said of it.  Imports syntax, names and the shapes of laws.

>>> from derive.parse.grammar import parse_expression
>>> shapes([parse_expression(t) for t in (r"X \\sim \\mathcal{N}(\\mu, \\Sigma)", r"(X - \\mu)^\\top \\Sigma^{-1} (X - \\mu)")])[0]
{'X': ('X',), '\\\\mu': ('X',), '\\\\Sigma': ('X', 'X')}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from . import syntax as s
from .dims import Dim
from .names import UPPER_GREEK, split_scripts, symbol_key
from .shapes_of_formulas import Formulas

Found = dict[str, tuple[int | str, ...]]
MOST = 12_000  # nodes: of a longer text nothing is worked out rather than seconds spent


def shapes(
    nodes: Iterable[s.Node],
    equations: Iterable[tuple[s.Node, s.Node]] = (),
    sizes: Iterable[str] = (),
    indices: Iterable[str] = (),
) -> tuple[Found, set[str], set[str]]:
    """The shape of each name that the formulas show to be an array: one or two sizes, each a number or a name.

    And the names among these sizes that the text itself uses (n of I_n, or of (2 \\pi)^n |\\Sigma|), and the names of
    covariances of a law, or of what is inverse to one.

    `equations` are the sides of the relations, `sizes` and `indices` names known to be such: numbers.
    """
    everything, sides = list(nodes), list(equations)
    if sum(1 for node in everything for _ in s.walk(node)) > MOST:
        return {}, set(), set()
    numbers, counting = {*sizes, *indices}, set(indices)
    # a name that is put together from blocks takes its shape from them
    built = {symbol_key(a) or "" for a, b in sides if isinstance(s.strip_group(b), s.Matrix)}
    kinds = _consistent(numbers, counting, {}, everything, sides, built)
    ranks = {k: r for k in kinds.names if (r := _rank(kinds, k)) is not None}
    again = _consistent(numbers, counting, ranks, everything, [], kinds.unclear)
    found, own = _named(again, {k for k, r in ranks.items() if r})
    return (
        found,
        own | again.counts,
        {k for k in again.definite & found.keys() if len(found[k]) == 2 and len(set(found[k])) == 1},
    )


def _consistent(
    numbers: set[str], indices: set[str], ranks: dict[str, int], nodes: Sequence[s.Node],
    equations: Sequence[tuple[s.Node, s.Node]], unclear: Iterable[str] = (),
) -> Formulas:  # fmt: skip
    """The formulas read without the names about which they contradict each other: X the data, and X a random vector.

    The name in most contradictions goes first, a capital before a small letter.
    """
    gone, functions = set(unclear), _maps(nodes)
    most = len(gone) + max(2, 10_000 // (1 + sum(1 for node in nodes for _ in s.walk(node))))
    while True:
        read = Formulas(numbers, indices, ranks)
        read.unclear, read.functions = set(gone), functions
        _settled(read, nodes, equations)
        counts = Counter(k for keys in read.contested for k in keys if k not in numbers)
        if not counts or len(gone) >= most:
            break
        gone.add(max(counts, key=lambda k: (counts[k], not _is_small(k), k)))
    read.unclear |= set(counts)
    return read


def _maps(nodes: Iterable[s.Node]) -> set[str]:
    """The names that `f : A \\to B` declares to be functions."""
    found: set[str] = set()
    for node in nodes:
        for part in s.walk(node):
            if isinstance(part, s.Relations) and part.rest[0][0] == ":":
                names = part.first.items if isinstance(part.first, s.Row) else (part.first,)
                found |= {key for name in names if (key := symbol_key(name)) is not None}
    return found


def _settled(read: Formulas, nodes: Sequence[s.Node], equations: Sequence[tuple[s.Node, s.Node]]) -> Formulas:
    """Reads everything; then what letters mean by custom decides what is open, the surest custom first."""
    for node in nodes:
        read.whole(node)
    for left, right in equations:
        read.equate(left, right)
    read.chain_products()
    for custom in (_small_arrays, _transposed, _beside_arrays, _behind_matrices, _numbers):
        custom(read)
        read.chain_products()
    return read


def _is_small(key: str) -> bool:
    base = key.partition("_")[0].partition("^")[0]
    plain = base.split("{")[-1].rstrip("}")
    return not (plain[:1].isupper() or plain in UPPER_GREEK)


def _small_arrays(read: Formulas) -> None:
    """A small letter that is no number is a column."""
    for key, shape in read.names.items():
        if (
            _is_small(key)
            and read.kind(shape) == "array"
            and shape[1].root().value is None
            and not read.is_one(shape[0])
        ):
            read.same(shape[1], Dim(1))


def _transposed(read: Formulas) -> None:
    """What is transposed is an array: a column if the letters in it are small, otherwise a matrix."""
    for node, shape in read.turned:
        if read.kind(shape) == "number":
            if symbol_key(node) is not None:
                read.contest(node)
            continue
        small = _leads_small(node)
        shape[0].root().many = shape[0].root().value is None or shape[0].root().many
        if small and shape[1].root().value is None and not shape[1].root().many:
            read.same(shape[1], Dim(1))
        elif not small and shape[1].root().value is None:
            shape[1].root().many = True


def _leads_small(node: s.Node) -> bool:
    """Whether a small letter stands in a sum, or last in a product."""
    node = s.strip_group(node)
    if isinstance(node, s.Add):
        return any(_leads_small(t) for t in node.terms)
    if isinstance(node, s.Product):
        return _leads_small(node.factors[-1])
    key = symbol_key(node)
    return key is not None and _is_small(key)


def _beside_arrays(read: Formulas) -> None:
    """A capital in a product with an array is a matrix."""
    for _ in range(6):
        before = len(read.products)
        for node, factors, _result in read.products:
            kinds = [read.kind(f) for f in factors]
            if "array" not in kinds:
                continue
            for part, shape, kind in zip(node, factors, kinds, strict=True):
                while isinstance(part, s.Superscript) and symbol_key(part) is None:
                    part = s.strip_group(part.base)
                base, _ends = split_scripts(part)
                key = symbol_key(part)
                capital = (
                    key is not None and not _is_small(key) and isinstance(base, s.Name) and base.font in ("", "bf")
                )
                if kind == "" and capital:
                    for dim in shape:
                        dim.root().many = dim.root().value is None or dim.root().many
        read.chain_products()
        if len(read.products) == before:
            return


def _behind_matrices(read: Formulas) -> None:
    """A small letter last in a product with a matrix is a column: numbers are written in front."""
    for node, factors, _result in read.products:
        kinds = [read.kind(f) for f in factors]
        key = symbol_key(node[-1])
        if kinds[-1] == "" and "array" in kinds and "" not in kinds[:-1] and key is not None and _is_small(key):
            rows, columns = factors[-1]
            last = [f for f, k in zip(factors, kinds, strict=True) if k == "array"][-1]
            if last[1].root().many and rows.root().value is None:
                rows.root().many = True
                read.same(columns, Dim(1))


def _numbers(read: Formulas) -> None:
    """A name of which nothing else is known is a number: the small letters first."""
    for small in (True, False):
        for key, shape in read.names.items():
            if _is_small(key) == small and read.kind(shape) == "":
                for dim in shape:
                    if dim.root().value is None:
                        read.same(dim, Dim(1))
        read.chain_products()


def _rank(read: Formulas, key: str) -> int | None:
    shape = read.names[key]
    kind = read.kind(shape)
    if key in read.unclear or kind == "":
        return None
    return 0 if kind == "number" else 1 if read.is_one(shape[1]) else 2


def _named(read: Formulas, arrays: set[str]) -> tuple[Found, set[str]]:
    """Sizes by name: the text's own, or that of the first array that has it."""
    labels: dict[int, str] = {}
    own: set[str] = set()
    found: Found = {}
    for key, shape in read.names.items():
        if key not in arrays or key in read.unclear:
            continue
        plain = key.replace(" ", "")
        column = read.is_one(shape[1])
        sizes: list[int | str] = []
        for place, dim in enumerate(shape[:1] if column else shape):
            root = dim.root()
            name = plain if column else f"{plain}{place + 1}"
            sizes.append(root.value if root.value is not None else labels.setdefault(id(root), name))
            if isinstance(root.value, str):
                own.add(root.value)
        found[key] = tuple(sizes)
    return found, own


__all__ = ["shapes"]
