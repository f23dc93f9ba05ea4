"""Typed elaboration: a syntax tree and a scope to a term or array of derive.terms.

Names, scripts and arithmetic are here; applications in elaborate_calls, derivatives, sums, integrals and expectations
in elaborate_binders.  Imports derive.terms, syntax, names, flexible, scope.

>>> from derive.parse.declarations import assume
>>> from derive.parse.grammar import parse_expression
>>> scope = assume(r"X \\in \\mathbb{R}^{n \\times d}; w \\in \\mathbb{R}^d")
>>> elaborate(parse_expression("X w"), scope, "X w").shape
((n,),)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.terms import (
    Value,
)

from . import syntax as s
from .elaborate_arithmetic import Arithmetic
from .elaborate_core import Unify, symbol_value, with_unification
from .flexible import Loose
from .scope import Scope


class Elaborator(Arithmetic):
    """One formula (or one step) being elaborated against a scope."""

    def handlers(self) -> Any:
        return _HANDLERS


def _handlers() -> dict[type, Callable[[Elaborator, Any], Loose]]:
    from . import elaborate_binders as b
    from . import elaborate_calls as c
    from . import elaborate_derivatives as d
    from . import elaborate_functions as f
    from .differentials import differential

    E = Elaborator
    return {
        s.Number: E.number, s.Name: E.name, s.Subscript: E.subscript, s.Superscript: E.superscript, s.Add: E.sum,
        s.Product: E.product, s.Infix: E.infix, s.Fraction: E.fraction, s.Root: E.root, s.Group: E.group,
        s.Matrix: E.matrix, s.Cases: E.cases, s.Absolute: E.absolute, s.Prime: E.prime,
        s.Norm: lambda e, n: e.norm(n, None, n), s.Row: E.column,
        s.ApplyOrProduct: c.apply_or_product, s.Call: f.call, s.Factorial: f.factorial, s.Binomial: f.binomial,
        s.FunctionName: f.function_name, s.Accent: f.accent, s.Label: f.stray, s.Mark: f.stray, s.Ellipsis: f.stray,
        s.BigOperator: b.big, s.Integral: b.integral, s.Limit: b.limit, s.Optimum: b.optimum,
        s.Derivative: d.derivative, s.EvaluatedAt: d.evaluated_at, s.DerivativeOperator: f.stray, s.Nabla: f.stray,
        s.Relations: f.stray, s.Conditional: f.stray, s.Differential: differential,
    }  # fmt: skip


class _Lazy(dict):  # type: ignore[type-arg]
    """The table of handlers, filled at first use (the other modules import this one)."""

    def get(self, key: Any, default: Any = None) -> Any:
        if not self:
            self.update(_handlers())
        return super().get(key, default)


_HANDLERS: dict[type, Callable[[Elaborator, Any], Loose]] = _Lazy()


def elaborate(node: s.Node, scope: Scope, text: str = "", line: int = 0) -> Value:
    """The term or array of one expression.

    Raises ReadError (ShapeError when two parts do not fit).
    """

    def work() -> Value:
        elaborator = Elaborator(scope, text, line)
        elaborator.prepare(node)
        return elaborator.firm(node)

    result: Value = with_unification(scope, work)
    return result


__all__ = ["Elaborator", "Unify", "elaborate", "symbol_value", "with_unification"]
