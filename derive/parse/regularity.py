r"""What words say of a function at all points: `L-smooth`, `strongly convex with parameter \mu`, `a global minimum x^\star`.

A sentence with `if`, `not`, `called` and the like says nothing here.  Imports elaborate and scope.

>>> from derive.parse.declarations import assume, read_sentence
>>> from derive.parse.documents import read_markdown
>>> scope = assume(r"f : \mathbb{R}^d \to \mathbb{R}; L > 0")
>>> read_sentence(read_markdown(r"Let $f$ be $L$-smooth.").pieces[0], scope)
>>> [r.kind for r in scope.regular["f"]]
['smooth']
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from derive.terms import (
    Add,
    Apply,
    Arr,
    Entry,
    FunctionSymbol,
    Hypothesis,
    Mul,
    Num,
    Pow,
    Relation,
    Sum,
    Symbol,
    Term,
    Value,
    arrays,
    fresh_index,
    term,
)

from . import syntax as s
from .documents import Formula, Sentence
from .elaborate import Elaborator
from .errors import ReadError
from .grammar import parse_expression
from .names import symbol_key
from .scope import Declaration, Law, Scope

_KIND = r"(smooth|strongly[\s-]+convex)"
_BEFORE = re.compile(rf"§\s*-\s*{_KIND}\b", re.IGNORECASE)
_AFTER = re.compile(
    rf"\b{_KIND}\s*,?\s+(?:with|for)\s+(?:an?\s+|the\s+|some\s+)?(?:\w+\s+)?(?:parameter|constant|modulus)\s+§",
    re.IGNORECASE,
)
_MINIMUM = re.compile(r"\bglobal(?:ly)?\s+(?:minimum|minimi[sz]er)\s+(?:at\s+|is\s+|by\s+)?§", re.IGNORECASE)
_NOTHING = re.compile(
    r"\b(?:if|iff|when|whenever|unless|whether|not|non|nor|neither|never|without|called|said\s+to|defin\w*|definition|every|any|"
    r"all|which|call|equivalent|preserved)\b",
    re.IGNORECASE,
)
_ONLY_OVER = re.compile(r"^[^§.;]*\b(?:over|on|in|along|around|near)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Regularity:
    """`smooth`, `strongly convex` (with its parameter) or `minimum` (with its place), as written."""

    kind: str
    formula: Formula


def note(sentence: Sentence, scope: Scope) -> None:
    """Keeps what a sentence says of declared functions at all points; a function declared anew begins anew."""
    formulas = [p for p in sentence.parts if isinstance(p, Formula)]
    for formula in formulas:
        if re.search(r":|\\colon", formula.text) and (key := _function(formula, scope)):
            scope.regular.pop(key, None)
    words = sentence.words
    if _NOTHING.search(words):
        return
    for pattern in (_BEFORE, _AFTER, _MINIMUM):
        for match in pattern.finditer(words):
            place = words.count("§", 0, match.start() + match.group(0).index("§"))
            ending = words[match.end() :]
            if place >= len(formulas) or _ONLY_OVER.search(ending.split("§")[0]):
                continue
            subject = next((k for f in reversed(formulas[:place]) if (k := _function(f, scope))), "")
            kind = "minimum" if pattern is _MINIMUM else re.sub(r"[\s-]+", " ", match.group(1).lower())
            if kind == "minimum" and subject:
                _place(formulas[place], scope, scope.functions[subject])
            value = _value(formulas[place], scope) if subject else None
            if value is not None and isinstance(value, Arr) == bool(kind == "minimum" and _shape(subject, scope)):
                scope.regular.setdefault(subject, []).append(Regularity(kind, formulas[place]))


def _function(formula: Formula, scope: Scope) -> str:
    """The declared function of one argument that a formula names or declares."""
    try:
        node: s.Node | None = parse_expression(formula.text)
    except ReadError:
        return ""
    while isinstance(node, s.Relations):
        node = node.first
    key = (symbol_key(node) if node is not None else None) or ""
    function = scope.functions.get(key)
    return key if function is not None and len(function.arguments) == 1 and not function.shape else ""


def _place(formula: Formula, scope: Scope, function: FunctionSymbol) -> None:
    """A minimum that nobody declared is a point at which the function is defined."""
    try:
        key = symbol_key(parse_expression(formula.text))
    except ReadError:
        return
    known = scope.symbols.get(key or "")
    guessed = known is not None and key in scope.inferred and known not in scope.definitions and not known.shape
    if key is not None and (guessed or not scope.known(key)) and function.arguments[0]:
        scope.forget(key)
        scope.symbols[key] = Symbol(key, function.arguments[0])
        scope.declarations.append(
            Declaration(f"{key} \\text{{ a minimum of }} {function.name}", formula.lines[0], "prose")
        )


def _shape(key: str, scope: Scope) -> bool:
    return bool(scope.functions[key].arguments[0])


def _value(formula: Formula, scope: Scope) -> Value | None:
    try:
        node = parse_expression(formula.text)
        while isinstance(node, s.Relations):
            node = node.first
        return Elaborator(scope, formula.text, formula.lines[0]).firm(node)
    except ReadError:
        return None


def laws(scope: Scope) -> list[Law]:
    """What is known of functions at all points, as laws about their arguments."""
    found: list[Law] = []
    for key, said in scope.regular.items():
        function = scope.functions.get(key)
        if function is None:
            continue
        x, y = (Symbol(f"{letter} of {key}", function.arguments[0]) for letter in "xy")
        for regularity in said:
            value = _value(regularity.formula, scope)
            if value is not None:
                found.extend(_laws(function, x, y, regularity.kind, value))
    return found


def stationary(scope: Scope) -> list[Hypothesis]:
    """The gradient of a differentiable function of all of a space is 0 at its minimum."""
    found: list[Hypothesis] = []
    for key, said in scope.regular.items():
        function = scope.functions.get(key)
        for regularity in said if function is not None and function.smooth else ():
            at = _value(regularity.formula, scope) if regularity.kind == "minimum" else None
            if at is None or function is None:
                continue
            indices = tuple(fresh_index(None, 1, size) for size in function.arguments[0])
            slope = Apply(function, (at,), (), ((0, indices),))
            left = Arr(tuple((i,) for i in indices), slope) if indices else slope
            right = arrays.zeros(*function.arguments[0]) if indices else term(0)
            found.append(Hypothesis(Relation("=", left, right), (), f"a minimum of {key}"))
    return found


def _laws(f: FunctionSymbol, x: Symbol, y: Symbol, kind: str, value: Value) -> list[Law]:
    at_x, at_y = (Arr.of(v) if v.shape else term(v) for v in (x, y))
    if kind == "minimum":
        if isinstance(value, Arr) and value.shape != at_x.shape:  # type: ignore[union-attr]
            return []
        return [Law(Relation("<=", Apply(f, (value,), (), ()), Apply(f, (at_x,), (), ())), (x,), (), "a minimum")]
    if not isinstance(value, Term):
        return []
    indices = tuple(fresh_index(None, 1, size) for size in x.shape)
    gap = Add(Entry(y, indices), Mul(-1, Entry(x, indices)))
    slope: Term = Mul(Apply(f, (at_x,), (), ((0, indices),)), gap)
    square: Term = Pow(gap, 2)
    for i in indices:
        slope, square = Sum(i, slope), Sum(i, square)
    plane = Add(Apply(f, (at_x,), (), ()), slope, Mul(Num(Fraction(1, 2)), value, square))
    there = Apply(f, (at_y,), (), ())
    if kind == "smooth":
        return [Law(Relation("<=", there, plane), (x, y), (), "smooth")]
    return [Law(Relation("<=", plane, there), (x, y), (), "strongly convex")]


__all__ = ["Regularity", "laws", "note"]
