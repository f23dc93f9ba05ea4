"""Entropy: how surprising an outcome is on average.

It is never negative and largest, log K, for the uniform distribution: 1024 equal outcomes are ten bits.
"""

import numpy as np
import scipy.stats
from derive.catalogue import D, Equation, assume, definition, given, indices, relation, remark
from derive.terms import POSITIVE, Domain, IntValue, Num, Size, Sum, Symbol, log, sqrt, term

K = Size("K")
i, j, k = indices("i j k", K)
p = Symbol("p", (K,), Domain(0, False, 1))
H, mu, v, u = Symbol("H"), Symbol(r"\mu"), Symbol("v", (K,)), Symbol("u", domain=POSITIVE)
shares = assume(Sum(k, p[k]), 1, source="p sums to 1")
uniform = assume(p[k], 1 / IntValue(K), k, source="p is uniform")

equation = Equation(
    ("Entropy", "熵"), symbols=[p, mu, v, u], definitions={H: -Sum(k, p[k] * log(p[k]))},
    source="T. M. Cover and J. A. Thomas, Elements of Information Theory, theorem 2.6.4",
    related=["cross_entropy", "kl_divergence"],
)  # fmt: skip


@equation.claim("entropy", H, Sum(k, p[k] * log(1 / p[k])))
def entropy(calc):
    calc.by(definition(H), -Sum(k, p[k] * log(p[k])))
    calc.by(remark(r"$-\log u = \log(1/u)$", r"$-\log u = \log(1/u)$"), Sum(k, p[k] * log(1 / p[k])))


entropy.reference(lambda p: scipy.stats.entropy(p) * p.sum() - p.sum() * np.log(p.sum()))


equation.claim(
    "nonnegative", H, 0, op=">=", title=("Never negative", "非负"),
    because=remark(r"$\log p_k \le 0$ as $p_k \le 1$", r"因 $p_k \le 1$，$\log p_k \le 0$"),
)  # fmt: skip


@equation.claim("at_most_log", H, log(IntValue(K)), op="<=", title=("At most log K", "至多 log K"), hypotheses=[shares])
def at_most_log(calc):
    calc.by(definition(H), Sum(k, p[k] * log(1 / p[k])))
    calc.le(remark("Jensen's inequality: log is concave", "Jensen 不等式：log 为凹函数"), log(Sum(k, p[k] * (1 / p[k]))))
    calc.by(remark("cancel, and count", "约分并计数"), log(IntValue(K)))


equation.claim(
    "uniform", H, log(IntValue(K)), title=("Uniform: log K", "均匀分布：log K"), hypotheses=[uniform], exported=False,
    because=given(uniform),
)  # fmt: skip

equation.claim(
    "fair_coin", 2 * (-(log(term(1) / 2) / 2)), log(term(2)), title=("A fair coin", "公平硬币"), exported=False,
    because=remark(r"$\log \frac{1}{2} = -\log 2$", r"$\log \frac{1}{2} = -\log 2$"),
)  # fmt: skip


equation.claim(
    "bits", log(term(1024)) / log(term(2)), Num(10), because=remark("$1024 = 2^{10}$", "$1024 = 2^{10}$"),
    title=("1024 equal outcomes are 10 bits", "1024 个等可能结果为 10 比特"),
)  # fmt: skip

equation.claim(
    "stationary", D(H + mu * (1 - Sum(k, p[k])), p[i]), -log(p[i]) - 1 - mu, exported=False,
    title=("Lagrange: stationary only where all p are equal", "拉格朗日：驻点处各 p 相等"),
    because=remark("product rule, derivative of a component", "乘积法则"),
)  # fmt: skip


@equation.implication(
    "all_equal", relation(D(H + mu * (1 - Sum(k, p[k])), p[i]), "=", 0), relation(log(p[i]), "=", -1 - mu),
    title=("so there log p_i is the same for every i", "故各 p 均相等"),
)  # fmt: skip
def all_equal(chain):
    chain.follows(remark("the derivative", "导数"), relation(log(p[i]), "=", -1 - mu))


@equation.claim("concave", Sum(i, Sum(j, v[i] * D(H, p[i], p[j]) * v[j])), 0, op="<=", title=("Concave", "凹函数"))
def concave(calc):
    calc.by(remark("the Hessian is diagonal", "海森矩阵为对角阵"), -Sum(i, v[i] ** 2 / p[i]))
    calc.le(remark("minus a sum of squares over positive numbers", "平方除以正数之和的相反数"), 0)


# Near 0 a summand is at most 2 sqrt(u), so it tends to 0: this is why 0 log 0 counts as 0, in the exported code too.
@equation.claim("near_zero", -u * log(u), 2 * sqrt(u + 0), op="<=", title=("An impossible outcome adds nothing", "零概率结果无贡献"))
def near_zero(calc):
    calc.by(remark(r"$\log u = -2 \log(1/\sqrt{u})$", r"$\log u = -2 \log(1/\sqrt{u})$"), 2 * u * log(1 / sqrt(u + 0)))
    calc.le(remark(r"$\log v \le v - 1$", r"$\log v \le v - 1$"), 2 * u * (1 / sqrt(u + 0) - 1))
    calc.le(remark("drop what is negative", "舍去负项"), 2 * sqrt(u + 0))
