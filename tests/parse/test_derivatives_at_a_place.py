r"""`d L(\hat a) / d a` is the derivative of L at \hat a, not of a constant."""

import pytest

from derive.verify import verify_text

START = r"Let $a, x \in \mathbb{R}$ and $\hat{a} \in \mathbb{R}$." + "\n\n$$ L(a) = (x - a)^2 $$\n\nThen\n\n"


@pytest.mark.parametrize(
    "left, right, verdict",
    [
        (r"\frac{\mathrm{d} L(a)}{\mathrm{d} a}", "2 a - 2 x", "proved"),
        (r"\frac{\mathrm{d} L(\hat{a})}{\mathrm{d} a}", r"2 \hat{a} - 2 x", "proved"),
        (r"\frac{\mathrm{d}^2 L(\hat{a})}{\mathrm{d} a^2}", "2", "proved"),
        (r"\frac{\mathrm{d} L(\hat{a})}{\mathrm{d} a}", "0", "refuted"),
        (r"\frac{\mathrm{d} L(\hat{a})}{\mathrm{d} a}", "2 a - 2 x", "refuted"),
    ],
)
def test_a_derivative_at_an_accented_place(left, right, verdict):
    step = verify_text(START + f"$$ {left} = {right} $$\n").steps[-1]
    assert step.verdict == verdict


def test_nothing_is_proved_zero_because_an_estimate_is_no_variable():
    text = r"Let $a \in \mathbb{R}$." + "\n\n" + r"$$ \frac{\mathrm{d} F(\hat{a})}{\mathrm{d} a} = 0 $$" + "\n"
    assert verify_text(text).steps[-1].verdict != "proved"
