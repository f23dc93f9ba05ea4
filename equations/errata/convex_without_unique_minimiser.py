"""A common slip: a convex function is said to have one minimiser. relu is convex and every x <= 0 minimises it.

Only strict convexity makes a minimiser unique; and exp is strictly convex and has none.
"""

from derive.catalogue import Equation, assume, remark
from derive.terms import Domain, Fn, Symbol, term

x, y = Symbol("x"), Symbol("y")
t = Symbol("t", domain=Domain(0, False, 1))


def relu(u):
    return Fn("max", term(0), term(u))


middle = t * x + (1 - t) * y
lowest = [
    assume(relu(x), 0, source="x minimises relu, whose least value is 0"),
    assume(relu(y), 0, source="y minimises relu, whose least value is 0"),
]

equation = Equation(
    ("Convex, with many minimisers", "凸函数可有多个极小点"),
    symbols=[x, y, t],
    source="S. Boyd and L. Vandenberghe, Convex Optimization, section 4.2",
    depends=["convexity"],
)


equation.claim(
    "convex_without_unique_minimiser",
    relu(middle),
    t * relu(x) + (1 - t) * relu(y),
    op="<=",
    title=("True: relu is convex", "正确：relu 为凸函数"),
    because=remark("by cases of signs", "按符号分情形"),
)


equation.refutes("unique", x, y, hypotheses=lowest, title=("Claimed: two minimisers are the same", "误作：极小点唯一"))
