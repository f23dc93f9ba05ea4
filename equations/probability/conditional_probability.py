"""Conditional probability: how likely A is among the outcomes in which B happens.

An event is a random variable that is 1 where the event happens and 0 elsewhere; its probability is its mean, and A and B happen
together where their product is 1.
"""

from derive.catalogue import Equation, assume, definition, given, remark, vector
from derive.terms import BIT, ZERO, Expectation, Hypothesis, Index, Prod, Relation, Size, Symbol, term

E = Expectation
n = Size("n")
A, B, a = (Symbol("A", domain=BIT, kind="random"), Symbol("B", domain=BIT, kind="random"), Symbol("a", (n,), BIT, kind="random"))
PA, PB, AB = Symbol("P(A)"), Symbol("P(B)"), Symbol("P(A, B)")
A_B, B_A = Symbol(r"P(A \mid B)"), Symbol(r"P(B \mid A)")
J, C = Symbol("J", (n,)), Symbol("C", (n,))
k, s = Index("k", 1, n), Index("s", 1, n - 1)


def joint(k):
    """The probability that the first k events all happen."""
    r = Index("r", 1, k)
    return E(Prod(r, a[r]))


def chain(k):
    s = Index("s", 1, k)
    return Prod(s, C[s])


equation = Equation(
    ("Conditional probability", "条件概率"),
    symbols=[A, B, a],
    definitions={
        PA: E(term(A)),
        PB: E(term(B)),
        AB: E(A * B),
        A_B: E(A * B) / E(term(B)),
        B_A: E(A * B) / E(term(A)),
        J: vector(joint(k), k),
    },
    source="L. Wasserman, All of Statistics, section 1.6",
    related=["bayes_theorem", "total_probability"],
)
possible_A = Hypothesis(Relation("<", ZERO, term(PA)), (), "A is possible")
possible_B = Hypothesis(Relation("<", ZERO, term(PB)), (), "B is possible")
start = assume(C[1], E(a[1]), source="the first event, given nothing")
step = assume(joint(s + 1), C[s + 1] * joint(s), s, source="product rule: $C_s$ is the probability of event $s$ given those before it")


@equation.claim("conditional_probability", term(A_B), AB / PB, hypotheses=[possible_B], exported=False)
def conditional_probability(calc):
    calc.by([definition(A_B), definition(AB), definition(PB)], AB / PB)


@equation.claim("product_rule", term(AB), A_B * PB, title=("Product rule", "乘法公式"), hypotheses=[possible_B], exported=False)
def product_rule(calc):
    calc.by(remark("multiply and divide by $P(B)$", "乘以并除以 $P(B)$"), AB / PB * PB)
    calc.by(definition(A_B), A_B * PB)


@equation.claim(
    "other_way",
    A_B * PB,
    B_A * PA,
    title=("The same the other way round", "另一种写法"),
    hypotheses=[possible_A, possible_B],
    exported=False,
)
def other_way(calc):
    calc.by(remark("product rule", "乘法公式"), term(AB))
    calc.by(remark("product rule, with $A$ and $B$ exchanged", "交换 $A$ 与 $B$ 的乘法公式"), B_A * PA)


@equation.claim(
    "chain_rule",
    J[k],
    chain(k),
    title=("Chain rule: J is the probability that the first k events all happen", "链式法则：J 为前 k 个事件都发生的概率"),
    hypotheses=[start, step],
    exported=False,
)
def chain_rule(calc):
    def one(case):
        case.by(given(start), chain(1))

    def one_more(case, k, claim):
        case.by(given(step), C[k + 1] * J[k])
        case.by(given(claim), C[k + 1] * chain(k))

    calc.induction_over(k, chain(k), one, one_more)
