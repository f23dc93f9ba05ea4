"""A misprint: the binary cross-entropy of the predictions (0.9, 0.1, 0.8) for (1, 0, 1) is 0.1446, not 0.1643.

The claim is read to the printed digits: within half a unit of the fourth decimal.
"""

from fractions import Fraction

from derive.catalogue import Equation, assume, definition, given, indices, remark
from derive.terms import Domain, Fn, Sum, Symbol, log, term

(i,) = indices("i", 3)
y, p, J = Symbol("y", (3,)), Symbol("p", (3,), Domain(0, True, 1, True)), Symbol("J")
true = [assume(y[k], value, source="the labels") for k, value in enumerate((1, 0, 1), 1)]
shares = [Fraction(value) for value in ("0.9", "0.1", "0.8")]
predicted = [assume(p[k], value, source="the predictions") for k, value in enumerate(shares, 1)]
half_a_unit = term(Fraction(1, 20000))
error, misprint = (Fn("abs", J - Fraction(value)) for value in ("0.1446", "0.1643"))

equation = Equation(
    ("Misprint: a binary cross-entropy", "勘误：二元交叉熵的数值"),
    symbols=[y, p],
    definitions={J: -Sum(i, y[i] * log(p[i]) + (1 - y[i]) * log(1 - p[i])) / 3},
    source="the number is met in introductory texts on machine learning",
    depends=["binary_cross_entropy"],
)


@equation.claim(
    "binary_cross_entropy_misprint", error, half_a_unit, op="<=", hypotheses=[*true, *predicted],
    title=("True: 0.1446 to four decimals", "正确：0.1446（四位小数）"),
)  # fmt: skip
def to_four_decimals(calc):
    value = -(log(term(shares[0])) + log(1 - term(shares[1])) + log(term(shares[2]))) / 3
    calc.by([definition(J), given(*true, *predicted)], Fn("abs", value - Fraction("0.1446")))
    calc.le(remark("the numbers", "数值"), half_a_unit)


equation.refutes(
    "misprint", misprint, half_a_unit, op="<=", hypotheses=[*true, *predicted],
    title=("Claimed: 0.1643", "误作：0.1643"),
)  # fmt: skip
