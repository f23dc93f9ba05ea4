"""Exponentials, logarithms and the other elementary functions of polynomials."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import factorial
from typing import TYPE_CHECKING, Any

from derive.normal_form import guards
from derive.normal_form.poly import (
    ONE,
    UNIT,
    ZERO,
    Atom,
    Factor,
    Lam,
    Poly,
    add_polys,
    atom,
    constant,
    content,
    mono,
    single,
)

if TYPE_CHECKING:
    from derive.normal_form.normalizer import Normalizer

HALF = Fraction(1, 2)
MINUS_ONE = atom("power", constant(-1))


def _split_guard(nz: Normalizer, p: Poly, f: Callable[[Poly], Poly]) -> Poly | None:
    """g(delta) = g(0) + delta (g(1) - g(0)) for an argument with a guard."""
    found = guards.split(nz, p)
    if found is None:
        return None
    guard, yes, no = found
    return nz.multiply(guard, f(yes)) + nz.multiply(ONE - guard, f(no))


def exponential(nz: Normalizer, p: Poly) -> Poly:
    """exp of a polynomial: a power product, with exp(c log u) = u^c."""
    done = _split_guard(nz, p, nz.exp)
    if done is not None:
        return done
    result = ONE
    for m, c in p.terms:
        logs = [f for f in m.factors if isinstance(f[0], Atom) and f[0].head == "log" and f[1] == 1]
        if logs:
            rest = Poly(((mono([f for f in m.factors if f is not logs[0]]), c),))
            argument: Poly = logs[0][0].parts[0]
            nz.require(argument, "positive")
            result = nz.multiply(result, nz.power(argument, rest if rest.constant is None else rest.constant))
        else:
            result = nz.multiply(result, single(atom("exp", m), c))
    return result


def logarithm(nz: Normalizer, p: Poly) -> Poly:
    """log of a polynomial, split over the factors that are known positive."""
    from derive.normal_form.normalizer import Undefined
    from derive.normal_form.powers import is_integer_valued

    if not p.terms:
        raise Undefined("the logarithm of 0")
    done = _split_guard(nz, p, nz.log)
    if done is not None:
        return done
    c, common, q = content(p)
    if c < 0:
        c, q = -c, -q
    parts: list[Poly] = []
    kept: list[Factor] = []
    for b, e in common:
        known = _log_of_base(nz, b)
        if known is None:
            kept.append((b, e))
        else:
            parts.append(nz.multiply(known, e if isinstance(e, Poly) else constant(e)))
    for b, e in list(kept):
        if (
            b is MINUS_ONE and isinstance(e, Poly) and is_integer_valued(e)
        ):  # 1 or -1; where the logarithm has a value, 1
            nz.require(Poly(((mono([(b, e)]), Fraction(1)),)), "positive")
            kept.remove((b, e))
    if kept and q.constant == 1 and len(kept) == 1 and kept[0][1] != 1 and isinstance(kept[0][1], Fraction):
        base, e = kept[0]
        if e.numerator % 2 == 0 and e.denominator == 1:
            absolute = nz.absolute(_as_poly(base))
            parts.append(
                single(atom("log_abs", _as_poly(base)), Fraction(1), e)
                if absolute.constant is None
                else nz.log(nz.power(absolute, e))
            )
        else:
            nz.require(_as_poly(base), "positive")
            parts.append(single(atom("log", _as_poly(base)), Fraction(1), e))
        kept, q = [], ONE
    factors = nz.factored(q) if len(q.terms) > 1 else None
    if factors is not None:
        q = ONE
        for f, k in factors:
            if f.constant is not None:
                c *= f.constant**k
            elif nz.facts.positive(f):
                parts.append(nz.log(f).scaled(Fraction(k)))
            elif nz.facts.positive(-f) and k % 2 == 0:
                parts.append(nz.log(-f).scaled(Fraction(k)))
            else:
                q = nz.multiply(q, nz.power(f, Fraction(k)))
        if c < 0:
            c, q = -c, -q
    if kept:
        q = nz.multiply(q, Poly(((mono(kept), Fraction(1)),)))
    value = q.constant
    if value is None:
        parts.append(_log_atom(nz, q))
    else:
        c *= value
        if c <= 0:
            raise Undefined("the logarithm of a number that is not positive")
    from derive.normal_form.powers import primes

    for prime, k in [(a, k) for a, k in primes(c.numerator)] + [(a, -k) for a, k in primes(c.denominator)]:
        parts.append(single(atom("log", constant(prime)), Fraction(1), Fraction(k)))
    return add_polys(parts)


def _log_atom(nz: Normalizer, q: Poly) -> Poly:
    return single(atom("log", q))


def _log_of_base(nz: Normalizer, b: Any) -> Poly | None:
    """The logarithm of a base that is known positive, else None."""
    if isinstance(b, Atom):
        if b.head == "exp":
            return Poly(((b.parts[0], Fraction(1)),))
        if b.head == "num":
            return single(atom("log", constant(b.parts[0])))
        if b.head == "prod":
            lam: Lam = b.parts[0]
            if nz.facts.positive(lam.body):
                from derive.normal_form.normalizer import open_lambda

                indices, body = open_lambda(lam)
                return nz.sum_over(indices[0], nz.log(body))
        if b.head == "det" and nz.facts.positive(b):
            return single(atom("log", single(b)))
    p = _as_poly(b)
    return _log_atom(nz, p) if nz.facts.positive(p) else None


def _as_poly(base: Any) -> Poly:
    if isinstance(base, Atom) and base.head == "power":
        body: Poly = base.parts[0]
        return body
    return single(base)


# ---- trigonometric and hyperbolic functions
def _half_sum(nz: Normalizer, u: Poly, sign: int) -> Poly:
    """(e^u + sign e^-u) / 2."""
    return (nz.exp(u) + nz.exp(-u).scaled(Fraction(sign))).scaled(HALF)


def hyperbolic_tangent(nz: Normalizer, u: Poly) -> Poly:
    """tanh u = 1 - 2 / (1 + e^(2u))."""
    return ONE - nz.power(ONE + nz.exp(u.scaled(Fraction(2))), Fraction(-1)).scaled(Fraction(2))


def sine_cosine(nz: Normalizer, u: Poly) -> tuple[Poly, Poly]:
    """sin and cos by the addition theorems, term by term; small integer multiples are expanded."""
    sine, cosine = ZERO, ONE
    for m, c in u.terms:
        times = 1
        if c.denominator == 1 and abs(c) <= 4 and m is not UNIT:
            times, c = abs(int(c)), Fraction(1 if c > 0 else -1)
        sign = 1
        if c < 0:
            sign, c = -1, -c
        argument = Poly(((m, c),))
        s, k = _turn(argument)
        s = s.scaled(Fraction(sign))
        for _ in range(times):
            sine, cosine = nz.multiply(sine, k) + nz.multiply(cosine, s), nz.multiply(cosine, k) - nz.multiply(sine, s)
    return sine, cosine


def _turn(u: Poly) -> tuple[Poly, Poly]:
    (m, c) = u.terms[0]
    if (
        len(m.factors) == 1
        and m.factors[0][1] == 1
        and isinstance(m.factors[0][0], Atom)
        and m.factors[0][0].head == "pi"
        and (2 * c).denominator == 1
    ):
        quarter = int(2 * c) % 4
        return constant((0, 1, 0, -1)[quarter]), constant((1, 0, -1, 0)[quarter])
    return single(atom("fn", "sin", u)), single(atom("fn", "cos", u))


def _odd(name: str) -> Callable[[Normalizer, Poly], Poly]:
    def build(nz: Normalizer, u: Poly) -> Poly:
        if not u.terms:
            return ZERO
        c, _, _ = content(u)
        return -single(atom("fn", name, -u)) if c < 0 else single(atom("fn", name, u))

    return build


def _steps(u: Poly, steps: int, allowed: Callable[[Poly], bool]) -> int:
    """How far a recurrence may go from ``u`` towards ``u - steps``: it holds only between values that are ``allowed``."""
    if steps < 0:
        return steps if allowed(u) else 0
    return next((k for k in range(steps, 0, -1) if allowed(u - constant(k))), 0)


def _factorial(nz: Normalizer, u: Poly) -> Poly:
    """u! by its recurrence: (k + c)! is expressed through k!; where u need not be an integer it is gamma(u + 1)."""
    value = u.constant
    if value is not None:
        if value.denominator == 1 and 0 <= value <= 170:
            return constant(factorial(int(value)))
        from derive.normal_form.normalizer import Undefined

        raise Undefined(f"the factorial of {value}")
    from derive.normal_form.powers import is_integer_valued

    if not is_integer_valued(u) and nz.facts.positive(u + ONE):
        return _gamma(nz, u + ONE)
    shift = next((c for m, c in u.terms if m is UNIT), Fraction(0))
    steps = _steps(u, int(shift) if shift.denominator == 1 and abs(shift) <= 12 else 0, nz.facts.nonnegative)
    base = u - constant(steps)
    result = single(atom("fn", "factorial", base))
    for k in range(1, steps + 1):
        result = nz.multiply(result, base + constant(k))
    for k in range(-steps):
        result = nz.multiply(result, nz.power(base - constant(k), Fraction(-1)))
    return result


def _off_poles(nz: Normalizer, u: Poly, steps: int) -> int:
    """As `_steps` for the gamma function, whose poles are where a value between is 0."""
    if steps < 0:
        return steps if all(nz.facts.nonzero(u + constant(k)) for k in range(-steps)) else 0
    return next((k for k in range(steps) if not nz.facts.nonzero(u - constant(k + 1))), steps)


def _gamma(nz: Normalizer, u: Poly) -> Poly:
    value = u.constant
    if value is not None and value.denominator == 1 and 0 < value <= 170:
        return constant(factorial(int(value) - 1))
    from derive.normal_form.powers import is_integer_valued

    if value is None and is_integer_valued(u) and nz.facts.positive(u):
        return _factorial(nz, u - ONE)
    shift = next((c for m, c in u.terms if m is UNIT), Fraction(0))
    steps = shift.numerator // shift.denominator
    if value is None and abs(steps) <= 12:
        steps = _off_poles(nz, u, steps)
    if value is not None and value <= 0 and value.denominator == 1:
        from derive.normal_form.normalizer import Undefined

        raise Undefined(f"the gamma function at {value}")
    if not 0 < abs(steps) <= 12:
        return single(atom("fn", "gamma", u))
    base = u - constant(steps)
    if value is not None and value > 0:
        steps, base = steps - 0, base
        if not base.terms:
            return single(atom("fn", "gamma", u))
    result = single(atom("fn", "gamma", base))
    for k in range(steps):
        result = nz.multiply(result, base + constant(k))
    for k in range(1, -steps + 1):
        result = nz.multiply(result, nz.power(base - constant(k), Fraction(-1)))
    return result


def elementary(nz: Normalizer, name: str, arguments: list[Poly]) -> Poly:
    """An elementary function of polynomials in normal form."""
    u = arguments[0]
    if name == "exp":
        return nz.exp(u)
    if name == "log":
        return nz.log(u)
    if name == "abs":
        return nz.absolute(u)
    if name in ("max", "min"):
        result = u
        for v in arguments[1:]:
            low, high = (result, v) if name == "max" else (v, result)
            relu = guards.ramp(nz, high - low)  # max(a, b) = a + relu(b - a); min(a, b) = b - relu(b - a)
            result = low + relu if name == "max" else high - relu
        return result
    if name == "sign":
        return guards.positive(nz, u) - guards.positive(nz, -u) if u.terms else ZERO
    done = _split_guard(nz, u, lambda p: elementary(nz, name, [p, *arguments[1:]]))
    if done is not None and len(arguments) == 1:
        return done
    if name == "tanh":
        return hyperbolic_tangent(nz, u)
    if name == "cosh":
        return _half_sum(nz, u, 1)
    if name == "sinh":
        return _half_sum(nz, u, -1)
    if name in ("sin", "cos"):
        sine, cosine = sine_cosine(nz, u)
        return sine if name == "sin" else cosine
    if name == "tan":
        sine, cosine = sine_cosine(nz, u)
        return nz.multiply(sine, nz.power(cosine, Fraction(-1)))
    if name in ("erf", "arctan", "arcsin"):
        return _odd(name)(nz, u)
    if name == "softplus":
        return nz.log(ONE + nz.exp(u))
    if name == "floor":
        return _floor(nz, u)
    if name == "factorial":
        return _factorial(nz, u)
    if name == "gamma":
        return _gamma(nz, u)
    if name == "loggamma":
        return nz.log(_gamma(nz, u))
    if name == "digamma":
        return _digamma(nz, u)
    if name == "binomial":
        n, k = arguments
        if not (nz.facts.positive(k + ONE) and nz.facts.positive(n - k + ONE)):
            return single(atom("fn", "binomial", n, k))  # beyond its row it is 0, and the factorials have no value
        below = nz.multiply(_factorial(nz, k), _factorial(nz, n - k))
        return nz.multiply(_factorial(nz, n), nz.power(below, Fraction(-1)))
    return single(atom("fn", name, *arguments))


def _floor(nz: Normalizer, u: Poly) -> Poly:
    """The greatest integer up to ``u``: ``u`` itself where it is one. It is at most ``u``, and more than ``u - 1``."""
    from derive.normal_form.powers import is_integer_valued

    if u.constant is not None:
        return constant(u.constant // 1)
    if is_integer_valued(u):
        return u
    value = single(atom("fn", "floor", u))
    _, common, _ = content(u)
    below = nz.product([(b, -e) for b, e in common if isinstance(e, Fraction) and e < 0])
    for scale in dict.fromkeys((ONE, below)):
        if nz.facts.positive(scale):  # also with the denominator of u on the other side
            nz.facts.learn(nz.multiply(scale, u - value), "nonnegative")
            nz.facts.learn(nz.multiply(scale, value + ONE - u), "positive")
    return value


def _digamma(nz: Normalizer, u: Poly) -> Poly:
    shift = next((c for m, c in u.terms if m is UNIT), Fraction(0))
    steps = int(shift) if shift.denominator == 1 and 0 < abs(shift) <= 12 and u.constant is None else 0
    steps = _steps(u, steps, nz.facts.positive)
    base = u - constant(steps)
    result = single(atom("fn", "digamma", base))
    for k in range(steps):
        result = result + nz.power(base + constant(k), Fraction(-1))
    for k in range(1, -steps + 1):
        result = result - nz.power(base - constant(k), Fraction(-1))
    return result
