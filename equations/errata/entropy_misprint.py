"""A misprint: the entropy of the distribution (0.9, 0.1) is 0.3251, not 0.4699.

The claim is read to the printed digits: within half a unit of the fourth decimal.
"""

from fractions import Fraction

from derive.catalogue import Equation, assume, definition, given, indices, remark
from derive.terms import POSITIVE, Fn, Sum, Symbol, log, term

(k,) = indices("k", 2)
p, H = Symbol("p", (2,), POSITIVE), Symbol("H")
nine, one = Fraction(9, 10), Fraction(1, 10)
first, second = assume(p[1], nine, source="the first probability"), assume(p[2], one, source="the second probability")
half_a_unit = term(Fraction(1, 20000))
error, misprint = (Fn("abs", H - Fraction(value)) for value in ("0.3251", "0.4699"))

equation = Equation(
    ("Misprint: an entropy", "勘误：熵的数值"),
    symbols=[p],
    definitions={H: -Sum(k, p[k] * log(p[k]))},
    source="the number is met in introductory texts on machine learning",
    depends=["entropy"],
)


@equation.claim(
    "entropy_misprint", error, half_a_unit, op="<=", hypotheses=[first, second],
    title=("True: 0.3251 to four decimals", "正确：0.3251（四位小数）"),
)  # fmt: skip
def to_four_decimals(calc):
    value = -(nine * log(term(nine)) + one * log(term(one)))
    calc.by([definition(H), given(first, second)], Fn("abs", value - Fraction("0.3251")))
    calc.le(remark("the numbers", "数值"), half_a_unit)


equation.refutes(
    "misprint", misprint, half_a_unit, op="<=", hypotheses=[first, second],
    title=("Claimed: 0.4699", "误作：0.4699"),
)  # fmt: skip
