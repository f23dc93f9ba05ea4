"""Fitting a model by cross-entropy is fitting it by Kullback-Leibler divergence.

The two differ by the entropy of P, which the model Q cannot change: they have the same minimisers.
"""

from derive.catalogue import Equation, by_result, indices, remark
from derive.terms import POSITIVE, Size, Sum, Symbol, log, term

K = Size("K")
(k,) = indices("k", K)
p, q = Symbol("p", (K,), POSITIVE), Symbol("q", (K,), POSITIVE)
KL, H, C = Symbol(r"\mathrm{KL}"), Symbol("H"), Symbol("C")

equation = Equation(
    ("Cross-entropy and divergence have the same minimisers", "交叉熵与 KL 散度有相同的极小点"),
    symbols=[p, q],
    definitions={C: -Sum(k, p[k] * log(q[k])), H: -Sum(k, p[k] * log(p[k])), KL: Sum(k, p[k] * log(p[k] / q[k]))},
    source="I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, section 3.13",
    depends=["cross_entropy"],
    related=["kl_divergence", "mle_categorical_cross_entropy"],
)


@equation.same_order("min_cross_entropy_min_kl", ("argmin", C), ("argmin", KL), [q])
def min_cross_entropy_min_kl(chain):
    chain.by(by_result("cross_entropy"), H + KL)
    chain.by(remark("$H$ does not depend on $q$", "$H$ 与 $q$ 无关"), term(KL))
