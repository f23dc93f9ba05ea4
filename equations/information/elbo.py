"""The evidence lower bound: a bound of log p(x) that needs no posterior; Z is the evidence p(x).

What is lost is the divergence of q from the posterior, so the bound is tight exactly where q is the posterior.
"""

import numpy as np
from derive.catalogue import Equation, assume, definition, given, indices, remark
from derive.terms import POSITIVE, Size, Sum, Symbol, log, term

K = Size("K")
k, z = indices("k z", K)
p, q = Symbol("p", (K,), POSITIVE), Symbol("q", (K,), POSITIVE)
X, ELBO, KL = Symbol("Z", domain=POSITIVE), Symbol(r"\mathrm{ELBO}"), Symbol(r"\mathrm{KL}")
shares = assume(Sum(z, q[z]), 1, source="q sums to 1")

equation = Equation(
    ("Evidence lower bound", "证据下界"),
    symbols=[p, q],
    definitions={
        X: Sum(k, p[k]),  # p_z is the joint density p(x, z)
        ELBO: Sum(z, q[z] * log(p[z] / q[z])),
        KL: Sum(z, q[z] * log(q[z] / (p[z] / Sum(k, p[k])))),
    },
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equations (9.70) to (9.72)",
    depends=["kl_divergence"],
    related=["vae", "gaussian_mixture_em"],
)


@equation.claim("elbo", ELBO + KL, log(X), hypotheses=[shares])
def elbo(calc):
    calc.by([definition(ELBO), definition(KL)], Sum(z, q[z] * log(p[z] / q[z])) + Sum(z, q[z] * log(q[z] / (p[z] / X))))
    calc.by(remark("join the logarithms", "合并对数"), Sum(z, q[z] * log(X)))
    calc.by(given(shares), log(X))


@elbo.reference
def evidence(p):
    return np.log(np.sum(p))


@equation.claim("lower_bound", log(X), ELBO, op=">=", title=("A lower bound", "下界"), hypotheses=[shares])
def lower_bound(calc):
    calc.by(remark("the identity", "恒等式"), ELBO + KL)
    calc.ge(remark(r"Gibbs: $\mathrm{KL} \ge 0$", r"吉布斯不等式：$\mathrm{KL} \ge 0$"), term(ELBO))
