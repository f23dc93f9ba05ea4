"""The slips that people make in a derivation, as edits of a formula's source: signs, factors, transposes, order, indices,
squares, logarithms, deltas, fractions, names.  Imports parse only.

>>> from derive.parse.grammar import parse_expression
>>> from derive.parse.scope import Scope
>>> source = "y - p"
>>> next(slips(source, parse_expression(source), parse_expression("g"), Scope()))
('p - y', 'holds with a minus sign')
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derive.parse import syntax as s
from derive.parse.names import is_index, is_transpose, symbol_key
from derive.parse.scope import Scope

Edit = tuple[str, str]
_MOST = 600  # candidates of one step


def slips(source: str, tree: s.Node, left: s.Node, scope: Scope) -> Iterator[Edit]:
    """(another source, what it changes), the likeliest first; not all of them make sense."""
    count = 0
    for family in (
        _negated, _signs, _deltas, _factors, _transposes, _squares, _indices, _swaps, _exchanged, _inverses, _fractions,
        _logarithms, _layout, _arguments, _names, _missing,
    ):  # fmt: skip
        for edit in family(source, tree, left, scope):
            count += 1
            if count > _MOST:
                return
            yield edit


def _cut(source: str, start: int, end: int, new: str) -> str:
    """The source with a stretch replaced; a macro is kept apart from a letter that follows it."""
    before, after = source[:start], source[end:]
    if new and new[-1].isalpha() and "\\" in new.split()[-1] and after[:1].isalpha():
        new += " "
    return " ".join((before + new + after).split())


def _text(source: str, node: s.Node) -> str:
    return source[node.start : node.end].strip()


def _terms(tree: s.Node) -> s.Add | None:
    return tree if isinstance(tree, s.Add) and len(tree.terms) > 1 else None


def _wrapped(source: str, node: s.Node) -> str:
    text = _text(source, node)
    return f"\\left( {text} \\right)" if isinstance(node, s.Add) else text


# -- signs


def _negated(source: str, tree: s.Node, left: s.Node, scope: Scope) -> Iterator[Edit]:
    why = "holds with a minus sign"
    if isinstance(tree, s.Add):
        if len(tree.terms) == 1 and tree.signs == ("-",):
            yield _text(source, tree.terms[0]), why
            return
        if set(tree.signs) <= {"+", "-"}:
            flipped = [
                ("-" if g == "+" else "+", _text(source, t)) for g, t in zip(tree.signs, tree.terms, strict=True)
            ]
            flipped.sort(key=lambda x: x[0] == "-")
            text = " ".join(f"{g} {t}" for g, t in flipped)
            yield text.removeprefix("+ ") if text.startswith("+") else "-" + text.removeprefix("- "), why
        return
    yield f"-{source}" if not source.startswith("-") else source[1:], why


def _signs(source: str, tree: s.Node, left: s.Node, scope: Scope) -> Iterator[Edit]:
    for part in s.walk(tree):
        if not isinstance(part, s.Add):
            continue
        for k, (sign, term) in enumerate(zip(part.signs, part.terms, strict=True)):
            start = part.terms[k - 1].end if k else part.start
            gap = source[start : term.start]
            new, word = ("-", "minus") if sign == "+" else ("+", "plus")
            where = gap.rfind(sign)
            shown = _text(source, term)
            why = f"holds with a {word} sign before {shown if len(shown) < 40 else 'a term'}"
            if where >= 0:
                if not k and new == "+":
                    yield _cut(source, start + where, start + where + 1, ""), why
                else:
                    yield _cut(source, start + where, start + where + 1, f"{new} " if k else new), why
            elif not k and sign == "+":
                yield _cut(source, part.start, part.start, "-"), why
    for part in s.walk(tree):
        if isinstance(part, s.Call | s.Superscript):
            inner = part.argument if isinstance(part, s.Call) else part.exponent
            inner = s.strip_group(inner)
            if not isinstance(inner, s.Add) and not isinstance(part, s.Superscript):
                yield (
                    _cut(source, inner.start, inner.end, f"-{_text(source, inner)}"),
                    f"holds with -{_text(source, inner)[:40]}",
                )


# -- factors


def _sizes(scope: Scope, source: str, left: s.Node, tree: s.Node) -> list[str]:
    """The sizes and bounds of a step's sums, and the sizes of its arrays."""
    named = {n.key for side in (left, tree) for n in s.walk(side) if isinstance(n, s.Name)}
    shapes = {
        a.name
        for k in named
        if k in scope.symbols
        for size in scope.symbols[k].shape
        for a, _ in size.terms
        if hasattr(a, "name")
    }
    return [n for n in scope.sizes if not n.startswith("?") and (n in named or n in shapes)][:4]


