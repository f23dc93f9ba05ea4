"""Sum, product, quotient and chain rule, each from the limit of difference quotients.

A function is differentiable at x exactly when f(x + h) = f(x) + h q(h) with q continuous at 0; then f'(x) = q(0) (Carathéodory).
The rules are then algebra. Here F and G stand for f(x) and g(x), p and q for the continuous slopes of f and g.
"""

from derive.catalogue import Equation, remark
from derive.terms import Domain, FunctionSymbol, Limit, Symbol, term

h, F, G, c = Symbol("h"), Symbol("F"), Symbol("G", domain=Domain(nonzero=True)), Symbol("c")
p, q, r = (FunctionSymbol(name, properties=frozenset({"continuous"})) for name in "pqr")
H, at0 = term(h), term(0)
f, g = F + h * p(H), G + h * q(H)

equation = Equation(
    ("Rules of differentiation", "求导法则"),
    symbols=[F, G, c],
    source="W. Rudin, Principles of Mathematical Analysis, theorems 5.3 and 5.5",
    depends=["derivative_definition"],
    related=["jacobian_chain_rule"],
)


def slope(new, old):
    return Limit(h, 0, (new - old) / h)


CONTINUITY = remark("p and q are continuous at 0", "p、q 在 0 处连续")


def rule(name, new, old, quotient, value, title):
    """A claim: the difference quotient as a continuous function of h, and its value at 0."""
    claim = equation.claim(name, slope(new, old), value, title=title, exported=False)

    @claim
    def derivation(calc):
        calc.by(remark("divide by h", "除以 h"), Limit(h, 0, quotient))
        calc.by(CONTINUITY, value)


rule("differentiation_rules", f + g, F + G, p(H) + q(H), p(at0) + q(at0), ("Sum rule: (f + g)' = f' + g'", "加法法则"))
rule("constant_factor", c * f, c * F, c * p(H), c * p(at0), ("Constant factor: (c f)' = c f'", "常数因子"))
rule(
    "product", f * g, F * G, p(H) * G + F * q(H) + h * p(H) * q(H), p(at0) * G + F * q(at0),
    ("Product rule: (f g)' = f' g + f g'", "乘法法则"),
)  # fmt: skip
rule(
    "quotient", f / g, F / G, (p(H) * G - F * q(H)) / (G * g), (p(at0) * G - F * q(at0)) / G**2,
    ("Quotient rule: (f / g)' = (f' g - f g') / g^2", "除法法则"),
)  # fmt: skip

step = h * p(H)  # of the inner function; the outer one has slope r there
rule(
    "chain", F + step * r(step), F, p(H) * r(step), p(at0) * r(at0),
    ("Chain rule: the slopes multiply", "链式法则：斜率相乘"),
)  # fmt: skip
