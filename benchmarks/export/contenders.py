"""One formula as several libraries compute it: exported code, hand-written NumPy, SymPy's lambdify, torch and jax.

The torch and jax functions are the exported code of those targets, so that all compute one stable formula; autograd and
jax.value_and_grad differentiate it. lambdify gets the same sums as SymPy terms.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import sympy
import torch

from derive.export import Function, compile_callable
from derive.terms import Arr, Symbol
from derive.terms.sympy_bridge import to_sympy
from tests.export.formulas import Case
from tests.export.test_gradients import gradient

Call = Callable[[], Any]


def values(case: Case, inputs: dict[Any, Any]) -> dict[str, Call]:
    """The value by each, as functions of nothing. lambdify is missing where it has no code for a head."""
    arguments = list(inputs.values())
    ours, in_torch, in_jax = (compile_callable(case.function, target) for target in ("numpy", "torch", "jax"))
    tensors = [torch.tensor(v, dtype=torch.float64) for v in arguments]
    arrays = [jax.numpy.asarray(v) for v in arguments]
    jitted = jax.jit(in_jax).lower(*arrays).compile()
    found: dict[str, Call] = {
        "ours": lambda: ours(*arguments),
        "hand": lambda: case.hand(*arguments),
        "torch": lambda: in_torch(*tensors),
        "jax": lambda: jax.block_until_ready(jitted(*arrays)),
    }
    found["jax"].compiled = jitted  # type: ignore[attr-defined]
    plain = lambdified(case, inputs)
    if plain is not None:
        found["lambdify"] = plain
    return found


def gradients(case: Case, inputs: dict[Any, Any], symbol: Symbol) -> dict[str, Call]:
    """The value with its gradient by one symbol, as functions of nothing."""
    arguments = list(inputs.values())
    place = case.parameters.index(symbol)
    ours = compile_callable(Function(case.name, case.parameters, (case.value, gradient(case.value, symbol))))
    in_torch, in_jax = (compile_callable(case.function, target) for target in ("torch", "jax"))
    tensors = [torch.tensor(v, dtype=torch.float64) for v in arguments]
    tensors[place].requires_grad_(True)
    arrays = [jax.numpy.asarray(v) for v in arguments]
    jitted = jax.jit(jax.value_and_grad(in_jax, argnums=place)).lower(*arrays).compile()

    def by_torch() -> Any:
        value = in_torch(*tensors)
        return value, torch.autograd.grad(value, tensors[place])[0]

    found: dict[str, Call] = {
        "ours": lambda: ours(*arguments),
        "torch": by_torch,
        "jax": lambda: jax.block_until_ready(jitted(*arrays)),
    }
    found["jax"].compiled = jitted  # type: ignore[attr-defined]
    return found


def lambdified(case: Case, inputs: dict[Any, Any]) -> Call | None:
    """`sympy.lambdify` of the formula's sums; a free index is an argument, and Python loops over it."""
    body = case.value.body if isinstance(case.value, Arr) else case.value
    indices = [i for axis in case.value.axes for i in axis] if isinstance(case.value, Arr) else []
    try:
        term = to_sympy(body)
        lengths = {}
        for symbol, value in inputs.items():
            lengths |= {str(n): extent for n, extent in zip(symbol.shape, np.shape(value), strict=True) if n.atom}
        names = sorted(term.free_symbols | term.atoms(sympy.IndexedBase), key=str)
        names = [s for s in names if not isinstance(s, sympy.Indexed)]
        given: dict[str, Any] = {s.name: _from_one(v) for s, v in inputs.items()} | lengths
        free = {i.name for i in indices}
        arguments = [s for s in dict.fromkeys(str(s) for s in names) if s in given]
        symbols = {str(s): s for s in names}
        extra = [s for s in names if str(s) in free]
        call = sympy.lambdify([*(symbols[a] for a in arguments), *extra], term, "numpy")
    except Exception:  # whatever SymPy cannot print is no contender
        return None
    fixed = [given[a] for a in arguments]
    ranges = [range(1, lengths[str(i.length)] + 1) for i in indices if i.name in {str(s) for s in extra}]
    if not ranges:
        return lambda: call(*fixed)
    order = [[i.name for i in indices].index(str(s)) for s in extra]
    return lambda: [call(*fixed, *(place[p] for p in order)) for place in itertools.product(*ranges)]


def _from_one(value: Any) -> Any:
    """An array whose entries are counted from 1."""
    array = np.asarray(value)
    return np.pad(array, [(1, 0)] * array.ndim) if array.ndim else value
