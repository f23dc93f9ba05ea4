"""A vector of zeros is 0, and a product with an integral that one divides by stands in parentheses."""

from derive.render.latex import latex
from derive.render.text import text
from derive.terms import Constant, Index, Integral, Size, Sum, Symbol, exp, sqrt, term
from derive.terms.arrays import ones, zeros

t, a, b = Symbol("t"), term(Symbol("a")), term(Symbol("b"))
n = Size("n")
i = Index("i", 1, n)
x = Symbol("x", (n,))


def test_a_vector_of_zeros_is_0_and_one_of_ones_has_its_size():
    assert text(zeros(n)) == "0" and latex(zeros(n)) == "0"
    assert text(ones(n)) == "𝟏ₙ" and r"\mathbf{1}" in latex(ones(n))


def test_a_divisor_with_a_factor_before_an_integral_is_in_parentheses():
    oo = Constant("oo")
    divisor = sqrt(b) * Integral(t, -oo, oo, exp(-(term(t) ** 2)))
    shown = text(a / divisor)
    assert shown.startswith("a / (√") and shown.endswith(")")
    assert text(a / Sum(i, x[i])) == "a / Σᵢ xᵢ"
