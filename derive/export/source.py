"""Python source from programs: which values get a name, how they are written, signatures and docstrings.

A target (`derive.export.numpy` and so on) says how one operation is written; everything they share is here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from derive.export import layout
from derive.export.errors import CompileError
from derive.export.lower import lower
from derive.export.names import python_name, unique_names
from derive.export.program import Operation, walk
from derive.terms import Affine, Arr, Hypothesis, Size, Symbol, Term, affine, free_symbols

ATOM, UNARY, PRODUCT, SUM, COMPARE = 100, 80, 70, 60, 50
WIDTH = 88
HINTS = {
    "exp": "e",
    "reduce sum": "total",
    "reduce max": "top",
    "reduce prod": "product",
    "contract": "product",
    "sub": "difference",
    "add": "added",
    "div": "ratio",
    "mul": "scaled",
    "sqrt": "root",
    "hypot": "root",
    "length": "length",
    "cosine": "cosine",
    "others": "others",
    "deviation": "deviation",
    "square": "squares",
    "expit": "sigmoid",
    "tanh": "t",
    "log": "logs",
    "inv": "inverse",
    "solve": "solution",
    "cho_solve": "solution",
    "cholesky": "factor",
    "where": "chosen",
    "maximum": "clipped",
    "greater": "positive",
    "window": "windows",
    "take": "taken",
    "accumulate": "running",
    "arange": "index",
    "neg": "negative",
}


@dataclass(frozen=True)
class Function:
    """A function to be compiled.

    ``value`` is a term or an array, or several of them for a tuple of results that shares its work. ``parameters``
    are the symbols it is given in order (a `Size` asks for an integer). The rest is for the reader: ``formula``,
    ``conditions`` and ``where`` (what the formula's symbols stand for) are LaTeX, the example of the docstring
    satisfies ``hypotheses``, and a value that occurs among ``definitions`` (in terms of parameters) gets its name.
    """

    name: str
    parameters: tuple[Symbol | Size, ...]
    value: Term | Arr | tuple[Term | Arr, ...]
    summary: str = ""
    formula: str = ""
    conditions: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
    hypotheses: tuple[Hypothesis, ...] = ()
    definitions: tuple[tuple[Symbol, Term | Arr], ...] = ()
    where: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[Term | Arr, ...]:
        return self.value if isinstance(self.value, tuple) else (self.value,)


class PythonSource:
    """Writes one function; a target overrides how operations look."""

    imports: tuple[str, ...] = ()
    array_type = "Any"

    def __init__(self, function: Function, example: bool = False) -> None:
        self.function = function
        self.with_example = example
        roots = lower(function.values)
        self.batch = self.supports_batch and _batchable(function, roots)
        self.roots = [_explicit_scalars(r) for r in roots] if self.batch else roots
        used = {o.attributes[0] for o in walk(self.roots) if o.op == "parameter"}
        parameters = list(function.parameters)
        unknown = sorted(s.name for s in used - set(parameters))
        if unknown:
            raise CompileError(", ".join(unknown), "it is not among the parameters", "Declare it, or define it")
        self.needed: set[Size] = set()
        self.modules: set[str] = set()
        self.helpers: set[str] = set()  # functions that stand in front of the module's own
        self.sizes = _readable(parameters)
        for size_ in sorted({s for o in walk(self.roots) for s in _sizes(o)}, key=lambda s: s.name):
            if size_ not in self.sizes and size_ not in parameters:
                parameters.append(size_)
        self.parameters = parameters
        names = unique_names([p.name for p in parameters])
        self.names: dict[Any, str] = dict(zip(parameters, names, strict=True))
        for size_ in self.sizes:
            self.names.setdefault(size_, python_name(size_.name, self.names.values()))
        self.uses = Counter(a for o in walk(self.roots) for a in o.arguments) + Counter(self.roots)
        self.written: dict[Operation, str] = {}
        self.lines: list[str] = []
        self.defined = self._defined()

    def _defined(self) -> dict[Operation, str]:
        """Operations that are the value of a definition, with its name."""
        found: dict[Operation, str] = {}
        for symbol, value in self.function.definitions:
            if not free_symbols(value) <= set(self.parameters):
                continue
            try:
                (operation,) = lower((value,))
            except CompileError:
                continue
            if self.batch:
                operation = _explicit_scalars(operation)
            found.setdefault(operation, python_name(symbol.name))
        return found

    supports_batch = True

    # --- the function ---

    @property
    def meaning(self) -> Any:
        """Equal for two functions that take the same and do the same."""
        return (
            tuple(self.names.items()),
            tuple(self.roots),
            tuple(getattr(v, "shape", ()) for v in self.function.values),
        )

    def source(self) -> str:
        """The text of the function."""
        results = []
        for root in self.roots:
            results.append(self.result(root))
        name = python_name(self.function.name)
        head = ", ".join(f"{self.names[p]}: {self.hint(p)}" for p in self.parameters)
        scalar = f"{self.scalar_type} | {self.array_type}" if self.entrywise else self.scalar_type
        returns = [self.array_type if isinstance(v, Arr) or self.batch else scalar for v in self.function.values]
        annotation = returns[0] if len(returns) == 1 else f"tuple[{', '.join(returns)}]"
        first = f"def {name}({head}) -> {annotation}:"
        if len(first) > 120:
            first = (
                f"def {name}(\n    "
                + ",\n    ".join(f"{self.names[p]}: {self.hint(p)}" for p in self.parameters)
                + f",\n) -> {annotation}:"
            )
        lines = [*self.size_lines(), *self.lines, f"return {', '.join(results)}"]
        body = [*self.docstring(), *(part for line in lines for part in layout.statement(line))]
        return "\n".join([first, *("    " + line if line else "" for line in body)]) + "\n"

    scalar_type = "float"

    def hint(self, parameter: Symbol | Size) -> str:
        if isinstance(parameter, Size):
            return "int"
        if not parameter.shape and self.entrywise:
            return f"{self.scalar_type} | {self.array_type}"
        return self.array_type if parameter.shape else self.scalar_type

    def size_lines(self) -> list[str]:
        """``n, d = X.shape`` for the sizes that the code mentions."""
        lines: list[str] = []
        done: set[Size] = set()
        needed = set(self.needed)
        for size_ in self.sizes:  # the extent of an axis may hold another size, which is then needed first
            if size_ in needed:
                needed |= {s for s, _ in self._extent_less(size_).terms if isinstance(s, Size)}
        for size_ in sorted(self.sizes, key=lambda s: bool(self._extent_less(s).terms)):
            symbol, axis, _ = self.sizes[size_]
            if size_ not in needed or size_ in done:
                continue
            group = [
                s for s, (other, _, rest) in self.sizes.items() if other is symbol and s in needed and rest == affine(s)
            ]
            name = self.names[symbol]
            if len(group) == len(symbol.shape) and len(group) > 1:
                lines.append(f"{', '.join(self.names[s] for s in group)} = {name}.shape")
                done.update(group)
                continue
            value = f"{name}.shape[{axis - len(symbol.shape) if self.batch else axis}]"
            extra = self._extent_less(size_)
            lines.append(f"{self.names[size_]} = {value}{_signed(self.affine(-extra)) if extra != affine(0) else ''}")
            done.add(size_)
        return lines

    def _extent_less(self, size_: Size) -> Affine:
        """What the extent of the axis that a size is read from holds beside it."""
        symbol, axis, _ = self.sizes[size_]
        return symbol.shape[axis] - size_

    def docstring(self) -> list[str]:
        f = self.function
        lines = [clean(f.summary) or f"Returns {clean(f.name)}."]
        if python_name(f.name) != f.name:
            lines[0] += f" (Written {clean(f.name)[:80]}.)"
        if f.formula:
            lines += ["", *(part for line in clean(f.formula).split("\n") for part in layout.formula(line))]
        if f.where:
            lines += _joined("with  ", ",  ", [clean(w) for w in f.where])
        lines.append("")
        for p in self.parameters:
            plain = self.names[p]
            what = "integer" if isinstance(p, Size) else "array " + self._shape(p.shape) if p.shape else "number"
            lines.append(f"{plain}: {what}" + ("" if plain == p.name else f", written {clean(p.name)}"))
        shapes = ["a number" if not isinstance(v, Arr) else "an array " + self._shape(v.shape) for v in f.values]
        lines.append(f"Returns {' and '.join(shapes)}.")
        if self.batch:
            lines.append("Arrays may have leading axes, which are kept.")
        elif self.entrywise:
            lines.append("Arrays are taken entry by entry.")
        if f.conditions:
            lines.append("Holds for " + ", ".join(map(clean, f.conditions)) + ".")
        example = self.example() if self.with_example else []
        if example:
            lines += ["", *(part for line in example for part in layout.example(line))]
        if f.notes:
            lines += ["", *(clean(n) for n in f.notes)]
        text = "\n".join(lines).replace('"""', "'''")
        if text.endswith(('"', "\\")):
            text += " "
        quoted = f'r"""{text}\n"""'
        return [line.rstrip() for line in quoted.split("\n")]

    @property
    def entrywise(self) -> bool:
        """Whether the function of numbers also works on arrays, entry by entry."""
        return False

    def example(self) -> list[str]:
        """A call with its value, as a doctest; empty where there is none."""
        return []

    @staticmethod
    def _shape(shape: Sequence[Any]) -> str:
        lengths = [" * ".join(map(repr, n)) if isinstance(n, tuple) else repr(n) for n in shape]
        return f"({', '.join(lengths)}{',' if len(lengths) == 1 else ''})"

    # --- values ---

    def result(self, root: Operation) -> str:
        """The expression that is returned: a new array of the right shape."""
        values = [v for v, r in zip(self.function.values, self.roots, strict=True) if r is root]
        composite = isinstance(values[0], Arr) and any(len(axis) != 1 for axis in values[0].axes)
        text = self.text(root, ATOM if composite else 0)
        base = root
        while base.op in ("align", "slices", "diagonal", "window"):
            base = base.arguments[0]
        if base.op == "parameter" and root.rank:  # never hand out the caller's own array
            text = self.copied(text)
        if composite:
            value = values[0]
            assert isinstance(value, Arr)
            lengths = [" * ".join(self.wrap(self.affine(n)) for n in axis) or "1" for axis in value.shape]
            text = f"{text}.reshape({', '.join(lengths)})"
        return text

    def copied(self, text: str) -> str:
        return f"{text}.copy()"

    def text(self, operation: Operation, level: int = 0) -> str:
        """The value as an expression, in parentheses if it binds looser than ``level``; named when it is used again."""
        text, binding = self.expression(operation)
        return text if binding >= level else f"({text})"

    def expression(self, operation: Operation) -> tuple[str, int]:
        """The same with how tightly it binds."""
        if operation not in self.written:
            text, binding = self.write(operation)
            if operation not in self.written and not self._worth_a_name(operation, text):
                return text, binding
            if operation not in self.written:  # else it was made in place
                self.assign(operation, text)
        return self.written[operation], ATOM

    def imported(self, module: str, name: str) -> str:
        """The name under which a function of another module is called: its own, unless a parameter has it (gamma)."""
        local = f"{name}_function" if name in self.names.values() else name
        self.modules.add(f"from {module} import {name}" + (f" as {local}" if local != name else ""))
        return local

    def assign(self, operation: Operation, text: str) -> str:
        taken = [*self.names.values(), *self.written.values(), *(m.split()[-1] for m in self.modules)]
        name = python_name(self.hint_for(operation), taken)
        self.lines.append(f"{name} = {text}")
        self.written[operation] = name
        return name

    def hint_for(self, operation: Operation) -> str:
        """What a value is called: like the definition that it is the value of, else for what it does."""
        if operation in self.defined:
            return self.defined[operation]
        inner = operation
        while inner.op == "align":
            inner = inner.arguments[0]
        if inner.op == "div" and _is_softmax(inner):
            return "p"
        if _is_centred(inner):
            return "centred"
        square = _mean_square(inner)
        if square is not None:
            return "variance" if _is_centred(square) else "mean_square"
        return HINTS.get(f"reduce {inner.attributes[0]}" if inner.op == "reduce" else inner.op, inner.op)

    def _worth_a_name(self, operation: Operation, text: str) -> bool:
        if operation.op in ("parameter", "number", "constant", "size") or (
            operation in self.roots and self.uses[operation] == 1
        ):
            return False
        if operation.op == "align" and self.keepdims(operation) is None:
            inner = operation.arguments[0]  # used through this alignment only: what is computed once has the axes too
            return self.uses[operation] > 1 == self.uses[inner] and inner.op != "parameter"
        if operation.op == "slices" and not operation.rank and operation.arguments[0].op == "parameter":
            return False  # z[..., 1] says more than a name
        return self.uses[operation] > 1 or len(text) > WIDTH

    def keepdims(self, operation: Operation) -> Operation | None:
        """The reduction that this alignment only gives its axes back, when nothing else uses the reduction."""
        inner = operation.arguments[0]
        if inner.op != "reduce" or self.uses[inner] > 1:
            return None
        gone = inner.attributes[1]
        left = iter(range(inner.rank))
        pattern = tuple(None if p in gone else next(left) for p in range(inner.arguments[0].rank))
        return inner if pattern == operation.attributes else None

    # --- sizes ---

    def affine(self, value: Any) -> str:
        """An affine expression in sizes as Python."""
        text = ""
        for atom, c in affine(value).terms:
            self.needed.add(atom)
            name = self.names[atom]
            part = name if abs(c) == 1 else f"{abs(c)} * {name}"
            text += f" {'-' if c < 0 else '+'} {part}" if text else ("-" if c < 0 else "") + part
        constant = affine(value).constant
        if constant or not text:
            text += f" {'-' if constant < 0 else '+'} {abs(constant)}" if text else str(constant)
        return text

    @staticmethod
    def wrap(text: str) -> str:
        return text if text.isidentifier() or text.isdigit() else f"({text})"

    def write(self, operation: Operation) -> tuple[str, int]:
        """An operation as text and how tightly that binds."""
        method = getattr(self, f"op_{operation.op}", None)
        if method is None:
            return self.elementwise(operation)
        text: tuple[str, int] = method(operation)
        return text

    def elementwise(self, operation: Operation) -> tuple[str, int]:
        raise NotImplementedError


def _joined(first: str, between: str, parts: list[str]) -> list[str]:
    """The parts after ``first`` on lines that are not too long."""
    lines = [first + parts[0]]
    for part in parts[1:]:
        if len(lines[-1]) + len(between) + len(part) <= 100:
            lines[-1] += between + part
        else:
            lines[-1] += between.rstrip()
            lines.append(" " * len(first) + part)
    return lines


def _is_softmax(operation: Operation) -> bool:
    """Whether an array is divided by its own sum."""
    top, bottom = operation.arguments
    while bottom.op == "align":
        bottom = bottom.arguments[0]
    return bottom.op == "reduce" and bottom.attributes[0] == "sum" and bottom.arguments[0] is top


def _bare(operation: Operation) -> Operation:
    while operation.op == "align":
        operation = operation.arguments[0]
    return operation


def _is_centred(operation: Operation) -> bool:
    """Whether a mean of the array is taken from it."""
    if operation.op != "sub":
        return False
    array, mean = operation.arguments[0], _bare(operation.arguments[1])
    return mean.op == "div" and mean.arguments[0].op == "reduce" and mean.arguments[0].arguments[0] is array


def _mean_square(operation: Operation) -> Operation | None:
    """The array of a mean of squares, something small added or not."""
    if operation.op == "add":
        return next((found for a in operation.arguments if (found := _mean_square(_bare(a))) is not None), None)
    if operation.op != "div" or operation.arguments[0].op != "contract" or operation.arguments[1].op != "size":
        return None
    first, second = operation.arguments[0].arguments
    return first if first is second else None


def clean(text: str) -> str:
    """Text for a docstring: printable, no control characters."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text).strip()


def _signed(text: str) -> str:
    return f" - {text[1:]}" if text.startswith("-") else f" + {text}"


def _sizes(operation: Operation) -> set[Size]:
    found: set[Size] = set()

    def visit(part: Any) -> None:
        if isinstance(part, Affine):
            found.update(a for a, _ in part.terms if isinstance(a, Size))
        elif isinstance(part, tuple):
            for p in part:
                visit(p)

    visit(operation.shape)
    visit(operation.attributes)
    return found


def _readable(parameters: Sequence[Symbol | Size]) -> dict[Size, tuple[Symbol, int, Affine]]:
    """Where each size is read: a symbol, its axis, and that axis's length."""
    found: dict[Size, tuple[Symbol, int, Affine]] = {}
    given = {p for p in parameters if isinstance(p, Size)}
    axes = [(p, a, n) for p in parameters if isinstance(p, Symbol) for a, n in enumerate(p.shape)]
    for symbol, axis, n in axes:
        if isinstance(n.atom, Size) and n.atom not in given:
            found.setdefault(n.atom, (symbol, axis, n))
    for symbol, axis, n in axes:
        unknown = [(a, c) for a, c in n.terms if a not in found and a not in given]
        if len(unknown) == 1 and unknown[0][1] == 1:
            found[unknown[0][0]] = (symbol, axis, n)
    return found


# --- leading axes ----

FIXED = frozenset("inv det slogdet cholesky solve cho_solve matrix_power take window diagonal pad".split())


def _batchable(function: Function, roots: Sequence[Operation]) -> bool:
    """Whether every array parameter is a vector and every operation works along trailing axes."""
    ranks = [len(p.shape) for p in function.parameters if isinstance(p, Symbol)]
    if (
        not ranks
        or max(ranks) != 1
        or any(len(axis) != 1 for v in function.values if isinstance(v, Arr) for axis in v.axes)
    ):
        return False
    for o in walk(roots):
        if o.op in FIXED or (o.op == "contract" and o.attributes[:2] != ("a", "a")):
            return False
        if o.op == "broadcast" and any(b.op == "parameter" for b in walk(o.arguments)):
            return False
    return True


def _explicit_scalars(root: Operation) -> Operation:
    """Numbers computed from arrays get axes of length 1 where they meet arrays, so that leading axes line up."""
    from derive.export.program import UNIT

    done: dict[Operation, Operation] = {}
    varied: dict[Operation, bool] = {}
    for o in walk([root]):
        varied[o] = (o.op == "parameter" and o.rank > 0) or any(varied[a] for a in o.arguments)
        arguments = tuple(done[a] for a in o.arguments)
        if o.rank and o.op not in ("align", "broadcast"):
            arguments = tuple(
                Operation("align", (new,), (None,) * o.rank, (UNIT,) * o.rank) if varied[old] and not old.rank else new
                for old, new in zip(o.arguments, arguments, strict=True)
            )
        done[o] = Operation(o.op, arguments, o.attributes, o.shape)
    return done[root]
