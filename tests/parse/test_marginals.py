r"""`\int p(x, y) dy` is p(x), and nothing else is."""

import pytest

from derive.verify import verify_text

START = r"Let $x, y, z \in \mathbb{R}$." + "\n\n$$ p(x, y) = p(x | y) \\, p(y) $$\n\nThen\n\n"


def verdict(formula):
    return verify_text(START + f"$$ {formula} $$\n").steps[-1].verdict


@pytest.mark.parametrize(
    "formula",
    [
        r"\log p(x) = \log \int p(x, y) \, \mathrm{d}y",
        r"\log p(x) = \log \int p(x | y) \, p(y) \, \mathrm{d}y",
        r"p(x) \cdot 2 = 2 \int_{\mathcal{Y}} p(x, y) \, \mathrm{d}y",
        r"\int p(y | x) \, \mathrm{d}y = 1",
        r"\int p(x, y, z) \, \mathrm{d}y = p(x, z)",
        r"\iint p(x, y, z) \, \mathrm{d}y \, \mathrm{d}z = p(x)",
        r"p(y | x) = \frac{p(x | y) \, p(y)}{\int p(x | y) \, p(y) \, \mathrm{d}y}",
    ],
)
def test_a_joint_density_is_integrated_over_one_variable(formula):
    assert verdict(formula) == "proved"


@pytest.mark.parametrize(
    "formula",
    [
        r"2 p(y) = 2 \int p(x, y) \, \mathrm{d}y",
        r"\int_0^1 p(y | x) \, \mathrm{d}y = 1",
        r"\int p(x | y) \, \mathrm{d}y = 1",
        r"\int p(x | y) \, \mathrm{d}y = p(x)",
        r"\int y \, p(x, y) \, \mathrm{d}y = y \, p(x)",
        r"\int p(x, y)^2 \, \mathrm{d}y = p(x)",
        r"\int p(x, z) \, \mathrm{d}y = p(x, z)",
    ],
)
def test_other_integrals_are_not(formula):
    assert verdict(formula) != "proved"


def test_an_integral_over_a_matrix_beside_a_size_called_p_is_no_error_of_shapes():
    text = (
        r"Let $X \in \mathbb{R}^{n \times p}$ and $Y \in \mathbb{R}^{p \times p}$ with $p(X | Y) > 0$." + "\n\n"
        r"$$ \iint X \cdot p(X, Y) \, \mathrm{d}X \, \mathrm{d}Y = \int p(Y) \int X \cdot p(X | Y) \, \mathrm{d}X \, \mathrm{d}Y $$"
    )
    assert verify_text(text).steps[-1].verdict == "undecided"
