r"""Squares of estimates are named by their rows; a constant beside X is no random variable; what is finite assumes nothing."""

import pytest

from derive.verify import verify_text

SAMPLE = r"""Let $y = \left\lbrace y_1, \ldots, y_n \right\rbrace$ be observations with mean $\mu$ and variance $\sigma^2$:

$$ y_i \overset{\text{i.i.d.}}{\sim} \mathcal{N}(\mu, \sigma^2), \quad i = 1,\ldots,n \; . $$

The estimators are

$$ \hat{\sigma}^2_{\mathrm{MLE}} = \frac{1}{n} \sum_{i=1}^{n} (y_i - \bar{y})^2 $$

and

$$ s^2 = \frac{1}{n-1} \sum_{i=1}^{n} (y_i - \bar{y})^2 \; . $$

"""


def last(text, formula):
    return verify_text(text + f"$$ {formula} $$\n").steps[-1].verdict


def test_the_square_of_a_new_name_is_defined():
    assert [s.verdict for s in verify_text(SAMPLE).steps] == ["definition", "definition"]
    assert last("", r"x^2 = 4") != "definition"
    assert last("", r"x^2 = \sum_{i=1}^n y_i^2") != "definition"


@pytest.mark.parametrize(
    "formula",
    [
        r"\mathrm{E}[\hat{\sigma}^2_{\mathrm{MLE}}] = \frac{n-1}{n} \sigma^2",
        r"(n-1) s^2 = n \hat{\sigma}^2_{\mathrm{MLE}}",
        r"\mathrm{E}[s^2] = \sigma^2",
    ],
)
def test_estimators_of_the_variance(formula):
    assert last(SAMPLE, formula) == "proved"


@pytest.mark.parametrize(
    "formula",
    [
        r"\mathrm{E}[\hat{\sigma}^2_{\mathrm{MLE}}] = \sigma^2",
        r"n s^2 = (n-1) \hat{\sigma}^2_{\mathrm{MLE}}",
        r"s = \hat{\sigma}_{\mathrm{MLE}}",
    ],
)
def test_wrong_estimators_are_not_proved(formula):
    assert last(SAMPLE, formula) != "proved"


def test_without_independence_the_estimator_is_not_known_to_be_biased_so():
    text = SAMPLE.replace(r"\overset{\text{i.i.d.}}{\sim}", r"\sim")
    assert last(text, r"\mathrm{E}[\hat{\sigma}^2_{\mathrm{MLE}}] = \frac{n-1}{n} \sigma^2") != "proved"


@pytest.mark.parametrize(
    "formula, proved",
    [
        (r"\mathrm{Var}(a X + b) = a^2 \mathrm{Var}(X)", True),
        (r"\mathrm{Var}(aX+bY) = a^2 \mathrm{Var}(X) + b^2 \mathrm{Var}(Y) + 2ab \mathrm{Cov}(X,Y)", True),
        (r"\mathrm{Var}(a X) = a \mathrm{Var}(X)", False),
        (r"\mathrm{Var}(X + Y) = \mathrm{Var}(X) + \mathrm{Var}(Y)", False),
        (r"\mathrm{E}(a x) = a \mathrm{E}(x)", False),
    ],
)
def test_constants_beside_capital_random_variables(formula, proved):
    assert (last("", formula) == "proved") is proved


def test_a_finite_variance_assumes_nothing():
    text = (
        r"Let $X_1, \ldots, X_n$ be independent with $\mathrm{E}(X_i) = \mu$ and $\mathrm{Var}(X_i) < \infty$." + "\n\n"
    )
    good, bad = r"\mathrm{E}( \frac{1}{n} \sum_{i=1}^n X_i ) = \mu", r"\mathrm{E}( \sum_{i=1}^n X_i ) = \mu"
    assert last(text, good) == "proved"
    assert last(text, bad) != "proved"


def test_convolutions_commute():
    text = r"Let $X$ and $Y$ be random variables and" + "\n\n"
    text += r"$$ f_Z(z) = \int_{-\infty}^{+\infty} f_X(z-y) f_Y(y) \, \mathrm{d}y $$" + "\n\nThen\n\n"
    assert last(text, r"f_Z(z) = \int_{-\infty}^{+\infty} f_Y(z-x) f_X(x) \, \mathrm{d}x") == "proved"
    assert last(text, r"f_Z(z) = \int_{-\infty}^{+\infty} f_Y(z+x) f_X(x) \, \mathrm{d}x") != "proved"
