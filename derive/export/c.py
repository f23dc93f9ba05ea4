"""Programs as C99: row-major doubles, sizes first, results through pointers. Entries are computed in fused loops."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from derive.export import leaving_out, lengths
from derive.export.c_helpers import HELPERS, helper_source
from derive.export.names import python_name
from derive.export.program import Operation
from derive.export.source import Function, PythonSource, clean
from derive.terms import Affine, Arr, Size, Symbol, affine

KEYWORDS = frozenset(
    "auto break case char const continue default do double else enum extern float for goto if inline int long register "
    "restrict return short signed sizeof static struct switch typedef union unsigned void volatile while "
    "main size_t NAN INFINITY out malloc calloc free exp log log1p expm1 sqrt sin cos tan sinh cosh tanh "
    "asin acos atan fabs hypot erf tgamma lgamma floor pow y0 y1 yn j0 j1 jn gamma".split()
) | frozenset(HELPERS)
INFIX = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "equal": "==",
    "not_equal": "!=",
    "greater": ">",
    "greater_equal": ">=",
}
LIBRARY = {
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "abs": "fabs",
    "gamma": "tgamma",
    "loggamma": "lgamma",
    "power": "pow",
}
OWN = {
    "maximum": "larger",
    "minimum": "smaller",
    "sign": "sign",
    "square": "square",
    "expit": "expit",
    "digamma": "digamma",
    "trigamma": "trigamma",
    "binomial": "binomial",
}
STORED = frozenset("reduce length contract accumulate inv det slogdet cholesky solve cho_solve matrix_power".split())


MADE_UP = """static double *made_up(size_t count) {
    double *a = malloc((count + 1) * sizeof *a);
    for (size_t k = 0; a && k < count; k++) a[k] = 0.5 + (double)((7 * k) % 11) / 11;
    return a;
}

