"""Cross-entropy: what it costs to code P with a code made for Q.

It is the entropy of P, which nothing can undercut, plus the Kullback-Leibler divergence, which is what Q costs.
"""

from fractions import Fraction

import numpy as np
from derive.catalogue import Equation, assume, definition, indices, remark
from derive.rules.exp_log import log_of_quotient
from derive.terms import POSITIVE, Domain, Size, Sum, Symbol, log

K = Size("K")
(k,) = indices("k", K)
p, q = Symbol("p", (K,), Domain(Fraction(0))), Symbol("q", (K,), POSITIVE)
KL, H, C = Symbol(r"\mathrm{KL}"), Symbol("H"), Symbol("C")
shares_p = assume(Sum(k, p[k]), 1, source="p sums to 1")
shares_q = assume(Sum(k, q[k]), 1, source="q sums to 1")

equation = Equation(
    ("Cross-entropy", "交叉熵"),
    symbols=[p, q],
    definitions={C: -Sum(k, p[k] * log(q[k])), H: -Sum(k, p[k] * log(p[k])), KL: Sum(k, p[k] * log(p[k] / q[k]))},
    source="I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, equation (3.51)",
    depends=["kl_divergence"],
    related=["entropy"],
)


@equation.claim("cross_entropy", C, H + KL)
def cross_entropy(calc):
    calc.by(definition(C), -Sum(k, p[k] * log(q[k])))
    calc.by(
        remark(r"add and subtract $\sum_k p_k \log p_k$", r"加减 $\sum_k p_k \log p_k$"),
        -Sum(k, p[k] * log(p[k])) + Sum(k, p[k] * (log(p[k]) - log(q[k]))),
    )
    calc.by(log_of_quotient, -Sum(k, p[k] * log(p[k])) + Sum(k, p[k] * log(p[k] / q[k])))
    calc.by([definition(H), definition(KL)], H + KL)


@cross_entropy.reference
def cost(p, q):
    return -np.sum(p * np.log(q))


@equation.claim("at_least_the_entropy", C, H, op=">=", title=("At least the entropy", "不小于熵"), hypotheses=[shares_p, shares_q])
def at_least_the_entropy(calc):
    calc.by(remark("cross-entropy is entropy plus divergence", "交叉熵等于熵加散度"), H + KL)
    calc.ge(remark(r"Gibbs: $\mathrm{KL} \ge 0$", r"吉布斯不等式：$\mathrm{KL} \ge 0$"), H)
