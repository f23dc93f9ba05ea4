"""How NumPy code writes lengths, standard deviations, cosines and sums of all others; the other Python targets start from it."""

from __future__ import annotations

from derive.export import lengths
from derive.export.numpy_matrices import MatrixSource
from derive.export.program import ZERO, Operation
from derive.export.source import ATOM


class LengthSource(MatrixSource):
    """The part of a Python target that calls functions in front of the module's own."""

    def axis(self, positions: tuple[int, ...], rank: int) -> str:
        """The axes as an argument."""
        raise NotImplementedError

    def op_cosine(self, operation: Operation) -> tuple[str, int]:
        if self.module != "np":
            return self.write(lengths.opened(operation))
        self.helpers |= {"cosine", "length", "squares"}
        x, y = operation.arguments
        axis = self.axis(operation.attributes, x.rank)
        last = x.rank == 1 or axis == "-1"
        return f"_cosine({self.text(x)}, {self.text(y)}{'' if last else f', axis={axis}'})", ATOM

    def op_deviation(self, operation: Operation) -> tuple[str, int]:
        if self.module != "np":
            return self.write(lengths.opened(operation))
        self.helpers |= {"deviation", "length", "squares"}
        self.modules.add("import math")
        (inner, divisor, rest), positions = operation.arguments, operation.attributes
        axis = self.axis(positions, inner.rank)
        parts = [self.text(inner), self.text(divisor)]
        last = inner.rank == 1 or axis == "-1"
        if rest is not ZERO or not last:
            parts.append(self.text(rest))
        return f"_deviation({', '.join(parts)}{'' if last else f', axis={axis}'})", ATOM

    def op_length(self, operation: Operation) -> tuple[str, int]:
        self.helpers |= {"length", "squares"} if self.module == "np" else {"length"}
        (inner,), positions = operation.arguments, operation.attributes
        if len(positions) > 1:
            return f"_length({self.text(inner, ATOM)}.ravel())", ATOM
        axis = self.axis(positions, inner.rank)
        last = inner.rank == 1 or axis == "-1"
        return f"_length({self.text(inner)}{'' if last else f', axis={axis}'})", ATOM

    def op_others(self, operation: Operation) -> tuple[str, int]:
        self.helpers.add("others")
        (inner,) = operation.arguments
        axis = self.axis(operation.attributes, inner.rank)
        last = inner.rank == 1 or axis == "-1"
        return f"_sum_of_others({self.text(inner)}{'' if last else f', axis={axis}'})", ATOM
