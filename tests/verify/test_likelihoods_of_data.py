r"""The likelihood of declared data is that of its law, and what Bayes' theorem makes of it."""

import pytest

from derive.verify import verify_text

START = r"""Let

$$ y = \left\lbrace y_1, \ldots, y_n \right\rbrace, \quad y_i \sim \mathcal{N}(\mu, \sigma^2), \quad i = 1, \ldots, n $$

be a data set with unknown mean $\mu$ and known variance $\sigma^2$, and let

$$ p(\mu) = \mathcal{N}(\mu; \mu_0, \lambda_0^{-1}) \; . $$

The precision is $\tau = 1/\sigma^2$, and

$$ \begin{split}
\mu_n &= \frac{\lambda_0 \mu_0 + \tau n \bar{y}}{\lambda_0 + \tau n} \\
\lambda_n &= \lambda_0 + \tau n
\end{split} $$

We find

$$ p(\mu|y) = \frac{p(y|\mu) \, p(\mu)}{p(y)} $$

"""


def last(formula):
    return verify_text(START + f"$$ {formula} $$\n").steps[-1]


def test_names_with_the_number_of_observations_are_defined_by_those_with_zero():
    steps = verify_text(START).steps
    assert [s.verdict for s in steps] == ["definition"] * 4 + ["proved"]


@pytest.mark.parametrize(
    "formula",
    [
        r"p(y|\mu) = \prod_{i=1}^{n} \mathcal{N}(y_i; \mu, \sigma^2)",
        r"p(y|\mu) = \left( \frac{\tau}{2 \pi} \right)^{n/2} \exp\left[ -\frac{\tau}{2} \sum_{i=1}^{n} (y_i-\mu)^2 \right]",
        r"p(y,\mu) = p(\mu) \prod_{i=1}^{n} \mathcal{N}(y_i; \mu, \tau^{-1})",
        r"\sum_{i=1}^n (y_i - \bar{y}) = 0",
        r"\log p(y|m) = \log \int p(y|\mu) \, p(\mu) \, \mathrm{d}\mu",
        r"p(y|\mu, m) = p(y|\mu)",
    ],
)
def test_the_law_gives_the_likelihood(formula):
    assert last(formula).verdict == "proved"


@pytest.mark.parametrize(
    "formula",
    [
        r"p(y|\mu) = \prod_{i=1}^{n} \mathcal{N}(y_i; \mu, 2 \sigma^2)",
        r"p(y|\mu) = \sum_{i=1}^{n} \mathcal{N}(y_i; \mu, \sigma^2)",
        r"p(y) = \prod_{i=1}^{n} \mathcal{N}(y_i; \mu, \sigma^2)",
        r"p(y|\mu) = p(y)",
        r"p(y|m_1) = \int p(y|\mu) \, p(\mu) \, \mathrm{d}\mu",
        r"\mu_n = \bar{y}",
    ],
)
def test_another_formula_is_not_proved(formula):
    assert last(formula).verdict != "proved"


def test_nothing_is_known_of_data_under_conditions_that_leave_a_parameter_open():
    text = START.replace("known variance", "unknown variance").replace("un" + "unknown", "un")
    text += r"$$ p(\mu, \sigma) = p(\mu) \, p(\sigma) $$" + "\n\n"
    text += r"$$ p(y|\mu) = \prod_{i=1}^{n} \mathcal{N}(y_i; \mu, \sigma^2) $$" + "\n"
    assert verify_text(text).steps[-1].verdict != "proved"


def test_whole_parts_of_symbolic_exponents():
    start = r"Let $n \in \mathbb{N}$." + "\n\n"
    good = [r"2^{n+1} = 2 \cdot 2^n", r"2^{n/2+3/2} = 2 \sqrt{2} \cdot 2^{n/2}", r"2^{-n/2} 2^{-1/2} = 2^{-(n+1)/2}"]
    bad = [r"2^{n+1} = 3 \cdot 2^n", r"2^{n/2+3/2} = 2 \sqrt{2} \cdot 2^{n}"]
    assert all(verify_text(start + f"$$ {f} $$\n").steps[0].verdict == "proved" for f in good)
    assert all(verify_text(start + f"$$ {f} $$\n").steps[0].verdict == "refuted" for f in bad)