"""


class CSource(PythonSource):
    """One function of C. Operations in `STORED` and what is used twice get a buffer; the rest is in the loops."""

    supports_batch = False

    def __init__(self, function: Function) -> None:
        super().__init__(function)
        self.helpers: set[str] = set()
        self.count = self.temporaries = 0
        self.buffers: dict[Operation, str] = {}
        self.owned: list[str] = []
        taken: set[str] = set(KEYWORDS)
        self.every_size = [*self.sizes, *(p for p in self.parameters if isinstance(p, Size))]
        keys: list[Any] = [*self.every_size, *(p for p in self.parameters if isinstance(p, Symbol))]
        for key in keys:
            name = python_name(key.name)
            while name in taken:
                name += "_"
            taken.add(name)
            self.names[key] = name
        self.taken = taken
        self.name = python_name(function.name)
        if self.name in KEYWORDS:
            self.name += "_"

    # --- the function ---

    def prototype(self) -> str:
        parts = [f"size_t {self.names[s]}" for s in self.every_size]
        for p in self.parameters:
            if isinstance(p, Symbol):
                parts.append(f"const double *{self.names[p]}" if p.shape else f"double {self.names[p]}")
        outs = self.outs
        result = "void" if outs else "double"
        return f"{result} {self.name}({', '.join([*parts, *(f'double *{o}' for o in outs)]) or 'void'})"

    @property
    def outs(self) -> list[str]:
        values = self.function.values
        if len(values) == 1:
            return ["out"] if isinstance(values[0], Arr) else []
        return [f"out_{k + 1}" for k in range(len(values))]

    def source(self) -> str:
        for k, root in enumerate(self.roots):
            if self.outs:
                self.fill(self.outs[k], root)
                self.buffers.setdefault(root, self.outs[k])  # what a later result needs of it is read there
            else:
                self.lines.append(f"const double result = {self.entry(root, [])};")
        allocation = [
            f"double {b}[1];" if size == "1" else f"double *{b} = {self.helper('buffer')}({size});"
            for b, size in self.owned_sizes
        ]
        frees = [f"free({b});" for b, size in self.owned_sizes if size != "1"]
        body = [*allocation, *self.lines, *frees, *([] if self.outs else ["return result;"])]
        return f"{self.prototype()} {{\n" + "".join(f"    {line}\n" for line in body) + "}\n"

    @property
    def owned_sizes(self) -> list[tuple[str, str]]:
        return [(b, self.extent(o)) for o, b in self.buffers.items() if b not in self.outs]

    def comment(self) -> str:
        """The docstring as a comment."""
        lines = [line for line in self.docstring() if '"""' not in line]
        first = clean(self.function.summary) or f"Returns {clean(self.function.name)}."
        text = (
            "\n".join(f" * {line}".rstrip() for line in [*first.split("\n"), *lines])
            .replace("*/", "* /")
            .replace("??", "? ?")
        )
        return f"/*\n{text}\n * Arrays are row-major doubles; sizes come first.\n */\n"

    def extent(self, operation: Operation) -> str:
        return " * ".join(self.wrap(self.affine(s)) for s in operation.shape) or "1"

    def fresh(self) -> str:
        self.count += 1
        return f"i{self.count}"

    # --- loops ---

    def fill(self, target: str, operation: Operation) -> None:
        """Store every entry of the operation in ``target``."""
        if operation.op in STORED and operation not in self.buffers:
            self.compute(target, operation)
            return
        indices = [self.fresh() for _ in operation.shape]
        value = self.entry(operation, indices, inline=operation not in self.buffers)
        self.loop(indices, operation.shape, f"{target}[{self.offset(indices, operation.shape)}] = {value};")

    def loop(self, indices: Sequence[str], shape: Sequence[Affine], body: str) -> None:
        heads = [
            f"for (size_t {i} = 0; {i} < {self.wrap(self.affine(n))}; {i}++)"
            for i, n in zip(indices, shape, strict=True)
        ]
        self.lines.append(" ".join([*heads, body]))

    def offset(self, indices: Sequence[str], shape: Sequence[Affine]) -> str:
        text = ""
        for index, n in zip(indices, shape, strict=True):
            text = f"({text}) * {self.wrap(self.affine(n))} + {index}" if text else index
        return text or "0"

    def buffer(self, operation: Operation) -> str:
        """The buffer that holds the operation, filled on first use."""
        if operation not in self.buffers:
            name = self.temporary()
            self.fill(name, operation)
            self.buffers[operation] = name
        return self.buffers[operation]

    def temporary(self) -> str:
        self.temporaries += 1
        name = f"t{self.temporaries}"
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return name

    def compute(self, target: str, operation: Operation) -> None:
        op, arguments, attributes = operation.op, operation.arguments, operation.attributes
        if op in ("reduce", "length"):
            kind, positions = attributes if op == "reduce" else ("length", attributes)
            (inner,) = arguments
            indices = [self.fresh() for _ in inner.shape]
            kept = [i for p, i in enumerate(indices) if p not in positions]
            value = self.entry(inner, indices)
            place = f"{target}[{self.offset(kept, operation.shape)}]"
            start = {"sum": "0", "prod": "1", "max": "-INFINITY", "length": "0"}[kind]
            larger = self.helper("larger") if kind == "max" else ""
            step = {
                "sum": f"{place} += {value};",
                "prod": f"{place} *= {value};",
                "max": f"{place} = {larger}({place}, {value});",
                "length": f"{place} = hypot({place}, {value});",
            }[kind]
            self.loop(kept, operation.shape, f"{place} = {start};")
            order = [*kept, *(i for p, i in enumerate(indices) if p in positions)]
            shape = [*operation.shape, *(n for p, n in enumerate(inner.shape) if p in positions)]
            self.loop(order, shape, step)
        elif op == "contract":
            a, b, out = attributes
            lengths = {
                x: n
                for labels, side in ((a, arguments[0]), (b, arguments[1]))
                for x, n in zip(labels, side.shape, strict=True)
            }
            names = {x: self.fresh() for x in lengths}
            left, right = (
                self.entry(side, [names[x] for x in labels]) for labels, side in ((a, arguments[0]), (b, arguments[1]))
            )
            place = f"{target}[{self.offset([names[x] for x in out], operation.shape)}]"
            self.loop([names[x] for x in out], operation.shape, f"{place} = 0;")
            order = [*out[:1], *(x for x in lengths if x not in out), *out[1:]]
            self.loop([names[x] for x in order], [lengths[x] for x in order], f"{place} += {left} * {right};")
        elif op == "accumulate":
            kind, position, reverse = attributes
            indices = [self.fresh() for _ in operation.shape]
            value = self.entry(arguments[0], indices)
            step, n = self.fresh(), self.wrap(self.affine(operation.shape[position]))
            here = list(indices)
            before = list(indices)
            before[position] = f"({indices[position]} {'+' if reverse else '-'} 1)"
            old = f"{target}[{self.offset(before, operation.shape)}]"
            joined = f"{old} + {value}" if kind == "sum" else f"{self.helper('logaddexp')}({old}, {value})"
            place = f"{target}[{self.offset(here, operation.shape)}]"
            run = f"const size_t {indices[position]} = {f'{n} - 1 - {step}' if reverse else step};"
            body = f"{{ {run} {place} = {step} == 0 ? {value} : {joined}; }}"
            loops = [step if p == position else i for p, i in enumerate(indices)]
            self.loop(loops, operation.shape, body)
        else:
            self.matrix(target, operation)

    def matrix(self, target: str, operation: Operation) -> None:
        op, arguments = operation.op, operation.arguments
        n = self.affine(arguments[0].shape[-1])
        if op in ("cholesky", "cho_solve", "matrix_power"):
            first = (
                self.buffer(arguments[0]) if arguments[0].op != "parameter" else self.names[arguments[0].attributes[0]]
            )
        else:  # overwritten: a copy of its own
            first = self.temporary()
            self.fill(first, arguments[0])
            self.buffers[Operation("copy", (arguments[0], operation), (), arguments[0].shape)] = first
        if op == "inv":
            self.lines.append(f"{self.helper('inverse')}({n}, {first}, {target});")
        elif op in ("det", "slogdet"):
            name = self.helper("determinant" if op == "det" else "log_abs_determinant")
            self.lines.append(f"{target}[0] = {name}({n}, {first});")
        elif op == "cholesky":
            self.lines.append(f"{self.helper('cholesky')}({n}, {first}, {target});")
        elif op == "matrix_power":
            self.lines.append(
                f"{self.helper('matrix_power')}({n}, {self.affine(operation.attributes[0])}, {first}, {target});"
            )
        else:
            right = (
                self.buffer(arguments[1]) if arguments[1].op != "parameter" else self.names[arguments[1].attributes[0]]
            )
            m = self.affine(arguments[1].shape[1]) if arguments[1].rank == 2 else "1"
            self.lines.append(
                f"{self.helper('solve' if op == 'solve' else 'cholesky_solve')}({n}, {m}, {first}, {right}, {target});"
            )

    def helper(self, name: str) -> str:
        self.helpers.add(name)
        return name

    # --- entries ---

    def entry(self, operation: Operation, at: Sequence[str], inline: bool = False) -> str:
        """The entry at the loop indices ``at`` as a C expression."""
        op, arguments, attributes = operation.op, operation.arguments, operation.attributes
        if op == "parameter":
            name = self.names[attributes[0]]
            return f"{name}[{self.offset(at, operation.shape)}]" if operation.rank else name
        if op == "number":
            return number(attributes[0])
        if op == "constant":
            return {
                "pi": "3.14159265358979323846",
                "e": "2.71828182845904523536",
                "-inf": "-INFINITY",
                "oo": "INFINITY",
            }.get(attributes[0], "0.69314718055994530942")
        if op == "size":
            return f"((double){self.signed(attributes[0])})"
        if op == "arange":
            return f"((double){self.signed(attributes[0])} + {at[0]})"
        if op == "others":
            return self.entry(leaving_out.opened(operation), at)
        if op in ("cosine", "deviation"):
            return self.entry(lengths.opened(operation), at)
        simple = op in ("align", "slices", "broadcast", "embed", "diagonal", "window", "pad")
        if not inline and (op in STORED or (self.uses[operation] > 1 and not simple) or operation in self.buffers):
            name = self.buffer(operation)
            return f"{name}[{self.offset(at, operation.shape)}]"
        if op == "align":
            return self.entry(arguments[0], [at[attributes.index(p)] for p in range(arguments[0].rank)])
        if op == "broadcast":
            inner = arguments[0]
            return self.entry(
                inner,
                [i if n == s else "0" for i, n, s in zip(at, inner.shape, operation.shape, strict=True)]
                if inner.rank
                else [],
            )
        if op == "slices":
            return self.entry(arguments[0], self.sliced(attributes, at))
        if op == "embed":
            position = attributes[0]
            return f"({at[position]} == {at[-1]} ? {self.entry(arguments[0], at[:-1])} : 0.0)"
        if op == "diagonal":
            p, q = attributes
            rest = list(at[:-1])
            places = []
            for k in range(len(at) + 1):
                places.append(at[-1] if k in (p, q) else rest.pop(0))
            return self.entry(arguments[0], places)
        if op == "window":
            position = attributes[0]
            places = list(at[:-1])
            places[position] = f"({places[position]} + {at[-1]})"
            return self.entry(arguments[0], places)
        if op == "pad":
            position, before, after = attributes
            low, n = self.affine(before), self.wrap(self.affine(operation.shape[position] - after))
            places = list(at)
            places[position] = f"({at[position]} - {self.wrap(low)})"
            return f"({at[position]} >= {low} && {at[position]} < {n} ? {self.entry(arguments[0], places)} : 0.0)"
        if op == "take":
            array, *subscripts = arguments
            return self.entry(array, [f"(size_t)({self.entry(p, at if p.rank else [])})" for p in subscripts])
        if op == "reshape":
            raise NotImplementedError(op)
        return self.arithmetic(operation, at)

    def arithmetic(self, operation: Operation, at: Sequence[str]) -> str:
        op = operation.op
        parts = []
        for a in operation.arguments:
            places = (
                [i if n == s or n != affine(1) else "0" for i, n, s in zip(at, a.shape, operation.shape, strict=True)]
                if a.rank
                else []
            )
            parts.append(self.entry(a, places))
        if op in INFIX:
            return f"({parts[0]} {INFIX[op]} {parts[1]})"
        if op == "neg":
            return f"(-{parts[0]})"
        if op == "where":
            return f"({parts[0]} ? {parts[1]} : {parts[2]})"
        if op == "factorial":
            return f"tgamma({parts[0]} + 1)"
        name = self.helper(OWN[op]) if op in OWN else LIBRARY.get(op, op)
        return f"{name}({', '.join(parts)})"

    def sliced(self, parts: Sequence[Any], at: Sequence[str]) -> list[str]:
        places, left = [], list(at)
        for part in parts:
            if part[0] == "at":
                places.append(self.wrap(self.affine(part[1])))
            elif part[0] == "all":
                places.append(left.pop(0))
            else:
                _, start, _, step = part
                index = left.pop(0)
                scaled = index if abs(step) == 1 else f"{abs(step)} * {index}"
                places.append(f"({self.affine(start)} {'+' if step > 0 else '-'} {scaled})")
        return places

    def signed(self, value: Affine) -> str:
        """An affine expression that may be negative."""
        text = self.affine(value)
        for atom, _ in value.terms:
            text = text.replace(self.names[atom], f"(double){self.names[atom]}", 1) if len(value.terms) == 1 else text
        return (
            self.wrap(text)
            if len(value.terms) <= 1
            else f"((double)0 + {' + '.join(f'{c}.0 * {self.names[a]}' for a, c in value.terms)} + {value.constant}.0)"
        )


