"""Kullback-Leibler divergence: what it costs to take P for Q.

It is never negative (Gibbs), which is shown twice: from log u <= u - 1, and by Jensen's inequality. It is not a distance: it changes
when P and Q change places.
"""

from fractions import Fraction

import numpy as np
from derive.catalogue import Equation, assume, definition, given, indices, remark
from derive.rules.exp_log import log_of_quotient
from derive.terms import POSITIVE, Domain, Size, Sum, Symbol, log, sqrt, term

K = Size("K")
i, k = indices("i k", K)
p, q = Symbol("p", (K,), Domain(Fraction(0))), Symbol("q", (K,), POSITIVE)
KL, H, C = Symbol(r"\mathrm{KL}"), Symbol("H"), Symbol("C")
shares_p = assume(Sum(k, p[k]), 1, source="p sums to 1")
shares_q = assume(Sum(k, q[k]), 1, source="q sums to 1")

equation = Equation(
    ("Kullback-Leibler divergence", "KL 散度"), symbols=[p, q],
    definitions={KL: Sum(k, p[k] * log(p[k] / q[k])), H: -Sum(k, p[k] * log(p[k])), C: -Sum(k, p[k] * log(q[k]))},
    source="T. M. Cover and J. A. Thomas, Elements of Information Theory, theorem 2.6.3",
    related=["entropy", "cross_entropy"],
)  # fmt: skip


@equation.claim("kl_divergence", KL, C - H, title=("Cross-entropy minus entropy", "交叉熵减熵"))
def kl_divergence(calc):
    calc.by(definition(KL), Sum(k, p[k] * log(p[k] / q[k])))
    calc.by(log_of_quotient, Sum(k, p[k] * (log(p[k]) - log(q[k]))))
    calc.by(remark("split the sum", "拆分求和"), Sum(k, p[k] * log(p[k])) - Sum(k, p[k] * log(q[k])))
    calc.by([definition(H), definition(C)], C - H)


kl_divergence.reference(lambda p, q: np.sum(p * np.log(p)) - np.sum(p * np.log(q)))


@equation.claim("gibbs", KL, 0, op=">=", title=("Gibbs' inequality", "吉布斯不等式"), hypotheses=[shares_p, shares_q])
def gibbs(calc):
    calc.by(remark(r"definition of $\mathrm{KL}$, $\log u = -\log(1/u)$", "KL 的定义"), -Sum(k, p[k] * log(q[k] / p[k])))
    calc.ge(remark(r"$\log u \le u - 1$ with $u = q_k / p_k$", r"$\log u \le u - 1$"), -Sum(k, p[k] * (q[k] / p[k] - 1)))
    calc.by(remark("split the sum", "拆分求和"), Sum(k, p[k]) - Sum(k, q[k]))
    calc.by(given(shares_p, shares_q), 0)


@equation.claim(
    "gibbs_by_jensen", KL, 0, op=">=", title=("Gibbs' inequality, by Jensen", "由 Jensen 不等式"), hypotheses=[shares_p, shares_q]
)
def gibbs_by_jensen(calc):
    calc.by(remark(r"definition of $\mathrm{KL}$, $\log u = -\log(1/u)$", "KL 的定义"), -Sum(k, p[k] * log(q[k] / p[k])))
    calc.ge(remark("Jensen's inequality: log is concave", "Jensen 不等式：log 为凹函数"), -log(Sum(k, p[k] * (q[k] / p[k]))))
    calc.by(remark("cancel", "约分"), -log(Sum(k, q[k])))
    calc.by(given(shares_q), 0)


@equation.implication("zero_at_equality", assume(p, q).relation, assume(KL, 0).relation, title=("Zero where P = Q", "P = Q 时为零"))
def zero_at_equality(chain):
    chain.follows(remark("every logarithm is $\\log 1$", "每个对数都是 $\\log 1$"), assume(KL, 0).relation)


half, quarter, three = term(Fraction(1, 2)), term(Fraction(1, 4)), term(Fraction(3, 4))


@equation.claim(
    "not_symmetric", half * log(half / quarter) + half * log(half / three),
    quarter * log(quarter / half) + three * log(three / half), op=">",
    title=("Not symmetric: P = (1/2, 1/2), Q = (1/4, 3/4)", "不对称：P = (1/2, 1/2)，Q = (1/4, 3/4)"),
)  # fmt: skip
def not_symmetric(calc):
    other = quarter * log(quarter / half) + three * log(three / half)
    calc.by(remark("their difference in one logarithm", "两者之差合为一个对数"), other + log(term(Fraction(256, 243))) / 4)
    calc.gt(remark("$256 > 243$", "$256 > 243$"), other)


@equation.claim(
    "only_at_equality", KL, (sqrt(p[i]) - sqrt(q[i])) ** 2, op=">=",
    title=("Zero only where P = Q: it is positive as soon as one entry differs", "仅当 P = Q 时为零"),
    hypotheses=[shares_p, shares_q],
)  # fmt: skip
def only_at_equality(calc):
    root = sqrt(q[k] / p[k])
    calc.by(remark(r"$\log u = 2 \log \sqrt{u}$", r"$\log u = 2 \log \sqrt{u}$"), -2 * Sum(k, p[k] * log(root)))
    calc.ge(remark(r"$\log u \le u - 1$ with $u = \sqrt{q_k / p_k}$", r"$\log u \le u - 1$"), -2 * Sum(k, p[k] * (root - 1)))
    calc.by(remark("split the sum", "拆分求和"), 2 * Sum(k, p[k]) - 2 * Sum(k, sqrt(p[k]) * sqrt(q[k])))
    calc.by(given(shares_p, shares_q), Sum(k, p[k]) + Sum(k, q[k]) - 2 * Sum(k, sqrt(p[k]) * sqrt(q[k])))
    calc.by(remark("complete the squares", "配方"), Sum(k, (sqrt(p[k]) - sqrt(q[k])) ** 2))
    calc.ge(remark("a sum of squares is at least each of them", "平方和不小于每一项"), (sqrt(p[i]) - sqrt(q[i])) ** 2)
