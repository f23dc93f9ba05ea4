"""Matrix expressions through the pretty printer: the same levels, fractions and styles as for terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING, Any

from derive.render.matrix_expr import (
    DIFFERENTIAL,
    Applied,
    BigSum,
    Det,
    Diagonal,
    DiagonalOf,
    Elementwise,
    FunctionValue,
    Gradient,
    Hadamard,
    Identity,
    Indicator,
    Inverted,
    Jacobian,
    MatrixExpr,
    NormSquared,
    OneNorm,
    Ones,
    Plus,
    Power,
    Product,
    Scalar,
    Softmax,
    Tensor,
    Times,
    Trace,
    Transposed,
    is_row,
)
from derive.render.products import BEHIND, is_negative, rank
from derive.render.style import ADD, BIG, MUL, POW, PREFIX, Doc
from derive.render.writer import POWERED
from derive.terms import Guard, Num, Pow

if TYPE_CHECKING:
    from derive.render.writer import Writer


def write_matrix(w: Writer, e: MatrixExpr) -> Doc:
    """The expression as a document."""
    return _HEADS[type(e)](w, e)


def write_whole(w: Writer, e: MatrixExpr) -> Doc:
    """The expression on its own; an identity or vector of ones that nothing gives a size names it: 2 I_n."""
    body = e.body if isinstance(e, Times) else e
    if not isinstance(body, Identity | Ones) or (isinstance(e, Times) and e.number == 0):
        return write_matrix(w, e)
    sized = w.style.subscript(write_matrix(w, body), [w.affine(body.size)])
    if not isinstance(e, Times):
        return sized
    negative, front = _signed(w, Times(e.number, e.scalars))
    shown = [front] if e.scalars or abs(e.number) != 1 else []
    return w.style.sum([(negative, w.row([*shown, sized]))])


def _signed(w: Writer, e: MatrixExpr) -> tuple[bool, Doc]:
    if isinstance(e, Times):
        doc = _times(w, e, signed=True)
        return e.number < 0, w.style.fence(doc) if e.number < 0 and doc.level == ADD else doc
    if isinstance(e, Scalar):
        return w.signed(e.term)
    return False, write_matrix(w, e)


def _negative(e: MatrixExpr) -> bool:
    return (isinstance(e, Times) and e.number < 0) or (isinstance(e, Scalar) and is_negative(e.term))


def _plus(w: Writer, e: Plus) -> Doc:
    terms = list(e.terms)
    if _negative(terms[0]):
        first = next((k for k, t in enumerate(terms) if not _negative(t)), 0)
        terms.insert(0, terms.pop(first))
    return w.style.sum([_signed(w, t) for t in terms])


def _times(w: Writer, e: Times, signed: bool = False) -> Doc:
    """A fraction of numbers, with the vector or matrix behind it or, when it is short, above the line."""
    if e.number == 0:
        return w.style.number(0)
    plain: list[tuple[int, Doc]] = []
    chains: list[Doc] = []
    below: list[tuple[int, Doc]] = []
    for s in e.scalars:
        base, exponent = _as_power(s)
        if exponent < 0:
            below.append((rank(base.term) if isinstance(base, Scalar) else 9, _scalar_power(w, base, -exponent)))
        elif isinstance(s, Product):
            chains.append(write_matrix(w, s))
        else:
            plain.append((min(rank(s.term), 2) if isinstance(s, Scalar) else 9, write_matrix(w, s)))
    bottom = [doc for _, doc in sorted(below, key=lambda pair: pair[0])]
    body = None if e.body is None else write_matrix(w, e.body)
    behind = body is not None and (bool(chains) or not _short(e.body, body))
    if len(chains) > 1 or (chains and not bottom and body is not None):
        chains = [w.style.fence(c) for c in chains]
    top = sorted([*plain, *((9, c) for c in chains)], key=lambda pair: pair[0])
    if bottom or body is not None:
        top = [(min(r, 2), d) for r, d in top]
    if body is not None:
        top.append((BEHIND if behind else 3, body))
    doc = w.layout(abs(e.number.numerator), e.number.denominator, top, bottom)
    if signed or e.number >= 0:
        return doc
    return w.style.sum([(True, w.style.fence(doc) if doc.level == ADD else doc)])


def _short(e: MatrixExpr | None, doc: Doc) -> bool:
    """Whether a vector or matrix stands above a fraction's line rather than behind it."""
    return (
        isinstance(e, Tensor | Product)
        and doc.level >= MUL
        and not doc.tall
        and not (isinstance(e, Product) and len(e.factors) > 2)
    )


def _as_power(s: MatrixExpr) -> tuple[MatrixExpr, Any]:
    """A number as base and rational exponent."""
    if isinstance(s, Power) and isinstance(s.exponent, Num):
        return s.body, s.exponent.value
    if isinstance(s, Scalar) and isinstance(s.term, Pow) and isinstance(s.term.exponent, Num):
        return Scalar(s.term.base), s.term.exponent.value
    return s, Fraction(1)


