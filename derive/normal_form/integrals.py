"""Integrals and limits: linear, in canonical variables. Powers times exponentials of degree one and two have closed forms.

The Gaussian integral (integral of e^(-a x^2) over the reals is sqrt(pi/a) for a > 0) is a cited axiom (Laplace; any calculus text).
What has no closed form here stays one atom: an integral is not split into parts that may diverge.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import factorial
from typing import TYPE_CHECKING, Any

from derive.normal_form.along_curves import without_slopes
from derive.normal_form.by_parts import integrated
from derive.normal_form.expansions import holds_near_zero, value_at_zero
from derive.normal_form.limits import Undefined
from derive.normal_form.poly import (
    ONE,
    ZERO,
    Atom,
    Mono,
    Poly,
    add_polys,
    atom,
    collect,
    constant,
    content,
    is_natural,
    mono,
    single,
)
from derive.terms import POSITIVE, REAL, Constant, Domain, Entry, Integral, Limit, Mul, Symbol, Term, substitute
from derive.terms import ZERO as NOTHING

if TYPE_CHECKING:
    from derive.normal_form.normalizer import Normalizer

Read = Callable[[Any, Term], Poly]
MAX_POWER = 12
MOST_MOVES = 50


def _end(nz: Normalizer, end: Term, read: Read) -> Any:
    """An end of an integral: a polynomial, "oo" or "-oo"."""
    if isinstance(end, Constant) and end.name == "oo":
        return "oo"
    if isinstance(end, Mul) and len(end.fields) == 2 and end.fields[1] is Constant("oo"):
        return "-oo"
    return read(nz, end)


def _forget_needs(nz: Normalizer, before: dict[Any, Any], symbol: Symbol) -> None:
    """Drops what became needed of a bound variable under its own name; what is needed of others stays."""
    nz.needed = {k: v for k, v in nz.needed.items() if k in before or not _contains(k[0], symbol)}


def _contains(part: Any, symbol: Symbol) -> bool:
    return symbol in getattr(part, "atoms", ())


def _level(part: Any, skip: Symbol | None = None) -> int:
    """A number above those of the variables of the integrals and limits inside, so that none is captured."""
    taken = [int(s.name[2:]) for s in part.atoms if isinstance(s, Symbol) and s is not skip and s.name.startswith("#x")]
    return 1 + max(taken, default=-1)


def _domain(nz: Normalizer, declared: Domain, lower: Any, upper: Any) -> Domain:
    """What may be used of the variable: its declared bounds where both ends lie within them, and the ends that are numbers."""
    if declared.integer or declared.values is not None:
        declared = REAL
    for bound, sign, wrong in ((declared.lower, 1, "-oo"), (declared.upper, -1, "oo")):
        if bound is None:
            continue
        for end in (lower, upper):
            if end == wrong or (
                isinstance(end, Poly) and not nz.facts.nonnegative((end - constant(bound)).scaled(Fraction(sign)))
            ):
                declared = REAL
    low, high = (end.constant if isinstance(end, Poly) else None for end in (lower, upper))
    above = low is not None and (
        upper == "oo" or (low < high if high is not None else upper != "-oo" and nz.facts.positive(upper - lower))
    )
    if declared == REAL and above:  # what happens at the ends makes no difference to an integral
        return Domain(lower=low, lower_open=True, upper=high, upper_open=high is not None)
    return declared


def integral(nz: Normalizer, t: Integral, read: Read) -> Poly:
    """The integral of a polynomial: what has a closed form, and one atom in a canonical variable for the rest."""
    lower, upper = _end(nz, t.lower, read), _end(nz, t.upper, read)
    needed = dict(nz.needed)
    level = _level(read(nz, t.body))
    _forget_needs(nz, needed, t.symbol)  # what is needed of the variable between the ends is known below
    variable = Symbol(f"#x{level}", (), _domain(nz, t.symbol.domain, lower, upper))
    body = nz.tidy(read(nz, substitute(t.body, {}, {t.symbol: Entry(variable, ())})))
    if not (isinstance(lower, Poly) and isinstance(upper, Poly)):
        return integrate(nz, body, variable, lower, upper)
    value, body = without_slopes(nz, t, body, variable, read)
    return value + integrate(nz, body, variable, lower, upper)


def integrate(nz: Normalizer, body: Poly, variable: Symbol, lower: Any, upper: Any) -> Poly:
    """The integral of a normal body over its variable; the ends are polynomials, "oo" or "-oo"."""
    closed: list[Poly] = []
    rest: list[tuple[Mono, Fraction]] = []
    waiting, moves = list(body.terms), 0
    while waiting:
        m, c = waiting.pop()
        value = _closed(nz, m, variable, lower, upper)
        parts = (
            integrated(nz, m, variable)
            if value is None and isinstance(lower, Poly) and isinstance(upper, Poly)
            else None
        )
        if value is not None:
            closed.append(value.scaled(c))
        elif parts is not None and moves < MOST_MOVES:
            moves += 1
            ends = [moved(nz, parts[0], variable, end) for end in (upper, lower)]
            closed.append((ends[0] - ends[1]).scaled(c))
            waiting.extend(parts[1].scaled(c).terms)
        else:
            rest.append((m, c))
    gathered = collect(rest)
    if gathered.terms:
        closed.append(_atom(nz, gathered, variable, lower, upper))
    return add_polys(closed)


def _recentred(nz: Normalizer, body: Poly, x: Symbol) -> Poly:
    """The integrand over the whole line shifted, or reflected, so that the opaque function that comes first is taken at ``x``."""
    found: dict[Any, tuple[str, Poly, Fraction]] = {}
    for b in {b for m, _ in body.terms for b, _ in m.factors if isinstance(b, Atom) and b.head == "apply"}:
        function, arguments = b.parts[0], b.parts[1]
        if len(arguments) != 1 or not isinstance(arguments[0], Poly):
            continue
        coefficients = _coefficients(arguments[0], x)
        slope = coefficients[1].constant if coefficients is not None and len(coefficients) == 2 else None
        if coefficients is not None and slope is not None and abs(slope) == 1:
            found[b] = (f"{function.name} {arguments[0].key}", coefficients[0], slope)
    if not found:
        return body
    _, rest, slope = min(found.values(), key=lambda f: f[0])
    if slope == 1 and not rest.terms:
        return body
    return moved(nz, body, x, (single(atom("entry", x, ())) - rest).scaled(slope))


def _atom(nz: Normalizer, body: Poly, variable: Symbol, lower: Any, upper: Any) -> Poly:
    if lower == "-oo" and upper == "oo":
        body = _recentred(nz, body, variable)
    c, common, q = content(body)
    outside = [f for f in common if not _contains(f[0], variable) and not _contains(f[1], variable)]
    inside = [f for f in common if f not in outside]
    if inside:
        q = nz.multiply(q, Poly(((mono(inside), Fraction(1)),)))
    own = Symbol(f"#x{_level(q, variable)}", (), variable.domain)
    if own is not variable:  # the name must not depend on what was pulled out
        q = moved(nz, q, variable, single(atom("entry", own, ())))
        return nz.multiply(nz.product(outside, c), _atom(nz, q, own, lower, upper))
    return nz.product([*outside, (atom("integral", variable.name, lower, upper, q), Fraction(1))], c)


def _closed(nz: Normalizer, m: Mono, x: Symbol, lower: Any, upper: Any) -> Poly | None:
    """The integral of one monomial, for x^k e^(a x^2 + b x), and x^s e^(-b x) over the positive half line."""
    k = 0
    real: Any = None
    outside: list[Any] = []
    exponent: list[Poly] = []
    for b, e in m.factors:
        if not _contains(b, x) and not _contains(e, x):
            outside.append((b, e))
        elif isinstance(b, Atom) and b.head == "entry" and b.parts[0] is x and is_natural(e) and e <= MAX_POWER:
            k = int(e)
        elif isinstance(b, Atom) and b.head == "entry" and b.parts[0] is x and real is None and not _contains(e, x):
            real = e
        elif isinstance(b, Atom) and b.head == "exp" and isinstance(e, Fraction):
            exponent.append(Poly(((b.parts[0], e),)))
        else:
            return None
    coefficients = _coefficients(add_polys(exponent), x)
    if coefficients is None or len(coefficients) > 3:
        return None
    if real is not None:
        known = _gamma(nz, real, k, coefficients, lower, upper, x)
        return None if known is None else nz.multiply(nz.product(outside), known)
    a = coefficients[2] if len(coefficients) > 2 else ZERO
    b = coefficients[1] if len(coefficients) > 1 else ZERO
    if a.terms:
        value = _gaussian(nz, k, -a, b, lower, upper)
    elif b.terms:
        value = _exponential(nz, k, b, lower, upper)
    elif isinstance(lower, Poly) and isinstance(upper, Poly):
        value = (nz.power(upper, Fraction(k + 1)) - nz.power(lower, Fraction(k + 1))).scaled(Fraction(1, k + 1))
    else:
        return None
    return None if value is None else nz.multiply(nz.product(outside), value)


def _coefficients(p: Poly, x: Symbol) -> list[Poly] | None:
    """The coefficients of ``p`` as a polynomial in ``x``."""
    found: dict[int, list[Poly]] = {}
    for m, c in p.terms:
        degree = 0
        rest = []
        for b, e in m.factors:
            if isinstance(b, Atom) and b.head == "entry" and b.parts[0] is x and is_natural(e):
                degree = int(e)
            elif _contains(b, x) or _contains(e, x):
                return None
            else:
                rest.append((b, e))
        found.setdefault(degree, []).append(Poly(((mono(rest), c),)))
    return [add_polys(found.get(d, [])) for d in range(max(found, default=-1) + 1)]


def _exponential(nz: Normalizer, k: int, b: Poly, lower: Any, upper: Any) -> Poly | None:
    """x^k e^(b x) by its antiderivative e^(b x) sum_j (-1)^j k!/(k-j)! x^(k-j) / b^(j+1)."""
    if not nz.facts.nonzero(b):
        return None

    def at(end: Any) -> Poly | None:
        if end == "oo":
            return ZERO if nz.facts.positive(-b) else None
        if end == "-oo":
            return ZERO if nz.facts.positive(b) else None
        parts = [
            nz.multiply(nz.power(end, Fraction(k - j)) if k > j else ONE, nz.power(b, Fraction(-j - 1))).scaled(
                Fraction((-1) ** j * factorial(k), factorial(k - j))
            )
            for j in range(k + 1)
        ]
        return nz.multiply(nz.exp(nz.multiply(b, end)), add_polys(parts))

    high, low = at(upper), at(lower)
    return None if high is None or low is None else high - low


def _gamma(
    nz: Normalizer, s: Any, k: int, exponent: list[Poly], lower: Any, upper: Any, variable: Symbol
) -> Poly | None:
    """x^(s+k) e^(-b x) over the positive half line by the definition of the gamma function, at b x: gamma(s+k+1) / b^(s+k+1).

    Between other ends it is the incomplete one.

    It converges for s + k > -1 and b > 0 only, which has to be known.
    """
    if len(exponent) != 2 or exponent[0].terms:
        return None
    shape = (s if isinstance(s, Poly) else constant(s)) + constant(k + 1)
    rate = -exponent[1]
    if not nz.facts.positive(shape) or not nz.facts.positive(rate):
        return None
    from derive.normal_form.functions import elementary

    power = shape.constant if shape.constant is not None else shape
    scale = nz.power(nz.power(rate, power), Fraction(-1))
    if isinstance(lower, Poly) and not lower.terms and upper == "oo":
        return nz.multiply(elementary(nz, "gamma", [shape]), scale)
    ends = [nz.multiply(rate, end) if isinstance(end, Poly) else end for end in (lower, upper)]
    if rate.constant == 1 or "-oo" in ends:
        return None
    if not all(end == "oo" or nz.facts.nonnegative(end) for end in ends):
        return None
    x = single(atom("entry", variable, ()))  # an incomplete gamma function is written at the rate 1
    body = nz.multiply(nz.power(x, power - ONE if isinstance(power, Poly) else power - 1), nz.exp(-x))
    return nz.multiply(scale, integrate(nz, body, variable, *ends))


def _gaussian(nz: Normalizer, k: int, a: Poly, b: Poly, lower: Any, upper: Any) -> Poly | None:
    """x^k e^(-a x^2 + b x) over the reals, or over the positive half line when b = 0; by erf between other ends."""
    if not nz.facts.positive(a):
        return None
    nz.cited["Gaussian integral"] = None
    root = nz.power(nz.multiply(single(atom("pi")), nz.power(a, Fraction(-1))), Fraction(1, 2))
    if lower == "-oo" and upper == "oo":
        spread = nz.power(a, Fraction(-1)).scaled(Fraction(1, 2))
        mean = nz.multiply(b, spread)
        moments = [ONE, mean]
        for n in range(2, k + 1):
            moments.append(nz.multiply(mean, moments[-1]) + nz.multiply(spread, moments[-2]).scaled(Fraction(n - 1)))
        shift = nz.exp(nz.multiply(nz.multiply(b, b), nz.power(a, Fraction(-1))).scaled(Fraction(1, 4)))
        return nz.multiply_all([root, shift, moments[k]])
    if isinstance(lower, Poly) and not lower.terms and upper == "oo" and not b.terms:
        if k % 2:
            half = (k - 1) // 2
            return nz.power(a, Fraction(-half - 1)).scaled(Fraction(factorial(half), 2))
        value = root.scaled(Fraction(1, 2))
        for n in range(1, k, 2):
            value = nz.multiply(value, nz.power(a, Fraction(-1))).scaled(Fraction(n, 2))
        return value
    high, low = (_gaussian_to(nz, k, a, b, root, end) for end in (upper, lower))
    return high - low


def _gaussian_to(nz: Normalizer, k: int, a: Poly, b: Poly, root: Poly, end: Any) -> Poly:
    """The antiderivative of x^k e^(-a x^2 + b x) at an end, by the definition of erf and, for k > 0, by parts."""
    from derive.normal_form.functions import elementary

    half = nz.power(a, Fraction(-1)).scaled(Fraction(1, 2))  # 1 / (2 a)
    if isinstance(end, Poly):
        place = nz.multiply(nz.power(a, Fraction(1, 2)), end - nz.multiply(b, half))
        reach = elementary(nz, "erf", [place])
        bell = nz.exp(nz.multiply(b, end) - nz.multiply_all([a, end, end]))
    else:
        reach, bell = (ONE if end == "oo" else -ONE), ZERO
    lift = nz.exp(nz.multiply_all([b, b, half]).scaled(Fraction(1, 2)))
    found = [nz.multiply_all([root, lift, reach]).scaled(Fraction(1, 2))]
    for n in range(1, k + 1):
        power = ONE if n == 1 else nz.power(end, Fraction(n - 1)) if isinstance(end, Poly) else ZERO
        value = nz.multiply(nz.multiply(b, half), found[-1]) - nz.multiply_all([half, power, bell])
        if n > 1:
            value = value + nz.multiply(half, found[-2]).scaled(Fraction(n - 1))
        found.append(value)
    return found[k]


def limit(nz: Normalizer, t: Limit, read: Read) -> Poly:
    """The limit of what is continuous in the variable is its value there; other bodies are expanded; the rest is an atom."""
    domain = Domain(nonzero=True) if t.point is NOTHING else REAL
    needed = dict(nz.needed)
    variable = Symbol(f"#x{_level(read(nz, t.body))}", (), domain)
    nz.needed = dict(needed)  # what is needed of the variable off the point is known below
    body = nz.tidy(read(nz, substitute(t.body, {}, {t.symbol: Entry(variable, ())})))
    if not _contains(body, variable):
        return body
    point = _end(nz, t.point, read)
    if isinstance(point, Poly) and _continuous(body, variable):
        return moved(nz, body, variable, point)
    read_once, nz.needed = nz.needed, needed
    found = _expanded(nz, t, variable.name, read)
    if found is None:
        nz.needed = read_once
    return single(atom("limit", variable.name, point, t.side, body)) if found is None else found


def _expanded(nz: Normalizer, t: Limit, name: str, read: Read) -> Poly | None:
    """The limit by an expansion at the point: the variable is the point plus u, or 1/u at infinity, and u tends to 0."""
    end = _end(nz, t.point, read)
    below, above = end == "-oo" or t.side == "-", end == "oo" or t.side == "+"
    side = Domain(upper=Fraction(0), upper_open=True) if below else POSITIVE if above else Domain(nonzero=True)
    u = Entry(Symbol(name, (), side), ())
    place = 1 / u if isinstance(end, str) else t.point + u
    needed = dict(nz.needed)
    try:
        found = value_at_zero(nz, nz.tidy(read(nz, substitute(t.body, {}, {t.symbol: place}))), u.symbol)
    except Undefined:
        found = None
    ours = [condition for condition in nz.needed if condition not in needed and _contains(condition[0], u.symbol)]
    if found is None or not all(holds_near_zero(nz, p, kind, u.symbol) for p, kind in ours):
        nz.needed = needed
        return None
    for condition in ours:
        nz.needed.pop(condition, None)
    return found


def _continuous(p: Poly, variable: Symbol) -> bool:
    """Whether the variable occurs only in natural powers of itself and in exponentials, sines and cosines."""
    for m, _ in p.terms:
        for b, e in m.factors:
            if not _contains(b, variable) and not _contains(e, variable):
                continue
            if not isinstance(e, Fraction):
                return False
            head = getattr(b, "head", "")
            if head == "entry" and is_natural(e):
                continue
            if head == "exp" and _continuous(Poly(((b.parts[0], Fraction(1)),)), variable):
                continue
            if head == "fn" and b.parts[0] in ("sin", "cos") and is_natural(e) and _continuous(b.parts[1], variable):
                continue
            return False
    return True


def moved(nz: Normalizer, p: Poly, variable: Symbol, point: Poly) -> Poly:
    """``p`` with the variable replaced by ``point``."""
    from derive.normal_form.remake import map_bases

    return map_bases(nz, p, lambda b: point if getattr(b, "head", "") == "entry" and b.parts[0] is variable else None)
