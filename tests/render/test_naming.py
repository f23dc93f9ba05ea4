"""Names of bound indices."""

from derive.render import latex
from derive.render.unicode_names import unicode_name
from derive.terms import Index, Integral, Size, Sum, Symbol, fresh_index, term

n, K, T = Size("n"), Size("K"), Size("T")
x, z, y = Symbol("x", (n,)), Symbol("z", (K,)), Symbol("y", (T,))
i = Index("i", 1, n)


def fresh(size):
    return fresh_index(None, 1, size)


def test_the_size_suggests_the_name():
    a, b, c = fresh(n), fresh(K), fresh(T)
    assert latex(Sum(a, x[a])) == r"\sum_{i=1}^{n} x_i"
    assert latex(Sum(b, z[b])) == r"\sum_{k=1}^{K} z_k"
    assert latex(Sum(c, y[c])) == r"\sum_{t=1}^{T} y_t"


def test_a_free_name_is_not_bound():
    a = fresh(n)
    assert latex(x[i] * Sum(a, x[a])) == r"x_i \sum_{j=1}^{n} x_j"
    assert latex(term(Symbol("j")) * x[i] * Sum(a, x[a])) == r"j x_i \sum_{k=1}^{n} x_k"


def test_the_same_name_is_not_bound_twice_in_nested_scopes():
    other = Index("i", 1, K)
    assert latex(Sum(i, Sum(other, x[i] * z[other]))) == r"\sum_{i=1}^{n} \sum_{k=1}^{K} x_i z_k"
    assert latex(Sum(i, x[i] * Sum(i, x[i]))) == r"\sum_{i=1}^{n} x_i \sum_{j=1}^{n} x_j"


def test_a_fresh_outer_index_leaves_the_names_inside_alone():
    a = fresh(n)
    assert latex(Sum(a, x[a] * Sum(i, x[i]))) == r"\sum_{j=1}^{n} x_j \sum_{i=1}^{n} x_i"


def test_neighbours_share_a_name():
    a, b = fresh(n), fresh(n)
    assert latex(Sum(a, x[a]) + Sum(b, x[b] ** 2)) == r"\sum_{i=1}^{n} x_i + \sum_{i=1}^{n} x_i^2"


def test_the_letter_of_a_decorated_name_is_not_bound():
    assert latex(Sum(i, x[i]) + Symbol("i_1")) == r"\sum_{j=1}^{n} x_j + i_1"


def test_fresh_free_indices_and_variables_get_names():
    a = fresh(n)
    t = Symbol(fresh_index().name)
    assert latex(x[a]) == "x_i"
    assert latex(Integral(t, 0, 1, term(t) ** 2)) == r"\int_{0}^{1} t^2 \, dt"


def test_names_in_unicode():
    names = [
        r"\theta",
        r"\hat{y}",
        r"W^{(1)}",
        r"x^\star",
        r"\mathbf{w}",
        r"\mathcal{L}",
        r"\mathrm{loss}",
        "x_0",
        r"\ell",
    ]
    assert list(map(unicode_name, names)) == ["θ", "ŷ", "W⁽¹⁾", "x⋆", "𝐰", "ℒ", "loss", "x₀", "ℓ"]