def _times(factor: str, text: str) -> str:
    """A factor before a product, taken into the fraction or number that it begins with."""
    unit = re.match(r"\\[td]?frac\s*\{\s*1\s*\}|\\[td]?frac\s*1(?=[0-9{\\a-zA-Z ])", text)
    if unit and not factor.startswith("\\frac"):
        return f"\\frac{{{factor}}}{text[unit.end() :]}"
    number = re.match(r"(\d+)\s*(?![\d.^!/])", text)
    if number and factor.startswith("\\frac{1}"):
        rest = text[number.end() :].removeprefix("\\cdot").strip()
        return f"\\frac{{{number.group(1)}}}{factor.removeprefix(chr(92) + 'frac{1}')} {rest}".strip()
    return f"{factor} {text}"


def _factors(source: str, tree: s.Node, left: s.Node, scope: Scope) -> Iterator[Edit]:
    sizes = _sizes(scope, source, left, tree)
    factors = ["2", "\\frac{1}{2}", *sizes, *(f"\\frac{{1}}{{{n}}}" for n in sizes)]
    several = _terms(tree)
    sign, body = "", tree
    if isinstance(tree, s.Add) and len(tree.terms) == 1:
        sign, body = tree.signs[0], tree.terms[0]
    sign = "-" if sign == "-" else ""
    for f in factors:
        inner = _wrapped(source, body)
        if f == "\\frac{1}{2}" and inner.startswith("2") and not inner[1:2].isdigit() and inner[1:2] not in (".", "^"):
            yield f"{sign}{inner[1:].strip() or '1'}", "holds without the factor 2"
            continue
        yield f"{sign}{_times(f, inner)}", f"holds with a factor {f}"
    for part in s.walk(tree):
        number = part.factors[0] if isinstance(part, s.Product) else None
        if (
            isinstance(part, s.Product)
            and isinstance(number, s.Number)
            and len(part.factors) > 1
            and part.ops[0] in ("", "\\cdot")
        ):
            yield _cut(source, number.start, part.factors[1].start, ""), f"holds without the factor {number.text}"
    if several is not None:
        for term in several.terms:
            shown = _text(source, term)
            for f in factors:
                shown = shown if len(shown) < 40 else "a term"
                yield (
                    _cut(source, term.start, term.end, _times(f, _text(source, term))),
                    f"holds with a factor {f} before {shown}",
                )


# -- matrices


def _transposes(source: str, tree: s.Node, left: s.Node, scope: Scope) -> Iterator[Edit]:
    inner = {id(p.base) for p in s.walk(tree) if isinstance(p, s.Superscript)}
    for part in s.walk(tree):
        shown = _text(source, part)
        if isinstance(part, s.Superscript):
            base = _text(source, part.base)
            if is_transpose(part.exponent):
                yield _cut(source, part.start, part.end, base), f"holds with {base[:40]} not transposed"
            elif _text(source, part.exponent).strip("{} ") == "-1":
                yield _cut(source, part.start, part.end, f"{base}^{{-\\top}}"), f"holds with {base[:40]} transposed"
        elif id(part) not in inner and isinstance(part, s.Name | s.Subscript | s.Group | s.Call):
            symbol = scope.symbols.get(symbol_key(part) or "")
            if isinstance(part, s.Group) and part.open != "(":
                continue
            if (symbol is not None and not symbol.shape) or (isinstance(part, s.Name) and symbol is None):
                continue
            yield _cut(source, part.start, part.end, f"{shown}^\\top"), f"holds with {shown[:40]} transposed"


def _swaps(source: str, tree: s.Node, left: s.Node, scope: Scope) -> Iterator[Edit]:
    for part in s.walk(tree):
        if not isinstance(part, s.Product):
            continue
        for a, b, op in zip(part.factors, part.factors[1:], part.ops, strict=False):
            if (
                op not in ("", "\\cdot")
                or isinstance(a, s.Number | s.Fraction | s.BigOperator)
                or isinstance(b, s.BigOperator)
            ):
                continue
            x, y = _text(source, a), _text(source, b)
            yield _cut(source, a.start, b.end, f"{y} {x}"), f"holds with {x[:30]} and {y[:30]} in the other order"


