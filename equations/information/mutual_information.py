"""Mutual information: what one variable tells about the other.

It is the divergence of the joint distribution from independence, so it is never negative; for a split of a decision tree it is the
information gain, the entropy of the labels minus what is left of it on average inside the branches.
"""

import numpy as np
import scipy.special
from derive.catalogue import Equation, assume, by_result, definition, given, indices, remark, vector
from derive.rules.exp_log import log_of_quotient
from derive.terms import POSITIVE, Size, Sum, Symbol, log

n, m = Size("n"), Size("m")
(i, k), (j, l) = indices("i k", n), indices("j l", m)
p, a, b = Symbol("p", (n, m), POSITIVE), Symbol("a", (n,)), Symbol("b", (m,))
I, HXY, HX, HY, HY_X = (Symbol(name) for name in ("I", "H_{XY}", "H_X", "H_Y", r"H_{Y \mid X}"))
row, column = Sum(l, p[i, l]), Sum(k, p[k, j])
total = assume(Sum(i, Sum(j, p[i, j])), 1, source="p sums to 1")

equation = Equation(
    ("Mutual information", "互信息"),
    symbols=[p],
    definitions={
        a: vector(row, i),
        b: vector(column, j),
        I: Sum(i, Sum(j, p[i, j] * log(p[i, j] / (row * column)))),
        HXY: -Sum(i, Sum(j, p[i, j] * log(p[i, j]))),
        HX: -Sum(i, row * log(row)),
        HY: -Sum(j, column * log(column)),
        HY_X: -Sum(i, Sum(j, p[i, j] * log(p[i, j] / row))),
    },
    source="T. M. Cover and J. A. Thomas, Elements of Information Theory, theorem 2.4.1",
    depends=["joint_entropy"],
    related=["kl_divergence", "entropy"],
)


@equation.claim("mutual_information", I, HX + HY - HXY)
def mutual_information(calc):
    calc.by(definition(I), Sum(i, Sum(j, p[i, j] * log(p[i, j] / (a[i] * b[j])))))
    calc.by(log_of_quotient, Sum(i, Sum(j, p[i, j] * (log(p[i, j]) - log(a[i] * b[j])))))
    calc.by(
        remark("split; sum over the other index", "拆分，并对另一指标求和"),
        Sum(i, Sum(j, p[i, j] * log(p[i, j]))) - Sum(i, a[i] * log(a[i])) - Sum(j, b[j] * log(b[j])),
    )
    calc.by([definition(HX), definition(HY), definition(HXY)], HX + HY - HXY)


@mutual_information.reference
def information(p):
    product = np.outer(p.sum(axis=1), p.sum(axis=0))
    return np.sum(scipy.special.rel_entr(p, product))


@equation.claim("information_gain", I, HY - HY_X, title=("Information gain of a split", "划分的信息增益"))
def information_gain(calc):
    calc.by(remark("the identity", "恒等式"), HX + HY - HXY)
    calc.by(by_result("joint_entropy"), HY - HY_X)


information_gain.reference(information)


@equation.claim("nonnegative", I, 0, op=">=", title=("Never negative", "非负"), hypotheses=[total])
def nonnegative(calc):
    calc.by(remark("definition of $I$, $\\log u = -\\log(1/u)$", "$I$ 的定义"), -Sum(i, Sum(j, p[i, j] * log(a[i] * b[j] / p[i, j]))))
    calc.ge(remark(r"$\log u \le u - 1$", r"$\log u \le u - 1$"), -Sum(i, Sum(j, p[i, j] * (a[i] * b[j] / p[i, j] - 1))))
    calc.by(remark("split the sum", "拆分求和"), Sum(i, Sum(j, p[i, j])) - Sum(i, a[i]) * Sum(j, b[j]))
    calc.by(given(total), 0)
