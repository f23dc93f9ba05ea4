"""A misprint: the mean squared error of the predictions (1.1, 1.9, 3.2) for (1, 2, 3) is 0.02, not 0.01."""

from fractions import Fraction

from derive.catalogue import Equation, assume, definition, given, indices, remark
from derive.terms import Num, Sum, Symbol

(i,) = indices("i", 3)
y, yhat, M = Symbol("y", (3,)), Symbol(r"\hat y", (3,)), Symbol(r"\mathrm{MSE}")
true = [assume(y[k], k, source="the targets") for k in (1, 2, 3)]
predicted = [assume(yhat[k], Fraction(value), source="the predictions") for k, value in enumerate(("1.1", "1.9", "3.2"), 1)]

equation = Equation(
    ("Misprint: a mean squared error", "勘误：均方误差的数值"),
    symbols=[y, yhat],
    definitions={M: Sum(i, (y[i] - yhat[i]) ** 2) / 3},
    source="the number is met in introductory texts on machine learning",
    depends=["mean_squared_error"],
)


@equation.claim("squared_error_misprint", M, Num(Fraction(2, 100)), hypotheses=[*true, *predicted], title=("True: 0.02", "正确：0.02"))
def two_hundredths(calc):
    calc.by(definition(M), Sum(i, (y[i] - yhat[i]) ** 2) / 3)
    gaps = (Fraction(-1, 10), Fraction(1, 10), Fraction(-2, 10))
    calc.by(given(*true, *predicted), sum((Num(gap) ** 2 for gap in gaps), Num(0)) / 3)
    calc.by(remark("add up", "求和"), Num(Fraction(2, 100)))


equation.refutes("misprint", M, Num(Fraction(1, 100)), hypotheses=[*true, *predicted], title=("Claimed: 0.01", "误作：0.01"))