def _scalar_power(w: Writer, base: MatrixExpr, exponent: Any) -> Doc:
    """A number to a positive power; powers of a squared norm are powers of the norm."""
    if isinstance(base, Scalar):
        return w.term(Pow(base.term, Num(exponent)))
    if isinstance(base, NormSquared) and (2 * exponent).denominator == 1:
        norm = _norm(w, base.body)
        return norm if 2 * exponent == 1 else w.style.power(norm, w.style.number(int(2 * exponent)))
    body = write_matrix(w, base)
    if exponent == 1:
        return body
    if exponent.numerator == 1 and exponent.denominator == 2:
        return w.style.root(body, 2)
    return w.style.power(body, w.in_script(Num(exponent)))


def _norm(w: Writer, body: MatrixExpr) -> Doc:
    norm = w.style.fence(write_matrix(w, body), "norm")
    return norm if body.rank == 1 else w.style.subscript(norm, [Doc("F")])


def _norm_squared(w: Writer, e: NormSquared) -> Doc:
    return w.style.power(_norm(w, e.body), w.style.number(2))


def _one_norm(w: Writer, e: OneNorm) -> Doc:
    return w.style.subscript(w.style.fence(write_matrix(w, e.body), "norm"), [Doc("1")])


def _product(w: Writer, e: Product) -> Doc:
    docs = []
    for factor, same in groupby(e.factors):
        count = len(list(same))
        doc = write_matrix(w, factor)
        if count > 1 and factor.rank == 2 and not is_row(factor):
            if isinstance(factor, Inverted):
                doc = w.style.mark(write_matrix(w, factor.body), f"-{count}")
            else:
                doc = w.style.power(doc, w.style.number(count))
            count = 1
        docs.extend([doc] * count)
    return w.row([_no_row(w, d) for d in docs])


def _no_row(w: Writer, d: Doc) -> Doc:
    """Hadamard products in parentheses."""
    return w.style.fence(d) if d.level == MUL and not d.fraction else d


def _transposed(w: Writer, e: Transposed) -> Doc:
    if isinstance(e.body, Inverted):
        return w.style.mark(write_matrix(w, e.body.body), "-top")
    return w.style.mark(write_matrix(w, e.body), "top")


def _hadamard(w: Writer, e: Hadamard) -> Doc:
    docs: list[Doc] = []
    text, tall = "", False
    for f, same in groupby(sorted(e.factors, key=lambda f: isinstance(f, Power) and f.exponent is Num(-1))):
        count = len(list(same))
        divided = isinstance(f, Power) and f.exponent is Num(-1) and bool(docs)
        if count > 1 and isinstance(f, Elementwise) and f.name in POWERED:
            head = w.style.power(Doc(w.style.function(f.name)), w.style.number(count))
            doc, count = w.style.call(head.text, [write_matrix(w, f.arguments[0])]), 1
        else:
            doc = write_matrix(w, f.body if divided and isinstance(f, Power) else f)
        doc = w.tight(doc, PREFIX)
        sign = w.style.symbol("oslash" if divided else "odot")
        for _ in range(count):
            text = f"{text} {sign} {doc.text}" if text else doc.text
        docs.append(doc)
        tall = tall or doc.tall
    return docs[0] if len(docs) == 1 and f" {w.style.symbol('odot')} " not in text else Doc(text, MUL, tall)


def _elementwise(w: Writer, e: Elementwise) -> Doc:
    if e.name == "abs":
        return w.style.fence(write_matrix(w, e.arguments[0]), "|")
    docs = [write_matrix(w, a) for a in e.arguments]
    if e.name == "exp" and e.rank == 0 and not w.style.inline_fractions and "e" not in w.names.fixed:
        w.script += 1
        small = write_matrix(w, e.arguments[0])
        w.script -= 1
        if not small.tall and w.style.width(small) <= 9:
            return w.style.power(Doc("e"), small)
    head = w.style.function(e.name)
    if e.name == "log" and isinstance(e.arguments[0], Det):
        return w.style.prefix(head, docs[0])
    return w.style.call(head, docs)


def _power(w: Writer, e: Power) -> Doc:
    if e.rank == 0:
        base, exponent = _as_power(e)
        if exponent < 0:
            return w.layout(1, 1, [], [_scalar_power(w, base, -exponent)])
        if isinstance(e.exponent, Num):
            return _scalar_power(w, base, exponent)
        return w.style.power(write_matrix(w, e.body), w.in_script(e.exponent))
    body = write_matrix(w, e.body)
    if e.exponent is Num(-1) and e.rank == 1:
        return Doc(f"{w.style.symbol('one')} {w.style.symbol('oslash')} {w.tight(body, PREFIX).text}", MUL, body.tall)
    if isinstance(e.exponent, Num) and e.exponent.value.numerator == 1 and e.exponent.value.denominator == 2:
        return w.style.root(body, 2)
    exponent_doc = w.in_script(e.exponent)
    return w.style.power(body, Doc(f"{w.style.symbol('odot')} {exponent_doc.text}", MUL))


