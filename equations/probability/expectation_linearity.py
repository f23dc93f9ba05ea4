"""Expectation is linear: means add up and scale, whether or not the variables are independent.

A game that pays 300 one time in three and costs 200 otherwise loses 33 1/3 on average.
"""

from fractions import Fraction

import numpy as np
from derive.catalogue import Equation, assume, given, indices, remark
from derive.terms import BIT, Expectation, Size, Sum, Symbol, term

E = Expectation
n, K = Size("n"), Size("K")
(i,), (k,) = indices("i", n), indices("k", K)
X, Y, x, c = Symbol("X", kind="random"), Symbol("Y", kind="random"), Symbol("x", (n,), kind="random"), Symbol("c", (n,))
a, b = Symbol("a"), Symbol("b")
o, v, p = Symbol("o", (K,), properties={"one_hot"}, kind="random"), Symbol("v", (K,)), Symbol("p", (K,))
w = Symbol("w", domain=BIT, kind="random")
win = assume(E(term(w)), term(Fraction(1, 3)), source="a chance of 1/3")
chances = assume(E(o[k]), p[k], k, source="$p_k$ is the probability of outcome $k$")

equation = Equation(
    ("Linearity of expectation", "期望的线性"),
    symbols=[X, Y, a, b, x, c, o, v, p, w],
    source="L. Wasserman, All of Statistics, theorem 3.11",
    related=["variance_identity", "law_of_large_numbers"],
)


@equation.claim("expectation_linearity", E(a * X + b * Y), a * E(term(X)) + b * E(term(Y)), exported=False)
def expectation_linearity(calc):
    calc.by(remark("the mean of a sum is the sum of the means", "和的期望等于期望的和"), E(a * X) + E(b * Y))
    calc.by(remark("$a$ and $b$ are numbers", "$a$ 与 $b$ 为常数"), a * E(term(X)) + b * E(term(Y)))


@equation.claim("many", E(Sum(i, c[i] * x[i])), Sum(i, c[i] * E(x[i])), title=("Many variables", "多个随机变量"), exported=False)
def many(calc):
    calc.by(remark("the mean of a sum is the sum of the means", "和的期望等于期望的和"), Sum(i, E(c[i] * x[i])))
    calc.by(remark("$c_i$ is a number", "$c_i$ 为常数"), Sum(i, c[i] * E(x[i])))


# The outcome is a one-hot vector o; the variable takes the value v_k where o_k is 1.
@equation.claim(
    "discrete",
    E(Sum(k, v[k] * o[k])),
    Sum(k, v[k] * p[k]),
    title=("A discrete variable: values times probabilities", "离散随机变量：取值乘以概率"),
    hypotheses=[chances],
)
def discrete(calc):
    calc.by(remark("expectation is linear", "期望线性"), Sum(k, v[k] * E(o[k])))
    calc.by(given(chances), Sum(k, v[k] * p[k]))


@discrete.reference
def mean(v, p):
    return np.average(v, weights=p) * np.sum(p)


@equation.claim(
    "dice_game",
    E(300 * w - 200 * (1 - w)),
    term(Fraction(-100, 3)),
    title=("A game: 300 if w happens, with probability 1/3, -200 if not", "游戏：以 1/3 的概率得 300，否则失 200"),
    hypotheses=[win],
)
def dice_game(calc):
    calc.by(remark("expectation is linear", "期望线性"), 300 * E(term(w)) - 200 * (1 - E(term(w))))
    calc.by(given(win), term(Fraction(-100, 3)))
