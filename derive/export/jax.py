"""Programs as JAX.

Where float32 is not enough, enable 64-bit floats: ``jax.config.update("jax_enable_x64", True)``.
"""

from __future__ import annotations

from derive.export.numpy import NumpySource
from derive.export.program import Operation
from derive.export.source import ATOM

SPECIAL = {
    "expit": "expit",
    "erf": "erf",
    "gamma": "gamma",
    "loggamma": "gammaln",
    "digamma": "digamma",
    "factorial": "factorial",
}


class JaxSource(NumpySource):
    """One function of JAX code. It can be jitted, mapped and differentiated."""

    module = "jnp"

    def zeta(self) -> str:
        return self.imported("jax.scipy.special", "zeta")

    in_place = False
    array_type = "jax.Array"
    scalar_type = "jax.Array | float"

    def function_name(self, name: str) -> str:
        if name in SPECIAL:
            return self.imported("jax.scipy.special", SPECIAL[name])
        return f"jnp.{name}"

    def elementwise(self, operation: Operation) -> tuple[str, int]:
        if operation.op == "binomial":
            self.imported("jax.scipy.special", "gammaln")
            n, k = (self.text(a, ATOM) for a in operation.arguments)
            return f"jnp.exp(gammaln({n} + 1) - gammaln({k} + 1) - gammaln({n} - {k} + 1))", ATOM
        return super().elementwise(operation)

    def example(self) -> list[str]:
        found = super().example()
        return [">>> import jax.numpy as jnp", ">>> import numpy as np", *found] if found else []

    def printed(self, expression: str) -> str:
        return f"print(np.asarray({expression}).round(3))"

    def copied(self, text: str) -> str:
        return text  # arrays cannot be changed

    def op_accumulate(self, operation: Operation) -> tuple[str, int]:
        kind, position, reverse = operation.attributes
        if kind == "sum":
            return super().op_accumulate(operation)
        (inner,) = operation.arguments
        text = self.text(inner)
        if self.batch and not text.isidentifier():  # a negative axis is not allowed there
            text = self.assign(inner, text)
        axis = f"{text}.ndim - {inner.rank - position}" if self.batch else position
        return f"jax.lax.cumlogsumexp({text}, axis={axis}{', reverse=True' if reverse else ''})", ATOM

    def op_window(self, operation: Operation) -> tuple[str, int]:
        position, count = operation.attributes
        (inner,) = operation.arguments
        total = inner.shape[position] - count + 1
        places = f"jnp.arange({self.affine(total)})[:, None] + jnp.arange({self.affine(count)})"
        text = f"{self.text(inner, ATOM)}[{':, ' * position}{places}]"
        if position < inner.rank - 1:
            text = f"jnp.moveaxis({text}, {position + 1}, -1)"
        return text, ATOM

    def op_cho_solve(self, operation: Operation) -> tuple[str, int]:
        self.modules.add("from jax.scipy.linalg import cho_solve")
        factor, right = operation.arguments
        return f"cho_solve(({self.text(factor)}, True), {self.text(right)})", ATOM
