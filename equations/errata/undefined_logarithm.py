"""A slip in code: `np.log(p, where=p > 0)` leaves undefined entries where p is 0, so the entropy is whatever stood in memory.

By continuity u log u is 0 at 0 (0 log 0 = 0), and the exported function says so.
"""

import numpy as np
from derive.catalogue import Equation, definition, indices
from derive.terms import Domain, Size, Sum, Symbol, log
from scipy.special import xlogy

K = Size("K")
(k,) = indices("k", K)
p, H = Symbol("p", (K,), Domain(0, False, 1)), Symbol("H")

equation = Equation(
    ("The logarithm of an impossible class", "零概率类别的对数"),
    symbols=[p],
    definitions={H: -Sum(k, p[k] * log(p[k]))},
    source="T. M. Cover and J. A. Thomas, Elements of Information Theory, section 2.1",
    depends=["entropy"],
)


exported = equation.claim(
    "undefined_logarithm",
    H,
    -Sum(k, p[k] * log(p[k])),
    title=("Exported with 0 log 0 = 0", "导出代码取 0 log 0 = 0"),
    because=definition(H),
)


@exported.reference
def entropy(p):
    return -np.sum(xlogy(p, p), axis=-1)
