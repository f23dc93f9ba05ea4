r"""`\int p(x) dx` without ends is over the values that x can have: those of the density the document writes for it."""

import pytest

from derive.verify import verify_text


def last(text):
    return verify_text(text).steps[-1].verdict


START = r"We write $a_1 = a_0 + 1$." + "\n\n"


@pytest.mark.parametrize(
    "formula, verdict",
    [
        (r"\int \mathrm{Gam}(x; a, b) \, \mathrm{d}x = 1", "proved"),
        (r"\int x \, \mathrm{Gam}(x; a, b) \, \mathrm{d}x = \frac{a}{b}", "proved"),
        (r"c \int \mathrm{Gam}(x; a_1, b) \, \mathrm{d}x = c", "proved"),
        (r"\int_0^\infty \mathrm{Gam}(x; a, b) \, \mathrm{d}x = 1", "proved"),
    ],
)
def test_a_density_is_integrated_over_its_own_values(formula, verdict):
    assert last(START + f"$$ {formula} $$\n") == verdict


@pytest.mark.parametrize(
    "formula",
    [
        r"\int \mathrm{Gam}(x; a, b) \, \mathrm{d}x = 2",
        r"\int_1^\infty \mathrm{Gam}(x; a, b) \, \mathrm{d}x = 1",
        r"\int x \, \mathrm{Gam}(x; a, b) \, \mathrm{d}x = \frac{b}{a}",
    ],
)
def test_other_values_are_not_proved(formula):
    assert last(START + f"$$ {formula} $$\n") != "proved"
