r"""A sum or an integral over all values weighed by a law is a mean; entropies are means of log-densities; events add up."""

import pytest

from derive.verify import verify_text

PAIR = (
    r"Let $X$ and $Y$ be random variables with the joint probability $p(x,y)$ for $x \in \mathcal{X}$ and $y \in \mathcal{Y}$;"
    r" the mutual information is $\mathrm{I}(X,Y)$ and $p(x|y) = p(x,y)/p(y)$." + "\n\n"
)
MASS = r"Let $X$ be a random variable with probability mass function $f_X(x)$ and $a, b \in \mathbb{R}$." + "\n\n"
LAWS = r"Let $P$ and $Q$ be two probability distributions with densities; their divergence is the following." + "\n\n"


def verdict(start, formula):
    return verify_text(start + f"$$ {formula} $$\n").steps[-1].verdict


@pytest.mark.parametrize(
    "start, formula",
    [
        (MASS, r"\mathrm{E}(X) = \sum_{x \in \mathcal{X}} x f_X(x)"),
        (MASS, r"\mathrm{Var}(X) = \int_{-\infty}^{\infty} (x - \mathrm{E}(X))^2 f_X(x) \, \mathrm{d}x"),
        (MASS, r"\sum_{x \in \mathcal{X}} (a x + b) f_X(x) = a \mathrm{E}(X) + b"),
        (MASS, r"\sum_{x \in \mathcal{X}} f_X(x) = 1"),
        (
            PAIR,
            r"\mathrm{I}(X,Y) = \sum_{x \in \mathcal{X}} \sum_{y \in \mathcal{Y}} p(x,y) \log \frac{p(x,y)}{p(x) p(y)}",
        ),
        (PAIR, r"\mathrm{I}(X,Y) = \mathrm{H}(X) - \mathrm{H}(X|Y)"),
        (PAIR, r"\mathrm{H}(X,Y) = \mathrm{H}(X) + \mathrm{H}(Y|X)"),
        (
            PAIR,
            r"\mathrm{h}(Y|X) = - \int_{\mathcal{X}} p(x) \int_{\mathcal{Y}} p(y|x) \log p(y|x) \, \mathrm{d}y \, \mathrm{d}x",
        ),
        (PAIR, r"\sum_{x \in \mathcal{X}} \sum_{y \in \mathcal{Y}} p(x,y) \log p(x) = - \mathrm{H}(X)"),
        (LAWS, r"\mathrm{KL}[P||Q] = \sum_{x \in \mathcal{X}} p(x) \log \frac{p(x)}{q(x)}"),
        (
            LAWS,
            r"\mathrm{KL}[P||Q] = - \int_{\mathcal{X}} p(x) \log q(x) \, \mathrm{d}x + \int_{\mathcal{X}} p(x) \log p(x) \, \mathrm{d}x",
        ),
    ],
)
def test_a_mean_over_all_values(start, formula):
    assert verdict(start, formula) == "proved"


@pytest.mark.parametrize(
    "start, formula",
    [
        (MASS, r"\mathrm{E}(X) = \sum_{x \in \mathcal{X}} x^2 f_X(x)"),
        (MASS, r"\sum_{x \in \mathcal{X}} f_X(x)^2 = 1"),
        (MASS, r"\int_0^1 f_X(x) \, \mathrm{d}x = 1"),
        (MASS, r"\sum_{x \in \mathcal{X}} (a x + b) f_X(x) = a \mathrm{E}(X)"),
        (PAIR, r"\mathrm{I}(X,Y) = \mathrm{H}(X) + \mathrm{H}(X|Y)"),
        (PAIR, r"\mathrm{H}(X,Y) = \mathrm{H}(X) + \mathrm{H}(Y)"),
        (PAIR, r"\mathrm{I}(X,Y) = 0"),
        (PAIR, r"\sum_{x \in \mathcal{X}} p(x,y) = 1"),
        (PAIR, r"\sum_{x \in \mathcal{X}} \sum_{y \in \mathcal{Y}} p(x) \log p(y) = - \mathrm{H}(Y)"),
        (LAWS, r"\mathrm{KL}[P||Q] = \sum_{x \in \mathcal{X}} q(x) \log \frac{p(x)}{q(x)}"),
        (LAWS, r"\mathrm{KL}[P||Q] = \mathrm{KL}[Q||P]"),
        (
            r"Let $p : \mathbb{R} \to \mathbb{R}$ be a density of stock.",
            r"\int_{-\infty}^{\infty} p(x) \, \mathrm{d}x = 1",
        ),
        ("Let $f_X$ be a function.\n\n", r"\sum_{x \in \mathcal{X}} f_X(x) = 1"),
    ],
)
def test_what_is_no_mean_over_the_law_is_not_proved(start, formula):
    assert verdict(start, formula) != "proved"


EVENTS = r"Let $A$ and $B$ be two events." + "\n\n"


@pytest.mark.parametrize(
    "formula",
    [
        r"p(A \cup B) = p(A) + p(B) - p(A \cap B)",
        r"p(B \setminus A) = p(B) - p(A, B)",
        r"p(A \cup B | B) = 1 + p(A | B) - p(A | B)",
        r"p(\Omega) = 1",
        r"p(A \cap B) \ge p(A) + p(B) - 1",
        r"0 \le p(A) \le 1",
        r"p(A \cap B) \le p(A)",
        r"p(\bigcup_{i=1}^{n+1} A_i) = p(\bigcup_{i=1}^{n} A_i) + p(A_{n+1}) - p(\bigcup_{i=1}^{n} A_i \cap A_{n+1})",
        r"\mathrm{Pr}(X > x) = 1 - \mathrm{Pr}(X \le x)",
    ],
)
def test_probabilities_of_combined_events(formula):
    assert all(s.verdict == "proved" for s in verify_text(EVENTS + f"$$ {formula} $$\n").steps)


@pytest.mark.parametrize(
    "formula",
    [
        r"p(A \cup B) = p(A) + p(B)",
        r"p(B \setminus A) = p(B) - p(A)",
        r"p(A \cup B) \le p(A)",
        r"p(A \cap B) \ge p(A)",
        r"p(A \cap B) \ge p(A) p(B)",
        r"p(\bigcup_{i=1}^{n} A_i) = p(\bigcup_{i=1}^{n+1} A_i)",
        r"\mathrm{Pr}(X > x) = 1 - \mathrm{Pr}(X < x)",
    ],
)
def test_other_combinations_are_not_proved(formula):
    assert verify_text(EVENTS + f"$$ {formula} $$\n").steps[-1].verdict != "proved"
