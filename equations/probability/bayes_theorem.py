"""Bayes' theorem: from how likely a cause makes the evidence to how likely the evidence makes the cause.

A test that is right in 99 of 100 ill people and wrong in 2 of 100 healthy ones still means illness only one time in three when one in
a hundred is ill.
"""

from fractions import Fraction

import numpy as np
from derive.catalogue import Equation, assume, given, indices, remark
from derive.terms import Domain, Size, Sum, Symbol, term

CHANCE, LIKELY = Domain(Fraction(0), False, Fraction(1)), Domain(Fraction(0), True, Fraction(1))
K = Size("K")
i, k = indices("i k", K)
A, B, AB, not_A = (Symbol(name, domain=LIKELY) for name in ("P(A)", "P(B)", r"P(A \cap B)", r"P(\neg A)"))
A_B, B_A, B_nA = (Symbol(r"P(A \mid B)"), Symbol(r"P(B \mid A)", domain=LIKELY), Symbol(r"P(B \mid \neg A)", domain=LIKELY))
prior, likelihood, posterior = Symbol(r"\pi", (K,), LIKELY), Symbol(r"\ell", (K,), LIKELY), Symbol("r", (K,))

of_A = assume(A_B, AB / B, source="conditional probability")
of_B = assume(B_A, AB / A, source="conditional probability")
total = assume(B, B_A * A + B_nA * not_A, source="total probability")
joint = assume(posterior[i], likelihood[i] * prior[i] / B, i, source="Bayes' theorem")
whole = assume(B, Sum(k, likelihood[k] * prior[k]), source="total probability")

equation = Equation(
    ("Bayes' theorem", "贝叶斯定理"), symbols=[A, B, AB, not_A, A_B, B_A, B_nA, prior, likelihood],
    source="L. Wasserman, All of Statistics, theorem 1.17", related=["conditional_probability", "total_probability"],
)  # fmt: skip


@equation.claim("bayes_theorem", term(A_B), B_A * A / B, hypotheses=[of_A, of_B])
def bayes_theorem(calc):
    calc.by(given(of_A), AB / B)
    # The product rule: P(A and B) = P(B | A) P(A).
    calc.by(given(of_B), B_A * A / B)


bayes_theorem.reference(lambda prior, evidence, likelihood: likelihood * prior / evidence)

two_hypotheses = equation.claim(
    "two_hypotheses", B_A * A / B, B_A * A / (B_A * A + B_nA * not_A), title=("Two hypotheses", "两个假设"),
    hypotheses=[total], because=given(total),
)  # fmt: skip

two_hypotheses.reference(lambda prior, other, likelihood, false_alarm: likelihood * prior / (likelihood * prior + false_alarm * other))


@equation.claim(
    "many_hypotheses", posterior[i], likelihood[i] * prior[i] / Sum(k, likelihood[k] * prior[k]),
    title=("Many hypotheses", "多个假设"), hypotheses=[joint, whole],
)  # fmt: skip
def many_hypotheses(calc):
    calc.by(given(joint), likelihood[i] * prior[i] / B)
    calc.by(given(whole), likelihood[i] * prior[i] / Sum(k, likelihood[k] * prior[k]))


many_hypotheses.reference(lambda prior, likelihood: likelihood * prior / np.sum(likelihood * prior))


def test_of(prior, hit, false_alarm):
    return hit * prior / (hit * prior + false_alarm * (1 - prior))


@equation.claim(
    "medical_test", test_of(term(Fraction(1, 100)), term(Fraction(99, 100)), term(Fraction(2, 100))),
    term(Fraction(1, 3)), title=("A test for a rare illness", "罕见病检测"),
)  # fmt: skip
def medical_test(calc):
    calc.by(remark("multiply out", "乘开"), term(Fraction(99, 10000)) / (term(Fraction(99, 10000)) + term(Fraction(198, 10000))))
    calc.by(remark("99 of 297", "297 中的 99"), term(Fraction(1, 3)))


@equation.claim(
    "odds", (B_A * A / B) / (B_nA * not_A / B), (B_A / B_nA) * (A / not_A),
    title=("Odds: the prior odds times the likelihood ratio", "赔率形式"),
)  # fmt: skip
def odds(calc):
    calc.by(remark("the evidence cancels", "证据约去"), B_A * A / (B_nA * not_A))
    calc.by(remark("regroup", "重新分组"), (B_A / B_nA) * (A / not_A))


odds.reference(lambda prior, other, likelihood, false_alarm: likelihood / false_alarm * prior / other)
