"""How NumPy code writes linear systems, factorisations and distances; the other Python targets start from it."""

from __future__ import annotations

from collections import Counter
from functools import cached_property

from derive.export.names import python_name
from derive.export.program import Operation, walk
from derive.export.source import ATOM, PythonSource


def _is_transpose(operation: Operation) -> bool:
    return operation.op == "align" and operation.attributes == (1, 0)


class MatrixSource(PythonSource):
    """The part of a Python target that is about matrices."""

    module = "np"

    def op_inv(self, operation: Operation) -> tuple[str, int]:
        return f"{self.module}.linalg.inv({self.text(operation.arguments[0])})", ATOM

    def op_det(self, operation: Operation) -> tuple[str, int]:
        return f"{self.module}.linalg.det({self.text(operation.arguments[0])})", ATOM

    def op_slogdet(self, operation: Operation) -> tuple[str, int]:
        return f"{self.module}.linalg.slogdet({self.text(operation.arguments[0])})[1]", ATOM

    def op_cholesky(self, operation: Operation) -> tuple[str, int]:
        return f"{self.module}.linalg.cholesky({self.text(operation.arguments[0])})", ATOM

    def op_solve(self, operation: Operation) -> tuple[str, int]:
        matrix, right = operation.arguments
        base, turned = (matrix.arguments[0], True) if _is_transpose(matrix) else (matrix, False)
        if self.module == "np" and self.systems[base] > 1:  # one factorisation for all
            self.modules.add("from scipy.linalg import lu_factor, lu_solve")
            factors = Operation("lu", (base,), (), base.shape)
            if factors not in self.written:
                name = python_name("factors", [*self.names.values(), *self.written.values()])
                self.lines.append(f"{name} = lu_factor({self.text(base)})")
                self.written[factors] = name
            return f"lu_solve({self.written[factors]}, {self.text(right)}{', trans=1' if turned else ''})", ATOM
        return f"{self.module}.linalg.solve({', '.join(self.text(a) for a in operation.arguments)})", ATOM

    @cached_property
    def systems(self) -> Counter[Operation]:
        """How many linear systems there are with each matrix or its transpose."""
        matrices = (o.arguments[0] for o in walk(self.roots) if o.op == "solve")
        return Counter(m.arguments[0] if _is_transpose(m) else m for m in matrices)

    def op_cho_solve(self, operation: Operation) -> tuple[str, int]:
        if self.uses[operation.arguments[0]] == 1:  # one system: the factor is not worth a call of its own
            factor, right = operation.arguments
            return f"{self.module}.linalg.solve({self.text(factor.arguments[0])}, {self.text(right)})", ATOM
        self.modules.add("from scipy.linalg import cho_solve")
        factor, right = operation.arguments
        return f"cho_solve(({self.text(factor)}, True), {self.text(right)})", ATOM

    def op_matrix_power(self, operation: Operation) -> tuple[str, int]:
        exponent = self.affine(operation.attributes[0])
        return (
            f"{self.module}.linalg.matrix_power({self.text(operation.arguments[0])}, {exponent})",
            ATOM,
        )

    def _squared_distances(self, operation: Operation) -> str | None:
        """Sums of (x_ik - y_jk)^2 over k, without the array over i, j and k."""
        difference, other = operation.arguments
        if (
            self.module != "np"
            or difference is not other
            or operation.attributes != ("abc", "abc", "ab")
            or difference.op != "sub"
            or self.uses[difference] != 2
            or [a.attributes for a in difference.arguments if a.op == "align"][:1] != [(0, None, 1)]
        ):
            return None
        rows, columns = difference.arguments
        inner = columns.arguments[0] if columns.op == "align" and columns.attributes == (None, 0, 1) else columns
        if inner.rank != 2:
            return None
        self.modules.add("from scipy.spatial.distance import cdist")
        a, b = self.text(rows.arguments[0]), self.text(inner)
        dtype = f"{a}.dtype" if a == b and a.isidentifier() else f"np.result_type({a}, {b})"
        return f'cdist({a}, {b}, "sqeuclidean").astype({dtype}, copy=False)'
