"""Derivatives of inverses, determinants and functions of vectors, entry by entry."""

from derive.rules.rule import Label, Rule, nonzero
from derive.terms import (
    Apply,
    Arr,
    Derivative,
    Determinant,
    Fn,
    FunctionSymbol,
    Guard,
    Index,
    InverseEntry,
    Size,
    Sum,
    Symbol,
    Term,
    term,
)

variable = Symbol("x")
x = term(variable)
n = Size("n")
i, j, a, b, r, s = (Index(name, 1, n) for name in "ijabrs")
matrix = FunctionSymbol("M", ((),), (n, n), smooth=2)
vector = FunctionSymbol("u", ((),), (n,), smooth=2)
outer = FunctionSymbol("f", ((n,),), (), smooth=2)
two = FunctionSymbol("f", ((), ()), (), smooth=2)
g, h = FunctionSymbol("g", smooth=2)(x), FunctionSymbol("h", smooth=2)(x)
M = Arr(((r,), (s,)), Apply(matrix, (x,), (r, s)))
u = Arr(((r,),), Apply(vector, (x,), (r,)))


def D(body: Term) -> Term:
    return Derivative(body, variable)


derivative_of_inverse = Rule(
    name="derivative_of_inverse",
    label=Label("derivative of the inverse", "逆矩阵的导数"),
    lhs=D(InverseEntry(M, i, j)),
    rhs=-Sum(a, Sum(b, InverseEntry(M, i, a) * D(M.at(a, b)) * InverseEntry(M, b, j))),
    when=(nonzero(Determinant(M)),),
)

jacobis_formula = Rule(
    name="jacobis_formula",
    label=Label("Jacobi's formula", "雅可比公式"),
    lhs=D(Determinant(M)),
    rhs=Determinant(M) * Sum(a, Sum(b, InverseEntry(M, b, a) * D(M.at(a, b)))),
    when=(nonzero(Determinant(M)),),
    kind="cited axiom",
    source="Magnus and Neudecker, Matrix Differential Calculus, part three, chapter 8",
)

chain_rule_of_vector = Rule(
    name="chain_rule_of_vector",
    label=Label("chain rule", "链式法则"),
    lhs=D(outer(u)),
    rhs=Sum(a, Apply(outer, (u,), (), ((0, (a,)),)) * D(u.at(a))),
    kind="primitive",
)

chain_rule_of_two = Rule(
    name="chain_rule_of_two",
    label=Label("chain rule", "链式法则"),
    lhs=D(two(g, h)),
    rhs=Apply(two, (g, h), (), ((0, ()),)) * D(g) + Apply(two, (g, h), (), ((1, ()),)) * D(h),
    kind="primitive",
)

maximum_rule = Rule(
    name="maximum_rule",
    label=Label("derivative of a maximum", "最大值的导数"),
    lhs=D(Fn("max", g, h)),
    rhs=Guard(">", g - h) * D(g) + Guard(">", h - g) * D(h),
    when=(nonzero(g - h),),
    kind="primitive",
)

RULES = (derivative_of_inverse, jacobis_formula, chain_rule_of_vector, chain_rule_of_two, maximum_rule)
