"""Layer 6, proved formulas as code: numpy, torch, jax, c; one target a file.

>>> from derive.terms import Arr, Index, Size, Sum, Symbol, exp
>>> K = Size("K"); z = Symbol("z", (K,)); i, k = Index("i", 1, K), Index("k", 1, K)
>>> softmax = Function("softmax", (z,), Arr(((i,),), exp(z[i]) / Sum(k, exp(z[k]))), summary="Softmax.")
>>> print(compile_module([softmax]))  # doctest: +ELLIPSIS
r...
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
"""

from derive.export.c import c_files
from derive.export.errors import CompileError
from derive.export.module import compile_callable, compile_module
from derive.export.names import python_name
from derive.export.source import Function
from derive.export.whole import export_equation, export_formula, hessian_times_vector

__all__ = [
    "CompileError",
    "Function",
    "c_files",
    "compile_callable",
    "compile_module",
    "export_equation",
    "export_formula",
    "hessian_times_vector",
    "python_name",
]
