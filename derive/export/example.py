"""Small inputs for the example in a docstring: simple numbers inside the domains and the hypotheses."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from derive.terms import Affine, Arr, Hypothesis, Size, Symbol, Term, free_indices, free_symbols

NUMBERS = (2.0, 1.0, 0.5, 3.0, 1.5, 2.5, 0.1)
SIGNED = (2.0, -1.0, 0.5, 3.0, -1.5, 1.0, -0.5)
LENGTHS = (3, 2, 4, 2, 3, 2, 2)
ATTEMPTS, TRIED = 60, 12
Inputs = dict[Any, Any]


def inputs(parameters: Sequence[Symbol | Size], hypotheses: Sequence[Hypothesis] = ()) -> Iterator[Inputs]:
    """Values of the parameters as numbers and nested lists, the most telling first, all inside the hypotheses.

    Hypotheses that speak of other symbols are left alone.
    """
    atoms = [p for p in parameters if isinstance(p, Size)]
    for p in parameters:
        if isinstance(p, Symbol):
            atoms += [a for length in p.shape for a, _ in length.terms if isinstance(a, Size) and a not in atoms]
    lengths = [{s: max(n, s.lower) for s, n in zip(atoms, itertools.cycle(LENGTHS), strict=False)}]
    lengths.append({s: max(2, s.lower) for s in atoms})
    for sizes in lengths:
        choices = []
        for turn, p in enumerate(parameters):
            if isinstance(p, Size):
                choices.append([sizes[p]])
            else:
                found_here = _candidates(p, tuple(_extent(n, sizes) for n in p.shape), turn)
                choices.append([v for v in found_here if _inside(p, v)])
        for values in itertools.islice(itertools.product(*choices), ATTEMPTS):
            found = dict(zip(parameters, values, strict=True))
            if all(_holds(h, found, sizes) for h in hypotheses):
                yield found


def _extent(length: Affine, sizes: Mapping[Size, int]) -> int:
    return length.constant + sum(c * sizes[a] for a, c in length.terms if isinstance(a, Size))


def _candidates(symbol: Symbol, shape: tuple[int, ...], turn: int) -> Iterator[Any]:
    """Values of one symbol: ordinary ones, then special ones that equations of the field ask for."""
    domain, properties = symbol.domain, symbol.properties
    if domain.values is not None:
        yield _filled(shape, [float(v) for v in domain.values], turn)
        return
    pool = [v for v in (NUMBERS if domain.nonnegative else SIGNED) if domain.contains(v)]
    pool = pool or [v for v in (0.2, 0.5, 0.3, 0.1, -0.5, -2.0, 4.0, 5.0, 10.0) if domain.contains(v)]
    if domain.lower is not None and domain.upper is not None:
        width = float(domain.upper - domain.lower)
        pool = [float(domain.lower) + width * part for part in (0.2, 0.5, 0.3)] if not domain.integer else pool
    if not pool:
        return
    square = len(shape) == 2 and shape[0] == shape[1]
    if square and properties & {"orthogonal", "diagonal", "lower_triangular", "upper_triangular"}:
        if "orthogonal" in properties and shape[0] == 2:
            yield [[0.6, -0.8], [0.8, 0.6]]
        yield _matrix(shape[0], 1.0, 0.0)
    elif square and properties & {"positive_definite", "positive_semidefinite", "symmetric", "invertible"}:
        yield _matrix(shape[0], 2.0, 0.5)
        yield _matrix(shape[0], 1.0, 0.0)
    else:
        yield _filled(shape, pool, turn)
        if len(shape) == 1 and shape[0]:
            yield _shares(shape[0])
            yield [1.0, *[0.0] * (shape[0] - 1)]
        if square:
            yield _matrix(shape[0], 2.0, 0.5)
            yield _matrix(shape[0], 1.0, 0.0)
        elif len(shape) == 2 and shape[1]:
            yield [_shares(shape[1]) for _ in range(shape[0])]
    if not shape:
        yield from (v for v in (1.0, 0.0, 0.5) if domain.contains(v))


def _inside(symbol: Symbol, value: Any) -> bool:
    if isinstance(value, list):
        return all(_inside(symbol, v) for v in value)
    return symbol.domain.contains(Fraction(value)) or symbol.domain.values is not None


def _filled(shape: tuple[int, ...], pool: Sequence[float], turn: int) -> Any:
    turn %= len(pool)
    source = itertools.cycle([*pool[turn:], *pool[:turn]])

    def fill(left: tuple[int, ...]) -> Any:
        return next(source) if not left else [fill(left[1:]) for _ in range(left[0])]

    return fill(shape)


def _shares(count: int) -> list[float]:
    """Positive numbers with the sum 1."""
    return {1: [1.0], 2: [0.25, 0.75], 3: [0.25, 0.5, 0.25], 4: [0.25] * 4}.get(count, [1.0, *[0.0] * (count - 1)])


def _matrix(count: int, diagonal: float, beside: float) -> list[list[float]]:
    return [[diagonal if r == c else beside for c in range(count)] for r in range(count)]


def _holds(hypothesis: Hypothesis, found: Inputs, sizes: Mapping[Size, int]) -> bool:
    """Whether numbers satisfy a hypothesis, as far as it speaks of them."""
    import numpy as np

    from derive.export.errors import CompileError
    from derive.export.module import compile_callable
    from derive.export.source import Function

    r = hypothesis.relation
    if any(s not in found for s in free_symbols(r.lhs) | free_symbols(r.rhs)):
        return True
    sides = []
    free = sorted({i for v in (r.lhs, r.rhs) if isinstance(v, Term) for i in free_indices(v)}, key=lambda i: i.name)
    parameters: tuple[Symbol | Size, ...] = (*(p for p in found if isinstance(p, Symbol)), *sizes)
    arguments = [np.asarray(v) if isinstance(v, list) else v for p, v in found.items() if isinstance(p, Symbol)]
    for side in (r.lhs, r.rhs):
        value = Arr(tuple((i,) for i in free), side) if free and isinstance(side, Term) else side
        try:
            sides.append(compile_callable(Function("side", parameters, value))(*arguments, *sizes.values()))
        except (CompileError, ImportError, np.linalg.LinAlgError):
            return True
    left, right = (np.asarray(s, float) for s in sides)
    if r.op == "=":
        return bool(np.allclose(left, right, rtol=1e-9, atol=1e-9))
    return bool(np.all(left <= right if r.op == "<=" else left < right if r.op == "<" else left != right))


def evaluated(function: Any, parameters: Sequence[Symbol | Size]) -> tuple[Inputs, list[Any]] | None:
    """Inputs with the function's values there, by its NumPy code. None when no simple inputs give finite values."""
    import warnings

    try:
        import numpy as np

        from derive.export.module import compile_callable

        call = compile_callable(replace(function, parameters=tuple(parameters)))
    except ImportError:  # SciPy, say, is not here
        return None
    found: tuple[Inputs, list[Any]] | None = None
    for values in itertools.islice(inputs(parameters, function.hypotheses), TRIED):
        arguments = [np.array(v) if isinstance(v, list) else v for v in values.values()]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                result = call(*arguments)
        except (ArithmeticError, RuntimeWarning, ValueError, TypeError, IndexError, np.linalg.LinAlgError):
            continue
        results = list(result) if isinstance(result, tuple) else [result]
        if not all(np.all(np.isfinite(r)) for r in results):
            continue
        if all(_readable(np.ravel(np.asarray(r, float))) for r in results):
            return values, results
        found = found or (values, results)
    return found


def _readable(numbers: Any) -> bool:
    """Whether three decimals show the numbers, and show them alike in single precision."""
    import numpy as np

    if not numbers.size or np.abs(numbers).max() >= 100:
        return bool(not numbers.size)
    thousandths = np.abs(numbers) * 1000
    apart = np.abs(thousandths - np.floor(thousandths) - 0.5) > 0.02
    shown = (thousandths >= 0.5) | (thousandths == 0)
    return bool(np.all(apart & shown) and np.any(thousandths >= 0.5))
