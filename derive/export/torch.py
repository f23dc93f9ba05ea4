"""Programs as PyTorch.

Numbers are tensors without axes; results keep the dtype and device of the inputs, and gradients flow.
"""

from __future__ import annotations

from typing import Any

from derive.export.numpy import INFIX, NumpySource
from derive.export.program import ONE, ZERO, Operation, walk
from derive.export.source import ATOM, UNARY
from derive.terms import Symbol, affine

NAMES = {"expit": "sigmoid", "loggamma": "lgamma"}


def _has_parameter(operation: Operation) -> bool:
    return any(o.op == "parameter" for o in walk([operation]))


class TorchSource(NumpySource):
    """One function of PyTorch code."""

    module = "torch"
    in_place = False
    array_type = "torch.Tensor"
    scalar_type = "torch.Tensor"

    def literal(self, value: Any) -> str:
        return repr(value) if isinstance(value, int) else f"torch.tensor({value}, dtype=torch.float64)"

    def printed(self, expression: str) -> str:
        return f"print(torch.round({expression}, decimals=3).tolist())"

    def shown(self, result: Any) -> str:
        import numpy as np

        return str(np.round(result, 3).tolist())

    @property
    def like(self) -> str:
        """dtype and device of the first tensor."""
        symbols = sorted((p for p in self.parameters if isinstance(p, Symbol)), key=lambda p: not p.shape)
        name = self.names[symbols[0]] if symbols else None
        return f", dtype={name}.dtype, device={name}.device" if name else ""

    def function_name(self, name: str) -> str:
        return f"torch.{NAMES.get(name, name)}"

    def elementwise(self, operation: Operation) -> tuple[str, int]:
        op, arguments = operation.op, operation.arguments
        if op in INFIX or op in ("neg", "square", "power"):
            return super().elementwise(operation)
        if op in ("maximum", "minimum") and not any(a.rank or _has_parameter(a) for a in arguments):
            if any(o.op == "size" for a in arguments for o in walk([a])):  # whole numbers, such as a place
                return f"{op[:3]}({', '.join(self.text(a) for a in arguments)})", ATOM
        if op in ("maximum", "minimum") and any(not a.rank for a in arguments):
            value, bound = arguments if arguments[0].rank or not arguments[1].rank else reversed(arguments)
            return f"torch.clamp({self.text(value)}, {'min' if op == 'maximum' else 'max'}={self.text(bound)})", ATOM
        if op == "trigamma":
            return f"torch.polygamma(1, {self.text(arguments[0])})", ATOM
        if op == "hypot":
            fixed = [not any(b.op == "parameter" for b in walk([a])) for a in arguments]
            value = next((a for a, f in zip(arguments, fixed, strict=True) if not f), arguments[0])
            legs = [
                f"torch.full_like({self.text(value)}, {self.text(a)})" if f else self.text(a)
                for a, f in zip(arguments, fixed, strict=True)
            ]
            return f"torch.hypot({', '.join(legs)})", ATOM
        if op == "where" and arguments[1] is ONE and arguments[2] is ZERO:
            return f"{self.text(arguments[0], ATOM)}.to({self.like.split(',')[1].split('=')[1]})", ATOM
        if op in ("gamma", "factorial"):
            more = " + 1" if op == "factorial" else ""
            return f"torch.exp(torch.lgamma({self.text(arguments[0], ATOM)}{more}))", ATOM
        if op == "binomial":
            n, k = (self.text(a, ATOM) for a in arguments)
            return f"torch.exp(torch.lgamma({n} + 1) - torch.lgamma({k} + 1) - torch.lgamma({n} - {k} + 1))", ATOM
        if not operation.rank and op not in ("where",) and not any(o.op == "parameter" for o in walk([operation])):
            self.modules.add("import math")
            return f"math.{op}({', '.join(self.text(a) for a in arguments)})", ATOM
        return super().elementwise(operation)

    def op_constant(self, operation: Operation) -> tuple[str, int]:
        self.modules.add("import math")
        name = operation.attributes[0]
        return {
            "pi": ("math.pi", ATOM),
            "e": ("math.e", ATOM),
            "-inf": ("-math.inf", UNARY),
            "oo": ("math.inf", ATOM),
        }.get(name, ("math.log(2)", ATOM))

    # --- shapes ---

    def op_arange(self, operation: Operation) -> tuple[str, int]:
        first, count = operation.attributes
        start = "" if first == affine(0) else f"{self.affine(first)}, "
        return f"torch.arange({start}{self.affine(first + count)}{self.like})", ATOM

    def eye(self, count: str) -> str:
        return f"torch.eye({count}{self.like})"

    def zeros(self, count: str) -> str:
        return f"torch.zeros({count}{self.like})"

    def copied(self, text: str) -> str:
        return f"{text}.clone()"

    def transposed(self, text: str, order: tuple[int, ...]) -> str:
        return f"{text}.T" if order == (1, 0) else f"torch.permute({text}, {order})"

    def reversed(self, text: str, marks: list[str]) -> str:
        places = [p - len(marks) if self.batch else p for p, m in enumerate(marks) if m == "::-1"]
        return f"torch.flip({text}, {tuple(places)})"

    def op_broadcast(self, operation: Operation) -> tuple[str, int]:
        (inner,) = operation.arguments
        shape = ", ".join(self.affine(n) for n in operation.shape)
        if inner.op == "number" or (not inner.rank and not _has_parameter(inner)):
            value = repr(float(inner.attributes[0])) if inner.op == "number" else self.text(inner)
            return f"torch.full(({shape},), {value}{self.like})", ATOM
        if self.batch and not inner.rank:
            return f"{self.text(inner, ATOM)}[..., None].expand(*{self.text(inner, ATOM)}.shape, {shape}).clone()", ATOM
        return f"{self.text(inner, ATOM)}.expand({shape}).clone()", ATOM

    def op_window(self, operation: Operation) -> tuple[str, int]:
        position, count = operation.attributes
        return f"{self.text(operation.arguments[0], ATOM)}.unfold({position}, {self.affine(count)}, 1)", ATOM

    def op_take(self, operation: Operation) -> tuple[str, int]:
        array, *places = operation.arguments
        indices = [self.text(p, ATOM) + (".long()" if p.rank or _has_parameter(p) else "") for p in places]
        return f"{self.text(array, ATOM)}[{', '.join(indices)}]", ATOM

    def op_diagonal(self, operation: Operation) -> tuple[str, int]:
        p, q = operation.attributes
        return f"{self.text(operation.arguments[0], ATOM)}.diagonal(dim1={p}, dim2={q})", ATOM

    def op_pad(self, operation: Operation) -> tuple[str, int]:
        position, *widths = operation.attributes
        before, after = (self.affine(w) for w in widths)
        zeros = ["0, 0"] * (operation.rank - 1 - position)
        return (
            f"torch.nn.functional.pad({self.text(operation.arguments[0])}, ({', '.join([*zeros, before, after])}))",
            ATOM,
        )

    # --- sums ---

    def _reduction(self, operation: Operation, keep: bool = False) -> str:
        kind, positions = operation.attributes
        (inner,) = operation.arguments
        kind = {"max": "amax"}.get(kind, kind)
        text = self.text(inner, ATOM)
        every = len(positions) == inner.rank and not self.batch and not keep
        if kind == "prod" and not every:
            for p in sorted(positions, reverse=True):
                text += f".prod(dim={self.axis((p,), inner.rank)}{', keepdim=True' if keep else ''})"
            return text
        where = "" if every else "dim=" + self.axis(positions, inner.rank)
        return f"{text}.{kind}({where}{', keepdim=True' if keep else ''})"

    def op_accumulate(self, operation: Operation) -> tuple[str, int]:
        kind, position, reverse = operation.attributes
        (inner,) = operation.arguments
        axis = self.axis((position,), inner.rank)
        name = "cumsum" if kind == "sum" else "logcumsumexp"
        text = self.text(inner)
        if reverse:
            return f"torch.flip(torch.{name}(torch.flip({text}, ({axis},)), {axis}), ({axis},))", ATOM
        return f"torch.{name}({text}, {axis})", ATOM

    def inner(self, a: str, b: str) -> str:
        return f"torch.sum({a} * {b})" if all(_simple(t) for t in (a, b)) else f"torch.sum(({a}) * ({b}))"

    def op_contract(self, operation: Operation) -> tuple[str, int]:
        if self.batch:
            left, right = operation.arguments
            return f"torch.linalg.vecdot({self.text(left)}, {self.text(right)})", ATOM
        return super().op_contract(operation)

    def op_cho_solve(self, operation: Operation) -> tuple[str, int]:
        factor, right = operation.arguments
        if right.rank == 1:
            return f"torch.cholesky_solve({self.text(right, ATOM)}[:, None], {self.text(factor)})[:, 0]", ATOM
        return f"torch.cholesky_solve({self.text(right)}, {self.text(factor)})", ATOM


def _simple(text: str) -> bool:
    return all(c.isalnum() or c in "_.()[], :" for c in text)
