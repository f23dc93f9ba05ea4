"""Joint entropy: the entropy of a pair is that of the first plus what is left of the second when the first is known."""

import numpy as np
import scipy.stats
from derive.catalogue import Equation, definition, indices, remark, vector
from derive.terms import POSITIVE, Size, Sum, Symbol, log

n, m = Size("n"), Size("m")
(i,), (j, l) = indices("i", n), indices("j l", m)
p, a = Symbol("p", (n, m), POSITIVE), Symbol("a", (n,))
HXY, HX, HY_X = Symbol("H_{XY}"), Symbol("H_X"), Symbol(r"H_{Y \mid X}")
marginal = Sum(l, p[i, l])

equation = Equation(
    ("Joint entropy", "联合熵"),
    symbols=[p],
    definitions={
        a: vector(marginal, i),
        HXY: -Sum(i, Sum(j, p[i, j] * log(p[i, j]))),
        HX: -Sum(i, marginal * log(marginal)),
        HY_X: -Sum(i, Sum(j, p[i, j] * log(p[i, j] / marginal))),
    },
    source="T. M. Cover and J. A. Thomas, Elements of Information Theory, theorem 2.2.1",
    related=["entropy", "mutual_information"],
)


@equation.claim("joint_entropy", HXY, HX + HY_X, title=("Chain rule of entropy", "熵的链式法则"))
def joint_entropy(calc):
    calc.by(definition(HXY), -Sum(i, Sum(j, p[i, j] * log(p[i, j]))))
    calc.by(
        remark(
            "$p_{ij} = a_i \\cdot p_{ij} / a_i$, where $a_i$ is the probability of $X = i$",
            "$p_{ij} = a_i \\cdot p_{ij} / a_i$，$a_i$ 为 $X = i$ 的概率",
        ),
        -Sum(i, Sum(j, p[i, j] * (log(a[i]) + log(p[i, j] / a[i])))),
    )
    calc.by(
        remark("sum the first part over $j$", "第一部分对 $j$ 求和"),
        -Sum(i, a[i] * log(a[i])) - Sum(i, Sum(j, p[i, j] * log(p[i, j] / a[i]))),
    )
    calc.by([definition(HX), definition(HY_X)], HX + HY_X)


@joint_entropy.reference
def surprise(p):
    return -np.sum(p * np.log(p))


conditional = equation.claim(
    "conditional",
    HY_X,
    Sum(i, a[i] * -Sum(j, p[i, j] / a[i] * log(p[i, j] / a[i]))),
    title=("Conditional entropy is a mean of entropies", "条件熵是熵的平均"),
    because=remark("$p_{ij} = a_i \\cdot p_{ij} / a_i$", "$p_{ij} = a_i \\cdot p_{ij} / a_i$"),
)


@conditional.reference
def mean_of_entropies(p):
    rows = p.sum(axis=1)
    return sum(w * scipy.stats.entropy(r / w) for w, r in zip(rows, p, strict=True))
