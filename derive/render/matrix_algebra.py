"""Building matrix expressions: flattened products, transposes carried inwards, inner products as norms, common
factors out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from derive.render.matrix_expr import (
    Applied,
    BigSum,
    Diagonal,
    Elementwise,
    FunctionValue,
    Hadamard,
    Identity,
    Indicator,
    Inverted,
    MatrixExpr,
    NormSquared,
    Ones,
    Plus,
    Power,
    Product,
    Scalar,
    Softmax,
    Tensor,
    Times,
    Trace,
    Transposed,
    is_row,
)
from derive.render.matrix_powers import hadamard, scaled
from derive.terms import Affine, Index, Num, free_indices

ONE = Fraction(1)


def transposed(e: MatrixExpr) -> MatrixExpr:
    """The transpose, carried inwards through products; nothing for what is symmetric."""
    if isinstance(e, Transposed):
        return e.body
    if isinstance(e, Product):
        return product(*(transposed(f) for f in reversed(e.factors)))
    if isinstance(e, Times) and e.body is not None:
        return Times(e.number, e.scalars, transposed(e.body))
    if isinstance(e, BigSum):
        return BigSum(e.index, transposed(e.body))
    if is_symmetric(e):
        return e
    return min((Transposed(e), *_inwards(e)), key=_weight)


def _inwards(e: MatrixExpr) -> Iterator[MatrixExpr]:
    """The transpose written inside an entrywise operation."""
    if e.rank != 2:
        return
    if isinstance(e, Plus):
        yield plus([transposed(t) for t in e.terms])
    elif isinstance(e, Hadamard):
        yield Hadamard(tuple(transposed(f) for f in e.factors))
    elif isinstance(e, Elementwise):
        yield Elementwise(e.name, tuple(transposed(a) if a.rank else a for a in e.arguments))
    elif isinstance(e, Applied | Power | Indicator):
        yield replace(e, body=transposed(e.body))


def is_symmetric(e: MatrixExpr) -> bool:
    """Whether a matrix is plainly its own transpose."""
    if isinstance(e, Identity | Diagonal):
        return True
    if isinstance(e, Tensor):
        return e.rank == 2 and bool(
            {"symmetric", "positive_definite", "positive_semidefinite", "diagonal"} & e.symbol.properties
        )
    if isinstance(e, Inverted):
        return is_symmetric(e.body)
    if isinstance(e, Plus):
        return e.rank == 2 and all(is_symmetric(t) for t in e.terms)
    if isinstance(e, BigSum):
        return e.rank == 2 and is_symmetric(e.body)
    if isinstance(e, Times):
        return e.rank == 2 and e.body is not None and is_symmetric(e.body)
    if isinstance(e, Product):
        return e.rank == 2 and all(transposed(f) == g for f, g in zip(reversed(e.factors), e.factors, strict=True))
    if isinstance(e, Hadamard):
        return e.rank == 2 and all(is_symmetric(f) for f in e.factors)
    if isinstance(e, Elementwise | Indicator):
        return e.rank == 2 and all(p.rank == 0 or is_symmetric(p) for p in e.parts())
    return isinstance(e, FunctionValue) and e.order == 2 and e.function.smooth >= 2


def product(*factors: MatrixExpr) -> MatrixExpr:
    """A matrix product, flat, identities dropped, numbers in front."""
    flat: list[MatrixExpr] = []
    number = ONE
    scalars: list[MatrixExpr] = []
    for f in factors:
        if isinstance(f, Times) and f.body is not None:
            scalars.extend(f.scalars)
            number, f = number * f.number, f.body
        flat.extend(f.factors if isinstance(f, Product) else (f,))
    kept = [f for f in flat if not isinstance(f, Identity)]
    for k in range(len(kept) - 1):  # -(u v^T) rather than (u' v^T) where u' is -v: v v^T is then seen
        row = kept[k + 1]
        if isinstance(row, Transposed) and kept[k] != row.body and opposite(kept[k]) == row.body:
            kept[k], number = row.body, -number
    for k in range(len(kept) - 2, -1, -1):  # (diag a - diag b) v is (a - b) . v
        entries = _diagonal_entries(kept[k]) if isinstance(kept[k], Plus) and kept[k + 1].rank == 1 else None
        if entries is not None:
            whole = hadamard(entries, kept.pop(k + 1))
            if isinstance(whole, Times) and whole.body is not None:
                number *= whole.number
                scalars.extend(whole.scalars)
                whole = whole.body
            kept[k] = whole
    body = flat[0] if not kept else kept[0] if len(kept) == 1 else Product(tuple(kept))
    return scaled(number, scalars, body)


def _diagonal_entries(e: MatrixExpr) -> MatrixExpr | None:
    """The vector on the diagonal of a sum of diagonal matrices, or None."""
    parts = []
    for t in e.terms if isinstance(e, Plus) else (e,):
        number, scalars, chain = _open(t)
        if len(chain) != 1 or not isinstance(chain[0], Diagonal):
            return None
        parts.append(scaled(number, scalars, chain[0].body))
    return plus(parts)


def opposite(e: MatrixExpr) -> MatrixExpr | None:
    """Minus a sum, term by term in the same order; None for what is no sum."""
    return Plus(tuple(scaled(Fraction(-1), (), t) for t in e.terms)) if isinstance(e, Plus) else None


def summed(index: Index, body: MatrixExpr) -> MatrixExpr:
    """The sum over the members of a family, with the matrices that are the same for all members outside."""
    number, scalars, chain = _open(body)
    front = [s for s in scalars if not _mentions(s, index)]
    inside = tuple(s for s in scalars if s not in front)
    left = next((k for k, f in enumerate(chain) if _mentions(f, index)), len(chain))
    right = next((k for k, f in enumerate(reversed(chain)) if _mentions(f, index)), len(chain))
    if left == len(chain) or any(f.rank < 2 or is_row(f) for f in (*chain[:left], *chain[len(chain) - right :])):
        left = right = 0
    middle = chain[left : len(chain) - right]
    total = BigSum(index, _close((ONE, inside, middle)))
    return scaled(number, front, product(*chain[:left], total, *chain[len(chain) - right :]))


def _mentions(e: MatrixExpr, index: Index) -> bool:
    return any(
        index in (free_indices(p.term) if isinstance(p, Scalar) else {i for a in p.fixed for i in a.indices})
        for p in e.walk()
        if isinstance(p, Scalar | Tensor)
    )


def inner(a: MatrixExpr, b: MatrixExpr, size: Affine | None = None) -> MatrixExpr:
    """The inner product of two vectors, written with few transposes; the entries of a softmax sum to 1."""
    if {type(a), type(b)} == {Ones, Softmax}:
        return Scalar(Num(1))
    if a == b:
        return norm_squared(a)
    together = hadamard(a, b)
    if any(isinstance(f, Power) for f in (*_factors(a), *_factors(b))):
        if len(_factors(together)) < len(_factors(a)) + len(_factors(b)) and not isinstance(together, Times):
            *rest, last = _factors(together)
            first = hadamard(*rest) if rest else None
            if first is not None:
                return inner(first, last)
            return inner(Ones(size), last) if size is not None else product(transposed(a), b)
    one, other = product(transposed(a), b), product(transposed(b), a)
    return min((one, other), key=lambda e: (_weight(e), not _starts_with_ones(e), _names(e)))


def _factors(e: MatrixExpr) -> tuple[MatrixExpr, ...]:
    return e.factors if isinstance(e, Hadamard) else (e,)


def norm_squared(a: MatrixExpr) -> MatrixExpr:
    if isinstance(a, Times):
        squares: list[MatrixExpr] = [s for s in a.scalars for _ in range(2)]
        return scaled(a.number**2, squares, norm_squared(a.body)) if a.body is not None else a
    return NormSquared(a)


def trace(e: MatrixExpr) -> MatrixExpr:
    """The trace; a product is turned so that it has few transposes and, of an outer product, becomes a number."""
    if isinstance(e, Times) and e.body is not None:
        return scaled(e.number, e.scalars, trace(e.body))
    if isinstance(e, Product):
        k = next((k for k, f in enumerate(e.factors) if is_row(f)), None)
        if k is not None:
            return product(*e.factors[k:], *e.factors[:k])
        turns = [product(*e.factors[k:], *e.factors[:k]) for k in range(len(e.factors))]
        turns += [transposed(t) for t in turns]
        best = min(turns, key=lambda t: (_weight(t), _transposed_late(t), _names(t)))
        return Trace(best)
    return Trace(e.body if isinstance(e, Transposed) else e)


def _weight(e: MatrixExpr) -> int:
    return sum(isinstance(p, Transposed) for p in e.walk())


def _transposed_late(e: MatrixExpr) -> int:
    return 0 if isinstance(e, Product) and isinstance(e.factors[0], Transposed) else 1


def _names(e: MatrixExpr) -> list[str]:
    return [p.symbol.name.lower().lstrip("\\") for p in e.walk() if isinstance(p, Tensor)]


def _starts_with_ones(e: MatrixExpr) -> bool:
    return isinstance(e, Product) and isinstance(e.factors[0], Transposed) and isinstance(e.factors[0].body, Ones)


# -- sums -------------------------------------------------------------------------------------------------------------

_Part = tuple[Fraction, tuple[MatrixExpr, ...], tuple[MatrixExpr, ...]]


def _open(e: MatrixExpr) -> _Part:
    """A term as number, scalars, chain."""
    if isinstance(e, Times):
        return (
            e.number,
            e.scalars,
            () if e.body is None else e.body.factors if isinstance(e.body, Product) else (e.body,),
        )
    if e.rank == 0:
        return ONE, (e,), ()
    return ONE, (), e.factors if isinstance(e, Product) else (e,)


def _close(part: _Part) -> MatrixExpr:
    number, scalars, chain = part
    return scaled(number, scalars, product(*chain) if chain else None)


def plus(terms: Sequence[MatrixExpr]) -> MatrixExpr:
    """The sum, equal terms collected and common left and right factors out: X^T X t - X^T y is X^T(X t - y)."""
    kept = _plus([u for t in terms for u in _summands(t)])
    spread = [u for t in terms for u in _summands(t, spread=True)]
    if len(spread) == len(kept.terms if isinstance(kept, Plus) else (kept,)):
        return kept
    return min(kept, _plus(spread), key=lambda e: sum(1 for _ in e.walk()))


def _plus(flat: Sequence[MatrixExpr]) -> MatrixExpr:
    parts = _collect([_open(t) for t in flat])
    if flat and flat[0].rank:
        parts = _factor(parts, 0)
        parts = _factor(parts, -1)
    results = [_close(p) for p in parts]
    results = [r for r in results if not (isinstance(r, Times) and r.number == 0)]
    if not results:
        return scaled(Fraction(0), (), flat[0]) if flat[0].rank else Scalar(Num(0))
    return results[0] if len(results) == 1 else Plus(tuple(results))


def _summands(e: MatrixExpr, spread: bool = False) -> Sequence[MatrixExpr]:
    """The terms of a sum; a minus sign in front of one is carried in, with ``spread`` any number."""
    if isinstance(e, Plus):
        return e.terms
    if isinstance(e, Times) and not e.scalars and isinstance(e.body, Plus) and (spread or e.number == -1):
        return [scaled(e.number, (), t) for t in e.body.terms]
    return (e,)


def _collect(parts: Sequence[_Part]) -> list[_Part]:
    """Terms that differ by a number, added."""
    total: dict[object, Fraction] = {}
    first: dict[object, _Part] = {}
    for part in parts:
        key = (frozenset((s, part[1].count(s)) for s in part[1]), tuple(map(_unordered, part[2])))
        first.setdefault(key, part)
        total[key] = total.get(key, Fraction(0)) + part[0]
    return [(number, *first[key][1:]) for key, number in total.items() if number]


def _unordered(e: MatrixExpr) -> object:
    """A key that forgets the order of an entrywise product."""
    return frozenset((f, e.factors.count(f)) for f in e.factors) if isinstance(e, Hadamard) else e


def _factor(parts: list[_Part], end: int) -> list[_Part]:
    """Groups that share the factor at one end of their chains, with that factor taken out once."""
    done: list[_Part] = []
    rest = list(parts)
    while rest:
        head = rest.pop(0)
        chain = head[2]
        factor = chain[end] if len(chain) > 1 else None
        group = [head] + ([p for p in rest if len(p[2]) > 1 and p[2][end] == factor] if factor is not None else [])
        if len(group) == 1 or factor is None or (is_row(factor) and end == 0):
            done.append(head)
            continue
        rest = [p for p in rest if p not in group]
        done.append(_taken_out(group, factor, end))
    return done


def _taken_out(group: list[_Part], factor: MatrixExpr, end: int) -> _Part:
    shared = [s for s in group[0][1] if all(s in p[1] for p in group)]
    shared = list(dict.fromkeys(shared))
    number = abs(group[0][0])
    if any(abs(p[0]) != number for p in group):
        number = ONE
    if all(p[0] < 0 for p in group):
        number = -number
    inside = []
    for n, scalars, chain in group:
        left = list(scalars)
        for s in shared:
            left.remove(s)
        inside.append(_close((n / number, tuple(left), chain[1:] if end == 0 else chain[:-1])))
    middle = plus(inside)
    number_in, scalars_in, chain_in = _open(middle)
    chain = (factor, *chain_in) if end == 0 else (*chain_in, factor)
    return number * number_in, (*shared, *scalars_in), chain
