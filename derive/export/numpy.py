"""Programs as NumPy."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import Any

from derive.export import layout
from derive.export.buffers import Lifetimes
from derive.export.names import python_name, unique_names
from derive.export.numpy_lengths import LengthSource
from derive.export.program import ONE, Operation, is_floating, negated, walk
from derive.export.source import ATOM, COMPARE, PRODUCT, SUM, UNARY
from derive.terms import Arr, Symbol, affine

INFIX = {
    "add": ("+", SUM),
    "sub": ("-", SUM),
    "mul": ("*", PRODUCT),
    "div": ("/", PRODUCT),
    "equal": ("==", COMPARE),
    "not_equal": ("!=", COMPARE),
    "greater": (">", COMPARE),
    "greater_equal": (">=", COMPARE),
}
SPECIAL = {
    "expit": "expit",
    "erf": "erf",
    "gamma": "gamma",
    "loggamma": "gammaln",
    "digamma": "digamma",
    "factorial": "factorial",
    "binomial": "binom",
}
LEAVES = frozenset("parameter number constant".split())
ENTRYWISE = frozenset([*INFIX, *SPECIAL, "digamma", "trigamma"]) | frozenset(
    "neg square power sqrt hypot exp log log1p expm1 sin cos tan sinh cosh tanh arcsin arccos arctan abs sign floor "
    "maximum minimum where".split()
)
DENSE = frozenset("mul sub add neg contract".split())
PURE = frozenset("sqrt exp log log1p expm1 sin cos tan sinh cosh tanh".split())


def _part(result: Any) -> tuple[str, Any]:
    """The first matrix of a larger array, and how it is asked for."""
    more = max(0, getattr(result, "ndim", 0) - 2)
    return (f"[{', '.join(['0'] * more)}]", result[(0,) * more]) if more else ("", result)


class NumpySource(LengthSource):
    """One function of NumPy code."""

    array_type = "np.ndarray"

    def function_name(self, name: str) -> str:
        if name in SPECIAL:
            return self.imported("scipy.special", SPECIAL[name])
        return f"{self.module}.{name}"

    def zeta(self) -> str:
        return self.imported("scipy.special", "zeta")

    def elementwise(self, operation: Operation) -> tuple[str, int]:
        op, arguments = operation.op, operation.arguments
        if op == "trigamma":  # Hurwitz's zeta function at 2
            return f"{self.zeta()}(2.0, {self.text(arguments[0])})", ATOM
        if op in ("add", "sub") and self.in_place:
            found = self._on_diagonal(operation)
            if found is not None:
                return found, ATOM
        if op in INFIX:
            sign, level = INFIX[op]
            overwritten = self._overwritten(operation)
            if overwritten is not None:
                return overwritten, ATOM
            left = self.text(arguments[0], level)
            right = self.text(arguments[1], level + (0 if op == "add" else 1))
            return f"{left} {sign} {right}", level
        if op == "neg":
            scaled = self._scaled(arguments[0])
            if scaled is not None:
                return f"-{scaled}", PRODUCT
            return f"-{self.text(arguments[0], UNARY)}", PRODUCT
        if op == "square":
            return layout.power(self.text(arguments[0], ATOM), "2"), UNARY + 1
        if op == "power":
            return layout.power(*(self.text(a, ATOM) for a in arguments)), UNARY + 1
        if op in PURE and not operation.rank and not any(o.op == "parameter" for o in walk([operation])):
            self.modules.add("import math")
            return f"math.{op}({self.text(arguments[0])})", ATOM
        texts = [self.text(a) for a in arguments]
        if op in PURE and self.in_place and self.lifetimes.may_overwrite(arguments[0], operation, self.written):
            texts.append(f"out={texts[0]}")
        return f"{self.function_name(op)}({', '.join(texts)})", ATOM

    def _scaled(self, operation: Operation) -> str | None:
        """A number times an array, used once: a sign is cheaper on the number."""
        if operation.op != "mul" or self.uses[operation] > 1 or operation in self.written:
            return None
        number, array = operation.arguments
        if number.rank or not array.rank:
            return None
        text = self.text(number, PRODUCT)
        return None if text.startswith("-") else f"{text} * {self.text(array, PRODUCT + 1)}"

    in_place = True

    @cached_property
    def lifetimes(self) -> Lifetimes:
        return Lifetimes(self.roots)

    def _overwritten(self, operation: Operation) -> str | None:
        """The name of the first argument after ``name -= other``, where nothing needs its old value."""
        if not self.in_place or self.batch or operation.op not in ("add", "sub", "mul", "div"):
            return None
        target, other = operation.arguments
        if self.uses[target] > 1 and target.rank:
            self.text(target)  # named, as it would be anyway
        if target is other or not self.lifetimes.may_overwrite(target, operation, self.written):
            return None
        text, name = self.text(other), self.written[target]
        self.lines.append(f"{name} {INFIX[operation.op][0]}= {text}")
        self.written[operation] = name
        return name

    @property
    def entrywise(self) -> bool:
        operations = list(walk(self.roots))
        return (
            any(isinstance(p, Symbol) for p in self.parameters)
            and all(isinstance(p, Symbol) and not p.shape for p in self.parameters)
            and not any(isinstance(v, Arr) for v in self.function.values)
            and all(o.op in LEAVES or o.op in ENTRYWISE for o in operations)
            and all(any(o.op == "parameter" for o in walk([r])) for r in self.roots)
        )

    # --- the example ---

    def example(self) -> list[str]:
        from derive.export.example import evaluated

        found = evaluated(self.function, self.parameters)
        if found is None:
            return []
        inputs, results = found
        name = python_name(self.function.name)
        lines, arguments = [], []
        for p in self.parameters:
            text = self.literal(inputs[p])
            if isinstance(inputs[p], list) and self.names[p] != name:
                lines.append(f">>> {self.names[p]} = {text}")
                text = self.names[p]
            arguments.append(text)
        call = f"{name}({', '.join(arguments)})"
        if len(results) == 1:
            part, result = _part(results[0])
            return [*lines, f">>> {self.printed(call + part)}", *self.shown(result).split("\n")]
        names = unique_names(["value", "gradient"] if len(results) == 2 else ["result"] * len(results), arguments)
        lines.append(f">>> {', '.join(names)} = {call}")
        for one, result in zip(names, results, strict=True):
            part, result = _part(result)
            lines += [f">>> {self.printed(one + part)}", *self.shown(result).split("\n")]
        return lines

    def literal(self, value: Any) -> str:
        return f"{self.module}.array({value})" if isinstance(value, list) else repr(value)

    def printed(self, expression: str) -> str:
        return f"print({self.module}.round({expression}, 3))"

    def shown(self, result: Any) -> str:
        import numpy as np

        return str(np.round(result, 3))

    def _on_diagonal(self, operation: Operation) -> str | None:
        """diag(v) - M, made by adding to the diagonal of a new array -M."""
        for position, (diagonal, dense) in enumerate((operation.arguments, operation.arguments[::-1])):
            if (
                diagonal.op != "embed"
                or diagonal.attributes[0] != diagonal.rank - 2
                or self.uses[diagonal] > 1
                or self.uses[dense] > 1
            ):
                continue
            given = dense.op == "parameter"
            if dense.shape != operation.shape or not (given or (dense.op in DENSE and is_floating(dense))):
                continue
            if given and operation.op == "sub" and position == 0:
                continue
            sign = "-" if operation.op == "sub" and position == 1 else "+"
            if operation.op == "sub" and position == 0:
                dense = negated(dense)
            inner = diagonal.arguments[0]
            value = self.text(inner.arguments[0] if inner.op == "broadcast" and not inner.arguments[0].rank else inner)
            count = self.affine(diagonal.shape[-1])
            text = self.write(dense)[0]
            if given:
                text = f"{text}.astype(np.result_type({text}, {value}))"
            name = python_name("result", [*self.names.values(), *self.written.values()])
            self.lines.append(f"{name} = {text}")
            if diagonal.rank == 2 and not self.batch:
                step = self.affine(diagonal.shape[-1] + 1)
                self.lines.append(f"{name}.flat[::{step}] {sign}= {value}")
            else:
                index = python_name("diagonal", [*self.names.values(), *self.written.values()])
                self.lines += [
                    f"{index} = {self.module}.arange({count})",
                    f"{name}[..., {index}, {index}] {sign}= {value}",
                ]
            self.written[Operation("name", (), (name,))] = name
            return name
        return None

    # --- leaves ---

    def op_parameter(self, operation: Operation) -> tuple[str, int]:
        return self.names[operation.attributes[0]], ATOM

    def op_number(self, operation: Operation) -> tuple[str, int]:
        value: Fraction = operation.attributes[0]
        if value.denominator == 1:
            return str(value), ATOM if value >= 0 else UNARY
        if value.denominator & (value.denominator - 1) == 0 and value.denominator <= 2**20:
            return repr(float(value)), ATOM if value >= 0 else UNARY
        return f"{value.numerator} / {value.denominator}", PRODUCT if value >= 0 else SUM

    def op_constant(self, operation: Operation) -> tuple[str, int]:
        name = operation.attributes[0]
        if name in ("pi", "e"):
            return f"{self.module}.{name}", ATOM
        if name == "-inf":
            return f"-{self.module}.inf", UNARY
        if name == "oo":
            return f"{self.module}.inf", ATOM
        self.modules.add("import math")
        return "math.log(2)", ATOM

    def op_size(self, operation: Operation) -> tuple[str, int]:
        text = self.affine(operation.attributes[0])
        return (
            text,
            ATOM if text.isidentifier() else PRODUCT if "*" in text and "+" not in text and "-" not in text else SUM,
        )

    def op_arange(self, operation: Operation) -> tuple[str, int]:
        first, count = operation.attributes
        stop = self.affine(first + count)
        return (
            f"{self.module}.arange({stop})"
            if first == affine(0)
            else f"{self.module}.arange({self.affine(first)}, {stop})"
        ), ATOM

    # --- shapes ---

    def op_align(self, operation: Operation) -> tuple[str, int]:
        pattern = operation.attributes
        reduced = self.keepdims(operation)
        if reduced is not None:
            return self._reduction(reduced, keep=True), ATOM
        (inner,) = operation.arguments
        if pattern == (1, 0) and inner.op == "contract" and self.uses[inner] == 1 and not self.batch:
            (left, right), (a, b, out) = inner.arguments, inner.attributes
            return self.op_contract(Operation("contract", (right, left), (b, a, out[::-1]), inner.shape[::-1]))
        order = tuple(p for p in pattern if p is not None)
        if order == tuple(sorted(order)) and not self.inserted(pattern):
            return self.expression(inner)
        text = self.text(inner, ATOM)
        if order != tuple(sorted(order)):
            text = self.transposed(text, order)
        return text + self.inserted(pattern), ATOM

    def transposed(self, text: str, order: tuple[int, ...]) -> str:
        if order == (1, 0):
            return f"{text}.T"
        return f"{self.module}.transpose({text}, {order})"

    def inserted(self, pattern: tuple[int | None, ...]) -> str:
        """The subscript that inserts axes; in front they are only needed when there are leading axes."""
        marks = [":" if p is not None else "None" for p in pattern]
        if self.batch:
            while marks and marks[0] == ":":
                marks.pop(0)
            return f"[..., {', '.join(marks)}]" if marks else ""
        while marks and marks[0] == "None":
            marks.pop(0)
        if all(m == ":" for m in marks):
            return ""
        while len(marks) > 2 and marks[-1] == ":" and marks[-2] == ":":
            marks.pop()
        return f"[{', '.join(marks)}]"

    def op_broadcast(self, operation: Operation) -> tuple[str, int]:
        (inner,) = operation.arguments
        shape = ", ".join(self.affine(n) for n in operation.shape)
        shape = f"({shape},)" if operation.rank == 1 else f"({shape})"
        if not inner.rank:
            value = self.text(inner)
            if inner.op == "number":
                value = repr(float(inner.attributes[0]))
            if self.batch:
                return f"{self.module}.full({shape}, {value})", ATOM
            return {"0.0": f"{self.module}.zeros({shape})", "1.0": f"{self.module}.ones({shape})"}.get(
                value, f"{self.module}.full({shape}, {value})"
            ), ATOM
        text = f"{self.module}.broadcast_to({self.text(inner)}, {shape})"
        return (self.copied(text) if operation in self.roots else text), ATOM

    def op_slices(self, operation: Operation) -> tuple[str, int]:
        (inner,) = operation.arguments
        text = self.text(inner, ATOM)
        parts, reverse = [], []
        for part, extent in zip(operation.attributes, inner.shape, strict=True):
            if part[0] == "at":
                parts.append(self._place(part[1], extent))
            elif part[0] == "all":
                parts.append(":")
            else:
                _, start, count, step = part
                low = start if step > 0 else start + (count - 1).scale(step)
                high = low + (count - 1).scale(abs(step)) + 1
                a = "" if low == affine(0) else self.affine(low)
                b = "" if high == extent else self._place(high, extent)
                parts.append(f"{a}:{b}" + (f":{abs(step)}" if abs(step) != 1 else ""))
            if part[0] != "at":
                reverse.append("::-1" if part[0] == "slice" and part[3] < 0 else ":")
        if not self.batch:
            while len(parts) > 1 and parts[-1] == ":":
                parts.pop()
        prefix = "..., " if self.batch else ""
        if parts != [":"]:
            text += f"[{prefix}{', '.join(parts)}]"
        if "::-1" in reverse:
            text = self.reversed(text, reverse)
        return text, ATOM

    def reversed(self, text: str, marks: list[str]) -> str:
        return f"{text}[{'..., ' if self.batch else ''}{', '.join(marks)}]"

    def _place(self, position: Any, extent: Any) -> str:
        """A subscript, counted from the end when it is there."""
        from_end = position - extent
        if position.terms and from_end.is_constant and from_end.constant < 0:
            return str(from_end.constant)
        return self.affine(position)

    def op_window(self, operation: Operation) -> tuple[str, int]:
        position, count = operation.attributes
        self.modules.add("from numpy.lib.stride_tricks import sliding_window_view")
        axis = f", axis={position}" if operation.arguments[0].rank > 1 else ""
        return f"sliding_window_view({self.text(operation.arguments[0])}, {self.affine(count)}{axis})", ATOM

    def op_take(self, operation: Operation) -> tuple[str, int]:
        array, *places = operation.arguments
        return f"{self.text(array, ATOM)}[{', '.join(self.text(p) for p in places)}]", ATOM

    def op_diagonal(self, operation: Operation) -> tuple[str, int]:
        p, q = operation.attributes
        text = self.text(operation.arguments[0], ATOM)
        return (f"{text}.diagonal()" if (p, q) == (0, 1) else f"{text}.diagonal(axis1={p}, axis2={q})"), ATOM

    def op_embed(self, operation: Operation) -> tuple[str, int]:
        (inner,), (position,) = operation.arguments, operation.attributes
        if inner.op == "broadcast" and inner.rank == 1 and not inner.arguments[0].rank:
            text = self.eye(self.affine(inner.shape[0]))
            return (
                (text, ATOM)
                if inner.arguments[0] is ONE
                else (f"{self.text(inner.arguments[0], PRODUCT)} * {text}", PRODUCT)
            )
        if inner.rank == 1 and not self.batch:
            return f"{self.module}.diag({self.text(inner)})", ATOM
        eye = f"{self.eye(self.affine(inner.shape[position]))}"
        if position < inner.rank - 1:
            eye += f"[:, {', '.join(['None'] * (inner.rank - 1 - position))}, :]"
        return f"{self.text(inner, ATOM)}[..., None] * {eye}", PRODUCT

    def eye(self, count: str) -> str:
        arrays = [p for p in self.parameters if isinstance(p, Symbol) and p.shape]
        dtype = f", dtype={self.names[arrays[0]]}.dtype" if arrays else ""  # single precision stays single
        return f"{self.module}.eye({count}{dtype})"

    # --- sums ---

    def axis(self, positions: tuple[int, ...], rank: int) -> str:
        places = [p - rank if self.batch or (p == rank - 1 and rank > 1) else p for p in positions]
        return str(places[0]) if len(places) == 1 else f"({', '.join(map(str, places))})"

    def _reduction(self, operation: Operation, keep: bool = False) -> str:
        kind, positions = operation.attributes
        (inner,) = operation.arguments
        text = self.text(inner, ATOM)
        options = []
        if len(positions) < inner.rank or self.batch or keep:
            options.append(f"axis={self.axis(positions, inner.rank)}")
        if keep:
            options.append("keepdims=True")
        return f"{text}.{kind}({', '.join(options)})"

    def op_reduce(self, operation: Operation) -> tuple[str, int]:
        return self._reduction(operation), ATOM

    def op_accumulate(self, operation: Operation) -> tuple[str, int]:
        kind, position, reverse = operation.attributes
        (inner,) = operation.arguments
        rank = inner.rank
        flip = (
            "["
            + ("..., " if self.batch else "")
            + ", ".join([":"] * position + ["::-1"] + ([":"] * (rank - position - 1) if self.batch else []))
            + "]"
        )
        text = self.text(inner, ATOM if reverse else 0)
        axis = f", axis={self.axis((position,), rank)}" if rank > 1 or self.batch else ""
        text = f"{self.running(kind)}({text}{flip if reverse else ''}{axis})" + (flip if reverse else "")
        return text, ATOM

    def op_pad(self, operation: Operation) -> tuple[str, int]:
        (inner,), (position, *widths) = operation.arguments, operation.attributes
        before, after = (self.affine(w) for w in widths)
        if operation.rank == 1:
            parts = [self.zeros(before)] * (before != "0") + [self.text(inner)] + [self.zeros(after)] * (after != "0")
            return f"{self.module}.concatenate(({', '.join(parts)}))", ATOM
        pads = ", ".join(f"({before}, {after})" if p == position else "(0, 0)" for p in range(operation.rank))
        return f"{self.module}.pad({self.text(inner)}, ({pads}))", ATOM

    def zeros(self, count: str) -> str:
        return f"{self.module}.zeros({count})"

    def running(self, kind: str) -> str:
        return f"{self.module}.cumsum" if kind == "sum" else f"{self.module}.logaddexp.accumulate"

    def op_contract(self, operation: Operation) -> tuple[str, int]:
        left, right = operation.arguments
        a, b, out = operation.attributes
        if self.batch:
            return f"{self.module}.vecdot({self.text(left)}, {self.text(right)})", ATOM
        distances = self._squared_distances(operation)
        if distances is not None:
            return distances, ATOM
        summed = [x for x in a if x not in out]
        batch = [x for x in a if x in b and x in out]
        if not batch and len(summed) == 1 and len(a) <= 2 and len(b) <= 2:
            first = self._oriented(left, a, summed, last=True)
            second = self._oriented(right, b, summed, last=False)
            return f"{first} @ {second}", PRODUCT
        if not out and not batch:
            order = tuple(b.index(x) for x in a)
            second = self.text(right, ATOM) if order != tuple(range(len(b))) else self.text(right)
            if order != tuple(range(len(b))):
                second = self.transposed(second, order)
            return self.inner(self.text(left), second), ATOM
        if not batch:
            axes = ", ".join(str([labels.index(x) for x in summed]) for labels in (a, b))
            return f"{self.module}.tensordot({self.text(left)}, {self.text(right)}, ({axes}))", ATOM
        rows = [x for x in a if x in out and x not in b]
        columns = [x for x in b if x in out and x not in a]
        if len(rows) == len(columns) == len(summed) == 1:
            texts = []
            for side, labels, wanted in ((left, a, [*batch, *rows, *summed]), (right, b, [*batch, *summed, *columns])):
                order = tuple(labels.index(x) for x in wanted)
                plain = order == tuple(range(len(labels)))
                texts.append(
                    self.text(side, PRODUCT + 1) if plain else f"{self.module}.transpose({self.text(side)}, {order})"
                )
            return f"{texts[0]} @ {texts[1]}", PRODUCT
        return f'{self.module}.einsum("{a},{b}->{out}", {self.text(left)}, {self.text(right)})', ATOM

    def inner(self, a: str, b: str) -> str:
        return f"{self.module}.vdot({a}, {b})"

    def _oriented(self, operation: Operation, labels: str, summed: list[str], last: bool) -> str:
        position = labels.index(summed[0])
        if len(labels) == 1 or position == (1 if last else 0):
            return self.text(operation, PRODUCT if last else PRODUCT + 1)
        return f"{self.text(operation, ATOM)}.T"
