"""Integrals of derivatives: ``f' R`` is the derivative of ``f R`` less ``f R'``, over an interval with finite ends.

So an integral of a derivative is a difference of values, and in an integral of a product the derivative stands on one function only:
it is moved off polynomials' partners, and off the function whose name comes first. (W. Rudin, Principles of Mathematical Analysis,
theorems 6.21 and 6.22; the derivatives that occur are continuous.)
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derive.normal_form.poly import (
    ONE,
    ZERO,
    Atom,
    Factor,
    Mono,
    Poly,
    add_polys,
    atom,
    constant,
    is_natural,
    mono,
    single,
)
from derive.terms import Symbol

if TYPE_CHECKING:
    from derive.normal_form.normalizer import Normalizer

SLOT = (0, ())


def integrated(nz: Normalizer, m: Mono, x: Symbol) -> tuple[Poly, Poly] | None:
    """``(F, r)`` with ``m = F' + r`` and fewer derivatives on the first function in ``r``; None where no rule applies."""
    inside = [f for f in m.factors if x in f[0].atoms or (isinstance(f[1], Poly) and x in f[1].atoms)]
    outside = Poly(((mono([f for f in m.factors if f not in inside]), Fraction(1)),))
    if not all(_simple(nz, f, x) for f in inside):
        return None
    chosen = min((f for f in inside if _differentiated(f)), key=lambda f: f[0].parts[0].name, default=None)
    if chosen is None:
        return None
    function = chosen[0].parts[0]
    rest = [f for f in inside if f is not chosen]
    inverse = nz.power(_speed(nz, chosen[0], x), Fraction(-1))
    lowered = _with_derivatives(chosen[0], len(chosen[0].parts[3]) - 1)
    if len(rest) == 1 and rest[0][0] is lowered:
        power = rest[0][1] + 1
        whole = nz.multiply_all([outside, inverse, nz.power(single(lowered), power)])
        return whole.scaled(Fraction(1) / power), ZERO
    if any(_applied(f[0]) and f[0].parts[0].name <= function.name for f in rest):
        return None
    whole = nz.multiply_all([outside, inverse, single(lowered)])
    product = Poly(((mono(rest), Fraction(1)),))
    return nz.multiply(whole, product), -nz.multiply(whole, _derivative(nz, rest, x))


def _applied(b: Any) -> bool:
    return isinstance(b, Atom) and b.head == "apply"


def _simple(nz: Normalizer, factor: Factor, x: Symbol) -> bool:
    """A natural power of the variable, or of a function of one real at ``a + b x`` with b known not to vanish."""
    b, e = factor
    if not is_natural(e) or not isinstance(b, Atom):
        return False
    if b.head == "entry":
        return True
    if b.head != "apply" or len(b.parts[1]) != 1 or not isinstance(b.parts[1][0], Poly):
        return False
    if any(slot != SLOT for slot in b.parts[3]) or len(b.parts[3]) > b.parts[0].smooth:
        return False
    speed = _speed(nz, b, x)
    return speed.terms != () and nz.facts.nonzero(speed)


def _differentiated(factor: Factor) -> bool:
    return _applied(factor[0]) and factor[1] == 1 and len(factor[0].parts[3]) > 0


def _speed(nz: Normalizer, b: Atom, x: Symbol) -> Poly:
    """The coefficient of the variable in an argument that is affine in it; ZERO where it is not affine."""
    total = []
    for m, c in b.parts[1][0].terms:
        own = [f for f in m.factors if x in f[0].atoms or (isinstance(f[1], Poly) and x in f[1].atoms)]
        if not own:
            continue
        (base, e), *others = own
        if others or e != 1 or not isinstance(base, Atom) or base.head != "entry":
            return ZERO
        total.append(Poly(((mono([f for f in m.factors if f is not own[0]]), c),)))
    return add_polys(total)


def _with_derivatives(b: Atom, count: int) -> Atom:
    return atom("apply", b.parts[0], b.parts[1], b.parts[2], (SLOT,) * count)


def _derivative(nz: Normalizer, factors: list[Factor], x: Symbol) -> Poly:
    """The derivative of a product of simple factors."""
    parts = []
    for k, (b, e) in enumerate(factors):
        others = nz.product([*factors[:k], *factors[k + 1 :], (b, e - 1)])
        inner = ONE
        if b.head == "apply":
            inner = nz.multiply(_speed(nz, b, x), single(_with_derivatives(b, len(b.parts[3]) + 1)))
        parts.append(nz.multiply_all([constant(e), others, inner]))
    return add_polys(parts)
