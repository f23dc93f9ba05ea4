"""Total probability: an event is split over the cases in which it can happen.

The cases B_1, ..., B_K are a partition: exactly one of them happens, so their indicators are a one-hot vector b.
"""

from derive.catalogue import Equation, definition, indices, remark, vector
from derive.terms import BIT, ZERO, Expectation, Hypothesis, Relation, Size, Sum, Symbol, term

E = Expectation
K = Size("K")
(k,) = indices("k", K)
A, b = Symbol("A", domain=BIT, kind="random"), Symbol("b", (K,), properties={"one_hot"}, kind="random")
PA, PB, A_B = Symbol("P(A)"), Symbol("P(B)", (K,)), Symbol(r"P(A \mid B)", (K,))

equation = Equation(
    ("Law of total probability", "全概率公式"),
    symbols=[A, b],
    definitions={PA: E(term(A)), PB: vector(E(b[k]), k), A_B: vector(E(A * b[k]) / E(b[k]), k)},
    source="L. Wasserman, All of Statistics, theorem 1.16",
    related=["conditional_probability", "bayes_theorem"],
)
possible = Hypothesis(Relation("<", ZERO, PB[k]), (k,), "each case is possible")


@equation.claim("total_probability", term(PA), Sum(k, A_B[k] * PB[k]), hypotheses=[possible], exported=False)
def total_probability(calc):
    calc.by(definition(PA), E(term(A)))
    calc.by(remark("exactly one case happens: $\\sum_k b_k = 1$", "恰有一种情形发生：$\\sum_k b_k = 1$"), E(A * Sum(k, b[k])))
    calc.by(remark("expectation is linear", "期望线性"), Sum(k, E(A * b[k])))
    calc.by([definition(A_B), definition(PB)], Sum(k, A_B[k] * PB[k]))


@equation.claim("cases_add_up", Sum(k, PB[k]), 1, title=("The cases themselves have total probability 1", "各情形概率之和为 1"))
def cases_add_up(calc):
    calc.by(definition(PB), Sum(k, E(b[k])))
    calc.by(remark("expectation is linear", "期望线性"), E(Sum(k, b[k])))
    calc.by(remark("exactly one case happens", "恰有一种情形发生"), 1)
