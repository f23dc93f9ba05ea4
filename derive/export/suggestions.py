"""What SymPy suggests as the value of an integral, in a process of its own that can be ended: ``python -m derive.export.suggestions``.

Reads (integrand, variable, lower, upper) of SymPy from standard input, pickled by `derive.export.closed_forms`, and writes the
suggestions for the integral and for an antiderivative. Nothing rests on them: they are confirmed there.
"""

from __future__ import annotations

import pickle
import sys
from typing import Any


def suggested(integrand: Any, variable: Any, lower: Any, upper: Any) -> tuple[list[Any], list[Any]]:
    """Values of the integral, and antiderivatives where both ends are finite, as SymPy sees them."""
    import sympy
    from sympy.integrals.manualintegrate import manualintegrate

    def tried(integrate: Any, *arguments: Any, **options: Any) -> list[Any]:
        try:
            found = integrate(integrand, *arguments, **options)
        except Exception:
            return []  # whatever goes wrong in SymPy, it has no suggestion
        if isinstance(found, sympy.Piecewise):
            found = found.args[0][0]
        return [] if found.has(sympy.Integral, sympy.Piecewise) else [found]

    if lower.is_infinite or upper.is_infinite:
        return tried(sympy.integrate, (variable, lower, upper), conds="none"), []
    return [], tried(manualintegrate, variable) or tried(sympy.integrate, variable)


if __name__ == "__main__":
    pickle.dump(suggested(*pickle.load(sys.stdin.buffer)), sys.stdout.buffer)
