"""The exported claims of the catalogue with their independent references, for the tests of every target."""

from __future__ import annotations

import inspect
import itertools
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from derive.catalogue import Equation, all_equations
from derive.export import Function, compile_callable
from derive.export.example import inputs
from derive.export.whole import equation_functions

EQUATIONS = [e for e in all_equations() if any(c.exported for c in e.claims)]
CLAIMS = [(e, c) for e in EQUATIONS for c in e.claims if c.exported and c.numpy is not None]
CLAIM_IDS = [f"{e.id}-{c.name}" for e, c in CLAIMS]
MOST = 8


def arrays(values: dict[Any, Any]) -> dict[Any, Any]:
    return {p: np.array(v) if isinstance(v, list) else v for p, v in values.items()}


def function_of(equation: Equation, claim: Any) -> Function:
    return next(f for f in equation_functions(equation) if f.name == claim.name)


def referenced(function: Function, claim: Any) -> Iterator[tuple[dict[Any, Any], np.ndarray]]:
    """Inputs inside the claim's hypotheses with the reference's value, where that is finite and not on an edge.

    Yields nothing where the reference is nowhere so, or where the exported NumPy refuses a singular matrix.
    """
    count = len(inspect.signature(claim.numpy).parameters)
    call = compile_callable(function)
    for values in map(arrays, itertools.islice(inputs(function.parameters, function.hypotheses), MOST)):
        given = list(values.values())[:count]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                want = np.asarray(claim.numpy(*given))
                call(*values.values())
                moved = claim.numpy(*[v * (1 + 1e-10) if _moves(p) else v for p, v in list(values.items())[:count]])
            except np.linalg.LinAlgError:
                continue
        if np.all(np.isfinite(want)) and np.allclose(want, moved, rtol=1e-6, atol=1e-6):  # else a singular matrix
            yield values, want


def _moves(parameter: Any) -> bool:
    """Whether it is an array of any real numbers."""
    return bool(getattr(parameter, "shape", ()) and not parameter.domain.integer and parameter.domain.values is None)


def assert_same(got: Any, want: np.ndarray) -> None:
    """Of one shape, and equal to 1e-12 of the largest entry."""
    got = np.asarray(got)
    assert got.shape == want.shape
    np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-12 * max(1.0, np.abs(want).max(initial=0)))