def _layout(source: str, tree: s.Node, left: s.Node, scope: Scope) -> Iterator[Edit]:
    derived = any(
        isinstance(p, s.Derivative | s.DerivativeOperator | s.Nabla) for side in (left, tree) for p in s.walk(side)
    )
    yield f"\\left( {source} \\right)^\\top", "holds in numerator layout" if derived else "holds transposed"


def _inverses(source: str, tree: s.Node, left: s.Node, scope: Scope) -> Iterator[Edit]:
    inner = {id(p.base) for p in s.walk(tree) if isinstance(p, s.Superscript)}
    for part in s.walk(tree):
        if isinstance(part, s.Superscript) and _text(source, part.exponent).strip("{} ") == "-1":
            base = _text(source, part.base)
            yield _cut(source, part.start, part.end, base), f"holds with {base[:40]} not inverted"
        elif id(part) not in inner and isinstance(part, s.Name | s.Group):
            symbol = scope.symbols.get(symbol_key(part) or "")
            if (isinstance(part, s.Group) and part.open == "(") or (symbol is not None and len(symbol.shape) == 2):
                text = _text(source, part)
                yield _cut(source, part.start, part.end, f"{text}^{{-1}}"), f"holds with the inverse of {text[:40]}"


def _missing(source: str, tree: s.Node, left: s.Node, scope: Scope) -> Iterator[Edit]:
    """A declared factor of the step is left out of a product."""
    seen = {n.key for n in s.walk(left) if isinstance(n, s.Name)} | {
        n.key for n in s.walk(tree) if isinstance(n, s.Name)
    }
    names = [k for k in scope.symbols if k in seen and k not in scope.inferred][:5]
    places: dict[int, None] = {}
    for part in s.walk(tree):
        if isinstance(part, s.Product):
            for factor in part.factors:
                places[factor.start] = places[factor.end] = None
        elif isinstance(part, s.Add):
            for term in part.terms:
                places[term.start] = places[term.end] = None
    for name in names:
        for place in places or {tree.start: None, tree.end: None}:
            yield _cut(source, place, place, f" {name} "), f"holds with another factor {name}"


# -- indices, deltas, names


def _letters(left: s.Node, tree: s.Node, scope: Scope) -> list[str]:
    """The index letters of a step, in order of appearance."""
    found: dict[str, None] = {}
    for side in (left, tree):
        for part in s.walk(side):
            scripts = [part.index] if isinstance(part, s.Subscript) else []
            if isinstance(part, s.BigOperator):
                found.update(dict.fromkeys(n.key for n in s.index_names(part.lower)))
                continue
            for script in scripts:
                for name in s.walk(script):
                    if (
                        isinstance(name, s.Name)
                        and is_index(name)
                        and name.key not in scope.symbols
                        and name.key not in scope.sizes
                    ):
                        found[name.key] = None
    return list(found)


def _indices(source: str, tree: s.Node, left: s.Node, scope: Scope) -> Iterator[Edit]:
    letters = _letters(left, tree, scope)
    bound = {
        id(n) for p in s.walk(tree) if isinstance(p, s.BigOperator) and p.lower is not None for n in s.walk(p.lower)
    }
    for part in s.walk(tree):
        if not isinstance(part, s.Subscript):
            continue
        for name in s.walk(part.index):
            if isinstance(name, s.Name) and name.key in letters and id(name) not in bound:
                for other in letters:
                    if other != name.key:
                        why = f"holds with index {other} in place of {name.key} in {_text(source, part)[:40]}"
                        yield _cut(source, name.start, name.end, other), why


def _exchanged(source: str, tree: s.Node, left: s.Node, scope: Scope) -> Iterator[Edit]:
    letters = _letters(left, tree, scope)
    for part in s.walk(tree):
        if isinstance(part, s.Subscript):
            names = [n for n in s.walk(part.index) if isinstance(n, s.Name) and n.key in letters]
            if len(names) == 2 and names[0].key != names[1].key:
                new = _cut(source, names[1].start, names[1].end, names[0].key)
                why = f"holds with the indices of {_text(source, part)[:40]} exchanged"
                yield _cut(new, names[0].start, names[0].end, names[1].key), why


def _deltas(source: str, tree: s.Node, left: s.Node, scope: Scope) -> Iterator[Edit]:
    free = [k for k in _letters(left, tree, scope) if k in s.free_names(left)][:3]
    several = _terms(tree)
    terms = several.terms if several is not None else (tree,)
    for a in range(len(free)):
        for b in range(a + 1, len(free)):
            delta = f"\\delta_{{{free[a]}{free[b]}}}"
            for term in terms:
                shown = _text(source, term)
                yield (
                    _cut(source, term.end, term.end, f" {delta}"),
                    f"holds with {delta} after {shown if len(shown) < 40 else 'a term'}",
                )


