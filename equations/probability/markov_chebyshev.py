"""Markov's and Chebyshev's inequalities: how rarely a variable is large, or far from its mean.

Both compare an indicator with what it indicates: where X >= a, the indicator times a is at most X.
"""

from fractions import Fraction

from derive.catalogue import Equation, definition, remark
from derive.terms import POSITIVE, Domain, Expectation, Fn, Guard, Symbol, term

E = Expectation
X, Y = Symbol("X", domain=Domain(Fraction(0)), kind="random"), Symbol("Y", kind="random")
a, eps = Symbol("a", domain=POSITIVE), Symbol(r"\varepsilon", domain=POSITIVE)
mu, V, P, Q = Symbol(r"\mu"), Symbol("V"), Symbol(r"P(X \ge a)"), Symbol(r"P(|Y - \mu| \ge \varepsilon)")
large, far = Guard(">=", X - a), Guard(">=", Fn("abs", Y - E(term(Y))) - eps)

equation = Equation(
    ("Inequalities of Markov and Chebyshev", "马尔可夫与切比雪夫不等式"),
    symbols=[X, a, Y, eps],
    definitions={mu: E(term(Y)), V: E((Y - E(term(Y))) ** 2), P: E(large), Q: E(far)},
    source="L. Wasserman, All of Statistics, theorems 4.1 and 4.2",
    related=["law_of_large_numbers"],
)


@equation.claim("markov_chebyshev", term(P), E(term(X)) / a, op="<=", title=("Markov's inequality", "马尔可夫不等式"))
def markov(calc):
    calc.by(definition(P), E(a * large) / a)
    calc.le(
        remark("where the indicator is 1, $a \\le X$; where it is 0, $0 \\le X$", "示性函数为 1 处 $a \\le X$，为 0 处 $0 \\le X$"),
        E(term(X)) / a,
    )


@equation.claim("chebyshev", term(Q), V / eps**2, op="<=", title=("Chebyshev's inequality", "切比雪夫不等式"))
def chebyshev(calc):
    calc.by(definition(Q), E(eps**2 * far) / eps**2)
    calc.le(
        remark("where the indicator is 1, $\\varepsilon^2 \\le (Y - \\mu)^2$", "示性函数为 1 处 $\\varepsilon^2 \\le (Y - \\mu)^2$"),
        E((Y - mu) ** 2) / eps**2,
    )
    calc.by(definition(V), V / eps**2)
