"""Where a differentiable function has an extremum inside its domain, its derivative is zero; the second derivative tells which kind.

f has a minimum at x when f(x) is at most f at all points no more than some delta away: x + delta s with s from -1 to 1. To the right
of x the difference quotients are then at least 0, to the left at most 0, and f'(x) is the limit of both. At x = 0 the derivative of
x^3 is zero, but there is no extremum.
"""

from derive.catalogue import D, Equation, every, for_all, given, lemma, remark, suppose
from derive.terms import POSITIVE, Domain, FunctionSymbol, Limit, Num, Symbol, term

x, h, s = Symbol("x"), Symbol("h"), Symbol("s")
delta = Symbol(r"\delta", domain=POSITIVE)
near, right, left = (Symbol("s", domain=Domain(*ends)) for ends in ((-1, False, 1), (0, True, 1), (-1, False, 0, True)))
f = FunctionSymbol("f", smooth=2, properties=frozenset({"differentiable"}))
X, H = term(x), term(h)
slope, curvature = D(f(X), x), D(f(X), x, x)
definition = remark("definition of the derivative", "导数的定义")


def at(value):
    return f(X + delta * value)


minimum = for_all(f(X), "<=", at(near), near, source="minimum at x")
maximum = for_all(at(near), "<=", f(X), near, source="maximum at x")
level = suppose(slope, "=", Num(0), source="critical point")
bent = suppose(0, "<", curvature, source="f'' is positive at x")

equation = Equation(
    ("Critical points", "临界点"),
    symbols=[x, delta],
    source="W. Rudin, Principles of Mathematical Analysis, theorem 5.8",
    depends=["derivative_definition", "taylor_quadratic"],
    related=["hessian"],
)


def one_sided(extremum, side, values, bound):
    """f'(x) as the limit from one side, where the difference quotients have a sign."""

    def chain(calc):
        calc.by(definition, Limit(s, 0, (at(s) - f(X)) / s, side) / delta)
        here = every(extremum, {near: term(values)})
        calc.within(remark("signs of the difference quotients", "差商的符号"), values, lambda q: getattr(q, bound)(here, 0))
        calc.by(remark("limit of a constant", "常数的极限"), 0)

    return chain


def both_sides(calc, extremum, above, below):
    calc.both(remark("from both sides", "两侧夹逼"), 0, one_sided(extremum, *above), one_sided(extremum, *below))


@equation.claim("critical_points", slope, 0, ("At a minimum f' = 0", "极小点处 f' = 0"), hypotheses=[minimum])
def at_a_minimum(calc):
    both_sides(calc, minimum, ("-", left, "le"), ("+", right, "ge"))


@equation.claim("slope_at_a_maximum", slope, 0, ("At a maximum f' = 0", "极大点处 f' = 0"), hypotheses=[maximum])
def at_a_maximum(calc):
    both_sides(calc, maximum, ("+", right, "le"), ("-", left, "ge"))


@equation.claim(
    "curvature_at_a_minimum", curvature, 0, ("At a minimum f'' is not negative", "极小点处 f'' 不为负"), op=">=", hypotheses=[minimum],
)  # fmt: skip
def curvature_at_a_minimum(calc):
    calc.by(remark("Taylor's theorem", "泰勒定理"), 2 / delta**2 * Limit(s, 0, (at(s) - f(X) - delta * s * slope) / s**2, "+"))
    calc.by(lemma(at_a_minimum), 2 / delta**2 * Limit(s, 0, (at(s) - f(X)) / s**2, "+"))
    calc.within(remark("near x", "在 x 附近"), right, lambda q: q.ge(every(minimum, {near: term(right)}), 0))
    calc.by(remark("limit of a constant", "常数的极限"), 0)


@equation.claim(
    "second_derivative_test", Limit(h, 0, (f(X + H) - f(X)) / H**2), 0, hypotheses=[level, bent], op=">",
    title=("Second derivative test: where f' = 0 and f'' > 0, f(x + h) - f(x) over h^2 tends to a positive number", "二阶导数判别法"),
)  # fmt: skip
def second_derivative_test(calc):
    calc.by(given(level), Limit(h, 0, (f(X + H) - f(X) - slope * H) / H**2))
    calc.by(remark("Taylor's theorem", "泰勒定理"), curvature / 2)
    calc.gt(given(bent), 0)


cube = equation.claim("cube", D(X**3, x), 3 * X**2, title=("The slope of x^3 is 0 at 0", "x^3 的导数在 0 处为 0"))
cube.reference(lambda x: 3 * x * x)

equation.refutes("cube_at_least", X**3, Num(0), op=">=", title=("but 0 is no minimum of it: claimed x^3 >= 0", "但 0 不是极小点"))
equation.refutes("cube_at_most", X**3, Num(0), op="<=", title=("and no maximum: claimed x^3 <= 0", "也不是极大点"))