def number(value: Fraction) -> str:
    if value.denominator == 1:
        return f"{value.numerator}.0" if value >= 0 else f"({value.numerator}.0)"
    return f"({value.numerator}.0 / {value.denominator}.0)"


def c_text(functions: Sequence[Function], summary: str = "") -> str:
    """One translation unit with the functions."""
    sources = [CSource(f) for f in functions]
    bodies = [s.comment() + s.source() for s in sources]
    used = set().union(*(s.helpers for s in sources))
    return (
        f"{_title(summary)}#include <math.h>\n#include <stddef.h>\n#include <stdlib.h>\n\n{helper_source(used)}"
        + "\n".join(bodies)
    )


def _title(summary: str) -> str:
    """The summary as a comment."""
    text = clean(summary or "Exported by derive.").replace("*/", "* /").replace("??", "? ?").rstrip("\\")
    lines = text.split("\n")
    if len(lines) == 1:
        return f"/* {text} */\n"
    return "/*\n" + "\n".join(f" * {line}".rstrip() for line in lines) + "\n */\n"


def c_files(functions: Sequence[Function], name: str = "formulas", summary: str = "") -> dict[str, str]:
    """``{name}.h``, ``{name}.c`` and ``{name}_test.c``, a program that prints every result for made-up inputs."""
    sources = [CSource(f) for f in functions]
    bodies = [s.source() for s in sources]
    guard = f"{python_name(name).upper()}_H"
    header = f"{_title(summary)}#ifndef {guard}\n#define {guard}\n\n#include <stddef.h>\n\n"
    header += "\n".join(s.comment() + s.prototype() + ";\n" for s in sources) + "\n#endif\n"
    used = set().union(*(s.helpers for s in sources))
    code = f'#include "{name}.h"\n\n#include <math.h>\n#include <stdlib.h>\n\n{helper_source(used)}' + "\n".join(bodies)
    return {f"{name}.h": header, f"{name}.c": code, f"{name}_test.c": _test_program(sources, name)}


