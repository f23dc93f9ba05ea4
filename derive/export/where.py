r"""Definitions as LaTeX, for the lines "with ..." of a docstring. SymPy writes them.

>>> from derive.terms import Arr, Index, Size, Symbol, exp
>>> K = Size("K"); z, p, S = Symbol("z", (K,)), Symbol("p", (K,)), Symbol("S"); i = Index("i", 1, K)
>>> written(p, Arr(((i,),), exp(z[i]) / S))
'p_i = \\frac{e^{z_i}}{S}'
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from derive.terms import Arr, Entry, Symbol, Term, Value, children, free_symbols


def used(values: Sequence[Value], definitions: Mapping[Symbol, Value]) -> list[Symbol]:
    """The defined symbols that the values rest on, what is used before what uses it."""
    found: list[Symbol] = []

    def visit(value: Any) -> None:
        for symbol in sorted(_mentioned(value), key=lambda s: s.name):
            if symbol in definitions and symbol not in found:
                visit(definitions[symbol])
                found.append(symbol)

    for value in values:
        visit(value)
    return found


def _mentioned(value: Any) -> set[Symbol]:
    found = set(free_symbols(value))
    stack = [value]
    while stack:  # a definition may stand where its symbol is bound, as under a derivative by it
        node = stack.pop()
        if isinstance(node, Entry):
            found.add(node.symbol)
        stack.extend(children(node))
    return found


def written(symbol: Symbol, value: Value) -> str | None:
    """``symbol = value``, None for what SymPy has no notation for."""
    from sympy.printing.latex import LatexPrinter

    from derive.terms.sympy_bridge import to_sympy

    class Printer(LatexPrinter):  # type: ignore[misc]  # here, because SymPy is slow to import
        """Short subscripts and plain parentheses."""

        def _print_Indexed(self, e: Any) -> str:
            indices = ", ".join(map(self._print, e.indices))
            name, mark, own = str(e.base.label).partition("_")  # W_1 has the entries W_{1, i j}
            if mark and "^" not in own:
                return f"{name}_{{{own.strip('{}')}, {indices}}}"
            return f"{e.base.label}_{indices if len(indices) == 1 else f'{{{indices}}}'}"

        def _print_log(self, e: Any, exp: Any = None) -> str:
            power = f"^{{{exp}}}" if exp else ""
            return rf"\log{power}({self._print(e.args[0])})"

        def _print_Symbol(self, e: Any, style: str = "plain") -> str:
            return str(e.name)

        def _add_parens(self, s: str) -> str:
            return f"({s})"

    entry: Any
    body: Any = value
    if isinstance(value, Arr):
        axes, body = value.axes, value.body
        if any(len(axis) != 1 for axis in axes):
            return None
        entry = symbol[tuple(axis[0] for axis in axes)]
    elif symbol.shape:
        return None
    else:
        entry = Entry(symbol, ())
    if not isinstance(body, Term):
        return None
    text = " = ".join(Printer().doprint(to_sympy(t)) for t in (entry, body))
    return (
        None
        if "Opaque" in text
        else _lettered(text.replace(r"\left(", "(").replace(r" \right)", ")").replace(r"\right)", ")"))
    )


def _lettered(text: str) -> str:
    """Bound indices that never had a name (``_12``) get letters."""
    letters = iter(c for c in "ijklmrstuvabcd" if not re.search(rf"(?<![A-Za-z\\]){c}(?![A-Za-z])", text))
    for dummy in dict.fromkeys(re.findall(r"(?<=[{, ])_\d+(?=[},= ])", text)):
        letter = next(letters, None)
        text = text if letter is None else re.sub(rf"(?<![A-Za-z]){dummy}(?!\d)", letter, text)
    return re.sub(r"_\{(\w)\}", r"_\1", text)