def _names(source: str, tree: s.Node, left: s.Node, scope: Scope) -> Iterator[Edit]:
    """One name written for another of the same shape."""
    for part in s.walk(tree):
        if not isinstance(part, s.Name):
            continue
        key = symbol_key(part) or ""
        symbol = scope.symbols.get(key)
        if symbol is not None:
            others = [
                k for k, x in scope.symbols.items() if k != key and x.shape == symbol.shape and k not in scope.inferred
            ]
        elif key in scope.sizes:
            others = [k for k in scope.sizes if k != key and not k.startswith("?")]
        else:
            continue
        for other in others[:6]:
            yield _cut(source, part.start, part.end, other), f"holds with {other} in place of {key}"


# -- squares, fractions, logarithms


def _squares(source: str, tree: s.Node, left: s.Node, scope: Scope) -> Iterator[Edit]:
    bases = {id(p.base) for p in s.walk(tree) if isinstance(p, s.Superscript | s.Subscript | s.Prime)}
    for part in s.walk(tree):
        shown = _text(source, part)
        if isinstance(part, s.Superscript) and isinstance(s.strip_group(part.exponent), s.Number):
            base = _text(source, part.base)
            yield _cut(source, part.start, part.end, base), f"holds without the exponent of {base[:40]}"
        elif id(part) not in bases and isinstance(part, s.Name | s.Subscript | s.Group | s.Norm) and shown:
            if (isinstance(part, s.Name) and not scope.known(part.key)) or (
                isinstance(part, s.Group) and part.open != "("
            ):
                continue
            yield _cut(source, part.start, part.end, f"{shown}^2"), f"holds with the square of {shown[:40]}"


def _fractions(source: str, tree: s.Node, left: s.Node, scope: Scope) -> Iterator[Edit]:
    for part in s.walk(tree):
        if isinstance(part, s.Fraction):
            top, bottom = _text(source, part.numerator), _text(source, part.denominator)
            top, bottom = top.removeprefix("{").removesuffix("}") if _braced(top) else top, bottom
            yield _cut(source, part.start, part.end, f"\\frac{{{bottom}}}{{{top}}}"), "holds with the fraction inverted"
            yield _cut(source, part.start, part.end, f"{_in(top, part.numerator)}"), "holds without a denominator"


def _arguments(source: str, tree: s.Node, left: s.Node, scope: Scope) -> Iterator[Edit]:
    """A factor lost inside a function: s(x) for s(2x)."""
    for part in s.walk(tree):
        inner = (
            part.argument
            if isinstance(part, s.Call)
            else part.group.body
            if isinstance(part, s.ApplyOrProduct)
            else None
        )
        if inner is None:
            continue
        inner = s.strip_group(inner)
        text = _text(source, inner)
        for factor in ("2", "-", "\\frac{1}{2}"):
            shown = f"{factor} {_wrapped(source, inner)}" if factor != "-" else f"-{_wrapped(source, inner)}"
            yield _cut(source, inner.start, inner.end, shown), f"holds with {shown[:40]} in place of {text[:40]}"


def _braced(text: str) -> bool:
    return text.startswith("{") and text.endswith("}")


def _in(text: str, node: s.Node) -> str:
    return f"\\left( {text} \\right)" if isinstance(node, s.Add) else text


def _logarithms(source: str, tree: s.Node, left: s.Node, scope: Scope) -> Iterator[Edit]:
    for part in s.walk(tree):
        if isinstance(part, s.Call) and part.function in ("log", "exp"):
            inner = s.strip_group(part.argument)
            text = _text(source, inner)
            yield (
                _cut(source, part.start, part.end, _in(text, inner)),
                f"holds without the {'logarithm' if part.function == 'log' else 'exponential'}",
            )
    bases = {id(p.base) for p in s.walk(tree) if isinstance(p, s.Superscript | s.Subscript)}
    for part in s.walk(tree):
        if id(part) not in bases and isinstance(part, s.Name | s.Subscript | s.Group | s.Fraction):
            if (isinstance(part, s.Name) and part.key not in scope.symbols) or (
                isinstance(part, s.Group) and part.open != "("
            ):
                continue
            text = _text(source, part)
            yield _cut(source, part.start, part.end, f"\\log {text}"), f"holds with the logarithm of {text[:40]}"