def _test_program(sources: Sequence[CSource], name: str) -> str:
    """Sizes 3, 4, 5, ... ; entries 0.5 + ((7 k) mod 11) / 11."""
    body = []
    for s in sources:
        lines = [f'    printf("{s.name}\\n");']
        lines += [f"    const size_t {s.names[size]} = {k + 3};" for k, size in enumerate(s.every_size)]
        arguments = [s.names[size] for size in s.every_size]
        frees = []
        for p in (p for p in s.parameters if isinstance(p, Symbol)):
            argument = s.names[p]
            if p.shape:
                count = " * ".join(s.wrap(s.affine(n)) for n in p.shape)
                lines.append(f"    double *{argument} = made_up({count});")
                frees.append(argument)
            else:
                lines.append(f"    const double {argument} = 0.5;")
            arguments.append(argument)
        for out, value in zip(s.outs, s.roots, strict=False):
            lines.append(f"    const size_t count_{out} = {s.extent(value)};")
            lines.append(f"    double *{out} = malloc((count_{out} + 1) * sizeof *{out});")
            arguments.append(out)
            frees.append(out)
        call = f"{s.name}({', '.join(arguments)})"
        lines.append(f"    {call};" if s.outs else f'    printf("%.17g\\n", {call});')
        for out in s.outs:
            lines.append(f'    for (size_t k = 0; k < count_{out}; k++) printf("%.17g\\n", {out}[k]);')
        lines += [f"    free({f});" for f in frees]
        body.append("{\n" + "\n".join("    " + line for line in lines) + "\n    }")
    return (
        f'#include "{name}.h"\n\n#include <stdio.h>\n#include <stdlib.h>\n\n{MADE_UP}int main(void) {{\n    '
        + "\n    ".join(body)
        + "\n    return 0;\n}\n"
    )
