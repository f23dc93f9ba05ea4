"""Maximum likelihood for labels of K classes is cross-entropy; with one law for all, it is the observed shares.

That probabilities sum to 1 enters by a Lagrange multiplier, which turns out to be n; by Gibbs nothing else is as likely.
"""

import numpy as np
from derive.catalogue import D, Equation, definition, given, indices, relation, remark, suppose, vector
from derive.rules.exp_log import log_of_indexed_product
from derive.rules.sums import exchange_sums
from derive.terms import POSITIVE, Prod, Size, Sum, Symbol, log
from derive.terms.symbols import Domain

n, K = Size("n"), Size("K")
(i,), (k, r) = indices("i", n), indices("k r", K)
y, P = Symbol("y", (n, K), Domain(values=(0, 1))), Symbol("P", (n, K), POSITIVE)
p, m, c = Symbol("p", (K,), POSITIVE), Symbol(r"\lambda", domain=POSITIVE), Symbol("c", (K,))
L, J, l = Symbol("L"), Symbol("J"), Symbol(r"\Lambda")

equation = Equation(
    ("Categorical maximum likelihood is cross-entropy", "类别分布最大似然即交叉熵"),
    symbols=[y, P, p, m],
    definitions={
        L: Prod(i, Prod(k, P[i, k] ** y[i, k])),
        J: -Sum(i, Sum(k, y[i, k] * log(P[i, k]))) / n,
        c: vector(Sum(i, y[i, k]), k),
        l: Sum(k, c[k] * log(p[k])) - m * (Sum(k, p[k]) - 1),
    },
    source="C. M. Bishop, Pattern Recognition and Machine Learning, equations (2.29) to (2.33)",
    depends=["kl_divergence"],
    related=["softmax_cross_entropy", "mle_bernoulli_cross_entropy"],
)
one_hot = suppose(Sum(k, y[i, k]), "=", 1, i, source="every sample has one class")
shares = suppose(Sum(k, p[k]), "=", 1, source="p sums to 1")
seen = suppose(0, "<", c[k], k, source="every class was seen")


@equation.claim("mle_categorical_cross_entropy", -log(L), n * J)
def nll(calc):
    calc.by(definition(L), -log(Prod(i, Prod(k, P[i, k] ** y[i, k]))))
    calc.by(log_of_indexed_product, -Sum(i, log(Prod(k, P[i, k] ** y[i, k]))))
    calc.by(remark("logarithms of a product and of powers", "积与幂的对数"), n * J)


counts, best = Sum(k, c[k] * log(p[k])), Sum(k, c[k] * log(c[k] / n))


one_law = equation.claim(
    "one_law", Sum(i, Sum(k, y[i, k] * log(p[k]))), counts, ("One law: only counts matter", "同一分布只依赖计数"), because=exchange_sums
)


slope = equation.claim("lagrangian", D(l, p[r]), c[r] / p[r] - m, ("Lagrangian: derivative", "拉格朗日函数的导数"))
solved = suppose(c[k], "=", m * p[k], k, source="the Lagrangian is stationary")
zero, share, title = relation(D(l, p[r]), "=", 0), relation(p[r], "=", c[r] / m), ("It is 0 where", "为零当且仅当")


@equation.implication("stationary", zero, share, title, op="<=>")
def stationary(chain):
    chain.iff(remark("the derivative", "导数"), relation(c[r] / p[r], "=", m))
    chain.iff(remark(r"multiply by $p_r / \lambda$", r"乘以 $p_r / \lambda$"), share)


@equation.claim("multiplier", m, n, ("The multiplier", "乘子"), hypotheses=[solved, shares, one_hot], exported=False)
def multiplier(calc):
    calc.by(given(shares), m * Sum(k, p[k]))
    calc.by(given(solved), Sum(k, c[k]))
    calc.by(given(one_hot), n)


counted = suppose(m, "=", n, source="as just shown")


@equation.claim("shares", p[r], c[r] / n, ("So p is the observed shares", "p 即观测频率"), hypotheses=[solved, counted])
def observed(calc):
    calc.by(given(solved), c[r] / m)
    calc.by(given(counted), c[r] / n)


equation.claim(
    "maximum", counts, best, ("A global maximum", "全局最大"), op="<=", hypotheses=[shares, one_hot, seen],
    because=remark(r"$\log u \le u - 1$ with $u = n p_k / c_k$", r"$\log u \le u - 1$，$u = n p_k / c_k$"),
)  # fmt: skip


nll.reference(lambda y, P: -np.sum(y * np.log(P)))
one_law.reference(lambda y, p: np.sum(np.log(p) @ y.T))
slope.reference(lambda y, p, m: y.sum(axis=0) / p - m)
observed.reference(lambda y: y.mean(axis=0))