def _indicator(w: Writer, e: Indicator) -> Doc:
    if isinstance(e.body, Scalar):
        return w.term(Guard(e.op, e.body.term))
    zero = w.style.number(0)
    body = w.style.relation(write_matrix(w, e.body), e.op, zero)
    return Doc(w.style.symbol("indicator") + w.style.fence(Doc(body, ADD), "[").text)


def _applied(w: Writer, e: Applied) -> Doc:
    head = w.style.name(e.function.name)
    if e.order:
        head = w.style.mark(head, "'" * e.order if e.order <= 3 else f"({e.order})")
    return w.style.call(head.text, [write_matrix(w, e.body)])


def _function_value(w: Writer, e: FunctionValue) -> Doc:
    head = w.style.name(e.function.name)
    call = w.style.call(head.text, [write_matrix(w, a) for a in e.arguments])
    if not e.order:
        return call
    nabla = Doc(w.style.symbol("nabla"))
    operator = nabla if e.order == 1 else w.style.power(nabla, w.style.number(e.order))
    return Doc(
        f"{operator.text} {call.text}" if not w.style.inline_fractions else operator.text + call.text, PREFIX, call.tall
    )


def _gradient(w: Writer, e: Gradient) -> Doc:
    operator = w.style.subscript(Doc(w.style.symbol("nabla")), [w.style.name(w.names.of(e.symbol))])
    if e.order > 1:
        operator = w.style.power(replace(operator, scripted=False), w.style.number(e.order))
    body = w.tight(write_matrix(w, e.body), POW)
    return Doc(f"{operator.text} {body.text}", PREFIX, body.tall)


def _jacobian(w: Writer, e: Jacobian) -> Doc:
    """A fraction for a named vector, an operator in front of what is longer."""
    below = [(w.style.name(w.names.of(e.symbol)), 1)]
    body = write_matrix(w, e.body)
    if isinstance(e.body, Tensor):
        return w.style.differential(body, below, False)
    operator = w.style.differential(None, below, False)
    return Doc(f"{operator.text} {w.tight(body, POW).text}", PREFIX, True)


def _named(head: str) -> Callable[[Writer, Any], Doc]:
    return lambda w, e: w.style.call(w.style.function(head), [write_matrix(w, e.body)])


def _diagonal(w: Writer, e: Diagonal) -> Doc:
    if isinstance(e.body, Power) and e.body.exponent is Num(-1):
        return w.style.mark(_diagonal(w, Diagonal(e.body.body)), "-1")
    return w.style.call(w.style.function("diag"), [write_matrix(w, e.body)])


def _det(w: Writer, e: Det) -> Doc:
    body = write_matrix(w, e.body)
    head = w.style.function("det")
    return (
        w.style.prefix(head, body) if isinstance(e.body, Tensor) and not body.scripted else w.style.call(head, [body])
    )


def _tensor(w: Writer, e: Tensor) -> Doc:
    name = w.style.name(w.names.of(e.symbol))
    if e.symbol.kind == DIFFERENTIAL:
        return w.style.apart(name)
    return w.style.subscript(name, [w.affine(a) for a in e.fixed]) if e.fixed else name


def _big_sum(w: Writer, e: BigSum) -> Doc:
    with w.names.bind((e.index, _terms(e.body))):
        lower = f"{w.style.name(w.names.of(e.index)).text}={w.affine(e.index.lo).text}"
        upper = w.style.symbol("oo") if e.index.hi is None else w.affine(e.index.hi).text
        body = w.tight(write_matrix(w, e.body), BIG)
        return w.style.big("sum", lower, upper, body)


def _terms(e: MatrixExpr) -> tuple[Any, ...]:
    return tuple(p.term for p in e.walk() if isinstance(p, Scalar))


_HEADS: dict[type, Callable[[Writer, Any], Doc]] = {
    Scalar: lambda w, e: w.term(e.term),
    Tensor: _tensor,
    Ones: lambda w, e: Doc(w.style.symbol("one")),
    Identity: lambda w, e: Doc(w.style.symbol("identity")),
    Plus: _plus,
    Times: _times,
    Product: _product,
    Transposed: _transposed,
    Inverted: lambda w, e: w.style.mark(
        (write_whole if isinstance(e.body, Identity) else write_matrix)(w, e.body), "-1"
    ),
    Hadamard: _hadamard,
    Elementwise: _elementwise,
    Power: _power,
    Indicator: _indicator,
    Applied: _applied,
    FunctionValue: _function_value,
    Gradient: _gradient,
    Jacobian: _jacobian,
    Softmax: _named("softmax"),
    Diagonal: _diagonal,
    DiagonalOf: _named("diag"),
    Trace: _named("tr"),
    Det: _det,
    NormSquared: _norm_squared,
    OneNorm: _one_norm,
    BigSum: _big_sum,
}
